"""Rates of re-checks by hand: of persons or households, with intervals that know of households, against the thresholds."""

import numpy as np
import pandas as pd
import pytest
from analysis.exit_samples import SETTINGS, rechecked
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.analysis import rechecks

XINAN, NANNIU = "130123103", "130123200"


def rates(rows, by_township=False) -> pd.DataFrame:
    table = rechecks.rates(rechecks.counted(rechecked(rows)), SETTINGS, by_township)
    return table.set_index(["recheck_kind", *(["township_code"] if by_township else [])])


def test_wrong_exits_are_a_share_of_persons_and_satisfaction_one_of_households():
    table = rates(
        [
            ("exit", XINAN, 4, True),
            ("exit", NANNIU, 1, False),
            ("satisfaction", XINAN, 9, True),
            ("satisfaction", XINAN, 1, False),
        ]
    )
    assert table.loc["exit", ["unit", "checked", "wrong", "rate"]].tolist() == ["persons", 5, 1, 0.2]
    assert table.loc["satisfaction", ["unit", "checked", "wrong", "rate"]].tolist() == ["households", 2, 1, 0.5]
    assert table.loc["exit", "effective"] == 25 / 17, "five persons of two households count for less than two"
    assert table.loc["satisfaction", "effective"] == 2


def test_nothing_checked_has_no_rate_and_no_verdict():
    table = rates([("exit", XINAN, 4, True)])
    assert table.loc["unregistered", ["checked", "wrong"]].tolist() == [0, 0]
    assert table.loc["unregistered", ["rate", "low", "high", "rate_verdict"]].isna().all()
    assert table["threshold"].tolist() == [0.02, 0.02, 0.90]


@pytest.mark.parametrize(("wrong", "verdict"), [(0, "passes"), (4, "undecided"), (40, "fails")])
def test_a_verdict_stands_where_the_whole_interval_does(wrong, verdict):
    rows = [("exit", XINAN, 1, at >= wrong) for at in range(400)]
    assert rates(rows).loc["exit", "rate_verdict"] == verdict


@pytest.mark.parametrize(("content", "verdict"), [(400, "passes"), (365, "undecided"), (300, "fails")])
def test_satisfaction_is_to_be_at_least_its_threshold(content, verdict):
    rows = [("satisfaction", XINAN, 3, at < content) for at in range(400)]
    assert rates(rows).loc["satisfaction", "rate_verdict"] == verdict


def test_townships_apart():
    table = rates([("exit", XINAN, 4, False), ("exit", NANNIU, 2, True), ("unregistered", NANNIU, 3, True)], by_township=True)
    assert table.index.tolist() == [("exit", XINAN), ("exit", NANNIU), ("unregistered", NANNIU)]
    assert table["rate"].tolist() == [1, 0, 0]
    assert rates([], by_township=True).empty


def test_wilson_by_hand():
    """Intervals that Newcombe (1998, Statist. Med. 17, table I) gives for the score method."""
    for hits, number, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert rechecks.wilson(hits / number, number, 0.95) == pytest.approx((low, high), abs=5e-5)
    assert rechecks.wilson(None, 0, 0.95) == (None, None)


@given(st.integers(1, 500), st.floats(0, 1))
def test_an_interval_holds_its_rate_and_lies_from_0_to_1(number, share):
    rate = round(share * number) / number
    low, high = rechecks.wilson(rate, number, 0.95)
    assert -1e-12 <= low <= rate <= high <= 1 + 1e-12


def test_the_interval_covers_the_true_rate_of_persons_in_households():
    rng, covered, number = np.random.default_rng(11), 0, 400
    for _ in range(number):
        sizes, wrong = rng.integers(1, 6, 120), rng.random(120) < 0.05
        rows = pd.DataFrame(
            {"recheck_kind": "exit", "township_code": XINAN, "township": "x", "persons": sizes, "is_right": ~wrong}
        )
        row = rechecks.rates(rechecks.counted(rows), SETTINGS).iloc[0]
        covered += row["low"] <= 0.05 <= row["high"]
    assert covered / number > 0.92


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0.0, 0.02, True, "passes"), (0.0, 0.021, True, "undecided"), (0.02, 0.05, True, "undecided"),
        (0.021, 0.05, True, "fails"),
        (0.02, 0.05, False, "passes"), (0.0, 0.02, False, "undecided"), (0.0, 0.019, False, "fails"),
    ],
)  # fmt: skip
def test_a_threshold_itself_is_kept(low, high, most, expected):
    assert rechecks._verdict(low, high, 0.02, most) == expected
