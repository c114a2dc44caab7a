# xmlrpcgi.  `make` alone prints the targets.

PYTHON3 ?= python3
VENV = .venv
ARGS =

export SERVER PORT LIB DOCKER BASE PYTHON PYTHON3

.DEFAULT_GOAL := help
.PHONY: help run call test test-fast lint bench fuzz trust dist install uninstall check clean

help: ## print the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1#\2/p' $(MAKEFILE_LIST) | \
	    while IFS='#' read -r target text; do printf '%-18s %s\n' "$$target" "$$text"; done

run: ## serve lib/ on this machine: SERVER=apache|docker|... PORT=8000 LIB=folder DOCKER=podman
	@exec $(PYTHON3) -m tests.tools.servers run

call: ## call a method of lib/, or of the server at URL: M=app.getName A='2 3' URL=http://...
	@$(if $(M),,echo "M= names the method: make call M=app.getName A='2 3'" >&2; exit 2;) \
	    exec $(PYTHON3) cgi-bin/xmlrpcgi call $(ARGS) $(or $(URL),--lib $(or $(LIB),lib)) $(M) $(A)

test: $(VENV)/tests ## all tests, on every server there is here: ARGS='-k name'
	$(PYTHON3) -m tests.tools.servers setup
	$(VENV)/bin/python -m pytest tests $(ARGS)

test-fast: $(VENV)/tests ## tests of single modules, and attacks, without any server: a minute or two
	$(VENV)/bin/python -m pytest -m "not server and not slow" tests/unit tests/security $(ARGS)

lint: $(VENV)/lint ## ruff, and whether cgi-bin/ and lib/ compile for Python 3.6
	$(VENV)/bin/ruff check .
	$(VENV)/bin/python tests/tools/compile36.py

bench: ## how long a call takes, and calls/s at each door, beside stock peers: PYTHON=/usr/bin/python3 ARGS=doors
	$(PYTHON3) -m tests.tools.bench $(ARGS)

fuzz: ## mutated requests, for FOR=60 seconds
	$(PYTHON3) -m tests.tools.fuzz --seconds $(or $(FOR),60) $(ARGS)

trust: $(VENV)/tests ## attacks, fuzzing, load and faults, and a table of what came of them: ARGS=--short
	$(PYTHON3) -m tests.tools.servers setup
	$(VENV)/bin/python -m tests.trust $(if $(FOR),--fuzz $(FOR)) $(ARGS)

dist: ## dist/xmlrpcgi-VERSION.zip and .tar.gz, to upload to a host
	@exec $(PYTHON3) .ci/dist.py

install: ## install the program: CGIBIN=folder LIB=folder PYTHON=/its/python3 DEPLOY=user@host:
	@$(if $(CGIBIN),,echo "CGIBIN= names the folder for CGI scripts: make install CGIBIN=/srv/site/cgi-bin" >&2; exit 2;) \
	    exec $(PYTHON3) cgi-bin/xmlrpcgi install --cgi-bin '$(CGIBIN)' $(if $(LIB),--lib '$(LIB)') \
	    $(if $(PYTHON),--python '$(PYTHON)') $(if $(DEPLOY),--deploy '$(DEPLOY)') $(ARGS)

uninstall: ## remove what install put there, not the classes: CGIBIN=folder
	@$(if $(CGIBIN),,echo "CGIBIN= names the folder it was installed in" >&2; exit 2;) \
	    exec $(PYTHON3) cgi-bin/xmlrpcgi uninstall --cgi-bin '$(CGIBIN)' $(if $(DEPLOY),--deploy '$(DEPLOY)') $(ARGS)

check: ## what is wrong with an installation: CGIBIN=folder (default: here), or URL=https://...
	@exec $(PYTHON3) cgi-bin/xmlrpcgi check $(ARGS) $(if $(CGIBIN),--cgi-bin '$(CGIBIN)') $(if $(URL),'$(URL)')

clean: ## remove what the targets above made here
	rm -rf $(VENV) .pytest_cache .ruff_cache dist
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

$(VENV)/tests: tests/tools/setup_venv.sh
	tests/tools/setup_venv.sh $(VENV) pytest requests
	@# Servers that tests run on, and a peer for the bench; without one, its tests are skipped.
	@for package in gunicorn waitress flup6; do \
	    $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $$package || \
	        echo "$$package could not be installed: the tests go without it."; done
	@touch $@

$(VENV)/lint: tests/tools/setup_venv.sh
	tests/tools/setup_venv.sh $(VENV) ruff
	@touch $@
