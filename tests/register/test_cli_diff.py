"""`tuopin diff`: two runs made by hand, two small registers, and causes taken apart by making reports again."""

import json
import shutil
import stat
from copy import deepcopy

import pytest
import yaml

from tuopin_analysis import cli_diff_runs, paths, rules
from tuopin_analysis.register import importing
from tuopin_analysis.register.about import about
from tuopin_analysis.report import runs

A, B = "a" * 64, "b" * 64
PLACES = "township_code,township,households,persons,remaining_households,remaining_persons\n130123100,正定镇,{},{},1,1\n"


def make_run(
    folder,
    households="3,7",
    *,
    inputs=None,
    package=A,
    edition="internal",
    scope="county",
    synthetic=True,
    county="正定县",
    **parameters,
):
    """A run of one report with one table, as `tuopin report` leaves it."""
    folder.joinpath(scope, "tables").mkdir(parents=True)
    table = households if "\n" in households else PLACES.format(*households.split(","))
    (folder / scope / "tables/overview.places.csv").write_text(table, encoding="utf-8")
    given = {"register": "demo", "scope": scope, "as_of": "2016-12-31", "rules": "hebei-2016", "lang": "zh", "edition": edition}
    subject = {
        "scope": scope,
        "register": "小册",
        "as_of": "2016-12-31",
        "baseline": "2016-01-01",
        "rules": "r",
        "synthetic": synthetic,
        "scope_name": county,
        "lang": "zh",
    }
    entry = {"scope": scope, "notebook": "01_overview", "state": "made", "parameters": given | parameters, "subject": subject,
             "tables": ["overview.places"]}  # fmt: skip
    known = {"inputs": {"register": A, "rules": A, "notebook": A} | inputs, "run": "1"} if inputs is not None else {}
    found = {
        "made_by": "t",
        "runs": {"1": {"code": {"package_sha256": package}, "environment_sha256": A}},
        "reports": [entry | known],
    }
    (folder / "manifest.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture
def compare(run, tmp_path):
    """Compare two things; status, what was found, complaints."""

    def call(old, new, *words):
        status, said, complaint = run("diff", old, new, "--json", "--out", tmp_path / "diff", *words)
        return status, json.loads(said) if said.startswith("{") else said, complaint

    return call


def test_a_run_does_not_differ_from_itself(compare, run, tmp_path):
    folder = make_run(tmp_path / "run", inputs={})
    status, found, _ = compare(folder, folder)
    assert (status, found["differs"], found["figures"], found["causes"]) == (0, False, [], [])
    status, said, _ = run("diff", folder, folder, "--lang", "en", "--out", tmp_path / "diff")
    assert (status, "No difference was found." in said) == (0, True)
    page = (tmp_path / "diff/diff.html").read_text(encoding="utf-8")
    assert "No difference was found." in page
    assert not [word for word in ("http://", "https://", "<script", "<link") if word in page]


@pytest.mark.parametrize(
    ("cause", "changed"),
    [
        ("data", {"inputs": {"register": B}}),
        ("rules", {"inputs": {"rules": B}}),
        ("code", {"inputs": {"notebook": B}}),
        ("code", {"inputs": {}, "package": B}),
        ("parameters", {"inputs": {}, "as_of": "2016-11-30"}),
    ],
)
def test_a_difference_has_the_cause_that_the_manifests_tell(compare, tmp_path, cause, changed):
    old = make_run(tmp_path / "old", inputs={})
    new = make_run(tmp_path / "new", "4,9", **changed)
    status, found, _ = compare(old, new)
    assert (status, found["causes"]) == (1, [cause])
    told = {row["column"]: (row["before"], row["after"], row["difference"], row["causes"]) for row in found["figures"]}
    assert told == {"households": ("3", "4", 1.0, cause), "persons": ("7", "9", 2.0, cause)}
    assert found["figures"][0]["row"] == {"township_code": "130123100"}
    headline = {row["figure"]: row for row in found["headlines"]}
    assert (headline["registered_persons"]["difference"], headline["registered_persons"]["causes"]) == (2.0, cause)
    assert headline["remaining_persons"]["causes"] == ""
    back = compare(new, old)[1]
    assert [row["difference"] for row in back["figures"]] == [-1.0, -2.0]


def test_causes_that_are_not_recorded_or_not_told_apart_are_said_to_be(compare, tmp_path):
    old, new = make_run(tmp_path / "old"), make_run(tmp_path / "new", "4,9", inputs={})
    assert compare(old, new)[1]["notes"][0] == ["not_recorded", ""]
    both = make_run(tmp_path / "both", "5,9", inputs={"register": B, "rules": B})
    found = compare(new, both, "--no-rerun")[1]
    assert (found["causes"], found["notes"][0]) == (["data", "rules"], ["not_separated_no_rerun", ""])
    assert found["figures"][0]["causes"] == "data;rules"
    assert compare(new, both)[1]["notes"][0][0] == "not_separated_code"  # the code that runs now made neither
    edited = make_run(tmp_path / "edited", "6,9", inputs={})
    assert compare(new, edited)[1]["notes"] == [["unexplained", ""]]
    language = make_run(tmp_path / "language", "4,9", inputs={}, lang="en")
    assert compare(new, language)[0] == 0


def test_what_cannot_be_compared_is_refused(run, compare, tmp_path):
    folder = make_run(tmp_path / "run", inputs={})
    public = make_run(tmp_path / "public", inputs={}, edition="public")
    township = make_run(tmp_path / "township", inputs={}, scope="130123100")
    elsewhere = make_run(tmp_path / "elsewhere", inputs={}, scope="130624100")
    other = make_run(tmp_path / "other", inputs={}, county="定兴县")
    (tmp_path / "empty").mkdir()
    cases = [
        ((folder, other), "reports of two counties: 正定县 and 定兴县"),
        ((folder, public), "reports of two editions"), ((township, elsewhere), "reports of two counties: 130123 and 130624"),
        ((folder, "demo"), "OLD and NEW"), ((folder, tmp_path / "empty"), "neither a folder of reports nor a register"),
        ((folder, tmp_path / "none"), "no such folder"), ((folder, folder, "--as-of", "2016-12-31"), "--as-of"),
        ((folder, folder, "--lang", "fr"), "unknown language"),
    ]  # fmt: skip
    for words, said in cases:
        status, _, complaint = compare(*words)
        assert (status, said in complaint) == (2, True), complaint
    (folder / "county/tables/overview.places.csv").unlink()
    status, _, complaint = compare(folder, folder)
    assert (status, "a table that the manifest names is missing" in complaint) == (2, True)
    (folder / "manifest.json").write_text("{}")
    status, _, complaint = compare(folder, folder)
    assert (status, "not a manifest of reports" in complaint) == (2, True)


def test_reports_and_tables_of_one_side_are_told(compare, tmp_path):
    one, both = make_run(tmp_path / "one", inputs={}), make_run(tmp_path / "both", inputs={})
    manifest = json.loads((both / "manifest.json").read_text())
    manifest["reports"].append(manifest["reports"][0] | {"notebook": "09_more", "tables": []})
    (both / "manifest.json").write_text(json.dumps(manifest))
    assert compare(one, both)[1]["reports"] == [["county", "09_more", "added"]]
    assert compare(both, one)[0] == 1


def test_what_is_suppressed_stays_so_and_no_household_is_told_in_public(compare, tmp_path):
    head = "township_code,households,persons,suppressed\n"
    old = make_run(tmp_path / "old", head + "1,,,households;persons\n2,9,20,\n", inputs={}, edition="public", register="demo")
    new = make_run(
        tmp_path / "new",
        head + "1,5,11,\n2,8,20,\n",
        inputs={"register": B, "rules": B},
        edition="public",
        register=str(paths.DEMO),
    )
    _, found, _ = compare(old, new)
    assert [row["difference"] for row in found["figures"] if row["row"] == {"township_code": "1"}] == [None, None]
    assert {row["before"] for row in found["figures"] if row["row"] == {"township_code": "1"}} == {"×"}
    assert (found["records"], found["counts"]) == (None, None)
    assert str(tmp_path) not in (tmp_path / "diff/diff.html").read_text(encoding="utf-8")
    assert [code for code, _ in found["notes"]] == [
        "public",
        "not_separated_public",
    ]  # nothing is made again that was never published


def test_a_page_of_real_households_is_its_owners_alone(run, tmp_path):
    folder = make_run(tmp_path / "run", inputs={}, synthetic=False)
    assert run("diff", folder, folder, "--out", tmp_path / "diff")[0] == 0
    assert stat.S_IMODE((tmp_path / "diff").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "diff/diff.html").stat().st_mode) == 0o600


