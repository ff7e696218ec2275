#!/usr/bin/env bash
# Compares the lock files with the known advisories: Cargo.lock with RustSec's database, each package-lock.json with npm's.
#
#   ADVISORY_DB=DIR scripts/audit.sh     with a copy of https://github.com/RustSec/advisory-db in DIR, for a machine without that site
#   scripts/audit.sh                     fetches the database
#
# Exit code 0: nothing is known; 1: an advisory concerns us; 3: the advisories could not be read, so nothing is known either way.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CHECKOUT"

die() { printf 'audit: error: %s\n' "$2" >&2; exit "$1"; }

database="${ADVISORY_DB:-}"
if [ -z "$database" ]; then
  database="$TIDEMARK_CACHE/advisory-db"
  if [ -d "$database/.git" ]; then
    git -C "$database" pull --quiet --ff-only || die 3 "the advisory database could not be updated; see the lines above"
  else
    git clone --quiet --depth 1 https://github.com/RustSec/advisory-db "$database" ||
      die 3 "the advisory database cannot be reached from here; copy it from a machine that reaches github.com and set ADVISORY_DB to the copy"
  fi
fi
[ -d "$database/crates" ] || die 3 "$database holds no RustSec database: it has no folder crates"
scripts/setup.sh --audit

found=0
cargo audit --no-fetch --db "$database" --file Cargo.lock --deny unsound --deny yanked || found=1
while read -r lock; do
  status=0
  (cd "$(dirname "$lock")" && npm audit --package-lock-only --omit=dev) || status=$?
  case "$status" in
    0) ;;
    1) found=1 ;;
    *) die 3 "npm's advisories for $lock could not be read" ;;
  esac
done < <(git ls-files '*package-lock.json')
exit "$found"
