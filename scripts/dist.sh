#!/usr/bin/env bash
# Makes the packages of a release from one binary: tarball, Python wheel, npm packages, Debian package, container image, with
# checksums, a list of what is inside (CycloneDX) and the licences of it. They go to dist/ in the target folder.
#
#   scripts/dist.sh                     builds the release binary first, for glibc 2.28 where zig is (see below)
#   DIST_BINARY=PATH scripts/dist.sh    packs a binary that is there, stripped
#   DIST_OUT=FOLDER                     where to put the packages
#
# A binary runs on the glibc it was linked with and newer ones. cargo-zigbuild (PyPI, with its zig) links for an old one; on
# macOS and with DIST_GLIBC=own the machine's own linker is used.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
cd "$CHECKOUT"

say() { printf 'dist: %s\n' "$*" >&2; }
die() { printf 'dist: error: %s\n' "$*" >&2; exit 1; }

python_at_least 11 || die "Python 3.11 or newer is missing; it writes the packages"
npm_packages app/js "their licences go into the packages"

OUT="${DIST_OUT:-$CARGO_TARGET_DIR/dist}"
export PYTHONDONTWRITEBYTECODE=1

# Builds the release binary; sets BINARY.
build() {
  local host glibc="${DIST_GLIBC:-2.28}" tools
  # Uncommitted changes would make a binary that no commit describes.
  TIDEMARK_COMMIT="$(git rev-parse --short=12 HEAD)$(git diff --quiet HEAD || echo -dirty)"
  export TIDEMARK_COMMIT
  scripts/build-app.sh >&2
  host="$(rustc -vV | sed -n 's/^host: //p')"
  if [[ "$host" == *linux-gnu && "$glibc" != own ]]; then
    tools="$(python_environment dist-zig server/deploy/dist/requirements.txt)"
    PATH="$tools/bin:$PATH" cargo zigbuild --locked --release --bins --target "$host.$glibc" >&2
    BINARY="$CARGO_TARGET_DIR/$host/release/tidemark"
  else
    cargo build --locked --release --bins >&2
    BINARY="$CARGO_TARGET_DIR/release/tidemark"
  fi
}

if [ -n "${DIST_BINARY:-}" ]; then
  [ -x "$DIST_BINARY" ] || die "DIST_BINARY=$DIST_BINARY is no program"
  BINARY="$DIST_BINARY"
else
  build
fi

# Names and debug information double the size and help no user; stripping twice does no harm.
mkdir -p "$OUT"
STRIPPED="$OUT/.binary/tidemark"
mkdir -p "$(dirname "$STRIPPED")"
strip -o "$STRIPPED" "$BINARY" || die "strip failed: binutils (Debian) or the command line tools (macOS) have it"
chmod 0755 "$STRIPPED"
python3 server/deploy/dist/build.py "$STRIPPED" "$OUT"
rm -rf "$OUT/.binary"
