"""From a figure back to its rows: what it is a sum of, or by which formula it follows from figures that are.

A figure is described once, as a small tree: sums over rows, published figures and thresholds of the rule set are its leaves,
formulas join them. The rows are the same frames that analysis counts, with the columns that analysis itself derives
(`tracing_rows`), so that a definition stands in one place. A test traces every figure of every table.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from tuopin_analysis.analysis import formulas

Condition = tuple[str, str, Any]  # a column, one of OPERATORS, and what it is compared with
OPERATORS = ("==", "in", "<", "<=", ">", ">=", "missing", "filled")


@dataclass(frozen=True)
class Sum:
    """A sum of the column `weight` (without one: a count) over the rows of a frame in which every condition holds."""

    frame: str
    where: tuple[Condition, ...] = ()
    weight: str = ""

    def query(self) -> str:
        """The filter as `pandas.DataFrame.query` reads it.

        >>> Sum("households", (("cause_main", "in", ("illness",)), ("is_remaining", "==", True)), "size").query()
        "cause_main in ['illness'] and is_remaining == True"
        """
        return " and ".join(_written(*condition) for condition in self.where)


@dataclass(frozen=True)
class By:
    """The same sum for each value of a column, in the order of the values."""

    of: Sum
    by: str


@dataclass(frozen=True)
class Given:
    """A figure that nobody counted here: published, or a threshold of a rule set; where it stands."""

    value: Any
    source: str
    line: int | None = None
    column: str = ""


@dataclass(frozen=True)
class Formula:
    """A figure that follows from others by one of `formulas.FORMULAS`."""

    name: str
    parts: Mapping[str, "Node"] = field(default_factory=dict)


Leaf = Sum | By | Given
Node = Leaf | Formula


class Frames(Mapping[str, pd.DataFrame]):
    """Frames by name; those that take long are made when they are first asked for."""

    def __init__(self, made: Mapping[str, pd.DataFrame], makers: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
        self._made, self._makers = dict(made), makers

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._made, **self._makers})

    def __len__(self) -> int:
        return len({**self._made, **self._makers})


class Rows:
    """The frames that figures are sums over, by name; what a condition selects is remembered."""

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self.frames = frames
        self._masks: dict[tuple[str, Condition], np.ndarray] = {}
        self._places: dict[By, dict[str, int]] = {}

    def pick(self, node: Sum) -> pd.DataFrame:
        """The rows of a sum, with `amount`, what each adds to it (rows that add nothing too)."""
        frame = self.frames[node.frame]
        found = frame[self._mask(node)]
        return found.assign(amount=found[node.weight].to_numpy() if node.weight else 1)

    def value(self, node: Node) -> Any:
        """The figure: a number, a truth value, a text, a mapping for a `By`; None where it is missing."""
        if isinstance(node, Given):
            return None if pd.isna(node.value) else node.value
        if isinstance(node, Formula):
            return formulas.FORMULAS[node.name](**{name: self.value(part) for name, part in node.parts.items()})
        if isinstance(node, By):
            return self._by(node)
        mask = self._mask(node)
        return int(self.frames[node.frame][node.weight].to_numpy()[mask].sum()) if node.weight else int(mask.sum())

    def _by(self, node: By) -> dict[str, int]:
        if node not in self._places:
            keys = self.frames[node.of.frame][node.by][self._mask(node.of)]
            added = self.pick(node.of)["amount"].groupby(keys).sum()
            self._places[node] = {str(key): int(amount) for key, amount in added.items()}
        return self._places[node]

    def _mask(self, node: Sum) -> np.ndarray:
        mask = np.ones(len(self.frames[node.frame]), dtype=bool)
        for condition in node.where:
            mask &= self._one(node.frame, condition)
        return mask

    def _one(self, frame: str, condition: Condition) -> np.ndarray:
        key = (frame, condition)
        if key not in self._masks:
            self._masks[key] = _holds(self.frames[frame][condition[0]], *condition[1:])
        return self._masks[key]


def _holds(values: pd.Series, operator: str, other: Any) -> np.ndarray:
    """Where a condition holds; never where the value is missing, unless that is asked for."""
    if operator in ("missing", "filled"):
        return (values.isna() == (operator == "missing")).to_numpy(dtype=bool)
    if operator == "in":
        return values.isin(list(other)).to_numpy(dtype=bool)
    other = pd.Timestamp(other) if isinstance(other, date) else other
    compare = {"==": values.eq, "<": values.lt, "<=": values.le, ">": values.gt, ">=": values.ge}[operator]
    return compare(other).fillna(False).to_numpy(dtype=bool)


def _written(column: str, operator: str, other: Any) -> str:
    if operator in ("missing", "filled"):
        return f"{column}.{'isna' if operator == 'missing' else 'notna'}()"
    shown = list(other) if operator == "in" else str(other) if isinstance(other, date) else other
    return f"{column} {operator} {shown!r}"


def leaves(node: Node, name: str = "") -> Iterator[tuple[str, Leaf]]:
    """The sums and given figures that a figure rests on, each once, in reading order, with its name ("share.whole")."""
    seen: list[Leaf] = []
    for found, leaf in _leaves(node, name):
        if leaf not in seen:
            seen.append(leaf)
            yield found, leaf


def _leaves(node: Node, name: str) -> Iterator[tuple[str, Leaf]]:
    if isinstance(node, Formula):
        for part, below in node.parts.items():
            yield from _leaves(below, f"{name}.{part}" if name else part)
    else:
        yield name, node


def listed(rows: Rows, node: Sum | By) -> pd.DataFrame:
    """The rows behind a sum as a list: one row per household, or per row of the source, with `amount`; their sum is the figure.

    Of persons and changes the households they belong to, with the persons or the exits less relapses of each; a household
    that adds nothing is left out.
    """
    found = rows.pick(node.of if isinstance(node, By) else node)
    names = ["household_id", "township", "village"]
    if "household_id" in found and "file" not in found:
        added = found.groupby(names, sort=False, dropna=False, as_index=False)["amount"].sum()
        return added[added["amount"] != 0].reset_index(drop=True)
    known = [name for name in ("table", "file", "sheet", "row", "code", "kind") if name in found]
    return found[[*known, "amount"]].reset_index(drop=True)


def same(one: Any, other: Any) -> bool:
    """Whether two figures are equal; missing equals missing, and fractions may differ in their last bits.

    >>> same(1, 1.0), same(None, float("nan")), same(0.1 + 0.2, 0.3), same(0, None)
    (True, True, True, False)
    """
    gone = [value is None or (not isinstance(value, str) and bool(pd.isna(value))) for value in (one, other)]
    if any(gone) or isinstance(one, str | bool) or isinstance(other, str | bool):
        return all(gone) if any(gone) else one == other
    return bool(np.isclose(float(one), float(other), rtol=1e-12, atol=0 if other else 1e-15))
