"""Plans, exits and relapses brought together: small counts by day and by place, for targets, delay and rashness.

A household is out on a day when it has left once more often than it fell back, up to and with that day. So each exit counts +1
and each relapse -1; a household that leaves, falls back and leaves again is out once. This rests on events that alternate,
which the register's checks see to, and which is checked again here. Days become whole numbers at once (as in `date.toordinal`),
so that every engine compares and subtracts them alike.
"""

from collections.abc import Sequence
from datetime import date

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.rules import Progress

DAYS_LATE = {"0-30": (0, 30), "31-90": (31, 90), "91-180": (91, 180), "181+": (181, None)}
ON_ALLOWANCE = ["allowance", "allowance_only"]
MOVES = ["planned_households", "planned_persons", "out_households", "out_persons"]


def day_number(column: str) -> nw.Expr:
    """A date column as `date.toordinal()` gives it, by integer arithmetic that every engine has; a missing date stays missing."""
    day = nw.col(column).dt
    years = day.year() - 1
    return years * 365 + years // 4 - years // 100 + years // 400 + day.ordinal_day()


def timeline(households: IntoFrame, plans: IntoFrame, events: IntoFrame, number: int | None = None) -> pd.DataFrame:
    """What is planned for and what happened on each day: one row per day with a plan or an event, in order.

    `day` (ordinal), `planned_households, planned_persons`, `out_households, out_persons` (exits less relapses; may be negative).
    `number` of households, where it is known, spares a large frame one reading.
    InputError when at some day more have relapsed than left, or more are out than there are households.
    """
    sizes = counts.lazy(households, ["household_id", "size"]).select("household_id", "size")
    planned = _plans(plans).select("household_id", day=nw.col("plan_day").cast(nw.Int64), planned=nw.lit(1), out=nw.lit(0))
    moved = _moves(events).select("household_id", day=nw.col("day").cast(nw.Int64), planned=nw.lit(0), out=nw.col("move"))
    joined = nw.concat([planned, moved]).join(sizes, on="household_id", how="inner")  # one join: ids cost most of the time
    size, planned_for, out = nw.col("size"), nw.col("planned"), nw.col("out")
    counted = dict(zip(MOVES, (planned_for, planned_for * size, out, out * size), strict=True))
    summed = joined.select("day", **counted).group_by("day").agg(*(nw.col(column).sum() for column in MOVES))
    days = counts.collect(summed, ["day", *MOVES])[["day", *MOVES]].sort_values("day", ignore_index=True)
    if number is None:
        number = int(counts.collect(sizes.select(households=nw.len()))["households"].iloc[0])
    _check_order(days["out_households"].cumsum(), number)
    return days


def up_to(days: pd.DataFrame, day: date) -> dict[str, int]:
    """The sums of a `timeline` up to and with a day: planned and out, in households and persons."""
    reached = days.loc[days["day"] <= day.toordinal(), MOVES].sum()
    return {name: int(reached[name]) for name in MOVES}


def standing(households: IntoFrame, plans: IntoFrame, events: IntoFrame, *, as_of: date, early_days: int) -> nw.LazyFrame:
    """Each household on `as_of`, still lazy: one row per household, all of its columns and these whole numbers:

    `plan_day` (missing without a plan), `is_planned` (1: planned to be out by `as_of`), `is_out`, `is_overdue` (planned and not
    out), `is_early` (its first exit came `early_days` or more before its plan).
    """
    until = as_of.toordinal()
    move = nw.col("move")
    moves = _moves(events).filter(nw.col("day") <= until).with_columns(exit_day=nw.when(move == 1).then(nw.col("day")))
    moves = moves.group_by("household_id").agg(is_out=move.sum(), first_exit=nw.col("exit_day").min())
    joined = counts.lazy(households, ["household_id", "size"]).join(_plans(plans), on="household_id", how="left")
    joined = joined.join(moves, on="household_id", how="left")
    flagged = joined.with_columns(
        is_planned=flag(nw.col("plan_day") <= until),
        is_out=nw.col("is_out").fill_null(0).cast(nw.Int64),
        is_early=flag(nw.col("plan_day") - nw.col("first_exit") >= early_days),
    )
    return flagged.with_columns(is_overdue=nw.col("is_planned") * (1 - nw.col("is_out")))


