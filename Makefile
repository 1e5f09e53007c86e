# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Needs make and a Python, nothing else: environments are made under .venv/, everything else that is built under .build/.
# A Python of your choice: make PYTHON=/path/to/python3 ...

export PYTHON

VERSIONS := 3.13 3.12 3.14 3.11
VERSIONS_OLDEST := 3.11 3.12 3.13
VENV := .venv/main/bin
OLDEST := .venv/oldest/bin
COLLECTIONS := $(CURDIR)/.build/collections
COPY := .build/copy/ansible_collections/sfb/teams_upgrade

# What runs below has these tools, finds this clone as sfb.teams_upgrade, and hears nothing of the user's own settings.
main = env -u ANSIBLE_CONFIG PATH="$(CURDIR)/$(VENV):$$PATH" PYTHONPATH="$(COLLECTIONS)" ANSIBLE_COLLECTIONS_PATH="$(COLLECTIONS)"
on_copy = env -u ANSIBLE_CONFIG PATH="$(CURDIR)/$(VENV):$$PATH" ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/.build/copy"

.DEFAULT_GOAL := help
.PHONY: help
help: ## this list
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*## /    \1	/p' Makefile | expand -t 24

# --- for everybody ---------------------------------------------------------------------------------------------------------

.PHONY: demo
demo: setup-run ## a sample organisation's wave, done and reported on simulated hosts (ENGINE=pwsh, ARGS=...)
	@$(main) $(VENV)/python -P demo/run.py $(if $(ENGINE),--engine "$(ENGINE)") $(ARGS)

.PHONY: lab
lab: setup-run ## the simulated hosts in the foreground, with their inventory (ENGINE=..., ARGS=...)
	@$(main) $(VENV)/python -P -m ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab \
	    $(if $(ENGINE),--engine "$(ENGINE)") $(ARGS)

# --- for those who work on it ----------------------------------------------------------------------------------------------

# Molecule runs one playbook after the other, and leaves a processor to the tests on the oldest ansible-core.
.PHONY: test
test: test-main ## the whole test suite
	@$(MAKE) --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) test-molecule test-oldest

# Tests wait for hosts, timeouts and the ends of processes: three at a time keep two processors busy.
.PHONY: test-main
test-main: setup-test
	$(main) $(VENV)/python -m pytest -n 3 --dist worksteal

.PHONY: test-oldest
test-oldest: farm
	@dev/venv oldest "$(VERSIONS_OLDEST)" run-oldest test
	$(OLDEST)/python -m pytest -n 2 --dist worksteal --every-engine -m "oldest and not pwsh"

.PHONY: test-molecule
test-molecule: setup-test
	@dev/venv main "$(VERSIONS)" run test molecule
	$(main) MOLECULE_EPHEMERAL_DIRECTORY="$(CURDIR)/.build/molecule" molecule test --all

.PHONY: test-long
test-long: setup-test ## all tests, on both engines, with ten times as many examples (more than half an hour)
	$(main) TEST_LONG=1 $(VENV)/python -m pytest -n 2 --dist worksteal --every-engine -o faulthandler_timeout=3600

.PHONY: test-pwsh
test-pwsh: setup-test ## every test of modules and playbooks on a real PowerShell
	$(main) $(VENV)/python -m pytest -n 2 --dist worksteal --every-engine -m pwsh tests/lab tests/playbooks

.PHONY: mutants
mutants: farm ## change the pure code in one place at a time, and print what no unit test notices (ARGS="_rules _model")
	@dev/venv mutants "$(VERSIONS)" run test mutants
	.venv/mutants/bin/python -P dev/mutants.py $(ARGS)

.PHONY: conformance
conformance: setup-test ## ask both engines of the simulated hosts the same, and write docs/conformance.md
	$(main) $(VENV)/python -P dev/conformance.py

.PHONY: break-even
break-even: setup-test ## measure from how many grants on a batch is faster, and write docs/batches.md (ARGS=...)
	$(main) $(VENV)/python -P dev/break_even.py $(ARGS)

.PHONY: ledger-cost
ledger-cost: setup-test ## measure what a ledger adds to the time that a wave takes (ARGS=...)
	$(main) $(VENV)/python -P dev/ledger_cost.py $(ARGS)

.PHONY: bench
bench: setup-test ## the benchmarks, see docs/performance.md (ARGS="--only efficiency --users 1000", ARGS=--quick)
	$(main) $(VENV)/python -P dev/bench/run.py $(ARGS)

