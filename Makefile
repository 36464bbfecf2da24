# The table of contents of the project. `make report` is the main job; every target builds what it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= reports
ARGS   ?= --scope all

.DEFAULT_GOAL := report
.PHONY: report test lab bench bench-bunching bench-forecast bench-import bench-scale bench-search check mutate notebooks docs checksums demo lock clean

report: $(VENV)/.done            ## run the notebooks for the county and its townships; open reports/index.html
	$(BIN)/tuopin report $(ARGS) --out $(OUT)

test: $(VENV)/.engines           ## all tests: package, doctests, notebooks (nbval), pages in a real browser
	@echo "Running all tests on two processes; what passed and failed is the last line below."
	$(BIN)/pytest -n 2 --dist loadfile --nbval-lax tests tuopin_analysis notebooks

# Our font from the start, for machines without a Chinese one: the style sheet custom.css lies beside it.
LAB_FONT := --custom-css --ServerApp.tornado_settings=static_custom_path=tuopin_analysis/report/fonts
lab: $(VENV)/.done               ## the workbench, in JupyterLab: localhost only, with its token, no call elsewhere
	$(BIN)/jupyter lab --ip=127.0.0.1 --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate $(LAB_FONT) notebooks/explore.ipynb

check: $(VENV)/.done             ## lint, types, notebook thinness, import rules
	$(BIN)/ruff check .
	$(BIN)/mypy tuopin_analysis
	$(BIN)/pytest -q tests/test_architecture.py tests/test_notebooks.py

bench: $(VENV)/.done             ## the batch against a shell loop of papermill and nbconvert, in one run
	$(BIN)/python benchmarks/batch.py

bench-import: $(VENV)/.done      ## import a workbook of 100,000 persons: seconds and memory
	$(BIN)/python benchmarks/importing.py

bench-search: $(VENV)/.done      ## search in a contents page of 3,000 places, in a real Chromium: milliseconds
	$(BIN)/python benchmarks/search.py

mutate: $(VENV)/.engines         ## break analysis/ and register/ in thousands of places and count what the tests notice (hours)
	$(BIN)/python tools/mutate.py run $(MODULES)
	$(BIN)/python tools/mutate.py table $(MODULES)

bench-forecast: $(VENV)/.done    ## how often the forecast's interval holds the true day of simulated townships, beside the straight line
	$(BIN)/python benchmarks/forecast_coverage.py

bench-scale: $(VENV)/.engines    ## stores of 1, 5 and 30 million households by every engine; SCALE="--households 1e6" chooses
	$(BIN)/python benchmarks/scale.py $(SCALE)

bench-bunching: $(VENV)/.done    ## simulate honest and made-up incomes: level and power of the test of bunching
	$(BIN)/python benchmarks/bunching.py $(TOWNSHIPS)

notebooks: $(VENV)/.done         ## rerun the notebooks on the demo and keep the outputs that nbval compares
	$(BIN)/python tools/refresh_notebooks.py

docs: $(VENV)/.done              ## make the pages of docs/ that come from data: dictionary, glossary
	$(BIN)/python tools/build_docs.py

checksums: $(VENV)/.done         ## after editing data/ by hand: new checksums in the .source.yaml files
	$(BIN)/python tools/checksums.py

demo: $(VENV)/.done              ## make the demonstration register again
	$(BIN)/tuopin demo

lock: LOCK := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock: $(VENV)/.done              ## resolve exact versions with hashes from pyproject.toml (needs `uv`)
	uv pip compile pyproject.toml --extra demo --extra docx --extra lab --extra map --extra pdf --extra build --extra test $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml --extra engines -c requirements.lock $(LOCK) -o requirements-engines.lock

$(VENV)/.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	@echo "Building the environment in $(VENV) (once, some minutes) …"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.engines: requirements-engines.lock $(VENV)/.done
	@echo "Adding the engines of large registers (Polars, DuckDB, Dask, Spark), once; reports do without them …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-engines.lock
	@touch $@

clean:                           ## remove what was made: reports, environment, caches
	rm -rf $(VENV) $(OUT) build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache benchmarks/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
