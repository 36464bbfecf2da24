"""Figures of supervision: funnels of townships, all ranks with their intervals, and what the composite's rank rests on."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import drawing, language, style

COLOURS = {"criticise": style.PERSONS, "commend": style.HOUSEHOLDS, "unconfirmed": "#B8860B", "ordinary": style.SOFT,
           "too_few": style.MUTED}  # fmt: skip
FILLS = {"criticise": "#F6D4C1", "commend": "#CBE2F1", "unconfirmed": "#F3E6BF", "too_few": "#F1F2F4"}
OUTSIDE = ("criticise", "commend", "unconfirmed")
MIDDLE = (0, (1, 1.5))  # of the county's rate: in the legend, too, told from the limits


def _indicator(name: object, lang: str) -> str:
    return dictionary.value_label("indicator", name, lang)


def funnels(ranks: pd.DataFrame, curves: pd.DataFrame, highlight: str | None = None, lang: str = "zh") -> Axes:
    """Each township's rate against its base, with the county's rate and both limits around it: one panel per indicator.

    Needs `ranking.ranks` and `ranking.funnel`. Named are the townships outside the limits, and the highlighted one.
    """
    _ = language.translator(lang).gettext
    names = list(dict.fromkeys(curves["indicator"]))
    if not names:
        return drawing.empty(drawing.sheet(None, 3, lang), lang)
    lines = (len(names) + 1) // 2
    made, axes = plt.subplots(lines, 2, figsize=(style.WIDTH, 1.0 + 3.1 * lines), layout="constrained", squeeze=False)
    made.get_layout_engine().set(h_pad=0.1, w_pad=0.08)  # type: ignore[union-attr, call-arg]
    panels = list(axes.flat)
    for ax, name in zip(panels, names, strict=False):
        _funnel(ax, ranks[ranks["indicator"] == name], curves[curves["indicator"] == name], highlight, lang)
        ax.set_title(_indicator(name, lang), loc="left", fontsize=13, pad=6)
    for ax in panels[len(names) :]:
        ax.set_axis_off()
    made.legend(handles=_handles(lang), loc="outside lower left", ncols=3, fontsize=11)
    rows = ranks[ranks["indicator"].isin(names)]
    out = rows[rows["judgement"].isin(OUTSIDE)]
    text = _("Outside the control limits and judged: {n} of {all} rates")
    title = text.format(n=len(out), all=int(rows["rate"].notna().sum()))
    made.suptitle(drawing.folded(title, drawing.TITLE_WIDTH), x=0.01, ha="left", fontsize=15, fontweight="bold")
    told = drawing.told(drawing.place_names(out, lang), [_told(row, lang) for row in out.to_dict("records")], lang)
    panels[0].set_label(_("{title}. {values}").format(title=title, values=_("; ").join(told)) if told else title)
    return panels[0]


def _told(row: dict, lang: str) -> str:
    _ = language.translator(lang).gettext
    text = _("{indicator} {rate}, county {county}")
    county = language.share(row["county_rate"], lang)
    name = language.inside(_indicator(row["indicator"], lang), lang)
    return text.format(indicator=name, rate=language.share(row["rate"], lang), county=county)


def _funnel(ax: Axes, rows: pd.DataFrame, curves: pd.DataFrame, highlight: str | None, lang: str) -> None:
    _ = language.translator(lang).gettext
    rate = float(curves["county_rate"].iloc[0])
    known = rows[rows["rate"].notna()]
    near = curves[curves["base"] >= 0.8 * float(known["base"].min())].iloc[0]
    least, most = (float(of([end, near[limit]])) for of, end, limit in (
        (min, known["rate"].min(), "limit_lo"), (max, known["rate"].max(), "limit_hi")))  # fmt: skip
    most = max(most, least + 0.02)
    room = 0.08 * (most - least)
    for low, high, dash in (("limit_lo", "limit_hi", "-"), ("warn_lo", "warn_hi", (0, (4, 2)))):
        for column in (low, high):
            ax.plot(curves["base"], curves[column], color=style.PLAN, linestyle=dash, linewidth=1.3)
    ax.axhline(rate, color=style.WHOLE, linewidth=1.6, linestyle=MIDDLE)
    ax.scatter(known["base"], known["rate"], s=48, zorder=3, color=[COLOURS[judged] for judged in known["judgement"]])
    width = float(curves["base"].max())
    named = known[known["judgement"].isin(OUTSIDE) | (known["township_code"] == highlight)].sort_values("base")
    for place, row in enumerate(named.to_dict("records")):
        right = float(row["base"]) > 0.62 * width
        ax.annotate(
            language.place(row["township"], lang), (float(row["base"]), float(row["rate"])),
            (-7 if right else 7, -15 if place % 2 else 5),  # by turns, so that neighbours stay apart
            textcoords="offset points", ha="right" if right else "left", fontsize=11,
            color=style.INK, fontweight="bold" if row["township_code"] == highlight else "normal",
            path_effects=[withStroke(linewidth=3, foreground="white")],  # where a limit crosses it, it can be read, too
        )  # fmt: skip
    ax.set_xlim(0, width)
    ax.set_ylim(least - room, most + room)
    ax.tick_params(labelsize=11)
    ax.yaxis.set_major_formatter(lambda value, _position: language.share(value, lang, 0 if most - least > 0.08 else 1))
    ax.set_xlabel(_("of how many ({unit})").format(unit=_base(str(rows["indicator"].iloc[0]), lang)), fontsize=11, loc="left")


def _base(indicator: str, lang: str) -> str:
    """What the base of an indicator counts."""
    _ = language.translator(lang).gettext
    named = {
        "doubtful_exits": _("exits on record"), "complaints_late": _("complaints timed"), "doubtful_rows": _("rows of the files"),
        "overdue": _("households planned to be out"), "early": _("households with a plan"),
        "no_helper": _("households not yet out"),
    }  # fmt: skip
    return named.get(indicator, _("households"))


def _handles(lang: str) -> list:
    _ = language.translator(lang).gettext
    dot = {"marker": "o", "linestyle": "none", "markersize": 7}
    return [
        Line2D([], [], color=style.WHOLE, linewidth=1.6, linestyle=MIDDLE, label=_("county's rate")),
        Line2D([], [], color=style.PLAN, linewidth=1.3, linestyle=(0, (4, 2)), label=_("warning limit")),
        Line2D([], [], color=style.PLAN, linewidth=1.3, label=_("control limit")),
        *(Line2D([], [], color=COLOURS[name], label=_judged(name, lang), **dot) for name in OUTSIDE),  # type: ignore[arg-type]
    ]


def _judged(name: str, lang: str) -> str:
    return dictionary.value_label("judgement", name, lang)


def rank_grid(ranks: pd.DataFrame, highlight: str | None = None, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """All townships by all indicators: the rate, and between which ranks it lies; shaded where it is outside the limits.

    Needs `ranking.ranks`.
    """
    _ = language.translator(lang).gettext
    names, codes = list(dict.fromkeys(ranks["indicator"])), list(dict.fromkeys(ranks["township_code"]))
    ax = drawing.sheet(ax, 1.35 * len(codes) + 2, lang)
    if not names:
        return drawing.empty(ax, lang)
    for row in ranks.to_dict("records"):
        x, y = names.index(row["indicator"]), codes.index(row["township_code"])
        fill = FILLS.get(str(row["judgement"]), "white")
        ax.add_patch(Rectangle((x, y), 1, 1, facecolor=fill, edgecolor=style.MUTED, linewidth=0.8))
        ax.text(x + 0.5, y + 0.36, language.share(row["rate"], lang), ha="center", va="center", fontsize=11.5,
                fontweight="bold" if row["judgement"] in OUTSIDE else "normal")  # fmt: skip
        ax.text(x + 0.5, y + 0.74, _ranks(row, "rank", lang), ha="center", va="center", fontsize=9.5, color=style.SOFT)
    for text in ax.texts:
        text.set_in_layout(False)  # each lies within its cell: nothing has to make room for it
    places = ranks.drop_duplicates("township_code")
    ax.set_xlim(0, len(names))
    ax.set_ylim(len(codes), 0)
    width = 4 if lang == "zh" else 6.4
    labels = [drawing.folded(_indicator(name, lang), width) for name in names]
    ax.set_xticks([x + 0.5 for x in range(len(names))], labels, fontsize=10.5 if lang == "zh" else 8.5)
    ax.xaxis.tick_top()
    ax.set_yticks([y + 0.5 for y in range(len(codes))], drawing.place_names(places, lang))
    ax.tick_params(length=0)
    for label, code in zip(ax.get_yticklabels(), codes, strict=True):
        label.set_fontweight("bold" if code == highlight else "normal")
    for spine in ax.spines.values():
        spine.set_visible(False)
    shown = [Patch(facecolor=FILLS[name], edgecolor=style.MUTED, label=_judged(name, lang)) for name in FILLS]
    ax.legend(handles=shown, loc="upper left", bbox_to_anchor=(0, 0), ncols=4, borderaxespad=0.4)
    out = ranks[ranks["judgement"].isin(OUTSIDE)]
    title = _("Rates and intervals of ranks: {n} of {all} criticised, commended or to be confirmed").format(
        n=len(out), all=int(ranks["rate"].notna().sum())
    )
    told = drawing.told(drawing.place_names(out, lang), [_told(row, lang) for row in out.to_dict("records")], lang)
    return drawing.titled(ax, title, lang, told)


def _ranks(row: dict, name: str, lang: str) -> str:
    """Between which ranks, as "2–6"; one rank as "1"."""
    low, high = row[f"{name}_lo"], row[f"{name}_hi"]
    if language.is_missing(low):
        return language.MISSING
    return language.count(low, lang) if low == high else f"{language.count(low, lang)}–{language.count(high, lang)}"


def composite_ranks(composite: pd.DataFrame, highlight: str | None = None, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """The composite's rank of each township, with its intervals by chance, by other weights, and with one indicator left out.

    Needs `composite.composite`.
    """
    _ = language.translator(lang).gettext
    rows = composite.sort_values(["rank", "township_code"], ignore_index=True)
    ax = drawing.sheet(ax, 1.3 * len(rows) + 1, lang)
    if rows.empty:
        return drawing.empty(ax, lang)
    kinds = {"rank": (_("by chance"), style.HOUSEHOLDS, -0.22), "rank_weights": (_("other weights"), style.PERSONS, 0.02),
             "rank_dropped": (_("one indicator left out"), style.PLAN, 0.26)}  # fmt: skip
    for name, (label, colour, shift) in kinds.items():
        at = [row + shift for row in range(len(rows))]
        low, high = rows[f"{name}_lo"].astype(float), rows[f"{name}_hi"].astype(float)
        ax.hlines(at, low - 0.07, high + 0.07, color=colour, linewidth=5, label=label)
    at = [row - 0.22 for row in range(len(rows))]
    ax.scatter(rows["rank"].astype(float), at, s=60, color=style.INK, zorder=3, label=_("rank by score"))
    drawing.row_names(ax, drawing.place_names(rows, lang), rows["township_code"] == highlight)
    ax.set_xlim(0.5, len(rows) + 0.5)
    ax.set_xticks(range(1, len(rows) + 1))
    ax.set_xlabel(_("rank, 1 the best"), loc="left")
    ax.grid(axis="x")
    first = rows.iloc[0].to_dict()
    text = _("First by the weights given: {place}; with other weights, rank {low} to {high}")
    low, high = first["rank_weights_lo"], first["rank_weights_hi"]
    title = text.format(place=language.place(first["township"], lang), low=low, high=high)
    values = [_("rank {rank}, by chance {chance}, other weights {weights}").format(
        rank=row["rank"], chance=_ranks(row, "rank", lang), weights=_ranks(row, "rank_weights", lang))
        for row in rows.to_dict("records")]  # fmt: skip
    drawing.titled(ax, title, lang, drawing.told(drawing.place_names(rows, lang), values, lang))
    drawing.legend_above(ax)
    return ax