def grown(build, tables):
    """H3 is gone, H5 has joined, H2 has one member more, H4 another cause, and H4 is out since 2016-08-31."""
    later = deepcopy(tables)
    for table in ("households", "persons", "exit_plans", "responsible"):
        later[table] = [row for row in later[table] if row["household_id"] != "H3"]
    later["households"][1] |= {"size": 3, "income_per_person_yuan": 1700 / 3}
    later["households"][2] |= {"cause_main": "02"}
    later["households"].append(build.household(5))
    later["persons"] += [build.person(2, 3, relation="其他"), build.person(5)]
    later["events"].append({"household_id": "H4", "event": "脱贫", "event_date": "2016-08-31"})
    return later


@pytest.fixture
def two(build, tables, tmp_path):
    """Two small registers of one county."""
    return [str(build.write(tmp_path / name, found)) for name, found in (("old", tables), ("new", grown(build, tables)))]


def test_runs_of_one_register_on_two_days_list_what_happened_between(compare, two, tmp_path, monkeypatch):
    """H2 relapses on 2017-03-01, the only change between the two days."""
    now = {"data": (A,)}
    monkeypatch.setattr(cli_diff_runs.reruns, "made_from", lambda notebook, parameters: now)
    old = make_run(tmp_path / "a", inputs={}, register=two[0])
    new = make_run(tmp_path / "b", "4,9", inputs={}, register=two[0], as_of="2017-06-30")
    found = compare(old, new)[1]
    assert (found["causes"], found["notes"]) == (["parameters"], [])
    told = [(row["table"], row["change"], row["after"]) for row in found["records"]]
    assert told == [("events", "added", "relapse 2017-03-01")]
    now["data"] = (B,)  # the register has changed since
    found = compare(old, new)[1]
    assert (found["records"], found["notes"]) == (None, [["households_gone", ""]])
    public = [make_run(tmp_path / n, inputs={}, register=two[0], edition="public", as_of=day)
              for n, day in (("c", "2016-12-31"), ("d", "2017-06-30"))]  # fmt: skip
    assert compare(*public)[1]["records"] is None


