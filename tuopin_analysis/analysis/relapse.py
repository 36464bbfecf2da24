"""How many of those who left poverty fell back, and how soon: survival after the exit, by Kaplan and Meier.

An exit is followed to its relapse, to the day on which the household was gone, or to the day of the report; those not followed
long enough are not counted as if they had stood fast. Estimator: Kaplan and Meier (1958); its variance: Greenwood (1926); the
interval is that of log(−log S), which stays between 0 and 1 (Kalbfleisch and Prentice 1980).
"""

from collections.abc import Sequence
from statistics import NormalDist

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.counts import Groups
from tuopin_analysis.analysis.exits import day_number
from tuopin_analysis.analysis.histories import Histories

ALL, UNKNOWN = "all", "unknown"
SHARES = ["relapse_share", "share_low", "share_high"]


def followed(told: Histories, households: IntoFrame, groups: Groups) -> pd.DataFrame:
    """Each exit and how long it held: the `spells` of the records with `cause_main` (a group of causes; unknown for a household
    that was identified later) and `months_followed` (whole from one month's last day to another's)."""
    read = counts.lazy(households, ["household_id", "cause_main"]).select("household_id", "cause_main")
    causes = counts.collect(read).set_index("household_id")["cause_main"]
    group_of = {cause: group for group, members in groups.items() for cause in members}
    spells = told.spells
    cause = spells["household_id"].map(causes).map(group_of).fillna(UNKNOWN).astype("str")
    return spells.assign(cause_main=cause, months_followed=_position(spells["followed_to_date"]) - _position(spells["exit_date"]))


def helped(spells: pd.DataFrame, measures: IntoFrame) -> pd.DataFrame:
    """Each exit once for every measure that the household had begun before it: the rows of `followed` with `measure`."""
    read = counts.lazy(measures, ["household_id", "measure", "start_date"]).select(
        "household_id", "measure", _start=day_number("start_date").cast(nw.Int64)
    )
    first = counts.collect(read.group_by("household_id", "measure").agg(nw.col("_start").min()), ["_start"])
    joined = spells.merge(first, on="household_id", how="inner")
    begun = joined["_start"] < joined["exit_date"].map(lambda day: day.toordinal()).astype("int64")
    found = joined[begun].drop(columns="_start").astype({"measure": "str"})
    return found.sort_values(["household_id", "exit_date", "measure"], ignore_index=True)


def _position(days: pd.Series) -> pd.Series:
    day = days.dt
    return day.year * 12 + day.month - 1 + day.day / day.days_in_month


def table(
    spells: pd.DataFrame, measured: pd.DataFrame, months: Sequence[int], confidence: float, scope: str = "county"
) -> pd.DataFrame:
    """Relapses within some months of the exit: one row per group and number of months; all exits, causes, then measures.

    `group_kind` (all, cause_main, measure), `relapse_group`, `within_months, exits, relapses` (up to the day of the report),
    `at_risk` (exits followed for so many months), `relapse_share` (estimated), `share_low, share_high` (interval of that
    `confidence`). The share is missing where no exit was followed that long, the interval too where nobody fell back. Groups
    of measures overlap.
    """
    rows = []
    for kind, name, found in _groups(spells, measured, scope):
        told = {"group_kind": kind, "relapse_group": name, "exits": len(found), "relapses": int(found["is_relapsed"].sum())}
        for within, shares in zip(months, _shares(found, months, confidence), strict=True):
            at_risk = int((found["months_followed"] >= within).sum())
            rows.append({**told, "within_months": within, "at_risk": at_risk, **shares})
    first = ["group_kind", "relapse_group", "within_months", "exits", "relapses", "at_risk"]
    kinds = {"group_kind": "str", "relapse_group": "str"} | dict.fromkeys(first[2:], "int64") | dict.fromkeys(SHARES, "float64")
    return pd.DataFrame(rows, columns=[*first, *SHARES]).astype(kinds)


