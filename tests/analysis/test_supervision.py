"""Townships and units side by side, by hand: what counts as in doubt, as a gap, as late; what is missing and what is nought."""

import pandas as pd
import pytest
from analysis.samples import RULES, events, households, plans

from tuopin_analysis.analysis import exits, supervision, supervision_units, targets
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import load
from tuopin_analysis.register.unchecked import empty

DAY = "2016-12-31"
A, B = "130123100", "130123103"
LINES = {2016: 2855.0}
HOMES = [("h1", A, "甲", 2), ("h2", A, "甲", 3), ("h3", B, "乙", 1), ("h4", B, "乙", 4)]
HOW = {"as_of": DAY, "early_days": RULES.progress.rash_early_days}


def frame(table: str, rows: list[dict], *more: str) -> pd.DataFrame:
    """Rows of a table of the register, what is not said missing."""
    shape = empty(table, ["township_code", "unit", *more])
    return pd.DataFrame(rows, columns=list(shape)).astype(dict(shape.dtypes))


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def facts(**given) -> supervision.Facts:
    homes = households(HOMES, "household_id township_code township size")
    found = {
        "plans": plans({"h1": "2016-11-30", "h2": "2016-12-31", "h3": "2017-06-30"}),
        "events": events([("h1", "exit", "2016-06-01", 3000.0), ("h3", "exit", "2016-12-01", 3000.0)]),
        "measures": frame("measures", [{"household_id": "h1", "measure": "health_aid", "start_date": day("2016-02-01")},
                                       {"household_id": "h2", "measure": "industry", "start_date": day("2017-02-01")}]),
        "acceptance": frame("acceptance", [{"household_id": "h1", "acceptance_date": day("2016-05-01"), "has_water": True}]),
        "responsible": frame("responsible", [
            {"household_id": "h1", "unit": "甲单位", "start_date": day("2016-01-05"), "end_date": day("2016-07-01")},
            {"household_id": "h2", "unit": "甲单位", "start_date": day("2016-01-05"), "end_date": day("2016-07-01")},
            {"household_id": "h4", "unit": "乙单位", "start_date": day("2016-01-05")}]),
        "complaints": frame("complaints", [
            {"household_id": "h4", "township_code": B, "unit": "乙单位", "complaint_date": day("2016-03-01")}]),
    }  # fmt: skip
    return supervision.Facts(homes, **found | given)


