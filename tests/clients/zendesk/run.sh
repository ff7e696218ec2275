#!/usr/bin/env bash
# Holds the Zendesk test server to zenpy, the Zendesk client of the Python world, unchanged and from PyPI.
#
#   tests/clients/zendesk/run.sh
#
# Needs Python 3.9 or newer; the packages go into the project's cache folder.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly HERE
# shellcheck source=scripts/env.sh
. "$HERE/../../../scripts/env.sh"
cd "$CHECKOUT"

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
  echo "clients: SKIPPED: zenpy, because Python 3.9 or newer is missing" >&2
  exit 0
fi

folder="$TIDEMARK_CACHE/clients/zendesk-$(cksum <"$HERE/requirements.txt" | cut -d ' ' -f 1)"
if [ ! -e "$folder/complete" ]; then
  echo "clients: installing zenpy (PyPI, into $folder); a minute, once" >&2
  rm -rf "$TIDEMARK_CACHE/clients/zendesk-"*
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$HERE/requirements.txt" >&2
  : >"$folder/complete"
fi

cargo build --quiet -p tidemark-test-servers -p tidemark-connectors
SERVERS="$CARGO_TARGET_DIR/debug/tidemark-test-servers" "$folder/bin/python" "$HERE/check.py"
