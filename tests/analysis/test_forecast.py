"""The forecast: what is known by fact, what follows from the model, and whether its interval covers as often as it says."""

import importlib.util
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from analysis.samples import RULES, drawn, events, households
from scipy import integrate, stats

from tuopin_analysis import paths
from tuopin_analysis.analysis import counts, exit_rates, forecast, targets
from tuopin_analysis.rules_sections import Timetable

SETTINGS = RULES.part(Timetable).forecast
BASE = date(2016, 1, 1)


def told(homes, happened, as_of, settings=SETTINGS):
    moved = events(happened)
    moved = moved[moved["event_date"] <= pd.Timestamp(as_of)]
    left = set(moved.loc[moved["event"] == "exit", "household_id"])
    homes = homes.assign(is_remaining=~homes["household_id"].isin(left))
    due = targets.place_targets(homes, targets=RULES.targets, rounding="up")
    sizes = counts.count_places(homes, "township_code", ["size"])
    return forecast.dates(exit_rates.daily(homes, moved), sizes, due, baseline=BASE, as_of=as_of, settings=settings)


def out(number, day):
    return (f"h{number}", "exit", day, None)


def town(number, code="130123100"):
    return households([(f"h{n}", code, code) for n in range(number)], "household_id township_code township")


def steady(a_month, months):
    """So many households leave each month, the first in January."""
    days = [(m, f"2016-{m + 1:02}-15") for m in range(months)]
    return [out(m * a_month + n, day) for m, day in days for n in range(a_month)]


def test_a_target_that_is_reached_has_its_day_and_no_doubt():
    row = told(
        town(10), [out(0, "2016-02-01"), out(1, "2016-03-01"), out(2, "2016-03-01"), out(3, "2016-04-07")], "2016-06-30"
    ).iloc[0]
    assert (row["p_on_time"], row["still_needed_persons"], row["extra_exits_per_month"]) == (1, 0, 0)
    assert {str(row[name].date()) for name in ("date_lo", "date_median", "date_hi")} == {"2016-04-07"}


def test_after_the_target_day_the_fact_decides():
    late = [out(n, f"2016-0{n + 1}-01") for n in range(9)]
    missed = told(town(10), late, "2017-12-31").iloc[0]
    assert missed["p_on_time"] == 0
    assert missed["date_lo"] > pd.Timestamp("2017-12-31")
    assert pd.isna(missed["extra_exits_per_month"])
    met = told(town(10), [*late, out(9, "2017-12-31")], "2017-12-31").iloc[0]
    assert (met["p_on_time"], str(met["date_median"].date())) == (1, "2017-12-31")


def test_a_target_missed_on_its_day_and_reached_since_is_late():
    due = pd.DataFrame({"target_date": [date(2016, 12, 31)]})
    own = pd.DataFrame({"day": [date(2016, 6, 1).toordinal(), date(2017, 2, 3).toordinal()], "out_persons": [3, 2]})
    row = forecast._by_fact(own, due["target_date"][0], 4, BASE, date(2017, 3, 1))
    assert (row["p_on_time"], row["date_median"], row["still_needed_persons"]) == (0, date(2017, 2, 3), 0)


def test_a_relapse_puts_off_the_day_since_when_it_is_reached():
    own = pd.DataFrame({"day": [736000, 736010, 736020], "out_persons": [5, -1, 1]})
    row = forecast._by_fact(own, date(2016, 12, 31), 5, BASE, date(2016, 6, 1))
    assert row["date_median"] == date.fromordinal(736020)


def test_the_next_target_is_the_first_after_the_day_else_the_last():
    due = targets.place_targets(town(10), targets=RULES.targets, rounding="up")
    days = [forecast.next_target(due, day)["target_date"].iloc[0].year for day in ("2016-12-30", "2016-12-31", "2017-12-31")]
    assert days == [2016, 2017, 2017]


