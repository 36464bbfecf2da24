"""Sentences about targets and plans: met or missed, ahead or behind, delay and haste, what remains."""

import calendar
import math
from datetime import date

import pandas as pd

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language, telling


def target_finding(progress: pd.DataFrame, as_of: date | str, lang: str = "zh") -> str:
    """Who is out on `as_of`, whether the targets due were met, and the rate that the next one needs: `targets.progress`."""
    _ = language.translator(lang).gettext
    as_of = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    known = progress[progress["actual_persons"].notna()]
    if telling.withheld(progress) or (telling.SUPPRESSED in progress and known.empty):
        return ""
    if known.empty:
        return _("No month of the plan has begun by {as_of}.").format(as_of=language.day(as_of, lang))
    now = known.iloc[-1].to_dict()
    text = _("By {as_of}, {persons} ({share_persons}) in {households} ({share_households}) were out of poverty.")
    told = [
        text.format(
            as_of=language.day(as_of, lang),
            persons=language.counted(now["actual_persons"], "persons", lang),
            share_persons=_careful(now, lang),
            households=language.counted(now["actual_households"], "households", lang),
            share_households=language.share(now["share_actual_households"], lang),
        )
    ]
    due = progress[progress["is_met"].notna()]
    told += [_due(row, lang) for row in due.to_dict("records")]
    told += [_in_households(row, lang) for row in due.to_dict("records")[-1:]]
    coming = progress[progress["target_persons"].notna() & progress["is_met"].isna()]
    if due.empty and coming.empty:
        told.append(_("The rule set has no target for this time."))
    if len(coming):
        told.append(_coming(coming.iloc[0].to_dict(), int(now["actual_persons"]), as_of, lang))
    return telling.joined(told, lang)


def _careful(row: dict, lang: str) -> str:
    """The share of persons, with a second decimal where one would round a missed target into a met one."""
    missed = not language.is_missing(row["target_persons"]) and row["actual_persons"] < row["target_persons"]
    if not missed or not row["share_actual"]:
        return language.share(row["share_actual"], lang)
    aim = row["share_actual"] * int(row["target_persons"]) / int(row["actual_persons"])
    digits = 2 if language.share(row["share_actual"], lang) == language.share(aim, lang) else 1
    return language.share(row["share_actual"], lang, digits)


def _due(row: dict, lang: str) -> str:
    _ = language.translator(lang).gettext
    gap = int(row["actual_persons"]) - int(row["target_persons"])
    if row["is_met"]:
        text = (
            _("The target of {month}, {target}, was met.")
            if gap >= 0
            else _("The target of {month}, {target}, was met on its day.")
        )
    else:
        text = _("The target of {month}, {target}, was missed by {gap}.")
    return text.format(
        month=language.month(row["period"], lang),
        target=language.counted(row["target_persons"], "persons", lang),
        gap=language.counted(abs(gap), "persons", lang),
    )


def _in_households(row: dict, lang: str) -> str:
    """The same share of the households, which the target, set in persons, does not ask for."""
    _ = language.translator(lang).gettext
    gap = int(row["actual_households"]) - int(row["target_households"])
    met = _("In households, by which it is not judged, the same share would be {target}: reached.")
    text = met if gap >= 0 else _("In households, by which it is not judged, the same share would be {target}: {gap} short.")
    return text.format(
        target=language.counted(row["target_households"], "households", lang), gap=language.counted(abs(gap), "households", lang)
    )


def _coming(row: dict, actual: int, as_of: date, lang: str) -> str:
    _ = language.translator(lang).gettext
    left, months = int(row["target_persons"]) - actual, _months_left(as_of, row["period"])
    if left <= 0:
        text = _("The target of {month}, {target}, is reached already.")
    elif months <= 0:
        text = _("The target of {month}, {target}, still needs {left}.")
    else:
        text = _("The target of {month}, {target}, still needs {left}: at least {rate} a month.")
    return text.format(
        month=language.month(row["period"], lang),
        target=language.counted(row["target_persons"], "persons", lang),
        left=language.counted(max(left, 0), "persons", lang),
        rate=language.counted(math.ceil(left / months) if months > 0 else 0, "persons", lang),
    )


