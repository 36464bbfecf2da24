"""Bunching over the line: the level on honest incomes, the township of the key, and the arithmetic by hand."""

import numpy as np
import pandas as pd
import pytest
from analysis.exit_samples import SETTINGS, STEPS, accepted, measures, stepped
from analysis.samples import RULES, households
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis.analysis import bunching, discovery, judged
from tuopin_analysis.register import load

QUICK = SETTINGS.model_copy(update={"draws": 199})


def classes(incomes) -> list[int]:
    homes = households([(f"h{n}",) for n in range(len(incomes))], "household_id")
    happened = stepped([(f"h{n}", "exit", "2016-06-01", income) for n, income in enumerate(incomes)])
    exits = judged.judge(homes, happened, measures({}), accepted([]), as_of="2016-12-31", rules=RULES, there=STEPS)
    found = bunching.classed(exits, SETTINGS).collect().to_pandas().sort_values("household_id")
    return found["income_step"].tolist()


def test_classes_begin_at_the_line_and_are_as_wide_as_just_over_it():
    edge = 2855 * 1.05
    assert classes([2855, 2854.99, 2855 * 0.95, 2712.24, edge, 2997.74, 4282.49, 4282.5, None]) == [
        0,
        -1,
        -1,
        -9,
        1,
        0,
        9,
        -9,
        -9,
    ]
    assert bunching.number_of_classes(SETTINGS) == 10


def table(rows: dict[str, list[int]], small=10, rules=QUICK) -> pd.DataFrame:
    """The test of townships given by their counts, just below the line first."""
    made = [(code, code, step, n) for code, counts in rows.items() for step, n in enumerate(counts, start=-1)]
    return bunching.by_township(pd.DataFrame(made, columns=["township_code", "township", "income_step", "exits"]), rules, small)


def test_a_curve_that_fits_exactly_expects_what_is_there():
    exits = np.exp(4 + 0.3 * np.arange(10) - 0.05 * np.arange(10) ** 2)
    assert bunching.counterfactual(exits, 2) == pytest.approx(exits, rel=1e-5)
    assert bunching.fitted(exits[None, :], 2)[0] == pytest.approx(exits, rel=1e-5)
    more = exits.copy()
    more[0] *= 3
    assert bunching.counterfactual(more, 2)[0] == pytest.approx(exits[0], rel=1e-5), (
        "the first class is not part of its own measure"
    )


def test_the_statistic_by_hand():
    """A flat curve over k classes: every mean is n/k, and the residual's variance n/k * (1 - 1/k)."""
    exits = np.array([[30.0, 10, 10, 10]])
    means = bunching.fitted(exits, 0)
    assert means[0] == pytest.approx([15] * 4)
    assert bunching._score(exits, means, 0)[0] == pytest.approx((30 - 15) / np.sqrt(15 * 3 / 4))


def test_classes_too_few_to_set_a_curve_are_not_tested():
    """Two counts, or none, lie on any number of curves: their continuation to the line is a number out of thin air."""
    found = table({"all": [0, 64, *[0] * 9], "two": [0, 60, 1, 1, *[0] * 7], "three": [0, 20, 1, 1, 1, *[0] * 6]})
    assert found["p_value"].notna().tolist() == [False, True, False]  # by code: all, three, two
    assert found["expected"].notna().tolist() == [False, True, False]
    assert found["just_over"].tolist() == [64, 20, 60]


def test_bunched_incomes_are_found_and_a_hole_over_the_line_is_not():
    found = table({"a": [0, 60, *[12] * 9], "b": [0, 0, *[12] * 9], "c": [9, 12, *[12] * 9]}).set_index("township_code")
    assert found["is_bunched"].tolist() == [True, False, False]
    assert found.loc["a", ["n", "just_below", "just_over"]].tolist() == [168, 0, 60]
    assert found.loc["a", "expected"] == pytest.approx(12, rel=1e-3)
    assert found.loc["a", "p_value"] == 1 / 200
    assert found.loc["c", "just_below"] == 9