def test_two_registers_household_by_household(compare, two):
    status, found, _ = compare(*two, "--as-of", "2016-12-31")
    assert (status, found["causes"]) == (1, ["data"])
    told = [(row["table"], row["change"], row["field"], row["before"], row["after"]) for row in found["records"]]
    assert ("households", "added", "", "", "") in told
    assert ("households", "changed", "size", "2", "3") in told
    assert ("households", "changed", "cause_main", "illness", "disability") in told
    assert ("events", "added", "event", "", "exit 2016-08-31") in told
    counted = {kind: sum(row[0] == "households" and row[1] == kind for row in told) for kind in ("added", "removed")}
    assert counted == {"added": 1, "removed": 1}
    assert sum(row[:2] == ("persons", "added") for row in told) == 2
    figures = {row["figure"]: (row["before"], row["after"]) for row in found["headlines"]}
    assert (figures["registered_persons"], figures["remaining_households"]) == (("5", "6"), ("2", "1"))
    ways = {(row["figure"], row["denominator"]): row["after"] for row in found["targets"]}
    assert ways["actual_persons", "baseline"] == ways["actual_persons", "current"] == "5"
    assert compare(two[0], two[0])[0] == 0
    back = compare(*two[::-1], "--as-of", "2016-12-31")[1]
    assert len(back["records"]) == len(found["records"])


def test_two_registers_in_public_tell_of_no_household(compare, two, tmp_path):
    status, found, complaint = compare(*two, "--edition", "public", "--as-of", "2016-12-31")
    if status == 2:  # published margins can make so small a register unpublishable
        assert "cannot be hidden" in complaint
        return
    assert found["records"] is None
    assert found["counts"] is None
    shown = [row for row in found["figures"] if row["column"] in ("households", "persons")]
    assert {value for row in shown for value in (row["before"], row["after"])} <= {"×", "", "0"}


