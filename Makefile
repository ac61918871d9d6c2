# Each target is one line to the real tool; scripts/ is where the steps are.
.PHONY: run test check dev bench fuzz setup

# Build everything and open a server with a living demo project on http://127.0.0.1:8080
run: setup
	@node scripts/run.mjs

# Everything the project promises: formatting, lints, edges, unit, protocol and browser tests
test:
	@node scripts/test.mjs

# The quick part of `test`, for every save: formatting, lints, edges, types
check: setup
	@node scripts/check.mjs

# Server and dashboard with reloading pages (http://localhost:5173)
dev: setup
	@node scripts/dev.mjs

# Durable ingest, query latency, disk and memory, beside SQLite in the same run (ARGS=--quick)
bench: setup
	@node scripts/bench.mjs $(ARGS)

# The parsers, five seconds each; longer or only some: ARGS='--seconds 60 websocket_reader'
fuzz:
	@node scripts/fuzz.mjs $(ARGS)

# npm packages, and DuckDB's prebuilt library beside the sources
setup:
	@node scripts/setup.mjs
