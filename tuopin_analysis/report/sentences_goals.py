"""Sentences about the county's goals: what is met, what is not, what was not supplied."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from tuopin_analysis.report import language, telling
from tuopin_analysis.report.figures_goals import goal_number


def _name(row: Mapping[Any, Any], lang: str) -> str:
    """An indicator in a sentence. What is to become none is named by its goal: "met: poor villages left" says the contrary."""
    kind = "goal" if row["target_value"] == 0 else "goal_indicator"
    return telling.named(kind, row[kind], lang)


def _names(rows: pd.DataFrame, lang: str) -> str:
    return language.listed([_name(row, lang) for row in rows.to_dict("records")], lang)


def goals_finding(goals: pd.DataFrame, lang: str = "zh", close: Decimal | None = None) -> str:
    """How many indicators are met, not met with their distance, under way, or missing: `goals.table`.

    `close`: how far below the provincial mean, as a share of it, still is close to it: told of those that are met so.
    """
    _ = language.translator(lang).gettext
    form = {
        "met": _("Met: {n} of {all} ({names})."),
        "not_met": _("Not met: {n} ({names})."),
        "under_way": _("Under way, its day not yet come: {n} ({names})."),
        "no_mean": _("Without a provincial mean, so not judged: {n} ({names})."),
        "not_supplied": _("Not supplied, which is neither nought nor failed: {n} ({names})."),
    }
    told = []
    for state, text in form.items():
        rows = goals[goals["goal_state"] == state]
        if len(rows):
            names = _distances(rows, lang) if state == "not_met" else _names(rows, lang)
            told.append(text.format(n=len(rows), all=len(goals), names=names))
        if state == "met" and close is not None:
            told += _close(rows, close, lang)
    return "\n".join(told)


def _close(met: pd.DataFrame, close: Decimal, lang: str) -> list[str]:
    """That some are met although they lie below the provincial mean: of every indicator that has one, more is better."""
    _ = language.translator(lang).gettext
    below = met[met["distance"] < 0]
    text = _(
        "Met without reaching the provincial mean, since the goal is to be close to it (at most {share} of it below): {names}."
    )
    return [text.format(share=telling.exact(close, lang), names=_distances(below, lang))] if len(below) else []


def _distances(rows: pd.DataFrame, lang: str) -> str:
    """Indicators not met, with what they lack against the provincial mean."""
    _ = language.translator(lang).gettext
    form = _("{name}, {distance} against the province")
    told = []
    for row in rows.to_dict("records"):
        name = _name(row, lang)
        known = not language.is_missing(row["distance"])
        told.append(form.format(name=name, distance=_distance(row, lang)) if known else name)
    return _("; ").join(told)


def _distance(row: Mapping[Any, Any], lang: str) -> str:
    """The distance to the provincial mean with its unit; of shares in percentage points."""
    _ = language.translator(lang).gettext
    text = goal_number(row["distance"], row["goal_unit"], lang, True)
    if row["goal_unit"].startswith("per_cent"):
        return _("{points} points").format(points=text)
    unit = telling.named("goal_unit", row["goal_unit"], lang)
    return _("{number} {unit}").format(number=text, unit=unit)


def guarantee_finding(registered: pd.DataFrame, targets: Any, as_of: date | str, lang: str = "zh") -> str:
    """Who of the registered is out, against the day by which the county wants all out: `goals.register`."""
    _ = language.translator(lang).gettext
    row = registered.iloc[0].to_dict()
    if telling.withheld(registered) or language.is_missing(row["remaining_persons"]):
        return ""
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    aim = targets[-1].by
    text = _("Of {all} on the register, {out} ({share}) were out by {day}; {left} were not.")
    told = [
        text.format(
            all=language.counted(row["persons"], "persons", lang), out=language.counted(row["actual_persons"], "persons", lang),
            share=language.share(row["share_actual"], lang), day=language.day(day, lang),
            left=language.counted(row["remaining_persons"], "persons", lang),
        )
    ]  # fmt: skip
    if targets[-1].share == 1:
        late = _("The county's own day for all, {aim}, has come: the goal is not reached.")
        done = _("The county's own day for all is {aim}; all are out.")
        coming = _("The county's own day for all is {aim}; the province's is in the table.")
        chosen = done if not row["remaining_persons"] else late if day >= aim else coming
        told.append(chosen.format(aim=language.day(aim, lang)))
    return telling.joined(told, lang)


def trend_finding(goals: pd.DataFrame, lang: str = "zh") -> str:
    """In which indicators the distance to the province grows or shrinks year by year: `goals.table`; empty without trends."""
    _ = language.translator(lang).gettext
    known = goals[goals["distance_trend_yearly"].notna()]
    better, worse = known[known["distance_trend_yearly"] > 0], known[known["distance_trend_yearly"] < 0]
    told = [_("Gaining on the province: {names}.").format(names=_names(better, lang)) if len(better) else "",
            _("Losing ground: {names}.").format(names=_names(worse, lang)) if len(worse) else ""]  # fmt: skip
    return telling.joined(told, lang)


def compared(series: pd.DataFrame, lang: str = "zh") -> str:
    """In place of figures, that no indicator can be held against the province: `goals.series`; empty where one can."""
    _ = language.translator(lang).gettext
    return (
        "" if series["distance"].notna().any() else _("No indicator can be held against the province: no year has both figures.")
    )


def county_level(scope: str, county: str, lang: str = "zh") -> str:
    """On a township's page: that the indicators are the county's; empty on the county's own."""
    _ = language.translator(lang).gettext
    if scope == "county":
        return ""
    return _("The goals are the county's: this page shows {county} as a whole, not the township.").format(county=county)


def invented(is_invented: bool, supplied: pd.DataFrame, lang: str = "zh") -> str:
    """That the demonstration's indicators are invented, or that no file of indicators was supplied."""
    _ = language.translator(lang).gettext
    if is_invented:
        return _("The indicators below are INVENTED FOR ILLUSTRATION; none is a figure of the county or the province.")
    if supplied.empty:
        return _("No indicators were supplied (indicators.csv beside the register): only what the register counts is shown.")
    return ""


def goals_trust(about: Any, settings: Any, lang: str = "zh") -> str:
    """How far to trust the goals: where figures come from, how they are judged, what the trend is."""
    _ = language.translator(lang).gettext
    source = about.source_zh if lang == "zh" else about.source_en
    close = _(
        "Above the mean means above: equal is not met. Close to it is met down to {share} of the mean below it, a margin of this "
        "project, since the speech names none."
    )
    trend = _("Trends are medians of the changes between all pairs of years, given from {years} years on.")
    told = [
        _("Register: {source}.").format(source=source.rstrip("。.")),
        _("Indicators come from indicators.csv, each with its source; years not over on the day of the report are left out."),
        close.format(share=telling.exact(settings.close_to_mean, lang)),
        trend.format(years=settings.trend_years),
    ]
    if about.synthetic:
        told.append(_("SYNTHETIC: the households of this register are invented."))
    return "\n".join(told)
