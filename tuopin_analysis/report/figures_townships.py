"""Figures of places: townships by one unit, by both, and what remains."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import drawing, language, style, telling


def _ordered(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    code = "village_code" if "village_code" in frame else "township_code"
    return frame.sort_values([by, code], ascending=[False, True], ignore_index=True)


@drawing.open_rows("share_", "households", "persons")
def township_bars(
    distribution: pd.DataFrame, unit: str = "persons", highlight: str | None = None, lang: str = "zh", ax: Axes | None = None
) -> Axes:
    """Townships by one unit, the largest on top. Needs `township_code, township, <unit>, share_<unit>`.

    With `highlight`, a township's code, that township keeps the unit's colour and the others step back.
    """
    _ = language.translator(lang).gettext
    rows = _ordered(distribution, drawing.unit_of(unit))
    ax = drawing.sheet(ax, len(rows), lang)
    if not rows[unit].sum():
        return drawing.empty(ax, lang)
    here = rows["township_code"] == highlight
    colours = [style.UNITS[unit] if mine or not here.any() else style.MUTED for mine in here]
    bars = ax.barh(range(len(rows)), rows[unit], height=0.7, color=colours)
    form = _("{count}, {share}")
    texts = [
        form.format(count=language.counted(n, unit, lang), share=language.share(s, lang))
        for n, s in zip(rows[unit], rows[f"share_{unit}"], strict=True)
    ]
    drawing.value_labels(ax, bars, texts)
    names = drawing.place_names(rows, lang)
    drawing.row_names(ax, names, here)
    drawing.quiet_x(ax, drawing.unit_axis(unit, lang), rows[unit].max())
    title = _highlight_title(rows, here, names, unit, lang) if here.any() else _first_two_title(rows, names, unit, lang)
    return drawing.titled(ax, title, lang, drawing.told(names, texts, lang))


def _first_two_title(rows: pd.DataFrame, names: list[str], unit: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    few = len(rows) < 3  # of two townships, the two together say nothing
    text = _("{first}: {share} of {what}") if few else _("{first} and {second}: together {share} of {what}")
    whole = rows[f"share_{unit}"].head(1 if few else 2).sum()
    return text.format(
        first=names[0],
        second=names[min(1, len(names) - 1)],
        share=language.share(whole, lang),
        what=drawing.unit_axis(unit, lang),
    )


def _highlight_title(rows: pd.DataFrame, here: pd.Series, names: list[str], unit: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    row, rank = rows[here].iloc[0], int((rows[unit] > rows.loc[here, unit].iloc[0]).sum()) + 1
    return _("{name}: {count}, {share} of {what}, number {rank} of {all} townships").format(
        name=names[int(here.argmax())],
        count=language.counted(row[unit], unit, lang),
        share=language.share(row[f"share_{unit}"], lang),
        what=drawing.unit_axis(unit, lang),
        rank=rank,
        all=len(rows),
    )


@drawing.open_rows("share_", "persons")
def township_units(distribution: pd.DataFrame, highlight: str | None = None, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Each township's share of households and of persons on one line, sorted by persons.

    Needs `township_code, township, share_households, share_persons`.
    """
    _ = language.translator(lang).gettext
    rows = _ordered(distribution, "share_persons")
    ax = drawing.sheet(ax, len(rows) + 1, lang)
    if not rows["persons"].sum():
        return drawing.empty(ax, lang)
    low, high = rows[["share_households", "share_persons"]].min(axis=1), rows[["share_households", "share_persons"]].max(axis=1)
    ax.hlines(range(len(rows)), low, high, color=style.MUTED, linewidth=3, zorder=1)
    for unit in drawing.UNITS:
        ax.scatter(
            rows[f"share_{unit}"],
            range(len(rows)),
            s=110,
            color=style.UNITS[unit],
            label=drawing.unit_label(unit, lang),
            zorder=2,
            marker="o" if unit == "persons" else "s",
        )
        other = rows["share_households" if unit == "persons" else "share_persons"]
        for row, (value, beside) in enumerate(zip(rows[f"share_{unit}"], other, strict=True)):
            right = value > beside or (value == beside and unit == "persons")
            ax.annotate(
                language.share(value, lang),
                (value, row),
                (11 if right else -11, 0),
                textcoords="offset points",
                va="center",
                ha="left" if right else "right",
                color=style.UNITS[unit],
                fontsize=12,
            )
    names = drawing.place_names(rows, lang)
    drawing.row_names(ax, names, rows["township_code"] == highlight)
    drawing.quiet_x(ax, _("share of registered households, share of registered persons"), high.max(), 1.15)
    told = [
        _("{name}: {households} of households, {persons} of persons").format(
            name=name, households=language.share(h, lang), persons=language.share(p, lang)
        )
        for name, h, p in zip(names, rows["share_households"], rows["share_persons"], strict=True)
    ]
    drawing.titled(ax, _units_title(rows, names, lang), lang, told)
    drawing.legend_above(ax)
    return ax


def _units_title(rows: pd.DataFrame, names: list[str], lang: str) -> str:
    _ = language.translator(lang).gettext
    most = int(rows["share_households"].argmax())
    if rows["share_households"].iloc[0] == rows["share_households"].max():
        text = _("{by_persons} has most households ({households}) and most persons ({persons})")
        most = 0
    else:
        text = _("Most households: {by_households} ({households}); most persons: {by_persons} ({persons})")
    return text.format(
        by_households=names[most],
        households=language.share(rows["share_households"].iloc[most], lang),
        by_persons=names[0],
        persons=language.share(rows["share_persons"].iloc[0], lang),
    )


