"""Does the forecast's interval hold the true day as often as it says? Simulated counties whose true course is known.

`make bench-forecast`. Townships of 30 to 400 households leave at rates of their own (lognormal, not the model's gamma), in months
that are uneven in a way of their own; exits fall on random days, some households fall back. The forecast sees the first months
and tells the day; the course then goes on until the target is reached. Beside it stands the straight line. `--counties` and
`--seed` choose how many and which.
"""

import argparse
import math
import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd

from tuopin_analysis import rules
from tuopin_analysis.analysis import forecast
from tuopin_analysis.analysis.targets import position
from tuopin_analysis.rules import Target
from tuopin_analysis.rules_sections import Forecast, Timetable

BASELINE = date(2016, 1, 1)
TARGETS = [Target(by=date(2016, 12, 31), share=Decimal("0.40")), Target(by=date(2017, 12, 31), share=Decimal("1"))]
DAYS = [date(2016, 6, 30), date(2016, 9, 30), date(2016, 12, 31), date(2017, 3, 31), date(2017, 6, 15)]
MOST_MONTHS = 240


@dataclass
class Township:
    """One simulated township: the sizes of its households, and each exit (1) and relapse (-1): day and household."""

    code: str
    sizes: np.ndarray
    moves: list[tuple[int, int, int]]


def county(rng: np.random.Generator, townships: int = 8) -> list[Township]:
    """A county whose townships differ in size and pace, and whose months are uneven to a degree of its own."""
    apart, uneven = rng.uniform(0.1, 0.8), rng.uniform(0.2, 1.6)
    middle, relapse = rng.uniform(0.02, 0.08), rng.uniform(0, 0.004)
    return [
        _township(rng, f"{130123100 + at}", middle * math.exp(rng.normal(0, apart)), uneven, relapse) for at in range(townships)
    ]


