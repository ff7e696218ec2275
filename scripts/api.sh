#!/usr/bin/env bash
# Holds a running server to its own description: Schemathesis makes requests from `/api/openapi.json`, valid and invalid ones,
# and fails where a status, a header or a body is not as described. About half a minute.
#
#   scripts/api.sh [REQUESTS]   requests of each kind for each operation; 25 unless given
#
# Needs Python 3.11 or newer; its packages go into the project's cache folder. A machine without it is skipped, with a line
# that says so.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
cd "$CHECKOUT"

say() { printf 'api: %s\n' "$*" >&2; }
die() { printf 'api: error: %s\n' "$*" >&2; exit 1; }

if ! python_at_least 11; then
  say "LEFT OUT: Schemathesis, because Python 3.11 or newer is missing"
  exit 0
fi

readonly BINARY="${TIDEMARK_BIN:-$CARGO_TARGET_DIR/debug/tidemark}"
[ -x "$BINARY" ] || die "$BINARY is missing: 'cargo build --bins' makes it"
environment="$(python_environment api "$CHECKOUT/tests/api/requirements.txt")"
folder="$(mktemp -d)"
server=""
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$folder" || true
}
trap finish EXIT

(
  cd "$folder"
  "$BINARY" simulate --customers 40 --days 200 --as-of 2026-06-29 --out raw
  "$BINARY" build --raw raw --data data --as-of 2026-06-29
) >"$folder/build.log" 2>&1 || { cat "$folder/build.log" >&2; die "no snapshot to serve"; }

# With a webhook, so that every operation is there.
export TIDEMARK_STRIPE_WEBHOOK_SECRET=whsec_described
(cd "$folder" && exec "$BINARY" serve --raw raw --data data --listen 127.0.0.1:0) >"$folder/address" 2>"$folder/serve.log" &
server=$!
for _ in $(seq 100); do
  url="$(sed -n 's|.*\(http://[^/]*\)/.*|\1|p' "$folder/address")"
  if [ -n "$url" ]; then break; fi
  sleep 0.1
done
[ -n "$url" ] || { cat "$folder/serve.log" >&2; die "the server gave no address"; }

# In the folder, since it leaves notes of its failures where it runs.
cd "$folder"
"$environment/bin/schemathesis" run "$url/api/openapi.json" --no-color \
  --seed 1 --max-examples "${1:-25}" --max-time 60 --generation-database none
