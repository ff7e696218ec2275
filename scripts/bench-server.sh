#!/usr/bin/env bash
# Attacks a server and holds the bounds of an idle machine; then keeps it under load for ten minutes, or as many seconds as
# given, and fails if its memory grows in the second half.
#
#   scripts/bench-server.sh [SECONDS]
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CHECKOUT"

scripts/setup.sh --native
export TIDEMARK_SECONDS="${1:-600}"
cargo test --locked --quiet --test steady attacks -- --nocapture --test-threads 1
cargo test --locked --quiet --test steady memory_is_flat_under_load -- --nocapture
