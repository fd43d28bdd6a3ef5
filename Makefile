# What people type. `make help` lists the targets; everything runs in the environment that `make` creates.

PYTHON ?= python3
VENV   ?= .venv
STUDY  ?= demo
DATA   ?=
DEVICE ?= auto
CORES  := $(shell getconf _NPROCESSORS_ONLN)
JOBS   ?= $(CORES)
TESTS  ?= tests

BIN     := $(VENV)/bin
INSTALL := $(VENV)/installed
# The threads of each of JOBS processes; more would only get in each other's way.
export OMP_NUM_THREADS := $(shell n=$$(( $(CORES) / $(JOBS) )) 2>/dev/null; echo $$(( n > 0 ? n : 1 )))
# A process that finds its modules compiled starts in less than half the time: the first to load one leaves it so.
export PYTHONDONTWRITEBYTECODE :=
# Tools that notebooks and rules call are those of the environment.
export PATH := $(abspath $(BIN)):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help study book test test-long bench lint lab results clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 20
	@echo 'Settings: STUDY=$(STUDY) DATA=$(DATA) DEVICE=$(DEVICE) JOBS=$(JOBS) PYTHON=$(PYTHON)'

$(INSTALL): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'stareid needs Python 3.11 or newer: name one, as in `make PYTHON=python3.12 ...`.' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile -c constraints.txt -e '.[book,sweep,dev]'
	touch $@

study: $(INSTALL)  ## everything: data, the runs of STUDY, notebooks, book
	@$(BIN)/snakemake --cores $(JOBS) --config study='$(STUDY)' data='$(DATA)' device='$(DEVICE)'
	@$(BIN)/python -m stareid report '$(STUDY)'
	@echo 'The book: $(CURDIR)/_build/html/index.html'

book: $(INSTALL)  ## the book alone, from the results that are there: nothing is trained
	@$(BIN)/snakemake --cores $(JOBS)
	@echo 'The book: $(CURDIR)/_build/html/index.html'

test: $(INSTALL)  ## all tests but the long ones
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m 'not long' $(TESTS)

test-long: $(INSTALL)  ## the commands of the README at their full length: an hour and more
	$(BIN)/python -m pytest -m long $(TESTS)

bench: $(INSTALL)  ## what the study costs on this machine, as ratios; a quarter of an hour, on a quiet machine
	$(BIN)/python -m stareid bench $(if $(DATA),--data '$(DATA)')

lint: $(INSTALL)  ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: $(INSTALL)  ## the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

results: $(INSTALL)  ## write the tables of the README from results/
	$(BIN)/python .ci/readme.py

clean:  ## remove what was built; results, checkpoints and the environment stay
	rm -rf _build book/executed .snakemake .pytest_cache .mypy_cache .ruff_cache
