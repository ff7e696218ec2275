#!/usr/bin/env bash
# Installs each package of `make dist` as a user would, in an empty environment, and opens the demo's page from there.
#
#   scripts/dist-test.sh        makes the packages if they are missing
#   DIST_OUT=FOLDER             where the packages are
#
# What this machine cannot do is skipped, and the last lines say what.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CHECKOUT"

OUT="${DIST_OUT:-$CARGO_TARGET_DIR/dist}"
WORK="$(mktemp -d)"
PASSED=0 FAILED=0
trap 'rm -rf "$WORK"' EXIT

say() { printf 'dist-test: %s\n' "$*" >&2; }

[ -f "$OUT/SHA256SUMS" ] || scripts/dist.sh
(cd "$OUT" && sha256sum --quiet --check SHA256SUMS)

# The only file of a pattern in the folder of packages.
package() { local found=("$OUT"/$1); echo "${found[0]}"; }

# demo NAME COMMAND…: starts the demo by this command, reads its page and manifest, and stops it.
demo() {
  local name="$1" log="$WORK/$1.log" url="" pid
  shift
  "$@" demo --customers 40 --listen 127.0.0.1:0 --data "$WORK/$name-demo" --no-open --no-history >"$log" 2>&1 &
  pid=$!
  for _ in $(seq 600); do
    url="$(sed -n 's#.*Tidemark is at \(http://[^/]*\)/.*#\1#p' "$log")"
    if [ -n "$url" ] || ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.1
  done
  if [ -n "$url" ] && curl -fsS "$url/" | grep -q '<title>Tidemark' && curl -fsS "$url/api/v1/manifest" | grep -q '"demo":true'; then
    if [ "$name" != wheel ] || page "$url"; then
      PASSED=$((PASSED + 1))
      say "$name: ok"
      kill "$pid" && wait "$pid" || true
      return
    fi
  fi
  FAILED=$((FAILED + 1))
  say "$name: the demo's page did not come; the end of its log:"
  tail -n 5 "$log" >&2
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

# Whether the page shows a number in a real browser.
page() {
  local browser
  browser="$(tidemark_browser)" || { say "SKIPPED: the page in a browser, because there is none"; return 0; }
  "$browser" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
    --user-data-dir="$WORK/browser" --virtual-time-budget=20000 --dump-dom "$1/" 2>/dev/null | grep -q 'data-testid="kpi-mrr"'
}

tar -xzf "$(package 'tidemark-*-unknown-linux-gnu.tar.gz')" -C "$WORK"
demo tarball "$(find "$WORK" -type f -name tidemark -perm -u+x | head -n 1)"

python3 -m venv "$WORK/venv"
"$WORK/venv/bin/pip" install --quiet --no-index --disable-pip-version-check "$(package '*.whl')"
demo wheel "$WORK/venv/bin/tidemark"

mkdir "$WORK/npm"
npm install --prefix "$WORK/npm" --no-audit --no-fund --offline --silent "$(package 'npm-tidemark-linux-*.tgz')" "$(package 'npm-tidemark-[0-9]*.tgz')"
demo npm "$WORK/npm/node_modules/.bin/tidemark"

if command -v dpkg-deb >/dev/null; then
  dpkg-deb -x "$(package '*.deb')" "$WORK/deb"
  demo deb "$WORK/deb/usr/bin/tidemark"
  if command -v lintian >/dev/null; then
    lintian --fail-on error "$(package '*.deb')" >&2 || FAILED=$((FAILED + 1))
  else
    say "SKIPPED: lintian, because it is not installed"
  fi
else
  say "SKIPPED: the Debian package, because dpkg-deb is missing"
fi

# The image as a container would see it: its own files alone, by a user without rights.
if [ "$(id -u)" -eq 0 ]; then
  mkdir -p "$WORK/image" "$WORK/root"
  tar -xf "$(package '*-oci-*.tar')" -C "$WORK/image"
  python3 - "$WORK/image" <<'PYTHON' | while read -r layer; do tar -xf "$layer" -C "$WORK/root"; done
import json, pathlib, sys
image = pathlib.Path(sys.argv[1])
blob = lambda digest: image / "blobs" / digest.replace(":", "/")
index = json.loads((image / "index.json").read_text())
manifest = json.loads(blob(index["manifests"][0]["digest"]).read_text())
for layer in manifest["layers"]:
    print(blob(layer["digest"]))
PYTHON
  binary="$(cd "$WORK/root" && find . -type f -name tidemark -perm -u+x | head -n 1)"
  mkdir -p "$WORK/root$WORK/image-demo" && chmod -R a+rwX "$WORK/root$WORK"
  demo image chroot --userspec=10001:10001 "$WORK/root" "${binary#.}"
else
  say "SKIPPED: the image, because only root may change the root folder"
fi

printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
[ "$FAILED" -eq 0 ]
