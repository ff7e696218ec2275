#!/usr/bin/env bash
# Runs the project's tests and closes with one line that counts them; the Makefile says what and in which order.
#
#   scripts/test.sh          everything
#   scripts/test.sh --fast   without the browser app and its journeys
#   scripts/test.sh --lint   only formatting, clippy and licences
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CHECKOUT"

PASSED=0
FAILED=0
# What tests have skipped, one line each, and why.
SKIPPED="$(mktemp)"
STEP="set-up"
STARTED=$SECONDS

step() {
  STEP="$1"
  printf '\n== %s (%d min %02d s)\n' "$STEP" "$(((SECONDS - STARTED) / 60))" "$(((SECONDS - STARTED) % 60))"
}

finish() {
  local status=$?
  trap - EXIT
  if [ "$status" -eq 0 ] && [ "${COUNTS:-yes}" = yes ] && [ "$PASSED" -eq 0 ]; then
    echo "test: no test was run" >&2
    status=1
  fi
  if [ "$status" -ne 0 ]; then
    printf '\ntest: failed at: %s\n' "$STEP" >&2
    if [ "$FAILED" -eq 0 ]; then FAILED=1; fi
  fi
  if [ -s "$SKIPPED" ]; then
    printf '\nSkipped on this machine:\n'
    sed 's/^/  /' "$SKIPPED"
    if [ -n "${FAIL_ON_SKIPS:-}" ] && grep -vE "${ACCEPTED_SKIPS:-^$}" "$SKIPPED" >/dev/null; then
      echo "test: a skipped test counts as failed here, unless ACCEPTED_SKIPS names its reason (parts of these lines, joined by |)" >&2
      if [ "$status" -eq 0 ]; then status=1; fi
    fi
  fi
  if [ "${COUNTS:-yes}" = yes ]; then
    printf '\n%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$(wc -l <"$SKIPPED")"
  fi
  rm -f "$SKIPPED"
  exit "$status"
}
trap finish EXIT

# Runs a command, shows what it prints, and adds the tests it counted: nextest's summary, `test result:` or node's `# pass`.
counted() {
  local log status=0
  log="$(mktemp)"
  "$@" 2>&1 | tee "$log" || status=$?
  tally "$log" 's/^ *Summary \[.*\] .* run: \([0-9]*\) passed.*/\1/p' 's/^ *Summary \[.* \([0-9]*\) failed.*/\1/p'
  tally "$log" 's/^test result: .*\. \([0-9]*\) passed;.*/\1/p' 's/^test result: .* \([0-9]*\) failed;.*/\1/p'
  tally "$log" 's/^[#ℹ] pass \([0-9]*\)$/\1/p' 's/^[#ℹ] fail \([0-9]*\)$/\1/p'
  skips "$log"
  rm -f "$log"
  return "$status"
}

# skips FILE: remembers the lines that say what a test has skipped. A test that ran twice has skipped once.
skips() {
  sed $'s/\x1b\\[[0-9;]*m//g' "$1" | grep -oE '(SKIPPED|LEFT OUT)[: ][^<]*|^# SKIP .*' | sort -u "$SKIPPED" - >"$SKIPPED.new" || true
  mv "$SKIPPED.new" "$SKIPPED"
}

# tally LOG PASS FAIL: adds up what two sed scripts find; nextest colours its lines on a terminal.
tally() {
  local plain count
  plain="$(sed $'s/\x1b\\[[0-9;]*m//g' "$1")"
  while read -r count; do PASSED=$((PASSED + count)); done < <(sed -n "$2" <<<"$plain")
  while read -r count; do FAILED=$((FAILED + count)); done < <(sed -n "$3" <<<"$plain")
}

