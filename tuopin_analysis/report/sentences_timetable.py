"""Sentences about the timetable: whether plans add up, which steps are overdue, signs of lag and rush."""

from collections.abc import Sequence

import pandas as pd

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language, telling


def plans_finding(plans: pd.DataFrame, levels: pd.DataFrame, lang: str = "zh") -> str:
    """Whether the plans add up at every level and reach the targets: `timetable.plans` and `timetable.levels`."""
    _ = language.translator(lang).gettext
    if not levels["households"].iloc[0]:
        return _("Nobody is registered here, so that there is nothing to plan.")
    if not levels["all_planned_households"].iloc[0]:
        return _("No exit plan is on record.")
    told = [_covered(levels.iloc[0].to_dict(), lang), _sums(levels, lang)]
    told += [_target(rows, lang) for _day, rows in plans.groupby("target_date")]
    return telling.joined(told, lang)


def _covered(row: dict, lang: str) -> str:
    _ = language.translator(lang).gettext
    text = _("With an exit plan: {planned} of {all}.")
    if row["unplanned_households"]:
        text = _("With an exit plan: {planned} of {all}; without one: {without}.")
    return text.format(
        planned=language.count(row["all_planned_households"], lang),
        all=language.counted(row["households"], "households", lang),
        without=language.count(row["unplanned_households"], lang),
    )


def _sums(levels: pd.DataFrame, lang: str) -> str:
    _ = language.translator(lang).gettext
    counted = levels[["households", "persons", "all_planned_households", "all_planned_persons"]]
    split = int(levels["split_number"].sum())
    if counted.nunique().max() == 1 and not split:
        text = _("Summed by household, village and township, the plans come to the same: {households} with {persons}.")
        return text.format(
            households=language.counted(counted["all_planned_households"].iloc[0], "households", lang),
            persons=language.counted(counted["all_planned_persons"].iloc[0], "persons", lang),
        )
    text = _("The sums of the levels differ, or villages lie in several townships ({villages}): see the table.")
    return text.format(villages=language.counted(split, "villages", lang))


def _target(rows: pd.DataFrame, lang: str) -> str:
    """What is planned by the day of one target, and which places fall short."""
    _ = language.translator(lang).gettext
    short = rows[rows["shortfall_persons"] > 0]
    text = _("Planned to be out by {day}: {planned}; the target asks for {target}: {short}.")
    column = "village" if "village" in rows else "township"
    none = _("no place falls short")
    some = _("short by {persons} in {places} ({names})")
    named = [language.place(name, lang) for name in short.sort_values("shortfall_persons", ascending=False)[column].head(5)]
    more = _(" and others") if len(short) > len(named) else ""
    told = some.format(
        places=language.counted(len(short), f"{column}s", lang),
        persons=language.counted(short["shortfall_persons"].sum(), "persons", lang),
        names=_(", ").join(named) + more,
    )
    return text.format(
        day=language.day(rows["target_date"].iloc[0], lang),
        planned=language.counted(rows["planned_persons"].sum(), "persons", lang),
        target=language.count(rows["target_persons"].sum(), lang),
        short=told if len(short) else none,
    )


def rows_aside(account: pd.DataFrame, run: pd.DataFrame, names: Sequence[str], lang: str = "zh") -> str:
    """Rows of some tables that count nowhere, of the whole county, and why: those of unknown households, doubled or out of order.
    Tables without any are named only where all are.

    Needs `load.account` and `load.rules_run`.
    """
    read = account[account["table"].isin(names) & (account["rows_read"] > 0)]
    told = read[read["rows_set_aside"] > 0]
    return "\n".join(_aside(row, run, lang) for row in (read if told.empty else told).to_dict("records"))


