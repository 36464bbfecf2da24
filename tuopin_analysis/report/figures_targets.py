"""Figures of targets: plan and fact by month and by place, and the audit of stated shares."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from tuopin_analysis.report import cells, drawing, language, style, telling


def progress_lines(progress: pd.DataFrame, unit: str = "persons", lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Planned and actual cumulative exits by month, with the targets.

    Needs `period, planned_<unit>, actual_<unit>, target_<unit>`.
    """
    _ = language.translator(lang).gettext
    planned, actual, target = (progress[f"{name}_{drawing.unit_of(unit)}"] for name in ("planned", "actual", "target"))
    planned = planned.astype("Float64").astype("float64")
    ax = drawing.sheet(ax, 8, lang)
    months = range(len(progress))
    known = actual.notna()
    if planned.notna().any():
        ax.plot(months, planned, color=style.PLAN, linestyle=(0, (4, 2)), label=_("planned"))
    ax.plot(
        [m for m in months if known.iloc[m]],
        actual[known].astype(float),
        color=style.UNITS[unit],
        linewidth=3.4,
        label=_("actual"),
    )
    due = [m for m in months if not pd.isna(target.iloc[m])]
    ax.scatter(due, target.iloc[due].astype(float), marker="D", s=80, color=style.INK, zorder=3, label=_aim(unit, lang))
    planned_most, actual_most = float(planned.fillna(0).max()), float(actual.max() if known.any() else 0)
    most = max(planned_most, float(target.max() if due else 0), actual_most) or 1.0
    for m in due:
        ax.annotate(
            _("target {n}").format(n=language.count(target.iloc[m], lang)),
            (m, float(target.iloc[m])),
            (-7 if m > 0.12 * len(progress) else 9, 7),
            textcoords="offset points",
            ha="right" if m > 0.12 * len(progress) else "left",  # beside the axis it would run over its numbers
            va="bottom",
            fontsize=12,
            fontweight="bold",
        )
    if known.any():
        last = int(known.to_numpy().nonzero()[0][-1])
        ax.scatter([last], [float(actual.iloc[last])], s=70, color=style.UNITS[unit], zorder=4)
        ax.annotate(
            _("actual {n}").format(n=language.count(actual.iloc[last], lang)),
            (last, float(actual.iloc[last])),
            (10, -14),
            textcoords="offset points",
            ha="left" if last < 0.75 * len(progress) else "right",
            va="top",
            color=style.UNITS[unit],
            fontsize=12,
            fontweight="bold",
        )
    month_axis(ax, progress["period"], lang)
    ax.set_ylim(0, most * 1.16)
    ax.set_ylabel(_cumulative(unit, lang))
    ax.yaxis.set_major_formatter(lambda value, _position: language.count(value, lang))
    ax.grid(axis="y")
    drawing.titled(ax, _progress_title(progress, unit, lang), lang, _progress_told(progress, unit, due, lang))
    drawing.legend_above(ax)
    return ax


