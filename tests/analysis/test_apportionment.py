import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from analysis.samples import RULES, TOWNSHIPS, county
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.analysis import apportionment
from tuopin_analysis.analysis.apportionment import place_targets, share_out, target_number
from tuopin_analysis.errors import InputError

FORTY = Decimal("0.40")
HOUSEHOLDS = {code: households for code, (_, households, _) in TOWNSHIPS.items()}
PERSONS = {code: persons for code, (*_, persons) in TOWNSHIPS.items()}


def test_forty_per_cent_of_the_persons():
    assert target_number(3654, FORTY, "up") == 1462
    assert target_number(3654, FORTY, "nearest") == 1462
    assert target_number(3654, FORTY, "down") == 1461
    assert 1462 >= FORTY * 3654 > 1461, "1,462 exits meet it, 1,461 miss it"


def test_a_share_is_exact_where_floats_fail():
    assert target_number(3655, FORTY, "up") == 1462
    assert math.ceil(0.07 * 100) == 8, "what floats would ask for"
    assert target_number(100, Decimal("0.07"), "up") == target_number(100, 0.07, "up") == 7
    for share, text in ((0.40, "0.40"), (0.55, "0.55"), (0.29, "0.29"), (1.0, "1")):
        assert all(target_number(base, text, "up") == math.ceil(Fraction(text) * base) for base in range(3000))
        assert all(target_number(base, share, "up") == target_number(base, text, "up") for base in range(3000))


def test_a_half_is_rounded_upwards():
    assert [target_number(base, "0.5", "nearest") for base in (1, 3, 5)] == [1, 2, 3]


def test_forty_per_cent_of_each_township_rounded_one_by_one_misses_the_whole():
    one_by_one = sum(target_number(number, FORTY, "nearest") for number in HOUSEHOLDS.values())
    assert one_by_one == 679
    assert target_number(sum(HOUSEHOLDS.values()), FORTY, "up") == 678
    # Quotas 86.8 62.4 157.6 119.6 77.6 52.8 82.4 38.8: after the three of .8, two are left for the three of .6, by code.
    assert list(share_out(678, HOUSEHOLDS).values()) == [87, 62, 158, 120, 77, 53, 82, 39]
    assert sum(share_out(678, HOUSEHOLDS).values()) == 678


def test_the_target_of_persons_shared_out_to_the_townships():
    quotas = {code: Fraction(1462 * persons, 3654) for code, persons in PERSONS.items()}
    parts = share_out(1462, PERSONS)
    assert sum(parts.values()) == 1462
    # The quotas 133.635 157.643 262.07 277.68 154.04 152.04 206.86 118.03 have floors of 1,459: the three largest remainders
    # get one more, and Zhengding, whose own 40 % would be 133.6, does not.
    rounded = [round(float(quota), 2) for quota in quotas.values()]
    assert rounded == [133.64, 157.64, 262.07, 277.68, 154.04, 152.04, 206.86, 118.03]
    assert list(parts.values()) == [133, 158, 262, 278, 154, 152, 207, 118]


def test_among_equal_remainders_the_smaller_code_comes_first():
    assert share_out(2, {"c": 1, "b": 1, "a": 1}) == {"c": 0, "b": 1, "a": 1}
    assert share_out(1, {"130123200": 5, "130123103": 5}) == {"130123200": 0, "130123103": 1}


def test_nothing_and_nobody():
    assert share_out(0, {}) == {}
    assert share_out(0, {"a": 0}) == {"a": 0}
    assert share_out(3, {"a": 0, "b": 1}) == {"a": 0, "b": 3}
    for total, weights in ((1, {}), (1, {"a": 0}), (-1, {"a": 1}), (1, {"a": -1, "b": 2})):
        with pytest.raises(InputError):
            share_out(total, weights)
    with pytest.raises(InputError, match="unknown rounding 'ceil'"):
        target_number(1, FORTY, "ceil")
    with pytest.raises(InputError, match="a base of -1"):
        target_number(-1, FORTY, "up")


def test_place_targets_add_up_for_every_target():
    table = place_targets(county(), targets=RULES.targets, rounding="up")
    assert table.groupby("target_date")[["target_persons", "target_households"]].sum().to_numpy().tolist() == [
        [1462, 678],
        [3654, 1695],
    ]
    all_out = table[table["target_date"] == "2017-12-31"]
    assert dict(zip(all_out["township_code"], all_out["target_persons"], strict=True)) == PERSONS


def test_a_given_number_comes_before_the_share():
    due = place_targets(county(), targets=RULES.targets, rounding="up").query("township_code == '130123201'")
    assert target_number(385, FORTY, "up") == 154
    assert apportionment.number_due("persons", 385, RULES.targets[0], "up", due) == 154
    assert apportionment.number_due("households", 194, RULES.targets[0], "up", None) == 78
    assert apportionment.number_due("households", 194, RULES.targets[0], "up", due) == 77 + (
        share_out(678, HOUSEHOLDS)["130123201"] > 77
    )
    with pytest.raises(InputError, match="0 target numbers for 2016-12-31"):
        apportionment.number_due("persons", 385, RULES.targets[0], "up", due.iloc[:0])


WEIGHTS = st.dictionaries(st.text("0123456789", min_size=1, max_size=4), st.integers(0, 5000), min_size=1, max_size=30)


@given(WEIGHTS.filter(lambda weights: sum(weights.values())), st.integers(0, 10**6))
def test_shares_out_the_whole_within_one_of_each_quota(weights, total):
    parts = share_out(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    for code, weight in weights.items():
        quota = Fraction(total * weight, whole)
        assert math.floor(quota) <= parts[code] <= math.ceil(quota)
    ordered = sorted(weights, key=lambda code: weights[code])
    assert all(parts[a] <= parts[b] for a, b in pairwise(ordered) if weights[a] < weights[b])
    assert share_out(total, dict(reversed(weights.items()))) == parts, "the order in which they are given doesn't matter"


SHARES = st.decimals("0.0001", "1", places=4)


@given(st.integers(0, 10**8), SHARES, SHARES)
def test_a_target_is_the_smallest_number_that_meets_the_share_and_grows_with_both(base, share, other):
    number = target_number(base, share, "up")
    assert number >= share * base > number - 1
    assert target_number(base, share, "down") <= target_number(base, share, "nearest") <= number <= base
    assert target_number(base + 1, share, "up") >= number
    assert (target_number(base, other, "up") >= number) or other < share