def test_the_day_is_a_cause_of_its_own(compare, two):
    found = compare(two[0], two[1])[1]
    assert found["causes"] == ["data"]  # both end on the same day
    told = yaml.safe_load((about(two[1]).folder / "register.yaml").read_text())
    (about(two[1]).folder / "register.yaml").write_text(yaml.safe_dump(told | {"until": "2018-12-31"}, allow_unicode=True))
    found = compare(two[0], two[1])[1]
    assert found["old"]["as_of"] == "2017-12-31"
    assert found["new"]["as_of"] == "2018-12-31"
    assert all("effect_data" in row for row in found["figures"])


def test_registers_under_two_keys_or_of_two_counties_do_not_match(compare, two, tmp_path):
    stores = []
    for name, register in zip(("one", "other"), two, strict=True):
        files = sorted(about(register).folder.glob("*.xlsx"))
        importing.import_files(files, tmp_path / name, about(register).baseline, key=tmp_path / f"{name}.key", synthetic=True)
        stores.append(tmp_path / name)
    found = compare(*stores)[1]
    assert ["other_keys", ""] in found["notes"]
    assert found["records"] is None
    told = yaml.safe_load((about(two[1]).folder / "register.yaml").read_text())
    (about(two[1]).folder / "register.yaml").write_text(yaml.safe_dump(told | {"county_code": "130624"}, allow_unicode=True))
    status, _, complaint = compare(*two)
    assert (status, "registers of two counties" in complaint) == (2, True)


def test_two_causes_are_taken_apart_by_making_the_reports_again(compare, run, two, tmp_path, monkeypatch):
    """40 % of 5 persons are 2, of 6 persons 3; 90 % of 6 persons are 6: of the four persons more, one is the data's doing."""
    shutil.copytree(paths.RULES, tmp_path / "rules")
    text = (tmp_path / "rules/hebei-2016.yaml").read_text(encoding="utf-8")
    stricter = text.replace("name: hebei-2016", "name: stricter").replace('"0.40"', '"0.90"')
    (tmp_path / "rules/stricter.yaml").write_text(stricter, encoding="utf-8")
    monkeypatch.setattr(paths, "RULES", tmp_path / "rules")
    rules.read.cache_clear()
    for name, register, rule_set in (("a", two[0], "hebei-2016"), ("b", two[1], "stricter")):
        words = ["--register", register, "-p", f"rules={rule_set}", "-p", "as_of=2016-12-31", "--out", tmp_path / name]
        status, _, complaint = run("report", "--notebook", "04_targets", *words)
        assert (tmp_path / name / "county/04_targets.html").is_file(), complaint
    status, found, complaint = compare(tmp_path / "a", tmp_path / "b")
    assert status == 1, complaint
    assert found["notes"] == [["separated", "data;rules"]]
    told = {(row["figure"], row["denominator"]): row for row in found["targets"]}
    target = told["target_persons", "baseline"]
    assert (target["before"], target["after"]) == ("2", "6")
    assert (target["effect_data"], target["effect_rules"], target["causes"]) == (1.0, 3.0, "data;rules")
    assert told["base_persons", "current"]["causes"] == "data"
    assert {row["change"] for row in found["records"]} == {"added", "removed", "changed"}
    shutil.rmtree(two[0])
    found = compare(tmp_path / "a", tmp_path / "b")[1]
    assert [code for code, _ in found["notes"]] == ["separated", "households_gone"]  # old tables and new register do
    shutil.rmtree(two[1])
    found = compare(tmp_path / "a", tmp_path / "b")[1]
    assert [code for code, _ in found["notes"]] == ["not_separated_inputs", "households_gone"]
    rules.read.cache_clear()


def test_the_adapter_reads_what_a_batch_writes(run, two, tmp_path):
    assert run("report", "--notebook", "02_causes", "--register", two[0], "--out", tmp_path / "a")[2].count("failed") == 0
    [report] = runs.read(tmp_path / "a").reports.values()
    assert all(len(value) == 64 for values in report.made_from.values() for value in values)
    assert {cause: len(values) for cause, values in report.made_from.items()} == {"data": 1, "rules": 1, "code": 3}
