#!/usr/bin/env bash
# Holds each test server to clients that were not written for it, and the Stripe connector to localstripe, a server that was not
# written for it either.
#
#   tests/clients/run.sh            all, after `cargo build --bins`
#   tests/clients/run.sh stripe …   some of stripe, salesforce, zendesk
#   tests/clients/run.sh --setup    only installs what they need
#
# Needs Node 20, Python 3.11 and openssl. What is missing is skipped, and said so.
# TIDEMARK_TEST_SERVERS, TIDEMARK_BIN  the two binaries, if not those of the target folder
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly HERE
# shellcheck source=scripts/env.sh
. "$HERE/../../scripts/env.sh"
# shellcheck source=scripts/packages.sh
. "$HERE/../../scripts/packages.sh"
cd "$CHECKOUT"

say() { printf 'clients: %s\n' "$*" >&2; }
die() { printf 'clients: error: %s\n' "$*" >&2; exit 1; }

PYTHON=yes
python_at_least 11 || PYTHON=""

# python VENDOR: the Python with that vendor's packages; empty, and said so, where there is no Python.
python() {
  if [ -n "$PYTHON" ]; then
    echo "$(python_environment "clients/$1" "$HERE/$1/requirements.txt")/bin/python"
  else
    say "SKIPPED: the Python clients of $1, because Python 3.11 or newer is missing"
  fi
}

# The official client against our server; the same client fills localstripe, which tidemark pulls and builds on.
stripe() {
  npm_packages "$HERE/stripe" "Stripe's client"
  LOCALSTRIPE="$(python stripe)"
  export LOCALSTRIPE
  if [ -z "$SETUP" ]; then npm --prefix "$HERE/stripe" --silent test; fi
}

# jsforce and simple-salesforce against our server; the second signs in by a key of its own.
salesforce() {
  local python
  npm_packages "$HERE/salesforce" "jsforce"
  python="$(python salesforce)"
  if [ -n "$SETUP" ]; then return 0; fi
  npm --prefix "$HERE/salesforce" --silent test
  if ! command -v openssl >/dev/null; then
    say "SKIPPED: simple-salesforce, because openssl is missing"
  elif [ -n "$python" ]; then
    (cd "$HERE/salesforce" && "$python" -W error::ResourceWarning simple_client.py)
  fi
}

# zenpy against our server.
zendesk() {
  local python
  python="$(python zendesk)"
  if [ -z "$SETUP" ] && [ -n "$python" ]; then "$python" "$HERE/zendesk/check.py"; fi
}

SETUP=""
if [ "${1:-}" = --setup ]; then SETUP=yes; shift; fi
export TIDEMARK_TEST_SERVERS="${TIDEMARK_TEST_SERVERS:-$CARGO_TARGET_DIR/debug/tidemark-test-servers}"
export TIDEMARK_BIN="${TIDEMARK_BIN:-$CARGO_TARGET_DIR/debug/tidemark}"
if [ -z "$SETUP" ]; then
  for binary in "$TIDEMARK_TEST_SERVERS" "$TIDEMARK_BIN"; do
    [ -x "$binary" ] || die "$binary is missing: run 'cargo build --bins' first"
  done
fi

if [ "$#" -eq 0 ]; then set -- stripe salesforce zendesk; fi
for vendor in "$@"; do
  case "$vendor" in
    stripe | salesforce | zendesk) "$vendor" ;;
    *) die "unknown vendor '$vendor': use stripe, salesforce or zendesk" ;;
  esac
done
