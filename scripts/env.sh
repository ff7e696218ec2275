# The environment every script and make target shares: where builds, tools and the wasm compiler are. Source it, don't run it.
# shellcheck shell=bash
# Sets nothing that the caller has set already, and prints nothing.

CHECKOUT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
TIDEMARK_CACHE="${TIDEMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tidemark}"
TOOLS="$TIDEMARK_CACHE/tools"
# Outside the checkout, so that a second clone reuses the long Polars build.
CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${TIDEMARK_TARGET:-$TIDEMARK_CACHE/target}}"
# First, because versions matter here: only exact ones are ever put into these two folders.
PATH="$TOOLS/bin:$CHECKOUT/app/js/node_modules/.bin:$PATH"
export TIDEMARK_CACHE CARGO_TARGET_DIR PATH

# Memory of this machine in whole GB; empty where it cannot be told.
tidemark_memory_gb() {
  if [ -r /proc/meminfo ]; then
    awk '/^MemTotal:/ { printf "%d", $2 / 1000000 }' /proc/meminfo
  elif command -v sysctl >/dev/null 2>&1; then
    sysctl -n hw.memsize 2>/dev/null | awk '{ printf "%d", $1 / 1000000000 }'
  fi
}

# One Polars crate takes up to 5 GB while it compiles: fewer at a time where memory is short.
if [ -z "${CARGO_BUILD_JOBS:-}" ]; then
  _memory="$(tidemark_memory_gb || true)"
  _cores="$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)"
  if [ -n "$_memory" ] && [ "$((_memory / 4))" -lt "$_cores" ]; then
    CARGO_BUILD_JOBS="$((_memory >= 8 ? _memory / 4 : 1))"
    export CARGO_BUILD_JOBS
  fi
  unset _memory _cores
fi

# True if the given `rustc` command line has the standard library of the browser target, and its source: the app is built with
# one of its own, made for size.
tidemark_has_wasm() {
  local sysroot
  sysroot="$("$@" --print sysroot 2>/dev/null)" || return 1
  [ -e "$sysroot/lib/rustlib/src/rust/library/std/Cargo.toml" ] || return 1
  compgen -G "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" >/dev/null
}

# Prints the rustup toolchain to build the browser app with; empty for the default one. Fails if there is none.
tidemark_wasm_toolchain() {
  if tidemark_has_wasm rustc; then
    return 0
  fi
  if command -v rustup >/dev/null 2>&1 && RUSTUP_TOOLCHAIN=web tidemark_has_wasm rustc; then
    echo web
    return 0
  fi
  return 1
}

# Prints a Chromium-family browser: CHROME if set, else the first one installed. Fails if there is none.
tidemark_browser() {
  local name
  if [ -n "${CHROME:-}" ]; then
    echo "$CHROME"
    return 0
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    if command -v "$name" >/dev/null 2>&1; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# Prints the program that drives the browser for tests written in Rust: CHROMEDRIVER if set, else the one on PATH. Fails if there is none.
tidemark_driver() {
  if [ -n "${CHROMEDRIVER:-}" ]; then
    echo "$CHROMEDRIVER"
    return 0
  fi
  command -v chromedriver
}

# Sets the compiler and its flags for everything that is built for the browser: the app, its tests and its benchmark alike.
tidemark_for_the_browser() {
  local toolchain
  # A toolchain named "web" is one that has the browser target where the default one cannot get it.
  toolchain="$(tidemark_wasm_toolchain || true)"
  if [ -n "$toolchain" ]; then export RUSTUP_TOOLCHAIN="$toolchain"; fi
  # Vector instructions are what the sums of the engine are made of; every browser of the last years has them.
  export RUSTFLAGS="${RUSTFLAGS:-} -Ctarget-feature=+simd128"
}

# Makes a program for the browser smaller, in place.
tidemark_optimise() {
  wasm-opt -Os --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
    --enable-reference-types --enable-multivalue --enable-simd --strip-debug --strip-producers --strip-target-features "$1" -o "$1.small"
  mv "$1.small" "$1"
}
