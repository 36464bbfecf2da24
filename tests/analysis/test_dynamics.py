"""The account between two days: planted breaks found and no other, cases by hand, and what holds of any history."""

from collections import Counter
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis import paths
from tuopin_analysis.analysis import dynamics, transitions
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import load

FIRST = "2016-01-01"
TOWNS = {"130123100": "正定镇", "130123103": "新安镇"}
HOMES = [("a", "130123100", 3), ("b", "130123100", 2), ("c", "130123103", 4), ("d", "130123103", 1)]
CHANGE = ["household_id", "township_code", "change", "change_date", "persons", "households", "other_household_id"]
KINDS = ("new", "increase", "decrease", "closed", "struck", "moved_in", "moved_out", "split", "merged")


def homes():
    frame = pd.DataFrame(HOMES, columns=["household_id", "township_code", "size"])
    return frame.assign(township=frame["township_code"].map(TOWNS), village="某村")


def events(*rows):
    frame = pd.DataFrame(rows, columns=["household_id", "event", "event_date"])
    return frame.astype({"household_id": "str", "event": "str"}).assign(event_date=pd.to_datetime(frame["event_date"]))


def changes(*rows):
    frame = pd.DataFrame([(*row, *[None] * (len(CHANGE) - len(row))) for row in rows], columns=CHANGE)
    frame = frame.assign(
        township=frame["township_code"].map(TOWNS), village="某村", change_date=pd.to_datetime(frame["change_date"])
    )
    texts = dict.fromkeys(["household_id", "township_code", "township", "village", "change", "other_household_id"], "str")
    return frame.astype(texts | {"persons": "int64", "households": "Int64"})


def count(*rows):
    frame = pd.DataFrame(rows, columns=["household_id", "township_code", "size", "state"])
    frame = frame.assign(township=frame["township_code"].map(TOWNS), village="某村")
    return frame.astype({"household_id": "str", "township_code": "str", "size": "int64", "state": "str"})


def told(moved=(), changed=(), as_of="2016-12-31"):
    return dynamics.replay(homes(), events(*moved), changes(*changed), baseline=FIRST, as_of=as_of)


def account(records, since=FIRST, as_of="2016-12-31", counted=None):
    counted = count() if counted is None else counted
    found = dynamics.account(records, counted, since=since, as_of=as_of)
    columns = ["opening", *dynamics.FLOWS, "closing"]
    return {(row["township_code"][-3:], row["unit"][0]): [row[name] for name in columns] for row in found.to_dict("records")}


def test_exits_and_relapses_by_hand():
    moved = [
        ("a", "exit", "2016-03-01"),
        ("a", "relapse", "2016-06-01"),
        ("c", "exit", "2016-12-31"),
        ("d", "exit", "2017-01-01"),
    ]
    assert account(told(moved)) == {
        ("100", "h"): [2, 0, 1, 0, 1, 0, 0, 2], ("100", "p"): [5, 0, 3, 0, 3, 0, 0, 5],
        ("103", "h"): [2, 0, 0, 0, 1, 0, 0, 1], ("103", "p"): [5, 0, 0, 0, 4, 0, 0, 1],
    }  # fmt: skip


def test_what_happens_on_the_first_day_belongs_to_the_opening():
    moved = [("a", "exit", "2016-03-01"), ("b", "exit", "2016-03-02")]
    changed = [("c", "130123103", "decrease", "2016-02-01", 1)]
    found = account(told(moved, changed), since="2016-03-01")
    assert found["100", "p"] == [2, 0, 0, 0, 2, 0, 0, 0]
    assert found["103", "p"] == [4, 0, 0, 0, 0, 0, 0, 4]


def test_an_exit_counts_the_persons_of_its_day():
    changed = [("a", "130123100", "increase", "2016-02-01", 1), ("a", "130123100", "decrease", "2016-09-01", 2)]
    found = account(told([("a", "exit", "2016-03-01")], changed))
    assert found["100", "p"] == [5, 0, 0, 1, 4, 0, 0, 2]  # who dies after the exit was no poor person any more
    assert found["100", "h"] == [2, 0, 0, 0, 1, 0, 0, 1]


