"""Figures of the timetable: persons that remain by month, and when each township reaches its target."""

from datetime import date

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from tuopin_analysis.report import drawing, figures_targets, language, style, telling

_PAPER = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1}  # behind a label that a line may cross


def burn_down(remaining: pd.DataFrame, lang: str = "zh", ax: Axes | None = None) -> Axes:
    """Persons not yet out by month, planned and actual, with what each target leaves at most.

    Needs `period, remaining_planned_persons, remaining_persons, remaining_target_persons, target_share`.
    """
    _ = language.translator(lang).gettext
    planned, actual, aim = (
        remaining[f"remaining_{name}persons"].astype("Float64").astype("float64") for name in ("planned_", "", "target_")
    )
    ax = drawing.sheet(ax, 8, lang)
    if planned.notna().any():
        ax.plot(range(len(remaining)), planned, color=style.PLAN, linestyle=(0, (4, 2)), label=_("planned"))
    known = [month for month, there in enumerate(actual.notna()) if there]
    ax.plot(known, actual.iloc[known], color=style.PERSONS, linewidth=3.4, label=_("actual"))
    due = [month for month, there in enumerate(aim.notna()) if there]
    ax.scatter(
        due, aim.iloc[due], marker="D", s=80, color=style.INK, zorder=5, label=_("left by the target at most"), clip_on=False
    )
    most = pd.concat([planned, actual, aim, pd.Series([1.0])]).max()
    for month in due:
        text = _("{share} out: {left} left").format(
            share=language.share(remaining["target_share"].iloc[month], lang, 0), left=language.count(aim.iloc[month], lang)
        )
        low = aim.iloc[month] < 0.1 * most  # beside the axis there is no room below
        offset = (-26 if low else -10, 5 if low else -9) if month > 0.3 * len(remaining) else (12, 9)
        ax.annotate(text, (month, aim.iloc[month]), offset, textcoords="offset points", va="bottom" if low else "top",
                    ha="right" if offset[0] < 0 else "left", fontsize=12, fontweight="bold", bbox=_PAPER)  # fmt: skip
    if known:
        _last_known(ax, known[-1], float(actual.iloc[known[-1]]), len(remaining), lang)
    figures_targets.month_axis(ax, remaining["period"], lang)
    ax.set_ylim(0, most * 1.1)
    ax.set_ylabel(_("persons not yet out"))
    ax.yaxis.set_major_formatter(lambda value, _position: language.count(value, lang))
    ax.grid(axis="y")
    drawing.titled(ax, _burn_title(remaining, lang), lang, _burn_told(remaining, due, lang))
    drawing.legend_above(ax)
    return ax


def _last_known(ax: Axes, month: int, left: float, months: int, lang: str) -> None:
    text = language.translator(lang).gettext("actual: {left} left").format(left=language.count(left, lang))
    ax.scatter([month], [left], s=70, color=style.PERSONS, zorder=6, clip_on=False)
    ax.annotate(text, (month, left), (10, 14) if month < 0.7 * months else (6, 62), textcoords="offset points", va="bottom",
                ha="left" if month < 0.7 * months else "right", color=style.PERSONS, fontsize=12, fontweight="bold",
                bbox=_PAPER)  # fmt: skip


def _burn_title(remaining: pd.DataFrame, lang: str) -> str:
    """How many are left in the last known month, against the plan."""
    _ = language.translator(lang).gettext
    known = remaining[remaining["remaining_persons"].notna()]
    if known.empty:
        return _("No exits are known yet")
    row = known.iloc[-1]
    left, planned = row["remaining_persons"], row["remaining_planned_persons"]
    gap = 0 if pd.isna(planned) else int(left) - int(planned)
    text = _("{month}: {left} not yet out, {gap} fewer than planned")
    if gap > 0:
        text = _("{month}: {left} not yet out, {gap} more than planned")
    if not gap:
        text = _("{month}: {left} not yet out") if pd.isna(planned) else _("{month}: {left} not yet out, exactly as planned")
    return text.format(
        month=language.month(row["period"], lang),
        left=language.counted(left, "persons", lang),
        gap=language.counted(abs(gap), "persons", lang),
    )


def _burn_told(remaining: pd.DataFrame, due: list[int], lang: str) -> list[str]:
    text = language.translator(lang).gettext("{month}: planned {planned}, actual {actual}")
    rows = remaining.iloc[sorted({*due, *range(2, len(remaining), 3)})]
    return [
        text.format(
            month=language.month(row["period"], lang),
            planned=language.count(row["remaining_planned_persons"], lang),
            actual=language.count(row["remaining_persons"], lang),
        )
        for row in rows.to_dict("records")
    ]


