"""Plans by level: cases worked by hand, and sums that hold whatever the register."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from analysis.samples import RULES, county, drawn, households, plans
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis.analysis import targets, timetable
from tuopin_analysis.rules import Target

GOALS = {"targets": RULES.targets, "rounding": "up"}
COUNTS = ["households", "persons", "all_planned_households", "unplanned_households", "planned_households", "planned_persons"]


@pytest.fixture
def homes():
    """Two townships, three villages, 10 persons."""
    rows = [("a", "A", "a1", "甲", 1), ("a", "A", "a1", "甲", 2), ("a", "A", "a2", "乙", 3), ("b", "B", "b1", "丙", 4)]
    return households(rows, "township_code township village_code village size").assign(household_id=["h1", "h2", "h3", "h4"])


def test_what_each_place_plans_by_each_target_and_where_it_falls_short(homes):
    planned = plans({"h1": "2016-12-31", "h3": "2017-01-01", "h4": "2018-01-01"})
    table = timetable.plans(homes, planned, **GOALS).set_index(["township_code", "target_date"])
    first, last = pd.Timestamp("2016-12-31"), pd.Timestamp("2017-12-31")
    names = ["planned_households", "planned_persons", "target_persons", "shortfall_persons"]
    assert table.loc[("a", first), names].tolist() == [1, 1, 2, 1]  # 40 % of 10 persons: 4, of which 6/10 and 4/10
    assert table.loc[("b", first), names].tolist() == [0, 0, 2, 2]
    assert table.loc[("a", last), names].tolist() == [2, 4, 6, 2]
    assert table.loc[("b", last), names].tolist() == [0, 0, 4, 4]
    assert table.loc["a", ["all_planned_households", "unplanned_households"]].to_numpy().tolist() == [[2, 1]] * 2
    assert table.loc["b", ["all_planned_households", "unplanned_households"]].to_numpy().tolist() == [[1, 0]] * 2


def test_a_surplus_is_no_negative_shortfall(homes):
    table = timetable.plans(homes, plans(dict.fromkeys(["h1", "h2", "h3", "h4"], "2016-01-31")), **GOALS)
    assert table["shortfall_persons"].tolist() == [0, 0, 0, 0]
    assert table["planned_persons"].tolist() == [6, 4, 6, 4]


def test_plans_of_households_that_are_not_registered_count_nowhere(homes):
    table = timetable.plans(homes, plans({"h1": "2016-12-31", "stranger": "2016-12-31"}), **GOALS)
    assert table["all_planned_households"].sum() == 2  # once for each target
    assert timetable.levels(homes, plans({"stranger": "2016-12-31"}))["all_planned_households"].tolist() == [0] * 4


def test_a_plan_without_a_day_is_no_plan(homes):
    assert timetable.levels(homes, plans({"h1": None}))["all_planned_households"].tolist() == [0] * 4


def test_every_level_comes_to_the_same(homes):
    table = timetable.levels(homes, plans({"h1": "2016-12-31", "h4": "2017-06-30"}))
    assert table["level"].tolist() == ["county", "township", "village", "household"]
    assert table["number"].tolist() == [1, 2, 3, 4]
    assert table["all_planned_persons"].tolist() == [5] * 4
    assert timetable.levels(homes, plans({}), top="township")["level"].tolist() == ["township", "village", "household"]


def test_a_village_in_two_townships_is_told(homes):
    moved = homes.assign(village_code=["a1", "a1", "b1", "b1"])
    assert timetable.levels(moved, plans({}))["split_number"].tolist() == [0, 0, 1, 0]
    assert timetable.levels(moved, plans({}))["number"].tolist() == [1, 2, 2, 4]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 60), st.sampled_from(["0.25", "0.40", "0.997"]))
def test_villages_add_up_to_their_township_and_townships_to_the_county(seed, number, share):
    register = drawn(seed, number)
    goals = {"targets": [Target(by=date(2016, 9, 30), share=Decimal(share)), *RULES.targets[1:]], "rounding": "up"}
    homes, planned = register["households"], register["plans"]
    whole = timetable.plans(homes, planned, **goals)
    levels = timetable.levels(homes, planned)
    for name in ["households", "persons", "all_planned_households", "all_planned_persons"]:
        assert (levels[name] == levels[name].iloc[0]).all()
    due = targets.place_targets(homes, **goals)
    for code in homes["township_code"].unique():
        own = homes[homes["township_code"] == code]
        below = timetable.plans(own, planned, by="village_code", due=due[due["township_code"] == code], **goals)
        for day, rows in below.groupby("target_date"):
            row = whole[(whole["township_code"] == code) & (whole["target_date"] == day)].iloc[0]
            assert rows[[*COUNTS, "target_persons"]].sum().tolist() == row[[*COUNTS, "target_persons"]].tolist()
    for target in goals["targets"]:
        rows = whole[whole["target_date"] == pd.Timestamp(target.by)]
        by_hand = planned[(planned["planned_exit_date"] <= pd.Timestamp(target.by))]["household_id"]
        assert rows["planned_persons"].sum() == homes.loc[homes["household_id"].isin(by_hand), "size"].sum()
        assert rows["target_persons"].sum() == targets.target_number(int(homes["size"].sum()), target.share, "up")


def test_the_published_totals_without_a_plan():
    table = timetable.plans(county(), plans({}), **GOALS)
    last = table[table["target_date"] == pd.Timestamp("2017-12-31")]
    assert last["shortfall_persons"].sum() == 3654
    assert last["unplanned_households"].sum() == 1695


def test_what_is_left_by_month():
    progress = pd.DataFrame({"period": ["2016-11", "2016-12"], "planned_persons": [3, 5], "actual_persons": [2, None],
                             "target_persons": [None, 4]})  # fmt: skip
    table = timetable.burn_down(progress, 10, RULES.targets)
    assert table["remaining_planned_persons"].tolist() == [7, 5]
    assert table["remaining_persons"].isna().tolist() == [False, True]
    assert table["remaining_target_persons"].iloc[1] == 6
    assert table["target_share"].iloc[1] == 0.4
    assert pd.isna(table["target_share"].iloc[0])
