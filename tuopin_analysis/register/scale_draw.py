"""Draw a synthetic register of any size, county by county and within a county piece by piece, with exact totals.

What the whole holds of each kind (causes, sizes, kinds of household, townships) is fixed first; counties, and pieces of them,
are then drawn from what is left of it without replacement. So the totals are exact at any size, and a piece at a time is held.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import yaml

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError

LONGEST_SIZE = 12
_STREET = "街道办事处"  # an urban office: few rural households live there


@cache
def assumed() -> dict[str, Any]:
    """The totals and the assumed make-up (`data/scale/nation.yaml`)."""
    return yaml.safe_load((paths.SCALE / "nation.yaml").read_text(encoding="utf-8"))


@cache
def townships(prefix: str) -> pd.DataFrame:
    """The townships of 2016 below a code (the empty one: all 42,951), with their county, its code, prefecture and province."""
    import pyarrow.parquet as pq

    bounds = [("township_code", ">=", prefix.ljust(9, "0")), ("township_code", "<=", prefix.ljust(9, "9"))]
    found = pq.read_table(paths.PLACES / "townships_2016.parquet", filters=bounds).to_pandas()
    return found.assign(county_code=found["township_code"].str.slice(0, 6)).reset_index(drop=True)


def shared(total: int, weights: np.ndarray) -> np.ndarray:
    """`total` in whole parts in proportion to whole `weights`, by largest remainder; among equal remainders the first one.

    >>> shared(10, np.array([1, 1, 1])).tolist(), shared(3, np.array([0, 5, 1])).tolist()
    ([4, 3, 3], [0, 3, 0])
    """
    weights = weights.astype("int64")
    whole = int(weights.sum())
    parts, left = np.divmod(weights * total, whole)
    first = np.argsort(-left, kind="stable")
    parts[first[: total - int(parts.sum())]] += 1
    return parts


def sizes(households: int, persons: int) -> np.ndarray:
    """How many households of 1, 2, … persons: by the assumed shares, then moved so that they hold exactly `persons`.

    InputError when that is impossible (fewer persons than households, or too many).

    >>> (sizes(100, 304) * np.arange(1, LONGEST_SIZE + 1)).sum(), sizes(100, 304).sum()
    (np.int64(304), np.int64(100))
    """
    if not households <= persons <= households * LONGEST_SIZE:
        raise InputError(Fault(f"{persons} persons in {households} households", "--households"))
    given = assumed()["sizes"]
    found = shared(households, np.array([given.get(size, 0) for size in range(1, LONGEST_SIZE + 1)]))
    lacking = persons - int((found * np.arange(1, LONGEST_SIZE + 1)).sum())
    step = 1 if lacking > 0 else -1
    while lacking:  # the fullest class that can give moves as many as it takes, but half of what it has
        able = found[:-1] if step > 0 else found[1:]
        place = int(able.argmax()) + (step < 0)
        moved = min(abs(lacking), max(1, int(found[place]) // 2))
        found[place] -= moved
        found[place + step] += moved
        lacking -= step * moved
    return found


@dataclass
class Pools:
    """What is left to be drawn: households by cause, size and kind, in the order of `assumed()`; of a county, by township."""

    left: dict[str, np.ndarray] = field(default_factory=dict)

    def counts(self, rng: np.random.Generator, number: int) -> dict[str, np.ndarray]:
        """Draw `number` households without replacement: how many of each value."""
        found = {name: rng.multivariate_hypergeometric(left, number, method="marginals") for name, left in self.left.items()}
        for name, drawn in found.items():
            self.left[name] = self.left[name] - drawn
        return found


@dataclass(frozen=True)
class County:
    """One county to write: its place in the list, its townships, and how many households of each kind."""

    order: int
    code: str
    towns: pd.DataFrame
    holds: Mapping[str, np.ndarray]

    @property
    def households(self) -> int:
        """How many households it has."""
        return int(self.holds["town"].sum())


def counties(prefix: str, households: int, seed: int) -> Iterator[County]:
    """The counties below a code with their share of the whole; those without a household are left out."""
    rng = np.random.default_rng([seed, 0])
    towns, given = townships(prefix), assumed()
    weights = 1 + (1000 * rng.gamma(2.0, size=len(towns)) * np.where(towns["township"].str.endswith(_STREET), 0.1, 1.0)).astype(
        "int64"
    )
    by_town = shared(households, weights)
    persons = round(households * given["persons"] / given["households"])
    whole = {name: shared(households, np.array(list(given[name].values()))) for name in ("causes", "attributes")}
    pools = Pools(whole | {"sizes": sizes(households, persons)})
    for order, (code, rows) in enumerate(towns.groupby("county_code", sort=True)):
        number = by_town[rows.index]
        if number.sum():
            drawn = pools.counts(rng, int(number.sum()))
            yield County(order, str(code), rows.reset_index(drop=True), drawn | {"town": number})


def pieces(county: County, most: int) -> list[int]:
    """How many households each piece of a county has: as even as can be, at most `most`.

    >>> one = County(0, "130123", pd.DataFrame(), {"town": np.array([5, 6])})
    >>> pieces(one, 4)
    [4, 4, 3]
    """
    number = -(-county.households // most)
    return shared(county.households, np.ones(number, dtype="int64")).tolist()


def spread(rng: np.random.Generator, counts: np.ndarray) -> np.ndarray:
    """As many of each place of `counts` as it says, in random order (int32)."""
    values = np.repeat(np.arange(len(counts), dtype="int32"), counts)
    rng.shuffle(values)
    return values