def test_households_come_and_go_with_their_persons():
    changed = [("n", "130123103", "new", "2016-04-01", 3), ("b", "130123100", "closed", "2016-05-01", 2),
               ("d", "130123103", "struck", "2016-05-01", 1)]  # fmt: skip
    found = account(told([], changed))
    assert found["103", "h"] == [2, 1, 0, 0, 0, 1, 0, 2]
    assert found["103", "p"] == [5, 3, 0, 0, 0, 1, 0, 7]
    assert found["100", "p"] == [5, 0, 0, 0, 0, 2, 0, 3]


def test_splits_and_mergers_move_households_without_persons():
    changed = [("a", "130123100", "split", "2016-04-01", 1, 1, "e"), ("d", "130123103", "merged", "2016-05-01", 1, 1, "c")]
    found = account(told([], changed))
    assert found["100", "h"] == [2, 0, 0, 1, 0, 0, 0, 3]
    assert found["100", "p"] == [5, 0, 0, 0, 0, 0, 0, 5]
    assert found["103", "h"] == [2, 0, 0, 0, 0, 1, 0, 1]
    assert found["103", "p"] == [5, 0, 0, 0, 0, 0, 0, 5]


def test_a_merger_with_a_household_that_is_out_takes_its_persons_out():
    found = account(told([("c", "exit", "2016-02-01")], [("d", "130123103", "merged", "2016-05-01", 1, 1, "c")]))
    assert found["103", "p"] == [5, 0, 0, 0, 4, 1, 0, 0]


def test_a_household_moves_with_all_its_persons_and_one_that_is_out_moves_nothing():
    moves = [("a", "130123100", "moved_out", "2016-05-01", 3, 1), ("a", "130123103", "moved_in", "2016-05-01", 3, 1)]
    found = account(told([], moves))
    assert (found["100", "h"][6], found["103", "h"][6], found["100", "p"][6], found["103", "p"][6]) == (-1, 1, -3, 3)
    found = account(told([("a", "exit", "2016-02-01")], moves))
    assert [found[key][6] for key in found] == [0, 0, 0, 0]


def test_a_person_who_moves_between_poor_and_out_changes_the_poor_one_alone():
    moves = [("a", "130123100", "moved_out", "2016-05-01", 1, 0, "c"), ("c", "130123103", "moved_in", "2016-05-01", 1, 0, "a")]
    found = account(told([("c", "exit", "2016-02-01")], moves))
    assert (found["100", "p"][6], found["103", "p"][6]) == (-1, 0)
    assert found["103", "p"][7] == 1


def test_what_cannot_be_is_set_aside_and_shown_and_the_account_balances_without_it():
    moved = [("x", "exit", "2016-02-01"), ("a", "relapse", "2016-02-01"), ("b", "exit", "2016-03-01"),
             ("b", "exit", "2016-04-01"), ("c", "exit", "2016-05-01"), ("c", "relapse", "2016-05-01")]  # fmt: skip
    changed = [("a", "130123100", "new", "2016-04-01", 3), ("d", "130123103", "decrease", "2016-04-01", 9),
               ("a", "130123100", "split", "2016-04-02", 1, 1, None),
               ("a", "130123100", "merged", "2016-04-02", 3, 1, "zz")]  # fmt: skip
    records = told(moved, changed)
    reasons = Counter(zip(records.set_aside["household_id"], records.set_aside["aside_reason"], strict=True))
    assert reasons == {("x", "unknown_household"): 1, ("a", "out_of_order"): 1, ("b", "out_of_order"): 1, ("c", "two_states"): 2,
                       ("a", "already_there"): 1, ("d", "too_many_persons"): 1, ("a", "no_other"): 2}  # fmt: skip
    assert account(records)["100", "h"] == [2, 0, 0, 0, 1, 0, 0, 1]
    assert account(records)["103", "p"] == [5, 0, 0, 0, 0, 0, 0, 5]
    sizes = records.set_aside.groupby(["household_id", "change"])["persons"].max()
    assert (sizes["b", "exit"], sizes["a", "relapse"], sizes["d", "decrease"]) == (2, 3, 9)  # of the household, or as recorded


