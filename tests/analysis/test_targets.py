from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from analysis.samples import RULES, drawn, events, households, plans
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis.analysis import exits, targets
from tuopin_analysis.errors import InputError
from tuopin_analysis.rules import Target

COURSE = {"baseline": "2016-01-01", "targets": RULES.targets, "settings": RULES.progress, "rounding": "up"}
TEN = [(f"h{n}", size) for n, size in enumerate([1, 2, 3, 4, 5])]  # 5 households, 15 persons; 40 %: 6 persons, 2 households


@pytest.fixture
def homes():
    return households(TEN, "household_id size")


def progress(homes, planned, happened, as_of, **changed) -> pd.DataFrame:
    return targets.progress(homes, plans(planned), events(happened), as_of=as_of, **COURSE | changed).set_index("period")


def place(homes, planned, happened, as_of, **changed) -> pd.Series:
    return targets.by_place(homes, plans(planned), events(happened), as_of=as_of, **COURSE | changed).iloc[0]


def out(household, day, income=None):
    return (household, "exit", day, income)


def back(household, day):
    return (household, "relapse", day, None)


def test_months_from_the_baseline_to_the_last_target(homes):
    table = progress(homes, {}, [], "2016-06-30")
    assert table.index[[0, -1]].tolist() == ["2016-01", "2017-12"]
    assert len(table) == 24


def test_out_and_back_and_out_again_counts_once(homes):
    table = progress(homes, {}, [out("h2", "2016-02-10"), back("h2", "2016-04-05"), out("h2", "2016-06-01")], "2016-06-30")
    assert table["actual_persons"].iloc[:6].tolist() == [0, 3, 3, 0, 0, 3]
    assert table["actual_households"].iloc[:6].tolist() == [0, 1, 1, 0, 0, 1]


def test_an_exit_on_as_of_counts_and_one_after_it_does_not(homes):
    happened = [out("h1", "2016-06-15"), out("h4", "2016-06-16")]
    assert progress(homes, {}, happened, "2016-06-15").loc["2016-06", "actual_persons"] == 2
    assert progress(homes, {}, happened, "2016-06-14").loc["2016-06", "actual_persons"] == 0
    assert progress(homes, {}, happened, "2016-06-30").loc["2016-06", "actual_persons"] == 7


def test_months_after_as_of_are_planned_but_not_known(homes):
    table = progress(homes, {"h1": "2016-07-31"}, [out("h1", "2016-05-01")], "2016-06-15")
    later = table.loc["2016-07":]
    assert (
        later[["actual_persons", "actual_households", "share_actual", "share_actual_households", "status"]].isna().all(axis=None)
    )
    assert later["planned_persons"].tolist() == [2] * 18
    assert table.loc["2016-07", "share_planned"] == 2 / 15
    assert table.loc["2016-07", "share_planned_households"] == 1 / 5


def test_status_against_the_plan_with_an_exact_limit():
    homes = households([(f"h{n}",) for n in range(50)], "household_id")  # one exit is 2 %, just what on_course allows
    planned = {f"h{n}": "2016-01-31" for n in range(20)}
    for number, status in ((18, "behind"), (19, "on_course"), (20, "on_course"), (21, "on_course"), (22, "ahead")):
        happened = [out(f"h{n}", "2016-01-20") for n in range(number)]
        assert progress(homes, planned, happened, "2016-02-29").loc["2016-01", "status"] == status


def test_in_the_month_of_as_of_the_status_compares_with_the_plan_up_to_that_day(homes):
    row = progress(homes, {"h4": "2016-06-30"}, [], "2016-06-29").loc["2016-06"]
    assert (row["planned_persons"], row["status"]) == (5, "on_course")
    assert progress(homes, {"h4": "2016-06-30"}, [], "2016-06-30").loc["2016-06", "status"] == "behind"


