#!/usr/bin/env bash
# Runs the package for orchestrators (packages/python) inside Airflow, Dagster, Prefect and Orchestra's SDK themselves,
# each against a real server.
#
#   tests/orchestrators/run.sh           all of them; `make peers` does this
#   tests/orchestrators/run.sh --client  only the client, which needs nothing but Python; a step of `make test`
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/env.sh"
# shellcheck source=scripts/packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/packages.sh"
cd "$CHECKOUT/tests/orchestrators"

say() { printf 'orchestrators: %s\n' "$*" >&2; }
die() { printf 'orchestrators: error: %s\n' "$*" >&2; exit 1; }

if ! python_at_least 10; then
  say "SKIPPED: orchestrators, because Python 3.10 or newer is missing"
  exit 0
fi
export TIDEMARK_BIN="${TIDEMARK_BIN:-$CARGO_TARGET_DIR/debug/tidemark}"
export PYTHONPATH="$CHECKOUT/packages/python" PYTHONDONTWRITEBYTECODE=1
# None of them reports home from here.
export DO_NOT_TRACK=1 DAGSTER_DISABLE_TELEMETRY=1 PREFECT_SERVER_ANALYTICS_ENABLED=false AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False

python3 client_test.py
if [ "${1:-}" = --client ]; then exit 0; fi
for name in airflow dagster prefect orchestra; do
  environment="$(python_environment "orchestrators/$name" "requirements-$name.txt")"
  "$environment/bin/python" "${name}_test.py"
done
