# The two commands of the README: `make demo` and `make test`. Both go through `make setup`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCKS := requirements/base.txt requirements/dev.txt requirements/uv.txt pyproject.toml

.PHONY: setup demo test check e2e lock messages bench clean

setup: $(STAMP)

$(STAMP): $(LOCKS)
	$(PYTHON) scripts/setup.py $(VENV)
	@touch $(STAMP)

demo: setup
	$(BIN)/wayhome demo

test: check
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not e2e and not postgres"

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_repository.py

e2e: setup
	$(BIN)/python -m pytest -q -m e2e tests/e2e

lock: setup
	$(BIN)/python scripts/lock.py

messages: setup
	$(BIN)/wayhome messages

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
