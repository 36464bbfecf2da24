"""Every view of the workbench: the code shown makes what is shown, and the table is that of its page, for county and township."""

import ast
import csv
import io
import shutil
from functools import cache

import exploring
import nbformat
import pytest
import yaml
from exploring import XINAN, run, shown
from IPython.utils.capture import capture_output

from tuopin_analysis import explore, explore_code, explore_views, paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.explore import Choice
from tuopin_analysis.register import dictionary, load
from tuopin_analysis.register import goals as indicators
from tuopin_analysis.report import figures, maps, mime, parameters, sentences

VIEWS = [view.name for view in explore_views.VIEWS]
OF_CHOSEN = [name for name in VIEWS if explore_code.takes(name).households]
OF_ALL = [name for name in VIEWS if name not in OF_CHOSEN]
# Of these, what the form shows is held against the code: all views of the first notebooks, one with a chart of the others.
FORMS = [
    *(name for name in VIEWS if explore_views.question(name).notebook in ("02_causes", "03_townships", "04_targets")),
    "overview.places", "timetable.plans", "dynamics.transitions", "acceptance.items", "supervision.ranks", "goals.table",
]  # fmt: skip
OPTIONAL = ("measures", "acceptance", "changes", "standings", "reported_exits", "rechecks", "complaints")
# Of these, counts of chosen households by cause add up to those of all.
ADDED = {"overview.allowance": "households", "timetable.plans": "planned_persons", "acceptance.items": "not_met_persons"}
PROTECTED = set(dictionary.COLUMNS.loc[dictionary.COLUMNS["protected"] == "yes", "column"]) - {"township", "village"}


@pytest.fixture(scope="module", autouse=True)
def shell():
    pytest.importorskip("ipywidgets", reason="the extra 'lab' is not installed")
    with exploring.shell():
        yield


@cache
def page(notebook: str, scope: str) -> dict[str, str]:
    """The key tables of a page, as files have them: the notebook's own cells, run without its pictures."""
    read = nbformat.read(paths.NOTEBOOKS / f"{notebook}.ipynb", as_version=4)
    cells = [cell.source for cell in read.cells if cell.cell_type == "code"]
    names: dict = {}
    with pytest.MonkeyPatch.context() as patched, capture_output() as held:
        for module in (figures, maps):
            for name in vars(module).copy():
                if callable(getattr(module, name)) and not name.startswith("_") and name != "notes":
                    patched.setattr(module, name, lambda *_args, **_named: None)
        for cell in [cells[0], f"scope = {scope!r}", *cells[1:]]:
            exec(cell, names)
    tables = [one.data[mime.TABLE] for one in held.outputs if mime.TABLE in one.data]
    return {table["key"]: table["csv"] for table in tables}


def is_of_page(name: str, scope: str, table) -> bool:
    """Whether a view's table is that of its page, figure by figure."""
    columns, *rows = csv.reader(io.StringIO(page(explore_views.question(name).notebook, scope)[name]))
    return exploring.rows(table, columns) == rows


@pytest.mark.parametrize("name", VIEWS)
def test_each_cell_runs_as_it_stands_and_makes_the_table_of_the_countys_page(name):
    table, outputs = run(explore.code(Choice(table=name)))
    view = explore_views.view(name)
    names = exploring.lines(explore_views.question(name).notebook, Choice(as_of="2016-12-31"))
    is_drawn = bool(view.chart) and (not view.drawn_if or bool(eval(view.drawn_if, {**names, "table": table})))
    assert len(shown(outputs)[1]) == is_drawn
    assert name == "townships.map" or is_of_page(name, "county", table)
    assert not set(table) & PROTECTED


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "townships.map"])
def test_of_a_township_a_table_is_that_of_its_page(name):
    names = exploring.lines(explore_views.question(name).notebook, Choice(scope=XINAN, as_of="2016-12-31"))
    assert is_of_page(name, XINAN, eval(explore_views.view(name).table, names))


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(("scope", "cause", "measure"), [("county", "", ""), (XINAN, "illness", "health_aid")])
def test_the_code_shown_makes_just_what_is_shown(name, scope, cause, measure):
    chosen = {"cause": cause, "measure": measure} if name in OF_CHOSEN else {}
    bench = exploring.form(Choice(table=name, scope=scope, **chosen))
    assert bench.told.value == ""
    table, outputs = run(bench.code.value)
    assert table.equals(bench.frame)
    assert shown(outputs) == shown(bench.output.outputs)


