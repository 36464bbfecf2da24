"""Sentences about the forecast: when targets are reached at the pace so far, and what it takes to be in time."""

import pandas as pd

from tuopin_analysis.report import language, telling
from tuopin_analysis.report.figures_timetable import likely


def forecast_finding(forecast: pd.DataFrame, scope: str, as_of: str, interval: float, surely: float, lang: str = "zh") -> str:
    """When the page's township, or the townships of the county, reach the target: `targets.forecast`.

    `interval` is the share of the simulated days between the ends, `surely` the probability that additional exits are to bring.
    """
    _ = language.translator(lang).gettext
    here = forecast if scope == "county" else forecast[forecast["township_code"] == scope]
    if here.empty:
        return _("Nobody is registered here, so that there is nothing to plan.")
    if scope != "county":
        return _of_township(here.iloc[0].to_dict(), as_of, interval, surely, lang)
    by = language.day(here["target_date"].iloc[0], lang)
    known = here["date_median"] <= pd.Timestamp(as_of)  # a day that is known, not simulated
    reached, open_ = here[known], here[~known]
    text = (
        _("The target of {day} is reached in {reached} of {all}.")
        if len(reached)
        else _("The target of {day} is reached in none of {all}.")
    )
    told = [text.format(day=by, reached=language.count(len(reached), lang), all=language.counted(len(here), "townships", lang))]
    judged = open_[open_["extra_exits_per_month"].notna()]
    if len(judged):
        told += [_extremes(judged, len(here), lang), _extra(judged, surely, lang)]
    elif open_["p_on_time"].isna().any():
        told.append(_no_pace(lang))
    elif len(open_):
        text = _("Its day has passed; those still short: {names}.")
        names = [language.place(name, lang) for name in open_["township"]]
        told.append(text.format(names=language.listed(names, lang)))
    return telling.joined(told, lang)


def _no_pace(lang: str) -> str:
    return language.translator(lang).gettext("No exit is on record, and no month has passed yet: there is no pace to go on by.")


def _extremes(judged: pd.DataFrame, all_places: int, lang: str) -> str:
    _ = language.translator(lang).gettext
    order = judged.sort_values(["p_on_time", "township_code"], ascending=[False, True])
    most, least = order.iloc[0], order.iloc[-1]
    text = _("At the pace so far it is most likely to be reached in time in {most} ({most_p}), least in {least} ({least_p}).")
    if len(judged) == 1:
        text = _("At the pace so far the probability of being in time is {most_p} in {most}.")
    elif likely(most["p_on_time"], lang) == likely(least["p_on_time"], lang):
        text = _("At the pace so far the probability of being in time is {most_p} in each of the others.")
        text = text if len(judged) < all_places else _("At the pace so far the probability of being in time is {most_p} in each.")
    return text.format(
        most=language.place(most["township"], lang), most_p=likely(most["p_on_time"], lang),
        least=language.place(least["township"], lang), least_p=likely(least["p_on_time"], lang))  # fmt: skip


def _extra(judged: pd.DataFrame, surely: float, lang: str) -> str:
    """How many more exits a month all townships together need."""
    _ = language.translator(lang).gettext
    more = judged[judged["extra_exits_per_month"] > 0]
    if more.empty:
        return _("Everywhere it is at least {surely}.").format(surely=telling.exact(surely, lang))
    text = _("For a probability of {surely} in each it takes {households} more a month in {townships} together.")
    return text.format(
        surely=telling.exact(surely, lang),
        townships=language.counted(len(more), "townships", lang),
        households=language.counted(more["extra_exits_per_month"].sum(), "households", lang),
    )


def _of_township(row: dict, as_of: str, interval: float, surely: float, lang: str) -> str:
    _ = language.translator(lang).gettext
    by = language.day(row["target_date"], lang)
    if row["date_median"] <= pd.Timestamp(as_of):  # a day that is known, not simulated
        text = _("The target of {day} has been reached since {since}.")
        return text.format(day=by, since=language.day(row["date_median"], lang))
    told = [_("The target of {day} still needs {persons}.").format(
        day=by, persons=language.counted(row["still_needed_persons"], "persons", lang))]  # fmt: skip
    if language.is_missing(row["p_on_time"]):
        return telling.joined([*told, _no_pace(lang)], lang)
    told.append(_when(row, interval, lang))
    if not language.is_missing(row["extra_exits_per_month"]):
        text = _("The probability of being in time is {p}.")
        if row["extra_exits_per_month"]:
            text = _("The probability of being in time is {p}; with {more} more a month it would be {surely}.")
        more = language.counted(row["extra_exits_per_month"], "households", lang)
        told.append(text.format(p=likely(row["p_on_time"], lang), more=more, surely=telling.exact(surely, lang)))
    else:
        told.append(_("Its day has passed."))
    return telling.joined(told, lang)


def _when(row: dict, interval: float, lang: str) -> str:
    """The interval in words; ends beyond the horizon are not told."""
    _ = language.translator(lang).gettext
    lo, middle, hi = (
        None if pd.isna(row[name]) else language.day(row[name], lang) for name in ("date_lo", "date_median", "date_hi")
    )
    if lo is None:
        return _("At the pace so far it is hardly reached within the time looked at.")
    if hi is None:
        text = _("At the pace so far the interval of {share} begins on {lo}; its end lies beyond the time looked at.")
        return text.format(lo=lo, share=telling.exact(interval, lang))
    text = _("At the pace so far it is reached by {middle} in half of the courses simulated, in {share} between {lo} and {hi}.")
    return text.format(middle=middle, share=telling.exact(interval, lang), lo=lo, hi=hi)
