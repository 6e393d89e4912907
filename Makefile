# Two commands matter: `make run` and `make test`. Everything they need is installed on the way.
PYTHON ?= python3
BIN := .venv/bin
APT := $(if $(filter 0,$(shell id -u)),,sudo )

# Python may keep what it has compiled, the tests too; two processes with two threads each would be in each other's way.
unexport PYTHONDONTWRITEBYTECODE
export OMP_NUM_THREADS = 1

.PHONY: help setup setup-dev browser tools run test quick check audit-pins screenshots soak load bench pins clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

.venv/run: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m compileall -q -j 0 .venv/lib || true
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: .venv/run ## Build the environment that the program runs in
setup-dev: .venv/dev

browser: .venv/dev
	@if command -v chromium >/dev/null; then :; \
	elif command -v apt-get >/dev/null; then $(APT)apt-get update -qq && $(APT)apt-get install -y -qq chromium fonts-noto-core; \
	else $(BIN)/playwright install --with-deps chromium; fi

CHECKERS := nginx caddy promtool openssl

tools: ## Install the programs that check the files of deploy/, where a package has them
	@if command -v $(word 1,$(CHECKERS)) $(wordlist 2,9,$(CHECKERS)) | wc -l | grep -qx $(words $(CHECKERS)); then :; \
	elif command -v apt-get >/dev/null; then $(APT)apt-get update -qq && \
		$(APT)apt-get install -y -qq --no-install-recommends nginx-light caddy prometheus openssl; fi \
	|| echo "Without nginx, caddy and promtool the tests of deploy/ leave out what needs them."

run: .venv/run ## Start the program with a living demo practice on http://127.0.0.1:8000
	$(BIN)/python main.py demo

QUICK := not e2e and not farm and not served and not long
# The files that name a mark: reading the others, to choose none of their tests, takes longer than many a test.
MARKED = $(shell grep -rlE 'pytest\.mark\.($(1))\b' tests --include='test_*.py')

test: .venv/dev browser tools ## Run every test: two at a time what bears it, then one by one what needs the machine for itself
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "$(QUICK)"
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "long and not farm" $(call MARKED,long)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m e2e $(call MARKED,e2e)
	$(BIN)/python -m pytest -m "(farm or served) and not e2e" $(call MARKED,farm|served)

quick: .venv/dev ## Run the tests that take little: no browser, no farm of clients, no server to install, no long learning
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "$(QUICK)"

check: .venv/dev ## Check format, style, types and the knowledge base
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/python main.py knowledge check
	@$(MAKE) --no-print-directory audit-pins

OSV ?= https://api.osv.dev/v1/query
KNOWN_BAD := {"version": "2.4.1", "package": {"name": "jinja2", "ecosystem": "PyPI"}}
AUDIT := timeout 180 $(BIN)/pip-audit -s osv --osv-url $(OSV) --disable-pip --no-deps --timeout 10 --progress-spinner off

# An index that knows nothing of an old Jinja would clear everything: it is asked for that first.
audit-pins: .venv/dev ## Ask whether a library that is pinned is known to be vulnerable, where an index answers
	@if ! curl -fsS -m 5 -d '$(KNOWN_BAD)' $(OSV) 2>/dev/null | grep -q '"vulns"'; then \
		echo "No index of vulnerabilities answers here: the pins were not looked up."; exit 0; \
	fi; \
	accepted=$$(awk -v today="$$(date -u +%F)" \
		'/^[A-Z]/ && length($$2) == 10 && $$2 ~ /^20[0-9-]+$$/ && $$2 >= today && NF > 2 {print "--ignore-vuln", $$1}' .ci/accepted-vulnerabilities.txt); \
	said=$$($(AUDIT) -r requirements.txt -r requirements-dev.txt $$accepted 2>&1) && code=0 || code=$$?; \
	if [ $$code = 0 ]; then echo "No library that is pinned is known to be vulnerable."; \
	elif [ $$code = 2 ] || echo "$$said" | grep -q '^Found '; then echo "$$said"; exit 1; \
	else echo "The index of vulnerabilities stopped answering: the pins were not looked up."; fi

screenshots: .venv/dev browser ## Write a picture of every page to screenshots/
	$(BIN)/python -m pytest -q tests/e2e/test_looks.py tests/e2e/test_looks_empty.py --screenshots screenshots

soak: .venv/dev browser ## Let a page stay open for ten minutes under five changes a second, and look whether it grows
	$(BIN)/python -m pytest -q tests/e2e/test_soak.py --soak-seconds 600 -o timeout=900

load: .venv/dev browser ## Put 100 to 5,000 phones on one process, then more and more check-ins, and draw what came of it
	$(BIN)/python -m bench.load --picture docs/pictures/load.png

bench: .venv/dev ## Measure a change on its way from a phone to pages and phones, beside other servers, and matching
	$(BIN)/python -m bench.feedback --quick
	$(BIN)/python -m bench.fanout --quick
	$(BIN)/python -m bench.pages --quick
	$(BIN)/python -m bench.matching --quick

pins: ## Compile the pins anew from requirements*.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header requirements-dev.in -o requirements-dev.txt

clean: ## Remove what can be made again (not your data)
	rm -rf .venv .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .nicegui
