"""Figures of causes: by unit, beside the county, by township, by size and composition of the household."""

import pandas as pd
from matplotlib.axes import Axes

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import drawing, language, style, telling


def _cause(value: str, lang: str) -> str:
    return dictionary.value_label("cause_main", value, lang)


def _told(frame: pd.DataFrame, unit: str, lang: str) -> list[str]:
    rows = zip(frame["cause_main"], frame[f"share_{unit}"], frame[unit], strict=True)
    _ = language.translator(lang).gettext
    text = _("{name} {share} ({count})")
    return [
        text.format(name=_cause(c, lang), share=language.share(s, lang), count=language.counted(n, unit, lang))
        for c, s, n in rows
    ]


@drawing.open_rows("share_", "households", "persons")
def cause_bars(shares: pd.DataFrame, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Shares of households and of persons by cause, the largest (by persons) on top.

    Needs `cause_main, households, persons, share_households, share_persons`.
    """
    _ = language.translator(lang).gettext
    rows = shares.sort_values("persons", ascending=False, kind="stable")
    ax = drawing.sheet(ax, 2 * len(rows), lang)
    if not rows["persons"].sum():
        return drawing.empty(ax, lang)
    for step, unit in enumerate(drawing.UNITS):
        places = [row - 0.2 + 0.4 * step for row in range(len(rows))]
        bars = ax.barh(places, rows[f"share_{unit}"], height=0.37, color=style.UNITS[unit], label=drawing.unit_label(unit, lang))
        texts = zip(rows[f"share_{unit}"], rows[unit], strict=True)
        form = _("{share} ({count})")
        drawing.value_labels(
            ax, bars, [form.format(share=language.share(s, lang), count=language.counted(n, unit, lang)) for s, n in texts]
        )
    drawing.row_names(ax, [_cause(cause, lang) for cause in rows["cause_main"]])
    drawing.quiet_x(
        ax,
        _("share of registered households, share of registered persons"),
        rows[["share_households", "share_persons"]].max().max(),
    )
    first = rows.iloc[0]
    title = _("{cause}: {persons} of registered persons, {households} of registered households").format(
        cause=_cause(first["cause_main"], lang),
        persons=language.share(first["share_persons"], lang),
        households=language.share(first["share_households"], lang),
    )
    drawing.titled(ax, title, lang, [*_told(rows, "households", lang), *_told(rows, "persons", lang)])
    drawing.legend_above(ax)
    return ax


@drawing.open_rows("share_", "whole_")
def cause_compare(
    compare: pd.DataFrame, place: str, whole: str, unit: str = "persons", lang: str = "zh", ax: Axes | None = None
) -> Axes:
    """A township's shares by cause beside the county's, in one unit. Needs `cause_main, share_<unit>, whole_share_<unit>`."""
    _ = language.translator(lang).gettext
    part, county = f"share_{drawing.unit_of(unit)}", f"whole_share_{unit}"
    rows = compare.sort_values(county, ascending=False, kind="stable")
    ax = drawing.sheet(ax, 2 * len(rows), lang)
    if rows[part].isna().all() or not rows[part].sum():
        return drawing.empty(ax, lang)
    for step, (column, name, colour) in enumerate([(part, place, style.UNITS[unit]), (county, whole, style.MUTED)]):
        bars = ax.barh([row - 0.2 + 0.4 * step for row in range(len(rows))], rows[column], height=0.37, color=colour, label=name)
        drawing.value_labels(
            ax, bars, [language.share(value, lang) for value in rows[column]], fontweight="normal" if step else "bold"
        )
    drawing.row_names(ax, [_cause(cause, lang) for cause in rows["cause_main"]])
    drawing.quiet_x(ax, _share_label(unit, lang), rows[[part, county]].max().max(), 1.15)
    title = _compare_title(rows["cause_main"], rows[part] - rows[county], whole, unit, lang)
    told = [
        _("{name} {share} ({whole} {other})").format(
            name=_cause(c, lang), share=language.share(a, lang), whole=whole, other=language.share(b, lang)
        )
        for c, a, b in zip(rows["cause_main"], rows[part], rows[county], strict=True)
    ]
    drawing.titled(ax, title, lang, told)
    drawing.legend_above(ax)
    return ax


def _compare_title(causes: pd.Series, gaps: pd.Series, whole: str, unit: str, lang: str) -> str:
    """The cause whose share is furthest from the whole's."""
    _ = language.translator(lang).gettext
    widest = int(gaps.abs().argmax())
    points = language.number(abs(gaps.iloc[widest]) * 100, lang, 1)
    if points == "0.0":
        return _("Causes as in {whole} ({unit})").format(whole=whole, unit=_by(unit, lang))
    above = _("{cause}: {points} points above {whole} ({unit})")
    below = _("{cause}: {points} points below {whole} ({unit})")
    text = above if gaps.iloc[widest] > 0 else below
    return text.format(cause=_cause(causes.iloc[widest], lang), points=points, whole=whole, unit=_by(unit, lang))


def _share_label(unit: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    return _("share of registered persons") if unit == "persons" else _("share of registered households")


def _by(unit: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    return _("by persons") if unit == "persons" else _("by households")


@drawing.open_rows("share_")
def cause_by_township(
    by_township: pd.DataFrame, unit: str = "persons", highlight: str | None = None, lang: str = "zh", ax: Axes | None = None
) -> Axes:
    """The causes' shares within each township, stacked to 100%; sorted by the first cause of the table.

    Needs `township_code, township, cause_main, share_<unit>`; `highlight` is the code of the township in bold.
    """
    _ = language.translator(lang).gettext
    causes = list(dict.fromkeys(by_township["cause_main"]))
    column = f"share_{drawing.unit_of(unit)}"
    if not causes:
        return drawing.empty(drawing.sheet(ax, 1, lang), lang)
    wide = by_township.pivot(index=["township_code", "township"], columns="cause_main", values=column)[causes].dropna()  # noqa: PD010 - one value a cell
    wide = wide.sort_values([causes[0], "township_code"], ascending=[False, True]).reset_index()
    ax = drawing.sheet(ax, len(wide) + 1, lang)
    if wide.empty:
        return drawing.empty(ax, lang)
    _stack(ax, wide, causes, 1.0, lang)
    names = drawing.place_names(wide, lang)
    drawing.row_names(ax, names, wide["township_code"] == highlight)
    drawing.quiet_x(ax, _("share within the township, {unit}").format(unit=_by(unit, lang)), 1, 1)
    most, least = (language.share(wide[causes[0]].iloc[row], lang) for row in (0, -1))
    alone = _("{cause}: {most_share} in {most}, {unit}")
    text = (
        alone if len(wide) == 1 else _("{cause} weighs most in {most} ({most_share}), least in {least} ({least_share}), {unit}")
    )
    title = text.format(
        cause=_cause(causes[0], lang), most=names[0], most_share=most, least=names[-1], least_share=least, unit=_by(unit, lang)
    )
    part = _("{name} {share}")
    parts = [
        language.listed([part.format(name=telling.cause(c, lang), share=language.share(row[c], lang)) for c in causes], lang)
        for row in wide.to_dict("records")
    ]
    drawing.titled(ax, title, lang, drawing.told(names, parts, lang))
    drawing.legend_above(ax, 3)
    return ax


def _stack(
    ax: Axes, wide: pd.DataFrame, causes: list[str], most: float, lang: str, digits: int = 1, counts: bool = False
) -> None:
    """Bars of one row each, stacked by cause, with the value inside where there is room for it."""
    left = pd.Series(0.0, index=wide.index)
    for place, cause in enumerate(causes):
        colour = style.CAUSES[place % len(style.CAUSES)]
        bars = ax.barh(
            range(len(wide)), wide[cause], left=left, height=0.72, color=colour, edgecolor="white", label=_cause(cause, lang)
        )
        texts = [language.count(v, lang) if counts else language.share(v, lang, digits) for v in wide[cause]]
        roomy = [text if value > 0.055 * most else "" for text, value in zip(texts, wide[cause], strict=True)]
        ax.bar_label(bars, roomy, label_type="center", color=style.INK, fontsize=11)
        left = left + wide[cause]


def cause_by_class(table: pd.DataFrame, column: str, unit: str = "households", lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Households or persons by a class of the household (`column`: size_class or composition), stacked by cause, in counts.

    Needs `cause_main, <column>, <unit>`; classes stand in the table's order.
    """
    _ = language.translator(lang).gettext
    causes, classes = list(dict.fromkeys(table["cause_main"])), list(dict.fromkeys(table[column]))
    wide = table.pivot_table(index=column, columns="cause_main", values=drawing.unit_of(unit), aggfunc="sum", observed=True)
    wide = wide.reindex(index=classes, columns=causes).fillna(0)
    sums = wide.sum(axis=1)
    ax = drawing.sheet(ax, len(wide) + 1, lang)
    if not sums.sum():
        return drawing.empty(ax, lang)
    _stack(ax, wide, causes, sums.max() * drawing.ROOM, lang, counts=True)
    form = _("{count}, {share}")
    texts = [form.format(count=language.counted(n, unit, lang), share=language.share(n / sums.sum(), lang)) for n in sums]
    for row, (value, text) in enumerate(zip(sums, texts, strict=True)):
        ax.annotate(text, (value, row), (5, 0), textcoords="offset points", va="center", fontsize=12)
    names = [_class(column, name, lang) for name in classes]
    drawing.row_names(ax, names)
    drawing.quiet_x(ax, drawing.unit_axis(unit, lang), sums.max())
    title = _("Most frequent: {name}, {count} ({share})").format(
        name=language.inside(names[int(sums.argmax())], lang),
        count=language.counted(sums.max(), unit, lang),
        share=language.share(sums.max() / sums.sum(), lang),
    )
    drawing.titled(ax, title, lang, drawing.told(names, texts, lang))
    drawing.legend_above(ax, 3)
    return ax


def _class(column: str, value: str, lang: str) -> str:
    if column != "size_class":
        return dictionary.value_label(column, value, lang)
    tr = language.translator(lang)
    if value.endswith("+"):
        return tr.gettext("{n} persons and more").format(n=value.rstrip("+"))
    return tr.ngettext("household of {n}", "household of {n}", int(value)).format(n=value)
