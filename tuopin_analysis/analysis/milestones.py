"""Steps scheduled backwards from each household's planned day (倒排工期), and which of them are done, late or overdue on a day.

A step is due so many days before the planned day as the rule set says. It is done on the day on record: of the first measure, or
of the steps of the household's exits up to the day of the report. What is under way for an exit still to come is not on record.
"""

from collections.abc import Mapping
from datetime import date

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, exits
from tuopin_analysis.analysis.counts import Day

# By step: the table and the column in which its day stands.
RECORDED = {
    "measure": ("measures", "start_date"),
    "review": ("events", "review_date"),
    "verification": ("events", "verified_date"),
    "consent": ("events", "consent_date"),
    "notice": ("events", "notice_start_date"),
    "approval": ("events", "approved_date"),
}
STATES = ["in_time", "done_late", "unrecorded", "step_overdue", "upcoming"]


def scheduled(
    households: IntoFrame,
    plans: IntoFrame,
    events: IntoFrame,
    measures: IntoFrame,
    *,
    as_of: date,
    days_before: Mapping[str, int],
) -> nw.LazyFrame:
    """Each household with a plan, still lazy: all its columns, those of `exits.standing`, and for each step whole numbers.

    `<step>_due, <step>_day` (missing when not on record by `as_of`) and one flag of 0 and 1 for each state: `<step>_in_time`,
    `<step>_done_late`, `<step>_unrecorded` (out without it), `<step>_step_overdue` (not out, not done, due by `as_of`),
    `<step>_upcoming`.
    """
    until = as_of.toordinal()
    stood = exits.standing(households, plans, events, as_of=as_of, early_days=0).filter(~nw.col("plan_day").is_null())
    exited = counts.lazy(events, ["household_id", "event"]).filter(nw.col("event") == "exit")
    exited = exited.filter(exits.day_number("event_date") <= until)
    asked = [step for step in days_before if RECORDED[step][0] == "events"]
    joined = stood.join(_days(exited, asked), on="household_id", how="left")
    helped = counts.lazy(measures, ["household_id", "start_date"])
    joined = joined.join(_days(helped, ["measure"] if "measure" in days_before else []), on="household_id", how="left")
    days: dict[str, nw.Expr] = {}
    states: dict[str, nw.Expr] = {}
    there = joined.collect_schema().names()
    for step, before in days_before.items():
        name, plan = f"{step}_day", nw.col("plan_day")
        day = nw.when(nw.col(name) <= until).then(nw.col(name)) if name in there else nw.when(plan < 0).then(plan)  # never
        days |= {f"{step}_due": plan - before, name: day}
        states |= _states(step, until)
    return joined.with_columns(**days).with_columns(**states) if days else joined


def by_step(
    households: IntoFrame,
    plans: IntoFrame,
    events: IntoFrame,
    measures: IntoFrame,
    *,
    as_of: Day,
    days_before: Mapping[str, int],
) -> pd.DataFrame:
    """How many households stand where at each step: one row per step in its order.

    `milestone, days_before, households` (with a plan), and these, which add up to it: `in_time_households` (done by the due day),
    `done_late_households`, `unrecorded_households` (out without the step on record), `step_overdue_households` (not out, not
    done although due), `upcoming_households`. Of a step whose table or column is not on record at all the five are missing.
    """
    day = counts.day(as_of)
    lazy = scheduled(households, plans, events, measures, as_of=day, days_before=days_before)
    flags = [f"{step}_{state}" for step in days_before for state in STATES]
    summed = exits.count_flags(lazy, ["is_out"], flags) if flags else pd.DataFrame()
    known = recorded(events, measures, days_before)
    rows = []
    for step, before in days_before.items():
        found = {f"{state}_households": int(summed[f"{step}_{state}_households"].sum()) for state in STATES}
        kept = found if known[step] else dict.fromkeys(found, pd.NA)
        rows.append({"milestone": step, "days_before": before, "households": int(summed["households"].sum()), **kept})
    kinds = {"milestone": "str", **{f"{state}_households": "Int64" for state in STATES}}
    return pd.DataFrame(rows, columns=["milestone", "days_before", "households", *list(kinds)[1:]]).astype(kinds)


