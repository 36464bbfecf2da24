"""Poverty maps: one call draws a column of a finished table of places on the county's shapes.

What is in the table is drawn; a place that is not in it is "not reported" and hatched, never nought; a missing figure is drawn as
missing, a suppressed one as ×. The shapes come from `register.outlines`; matplotlib alone draws them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.report import drawing, language, maps_classes, maps_marks, maps_words, style, telling
from tuopin_analysis.report.maps_marks import BLANK, EDGE, HATCH
from tuopin_analysis.report.maps_words import notes

__all__ = ["draw", "notes", "several"]

Kind = Literal["choropleth", "symbols"]
KINDS = ("choropleth", "symbols")
HEIGHT, SIDE_BY_SIDE = 5.5, 4.9  # inches
TITLE_WIDTH = 44.0
TITLE_LINE = 0.3  # inches, of a line of a title


def draw(
    table: pd.DataFrame,
    column: str,
    outlines: Any,
    *,
    kind: Kind = "choropleth",
    lang: str = "zh",
    highlight: str | None = None,
    height: float = HEIGHT,
    labels: Mapping[str, str] | None = None,
    scale: float = 1.0,
    ax: Axes | None = None,
) -> Axes:
    """A column of a table of townships (or villages, by `village_code`) on a map; returns the axes.

    `outlines` is what `register.outlines.of` gives. `kind`: "choropleth" (classes of colour; of a column of codes a colour each)
    or "symbols" (circles whose area is the number: for persons and households). `highlight`, a code, is framed.
    `labels` by code stand below the names in place of the values, `scale` enlarges all letters, for a sheet for the wall. Every
    place stands in the alternative text. InputError for an unknown column or kind, and for symbols of what is no count.
    """
    code = "village_code" if "village_code" in table else "township_code"
    language.check(lang)
    _check(table, column, code, kind, outlines)
    rows = _joined(table, column, code, outlines)
    rows["label"] = [harmless.plain(language.place(name, lang)).removesuffix("办事处") for name in rows["name"]]
    known = rows[rows["state"] == "known"].copy()
    numeric = pd.api.types.is_numeric_dtype(known[column]) and not pd.api.types.is_bool_dtype(table[column])
    rows["text"] = _texts(rows, known, column, lang)
    title = maps_words.finding(known, column, bool((rows["state"] == "withheld").any()), lang)
    ax = _sheet(ax, height, title)
    fills, handles, method = _coloured(known, column, kind, numeric, lang)
    maps_marks.shapes(ax, rows, fills, highlight)
    if kind == "symbols":
        handles = maps_marks.circles(ax, known, column, lang)
    n_left = maps_marks.labelled(ax, rows, fills if kind == "choropleth" else {}, column, labels, scale)
    _legend(ax, handles, rows, maps_words.axis(column, lang) + (f"\n{method}" if method else ""), lang, scale)
    off = int((~table[code].isin(rows["code"])).sum())
    _captioned(ax, [maps_words.caption(outlines.kind, lang), maps_words.left_out(n_left, lang), maps_words.off(off, lang)], lang)
    ordered = rows.sort_values(["order", "code"], kind="stable")
    return drawing.titled(ax, title, lang, maps_words.told(ordered, ordered["text"].tolist(), lang))


def several(table: pd.DataFrame, columns: Sequence[str], outlines: Any, *, lang: str = "zh", highlight: str | None = None,
            height: float = SIDE_BY_SIDE) -> Axes:  # fmt: skip
    """Choropleths of two or three columns side by side, each with its finding and legend; the first axes, which tell them all."""
    language.check(lang)
    made = plt.figure(figsize=(style.WIDTH, height))
    wide = 1 / len(columns)
    axes = [made.add_axes((at * wide + 0.005, 0.29, wide - 0.015, 0.55)) for at in range(len(columns))]
    for ax, column in zip(axes, columns, strict=True):
        draw(table, column, outlines, lang=lang, highlight=highlight, ax=ax)
        found = ax.get_title(loc="left").replace("\n", " " if lang == "en" else "")
        ax.set_title(drawing.folded(found, TITLE_WIDTH / len(columns)), loc="left", fontsize=11.5, pad=6)
    axes[0].set_label("\n".join(str(ax.get_label()) for ax in axes))
    return axes[0]


def _check(table: pd.DataFrame, column: str, code: str, kind: str, outlines: Any) -> None:
    faults = []
    if code == "village_code" and outlines.kind != "rows" and not len(outlines.villages):
        mend = "draw them on tiles: outlines.village_tiles(table)"
        faults.append(Fault("no outlines of villages", "townships.geojson", "features with twelve-digit codes", mend))
    if kind not in KINDS:
        faults.append(Fault(f"unknown kind '{kind}'", "kind", " or ".join(KINDS), nearest(kind, KINDS)))
    faults += [Fault(f"no column '{name}'", "the table to map", "a table of places", nearest(name, table.columns))
               for name in (code, column) if name not in table]  # fmt: skip
    if not faults and kind == "symbols" and not maps_classes.unit_of(column):
        faults.append(Fault(f"symbols of '{column}'", "kind", "a count of persons or households", "use kind='choropleth'"))
    if not faults and table[code].duplicated().any():
        twice = ", ".join(sorted(set(table.loc[table[code].duplicated(), code]))[:5])
        faults.append(Fault(f"several rows for {twice}", "the table to map", "one row a place", "choose one cause or period"))
    if faults:
        raise InputError(*faults)


def _joined(table: pd.DataFrame, column: str, code: str, outlines: Any) -> pd.DataFrame:
    """The places of the map with their value and `state`: known, missing, withheld, or absent from the table."""
    places = outlines.frame if code == "township_code" or outlines.kind == "rows" else outlines.villages
    if code == "village_code":  # of the townships that the table is about
        places = places[places["code"].str[:9].isin(set(table[code].str[:9]))]
    hidden = table.get(telling.SUPPRESSED, pd.Series("", index=table.index)).map(lambda names: column in str(names).split(";"))
    given = table[[code, column]].assign(hidden=hidden).rename(columns={code: "code"})
    rows = places.merge(given, on="code", how="left")
    reported = rows["code"].isin(given["code"])
    missing = rows[column].map(language.is_missing)
    rows["state"] = np.select([~reported, rows["hidden"].eq(True), missing], ["absent", "withheld", "missing"], "known")
    numeric = pd.api.types.is_numeric_dtype(table[column]) and not pd.api.types.is_bool_dtype(table[column])
    rows["order"] = -pd.to_numeric(rows[column], errors="coerce").fillna(-1.0).astype("float64") if numeric else 0.0
    return rows


def _texts(rows: pd.DataFrame, known: pd.DataFrame, column: str, lang: str) -> list[str]:
    """What the map says of each place: its value as whole numbers are written, or why there is none."""
    values = known[column]
    if maps_classes.unit_of(column):
        values = values.astype("int64")
    said = dict(zip(known["code"], maps_classes.written(values, column, lang), strict=True))
    states = maps_words.states(lang)
    return [said[code] if state == "known" else states[state] for code, state in zip(rows["code"], rows["state"], strict=True)]


def _sheet(ax: Axes | None, height: float, title: str) -> Axes:
    """The axes given, or new ones on a sheet that is higher by each further line of its title, so that the map keeps its size."""
    if ax is None:
        more = TITLE_LINE * drawing.folded(title, drawing.TITLE_WIDTH).count("\n")
        made, part = plt.figure(figsize=(style.WIDTH, height + more)), height / (height + more)
        ax = made.add_axes((0.005, 0.115 * part, 0.70, 0.775 * part))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def _coloured(known: pd.DataFrame, column: str, kind: str, numeric: bool, lang: str) -> tuple[dict[str, str], list[Any], str]:
    """The colour of each place that has a value, the legend's patches and the name of the classification."""
    if kind == "symbols":
        return {}, [], ""
    if not numeric:
        colours = maps_classes.category_colours(known[column].astype(str).tolist(), column)
        labels = maps_classes.written(pd.Series(list(colours)), column, lang)
        patches = [Patch(facecolor=c, edgecolor=EDGE, label=text) for c, text in zip(colours.values(), labels, strict=True)]
        return {code: colours[str(value)] for code, value in zip(known["code"], known[column], strict=True)}, patches, ""
    values = known[column].astype("float64").tolist()
    found = maps_classes.classes(values, maps_classes.hue(column))
    fills = {code: maps_classes.colour_of(value, found) for code, value in zip(known["code"], values, strict=True)}
    patches = [Patch(facecolor=one.colour, edgecolor=EDGE, label=maps_classes.range_text(one, column, lang)) for one in found]
    return fills, patches, maps_classes.method(values, lang)


