"""An attacker: reads every number of all public tables, and works out what they leave open, by linear programming.

Unknown are the households and persons, remaining and out, of every township and cause. Every figure on a page is a sum of these,
a ratio of two sums or a bound on one; published figures are known too, and that a household has one to thirty members.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.optimize import linprog

ALL = "*"
LAYERS = {"registered": ("remaining", "out"), "remaining": ("remaining",), "out": ("out",)}
UNITS = ("households", "persons")
LARGEST = 30


class Attack:
    """What is known, as equations and bounds over the unknown numbers."""

    def __init__(self, townships: list[str], causes: list[str]) -> None:
        self.townships, self.causes = townships, causes
        names = [(u, t, c, s) for u in UNITS for t in townships for c in causes for s in ("remaining", "out")]
        self.place = {name: at for at, name in enumerate(names)}
        self.equal: dict[bytes, float] = {}  # each once: many pages hold the same figure
        self.below: dict[bytes, float] = {}
        self.seen: dict[tuple, float] = {}
        for _, t, c, s in names[: len(names) // 2]:
            households, persons = (self._one(u, t, c, s) for u in UNITS)
            self.bound(households - persons, 0)
            self.bound(persons - LARGEST * households, 0)

    def _one(self, *name: str) -> np.ndarray:
        row = np.zeros(len(self.place))
        row[self.place[name]] = 1
        return row

    def cell(self, unit: str, layer: str, township: str, cause: str) -> np.ndarray:
        """A cell or margin as a sum of the unknown."""
        row = np.zeros(len(self.place))
        for t in self.townships if township == ALL else [township]:
            for c in self.causes if cause == ALL else [cause]:
                for s in LAYERS[layer]:
                    row[self.place[unit, t, c, s]] += 1
        return row

    def tell(self, row: np.ndarray, value: float) -> None:
        self.equal.setdefault(row.tobytes(), value)

    def bound(self, row: np.ndarray, most: float) -> None:
        self.below[row.tobytes()] = min(most, self.below.get(row.tobytes(), most))

    def number(self, unit: str, layer: str, cell: tuple[str, str], value: float) -> None:
        """A count that was read."""
        self.seen[(unit, layer, *cell)] = value
        self.tell(self.cell(unit, layer, *cell), value)

    def interval(self, row: np.ndarray) -> tuple[float, float]:
        """The least and the most a sum may be, with all that is known."""
        equal, below = (np.array([np.frombuffer(r) for r in told]) for told in (self.equal, self.below))
        value, most = list(self.equal.values()), list(self.below.values())
        ends = []
        for sign in (1, -1):
            exact = {"A_eq": equal, "b_eq": value} if value else {}
            done = linprog(sign * row, **exact, A_ub=below, b_ub=most, bounds=(0, 100_000), method="highs")
            assert done.status == 0, done.message
            ends.append(sign * done.fun)
        return ends[0], ends[1]


def read(attack: Attack, tables: Mapping[tuple[str, str], pd.DataFrame]) -> None:
    """Read every number of the tables; counts first, so that ratios of two ratios can be resolved."""
    for step in (_counts, _ratios):
        for (scope, key), table in tables.items():
            place = ALL if scope == "county" else scope
            if key == "overview.places" and scope != "county":  # shares of the township in itself
                table = table.drop(columns=["share_households", "share_persons"])
            for row in table.to_dict("records"):
                known = {name: value for name, value in row.items() if not pd.isna(value)}
                step(attack, known, _cell(known, place))


def publish(attack: Attack, townships: pd.DataFrame, causes: pd.DataFrame) -> None:
    """What was published before."""
    for key, table in (("township_code", townships), ("cause_main", causes)):
        for row in table.to_dict("records"):
            cell = (row[key], ALL) if key == "township_code" else (ALL, row[key])
            for unit in UNITS:
                attack.number(unit, "registered", cell, row[unit])


def _cell(row: dict, place: str) -> tuple[str, str]:
    if "table" in row:
        return {"townships": (row["key"], ALL), "causes": (place, row["key"])}.get(row["table"], (ALL, ALL))
    return row.get("township_code", place), row.get("cause_main", ALL)


def _counts(attack: Attack, row: dict, cell: tuple[str, str]) -> None:
    for unit in UNITS:
        for column, layer in ((unit, "registered"), (f"remaining_{unit}", "remaining"), (f"actual_{unit}", "out")):
            if column in row:
                attack.number(unit, layer, cell, row[column])
    if "counted" in row or {"gap", "published"} <= set(row):
        attack.number(row["unit"], "registered", cell, row.get("counted", row.get("gap", 0) + row.get("published", 0)))
    out = attack.cell("persons", "out", *cell)
    needed = row.get("still_needed_persons", row.get("needed_persons_per_month", np.nan) * row.get("months_left", np.nan))
    if "target_persons" in row and not np.isnan(needed):
        attack.bound(-out, needed - row["target_persons"])
        if needed > 0:
            attack.tell(out, row["target_persons"] - needed)
    if "target_persons" in row and "township_code" in row:  # a target shared out lies within one of its quota, here first or last
        persons = attack.cell("persons", "registered", *cell)
        attack.bound(-persons, 1 - row["target_persons"])
    if "is_met" in row and "target_persons" in row:
        attack.bound(*((-out, -row["target_persons"]) if row["is_met"] else (out, row["target_persons"] - 1)))


def _ratios(attack: Attack, row: dict, cell: tuple[str, str]) -> None:
    own = {unit: attack.cell(unit, "registered", *cell) for unit in UNITS}
    base = (cell[0], ALL) if cell[1] != ALL else (ALL, ALL)
    if "persons_per_household" in row:
        attack.tell(own["persons"] - row["persons_per_household"] * own["households"], 0)
    for unit, ending in (("persons", ""), ("households", "_households")):
        if f"share_actual{ending}" in row:
            attack.tell(attack.cell(unit, "out", *cell) - row[f"share_actual{ending}"] * own[unit], 0)
    for unit in UNITS:
        if "whole" in "".join(row) and f"whole_share_{unit}" in row:
            attack.tell(
                attack.cell(unit, "registered", ALL, cell[1])
                - row[f"whole_share_{unit}"] * attack.cell(unit, "registered", ALL, ALL),
                0,
            )
        share = row.get(f"share_{unit}", _indirect(attack, row, cell, unit))
        if share is not None:
            attack.tell(own[unit] - share * attack.cell(unit, "registered", *base), 0)


def _indirect(attack: Attack, row: dict, cell: tuple[str, str], unit: str) -> float | None:
    """A share from its quotient or its difference to the whole's share."""
    part, whole = (attack.seen.get((unit, "registered", ALL, cause)) for cause in (cell[1], ALL))
    known = row.get(f"whole_share_{unit}", part / whole if part is not None and whole else None)
    if known is None:
        return None
    if unit == "persons" and "difference_points" in row:
        return known + row["difference_points"] / 100
    return row[f"location_quotient_{unit}"] * known if f"location_quotient_{unit}" in row else None
