# Everything a person or CI runs. Each target first sets up what it needs (tools/set_up.sh).
.DEFAULT_GOAL := help
.PHONY: help setup demo surge test stories test-services lint format messages lock \
	bench bench-dispatch bench-places bench-desk faults

PYTHON_IN := .venv/bin/python
TEST_ENVIRONMENT := $(PYTHON_IN) -m tests.environment

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup:  ## Make .venv with what the demo needs
	@tools/set_up.sh run

.PHONY: setup-dev
setup-dev:
	@tools/set_up.sh dev

demo: setup  ## Run the whole product on this machine (PORT=8000 DEMO_DIR=.demo RESET=1)
	@exec env DEMO=1 $(PYTHON_IN) manage.py demo

surge: setup  ## Let 30 reports of 8 events come to the running demo (DEMO_DIR=.demo SECONDS=180)
	@exec env DEMO=1 $(PYTHON_IN) manage.py surge $(if $(SECONDS),--seconds $(SECONDS))

test: setup-dev  ## Run the tests on SQLite, nothing to install (ARGS="-k report")
	@$(PYTHON_IN) -m pytest -n 2 -m "not long" $(ARGS)

stories: setup-dev  ## Play the long stories in a real browser: every page, two people, a surge
	@$(PYTHON_IN) -m pytest -n 2 --dist loadfile -m long tests/story $(ARGS)

test-services: setup-dev  ## Run the tests on a PostgreSQL and Redis of their own
	@# The stories drive the demo, which is always on SQLite: `make test` has run them.
	@$(PYTHON_IN) -m tools.with_services $(SERVICES) -- $(PYTHON_IN) -m pytest -n 2 --ignore=tests/story $(ARGS)

lint: setup-dev  ## Check style, types, templates, order of rooms and migrations
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@$(TEST_ENVIRONMENT) .venv/bin/mypy
	@find templates alerts -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --check --target-version 5.2
	@.venv/bin/lint-imports --no-logo
	@$(TEST_ENVIRONMENT) $(PYTHON_IN) manage.py makemigrations --check --dry-run
	@$(PYTHON_IN) -m tools.messages --check

format: setup-dev  ## Rewrite Python and templates in the house's style
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@find templates alerts -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 5.2

messages: setup-dev  ## Compile the translations in locale/
	@$(PYTHON_IN) -m tools.messages

bench: setup-dev  ## Measure the main line
	@$(PYTHON_IN) -m bench.main_line

bench-dispatch: setup-dev  ## Measure the pump beside a naive one and the raw limit
	@$(PYTHON_IN) -m bench.dispatch

bench-places: setup-dev  ## Measure how free text becomes a place
	@$(PYTHON_IN) -m bench.places
	@$(PYTHON_IN) -m bench.grouping

bench-desk: setup-dev  ## Measure the desk with 50 viewers
	@$(PYTHON_IN) -m bench.desk

faults: setup-dev  ## Break things on purpose and count what was lost or doubled (FAULTS="--runs 5")
	@$(PYTHON_IN) -m bench.faults $(FAULTS)

COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --all-extras pyproject.toml

lock:  ## Pin the dependencies of pyproject.toml anew (needs uv; UPGRADE=--upgrade)
	@$(COMPILE) $(UPGRADE) -o constraints.txt
	@$(COMPILE) $(UPGRADE) --group dev -c constraints.txt -o constraints-dev.txt
