"""Signs of lag and rush: hand-worked cases, and the plans planted in the demonstration register, with false alarms counted."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from analysis.samples import RULES, events, households, plans

from tuopin_analysis import paths
from tuopin_analysis.analysis import signs
from tuopin_analysis.register import load
from tuopin_analysis.rules import Target
from tuopin_analysis.rules_sections import Timetable

SETTINGS = RULES.part(Timetable)
COURSE = {"baseline": "2016-01-01", "targets": RULES.targets, "settings": RULES.progress, "timetable": SETTINGS}


def measures(rows):
    frame = pd.DataFrame(rows, columns=["household_id", "start_date"])
    return frame.astype({"household_id": "str", "start_date": "datetime64[us]"})


def table(rows, planned, happened, helped, as_of="2016-12-31", **changed):
    homes = households(rows, "household_id size income_per_person_yuan")
    frames = (homes, plans(planned), events(happened), measures(helped))
    return signs.table(*frames, as_of=as_of, **COURSE | changed).set_index("sign")["households"]


def out(household, day, income=None):
    return (household, "exit", day, income)


HELP = [("a", "2016-01-01"), ("b", "2016-01-01")]


def test_overdue_exits_and_steps_do_not_overlap():
    found = table(
        [("a", 1, 2000), ("b", 1, 2000)], {"a": "2016-12-31", "b": "2017-01-31"}, [out("c", "2016-05-01")], [("c", "2016-01-01")]
    )
    assert found["overdue_exit"] == 1
    assert found["overdue_step"] == 1  # b's first measure was due 180 days before 31 January 2017


@pytest.mark.parametrize(
    ("income", "day", "sign"), [(3000, "2016-12-30", 0), (3000.01, "2016-12-30", 1), (3990, "2017-12-31", 0)]
)
def test_income_grows_no_faster_than_the_limit_a_year(income, day, sign):
    """From 2,000 yuan, half of it a year: 3,000 within the first year; 730 days from the baseline allow up to 4,000."""
    found = table([("a", 1, 2000)], {"a": day}, [out("a", day, income)], HELP, as_of="2017-12-31")
    assert found["fast_income"] == sign


@pytest.mark.parametrize("registered", [None, 0, -100])
def test_growth_from_nothing_cannot_be_told(registered):
    assert table([("a", 1, registered)], {"a": "2016-12-31"}, [out("a", "2016-06-30", 3000)], HELP)["fast_income"] == 0


def test_the_limit_is_a_rule():
    slow = SETTINGS.model_copy(update={"income_growth_most": Decimal("0.1")})
    happened = [out("a", "2016-06-30", 2300)]
    assert table([("a", 1, 2000)], {"a": "2016-12-31"}, happened, HELP)["fast_income"] == 0
    assert table([("a", 1, 2000)], {"a": "2016-12-31"}, happened, HELP, timetable=slow)["fast_income"] == 1


def test_exits_are_bunched_where_half_of_a_townships_lie_in_the_last_month():
    homes = [(name, 1, 2000) for name in "abcd"]
    happened = [out("a", "2016-12-01"), out("b", "2016-12-31"), out("c", "2016-11-30"), out("d", "2016-06-01")]
    assert table(homes, {}, happened, HELP)["bunched_exit"] == 2
    assert table(homes, {}, [*happened[1:]], HELP)["bunched_exit"] == 0, "one of three"
    assert pd.isna(table(homes, {}, happened[2:], HELP, as_of="2016-11-30")["bunched_exit"]), "the month has not begun"


def test_a_measure_on_the_planned_day_is_not_too_late():
    found = table([("a", 1, 2000), ("b", 1, 2000), ("c", 1, 2000)], dict.fromkeys("abc", "2016-06-30"), [],
                  [("a", "2016-06-30"), ("b", "2016-07-01"), ("x", "2016-01-01")])  # fmt: skip
    assert found["before_measure"] == 2  # b a day late, c never
    early = table([("a", 1, 2000)], {"a": "2017-06-30"}, [], [("x", "2016-01-01")])
    assert early["before_measure"] == 0, "the planned day is still ahead"


def test_what_cannot_be_told_is_missing_not_nought():
    nothing = table([("a", 1, 2000)], {}, [], [])
    assert nothing[["overdue_exit", "overdue_step", "early_exit", "before_measure"]].isna().all()
    assert nothing[["bunched_exit", "fast_income"]].tolist() == [0, 0]
    assert pd.isna(table([("a", 1, 2000)], {"a": "2016-06-30"}, [], [])["before_measure"])


def test_persons_are_those_of_the_households():
    homes = households([("a", 3, 2000), ("b", 4, 2000)], "household_id size income_per_person_yuan")
    frames = (homes, plans({"a": "2016-06-30", "b": "2016-06-30"}), events([]), measures(HELP))
    found = signs.table(*frames, as_of="2016-12-31", **COURSE).set_index("sign")
    assert found.loc["overdue_exit", ["households", "persons"]].tolist() == [2, 7]
    assert found["tendency"].tolist() == ["lag", "lag", "rush", "rush", "rush", "rush"]


def test_the_planted_plans_before_any_measure_are_found_and_no_others():
    key = pd.read_csv(paths.DEMO / "planted_exits.csv", dtype="str").query("topic == 'plan' and kind == 'before_measure'")
    frames = [read(as_of="2017-12-31") for read in (load.households, load.exit_plans, load.events, load.measures)]
    flagged = signs.flagged(*frames, as_of="2017-12-31", **COURSE).collect().to_pandas()
    found = set(flagged.loc[flagged["before_measure"] == 1, "household_id"])
    planted = set(key["household_id"])
    assert (len(planted), len(planted - found), len(found - planted)) == (27, 0, 0)  # missed, false alarms


def test_the_target_period_decides_which_month_is_the_last():
    goals = [Target(by=date(2016, 6, 30), share=Decimal("1"))]
    homes, happened = [("a", 1, 2000), ("b", 1, 2000)], [out("a", "2016-06-15"), out("b", "2016-12-15")]
    assert table(homes, {}, happened, HELP, targets=goals)["bunched_exit"] == 1
