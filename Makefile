# Everything that one does here. Each target sets up what it needs, from nothing.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
FUZZ_SECONDS ?= 600
STRESS ?= stress
FUZZING := -timeout=60 -rss_limit_mb=3000 -artifact_prefix=.fuzz/
WRITTEN := generator tests benchmarks templates/runcomfy_models

.PHONY: help setup demo test stress generate check lint lint-style lint-mypy lint-pyright lint-published format bench release soak docs form golden fuzz mutants coverage mutate clean

help:
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## the virtual environment, with both packages editable

$(READY): pyproject.toml templates/pyproject.toml.jinja generated/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --editable './generated[cli,mcp,test]' --group dev
	$(BIN)/python -m compileall -q generator/runcomfy_codegen generated/runcomfy_models
	touch $@

demo: $(READY) ## regenerate, then run a model against the simulator
	$(BIN)/runcomfy-codegen generate
	$(BIN)/python -m runcomfy_models.demo --out demo-output

test: $(READY) ## the quick tests, the generated ones too, two at a time
	$(BIN)/python -m pytest

stress: $(READY) ## the tests that take long
	$(BIN)/python -m pytest -m '$(STRESS)'

# The test that fills the disk leaves no room for what coverage writes. Slowed down, a test
# may fail for its time; what was run is reported all the same.
coverage: $(READY) ## every test, and the lines and branches that none of them runs
	$(BIN)/python -m pip install --quiet --group coverage
	$(BIN)/coverage erase
	-$(BIN)/coverage run -m pytest -m 'not lint' \
		--deselect tests/regenerating/test_interrupted.py::test_the_disk_is_full
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutate: $(READY) ## what the quick tests notice of mutants, kept in benchmarks/
	$(BIN)/python -m pip install --quiet --group mutation
	$(BIN)/python -m benchmarks.mutation

generate: $(READY) ## regenerate generated/ from schemas/ and templates/
	$(BIN)/runcomfy-codegen generate

check: $(READY) ## whether generated/ is up to date
	$(BIN)/runcomfy-codegen check --full

# Its parts run side by side by `make -j2 lint`.
lint: lint-style lint-mypy lint-pyright lint-published ## format, lint and types of the generator, the runtime and the generated code

lint-style: $(READY)
	$(BIN)/black --check $(WRITTEN) generated
	$(BIN)/ruff check --quiet $(WRITTEN) generated
	$(BIN)/lint-imports
	$(BIN)/python scripts/unasync.py
	$(BIN)/python -m benchmarks.density

lint-mypy: $(READY)
	$(BIN)/mypy
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32

lint-pyright: $(READY)
	$(BIN)/pyright --pythonpath $(BIN)/python

lint-published: $(READY)
	$(BIN)/python -m pytest -n 0 -m lint

format: $(READY) ## format what is written by hand
	$(BIN)/ruff check --quiet --fix $(WRITTEN)
	$(BIN)/black --quiet $(WRITTEN)

bench: $(READY) ## ratios against the peers, kept in benchmarks/
	$(PYTHON) -m venv .bench
	.bench/bin/python -m pip install --quiet --upgrade openapi-python-client fal-client replicate openai runwayml
	npm install --silent --no-save --prefix .bench @hey-api/openapi-ts typescript@5
	$(BIN)/python -m benchmarks --peers .bench/bin/python --node .bench

release: $(READY) ## the package's wheel and sdist in dist/, the same bytes on any machine
	$(BIN)/python -m pip install --quiet --group release
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --outdir dist generated
	$(BIN)/python -m twine check --strict dist/*

soak: $(READY) ## 10,000 jobs through every fault; SEED=N repeats one
	$(BIN)/python -m benchmarks.soak --jobs 10000 $(if $(SEED),--seed $(SEED))

mutants: $(READY) ## what the generated tests notice of one thing changed
	$(BIN)/runcomfy-codegen generate
	$(BIN)/python -m benchmarks.mutants

docs: $(READY) ## build the model docs into site/
	$(BIN)/runcomfy-codegen docs build

form: ## rebundle the docs' form from generator/form; needs node
	cd generator/form && npm install --no-package-lock --silent && npm run check && npm run build

golden: $(READY) ## rewrite the expected outputs of the tests that are folders
	$(BIN)/python -m pytest tests/golden tests/diff --rewrite

fuzz: $(READY) ## made models and odd bytes by the hundred thousand, for FUZZ_SECONDS each
	$(BIN)/python -m pip install --quiet --group fuzz
	mkdir -p .fuzz/reader .fuzz/normalise
	$(BIN)/python tests/fuzz/fuzz_reader.py .fuzz/reader -max_total_time=$(FUZZ_SECONDS) $(FUZZING)
	$(BIN)/python tests/fuzz/fuzz_normalise.py .fuzz/normalise -max_total_time=$(FUZZ_SECONDS) $(FUZZING)
	$(BIN)/python -m pytest -n auto --hypothesis-profile=scale tests/fuzz

clean: ## delete the environment and what tools left
	rm -rf $(VENV) .bench .fuzz .mutation .coverage* demo-output site .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