def test_a_place_with_few_exits_is_not_tested_and_does_not_weigh_on_others():
    both = table({"a": [0, 60, *[12] * 9], "b": [0, 9, *[0] * 9]}).set_index("township_code")
    assert both.loc["b", ["expected", "statistic", "p_value", "q_value", "is_bunched"]].isna().all()
    assert both.loc["a", "q_value"] == both.loc["a", "p_value"]


def test_equal_counts_give_equal_p_values():
    rows = {"a": [0, 20, *[12] * 9], "b": [1, 15, *[9] * 9]}
    pd.testing.assert_frame_equal(table(rows), table(rows))


@pytest.mark.parametrize("seed", range(3))
def test_the_level_holds_on_honest_registers(seed):
    """Townships of 40 to 300 honest exits, cut off at the line: false positives within sampling error of the level."""
    rng, level, number = np.random.default_rng(seed), 0.1, 300
    edges = 1 + 0.05 * np.arange(11)
    found = 0
    for _ in range(number):
        drawn = np.exp(rng.normal(0.1, 0.35, 4 * rng.integers(40, 300)))
        window = np.histogram(drawn[drawn >= 1][: len(drawn) // 4], edges)[0]
        found += bunching.tested(window, QUICK, rng)["p_value"] <= level
    error = np.sqrt(level * (1 - level) / number)
    assert abs(found / number - level) < 3.3 * error


def test_fabricated_incomes_are_found_the_more_the_more_there_are():
    rng, edges, power = np.random.default_rng(7), 1 + 0.05 * np.arange(11), []
    for share in (0.0, 0.1, 0.3):
        found = 0
        for _ in range(60):
            drawn = np.exp(rng.normal(0.1, 0.35, 800))
            honest = drawn[drawn >= 1][:200]
            made = np.where(rng.random(len(honest)) < share, rng.uniform(1, 1.03, len(honest)), honest)
            found += bunching.tested(np.histogram(made, edges)[0], QUICK, rng)["p_value"] <= 0.05
        power.append(found / 60)
    assert power[0] < 0.15
    assert power[0] < power[1] < power[2]
    assert power[2] > 0.9


@pytest.mark.parametrize("as_of", ["2016-12-31", "2017-12-31"])
def test_the_township_of_the_key_is_found_and_no_other(as_of):
    day = {"register": "demo", "as_of": as_of}
    exits = judged.judge(load.households(**day), load.events(**day), load.measures(**day), load.acceptance(**day),
                         as_of=as_of, rules=RULES, there=STEPS)  # fmt: skip
    histogram = bunching.histogram(bunching.classed(exits, SETTINGS), SETTINGS)
    found = bunching.by_township(histogram, SETTINGS, RULES.small_numbers)
    key = load.planted_exits("demo", as_of="2017-12-31").query("topic == 'bunching'")
    assert found.loc[found["is_bunched"].fillna(False), "township_code"].tolist() == key["township_code"].tolist()
    curve = bunching.curve(histogram, found, "county", SETTINGS)
    assert curve["exits"].iloc[0] == found.loc[found["is_bunched"].fillna(False), "just_over"].item()
    assert len(bunching.curve(histogram, found, "130123204", SETTINGS)) == 10
    assert bunching.curve(histogram, found.assign(p_value=np.nan), "county", SETTINGS).empty


def test_q_values_by_hand():
    p_values = pd.Series([0.01, 0.02, 0.03, 0.5, np.nan])
    assert discovery.q_values(p_values).round(6).tolist()[:4] == [0.04, 0.04, 0.04, 0.5]
    assert discovery.q_values(pd.Series([], dtype="float64")).empty


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0.0001, 1), min_size=1, max_size=12))
def test_q_values_are_at_least_p_and_keep_their_order(p_values):
    p_values = pd.Series(p_values)
    found = discovery.q_values(p_values)
    assert (found >= p_values - 1e-12).all()
    assert (found <= 1).all()
    assert found.iloc[p_values.argsort()].is_monotonic_increasing


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 40), min_size=10, max_size=10).filter(lambda counts: sum(counts) >= 10))
def test_any_counts_give_a_p_value(counts):
    found = bunching.tested(np.array(counts), QUICK, np.random.default_rng(1))
    assert 0 < found["p_value"] <= 1
    assert np.isfinite(found["statistic"])
    assert found["expected"] >= 0
