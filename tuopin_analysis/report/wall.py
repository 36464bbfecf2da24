"""Sheets for the wall (挂图作业、按图销号), A3: the county with its townships, and a township's villages, household by household.

The county's sheet is a map and a table of what is left and done. On a township's sheet each household is a square, crossed off
once it is out: who works by the map crosses off the next ones by hand. Who answers for a place is written in by hand, or stands
in a list of the office (`register.in_charge`); no sheet names a household.
"""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tuopin_analysis import harmless
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, drawing, language, maps, maps_words, narrow, style, tables, telling

A3 = (16.54, 11.69)  # inches, landscape
LEFT, RIGHT, TOP = 0.025, 0.975, 0.972
COLUMNS = ["remaining_households", "remaining_persons", "actual_persons", "share_actual", "target_reached",
           "with_measure_households", "helping_units"]  # fmt: skip
FULL = 9.95  # the width of a table with every column and the blank for names
WIDE = 4.0  # Chinese characters to a line of its head


@dataclass(frozen=True)
class Head:
    """What stands on every sheet: the place, the day, for whom the sheet is, and by code who answers for a place."""

    place: str
    day: str
    note: str
    lang: str = "zh"
    in_charge: Mapping[str, str] = field(default_factory=dict)


def sheet(head: Head, part: str = "") -> Figure:
    """An empty A3 sheet with its head; `part` says which of several it is."""
    language.check(head.lang)
    _ = language.translator(head.lang).gettext
    made = plt.figure(figsize=A3)
    title = _("{place}: work by the map, cross off on the map").format(place=head.place)
    made.text(LEFT, TOP, harmless.plain(title + part), fontsize=28, fontweight="bold", va="top")
    day = _("as of {day}").format(day=language.day(head.day, head.lang))
    made.text(RIGHT, TOP, day, fontsize=20, va="top", ha="right")
    made.text(LEFT, TOP - 0.055, harmless.plain(head.note), fontsize=12.5, color=style.PERSONS, va="top", fontweight="bold")
    return made


def county(work: pd.DataFrame, outlines: Any, head: Head) -> Figure:
    """The county's sheet from `analysis.tasks.by_place` of its townships (or what the guard of the public edition left of it)."""
    made = sheet(head)
    lang, _ = head.lang, language.translator(head.lang).gettext
    listed = made.add_axes((0.515, 0.075, RIGHT - 0.515, 0.80))
    _table(listed, work, head)
    on_map = made.add_axes((LEFT, 0.175, 0.47, 0.70))
    known = "status" in work and work["status"].notna().any()
    maps.draw(work, "status" if known else "share_actual", outlines, lang=lang, ax=on_map, labels=_labels(work, lang), scale=1.3)
    on_map.set_title("", loc="left")
    what = _("On the map: persons and households not yet out, and the share of persons who are.")
    foot = f"{what}\n{maps_words.caption(outlines.kind, lang)}"
    made.text(LEFT, 0.02, foot, fontsize=11, color=style.SOFT, va="bottom")
    return made


def _labels(work: pd.DataFrame, lang: str) -> dict[str, str]:
    """What the map says of each township: persons and households left, and the share that is out."""
    _ = language.translator(lang).gettext
    texts = _texts(work, ["remaining_persons", "remaining_households", "share_actual"], lang)
    form = _("{persons} persons\n{households} households\nout: {share}")
    return {
        code: form.format(persons=row["remaining_persons"], households=row["remaining_households"], share=row["share_actual"])
        for code, row in zip(work["township_code"], texts.to_dict("records"), strict=True)
    }


def _texts(work: pd.DataFrame, columns: list[str], lang: str) -> pd.DataFrame:
    """Figures as texts; suppressed ones as "×"."""
    texts = cells.written(work[columns], lang)
    hidden = work.get(telling.SUPPRESSED, pd.Series("", index=work.index)).map(lambda names: str(names).split(";"))
    for column in columns:
        texts[column] = [
            language.SUPPRESSED if column in names else text for text, names in zip(texts[column], hidden, strict=True)
        ]
    return texts