def _legend(ax: Axes, handles: list[Any], rows: pd.DataFrame, title: str, lang: str, scale: float) -> None:
    """The classes or circles, then the places without a figure, beside the map."""
    states = maps_words.states(lang)
    there = [state for state in HATCH if (rows["state"] == state).any()]
    rest = [Patch(facecolor=BLANK, edgecolor=style.MUTED, hatch=HATCH[state], label=states[state]) for state in there]
    shown = [*handles, *rest]
    for handle in shown:
        handle.set_label(drawing.folded(str(handle.get_label()), 9.5))
    alone = len(drawing.figure(ax).axes) == 1
    gap = 2.5 if handles and isinstance(handles[0], Line2D) else 0.7
    heading = "\n".join(drawing.folded(line, 12.0 if alone else 30.0) for line in title.split("\n"))
    beside = {"bbox_to_anchor": (1.01, 1.0), "fontsize": 10.5 * scale, "title_fontsize": 10.5 * scale}
    below = {"bbox_to_anchor": (0.0, -0.02), "fontsize": 9 * scale, "title_fontsize": 9 * scale, "ncols": 2, "columnspacing": 1.0}
    legend = ax.legend(handles=shown, title=heading, alignment="left", loc="upper left", labelspacing=gap if alone else 0.4,
              handletextpad=1.4 if gap > 1 else 0.6, borderaxespad=0, **(beside if alone else below))  # fmt: skip
    legend.get_title().set_linespacing(1.3)


def _captioned(ax: Axes, parts: Sequence[str], lang: str) -> None:
    """Source and nature of the shapes below the map."""
    sheet = drawing.figure(ax)
    if len(sheet.axes) > 1 and sheet.texts:
        return  # said below the first map
    text = telling.joined(parts, lang)
    sheet.text(0.01, 0.015, drawing.folded(text, 68.0), fontsize=8.6, color=style.SOFT, va="bottom", linespacing=1.3)
