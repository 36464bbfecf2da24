"""From files to a register: counted alike, persons protected, snapshots side by side, nothing written when it can't be."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import fuzz_import
import import_files
import pandas as pd
import pytest

from tuopin_analysis import paths
from tuopin_analysis.analysis import causes, published
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import importing, load, places
from tuopin_analysis.register import published as figures
from tuopin_analysis.register.about import about

FIRST, SECOND = date(2016, 12, 31), date(2017, 12, 31)
# A planted exit and a planted change before the demonstration register's baseline; an import takes both from 2013 on.
EARLIER = {("events.xlsx", "4"), ("changes.xlsx", "101")}
DEMO = sorted(paths.DEMO.glob("*.xlsx"))


@pytest.fixture
def bring(tmp_path):
    """Import files into tmp_path/register under one key."""

    def call(files, day=FIRST, into=tmp_path / "store", **settings):
        return importing.import_files(files, into, day, **{"key": tmp_path / "key", "synthetic": True, **settings})

    return call


@pytest.fixture
def books(make):
    """Write small workbooks, one file a table."""
    return lambda tables: sorted(Path(make(tables)).glob("*.xlsx"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demonstration workbooks imported as of the end of their time."""
    folder = tmp_path_factory.mktemp("imported")
    importing.import_files(DEMO, folder / "register", SECOND, key=folder / "key", synthetic=True)
    return folder / "register"


def test_an_imported_register_counts_as_the_published_one(demo):
    households = load.households(str(demo))
    shares = causes.shares(households, {"illness": ["illness"], "disability": ["disability"], "other": _others()})
    assert shares[["households", "persons"]].to_numpy().tolist() == [[947, 2112], [662, 1332], [86, 210]]
    told = published.reconciliation(
        households, totals=figures.register_totals(), townships=figures.townships(), causes=figures.causes(), groups=_groups()
    )
    assert told["gap"].eq(0).all()
    here, there = (load.account(name).set_index("table")[["rows_read", "rows_set_aside"]] for name in (str(demo), "demo"))
    assert (there - here).sum().to_list() == [0, len(EARLIER)]


def _groups():
    return {"illness": ["illness"], "disability": ["disability"], "other": _others()}


def _others():
    from tuopin_analysis import rules

    return rules.read("hebei-2016").cause_groups["other"]


def test_imported_frames_equal_those_read_in_place_but_for_the_numbers(demo):
    for table in ("households", "persons", "exit_plans", "events"):
        here, there = (getattr(load, table)(register, as_of="2017-12-31") for register in (str(demo), "demo"))
        if table == "events":
            here = here[here["event_date"] >= "2016-01-01"]
        here, there = (frame.drop(columns=["exit_date", "is_remaining"], errors="ignore") for frame in (here, there))
        keys = [column for column in ("household_id", "person_id", "unit") if column in here]
        assert list(here.columns) == list(there.columns), table
        ordered = [frame.drop(columns=keys).astype("str").sort_values(list(frame.columns.drop(keys)), ignore_index=True)
                   for frame in (here, there)]  # fmt: skip
        pd.testing.assert_frame_equal(*ordered)
        assert not set(here[keys[0]]) & set(there[keys[0]])


def test_no_number_name_or_birthday_is_in_a_part_that_analysis_reads(demo):
    secrets = set()
    for table in ("households", "persons", "responsible", "units"):
        hidden = _part(demo, f"protected/{table}")
        ids = [column for column in hidden if column.endswith("_id")]
        secrets |= {str(value) for column in hidden.columns.drop([*ids, *hidden.columns.intersection(["unit"])])
                    for value in hidden[column].dropna()}  # fmt: skip
    assert len(secrets) > 9000
    for table in ("households", "persons", "responsible", "units", "exit_plans", "events"):
        public = _part(demo, table).drop(columns=["identified_date"], errors="ignore")
        for column in public.select_dtypes("str"):
            assert not secrets & set(public[column].dropna()), (table, column)


def _part(folder, name, day=SECOND):
    from tuopin_analysis.register import store

    return store.frame(about(str(folder)), day, name)


def test_what_is_set_aside_is_kept_as_it_was_read(demo):
    aside = _part(demo, "protected/set_aside")
    planted = pd.read_csv(paths.DEMO / "planted.csv", dtype=str).query("severity == 'error'")
    rows = set(zip(aside["file"], aside["row"].astype(str), strict=True))
    assert set(planted[["file", "row"]].itertuples(index=False, name=None)) ^ rows == EARLIER
    [row] = planted.query("note == 'household size in words'").to_dict("records")
    [kept] = aside[(aside["file"] == row["file"]) & (aside["row"] == int(row["row"]))].to_dict("records")
    assert json.loads(kept["cells"])["size"] == "三人"


