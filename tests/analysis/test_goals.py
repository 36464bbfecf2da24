"""County goals: latest figures, distance, trend and state by hand; what is not supplied stays so."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from analysis.samples import RULES, households
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.analysis import goals, withholding
from tuopin_analysis.register import goals as supplied

S = RULES.supervision
KNOWN = supplied.known()
DAY = date(2016, 12, 31)


def series(rows: list[tuple], as_of="2016-12-31") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["indicator", "year", "county_value", "provincial_mean"])
    frame = frame.astype({"indicator": "str", "year": "int64", "county_value": "float64", "provincial_mean": "float64"})
    return goals.series(frame.assign(unit="per_cent", source="somewhere", line=range(2, 2 + len(frame))), KNOWN, as_of)


def table(rows: list[tuple], as_of="2016-12-31", left=7) -> pd.DataFrame:
    counted = pd.DataFrame({"remaining_persons": [left]}).astype("Int64")
    found = goals.table(series(rows, as_of), KNOWN, counted, as_of=as_of, settings=S)
    return found.set_index("goal_indicator")


GROWTH = [("income_growth", 2013, 12.0, 12.5), ("income_growth", 2014, 10.0, 10.1), ("income_growth", 2016, 9.0, 8.1)]


def test_an_indicator_by_hand():
    row = table(GROWTH).loc["income_growth"]
    assert row[["indicator_year", "county_value", "provincial_mean", "distance", "years"]].tolist() == [2016, 9.0, 8.1, 0.9, 3]
    assert row["trend_yearly"] == -1.0  # pairs: -2, -1, -0.5
    assert row["distance_trend_yearly"] == pytest.approx(np.median([0.4, 1.4 / 3, 0.5]))
    assert row[["goal_group", "goal", "goal_state", "source"]].tolist() == ["improve", "improve_living", "met", "somewhere"]


def test_a_year_counts_when_it_is_over():
    assert table(GROWTH, "2016-12-30").loc["income_growth", "indicator_year"] == 2014
    assert table(GROWTH, "2016-12-31").loc["income_growth", "indicator_year"] == 2016
    assert pd.isna(table(GROWTH, "2012-06-30").loc["income_growth", "county_value"])


def test_two_years_make_no_trend():
    row = table(GROWTH[:2]).loc["income_growth"]
    assert row[["trend_yearly", "distance_trend_yearly"]].isna().all()


def test_missing_stays_missing_and_is_never_nought():
    found = table([("hospital_beds", 2015, float("nan"), 4.0), ("forest_cover", 2015, 20.0, float("nan"))])
    assert found.loc["hospital_beds", "goal_state"] == "not_supplied"
    assert found.loc["air_good_days", "goal_state"] == "not_supplied"
    assert found.loc["forest_cover", ["goal_state", "county_value"]].tolist() == ["no_mean", 20.0]
    numbers = ["county_value", "provincial_mean", "distance", "trend_yearly", "years", "indicator_year"]
    assert found.loc["air_good_days", numbers].isna().all()
    assert len(found) == len(KNOWN)


def test_the_persons_left_come_from_the_register():
    found = table([], left=7).loc["poor_persons_left"]
    assert found[["county_value", "indicator_year", "goal_state", "target_value"]].tolist() == [7, 2016, "under_way", 0]
    assert table([], left=0).loc["poor_persons_left", "goal_state"] == "met"
    assert table([], "2020-12-31", left=7).loc["poor_persons_left", "goal_state"] == "not_met"


def test_registered_by_hand():
    rows = [("a", 2, True), ("b", 3, False), ("c", 5, False)]
    found = goals.registered(households(rows, "household_id size is_remaining")).iloc[0]
    assert found.to_dict() == {"households": 3, "persons": 10, "remaining_households": 1, "remaining_persons": 2,
                               "actual_households": 2, "actual_persons": 8, "share_actual": 0.8}  # fmt: skip
    nobody = goals.registered(households([], "household_id size is_remaining"))
    assert nobody["persons"].tolist() == [0]
    assert nobody["share_actual"].isna().all()


def one(judged: str, better: str = "more", target: float = float("nan"), by: str | None = None) -> dict:
    return {"judged": judged, "better": better, "target": target, "by": pd.Timestamp(by) if by else pd.NaT}


@pytest.mark.parametrize(
    ("county", "mean", "state"), [(8.1, 8.0, "met"), (8.0, 8.0, "not_met"), (7.9, 8.0, "not_met"), (0.3, 0.1 + 0.2, "not_met")]
)
def test_above_is_above(county, mean, state):
    assert goals.state(one("above"), county, mean, S, DAY) == state


def test_close_has_a_margin_and_takes_what_is_better():
    found = [goals.state(one("close"), county, 90.0, S, DAY) for county in (99.0, 90.0, 85.5, 85.4)]
    assert found == ["met", "met", "met", "not_met"]  # 5 % of 90 is 4.5
    found = [goals.state(one("close", "less"), county, 90.0, S, DAY) for county in (10.0, 94.5, 94.6)]
    assert found == ["met", "met", "not_met"]


def test_a_target_is_not_missed_before_its_day():
    half = one("reach", "more", 100.0, "2016-12-31")
    assert [goals.state(half, 99.0, float("nan"), S, day) for day in (date(2016, 12, 30), DAY)] == ["under_way", "not_met"]
    assert goals.state(half, 100.0, float("nan"), S, date(2016, 1, 1)) == "met"


POINTS = st.tuples(st.integers(2000, 2020), st.integers(-50, 50))


@given(st.lists(POINTS, min_size=3, max_size=9, unique_by=lambda point: point[0]), st.integers(-20, 20), st.integers(-5, 5))
def test_a_line_has_its_own_slope_and_a_tilt_adds_to_any(points, level, tilt):
    years = pd.Series([year for year, _ in points])
    values = pd.Series([float(value) for _, value in points])
    assert goals.slope(years, level + tilt * years.astype(float), 3) == pytest.approx(tilt, abs=1e-6)
    assert goals.slope(years, values + tilt * years, 3) == pytest.approx(goals.slope(years, values, 3) + tilt, abs=1e-6)


def test_one_odd_year_does_not_turn_the_trend():
    years = pd.Series(range(2010, 2017))
    values = pd.Series([1.0, 2.0, 3.0, 90.0, 5.0, 6.0, 7.0])
    assert goals.slope(years, values, 3) == pytest.approx(1.0)


def test_a_suppressed_figure_is_named_and_has_no_state():
    counted = pd.DataFrame({"remaining_persons": pd.array([None], dtype="Int64"), withholding.SUPPRESSED: ["remaining_persons"]})
    found = goals.table(series([]), KNOWN, counted, as_of="2016-12-31", settings=S).set_index("goal_indicator")
    row = found.loc["poor_persons_left"]
    assert row[withholding.SUPPRESSED] == "county_value;goal_state"
    assert row[["county_value", "goal_state"]].isna().all()
    assert (found[withholding.SUPPRESSED].drop("poor_persons_left") == "").all()


def test_the_demonstrations_indicators_show_every_state():
    found = goals.series(supplied.indicators("demo"), KNOWN, "2016-12-31")
    counted = pd.DataFrame({"remaining_persons": [2172]})
    states = set(goals.table(found, KNOWN, counted, as_of="2016-12-31", settings=S)["goal_state"])
    assert states == {"met", "not_met", "under_way", "not_supplied", "no_mean"}
