"""The standard item by item and the procedure step by step, worked by hand."""

from datetime import date

import pandas as pd
import pytest
from analysis.exit_samples import SETTINGS, STEPS, accepted, drawn_exits, measures, stepped
from analysis.samples import RULES, drawn, households
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis.analysis import acceptance, judged

HOMES = [(f"h{n}", n + 1) for n in range(4)]  # 1, 2, 3 and 4 persons
OUT = "2016-06-01"


def judge(happened, seen=None, helped=None, there=STEPS, as_of="2016-12-31", homes=HOMES, rules=RULES):
    frame = households(homes, "household_id size")
    return judged.judge(frame, happened, helped if helped is not None else measures({}),
                        seen if seen is not None else accepted([]), as_of=as_of, rules=rules, there=there)  # fmt: skip


def items(exits) -> pd.DataFrame:
    return acceptance.items(exits, SETTINGS).set_index("standard_item")


def steps(exits) -> pd.DataFrame:
    return acceptance.steps(exits, SETTINGS).set_index("exit_step")


def exit_of(household, income=3000.0, day=OUT):
    return (household, "exit", day, income)


def states(row, unit="households", names=acceptance.ITEM_STATES) -> list[int]:
    return [row[f"{name}_{unit}"] for name in names]


def test_income_is_held_against_the_line_to_the_cent():
    table = items(judge(stepped([exit_of("h0", 2854.99), exit_of("h1", 2855.0), exit_of("h2", None), exit_of("h3", 2855.01)])))
    assert states(table.loc["income"]) == [2, 1, 1]
    assert states(table.loc["income"], "persons") == [2 + 4, 1, 3]
    assert table.loc["income", "share_met"] == 2 / 3


def test_income_is_held_against_the_line_of_the_year_of_the_exit():
    rules = RULES.model_copy(update={"poverty_line_yuan": {2016: 2855.0, 2017: 3000.0}})
    happened = stepped([exit_of("h0", 2900, "2016-12-31"), exit_of("h1", 2900, "2017-01-01"), exit_of("h2", 2900, "2015-12-31")])
    table = items(judge(happened, as_of="2017-12-31", rules=rules))
    assert states(table.loc["income"]) == [1, 1, 1], "before the first line nothing can be judged"


def test_items_are_those_of_the_last_acceptance_up_to_the_exit():
    seen = accepted([
        ("h0", "2016-05-01", {"has_water": False}), ("h0", "2016-05-20"),  # mended before the exit
        ("h1", "2016-05-01"), ("h1", "2016-06-01", {"has_water": False}),  # on the day of the exit
        ("h2", "2016-06-02", {"has_water": False}),  # too late: nothing on record up to the exit
    ])  # fmt: skip
    table = items(judge(stepped([exit_of(name) for name in ("h0", "h1", "h2", "h3")]), seen))
    assert states(table.loc["water"]) == [1, 1, 2]
    assert states(table.loc["housing"]) == [2, 0, 2]
    assert states(table.loc["all"]) == [1, 1, 2], "not recorded is neither met nor unmet"
    assert pd.isna(table.loc["all", "share_met"]), "of partial records only the misses are known"


def test_an_empty_cell_is_not_a_no_and_of_two_on_a_day_a_denial_counts():
    seen = accepted(
        [("h0", "2016-05-01", {"has_medical": None}), ("h1", "2016-05-01"), ("h1", "2016-05-01", {"has_medical": False})]
    )
    table = items(judge(stepped([exit_of("h0"), exit_of("h1")]), seen))
    assert states(table.loc["medical"]) == [0, 1, 1]
    assert table.loc["medical", "share_met"] == 0


def test_a_household_that_left_twice_is_judged_at_each_exit():
    happened = stepped([exit_of("h1", day="2016-03-01"), ("h1", "relapse", "2016-04-01", None), exit_of("h1", day="2016-06-01")])
    seen = accepted([("h1", "2016-02-01", {"has_water": False}), ("h1", "2016-05-20")])
    table = items(judge(happened, seen))
    assert states(table.loc["water"]) == [1, 1, 0]
    assert table.loc["all", "share_met"] == 0.5
    assert states(table.loc["water"], "persons") == [2, 2, 0]


def test_exits_after_the_day_do_not_count():
    happened = stepped([exit_of("h0", day="2016-06-15"), exit_of("h1", day="2016-06-16")])
    assert acceptance.number(judge(happened, as_of="2016-06-15")) == {"households": 1, "persons": 1}


