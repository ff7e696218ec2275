#!/usr/bin/env bash
# Judges the data contracts by their own tool: each must be valid and, given a folder of marts as CSV, hold for the data.
#
#   tests/peers/contracts.sh [MARTS]
#
# DATACONTRACT names the program if it is not `datacontract` on the path; tests/peers/requirements-contracts.txt installs it.
set -euo pipefail
contracts="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../docs/contracts" && pwd)"
tool="${DATACONTRACT:-datacontract}"
marts="${1:+$(cd "$1" && pwd)}"

command -v "$tool" >/dev/null || {
  echo "contracts: $tool is not installed: pip install -r tests/peers/requirements-contracts.txt" >&2
  exit 2
}

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
failed=0
judge() {
  if "$@" >"$log" 2>&1; then return; fi
  failed=$((failed + 1))
  cat "$log" >&2
}

# A contract names its file relative to the folder the reader is in.
holds() { (cd "$marts" && "$tool" test --server csv "$1"); }

count=0
for contract in "$contracts"/*.odcs.yaml; do
  count=$((count + 1))
  judge "$tool" lint "$contract"
  if [ -n "$marts" ]; then judge holds "$contract"; fi
done

if [ "$count" -eq 0 ]; then
  echo "contracts: none found in $contracts" >&2
  exit 1
fi
if [ "$failed" -ne 0 ]; then
  echo "contracts: $failed judgements on $count contracts failed" >&2
  exit 1
fi
echo "contracts: $count hold"
