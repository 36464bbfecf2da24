"""Reported exits against the register's: the planted differences, each kind by hand."""

import pandas as pd
import pytest
from analysis.test_dynamics import demo, told

from tuopin_analysis import paths
from tuopin_analysis.analysis import reported
from tuopin_analysis.register import load


def reports(*rows):
    frame = pd.DataFrame(rows, columns=["township_code", "report_date", "households", "persons"])
    return frame.astype({"township_code": "str", "report_date": "datetime64[us]", "households": "int64", "persons": "int64"})


def states(*rows, moved=(), as_of="2016-12-31"):
    found = reported.compared(told(moved), reports(*rows), as_of=as_of)
    return {(row["township_code"][-3:], row["period"]): row["report_state"] for row in found.to_dict("records")}


EXITS = [("a", "exit", "2016-05-10"), ("c", "exit", "2016-06-20"), ("d", "exit", "2016-06-30")]


def test_each_kind_by_hand():
    right = [("130123100", "2016-05-31", 1, 3), ("130123103", "2016-06-01", 2, 5)]
    assert set(states(*right, moved=EXITS).values()) == {"agrees"}
    assert states(right[0], ("130123103", "2016-06-01", 2, 6), moved=EXITS)["103", "2016-06"] == "persons_differ"
    assert states(right[0], ("130123103", "2016-06-01", 3, 6), moved=EXITS)["103", "2016-06"] == "over_reported"
    assert states(right[0], ("130123103", "2016-06-01", 1, 1), moved=EXITS)["103", "2016-06"] == "under_reported"
    assert states(right[0], moved=EXITS)["103", "2016-06"] == "not_reported"


def test_what_was_reported_a_month_early_lacks_in_the_next():
    found = states(
        ("130123100", "2016-05-31", 1, 3), ("130123103", "2016-05-31", 1, 1), ("130123103", "2016-06-30", 1, 4), moved=EXITS
    )
    assert found["103", "2016-05"] == "early_reported"
    assert found["103", "2016-06"] == "late_reported"
    late = states(("130123103", "2016-06-30", 1, 4), ("130123103", "2016-07-31", 1, 1), moved=EXITS)
    assert late["103", "2016-06"] == "under_reported"
    assert late["103", "2016-07"] == "over_reported"


def test_a_month_that_is_not_over_is_not_judged():
    moved = [*EXITS, ("b", "exit", "2016-12-10")]
    assert ("100", "2016-12") not in states(("130123100", "2016-05-31", 1, 3), moved=moved, as_of="2016-12-30")
    assert states(("130123100", "2016-05-31", 1, 3), moved=moved)["100", "2016-12"] == "not_reported"


def test_without_any_report_there_is_nothing_to_compare():
    assert reported.compared(told(EXITS), reports(), as_of="2016-12-31").empty


@pytest.mark.parametrize("as_of", ["2016-12-31", "2017-12-31"])
def test_exactly_the_planted_differences_are_found(as_of):
    key = pd.read_csv(paths.DEMO / "planted_exits.csv", dtype="str")
    key = key[(key["topic"] == "reported") & (key["date"] <= as_of)]
    found = reported.compared(demo(as_of), load.reported_exits("demo", as_of=as_of), as_of=as_of)
    off = found[found["report_state"] != "agrees"]
    assert set(zip(off["report_state"], off["township_code"], off["period"], strict=True)) == set(
        zip(key["kind"], key["township_code"], key["date"].str[:7], strict=True)
    )
    assert len(off) == len(key) >= 4
    assert len(found) > len(off)


def test_rows_behind_the_table_add_up_to_it():
    data = load.reported_exits("demo", as_of="2016-12-31")
    rows, found = reported.rows_of_both(demo("2016-12-31"), data), reported.compared(demo("2016-12-31"), data, as_of="2016-12-31")
    added = rows.groupby(["township_code", "period"])[["signed_households", "signed_persons"]].sum()
    table = found.set_index(["township_code", "period"])
    assert (added["signed_persons"] == table["difference_persons"]).all()
    assert reported.differing_first(found)["report_state"].iloc[0] != "agrees"