def test_a_steady_pace_goes_on():
    """10 of 240 households leave each month: 60 % of them are left after 9.6 months; the 150 left at 9 months take 15 more."""
    row = told(town(240), steady(10, 9), "2016-09-30").iloc[0]
    assert row["target_persons"] == 96  # the target of 2016: 90 are out, 6 more take less than a month
    assert pd.Timestamp("2016-10-05") < row["date_median"] < pd.Timestamp("2016-11-05")
    assert row["p_on_time"] > 0.95
    assert row["extra_exits_per_month"] == 0
    last = told(town(240), steady(10, 12), "2016-12-31").iloc[0]
    assert pd.Timestamp("2017-10-01") < last["date_median"] < pd.Timestamp("2018-03-31")
    assert last["date_lo"] < last["date_median"] < last["date_hi"]
    assert 0.05 < last["p_on_time"] < 0.95
    assert 1 <= last["extra_exits_per_month"] <= 8


def test_nobody_left_so_far_and_the_day_is_beyond_the_horizon():
    row = told(town(50), [], "2016-06-30").iloc[0]
    assert row[["date_lo", "date_median", "date_hi"]].isna().sum() >= 2
    assert row["p_on_time"] < 0.05
    assert row["extra_exits_per_month"] == math.ceil(20 / 6)  # 20 persons of 50 within six months


def test_without_exits_nothing_is_told_in_the_first_month():
    row = told(town(50), [], "2016-01-30").iloc[0]
    assert row[["p_on_time", "date_lo", "date_median", "date_hi", "extra_exits_per_month"]].isna().all()
    assert row["still_needed_persons"] == 20
    assert not pd.isna(told(town(50), [], "2016-01-31").iloc[0]["p_on_time"])
    assert not pd.isna(told(town(50), [out(1, "2016-01-03")], "2016-01-30").iloc[0]["p_on_time"])


def test_a_register_that_begins_within_a_month_has_seen_that_part_of_it_alone():
    """From the 17th to the 31st of December are 15 of 31 days; an exit before the register began is no exit of its course."""
    days = exit_rates.daily(town(10), events([out(0, "2016-12-10"), out(1, "2016-12-20"), out(2, "2017-01-05")]))
    code = str(days["township_code"].iloc[0])
    seen = exit_rates.course(days, pd.Series([10], index=[code]), baseline=date(2016, 12, 17), as_of=date(2017, 1, 31))
    assert seen.months.tolist() == pytest.approx([15 / 31, 1])
    assert seen.exits.tolist() == [[1, 1]]
    short = exit_rates.course(days, pd.Series([10], index=[code]), baseline=date(2016, 12, 17), as_of=date(2016, 12, 20))
    assert short.months.tolist() == pytest.approx([4 / 31])


def test_a_small_township_borrows_strength():
    """One exit among 10 households says little: its rate is drawn to that of its neighbours."""
    fast = [out(n, f"2016-0{1 + n % 6}-10") for n in range(60)]
    columns = "household_id township_code township"
    neighbours = [households([(f"h{n}", f"{c}", f"{c}") for n in range(c * 100, c * 100 + 100)], columns) for c in (1, 2, 3)]
    small = households([(f"h{n}", "9", "9") for n in range(900, 910)], columns)
    homes = pd.concat([*neighbours, small], ignore_index=True)
    happened = [(f"h{c * 100 + int(name[1:])}", *rest) for c in range(1, 4) for name, *rest in fast] + [out(900, "2016-03-01")]
    seen = exit_rates.course(exit_rates.daily(homes, events(happened)), homes.groupby("township_code")["household_id"].count(),
                             baseline=BASE, as_of=date(2016, 6, 30))  # fmt: skip
    rates = exit_rates.draws(seen, 4000, np.random.default_rng(1)).rates.mean(axis=0)
    assert abs(rates[:3] - 0.1).max() < 0.02
    assert 1 / 60 + 0.01 < rates[3] < 0.1  # by itself 1 of 10 households in 6 months


