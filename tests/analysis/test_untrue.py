"""Three kinds of untrue exit, rule by rule, by hand; and every one planted in the demonstration register."""

from datetime import date

import pandas as pd
import pytest
from analysis.exit_samples import SETTINGS, STEPS, accepted, drawn_exits, measures, stepped
from analysis.samples import RULES, drawn, households

from tuopin_analysis.analysis import judged, untrue
from tuopin_analysis.register import load

OUT = "2016-06-01"
HELPED = measures({f"h{n}": "2016-02-01" for n in range(9)})


def flagged(rows, changed=None, seen=None, helped=HELPED, before=2000.0, there=STEPS, village=None):
    homes = [(f"h{n}", n + 1, before, f"1301231032{village[n] if village else 10 + n}") for n in range(9)]
    frame = households(homes, "household_id size income_per_person_yuan village_code")
    seen = accepted([(f"h{n}", "2016-05-25") for n in range(9)]) if seen is None else seen
    exits = judged.judge(frame, stepped(rows, changed), helped, seen, as_of="2016-12-31", rules=RULES, there=there)
    return untrue.flagged(exits, helped, SETTINGS, there)


def out(number, income=3333.3, day=OUT):
    return (f"h{number}", "exit", day, income)


def broken(frame) -> dict[str, set[str]]:
    """The rules that each household breaks."""
    listed = untrue.listed(frame, SETTINGS)
    return {name: set(own["rule"]) for name, own in listed.groupby("household_id")}


def unknown(frame) -> dict[str, int]:
    table = untrue.rules(frame, SETTINGS).set_index("rule")["not_recorded"]
    return table[table > 0].to_dict()


def test_an_honest_exit_breaks_no_rule():
    assert broken(flagged([out(0)])) == {}


def test_false_exits():
    seen = accepted(
        [("h0", "2016-05-25"), ("h1", "2016-05-25", {"has_water": False, "has_housing": False}), ("h2", "2016-05-25")]
    )
    assert broken(flagged([out(0, 2854.99), out(1), out(2, 2855.0 * 1.06)], seen=seen)) == {
        "h0": {"false.income"}, "h1": {"false.water", "false.housing"},
    }  # fmt: skip


def test_exits_against_the_households_knowledge():
    changed = {
        0: {"consent_date": None}, 1: {"consent_date": date(2016, 6, 2)}, 2: {"notice_start_date": None},
        3: {"notice_end_date": date(2016, 5, 12)}, 4: {"review_date": None}, 5: {"approved_date": date(2016, 5, 12)},
        6: {"notice_end_date": date(2016, 5, 13)}, 7: {"consent_date": date(2016, 5, 6)}, 8: {"verified_date": None},
    }  # fmt: skip
    incomes = [out(n, 3333.3 + n) for n in range(9)]
    assert broken(flagged(incomes, changed)) == {
        "h0": {"knowledge.no_consent"}, "h1": {"knowledge.late_consent", "knowledge.order"}, "h2": {"knowledge.no_notice"},
        "h3": {"knowledge.short_notice"}, "h4": {"knowledge.no_review"}, "h5": {"knowledge.order"},
    }  # fmt: skip


@pytest.mark.parametrize(("begun", "days"), [("2016-05-25", 7), ("2016-05-26", 6), ("2016-06-02", 0)])
def test_only_the_days_of_notice_before_the_exit_count(begun, days):
    """Out on 1 June, while the notice ran on to 10 June."""
    changed = {0: {"notice_start_date": date.fromisoformat(begun), "notice_end_date": date(2016, 6, 10),
                   "approved_date": date(2016, 6, 11)}}  # fmt: skip
    frame = flagged([out(0)], changed)
    assert broken(frame) == ({} if days >= 7 else {"h0": {"knowledge.short_notice"}})
    assert frame.collect().to_pandas()["notice_days"].tolist() == [days]


def test_just_over_the_line_needs_no_measure_before_the_exit():
    helped = measures({"h0": "2016-05-31", "h1": "2016-06-01", "h3": "2016-07-01", "h4": "2016-07-01"})
    rows = [out(0, 2855.5), out(1, 2855.6), out(2, 2997.74), out(3, 2997.75), out(4, 2855.0)]
    found = broken(flagged(rows, helped=helped))
    assert found == {name: {"paper.near_line"} for name in ("h1", "h2", "h4")}, "from the line to under 1.05 times it"


def test_a_jump_is_twice_the_registers_income_without_a_measure():
    helped = measures({"h0": "2016-05-31", "h8": "2016-01-01"})
    rows = [out(0, 4000.5), out(1, 4000.0 + 0.01), out(2, 3999.99), out(3, 4000.0)]
    assert broken(flagged(rows, helped=helped)) == {"h1": {"paper.jump"}, "h3": {"paper.jump", "paper.round"}}


def test_round_and_copied_incomes():
    rows = [
        out(0, 3300),
        out(1, 3300.01),
        out(2, 3350),
        out(3, 3111.1),
        out(4, 3111.1),
        out(5, 3111.1),
        out(6, 3222.2),
        out(7, 3222.2),
    ]
    village = [10, 11, 12, 20, 20, 20, 30, 30, 30]
    copied = {name: {"paper.copied"} for name in ("h3", "h4", "h5")}
    assert broken(flagged(rows, village=village)) == {"h0": {"paper.round"}, **copied}
    village[5] = 21
    assert broken(flagged(rows, village=village)) == {"h0": {"paper.round"}}, "of two villages"


def test_one_household_that_left_three_times_with_one_income_is_no_copy():
    rows = [out(3, 3111.1, "2016-06-01"), ("h3", "relapse", "2016-07-01", None), out(3, 3111.1, "2016-08-01"),
            ("h3", "relapse", "2016-09-01", None), out(3, 3111.1, "2016-10-01")]  # fmt: skip
    frame = flagged(rows)
    assert "h3" not in broken(frame)