def overdue(
    households: IntoFrame,
    plans: IntoFrame,
    events: IntoFrame,
    measures: IntoFrame,
    *,
    as_of: Day,
    days_before: Mapping[str, int],
) -> pd.DataFrame:
    """Households that are not out and have a step overdue, the longest overdue first: one row per household.

    `household_id, township_code, township, village_code, village, persons, planned_exit_date`, `milestone` (the first step
    overdue), `due_date` (its day), `days_overdue` (from it to `as_of`), `overdue_steps` (how many). Steps that are not on record
    at all are left out.
    """
    day = counts.day(as_of)
    known = recorded(events, measures, days_before)
    asked = {step: before for step, before in days_before.items() if known[step]}
    lazy = scheduled(households, plans, events, measures, as_of=day, days_before=asked)
    places = ["household_id", "township_code", "township", "village_code", "village"]
    numbers = ["size", "plan_day", *(f"{step}_{kind}" for step in asked for kind in ("due", "step_overdue"))]
    of_any = nw.lit(0)
    for step in asked:
        of_any = of_any + nw.col(f"{step}_step_overdue")
    found = lazy.with_columns(overdue_steps=of_any).filter(nw.col("overdue_steps") > 0)
    small = counts.collect(found.select(*places, *numbers, "overdue_steps"), [*numbers, "overdue_steps"])
    return _listed(small, list(asked), day)


def recorded(events: IntoFrame, measures: IntoFrame, steps: Mapping[str, int]) -> dict[str, bool]:
    """Whether each step is on record for anybody: without its table or column nothing can be told of it."""
    found: dict[str, bool] = {}
    for table, frame in (("events", counts.lazy(events)), ("measures", counts.lazy(measures))):
        there = frame.collect_schema().names()
        columns = sorted({RECORDED[step][1] for step in steps if RECORDED[step][0] == table} & {*there})
        known = counts.collect(frame.select(*(nw.col(column).count() for column in columns))) if columns else pd.DataFrame()
        found |= {step: RECORDED[step][1] in known and int(known[RECORDED[step][1]].iloc[0]) > 0
                  for step in steps if RECORDED[step][0] == table}  # fmt: skip
    return found


def _days(frame: nw.LazyFrame, steps: list[str]) -> nw.LazyFrame:
    """The first day of each step by household, of those steps whose column is there."""
    there = frame.collect_schema().names()
    days = {f"{step}_day": exits.day_number(RECORDED[step][1]) for step in steps if RECORDED[step][1] in there}
    read = frame.select("household_id", **days)
    return read.group_by("household_id").agg(*(nw.col(name).min() for name in days)) if days else read.unique()


def _states(step: str, until: int) -> dict[str, nw.Expr]:
    due, day, out = nw.col(f"{step}_due"), nw.col(f"{step}_day"), nw.col("is_out")
    done = 1 - exits.flag(day.is_null())
    reached = exits.flag(due <= until)
    in_time = exits.flag(day <= due)
    open_, waiting = (1 - done) * out, (1 - done) * (1 - out)
    states = [in_time, done - in_time, open_, waiting * reached, waiting * (1 - reached)]
    return {f"{step}_{state}": expression for state, expression in zip(STATES, states, strict=True)}


def _listed(small: pd.DataFrame, steps: list[str], as_of: date) -> pd.DataFrame:
    """The list of `overdue`, of numbers of days made days."""
    due = pd.DataFrame(
        {step: small[f"{step}_due"].where(small[f"{step}_step_overdue"] == 1) for step in steps}, index=small.index
    )
    first = due.idxmin(axis=1) if len(small) else pd.Series(dtype="str")
    number = due.min(axis=1).astype("float64")
    table = small[["household_id", "township_code", "township", "village_code", "village"]].assign(
        persons=small["size"],
        planned_exit_date=_dates(small["plan_day"]),
        milestone=first.astype("str"),
        due_date=_dates(number),
        days_overdue=(as_of.toordinal() - number).astype("int64"),
        overdue_steps=small["overdue_steps"],
    )
    return table.sort_values(["days_overdue", "household_id"], ascending=[False, True], ignore_index=True)


def _dates(numbers: pd.Series) -> pd.Series:
    """Ordinals of days as days."""
    return (pd.Timestamp(1970, 1, 1) + pd.to_timedelta(numbers - date(1970, 1, 1).toordinal(), unit="D")).astype("datetime64[us]")