def test_each_kind_of_break_by_hand():
    counted = count(
        ("a", "130123100", 3, "out"), ("b", "130123100", 3, "poor"), ("c", "130123103", 4, "poor"), ("z", "130123103", 2, "poor")
    )
    records = told([("c", "exit", "2016-02-01")])
    found = dynamics.located(records, counted)
    rows = found[["break_kind", "household_id", "difference_households", "difference_persons"]].to_numpy().tolist()
    assert sorted(rows) == [["missing_change", "b", 0, 1], ["unknown_household", "z", 1, 2], ["unrecorded_exit", "a", -1, -3],
                            ["unrecorded_relapse", "c", 1, 4], ["vanished", "d", -1, -1]]  # fmt: skip
    table = dynamics.account(records, counted, since=FIRST, as_of="2016-12-31")
    assert table["break"].tolist() == [-1, 1, -2, 5]


def test_a_household_counted_in_another_township_breaks_both():
    counted = count(*[(number, code if number != "a" else "130123103", size, "poor") for number, code, size in HOMES])
    found = dynamics.located(told(), counted)
    assert set(found["break_kind"]) == {"missing_move"}
    assert found.groupby("township_code")["difference_persons"].sum().to_dict() == {"130123100": -3, "130123103": 3}


def test_without_a_count_the_break_is_missing_not_nought():
    table = dynamics.account(told(), count(), since=FIRST, as_of="2016-12-31")
    assert table["break"].isna().all()
    assert dynamics.located(told(), count()).empty


def test_the_days_of_an_account_have_an_order():
    with pytest.raises(InputError, match="lies after as_of"):
        dynamics.account(told(), count(), since="2017-01-01", as_of="2016-12-31")


@pytest.mark.parametrize("as_of", ["2016-12-31", "2017-12-31"])
def test_exactly_the_planted_breaks_are_found(as_of):
    key = pd.read_csv(paths.DEMO / "planted_exits.csv", dtype="str")
    key = key[(key["topic"] == "break") & (key["date"] == as_of)]
    records = demo(as_of)
    counted = dynamics.count_of(load.standings("demo", as_of=as_of), as_of=as_of)
    found = dynamics.located(records, counted)
    planted = set(zip(key["kind"], key["household_id"], key["township_code"], strict=True))
    located = set(zip(found["break_kind"], found["household_id"], found["township_code"], strict=True))
    assert (len(planted - located), len(located - planted)) == (0, 0)  # missed, false alarms
    assert len(planted) == len(found) >= 8
    table = dynamics.account(records, counted, since=FIRST, as_of=as_of)
    for unit in ("households", "persons"):
        off = found.groupby("township_code")[f"difference_{unit}"].sum()
        rows = table[table["unit"] == unit].set_index("township_code")["break"]
        assert rows[rows != 0].to_dict() == off[off != 0].to_dict()
    opening = table.groupby("unit")["opening"].sum().to_dict()
    assert opening == {"households": 1695, "persons": 3654}
    assert records.set_aside.empty


def demo(as_of):
    frames = (load.households("demo", as_of=as_of), load.events("demo", as_of=as_of), load.changes("demo", as_of=as_of))
    return dynamics.replay(*frames, baseline=FIRST, as_of=as_of)


