"""Figures of the account between two days: flows between states, and relapses after the exit."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import drawing, language, style, telling

STATES = ("poor", "relapsed", "out", "not_yet", "gone")
COLOURS = {"poor": "#D9A441", "relapsed": "#B5534A", "out": "#5B9E8F", "not_yet": style.MUTED, "gone": style.PLAN}
GAP = 0.045  # between the blocks of a column, of all households


def alluvial(
    table: pd.DataFrame, days: tuple[str, str], unit: str = "households", lang: str = "zh", ax: Axes | None = None
) -> Axes:
    """Flows between the states of two days as ribbons: the states of the first day on the left, those of the last on the right.

    Needs `state_before, state_after, households, persons`; `days` are the two days.
    """
    _ = language.translator(lang).gettext
    number = table[drawing.unit_of(unit)].astype(float)
    whole = float(number.sum())
    ax = drawing.sheet(ax, 6, lang)
    ax.set_axis_off()
    if not whole:
        return drawing.empty(ax, lang)
    sides = [table.assign(n=number).groupby(column)["n"].sum() for column in ("state_before", "state_after")]
    tops = [_blocks(ax, side, x, whole, unit, lang) for x, side in zip((0.0, 1.0), sides, strict=True)]
    for row, n in zip(table.to_dict("records"), number, strict=True):
        height = n / whole
        left, right = tops[0][row["state_before"]], tops[1][row["state_after"]]
        _ribbon(ax, left, right, height, COLOURS[row["state_after" if row["state_before"] == "not_yet" else "state_before"]])
        tops[0][row["state_before"]], tops[1][row["state_after"]] = left - height, right - height
    for x, day, align in ((0.0, days[0], "right"), (1.0, days[1], "left")):
        ax.text(x, 1.05, language.day(day, lang), ha=align, va="bottom", fontsize=12, color=style.SOFT)
    ax.set_xlim(-0.62, 1.62)
    ax.set_ylim(-GAP * 5 - 0.02, 1.14)
    text = _("{before} to {after}: {n}")
    told = [
        text.format(
            before=_state(row["state_before"], lang),
            after=language.inside(_state(row["state_after"], lang), lang),
            n=language.counted(row[unit], unit, lang),
        )
        for row in table.to_dict("records")
    ]
    return drawing.titled(ax, _alluvial_title(table, unit, lang), lang, told)


def _state(name: str, lang: str) -> str:
    return dictionary.value_label("household_state", name, lang)


def _blocks(ax: Axes, side: pd.Series, x: float, whole: float, unit: str, lang: str) -> dict[str, float]:
    """The states of one day, one below the other, with their names beside them; where each begins, by name."""
    top, tops, spots = 1.0, {}, []
    for name in (state for state in STATES if state in side):
        height = side[name] / whole
        corners = [(x - 0.02, top), (x + 0.02, top), (x + 0.02, top - height), (x - 0.02, top - height)]
        ax.add_patch(PathPatch(Path(corners), facecolor=COLOURS[name], edgecolor="none"))
        tops[name] = top
        spots.append((top - height / 2, f"{_state(name, lang)} {language.count(side[name], lang)}"))
        top -= height + GAP
    _labels(ax, spots, x)
    return tops


def _labels(ax: Axes, spots: list[tuple[float, str]], x: float) -> None:
    """Names beside the blocks, pushed down where they would run into one another."""
    least, before = 0.09, float("inf")
    for y, word in spots:
        y = min(y, before - least)
        ax.text(x + (-0.05 if x == 0 else 0.05), y, word, ha="right" if x == 0 else "left", va="center", fontsize=12)
        before = y


def _ribbon(ax: Axes, left: float, right: float, height: float, colour: str) -> None:
    """A band from one side to the other, given by its upper ends."""
    codes = [
        Path.MOVETO,
        Path.CURVE4,
        Path.CURVE4,
        Path.CURVE4,
        Path.LINETO,
        Path.CURVE4,
        Path.CURVE4,
        Path.CURVE4,
        Path.CLOSEPOLY,
    ]
    upper = [(0.02, left), (0.5, left), (0.5, right), (0.98, right)]
    lower = [(0.98, right - height), (0.5, right - height), (0.5, left - height), (0.02, left - height)]
    ax.add_patch(
        PathPatch(Path([*upper, *lower, upper[0]], codes), facecolor=colour, alpha=0.55, edgecolor=colour, linewidth=0.6)
    )


def _alluvial_title(table: pd.DataFrame, unit: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    poor = table["state_before"].isin(["poor", "relapsed"])
    out = table.loc[poor & (table["state_after"] == "out"), unit].sum()
    if not (table["state_before"] == "out").any():
        text = _("{out} of {all} left poverty")
        return text.format(out=language.count(out, lang), all=language.counted(table.loc[poor, unit].sum(), unit, lang))
    back = table.loc[(table["state_before"] == "out") & table["state_after"].isin(["poor", "relapsed"]), unit].sum()
    text = _("{out} left poverty, {back} fell back")
    return text.format(out=language.counted(out, unit, lang), back=language.counted(back, unit, lang))


def relapse_curves(curves: pd.DataFrame, at_risk: pd.DataFrame, least: int = 1, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Share that fell back by months since the exit, one line a group, with the numbers still followed below the axis.

    Needs of `curves`: `relapse_group, months_followed, relapse_share, last, relapses`; of `at_risk`: `relapse_group,
    within_months, at_risk`. Groups with fewer than `least` relapses are not compared in the title.
    """
    _ = language.translator(lang).gettext
    groups = list(dict.fromkeys(at_risk["relapse_group"]))
    ax = drawing.sheet(ax, 5 + 0.5 * len(groups), lang)
    if not groups:
        return drawing.empty(ax, lang)
    ticks = sorted(at_risk["within_months"].unique())
    names = [dictionary.value_label("relapse_group", name, lang) for name in groups]
    for at, (group, name) in enumerate(zip(groups, names, strict=True)):
        rows = curves[curves["relapse_group"] == group]
        x, y = [*rows["months_followed"], rows["last"].max()], [*rows["relapse_share"], rows["relapse_share"].max()]
        few = rows["relapses"].sum() < least  # a line that a single relapse would move much
        label = _("{name} (fewer than {least} relapses)").format(name=name, least=least) if few else name
        look = {"linewidth": 1.2, "linestyle": (0, (4, 2))} if few else {"linewidth": 2.2}
        ax.step(x, y, where="post", color=style.PALETTE[at % len(style.PALETTE)], label=label, **look)
    most = max(float(curves["relapse_share"].max()), 0.01)
    ax.set_ylim(0, most * 1.15)
    ax.set_xlim(0, max(ticks) * 1.02)
    ax.set_xticks(ticks, [language.count(tick, lang) for tick in ticks])
    ax.yaxis.set_major_formatter(lambda value, _position: language.share(value, lang))
    ax.grid(axis="y")
    _numbers_below(ax, at_risk, groups, ticks, lang)
    drawing.legend_above(ax, 3 if lang == "zh" else 2)
    words = [_curve_told(at_risk, group, curves, lang) for group in groups]
    return drawing.titled(ax, _curves_title(curves, least, lang), lang, drawing.told(names, words, lang))


