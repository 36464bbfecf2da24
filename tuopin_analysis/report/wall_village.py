"""A township's sheets for the wall: each village a block of squares, one a household, crossed off when it is out."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tuopin_analysis import harmless
from tuopin_analysis.report import drawing, language, style, wall

ACROSS = 10  # squares in a row
WIDTH, GAP, HEADER = ACROSS + 0.9, 0.8, 3.0  # of a block, in squares: with its margin, below it, above its squares
FEWEST, MOST = 3, 7  # columns of blocks on a sheet
AREA = (wall.LEFT, 0.045, wall.RIGHT - wall.LEFT, 0.83)
ROOM = 21.0  # Chinese characters on the line below a village's name
LEFT_FILL, OUT_FILL = "#FCE3D2", "#EEF0F3"


@dataclass(frozen=True)
class Block:
    """A village, or a part of a large one: its place on a sheet, in squares from the left and top, and its rows."""

    village: int
    page: int
    x: float
    y: float
    first: int
    rows: int


def columns_for(numbers: Sequence[int]) -> int:
    """The fewest columns, so the largest squares, with which all villages stand on one sheet; else the most."""
    for columns in range(FEWEST, MOST):
        if arrange(numbers, columns)[-1].page == 0:
            return columns
    return MOST


def height_of(columns: int) -> float:
    """The height of a sheet's area in squares."""
    across = AREA[2] * wall.A3[0]
    return AREA[3] * wall.A3[1] / (across / (columns * WIDTH))


