#!/usr/bin/env bash
# Installs what building and testing Tidemark needs, says what and why before each, and does nothing where it is there already.
#
#   scripts/setup.sh           what `make demo` and `make build` need (the same as --app)
#   scripts/setup.sh --tests   that, and what `make test` needs: a browser and its driver, cargo-deny, dbt with DuckDB,
#                              the clients of Stripe, Salesforce and Zendesk that others wrote
#   scripts/setup.sh --audit   cargo-audit, for `make audit`
#   scripts/setup.sh --native  only looks whether this machine can build at all
#
# Cargo tools go to the project's cache folder (TIDEMARK_CACHE, by default ~/.cache/tidemark), npm packages into the
# checkout. System packages are installed only on Debian and its kin, and only as root or where sudo asks no password.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
cd "$CHECKOUT"

readonly DENY_VERSION=0.20.2
readonly AUDIT_VERSION=0.22.2
readonly NODE_MINIMUM=18
readonly NODE_MINIMUM_TESTS=20

say() { printf 'setup: %s\n' "$*"; }
warn() { printf 'setup: warning: %s\n' "$*" >&2; }
die() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# --- what must be there before anything -------------------------------------------------------------------------

# True if dotted version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

check_machine() {
  local minimum version memory free folder
  minimum="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"
  { have cargo && have rustc; } || die "Rust is missing: install Rust $minimum or newer from https://rustup.rs"
  version="$(rustc --version | awk '{ print $2 }')"
  at_least "${version%%-*}" "$minimum" || die "rustc is $version, Tidemark needs $minimum or newer: run 'rustup update stable'"
  have cc || have gcc || have clang || die "a C compiler is missing (compression libraries need one): on Debian 'apt-get install build-essential', on macOS 'xcode-select --install'"

  memory="$(tidemark_memory_gb || true)"
  if [ -n "$memory" ] && [ "$memory" -lt 6 ]; then
    warn "this machine has ${memory} GB of memory; the Polars crates want about 6 GB, so they are built one at a time"
  fi
  folder="$CARGO_TARGET_DIR"
  while [ ! -d "$folder" ]; do folder="$(dirname "$folder")"; done
  free="$(df -Pk "$folder" | awk 'NR == 2 { printf "%d", $4 / 1000000 }')"
  # A finished build is there already: what is free then need not hold another.
  if [ "$free" -lt 15 ] && [ ! -d "$CARGO_TARGET_DIR/debug/deps" ]; then
    warn "${free} GB are free at $folder and a full build takes about 15 GB: set TIDEMARK_TARGET to a folder with more room if it fails"
  fi
}

# check_node MINIMUM
check_node() {
  local version
  { have node && have npm; } || die "Node.js is missing (it bundles the chart library and drives the tests' browser): install Node $1 or newer from https://nodejs.org or your system's packages"
  version="$(node --version)"
  at_least "${version#v}" "$1" || die "Node is $version, this needs $1 or newer"
}

# --- system packages --------------------------------------------------------------------------------------------

APT_UPDATED=""

# Installs Debian packages; fails quietly where that is not possible, so that the caller can say what to do instead.
# Refuses any plan that would remove a package of yours.
apt_install() {
  local as_root=()
  have apt-get || return 1
  if [ "$(id -u)" -ne 0 ]; then
    have sudo && sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  if [ -z "$APT_UPDATED" ]; then
    "${as_root[@]}" apt-get update -qq || warn "apt-get update failed; trying with the package lists that are here"
    APT_UPDATED=yes
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove "$@" >/dev/null
}

# --- the browser target of Rust ---------------------------------------------------------------------------------

