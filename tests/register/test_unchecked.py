"""What a county of a synthetic store lacks: frames without rows, each with all of its columns and their types."""

from datetime import date

import pytest

from tuopin_analysis.register import unchecked
from tuopin_analysis.register.about import About, Part, Snapshot


def told(**rows):
    parts = {table: Part(file="x", rows=n, sha256="y") for table, n in rows.items()}
    first = date(2016, 1, 1)
    return About(title_zh="册", title_en="Register", county_zh="县", county_en="County", source_zh="源", source_en="source",
                 synthetic=True, county_code="130123", baseline=first, until=first, store=1, folder="x",
                 snapshots={first: Snapshot(inputs={}, parts=parts)})  # fmt: skip


def types(frame):
    assert len(frame) == 0
    return {column: str(dtype) for column, dtype in frame.dtypes.items()}


def test_a_table_has_its_open_columns_by_their_types():
    assert types(unchecked.empty("reported_exits", ["township_code", "households"])) == {
        "township": "str",
        "report_date": "datetime64[us]",
        "households": "Int64",
        "persons": "Int64",
        "township_code": "str",
    }
    assert types(unchecked.empty("units")) == {"unit": "str", "unit_kind": "str", "township": "str", "village": "str"}
    homes = types(unchecked.empty("households"))
    assert {name: homes[name] for name in ("size", "income_total_yuan", "has_power", "identified_date", "cause_main")} == {
        "size": "Int64", "income_total_yuan": "float64", "has_power": "boolean", "identified_date": "datetime64[us]",
        "cause_main": "str"}  # fmt: skip
    assert not {"head_name", "head_id_number", "phone"} & set(homes)
    homes_of_units = {"township_code": "str", "village_code": "str"}  # an import adds them
    assert types(unchecked.frame(told(households=1), "units")) == types(unchecked.empty("units")) | homes_of_units


@pytest.mark.parametrize(("name", "expected"), [
    ("persons", {"person_id": "str", "household_id": "str", "birth": "datetime64[us]"}),
    ("households", {"household_id": "str", "birth": "datetime64[us]"}),
    ("columns", {"table": "str", "column": "str"}),
    ("set_aside", {"table": "str", "file": "str", "sheet": "str", "row": "int64", "line": "int64", "household_id": "str",
                   "reasons": "str"}),
    ("rows", {"table": "str", "file": "str", "sheet": "str", "row": "int64", "line": "int64", "household_id": "str",
              "township_code": "str", "village_code": "str", "is_accepted": "bool"}),
    ("rules", {"code": "str", "severity": "str", "table": "str", "kind": "str", "rows_checked": "int64", "rows_failing": "int64",
               "state": "str", "reason": "str", "message_zh": "str", "message_en": "str", "source": "str"}),
])  # fmt: skip
def test_what_is_protected_and_what_checks_left(name, expected):
    found = types(unchecked.frame(told(households=1), f"protected/{name}"))
    assert list(found.items()) == list(expected.items())


def test_the_account_counts_the_rows_that_are_there_as_accepted():
    found = unchecked.frame(told(households=7, persons=9, complaints=2), "protected/account")
    assert list(found.columns) == ["table", "rows_read", "rows_accepted", "rows_set_aside", "rows_marked"]
    assert found.to_numpy().tolist() == [
        ["households", 7, 7, 0, 0], ["persons", 9, 9, 0, 0], ["responsible", 0, 0, 0, 0], ["units", 0, 0, 0, 0],
        ["exit_plans", 0, 0, 0, 0], ["events", 0, 0, 0, 0], ["complaints", 2, 2, 0, 0]]  # fmt: skip
