# `make demo` and `make test` do all their own set-up; so does every other target.
SHELL := /bin/bash
BIN := .venv/bin
PYTEST := $(BIN)/pytest -p no:cacheprovider
SECONDS ?= 600
.PHONY: demo test test-slow fuzz lint bench docs lock ready clean

demo: ready  ## investigate this machine's browsers, with verdicts (ARGS="--out DIR", …)
	$(BIN)/backtalk demo $(ARGS)

test: lint  ## what has to pass before anything lands; under 15 minutes
	$(PYTEST) -n 2 --dist worksteal -m "not slow" $(ARGS)

test-slow: ready  ## the rest: kills, fuzzing, the wheel
	$(PYTEST) -m slow $(ARGS)

fuzz: ready  ## every parser against made-up bytes (SECONDS=600, shared among all; ONLY="codec/gzip …")
	$(BIN)/python -m pip -qq --disable-pip-version-check install --require-hashes --no-deps --only-binary :all: \
		-r requirements/fuzz.txt
	nice $(BIN)/python -m tests.fuzz.campaign $(SECONDS) $(ONLY)

lint: ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: ready  ## speed of decoding and search, in MB/s
	$(BIN)/python benchmarks/decode.py $(ARGS)

docs: ready  ## write docs/reference/ anew
	$(BIN)/python docs/generate.py

lock:  ## resolve the locked requirements anew (needs uv)
	setup/lock

# The lab's own table is shown only where something is lacking: the demo then goes on with what is there.
ready:
	@setup/debian
	@setup/venv
	@table=$$($(BIN)/backtalk doctor) || { code=$$?; printf '%s\n' "$$table" >&2; [ $$code = 5 ]; }

clean:
	rm -rf .venv dist build .*_cache .hypothesis
