#!/usr/bin/env bash
# Runs the tests of `shared` compiled to WebAssembly, in a headless Chromium, or in Node where its driver is missing: what holds natively holds in the page.
#
#   scripts/test-wasm.sh [FILTER]   only tests whose names hold FILTER
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CHECKOUT"

# The runner looks for the browser's options in the folder it is in.
if [ "${1:-}" = --run ]; then
  program="$(realpath "$2")"
  shift 2
  cd tests/wasm
  exec wasm-bindgen-test-runner "$program" "$@"
fi

if CHROMEDRIVER="$(tidemark_driver)"; then
  export CHROMEDRIVER WASM_BINDGEN_USE_BROWSER=1 WASM_BINDGEN_TEST_TIMEOUT=300
else
  echo "test-wasm: no chromedriver was found, so the tests run in Node ('scripts/setup.sh --tests' says what is missing)" >&2
fi
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="$CHECKOUT/scripts/test-wasm.sh --run"
tidemark_for_the_browser
cargo test --locked --no-fail-fast -p tidemark-crossfilter -p tidemark-shared --lib --target wasm32-unknown-unknown -- "$@"
