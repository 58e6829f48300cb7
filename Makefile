# Everything a developer does here, one target each; `make` alone lists them. The work is in scripts/.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install build demo test check lint format conformance fuzz bench bench-log bench-fanout bench-push bench-ask bench-pages bench-import bench-sign-in clean

# The module arrows of docs/architecture.md hold because the build refuses an import that Package.swift does not declare.
export SWIFT_BUILD_FLAGS := --explicit-target-dependency-import-check error

help: ## list the targets
	@echo "Jobcast: livestream job recruitment on an event log in PostgreSQL"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "New here? make demo, then open the address it prints. README.md has the first five minutes."

demo: ## build and play a live session on http://127.0.0.1:8080 (PORT=9000 for another port)
	@scripts/demo

test: ## lint, build, every test, the browser run, the seeds: what CI runs
	@scripts/test

check: test ## the same as test

build: ## build the jobcast binary for use (.build/release/jobcast)
	@scripts/install build
	@scripts/progress "Building jobcast" scripts/build

lint: ## check the format of the Swift code, the shell scripts and the links of the documents
	@scripts/lint

format: ## format the Swift code in place
	@swift format --in-place --parallel --recursive Sources Tests Benchmarks schema Package.swift

install: ## install the Debian packages that demo and test need, if any is missing
	@scripts/install test

conformance: ## RFC 6455, case by case and with two other clients (ARGS="cases --only 6.2" for a part)
	@scripts/conformance $(ARGS)

fuzz: ## look for bytes that the frame parser can't bear (ARGS=600 for ten minutes)
	@scripts/fuzz $(ARGS)

bench: bench-log bench-fanout bench-push bench-ask ## the benchmarks of log and rooms, one after the other (docs/performance.md)

bench-log: ## events a second into the log (ARGS=--quick for a minute of it, PEERS=folder beside others)
	@scripts/bench log $(ARGS)

bench-fanout: ## frames a second to many viewers of one room (ARGS=--quick likewise, ARGS=--counts counts)
	@scripts/bench fanout $(ARGS)

bench-push: ## from the host's request to the frame in a viewer's hands, 1,000 viewers
	@scripts/bench push $(ARGS)

bench-ask: ## what a host waits for while fifty questions are on the way at any moment (ARGS='--visitors 400' as of a crowd)
	@scripts/bench ask $(ARGS)

bench-sign-in: ## from the host's request to viewers' hands while fifty a second try to sign in
	@scripts/bench sign-in

bench-import: ## how long 20,000 jobs take from a spreadsheet to the log
	@scripts/build && Tests/browser/import-speed $(ARGS)

bench-pages: ## how soon a viewer on a slow phone sees the card on air (ARGS=9 for nine rounds)
	@Tests/browser/speed $(ARGS)

clean: ## remove what was built and the demo's data
	@rm -rf .build .jobcast