def _groups(spells: pd.DataFrame, measured: pd.DataFrame, scope: str) -> list[tuple[str, str, pd.DataFrame]]:
    here, by_measure = ((rows if scope == "county" else rows[rows["township_code"] == scope]) for rows in (spells, measured))
    found = [(ALL, ALL, here)]
    found += [("cause_main", str(name), rows) for name, rows in here.groupby("cause_main")]
    return found + [("measure", str(name), rows) for name, rows in by_measure.groupby("measure")]


def _shares(found: pd.DataFrame, months: Sequence[int], confidence: float) -> list[dict[str, float]]:
    """The curve at some months; missing after the longest time that anybody was followed."""
    curve, last = survival(found, confidence), found["months_followed"].max()
    rows = []
    for within in months:
        known = curve[curve["months_followed"] <= within].iloc[-1]
        is_known = last >= within or known["relapse_share"] == 1
        rows.append({name: float(known[name]) if is_known else float("nan") for name in SHARES})
    return rows


def survival(found: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The curve of a group: one row per length at which somebody fell back, after a first row at nought.

    `months_followed, relapse_share` (1 − S), `share_low, share_high`, `at_risk` (followed so long, just before), `relapses` (at
    that length). S is the product of 1 − d/n over the lengths with d relapses among n at risk; with Greenwood's V = sum of
    d/(n(n − d)) the interval of S is S to the power of exp(± z √V / log S). Missing at nought and where all fell back.
    """
    lengths = found["months_followed"].to_numpy()
    fell = found.loc[found["is_relapsed"], "months_followed"].value_counts().sort_index()
    at_risk = np.array([(lengths >= length).sum() for length in fell.index], dtype="int64")
    relapses = fell.to_numpy(dtype="int64")
    left = np.cumprod(1 - relapses / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(relapses / (at_risk * (at_risk - relapses)))) / np.log(left)
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        low, high = (1 - left ** np.exp(sign * z * spread) for sign in (1, -1))
    rows = {"months_followed": fell.index, "relapse_share": 1 - left, "share_low": low, "share_high": high}
    curve = pd.DataFrame({**rows, "at_risk": at_risk, "relapses": relapses})
    curve.loc[curve["relapse_share"] == 1, ["share_low", "share_high"]] = float("nan")
    first = pd.DataFrame({"months_followed": [0.0], "relapse_share": 0.0, "at_risk": len(found), "relapses": 0})
    kinds = {"at_risk": "int64", "relapses": "int64"} | dict.fromkeys(rows, "float64")
    return pd.concat([first, curve], ignore_index=True)[list(curve)].astype(kinds)


def curves(spells: pd.DataFrame, by: str, confidence: float) -> pd.DataFrame:
    """`survival` of each group of a column (cause_main, measure): one row per group and step, with `relapse_group` and
    `last`, the longest time that anybody of it was followed."""
    parts = [
        survival(rows, confidence).assign(relapse_group=str(name), last=float(rows["months_followed"].max()))
        for name, rows in spells.groupby(by)
    ]
    empty = survival(spells.head(0), confidence).assign(relapse_group="", last=0.0).head(0)
    return pd.concat(parts or [empty], ignore_index=True).astype({"relapse_group": "str"})


def at_risk(spells: pd.DataFrame, by: str) -> pd.DataFrame:
    """How many exits of each group were followed for so many months, by quarters or, from a year on, half-years.

    `relapse_group, within_months, at_risk`.
    """
    last = int(spells["months_followed"].max()) if len(spells) else 0
    every = range(0, last + 1, 3 if last < 12 else 6)
    rows = [
        (str(name), within, int((rows["months_followed"] >= within).sum()))
        for name, rows in spells.groupby(by)
        for within in every
    ]
    frame = pd.DataFrame(rows, columns=["relapse_group", "within_months", "at_risk"])
    return frame.astype({"relapse_group": "str", "within_months": "int64", "at_risk": "int64"})
