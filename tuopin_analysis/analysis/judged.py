"""Each exit judged by the rules: the standard item by item, the procedure step by step, the signs that it is untrue.

One row per exit; a household that left, fell back and left again is judged at each. What is not on record is neither met nor
unmet, neither broken nor kept: it is told apart everywhere.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, exits
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.rules import Rules
from tuopin_analysis.rules_sections import Acceptance

PLACE = ["township_code", "township", "village_code", "village"]
INCOME = "event_income_per_person_yuan"
_EXIT = ["household_id", "exit_day"]


def judge(
    households: IntoFrame,
    events: IntoFrame,
    measures: IntoFrame,
    accepted: IntoFrame,
    *,
    as_of: Day,
    rules: Rules,
    there: Collection[str],
) -> nw.LazyFrame:
    """The exits up to `as_of`, still lazy: one row per household and day of exit.

    `household_id`, place, `size`, `exit_day` and the steps' days (whole numbers as in `date.toordinal`, `review_day` and so
    on), `income` at the exit, `line_yuan` of its year, `income_before` (the register's), `first_measure_day`, `accepted_day`
    (of the last acceptance up to the exit), `notice_days` (before the exit), `alike` (households of the village that left with
    the same income), and in words `item_<item>`: met, not_met, not_recorded: income against the line, the others by the last
    acceptance up to the exit (on one day with several: a denial counts). `step_<step>`: on_record, missing, late (after the
    exit), out_of_order (a day earlier than one of the steps before), too_short, not_kept (the register has no such column,
    which is not in `there`).

    Acceptances and measures are the whole county's: where there is no measure at all, nobody kept them.
    """
    settings = rules.part(Acceptance)
    left = _exits(households, events, counts.day(as_of), rules, settings)
    joined = left.join(_first_measure(measures), on="household_id", how="left").join(
        _accepted(left, accepted, settings), on=_EXIT, how="left"
    )
    joined = joined.join(_alike(left), on=["village_code", "cents"], how="left")
    return joined.with_columns(**_items(settings), **_steps(settings, there), notice_days=_lasting(settings))


def within(judged: nw.LazyFrame, scope: str) -> nw.LazyFrame:
    """The exits of a township or village given by its code; of the county all."""
    return judged if scope == "county" else judged.filter(nw.col("township_code" if len(scope) == 9 else "village_code") == scope)


def among(judged: nw.LazyFrame, households: IntoFrame) -> nw.LazyFrame:
    """The exits of some households; what was told of them by others (`alike`) stays."""
    chosen = counts.lazy(households, ["household_id"]).select("household_id")
    return judged.join(chosen, on="household_id", how="semi")


def tally(judged: nw.LazyFrame, conditions: Mapping[str, nw.Expr]) -> pd.DataFrame:
    """How many exits a condition holds for: one row per condition, indexed by its name: `households` (once for each exit),
    `persons`."""
    flags = {name: condition.fill_null(False).cast(nw.Int64) for name, condition in conditions.items()}
    rows = judged.select("size", whole=nw.lit(1), **flags)
    found = exits.count_flags(rows, ["whole"], list(flags))
    columns = {unit: [f"{name}_{unit}" for name in flags] for unit in counts.UNITS}
    return pd.DataFrame(
        {unit: found[names].sum().to_numpy() for unit, names in columns.items()}, index=list(flags), dtype="int64"
    )


def by_year(values: Mapping[int, float], of: Callable[[Decimal], Decimal] = lambda line: line) -> nw.Expr:
    """What a table by year gives for the exit's year, the last one listed up to it; missing before the first."""
    year, (first, *later) = nw.col("event_date").dt.year(), sorted(values)
    found = nw.when(year >= first).then(nw.lit(float(of(Decimal(str(values[first]))))))
    expression: nw.Expr = found
    for since in later:
        expression = nw.when(year >= since).then(nw.lit(float(of(Decimal(str(values[since])))))).otherwise(expression)
    return expression


def step_day(column: str) -> str:
    """The name of a step's day as a number.

    >>> step_day("notice_start_date")
    'notice_start_day'
    """
    return column.removesuffix("_date") + "_day"


def _exits(households: IntoFrame, events: IntoFrame, as_of: date, rules: Rules, settings: Acceptance) -> nw.LazyFrame:
    steps = [column for columns in settings.procedure.values() for column in columns]
    own = counts.lazy(households, ["household_id", *PLACE, "size", "income_per_person_yuan"])
    own = own.select("household_id", *PLACE, "size", income_before=nw.col("income_per_person_yuan"))
    rows = counts.lazy(events, ["household_id", "event", "event_date", INCOME, *steps]).filter(nw.col("event") == "exit")
    lines, over = rules.poverty_line_yuan, settings.just_over_line
    rows = rows.select(
        "household_id",
        exit_day=exits.day_number("event_date"),
        income=nw.col(INCOME),
        cents=(nw.col(INCOME) * 100).round(0),
        line_yuan=by_year(lines),
        just_over_yuan=by_year(lines, lambda line: line * over),
        window_yuan=by_year(lines, lambda line: line * settings.bunching_window),
        **{step_day(column): exits.day_number(column) for column in steps},
    )
    return rows.filter(nw.col("exit_day") <= as_of.toordinal()).join(own, on="household_id", how="inner")


def _first_measure(measures: IntoFrame) -> nw.LazyFrame:
    begun = counts.lazy(measures, ["household_id", "start_date"]).select("household_id", day=exits.day_number("start_date"))
    return begun.group_by("household_id").agg(first_measure_day=nw.col("day").min())


def _accepted(left: nw.LazyFrame, accepted: IntoFrame, settings: Acceptance) -> nw.LazyFrame:
    """What the last acceptance up to each exit says: one row per exit that has one; 1 for secured, 0 for not."""
    names = {f"has_{item}": f"{item}_found" for item in settings.standard if item != "income"}
    rows = counts.lazy(accepted, ["household_id", "acceptance_date", *names]).select(
        "household_id",
        accepted_day=exits.day_number("acceptance_date"),
        **{name: _found(column) for column, name in names.items()},
    )
    rows = left.select(*_EXIT).join(rows, on="household_id", how="inner").filter(nw.col("accepted_day") <= nw.col("exit_day"))
    last = rows.group_by(*_EXIT).agg(accepted_day=nw.col("accepted_day").max())
    rows = rows.join(last, on=[*_EXIT, "accepted_day"], how="inner")
    return rows.group_by(*_EXIT).agg(nw.col("accepted_day").max(), *(nw.col(name).min() for name in names.values()))


def _found(column: str) -> nw.Expr:
    return nw.when(nw.col(column)).then(nw.lit(1.0)).otherwise(nw.when(~nw.col(column)).then(nw.lit(0.0)))


def _alike(left: nw.LazyFrame) -> nw.LazyFrame:
    known = left.filter(~nw.col("cents").is_null()).select("village_code", "cents", "household_id", one=nw.lit(1))
    each = known.group_by("village_code", "cents", "household_id").agg(one=nw.col("one").max())
    return each.group_by("village_code", "cents").agg(alike=nw.col("one").sum())


def _items(settings: Acceptance) -> dict[str, nw.Expr]:
    income, line = nw.col("income"), nw.col("line_yuan")
    known = ~(income.is_null() | line.is_null())
    met = {item: nw.col(f"{item}_found") >= 1 for item in settings.standard if item != "income"}
    not_met = {item: nw.col(f"{item}_found") < 1 for item in met}
    met["income"], not_met["income"] = known & (income >= line), known & (income < line)
    return {f"item_{item}": told({"met": met[item], "not_met": not_met[item]}, "not_recorded") for item in settings.standard}


def told(conditions: Mapping[str, nw.Expr], otherwise: str) -> nw.Expr:
    """The name of the first condition that holds; one that is missing doesn't."""
    expression: nw.Expr = nw.lit(otherwise)
    for name, condition in reversed(list(conditions.items())):
        expression = nw.when(condition.fill_null(False)).then(nw.lit(name)).otherwise(expression)
    return expression


def _steps(settings: Acceptance, there: Collection[str]) -> dict[str, nw.Expr]:
    found: dict[str, nw.Expr] = {}
    before: list[str] = []
    for step, columns in settings.procedure.items():
        if not set(columns) <= set(there):
            found[f"step_{step}"] = nw.lit("not_kept")
            continue
        days = [step_day(column) for column in columns]
        disorder = any_of([_earlier(day, [*before, *days[:at]]) for at, day in enumerate(days)])
        short = nw.col(days[-1]) - nw.col(days[0]) < settings.step_days.get(step, 0)
        missing = any_of([nw.col(day).is_null() for day in days])
        late = nw.col(days[-1]) > nw.col("exit_day")
        states = {"missing": missing, "late": late, "out_of_order": disorder, "too_short": short}
        found[f"step_{step}"] = told(states, "on_record")
        before += days
    return found


def out_of_order(settings: Acceptance) -> nw.Expr:
    """Whether any day on record of the procedure lies before one of a step that should precede it."""
    days = [step_day(column) for columns in settings.procedure.values() for column in columns]
    return any_of([_earlier(day, days[:at]) for at, day in enumerate(days)])


def _earlier(day: str, before: Sequence[str]) -> nw.Expr:
    return any_of([(nw.col(day) < nw.col(other)).fill_null(False) for other in before])


def any_of(conditions: Sequence[nw.Expr]) -> nw.Expr:
    """Whether any of the conditions holds; of none, no."""
    found: nw.Expr = nw.lit(False)
    for condition in conditions:
        found = found | condition
    return found


def _lasting(settings: Acceptance) -> nw.Expr:
    """The days that the step which must last did before the exit: of several the first; 0 for one that only began later."""
    step = next((step for step in settings.procedure if step in settings.step_days), "")
    days = [step_day(column) for column in settings.procedure.get(step, [])]
    if not days:
        return nw.lit(None)
    first, last, left = nw.col(days[0]), nw.col(days[-1]), nw.col("exit_day")
    lasted = nw.when(last > left).then(left).otherwise(last) - first
    return nw.when(lasted < 0).then(nw.lit(0)).otherwise(lasted)