def count_flags(frame: nw.LazyFrame, by: Sequence[str], flags: Sequence[str]) -> pd.DataFrame:
    """Add up flags of 0 and 1 in both units: one row per group, `households, persons` and `<flag>_households, <flag>_persons`."""
    size = nw.col("size")
    columns = {"households": nw.lit(1), "persons": size}
    for flag in flags:
        columns |= {f"{flag}_households": nw.col(flag), f"{flag}_persons": nw.col(flag) * size}
    summed = frame.select(*by, **columns).group_by(*by).agg(*(nw.col(column).sum() for column in columns))
    return counts.collect(summed, list(columns)).sort_values(list(by), ignore_index=True)


def exits_between(
    households: IntoFrame, events: IntoFrame, by: str, *, after: date, until: date, bunch_from: date
) -> pd.DataFrame:
    """Exits after one day, up to and with another: one row per place, `exits`, and of these `bunched` from `bunch_from` on.

    `undated`: exits of which only the year is known (`is_day_known` is false), so that bunching can't be told.
    """
    places = counts.lazy(households, ["household_id", by]).select("household_id", by)
    exits = _moves(events).filter(nw.col("move") == 1, nw.col("day") > after.toordinal(), nw.col("day") <= until.toordinal())
    joined = exits.join(places, on="household_id", how="inner")
    bunched, undated = flag(nw.col("day") >= bunch_from.toordinal()), 1 - nw.col("dated")
    flagged = joined.select(by, exits=nw.lit(1), bunched=bunched, undated=undated)
    summed = flagged.group_by(by).agg(nw.col("exits").sum(), nw.col("bunched").sum(), nw.col("undated").sum())
    return counts.collect(summed, ["exits", "bunched", "undated"])


def delays(households: IntoFrame, plans: IntoFrame, events: IntoFrame, *, as_of: Day) -> pd.DataFrame:
    """Households whose planned day has come by `as_of` and that are not out, by how late they are: one row per class of days.

    `days_late` (text: 0-30, 31-90, 91-180, 181+; 0 is due on `as_of` itself), `households, persons`; every class is listed.
    Counts are missing, not nought, when no plan is on record.
    """
    as_of = counts.day(as_of)
    stood = standing(households, plans, events, as_of=as_of, early_days=0)
    overdue = stood.filter(nw.col("is_overdue") == 1)
    days = count_flags(overdue, ["plan_day"], [])
    late = as_of.toordinal() - days["plan_day"]
    classes = late_class(late)
    rows = []
    for name in DAYS_LATE:
        found = days.loc[classes == name]
        rows.append({"days_late": name, "households": int(found["households"].sum()), "persons": int(found["persons"].sum())})
    table = pd.DataFrame(rows).astype({"days_late": "str"})
    return table if any_plan(plans) else table.assign(**{unit: _missing(table) for unit in counts.UNITS})


def late_class(days: pd.Series) -> pd.Series:
    """The class of `DAYS_LATE` of each number of days; missing below 0 and where the number is.

    >>> late_class(pd.Series([0, 31, 500, -1])).tolist()
    ['0-30', '31-90', '181+', nan]
    """
    named = pd.Series(pd.NA, index=days.index, dtype="str")
    for name, (least, most) in DAYS_LATE.items():
        named = named.mask((days >= least) & (days <= most if most is not None else days >= least), name)
    return named


def rash(
    households: IntoFrame, plans: IntoFrame, events: IntoFrame, *, as_of: Day, settings: Progress, line_yuan: float
) -> pd.DataFrame:
    """Signs of haste: one row per sign, `sign, households, persons`.

    early_exit: households whose first exit came `settings.rash_early_days` or more before its plan. exit_below_line: exits
    recorded with a yearly net income per person below `line_yuan`. exit_without_income: exits with no income recorded; they
    can't be judged. Early exits are missing, not nought, when no plan is on record.
    """
    as_of = counts.day(as_of)
    stood = standing(households, plans, events, as_of=as_of, early_days=settings.rash_early_days)
    early = count_flags(stood.filter(nw.col("is_early") == 1).with_columns(sign=nw.lit("early_exit")), ["sign"], [])
    sizes = counts.lazy(households, ["household_id", "size"]).select("household_id", "size")
    exits = _moves(events, ["event_income_per_person_yuan"]).filter(nw.col("move") == 1, nw.col("day") <= as_of.toordinal())
    judged = exits.with_columns(sign=exit_sign(line_yuan))
    signs = pd.concat([early, count_flags(judged.join(sizes, on="household_id", how="inner"), ["sign"], [])])
    listed = pd.DataFrame({"sign": ["early_exit", "exit_below_line", "exit_without_income"]}, dtype="str")
    table = listed.merge(signs, on="sign", how="left")
    table = table.assign(**{unit: table[unit].fillna(0).astype("int64") for unit in counts.UNITS})
    if any_plan(plans):
        return table
    unknown = table["sign"] == "early_exit"
    return table.assign(**{unit: table[unit].astype("Int64").mask(unknown) for unit in counts.UNITS})


