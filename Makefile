# Everything sets itself up: .venv from the hashed requirements.lock, in under a second when it is there already.
# Another Python: make PYTHON=python3.12 report. No make: python3 tools/environment.py sync, then what stands here.

PYTHON ?= python3
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
LAB := $(if $(filter Windows_NT,$(OS)),.venv-lab/Scripts,.venv-lab/bin)
NOTEBOOKS := $(wildcard notebooks)

.DEFAULT_GOAL := help
.PHONY: help setup report test test-pages lint lab calibration bench docs notebooks lock lock-upgrade clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: ## set up .venv; every target below does so by itself
	@$(PYTHON) tools/environment.py sync

report: setup ## run every campaign of params/ and build the pages in outputs/
	@$(BIN)/influence run

test: setup ## run the tests, and the notebooks against their committed outputs
	@$(BIN)/python -m pytest -n 2 --nbval --nbval-current-env tests $(NOTEBOOKS)

test-pages: setup ## open rendered pages in a browser and look at them
	@$(PYTHON) tools/environment.py pages
	@$(BIN)/python -m pytest tests/pages

lint: setup ## ruff and mypy, notebooks included
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

# JupyterLab has a venv and a hashed lock of its own (tools/lab.lock.txt), and .venv's Python as its kernel:
# beside our packages it would slow every import of nbformat by two seconds, and `sync` would remove it again.
lab: ## open JupyterLab, on this machine only (more options: make lab OPTIONS=--no-browser)
	@$(PYTHON) tools/environment.py lab
	@$(LAB)/jupyter lab --ServerApp.ip=127.0.0.1 --LabApp.default_url=/lab/tree/notebooks $(OPTIONS)

calibration: setup ## how often the intervals hold the planted truth
	@$(BIN)/python benchmarks/calibration.py

bench: setup ## speed and scale
	@$(BIN)/python benchmarks/speed.py
	@$(BIN)/python benchmarks/intake.py

docs: setup ## write what is generated: environment.yml and the reference
	@$(PYTHON) tools/environment.py conda
	@$(BIN)/python tools/reference.py

notebooks: setup ## run the committed notebooks on their demo campaigns and keep the outputs
	@$(BIN)/python tools/notebooks.py

lock: ## write the locks from pyproject.toml, keeping the versions they have
	@$(PYTHON) tools/environment.py lock
	@$(PYTHON) tools/environment.py conda

lock-upgrade: ## write the locks with the newest versions the bounds allow
	@$(PYTHON) tools/environment.py lock --upgrade
	@$(PYTHON) tools/environment.py conda

clean: ## remove outputs and caches; .venv stays
	@rm -rf outputs .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	@find . -name '.venv*' -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -type d -prune -exec rm -rf {} +