def test_steps_missing_late_out_of_order_and_too_short():
    happened = stepped(
        [exit_of(name) for name in ("h0", "h1", "h2", "h3")],
        {
            0: {"review_date": None, "notice_end_date": None},
            1: {"consent_date": date(2016, 6, 2)},
            2: {"verified_date": date(2016, 4, 30)},
            3: {"notice_end_date": date(2016, 5, 12)},
        },
    )
    table, names = steps(judge(happened)), acceptance.STEP_STATES
    assert states(table.loc["review"], names=names) == [3, 1, 0, 0, 0, 0]
    assert states(table.loc["verification"], names=names) == [3, 0, 0, 1, 0, 0]
    assert states(table.loc["consent"], names=names) == [3, 0, 1, 0, 0, 0]
    assert states(table.loc["notice"], names=names) == [1, 1, 0, 1, 1, 0], (
        "a notice that began before a late consent is out of order"
    )
    assert states(table.loc["approval"], names=names) == [3, 0, 0, 1, 0, 0]
    assert table["days_required"].dropna().to_dict() == {"notice": 7}
    assert states(table.loc["notice"], "persons", names) == [3, 1, 0, 2, 4, 0]


def test_seven_days_of_notice_are_enough_and_days_alike_are_in_order():
    happened = stepped([exit_of("h0")], {0: {"verified_date": date(2016, 5, 1), "review_date": date(2016, 5, 1)}})
    assert (steps(judge(happened))["on_record_households"] == 1).all()


def test_a_step_on_the_day_of_the_exit_is_not_late():
    table = steps(
        judge(
            stepped(
                [exit_of("h0"), exit_of("h1")], {0: {"approved_date": date(2016, 6, 1)}, 1: {"approved_date": date(2016, 6, 2)}}
            )
        )
    )
    assert table.loc["approval", ["on_record_households", "late_households"]].tolist() == [1, 1]


def test_a_step_of_which_the_register_has_no_column_is_not_missing():
    table = steps(judge(stepped([exit_of("h0")], {0: {"consent_date": None}}), there=[c for c in STEPS if c != "consent_date"]))
    assert (table.loc["consent", "not_kept_households"], table.loc["consent", "missing_households"]) == (1, 0)
    assert pd.isna(table.loc["consent", "share_on_record"])


def test_the_exits_of_a_place():
    homes = [
        ("h0", 1, "130123103", "130123103201"),
        ("h1", 2, "130123103", "130123103202"),
        ("h2", 3, "130123200", "130123200201"),
    ]
    frame = households(homes, "household_id size township_code village_code")
    exits = judged.judge(frame, stepped([exit_of(name) for name in ("h0", "h1", "h2")]), measures({}), accepted([]),
                         as_of=OUT, rules=RULES, there=STEPS)  # fmt: skip
    found = {
        place: acceptance.number(judged.within(exits, place))["persons"] for place in ("county", "130123103", "130123103202")
    }
    assert found == {"county": 6, "130123103": 3, "130123103202": 2}


def test_without_any_exit_counts_are_nought_and_shares_missing():
    exits = judge(stepped([]))
    assert states(items(exits).loc["all"]) == [0, 0, 0]
    assert items(exits)["share_met"].isna().all()
    assert steps(exits)["share_on_record"].isna().all()


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 10**6))
def test_every_exit_is_in_one_state_of_every_item_and_step(seed):
    register = drawn(seed, 40)
    further = drawn_exits(register, seed)
    exits = judged.judge(register["households"], further["stepped"], further["helped"], further["accepted"],
                         as_of="2017-06-30", rules=RULES, there=STEPS)  # fmt: skip
    happened = register["events"].query("event == 'exit' and event_date <= '2017-06-30'")
    sizes = register["households"].set_index("household_id")["size"]
    whole = {"households": len(happened), "persons": int(happened["household_id"].map(sizes).sum())}
    assert acceptance.number(exits) == whole
    for table, names in ((items(exits), acceptance.ITEM_STATES), (steps(exits), acceptance.STEP_STATES)):
        for unit in whole:
            assert (table[[f"{name}_{unit}" for name in names]].sum(axis=1) == whole[unit]).all()
    found = items(exits)
    assert found.loc["all", "met_households"] <= found["met_households"].min()
    assert found.loc["all", "not_met_households"] >= found.drop(index="all")["not_met_households"].max()


def test_a_rule_set_without_the_section_says_so():
    from tuopin_analysis.errors import InputError

    with pytest.raises(InputError, match="no section 'acceptance'"):
        judge(stepped([]), rules=RULES.model_copy(update={"acceptance": None}))
