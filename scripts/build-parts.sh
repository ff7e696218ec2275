#!/usr/bin/env bash
# Makes what the browser app is put together from: the program, taken apart into files that are loaded when they are needed
# (app/js/program), and the bundles of scripts and styles (app/js/dist). Trunk runs it before it builds.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CHECKOUT"

# The chart library, the bundler and the optimiser; installed again only when the lock file changed.
lock=$(sha256sum <app/js/package-lock.json)
if [ ! -f app/js/node_modules/.lock ] || [ "$(cat app/js/node_modules/.lock)" != "$lock" ]; then
  (cd app/js && npm ci --no-audit --no-fund --loglevel=error)
  printf '%s' "$lock" >app/js/node_modules/.lock
fi

# The tool that takes the program apart is our own code, compiled for this machine.
cargo build --locked --quiet --package tidemark-parts --profile tools
splitter="$CARGO_TARGET_DIR/tools/tidemark-parts"

# The program, with what is needed to take it apart. Views are compiled without their nested types, which makes it smaller; and
# the standard library anew, made for size and without the words of panics.
tidemark_for_the_browser
target=wasm32-unknown-unknown
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="$RUSTFLAGS --cfg=erase_components -Zlocation-detail=none -Zunstable-options -Cpanic=immediate-abort"
cargo rustc --locked --package tidemark-app --bin tidemark-app --profile app --target "$target" \
  -Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size -- -Clink-arg=--emit-relocs

# Its parts: what the first page needs, and files that are loaded when somebody goes where they are needed.
parts="$CHECKOUT/app/js/program"
rm -rf "$parts"
"$splitter" "$CARGO_TARGET_DIR/$target/app/tidemark-app.wasm" "$parts"
for part in "$parts"/*.wasm; do tidemark_optimise "$part"; done

node app/js/build.mjs "$parts"
