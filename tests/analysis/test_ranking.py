"""Funnel limits against the binomial distribution, ranks that follow the rows and tie, judgements that chance does not make."""

import itertools

import numpy as np
import pandas as pd
import pytest
from analysis.samples import RULES
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from tuopin_analysis.analysis import composite, ranking
from tuopin_analysis.analysis.supervision import INDICATORS, MORE_IS_BETTER

S = RULES.supervision
FEW = S.model_copy(update={"draws": 400})
OUT = {"out": ("k", "n")}
TWO = {"out": ("k", "n"), "overdue": ("late", "due")}


def places(*pairs: tuple[int, int], **more) -> pd.DataFrame:
    frame = pd.DataFrame(pairs, columns=["k", "n"]).astype("Int64")
    codes = pd.Series([f"{n:09}" for n in range(len(pairs))], dtype="str")
    return frame.assign(township_code=codes, township=codes, **more)


def ranks(frame, indicators=None, more=MORE_IS_BETTER, rules=FEW) -> pd.DataFrame:
    return ranking.ranks(frame, indicators or OUT, more, rules)


@pytest.mark.parametrize("within", [0.95, 0.998])
@pytest.mark.parametrize("rate", [0.004, 0.09, 0.36, 0.91])
def test_outside_the_limits_is_just_what_the_exact_tails_say(rate, within):
    tail = (1 - within) / 2
    for n in [*range(1, 41), 97, 394]:
        low, high = (float(end[0]) for end in ranking.limits(np.array([n]), rate, within))
        for k in range(n + 1):
            assert (k / n > high + 1e-12) == (binom.sf(k - 1, n, rate) < tail), (n, k)
            assert (k / n < low - 1e-12) == (binom.cdf(k, n, rate) < tail), (n, k)


def test_limits_draw_closer_with_the_base_and_hold_the_rate():
    low, high = ranking.limits(np.arange(1, 2000), 0.3, 0.998)
    assert (np.diff(low) >= -1e-12).all()
    assert (np.diff(high) <= 1e-12).all()
    assert (low < 0.3).all()
    assert (high > 0.3).all()


def test_limits_of_a_rate_that_all_share_are_that_rate():
    assert [end.tolist() for end in ranking.limits(np.array([5, 9]), 0.0, 0.95)] == [[0.0, 0.0], [0.0, 0.0]]
    found = ranks(places((0, 20), (0, 40)))
    assert found["judgement"].tolist() == ["ordinary"] * 2
    assert found["rank"].tolist() == [1, 1]


def test_wilson_by_hand_and_at_the_ends():
    low, high = ranking.wilson(np.array([0.0, 10.0, 1.0]), np.array([10.0, 10.0, 0.0]), 0.95)
    assert (low[0], high[1]) == (0.0, 1.0)
    assert high[0] == pytest.approx(1.96**2 / (10 + 1.96**2), abs=1e-4)
    assert np.isnan([low[2], high[2]]).all()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=7), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_changes_nothing(pairs, random):
    frame = places(*[(k, k + more) for k, more in pairs])
    mixed = frame.sample(frac=1, random_state=random.randint(0, 10**6))
    one, other = ranks(frame), ranks(mixed)
    if one.empty:
        assert other.empty
        return
    assert other["township_code"].tolist() == mixed["township_code"].tolist()
    pd.testing.assert_frame_equal(
        one.sort_values("township_code", ignore_index=True), other.sort_values("township_code", ignore_index=True)
    )


@given(st.integers(0, 5), st.integers(1, 5), st.lists(st.integers(1, 60), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_equal_rates_tie_and_are_ordinary(k, more, sizes):
    found = ranks(places(*[(k * size, (k + more) * size) for size in sizes]))
    assert found["rank"].tolist() == [1] * len(sizes)
    assert set(found["judgement"]) <= {"ordinary", "too_few"}


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), min_size=2, max_size=6))
@settings(max_examples=25, deadline=None)
def test_a_township_of_one_household_is_never_judged_for_chance(pairs):
    frame = places((0, 1), (1, 1), *[(k, k + more) for k, more in pairs])
    for rules in (FEW, FEW.model_copy(update={"least_base": 1})):  # also without the rule on small bases, unless truly extreme
        found = ranks(frame, rules=rules)
        tail = (1 - float(rules.limits[1])) / 2
        county = found["county_rate"].iloc[0]
        if rules.least_base > 1 or tail < county < 1 - tail:
            assert not set(found["judgement"].head(2)) & {"commend", "criticise"}
        low, high = found["rank_lo"], found["rank_hi"]
        assert (low.dropna() <= high.dropna()).all()