def exit_sign(line_yuan: float) -> nw.Expr:
    """How the income recorded at an exit stands to the poverty line, as the `sign` of `rash`."""
    income = nw.col("event_income_per_person_yuan")
    below = nw.when(income < line_yuan).then(nw.lit("exit_below_line")).otherwise(nw.lit("exit_at_or_above_line"))
    return nw.when(income.is_null()).then(nw.lit("exit_without_income")).otherwise(below)


def income_class(line: float, allowance_line: float) -> nw.Expr:
    """How the net income per person stands to both lines, as in `allowance_above_line`."""
    income = nw.col("income_per_person_yuan")
    above = nw.when(income < allowance_line).then(nw.lit("below_allowance")).otherwise(nw.lit("allowance_or_more"))
    known = nw.when(income < line).then(nw.lit("below_line")).otherwise(above)
    return nw.when(income.is_null()).then(nw.lit("unknown")).otherwise(known)


def any_plan(plans: IntoFrame) -> bool:
    """Whether any exit plan is on record: without one, plan and fact can't be compared."""
    planned = counts.lazy(plans, ["household_id"]).select("household_id").head(1)
    return len(counts.collect(planned)) > 0


def _missing(table: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NA, table.index, dtype="Int64")


def allowance_above_line(households: IntoFrame, line: float, allowance_line: float) -> pd.DataFrame:
    """Households on the minimum living allowance by net income per person: one row per class.

    `income_class` (below_line: under the poverty line `line`; below_allowance: from there to under `allowance_line`;
    allowance_or_more; unknown), `households, persons`, `is_income_poor` (below the poverty line; missing when unknown). Where
    the allowance line is the higher one, a household that has the full allowance to live on is not income-poor. Yuan per person
    and year.
    """
    needs = ["attribute", "income_per_person_yuan", "size"]
    on = counts.lazy(households, needs).filter(nw.col("attribute").is_in(ON_ALLOWANCE))
    classed = on.with_columns(income_class=income_class(line, allowance_line))
    listed = pd.DataFrame({"income_class": ["below_line", "below_allowance", "allowance_or_more", "unknown"]}, dtype="str")
    table = listed.merge(count_flags(classed, ["income_class"], []), on="income_class", how="left")
    counted = {unit: table[unit].fillna(0).astype("int64") for unit in counts.UNITS}
    return table.assign(**counted, is_income_poor=pd.array([True, False, False, None], dtype="boolean"))


def flag(condition: nw.Expr) -> nw.Expr:
    """1 where it holds, 0 where it doesn't or where something is missing."""
    return condition.fill_null(False).cast(nw.Int64)


def _plans(plans: IntoFrame) -> nw.LazyFrame:
    read = counts.lazy(plans, ["household_id", "planned_exit_date"]).filter(~nw.col("planned_exit_date").is_null())
    return read.select("household_id", plan_day=day_number("planned_exit_date"))


def _moves(events: IntoFrame, further: Sequence[str] = ()) -> nw.LazyFrame:
    read = counts.lazy(events, ["household_id", "event", "event_date", *further])
    move = nw.when(nw.col("event") == "exit").then(nw.lit(1)).otherwise(nw.lit(-1))
    marked = "is_day_known" in read.collect_schema().names()
    dated = nw.col("is_day_known").cast(nw.Int64) if marked else nw.lit(1)
    return read.select("household_id", *further, day=day_number("event_date"), move=move, dated=dated)


def _check_order(out: pd.Series, households: int) -> None:
    if len(out) and (out.min() < 0 or out.max() > households):
        expected = "exits and relapses that alternate in every household, an exit first"
        raise InputError(
            Fault("exits and relapses do not alternate", "events", expected, "set the rows aside that are out of order")
        )
