"""Households to watch: each reason by hand, and who is listed."""

import pandas as pd
import pytest
from analysis.samples import RULES
from analysis.test_dynamics import events, homes, told

from tuopin_analysis.analysis import near_line
from tuopin_analysis.rules_sections import Dynamics

SETTINGS = RULES.part(Dynamics)
OUT = [(number, "exit", "2016-06-30") for number in "abcd"]


def watched(incomes=(9000.0, 9000.0, 9000.0, 9000.0), members=(), running=(), moved=OUT, **further):
    register = homes().assign(income_per_person_yuan=2000.0, income_transfer_yuan=0.0, income_total_yuan=8000.0)
    unknown = {"monitor_kind": pd.Series([None] * 4, dtype="str"), "is_risk_removed": pd.array([None] * 4, dtype="boolean")}
    register = register.assign(**unknown)
    told_of = events(*moved).assign(event_income_per_person_yuan=[*incomes, *[9000.0] * (len(moved) - 4)])
    people = pd.DataFrame(list(members), columns=["household_id", "health", "labour_skill"]).astype("str")
    measures = pd.DataFrame(list(running), columns=["household_id", "start_date", "end_date"])
    measures = measures.astype({"household_id": "str", "start_date": "datetime64[us]", "end_date": "datetime64[us]"})
    given = {"as_of": "2016-12-31", "line_yuan": 2855, "near": RULES.near_line, "settings": SETTINGS} | further
    return near_line.watched(told(moved), register.assign(**given.pop("register", {})), people, told_of, measures, **given)


def reasons(found):
    return dict(zip(found["household_id"], found["risk_reasons"].fillna(""), strict=True))


def test_the_line_and_what_is_near_it_to_the_cent():
    """1.1 times 2,855 yuan is 3,140.50, which is not near any more."""
    found = watched((2854.99, 2855.0, 3140.49, 3140.5))
    assert reasons(found) == {"a": "below_line", "b": "near_line", "c": "near_line", "d": ""}
    assert found["is_listed"].tolist() == [True, True, True, False]
    assert reasons(watched((2854.99, 2855.0, 3140.49, 3140.5), near=None))["b"] == ""


def test_reasons_of_members_measures_and_income():
    members = [
        ("a", "serious_illness;disabled", "no_labour"),
        ("a", None, "lost_labour"),
        ("b", "healthy", "partial_labour"),
        ("c", None, None),
    ]
    running = [("a", "2016-02-01", "2016-12-31"), ("b", "2016-02-01", "2017-01-01"), ("c", "2016-02-01", None)]
    found = watched(members=members, running=running, register={"income_transfer_yuan": [4800.0, 4799.0, 0.0, 0.0]})
    assert reasons(found) == {"a": "serious_illness;no_labour;transfer_income;measure_ended", "b": "", "c": "", "d": ""}
    assert found["number_of_reasons"].tolist() == [4, 0, 0, 0]
    assert found["is_listed"].tolist() == [True, False, False, False]


def test_who_fell_back_before_and_is_out_again_is_listed_and_who_is_poor_is_not():
    moved = [*OUT, ("a", "relapse", "2016-07-31"), ("a", "exit", "2016-09-30"), ("b", "relapse", "2016-07-31")]
    found = watched(moved=moved)
    assert reasons(found) == {"a": "relapsed_before", "c": "", "d": ""}
    assert found["is_listed"].tolist() == [True, False, False]


def test_monitoring_whose_risk_is_removed_is_over():
    further = {"monitor_kind": pd.Series(["unstable", "unstable", None, None], dtype="str"),
               "is_risk_removed": pd.array([None, True, None, None], dtype="boolean")}  # fmt: skip
    assert reasons(watched(register=further)) == {"a": "under_monitoring", "b": "", "c": "", "d": ""}


def test_tables_add_up():
    found = watched((2000.0, 2900.0, 9000.0, 9000.0))
    assert near_line.by_reason(found).head(2).to_numpy().tolist() == [["below_line", 1, 3], ["near_line", 1, 2]]
    places = near_line.by_place(found)
    assert places[["out_households", "out_persons", "listed_households", "listed_persons"]].to_numpy().tolist() == [
        [2, 5, 2, 5],
        [2, 5, 0, 0],
    ]
    assert places["share_listed"].tolist() == [1, 0]
    assert near_line.listed(found)["household_id"].tolist() == ["a", "b"]
    assert near_line.listed(found, "130123103").empty
    assert len(near_line.reasons(found)) == found["number_of_reasons"].sum()


def test_the_income_is_that_of_the_last_exit_else_as_registered():
    assert watched((5000.0, None, 9000.0, 9000.0))["last_income_yuan"].tolist() == [5000, 2000, 9000, 9000]


@pytest.mark.parametrize("reason", near_line.REASONS)
def test_every_reason_has_words(reason):
    from tuopin_analysis.register import dictionary

    assert dictionary.value_label("risk_reasons", reason, "en") != reason