@drawing.open_rows("remaining_", "households", "persons")
def township_remaining(
    distribution: pd.DataFrame,
    unit: str = "persons",
    highlight: str | None = None,
    limit: int = 20,
    lang: str = "zh",
    ax: Axes | None = None,
) -> Axes:
    """Out and not yet out in each township (or village), sorted by what remains.

    Needs the places, `<unit>, remaining_<unit>`; draws at most `limit` places and says how many it left out.
    """
    _ = language.translator(lang).gettext
    left = f"remaining_{drawing.unit_of(unit)}"
    rows, whole = _ordered(distribution, left).head(limit), distribution
    ax = drawing.sheet(ax, len(rows) + 1, lang)
    if not whole[unit].sum():
        return drawing.empty(ax, lang)
    ax.barh(range(len(rows)), rows[left], height=0.7, color=style.UNITS[unit], label=_("not yet out"))
    out = ax.barh(
        range(len(rows)), rows[unit] - rows[left], left=rows[left], height=0.7, color=style.MUTED, label=_("out of poverty")
    )
    form = _("{left} of {all}")
    texts = [
        form.format(left=language.count(a, lang), all=language.counted(b, unit, lang))
        for a, b in zip(rows[left], rows[unit], strict=True)
    ]
    drawing.value_labels(ax, out, texts)
    names = drawing.place_names(rows, lang)
    drawing.row_names(ax, names, rows["township_code"] == highlight)
    drawing.quiet_x(ax, drawing.limited(drawing.unit_axis(unit, lang), len(whole) - len(rows), lang), rows[unit].max())
    title = _("Not yet out: {left}, {share} of {what}").format(
        left=language.counted(whole[left].sum(), unit, lang),
        what=drawing.unit_axis(unit, lang),
        share=language.share(whole[left].sum() / whole[unit].sum(), lang),
    )
    drawing.titled(ax, title, lang, drawing.told(names, texts, lang))
    drawing.legend_above(ax)
    return ax


def quotient_grid(
    quotients: pd.DataFrame, unit: str = "persons", highlight: str | None = None, lang: str = "zh", ax: Axes | None = None
) -> Axes:
    """Location quotients as a grid of townships by causes: above 1, the cause weighs more than in the whole.

    Needs `township_code, township, cause_main, location_quotient_<unit>`.
    """
    _ = language.translator(lang).gettext
    causes = list(dict.fromkeys(quotients["cause_main"]))
    column = f"location_quotient_{drawing.unit_of(unit)}"
    if not causes:
        return drawing.empty(drawing.sheet(ax, 1, lang), lang)
    wide = quotients.pivot(index=["township_code", "township"], columns="cause_main", values=column)[causes]  # noqa: PD010 - one value a cell
    wide = wide.sort_values([causes[0], "township_code"], ascending=[False, True])
    ax = drawing.sheet(ax, len(wide) + 1, lang)
    values, places = wide.to_numpy(dtype="float64"), wide.reset_index()
    if not pd.notna(values).any():
        return drawing.empty(ax, lang)
    spread = max(0.05, float(abs(pd.Series(values.ravel()).dropna() - 1).max()))
    ax.pcolormesh(
        values, cmap="PuOr_r", norm=TwoSlopeNorm(1, 1 - 1.6 * spread, 1 + 1.6 * spread), edgecolors="white", linewidth=2
    )
    withheld = _withheld_cells(quotients, column)
    texts = [
        [
            language.SUPPRESSED if (code, cause) in withheld else language.number(value, lang, 2)
            for cause, value in zip(causes, line, strict=True)
        ]
        for code, line in zip(places["township_code"], values, strict=True)
    ]
    for row, line in enumerate(texts):
        for place, text in enumerate(line):
            ax.text(place + 0.5, row + 0.5, text, ha="center", va="center", fontsize=12.5)
    names = drawing.place_names(places, lang)
    labels = [dictionary.value_label("cause_main", cause, lang) for cause in causes]
    ax.set_xticks([place + 0.5 for place in range(len(causes))], [drawing.folded(label, drawing.LABEL_WIDTH) for label in labels])
    ax.xaxis.tick_top()
    ax.set_yticks([row + 0.5 for row in range(len(names))], names)
    ax.set_ylim(len(names), 0)
    ax.tick_params(length=0)
    for label, code in zip(ax.get_yticklabels(), places["township_code"], strict=True):
        label.set_fontweight("bold" if code == highlight else "normal")
    for spine in ax.spines.values():
        spine.set_visible(False)
    row, place = divmod(int(pd.Series(values.ravel()).fillna(0).argmax()), len(causes))
    title = _("Furthest above the county's share: {cause} in {place}, {ratio} times ({unit})").format(
        cause=language.inside(labels[place], lang),
        place=names[row],
        ratio=language.number(values[row, place], lang, 2),
        unit=_("by persons") if unit == "persons" else _("by households"),
    )
    told = drawing.told(names, [language.listed(line, lang) for line in texts], lang)
    return drawing.titled(ax, _("Suppressed figures (×) are not drawn") if withheld else title, lang, told)


def _withheld_cells(quotients: pd.DataFrame, column: str) -> set[tuple[str, str]]:
    """Township and cause of each suppressed quotient."""
    if not telling.withheld(quotients):
        return set()
    rows = quotients[quotients[telling.SUPPRESSED].map(lambda names: column in names.split(";"))]
    return set(zip(rows["township_code"], rows["cause_main"], strict=True))
