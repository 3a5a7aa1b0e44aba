# One command sets everything up and runs it: `make reproduce`, `make test`, `make daily`. `make help`
# lists all.
# Needed: make and Python 3.11 to 3.13. uv is used where it is installed, pip where it is not.
#
# .venv/.locked  the packages of locks/requirements.txt, exactly those, checked against their hashes; holds
#                the folder it was made in, so that a moved or copied checkout is set up anew instead
#                of importing the old one
# .venv/.ready   and this project, editable

VENV := .venv
RUN := $(VENV)/bin/python
STATE := $(CURDIR)/$(VENV)/state
PYTHONS := python3.13 python3.12 python3.11 python3

# What a shell may carry and a result must not depend on.
unexport PYTHONPATH PYTHONHOME PYTHONWARNINGS PYTHONDONTWRITEBYTECODE PYTHONSTARTUP
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV VIRTUAL_ENV SPBE_RESEARCH_DATA
unexport MPLBACKEND MATPLOTLIBRC PYTEST_ADDOPTS
export PYTHONNOUSERSITE := 1
export PYTHONUTF8 := 1
export TQDM_DISABLE := 1
export MPLCONFIGDIR := $(STATE)/matplotlib

# One thread a process: sums keep their order, and processes side by side do not fight for the cores.
ONE_THREAD := daily test long mutants hostile kills noticed mutation figures site notebooks reproduce
$(ONE_THREAD): export OMP_NUM_THREADS := 1
$(ONE_THREAD): export OPENBLAS_NUM_THREADS := 1
$(ONE_THREAD): export MKL_NUM_THREADS := 1

# Kernels run without the user's own start-up files, and need no home folder.
test mutants notebooks reproduce: export IPYTHONDIR := $(STATE)/ipython
test mutants notebooks reproduce: export JUPYTER_CONFIG_DIR := $(STATE)/jupyter/config
test mutants notebooks reproduce: export JUPYTER_DATA_DIR := $(STATE)/jupyter/data
test mutants notebooks reproduce: export JUPYTER_RUNTIME_DIR := $(STATE)/jupyter/runtime

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help reproduce test daily long lint mutants hostile kills noticed mutation matrix wheel test-all figures site lab notebooks lock clean setup FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

reproduce: setup ## set up, rebuild and verify the tables, execute the notebooks, write the site
	$(RUN) $(VENV)/bin/spbe-research reproduce

test: setup lint ## set up, check style, types and layers, then run tests, doctests and notebooks
	$(RUN) -m pytest tests spbe_research notebooks --doctest-modules \
	    --nbval --nbval-current-env --nbval-cell-timeout 300 -m 'not long' -n 2 --dist loadfile -q

daily: setup ## what to run while working: unit tests, the house, doctests; under a minute
	$(RUN) -m pytest tests spbe_research --doctest-modules -m 'not whole and not long' -n 2 --dist loadfile -q

hostile: setup ## hundreds of hostile calls, 1,200 broken files, kills of the site: some minutes
	$(RUN) tests/boundary/hostile.py

kills: setup ## 200 kills of the build, pairs at once, full disk, read only: some minutes
	PYTHONPATH=. $(RUN) tests/panel/kills.py

noticed: setup ## which wrong values would be noticed: docs/errors-noticed.csv, docs/checked-once.csv
	PYTHONPATH=.:tests $(RUN) tests/panel/noticed.py

mutation: setup ## mutants of panel, scoring, boundary, ingest and instruments, and branch coverage: hours
	PYTHONPATH=.:tests $(RUN) tests/mutation.py

matrix: setup ## the same numbers from Python 3.11 to 3.13, oldest and newest packages (needs a network)
	$(RUN) tests/matrix.py --study

wheel: setup ## the wheel in empty environments, light and full: weight, and every command there
	$(RUN) benchmarks/install.py --extra study --extra site --extra ingest

long: setup ## every page, look, name and citation, of which `make test` takes a sample; killed clusters
	$(RUN) -m pytest tests -m long -n 2 --dist loadfile -q

