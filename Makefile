# Everything here makes its own virtual environment in .venv; all it needs is Python and PyPI.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

.PHONY: run test lint bench clean
.DEFAULT_GOAL := test

# The manual's example: what sendMessage returned, and what ran because of it.
run: $(VENV)/.installed
	$(BIN)/pilotlight run samples/send.py --projects samples/projects --client project=X

# Tests wait for processes as often as they work: one more than there are processors.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

# Deadlines are missed on a machine that is busy with other things: what failed beside the others
# is tried once more by itself, and fails for good only then.
test: lint
	$(BIN)/pytest -n $(WORKERS) --dist loadfile || $(BIN)/pytest --last-failed

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.installed-test
	@for file in tests/benchmarks/bench_*.py; do \
		echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "Pilotlight needs Python 3.11 or newer, and found none on the PATH." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment;" >&2; \
		echo "on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed
