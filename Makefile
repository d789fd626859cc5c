# Two commands: `make report` builds the reports, `make test` runs every test.
# Both set up what they need in .venv, and are quick the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CASE ?= data/tacheng-2024
OUT ?= reports

.PHONY: report test check lock clean

report: $(VENV)/.ready-to-run
	$(BIN)/relief batch --case $(CASE) --out $(OUT)

test: $(VENV)/.ready-to-test
	$(BIN)/python -m pytest --nbval --relief --relief-images --relief-fork -n 2 --dist loadfile --no-loadscope-reorder \
		tests src notebooks

check: $(VENV)/.ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	"需要 Python 3.11 或更高版本：make PYTHON=python3.12 …" ; echo \
	"Python 3.11 or later is needed: make PYTHON=python3.12 ..." ; exit 2 ; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV) ; echo \
	"无法建立虚拟环境：在 Debian/Ubuntu 上请安装 python3-venv。" ; echo \
	"No virtual environment could be made: on Debian or Ubuntu install python3-venv." ; exit 2 ; }

$(VENV)/.ready-to-run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes --no-deps -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	# JupyterLab shows the charts of notebooks that are trusted before any of their cells has run.
	@$(BIN)/jupyter trust notebooks/*.ipynb >/dev/null
	@touch $@

$(VENV)/.ready-to-test: requirements-test.lock $(VENV)/.ready-to-run
	$(PIP) install --quiet --require-hashes --no-deps -r requirements-test.lock
	@touch $@

# For maintainers, with uv on the PATH: pins every package, with hashes, for each Python and system.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet
lock:
	$(LOCK) --group build --output-file requirements.lock
	$(LOCK) --group build --group dev --constraints requirements.lock --output-file requirements-test.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
