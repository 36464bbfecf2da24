"""Exits as reported upwards against those of the register, by township and month: do tasks and register agree?

The register's persons are those of the household on the day of its exit, which is what a report of that month could know.
"""

import calendar

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.histories import Histories

_ON = ["township_code", "period"]
_COUNTS = ["reported_households", "reported_persons", "register_households", "register_persons"]


def monthly(reports: IntoFrame) -> pd.DataFrame:
    """Reported exits: one row per township and month, `township_code, period` ("2016-12"), `households, persons`."""
    day = nw.col("report_date").dt
    read = counts.lazy(reports, ["township_code", "report_date", "households", "persons"])
    months = read.select("township_code", "households", "persons", month=(day.year() * 12 + day.month() - 1).cast(nw.Int64))
    summed = months.group_by("township_code", "month").agg(nw.col("households").sum(), nw.col("persons").sum())
    rows = counts.collect(summed, ["month", "households", "persons"])
    rows["period"] = pd.Series([f"{month // 12}-{month % 12 + 1:02d}" for month in rows["month"]], rows.index, dtype="str")
    return rows[[*_ON, "households", "persons"]].sort_values(_ON, ignore_index=True)


def exits_by_month(told: Histories) -> pd.DataFrame:
    """The register's exits as `monthly` has the reported ones; postings of exits with their month."""
    rows = told.postings[told.postings["flow"] == "exits"]
    named = rows.assign(period=rows["flow_date"].dt.strftime("%Y-%m").astype("str"))
    return named.groupby(_ON, as_index=False)[["households", "persons"]].sum()


def compared(told: Histories, reports: IntoFrame, *, as_of: Day) -> pd.DataFrame:
    """Each township and month with exits, reported or on record: one row, by township and month, up to the last whole month.

    `township_code, township, period, reported_households, reported_persons` (missing where the month was not reported),
    `register_households, register_persons, difference_households, difference_persons` (reported less register; of an unreported
    month less nought), `report_state`: agrees, not_reported, persons_differ (the households agree), early_reported and
    late_reported (of two months that follow one another, the one has too many and the other as many too few), else over_reported
    or under_reported (by households). No row when nothing was reported at all.
    """
    reported = monthly(reports)
    names = told.postings[["township_code", "township"]].drop_duplicates("township_code")
    if reported.empty:
        return _typed(pd.DataFrame(columns=["township_code", "township", "period", *_COUNTS]))
    left = reported.rename(columns={unit: f"reported_{unit}" for unit in counts.UNITS})
    right = exits_by_month(told).rename(columns={unit: f"register_{unit}" for unit in counts.UNITS})
    found = left.merge(right, on=_ON, how="outer").merge(names, on="township_code", how="left")
    found = found[found["period"] <= _last_whole_month(as_of)].sort_values(_ON, ignore_index=True)
    return _typed(found)


def differing_first(found: pd.DataFrame) -> pd.DataFrame:
    """`compared` with the rows that differ before the others, each in their order."""
    order = (found["report_state"] == "agrees").sort_values(kind="stable").index
    return found.loc[order].reset_index(drop=True)


def rows_of_both(told: Histories, reports: IntoFrame) -> pd.DataFrame:
    """What `compared` adds up, one row per report or exit: `exit_source` (reported, register), `household_id, township_code,
    township, village, period, households, persons, signed_households, signed_persons` (reports add, exits take off)."""
    names = told.postings.drop_duplicates("township_code").set_index("township_code")["township"]
    said = monthly(reports).assign(exit_source="reported", household_id=None, village=None)
    said["township"] = said["township_code"].map(names)
    left = told.postings[told.postings["flow"] == "exits"]
    left = left.assign(exit_source="register", period=left["flow_date"].dt.strftime("%Y-%m"))
    columns = ["exit_source", "household_id", *_ON, "township", "village", *counts.UNITS]
    both = pd.concat([said[columns], left[columns]], ignore_index=True)
    sign = both["exit_source"].map({"reported": 1, "register": -1}).astype("int64")
    both = both.assign(**{f"signed_{unit}": sign * both[unit] for unit in counts.UNITS})
    return both.astype(dict.fromkeys(columns[:6], "str"))


def _last_whole_month(as_of: Day) -> str:
    day = counts.day(as_of)
    if day.day == calendar.monthrange(day.year, day.month)[1]:
        return f"{day:%Y-%m}"
    month = day.year * 12 + day.month - 2
    return f"{month // 12}-{month % 12 + 1:02d}"


def _typed(found: pd.DataFrame) -> pd.DataFrame:
    found = found.astype(dict.fromkeys(_COUNTS, "Int64") | dict.fromkeys(["township_code", "township", "period"], "str"))
    for unit in counts.UNITS:
        found[f"register_{unit}"] = found[f"register_{unit}"].fillna(0)
        found[f"difference_{unit}"] = found[f"reported_{unit}"].fillna(0) - found[f"register_{unit}"]
    off = list(
        zip(found["township_code"], found["period"], found["difference_households"], found["difference_persons"], strict=True)
    )
    missing = found["reported_households"].isna()
    states = ["not_reported" if gone else _state(off, at) for at, gone in enumerate(missing)]
    found["report_state"] = pd.Series(states, found.index, dtype="str")
    return found[["township_code", "township", "period", *_COUNTS, "difference_households", "difference_persons", "report_state"]]


def _state(off: list[tuple[str, str, int, int]], at: int) -> str:
    """What a row's differences mean, with those of the month before and after."""
    _code, _period, households, persons = off[at]
    if not households:
        return "persons_differ" if persons else "agrees"
    if any(_offset(off[at], off[other]) for other in (at - 1, at + 1) if 0 <= other < len(off)):
        return "early_reported" if households > 0 else "late_reported"
    return "over_reported" if households > 0 else "under_reported"


def _offset(one: tuple[str, str, int, int], other: tuple[str, str, int, int]) -> bool:
    """Whether two neighbouring months of a township differ by the same numbers, one up and one down; the too many come first."""
    months = [int(period[:4]) * 12 + int(period[5:]) for period in (one[1], other[1])]
    earlier = one if months[0] < months[1] else other
    return one[0] == other[0] and abs(months[0] - months[1]) == 1 and one[2:] == (-other[2], -other[3]) and earlier[2] > 0
