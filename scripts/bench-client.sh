#!/usr/bin/env bash
# Measures the client engine beside its peers in a headless Chromium; tests/bench/client/README.md says what and how.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
cd "$CHECKOUT"

readonly BENCH="$CHECKOUT/tests/bench/client"

say() { printf 'bench-client: %s\n' "$*" >&2; }
die() { printf 'bench-client: error: %s\n' "$*" >&2; exit 1; }

WORK="$(mktemp -d "${TMPDIR:-/tmp}/tidemark-bench.XXXXXX")"
trap 'rm -rf "$WORK"' EXIT

# The engine for the browser, with the profile, the compiler's flags and the optimiser's flags of the app.
build_engine() {
  (
    tidemark_for_the_browser
    cargo build --locked -p tidemark-bench-client --lib --profile app --target wasm32-unknown-unknown
  )
  wasm-bindgen --target web --no-typescript --out-dir "$WORK/engine" \
    "$CARGO_TARGET_DIR/wasm32-unknown-unknown/app/tidemark_bench_client.wasm"
  tidemark_optimise "$WORK/engine/tidemark_bench_client_bg.wasm"
}

scripts/setup.sh --app >&2
BROWSER="$(tidemark_browser)" || die "no Chromium or Chrome was found: install one, or set CHROME to its path"
npm_packages "$BENCH" "the engines ours is compared with"
build_engine
cargo build --locked -p tidemark-bench-client --features publish --bins
if [ "${BENCH_PAGE:-yes}" = yes ]; then
  scripts/build-app.sh >&2
  cargo build --locked --bins
  export TIDEMARK_BIN="$CARGO_TARGET_DIR/debug/tidemark" PUBLISH="$CARGO_TARGET_DIR/debug/publish"
fi
CHROME="$BROWSER" GENERATE="$CARGO_TARGET_DIR/debug/generate" ENGINE="$WORK/engine" node "$BENCH/run.mjs"
