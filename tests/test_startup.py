"""The command line answers at once: heavy libraries are imported where they are used."""

import subprocess
import sys

import pytest

HEAVY = {
    "IPython", "babel", "dask", "distributed", "duckdb", "great_tables", "ipykernel", "jinja2", "matplotlib", "narwhals",
    "nbclient", "nbconvert", "nbformat", "numpy", "pandas", "papermill", "pointblank", "polars", "psutil", "pyarrow", "pydantic",
    "seaborn", "xlsxwriter", "yaml",
}  # fmt: skip


def loaded(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules, file=sys.stderr)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in done.stderr.split()}


def test_importing_the_package_imports_nothing_else():
    assert not loaded("import tuopin_analysis") & (HEAVY | {"typer", "rich"})


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["report", "--help"], ["import", "--help"]])
def test_help_imports_no_heavy_library(words):
    code = f"import contextlib, sys\nsys.argv = ['tuopin', *{words}]\nfrom tuopin_analysis import cli\n"
    code += "with contextlib.suppress(SystemExit):\n    cli.main()"
    typers_own = {"pydantic"} if len(words) > 1 else set()  # it checks bounds of options with it
    assert not loaded(code) & HEAVY - typers_own


@pytest.mark.parametrize("what", ["langs", "editions", "rule_sets", "notebooks"])
def test_completing_a_word_imports_no_heavy_library(what):
    """A shell waits for it at every Tab."""
    told = loaded(f"from tuopin_analysis import cli_complete\ncli_complete.{what}('')")
    assert not told & (HEAVY - {"pydantic", "yaml"})  # with which rule sets are read


def test_a_batch_in_which_nothing_has_changed_loads_neither_frames_nor_figures(tmp_path):
    words = ["report", "--notebook", "02_causes", "--out", str(tmp_path)]
    code = f"import contextlib, sys\nsys.argv = ['tuopin', *{words}]\nfrom tuopin_analysis import cli\n"
    code += "with contextlib.suppress(SystemExit):\n    cli.main()"
    loaded(code)
    told = loaded(code)  # its contents page is written anew, for it says now that the page is unchanged
    assert not told & {"matplotlib", "seaborn", "papermill", "nbformat", "nbclient", "pointblank"}
    assert not loaded(code) & (HEAVY - {"pydantic", "yaml", "psutil"})
