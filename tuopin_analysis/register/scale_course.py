"""One piece of a synthetic county: its households, what becomes of them from snapshot to snapshot, and their members.

Everything is arrays of one length: a place in them is a household, in the order of its id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuopin_analysis.register.scale_draw import assumed, spread

NEVER = 99
SCHOOLS = ("not_at_school", "primary_school", "grade_8", "high_1", "college_student")
RELATIONS = ("head", "spouse", "son", "daughter", "father", "mother")
LABOUR = ("ordinary_labour", "skilled_labour", "no_labour", "lost_labour")
HEALTH = ("healthy", "chronic_illness", "serious_illness", "disabled")


@dataclass(frozen=True)
class Piece:
    """Households by place in the arrays: `key` orders and names them; listed from snapshot `since` until before snapshot `until`.

    `out[k]` tells who is out at snapshot k; `moves` has household, ordinal day and 0 (exit) or 1 (relapse), in order of both.
    """

    key: np.ndarray
    values: Mapping[str, np.ndarray]
    since: np.ndarray
    until: np.ndarray
    out: list[np.ndarray]
    moves: tuple[np.ndarray, np.ndarray, np.ndarray]

    def listed(self, snapshot: int) -> np.ndarray:
        """The households on the list of a snapshot."""
        return np.flatnonzero((self.since <= snapshot) & (self.until > snapshot))


def _keys(rng: np.random.Generator, number: int, part: int, parts: int) -> np.ndarray:
    """Different keys in order, above all keys of the parts before: 64 bits."""
    low, high = (part << 64) // parts, ((part + 1) << 64) // parts - 1
    found = np.empty(0, dtype="uint64")
    while len(found) < number:
        drawn = rng.integers(low, high, number + number // 8 + 8, dtype="uint64", endpoint=True)
        found = np.unique(np.concatenate([found, drawn]))
    return np.sort(rng.choice(found, number, replace=False))


def draw(rng: np.random.Generator, holds: Mapping[str, np.ndarray], part: int, parts: int, days: list[int]) -> Piece:
    """A piece that holds at the first of `days` exactly what `holds` says, and its course to the last (ordinal days)."""
    course = {name: share / 1000 for name, share in assumed()["course"].items()}
    base = int(holds["town"].sum())
    added = [int(rng.binomial(base, course["new"])) for _ in days[1:]]
    number = base + sum(added)
    since = spread(rng, np.array([base, *added]))
    first = since == 0
    values: dict[str, np.ndarray] = {}
    for name, counts in holds.items():
        values[name] = np.empty(number, dtype="int32")
        values[name][first] = spread(rng, counts)
        weights = counts / counts.sum()
        values[name][~first] = rng.choice(len(counts), number - base, p=weights)
    income = np.clip(rng.normal(2250, 520, number), 300, 5200)
    unknown = rng.random(number) < 0.01
    values |= {
        "income": income.round().astype("int32"),
        "no_income": unknown,
        "seed": rng.integers(0, 2**31, number),
        "land": np.where(rng.random(number) < 0.1, 0, rng.integers(1, 120, number)).astype("int32"),
        "water": rng.random(number) < 0.94,
        "dilapidated": rng.random(number) < 0.11,
        "plan": rng.integers(0, 8, number),
        "planless": rng.random(number) < 0.04,
    }
    until = np.full(number, NEVER, dtype="int32")
    is_out, out = np.zeros(number, dtype=bool), [np.zeros(number, dtype=bool)]
    moved: list[tuple[np.ndarray, ...]] = []
    for at in range(1, len(days)):
        here = (since < at) & (until >= at)
        until[here & (rng.random(number) < course["gone"])] = at
        staying, chance = here & (until > at), rng.random(number)
        left, back = staying & ~is_out & (chance < course["exits"]), staying & is_out & (chance < course["relapses"])
        is_out = (is_out | left) & ~back
        out.append(is_out)
        when = np.flatnonzero(left | back)
        moved.append((when, rng.integers(days[at - 1] + 1, days[at] + 1, len(when)), back[when].astype("int32")))
    return Piece(_keys(rng, number, part, parts), values, since, until, out, _in_order(moved))


def _in_order(moved: list[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not moved:
        nothing = np.empty(0, dtype="int64")
        return nothing, nothing, nothing
    who, when, what = (np.concatenate(column) for column in zip(*moved, strict=True))
    order = np.lexsort((when, who))
    return who[order], when[order], what[order]


def members(rng: np.random.Generator, piece: Piece) -> dict[str, np.ndarray]:
    """The persons of all households of a piece, household by household: `household` and `order` in it, and coded columns.

    Ages are full years at the first snapshot.
    """
    size = piece.values["sizes"] + 1
    household = np.repeat(np.arange(len(size), dtype="int32"), size)
    order = np.arange(len(household), dtype="int32") - np.repeat(np.cumsum(size) - size, size).astype("int32")
    number, chance = len(household), rng.random(len(household))
    male = rng.random(number) < 0.53
    head_age = rng.integers(28, 82, len(size))[household]
    child = np.clip(head_age - rng.integers(22, 36, number), 0, 60)
    elder = np.clip(head_age + rng.integers(20, 30, number), 0, 99)
    is_elder = (order > 2) & (chance < 0.35) & (head_age < 60)
    age = np.select(
        [order == 0, order == 1, is_elder], [head_age, np.clip(head_age + rng.integers(-5, 4, number), 22, 95), elder], child
    )
    relation = np.select([order == 0, order == 1, is_elder], [0, 1, np.where(male, 4, 5)], np.where(male, 2, 3))
    able = (age >= 16) & (age < 72)
    labour = np.select([able & (chance < 0.78), able & (chance < 0.83), able], [0, 1, 3], 2)
    health = np.select([chance < 0.66, chance < 0.84, chance < 0.92], [0, 1, 2], 3)
    return {
        "household": household,
        "order": order,
        "male": male,
        "age": age.astype("int32"),
        "relation": relation,
        "labour": labour,
        "school": _school(age, chance),
        "health": health,
    }


def _school(age: np.ndarray, chance: np.ndarray) -> np.ndarray:
    return np.select([age < 6, age < 12, age < 15, (age < 18) & (chance < 0.85), (age < 22) & (chance < 0.3)], [0, 1, 2, 3, 4], 0)


def rng_of(seed: int, *places: int) -> np.random.Generator:
    """A generator of its own for each place of a hierarchy, so that places may be drawn in any order and in any process."""
    return np.random.default_rng([seed, *places])


def kept(columns: Mapping[str, Any], rows: np.ndarray) -> dict[str, Any]:
    """The same columns at some places only."""
    return {name: values[rows] for name, values in columns.items()}
