# Tidemark: `make demo` shows it, `make test` proves it, `make build` ships it. Each installs what it needs first.
#
# make test runs, in this order, and stops at the first that fails:
#   1 set-up        the tools below, where they are missing
#   2 formatting
#   3 architecture  the boundaries between crates and folders; one set of features for binary and tests
#   4 lint          licences, bans and sources of dependencies; clippy with warnings as errors
#   5 app           the browser bundle, within its size budget
#   6 rust          unit, property and integration tests of every crate (this is where Polars is compiled, once)
#   7 wasm          the tests of shared once more, as the program that the browser runs
#   8 clients       the vendors' own clients against the servers we test the connectors with; a sync of a real localstripe;
#                   the client of our package for orchestrators
#   9 dbt           real dbt builds the models on DuckDB: all its tests pass, every mart is equal to ours
#  10 browser       the journeys of a reader through the real page of a real demo
# and ends with one line: how many tests passed, failed and were skipped, with the reasons above it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-fast peers bench bench-client bench-load bench-server build dist dist-test app audit fmt lint clean

# Every build of native code takes the same set of packages, the workspace's default members, and never `-p`: cargo joins
# the features of what is built together, and another set would compile Polars a second time.
ENV := . scripts/env.sh &&
DEMO_ARGS ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## a simulated company on a dashboard of your own: prints the address to open
	@scripts/setup.sh
	@$(ENV) scripts/build-app.sh
	@$(ENV) cargo build --locked --bins
	@$(ENV) exec "$$CARGO_TARGET_DIR/debug/tidemark" demo $(DEMO_ARGS)

test: ## everything that must hold before a change lands
	@scripts/test.sh

test-fast: ## lint, architecture and Rust tests; no browser
	@scripts/test.sh --fast

peers: ## real dbt on DuckDB, Spark and an emulated Snowflake: every mart compared with ours, cell by cell; real orchestrators
	@scripts/setup.sh --native
	@scripts/peers.sh

bench: ## a build from ten million raw rows, and its transform beside the same SQL on DuckDB
	@scripts/bench.sh $(BENCH_CUSTOMERS)

bench-client: ## the client engine beside its peers in a browser, on up to ten million rows (tests/bench/client/README.md)
	@scripts/bench-client.sh

bench-load: ## how long a reader on a slow line and a slow machine waits for the first chart
	@scripts/setup.sh --tests
	@$(ENV) scripts/build-app.sh
	@$(ENV) cargo build --locked --release --bins
	@$(ENV) CHROME="$$(tidemark_browser)" TIDEMARK_BIN="$$CARGO_TARGET_DIR/release/tidemark" node tests/browser/bench-load.mjs

bench-server: ## ten minutes of load on a server: its memory must stay what it is
	@scripts/bench-server.sh $(BENCH_SECONDS)

build: ## the release binary with the app inside; its path is the last line printed
	@scripts/setup.sh
	@$(ENV) scripts/build-app.sh
	@$(ENV) cargo build --locked --release --bins
	@$(ENV) echo "$$CARGO_TARGET_DIR/release/tidemark"

dist: ## the packages of a release: tarball, wheel, npm, Debian, container image; DIST_BINARY=path packs a binary that is there
	@scripts/setup.sh
	@scripts/dist.sh

dist-test: ## installs each package in an empty environment and opens the demo's page from there
	@scripts/dist-test.sh

app: ## only the browser app, into app/dist
	@scripts/setup.sh
	@$(ENV) scripts/build-app.sh

audit: ## lock files against the known advisories; ADVISORY_DB names an offline copy of RustSec's database
	@scripts/audit.sh

fmt: ## formats all Rust code
	@$(ENV) cargo fmt --all

lint: ## formatting, clippy, licences
	@scripts/test.sh --lint

clean: ## removes what builds made: the target folder, the app, npm packages (not the installed tools)
	@$(ENV) cargo clean
	@rm -rf app/dist app/js/dist app/js/node_modules tests/browser/node_modules tests/clients/*/node_modules
