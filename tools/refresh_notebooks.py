"""Rerun the notebooks on the demonstration register and keep the outputs of the cells that nbval compares.

All other outputs and counts are removed, so that a notebook in the repository holds its key tables and nothing else.
Run by `make notebooks`, after a change of the notebooks, the demonstration register or the look of tables; names choose some.
"""

import sys

import nbformat
import papermill

from tuopin_analysis import paths
from tuopin_analysis.report import parameters

KEEP = "nbval-check-output"
OTHERS = ["tutorial"]  # no question of a report, and compared all the same


def main() -> None:
    """Write every notebook back with fresh outputs in the tagged cells."""
    for name in sys.argv[1:] or [*parameters.notebooks(), *OTHERS]:
        path = paths.NOTEBOOKS / f"{name}.ipynb"
        source = nbformat.read(path, as_version=4)
        executed = papermill.execute_notebook(str(path), None, engine_name=None, progress_bar=False, cwd=str(paths.NOTEBOOKS))
        for cell, ran in zip(source.cells, executed.cells, strict=True):
            if cell.cell_type == "code":
                kept = KEEP in cell.metadata.get("tags", [])
                cell.outputs, cell.execution_count = (ran.outputs, ran.execution_count) if kept else ([], None)
        path.write_text(nbformat.writes(source) + "\n", encoding="utf-8", newline="\n")
        print(f"refreshed {path.relative_to(paths.ROOT)}")


if __name__ == "__main__":
    main()
