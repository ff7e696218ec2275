#!/usr/bin/env bash
# Proves the Salesforce test server by clients that were not written for it: jsforce, then simple-salesforce.
#
#   tests/clients/salesforce/run.sh     after `cargo build --bins`; installs both clients where they are missing
#
# Needs Node 20 and npm; Python 3.11 and openssl for the second, which is skipped, and said so, where they are missing.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../../scripts/env.sh"
cd "$CHECKOUT/tests/clients/salesforce"

say() { printf 'salesforce clients: %s\n' "$*" >&2; }
die() { printf 'salesforce clients: error: %s\n' "$*" >&2; exit 1; }

export TIDEMARK_TEST_SERVERS="${TIDEMARK_TEST_SERVERS:-$CARGO_TARGET_DIR/debug/tidemark-test-servers}"
[ -x "$TIDEMARK_TEST_SERVERS" ] || die "$TIDEMARK_TEST_SERVERS is missing: run 'cargo build --bins' first"
command -v npm >/dev/null || die "npm is missing: install Node 20 or newer"

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --ignore-scripts --silent || die "jsforce could not be installed; the lines above say why"
fi
npm test --silent

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || ! command -v openssl >/dev/null; then
  say "SKIPPED: simple-salesforce, because Python 3.11 or openssl is missing"
  exit 0
fi
environment="$TIDEMARK_CACHE/clients/salesforce-$(cksum <requirements.txt | cut -d ' ' -f 1)"
if [ ! -e "$environment/complete" ]; then
  say "installing simple-salesforce (PyPI, into $environment); once"
  rm -rf "$TIDEMARK_CACHE/clients/salesforce-"*
  python3 -m venv "$environment" >&2
  "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt >&2 ||
    die "simple-salesforce could not be installed; the lines above say why"
  : >"$environment/complete"
fi
"$environment/bin/python" -W ignore::UserWarning simple_client.py