def test_a_target_is_met_by_persons_on_its_day():
    homes = households([(f"h{n}",) for n in range(3654)], "household_id")
    for number, met in ((1461, False), (1462, True)):
        happened = [out(f"h{n}", "2016-12-31") for n in range(number)]
        table = progress(homes, {}, happened, "2016-12-31")
        assert table.loc["2016-12", ["target_persons", "actual_persons", "is_met"]].tolist() == [1462, number, met]
        assert table["is_met"].notna().sum() == 1
    assert pd.isna(progress(homes, {}, happened, "2016-12-30").loc["2016-12", "is_met"]), "not yet due"


def test_numbers_due_stand_in_the_months_of_the_targets(homes):
    table = progress(homes, {}, [], "2016-06-30")
    assert table["target_persons"].dropna().to_dict() == {"2016-12": 6, "2017-12": 15}
    assert table["target_households"].dropna().to_dict() == {"2016-12": 2, "2017-12": 5}


def test_is_met_looks_at_the_targets_day_and_not_at_the_months_end(homes):
    aims = [Target(by=date(2016, 2, 10), share=Decimal("0.40"))]
    table = progress(homes, {}, [out("h4", "2016-02-01"), out("h3", "2016-02-11")], "2016-03-31", targets=aims)
    assert table.loc["2016-02", ["target_persons", "actual_persons", "is_met"]].tolist() == [6, 9, False]


def test_a_townships_target_can_be_its_part_of_the_countys():
    county = households([(f"h{n}", "ab"[n % 2], "AB"[n % 2]) for n in range(6)], "household_id township_code township")
    due = targets.place_targets(
        county, targets=RULES.targets, rounding="up"
    )  # 3 of 6: 2 to a, 1 to b; alone, b would need 2 of 3
    mine = county.query("township_code == 'b'")
    assert progress(mine, {}, [], "2016-06-30").loc["2016-12", "target_persons"] == 2
    assert progress(mine, {}, [], "2016-06-30", due=due[due["township_code"] == "b"]).loc["2016-12", "target_persons"] == 1
    both = targets.by_place(county, plans({}), events([]), as_of="2016-06-30", **COURSE)
    assert both["target_persons"].tolist() == [2, 1]
    assert place(mine, {}, [], "2016-06-30", due=due[due["township_code"] == "b"])["target_persons"] == 1


def test_events_that_do_not_alternate_are_refused(homes):
    with pytest.raises(InputError, match="do not alternate"):
        progress(homes, {}, [back("h1", "2016-02-01")], "2016-06-30")
    with pytest.raises(InputError, match="do not alternate"):
        progress(homes.iloc[:1], {}, [out("h0", "2016-02-01"), out("h0", "2016-03-01")], "2016-06-30")


def test_changes_of_other_households_do_not_count(homes):
    table = progress(homes, {"x": "2016-01-31"}, [out("x", "2016-01-31")], "2016-06-30")
    assert table[["planned_persons", "actual_persons"]].sum().tolist() == [0, 0]


def test_a_place_on_a_day_by_hand(homes):
    planned = {"h0": "2016-03-31", "h1": "2016-06-30", "h2": "2016-12-31", "h3": "2016-09-30"}
    row = place(homes, planned, [out("h1", "2016-06-01"), out("h2", "2016-06-10")], "2016-06-30")
    assert row[["households", "persons", "target_persons", "target_households"]].tolist() == [5, 15, 6, 2]
    assert row[["planned_to_date_persons", "planned_to_date_households"]].tolist() == [3, 2]
    assert row[["actual_persons", "actual_households", "remaining_persons", "remaining_households"]].tolist() == [5, 2, 10, 3]
    assert row[["share_planned", "share_actual", "status"]].tolist() == [3 / 15, 5 / 15, "ahead"]
    assert row[["still_needed_persons", "months_left", "needed_persons_per_month"]].tolist() == [1, 6.0, 1 / 6]
    assert row["achieved_persons_per_month"] == 5 / 6
    assert row[["early_exit_households", "overdue_households", "is_rash"]].tolist() == [1, 1, True]
    assert pd.isna(row["bunched_share"]), "before the target's last month"