def _aside(row: dict, run: pd.DataFrame, lang: str) -> str:
    _, ngettext = language.translator(lang).gettext, language.translator(lang).ngettext
    name = dictionary.value_label("table", row["table"], lang)
    read, aside = language.counted(row["rows_read"], "rows", lang), int(row["rows_set_aside"])
    if not aside:
        return _("{table}, whole county: {read}, none of them set aside by the checks.").format(table=name, read=read)
    failing = run[(run["table"] == row["table"]) & (run["severity"] == "error") & (run["rows_failing"] > 0)]
    counted = failing.groupby(f"message_{lang}", sort=False)["rows_failing"].sum()
    reasons = [_("{what}: {count}").format(what=what, count=language.count(count, lang)) for what, count in counted.items()]
    text = ngettext(
        "{table}, whole county: of {read} {aside} was set aside by the checks and counts nowhere{reasons}.",
        "{table}, whole county: of {read} {aside} were set aside by the checks and count nowhere{reasons}.",
        aside,
    )
    told = _(" ({reasons})").format(reasons=_("; ").join(reasons)) if reasons else ""
    return text.format(table=name, read=read, aside=language.count(aside, lang), reasons=told)


def milestones_finding(milestones: pd.DataFrame, lang: str = "zh") -> str:
    """Which step holds most households up, and which were done after their day: `timetable.milestones`."""
    _ = language.translator(lang).gettext
    known = milestones[milestones["in_time_households"].notna()]
    if len(milestones) and not milestones["households"].sum():
        return _("No household has an exit plan, so that no step can be scheduled.")
    if known.empty:
        return _("No step is on record, so that none can be told done or overdue.")
    told = []
    number = int(known["step_overdue_households"].max())
    most = known.loc[known["step_overdue_households"] == number, "milestone"]
    if number:
        text = _("Most overdue: {steps}, of {households}.")
        text = _("Most overdue: {steps}, of {households} each.") if len(most) > 1 else text
        told.append(
            text.format(
                steps=language.listed([telling.named("milestone", step, lang) for step in most], lang),
                households=language.counted(number, "households", lang),
            )
        )
    else:
        told.append(_("No step is overdue."))
    done = known.assign(done=known["in_time_households"] + known["done_late_households"])
    done = done[done["done"] > 0]
    if len(done):
        share = (done["done_late_households"] / done["done"]).astype("float64")
        late = done.assign(share=share).sort_values("share", ascending=False, kind="stable").iloc[0].to_dict()
        if late["done_late_households"]:
            text = _("Most often late: {step}, in {late} of {done} in which it is done.")
            told.append(
                text.format(
                    step=telling.named("milestone", late["milestone"], lang),
                    late=language.count(late["done_late_households"], lang),
                    done=language.counted(late["done"], "households", lang),
                )
            )
    unknown = milestones.loc[milestones["in_time_households"].isna(), "milestone"]
    if len(unknown):
        names = language.listed([telling.named("milestone", step, lang) for step in unknown], lang)
        told.append(_("Not on record at all: {steps}.").format(steps=names))
    return telling.joined(told, lang)


def overdue_finding(overdue: pd.DataFrame, lang: str = "zh") -> str:
    """How many households have a step overdue, and by how much at most: `timetable.overdue`."""
    _ = language.translator(lang).gettext
    if overdue.empty:
        return _("No household has a step overdue.")
    ngettext = language.translator(lang).ngettext
    days = int(overdue["days_overdue"].max())
    text = ngettext(
        "Not yet out and with a step overdue: {households}, the longest for {days} day.",
        "Not yet out and with a step overdue: {households}, the longest for {days} days.",
        days,
    )
    return text.format(households=language.counted(len(overdue), "households", lang), days=language.count(days, lang))


def signs_finding(signs: pd.DataFrame, lang: str = "zh") -> str:
    """The signs of lag and of rush that were found: `timetable.signs`."""
    _ = language.translator(lang).gettext
    told = []
    for tendency in ("lag", "rush"):
        known = signs[(signs["tendency"] == tendency) & signs["households"].notna()]
        rows = known[known["households"] > 0].to_dict("records")
        name = dictionary.value_label("tendency", tendency, lang)
        form = _("{sign} ({households})")
        found = [
            form.format(sign=telling.named("sign", row["sign"], lang), households=language.count(row["households"], lang))
            for row in rows
        ]
        text = _("{name}, in households: {found}.") if found else _("{name}: no sign of it was found.")
        told += [text.format(name=name, found=_("; ").join(found))] if len(known) else []
    unknown = signs.loc[signs["households"].isna(), "sign"]
    if len(unknown):
        names = _("; ").join(telling.named("sign", sign, lang) for sign in unknown)
        told.append(_("Cannot be told on this day: {signs}.").format(signs=names))
    return telling.joined(told, lang)