def test_a_large_base_is_judged_by_what_a_small_one_is_not():
    found = ranks(places((4, 10), (160, 400), (320, 400), (8, 10), (300, 1000)))
    assert found["judgement"].tolist() == ["ordinary", "ordinary", "commend", "ordinary", "criticise"]
    rates = found.set_index("township_code")["rate_shrunken"]
    assert 0.4 < rates["000000003"] < rates["000000002"] < 0.8, "the small one is drawn further in"


def test_less_is_better_turns_ranks_and_judgements():
    frame = places((100, 400), (160, 400), (240, 400))
    more, less = ranks(frame), ranks(frame, {"overdue": ("k", "n")})
    assert more["rank"].tolist() == [3, 2, 1]
    assert less["rank"].tolist() == [1, 2, 3]
    assert (more["judgement"].iloc[2], less["judgement"].iloc[2]) == ("commend", "criticise")


def test_what_is_no_merit_is_not_commended():
    frame = places((0, 400), (30, 400), (60, 400))
    assert ranks(frame, {"no_plan": ("k", "n")})["judgement"].tolist() == ["ordinary", "ordinary", "criticise"]
    assert ranks(frame, {"overdue": ("k", "n")})["judgement"].tolist() == ["commend", "ordinary", "criticise"]


def test_praise_for_exits_waits_where_they_are_in_doubt():
    frame = places((300, 400), (120, 400), (120, 400), wrong=[90, 2, 2])
    found = ranks(frame, {"out": ("k", "n"), "doubtful_exits": ("wrong", "k")})
    first = found[found["township_code"] == "000000000"].set_index("indicator")["judgement"]
    assert first.to_dict() == {"out": "unconfirmed", "doubtful_exits": "criticise"}
    assert ranking.doubtful(found, FEW) == ["000000000"]
    of_units = frame.assign(helping_unit=["u1", "u2", "u3"])
    by = ("helping_unit", "township_code", "township")
    told = ranking.ranks(of_units, OUT, MORE_IS_BETTER, FEW, by=by, doubted=["000000000"])
    assert told["judgement"].tolist() == ["unconfirmed", "criticise", "criticise"]
    both = ranking.judged(found, told)
    assert both["judgement"].tolist() == ["criticise"] * 5 + ["commend"] * 2 + ["unconfirmed"] * 2
    assert both["helping_unit"].tolist() == ["", "", "", "u2", "u3", "", "", "", "u1"]


def test_missing_counts_stay_missing_and_an_indicator_without_any_is_left_out():
    frame = places((5, 20), (6, 20), late=pd.array([None, 2], dtype="Int64"), due=pd.array([None, 0], dtype="Int64"))
    found = ranks(frame, TWO)
    assert found["indicator"].unique().tolist() == ["out"]
    frame["due"] = pd.array([4, 0], dtype="Int64")
    frame["late"] = pd.array([1, 0], dtype="Int64")
    found = ranks(frame, TWO).set_index(["indicator", "township_code"]).loc["overdue"]
    assert found["rate"].isna().tolist() == [False, True], "nothing out of nothing"
    assert found["rank"].isna().tolist() == [False, True]
    assert ranks(frame.iloc[:0], TWO).empty


def test_intervals_of_ranks_cover_the_true_rank():
    """Of places whose rates are drawn from a beta distribution, the interval holds the true rank about as often as it says."""
    rng = np.random.default_rng(7)
    held = []
    for _ in range(60):
        true, n = rng.beta(8, 12, size=8), rng.integers(30, 400, size=8)
        frame = places(*zip(rng.binomial(n, true).tolist(), n.tolist(), strict=True))
        found, place = ranks(frame), ranking.ranked(true, more=True)
        held.append(((found["rank_lo"] <= place) & (found["rank_hi"] >= place)).mean())
    assert 0.92 <= np.mean(held) <= 1.0


def test_so_many_equal_places_lie_outside_by_chance_as_the_limits_say():
    rng = np.random.default_rng(11)
    n = rng.integers(20, 400, size=6000)
    low, high = ranking.limits(n, 0.35, 0.95)
    rate = rng.binomial(n, 0.35) / n
    assert 0.02 <= np.mean((rate < low) | (rate > high)) <= 0.05  # exact limits hold 95 % or more


