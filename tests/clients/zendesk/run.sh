#!/usr/bin/env bash
# Holds the Zendesk test server to zenpy, the Zendesk client of the Python world, unchanged and from PyPI.
#
#   tests/clients/zendesk/run.sh          the tests
#   tests/clients/zendesk/run.sh --setup  only installs what they need
#
# Needs Python 3.9 or newer; packages go into the project's cache folder.
# TIDEMARK_TEST_SERVERS  the binary with the servers; built if it is not set
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly HERE
# shellcheck source=scripts/env.sh
. "$HERE/../../../scripts/env.sh"
cd "$CHECKOUT"

say() { printf 'clients: %s\n' "$*" >&2; }
die() { printf 'clients: error: %s\n' "$*" >&2; exit 1; }

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
  say "SKIPPED: zenpy, because Python 3.9 or newer is missing"
  exit 0
fi

folder="$TIDEMARK_CACHE/clients/zendesk-$(cksum <"$HERE/requirements.txt" | cut -d ' ' -f 1)"
if [ ! -e "$folder/complete" ]; then
  say "installing zenpy (PyPI, into $folder); a minute, once"
  rm -rf "$TIDEMARK_CACHE/clients/zendesk-"*
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$HERE/requirements.txt" >&2 ||
    die "zenpy could not be installed; the lines above say why"
  : >"$folder/complete"
fi

case "${1:-}" in
  --setup) exit ;;
  "") ;;
  *) die "unknown argument '$1': use --setup or none" ;;
esac

if [ -z "${TIDEMARK_TEST_SERVERS:-}" ]; then
  cargo build --quiet -p tidemark-test-servers -p tidemark-connectors
  TIDEMARK_TEST_SERVERS="$CARGO_TARGET_DIR/debug/tidemark-test-servers"
fi
export TIDEMARK_TEST_SERVERS
exec "$folder/bin/python" "$HERE/check.py"