.PHONY: soak
soak: setup-test ## half an hour of moves through sessions that meet a fault with every fiftieth request (ARGS="--minutes 5")
	$(main) $(VENV)/python -P dev/soak.py $(ARGS)

.PHONY: kills
kills: setup-test ## waves of 100 users in which processes are killed at random moments, a hundred times (ARGS="--kills 10")
	$(main) $(VENV)/python -P dev/kills.py $(ARGS)

.PHONY: pypsrp-suite
pypsrp-suite: setup-test ## pypsrp's own tests on a simulated host with a real PowerShell, and docs/pypsrp-suite.md
	$(main) $(VENV)/python -P dev/pypsrp_suite.py

# atheris is not made for every Python, and is not needed: without it, hypothesis makes the cases.
.PHONY: fuzz
fuzz: setup-test ## an hour of bytes of any kind for all that parses what hosts send (ARGS="--minutes 5")
	@$(VENV)/pip install -q --disable-pip-version-check --upgrade --target .build/fuzz/lib -r dev/requirements/fuzz.txt || true
	$(main) PYTHONPATH="$(COLLECTIONS):$(CURDIR)/.build/fuzz/lib" $(VENV)/python -P dev/fuzz.py $(ARGS)

.PHONY: tables
tables: setup-test ## the tables of rules (docs/rules.md) and reasons (docs/reasons.md), from tests and code
	$(main) $(VENV)/python -P dev/rule_table.py
	$(main) $(VENV)/python -P dev/reasons.py

.PHONY: windows-zones
windows-zones: setup-test ## the table of Windows time zones, anew
	$(VENV)/pip install -q --disable-pip-version-check --target .build/tzlocal tzlocal
	PYTHONPATH=.build/tzlocal $(VENV)/python -P dev/windows_zones.py

# Sanity takes as long as all the others together.
.PHONY: check
check: setup-check ## linters, types, sanity, docs, packaging
	@$(MAKE) --keep-going --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) \
	    check-sanity check-types check-ansible check-docs check-galaxy check-code check-licences

.PHONY: check-code
check-code: setup-check
	$(VENV)/ruff check
	$(VENV)/ruff format --check

.PHONY: check-types
check-types: setup-check
	$(VENV)/mypy -p ansible_collections.sfb.teams_upgrade.plugins
	$(VENV)/mypy tests $(wildcard demo)

.PHONY: check-licences
check-licences: setup-check
	$(VENV)/reuse lint --lines

# Ansible's own tools read a copy of what git knows; they would not all stop at .gitignore.
.PHONY: copy
copy: setup-check
	$(VENV)/python dev/copy_collection.py .build/copy

.PHONY: check-ansible
check-ansible: copy
	cd $(COPY) && $(on_copy) ansible-lint

.PHONY: check-docs
check-docs: copy
	cd $(COPY) && $(on_copy) antsibull-changelog lint
	cd $(COPY) && $(on_copy) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all .

.PHONY: check-galaxy
check-galaxy: copy
	@dev/venv galaxy "$(VERSIONS)" galaxy
	dev/check-galaxy $(COPY)

.PHONY: check-sanity
check-sanity: setup-check
	$(VENV)/python dev/sanity.py

.PHONY: jea
jea: setup-test ## the files for restricted endpoints (docs/jea), from the collection's table of calls
	@$(main) $(VENV)/python -P dev/jea.py

.PHONY: format
format: setup-check ## format the code, and repair what linters can repair
	$(VENV)/ruff check --fix
	$(VENV)/ruff format

.PHONY: clean
clean: ## remove everything that was built
	rm -rf .build .venv .ansible .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- environments ----------------------------------------------------------------------------------------------------------

.PHONY: farm setup-run setup-test setup-check
farm:
	@dev/farm

setup-run: farm
	@dev/venv main "$(VERSIONS)" run

# The libraries of Kerberos are compiled, which not every machine can do: where it cannot, their tests are skipped.
setup-test: farm
	@dev/venv main "$(VERSIONS)" run test
	@command -v krb5-config >/dev/null && command -v cc >/dev/null && dev/venv main "$(VERSIONS)" run test kerberos || \
	    echo "The libraries of Kerberos are not installed (Debian's libkrb5-dev and gcc): their tests are skipped." >&2

setup-check: farm
	@dev/venv main "$(VERSIONS)" run test molecule check
