"""The county's goals: three guarantees and four improvements, indicator by indicator, against target or provincial mean.

Indicators come with their sources from a file, but for the persons still poor, whom the register counts. What was not supplied
stays missing. The page is the county's, whatever the place of the report.
"""

from collections.abc import Mapping
from datetime import date
from itertools import combinations
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.withholding import SUPPRESSED
from tuopin_analysis.rules_sections import Supervision

REGISTERED = "poor_persons_left"
COLUMNS = ["goal_group", "goal", "goal_indicator", "goal_unit", "indicator_year", "county_value", "provincial_mean", "distance",
           "trend_yearly", "distance_trend_yearly", "years", "target_value", "target_date", "goal_state",
           "source"]  # fmt: skip


def registered(households: IntoFrame) -> pd.DataFrame:
    """What the register says of the guarantee: one row: `households, persons`, those out (`actual_*`), those not
    (`remaining_*`) and `share_actual`, the share of persons who are out."""
    read = counts.lazy(households, ["size", "is_remaining"])
    left = nw.col("is_remaining").cast(nw.Int64)
    rows = read.select(one=nw.lit(1), households=nw.lit(1), persons=nw.col("size"), remaining_households=left,
                       remaining_persons=left * nw.col("size"))  # fmt: skip
    summed = rows.group_by("one").agg(*(nw.col(column).sum() for column in counts.COUNTS))
    found = counts.collect(summed, counts.COUNTS)[counts.COUNTS]
    found = found if len(found) else pd.DataFrame({column: [0] for column in counts.COUNTS})
    for unit in counts.UNITS:
        found[f"actual_{unit}"] = found[unit] - found[f"remaining_{unit}"]
    return found.assign(share_actual=counts.ratio(found["actual_persons"], found["persons"]))


def series(supplied: pd.DataFrame, known: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """The figures supplied of years that have ended by `as_of`: one row per indicator and year, indicators in their order.

    `goal_indicator, goal_unit, indicator_year, county_value, provincial_mean`, `distance` (county less province, in the
    indicator's unit), `source` and `line` of the file.
    """
    day = counts.day(as_of)
    ended = supplied[supplied["year"] < day.year + (day == date(day.year, 12, 31))]
    order = {name: place for place, name in enumerate(known["indicator"])}
    rows = ended.assign(_order=ended["indicator"].map(order)).sort_values(["_order", "year"], ignore_index=True)
    rows = rows.rename(columns={"indicator": "goal_indicator", "unit": "goal_unit", "year": "indicator_year"})
    rows["distance"] = (rows["county_value"] - rows["provincial_mean"]).round(9)
    names = ["goal_indicator", "goal_unit", "indicator_year", "county_value", "provincial_mean", "distance", "source", "line"]
    return rows[names].astype({"goal_indicator": "str", "goal_unit": "str", "source": "str"})


def table(found: pd.DataFrame, known: pd.DataFrame, counted: pd.DataFrame, *, as_of: Day, settings: Supervision) -> pd.DataFrame:
    """Every known indicator as it stands: one row each, in their order.

    The latest year with a county's value: `indicator_year, county_value, provincial_mean, distance`; `trend_yearly` and
    `distance_trend_yearly` (Theil-Sen slopes, from `settings.trend_years` years on, `years` of them); `target_value,
    target_date`; `goal_state` (see `state`); `source`. `counted` is `registered`, as the edition may show it: of the day itself.
    """
    day = counts.day(as_of)
    described: list[dict[str, Any]] = [{str(name): value for name, value in one.items()} for one in known.to_dict("records")]
    rows = [_row(one, found[found["goal_indicator"] == one["indicator"]], settings, day) for one in described]
    whole = pd.DataFrame(rows, columns=COLUMNS)
    here = whole["goal_indicator"] == REGISTERED
    left = counted["remaining_persons"].iloc[0]
    value = float("nan") if pd.isna(left) else float(left)
    for one in (one for one in described if one["indicator"] == REGISTERED):
        now = {"county_value": value, "indicator_year": day.year, "goal_state": state(one, value, float("nan"), settings, day)}
        whole = whole.assign(**{column: whole[column].mask(here, told) for column, told in now.items()})
    texts = dict.fromkeys(("goal_group", "goal", "goal_indicator", "goal_unit", "goal_state", "source"), "str")
    whole = whole.astype(texts | {"indicator_year": "Int64", "years": "Int64", "target_date": "datetime64[us]"})
    if SUPPRESSED not in counted:
        return whole
    hidden = here & pd.isna(left)
    shown = whole.assign(goal_state=whole["goal_state"].mask(hidden))
    return shown.assign(**{SUPPRESSED: pd.Series("", shown.index, dtype="str").mask(hidden, "county_value;goal_state")})


def _row(one: Mapping[str, Any], rows: pd.DataFrame, settings: Supervision, day: date) -> dict[str, Any]:
    """An indicator's latest figures, and how they move."""
    given = rows[rows["county_value"].notna()]
    last = given.iloc[-1].to_dict() if len(given) else {}
    county, mean = last.get("county_value", float("nan")), last.get("provincial_mean", float("nan"))
    both = given[given["distance"].notna()]
    source = one["source"] if one["taken_from"] == "register" else None
    return {
        "goal_group": str(one["goal"]).split("_")[0], "goal": one["goal"], "goal_indicator": one["indicator"],
        "goal_unit": one["unit"], "indicator_year": last.get("indicator_year"), "county_value": county, "provincial_mean": mean,
        "distance": last.get("distance", float("nan")),
        "trend_yearly": slope(given["indicator_year"], given["county_value"], settings.trend_years),
        "distance_trend_yearly": slope(both["indicator_year"], both["distance"], settings.trend_years),
        "years": len(given) or None, "target_value": one["target"], "target_date": one["by"],
        "goal_state": state(one, county, mean, settings, day), "source": last.get("source", source),
    }  # fmt: skip


def slope(years: pd.Series, values: pd.Series, least: int) -> float:
    """The change a year: the median of the slopes between all pairs (Theil 1950; Sen 1968, JASA 63), so that one odd year does
    not turn it; missing for fewer years than `least`.

    >>> slope(pd.Series([2013, 2014, 2016]), pd.Series([1.0, 2.0, 9.0]), 3)
    2.666666667
    """
    points = list(zip(years.astype("float64"), values.astype("float64"), strict=True))
    if len(points) < least:
        return float("nan")
    return round(float(np.median([(b - a) / (later - sooner) for (sooner, a), (later, b) in combinations(points, 2)])), 9)


def state(one: Mapping[str, Any], county: float, mean: float, settings: Supervision, day: date) -> str:
    """Whether a goal is met: met, not_met, under_way (its day has not come), not_supplied, no_mean.

    `reach`: the target's value. `above`: better than the provincial mean, equal is not. `close`: no more than
    `settings.close_to_mean` of the mean worse than it.
    """
    if pd.isna(county):
        return "not_supplied"
    sign = 1 if one["better"] == "more" else -1
    if one["judged"] == "reach":
        met = sign * (county - one["target"]) >= 0
        return "met" if met else "under_way" if pd.isna(one["by"]) or day < one["by"].date() else "not_met"
    if pd.isna(mean):
        return "no_mean"
    ahead = sign * (counts.exact(county) - counts.exact(mean))
    if one["judged"] == "above":
        return "met" if ahead > 0 else "not_met"
    return "met" if ahead >= -counts.exact(settings.close_to_mean) * abs(counts.exact(mean)) else "not_met"