test-all: test long mutants hostile kills mutation matrix wheel ## everything, for hours; never in .ci/run
	PYTHONPATH=.:tests $(RUN) tests/panel/noticed.py
	git diff --exit-code docs/errors-noticed.csv docs/checked-once.csv

lint: setup ## ruff, mypy and the import layers
	$(RUN) -m ruff check --quiet
	$(RUN) -m ruff format --check --quiet
	$(RUN) -m mypy --no-error-summary
	@$(RUN) $(VENV)/bin/lint-imports --no-cache > '$(STATE)/layers.txt' || { cat '$(STATE)/layers.txt'; exit 1; }

mutants: setup ## what the rules of notebooks catch: mutants of them, by kind; some three minutes
	PYTHONPATH=tests/house $(RUN) tests/nbguard/mutants.py

figures: setup ## draw every figure and a contact sheet into build/figures
	$(RUN) $(VENV)/bin/spbe-research figures --overwrite

site: setup ## write the static site into build/site
	$(RUN) $(VENV)/bin/spbe-research site

lab: setup ## open the notebooks in JupyterLab
	$(RUN) -m jupyterlab --notebook-dir=notebooks

notebooks: setup ## execute notebooks again and keep their outputs (for authors); ONLY="07 12", or all
	$(RUN) $(VENV)/bin/spbe-research notebooks $(ONLY)

lock: ## remake locks/requirements.txt from pyproject.toml (needs uv); UPGRADE=1 takes newer versions
	@command -v uv > /dev/null || { echo "make lock needs uv on the PATH; the other targets do not." >&2; exit 1; }
	uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --all-extras \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	    --no-sources $(if $(UPGRADE),--upgrade) --output-file locks/requirements.txt

clean: ## remove the environment, caches and build/; data and notebooks stay
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find spbe_research tests benchmarks notebooks -name __pycache__ -prune -exec rm -rf {} +
	find notebooks -name .ipynb_checkpoints -prune -exec rm -rf {} +

setup: $(VENV)/.ready

# An environment of another folder, or one whose Python is gone, is made anew.
ifneq ($(shell cat $(VENV)/.locked 2>/dev/null && $(RUN) -c '' 2>/dev/null && echo runs),$(CURDIR) runs)
$(VENV)/.locked: FORCE
endif

$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	@if command -v uv > /dev/null; then \
	    uv pip install --quiet --python $(RUN) --no-deps --no-build-isolation --editable .; \
	else \
	    $(RUN) -m pip install --quiet --no-deps --no-build-isolation --editable .; \
	fi
	@mkdir -p '$(STATE)'
	@touch $@

# PYTHON=... chooses the interpreter; else the first that runs: a pyenv shim may exist and refuse.
$(VENV)/.locked: locks/requirements.txt
	@chosen=; needs='venv, ensurepip'; command -v uv > /dev/null && needs='venv'; \
	for candidate in $(if $(PYTHON),'$(PYTHON)',$(PYTHONS)); do \
	    if "$$candidate" -c "import sys, $$needs; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" > /dev/null 2>&1; \
	    then chosen=$$candidate; break; fi; \
	done; \
	if [ -z "$$chosen" ]; then \
	    echo "No usable Python among: $(if $(PYTHON),$(PYTHON),$(PYTHONS))." >&2; \
	    echo "Needed: Python 3.11, 3.12 or 3.13 with venv (Debian: apt-get install python3-venv)." >&2; \
	    echo "Name another with: make PYTHON=/path/to/python3 ..." >&2; \
	    exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$("$$chosen" --version), once; this takes a minute or a few."; \
	rm -rf $(VENV); \
	if command -v uv > /dev/null; then \
	    uv venv --quiet --no-project --python "$$(command -v "$$chosen")" $(VENV) && \
	    uv pip install --quiet --python $(RUN) --require-hashes --only-binary :all: --compile-bytecode --requirements locks/requirements.txt; \
	else \
	    "$$chosen" -m venv $(VENV) && \
	    $(RUN) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes --only-binary :all: --requirement locks/requirements.txt && \
	    { $(RUN) -m compileall -q -j 0 $(VENV)/lib > /dev/null 2>&1 || true; }; \
	fi
	@echo '$(CURDIR)' > $@
