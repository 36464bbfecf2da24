"""The workbench without a browser: what may be chosen, the code that a choice shows and what it makes, and the form's lists."""

import ast

import exploring
import nbformat
import pytest
from exploring import XINAN, run, shown

from tuopin_analysis import explore, explore_tables, explore_views, paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.explore import Choice
from tuopin_analysis.register import dictionary, load
from tuopin_analysis.report import drawing, mime, parameters


@pytest.fixture(scope="module")
def shell():
    with exploring.shell():
        yield


@pytest.fixture
def bench(shell):
    pytest.importorskip("ipywidgets", reason="the extra 'lab' is not installed")
    return exploring.form()


def test_a_townships_targets_are_its_part_of_the_countys(shell):
    county, _ = run(explore.code(Choice(table="targets.progress")))
    parts = [run(explore.code(Choice(table="targets.progress", scope=scope)))[0] for scope in load.scopes()["scope"][1:]]
    assert sum(part["target_persons"] for part in parts).dropna().tolist() == county["target_persons"].dropna().tolist()


def test_on_the_map_a_township_without_chosen_households_has_none(shell):
    whole, _ = run(explore.code(Choice(table="townships.map")))
    few, _ = run(explore.code(Choice(table="townships.map", cause="disaster")))
    assert few["township_code"].tolist() == whole["township_code"].tolist()
    assert few["persons"].notna().all()
    homes = load.households()
    assert few["persons"].sum() == homes.loc[homes["cause_main"] == "disaster", "size"].sum() < whole["persons"].sum()


def test_the_causes_together_are_all_households(shell):
    causes = [value for _label, value in explore.options().causes if value]
    counted = [run(explore.code(Choice(table="causes.detail", cause=cause)))[0]["persons"].sum() for cause in causes]
    assert sum(counted) == load.households()["size"].sum()
    assert min(counted) > 0


def test_a_measure_leaves_those_whom_it_has_reached_by_the_day(shell):
    table, _ = run(explore.code(Choice(scope=XINAN, measure="industry", as_of="2016-06-30")))
    reached = load.measures("demo", XINAN, "2016-06-30")
    assert table["households"].sum() == reached.loc[reached["measure"] == "industry", "household_id"].nunique() > 0


def test_every_fault_of_a_choice_is_told_at_once():
    wrong = Choice(
        scope="13012310", as_of="2031-01-01", rules="hebei", table="causes.share", cause="ilness", measure="x", unit="men"
    )
    with pytest.raises(InputError) as raised:
        explore.code(wrong)
    told = str(raised.value)
    for part in (
        "'13012310'",
        "2031-01-01",
        "'hebei'",
        "'causes.shares'",
        "'illness'",
        "unknown measure 'x'",
        "unknown unit 'men'",
    ):
        assert part in told


def test_whatever_is_typed_stays_a_text_in_the_code(monkeypatch):
    name = "a\"; import os #'\n"
    monkeypatch.setattr(explore, "checked", lambda choice: choice)
    [line] = [line for line in explore.code(Choice(register=name)).splitlines() if line.startswith("register,")]
    assert ast.literal_eval(line.split("=", 1)[1].strip())[0] == name


def test_choices_come_from_register_rules_and_code_lists():
    found = explore.options("demo", "zh")
    assert [value for _label, value in found.scopes] == load.scopes("demo")["scope"].tolist()
    listed = dictionary.CODES.loc[dictionary.CODES["list"] == "measure", "value"].tolist()
    assert [value for _label, value in found.measures] == [
        "",
        *(value for value in listed if value in set(load.measures()["measure"])),
    ]
    assert [value for _label, value in found.units] == list(drawing.UNITS)
    assert {label for label, _value in found.questions} == {parameters.title(asked.notebook) for asked in explore_views.QUESTIONS}
    assert (str(found.first), str(found.last)) == ("2016-01-01", "2017-12-31")


def test_the_form_speaks_the_chosen_language_and_keeps_what_was_chosen(bench):
    bench.scope.value = XINAN
    bench.lang.value = "en"
    assert (bench.scope.description, bench.scope.label, bench.scope.value) == ("Place", "Xin'an", XINAN)
    assert "Main cause of poverty" in shown(bench.output.outputs)[0] or "Illness" in shown(bench.output.outputs)[0]


def test_a_register_that_is_none_is_refused_and_nothing_old_stays_on_screen(bench):
    bench.register.value = "no/such/<b>place</b>"
    assert "no such register" in bench.told.value
    assert "<b>" not in bench.told.value
    assert (bench.code.value, bench.output.outputs, bench.frame) == ("", (), None)
    bench.register.value = "demo"
    assert bench.told.value == ""
    assert len(bench.frame) == 3


def test_a_chart_that_knows_no_unit_offers_none(bench):
    assert bench.unit.disabled
    bench.table.value = "causes.by_size"
    assert not bench.unit.disabled
    before = shown(bench.output.outputs)
    bench.unit.value = "households"
    assert shown(bench.output.outputs)[1] != before[1]


def test_figures_are_sorted_by_value_and_missing_ones_have_none():
    frame = load.households().head(3)[["cause_main", "size"]].rename(columns={"size": "persons"})
    prepared, settings = explore_tables.prepared(frame.assign(persons=[9.0, 1000.0, float("nan")]), "en")
    assert prepared["Persons"].tolist() == ["9", "1,000", "—"]
    assert prepared.iloc[:2, 2].tolist() == [9.0, 1000.0]
    assert settings["columnDefs"][0]["orderData"] == 2


def test_without_its_libraries_the_workbench_says_what_to_install(monkeypatch):
    monkeypatch.setattr(explore, "find_spec", lambda name: None if name == "itables" else object())
    with pytest.raises(InputError, match=r"not installed: itables .*tuopin-analysis\[lab\]"):
        explore.workbench()


def test_explore_is_thin_is_no_question_and_holds_no_output():
    notebook = nbformat.read(paths.NOTEBOOKS / "explore.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    source = "\n".join(cell.source for cell in cells)
    assert "explore" not in parameters.notebooks()
    assert len(source.splitlines()) <= 60
    forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.Try)
    assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, forbidden)]
    assert not [cell for cell in cells if cell.outputs or cell.execution_count]
    tags = [tuple(cell.metadata.tags) for cell in notebook.cells if cell.cell_type == "markdown"]
    assert tags == [("lang-zh",), ("lang-en",)] * (len(tags) // 2)
    assert mime.TABLE not in str(notebook)
