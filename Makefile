# Terpadu. `make demo` shows it, `make test` tries it; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
PIP_INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes
export PIP_NO_WARN_SCRIPT_LOCATION = 1

.PHONY: help demo test test-deep check format bench bench-portal bench-spbe bench-registry compiled lock clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: apt-get install python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is needed: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/demo-ready: $(VENV)/made requirements/demo.txt pyproject.toml
	@echo "  … menyiapkan lingkungan Python"
	@date +%s.%N > $(VENV)/began
	@$(PIP_INSTALL) -r requirements/demo.txt
	@$(RUN) tools/install.py
	@touch $@

$(VENV)/dev-ready: $(VENV)/made requirements/dev.txt pyproject.toml
	@$(PIP_INSTALL) -r requirements/dev.txt
	@$(RUN) tools/install.py
	@touch $@ $(VENV)/demo-ready

demo: $(VENV)/demo-ready ## one family's year, served by the systems that exist (ONCE=1: end by itself)
	@DEMO_ENV_SECONDS=$$($(RUN) tools/took.py $(VENV)) DEMO_ENV_PACKAGES=$$(grep -c == requirements/demo.txt) \
		$(RUN) -m demo $(if $(ONCE),--once)

test: $(VENV)/dev-ready ## the suite, at most 15 minutes on two cores
	@tools/with_postgres.sh tools/with_chromium.sh $(RUN) -m pytest

test-deep: $(VENV)/dev-ready ## the long ones: all crash points, weakened builds, fuzz
	@tools/with_postgres.sh tools/with_chromium.sh $(RUN) -m pytest -m deep --timeout 1500

check: $(VENV)/dev-ready ## style, types, import contracts, stale generated pages
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check src demo
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-cache
	@$(RUN) -m tests.spec.print_policy --check
	@$(RUN) -m tools.print_reference --check
	@$(RUN) -m tools.print_cases --check
	@$(RUN) -m tools.print_registry --check
	@$(RUN) -m tools.print_governance --check

format: $(VENV)/dev-ready ## put the code in form
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format src demo

bench: $(VENV)/dev-ready ## the message path against nginx, alternating in one run (needs Debian's nginx and wrk)
	@$(RUN) -m bench

bench-portal: $(VENV)/dev-ready ## the portal under 50 signed-on people, on SQLite and PostgreSQL (needs Debian's wrk and postgresql)
	@tools/with_postgres.sh $(RUN) -m bench.portal

bench-registry: $(VENV)/dev-ready ## the registry with 600 members and 20,000 agreements: pages, publishing, a node's part
	@$(RUN) -m bench.registry

bench-spbe: $(VENV)/dev-ready ## a nation's five years of SPBE scores, and a million random assessments
	@$(RUN) -m bench.spbe

compiled: $(VENV)/dev-ready ## the wire modules through mypyc into build/compiled, and their tests on it (needs a C compiler)
	@$(RUN) tools/compile.py >/dev/null
	@PYTHONPATH=build/compiled $(RUN) -m pytest tests/unit/signing tests/unit/policy tests/spec tests/journey/test_two_nodes.py

lock: ## write the requirement files anew, with hashes and without any registry's address
	@tools/lock.sh

clean: ## remove what was built
	@rm -rf build .venv