def test_the_target_due_turns_over_after_its_day(homes):
    assert place(homes, {}, [], "2016-12-31")["target_persons"] == 6
    assert place(homes, {}, [], "2016-12-31")["months_left"] == 0
    assert pd.isna(place(homes, {}, [], "2016-12-31")["needed_persons_per_month"]), "no rate can be had in no time"
    after = place(homes, {}, [], "2017-01-01")
    assert (after["target_persons"], after["months_left"]) == (15, pytest.approx(12 - 1 / 31))
    assert place(homes, {}, [], "2018-02-03")["target_persons"] == 15


def test_more_than_the_target_needs_no_more(homes):
    row = place(homes, {}, [out("h4", "2016-01-05"), out("h3", "2016-01-05")], "2016-12-31")
    assert row[["still_needed_persons", "needed_persons_per_month"]].tolist() == [0, 0.0]


def test_early_and_bunched_exits_are_rash_from_the_thresholds_on(homes):
    ninety, eighty_nine = {"h1": "2016-05-01"}, {"h1": "2016-04-30"}
    happened = [out("h1", "2016-02-01")]
    assert place(homes, ninety, happened, "2016-06-30")[["early_exit_households", "is_rash"]].tolist() == [1, True]
    assert place(homes, eighty_nine, happened, "2016-06-30")[["early_exit_households", "is_rash"]].tolist() == [0, False]
    december = [out("h1", "2016-11-30"), out("h2", "2016-12-01")]
    assert place(homes, {}, december, "2016-12-31")[["bunched_share", "is_rash"]].tolist() == [0.5, True]
    one_of_three = [*december, out("h3", "2016-03-01")]
    row = place(homes, {}, one_of_three, "2016-12-31")
    assert (row["bunched_share"], row["is_rash"]) == (pytest.approx(1 / 3), False)
    assert pd.isna(place(homes, {}, [], "2016-12-31")["bunched_share"]), "no exits at all"


def test_one_early_exit_among_many_is_not_rash(homes):
    happened, planned = [out("h1", "2016-02-01")], {"h1": "2016-12-31"}
    for share, rash in ((0.2, True), (0.21, False)):
        row = place(
            homes, planned, happened, "2016-06-30", settings=RULES.progress.model_copy(update={"rash_early_share": share})
        )
        assert (row["early_exit_households"], bool(row["is_rash"])) == (1, rash)


def test_exits_of_an_earlier_target_period_are_not_bunched_with_the_next(homes):
    happened = [out("h1", "2016-12-31"), out("h2", "2017-12-31"), out("h3", "2017-05-31"), out("h4", "2017-06-01")]
    assert place(homes, {}, happened, "2017-12-31")["bunched_share"] == pytest.approx(1 / 3)


def test_a_household_that_left_early_twice_is_one_early_household(homes):
    happened = [out("h1", "2016-01-05"), back("h1", "2016-02-05"), out("h1", "2016-03-05")]
    assert place(homes, {"h1": "2017-12-31"}, happened, "2016-12-31")["early_exit_households"] == 1


def test_delays_by_class(homes):
    planned = {"h0": "2016-12-31", "h1": "2016-12-01", "h2": "2016-11-30", "h3": "2016-01-01", "h4": "2017-01-01"}
    table = targets.delays(homes, plans(planned), events([]), as_of="2016-12-31")
    assert table.to_numpy().tolist() == [["0-30", 2, 3], ["31-90", 1, 3], ["91-180", 0, 0], ["181+", 1, 4]]
    table = targets.delays(homes, plans(planned), events([out("h3", "2016-12-31")]), as_of="2016-12-31")
    assert table["households"].tolist() == [2, 1, 0, 0]


def test_signs_of_haste(homes):
    happened = [
        out("h0", "2016-02-01", 2854.99),
        out("h1", "2016-02-01", 2855),
        out("h2", "2016-02-01"),
        out("h3", "2016-09-01", 1),
    ]
    table = targets.rash(
        homes, plans({"h1": "2016-12-31"}), events(happened), as_of="2016-08-31", settings=RULES.progress, line_yuan=2855
    )
    assert table.to_numpy().tolist() == [["early_exit", 1, 2], ["exit_below_line", 1, 1], ["exit_without_income", 1, 3]]