@pytest.mark.parametrize("name", [name for name in OF_CHOSEN if name not in FORMS])
def test_of_chosen_households_each_cell_runs_as_it_stands(name):
    table, _ = run(explore.code(Choice(table=name, scope=XINAN, cause="illness", measure="health_aid", lang="en")))
    assert not set(table) & PROTECTED


@pytest.mark.parametrize("name", ADDED)
def test_the_households_of_all_causes_together_are_all(name):
    """Of the second year, in which all of it occurs: judged among all others, a household tells what it tells on the page."""
    day = {"table": name, "as_of": "2017-12-31"}
    whole, _ = run(explore.code(Choice(**day)), draw=False)
    causes = [value for _label, value in explore.options().causes if value]
    parts = [run(explore.code(Choice(**day, cause=cause)), draw=False)[0][ADDED[name]].sum() for cause in causes]
    assert sum(parts) == whole[ADDED[name]].sum() > max(parts)


def test_households_that_came_later_have_no_cause_and_are_of_none():
    whole, part = (
        run(explore.code(Choice(table="dynamics.transitions", cause=cause)), draw=False)[0] for cause in ("", "illness")
    )
    assert "not_yet" in set(whole["state_before"])
    assert "not_yet" not in set(part["state_before"])
    ill = load.households()
    assert part["households"].sum() == (ill["cause_main"] == "illness").sum()


def test_relapses_of_chosen_households_are_those_that_the_page_tells_of_their_cause():
    day = {"table": "dynamics.relapse", "as_of": "2017-12-31"}
    whole, part = (run(explore.code(Choice(**day, cause=cause)), draw=False)[0] for cause in ("", "illness"))
    told = whole[(whole["group_kind"] == "cause_main") & (whole["relapse_group"] == "illness")].reset_index(drop=True)
    assert part[part["group_kind"] == "cause_main"].reset_index(drop=True).equals(told)
    assert 0 < told["relapses"].max() < whole["relapses"].max()


def test_a_list_of_chosen_households_is_the_part_of_the_list_that_they_make():
    ill = load.households()
    ill = set(ill.loc[ill["cause_main"] == "illness", "household_id"])
    for name in ("timetable.overdue", "dynamics.risks", "acceptance.untrue_list"):
        whole, _ = run(explore.code(Choice(table=name)), draw=False)
        part, _ = run(explore.code(Choice(table=name, cause="illness")), draw=False)
        assert part.equals(whole[whole["household_id"].isin(ill)].reset_index(drop=True)), name
        assert 0 < len(part) < len(whole)


def test_tables_that_cannot_be_of_chosen_households_are_those_of_all_or_of_none():
    assert OF_ALL == [
        "published.audit", "published.reconciliation", "timetable.signs", "targets.forecast", "dynamics.account",
        "dynamics.breaks", "dynamics.reported", "acceptance.rechecks", "acceptance.rechecks_by_township", "supervision.table",
        "supervision.verdicts", "supervision.ranks", "supervision.indicators", "supervision.composite", "supervision.units",
        "goals.table", "goals.series", "goals.register",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "chosen", "nearest"),
    [
        ("goals.table", {"cause": "illness"}, "overview.places"),
        ("targets.forecast", {"measure": "industry"}, "timetable.plans"),
        ("dynamics.account", {"cause": "illness", "measure": "industry"}, "dynamics.transitions"),
        ("causes.shares", {"unit": "households"}, "causes.by_township"),
        ("acceptance.items", {"unit": "households"}, "overview.places"),
    ],
)
def test_what_makes_no_difference_is_refused_with_the_nearest_table_that_takes_it(name, chosen, nearest):
    with pytest.raises(InputError) as raised:
        explore.code(Choice(table=name, **chosen))
    assert [fault.where for fault in raised.value.faults] == [*chosen]
    for fault, (field, value) in zip(raised.value.faults, chosen.items(), strict=True):
        assert fault.what == f"no {field} can be chosen for '{name}', but '{value}' is"
        assert fault.mend == f"leave {field} out, or choose a table that takes one, as '{nearest}'"
    explore.code(Choice(table=nearest, **chosen))


def test_the_form_closes_lists_that_make_no_difference_and_says_so():
    bench = exploring.form(Choice(table="townships.villages", cause="illness", unit="households", lang="en"))
    assert not any(one.disabled for one in (bench.cause, bench.measure, bench.unit))
    assert bench.notes.value == ""
    bench.question.value = "11_goals"
    assert all(one.disabled for one in (bench.cause, bench.measure, bench.unit))
    assert (bench.cause.value, bench.unit.value, bench.told.value) == ("", "persons", "")
    for told in ("of the whole county", "cannot be of chosen households", "neither is asked"):
        assert told in bench.notes.value
    bench.question.value = "08_dynamics"
    assert "This table has no chart." in bench.notes.value
    assert bench.unit.disabled
    bench.table.value = "dynamics.transitions"
    assert (bench.cause.disabled, bench.unit.disabled, bench.notes.value) == (False, False, "")
    bench.lang.value = "zh"
    bench.table.value = "dynamics.relapse"
    assert "记录太少，不能作图" in bench.notes.value


