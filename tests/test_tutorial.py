"""The tutorial: nbval runs it and compares; here, that it tells all in both languages, and is small. Notebooks run anywhere."""

import nbformat
import pytest
from nbclient import NotebookClient

from tuopin_analysis import paths
from tuopin_analysis.report import mime

TUTORIAL = paths.NOTEBOOKS / "tutorial.ipynb"


def test_it_tells_each_step_in_both_languages_and_keeps_what_is_compared():
    notebook = nbformat.read(TUTORIAL, as_version=4)
    tags = [cell.metadata.tags for cell in notebook.cells if cell.cell_type == "markdown"]
    assert tags == [["lang-zh"], ["lang-en"]] * (len(tags) // 2)
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        assert bool(cell.outputs) == ("nbval-check-output" in cell.metadata.get("tags", [])), cell.id
    assert TUTORIAL.stat().st_size < 40_000
    assert "/tmp" not in TUTORIAL.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "shown"), [("explore", "application/vnd.jupyter.widget-view+json"), ("08_dynamics", mime.TABLE)]
)
def test_a_notebook_runs_by_hand_from_the_projects_folder(name, shown):
    """Where some programs start it; JupyterLab starts a notebook where it lies, and so does nbval, which tries them all."""
    notebook = nbformat.read(paths.NOTEBOOKS / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(paths.ROOT)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    displayed = [output.data for output in outputs if "data" in output]
    for kind in ("image/png", shown):
        assert any(kind in data for data in displayed), kind