def test_a_household_has_the_same_id_on_every_day_and_another_under_another_key(bring, books, tables, tmp_path):
    files = books(tables)
    bring(files)
    before = set(load.households(str(tmp_path / "store"))["household_id"])
    tables["events"] = []
    bring(books(tables), day=SECOND)
    told = about(str(tmp_path / "store"))
    assert list(told.snapshots) == [FIRST, SECOND]
    assert {_part(tmp_path / "store", "households", day)["household_id"].sort_values().str.cat() for day in told.snapshots} == {
        "".join(sorted(before))
    }
    bring(files, into=tmp_path / "other", key=tmp_path / "another")
    assert not before & set(load.households(str(tmp_path / "other"))["household_id"])


def test_changes_are_read_off_two_snapshots_when_nobody_lists_them(bring, books, tables, tmp_path):
    del tables["events"]
    states = {"H1": ("未脱贫", None), "H2": ("已脱贫", 2015), "H3": ("未脱贫", None), "H4": ("未脱贫", None)}
    later = {"H1": ("已脱贫", 2017), "H2": ("返贫", None), "H3": ("已脱贫", 2017), "H4": ("未脱贫", None)}
    for day, known in ((FIRST, states), (SECOND, later)):
        for row in tables["households"]:
            row["poverty_status"], row["exit_year"] = known[row["household_id"]]
        bring([file for file in books(tables) if file.stem != "events"], day=day)
    register = str(tmp_path / "store")
    households = load.households(register, as_of="2016-12-31")
    assert households["is_remaining"].tolist().count(False) == 1
    assert load.households(register)["is_remaining"].tolist().count(True) == 2
    events = load.events(register)
    assert events["event"].value_counts().to_dict() == {"exit": 3, "relapse": 1}
    assert not events["is_day_known"].any()
    assert set(events["event_date"].dt.date.astype(str)) == {"2015-12-31", "2017-12-31"}


def test_one_flat_export_makes_a_register_without_plans_or_helpers(bring, tmp_path):
    made = bring([paths.DEMO / "persons.xlsx"])
    counts = made.account.set_index("table")["rows_read"]
    assert counts[["responsible", "units", "exit_plans", "events"]].eq(0).all()
    households = load.households(str(tmp_path / "store"))
    assert len(households) == counts["households"] - made.account.set_index("table")["rows_set_aside"]["households"]
    assert households["income_wage_yuan"].isna().all()
    rules = load.rules_run(str(tmp_path / "store"))
    assert "plan.none" in set(rules.query("state == 'not_answerable'")["code"])
    assert not load.findings(str(tmp_path / "store"))["code"].isin(["plan.none", "responsible.none"]).any()


def moved(tables, code="130624"):
    """The small register in another county: its townships and villages, its name."""
    towns, villages = places.townships(code), places.villages(code)
    for table in ("households", "persons", "units"):
        for row in tables[table]:
            at = int(row["household_id"][1:]) % 3 if "household_id" in row else 0
            row["township"] = towns["township"].iloc[at]
            row["village"] = villages.loc[villages["township_code"] == towns["township_code"].iloc[at], "name"].iloc[0]
    return tables


def test_a_register_of_another_county_is_known_by_its_townships(bring, books, tables, tmp_path):
    made = bring(books(moved(tables)))
    assert (made.about.county_code, made.about.county_zh) == ("130624", "阜平县")
    assert load.scopes(str(tmp_path / "store"))["scope"].tolist()[0] == "county"
    told = published.reconciliation(
        load.households(str(tmp_path / "store")), totals=figures.register_totals("130624"),
        townships=figures.townships("130624"), causes=figures.causes("130624"), groups=_groups(),
    )  # fmt: skip
    assert told["gap"].isna().all()
    assert told["counted"].sum() > 0


@pytest.mark.parametrize(("towns", "county", "said"), [
    (["城关镇"], None, "fit several counties"), (["柏树沟乡"], None, "柏树沟乡"),
    (["正定镇"], "999999", "no county has the code"),
])  # fmt: skip
def test_a_county_that_names_do_not_tell_is_asked_about(bring, books, tables, tmp_path, towns, county, said):
    for table in ("households", "persons"):
        for row in tables[table]:
            row["township"] = towns[0]
    with pytest.raises(InputError, match=said) as caught:
        bring(books(tables), county=county)
    assert "--county" in str(caught.value)
    assert not (tmp_path / "store").exists()


