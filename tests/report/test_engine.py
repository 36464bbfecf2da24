"""The warm engine gives what the stock engine gives."""

import contextlib
import json
import os
import re
import subprocess
import sys

import nbformat
import papermill
import pytest
from papermill.engines import papermill_engines

from tuopin_analysis.report.engine import WarmEngine

papermill_engines.register("tuopin-warm", WarmEngine)

CELLS = [
    "import sys\nprint('a'); print('b', file=sys.stderr); display({'text/plain': 'zz'}, raw=True)\nprint('c')\n1",
    "import matplotlib.pyplot as plt\nfigure, ax = plt.subplots(); ax.plot([1, 2])\nNone",
    "import pandas as pd\nhandle = display('one', display_id=True); handle.update('two'); pd.DataFrame({'a': [1]})",
    "1 + 1;",
    "%config InlineBackend.figure_formats",
    "",
    "x = 5\nx",
    "handle.update('three')\nf'{x:03d}'",
    "1 / 0",
    "'never reached'",
]


def executed(folder, cells, engine):
    kernel = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata=kernel)
    nbformat.write(notebook, folder / "in.ipynb")
    with contextlib.suppress(papermill.PapermillExecutionError):
        papermill.execute_notebook(str(folder / "in.ipynb"), str(folder / "out.ipynb"), engine_name=engine, progress_bar=False)
    return [cell for cell in nbformat.read(folder / "out.ipynb", 4).cells if cell.cell_type == "code"]


def plain(output):
    """An output without what differs by nature: colours and frames of a traceback."""
    output = dict(output)
    if output["output_type"] == "error":
        output["traceback"] = re.sub(r"\x1b\[[0-9;]*m", "", output["traceback"][-1])
    return output


def test_outputs_equal_those_of_the_stock_engine(tmp_path):
    executed(tmp_path, CELLS[:2], "tuopin-warm")  # figures work in every notebook of a process, not in its first alone
    warm, stock = (executed(tmp_path, CELLS, engine) for engine in ("tuopin-warm", None))
    for one, other in zip(warm, stock, strict=True):
        assert [plain(output) for output in one.outputs] == [plain(output) for output in other.outputs], one.source
        assert one.execution_count == other.execution_count


def test_it_stops_at_the_first_error(tmp_path):
    cells = executed(tmp_path, ["1", "raise KeyError('k')", "2"], "tuopin-warm")
    assert [len(cell.outputs) for cell in cells] == [1, 1, 0]
    assert cells[1].outputs[0].ename == "KeyError"


def test_no_state_passes_from_one_notebook_to_the_next(tmp_path):
    executed(tmp_path, ["left_over = 1"], "tuopin-warm")
    cells = executed(tmp_path, ["'left_over' in globals()"], "tuopin-warm")
    assert cells[0].outputs[0].data["text/plain"] == "False"


def test_the_process_has_its_own_streams_and_shell_back(tmp_path, capsys):
    from IPython.core.interactiveshell import InteractiveShell

    before = sys.stdout, InteractiveShell._instance
    executed(tmp_path, ["print('inside')"], "tuopin-warm")
    assert (sys.stdout, InteractiveShell._instance) == before
    assert "inside" not in capsys.readouterr().out


def test_papermill_finds_it_by_name():
    from importlib.metadata import entry_points

    found = {point.name: point.load() for point in entry_points(group="papermill.engine")}
    assert found["tuopin-warm"] is WarmEngine


def shell(folder, *words, **environment):
    """`papermill` as a shell runs it; what it logged, and the notebook it made."""
    command = [sys.executable, "-m", "papermill", folder / "in.ipynb", folder / "out.ipynb", "--engine", "tuopin-warm", *words]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert done.returncode == 0, done.stderr
    cells = nbformat.read(folder / "out.ipynb", 4).cells
    return done.stderr, [output.text for cell in cells for output in cell.get("outputs", [])]


def write(folder, kernel):
    cell = nbformat.v4.new_code_cell("import sys\nprint('ipykernel' in sys.modules, x)")
    parameters = nbformat.v4.new_code_cell("x = 1", metadata={"tags": ["parameters"]})
    spec = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}, "language_info": {"name": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[parameters, cell], metadata=spec), folder / "in.ipynb")


def test_papermill_runs_it_from_a_shell(tmp_path):
    write(tmp_path, "python3")
    told, printed = shell(tmp_path, "-p", "x", "7")
    assert printed == ["False 7\n"]  # no kernel was started
    assert "stock engine" not in told


def test_a_notebook_that_asks_for_another_kernel_gets_it_and_is_told(tmp_path):
    write(tmp_path, "other")
    folder = tmp_path / "share" / "kernels" / "other"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "other", "language": "python"}))
    told, printed = shell(tmp_path, "-p", "x", "7", JUPYTER_PATH=str(tmp_path / "share"))
    assert printed == ["True 7\n"]
    assert "the kernel 'other' is asked for: made with the stock engine" in told


@pytest.mark.parametrize("words", [["--execution-timeout", "60"], ["--log-output"]])
def test_options_that_need_a_kernel_get_one(tmp_path, words):
    write(tmp_path, "python3")
    told, printed = shell(tmp_path, *words)
    assert printed == ["True 1\n"]
    assert "made with the stock engine" in told
