"""The tutorial: nbval runs it and compares; here, that it tells all in both languages, and is small. Notebooks run anywhere."""

import nbformat
from nbclient import NotebookClient

from tuopin_analysis import paths

TUTORIAL = paths.NOTEBOOKS / "tutorial.ipynb"


def test_it_tells_each_step_in_both_languages_and_keeps_what_is_compared():
    notebook = nbformat.read(TUTORIAL, as_version=4)
    tags = [cell.metadata.tags for cell in notebook.cells if cell.cell_type == "markdown"]
    assert tags == [["lang-zh"], ["lang-en"]] * (len(tags) // 2)
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        assert bool(cell.outputs) == ("nbval-check-output" in cell.metadata.get("tags", [])), cell.id
    assert TUTORIAL.stat().st_size < 40_000
    assert "/tmp" not in TUTORIAL.read_text(encoding="utf-8")


def test_a_notebook_runs_by_hand_from_the_projects_folder():
    """Where some programs start it; JupyterLab starts a notebook where it lies, and so does nbval, which tries them all."""
    notebook = nbformat.read(paths.NOTEBOOKS / "explore.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(paths.ROOT)}}).execute()
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    assert any("image/png" in data for data in shown)
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)
