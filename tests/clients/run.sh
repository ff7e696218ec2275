#!/usr/bin/env bash
# Holds each test server to clients that were not written for it, one folder after the other.
#
#   tests/clients/run.sh            all
#   tests/clients/run.sh stripe …   some
#
# TIDEMARK_TEST_SERVERS  the binary with the servers; built if it is not set
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly HERE
# shellcheck source=scripts/env.sh
. "$HERE/../../scripts/env.sh"
cd "$CHECKOUT"

if [ -z "${TIDEMARK_TEST_SERVERS:-}" ]; then
  cargo build --quiet -p tidemark-test-servers -p tidemark-connectors
  TIDEMARK_TEST_SERVERS="$CARGO_TARGET_DIR/debug/tidemark-test-servers"
fi
export TIDEMARK_TEST_SERVERS

FAILED=0
if [ "$#" -eq 0 ]; then
  for run in "$HERE"/*/run.sh; do set -- "$@" "$(basename "$(dirname "$run")")"; done
fi
for vendor in "$@"; do
  printf 'clients: %s\n' "$vendor" >&2
  "$HERE/$vendor/run.sh" || FAILED=1
done
exit "$FAILED"
