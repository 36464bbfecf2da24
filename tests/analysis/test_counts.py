import pandas as pd
import pytest
from analysis.samples import GROUPS, households

from tuopin_analysis.analysis import counts
from tuopin_analysis.errors import InputError


def test_counts_of_both_units_and_of_those_left():
    frame = households([("illness", 2, True), ("illness", 3, False), ("schooling", 1, True)], "cause_main size is_remaining")
    counted = counts.count_by(frame, ["cause_main"])
    assert counted.to_numpy().tolist() == [["illness", 2, 5, 1, 2], ["schooling", 1, 1, 1, 1]]


def test_a_place_has_one_row_even_when_its_name_is_spelled_in_two_ways():
    frame = households([("1", "新安镇", 1), ("1", "新安", 2), ("1", "新安镇", 3)], "township_code township size")
    counted = counts.count_places(frame, "township_code")
    assert counted[["township", "households", "persons"]].to_numpy().tolist() == [["新安镇", 3, 6]]


def test_a_share_of_nothing_is_missing_and_a_nought_is_a_nought():
    shared = counts.with_shares(pd.DataFrame({"households": [2, 0], "persons": [5, 0]}))
    assert shared["share_persons"].tolist() == [1.0, 0.0]
    nobody = counts.with_shares(pd.DataFrame({"households": [0], "persons": [0]}))
    assert nobody["share_persons"].isna().all()


def test_shares_within_groups():
    counted = pd.DataFrame({"place": ["a", "a", "b"], "households": [1, 3, 7], "persons": [1, 1, 9]})
    assert counts.with_shares(counted, ["place"])["share_households"].tolist() == [0.25, 0.75, 1.0]


def test_every_group_is_listed_in_its_order_even_with_nobody():
    grouped = counts.grouped(counts.count_by(households([("lack_of_labour", 2)], "cause_main size"), ["cause_main"]), GROUPS)
    assert grouped[["cause_main", "households", "persons"]].to_numpy().tolist() == [
        ["illness", 0, 0],
        ["disability", 0, 0],
        ["other", 1, 2],
    ]


def test_every_cause_without_a_group_is_named():
    frame = counts.count_by(households([("illness",), ("laziness",), ("luck",)], "cause_main"), ["cause_main"])
    with pytest.raises(InputError) as caught:
        counts.grouped(frame, GROUPS)
    assert [fault.what for fault in caught.value.faults] == ["cause 'laziness' is in no group", "cause 'luck' is in no group"]


def test_lacking_columns_are_all_named():
    with pytest.raises(InputError) as caught:
        counts.count_by(pd.DataFrame({"cause_main": ["illness"]}), ["cause_main"])
    assert [fault.what for fault in caught.value.faults] == ["no column 'size'", "no column 'is_remaining'"]


def test_a_day_that_is_none():
    with pytest.raises(InputError, match="'31 December' is not a day"):
        counts.day("31 December")
