"""The workbench driven without a browser: a shell that catches what is displayed, the form, and cells run as a notebook does."""

import base64
import csv
import io
from contextlib import contextmanager
from functools import cache

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from tuopin_analysis import explore, explore_code, explore_views, harmless
from tuopin_analysis.explore import Choice

XINAN = "130123103"


@contextmanager
def shell():
    """A shell, so that what is displayed can be caught."""
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


def form(choice=None):
    """The form, with a choice made."""
    from tuopin_analysis import explore_form

    with capture_output():
        return explore_form.Workbench(choice) if choice else explore.workbench()


def shown(outputs) -> tuple[str, list[bytes]]:
    """The rows of the table and the chart among outputs, if there is one; the table's random name left out."""
    data = [one["data"] if isinstance(one, dict) else one.data for one in outputs]
    [table] = [one["text/html"] for one in data if "text/html" in one and "dt_args" in one["text/html"]]
    charts = [base64.b64decode(one["image/png"]) for one in data if "image/png" in one]
    return table[table.index('"data_json"') :].split("\n")[0], charts


def run(cell: str, draw: bool = True):
    """Run a cell as a fresh kernel does, with nothing defined before; its table, and what it displayed. Charts take longest."""
    names: dict = {}
    lines = cell if draw else cell[: cell.index("\nexplore.show(")]
    with capture_output() as held:
        exec(lines, names)
    assert held.stderr == ""
    return names["table"], held.outputs


@cache
def lines(notebook: str, choice: Choice) -> dict:
    """What all lines of a question make together, each once: quicker than a cell for each of its views."""
    [asked] = [one for one in explore_views.QUESTIONS if one.notebook == notebook]
    names: dict = {name: getattr(choice, name) for name in ("register", "scope", "as_of", "lang", "unit")}
    imports = [f"from {floor} import {', '.join(words)}" for floor, words in explore_code.FLOORS.items()]
    rule_set = [f"rule_set = rules.read({choice.rules!r})"]
    exec("\n".join([*imports, *rule_set, *asked.loaded, *asked.lines]), names)
    return names


def rows(table, columns: list[str]) -> list[list[str]]:
    """A table's rows as a report writes them into its files."""
    told = harmless.csv_frame(table).to_csv(index=False, lineterminator="\n")
    return [[row[column] for column in columns] for row in csv.DictReader(io.StringIO(told))]
