#!/usr/bin/env bash
# Builds the browser app into app/dist; does nothing when no input changed since the last time.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=app/dist/.inputs

# Two builds at once would take each other's files away; the second waits and then finds nothing to do.
exec 9<app/js/src
if command -v flock >/dev/null; then flock 9; fi

inputs() {
  { find app/src app/js/src shared/src shared/crossfilter style -type f -print0
    printf '%s\0' app/index.html app/icon.svg app/Cargo.toml app/js/build.mjs app/js/package.json app/js/package-lock.json \
      shared/Cargo.toml Cargo.toml Cargo.lock Trunk.toml scripts/build-app.sh scripts/pack-app.mjs
  } | sort -z | xargs -0 sha256sum | sha256sum
}
now=$(inputs)
if [ "${1:-}" != "--force" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
  echo "app/dist is up to date"
  exit 0
fi

for tool in node npm trunk wasm-bindgen; do
  command -v "$tool" >/dev/null || { echo "build-app: $tool is missing; run scripts/setup.sh first" >&2; exit 1; }
done

# The chart library and the optimiser; installed again only when the lock file changed.
lock=$(sha256sum <app/js/package-lock.json)
if [ ! -f app/js/node_modules/.lock ] || [ "$(cat app/js/node_modules/.lock)" != "$lock" ]; then
  (cd app/js && npm ci --no-audit --no-fund --loglevel=error)
  printf '%s' "$lock" >app/js/node_modules/.lock
fi
(cd app/js && node build.mjs)

# shellcheck source=scripts/env.sh
. scripts/env.sh
tidemark_for_the_browser
# Views are compiled without their nested types, which makes the program smaller.
export RUSTFLAGS="${RUSTFLAGS:-} --cfg=erase_components"
PATH="$PWD/app/js/node_modules/.bin:$PATH" trunk build --offline --release --cargo-profile app --color never
node scripts/pack-app.mjs
printf '%s' "$now" >"$stamp"
