# What there is to do. `make` lists it.

# PostgreSQL is built in, and tested, where its client library is there.
FEATURES := $(shell command -v pg_config >/dev/null 2>&1 && echo --features postgres)

# How many requests `make fuzz` makes up for each of its tests.
CASES ?= 12800
# How many requests `make fuzz` compares with graphql-js. Needs Node.
EXAMINER_CASES ?= 5000

.PHONY: help run web release test bench soak fuzz schema fmt lint

help: ## list what there is to do
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## build and serve the demo shop on http://127.0.0.1:8001
	@if ! command -v npm >/dev/null; then echo "there is no npm, so the playground comes from a CDN"; \
	else $(MAKE) --no-print-directory web || echo "the playground was not built: what is in web/dist is taken, or a CDN"; fi
	cargo run --locked --profile quick -- serve --demo

web: web/dist/index.html ## build the playground, which the next build of oms takes in (Node 20.19 or newer)

web/dist/index.html: web/node_modules/.package-lock.json web/index.html web/vite.config.js $(wildcard web/src/* web/examples/*)
	cd web && npm run build --silent

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --loglevel=error --no-audit --no-fund && touch node_modules/.package-lock.json

release: web ## build oms for both databases with the playground: dist/oms, debug symbols in dist/oms.debug
	deploy/build.sh server dist/oms
	@ls -l dist/oms dist/oms.debug

test: ## run every test
	cargo test --locked $(FEATURES) --lib --bins --tests

soak: ## full load for a minute: no wrong answer, flat memory
	cargo test --locked $(FEATURES) --profile quick --test it -- --ignored --nocapture a_minute_of_everything

fuzz: ## thousands of random requests: answered well and in time (CASES=12800), valid as by graphql-js (EXAMINER_CASES=5000)
	PROPTEST_CASES=$(CASES) cargo test --locked $(FEATURES) --profile quick --test it -- garbage:: heavy:: http::fuzz::
	EXAMINER_CASES=$(EXAMINER_CASES) cargo test --locked $(FEATURES) --profile quick --test it -- --nocapture examiner::

# ARGS, for instance: --quick, --database postgres, --database postgres://USER@HOST/NAME, --help
bench: ## compare with a hand-written server for the same work (PostgreSQL: ARGS="--database postgres")
	cargo bench --locked $(if $(findstring postgres,$(ARGS)),--features postgres) --bench compare -- $(ARGS)

schema: ## after a migration: src/db/schema.rs and schema.graphql as they must be now
	@command -v diesel >/dev/null || { echo "this needs: cargo install diesel_cli --locked --no-default-features --features sqlite-bundled"; exit 1; }
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && diesel migration run --database-url "$$folder/empty.db"
	cargo run --locked --quiet -- schema > schema.graphql.new && mv schema.graphql.new schema.graphql

fmt: ## format the code
	cargo fmt

lint: ## everything that needs no test run: formatting, clippy, docs
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	test -z "$(FEATURES)" || cargo clippy --locked --all-targets $(FEATURES) -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked $(FEATURES) --no-deps
