"""Which figures a public page may show: small cells are suppressed, and with them as many others as it takes to hide them.

The figures form one table: townships by causes with all margins, in three layers: registered = remaining + out. Everything that
public pages show is computed from it, so one pattern, made from the whole county, serves every page of every scope.

Primary: a cell of 1 to k - 1 households (`small_cells` of the rule set). Where a registered count is small, the whole stack is
suppressed; where only remaining or out is small, these two. Persons follow the pattern of their households. Noughts are shown:
that nobody is there says nothing of a person; a nought is suppressed only where nothing else can hide a small cell.

Secondary: cells are added, those with fewest households first, until for every small cell there is another table that agrees
with all that is shown, in which the cell is k, and one in which it is 1. Such a table, of whole numbers, is the proof. In it
every moved cell gains or loses as many persons as households, so that both hold together. Where published margins leave no room
for that, at least two values must remain. Source: Cox (1980), Journal of the American Statistical Association 75(370);
Willenborg and de Waal (2001), Elements of Statistical Disclosure Control, ch. 4; tau-ARGUS User's Manual, ch. 2 and 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.margins import Cell, Table, moves
from tuopin_analysis.errors import Fault, InputError

ALL = "*"
LAYERS = ("registered", "remaining", "out")
ENDLESS = 10**9
DEAR = 10**7  # a nought is suppressed when nothing else helps


@dataclass(frozen=True)
class Cube:
    """Households by township and cause with margins (last row and column, "*"), by layer; `known`: margins published before."""

    townships: list[str]
    causes: list[str]
    households: Mapping[str, np.ndarray]
    known: np.ndarray

    def place(self, township: str, cause: str) -> Cell:
        """Where a cell stands; ValueError for a name that is not in the cube."""
        return self.townships.index(township), self.causes.index(cause)


@dataclass(frozen=True)
class Pattern:
    """What is suppressed: in `registered`, and in `split`, the same for remaining and out (which holds all of `registered`)."""

    cube: Cube
    registered: np.ndarray
    split: np.ndarray

    def hides(self, layer: str, township: str, cause: str) -> bool:
        """Whether a figure of a layer ("registered", "remaining", "out") is suppressed."""
        mask = self.registered if layer == "registered" else self.split
        return bool(mask[self.cube.place(township, cause)])


def cube(households: IntoFrame, groups: counts.Groups, townships: pd.DataFrame, causes: pd.DataFrame) -> Cube:
    """The table behind all public figures, from the whole county's households on a day.

    `townships` and `causes` are the published figures (`township_code` or `cause_main`, `households, persons`; may be empty): a
    margin that equals its published figure is known to everybody and is neither suppressed nor of use in hiding others.
    """
    counted = counts.count_places(households, "township_code", ["cause_main"])
    cells = counts.grouped(counted, groups, ["township_code"])
    codes, names = sorted(cells["township_code"].unique()), list(groups)
    found = {column: _with_margins(cells, codes, names, column) for column in counts.COUNTS}
    known = np.zeros((len(codes) + 1, len(names) + 1), dtype=bool)
    for axis, (listed, table, key) in enumerate(((codes, townships, "township_code"), (names, causes, "cause_main"))):
        places = [(place, -1) if axis == 0 else (-1, place) for place in range(len(listed))]
        rows = table[[key, *counts.UNITS]].itertuples(index=False, name=None) if len(table) else []
        stated = {name: numbers for name, *numbers in rows}
        for name, cell in zip(listed, places, strict=True):
            known[cell] = stated.get(name) == [found[unit][cell] for unit in counts.UNITS]
        known[-1, -1] |= bool(stated) and all(known[cell] for cell in places)
    layers = {"registered": found["households"], "remaining": found["remaining_households"]}
    return Cube([*codes, ALL], [*names, ALL], {**layers, "out": layers["registered"] - layers["remaining"]}, known)


def _with_margins(cells: pd.DataFrame, codes: list[str], names: list[str], column: str) -> np.ndarray:
    wide = cells.pivot_table(index="township_code", columns="cause_main", values=column, aggfunc="sum", fill_value=0)
    inner = wide.reindex(index=codes, columns=names, fill_value=0).to_numpy(dtype="int64")
    beside = np.hstack([inner, inner.sum(axis=1, keepdims=True)])
    return np.vstack([beside, beside.sum(axis=0, keepdims=True)])


def primary(table: Cube, small_cells: int) -> Pattern:
    """Small cells alone: not enough to publish, since a suppressed figure may be a difference of others."""
    small = {layer: (values >= 1) & (values < small_cells) for layer, values in table.households.items()}
    registered = small["registered"] & ~table.known
    return Pattern(table, registered, registered | small["remaining"] | small["out"])


def pattern(table: Cube, small_cells: int) -> Pattern:
    """What a public edition suppresses; InputError when a small cell cannot be hidden, because published figures give it away."""
    first = primary(table, small_cells)
    masks = {"registered": first.registered.copy(), "split": first.split.copy()}
    small = [
        (layer, (int(row), int(column)))
        for layer in LAYERS
        for row, column in zip(*((table.households[layer] >= 1) & (table.households[layer] < small_cells)).nonzero(), strict=True)
        if layer != "registered" or masks["registered"][row, column]
    ]
    changed = True
    while changed:  # a cell that was added gives others room, and takes none
        changed = False
        for layer, cell in small:
            changed |= _hide(table, layer, cell, small_cells, masks)
    return Pattern(table, masks["registered"], masks["split"])


def _hide(table: Cube, layer: str, cell: Cell, small_cells: int, masks: dict[str, np.ndarray]) -> bool:
    """Add what it takes for one small cell to be able to be anything from 1 to `small_cells`; whether something was added."""
    value = int(table.households[layer][cell])
    added = False
    for up, need in ((True, small_cells - value), (False, value - 1)):
        if need and _reach(table, layer, cell, up, need, masks) < need:
            added |= _add(table, layer, cell, up, need, masks)
    ends = [_reach(table, layer, cell, up, need, masks) for up, need in ((True, small_cells - value), (False, value - 1))]
    if ends == [small_cells - value, value - 1] or any(_reach(table, layer, cell, up, 1, masks) for up in (True, False)):
        return added
    if not any(_add(table, layer, cell, up, 1, masks) for up in (True, False)):
        where = f"{layer}, township {table.townships[cell[0]]}, cause {table.causes[cell[1]]}"
        mend = "make the internal edition, or group causes more widely in the rule set"
        raise InputError(
            Fault("a small cell cannot be hidden: published figures give it away", where, "room in the figures", mend)
        )
    return True


def _families(table: Cube, layer: str) -> list[tuple[str, Table]]:
    """The tables in which a layer's cell may move, with the mask each needs: against its other half, or with the whole.

    A cell with households keeps one, so that its persons stay possible.
    """
    keep = {name: np.minimum(values, 1) for name, values in table.households.items()}
    whole, left, out = (table.households[name] for name in LAYERS)
    endless = np.full_like(whole, ENDLESS)
    found = []
    if layer != "registered":
        mine, other = (left, "out") if layer == "remaining" else (out, "remaining")
        found.append(("split", Table(mine, keep[layer], whole - keep[other])))
    if layer != "out":
        found.append(("registered", Table(left, keep["remaining"], endless)))
    if layer != "remaining":
        found.append(("registered", Table(out, keep["out"], endless)))
    return found


def _reach(table: Cube, layer: str, cell: Cell, up: bool, need: int, masks: Mapping[str, np.ndarray]) -> int:
    """How far a suppressed cell can move, at most `need`, with all that is shown unmoved."""
    free = np.zeros_like(table.known, dtype="int64")
    reached = 0
    for mask, family in _families(table, layer):
        if need and masks[mask][cell]:
            reached = max(reached, moves(family, cell, up, need, masks[mask], free)[0])
    return reached


def _add(table: Cube, layer: str, cell: Cell, up: bool, need: int, masks: dict[str, np.ndarray]) -> bool:
    """Suppress the cheapest further cells that let a cell move as far as possible; whether anything was added."""
    whole = table.households["registered"]
    price = np.where(whole == 0, DEAR, whole + 1)
    best: tuple[int, float, str, np.ndarray] | None = None
    for mask, family in _families(table, layer):
        allowed = ~table.known if mask == "registered" else np.ones_like(table.known)
        if not allowed[cell]:
            continue
        cost = np.where(masks[mask], 0, price)
        distance, moved = moves(family, cell, up, need, allowed, cost)
        paid = float(cost[moved != 0].sum())
        if distance and (best is None or (-distance, paid) < (-best[0], best[1])):
            best = distance, paid, mask, moved != 0
    if best is None or not best[1]:
        return False
    for mask in ("registered", "split") if best[2] == "registered" else ("split",):
        masks[mask] |= best[3]
    return True
