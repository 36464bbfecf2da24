"""A register kept in memory, from frames stored by hand: its tables, and what the checks left on all of its days, whole."""

import pandas as pd
import pytest
from register import little

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import cached, corrections, protect, store, unchecked
from tuopin_analysis.register.about import NEEDED, TABLES, about

FIRST, SECOND = little.FIRST, little.SECOND


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return little.put(tmp_path_factory.mktemp("little") / "register")


@pytest.fixture(scope="module")
def kept(folder):
    return cached.loaded(folder)


def cells(frame):
    """A frame as lists, missing cells as None; its rows are numbered."""
    assert frame.index.tolist() == list(range(len(frame)))
    return [list(frame.columns), *frame.astype("object").where(frame.notna(), None).to_numpy().tolist()]


def test_the_tables_are_the_first_day_s_with_the_changes_of_all_days(kept):
    assert set(kept.tables) == set(TABLES)
    assert kept.tables["households"]["household_id"].tolist() == ["h1", "h2"]
    assert kept.tables["persons"]["person_id"].tolist() == ["p1", "p2", "p3"]
    assert kept.tables["units"]["unit"].tolist() == ["甲局"]
    assert cells(kept.tables["events"][["household_id", "event", "event_date", "size"]]) == [
        ["household_id", "event", "event_date", "size"],
        ["h1", "exit", pd.Timestamp("2016-06-30"), 2],
        ["h2", "exit", pd.Timestamp("2016-08-31"), 1],
    ]
    assert (kept.about.baseline, kept.about.until) == (FIRST, SECOND)


def test_the_tables_of_those_who_stood_in_the_register_on_a_day(kept):
    assert kept.standing(FIRST) is kept.tables
    later = kept.standing(SECOND)
    assert later["households"]["household_id"].tolist() == ["h2", "h3"]
    assert later["persons"]["person_id"].tolist() == ["p3", "p4"]
    assert later["events"]["household_id"].tolist() == ["h2"]
    assert kept.standing(SECOND) is later, "it is kept"


def test_a_table_as_it_was_on_a_day(kept):
    pd.testing.assert_frame_equal(kept.snapshot(FIRST, "households"), little.DAYS[FIRST]["households"])
    pd.testing.assert_frame_equal(kept.snapshot(SECOND, "households"), little.DAYS[SECOND]["households"])
    pd.testing.assert_frame_equal(kept.snapshot(SECOND, "measures"), unchecked.empty("measures"))
    with pytest.raises(KeyError):
        kept.snapshot(SECOND, "protected/account_of_nobody")


def test_protected_columns_are_those_of_the_rows_in_use(kept):
    pd.testing.assert_frame_equal(kept.protected("households"), little.DAYS[FIRST]["protected/households"])
    pd.testing.assert_frame_equal(kept.protected("persons"), little.DAYS[FIRST]["protected/persons"])
    assert cells(kept.protected("responsible")) == [["household_id", "helper_name"], ["h2", "王二"]]
    assert cells(kept.protected("units")) == [["unit", "liaison_name"], ["甲局", "钱七"]], "of the last day that lists any"


def test_what_the_checks_left_on_all_days(kept):
    assert cells(kept.checked("findings")) == [
        ["code", "file", "line"],
        ["a", "2016-01-01: x.xlsx", 3],
        ["b", "2016-01-01: y.xlsx", 0],
        ["a", "2016-12-31: x.xlsx", 10**9 + 3],
    ]
    assert cells(kept.checked("columns")) == [
        ["table", "column"],
        ["units", "unit"],
        ["units", "village"],
        ["units", "unit_kind"],
    ]
    assert cells(kept.checked("notes")) == [["note"], ["one"], ["one"]]
    assert cells(kept.checked("account")) == [
        little.ACCOUNT,
        ["households", 3, 2, 1, 0],
        ["persons", 3, 3, 0, 1],
        ["events", 7, 3, 4, 2],
    ]
    rules = kept.checked("rules")
    assert cells(rules) == [
        ["code", "rows_checked", "reason", "rows_failing"],
        ["b", 23, "", 6],
        ["a", 14, None, 0],
    ]


def test_of_one_day_what_the_checks_left_is_as_it_was_stored(tmp_path):
    one = cached.loaded(little.put(tmp_path / "one", {FIRST: little.DAYS[FIRST]}))
    for name in ("findings", "columns", "account", "rules"):
        pd.testing.assert_frame_equal(one.checked(name), little.DAYS[FIRST][f"protected/{name}"])


def test_a_county_of_many_may_lack_any_table(tmp_path):
    frames = {name: frame for name, frame in little.DAYS[FIRST].items() if name in ("households", "persons")}
    one = cached.loaded(little.put(tmp_path / "one", {FIRST: frames}, key_sha256=""))
    assert [len(one.tables[table]) for table in NEEDED] == [2, 3, 0, 0, 0, 0]
    assert one.checked("account")["rows_read"].tolist() == [2, 3, 0, 0, 0, 0]
    assert one.protected("households").empty


def test_a_register_is_read_again_only_when_a_file_of_it_has_changed(tmp_path):
    folder = little.put(tmp_path / "register")
    first = cached.loaded(folder)
    assert cached.loaded(folder) is first
    path = tmp_path / "register" / corrections.FILE
    line = corrections.Correction(1, "households", "h1", "cause_main", "illness", "disability", "李", "2016-05-01", "核")
    protect.write_private(path, corrections.written([line]))
    again = cached.loaded(folder)
    assert again.tables["households"]["cause_main"].fillna("").tolist() == ["disability", ""]
    assert again.snapshot(FIRST, "households")["cause_main"].iloc[0] == "disability"
    assert cached.exported(folder)(FIRST, "households")["cause_main"].iloc[0] == "illness"
    path.unlink()
    store.save(tmp_path / "register", about(folder), SECOND, little.DAYS[FIRST], {})
    assert cached.loaded(folder).standing(SECOND)["households"]["household_id"].tolist() == ["h1", "h2"]


@pytest.fixture(scope="module")
def books(build, tmp_path_factory):
    return str(build.write(tmp_path_factory.mktemp("books") / "register", build.small()))


def test_workbooks_read_in_place_have_one_day_whatever_day_is_asked_for(books):
    kept = cached.loaded(books)
    assert kept.tables["households"]["household_id"].tolist() == ["H1", "H2", "H3", "H4"]
    assert len(kept.tables["events"]) == 3
    assert "size" in kept.tables["events"]
    assert kept.standing(SECOND) is kept.tables
    assert kept.snapshot(SECOND, "persons") is kept.tables["persons"]
    assert kept.protected("persons")["name"].tolist() == ["张11", "张21", "张22", "张31", "张41"]
    assert kept.checked("account")["rows_read"].tolist() == [4, 5, 4, 1, 4, 3]
    plain = cached.exported(books)
    assert plain(SECOND, "households")["household_id"].tolist() == ["H1", "H2", "H3", "H4"]
    assert "size" not in plain(FIRST, "events")


def test_workbooks_of_real_persons_are_not_read_in_place(build, tmp_path):
    folder = str(build.write(tmp_path / "register", {}, build.about | {"synthetic": False}))
    with pytest.raises(InputError) as caught:
        cached.loaded(folder)
    assert str(caught.value).replace(str(tmp_path), "HERE") == (
        "workbooks with real persons are not read in place (HERE/register); expected: an imported register; to mend: tuopin "
        "import HERE/register/*.xlsx --into FOLDER --snapshot 2016-01-01"
    )
