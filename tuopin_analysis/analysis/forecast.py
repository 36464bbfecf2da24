"""When will each township reach its target? The distribution of that day, by simulation from exit rates with partial pooling.

Exits go on at the pace at which they went so far (`exit_rates`), whatever plans say; households that leave are drawn at random from
those not out, so that persons follow from their sizes; relapses take some back. The day is the first on which the target's persons
are out. The straight line that is often drawn instead is `straight`.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tuopin_analysis.analysis import counts, exit_rates
from tuopin_analysis.analysis.exit_rates import Array, Course, Draws
from tuopin_analysis.analysis.targets import month_end, position
from tuopin_analysis.rules_sections import Forecast

COLUMNS = ["township_code", "township", "target_date", "target_persons", "still_needed_persons", "p_on_time", "date_lo",
           "date_median", "date_hi", "extra_exits_per_month"]  # fmt: skip


def next_target(due: pd.DataFrame, as_of: counts.Day) -> pd.DataFrame:
    """The rows of `targets.place_targets` for the first target whose day is after `as_of`, else for the last one."""
    days = due["target_date"]
    coming = days[days > pd.Timestamp(counts.day(as_of))]
    return due[days == (coming.min() if len(coming) else days.max())].reset_index(drop=True)


def dates(
    days: pd.DataFrame, sizes: pd.DataFrame, due: pd.DataFrame, *, baseline: counts.Day, as_of: counts.Day, settings: Forecast
) -> pd.DataFrame:
    """When each township reaches its next target: one row per township.

    `days`: `exit_rates.daily`; `sizes`: `counts.count_places(households, "township_code", ["size"])`; `due`:
    `targets.place_targets`. `target_date, target_persons, still_needed_persons`; `p_on_time`: probability that it is reached by
    that day; `date_lo, date_median, date_hi`: the middle and the ends of the interval that holds `settings.interval` of the
    simulated days, missing beyond `settings.horizon_months`; `extra_exits_per_month`: how many more households a month, up to
    the target's day, would make the probability `settings.surely` (0: none; missing: the day has passed).
    A target that is reached already has the day since which it has been, in place of all three, and probability 1; one whose
    day has passed has probability 1 or 0 by the fact of that day.
    """
    start, now = counts.day(baseline), counts.day(as_of)
    aims = next_target(due, now)
    households = sizes.groupby("township_code")["households"].sum()
    seen = exit_rates.course(days, households, baseline=start, as_of=now)
    rng = np.random.default_rng(settings.seed)
    drawn = exit_rates.draws(seen, settings.simulations, rng) if seen.places else None
    names = sizes.drop_duplicates("township_code").set_index("township_code")["township"]
    rows = []
    for code, aim in aims.set_index("township_code").iterrows():
        own = days[(days.iloc[:, 0] == code) & (days["day"] <= now.toordinal())]
        row = _by_fact(own, aim["target_date"].date(), int(aim["target_persons"]), start, now)
        left = sizes[sizes["township_code"] == code]
        remaining = np.repeat(left["size"].to_numpy(dtype=int), left["remaining_households"].to_numpy(dtype=int))
        if row["date_median"] is None and drawn is not None:
            at = seen.places.index(str(code))
            reached = simulated(seen, drawn, at, remaining, row["still_needed_persons"], now, settings.horizon_months, rng)
            row |= _told(reached, now, aim["target_date"].date(), row["p_on_time"], settings)
        rows.append({"township_code": code, "township": names[code], "target_persons": aim["target_persons"], **row})
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


class Reached:
    """Simulated courses of one place: months until the target (inf: not within the horizon), and what was short when it was due."""

    def __init__(self, out: Array, needed: NDArray[np.int64], ends: Array, gross: Array) -> None:
        self.out, self.needed, self.ends = out, needed, ends
        passed = out >= needed[:, None]
        first = np.argmax(passed, axis=1)
        rows = np.arange(len(out))
        before = np.where(first > 0, out[rows, np.maximum(first - 1, 0)], 0)
        begun = np.where(first > 0, ends[np.maximum(first - 1, 0)], 0)
        part = (needed - before) / np.maximum(gross[rows, first] - before, 1)
        months = begun + np.minimum(part, 1) * (ends[first] - begun)
        self.months = np.where(passed.any(axis=1), months, np.inf)

    def short(self, left: float) -> Array:
        """Households short of the target after `left` months; none where it was reached before."""
        out = np.array([np.interp(left, np.concatenate([[0], self.ends]), np.concatenate([[0], row])) for row in self.out])
        return np.where(self.months <= left + 1e-9, 0, np.maximum(self.needed - out, 0))


def simulated(
    seen: Course, drawn: Draws, at: int, remaining: NDArray, needed: int, as_of: date, horizon: int, rng: np.random.Generator
) -> Reached:
    """Simulate the place number `at` of a course month by month, from `as_of` on.

    `remaining` are the sizes of its households that are not out, `needed` the persons that its target still lacks.
    """
    number = len(drawn.relapse)
    order = rng.permuted(np.tile(remaining, (number, 1)), axis=1)
    enough = (np.cumsum(order, axis=1) < needed).sum(axis=1) + 1  # households, in the order in which they leave
    rest = month_end(as_of).day - as_of.day
    lengths = np.ones(horizon)
    if rest:
        lengths[0] = rest / month_end(as_of).day
    mean = seen.households[at] * drawn.rates[:, [at]] * lengths
    leaving = rng.poisson(mean * rng.gamma(drawn.shape[:, None], 1 / drawn.shape[:, None], mean.shape)).astype(float)
    out, gross = np.zeros((number, horizon)), np.zeros((number, horizon))
    net, outside = np.zeros(number), seen.households[at] - len(remaining)
    for month in range(horizon):
        back = rng.binomial(np.maximum(outside + net, 0).astype(int), np.minimum(drawn.relapse * lengths[month], 1))
        gross[:, month] = net + leaving[:, month] - back
        net = np.minimum(gross[:, month], len(remaining))
        out[:, month] = net
    return Reached(out, enough, np.cumsum(lengths), gross)


def _told(reached: Reached, as_of: date, by: date, known: float | None, settings: Forecast) -> dict:
    """The simulated courses in figures."""
    left = position(by) - position(as_of)
    tail = (1 - settings.interval) / 2
    ends = zip(("date_lo", "date_median", "date_hi"), (tail, 0.5, 1 - tail), strict=True)
    row: dict = {name: _day(as_of, quantile(reached.months, share)) for name, share in ends}
    if known is None:
        row["p_on_time"] = float((reached.months <= left + 1e-9).mean())
        row["extra_exits_per_month"] = int(np.ceil(quantile(reached.short(left), settings.surely) / left - 1e-9))
    return row


def quantile(values: Array, share: float) -> float:
    """The smallest value up to which `share` of them lie; infinite ones count.

    >>> quantile(np.array([3.0, 1.0, np.inf, 2.0]), 0.5)
    2.0
    """
    return float(np.sort(values)[max(int(np.ceil(share * len(values) - 1e-9)) - 1, 0)])


def _day(as_of: date, months: float) -> date | None:
    """The day so many months after another; None for never."""
    if not np.isfinite(months):
        return None
    at = position(as_of) + months
    month = int(np.ceil(at - 1e-9)) - 1
    first = date(month // 12, month % 12 + 1, 1)
    part = int(np.ceil((at - month) * month_end(first).day - 1e-9))
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