def arrange(numbers: Sequence[int], columns: int) -> list[Block]:
    """Blocks of villages with so many households, down the columns and from sheet to sheet; too high ones go on in the next.

    >>> [(block.page, round(block.x), block.rows) for block in arrange([12, 400, 3], 3)]
    [(0, 0, 2), (0, 0, 11), (0, 11, 17), (0, 22, 12), (0, 22, 1)]
    """
    high, blocks = height_of(columns), []
    column, y = 0, 0.0
    for village, number in enumerate(numbers):
        done, rows = 0, max(1, -(-number // ACROSS))
        while done < rows:
            room = int(high - y - HEADER)
            whole = rows - done <= room
            if not whole and (room < 3 or rows - done + HEADER <= high):  # begin it in the next column
                column, y = column + 1, 0.0
                continue
            part = min(room, rows - done)
            blocks.append(Block(village, column // columns, column % columns * WIDTH, y, done, part))
            done, y = done + part, y + HEADER + part + GAP
    return blocks


def township(households: pd.DataFrame, work: pd.DataFrame, head: wall.Head) -> list[Figure]:
    """The sheets of one township.

    `households` of `register.load` (`household_id, village_code, size, is_remaining`): squares stand in the order of their
    numbers, so that a household keeps its square; the figure in it is the number of its persons. `work` is
    `analysis.tasks.by_place` of the villages; households without a village stand in a block of their own.
    """
    homes = households.assign(village_code=households["village_code"].fillna("")).sort_values(["village_code", "household_id"])
    groups = [(code, group) for code, group in homes.groupby("village_code", sort=True)]
    rows = {str(row["village_code"]): row for _, row in work.iterrows()}
    numbers = [len(group) for _, group in groups]
    columns = columns_for(numbers)
    blocks = arrange(numbers, columns)
    sheets = []
    for page in range(blocks[-1].page + 1):
        part = f" {page + 1}/{blocks[-1].page + 1}" if blocks[-1].page else ""
        made = wall.sheet(head, part)
        ax = made.add_axes(AREA)
        ax.set_xlim(0, columns * WIDTH)
        ax.set_ylim(height_of(columns), 0)
        ax.set_axis_off()
        points = AREA[2] * wall.A3[0] * 72 / (columns * WIDTH)  # of one square
        for block in (block for block in blocks if block.page == page):
            code, group = groups[block.village]
            _block(ax, block, group, rows.get(str(code)), head, points)
        _legend(made, homes, head)
        sheets.append(made)
    return sheets


def _block(ax: Axes, block: Block, group: pd.DataFrame, row: pd.Series | None, head: wall.Head, points: float) -> None:
    """A village's head and squares."""
    lang, _ = head.lang, language.translator(head.lang).gettext
    name = _("village not told") if row is None else language.place(str(row["village"]), lang)
    name += _(" (continued)") if block.first else ""
    ax.text(
        block.x, block.y + 0.75, drawing.folded(harmless.plain(name), 12), fontsize=points * 0.72, fontweight="bold", va="center"
    )
    left = group[group["is_remaining"]]
    counted = _("left: {households} of {all}, {persons} persons").format(
        households=len(left), all=len(group), persons=language.count(int(left["size"].sum()), lang))  # fmt: skip
    ax.text(block.x, block.y + 1.75, counted, fontsize=points * 0.56, va="center", color=style.INK)
    if row is not None:
        ax.text(block.x, block.y + 2.5, _answerable(row, head), fontsize=points * 0.46, va="center", color=style.SOFT)
    cut = group.iloc[block.first * ACROSS : (block.first + block.rows) * ACROSS]
    crosses = []
    for at, home in enumerate(cut.itertuples()):
        x, y = block.x + at % ACROSS, block.y + HEADER + at // ACROSS
        _square(ax, x, y, bool(home.is_remaining), int(home.size), points)  # type: ignore[arg-type]
        crosses += [] if home.is_remaining else [[(x, y), (x + 0.88, y + 0.88)], [(x, y + 0.88), (x + 0.88, y)]]
    ax.add_collection(LineCollection(crosses, colors=style.INK, linewidths=max(0.8, points * 0.055), zorder=4))


def _answerable(row: pd.Series, head: wall.Head) -> str:
    """Who answers for a village, where the office named somebody, and the unit that helps most of its households."""
    _ = language.translator(head.lang).gettext
    name = harmless.plain(head.in_charge.get(str(row["village_code"]), ""))
    unit = "" if language.is_missing(row["helping_unit"]) else harmless.plain(str(row["helping_unit"]))
    number = 0 if language.is_missing(row["helping_units"]) else int(row["helping_units"])
    form = _("{unit}, {n} units in all") if number > 1 else "{unit}"
    told = [name] if name else []
    for cut in range(len(unit), 0, -1):  # the unit's name gives way: who it is stands in the register
        short = unit if cut == len(unit) else f"{unit[:cut]}…"
        line = _("; ").join([*told, form.format(unit=short, n=number)])
        if drawing.breadth(line) <= ROOM:
            return line
    return name


def _square(ax: Axes, x: float, y: float, left: bool, size: int, points: float) -> None:
    fill, edge = (LEFT_FILL, style.PERSONS) if left else (OUT_FILL, style.SOFT)
    ax.add_patch(Rectangle((x, y), 0.88, 0.88, facecolor=fill, edgecolor=edge, linewidth=0.9, gid="left" if left else "out"))
    if left:
        ax.text(x + 0.44, y + 0.47, str(size), fontsize=points * 0.5, ha="center", va="center")


def _legend(made: Figure, homes: pd.DataFrame, head: wall.Head) -> None:
    """What the squares mean, the township's sums, and who answers for it, at the foot of the sheet."""
    lang, _ = head.lang, language.translator(head.lang).gettext
    name = harmless.plain(head.in_charge.get(str(homes["township_code"].iloc[0]), ""))
    left = homes[homes["is_remaining"]]
    text = _(
        "One square a household, the figure in it its persons; crossed off: out of poverty. Left: {households}, {persons}."
        " Out: {out}. Responsible: {name}"
    ).format(
        households=language.counted(len(left), "households", lang),
        persons=language.counted(int(left["size"].sum()), "persons", lang),
        out=language.counted(len(homes) - len(left), "households", lang),
        name=name or "____________",
    )
    made.text(wall.LEFT, 0.018, text, fontsize=13, va="bottom")
