"""How fast each township's households leave, learned from its own months and, where these say little, from all townships'.

The model: township j with n_j registered households has a rate r_j (share of n_j that leaves in a month). In month t its exits
are Poisson with mean n_j * r_j * g_jt, where the month's g_jt is gamma with mean 1 and coefficient of variation `uneven`: exits
come in pushes. The rates themselves are gamma over townships, with mean `middle` and coefficient of variation `apart`: so small
townships borrow strength from the others. All three are uncertain: flat on the logarithm of `middle` and on `apart` and `uneven`,
computed on a grid. Relapses: one monthly probability for all who are out. Source of the pooling: Gelman, Carlin, Stern, Dunson,
Vehtari and Rubin (2013), Bayesian Data Analysis, 3rd ed., ch. 5.
"""

import math
from dataclasses import dataclass
from datetime import date
from functools import cache

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from tuopin_analysis.analysis import counts, exits
from tuopin_analysis.analysis.targets import month_end

Array = NDArray[np.float64]
RATES = np.geomspace(1e-4, 1.0, 180)  # grids on which the model is computed: wide and fine enough for any register
MIDDLES = np.geomspace(5e-4, 0.5, 40)
APART = np.linspace(0.05, 2.0, 14)
UNEVEN = np.linspace(0.05, 4.0, 24)


def daily(households: IntoFrame, events: IntoFrame, *, by: str = "township_code") -> pd.DataFrame:
    """Exits and relapses of each place on each day with one: `<by>, day` (ordinal), `exits, relapses, out_persons` (net)."""
    homes = counts.lazy(households, ["household_id", by, "size"]).select("household_id", by, "size")
    moved = counts.lazy(events, ["household_id", "event", "event_date"])
    is_exit = nw.when(nw.col("event") == "exit").then(nw.lit(1)).otherwise(nw.lit(0))
    moved = moved.select("household_id", day=exits.day_number("event_date").cast(nw.Int64), exits=is_exit, relapses=1 - is_exit)
    joined = moved.join(homes, on="household_id", how="inner")
    net = (nw.col("exits") - nw.col("relapses")) * nw.col("size")
    names = ["exits", "relapses", "out_persons"]
    summed = joined.select(by, "day", "exits", "relapses", out_persons=net)
    summed = summed.group_by(by, "day").agg(*(nw.col(name).sum() for name in names))
    return counts.collect(summed, ["day", *names])[[by, "day", *names]].sort_values([by, "day"], ignore_index=True)


@dataclass(frozen=True)
class Course:
    """What is known by a day: places, households of each, exits of each in each month, the months' lengths, relapses."""

    places: list[str]
    households: Array
    exits: Array  # places by months
    months: Array  # share of each month that has passed since the baseline
    relapses: int
    out_months: float  # households times months out, in all places


def course(days: pd.DataFrame, households: pd.Series, *, baseline: date, as_of: date) -> Course:
    """The course of `daily` by month; `households` are the numbers by place, of which all are there, exits or not."""
    by, places = str(days.columns[0]), [str(place) for place in households.index]
    known = days[days["day"] <= as_of.toordinal()]
    first = baseline.year * 12 + baseline.month - 1
    number = as_of.year * 12 + as_of.month - first
    month = np.array([day.year * 12 + day.month - 1 - first for day in map(date.fromordinal, known["day"])], dtype=int)
    inside = (known["day"] >= baseline.toordinal()).to_numpy(dtype=bool) & known[by].isin(places).to_numpy(dtype=bool)
    row = pd.Index(places).get_indexer(pd.Index(known[by]))
    table = {name: np.zeros((len(places), number)) for name in ("exits", "relapses")}
    for name, counted in table.items():
        np.add.at(counted, (row[inside], month[inside]), known[name].to_numpy(dtype=float)[inside])
    lengths = np.ones(number)
    lengths[-1] = as_of.day / month_end(as_of).day
    lengths[0] -= (baseline.day - 1) / month_end(baseline).day  # a register that begins within a month
    out = np.cumsum(table["exits"] - table["relapses"], axis=1)
    before = np.concatenate([np.zeros((len(places), 1)), out[:, :-1]], axis=1)
    sizes = households.to_numpy(dtype=float)
    return Course(places, sizes, table["exits"], lengths, int(table["relapses"].sum()), float((before * lengths).sum()))


@dataclass(frozen=True)
class Draws:
    """Plausible values after what was seen: a rate for each draw and place, how uneven months are, the chance of relapse."""

    rates: Array  # draws by places
    shape: Array  # of the months' gamma: 1 / uneven²
    relapse: Array


def draws(seen: Course, number: int, rng: np.random.Generator) -> Draws:
    """`number` draws from the model's posterior, given a course."""
    likely = _likelihood(seen)  # places by uneven by rates, each place's largest is 1
    prior = _rates_given()  # middle and apart by rates
    joint = np.zeros((len(UNEVEN), len(prior)))
    for place in likely:
        joint += np.log(np.maximum(place @ prior.T, 1e-300))
    weight = np.exp(joint - joint.max()).ravel()
    chosen = rng.choice(weight.size, size=number, p=weight / weight.sum())
    uneven, above = np.unravel_index(chosen, joint.shape)
    step = math.log(RATES[1] / RATES[0])
    rates = np.empty((number, len(seen.places)))
    for at, place in enumerate(likely):
        cumulated = np.cumsum(place[uneven] * prior[above], axis=1)
        picked = (cumulated < rng.random(number)[:, None] * cumulated[:, -1:]).sum(axis=1)
        rates[:, at] = RATES[np.minimum(picked, len(RATES) - 1)] * np.exp((rng.random(number) - 0.5) * step)
    relapse = rng.beta(seen.relapses + 0.5, max(seen.out_months - seen.relapses, 0) + 0.5, number)
    return Draws(rates, 1 / UNEVEN[uneven] ** 2, relapse if seen.out_months else np.zeros(number))


def _likelihood(seen: Course) -> Array:
    """The probability of each place's exits by how uneven months are and by its rate: negative binomial."""
    shape = (1 / UNEVEN**2)[:, None, None]
    found = np.empty((len(seen.places), len(UNEVEN), len(RATES)))
    for at, (size, counted) in enumerate(zip(seen.households, seen.exits, strict=True)):
        mean = size * RATES[None, :, None] * seen.months[None, None, :]
        number = counted[None, None, :]
        ways = np.array([[_log_rising(s, int(k)) for k in counted] for s in shape.ravel()])[:, None, :]
        log = ways + number * np.log(mean / (shape + mean)) - shape * np.log1p(mean / shape)
        total = log.sum(axis=2)
        found[at] = np.exp(total - total.max())
    return found


def _log_rising(shape: float, number: int) -> float:
    """The logarithm of shape * (shape + 1) * … * (shape + number - 1)."""
    return math.lgamma(shape + number) - math.lgamma(shape)


@cache
def _rates_given() -> Array:
    """The gamma of rates over townships on the grid: one row per pair of middle and apart, each adding up to 1."""
    shape = np.repeat(1 / APART**2, len(MIDDLES))[:, None]
    middle = np.tile(MIDDLES, len(APART))[:, None]
    log = shape * (np.log(RATES / middle) - RATES / middle)  # on the logarithm of the rate, whose grid is even
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return weight / weight.sum(axis=1, keepdims=True)
