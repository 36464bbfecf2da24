"""Figures of acceptance: what exits lack, incomes around the line with their smooth continuation, re-check rates with intervals."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import drawing, language, sentences_acceptance, sentences_incomes, style

COLOURS = {"not_met": style.PALETTE[0], "not_recorded": style.MUTED, "missing": style.PALETTE[0], "late": style.PALETTE[1],
           "out_of_order": style.PALETTE[2], "too_short": style.PALETTE[3], "not_kept": style.MUTED}  # fmt: skip


def item_bars(items: pd.DataFrame, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Exits that miss an item of the standard or have no record of it, by item: `acceptance.items`."""
    _ = language.translator(lang).gettext
    rows = items[items["standard_item"] != "all"].reset_index(drop=True)
    return _lacking(rows, "standard_item", ("not_met", "not_recorded"), _("{item}: {n} miss it, more than of any other item"), lang, ax)


def step_bars(steps: pd.DataFrame, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Exits in which a step of the procedure was not kept, by step: `acceptance.steps`."""
    _ = language.translator(lang).gettext
    states = (*sentences_acceptance.PROBLEMS, "not_kept")
    return _lacking(steps, "exit_step", states, _("{item}: not kept in {n}, more than any other step"), lang, ax)


def _lacking(rows: pd.DataFrame, key: str, states: Sequence[str], finding: str, lang: str, ax: Axes | None) -> Axes:
    _ = language.translator(lang).gettext
    columns = {state: f"{state}_households" for state in states if rows[f"{state}_households"].sum()}
    ax = drawing.sheet(ax, len(rows) + 1, lang)
    names = [dictionary.value_label(key, value, lang) for value in rows[key]]
    if not columns:
        ax.set_axis_off()
        return drawing.titled(ax, _("Nothing is lacking in any exit"), lang)
    start = pd.Series(0, index=rows.index)
    labels = {state: _short(column, lang) for state, column in columns.items()}
    for state, column in columns.items():
        ax.barh(range(len(rows)), rows[column], left=start, height=0.62, color=COLOURS[state], label=labels[state])
        start = start + rows[column]
    words = [_words(row, columns, labels, lang) for row in rows.to_dict("records")]
    for at, (end, word) in enumerate(zip(start, words, strict=True)):
        ax.text(end + float(start.max()) * 0.015, at, word, va="center", fontsize=11.5)
    drawing.row_names(ax, names)
    drawing.quiet_x(ax, _("exits (a household counts at each)"), float(start.max()), 1.9)
    counted = rows[[column for state, column in columns.items() if state not in ("not_recorded", "not_kept")]].sum(axis=1)
    title = finding.format(item=names[int(counted.argmax())], n=sentences_acceptance.exits(counted.max(), lang))
    if not counted.max():
        title = _("Nothing is missed; of {n} something is not recorded").format(n=sentences_acceptance.exits(start.max(), lang))
    drawing.legend_above(ax, 5)
    return drawing.titled(ax, title, lang, drawing.told(names, words, lang))


def _short(column: str, lang: str) -> str:
    """A column's label without the unit, which the axis names."""
    label = dictionary.label(column, lang)
    return label.removesuffix("户次") if lang == "zh" else label.removesuffix(", exits")


def _words(row: dict, columns: dict[str, str], labels: dict[str, str], lang: str) -> str:
    _ = language.translator(lang).gettext
    form = _("{label} {n}")
    told = [form.format(label=labels[state], n=language.count(row[column], lang)) for state, column in columns.items() if row[column]]
    return _(", ").join(told) or "0"


def income_histogram(curve: pd.DataFrame, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Incomes at the exit from the line upwards, with the curve through the classes above the first: `bunching.curve`."""
    _ = language.translator(lang).gettext
    ax = drawing.sheet(ax, 6, lang)
    if curve.empty:
        ax.set_axis_off()
        return drawing.titled(ax, _("Too few exits with an income on record"), lang)
    middle = (curve["from_share"] + curve["to_share"]) / 2
    width = float(curve["to_share"].iloc[0] - curve["from_share"].iloc[0])
    colours = [style.PERSONS, *[style.HOUSEHOLDS] * (len(curve) - 1)]
    ax.bar(middle, curve["exits"], width=width * 0.9, color=colours)
    ax.plot(middle, curve["expected"], color=style.INK, marker="o", markersize=5, linewidth=2)
    for at, number in zip(middle, curve["exits"], strict=True):
        ax.annotate(language.count(number, lang), (at, number), xytext=(0, 2), textcoords="offset points", ha="center", fontsize=10.5, color=style.SOFT)
    edges = [*curve["from_share"], curve["to_share"].iloc[-1]]
    ax.set_xticks(edges[::2], [language.share(edge, lang, 0) for edge in edges[::2]])
    ax.set_xlabel(_("income at the exit, of the poverty line"), loc="left")
    ax.set_ylabel(_("exits"))
    ax.set_ylim(0, max(float(curve["exits"].max()), float(curve["expected"].clip(upper=curve["exits"].max() * 1.5).max())) * 1.12)
    handles = [Patch(color=style.PERSONS, label=_("just over the line")), Patch(color=style.HOUSEHOLDS, label=_("further above")),
               Line2D([], [], color=style.INK, marker="o", label=_("expected by the other classes"))]  # fmt: skip
    drawing.legend_above(ax, 3, handles)
    first = curve.iloc[0]
    title = _("{place}: {n} just over the line, {expected} expected").format(
        place=language.place(first["township"], lang),
        n=sentences_acceptance.exits(first["exits"], lang),
        expected=language.number(first["expected"], lang, 1),
    )
    names = [f"{language.share(low, lang, 0)}–{language.share(high, lang, 0)}" for low, high in zip(edges[:-1], edges[1:], strict=True)]
    return drawing.titled(ax, title, lang, drawing.told(names, [language.count(n, lang) for n in curve["exits"]], lang))


def recheck_intervals(county: pd.DataFrame, by_township: pd.DataFrame, kind: str = "exit", lang: str = "zh", ax: Axes | None = None) -> Axes:
    """The rate of one kind of re-check in the county and in each township, with its interval and the threshold: `rechecks.rates`."""
    _ = language.translator(lang).gettext
    whole = county[(county["recheck_kind"] == kind) & county["rate"].notna()]
    own = by_township[by_township["recheck_kind"] == kind].sort_values("rate", ascending=False, kind="stable")
    rows = pd.concat([whole, own], ignore_index=True)
    ax = drawing.sheet(ax, len(rows), lang)
    name = sentences_incomes.rate_name(kind, lang)
    if rows.empty:
        ax.set_axis_off()
        return drawing.titled(ax, _("{kind}: no re-check is on record").format(kind=name), lang)
    places = [_("Whole county") if language.is_missing(place) else language.place(place, lang) for place in rows.get("township", [None])]
    edge, limit = float(rows["high"].max()), float(rows["threshold"].iloc[0])
    colours = [style.INK if at < len(whole) else style.HOUSEHOLDS for at in range(len(rows))]
    ax.hlines(range(len(rows)), rows["low"], rows["high"], color=colours, linewidth=3)
    ax.scatter(rows["rate"], range(len(rows)), s=70, color=colours, zorder=3)
    ax.axvline(limit, color=style.PERSONS, linewidth=1.6, linestyle="--")
    words = [_rate_words(row, lang) for row in rows.to_dict("records")]
    for at, word in enumerate(words):
        ax.text(edge * 1.03, at, word, va="center", fontsize=11.5)
    drawing.row_names(ax, places, [True, *[False] * (len(rows) - 1)])
    drawing.quiet_x(ax, _("rate, and the interval in which it lies; dashed: the threshold"), edge, 1.75)
    first = rows.iloc[0].to_dict()
    title = _("{kind}: {rate}, threshold {threshold}").format(
        kind=name, rate=language.share(first["rate"], lang), threshold=sentences_incomes.threshold(first, lang)
    )
    return drawing.titled(ax, title, lang, drawing.told(places, words, lang))


def _rate_words(row: dict, lang: str) -> str:
    _ = language.translator(lang).gettext
    return _("{rate} of {checked}, {verdict}").format(
        rate=language.share(row["rate"], lang),
        checked=language.counted(row["checked"], row["unit"], lang),
        verdict=dictionary.value_label("rate_verdict", row["rate_verdict"], lang),
    )
