#!/usr/bin/env bash
# Builds the models with real dbt on other engines and compares every mart with Tidemark's, cell by cell.
#
#   scripts/peers.sh          DuckDB, Spark and an emulation of Snowflake, on a simulated company and, where they are
#                             here, on the acceptance sets (TIDEMARK_ACCEPTANCE, else ../shared/acceptance)
#   scripts/peers.sh --light  DuckDB on a small simulated company; less than a minute
#   scripts/peers.sh --setup  only installs what --light needs
#   scripts/peers.sh --python the same, and prints its Python
#
# Needs Python 3.11 or newer, and Java 17 for Spark; the packages go into the project's cache folder, one environment for
# each engine. An engine that cannot run here is skipped, and the report says so; --light and --setup skip a machine without
# that Python altogether. Ends with a table: case, engine, mart, rows, differences; exit code 1 if anything differs or a test
# of dbt fails.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
cd "$CHECKOUT"

readonly PEERS="$CHECKOUT/tests/peers"
readonly AS_OF=2026-06-29
export DO_NOT_TRACK=1

say() { printf 'peers: %s\n' "$*" >&2; }
die() { printf 'peers: error: %s\n' "$*" >&2; exit 1; }

case "${1:-}" in
  "") ENGINES=(duckdb spark snowflake) CUSTOMERS=300 ;;
  --light | --setup | --python) ENGINES=(duckdb) CUSTOMERS=120 ;;
  *) die "unknown option '$1': use --light, --setup, --python or none" ;;
esac

if ! python_at_least 11; then
  [ -n "${1:-}" ] || die "Python 3.11 or newer is missing: install it to compare with dbt"
  say "SKIPPED: real dbt, because Python 3.11 or newer is missing"
  exit 0
fi

# environment ENGINE: its Python environment.
environment() { python_environment "peers/$1" "$PEERS/requirements-$1.txt"; }

# Whether an engine can run here; says what is missing.
can_run() {
  if [ "$1" != spark ]; then return 0; fi
  if java -version >/dev/null 2>&1; then return 0; fi
  say "SKIPPED: spark, because Java is missing"
  return 1
}

# build_duckdb|spark|snowflake FOLDER PROJECT OUT [dbt arguments…]: dbt build, and where the marts are then.
build_duckdb() {
  mkdir -p "$3"
  (cd "$2" && "$1/bin/dbt" build --quiet --no-use-colors --target duckdb --target-path "$3/target" --log-path "$3/logs" "${@:4}") >&2
  echo "$2/tidemark.duckdb:main"
}

build_spark() {
  "$1/bin/python" "$PEERS/spark_build.py" "${@:2}" >"$3.log" 2>&1 || { tail -n 60 "$3.log" >&2; return 1; }
  echo "$3/marts"
}

build_snowflake() {
  "$1/bin/python" "$PEERS/snowflake_build.py" "${@:2}" >"$3.log" 2>&1 || { tail -n 60 "$3.log" >&2; return 1; }
  echo "$3/databases/TIDEMARK.db:marts"
}

WORK="$(mktemp -d)"
trap 'rm -rf "$WORK"' EXIT
FAILED=0
REPORT="$WORK/report"
printf '%-12s %-22s %-18s %8s %12s\n' case engine mart rows differences >"$REPORT"

# compare CASE RAW AS_OF [dbt arguments for the slow engines…]: our build, the project for a warehouse, each engine's build.
compare() {
  local name="$1" raw="$2" as_of="$3" folder="$WORK/$1" slow=("${@:4}") engine label arguments marts started
  mkdir -p "$folder"
  "$TIDEMARK" build --json --raw "$raw" --data "$folder/data" --as-of "$as_of" >"$folder/build.json"
  "$TIDEMARK" warehouse --json --raw "$raw" --out "$folder/project" --as-of "$as_of" >"$folder/warehouse.json"
  for engine in "${ENGINES[@]}"; do
    if ! can_run "$engine"; then
      printf '%-12s %-22s skipped\n' "$name" "$engine" >>"$REPORT"
      continue
    fi
    label="$engine" arguments=(${slow[@]+"${slow[@]}"}) started=$SECONDS
    case "$engine" in
      snowflake) label="snowflake (emulation)" ;;
      duckdb) arguments=() ;;
    esac
    if marts="$("build_$engine" "$(environment "$engine")" "$folder/project" "$folder/$engine" ${arguments[@]+"${arguments[@]}"})"; then
      "$(environment duckdb)/bin/python" "$PEERS/compare.py" "$name" "$label" \
        "$folder/data/snapshots/$(cat "$folder/data/current")" "$marts" >>"$REPORT" || FAILED=1
    else
      printf '%-12s %-22s dbt build failed\n' "$name" "$label" >>"$REPORT"
      FAILED=1
    fi
    say "$name on $label: $((SECONDS - started)) s"
  done
}

case "${1:-}" in
  --setup) environment duckdb >/dev/null; exit ;;
  --python) echo "$(environment duckdb)/bin/python"; exit ;;
esac

cargo build --locked --quiet --bins
readonly TIDEMARK="$CARGO_TARGET_DIR/debug/tidemark"

"$TIDEMARK" simulate --json --customers "$CUSTOMERS" --days 500 --seed 7 --as-of 2026-06-30 --out "$WORK/raw" >/dev/null
compare simulated "$WORK/raw" "$AS_OF"
if [ -z "${1:-}" ]; then
  # The data contracts, by their own tool, on the marts just built.
  DATACONTRACT="$(environment contracts)/bin/datacontract" "$PEERS/contracts.sh" \
    "$WORK/simulated/data/snapshots/$(cat "$WORK/simulated/data/current")" || FAILED=1
  acceptance="${TIDEMARK_ACCEPTANCE:-$CHECKOUT/../shared/acceptance}"
  for set in acme acme-nasty; do
    if [ ! -d "$acceptance/$set" ]; then
      say "SKIPPED: the acceptance set $set is not here"
      continue
    fi
    zone=UTC
    if [ -e "$acceptance/$set/settings.json" ]; then
      zone="$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["timezone"])' "$acceptance/$set/settings.json")"
    fi
    # The tests have run on every engine above; here it is the numbers.
    TIDEMARK_TIMEZONE="$zone" compare "$set" "$acceptance/$set/raw" "$(cat "$acceptance/$set/as_of")" --exclude-resource-type test
  done
fi

cat "$REPORT"
# Airflow, Dagster, Prefect and Orchestra's SDK, each on a real server.
if [ -z "${1:-}" ]; then
  TIDEMARK_BIN="$TIDEMARK" tests/orchestrators/run.sh || FAILED=1
fi
exit "$FAILED"
