# Development tasks. `make` lists them.

# PostgreSQL support is built and tested if the client library is installed.
FEATURES := $(shell command -v pg_config >/dev/null 2>&1 && echo --features postgres)

# The number of requests that each test of `make fuzz` generates.
CASES ?= 12800
# How many requests `make fuzz` compares with graphql-js. Needs Node.
EXAMINER_CASES ?= 5000
# The number of sequences of mutations that `make fuzz` compares with a model.
SEQUENCES ?= 2000

.PHONY: help run web release test bench soak fuzz screenshots schema fmt lint

help: ## list the tasks
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## build oms and serve sample data on http://127.0.0.1:8001
	@if ! command -v npm >/dev/null; then echo "npm is not installed: the playground is loaded from a CDN"; \
	else $(MAKE) --no-print-directory web || echo "building the playground failed: using web/dist if it exists, or a CDN"; fi
	cargo run --locked --profile quick -- serve --demo

web: web/dist/index.html ## build the playground, which the next build of oms includes (Node 20.19 or newer)

web/dist/index.html: web/node_modules/.package-lock.json web/index.html web/vite.config.js $(wildcard web/src/* web/examples/*)
	cd web && npm run build --silent

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --loglevel=error --no-audit --no-fund && touch node_modules/.package-lock.json

release: web ## build oms for both databases with the playground: dist/oms, debug symbols in dist/oms.debug
	deploy/build.sh server dist/oms
	@ls -l dist/oms dist/oms.debug

test: ## run all tests
	cargo test --locked $(FEATURES) --lib --bins --tests

soak: ## run under full load for a minute: correct responses, constant memory
	cargo test --locked $(FEATURES) --profile quick --test it -- --ignored --nocapture a_minute_of_mixed_load

fuzz: ## thousands of malicious requests: valid responses in time (CASES=12800), validation as by graphql-js (EXAMINER_CASES=5000), mutations as in a model (SEQUENCES=2000), 8,000 changes beside a reader of the event log
	PROPTEST_CASES=$(CASES) cargo test --locked $(FEATURES) --profile quick --test it -- garbage:: heavy:: http::fuzz::
	PROPTEST_CASES=$(SEQUENCES) cargo test --locked $(FEATURES) --profile quick --test it -- sequences::
	EVENT_CHANGES=1000 cargo test --locked $(FEATURES) --profile quick --test it -- events::
	EXAMINER_CASES=$(EXAMINER_CASES) cargo test --locked $(FEATURES) --profile quick --test it -- --nocapture examiner::

# ARGS, for instance: --quick, --only fairness,overload, --before REVISION, --database postgres, --help
bench: ## compare with a hand-written server for the same work (PostgreSQL: ARGS="--database postgres")
	cargo bench --locked $(if $(findstring postgres,$(ARGS)),--features postgres) --bench compare -- $(ARGS)

screenshots: web ## take the screenshots of the playground in docs/ with the browser test
	cargo test --locked --test it -- playground::
	cp target/tmp/playground-light-1280.png docs/playground-light.png
	cp target/tmp/playground-dark-1280.png docs/playground-dark.png

schema: ## regenerate src/db/schema.rs and schema.graphql after a migration
	@command -v diesel >/dev/null || { echo "this needs: cargo install diesel_cli --locked --no-default-features --features sqlite-bundled"; exit 1; }
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && diesel migration run --database-url "$$folder/empty.db"
	cargo run --locked --quiet -- schema > schema.graphql.new && mv schema.graphql.new schema.graphql

fmt: ## format the code
	cargo fmt

lint: ## check formatting, clippy and docs
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	test -z "$(FEATURES)" || cargo clippy --locked --all-targets $(FEATURES) -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked $(FEATURES) --no-deps
