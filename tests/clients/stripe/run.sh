#!/usr/bin/env bash
# Holds the Stripe test server to the official client, and fills localstripe with it.
#
#   tests/clients/stripe/run.sh              the tests
#   tests/clients/stripe/run.sh localstripe  a filled localstripe: prints one line of JSON, ends with its standard input
#   tests/clients/stripe/run.sh --setup      only installs what both need
#
# Needs Node 20 and, for localstripe, Python 3.9 or newer; packages go into this folder and the project's cache folder.
# TIDEMARK_TEST_SERVERS  the binary with the servers; built if it is not set
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly HERE
# shellcheck source=scripts/env.sh
. "$HERE/../../../scripts/env.sh"
cd "$CHECKOUT"

say() { printf 'clients: %s\n' "$*" >&2; }
die() { printf 'clients: error: %s\n' "$*" >&2; exit 1; }

command -v node >/dev/null 2>&1 || die "Node.js is missing: install Node 20 or newer to run Stripe's client"

packages() {
  local mark="$HERE/node_modules/.lock" lock
  lock="$(cksum <"$HERE/package-lock.json")"
  if [ "$(cat "$mark" 2>/dev/null)" = "$lock" ]; then return 0; fi
  say "installing Stripe's client (npm, into $HERE)"
  (cd "$HERE" && npm ci --no-audit --no-fund --loglevel=error >/dev/null) || die "npm ci failed in $HERE; the lines above say why"
  printf '%s' "$lock" >"$mark"
}

# Sets LOCALSTRIPE to a Python that has it; leaves it empty, and says so, where it cannot be had.
localstripe() {
  local folder
  if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    say "SKIPPED: localstripe, because Python 3.9 or newer is missing"
    return 0
  fi
  folder="$TIDEMARK_CACHE/clients/stripe-$(cksum <"$HERE/requirements.txt" | cut -d ' ' -f 1)"
  if [ ! -e "$folder/complete" ]; then
    say "installing localstripe (PyPI, into $folder); a minute, once"
    rm -rf "$TIDEMARK_CACHE/clients/stripe-"*
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$HERE/requirements.txt" >&2 ||
      die "localstripe could not be installed; the lines above say why"
    : >"$folder/complete"
  fi
  LOCALSTRIPE="$folder/bin/python"
}

LOCALSTRIPE="${LOCALSTRIPE:-}"
packages
if [ -z "$LOCALSTRIPE" ]; then localstripe; fi
export LOCALSTRIPE

case "${1:-}" in
  --setup) exit ;;
  localstripe)
    [ -n "$LOCALSTRIPE" ] || die "localstripe cannot run without Python 3.9 or newer"
    exec node "$HERE/localstripe.mjs"
    ;;
  "") ;;
  *) die "unknown argument '$1': use localstripe, --setup or none" ;;
esac

if [ -z "${TIDEMARK_TEST_SERVERS:-}" ]; then
  cargo build --quiet -p tidemark-test-servers -p tidemark-connectors
  TIDEMARK_TEST_SERVERS="$CARGO_TARGET_DIR/debug/tidemark-test-servers"
fi
export TIDEMARK_TEST_SERVERS
npm --prefix "$HERE" --silent test
