# Two commands: `make demo` and `make test`. Each sets up all it needs in .venv (Python 3.11 or newer).
.PHONY: demo test fuzz golden templates docs lint benchmark clean

SUITABLE = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(SUITABLE)' 2>/dev/null && echo "$$p" && break; done)
BIN = .venv/bin

demo: .venv/.run
	$(BIN)/dotpop demo --out demo
	$(BIN)/dotpop demo smr --out demo

test: .venv/.dev
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

fuzz: .venv/.dev
	DOTPOP_FUZZ_COUNT=$${DOTPOP_FUZZ_COUNT:-5000} $(BIN)/python -m pytest -n auto tests/addin/test_fuzzing.py tests/addin/test_fuzzing_returns.py

golden: .venv/.dev
	DOTPOP_ACCEPT_GOLDEN=1 $(BIN)/python -m pytest tests/addin/test_golden.py

templates: .venv/.dev
	$(BIN)/python -m workbook_templates.build

docs: .venv/.dev
	$(BIN)/python docs/generate.py

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

benchmark: .venv/.dev
	$(BIN)/python benchmarks/benchmark.py

clean:
	rm -rf .venv demo dist build

.venv/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: .venv/.python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.dev: .venv/.python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@ .venv/.run
