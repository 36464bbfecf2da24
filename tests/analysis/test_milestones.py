"""Steps scheduled backwards: what is due, done in time or late, overdue, worked by hand."""

import pandas as pd
import pytest
from analysis.samples import drawn, events, households, plans
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tuopin_analysis import rules_sections
from tuopin_analysis.analysis import milestones

DAYS = {"measure": 100, "review": 20, "notice": 8}


def measures(rows):
    frame = pd.DataFrame(rows, columns=["household_id", "start_date"])
    return frame.astype({"household_id": "str", "start_date": "datetime64[us]"})


def exited(rows):
    """Exits: household, day, review and notice."""
    frame = events([(home, "exit", day, None) for home, day, *_ in rows])
    steps = pd.DataFrame([row[2:] for row in rows], columns=["review_date", "notice_start_date"]).astype("datetime64[us]")
    return frame.join(steps)


@pytest.fixture
def homes():
    return households([(f"h{n}", n + 1) for n in range(5)], "household_id size")


@pytest.fixture
def given_frames(homes):
    """h0 all in time, h1 all late, h2 not out and overdue, h3 still ahead, h4 without a plan."""
    planned = plans({"h0": "2016-06-30", "h1": "2016-06-30", "h2": "2016-06-30", "h3": "2016-10-31"})
    helped = measures([("h0", "2016-03-22"), ("h0", "2016-05-01"), ("h1", "2016-03-23"), ("h3", "2016-06-01")])
    left = exited([("h0", "2016-06-29", "2016-06-10", "2016-06-22"), ("h1", "2016-07-20", "2016-06-11", "2016-06-23")])
    return homes, planned, left, helped


def counted(frames, as_of, days=None):
    return milestones.by_step(*frames, as_of=as_of, days_before=days or DAYS).set_index("milestone")


def test_each_step_is_in_one_state(given_frames):
    table = counted(given_frames, "2016-07-31")
    names = [f"{state}_households" for state in milestones.STATES]
    assert table.loc["measure", names].tolist() == [2, 1, 0, 1, 0]  # due on 22 March; h3's, of 1 June, before its 23 July
    assert table.loc["review", names].tolist() == [1, 1, 0, 1, 1]
    assert table.loc["notice", names].tolist() == [1, 1, 0, 1, 1]


def test_the_due_day_itself_is_in_time_and_counts_as_due(given_frames):
    table = counted(given_frames, "2016-06-10")  # the review's due day; no exit is on record yet
    assert table.loc["review", ["in_time_households", "step_overdue_households"]].tolist() == [0, 3]
    assert counted(given_frames, "2016-06-09").loc["review", ["step_overdue_households", "upcoming_households"]].tolist() == [
        0,
        4,
    ]


def test_who_is_out_without_the_step_has_it_unrecorded_not_overdue(homes):
    planned = plans({"h0": "2016-06-30", "h1": "2016-06-30"})
    left = exited([("h0", "2016-06-29", None, "2016-06-22"), ("h1", "2016-06-29", "2016-06-01", "2016-06-22")])
    row = counted((homes, planned, left, measures([])), "2016-12-31", {"review": 20}).loc["review"]
    assert row[["in_time_households", "unrecorded_households", "step_overdue_households"]].tolist() == [1, 1, 0]


def test_what_nobody_recorded_is_missing_not_nought(given_frames):
    homes, planned, left, helped = given_frames
    states = [f"{state}_households" for state in milestones.STATES]
    table = counted((homes, planned, left.drop(columns="review_date"), helped.iloc[:0]), "2016-07-31")
    assert table.loc[["measure", "review"], states].isna().all(axis=None)
    assert table.loc["notice", states].notna().all()


def test_the_list_names_the_first_step_overdue_and_how_late_it_is(given_frames):
    table = milestones.overdue(*given_frames, as_of="2016-07-31", days_before=DAYS)
    assert table["household_id"].tolist() == ["h2"]
    row = table.iloc[0]
    assert row[["milestone", "days_overdue", "overdue_steps"]].tolist() == ["measure", 131, 3]
    assert str(row["due_date"].date()) == "2016-03-22"
    assert (row["persons"], str(row["planned_exit_date"].date())) == (3, "2016-06-30")
    later = milestones.overdue(*given_frames, as_of="2016-10-11", days_before=DAYS).set_index("household_id")
    assert later.loc["h3", ["milestone", "days_overdue", "overdue_steps"]].tolist() == ["review", 0, 1]
    assert later.index.tolist() == ["h2", "h3"], "the longest overdue first"


def test_the_list_is_empty_but_whole_when_nothing_is_overdue(given_frames):
    table = milestones.overdue(*given_frames, as_of="2016-01-31", days_before=DAYS)
    assert table.empty
    assert table.columns[0] == "household_id"
    assert str(table["due_date"].dtype) == "datetime64[us]"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.dates(pd.Timestamp("2016-01-01").date(), pd.Timestamp("2017-12-31").date()))
def test_states_add_up_and_the_list_has_all_that_is_overdue(seed, as_of):
    register = drawn(seed, 60)
    left = register["events"]
    steps = left.assign(review_date=left["event_date"] - pd.Timedelta(days=25), notice_start_date=left["event_date"])
    begun = register["plans"].rename(columns={"planned_exit_date": "start_date"}).iloc[::2]
    frames = (register["households"], register["plans"], steps[steps["event_date"] <= pd.Timestamp(as_of)], begun)
    table = counted(frames, as_of)
    states = table[[f"{state}_households" for state in milestones.STATES]]
    known = states.notna().all(axis=1)
    assert (states[known].sum(axis=1) == table.loc[known, "households"]).all()
    listed = milestones.overdue(*frames, as_of=as_of, days_before=DAYS)
    assert listed["overdue_steps"].sum() == states["step_overdue_households"].sum()
    assert (listed["days_overdue"] >= 0).all()


@pytest.mark.parametrize("days", [{}, {"dance": 3}, {"review": -1}])
def test_a_rule_set_names_known_steps_and_days_that_lie_before(days):
    forecast = {"simulations": 100, "seed": 1, "horizon_months": 1, "interval": 0.8, "surely": 0.9}
    with pytest.raises(ValidationError, match="days_before"):
        rules_sections.Timetable(days_before=days, income_growth_most="0.5", forecast=forecast)


def test_the_shipped_rules_know_every_step():
    assert tuple(milestones.RECORDED) == rules_sections.MILESTONES