def _table(ax: Axes, work: pd.DataFrame, head: Head) -> None:
    """The townships in rows, their figures, a sum, and the responsible person, or a blank for one."""
    lang, _ = head.lang, language.translator(head.lang).gettext
    columns = [column for column in COLUMNS if column in work]
    texts = _texts(work, columns, lang)
    names = [language.place(name, lang) for name in work["township"]]
    rows = [[name, *line] for name, line in zip(names, texts.to_numpy().tolist(), strict=True)]
    rows.append([_("Total"), *_sums(work, columns, lang)])
    by_hand = telling.SUPPRESSED not in work  # a public sheet has no blank for names
    heads = [dictionary.label("township", lang), *(dictionary.label(column, lang) for column in columns)]
    heads += [_("Responsible")] if by_hand else []
    widths = [1.45, *[1.0] * len(columns), *([1.5] if by_hand else [])]
    edges = [sum(widths[:at]) for at in range(len(widths) + 1)]
    ax.set_xlim(0, edges[-1])
    ax.set_ylim(len(rows) + 1.2, -0.2)
    ax.set_axis_off()
    size = 12.5 * 14 / max(14, len(rows))
    for place, text in enumerate(heads):
        x, align = (0.03, "left") if place == 0 else ((edges[place] + edges[place + 1]) / 2, "center")
        told = _head(text, WIDE * FULL / edges[-1])
        ax.text(x, 0.4, told, fontsize=11 if lang == "zh" else 10, fontweight="bold", ha=align, va="center", linespacing=1.15)
    for row, line in enumerate(rows, start=1):
        last = row == len(rows)
        ax.plot(
            [0, edges[-1]], [row, row], color=style.INK if row == 1 or last else style.MUTED, linewidth=1.4 if row == 1 else 0.8
        )
        for place, text in enumerate(line):
            x, align = (0.03, "left") if place == 0 else (edges[place + 1] - 0.12, "right")
            ax.text(
                x, row + 0.5, text, fontsize=size, ha=align, va="center", fontweight="bold" if last or not place else "normal"
            )
        if by_hand and not last:
            _person(ax, head.in_charge.get(str(work["township_code"].iloc[row - 1]), ""), row, edges[-2:], min(11, size))
    ax.plot([0, edges[-1]], [len(rows) + 1] * 2, color=style.INK, linewidth=1.4)


def _person(ax: Axes, name: str, row: int, edges: list[float], size: float) -> None:
    """Who is responsible, on two lines at most; a blank where nobody is named."""
    if name:
        told = drawing.folded(harmless.plain(name), 6.6 * 11 / size)
        ax.text(edges[0] + 0.15, row + 0.5, told, fontsize=size, va="center", linespacing=1.1)
    else:
        ax.plot([edges[0] + 0.15, edges[1]], [row + 0.82] * 2, color=style.SOFT, linewidth=0.8)


def _head(text: str, wide: float) -> str:
    """A head on lines of so many Chinese characters, broken between words; a bracket stands on a line of its own.

    >>> _head("实际脱贫比重（人口）", 4).split("\\n"), _head("Households not yet out", 5).split("\\n")
    (['实际脱贫', '比重', '（人口）'], ['Households', 'not yet', 'out'])
    """
    if text.isascii():
        return "\n".join(textwrap.wrap(text, int(2 * wide), break_long_words=False))
    return "\n".join(narrow.lines(part, 2 * wide) for part in text.replace("（", "\n（").split("\n"))


def _sums(work: pd.DataFrame, columns: list[str], lang: str) -> list[str]:
    """The county's figures: sums of counts, ratios of sums; "×" where a part is suppressed, "" where neither holds."""
    names = ";".join(work[telling.SUPPRESSED]).split(";") if telling.SUPPRESSED in work else []
    found = []
    for column in columns:
        part, whole = tables.RATIOS.get(column, ("", ""))
        needed = {column} if cells.is_additive(column, work[column]) else {part, whole}
        if column == "helping_units" or not needed <= set(work.columns):
            found.append("")  # a unit may help in several townships
        elif needed & set(names):
            found.append(language.SUPPRESSED)
        elif len(needed) == 1:
            found.append(language.count(None if work[column].isna().all() else work[column].sum(), lang))
        else:
            below = int(work[whole].fillna(0).sum())
            found.append(language.share(int(work[part].fillna(0).sum()) / below if below else None, lang))
    return found