def test_the_full_allowance_is_above_the_poverty_line():
    rows = [
        ("allowance", 4000, 1),
        ("allowance", 3999, 2),
        ("allowance_only", 2854, 3),
        ("allowance", None, 4),
        ("general", 1, 5),
    ]
    table = targets.allowance_above_line(households(rows, "attribute income_per_person_yuan size"), 2855, 4000)
    assert table.drop(columns="is_income_poor").to_numpy().tolist() == [
        ["below_line", 1, 3],
        ["below_allowance", 1, 2],
        ["allowance_or_more", 1, 1],
        ["unknown", 1, 4],
    ]
    assert table["is_income_poor"].iloc[:3].tolist() == [True, False, False]
    assert pd.isna(table["is_income_poor"].iloc[3])


def test_day_numbers_are_those_of_the_calendar():
    days = pd.date_range("1999-12-28", "2028-03-02", freq="D")
    frame = exits.counts.lazy(pd.DataFrame({"day": days})).select(number=exits.day_number("day"))
    assert frame.collect().to_pandas()["number"].tolist() == [day.toordinal() for day in days]


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.dates(date(2016, 1, 1), date(2017, 12, 31)))
def test_places_add_up_to_the_county_and_to_what_each_household_did(seed, as_of):
    register = drawn(seed, 40)
    frames = register["households"], register["plans"], register["events"]
    table = targets.by_place(*frames, as_of=as_of, **COURSE)
    month = targets.progress(*frames, as_of=as_of, **COURSE).set_index("period").loc[f"{as_of:%Y-%m}"]
    happened = register["events"][register["events"]["event_date"] <= np.datetime64(as_of)]
    last = (
        happened.sort_values("event_date").drop_duplicates("household_id", keep="last").query("event == 'exit'")["household_id"]
    )
    stayed = ~register["households"]["household_id"].isin(last)
    for unit in ("households", "persons"):
        assert table[f"actual_{unit}"].sum() == month[f"actual_{unit}"]
        assert (table[f"actual_{unit}"] + table[f"remaining_{unit}"] == table[unit]).all()
    assert table["remaining_households"].sum() == stayed.sum()
    assert table["remaining_persons"].sum() == register["households"].loc[stayed, "size"].sum()
    late = targets.delays(*frames, as_of=as_of)
    assert late["households"].sum() == table["overdue_households"].sum()


def test_where_every_target_lies_before_the_baseline_months_go_on_without_one(homes):
    table = progress(homes, {}, [out("h1", "2018-02-10")], "2018-03-31", baseline="2018-01-01")
    assert table.index.tolist() == ["2018-01", "2018-02", "2018-03"]
    assert table["actual_persons"].tolist() == [0, 2, 2]
    assert table["target_persons"].isna().all()
    assert table["is_met"].isna().all()


def test_without_any_plan_what_rests_on_plans_is_missing_not_nought(homes):
    table = progress(homes, {}, [out("h1", "2016-02-10")], "2016-06-30")
    assert table[["planned_persons", "planned_households", "share_planned", "status"]].isna().all(axis=None)
    row = place(homes, {}, [out("h1", "2016-02-10")], "2016-06-30")
    assert row[["planned_to_date_persons", "early_exit_households", "overdue_households", "status"]].isna().all()
    assert row["actual_persons"] == 2
    assert targets.delays(homes, plans({}), events([]), as_of="2016-06-30")["households"].isna().all()


def test_bunching_is_missing_where_days_of_exit_are_not_known(homes):
    happened = events([out("h1", "2016-12-31"), out("h2", "2016-12-31")])
    course = COURSE | {"as_of": "2016-12-31"}
    known = targets.by_place(homes, plans({}), happened.assign(is_day_known=True), **course).iloc[0]
    unknown = targets.by_place(homes, plans({}), happened.assign(is_day_known=False), **course).iloc[0]
    assert (known["bunched_share"], bool(known["is_rash"])) == (1.0, True)
    assert pd.isna(unknown["bunched_share"])
    assert not unknown["is_rash"]
