# Two commands do everything: `make serve` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

serve: $(READY)  ## start the fake backend (ARGS="--port 0 …" adds options)
	$(BIN)/mockserver serve $(ARGS)

test: $(READY)  ## run the tests, of the dear ones a sample (ARGS="-k name" adds options)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

# Whatever asks for its depth, and what the dear texts of tests/hostile.py are tried by.
DEEP = tests/test_linear.py tests/checks/test_engine.py \
    $(shell grep -rl --include='test_*.py' --exclude-dir=node_modules 'tests\.depth import' tests)

deep: $(READY)  ## run in full what `make test` samples
	DEPTH=deep $(BIN)/python -m pytest -n 2 --dist worksteal $(sort $(DEEP)) $(ARGS)

lint: $(READY)  ## check format, style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

coverage: $(READY)  ## measure branch coverage of the tests
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95

bench: $(READY)  ## measure speed as ratios to a floor of the same run (needs wrk)
	$(BIN)/python -m tests.bench $(ARGS)

chaos: $(READY)  ## kill a server 1,000 times under writes (ARGS="--kills 50" for fewer)
	$(BIN)/python -m tests.chaos $(ARGS)

score: $(READY)  ## measure the laws by every bug and by servers that do nothing wrong
	$(BIN)/mockserver score $(ARGS)

mutants: $(READY)  ## measure check by 120 mutants (HALF=last: the other 120; BOTH=1: mutate its own mock too)
	$(BIN)/python -m tests.mutants $(if $(HALF),--half $(HALF)) $(if $(BOTH),--both) $(ARGS)

soak: $(READY)  ## run the laws 1,200 times where nothing is wrong; none may complain
	$(BIN)/python -m tests.soak $(ARGS)

live: $(READY)  ## check the mock by the rules of a live target, at its pace (five minutes)
	$(BIN)/python -m tests.live_run

blind: $(READY)  ## measure the laws by a host that they were never tuned to (ARGS="--set later-first")
	$(BIN)/python -m tests.blind.measure $(ARGS)

score-schemathesis: $(READY)  ## measure stock Schemathesis by the same bugs (slow)
	$(BIN)/python -m tests.score_schemathesis $(ARGS)

pools: $(READY)  ## draw the pools of names and texts again (LOCALES="en_US it_IT" adds locales)
	$(BIN)/python -m mockserver.world.pools $(LOCALES)

clean:  ## remove what the other targets made
	rm -rf $(VENV) build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache

.PHONY: help serve test deep lint coverage bench score mutants soak live blind score-schemathesis chaos pools clean
