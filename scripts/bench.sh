#!/usr/bin/env bash
# Measures the build of the marts on ten million raw rows, beside DuckDB on the same SQL; needs about 12 GB of memory and 10 GB of disk.
#
# Before that, a sync of a million records from each vendor's test server, beside what the vendor itself would give.
#
#   scripts/bench.sh [CUSTOMERS]   117000 customers over ten years, unless told otherwise; half of the rows are invoices and their lines
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CHECKOUT"

readonly CUSTOMERS="${1:-117000}" DAYS=3650 AS_OF=2026-06-30

scripts/setup.sh --tests
scripts/build-app.sh
cargo build --locked --release --bins
TIDEMARK_RECORDS=1000000 cargo test --quiet --test vendors memory_does_not_grow -- --nocapture --test-threads 1
# The peer's Python is the one dbt runs in.
PYTHON="$(scripts/peers.sh --python)"
TIDEMARK="$CARGO_TARGET_DIR/release/tidemark"
WORK="$(mktemp -d "${TMPDIR:-/tmp}/tidemark-bench.XXXXXX")"
trap 'rm -rf "$WORK"' EXIT

"$TIDEMARK" simulate --out "$WORK/raw" --customers "$CUSTOMERS" --days "$DAYS" --as-of "$AS_OF" >&2
"$PYTHON" tests/bench/marts.py "$TIDEMARK" "$WORK/raw" "$WORK" "$AS_OF" cargo bench --quiet --bench transform --

# How Lighthouse judges every page; `make test` asks it of the first one alone.
CHROME="$(tidemark_browser)" TIDEMARK_BIN="$TIDEMARK" TIDEMARK_LIGHTHOUSE=all node tests/browser/run.mjs lighthouse >&2
