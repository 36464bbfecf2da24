"""`tuopin trace`: the answer for one figure, what is refused, the public edition, a register that has changed."""

import json
import shutil
import stat

import pandas as pd
import pytest
from small_notebooks import finished

from tuopin_analysis import cli_frames, cli_frames_acceptance, paths
from tuopin_analysis.analysis import formulas, tracing, tracing_figures
from tuopin_analysis.analysis.tracing import By, Formula, Given, Rows, Sum
from tuopin_analysis.report import batch, sentences_trace


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The county's pages on causes and targets of the demonstration register."""
    return _made(tmp_path_factory.mktemp("reports"), ["02_causes", "04_targets"], {})


def _made(out, notebooks, given):
    results = list(batch.run(batch.plan(notebooks, ["county"], given), out, workers=1))
    assert not [result.error for result in results if result.state == "failed"]
    finished(out, results)
    return out / "county"


def asked(run, *words):
    status, out, err = run("trace", *words, "--json")
    assert status in (0, 1), err
    return status, json.loads(out)


@pytest.mark.parametrize("row", ["cause_main=因病", "cause_main=illness", "主要致贫原因=Illness", "cause_main=因病致贫"])
def test_the_households_of_a_figure_add_up_to_it(run, folder, row):
    status, told = asked(run, folder, "causes.shares", row, "persons")
    assert status == 0
    assert told["page"] == told["register"] == 2112
    [part] = told["parts"]
    assert part["query"] == "cause_main in ['illness']"
    assert sum(one["amount"] for one in part["list"]) == 2112
    assert len(part["list"]) == part["rows"] == 947


def test_a_share_is_traced_in_numerator_and_denominator(run, folder):
    _, told = asked(run, folder, "causes.shares", "cause_main=disability", "占户数比重")
    assert [(one["name"], one["value"]) for one in told["parts"]] == [("part", 662), ("whole", 1695)]
    assert told["formula"] == "ratio"
    assert told["page"] == 662 / 1695


def test_exits_count_and_relapses_count_off(run, folder):
    _, told = asked(run, folder, "targets.progress", "period=2016-12", "actual_households")
    [part] = told["parts"]
    assert part["value"] == told["page"] == sum(one["amount"] for one in part["list"])
    changes = pd.DataFrame({"household_id": list("aab"), "township": "t", "village": "v", "move": [1, -1, 1]})
    rows = Rows({"events": changes})
    assert rows.value(Sum("events", weight="move")) == 1
    listed = tracing.listed(rows, Sum("events", weight="move"))
    assert listed[["household_id", "amount"]].to_numpy().tolist() == [["b", 1]], "who fell back adds nothing and is not listed"


def test_without_conditions_the_total_row_is_traced(run, folder):
    status, told = asked(run, folder, "causes.shares", "households")
    assert (status, told["page"], told["rows_of_table"]) == (0, 1695, 3)
    status, told = asked(run, folder, "causes.by_township", "township=新安镇", "persons")
    assert (status, told["page"]) == (0, 655)


