"""Are they out in time? Planned and actual exits against the targets, by month, township and village, in persons and households.

Everything is measured against the frozen baseline: all households given, whatever became of them. Planned and actual figures are
cumulative, actual ones net of relapses. See `exits` for how days and households are counted.
"""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, exits
from tuopin_analysis.analysis.apportionment import number_due, place_targets, share_down, share_out, target_number
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.exits import allowance_above_line, delays, rash
from tuopin_analysis.rules import Progress, Target

__all__ = ["allowance_above_line", "by_place", "delays", "place_targets", "progress", "rash", "share_out", "target_number"]

ON_PLANS = ("early_exit_households", "overdue_households")


def progress(
    households: IntoFrame,
    plans: IntoFrame,
    events: IntoFrame,
    *,
    baseline: Day,
    as_of: Day,
    targets: Sequence[Target],
    settings: Progress,
    rounding: str,
    due: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Planned and actual exits by month: one row per month from the baseline's to that of the last target, cumulative.

    `period` ("2016-01"), `planned_persons, actual_persons, planned_households, actual_households`, `share_planned,
    share_actual` (of the baseline's persons), `share_planned_households, share_actual_households`, `status` (ahead, on_course,
    behind: of persons, by `settings.on_course_within`), `target_persons, target_households` (numbers due in a month with a
    target), `is_met`.

    Planned counts up to the month's last day; actual too, but in the month of `as_of` up to `as_of`, and its status compares
    with the plan up to `as_of`. After that month actual and status are missing. `is_met`: whether as many persons were out on
    the target's day; missing until that day is reached. Without any plan on record planned and status are missing, not nought.
    Where every target lies before the baseline the months go on to `as_of`, and none has a target.
    """
    baseline, as_of = counts.day(baseline), counts.day(as_of)
    total = _totals(households)
    days = exits.timeline(households, plans, events, total["households"])
    last = targets[-1].by if targets[-1].by >= baseline else as_of
    rows = [_month(first, days, total, as_of, settings) for first in _months(baseline, last)]
    table = pd.DataFrame(rows).astype({"period": "str", "status": "str", "actual_persons": "Int64", "actual_households": "Int64"})
    by_month = {f"{target.by:%Y-%m}": target for target in targets}
    found = [by_month.get(period) for period in table["period"]]
    for unit in ("persons", "households"):
        numbers = [number_due(unit, total[unit], target, rounding, due) if target else None for target in found]
        table[f"target_{unit}"] = pd.array(numbers, dtype="Int64")
    reached = [
        exits.up_to(days, target.by)["out_persons"] >= number if target and as_of >= target.by else None
        for target, number in zip(found, table["target_persons"], strict=True)
    ]
    table = table.assign(is_met=pd.array(reached, dtype="boolean"))
    return table if exits.any_plan(plans) else _unplanned(table)


def by_place(
    households: IntoFrame,
    plans: IntoFrame,
    events: IntoFrame,
    *,
    by: str = "township_code",
    baseline: Day,
    as_of: Day,
    targets: Sequence[Target],
    settings: Progress,
    rounding: str,
    due: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How each township (or village, `by="village_code"`) stands on `as_of` against the target then due: one row per place.

    The target due is the first whose day is not before `as_of`, else the last. `households, persons` (baseline); `target_*`:
    the place's part of the whole number, shared out to townships and from them to their villages (`share_down`; of `due`, where
    the whole is itself a part: see `place_targets`);
    `planned_to_date_*, actual_*, share_planned, share_actual` (persons); `status`; `remaining_*`; `still_needed_persons` to the
    target; `months_left` to its day; `needed_persons_per_month` (missing when no time is left); `achieved_persons_per_month`
    since the baseline; `early_exit_households, overdue_households`; `bunched_share` of the target period's exits in its last
    month (missing before that month, without exits, and where the day of some is not known); `is_rash` (early exits from
    `settings.rash_early_share` of the households on, or bunching). What rests on plans is missing when no plan is on record.
    """
    baseline, as_of = counts.day(baseline), counts.day(as_of)
    previous, target = target_due(targets, baseline, as_of)
    places = counts.count_places(households, by)[[by, by.removesuffix("_code"), "households", "persons"]]
    levels = ["township_code", by] if by == "village_code" else [by]
    below = counts.count_by(households, levels)
    for unit in ("persons", "households"):
        number = number_due(unit, int(places[unit].sum()), target, rounding, due)
        places[f"target_{unit}"] = pd.Series(places[by].map(share_down(number, below, levels, unit)), dtype="int64")
    stood = exits.standing(households, plans, events, as_of=as_of, early_days=settings.rash_early_days)
    flags = exits.count_flags(stood, [by], ["is_planned", "is_out", "is_overdue", "is_early"])
    table = _compared(places.merge(flags.drop(columns=["households", "persons"]), on=by), settings)
    table = _paced(table, baseline, as_of, target.by)
    table["early_exit_households"] = table.pop("is_early_households")
    table["overdue_households"] = table.pop("is_overdue_households")
    month = target.by.replace(day=1)
    hasty = exits.exits_between(households, events, by, after=previous, until=min(as_of, target.by), bunch_from=month)
    found = places[[by]].merge(hasty, on=by, how="left")
    told = found["exits"].fillna(0).mask(found["undated"].fillna(0) > 0, 0)
    table["bunched_share"] = counts.ratio(found["bunched"], told) if as_of >= month else float("nan")
    limit = counts.exact(settings.rash_bunching)  # compared in whole numbers: 3 of 10 is bunched from 0.3 on
    bunched = found["bunched"] * limit.denominator >= found["exits"] * limit.numerator
    few = counts.exact(settings.rash_early_share)
    early = table["early_exit_households"] * few.denominator >= table["households"] * few.numerator
    table["is_rash"] = (early & (table["early_exit_households"] > 0)) | (bunched & table["bunched_share"].notna())
    table = table.drop(columns=["is_early_persons", "is_overdue_persons"])
    return table if exits.any_plan(plans) else _unplanned(table)


def _unplanned(table: pd.DataFrame) -> pd.DataFrame:
    """The table of a register without plans: what rests on plans is missing, not nought."""
    whole = [column for column in table if str(column).startswith("planned_") or column in ON_PLANS]
    shares = [column for column in table if str(column).startswith("share_planned")]
    missing = {str(column): pd.Series(pd.NA, table.index, dtype="Int64") for column in whole}
    missing |= {str(column): pd.Series(float("nan"), table.index) for column in shares}
    return table.assign(**missing, status=pd.Series(pd.NA, table.index, dtype="str"))


def _compared(table: pd.DataFrame, settings: Progress) -> pd.DataFrame:
    """Plan and fact of each place, and what remains."""
    names = {f"is_planned_{unit}": f"planned_to_date_{unit}" for unit in counts.UNITS}
    table = table.rename(columns=names | {f"is_out_{unit}": f"actual_{unit}" for unit in counts.UNITS})
    table["share_planned"] = counts.ratio(table["planned_to_date_persons"], table["persons"])
    table["share_actual"] = counts.ratio(table["actual_persons"], table["persons"])
    three = zip(table["planned_to_date_persons"], table["actual_persons"], table["persons"], strict=True)
    table["status"] = pd.Series([status(*numbers, settings) for numbers in three], index=table.index, dtype="str")
    for unit in counts.UNITS:
        table[f"remaining_{unit}"] = table[unit] - table[f"actual_{unit}"]
    table["still_needed_persons"] = (table["target_persons"] - table["actual_persons"]).clip(lower=0)
    return table


def _paced(table: pd.DataFrame, baseline: date, as_of: date, by: date) -> pd.DataFrame:
    """The rate needed and the rate achieved, persons per month."""
    left = max(0.0, position(by) - position(as_of))
    needed = table["still_needed_persons"].astype("float64")
    table["months_left"] = left
    table["needed_persons_per_month"] = needed / left if left else needed.where(needed == 0)
    passed = position(as_of) - position(baseline - timedelta(days=1))
    table["achieved_persons_per_month"] = table["actual_persons"] / passed
    return table


def _month(first: date, days: pd.DataFrame, total: dict[str, int], as_of: date, settings: Progress) -> dict[str, object]:
    last = month_end(first)
    planned = exits.up_to(days, last)
    row: dict[str, object] = {"period": f"{first:%Y-%m}"}
    known = first <= as_of
    actual = exits.up_to(days, min(last, as_of))
    for unit in ("persons", "households"):
        row[f"planned_{unit}"] = planned[f"planned_{unit}"]
        row[f"actual_{unit}"] = actual[f"out_{unit}"] if known else None
    for unit, ending in (("persons", ""), ("households", "_households")):
        whole = total[unit] or float("nan")
        row[f"share_planned{ending}"] = planned[f"planned_{unit}"] / whole
        row[f"share_actual{ending}"] = actual[f"out_{unit}"] / whole if known else float("nan")
    row["status"] = status(actual["planned_persons"], actual["out_persons"], total["persons"], settings) if known else None
    return row


def status(planned: int, actual: int, whole: int, settings: Progress) -> str | None:
    """Whether `actual` persons out of `whole` are ahead of, on course with or behind the planned ones; None out of nobody."""
    if not whole:
        return None
    ahead = Fraction(int(actual) - int(planned), int(whole))
    within = counts.exact(settings.on_course_within)
    return "ahead" if ahead > within else "behind" if ahead < -within else "on_course"


def _totals(households: IntoFrame) -> dict[str, int]:
    one = counts.lazy(households, ["size"]).select("size")
    sizes = exits.count_flags(one, ["size"], [])
    return {unit: int(sizes[unit].sum()) for unit in counts.UNITS}


def target_due(targets: Sequence[Target], baseline: date, as_of: date) -> tuple[date, Target]:
    """The day before the target period, and the target then due."""
    place = next((place for place, target in enumerate(targets) if target.by >= as_of), len(targets) - 1)
    return (targets[place - 1].by if place else baseline - timedelta(days=1)), targets[place]


def _months(first: date, last: date) -> list[date]:
    return [
        date(month // 12, month % 12 + 1, 1) for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def position(day: date) -> float:
    """A day as months, whole at each month's last day, so that whole months are whole numbers."""
    return day.year * 12 + day.month - 1 + day.day / month_end(day).day
