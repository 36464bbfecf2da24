"""What is left of a checked register, from frames by hand: every frame whole, and why nothing is left."""

import pandas as pd
import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import accepted
from tuopin_analysis.register.read import Source
from tuopin_analysis.register.validate import Checked

HOMES = pd.DataFrame(
    {
        "size": pd.array([2, 1, 1, None, 3], dtype="Int64"),
        "village": ["西关村", "西关", "某村", "又村", None],
        "county": ["正定县", None, "正定县", "正定县", "正定县"],
        "hamlet": ["东头", "138 1234 5678", None, "西头", "南头"],
        "cause_main": ["illness", "disability", "illness", None, "labour"],
        "household_id": ["H4", "H2", "H1", "H9", "H3"],
        "head_name": ["张三", "李四", None, "王五", "赵六"],
        "phone": ["1", "2", "3", "4", "5"],
        "township": ["正定", "正定镇", "无名镇", "x", "y"],
        "township_code": ["130123100", "130123100", None, None, "130123100"],
        "village_code": ["130123100001", None, None, None, "999"],
        "place_problem": ["", "", "unknown", "", ""],
    },
    index=[10, 11, 12, 13, 14],
)
PERSONS = pd.DataFrame(
    {
        "household_id": ["H2", "H4", "H4"],
        "person_id": ["P3", "P2", "P1"],
        "relation": ["head", "head", "spouse"],
        "township": ["甲", "乙", "丙"],
        "village": ["甲", "乙", "丙"],
        "name": ["李四", "张三", "张小三"],
        "birth": pd.to_datetime(["1960-01-01", None, "1970-01-01"]),
        "age_years": [56, None, 46],
    },
    index=[20, 21, 22],
)
UNITS = pd.DataFrame(
    {
        "unit": ["乙局", "甲局"],
        "township": ["正定镇", "正定镇"],
        "liaison_name": ["钱七", None],
        "township_code": ["130123100", None],
        "village_code": [None, None],
        "village": ["x", "y"],
    },
    index=[3, 4],
)
EVENTS = pd.DataFrame(
    {
        "event": ["exit", "relapse", "exit"],
        "household_id": ["H2", "H2", "H1"],
        "event_date": pd.to_datetime(["2016-05-01", "2015-05-01", "2017-01-01"]),
    },
    index=[7, 8, 9],
)
FRAMES = {"households": HOMES, "persons": PERSONS, "units": UNITS, "events": EVENTS}
KEPT = {"households": [True, True, True, False, True], "persons": [True] * 3, "units": [True] * 2, "events": [True, True, False]}


def finding(code, severity, table, line, home, column="户编号", value="", sheet="表"):
    return {
        "code": code,
        "severity": severity,
        "table": table,
        "file": f"{table}.xlsx",
        "sheet": sheet,
        "row": line + 3,
        "line": line,
        "column": column,
        "household_id": home,
        "value": value,
        "message_zh": "错",
        "message_en": "is wrong",
        "mend_zh": "改",
        "mend_en": "mend it",
    }


FINDINGS = [
    finding("size.missing", "error", "households", 13, "H9", "人数"),
    finding("cause.doubt", "warning", "households", 12, "H1"),
    finding("cause.doubt", "warning", "households", 13, "H9"),
    finding("other.doubt", "warning", "households", 12, "H1"),
    finding("cause.missing", "error", "households", 13, "H9"),
    finding("size.missing", "error", "households", 13, "H9"),
    finding("event.late", "error", "events", 9, "H1"),
    finding("event.doubt", "warning", "events", 8, "H2"),
]
RULES, ROWS = pd.DataFrame({"code": ["a"]}), pd.DataFrame({"line": [1]})


def checked(kept=KEPT, findings=FINDINGS, frames=FRAMES):
    marks = {table: pd.Series(kept[table], frame.index) for table, frame in frames.items()}
    return Checked(frames, marks, pd.DataFrame(findings), RULES, ROWS, {"households": ["size", "township"], "units": ["unit"]})


def cells(frame):
    """A frame as lists, missing cells as None; its rows are numbered."""
    assert frame.index.tolist() == list(range(len(frame)))
    return [list(frame.columns), *frame.astype("object").where(frame.notna(), None).to_numpy().tolist()]


@pytest.fixture(scope="module")
def left():
    return accepted.accepted(checked(), "130123", "HERE")


def test_households_that_are_left_stand_in_order_with_official_places_and_without_protected_columns(left):
    assert list(left.tables) == list(left.protected) == ["households", "persons", "units", "events"]
    town = ("130123100", "正定镇")
    assert cells(left.tables["households"]) == [
        ["household_id", "township_code", "township", "village_code", "village", "size", "county", "hamlet", "cause_main"],
        ["H1", None, None, None, None, 1, "正定县", None, "illness"],
        ["H2", *town, None, None, 1, None, None, "disability"],
        ["H3", *town, "999", None, 3, "正定县", "南头", "labour"],
        ["H4", *town, "130123100001", "恒东小区", 2, "正定县", "东头", "illness"],
    ]
    assert left.tables["households"]["size"].dtype == "int64"
    assert cells(left.protected["households"]) == [
        ["household_id", "head_name", "phone", "household_number"],
        ["H1", None, "3", "H1"],
        ["H2", "李四", "2", "H2"],
        ["H3", "赵六", "5", "H3"],
        ["H4", "张三", "1", "H4"],
    ]