def test_what_a_view_depends_on_is_read_from_its_lines():
    assert explore_code.takes("townships.villages")[:3] == (True, True, True)
    assert explore_code.takes("causes.by_township")[:3] == (True, True, False)
    assert explore_code.takes("supervision.units") == (False, False, True, tuple(sorted(
        ["about", "households", "exit_plans", "events", "measures", "acceptance", "responsible", "complaints", "row_places",
         "findings", "units"])))  # fmt: skip
    assert explore_code.takes("goals.series").tables == ("indicators", "known")
    assert explore_code.takes("goals.register").tables == ("households",)


def test_indicators_that_are_invented_or_not_supplied_are_called_so(bare):
    told = explore.notes(Choice(table="goals.table"))[0]
    assert told == sentences.invented(True, indicators.indicators("demo"), "zh")
    assert "虚构" in told
    assert "indicators.csv" in explore.notes(Choice(register=bare, table="goals.series", lang="en"))[0]
    assert explore.notes(Choice(table="goals.register", lang="en"))[0] == "This table is of the whole county, whatever the place."


@pytest.mark.parametrize("name", VIEWS)
def test_a_cell_has_no_import_and_no_value_that_it_does_not_use(name):
    tree = ast.parse(explore.code(Choice(table=name)))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    imported = [alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    values = next(node for node in tree.body if isinstance(node, ast.Assign))
    assert {*imported, *(one.id for one in ast.walk(values.targets[0]) if isinstance(one, ast.Name))} <= used


def test_a_line_that_a_later_one_replaces_is_not_in_the_cell():
    whole, chosen = (explore.code(Choice(table="targets.progress", cause=cause)) for cause in ("", "illness"))
    assert "place_targets" in whole
    assert "due = None" not in whole
    assert "place_targets" not in chosen
    assert chosen.count("due = ") == 1


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The demonstration register without its optional tables."""
    folder = tmp_path_factory.mktemp("bare") / "register"
    shutil.copytree(paths.DEMO, folder, ignore=shutil.ignore_patterns(*(f"{name}.xlsx" for name in OPTIONAL), "indicators.csv"))
    told = yaml.safe_load((folder / "register.yaml").read_text(encoding="utf-8"))
    told["tables"] = {name: file for name, file in told["tables"].items() if name not in OPTIONAL}
    (folder / "register.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return str(folder)


LESS = [name for name in VIEWS if set(explore_code.takes(name).tables) & {*OPTIONAL} or name.startswith("goals")]


@pytest.mark.parametrize("name", LESS)
def test_without_its_optional_tables_a_register_has_every_view_and_says_what_is_missing(bare, name):
    choice, view = Choice(register=bare, table=name, as_of="2016-12-31", lang="en"), explore_views.view(name)
    names = exploring.lines(explore_views.question(name).notebook, Choice(register=bare, as_of="2016-12-31", lang="en"))
    names["table"] = eval(view.table, names)
    if view.chart and (not view.drawn_if or eval(view.drawn_if, names)):
        assert eval(view.chart, names) is not None
    told = [f"The register has no rows of “{dictionary.value_label('table', table, 'en')}”: what rests on them is missing here."
            for table in OPTIONAL if table in explore_code.takes(name).tables]  # fmt: skip
    assert sorted(one for one in explore.notes(choice) if "no rows" in one) == sorted(told)
    assert told or name.startswith("goals")


def test_the_form_says_what_a_register_lacks_and_what_is_empty(bare):
    bench = exploring.form(Choice(register=bare, table="dynamics.reported"))
    for told in ("按此选择，表中没有任何一行", "没有“人口增减”的记录", "没有“减贫上报”的记录"):
        assert told in bench.notes.value
    assert bench.told.value == ""
    assert len(bench.frame) == 0


def test_a_register_without_measures_offers_none(bare):
    bench = exploring.form(Choice(register=bare))
    assert bench.measure.disabled
    assert not bench.cause.disabled


def test_questions_are_the_notebooks_and_every_view_has_its_words():
    asked = [question.notebook for question in explore_views.QUESTIONS]
    assert asked == parameters.questions()
    for lang in dictionary.LANGUAGES:
        assert list(explore_views.titles(lang)) == VIEWS
    assert len(set(VIEWS)) == len(VIEWS)
