#!/usr/bin/env bash
# Holds the packages of scripts/dist.sh against the rules of their formats, and installs each where nothing of Tidemark is:
# an empty Python environment, an npm folder, a Debian made by debootstrap, the unpacked image on a read-only root. From each
# `tidemark demo` must come up with a page; one is opened in a real browser. Ends with one line that counts the tests.
#
#   DIST_OUT=FOLDER     the packages; by default those that `make dist` made last
#   DIST_SUITE=NAME     the Debian release to install into; by default this machine's
#
# The Debian package and the image need root. As root on Debian the tools that are missing are installed.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
cd "$CHECKOUT"

say() { printf 'dist-test: %s\n' "$*" >&2; }
die() { printf 'dist-test: error: %s\n' "$*" >&2; exit 1; }

export DIST_OUT="${DIST_OUT:-$CARGO_TARGET_DIR/dist}"
[ -f "$DIST_OUT/SHA256SUMS" ] || die "no packages in $DIST_OUT: run 'make dist' first"
python_at_least 11 || die "Python 3.11 or newer is missing"
tidemark_browser >/dev/null || die "no Chromium or Chrome was found: install one, or set CHROME to its path"

readonly WANTED=(debootstrap lintian skopeo umoci golang-github-opencontainers-image-spec-dev)
if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ] && ! dpkg --status "${WANTED[@]}" >/dev/null 2>&1; then
  say "installing ${WANTED[*]} (apt): they judge the packages and make empty systems"
  if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends --no-remove "${WANTED[@]}" >/dev/null; }; then
    say "warning: not all could be installed; the tests that need them are skipped"
  fi
fi
DIST_SUITE="${DIST_SUITE:-$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")}"
export DIST_SUITE PYTHONDONTWRITEBYTECODE=1

npm_packages tests/browser "the driver of the tests' browser"
tools="$(python_environment dist-tests tests/dist/requirements.txt)"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
status=0
# Arguments choose tests, as unittest names them.
wanted=("$@")
if [ $# -eq 0 ]; then wanted=(test_formats test_install); fi
(cd tests/dist && "$tools/bin/python" -m unittest --verbose "${wanted[@]}" 2>&1) | tee "$log" || status=$?
total="$(sed -n 's/^Ran \([0-9]*\) tests\{0,1\} .*/\1/p' "$log")"
count() { sed -n "s/.*$1=\([0-9]*\).*/\1/p" "$log" | tail -n 1; }
failures="$(count failures)" errors="$(count errors)" skipped="$(count skipped)"
failed="$((${failures:-0} + ${errors:-0}))"
printf '\n%d passed, %d failed, %d skipped\n' "$((${total:-0} - failed - ${skipped:-0}))" "$failed" "${skipped:-0}"
exit "$status"