# The fall-back's compiler and library source; a distribution without the separate "-web" packages has them as plain ones.
install_debian_rust() {
  local suffix
  if [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && [ -e /usr/lib/rustlib/src/rust/library/std/Cargo.toml ]; then
    return 0
  fi
  say "installing Debian's Rust compiler, cargo and library source (apt), beside your own, for the browser build only"
  for suffix in -web ""; do
    apt_install "rustc$suffix" "cargo$suffix" "rust$suffix-src" && return 0
  done
  return 1
}

# The linker of the same LLVM as the compiler, at the place where that compiler looks for `rust-lld`.
install_linker() {
  local major host bin
  major="$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')"
  host="$(/usr/bin/rustc -vV | sed -n 's/^host: //p')"
  bin="/usr/lib/rustlib/$host/bin"
  if [ -e "$bin/rust-lld" ] || have rust-lld; then return 0; fi
  if [ ! -x "/usr/bin/lld-$major" ]; then
    say "installing lld-$major (apt), which links the browser build"
    apt_install "lld-$major" || return 1
  fi
  as_owner mkdir -p "$bin"
  as_owner ln -sfn "/usr/bin/lld-$major" "$bin/rust-lld"
}

as_owner() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Compiles the standard library for the browser from Debian's source and puts it where its compiler looks.
# The embedded bitcode is what lets a size-optimised build link across it.
build_std() {
  local work="$TIDEMARK_CACHE/std-for-wasm" lib=/usr/lib/rustlib/wasm32-unknown-unknown/lib version
  version="$(/usr/bin/rustc -vV | cksum)"
  if [ "$(cat "$lib/tidemark-built-by" 2>/dev/null)" = "$version" ]; then return 0; fi
  if compgen -G "$lib/libstd-*.rlib" >/dev/null && [ ! -e "$lib/tidemark-built-by" ]; then return 0; fi
  say "compiling Rust's standard library for the browser with Debian's compiler (about a minute)"
  rm -rf "$work"
  mkdir -p "$work/src"
  printf '[package]\nname = "throwaway"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$work/Cargo.toml"
  : >"$work/src/lib.rs"
  (
    cd "$work"
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort RUSTFLAGS=-Cembed-bitcode=yes \
      CARGO_TARGET_DIR="$work/target" /usr/bin/cargo build --quiet --release --target wasm32-unknown-unknown
  )
  as_owner mkdir -p "$lib"
  as_owner find "$lib" -name '*.rlib' -delete
  find "$work/target/wasm32-unknown-unknown/release/deps" -name '*.rlib' ! -name 'libthrowaway-*' -print0 |
    while IFS= read -r -d '' rlib; do as_owner cp "$rlib" "$lib/"; done
  printf '%s\n' "$version" | as_owner tee "$lib/tidemark-built-by" >/dev/null
  rm -rf "$work"
}

ensure_wasm_target() {
  local toolchain
  if toolchain="$(tidemark_wasm_toolchain)"; then
    # A Debian upgrade leaves a standard library behind that the new compiler refuses: build it again.
    if [ "$toolchain" = web ]; then build_std; fi
    return 0
  fi
  if have rustup; then
    say "adding Rust's wasm32-unknown-unknown target and the source of its standard library (rustup): the dashboard is compiled for the browser"
    timeout_of 300 rustup target add wasm32-unknown-unknown >/dev/null 2>&1 || true
    if timeout_of 300 rustup component add rust-src >/dev/null 2>&1 && tidemark_has_wasm rustc; then return 0; fi
    say "rustup could not download it; falling back to Debian's Rust"
  fi
  if install_debian_rust && install_linker; then
    build_std
    if have rustup; then rustup toolchain link web /usr; fi
    if tidemark_wasm_toolchain >/dev/null; then return 0; fi
  fi
  die "the Rust target wasm32-unknown-unknown or the source of its standard library is missing: run 'rustup target add wasm32-unknown-unknown' and 'rustup component add rust-src' where rustup can download, or this script as root on Debian or Ubuntu with Rust ≥ 1.95 in their packages"
}

# `timeout` is not everywhere; without it the command simply runs.
timeout_of() {
  if have timeout; then timeout "$@"; else shift; "$@"; fi
}

# --- cargo and npm tools ----------------------------------------------------------------------------------------

# cargo_tool COMMAND CRATE VERSION WHY [cargo install flags…]: the exact version, from PATH if it is there.
cargo_tool() {
  local command="$1" crate="$2" version="$3" why="$4"
  shift 4
  # Not every tool tells its version, but cargo keeps a record of what it installed.
  if [ -x "$TOOLS/bin/$command" ] && grep -qs "^\"$crate $version " "$TOOLS/.crates.toml"; then return 0; fi
  if have "$command" && [ "$("$command" --version 2>/dev/null | awk '{ print $2 }')" = "$version" ]; then return 0; fi
  say "installing $crate $version (cargo, into $TOOLS): $why; a few minutes, once"
  CARGO_TARGET_DIR="$TIDEMARK_CACHE/tools-build" cargo install --quiet --force --root "$TOOLS" "$crate" --version "=$version" "$@" ||
    die "$crate $version could not be installed; the lines above say why"
  rm -rf "$TIDEMARK_CACHE/tools-build"
}

# The version of a crate in Cargo.lock.
locked() {
  awk -v name="name = \"$1\"" '$0 == name { getline; gsub(/version = |"/, ""); print; exit }' Cargo.lock
}

ensure_app() {
  check_node "$NODE_MINIMUM"
  ensure_wasm_target
  npm_packages app/js "the chart library and the wasm optimiser"
}

ensure_tests() {
  local bindgen
  check_node "$NODE_MINIMUM_TESTS"
  if ! tidemark_browser >/dev/null; then
    say "installing Chromium (apt): the tests drive the real page"
    apt_install chromium || die "no Chromium or Chrome was found: install one, or set CHROME to its path"
  fi
  if ! tidemark_driver >/dev/null; then
    say "installing Chromium's driver (apt): the engine's tests run in the browser, too"
    apt_install chromium-driver || warn "no chromedriver was found, so the engine's WebAssembly tests will run in Node: install the one of your browser, or set CHROMEDRIVER to its path"
  fi
  npm_packages tests/browser "the driver of the tests' browser"
  scripts/peers.sh --setup
  tests/clients/run.sh --setup
  bindgen="$(locked wasm-bindgen)"
  [ -n "$bindgen" ] || die "Cargo.lock names no wasm-bindgen; is this checkout complete?"
  cargo_tool wasm-bindgen-test-runner wasm-bindgen-cli "$bindgen" "it runs tests in the browser, and must equal the version in Cargo.lock" --debug
  cargo_tool cargo-deny cargo-deny "$DENY_VERSION" "it checks the licences of what we build on" --locked --debug
}

case "${1:-}" in
  "" | --app) check_machine; ensure_app ;;
  --tests) check_machine; ensure_app; ensure_tests ;;
  --native) check_machine ;;
  --audit) cargo_tool cargo-audit cargo-audit "$AUDIT_VERSION" "it compares Cargo.lock with the known advisories" --locked --debug ;;
  *) die "unknown option '$1': use --app, --tests, --audit or --native" ;;
esac
