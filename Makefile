# Three commands matter: make demo, make test, make check. make bench measures.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TODAY := 2026-11-23
WORKFLOWS := action.yml .github docs/workflows/*.yml
PYTEST_FLAGS := $(if $(CI),-rs)

.PHONY: demo test check docs bench clean
.DELETE_ON_ERROR:

# Findings are what the example is for: status 1 is the one good end. A program that does not even start
# ends in 1 as well, so it has to list its rules first.
demo: $(VENV)/.installed
	@$(BIN)/mfpolicy rules list >/dev/null
	@status=0; \
	$(BIN)/mfpolicy check examples/contoso --dns examples/contoso/answers.json --today $(TODAY) \
	  --base none || status=$$?; \
	echo "exit status $$status (1: findings, as planted)"; \
	[ $$status -eq 1 ]

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q $(PYTEST_FLAGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet --config .github/zizmor.yml $(WORKFLOWS)
	$(BIN)/python tools/generate.py --check

# The documentation site, in build/site; a broken link fails it, which --quiet would undo. The theme prints an
# advertisement unless told.
docs: $(VENV)/.installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --clean
	@echo "build/site/index.html (its search needs a server: python3 -m http.server -d build/site)"

# Figures against peers; BENCH_FLAGS=--quick to see that it runs, --write to keep the page.
bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks.offline $(BENCH_FLAGS)
	$(BIN)/python -m benchmarks.live_dns $(BENCH_FLAGS)

clean:
	rm -rf $(VENV) build dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "mfpolicy needs Python 3.11 or newer, and $(PYTHON) is not; try: make PYTHON=python3.11" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "$(PYTHON) cannot make an environment; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# The stamps make a second run quick; an environment that is already there is used as it is.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q -e '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q -e '.[bench]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-docs: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q -e '.[docs]'
	@touch $@ $(VENV)/.installed