def forecast_days(
    forecast: pd.DataFrame, interval: float, as_of: str, highlight: str | None = None, lang: str = "zh", ax: Axes | None = None
) -> Axes:
    """The day on which each township reaches its target: dot and interval against the target's day, probability in words.

    Needs `targets.forecast`, whose interval holds `interval` of the simulated days; the least likely to be in time stands on top.
    An interval without an end goes on to the edge.
    """
    _ = language.translator(lang).gettext
    rows = forecast.sort_values(["p_on_time", "township_code"], ignore_index=True)
    ax = drawing.sheet(ax, len(rows) + 2, lang)
    if rows.empty:
        return drawing.empty(ax, lang)
    now, by = pd.Timestamp(as_of), rows["target_date"].max()
    known = pd.concat([rows[name] for name in ("date_lo", "date_median", "date_hi")]).dropna()  # none without an exit so far
    left, right = min([*known, now, by]), max([*known, by + pd.Timedelta(days=60)])
    room = (right - left) * 0.03
    for at, row in enumerate(rows.to_dict("records")):
        _interval(ax, at, row, right + room)
    ax.axvline(by.toordinal(), color=style.INK, linewidth=1.6, linestyle=(0, (1, 1.5)), zorder=1)
    words = [_in_words(row, now, lang) for row in rows.to_dict("records")]
    for at, word in enumerate(words):
        ax.text((right + 2 * room).toordinal(), at, word, va="center", fontsize=12)
    names = drawing.place_names(rows, lang)
    drawing.row_names(ax, names, rows["township_code"] == highlight)
    ax.set_xlim((left - room).toordinal(), (right + (right - left) * 0.75).toordinal())
    _day_axis(ax, left, right, lang)
    drawing.titled(
        ax,
        _forecast_title(rows, by, now, lang),
        lang,
        drawing.told(names, [_told(row, now, lang) for row in rows.to_dict("records")], lang),
    )
    drawing.legend_above(ax, 3, _handles(interval, lang))
    return ax


def _interval(ax: Axes, at: int, row: dict, edge: pd.Timestamp) -> None:
    """One township's bar and dot; nothing of what lies beyond the horizon."""
    start, middle, end = (row[name] for name in ("date_lo", "date_median", "date_hi"))
    if not pd.isna(start):
        last = edge if pd.isna(end) else end
        ax.plot([start.toordinal(), last.toordinal()], [at, at], color=style.PLAN, linewidth=7, solid_capstyle="butt", zorder=2)
        if pd.isna(end):
            ax.scatter([last.toordinal()], [at], marker=">", s=90, color=style.PLAN, zorder=2)
    if not pd.isna(middle):
        ax.scatter([middle.toordinal()], [at], s=90, color=style.PERSONS, zorder=3)


def _in_words(row: dict, as_of: pd.Timestamp, lang: str) -> str:
    _ = language.translator(lang).gettext
    if row["date_median"] <= as_of:  # a day that is known, not simulated
        return _("reached") if row["p_on_time"] else _("reached late")
    if row["target_date"] <= as_of:
        return _("missed; lacks {n}").format(n=language.counted(row["still_needed_persons"], "persons", lang))
    if pd.isna(row["p_on_time"]):
        return _("too early to tell")
    extra = row["extra_exits_per_month"]
    text = _("{p} in time") if language.is_missing(extra) or not extra else _("{p} in time; +{extra} a month")
    return text.format(p=likely(row["p_on_time"], lang), extra=language.count(extra, lang))


def likely(share: float, lang: str) -> str:
    """A simulated probability as whole per cents, never nought or all.

    >>> likely(0.0004, "en"), likely(0.216, "en"), likely(1.0, "en")
    ('under 1%', '22%', 'over 99%')
    """
    _ = language.translator(lang).gettext
    if share < 0.01:
        return _("under 1%")
    return _("over 99%") if share > 0.99 else language.share(share, lang, 0)


def _told(row: dict, as_of: pd.Timestamp, lang: str) -> str:
    _ = language.translator(lang).gettext
    ends = (row[name] for name in ("date_lo", "date_median", "date_hi"))
    days = [language.MISSING if pd.isna(day) else language.day(day, lang) for day in ends]
    text = _("{words}, middle {median}, from {lo} to {hi}")
    return text.format(words=_in_words(row, as_of, lang), median=days[1], lo=days[0], hi=days[2])


def _forecast_title(rows: pd.DataFrame, by: pd.Timestamp, as_of: pd.Timestamp, lang: str) -> str:
    _ = language.translator(lang).gettext
    number = int((rows["p_on_time"] > 0.5).sum())
    text = _("At the pace so far, {likely} of {all} more likely than not reach the target of {day} in time")
    if not number:
        text = _("At the pace so far, none of {all} is more likely than not to reach the target of {day} in time")
    if rows["p_on_time"].isna().any():
        text = _("Too early to tell when the target of {day} is reached: no exit yet, in less than a month")
    if by <= as_of:
        text = _("{likely} of {all} reached the target of {day} in time")
    return text.format(
        likely=language.count(number, lang),
        all=language.counted(len(rows), "townships", lang),
        day=language.day(by.date(), lang),
    )


def _day_axis(ax: Axes, left: pd.Timestamp, right: pd.Timestamp, lang: str) -> None:
    """Ticks at the beginnings of years, of half-years where there are few."""
    years = [date(year, month, 1) for year in range(left.year, right.year + 1) for month in (1, 7)]
    ticks = [day for day in years if left <= pd.Timestamp(day) <= right]
    if len(ticks) > 6:
        ticks = [day for day in ticks if day.month == 1]
    ax.set_xticks(
        [day.toordinal() for day in ticks],
        [language.month(f"{day:%Y-%m}", lang).replace(" ", "\n").replace("年", "年\n") for day in ticks],
    )
    ax.set_xlabel(language.translator(lang).gettext("day on which the target is reached"), loc="left")
    ax.grid(axis="x")


def _handles(interval: float, lang: str) -> list:
    _ = language.translator(lang).gettext
    return [
        Line2D([], [], color=style.PERSONS, marker="o", markersize=9, linestyle="none", label=_("middle of the simulated days")),
        Line2D(
            [], [], color=style.PLAN, linewidth=7, label=_("{share} of the days").format(share=telling.exact(interval, lang))
        ),
        Line2D([], [], color=style.INK, linewidth=1.6, linestyle=(0, (1, 1.5)), label=_("day of the target")),
    ]