def test_what_cannot_be_extended_is_refused_with_every_reason(bring, books, tables, tmp_path):
    files = books(tables)
    bring(files)
    with pytest.raises(InputError) as caught:
        bring(files, county="130624")
    assert len(caught.value.faults) == 2
    assert "--replace" in str(caught.value)
    with pytest.raises(InputError, match="not the key of this register"):
        bring(files, day=SECOND, key=_other_key(tmp_path))
    with pytest.raises(InputError, match="if it is lost"):
        bring(files, day=SECOND, key=tmp_path / "lost")
    with pytest.raises(InputError, match="has its titles already"):
        bring(files, day=SECOND, titles={"title_zh": "新名"})
    with pytest.raises(InputError, match="lies in the future"):
        bring([*files, tmp_path], day=date(2999, 12, 31))
    bring(files, replace=True)
    assert list(about(str(tmp_path / "store")).snapshots) == [FIRST]


def _other_key(tmp_path):
    from tuopin_analysis.register import protect

    protect.make_key(tmp_path / "keys" / "other")
    return tmp_path / "keys" / "other"


def test_files_without_one_usable_household_leave_nothing(bring, books, tables, tmp_path):
    for row in tables["households"]:
        row["cause_main"] = "因懒"
    with pytest.raises(InputError, match="no household of the register can be accepted"):
        bring(books(tables))
    assert not (tmp_path / "store").exists()
    with pytest.raises(InputError, match="households"):
        bring([file for file in books(tables) if file.stem not in ("households", "persons")])


def test_a_workbook_register_with_real_persons_is_to_be_imported(make, build, tables):
    folder = make(tables, build.about | {"synthetic": False})
    with pytest.raises(InputError, match="not read in place") as caught:
        load.households(folder)
    assert "tuopin import" in str(caught.value)


@pytest.mark.parametrize("part", [0.45, 0.8])
def test_a_killed_import_leaves_the_register_as_it_was(bring, books, tables, tmp_path, part):
    bring(books(tables))
    before = load.households(str(tmp_path / "store"))
    command = [sys.executable, "-m", "tuopin_analysis.cli", "import", *map(str, DEMO), "--into", str(tmp_path / "store"),
               "--snapshot", "2017-12-31", "--key", str(tmp_path / "key")]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(6 * part)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    told = about(str(tmp_path / "store"))
    assert list(told.snapshots) in ([FIRST], [FIRST, SECOND])
    pd.testing.assert_frame_equal(load.households(str(tmp_path / "store"), as_of="2016-12-31"), before)
    bring(DEMO, day=SECOND, replace=True)
    assert list(about(str(tmp_path / "store")).snapshots) == [FIRST, SECOND]


def test_a_village_that_the_national_list_lacks_is_counted_under_its_own_name(bring, books, tables, tmp_path):
    moved(tables)
    for table in ("households", "persons"):
        for row in tables[table]:
            row["village"] = "东村" if row["household_id"] == "H1" else row["village"]
    made = bring(books(tables))
    assert ["东村" in note.text_en for note in made.gathered.notes if note.kind == "village_unlisted"] == [True]
    register = str(tmp_path / "store")
    [code] = load.households(register).query("village == '东村'")["village_code"]
    assert code == places.own_code(code[:9], "东村")
    assert load.households(register, scope=code)["size"].to_list() == [1]
    assert load.scope_name(register, code) == "东村"


@pytest.mark.parametrize("case", range(0, 40, 2))
def test_a_damaged_file_is_imported_whole_or_not_at_all(case):
    assert fuzz_import.run(case, fuzz_import.imported) in ("read", "refused")


def test_an_id_number_that_serves_as_key_is_no_more_shown_than_another(bring, books, tables, tmp_path):
    for row in tables["persons"]:
        del row["person_id"]
    tables["persons"].append(dict(tables["persons"][0]))
    made = bring(books(tables))
    [finding] = made.findings.query("code == 'key.duplicate'").to_dict("records")
    assert finding["value"] == "•••"
    number = tables["persons"][0]["id_number"]
    assert not made.findings.astype("str").apply(lambda column: column.str.contains(number, regex=False)).any(axis=None)
    assert number not in load.persons(str(tmp_path / "store")).to_csv()