def test_it_reads_in_both_languages_and_lists_as_many_as_asked(run, folder):
    _, out, _ = run("trace", folder, "causes.shares", "cause_main=other", "persons", "--limit", 3)
    assert "筛选：主要致贫原因：因学" in out
    assert "相等" in out
    assert len(out.split("乡镇\t", 1)[1].splitlines()) == 4
    _, out, _ = run("trace", folder, "causes.shares", "cause_main=other", "share_persons", "--lang", "en", "--limit", 0)
    assert "Formula: numerator ÷ denominator" in out
    assert "equal: the page and the register both say 0.0574" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["causes.shers", "persons"], ["did you mean 'causes.shares'"]),
        (["causes.shares", "cause_main=ilness", "prsons"], ["did you mean 'illness'", "did you mean 'persons'"]),
        (["causes.shares", "cause_mian=illness", "cause_main=x", "y"],
         ["did you mean 'cause_main'", "no cause_main 'x'", "no figure 'y'"]),
        (["targets.by_township", "towship_code=130123103", "persons"], ["did you mean 'township_code'"]),  # as it is typed
        (["causes.shares", "cause_main=illness"], ["no figure named"]),
        (["causes.shares", "households", "persons"], ["2 figures named"]),
        (["causes.shares", "cause_main=illness", "cause_main=other", "persons"], ["given twice"]),
        (["causes.shares", "share_persons"], ["3 rows fit", "add, for example: cause_main=illness"]),
        (["causes.shares", "cause_main=illness", "cause_main"], ["no figure that can be traced"]),
        (["causes.shares", "cause_main=illness", "households=662", "persons"], ["no row fits all conditions"]),
        (["causes.shares", "cause_main=illness", "share_persons", "--part", "pat"], ["did you mean 'part'"]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_all_its_faults(run, folder, words, said):
    status, _, err = run("trace", folder, *words)
    assert status == 2
    assert not [text for text in said if text not in err], err


def test_a_folder_without_reports_is_refused(run, folder, tmp_path):
    for place, said in (
        (tmp_path, "no manifest"),
        (folder.parent, "county"),
        (folder.parent / "countY", "did you mean 'county'"),
    ):
        status, _, err = run("trace", place, "causes.shares", "persons")
        assert status == 2
        assert said in err


def test_a_page_that_says_otherwise_is_found(run, folder, tmp_path):
    shutil.copytree(folder.parent, tmp_path / "r")
    table = tmp_path / "r" / "county" / "tables" / "causes.shares.csv"
    table.write_text(table.read_text().replace("illness,947,2112", "illness,947,2111"))
    status, out, _ = run("trace", tmp_path / "r" / "county", "causes.shares", "cause_main=illness", "persons", "--lang", "en")
    assert status == 1
    assert "the page says 2,111, the register now gives 2,112" in out


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\n1,2,3\n1\n1,2,3,4\n"], ids=["empty", "not UTF-8", "ragged"])
def test_a_damaged_table_is_told(run, folder, tmp_path, content):
    shutil.copytree(folder.parent, tmp_path / "r")
    (tmp_path / "r" / "county" / "tables" / "causes.shares.csv").write_bytes(content)
    status, _, err = run("trace", tmp_path / "r" / "county", "causes.shares", "cause_main=illness", "persons")
    assert (status, "the table is damaged" in err, "causes.shares.csv" in err) == (2, True, True), err


def test_the_rows_are_written_for_their_owner_alone(run, folder, tmp_path):
    path = tmp_path / "open" / "rows.csv"
    status, out, _ = run("trace", folder, "causes.shares", "cause_main=illness", "share_persons", "--csv", path)
    assert status == 0
    assert "947" in out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = pd.read_csv(path)
    assert rows.groupby("part")["amount"].sum().to_dict() == {"part": 2112, "whole": 3654}
    assert list(path.parent.iterdir()) == [path]


def test_the_public_edition_shows_no_rows_and_reads_no_register(run, tmp_path, monkeypatch):
    public = _made(tmp_path / "public", ["02_causes"], {"edition": "public", "as_of": "2016-06-30"})
    from tuopin_analysis import cli_frames

    monkeypatch.setattr(cli_frames, "counted", lambda _given: pytest.fail("the register was read"))
    table = pd.read_csv(public / "tables" / "causes.by_township.csv", dtype=str).fillna("")
    hidden = table[table["suppressed"].str.contains("remaining_persons")]
    assert len(hidden), "the case needs a suppressed figure"
    row = hidden.iloc[0]
    words = [f"township_code={row['township_code']}", f"cause_main={row['cause_main']}", "remaining_persons"]
    status, out, _ = run("trace", public, "causes.by_township", *words)
    assert status == 0
    assert "不予追溯" in out
    assert "is_remaining == True" in out
    _, told = asked(run, public, "causes.by_township", *words)
    assert told["page"] is None
    assert told["state"] == "suppressed"
    assert not [part for part in told["parts"] if {"value", "rows", "list"} & set(part)]
    status, _, err = run("trace", public, "causes.by_township", *words, "--csv", tmp_path / "x.csv")
    assert status == 2
    assert "no rows to write" in err
    page = (public / "02_causes.html").read_text(encoding="utf-8")
    assert "表causes.shares</p>" in page
    assert "tuopin trace" not in page.split("<details")[0]


def test_trees_by_hand():
    frame = pd.DataFrame(
        {"household_id": list("abc"), "township": "t", "village": "v", "size": [1, 2, 4], "place": ["x", "x", "y"]}
    )
    rows = Rows({"households": frame})
    persons, all_ = Sum("households", (("place", "==", "x"),), "size"), Sum("households", (), "size")
    share = Formula("ratio", {"part": persons, "whole": all_})
    assert (rows.value(persons), rows.value(share)) == (3, 3 / 7)
    assert rows.value(By(all_, "place")) == {"x": 3, "y": 4}
    assert rows.value(Formula("rank", {"own": persons, "places": By(all_, "place")})) == 2
    assert rows.value(Given(float("nan"), "f")) is None
    assert [name for name, _ in tracing.leaves(share)] == ["part", "whole"]
    assert tracing.listed(rows, persons)["amount"].tolist() == [1, 2]


def test_missing_values_fit_no_condition_but_missing():
    frame = pd.DataFrame({"income": [1.0, None], "flag": pd.array([True, None], dtype="boolean")})
    rows = Rows({"f": frame})
    for condition in (("income", "<", 5), ("income", ">=", 0), ("flag", "==", True), ("income", "filled", None)):
        assert rows.value(Sum("f", (condition,))) == 1, condition
    assert rows.value(Sum("f", (("income", "missing", None),))) == 1


def test_every_formula_has_words():
    told = {name: [sentences_trace.formula(name, lang) for lang in ("zh", "en")] for name in formulas.FORMULAS}
    assert not [name for name, words in told.items() if not all(words) or words[0] == words[1]]


FIRST = {"register": "demo", "as_of": "2016-01-01", "rules": "hebei-2016", "scope": "county", "edition": "internal"}


def test_before_the_first_exit_no_exit_is_listed_as_untrue():
    assert cli_frames_acceptance.untrue_exits(FIRST).empty


def test_what_cannot_be_compared_is_missing_as_the_table_has_it():
    rows, _ = cli_frames.counted(FIRST)
    report = cli_frames.report({"parameters": FIRST, "subject": {"baseline": "2016-01-01"}})
    for indicator, known in (("doubtful_exits", False), ("no_measure", False), ("no_plan", True)):
        row = {"indicator": indicator, "cases": "", "base": "", "rate": ""}
        values = [rows.value(node()) for node in tracing_figures.described("supervision.indicators", row, report).values()]
        assert [value is not None for value in values] == [known] * 3, indicator


def test_the_example_of_the_documentation_is_what_is_printed(run, folder):
    text = (paths.ROOT / "docs" / "tracing.md").read_text(encoding="utf-8")
    command, _, shown = text.partition("$ tuopin trace ")[2].partition("```")[0].partition("\n")
    _, *words = command.split()
    assert run("trace", folder, *words)[1] == shown