def _township(rng: np.random.Generator, code: str, rate: float, uneven: float, relapse: float) -> Township:
    sizes = 1 + rng.poisson(rng.uniform(0.6, 2.0), int(math.exp(rng.uniform(math.log(30), math.log(400)))))
    inside, outside, moves = list(rng.permutation(len(sizes))), [], []
    for month in range(MOST_MONTHS):
        first = date(2016 + month // 12, month % 12 + 1, 1)
        length = (date(2016 + (month + 1) // 12, (month + 1) % 12 + 1, 1) - first).days
        push = rng.gamma(1 / uneven**2, uneven**2)
        leaving = rng.poisson(len(sizes) * rate * push)
        back = rng.binomial(len(outside), relapse)
        todo = sorted(
            [(int(rng.integers(length)), 1) for _ in range(leaving)] + [(int(rng.integers(length)), -1) for _ in range(back)]
        )
        for day, move in todo:
            source, goal = (inside, outside) if move == 1 else (outside, inside)
            if source:
                who = source.pop(int(rng.integers(len(source))))
                goal.append(who)
                moves.append((first.toordinal() + day, who, move))
        if not inside:
            break
    return Township(code, sizes, moves)


def seen(towns: list[Township], as_of: date) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What the forecast is given on a day: `exit_rates.daily`, households by size, and the targets of the townships."""
    days, sizes, due = [], [], []
    for town in towns:
        out = np.zeros(len(town.sizes), dtype=int)
        for day, who, move in town.moves:
            if day <= as_of.toordinal():
                out[who] += move
                days.append((town.code, day, int(move == 1), int(move == -1), move * int(town.sizes[who])))
        for size in sorted(set(town.sizes.tolist())):
            here = town.sizes == size
            sizes.append((town.code, town.code, size, int(here.sum()), int((here & (out == 0)).sum())))
        due += [(town.code, pd.Timestamp(t.by), math.ceil(t.share * int(town.sizes.sum()))) for t in TARGETS]
    daily = pd.DataFrame(days, columns=["township_code", "day", "exits", "relapses", "out_persons"])
    by_size = pd.DataFrame(sizes, columns=["township_code", "township", "size", "households", "remaining_households"])
    return daily, by_size, pd.DataFrame(due, columns=["township_code", "target_date", "target_persons"])


def truth(town: Township, as_of: date, target: int) -> float:
    """Months from a day to the first on which the target's persons are out; infinite when it isn't in the simulated time."""
    out = 0
    for day, who, move in town.moves:
        out += move * int(town.sizes[who])
        if day > as_of.toordinal() and out >= target:
            return position(date.fromordinal(day)) - position(as_of)
    return math.inf


def judged(rng: np.random.Generator, number: int, settings: Forecast) -> pd.DataFrame:
    """Forecasts of `number` counties and what then happened: one row per township whose target was still ahead."""
    rows = []
    for at in range(number):
        towns, as_of = county(rng), DAYS[at % len(DAYS)]
        daily, sizes, due = seen(towns, as_of)
        told = forecast.dates(daily, sizes, due, baseline=BASELINE, as_of=as_of, settings=settings)
        for town, row in zip(towns, told.to_dict("records"), strict=True):
            if row["still_needed_persons"] == 0:
                continue
            days = [row[name] for name in ("date_lo", "date_median", "date_hi")]
            months = [position(d.date()) - position(as_of) if not pd.isna(d) else math.inf for d in days]
            out = int(daily.loc[daily["township_code"] == town.code, "out_persons"].sum())
            line = forecast.straight(row["still_needed_persons"], out, position(as_of) - position(BASELINE - timedelta(days=1)))
            true, left = truth(town, as_of, row["target_persons"]), position(row["target_date"].date()) - position(as_of)
            rows.append((town.code, str(as_of), len(town.sizes), true, *months, line, row["p_on_time"], left))
    columns = ["township", "as_of", "households", "true", "lo", "median", "hi", "line", "p_on_time", "left"]
    return pd.DataFrame(rows, columns=columns)


def coverage(found: pd.DataFrame, horizon: int) -> float:
    """The share of true days inside the interval; days beyond the horizon are one and the same."""
    true = found["true"].where(found["true"] <= horizon, math.inf)
    return float(((true >= found["lo"]) & (true <= found["hi"])).mean())


def pinball(found: pd.DataFrame, columns: dict[float, str], most: float) -> float:
    """The mean loss of stated quantiles in months (beyond `most` all the same): the smaller, the better."""
    true = found["true"].clip(upper=most)
    losses = [np.maximum(q * (true - found[name].clip(upper=most)), (q - 1) * (true - found[name].clip(upper=most)))
              for q, name in columns.items()]  # fmt: skip
    return float(np.mean(losses))


def told(found: pd.DataFrame, horizon: int) -> dict[str, float]:
    """The measures of a set of forecasts."""
    on_time = (found["true"] <= found["left"]).astype(float)
    return {
        "townships": len(found),
        "coverage": coverage(found, horizon),
        "median error": float((found["median"].clip(upper=horizon) - found["true"].clip(upper=horizon)).abs().median()),
        "line's median error": float((found["line"].clip(upper=horizon) - found["true"].clip(upper=horizon)).abs().median()),
        "pinball": pinball(found, {0.1: "lo", 0.5: "median", 0.9: "hi"}, horizon),
        "line's pinball": pinball(found, {0.1: "line", 0.5: "line", 0.9: "line"}, horizon),
        "Brier": float(((found["p_on_time"] - on_time) ** 2).mean()),
        "line's Brier": float((((found["line"] <= found["left"]) - on_time) ** 2).mean()),
    }


def main() -> None:
    """Print the measures, of all townships, of small and of large ones, and by day."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--counties", type=int, default=250)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    settings, begun = rules.read("hebei-2016").part(Timetable).forecast, time.perf_counter()
    horizon, found = settings.horizon_months, judged(np.random.default_rng(given.seed), given.counties, settings)
    groups = {
        "all": found,
        "under 100 households": found[found["households"] < 100],
        "100 or more": found[found["households"] >= 100],
    }
    groups |= {f"on {day}": rows for day, rows in found.groupby("as_of")}
    print(pd.DataFrame({name: told(rows, horizon) for name, rows in groups.items()}).T.round(3).to_string())
    below, above = (found["true"] < found["lo"]).mean(), (found["true"].clip(upper=horizon) > found["hi"]).mean()
    print(f"\nbefore the interval {below:.3f}, after it {above:.3f}; {given.counties} counties, seed {given.seed}, "
          f"{time.perf_counter() - begun:.0f} s")  # fmt: skip


if __name__ == "__main__":
    main()