def test_the_ledger_of_a_later_day_lists_who_was_in_the_register_then(bring, books, tables, tmp_path):
    from tuopin_analysis.register import ledger

    del tables["events"]
    files = lambda: [file for file in books(tables) if file.stem != "events"]  # noqa: E731
    for row in tables["households"]:
        row["poverty_status"] = "未脱贫"
    bring(files())
    for table in ("households", "persons"):
        tables[table] = [row for row in tables[table] if row["household_id"] != "H1"]
    tables["households"][0].update(poverty_status="已脱贫", income_per_person_yuan=8888, income_net_yuan=17776)
    for row in tables["persons"]:
        row["name"] = "新" + row["name"]
    bring(files(), day=SECOND)
    register = str(tmp_path / "store")
    first, second = (ledger.households(register, as_of=day.isoformat()) for day in (FIRST, SECOND))
    assert first["household_number"].to_list() == ["H1", "H2", "H4", "H3"]
    assert second["household_number"].to_list() == ["H2", "H4", "H3"]
    assert second[["head_name", "income_per_person_yuan", "exit_status"]].iloc[0].to_list() == ["新张21", 8888, "out"]
    assert load.membership(register).to_numpy().tolist() == [["2017-12-31", 0, 0, 1, 1]]
    assert load.membership(register, FIRST).empty
    assert load.account(register).set_index("table").loc["households", "rows_read"] == 4
    assert load.events(register)["event_income_per_person_yuan"].to_list() == [8888.0]


def test_what_an_import_tells_holds_no_number_of_a_person(tmp_path):
    rows = [["乡镇", "行政村", "户编号", "人数", "联系人王某某13812345678"], ["王某130199196002290117", "x", "1", "1", ""]]
    book = import_files.write(tmp_path / "a.xlsx", {"户13812345678": rows})
    with pytest.raises(InputError) as error:
        importing.import_files([book], tmp_path / "store", FIRST, key=tmp_path / "key")
    assert "13812345678" not in str(error.value)
    assert "•••" in str(error.value)


def test_headers_are_noted_without_numbers(bring, tables, books):
    from openpyxl import load_workbook

    files = books(tables)
    path = next(path for path in files if path.name == "households.xlsx")
    book = load_workbook(path)
    sheet = book.active
    sheet.cell(3, sheet.max_column + 1, "联系人王某某13812345678")
    book.save(path)
    told = " ".join(note.text_en + note.text_zh for note in bring(files).gathered.notes)
    assert "联系人王某某•••" in told
    assert "13812345678" not in told


def test_townships_that_are_no_names_are_not_told(tables, make):
    from tuopin_analysis.register import county, read

    households = read.sources(about(make(tables)))["households"]
    households.cells["township"] = ["130199196002290117", "王某13812345678", "柏树沟乡", "x"][: len(households.origin)]
    with pytest.raises(InputError) as error:
        county.told_by(households, None)
    assert "柏树沟乡" in str(error.value)
    assert not [word for word in ("1960", "1381") if word in str(error.value)]


def test_when_no_household_is_left_the_first_findings_say_where(bring, tables, books):
    for row in tables["households"]:
        row["cause_main"] = "因懒"
    tables["households"][0]["cause_main"] = "130199196002290117"
    with pytest.raises(InputError) as error:
        bring(books(tables))
    faults = error.value.faults
    assert "value.unknown_code" in faults[0].mend
    assert faults[1].where == "households.xlsx, sheet 贫困户信息, row 4, column 主要致贫原因"
    assert [fault.what.split("'")[1] for fault in faults[1:3]] == ["•••", "因懒"]
    assert len(faults) <= 6


def test_files_of_another_county_are_told_as_such(bring, tables, books):
    for row in tables["households"]:
        row["county"] = "正定县"
    with pytest.raises(InputError) as error:
        bring(books(tables), county="130624")
    told = error.value.faults[1].what
    assert "正定县" in told
    assert "阜平县 (130624)" in told


def test_rounded_numbers_and_many_rows_set_aside_are_warned_of(bring, tables, books):
    tables["households"][0]["size"] = "三人"
    tables["persons"][4]["id_number"] = 130199196002291000.0
    told = [note.text_en for note in bring(books(tables)).gathered.notes if note.kind == "warning"]
    assert [text for text in told if text.startswith("warning: 1 long numbers were refused")]
    assert [text for text in told if "of the households were set aside (at most 5% may be)" in text]


def test_nothing_is_warned_of_in_a_clean_register(bring, tables, books):
    assert not [note for note in bring(books(tables), SECOND).gathered.notes if note.kind == "warning"]
