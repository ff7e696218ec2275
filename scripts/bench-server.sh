#!/usr/bin/env bash
# Keeps a server under load and watches its memory: ten minutes unless told otherwise. Fails if memory grows in the second half.
#
#   scripts/bench-server.sh [SECONDS]
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CHECKOUT"

scripts/setup.sh --native
TIDEMARK_SECONDS="${1:-600}" cargo test --quiet --test steady memory_is_flat_under_load -- --nocapture