def _months_left(as_of: date, period: str) -> float:
    """Months from the end of a day to the end of a month; whole from one month's last day to another's."""
    year, month = (int(part) for part in period.split("-"))
    days = calendar.monthrange(as_of.year, as_of.month)[1]
    return (year - as_of.year) * 12 + month - as_of.month + 1 - as_of.day / days


def places_finding(by_place: pd.DataFrame, lang: str = "zh") -> str:
    """Which places are behind, on course and ahead of their plans, by persons: `targets.by_place`."""
    _ = language.translator(lang).gettext
    if len(by_place) and by_place["share_planned"].isna().all():
        return _("No exit plan is on record, so that no place is ahead of its plan or behind it.")
    column = "village" if "village" in by_place else "township"
    kind = f"{column}s"
    text = {
        "behind": _("Behind plan: {count} ({names})."),
        "on_course": _("On course: {count} ({names})."),
        "ahead": _("Ahead of plan: {count} ({names})."),
    }
    told = []
    for status, form in text.items():
        names = by_place.loc[by_place["status"] == status, column]
        if len(names):
            listed = language.listed([language.place(name, lang) for name in names], lang)
            told.append(form.format(count=language.counted(len(names), kind, lang), names=listed))
    return telling.joined(told, lang)


def delay_finding(delays: pd.DataFrame, lang: str = "zh") -> str:
    """How many households are not out although their planned day has come: `targets.delays`."""
    _ = language.translator(lang).gettext
    if delays["households"].isna().any():
        return _("Delay: no exit plan is on record, so that it cannot be told.")
    households, persons = int(delays["households"].sum()), int(delays["persons"].sum())
    if not households:
        return _("Delay: no household is past its planned day.")
    worst = delays[delays["households"] > 0].iloc[-1].to_dict()
    text = _("Delay: {households} with {persons} are past their planned day; {worst} of them by {late}.")
    return text.format(
        households=language.counted(households, "households", lang),
        persons=language.counted(persons, "persons", lang),
        worst=language.count(worst["households"], lang),
        late=dictionary.value_label("days_late", worst["days_late"], lang),
    )


def haste_finding(rash: pd.DataFrame, by_place: pd.DataFrame | None = None, lang: str = "zh") -> str:
    """Signs of haste: early exits, exits below the line, exits without income, and places whose exits bunch: `targets.rash`."""
    _ = language.translator(lang).gettext
    found = dict(zip(rash["sign"], rash["households"].astype("Int64").fillna(0), strict=True))
    text = {
        "early_exit": _("exits well before their plan: {count}"),
        "exit_below_line": _("exits with an income below the line: {count}"),
        "exit_without_income": _("exits without a recorded income, which cannot be judged: {count}"),
    }
    told = [
        form.format(count=language.counted(found[sign], "households", lang)) for sign, form in text.items() if found.get(sign)
    ]
    if by_place is not None and (hasty := by_place[by_place["is_rash"].fillna(False).astype(bool)]).shape[0]:
        names = hasty["village" if "village" in hasty else "township"]
        told.append(
            _("places with early or bunched exits: {names}").format(
                names=language.listed([language.place(name, lang) for name in names], lang)
            )
        )
    if not told:
        return _("Haste: no sign of it was found.")
    return _("Haste: {found}.").format(found=_("; ").join(told))


def allowance_finding(
    allowance: pd.DataFrame, line: float, allowance_line: float, lang: str = "zh", line_year: int | None = None
) -> str:
    """Whether households on the allowance are poor by income: `targets.allowance_above_line`.

    Lines in yuan per person and year; `line_year` is the year for which the poverty line was set.
    """
    _ = language.translator(lang).gettext
    found = dict(zip(allowance["income_class"], allowance["households"], strict=True))
    whole = sum(found.values())
    if not whole:
        return _("No registered household is on the minimum living allowance.")
    year = _(", set for {year}").format(year=line_year) if line_year else ""
    told = [
        _("On the minimum living allowance: {all}, {below} of them with an income below the poverty line of {line} yuan{year}."),
        _("The allowance line ({allowance} yuan) is the higher one: who lives on the full allowance is not income-poor."),
    ]
    return telling.joined(told[: 2 if allowance_line > line else 1], lang).format(
        all=language.counted(whole, "households", lang),
        below=language.count(found.get("below_line", 0), lang),
        line=language.count(line, lang),
        allowance=language.count(allowance_line, lang),
        year=year,
    )
