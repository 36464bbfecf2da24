"""When will each township reach its target? The distribution of that day, by simulation from exit rates with partial pooling.

Exits go on at the pace at which they went so far (`exit_rates`), whatever plans say; households that leave are drawn at random
from those not out, so that persons follow from their sizes; relapses take some back. The day is the first on which the target's
persons are out. The straight line that is often drawn instead is `straight`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from tuopin_analysis.analysis import counts, exit_rates
from tuopin_analysis.analysis.exit_rates import Array, Course, Draws
from tuopin_analysis.analysis.targets import month_end, position
from tuopin_analysis.rules_sections import Forecast

EXACT = 1e-9  # fractions of months that differ by less are equal
COLUMNS = ["township_code", "township", "target_date", "target_persons", "still_needed_persons", "p_on_time", "date_lo",
           "date_median", "date_hi", "extra_exits_per_month"]  # fmt: skip


def next_target(due: pd.DataFrame, as_of: counts.Day) -> pd.DataFrame:
    """The rows of `targets.place_targets` for the first target whose day is after `as_of`, else for the last one."""
    days = due["target_date"]
    coming = days[days > pd.Timestamp(counts.day(as_of))]
    return due[days == (coming.min() if len(coming) else days.max())].reset_index(drop=True)


def townships(
    households: IntoFrame, events: IntoFrame, due: pd.DataFrame, *, baseline: counts.Day, as_of: counts.Day, settings: Forecast
) -> pd.DataFrame:
    """The forecast of a county, from its households on the day (with `is_remaining`) and its events: see `dates`."""
    days = exit_rates.daily(households, events)
    sizes = counts.count_places(households, "township_code", ["size"])
    return dates(days, sizes, due, baseline=baseline, as_of=as_of, settings=settings)


def dates(
    days: pd.DataFrame, sizes: pd.DataFrame, due: pd.DataFrame, *, baseline: counts.Day, as_of: counts.Day, settings: Forecast
) -> pd.DataFrame:
    """When each township reaches its next target: one row per township.

    `days`: `exit_rates.daily`; `sizes`: `counts.count_places(households, "township_code", ["size"])`; `due`:
    `targets.place_targets`. `target_date, target_persons, still_needed_persons`; `p_on_time`: probability that it is reached by
    that day; `date_lo, date_median, date_hi`: the middle and the ends of the interval that holds `settings.interval` of the
    simulated days, missing beyond `settings.horizon_months` (or the target's day);
    `extra_exits_per_month`: how many more households a month, up to the target's day, would make the probability
    `settings.surely` (0: none; missing: the day has passed).
    A target that is reached already has the day since which it has been, in place of all three, and probability 1; one whose
    day has passed has probability 1 or 0 by the fact of that day. Where nobody has left and no whole month has passed there is no
    pace to go on by, and all of it is missing.
    """
    start, now = counts.day(baseline), counts.day(as_of)
    households = sizes.groupby("township_code")["households"].sum()
    names = sizes.drop_duplicates("township_code").set_index("township_code")["township"].to_dict()
    known = days[days["day"] <= now.toordinal()]
    seen = exit_rates.course(days, households, baseline=start, as_of=now)
    is_told = bool(seen.places) and (seen.exits.sum() > 0 or seen.months.sum() >= 1 - EXACT)
    drawn = exit_rates.draws(seen, settings.simulations, np.random.default_rng(settings.seed)) if is_told else None
    rows = []
    for aim in next_target(due, now).to_dict("records"):
        code, by, target = str(aim["township_code"]), aim["target_date"].date(), int(aim["target_persons"])
        row = _by_fact(known[known["township_code"] == code], by, target, start, now)
        if row["date_median"] is None and drawn is not None:
            here = sizes[sizes["township_code"] == code]
            remaining = np.repeat(here["size"].to_numpy(dtype=int), here["remaining_households"].to_numpy(dtype=int))
            left = position(by) - position(now)
            place = Place(seen.places.index(code), remaining, row["still_needed_persons"], now, left)
            row |= _told(simulated(seen, drawn, place, settings), now, left, settings)
        rows.append({"township_code": code, "township": names.get(code), "target_persons": target, **row})
    return _typed(pd.DataFrame(rows, columns=COLUMNS))


def _by_fact(own: pd.DataFrame, by: date, target: int, baseline: date, as_of: date) -> dict:
    """What is known without a forecast: whether the target is reached, and since when."""
    out = own["out_persons"].cumsum()
    judged = min(as_of, by).toordinal()
    then, now = int(own.loc[own["day"] <= judged, "out_persons"].sum()), int(own["out_persons"].sum())
    met_then = then >= target
    held = own[own["day"] <= judged] if met_then and as_of >= by else own
    short = held.loc[out.loc[held.index] < target, "day"]
    later = held.loc[held["day"] > (short.max() if len(short) else 0), "day"]
    since = date.fromordinal(int(later.min())) if len(later) else baseline
    reached = (met_then and as_of >= by) or now >= target
    known = (1.0 if met_then else 0.0) if as_of >= by else 1.0 if now >= target else None
    days = dict.fromkeys(("date_lo", "date_median", "date_hi"), since if reached else None)
    extra = None if as_of >= by else 0 if reached else None
    return {"target_date": by, "still_needed_persons": max(0, target - now), "p_on_time": known, **days,
            "extra_exits_per_month": extra}  # fmt: skip


@dataclass(frozen=True)
class Reached:
    """Simulated courses of one place: months until the target (inf: beyond the horizon), households short when it is due."""

    months: Array
    short: Array


@dataclass(frozen=True)
class Place:
    """What is simulated: a course's place by its number, the sizes of its households not out, the persons that its target still
    lacks, the day from which on, and the months to the target's day."""

    at: int
    remaining: NDArray[np.int64]
    needed: int
    as_of: date
    left: float


def simulated(seen: Course, drawn: Draws, place: Place, settings: Forecast) -> Reached:
    """Simulate a place month by month until its target is reached or the horizon; within a month households leave evenly."""
    at, remaining, left, as_of = place.at, place.remaining, place.left, place.as_of
    rng, number = np.random.default_rng([settings.seed, at]), len(drawn.relapse)
    order = rng.permuted(np.tile(remaining, (number, 1)), axis=1)
    enough = (np.cumsum(order, axis=1) < place.needed).sum(axis=1) + 1  # households, in the order in which they leave
    rate, outside = seen.households[at] * drawn.rates[:, at], seen.households[at] - len(remaining)
    net, months, short = np.zeros(number), np.full(number, np.inf), np.zeros(number)
    rest = month_end(as_of).day - as_of.day
    begun, length = 0.0, rest / month_end(as_of).day or 1.0
    while begun < max(settings.horizon_months, left) and np.isinf(months).any():
        leaving = rng.poisson(rate * length * rng.gamma(drawn.shape, 1 / drawn.shape))
        back = rng.binomial(np.maximum(outside + net, 0).astype(int), drawn.relapse * length)
        gross = net + leaving - back
        part = (enough - net) / np.maximum(gross - net, 1)
        months = np.where(np.isinf(months) & (gross >= enough), begun + part * length, months)
        if begun < left <= begun + length:
            due = net + (gross - net) * (left - begun) / length
            short = np.where(months <= left + EXACT, 0, np.maximum(enough - due, 0))
        net, begun, length = np.minimum(gross, len(remaining)), begun + length, 1.0
    return Reached(months, short)


def _told(reached: Reached, as_of: date, left: float, settings: Forecast) -> dict:
    """The simulated courses in figures."""
    tail = (1 - settings.interval) / 2
    ends = zip(("date_lo", "date_median", "date_hi"), (tail, 0.5, 1 - tail), strict=True)
    row: dict = {name: _day(as_of, quantile(reached.months, share)) for name, share in ends}
    if left > 0:
        row["p_on_time"] = float((reached.months <= left + EXACT).mean())
        row["extra_exits_per_month"] = int(np.ceil(quantile(reached.short, settings.surely) / left - EXACT))
    return row


def quantile(values: Array, share: float) -> float:
    """The smallest value up to which `share` of them lie; infinite ones count.

    >>> quantile(np.array([3.0, 1.0, np.inf, 2.0]), 0.5)
    2.0
    """
    return float(np.sort(values)[max(int(np.ceil(share * len(values) - EXACT)) - 1, 0)])


def _day(as_of: date, months: float) -> date | None:
    """The day so many months after another; None for never."""
    if not np.isfinite(months):
        return None
    at = position(as_of) + months
    month = int(np.ceil(at - EXACT)) - 1
    first = date(month // 12, month % 12 + 1, 1)
    part = int(np.ceil((at - month) * month_end(first).day - EXACT))
    return first + timedelta(days=max(part, 1) - 1)


def straight(needed: int, out: int, passed: float) -> float:
    """Months until the target if as many persons leave a month as did on average so far; infinite when nobody did.

    >>> straight(60, 40, 12)
    18.0
    """
    return needed * passed / out if out > 0 else float("inf")


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    days = {name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in COLUMNS if "date" in name}
    kinds = {"township_code": "str", "township": "str", "target_persons": "int64", "still_needed_persons": "int64",
             "p_on_time": "float64", "extra_exits_per_month": "Int64"}  # fmt: skip
    return table.assign(**days).astype(kinds)