def test_what_is_not_recorded_is_neither_broken_nor_kept():
    seen = accepted([("h0", "2016-05-25", {"has_water": None})])
    frame = flagged(
        [out(0, None)],
        seen=seen,
        helped=measures({}),
        there=[c for c in STEPS if c != "review_date"],
        changed={0: {"review_date": None}},
    )
    assert broken(frame) == {}
    assert set(unknown(frame)) == {"false.income", "false.water", "knowledge.no_review", *untrue.names(SETTINGS)[-4:]}
    assert set(unknown(flagged([out(0)], helped=measures({})))) == {"paper.near_line", "paper.jump"}, "nobody kept measures"


def test_steps_that_are_not_on_record_cannot_be_late_short_or_out_of_order():
    missing = {0: {"consent_date": None, "notice_end_date": None}}
    assert unknown(flagged([out(0)], missing)) == {"knowledge.late_consent": 1, "knowledge.short_notice": 1}
    alone = unknown(flagged([out(0)], there=["review_date"]))
    assert set(alone) == {"knowledge.no_consent", "knowledge.no_notice", "knowledge.order"}


def test_counts_by_rule_and_kind():
    rows = [
        out(0, 2800.5),
        ("h0", "relapse", "2016-07-01", None),
        out(0, 2800.5, "2016-08-01"),
        out(1, 2855.5),
        out(2, 2700),
        out(3),
    ]
    frame = flagged(rows, {3: {"consent_date": None}})
    table = untrue.rules(frame, SETTINGS).set_index("rule")
    assert table.loc["false.income", ["exit_count", "households", "persons"]].tolist() == [3, 2, 1 + 3]
    assert table.loc["knowledge.no_consent", ["exit_count", "households", "persons"]].tolist() == [1, 1, 2]
    assert table.loc["paper.round", ["exit_count", "households", "persons"]].tolist() == [1, 1, 3]
    found = untrue.doubtful(frame).set_index("kind")
    assert found["exit_count"].to_dict() == {"false": 3, "against_knowledge": 1, "on_paper": 1, "untrue": 4, "none": 1}
    assert found["households"].to_dict() == {"false": 2, "against_knowledge": 1, "on_paper": 1, "untrue": 3, "none": 1}
    assert found.loc["untrue", "share_exits"] == 4 / 5


def test_evidence_holds_what_it_rests_on():
    row = untrue.listed(flagged([out(0)], {0: {"approved_date": date(2016, 5, 12)}}), SETTINGS).iloc[0]
    assert (row["kind"], row["rule"]) == ("against_knowledge", "knowledge.order")
    assert row["out_of_order"] == "approved_date;notice_end_date"
    assert (row["exit_date"], row["income"], row["notice_days"], row["days_required"]) == (pd.Timestamp(OUT), 3333.3, 7, 7)


def demo(as_of):
    day = {"register": "demo", "as_of": as_of}
    there, helped = load.columns_there("demo", "events"), load.measures(**day)
    exits = judged.judge(
        load.households(**day), load.events(**day), helped, load.acceptance(**day), as_of=as_of, rules=RULES, there=there
    )
    return untrue.listed(untrue.flagged(exits, helped, SETTINGS, there), SETTINGS)


def test_every_planted_untrue_exit_is_found_without_a_false_alarm():
    key = load.planted_exits("demo", as_of="2017-12-31")
    table = untrue.against_key(demo("2017-12-31"), key[key["topic"] == "untrue"], SETTINGS)
    assert len(table) == 16
    assert table["planted"].min() >= 4
    assert table["planted"].sum() == 127
    assert table[["missed", "false_alarms"]].sum().tolist() == [0, 0]
    assert (table["planted_found"] == table["planted"]).all()


def test_in_the_middle_only_copies_that_are_not_yet_three_are_missed():
    key = load.planted_exits("demo", as_of="2016-12-31")
    table = untrue.against_key(demo("2016-12-31"), key[key["topic"] == "untrue"], SETTINGS).set_index("rule")
    assert table["false_alarms"].sum() == 0
    assert table.drop(index="paper.copied")["missed"].sum() == 0


def test_against_the_key_misses_and_false_alarms_are_counted():
    listed = pd.DataFrame({"rule": ["false.income", "paper.round"], "household_id": ["a", "b"], "exit_date": pd.Timestamp(OUT)})
    key = pd.DataFrame({"rule": ["false.income", "false.water"], "household_id": ["a", "c"], "date": OUT})
    table = untrue.against_key(listed, key, SETTINGS).set_index("rule")
    assert table.loc["false.income"].tolist() == [1, 1, 1, 0, 0]
    assert table.loc["paper.round"].tolist() == [1, 0, 0, 0, 1]
    assert table.loc["false.water"].tolist() == [0, 1, 0, 1, 0]


@pytest.mark.parametrize("seed", [1, 2])
def test_kinds_cover_their_rules(seed):
    register = drawn(seed, 60)
    further = drawn_exits(register, seed)
    exits = judged.judge(register["households"], further["stepped"], further["helped"], further["accepted"],
                         as_of="2017-12-31", rules=RULES, there=STEPS)  # fmt: skip
    frame = untrue.flagged(exits, further["helped"], SETTINGS, STEPS)
    rules, kinds = untrue.rules(frame, SETTINGS), untrue.doubtful(frame).set_index("kind")
    for kind, own in rules.groupby("kind"):
        assert own["exit_count"].max() <= kinds.loc[kind, "exit_count"] <= own["exit_count"].sum()
    assert len(untrue.listed(frame, SETTINGS)) == rules["exit_count"].sum()
