# The commands of Hamyar; `make help` lists them. Everything is installed into .venv.

SIZE ?= demo
PORT ?= $(or $(HAMYAR_PORT),8000)
export HAMYAR_PORT := $(PORT)
export HAMYAR_HOME ?= $(CURDIR)/.hamyar
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Only where there is no npm is one installed too, as a Python package.
NODE := $(shell node -e 'process.exit(parseInt(process.versions.node) < 18)' 2>/dev/null \
	&& command -v npm >/dev/null || echo ,node)
CORES := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -gt 2 ] && echo $$n || echo 2)
VENV := .venv
BIN := $(VENV)/bin
METADATA := setup.cfg pyproject.toml

.PHONY: help demo run test lint bench nightly messages screenshots install wheel assets chromium
.NOTPARALLEL:
.DEFAULT_GOAL := help

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.demo assets ## a province of invented people on 127.0.0.1 (SIZE=full, PORT=, HAMYAR_HOME=)
	@$(BIN)/hamyar demo --size $(SIZE)
	@$(BIN)/hamyar run

run: $(VENV)/.demo assets ## serve without demo data (`.venv/bin/hamyar init` makes the first administrator)
	@$(BIN)/hamyar run

test: $(VENV)/.test chromium assets ## all tests: rules, real PostgreSQL, real browser
	$(BIN)/python -m pytest -n $(CORES) --dist loadgroup

lint: $(VENV)/.test ## the checkers: style, types, boundaries
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.test assets ## compare with hand-written floors
	$(BIN)/python -m benchmarks

nightly: $(VENV)/.test assets ## long drills: random kills
	$(BIN)/python -m pytest -m nightly

messages: $(VENV)/.test ## collect the texts into the Persian catalogues
	$(BIN)/python -m core.localization.extraction

screenshots: $(VENV)/.test chromium assets ## take the pictures of the documentation anew
	$(BIN)/python -m tests.browser.pictures
	$(BIN)/python -m tests.browser.help_pictures
	PICTURES=docs/images $(BIN)/python -m pytest -q tests/browser/test_story.py

install: $(VENV)/.test assets ## everything for development, into .venv

wheel: $(VENV)/.test assets ## build the wheel, with built assets, into dist/
	$(BIN)/python -m build --wheel

assets:
	@$(BIN)/python -m core.assets.build

chromium:
	-@.ci/chromium

# The installation is editable, so that only new requirements install again.
$(VENV)/.demo: $(METADATA) | $(BIN)/pip
	@echo "Installing what Hamyar needs to run into $(VENV) (once) ..."
	@$(BIN)/pip install -q --no-compile -e '.[embedded,assets$(NODE)]'
	@touch $@

$(VENV)/.test: $(METADATA) | $(BIN)/pip
	@echo "Installing what the tests need into $(VENV) (once) ..."
	@$(BIN)/pip install -q --no-compile -e '.[embedded,assets,test$(NODE)]'
	@touch $@ $(VENV)/.demo

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "Hamyar needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "python -m venv failed; on Debian: apt-get install python3-venv"; exit 1; }