def table(told: supervision.Facts, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    by_place = targets.by_place(told.households, told.plans, told.events, baseline="2016-01-01", as_of=DAY, targets=RULES.targets,
                                settings=RULES.progress, rounding="up")  # fmt: skip
    read = (
        rows if rows is not None else pd.DataFrame({"township_code": [A], "rows_read": 20, "rows_set_aside": 1, "rows_marked": 2})
    )
    return supervision.table(told, by_place, read, lines=LINES, days=60, **HOW).set_index("township_code")


def test_a_county_by_hand():
    found = table(facts())
    expected = {
        "households": [2, 2], "actual_households": [1, 1], "remaining_households": [1, 1], "early_exit_households": [1, 1],
        "planned_to_date_households": [2, 0], "overdue_households": [1, 0], "with_plan_households": [2, 1],
        "no_plan_households": [0, 1], "no_measure_households": [1, 2],  # that of h2 has not begun
        "no_helper_households": [1, 0],  # h1 is out, so that its helper was released; h2's has left too early
        "upheld_households": [0, 0], "exits_recorded": [1, 1], "doubtful_exits": [0, 0], "complaints_received": [0, 1],
        "complaints_open": [0, 1], "complaints_judged": [0, 1], "complaints_late": [0, 1], "complaints_upheld": [0, 0],
        "rows_read": [20, 0], "rows_doubtful": [3, 0],
    }  # fmt: skip
    assert {name: found[name].tolist() for name in expected} == expected
    assert found["target_reached"].tolist() == [2 / 2, 1 / 2]  # 4 of 10 persons are due, 2 of each township's 5


def doubts(happened: pd.DataFrame, accepted: list[dict] | None = None, lines=LINES) -> list[int]:
    homes = households(HOMES, "household_id township_code township size")
    judged = supervision.exits_judged(homes, happened, frame("acceptance", accepted or []), by="township_code", as_of=DAY,
                                      lines=lines)  # fmt: skip
    found = judged.collect().to_pandas().sort_values("household_id")
    assert (found["exits_recorded"] == 1).all()
    return found["doubtful_exits"].tolist()


def test_an_exit_below_the_line_or_without_an_income_is_in_doubt():
    happened = events([(f"h{n}", "exit", "2016-06-01", income) for n, income in enumerate([2855.0, 2854.99, None, 9000.0], 1)])
    assert doubts(happened) == [0, 1, 1, 0]


def test_an_income_is_held_against_the_line_of_the_exits_year():
    happened = events([("h1", "exit", "2015-12-31", 2900.0), ("h2", "exit", "2016-06-01", 2900.0)])
    assert doubts(happened, lines={2015: 2855.0, 2016: 2952.0}) == [0, 1]
    assert doubts(happened, lines={2016: 2952.0}) == [0, 1], "no line of 2015 is known"


def test_what_is_on_record_of_no_exit_puts_none_in_doubt():
    happened = events([(f"h{n}", "exit", "2016-06-01", None) for n in (1, 2)])
    assert doubts(happened) == [0, 0]
    assert doubts(happened.assign(consent_date=pd.NaT)) == [0, 0]
    assert doubts(happened.assign(consent_date=[day("2016-05-01"), pd.NaT])) == [0, 1]
    assert doubts(happened.assign(notice_start_date=[pd.NaT, day("2016-05-01")])) == [1, 0]


def test_the_last_acceptance_up_to_the_exit_counts():
    happened = events([("h1", "exit", "2016-06-01", 3000.0)])
    no, yes = {"household_id": "h1", "has_housing": False}, {"household_id": "h1", "has_housing": True, "has_water": True}
    first, same_day, later = ({"acceptance_date": day(text)} for text in ("2016-05-01", "2016-06-01", "2016-06-02"))
    assert doubts(happened, [no | first]) == [1]
    assert doubts(happened, [no | first, yes | same_day]) == [0]
    assert doubts(happened, [yes | first, no | later]) == [0]
    assert doubts(happened, [no | later]) == [0]
    assert doubts(happened, [{"household_id": "h1"} | first]) == [0], "not recorded is not denied"


def test_exits_after_the_day_and_relapses_do_not_count():
    happened = events(
        [("h1", "exit", "2016-06-01", 1.0), ("h1", "relapse", "2016-07-01", None), ("h2", "exit", "2017-01-01", 1.0)]
    )
    assert doubts(happened) == [1]


@pytest.mark.parametrize(
    ("received", "closed", "upheld", "expected"),
    [  # open, late, judged, upheld on 2016-12-31, 60 days allowed
        ("2016-11-01", None, None, (1, 0, 0, 0)),
        ("2016-10-31", None, None, (1, 1, 1, 0)),
        ("2016-10-01", "2016-11-30", True, (0, 0, 1, 1)),
        ("2016-10-01", "2016-12-01", True, (0, 1, 1, 1)),
        ("2016-12-01", "2017-01-15", True, (1, 0, 0, 0)),  # nobody knows on that day
        ("2016-12-05", "2016-12-01", False, (0, 0, 1, 0)),  # closed before it came: not late
    ],
)
def test_a_complaint_as_the_day_knew_it(received, closed, upheld, expected):
    row = {
        "household_id": "h1",
        "complaint_date": day(received),
        "closed_date": day(closed) if closed else pd.NaT,
        "is_upheld": upheld,
    }
    judged = supervision.complaints_judged(frame("complaints", [row]), as_of=DAY, days=60).collect().to_pandas().iloc[0]
    assert tuple(judged[f"complaints_{name}"] for name in ("open", "late", "judged", "upheld")) == expected


def test_what_the_register_has_no_record_of_is_missing_and_not_nought():
    nothing = facts(plans=plans({}), measures=frame("measures", []), complaints=frame("complaints", []))
    found = table(nothing, pd.DataFrame({"township_code": [], "rows_read": [], "rows_set_aside": [], "rows_marked": []}).astype(
        {"township_code": "str"}))  # fmt: skip
    gone = ["no_plan_households", "early_exit_households", "overdue_households", "planned_to_date_households",
            "no_measure_households", "upheld_households", "complaints_received", "complaints_late", "rows_read"]  # fmt: skip
    assert found[gone].isna().all(axis=None)
    assert found["no_helper_households"].tolist() == [1, 0]


def test_units_by_hand():
    known = pd.DataFrame({"unit": ["乙单位", "丙单位"], "township_code": [B, B], "township": ["乙", "乙"]})
    found = supervision_units.units(facts(), known, days=60, **HOW).set_index("helping_unit")
    assert found.loc["甲单位", "township_code"] == A, "the township of most of its households"
    assert found.loc["甲单位", ["households", "actual_households", "remaining_households"]].tolist() == [1, 1, 0], (
        "h2 is helped no more"
    )
    assert found.loc["乙单位", ["households", "no_measure_households", "complaints_received"]].tolist() == [1, 1, 1]
    assert found.loc["丙单位", ["households", "complaints_received"]].tolist() == [0, 0]
    assert found.index.tolist() == ["甲单位", "丙单位", "乙单位"]


def test_a_household_helped_by_the_same_unit_twice_counts_once():
    twice = frame("responsible", [{"household_id": "h4", "unit": "乙单位", "start_date": day("2016-01-05")}] * 2)
    found = supervision_units.units(
        facts(responsible=twice), pd.DataFrame(columns=["unit", "township_code", "township"]), days=60, **HOW
    )
    assert found[["helping_unit", "households"]].to_numpy().tolist() == [["乙单位", 1]]


def test_the_rule_set_may_name_known_indicators_only():
    section = RULES.supervision.model_copy(update={"commend_for": ("outt",), "weights": {"upheeld": 1}})
    with pytest.raises(InputError) as caught:
        supervision.settings_of(RULES.model_copy(update={"supervision": section}))
    assert [fault.mend for fault in caught.value.faults] == ["did you mean 'out'?", "did you mean 'upheld'?"]


def test_every_planted_exit_of_the_simple_kinds_is_in_doubt_and_the_flags_agree_with_targets():
    planted = pd.read_csv(load.about("demo").folder / "planted_exits.csv", dtype="str")
    simple = planted["rule"].fillna("").str.startswith("false.") | planted["rule"].isin(
        ["knowledge.no_consent", "knowledge.no_notice"]
    )
    as_of = "2017-12-31"
    homes, happened = load.households("demo", as_of=as_of), load.events("demo", as_of=as_of)
    accepted = load.acceptance("demo", as_of=as_of)
    judged = supervision.exits_judged(homes, happened, accepted, by="township_code", as_of=as_of, lines=LINES)
    found = judged.collect().to_pandas()
    doubtful = set(found.loc[found["doubtful_exits"] == 1, "household_id"])
    expected = set(planted.loc[simple & (planted["topic"] == "untrue"), "household_id"])
    without = set(happened.loc[(happened["event"] == "exit") & happened["event_income_per_person_yuan"].isna(), "household_id"])
    assert expected <= doubtful
    assert doubtful == expected | without
    dated = load.measures("demo", as_of=as_of), load.responsible("demo"), load.complaints("demo", as_of=as_of)
    stood = supervision.standing(homes, load.exit_plans("demo"), happened, *dated, as_of=as_of, early_days=90)
    flags = exits.count_flags(stood, ["township_code"], ["is_out", *supervision.FLAGS])
    assert flags["is_out_households"].sum() == 1619
    assert (flags["with_plan_households"] + flags["no_plan_households"] == flags["households"]).all()
