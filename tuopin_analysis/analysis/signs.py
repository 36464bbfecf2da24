"""Signs of lag (拖延病) and of rush (急躁症), household by household: what is overdue, what is hurried."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, exits, milestones
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.targets import target_due
from tuopin_analysis.rules import Progress, Target
from tuopin_analysis.rules_sections import Timetable

# By sign: whether it is one of lag or of rush; in the order of the table.
SIGNS = {"overdue_exit": "lag", "overdue_step": "lag", "early_exit": "rush", "bunched_exit": "rush", "fast_income": "rush",
         "before_measure": "rush"}  # fmt: skip
_DAYS_A_YEAR = 365


def flagged(
    households: IntoFrame,
    plans: IntoFrame,
    events: IntoFrame,
    measures: IntoFrame,
    *,
    baseline: Day,
    as_of: Day,
    targets: Sequence[Target],
    settings: Progress,
    timetable: Timetable,
) -> nw.LazyFrame:
    """Each household, still lazy: all its columns and a flag of 0 and 1 for each of `SIGNS`.

    overdue_exit: planned to be out and not out. overdue_step: not out, its planned day still ahead, a step before it overdue (see
    `milestones`). early_exit: first exit `settings.rash_early_days` or more before its plan. bunched_exit: an exit in the last
    month of the period of the target then due, in a township where these are `settings.rash_bunching` of the period's exits or
    more. fast_income: an exit whose income exceeds the register's by more than
    `timetable.income_growth_most` of it a year (simple growth, from the baseline, at least a year; both incomes on record, the
    register's above 0). before_measure: the planned day has come, and no measure had begun by then.
    """
    begun, until = counts.day(baseline), counts.day(as_of)
    bunched = _bunched(households, events, begun, until, targets, settings)
    stood = exits.standing(households, plans, events, as_of=until, early_days=settings.rash_early_days)
    known = milestones.recorded(events, measures, timetable.days_before)
    steps = {step: before for step, before in timetable.days_before.items() if known[step]}
    ahead = milestones.scheduled(households, plans, events, measures, as_of=until, days_before=steps)
    overdue = nw.lit(0)
    for step in steps:
        overdue = overdue + nw.col(f"{step}_step_overdue")
    ahead = ahead.select("household_id", late=overdue)
    left = _exits(households, events, begun, until, targets, timetable.income_growth_most)
    first = counts.lazy(measures, ["household_id", "start_date"]).select("household_id", start=exits.day_number("start_date"))
    first = first.filter(nw.col("start") <= until.toordinal()).group_by("household_id").agg(nw.col("start").min())
    for part in (ahead, left, first):
        stood = stood.join(part, on="household_id", how="left")
    day, last = nw.col("plan_day"), until.toordinal()
    return stood.with_columns(
        overdue_exit=nw.col("is_overdue"),
        overdue_step=exits.flag(day > last) * exits.flag(nw.col("late") > 0),
        early_exit=nw.col("is_early"),
        bunched_exit=exits.flag(nw.col("bunched") > 0) * exits.flag(nw.col("township_code").is_in(bunched)),
        fast_income=exits.flag(nw.col("fast") > 0),
        before_measure=exits.flag(day <= last) * (1 - exits.flag(nw.col("start") <= day)),
    )


def _bunched(
    households: IntoFrame, events: IntoFrame, begun: date, until: date, targets: Sequence[Target], settings: Progress
) -> list[str]:
    """The townships whose exits of the target's period lie in its last month to so large a share."""
    previous, target = target_due(targets, begun, until)
    month = target.by.replace(day=1)
    found = exits.exits_between(
        households, events, "township_code", after=previous, until=min(until, target.by), bunch_from=month
    )
    limit = counts.exact(settings.rash_bunching)
    reached = found["bunched"] * limit.denominator >= found["exits"] * limit.numerator
    return found.loc[reached & (found["bunched"] > 0), "township_code"].astype("str").tolist()


def _exits(
    households: IntoFrame, events: IntoFrame, begun: date, until: date, targets: Sequence[Target], most: Decimal
) -> nw.LazyFrame:
    """By household: `bunched, fast`: how many of its exits up to `until` are so."""
    previous, target = target_due(targets, begun, until)
    month, end = target.by.replace(day=1).toordinal(), min(target.by, until).toordinal()
    income, before = nw.col("event_income_per_person_yuan"), nw.col("income_per_person_yuan")
    homes = counts.lazy(households, ["household_id", "income_per_person_yuan"]).select("household_id", "income_per_person_yuan")
    left = counts.lazy(events, ["household_id", "event", "event_date", "event_income_per_person_yuan"])
    left = left.filter(nw.col("event") == "exit").select(
        "household_id", "event_income_per_person_yuan", day=exits.day_number("event_date")
    )
    day = nw.col("day")
    left = left.filter(day <= until.toordinal()).join(homes, on="household_id", how="inner")
    days = nw.when(day - begun.toordinal() > _DAYS_A_YEAR).then(day - begun.toordinal()).otherwise(nw.lit(_DAYS_A_YEAR))
    grown = (income - before) * _DAYS_A_YEAR > before * days * float(most)
    marked = left.select(
        "household_id",
        bunched=exits.flag(day >= month) * exits.flag(day <= end) * exits.flag(day > previous.toordinal()),
        fast=exits.flag(grown) * exits.flag(before > 0),
    )
    return marked.group_by("household_id").agg(nw.col("bunched").sum(), nw.col("fast").sum())


def table(
    households: IntoFrame,
    plans: IntoFrame,
    events: IntoFrame,
    measures: IntoFrame,
    *,
    baseline: Day,
    as_of: Day,
    targets: Sequence[Target],
    settings: Progress,
    timetable: Timetable,
) -> pd.DataFrame:
    """How many households and persons show each sign: one row per sign of `SIGNS` in their order.

    `tendency, sign, households, persons`; `tendency` is lag or rush; see `flagged`. What rests on plans is missing,
    not nought, when no plan is on record; so is
    before_measure when no measure is, overdue_step when no step is, and bunched_exit before the last month of the target's period
    and where the day of some exits in it is not known.
    """
    whole = {"baseline": baseline, "as_of": as_of, "targets": targets, "settings": settings, "timetable": timetable}
    lazy = flagged(households, plans, events, measures, **whole)  # type: ignore[arg-type]
    summed = exits.count_flags(lazy, ["is_out"], list(SIGNS))
    rows = [
        {"tendency": tendency, "sign": sign, **{unit: int(summed[f"{sign}_{unit}"].sum()) for unit in counts.UNITS}}
        for sign, tendency in SIGNS.items()
    ]
    found = pd.DataFrame(rows).astype({"tendency": "str", "sign": "str", "households": "Int64", "persons": "Int64"})
    unknown = found["sign"].isin(_untold(plans, events, measures, whole))
    return found.assign(**{unit: found[unit].mask(unknown) for unit in counts.UNITS})


def _untold(plans: IntoFrame, events: IntoFrame, measures: IntoFrame, whole: Mapping) -> list[str]:
    """The signs of which nothing can be told."""
    known = milestones.recorded(events, measures, whole["timetable"].days_before)
    previous, target = target_due(whole["targets"], counts.day(whole["baseline"]), counts.day(whole["as_of"]))
    untold = [] if exits.any_plan(plans) else ["overdue_exit", "overdue_step", "early_exit", "before_measure"]
    untold += [] if any(known.values()) else ["overdue_step"]
    untold += [] if milestones.recorded(events, measures, {"measure": 0})["measure"] else ["before_measure"]
    if counts.day(whole["as_of"]) < target.by.replace(day=1) or _undated(events, previous, target.by):
        untold.append("bunched_exit")
    return untold


def _undated(events: IntoFrame, after: date, until: date) -> bool:
    """Whether the day of an exit between two days is not known."""
    read = counts.lazy(events, ["event", "event_date"])
    if "is_day_known" not in read.collect_schema().names():
        return False
    day = exits.day_number("event_date")
    found = read.filter(nw.col("event") == "exit", ~nw.col("is_day_known"), day > after.toordinal(), day <= until.toordinal())
    return len(counts.collect(found.select("event").head(1))) > 0
