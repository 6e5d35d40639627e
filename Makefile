# The commands of the project. `make demo` and `make test` do all the set-up themselves.
.PHONY: help demo test soak bench check fast integration setup lock clean
PYTHON := .venv/bin/python

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

demo: setup ## show the main job: build, publish, deploy, follow, dismiss
	@$(PYTHON) -m integration.demo

test: check fast integration ## everything that must pass

check: setup ## format, lint, types
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy

fast: setup ## the tests that need nothing but git
	@$(PYTHON) -m pytest -q -n 2

integration: setup ## the tests on the real Docker, registry, Kubernetes and Helm
	@$(PYTHON) -m pytest -q integration -n 2 --dist loadscope -p no:cacheprovider

soak: setup ## the long campaigns: laws, faults, other Kubernetes versions (by hand)
	@WERFISH_EXAMPLES=2000 $(PYTHON) -m pytest -q tests -n 2 -m hypothesis --timeout 1800
	@WERFISH_ROUNDS=100 $(PYTHON) -m pytest -q integration -p no:cacheprovider -m "campaign or soak"

bench: setup ## measure against docker, BuildKit and skopeo
	@$(PYTHON) -m integration.bench

setup: ## Python, the locked packages, werfish in .venv
	@.ci/setup

LOCK := -m uv pip compile --universal --generate-hashes --no-header --no-emit-index-url \
  --no-annotate --python-version 3.11 -q
lock: setup ## renew the lock files of .ci
	@$(PYTHON) -m pip install -q uv
	@$(PYTHON) $(LOCK) pyproject.toml --extra fast --extra templates --extra dev \
	  -o .ci/requirements.lock
	@echo 'ansible>=12' | $(PYTHON) $(LOCK) - -o .ci/ansible.lock

clean: ## remove what setup made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
