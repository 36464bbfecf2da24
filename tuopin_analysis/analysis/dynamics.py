"""The account between two days: do the poor of the first day, with all that was recorded since, make those of the second?

opening + new + relapsed + increase − exits − decrease ± moved = closing, in households and in persons, for each township (the
balance of dynamic management, 动态管理). Both days are taken at their ends, so that two accounts that follow one another
add up to one. Opening and closing are what the records say; what was counted apart (年末户情) is held against it.
"""

from datetime import date

import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis.counts import UNITS, Day, day
from tuopin_analysis.analysis.dynamics_breaks import POOR, count_of, last_count, located, places
from tuopin_analysis.analysis.histories import Histories, replay
from tuopin_analysis.errors import Fault, InputError

__all__ = ["FLOWS", "POOR", "account", "both_days", "count_of", "in_order", "last_count", "located", "places", "replay", "within"]

FLOWS = ("new", "relapsed", "increase", "exits", "decrease", "moved")
SIGNS = {"new": 1, "relapsed": 1, "increase": 1, "exits": -1, "decrease": -1, "moved": 1}


def account(told: Histories, counted: pd.DataFrame, *, since: Day, as_of: Day) -> pd.DataFrame:
    """The account of each township: one row per township and unit (households, persons), in code order.

    `township_code, township, unit, opening` (poor at the end of `since`), `new, relapsed, increase, exits, decrease, moved` (of
    the days after it up to `as_of`; exits and decreases as positive numbers, moves with their sign), `closing`, `break`: the
    number counted at the end of `as_of` less `closing`, missing when nobody counted then. `told` are the records up to `as_of`,
    `counted` the rows of that count (see `located`). InputError when `since` lies after `as_of`.
    """
    since, as_of = in_order(since, as_of)
    posted = told.postings
    names = places(told, counted)
    before, after = posted["flow_date"] <= pd.Timestamp(since), posted["flow_date"] > pd.Timestamp(since)
    breaks = located(told, counted)
    tables = []
    for unit in UNITS:
        found = names.assign(unit=unit, opening=_sum(posted[before], f"signed_{unit}", names))
        for flow in FLOWS:
            found[flow] = _sum(posted[after & (posted["flow"] == flow)], unit, names)
        found["closing"] = found["opening"] + sum(sign * found[flow] for flow, sign in SIGNS.items())
        off = _sum(breaks, f"difference_{unit}", names).astype("Int64")
        found["break"] = off if len(counted) else pd.Series(pd.NA, names.index, dtype="Int64")
        tables.append(found)
    return pd.concat(tables, ignore_index=True).astype({"unit": "str"})


def both_days(
    households: IntoFrame,
    events: IntoFrame,
    changes: IntoFrame,
    standings: IntoFrame,
    *,
    baseline: Day,
    since: Day,
    as_of: Day,
) -> tuple[Histories, Histories, pd.DataFrame]:
    """The records up to each of two days (see `replay`) and the count of the last one (see `count_of`).

    InputError when the first day lies after the last.
    """
    began, ended = (replay(households, events, changes, baseline=baseline, as_of=one) for one in in_order(since, as_of))
    return began, ended, count_of(standings, as_of=as_of)


def in_order(since: Day, as_of: Day) -> tuple[date, date]:
    """Both days; InputError when the first lies after the second.

    >>> in_order("2016-01-01", "2016-12-31")
    (datetime.date(2016, 1, 1), datetime.date(2016, 12, 31))
    """
    first, last = day(since), day(as_of)
    if first > last:
        fault = Fault(
            f"since {first} lies after as_of {last}", "since", "a day up to as_of", "choose an earlier day, or a later as_of"
        )
        raise InputError(fault)
    return first, last


def within(frame: pd.DataFrame, scope: str) -> pd.DataFrame:
    """The rows of a place: all of the county's, or those of a township."""
    return frame if scope == "county" else frame[frame["township_code"] == scope].reset_index(drop=True)


def _sum(rows: pd.DataFrame, column: str, names: pd.DataFrame) -> pd.Series:
    """A sum for each township, nought without rows."""
    sums = rows.groupby("township_code")[column].sum() if len(rows) else pd.Series(dtype="int64")
    return sums.reindex(names["township_code"], fill_value=0).astype("int64").set_axis(names.index)