names = st.sampled_from(["a", "b", "c", "d", "n", "m", "x"])
days = st.integers(1, 27).map(lambda day: f"2016-{1 + day % 3:02d}-{day:02d}")
towns = st.sampled_from(sorted(TOWNS))
some_events = st.lists(st.tuples(names, st.sampled_from(["exit", "relapse"]), days), max_size=14)
some_changes = st.lists(
    st.tuples(names, towns, st.sampled_from(KINDS), days, st.integers(0, 4), st.sampled_from([0, 1, None]), st.none() | names),
    max_size=14,
)
counts_ = st.lists(
    st.tuples(names, towns, st.integers(1, 5), st.sampled_from(["poor", "out"])), max_size=7, unique_by=lambda row: row[0]
)


def poor(records):
    rows = records.homes[records.homes["state"] != "out"]
    return {(code, unit): int(number) for code, found in rows.groupby("township_code")
            for unit, number in (("households", len(found)), ("persons", found["size"].sum())) if number}  # fmt: skip


def column(table, name):
    return {(row["township_code"], row["unit"]): row[name] for row in table.to_dict("records") if row[name]}


@settings(max_examples=60, deadline=None)
@given(some_events, some_changes, counts_)
def test_any_history_is_conserved_in_each_township_and_any_break_lies_in_households(moved, changed, seen):
    """Whatever is on record, in whatever order: opening and flows make the closing, which is the poor then on record."""
    last, counted = "2016-03-31", count(*seen)
    ends = (FIRST, "2016-01-31", "2016-02-29", last)
    by_day = {day: told(moved, changed, day) for day in ends}
    records = by_day[last]
    table = dynamics.account(records, counted, since=FIRST, as_of=last)
    assert column(table, "closing") == poor(records)
    assert len(records.set_aside) + len(_taken(records)) >= len(moved)
    parts = []
    for since, until in pairwise(ends):
        found = dynamics.account(by_day[until], count(), since=since, as_of=until)
        assert column(found, "opening") == poor(by_day[since])
        assert column(found, "closing") == poor(by_day[until])
        parts.append(found)
    for flow in dynamics.FLOWS:
        whole = Counter()
        for found in parts:
            whole.update(column(found, flow))
        assert {key: n for key, n in whole.items() if n} == column(table, flow)
    if seen:
        breaks = dynamics.located(records, counted)
        for unit in ("households", "persons"):
            off = breaks.groupby("township_code")[f"difference_{unit}"].sum()
            rows = table[table["unit"] == unit]
            assert rows.set_index("township_code")["break"].to_dict() == {
                code: off.get(code, 0) for code in rows["township_code"]
            }
            there = counted[counted["state"] == "poor"].groupby("township_code")["size"].agg(["size", "sum"])
            seen_poor = there["size" if unit == "households" else "sum"]
            for row in rows.to_dict("records"):
                assert row["closing"] + row["break"] == seen_poor.get(row["township_code"], 0)


def _taken(records):
    return records.postings[records.postings["change"].isin(["exit", "relapse"])]


@settings(max_examples=30, deadline=None)
@given(some_events, some_changes)
def test_states_of_two_days_account_for_every_household(moved, changed):
    began, ended = told(moved, changed, "2016-01-31"), told(moved, changed, "2016-03-31")
    found = transitions.states(began, ended)
    whole = transitions.table(found)
    here = whole[whole["state_after"] != "gone"]
    assert here["households"].sum() == len(ended.homes)
    assert here["persons"].sum() == ended.homes["size"].sum()
    assert whole.loc[whole["state_before"] != "not_yet", "households"].sum() == len(began.homes)
    by_town = [transitions.table(found, code) for code in TOWNS]
    stayed = sum(part.loc[part["state_after"] != "gone", "persons"].sum() for part in by_town)
    assert stayed == ended.homes["size"].sum()


def test_every_row_of_the_order_is_a_kind_of_the_register():
    from tuopin_analysis.analysis import histories
    from tuopin_analysis.register import dictionary

    known = dictionary.CODES.loc[dictionary.CODES["list"].isin(["change", "event"]), "value"]
    assert set(histories._ORDER) == set(known)