def test_persons_have_the_place_of_their_household(left):
    town = ["130123100", "正定镇"]
    own = ["130123100001", "恒东小区"]
    assert cells(left.tables["persons"]) == [
        ["person_id", "household_id", "township_code", "township", "village_code", "village", "relation"],
        ["P1", "H4", *town, *own, "spouse"],
        ["P2", "H4", *town, *own, "head"],
        ["P3", "H2", *town, None, None, "head"],
    ]
    assert cells(left.protected["persons"]) == [
        ["household_id", "person_id", "name", "birth", "household_number", "person_number"],
        ["H4", "P1", "张小三", pd.Timestamp("1970-01-01"), "H4", "P1"],
        ["H4", "P2", "张三", None, "H4", "P2"],
        ["H2", "P3", "李四", pd.Timestamp("1960-01-01"), "H2", "P3"],
    ]


def test_units_and_changes_that_are_left(left):
    assert cells(left.tables["units"]) == [
        ["unit", "township_code", "township", "village_code", "village"],
        ["乙局", "130123100", "正定镇", None, None],
        ["甲局", None, None, None, None],
    ]
    assert cells(left.protected["units"]) == [["unit", "liaison_name"], ["乙局", "钱七"], ["甲局", None]]
    assert cells(left.tables["events"]) == [
        ["household_id", "event", "event_date"],
        ["H2", "relapse", pd.Timestamp("2015-05-01")],
        ["H2", "exit", pd.Timestamp("2016-05-01")],
    ]
    assert cells(left.protected["events"]) == [["household_id", "household_number"], ["H2", "H2"], ["H2", "H2"]]


def test_what_the_checks_left_is_told_with_it(left):
    found = left.checked
    assert list(found) == ["findings", "set_aside", "account", "rules", "rows", "columns"]
    assert found["findings"].equals(pd.DataFrame(FINDINGS))
    assert (found["rules"] is RULES, found["rows"] is ROWS) == (True, True)
    assert cells(found["columns"]) == [["table", "column"], ["households", "size"], ["households", "township"], ["units", "unit"]]
    assert (found["columns"].dtypes == "str").all()
    assert cells(found["set_aside"]) == [
        ["table", "file", "sheet", "row", "line", "household_id", "reasons"],
        ["households", "households.xlsx", "表", 16, 13, "H9", "size.missing;cause.missing"],
        ["events", "events.xlsx", "表", 12, 9, "H1", "event.late"],
    ]
    assert cells(found["account"]) == [
        ["table", "rows_read", "rows_accepted", "rows_set_aside", "rows_marked"],
        ["households", 5, 4, 1, 1],
        ["persons", 3, 3, 0, 0],
        ["units", 2, 2, 0, 0],
        ["events", 3, 2, 1, 1],
    ]


def refused(findings, homes=HOMES):
    frames = FRAMES | {"households": homes}
    with pytest.raises(InputError) as caught:
        accepted.accepted(
            checked({table: [False] * len(frame) for table, frame in frames.items()}, findings, frames), "130123", "HERE"
        )
    return [str(fault) for fault in caught.value.faults]


NONE = (
    "no household of the register can be accepted (HERE); expected: at least one household; to mend: mend what the checks found: "
)


def test_where_no_household_is_left_the_reasons_are_counted_and_the_first_findings_told():
    findings = [finding("place.unknown", "error", "households", line, "H", value="某村", sheet="") for line in (10, 11)]
    findings += [finding("size.missing", "error", "households", line, "H", "人数") for line in range(11, 15)]
    findings.insert(0, finding("person.late", "error", "persons", 20, "H"))
    findings.insert(1, finding("size.doubt", "warning", "households", 20, "H"))
    size = "size.missing: is wrong (households.xlsx, sheet 表, row {}, column 人数); to mend: mend it"
    place = "place.unknown: is wrong ('某村') (households.xlsx, row {}, column 户编号); to mend: mend it"
    assert refused(findings) == [
        f"{NONE}size.missing (4), place.unknown (2)",
        place.format(13),
        place.format(14),
        *(size.format(n) for n in (14, 15, 16)),
    ]


def other(county, homes=HOMES, unknown=9, others=1):
    findings = [finding("place.unknown", "error", "households", n, "H") for n in range(unknown)]
    return refused([*findings, *[finding("size.missing", "error", "households", 90, "H")] * others], homes.assign(county=county))[
        1
    ]


ASKED = (
    "the register is to be of 正定县 (130123) (HERE); expected: places of 正定县 (130123); to mend: check the number given with "
)
CHOOSE = "--county, or choose the files of the register's county"


def test_places_that_are_nearly_all_unknown_are_another_county_s():
    assert other([None, "赞皇县", "赞皇县", "13812345678", "行唐县"]) == (
        f"the files name the county 赞皇县, 行唐县, and {ASKED}{CHOOSE}"
    )
    assert other(list("甲乙丙丁戊")) == f"the files name the county 甲, 乙, 丙, and {ASKED}{CHOOSE}"
    assert other(None) == f"the files' places are in no list of the county, and {ASKED}{CHOOSE}"
    assert other(None, unknown=8).startswith("place.unknown: is wrong"), "eight of nine are too few"
    doubts = [finding("place.unknown", "warning", "households", 10, "H"), finding("place.unknown", "error", "persons", 10, "H")]
    assert refused(doubts) == [NONE]


def test_a_row_as_it_was_read_is_kept_as_json():
    aside = pd.DataFrame({"table": ["events", "units"], "line": [1, 0]}, index=[5, 3])
    sources = {
        "events": Source("events", pd.DataFrame(), {}, {"event": ["x", "脱贫"], "size": [1, 2.0]}),
        "units": Source("units", pd.DataFrame(), {}, {"unit": [None]}),
    }
    found = accepted.as_read(aside, sources)
    assert cells(found.reset_index(drop=True)) == [
        ["table", "line", "cells"],
        ["events", 1, '{"event": "脱贫", "size": "2"}'],
        ["units", 0, '{"unit": ""}'],
    ]
    assert found.index.tolist() == [5, 3]
    assert found["cells"].dtype == "str"