def test_equal_inputs_give_equal_draws_and_another_seed_others():
    frame = places((5, 20), (9, 20), (30, 90))
    pd.testing.assert_frame_equal(ranks(frame), ranks(frame))
    one, other = (ranking.draws(np.array([5.0, 9.0]), np.array([20.0, 20.0]), rules, 0)[1]
                  for rules in (FEW, FEW.model_copy(update={"seed": 1})))  # fmt: skip
    assert not np.array_equal(one, other)


def test_curves_of_the_funnel_are_the_limits_of_the_table():
    found = ranks(places((5, 20), (30, 50)))
    curves = ranking.funnel(found, FEW, ["out", "overdue"], points=53)
    assert curves["indicator"].unique().tolist() == ["out"]
    row = curves[np.isclose(curves["base"], 20)]
    at = found.iloc[0]
    low, high = ranking.limits(np.array([20.0]), at["county_rate"], float(FEW.limits[1]))
    assert (at["limit_lo"], at["limit_hi"]) == (low[0], high[0])
    assert ((curves["limit_lo"] <= curves["warn_lo"] + 1e-12) & (curves["warn_hi"] <= curves["limit_hi"] + 1e-12)).all()
    assert len(row) <= 1


COUNTED = places((150, 200), (100, 200), (60, 200), late=[2, 20, 8], due=[50, 50, 50])
WEIGHED = FEW.model_copy(update={"weights": {"out": 3, "overdue": 1, "upheld": 1}})


def scores(frame=COUNTED, rules=WEIGHED) -> pd.DataFrame:
    return composite.composite(ranks(frame, TWO, rules=rules), TWO, MORE_IS_BETTER, rules)


def test_the_score_is_the_weighted_mean_of_shrunken_rates():
    found, told = scores(), ranks(COUNTED, TWO, rules=WEIGHED)
    rate = told.pivot_table(index="township_code", columns="indicator", values="rate_shrunken")
    expected = 100 * (0.75 * rate["out"] + 0.25 * (1 - rate["overdue"]))
    assert found["score"].tolist() == pytest.approx(expected.tolist())
    assert found["rank"].tolist() == [1, 2, 3]
    weights = composite.indicators(told, {**TWO, "upheld": ("x", "y")}, MORE_IS_BETTER, WEIGHED).set_index("indicator")
    assert weights["weight"].fillna(-1).to_dict() == {"out": 0.75, "overdue": 0.25, "upheld": -1}
    assert weights.loc["out", ["cases", "base", "better"]].tolist() == [310, 600, "more"]


def test_with_one_indicator_left_out_the_ranks_are_those_of_the_other():
    found = scores()
    assert found["rank_dropped_lo"].tolist() == [1, 2, 2]
    assert found["rank_dropped_hi"].tolist() == [1, 3, 3]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_composite_follows_its_rows(order):
    one = scores().set_index("township_code")
    other = scores(COUNTED.iloc[list(order)])
    assert other["township_code"].tolist() == COUNTED["township_code"].iloc[list(order)].tolist()
    pd.testing.assert_frame_equal(other.set_index("township_code").sort_index(), one)


def test_equal_townships_tie_whatever_the_weights():
    found = scores(places((50, 100), (50, 100), late=[5, 5], due=[20, 20]))
    assert found[["rank", "rank_weights_lo", "rank_weights_hi", "rank_dropped_hi"]].to_numpy().tolist() == [[1] * 4] * 2


def test_a_township_without_a_base_counts_as_the_county_does():
    found = scores(places((50, 100), (50, 100), (50, 100), late=[2, 8, 0], due=[20, 20, 0])).set_index("township_code")["score"]
    assert found["000000001"] < found["000000002"] < found["000000000"]


def test_without_any_weighted_indicator_there_is_no_score():
    told = ranks(COUNTED, OUT)
    assert composite.composite(told, OUT, MORE_IS_BETTER, WEIGHED.model_copy(update={"weights": {"upheld": 1}})).empty


def test_the_shipped_rules_name_indicators_that_are_there():
    assert set(S.weights) | set(S.commend_for) | set(S.confirmed_by) <= set(INDICATORS)
    assert sum(S.weights.values()) == 1
