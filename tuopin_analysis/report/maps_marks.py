"""What is drawn on a map: the shapes of places, circles, and names with their values."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from tuopin_analysis.report import drawing, language, maps_classes, maps_labels, style

BLANK, EDGE = "#F7F8FA", "#8A93A0"
HATCH = {"absent": "////", "missing": "...", "withheld": ""}
LARGEST = 2600.0  # square points: the largest circle
NAME_WIDTH = 5.5  # Chinese characters of a name on one line
WIDE = 5.0  # inches: on a narrower map labels leave out the unit, which the legend names


def each(rows: pd.DataFrame) -> Iterator[Any]:
    """The rows with their columns as attributes."""
    yield from rows.itertuples()


def shapes(ax: Axes, rows: pd.DataFrame, fills: dict[str, str], highlight: str | None = None) -> None:
    """Draw the places of `rows` (`code, parts, state`), filled, or hatched where there is no figure; one may be framed."""
    for row in each(rows):
        rings = [np.vstack([ring, ring[:1]]) for ring in row.parts]
        codes = [np.r_[Path.MOVETO, np.full(len(ring) - 2, Path.LINETO), Path.CLOSEPOLY] for ring in rings]
        outline = Path(np.vstack(rings), np.concatenate(codes))
        framed = row.code == highlight
        ax.add_patch(
            PathPatch(
                outline, facecolor=fills.get(row.code, BLANK), edgecolor=style.INK if framed else EDGE,
                linewidth=2.6 if framed else 0.9, zorder=2 if framed else 1, joinstyle="round",
            )
        )  # fmt: skip
        if HATCH.get(row.state):  # apart, so that the hatch is pale and the outline is not
            ax.add_patch(
                PathPatch(outline, facecolor="none", edgecolor=style.MUTED, hatch=HATCH[row.state], linewidth=0, zorder=1)
            )
    corners = np.vstack([ring for parts in rows["parts"] for ring in parts]) if len(rows) else np.zeros((1, 2))
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = (high - low).max() * 0.01 + 1e-9
    ax.set_xlim(low[0] - margin, high[0] + margin)
    ax.set_ylim(low[1] - margin, high[1] + margin)


def circles(ax: Axes, known: pd.DataFrame, column: str, lang: str) -> list[Line2D]:
    """Circles whose area is the number, none for nought; returns those of the legend, of round numbers."""
    values = known[column].astype("float64")
    most = values.max() if len(values) else 0
    if not most > 0:
        return []
    drawn = known[values > 0]
    colour = maps_classes.hue(column)
    sizes = values[values > 0] / most * LARGEST
    ax.scatter(drawn["x"], drawn["y"], s=sizes, color=colour, alpha=0.42, edgecolor=colour, linewidth=1, zorder=3)
    steps = maps_classes.round_steps(most)
    texts = maps_classes.written(pd.Series(steps), column, lang)
    return [
        Line2D([], [], marker="o", linestyle="", markersize=(step / most * LARGEST) ** 0.5, markerfacecolor=colour, alpha=0.42,
               markeredgecolor=colour, label=text)
        for step, text in zip(steps, texts, strict=True)
    ]  # fmt: skip


def labelled(ax: Axes, rows: pd.DataFrame, fills: dict[str, str], column: str, labels: Mapping[str, str] | None = None,
             scale: float = 1.0) -> int:  # fmt: skip
    """Names and values on the map, the largest first; returns how many find no room."""
    wide = ax.get_position().width * drawing.figure(ax).get_figwidth()
    size = scale * ((10.5 if wide > WIDE else 9) if len(rows) <= 30 else 8)
    marks = {"absent": "", "missing": f"\n{language.MISSING}", "withheld": f"\n{language.SUPPRESSED}"}
    made = []
    for row in each(rows.sort_values(["order", "code"], kind="stable")):
        value = row.text if wide > WIDE or not maps_classes.unit_of(column) else re.sub(r"[^\d,].*", "", row.text)
        value = value if labels is None else labels.get(row.code, value)
        text = _name(row.label) + (f"\n{value}" if row.state == "known" else marks[row.state])
        fill = fills.get(row.code, BLANK)
        colour = maps_classes.ink_on(fill) if row.state == "known" else style.SOFT
        label = ax.text(row.x, row.y, text, ha="center", va="center", fontsize=size, color=colour, linespacing=1.2, zorder=5)
        if row.code in fills:  # where it reaches over the border of its place it can be read, too
            label.set_path_effects([withStroke(linewidth=2, foreground=fill)])
        made.append(label)
    return maps_labels.place(ax, made)


def _name(label: str) -> str:
    """A long name on two lines: English ones at their spaces."""
    if " " in label and len(label) > 2 * NAME_WIDTH:
        return label.replace(" ", "\n")
    return drawing.folded(label, NAME_WIDTH) if not label.isascii() else label