# Rust tests of the given packages: nextest where it is installed, which runs test binaries side by side.
rust_tests() {
  if cargo nextest --version >/dev/null 2>&1; then
    local report="$CARGO_TARGET_DIR/nextest/default/junit.xml" status=0
    rm -f "$report"
    counted cargo nextest run --locked --no-fail-fast --status-level fail --final-status-level fail "$@" || status=$?
    # Nextest does not show what passing tests print; its report has it.
    if [ -f "$report" ]; then skips "$report"; fi
    return "$status"
  else
    counted cargo test --locked --no-fail-fast "$@" -- --show-output
  fi
}

formatting() {
  step "formatting"
  cargo fmt --all --check
}

lint() {
  if cargo deny --version >/dev/null 2>&1; then
    step "licences, bans, sources"
    cargo deny --log-level warn check bans licenses sources
  else
    echo "SKIPPED: licences, because cargo-deny is not installed ('scripts/setup.sh --tests' adds it)" | tee -a "$SKIPPED"
  fi
  step "clippy"
  cargo clippy --locked --all-targets --quiet -- -D warnings
  cargo clippy --locked -p tidemark-app -p tidemark-bench-client --features tidemark-bench-client/publish --all-targets --quiet -- -D warnings
}

# First alone, since it takes a second; it is counted with the others, later.
architecture() {
  step "architecture"
  cargo test --locked --quiet --test architecture
}

# Nextest runs no examples in documentation.
rust() {
  step "rust"
  rust_tests
  if cargo nextest --version >/dev/null 2>&1; then counted cargo test --locked --doc --quiet; fi
  step "rust: the app's own logic, and the marts of its benchmark"
  rust_tests -p tidemark-app -p tidemark-bench-client
}

# What the browser computes: the tests of `shared` again, as the program the page runs.
wasm() {
  step "wasm"
  counted scripts/test-wasm.sh
}

# Features of every package we build on, for cargo's given kinds of dependency edges.
features() {
  cargo tree --locked --edges "$1" --format '{p} {f}' --prefix none 2>/dev/null | sed 's/ (\*)$//' | sort -u
}

# What tests alone turn on would make cargo compile Polars once for them and once more for the binary.
one_set_of_features() {
  local different
  step "features"
  different="$(comm -23 <(features normal,build) <(features normal,build,dev))"
  if [ -z "$different" ]; then return 0; fi
  printf '%s\n' "$different"
  echo "test: these packages get more features in tests than in the binary, so Polars would be compiled twice:" \
    "turn the same features on under [dependencies] of tests/Cargo.toml ('cargo tree -e features,dev,normal -i PACKAGE' shows who asks)" >&2
  return 1
}

# The models are a dbt project that dbt itself builds, with equal marts; `make peers` does this on more engines and data.
peers() {
  step "dbt on DuckDB"
  counted scripts/peers.sh --light
}

# What the test servers say is what the vendors' own clients expect; and tidemark pulls from a server it does not know.
clients() {
  step "clients"
  cargo build --locked --bins
  counted tests/clients/run.sh
  counted tests/orchestrators/run.sh --client
}

# The server answers as its own description says, whatever is asked.
api() {
  step "description of the API"
  cargo build --bins
  scripts/api.sh
}

browser() {
  step "browser"
  cargo build --locked --bins
  CHROME="$(tidemark_browser)" TIDEMARK_BIN="$CARGO_TARGET_DIR/debug/tidemark" counted npm --prefix tests/browser --silent test
}

# What takes seconds comes before what takes minutes.
case "${1:-}" in
  --lint)
    COUNTS=no
    scripts/setup.sh --native
    formatting
    lint
    ;;
  --fast)
    scripts/setup.sh --native
    formatting
    architecture
    one_set_of_features
    lint
    rust
    ;;
  "")
    scripts/setup.sh --tests
    formatting
    architecture
    one_set_of_features
    lint
    step "app"
    scripts/build-app.sh
    rust
    wasm
    clients
    api
    peers
    browser
    ;;
  *)
    trap - EXIT
    echo "test: unknown option '$1': use --fast or --lint" >&2
    exit 2
    ;;
esac
