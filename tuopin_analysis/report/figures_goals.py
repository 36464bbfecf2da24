"""Figures of the county's goals: the county beside the province over the years, and the distance to the provincial mean."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, drawing, language, style

ABOVE, BELOW = style.HOUSEHOLDS, style.PERSONS


def _indicator(name: object, lang: str) -> str:
    return dictionary.value_label("goal_indicator", name, lang)


def goal_number(value: object, unit: str, lang: str, sign: bool = False) -> str:
    """A value of an indicator: whole numbers of what can be counted, one decimal of the rest."""
    return language.number(value, lang, 0 if unit in cells.COUNTED else 1, sign=sign)


def _with_unit(row: dict, column: str, lang: str, sign: bool = False) -> str:
    unit = dictionary.value_label("goal_unit", row["goal_unit"], lang)
    gap = "" if lang == "zh" or unit.startswith("%") else " "
    return goal_number(row[column], row["goal_unit"], lang, sign) + gap + unit


def goal_distances(goals: pd.DataFrame, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """How far the county is from the provincial mean, as a share of the mean, the furthest behind on top.

    Needs `goals.table`; draws the indicators that have both figures (more is better for all of these).
    """
    _ = language.translator(lang).gettext
    rows = goals[goals["distance"].notna() & (goals["provincial_mean"] != 0)]
    rows = rows.assign(relative=rows["distance"] / rows["provincial_mean"].abs())
    rows = rows.sort_values("relative", kind="stable", ignore_index=True)
    ax = drawing.sheet(ax, 1.25 * len(rows) + 1, lang)
    if rows.empty:
        ax.set_axis_off()
        return drawing.titled(ax, _("No indicator has a provincial mean"), lang)
    ahead = rows["relative"] > 0
    bars = ax.barh(range(len(rows)), rows["relative"], height=0.62, color=[ABOVE if a else BELOW for a in ahead])
    ax.axvline(0, color=style.SOFT, linewidth=1.2)
    form = _("{distance} ({county}; province {mean})")
    texts = [
        form.format(distance=goal_number(row["distance"], row["goal_unit"], lang, True),
                    county=_with_unit(row, "county_value", lang), mean=_with_unit(row, "provincial_mean", lang))
        for row in rows.to_dict("records")
    ]  # fmt: skip
    drawing.row_names(ax, [_indicator(name, lang) for name in rows["goal_indicator"]], width=11)
    low, high = min(float(rows["relative"].min()), 0), max(float(rows["relative"].max()), 0)
    reach = max(high - low, 0.01)
    for row, (text, _bar) in enumerate(zip(texts, bars, strict=True)):
        ax.text(max(float(rows["relative"].iloc[row]), 0) + 0.03 * reach, row, text, va="center", fontsize=11.5)
    ax.set_xlim(low - 0.03 * reach, high + (1.15 if lang == "zh" else 1.35) * reach)
    ax.tick_params(axis="x", bottom=False, labelbottom=False)
    ax.spines["bottom"].set_visible(False)
    ax.set_xlabel(_("county less provincial mean, as a share of the mean"), loc="left")
    behind = int((rows["relative"] < 0).sum())
    title = _("Below the provincial mean: {n} of {all} indicators").format(n=behind, all=len(rows))
    names = [_indicator(name, lang) for name in rows["goal_indicator"]]
    return drawing.titled(ax, title, lang, drawing.told(names, texts, lang))


def goal_lines(series: pd.DataFrame, lang: str = "zh") -> Axes:
    """County and provincial mean over the years: one panel per indicator that has both for at least two years.

    Needs `goals.series`.
    """
    _ = language.translator(lang).gettext
    both = series[series["distance"].notna()]
    many = both.groupby("goal_indicator", sort=False).size()
    names = [str(name) for name, number in many.items() if number > 1]
    if not names:
        ax = drawing.sheet(None, 2, lang)
        ax.set_axis_off()
        return drawing.titled(ax, _("No indicator has figures of two years"), lang)
    lines = (len(names) + 2) // 3
    made, axes = plt.subplots(lines, 3, figsize=(style.WIDTH, 1.2 + 2.3 * lines), layout="constrained", squeeze=False)
    made.get_layout_engine().set(h_pad=0.1, w_pad=0.08)  # type: ignore[union-attr, call-arg]
    panels = list(axes.flat)
    for ax, name in zip(panels, names, strict=False):
        _panel(ax, both[both["goal_indicator"] == name], name, lang)
    for ax in panels[len(names) :]:
        ax.set_axis_off()
    handles, labels = panels[0].get_legend_handles_labels()
    made.legend(handles, labels, loc="outside lower left", ncols=2, fontsize=11)
    closer = _closer(both[both["goal_indicator"].isin(names)])
    title = _("Better against the province than at first: {n} of {all} indicators").format(n=closer, all=len(names))
    made.suptitle(drawing.folded(title, drawing.TITLE_WIDTH), x=0.01, ha="left", fontsize=15, fontweight="bold")
    last = both.drop_duplicates("goal_indicator", keep="last").to_dict("records")
    form = _("{year}: county {county}, province {mean}")
    told = [
        form.format(year=row["indicator_year"], county=_with_unit(row, "county_value", lang),
                    mean=_with_unit(row, "provincial_mean", lang))
        for row in last if row["goal_indicator"] in names
    ]  # fmt: skip
    values = _("; ").join(drawing.told([_indicator(name, lang) for name in names], told, lang))
    panels[0].set_label(_("{title}. {values}").format(title=title, values=values))
    return panels[0]


def _closer(rows: pd.DataFrame) -> int:
    """In how many indicators the last distance is better than the first."""
    ends = rows.groupby("goal_indicator", sort=False)["distance"].agg(["first", "last"])
    return int((ends["last"] > ends["first"]).sum())


def _panel(ax: Axes, rows: pd.DataFrame, name: str, lang: str) -> None:
    _ = language.translator(lang).gettext
    years = rows["indicator_year"].astype(int)
    ax.plot(years, rows["provincial_mean"], color=style.PLAN, linestyle=(0, (4, 2)), linewidth=2, label=_("provincial mean"))
    ax.plot(years, rows["county_value"], color=style.HOUSEHOLDS, marker="o", markersize=4, label=_("the county"))
    unit = dictionary.value_label("goal_unit", rows["goal_unit"].iloc[0], lang)
    title = _("{indicator} ({unit})").format(indicator=_indicator(name, lang), unit=unit)
    ax.set_title(drawing.folded(title, 14), loc="left", fontsize=10.5, pad=6)
    ax.set_xticks(sorted({years.iloc[0], years.iloc[-1]}))
    ax.set_xlim(years.iloc[0] - 0.3, years.iloc[-1] + 0.3)
    low, high = rows[["county_value", "provincial_mean"]].min().min(), rows[["county_value", "provincial_mean"]].max().max()
    room = max(0.25 * (high - low), 0.5)
    ax.set_ylim(low - room, high + room)
    ax.tick_params(labelsize=10)
    ax.yaxis.set_major_formatter(lambda value, _position: language.number(round(value, 6), lang, int(round(value, 6) % 1 != 0)))
    ax.grid(axis="y")
