"""Figures of acceptance: what exits lack, incomes around the line with their smooth continuation, re-check rates with
intervals."""

import itertools

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import drawing, language, sentences_acceptance, sentences_incomes, style, telling

COLOURS = {"not_met": style.PALETTE[0], "not_recorded": style.MUTED, "missing": style.PALETTE[4], "late": style.PALETTE[1],
           "out_of_order": style.PALETTE[2], "too_short": style.PALETTE[3], "not_kept": style.MUTED}  # fmt: skip
ITEM_STATES, STEP_STATES = ("not_met", "not_recorded"), (*sentences_acceptance.PROBLEMS, "not_kept")
UNKNOWN = ("not_recorded", "not_kept")


def lacking_bars(items: pd.DataFrame, steps: pd.DataFrame, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """What exits lack: items of the standard missed or not recorded, above steps of the procedure not kept.

    `acceptance.items` and `acceptance.steps`; the title names the item and the step that most exits lack.
    """
    _ = language.translator(lang).gettext
    parts = [(items[items["standard_item"] != "all"], "standard_item", ITEM_STATES), (steps, "exit_step", STEP_STATES)]
    rows = [
        (dictionary.value_label(key, row[key], lang), {state: int(row[f"{state}_households"]) for state in states})
        for frame, key, states in parts
        for row in frame.to_dict("records")
    ]
    ax = drawing.sheet(ax, 0.7 * len(rows) + 1, lang)
    used = [state for state in COLOURS if any(found.get(state) for _name, found in rows)]
    if not used:
        ax.set_axis_off()
        return drawing.titled(ax, _("Nothing is lacking in any exit"), lang)
    number = int(items.loc[items["standard_item"] == "all", sentences_acceptance.COUNTED].to_numpy().sum())
    most = max([sum(found.values()) for _name, found in rows if not _unknown(found, number)], default=1) or 1
    words = [_row(ax, at, found, _unknown(found, number), used, most, lang) for at, (_name, found) in enumerate(rows)]
    ax.axhline(len(rows) - len(steps) - 0.5, color=style.MUTED, linewidth=1)
    drawing.row_names(ax, [name for name, _found in rows])
    drawing.quiet_x(ax, _("exits (a household counts at each)"), most, 1.6)
    drawing.legend_above(
        ax, 3 if lang == "en" else 6, [Patch(color=COLOURS[state], label=_short(f"{state}_households", lang)) for state in used]
    )
    return drawing.titled(ax, _finding(rows, len(steps), lang), lang, drawing.told([name for name, _found in rows], words, lang))


def _unknown(found: dict[str, int], number: int) -> str:
    """What nobody recorded of any exit is no part of the picture: it is named instead."""
    return next((state for state in UNKNOWN if number and found.get(state) == number), "")


def _row(ax: Axes, at: int, found: dict[str, int], unknown: str, used: list[str], most: int, lang: str) -> str:
    """Draw one row's parts and its sum; what it is in words."""
    _ = language.translator(lang).gettext
    start = 0
    if unknown:
        word = _short(f"{unknown}_households", lang)
        ax.text(most * 0.015, at, word, va="center", fontsize=11.5, color=style.SOFT)
        return word
    for state in used:
        ax.barh(at, found.get(state, 0), left=start, height=0.62, color=COLOURS[state])
        start += found.get(state, 0)
    numbers = [language.count(found[state], lang) for state in used if found.get(state)]
    ax.text(start + most * 0.015, at, " + ".join(numbers) or "0", va="center", fontsize=11.5)
    form = _("{label} {n}")
    told = [
        form.format(label=language.inside(_short(f"{state}_households", lang), lang), n=language.count(found[state], lang))
        for state in used
        if found.get(state)
    ]
    return _(", ").join(told) or "0"


def _finding(rows: list[tuple[str, dict[str, int]]], steps: int, lang: str) -> str:
    _ = language.translator(lang).gettext
    told = []
    for part, text in (
        (rows[:-steps], _("Missed most often: {names}: {n}")),
        (rows[-steps:], _("not kept most often: {names}: {n}")),
    ):
        known = {name: sum(n for state, n in found.items() if state not in UNKNOWN) for name, found in part}
        if any(known.values()):
            most = max(known.values())
            names = language.listed([language.inside(name, lang) for name, n in known.items() if n == most], lang)
            told.append(text.format(names=names, n=sentences_acceptance.exits(most, lang)))
    return _("; ").join(told) or _("No exit misses an item or a step that is on record: 0 found")


def _short(column: str, lang: str) -> str:
    """A column's label without the unit, which the axis names."""
    label = dictionary.label(column, lang)
    return label.removesuffix("户次") if lang == "zh" else label.removesuffix(", exits")


def income_histogram(curve: pd.DataFrame, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Incomes at the exit from the line upwards, with the curve through the classes above the first: `bunching.curve`."""
    _ = language.translator(lang).gettext
    ax = drawing.sheet(ax, 5, lang)
    if curve.empty:
        ax.set_axis_off()
        return drawing.titled(ax, _("Too few exits, or too few different incomes"), lang)
    middle = (curve["from_share"] + curve["to_share"]) / 2
    width = float(curve["to_share"].iloc[0] - curve["from_share"].iloc[0])
    colours = [style.PERSONS, *[style.HOUSEHOLDS] * (len(curve) - 1)]
    ax.bar(middle, curve["exits"], width=width * 0.9, color=colours)
    ax.plot(middle, curve["expected"], color=style.INK, marker="o", markersize=5, linewidth=2)
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
    names = [f"{language.share(low, lang, 0)}–{language.share(high, lang, 0)}" for low, high in itertools.pairwise(edges)]
    return drawing.titled(ax, title, lang, drawing.told(names, [language.count(n, lang) for n in curve["exits"]], lang))


def recheck_intervals(
    county: pd.DataFrame, by_township: pd.DataFrame, kind: str = "exit", lang: str = "zh", ax: Axes | None = None
) -> Axes:
    """The rate of one kind of re-check in the county and in each township, with its interval and the threshold:
    `rechecks.rates`."""
    _ = language.translator(lang).gettext
    whole = county[(county["recheck_kind"] == kind) & county["rate"].notna()]
    own = by_township[by_township["recheck_kind"] == kind].sort_values("rate", ascending=False, kind="stable")
    rows = pd.concat([whole, own], ignore_index=True)
    ax = drawing.sheet(ax, 0.75 * len(rows), lang)
    name = sentences_incomes.rate_name(kind, lang)
    if rows.empty:
        ax.set_axis_off()
        return drawing.titled(ax, _("{kind}: no re-check is on record").format(kind=name), lang)
    whole_county = [_("Whole county")] * len(whole)
    places = [*whole_county, *(language.place(str(place), lang) for place in own["township"])]
    edge, limit = float(rows["high"].max()), float(rows["threshold"].iloc[0])
    colours = [style.INK if at < len(whole) else style.HOUSEHOLDS for at in range(len(rows))]
    ax.hlines(range(len(rows)), rows["low"], rows["high"], color=colours, linewidth=3)
    ax.scatter(rows["rate"], range(len(rows)), s=70, color=colours, zorder=3)
    ax.axvline(limit, color=style.PERSONS, linewidth=1.6, linestyle="--")
    words = [_rate_words(row, lang) for row in rows.to_dict("records")]
    for at, rate in enumerate(rows["rate"]):
        ax.text(edge * 1.03, at, language.share(rate, lang), va="center", fontsize=11.5)
    drawing.row_names(ax, places, [True, *[False] * (len(rows) - 1)])
    drawing.quiet_x(ax, _("rate, and the interval in which it lies; dashed: the threshold"), edge, 1.25)
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
        verdict=telling.named("rate_verdict", row["rate_verdict"], lang),
    )
