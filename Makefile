# xmlrpcgi.  `make` alone prints the targets.

PYTHON3 ?= python3
VENV = .venv
ARGS =

export SERVER PORT LIB DOCKER BASE PYTHON PYTHON3 INSTALL

.DEFAULT_GOAL := help
.PHONY: help run call check dist install uninstall test test-fast lint bench fuzz trust picture clean

help:
	@sed -n 's/^##@ \(.*\)/\1:/p; s/^\([a-z-]*\):.*## \(.*\)/  make \1#\2/p' $(MAKEFILE_LIST) | \
	    while IFS='#' read -r target text; do \
	        if [ "$$text" ]; then printf '%-16s %s\n' "$$target" "$$text"; \
	        else printf '\n%s\n' "$$target"; fi; \
	    done

##@ To use

run: ## serve lib/ on this machine: SERVER=apache|docker|... PORT=8000 LIB=folder DOCKER=podman
	@exec $(PYTHON3) -m tests.tools.servers run

call: ## call a method of lib/, or of the server at URL: M=app.getName A='2 3' URL=http://...
	@$(if $(M),,echo "M= names the method: make call M=app.getName A='2 3'" >&2; exit 2;) \
	    exec $(PYTHON3) cgi-bin/xmlrpcgi call $(ARGS) $(or $(URL),--lib $(or $(LIB),lib)) $(M) $(A)

check: ## what is wrong with an installation: CGIBIN=folder (default: here), or URL=https://...
	@exec $(PYTHON3) cgi-bin/xmlrpcgi check $(ARGS) $(if $(CGIBIN),--cgi-bin '$(CGIBIN)') $(if $(URL),'$(URL)')

dist: ## dist/xmlrpcgi-VERSION.zip and .tar.gz, to upload to a host, and a wheel for pip
	@exec $(PYTHON3) .ci/dist.py

install: ## install or upgrade the program: CGIBIN=folder LIB=folder PYTHON=/its/python3 DEPLOY=user@host:
	@$(if $(CGIBIN),,echo "CGIBIN= names the folder for CGI scripts: make install CGIBIN=/srv/site/cgi-bin" >&2; exit 2;) \
	    exec $(PYTHON3) cgi-bin/xmlrpcgi install --cgi-bin '$(CGIBIN)' $(if $(LIB),--lib '$(LIB)') \
	    $(if $(PYTHON),--python '$(PYTHON)') $(if $(DEPLOY),--deploy '$(DEPLOY)') $(ARGS)

uninstall: ## remove what install put there, but not the classes: CGIBIN=folder
	@$(if $(CGIBIN),,echo "CGIBIN= names the folder it was installed in" >&2; exit 2;) \
	    exec $(PYTHON3) cgi-bin/xmlrpcgi uninstall --cgi-bin '$(CGIBIN)' $(if $(DEPLOY),--deploy '$(DEPLOY)') $(ARGS)

##@ To develop

test: $(VENV)/tests ## all tests, on every server there is here: ARGS='-k name'; INSTALL=yes may install packages
	$(PYTHON3) -m tests.tools.servers setup
	$(VENV)/bin/python -m pytest -rs tests $(ARGS)

test-fast: $(VENV)/tests ## the tests that need no server, in a minute or two
	@$(MAKE) --no-print-directory -j2 --output-sync fast-unit fast-security

# Status 5: ARGS chose no test of this folder.
.PHONY: fast-unit fast-security
fast-unit fast-security: fast-%:
	$(VENV)/bin/python -m pytest -rs -m "not server and not slow" tests/$* $(ARGS) || [ $$? = 5 ]

lint: $(VENV)/lint ## ruff, and whether cgi-bin/ and lib/ compile for Python 3.6
	$(VENV)/bin/ruff check .
	$(VENV)/bin/python tests/tools/compile36.py

bench: ## how long a call takes, and calls per second: PYTHON=/usr/bin/python3 ARGS='doors balancer'
	$(PYTHON3) -m tests.tools.bench $(ARGS)

fuzz: ## mutated requests, for FOR=60 seconds; ARGS=--client: mutated answers for the commands
	$(PYTHON3) -m tests.tools.fuzz --seconds $(or $(FOR),60) $(ARGS)

trust: $(VENV)/tests ## attacks, fuzzing, load and faults, and a table of the outcome: ARGS=--short
	$(PYTHON3) -m tests.tools.servers setup
	$(VENV)/bin/python -m tests.trust $(if $(FOR),--fuzz $(FOR)) $(ARGS)

picture: $(VENV)/tests ## the picture of the page in README.md, in a headless Chromium
	$(VENV)/bin/python -m tests.page.picture

clean: ## remove what the targets above made here
	rm -rf $(VENV) .pytest_cache .ruff_cache dist
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

$(VENV)/tests: tests/tools/setup_venv.sh
	tests/tools/setup_venv.sh $(VENV) pytest requests
	@# Servers that tests run on, and a peer for the bench. Where one is missing, its tests are skipped.
	@for package in gunicorn waitress flup6; do \
	    $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $$package || \
	        echo "$$package could not be installed: its tests are skipped."; done
	@touch $@

$(VENV)/lint: tests/tools/setup_venv.sh
	tests/tools/setup_venv.sh $(VENV) ruff
	@touch $@
