"""What a register says of itself: the snapshot that stands on a day, files read again, counties of a store of many."""

import os
from datetime import date

import pytest
from register import little

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import about as home
from tuopin_analysis.register.about import About, Part, Snapshot

SNAPSHOT = Snapshot(inputs={}, parts={"households": Part(file="x", rows=1, sha256="y")})
WORKBOOKS = {table: f"{table}.xlsx" for table in home.NEEDED}


def register(folder, **other):
    days = {little.FIRST: SNAPSHOT, little.SECOND: SNAPSHOT}
    return About(
        **little.ABOUT | {"store": 1, "snapshots": days, "folder": folder} | other, baseline=little.FIRST, until=little.SECOND
    )


@pytest.mark.parametrize(("day", "standing"), [
    ("2015-06-30", little.FIRST), ("2016-01-01", little.FIRST), (date(2016, 12, 30), little.FIRST), ("2016-12-31", little.SECOND),
    (date(2020, 1, 1), little.SECOND),
])  # fmt: skip
def test_the_last_snapshot_up_to_a_day_stands(tmp_path, day, standing):
    assert register(tmp_path).standing(day) == standing


def test_workbooks_have_no_snapshot_but_their_baseline(tmp_path):
    assert register(tmp_path, store=None, snapshots={}, tables=WORKBOOKS).standing("2016-12-31") == little.FIRST


def test_titles_and_whose_published_figures_count(tmp_path):
    told = register(tmp_path)
    assert (told.title(), told.title("zh"), told.title("en")) == ("册", "册", "Register")
    assert (told.is_of_many, told.published_code) == (False, "130123")
    many = register(tmp_path, key_sha256="")
    assert (many.is_of_many, many.published_code) == (True, "")
    assert not register(tmp_path, key_sha256="", synthetic=False).is_of_many
    assert not register(tmp_path, key_sha256="", store=None, snapshots={}, tables=WORKBOOKS).is_of_many


def nation(folder):
    index = Snapshot(inputs={}, index=Part(file="x", rows=1, sha256="y"))
    return register(folder, county_code="", region="nation", store=2, snapshots={little.FIRST: index}, key_sha256="")


def test_a_store_of_many_counties_is_not_read_as_a_whole(tmp_path):
    told = register(tmp_path)
    assert home.of_one_county(told) is told
    with pytest.raises(InputError) as caught:
        home.of_one_county(nation(tmp_path))
    assert str(caught.value).replace(str(tmp_path), "HERE") == (
        "a store of many counties is not read as a whole (HERE); expected: a register of one county; to mend: name one county: "
        "HERE/county=130123; or open it with an engine, see docs/engines.md"
    )
    assert (home.is_part(f"{tmp_path}/county=130123"), home.is_part(str(tmp_path))) == (True, False)


def test_register_yaml_is_read_again_when_its_time_or_size_changes(tmp_path):
    folder = little.put(tmp_path / "register", {little.FIRST: little.DAYS[little.FIRST]})
    path = tmp_path / "register" / "register.yaml"
    first = home.about(folder)
    assert home.about(folder) is first
    assert (first.folder, first.title_en, list(first.snapshots)) == (path.parent.resolve(), "Register", [little.FIRST])
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("Register", "Registry"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert home.about(folder).title_en == "Registry", "same size, another time"
    path.write_text(path.read_text(encoding="utf-8").replace("Registry", "Registers"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert home.about(folder).title_en == "Registers", "same time, another size"


PARTS = {"households": {"file": "x", "rows": 1, "sha256": "y"}}
FAULTS = {
    "order": ({"snapshots": {little.SECOND: SNAPSHOT, little.FIRST: SNAPSHOT}},
        "snapshots: at least one, in order of their days, and no tables"),
    "none": ({"snapshots": {}}, "snapshots: at least one, in order of their days, and no tables"),
    "tables too": ({"tables": WORKBOOKS}, "snapshots: at least one, in order of their days, and no tables"),
    "baseline": ({"snapshots": {little.SECOND: SNAPSHOT}}, "baseline: is the day of the first snapshot"),
    "index": ({"snapshots": {little.FIRST: Snapshot(inputs={}, index=Part(**PARTS["households"]))}},
        "snapshots: of one county name parts, of a region (store 2) an index"),
    "no index": ({"store": 2, "county_code": "", "region": "13"},
        "snapshots: of one county name parts, of a region (store 2) an index"),
    "county and region": ({"region": "13"},
        "county_code: a register is of one county; of many (store 2) it names their region instead"),
    "region alone": ({"region": "13", "county_code": ""},
        "county_code: a register is of one county; of many (store 2) it names their region instead"),
    "neither": ({"county_code": ""},
        "county_code: a register is of one county; of many (store 2) it names their region instead"),
    "a table missing": ({"store": None, "snapshots": {}, "tables": {"households": "h.xlsx"}},
        "tables: households, persons, responsible, units, exit_plans, events, and those there are of measures, acceptance, "
        "changes, standings, reported_exits, rechecks, complaints, each with its file"),
    "outside": ({"store": None, "snapshots": {}, "tables": WORKBOOKS | {"units": "../u.xlsx", "events": "..", "persons": ""}},
        "tables: names of files in the register's folder, not , .., ../u.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_what_cannot_be_a_register(tmp_path, case):
    change, message = FAULTS[case]
    with pytest.raises(ValueError, match="validation error") as caught:
        register(tmp_path, **change)
    assert [fault["msg"] for fault in caught.value.errors()] == [f"Value error, {message}"]


@pytest.mark.parametrize("file", ["/etc/x", "../x", "a/../b"])
def test_parts_lie_below_the_folder(file):
    with pytest.raises(ValueError, match="a path below the register's folder"):
        Part(file=file, rows=1, sha256="y")