def _cumulative(unit: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    return _("persons out of poverty, cumulative") if unit == "persons" else _("households out of poverty, cumulative")


def _aim(unit: str, lang: str) -> str:
    """The target is set in persons; in households it is only the same share."""
    _ = language.translator(lang).gettext
    return _("target") if unit == "persons" else _("target's share of households")


def month_axis(ax: Axes, periods: pd.Series, lang: str) -> None:
    """Every third month, counted from the ends of the years; the year under its first tick."""
    ticks = [m for m, period in enumerate(periods) if int(period[5:]) % 3 == 0]
    texts, year = [], ""
    for m in ticks:
        name = f"{int(periods.iloc[m][5:])}月" if lang == "zh" else language.MONTHS[int(periods.iloc[m][5:]) - 1][:3]
        new = periods.iloc[m][:4] != year
        year = periods.iloc[m][:4]
        texts.append(f"{name}\n{year}{'年' if lang == 'zh' else ''}" if new else name)
    ax.set_xticks(ticks, texts)
    ax.set_xlim(-0.5, len(periods) - 0.3)


def _progress_title(progress: pd.DataFrame, unit: str, lang: str) -> str:
    """Where the last known month stands against its own target, else against the plan."""
    _ = language.translator(lang).gettext
    known = progress[progress[f"actual_{unit}"].notna()]
    if known.empty:
        return _("No exits are known yet")
    row = known.iloc[-1]
    actual, planned, target = (row[f"{name}_{unit}"] for name in ("actual", "planned", "target"))
    aim, name = (planned, _("plan")) if pd.isna(target) else (target, _aim(unit, lang))
    if pd.isna(aim):
        text = _("{month}: {count} out; no exit plan is on record")
        return text.format(month=language.month(row["period"], lang), count=language.counted(actual, unit, lang))
    gap = int(actual) - int(aim)
    text = _("{month}: {count} out, {gap} short of the {aim}") if gap < 0 else _("{month}: {count} out, {gap} above the {aim}")
    if gap == 0:
        text = _("{month}: {count} out, exactly the {aim}")
    return text.format(
        month=language.month(row["period"], lang),
        count=language.counted(actual, unit, lang),
        gap=language.counted(abs(gap), unit, lang),
        aim=name,
    )


def _progress_told(progress: pd.DataFrame, unit: str, due: list[int], lang: str) -> list[str]:
    _ = language.translator(lang).gettext
    rows = sorted({*due, *range(2, len(progress), 3)})
    text = _("{month}: planned {planned}, actual {actual}")
    return [
        text.format(
            month=language.month(progress["period"].iloc[m], lang),
            planned=language.count(progress[f"planned_{unit}"].iloc[m], lang),
            actual=language.count(progress[f"actual_{unit}"].iloc[m], lang),
        )
        for m in rows
    ]


@drawing.open_rows("share_actual", "target_persons", "persons")
def place_progress(
    by_place: pd.DataFrame, highlight: str | None = None, limit: int = 20, lang: str = "zh", ax: Axes | None = None
) -> Axes:
    """Share of persons out in each place against plan and target, the furthest behind its plan on top; the status in words.

    Needs the places, `persons, target_persons, share_planned, share_actual, status`; draws at most `limit` places and says how
    many it left out.
    """
    _ = language.translator(lang).gettext
    code = "village_code" if "village_code" in by_place else "township_code"
    planned = "share_planned" in by_place and bool(by_place["share_planned"].notna().any())  # the public edition has no plans
    lag = by_place["share_actual"] - (by_place["share_planned"] if planned else 0)
    rows = by_place.assign(lag=lag).sort_values(["lag", code], ignore_index=True).head(limit)
    ax = drawing.sheet(ax, len(rows) + 1, lang)
    if rows.empty or not rows["persons"].sum():
        return drawing.empty(ax, lang)
    places = range(len(rows))
    ax.barh(places, rows["share_actual"], height=0.62, color=style.PERSONS)
    target = rows["target_persons"] / rows["persons"].where(rows["persons"] > 0)
    if planned:
        ax.scatter(rows["share_planned"], places, marker="|", s=430, linewidth=3, color=style.PLAN, zorder=3)
    ax.scatter(target, places, marker="D", s=46, color=style.INK, zorder=4)
    most = max(*(float(rows[name].max()) for name in ("share_actual", "share_planned") if name in rows), float(target.max()), 0.1)
    states = rows["status"] if planned else [None] * len(rows)
    form = _("{share}, {status}") if planned else "{share}"
    words = [
        form.format(share=language.share(s, lang), status=_status(status, lang))
        for s, status in zip(rows["share_actual"], states, strict=True)
    ]
    for row, (word, status) in enumerate(zip(words, states, strict=True)):
        ax.text(most * 1.05, row, word, va="center", fontsize=12, fontweight="bold" if status == "behind" else "normal")
    names = drawing.place_names(rows, lang)
    drawing.row_names(ax, names, rows[code] == highlight)
    label = drawing.limited(_("share of the registered persons who are out"), len(by_place) - len(rows), lang)
    drawing.quiet_x(ax, label, most, 1.42)
    title = _places_title(by_place, code, lang) if planned else _open_title(rows, names, lang)
    drawing.titled(ax, title, lang, drawing.told(names, words, lang))
    drawing.legend_above(ax, 3, _place_handles(planned, lang))
    return ax


def _open_title(rows: pd.DataFrame, names: list[str], lang: str) -> str:
    """Where most are out and where fewest, in shares of persons."""
    text = language.translator(lang).gettext("Most are out in {most} ({most_share}), fewest in {least} ({least_share})")
    shares = [language.share(rows["share_actual"].iloc[place], lang) for place in (-1, 0)]
    return text.format(most=names[-1], most_share=shares[0], least=names[0], least_share=shares[1])


def _place_handles(planned: bool, lang: str) -> list:
    _ = language.translator(lang).gettext
    plan = Line2D([], [], color=style.PLAN, marker="|", markersize=15, markeredgewidth=3, linestyle="none", label=_("planned"))
    return [
        Patch(color=style.PERSONS, label=_("actual")),
        *([plan] if planned else []),
        Line2D([], [], color=style.INK, marker="D", markersize=7, linestyle="none", label=_("target")),
    ]


def _status(status: object, lang: str) -> str:
    return language.MISSING if language.is_missing(status) else telling.named("progress_status", status, lang)


def _places_title(by_place: pd.DataFrame, code: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    kind = "villages" if code == "village_code" else "townships"
    behind = int((by_place["status"] == "behind").sum())
    text = _("{behind} of {all} behind plan") if behind else _("None of {all} is behind plan")
    return text.format(behind=language.count(behind, lang), all=language.counted(len(by_place), kind, lang))


def audit_gaps(audit: pd.DataFrame, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Stated less computed share in percentage points, with the verdict in words; figures that cannot be checked are left out.

    Needs `item, stated, computed, verdict, digits`; draws the rows about shares.
    """
    _ = language.translator(lang).gettext
    rows = audit[audit["item"].str.contains("share") & audit["stated"].notna() & audit["computed"].notna()].reset_index(drop=True)
    ax = drawing.sheet(ax, 1.5 * len(rows) + 1, lang)
    if rows.empty:
        ax.set_axis_off()
        return drawing.titled(ax, _("Nothing is published that could be checked"), lang)
    gaps = (rows["stated"] - rows["computed"]) * 100
    bad = rows["verdict"] == "inconsistent"
    ax.axvline(0, color=style.SOFT, linewidth=1.2)
    ax.hlines(range(len(rows)), 0, gaps, color=style.MUTED, linewidth=3)
    ax.scatter(gaps, range(len(rows)), s=110, zorder=3, color=[style.PERSONS if b else style.SOFT for b in bad], marker="o")
    texts = cells.written(rows, lang)
    words = [
        _("stated {stated}, computed {computed}: {verdict}").format(stated=a, computed=b, verdict=language.inside(v, lang))
        for a, b, v in zip(texts["stated"], texts["computed"], texts["verdict"], strict=True)
    ]
    edge = max(0.1, float(gaps.abs().max()))
    for row, word in enumerate(words):
        ax.text(edge * 1.15, row, word, va="center", fontsize=11.5, fontweight="bold" if bad[row] else "normal")
    names = [language.begun(cells.item_label(item, lang).split(_(": "), 1)[1], lang) for item in rows["item"]]
    drawing.row_names(ax, names, width=13)
    ax.set_xlim(-edge * 1.1, edge * (4.8 if lang == "zh" else 8.2))
    ticks = [-0.2, 0, 0.2]
    ax.set_xticks([t for t in ticks if abs(t) <= edge * 1.1], [language.points(t, lang) for t in ticks if abs(t) <= edge * 1.1])
    ax.set_xlabel(_("stated less computed, percentage points"), loc="left")
    title = (
        language.translator(lang)
        .ngettext("{n} of {all} does not follow from the counts", "{n} of {all} do not follow from the counts", int(bad.sum()))
        .format(n=int(bad.sum()), all=language.counted(len(rows), "shares", lang))
    )
    if not bad.any():
        title = _("All {all} follow from the counts").format(all=language.counted(len(rows), "shares", lang))
    return drawing.titled(ax, title, lang, drawing.told(names, words, lang))