def _numbers_below(ax: Axes, at_risk: pd.DataFrame, groups: list[str], ticks: list[int], lang: str) -> None:
    """Exits still followed, a line for each group; written as lines of the axis's own labels, so that they keep their room."""
    _ = language.translator(lang).gettext
    found = at_risk.set_index(["relapse_group", "within_months"])["at_risk"]
    lines = [[language.count(tick, lang), *(language.count(found[group, tick], lang) for group in groups)] for tick in ticks]
    ax.set_xticks(ticks, ["\n".join(line) for line in lines])
    ax.set_xlabel(_("months since the exit; below: exits followed so long, in the order of the legend"), loc="left")


def _curve_told(at_risk: pd.DataFrame, group: str, curves: pd.DataFrame, lang: str) -> str:
    share = curves.loc[curves["relapse_group"] == group, "relapse_share"].max()
    return language.share(float(np.nan_to_num(share)), lang)


def _curves_title(curves: pd.DataFrame, least: int, lang: str) -> str:
    """Where most fell back and where fewest, of the groups with relapses enough, if that is more than chance."""
    _ = language.translator(lang).gettext
    fell = curves.groupby("relapse_group")["relapses"].sum()
    ends = curves.drop_duplicates("relapse_group", keep="last").set_index("relapse_group")
    found = ends[fell.reindex(ends.index) >= least].sort_values("relapse_share")
    if len(found) < 2:
        return _("Fewer than {least} relapses in all groups but one").format(least=language.count(least, lang))
    low, high = found.iloc[0], found.iloc[-1]
    apart, overlap = (
        _("Most fell back after {most} ({most_share}), fewest after {least} ({least_share})"),
        _("{least_share} to {most_share} fell back; the intervals of the groups overlap"),
    )
    text = apart if high["share_low"] > low["share_high"] else overlap
    names = [telling.named("relapse_group", row.name, lang) for row in (high, low)]
    shares = [language.share(row["relapse_share"], lang) for row in (high, low)]
    return text.format(most=names[0], most_share=shares[0], least=names[1], least_share=shares[1])
