# A visitor needs `make demo`, a contributor `make lint test docs bench`.
# PYTHON names the Python to use (3.11 or newer); by default the first one found.

VENV := .venv
BIN := $(VENV)/bin
LOWEST := .venv-lowest
BENCH := .venv-bench
PART := tools/part.sh
PIP := -m pip --quiet --disable-pip-version-check

# Tests start the command hundreds of times, which takes three times as long where nothing compiled is kept.
unexport PYTHONDONTWRITEBYTECODE

# As many tests at once as there are processors, one more where some only wait; those of one shared server run in one
# process, so that each is started once.
QUICK := -n 2 --dist worksteal
AT_ONCE := -n 3 --dist worksteal
BY_SERVER := -n 3 --dist loadgroup

# The rooms that everything stands on; their coverage must not fall below CORE_PERCENT.
CORE := poolaudit/facts/*,poolaudit/report.py,poolaudit/rule.py,poolaudit/rules/*,poolaudit/policy.py,poolaudit/audit.py
CORE_PERCENT := 95

.PHONY: help demo test part-servers part-truth part-lowest test-fast test-lowest truth coverage servers browser lint fix docs docs-check screenshots bench clean

help:
	@echo "make demo        the report of a real incident; needs no server"
	@echo "make test        every test, on real servers that are fetched first, and the coverage"
	@echo "make test-fast   the tests that need no server"
	@echo "make test-lowest the fast tests and a scan with the lowest versions of the dependencies"
	@echo "make truth       what is read of examples against the real libraries, in several versions"
	@echo "make lint        ruff, mypy, import contracts, and whether the generated pages are current"
	@echo "make fix         let ruff put right what it can"
	@echo "make docs        write docs/rules, docs/help and docs/pictures anew"
	@echo "make screenshots take the pictures of the page and the mail anew, in a real browser"
	@echo "make bench       measure, and write docs/performance.md anew"
	@echo "make clean       remove what these commands made, but for the fetched servers"

demo: $(VENV)/made
	@$(BIN)/poolaudit demo

test:
	@$(PART) --begin
	@$(PART) "development tools" $(MAKE) --no-print-directory $(VENV)/made-dev
	@$(PART) "servers" $(MAKE) --no-print-directory servers
	@$(PART) "browser" $(MAKE) --no-print-directory browser
	@$(PART) "tests without servers" $(BIN)/python -m pytest -m "not server" $(AT_ONCE) --cov --cov-report=
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target part-servers part-truth part-lowest
	@$(PART) "coverage" $(MAKE) --no-print-directory coverage
	@$(PART) "lint" $(MAKE) --no-print-directory lint
	@$(PART) --sums

# Tests on servers mostly wait, and leave the processors to what stands beside them.
part-servers:
	@$(PART) "tests on servers" $(BIN)/python -m pytest -m server $(BY_SERVER) --durations=15 --cov --cov-append --cov-report=

part-truth:
	@$(PART) "the libraries themselves, beside that" $(MAKE) --no-print-directory truth

part-lowest:
	@$(PART) "the lowest versions of the dependencies, beside that" $(MAKE) --no-print-directory test-lowest

coverage: $(VENV)/made-dev
	@$(BIN)/coverage report
	@echo && echo "The core, of which $(CORE_PERCENT) % is demanded:"
	@$(BIN)/coverage report --include='$(CORE)' --fail-under=$(CORE_PERCENT) --skip-covered

test-fast: $(VENV)/made-dev
	@$(BIN)/python -m pytest -m "not server and not slow" $(QUICK)

# Environments of their own, for versions that cannot stand beside each other; see noxfile.py.
truth: $(VENV)/made-dev
	@$(BIN)/nox -s truth --list --json | $(BIN)/python -c 'import json, sys; print(*(each["session"] for each in json.load(sys.stdin)), sep="\n")' \
		| xargs -P 2 -d '\n' -n 1 $(BIN)/nox --error-on-missing-interpreters -s

test-lowest: $(LOWEST)/made
	@$(LOWEST)/bin/python tools/lowest.py --check
	@$(LOWEST)/bin/python -m pytest -q -m "not server and not slow" $(QUICK)
	@$(LOWEST)/bin/python -m pytest -q tests/cli/test_real_servers.py tests/render/test_trend_pictures.py

# Who names servers of their own wants none to be downloaded.
servers: $(VENV)/made-dev
	@$(if $(POOLAUDIT_TEST_DSNS),echo "the servers that POOLAUDIT_TEST_DSNS names",$(BIN)/python -m tests.servers fetch)

browser: $(VENV)/made-dev
	@$(BIN)/python -m tests.browser fetch

lint: $(VENV)/made-dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory docs-check

fix: $(VENV)/made-dev
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

docs: $(VENV)/made-dev
	@$(BIN)/python docs/make_rule_pages.py
	@$(BIN)/python docs/make_help.py
	@$(BIN)/python docs/make_pictures.py

screenshots: browser
	@$(BIN)/python docs/make_screenshots.py

docs-check: $(VENV)/made-dev
	@$(BIN)/python docs/make_rule_pages.py --check
	@$(BIN)/python docs/make_help.py --check
	@$(BIN)/python docs/make_pictures.py --check

# Measured is what people install: the runtime dependencies, what draws a picture, and the package copied, not linked.
bench: $(VENV)/made-dev $(BENCH)/made
	@$(BENCH)/bin/python $(PIP) install --force-reinstall --no-deps .
	@$(BENCH)/bin/python -m compileall -q $(BENCH)/lib
	@$(BIN)/python -m bench --python $(BENCH)/bin/python

clean:
	rm -rf $(VENV) $(LOWEST) $(BENCH) .nox .coverage .coverage.* build dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bench docs poolaudit tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/python-made:
	@tools/venv.sh $(VENV)
	@touch $@

$(VENV)/made: pyproject.toml | $(VENV)/python-made
	@$(BIN)/python $(PIP) install --editable .
	@touch $@

# pip reads dependency groups from version 25.1 on.
$(VENV)/made-dev: pyproject.toml | $(VENV)/python-made
	@$(BIN)/python $(PIP) install --upgrade 'pip>=25.1'
	@$(BIN)/python $(PIP) install --group dev --editable '.[login-path,postgresql,report]'
	@touch $(VENV)/made $@

$(LOWEST)/made: pyproject.toml tools/lowest.py
	@tools/venv.sh $(LOWEST)
	@$(LOWEST)/bin/python $(PIP) install --upgrade 'pip>=25.1'
	@$(LOWEST)/bin/python tools/lowest.py > $(LOWEST)/constraints.txt
	@$(LOWEST)/bin/python $(PIP) install --constraint $(LOWEST)/constraints.txt --group dev --editable '.[login-path,postgresql,report]'
	@touch $@

$(BENCH)/made: pyproject.toml
	@tools/venv.sh $(BENCH)
	@$(BENCH)/bin/python $(PIP) install '.[report]'
	@touch $@