def test_the_posterior_of_one_township_is_that_of_the_integral():
    """With the hyperparameters integrated by a quadrature of its own, written after the model's text."""
    seen = exit_rates.Course(["a"], np.array([100.0]), np.array([[3.0, 5.0, 4.0]]), np.ones(3), 0, 0.0)
    drawn_rates = exit_rates.draws(seen, 20000, np.random.default_rng(3)).rates[:, 0]

    grid = np.geomspace(1e-4, 1, 400)
    shapes = 1 / exit_rates.UNEVEN[:, None] ** 2
    likelihood = sum(np.prod([stats.nbinom.pmf(k, shapes, shapes / (shapes + 100 * grid)) for k in (3, 5, 4)], axis=0))
    given = 1 / exit_rates.APART[:, None, None] ** 2
    prior = stats.gamma.pdf(grid, given, scale=exit_rates.MIDDLES[:, None] / given).sum(axis=(0, 1))
    weight = likelihood * prior
    mean = integrate.trapezoid(weight * grid, grid) / integrate.trapezoid(weight, grid)
    assert drawn_rates.mean() == pytest.approx(mean, rel=0.05)


def test_months_and_relapses_of_a_course():
    homes = town(4)
    days = exit_rates.daily(homes, events([out(0, "2016-01-31"), out(1, "2016-02-01"), ("h0", "relapse", "2016-03-05", None)]))
    seen = exit_rates.course(days, pd.Series({"130123100": 4}), baseline=BASE, as_of=date(2016, 3, 10))
    assert seen.exits.tolist() == [[1, 1, 0]]
    assert seen.months.tolist() == [1, 1, pytest.approx(10 / 31)]
    assert (seen.relapses, seen.out_months) == (1, pytest.approx(1 + 2 * 10 / 31))


def test_days_with_a_share_of_a_month():
    assert forecast._day(date(2016, 12, 31), 1.0) == date(2017, 1, 31)
    assert forecast._day(date(2016, 12, 31), 0.001) == date(2017, 1, 1)
    assert forecast._day(date(2016, 6, 15), 0.5) == date(2016, 6, 30)
    assert forecast._day(date(2016, 6, 15), math.inf) is None


def test_equal_inputs_give_equal_forecasts_and_another_seed_others():
    happened = steady(10, 6)
    one, same = told(town(240), happened, "2016-06-30"), told(town(240), happened, "2016-06-30")
    pd.testing.assert_frame_equal(one, same)
    other = told(town(240), happened, "2016-06-30", SETTINGS.model_copy(update={"seed": 1}))
    assert (one["p_on_time"] - other["p_on_time"]).abs().max() < 0.06


def test_dates_are_in_order_and_probabilities_agree_with_them():
    register = drawn(5, 200)
    moved = register["events"][register["events"]["event_date"] <= "2016-09-30"]
    homes = register["households"]
    last = moved.drop_duplicates("household_id", keep="last").set_index("household_id")["event"]
    homes = homes.assign(is_remaining=homes["household_id"].map(last).ne("exit").to_numpy())
    due = targets.place_targets(homes, targets=RULES.targets, rounding="up")
    sizes = counts.count_places(homes, "township_code", ["size"])
    table = forecast.dates(exit_rates.daily(homes, moved), sizes, due, baseline=BASE, as_of="2016-09-30", settings=SETTINGS)
    assert (table["date_lo"] <= table["date_median"]).all()
    in_time = table["date_median"] <= table["target_date"]
    assert (table.loc[in_time, "p_on_time"] >= 0.5).all()
    assert (table.loc[~in_time, "p_on_time"] <= 0.5).all()
    assert ((table["extra_exits_per_month"] == 0) == (table["p_on_time"] >= SETTINGS.surely)).all()


def test_nobody_is_registered():
    assert told(town(0), [], "2016-06-30").empty


def benchmark():
    found = importlib.util.spec_from_file_location("forecast_coverage", paths.ROOT / "benchmarks" / "forecast_coverage.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_interval_covers_as_often_as_it_says_and_beats_the_straight_line():
    """A small version of benchmarks/forecast_coverage.py, on simulated townships whose true day is known."""
    coverage = benchmark()
    settings = SETTINGS.model_copy(update={"simulations": 400})
    found = coverage.told(coverage.judged(np.random.default_rng(11), 50, settings), SETTINGS.horizon_months)
    assert found["townships"] > 200
    assert 0.75 <= found["coverage"] <= 0.85
    assert found["pinball"] < found["line's pinball"]
    assert found["Brier"] < found["line's Brier"]
