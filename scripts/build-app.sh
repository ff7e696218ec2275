#!/usr/bin/env bash
# Builds the browser app into app/dist; does nothing when no input changed since the last time.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CHECKOUT"

stamp=app/dist/.inputs

# Two builds at once would take each other's files away; the second waits and then finds nothing to do.
exec 9<app/js/src
if command -v flock >/dev/null; then flock 9; fi

inputs() {
  { find app/src app/js/src shared/src shared/crossfilter style -type f -print0
    printf '%s\0' app/index.html app/icon.svg app/Cargo.toml app/js/build.mjs app/js/package.json app/js/package-lock.json \
      shared/Cargo.toml Cargo.toml Cargo.lock scripts/build-app.sh scripts/pack-app.mjs
  } | sort -z | xargs -0 sha256sum | sha256sum
}
now=$(inputs)
if [ "${1:-}" != "--force" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
  echo "app/dist is up to date"
  exit 0
fi

for tool in node npm wasm-split-cli wasm-bindgen; do
  command -v "$tool" >/dev/null || { echo "build-app: $tool is missing; run scripts/setup.sh first" >&2; exit 1; }
done

# The chart library, the bundler and the optimiser; installed again only when the lock file changed.
lock=$(sha256sum <app/js/package-lock.json)
if [ ! -f app/js/node_modules/.lock ] || [ "$(cat app/js/node_modules/.lock)" != "$lock" ]; then
  (cd app/js && npm ci --no-audit --no-fund --loglevel=error)
  printf '%s' "$lock" >app/js/node_modules/.lock
fi

# The program, with what is needed to take it apart. Views are compiled without their nested types, which makes it smaller; and
# the standard library anew, made for size and without the words of panics.
tidemark_for_the_browser
target=wasm32-unknown-unknown
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="$RUSTFLAGS --cfg=erase_components -Zlocation-detail=none -Zunstable-options -Cpanic=immediate-abort"
cargo rustc --package tidemark-app --bin tidemark-app --profile app --target "$target" \
  -Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size -- -Clink-arg=--emit-relocs

# Its parts: what the first page needs, and files that are loaded when somebody goes where they are needed.
parts="$CARGO_TARGET_DIR/$target/app/parts"
rm -rf "$parts"
wasm-split-cli "$CARGO_TARGET_DIR/$target/app/tidemark-app.wasm" "$parts" --out-name tidemark-app
wasm-bindgen --target web --no-typescript --keep-lld-exports --out-dir "$parts" --out-name tidemark-app "$parts/tidemark-app.wasm"
rm "$parts/tidemark-app.wasm"
for part in "$parts"/*.wasm; do tidemark_optimise "$part"; done

node app/js/build.mjs "$parts"
node scripts/pack-app.mjs "$parts"
printf '%s' "$now" >"$stamp"
