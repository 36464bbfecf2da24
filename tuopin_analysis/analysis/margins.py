"""A table with its margins as a network: how far one cell can move while every sum stays true.

In a two-way table that is shown with its row sums, column sums and grand total, each cell stands in one row relation and in one
column relation. With the right signs each relation is a node and each cell an arc between two of them, so that what moves cells
and keeps all sums is a flow in a circle, in whole numbers. Source: Cox (1980), Suppression methodology and statistical disclosure
control, Journal of the American Statistical Association 75(370); Castro (2012), European Journal of Operational Research 216(2).
"""

from dataclasses import dataclass

import numpy as np

Cell = tuple[int, int]
Step = tuple[Cell, bool]  # a cell that moves by one, up or down
Arc = tuple[int, int, float, Step]  # from which node to which, at what price, by which step


@dataclass(frozen=True)
class Table:
    """Counts with their margins (last row and last column), and how low and how high each cell may move."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def arc(self, cell: Cell, up: bool) -> tuple[int, int]:
        """From which node to which one a unit flows when the cell moves up or down: rows first, then columns."""
        rows, columns = self.value.shape
        row, column = cell[0], rows + cell[1]
        inner_or_total = (cell[0] == rows - 1) == (cell[1] == columns - 1)
        return (column, row) if inner_or_total == up else (row, column)

    def room(self, cell: Cell, up: bool, moved: np.ndarray) -> int:
        """How far the cell may still move in a direction."""
        now = int(self.value[cell]) + int(moved[cell])
        return int(self.high[cell]) - now if up else now - int(self.low[cell])


def moves(table: Table, cell: Cell, up: bool, most: int, free: np.ndarray, cost: np.ndarray) -> tuple[int, np.ndarray]:
    """Move a cell as far as it goes, at most `most`, using other cells of `free`, the cheapest first.

    Gives the distance, and what each cell moved: a table that anybody who sees the other cells alone cannot tell from the true
    one. `cost` is paid once for a cell, however far it moves.
    """
    moved = np.zeros(table.value.shape, dtype="int64")
    target, start = table.arc(cell, up)
    done, most = 0, min(most, table.room(cell, up, moved))
    if most <= 0:
        return 0, moved
    others = zip(*(places.tolist() for places in free.nonzero()), strict=True)
    steps = [(other, direction) for other in others if other != cell for direction in (True, False)]
    ends = {step: table.arc(*step) for step in steps}
    room = {step: table.room(*step, moved) for step in steps}
    price = {step: float(cost[step[0]]) for step in steps}
    while done < most:
        way = _way(start, target, [(*ends[step], price[step], step) for step in steps if room[step] > 0])
        if way is None:
            break
        for other, direction in way:
            moved[other] += 1 if direction else -1
            room[other, direction] -= 1
            room[other, not direction] += 1
            price[other, True] = price[other, False] = 0.0
        done += 1
    moved[cell] = done if up else -done
    return done, moved


def _way(start: int, end: int, arcs: list[Arc]) -> list[Step] | None:
    """The cheapest way for one unit from a node to another (Bellman and Ford): cells and directions; None where there is none."""
    best: dict[int, float] = {start: 0.0}
    came: dict[int, tuple[int, Step]] = {}
    changed = True
    while changed:
        changed = False
        for source, goal, price, step in arcs:
            if source in best and best[source] + price < best.get(goal, float("inf")) - 1e-9:
                best[goal], came[goal], changed = best[source] + price, (source, step), True
    if end not in came:
        return None
    way = []
    while end != start:
        end, step = came[end]
        way.append(step)
    return way
