"""The formulas by which traced figures follow from sums: the analysis functions' own, else ratios and differences.

Each takes its parts by name, missing ones as None, and gives the figure or None.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from tuopin_analysis.analysis import counts, targets, townships
from tuopin_analysis.analysis.apportionment import share_out, target_number
from tuopin_analysis.rules import Progress

Places = Mapping[str, int]


def ratio(part: float | None, whole: float | None) -> float | None:
    """`part` / `whole`; missing when either is, and out of nothing.

    >>> ratio(1, 4), ratio(0, 0)
    (0.25, None)
    """
    return None if part is None or not whole else part / whole


def difference(counted: float | None, less: float | None) -> float | None:
    """`counted` - `less`."""
    return None if counted is None or less is None else counted - less


def points(share: float | None, whole_share: float | None) -> float | None:
    """The difference of two shares in percentage points."""
    found = difference(share, whole_share)
    return None if found is None else found * 100


def rank(own: int, places: Places) -> int:
    """The place of `own` among all, 1 the most; equal numbers share the better place.

    >>> rank(3, {"a": 5, "b": 3, "c": 3})
    2
    """
    return 1 + sum(number > own for number in places.values())


def _uneven(name: str) -> Callable[[Places], float | None]:
    return lambda places: _number(townships.unevenness(pd.Series(places, dtype="int64"))[name])


def _number(value: float) -> float | None:
    return None if pd.isna(value) else value


def target(base: int, share: str, rounding: str) -> int:
    """A share of all as a whole number."""
    return target_number(base, Decimal(share), rounding)


def shared(whole: int, places: Places, place: str) -> int:
    """The part of one place when a whole number is shared out to all."""
    return _shared(whole, tuple(places.items())).get(place, 0)


@lru_cache(maxsize=16)
def _shared(whole: int, places: tuple[tuple[str, int], ...]) -> dict[str, int]:
    return share_out(whole, dict(places))


def still_needed(target: int, actual: int) -> int:
    """What is missing to the target, never below 0."""
    return max(0, target - actual)


def months_left(by: date, as_of: date) -> float:
    """Months from a day to the target's day."""
    return max(0.0, targets.position(by) - targets.position(as_of))


def needed_per_month(needed: int, months: float) -> float | None:
    """What a month would have to bring; missing when no time is left and something is needed."""
    return needed / months if months else None if needed else 0.0


def achieved_per_month(actual: int, baseline: date, as_of: date) -> float:
    """What a month has brought since the baseline."""
    return actual / (targets.position(as_of) - targets.position(baseline - timedelta(days=1)))


def bunched(exits: int, last_month: int, undated: int) -> float | None:
    """Exits of the last month, of all of the target period; missing when the day of some is not known."""
    return None if undated else ratio(last_month, exits)


def is_rash(
    early: int, households: int, exits: int, last_month: int, undated: int, early_share: float, bunching: float, due: bool
) -> bool:
    """Early exits from a share of the households on, or exits bunched in the target's last month."""
    few, limit = counts.exact(early_share), counts.exact(bunching)
    is_early = early > 0 and early >= few * households
    return is_early or (due and not undated and exits > 0 and last_month >= limit * exits)


def _status(planned: int, actual: int, whole: int, within: float) -> str | None:
    settings = Progress.model_construct(on_course_within=within)
    return targets.status(planned, actual, whole, settings)


def total(**parts: float | None) -> float | None:
    """The sum of all parts; missing when one is."""
    known = [part for part in parts.values() if part is not None]
    return sum(known) if len(known) == len(parts) else None


FORMULAS: dict[str, Callable[..., Any]] = {
    "ratio": ratio,
    "difference": difference,
    "points": points,
    "rank": rank,
    **{name: _uneven(name) for name in ("herfindahl", "effective_number", "top_two_share", "gini")},
    "target": target,
    "shared": shared,
    "still_needed": still_needed,
    "months_left": months_left,
    "needed_per_month": needed_per_month,
    "achieved_per_month": achieved_per_month,
    "bunched": bunched,
    "is_rash": is_rash,
    "status": _status,
    "is_met": lambda actual, target: actual >= target,
    "total": total,
    "largest": lambda values: max(values.values(), default=None),
    "percent": lambda stated: None if stated is None else float(Decimal(str(stated)) / 100),
    "digits": lambda stated: None if stated is None else max(0, -int(Decimal(str(stated)).as_tuple().exponent)),
    "no_plans": lambda: None,
    "not_yet": lambda: None,
    "not_recorded": lambda: None,
    "recorded": lambda counted, records: counted if records else None,
    "compared": lambda counted, cases, base: counted if base and cases is not None else None,
    "partly_recorded": lambda: None,
    "not_published": lambda: None,
    "not_counted": lambda: None,
}
