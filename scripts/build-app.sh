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
  { find app/src app/js/src app/parts shared/src shared/crossfilter style -type f -print0
    printf '%s\0' app/page/index.html app/page/icon.svg app/Cargo.toml app/js/build.mjs app/js/package.json app/js/package-lock.json \
      shared/Cargo.toml Cargo.toml Cargo.lock Trunk.toml scripts/build-app.sh scripts/build-parts.sh scripts/pack-app.mjs
  } | sort -z | xargs -0 sha256sum | sha256sum
}
now=$(inputs)
if [ "${1:-}" != "--force" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
  echo "app/dist is up to date"
  exit 0
fi

for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "build-app: $tool is missing; run scripts/setup.sh first" >&2; exit 1; }
done

# The two hooks of Trunk.toml: all there is to do, so a build does not need Trunk itself.
scripts/build-parts.sh
node scripts/pack-app.mjs
printf '%s' "$now" >"$stamp"
