"""Every page tells its parameters; a notebook that is run by other means refuses what its parameters cell does not declare."""

import subprocess
import sys
from html import unescape

import nbformat
import papermill  # noqa: F401 - before the engine, which it loads itself
import pytest

from tuopin_analysis import paths
from tuopin_analysis.report import asked, engine, parameters

WORDS = {  # how the county's page on the demonstration register tells the parameters of every notebook
    "zh": {"register": "正定县建档立卡贫困户演示数据", "scope": "正定县 · 130123", "as_of": "统计截止：2016年12月31日",
           "rules": "(hebei-2016)", "lang": "语言：中文", "edition": "版本：内部"},
    "en": {"register": "Demonstration register of Zhengding county", "scope": "Zhengding county · 130123",
           "as_of": "Counted up to: 31 December 2016", "rules": "(hebei-2016)", "lang": "Language: English",
           "edition": "Edition: internal"},
}  # fmt: skip


def ran(cells: list[str], injected: str = "") -> tuple[bool, str]:
    """Run cells in a fresh shell, the injected one behind the first; whether all succeeded, and what they showed."""
    with engine._shell() as shell:
        succeeded = True
        for cell in [cells[0], *([injected] if injected else []), *cells[1:]]:
            succeeded = succeeded and shell.run_cell(cell, store_history=True).success
        outputs = shell.outputs
    texts = [str(output.get("data", {}).get("text/html", "")) + str(output.get("evalue", "")) for output in outputs]
    return succeeded, unescape("".join(texts))


def head(notebook: str, extra: str = "") -> list[str]:
    """The code cells of a notebook up to that which shows the head of its page."""
    cells = [cell.source for cell in nbformat.read(paths.NOTEBOOKS / f"{notebook}.ipynb", 4).cells if cell.cell_type == "code"]
    at = next(at for at, cell in enumerate(cells) if "page.heading(" in cell)
    return [cells[0] + extra, *cells[1 : at + 1]]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("notebook", parameters.notebooks())
def test_every_parameter_is_told_in_words(notebook, lang):
    succeeded, shown = ran(head(notebook), f'# Parameters\nlang = "{lang}"\n')
    assert succeeded, shown
    text = shown.replace("</dt><dd>", "")
    declared = parameters.declared(notebook)
    for name in declared:
        if name in WORDS[lang]:
            assert WORDS[lang][name] in text, name
    for parameter in parameters.of(notebook):  # and what only this notebook takes
        if parameter.name not in WORDS[lang]:
            assert parameter.label(lang) in text, parameter.name
            assert asked.words(parameter.name, parameter.default, lang) in text, parameter.name


def test_a_parameter_that_a_notebook_will_take_one_day_is_told_too():
    succeeded, shown = ran(head("02_causes", "\ntimes: int = 3  # how often\nloud: bool = False  # or not"))
    assert succeeded, shown
    assert "<dt>times：</dt><dd>3</dd>" in shown
    assert "<dt>loud：</dt><dd>否</dd>" in shown


@pytest.mark.parametrize(
    ("injected", "said"),
    [
        ("scpoe = 'county'", "unknown parameter 'scpoe'"),
        ("Lang = 'zh'", "did you mean 'lang'"),
        ("lang = 'zh'\nedition = 1", "edition: 1 is not of the type str"),
    ],
)
def test_an_injected_name_or_type_that_is_not_declared_fails_the_page(injected, said):
    succeeded, shown = ran(head("02_causes"), f"# Parameters\n{injected}\n")
    assert not succeeded
    assert said in shown


def test_names_of_cells_that_papermill_did_not_write_are_free():
    assert ran(head("02_causes"), "mine = 1\nother = 'x'")[0]


def test_outside_a_notebook_nothing_was_asked():
    assert asked.asked() == {}


def test_plain_papermill_fails_on_a_misspelt_name(tmp_path):
    words = [str(paths.NOTEBOOKS / "02_causes.ipynb"), str(tmp_path / "out.ipynb"), "-p", "scpoe", "county", "--no-progress-bar"]
    done = subprocess.run([sys.executable, "-m", "papermill", *words], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "unknown parameter 'scpoe'" in done.stderr
    assert "did you mean 'scope'" in done.stderr
