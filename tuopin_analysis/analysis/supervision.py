"""Townships and helping units side by side: progress, quality of exits, gaps, overdue tasks, complaints, as plain counts.

Everything is counted in households (exits, complaints and rows where it says so), since a household's persons leave together.
What the register has no record of at all (no measures, no complaints) is missing, never nought. Rates, ranks and judgements
follow in `ranking`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, exits
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.judged import by_year
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.rules import Rules
from tuopin_analysis.rules_sections import Supervision

# An indicator is a share: what is counted, and of how many. Of `out` more is better, of all others less.
INDICATORS = {
    "out": ("actual_households", "households"),
    "doubtful_exits": ("doubtful_exits", "exits_recorded"),
    "early": ("early_exit_households", "with_plan_households"),
    "overdue": ("overdue_households", "planned_to_date_households"),
    "no_plan": ("no_plan_households", "households"),
    "no_measure": ("no_measure_households", "households"),
    "no_helper": ("no_helper_households", "remaining_households"),
    "upheld": ("upheld_households", "households"),
    "complaints_late": ("complaints_late", "complaints_judged"),
    "doubtful_rows": ("rows_doubtful", "rows_read"),
}
MORE_IS_BETTER = ("out",)
ITEMS = ("has_food_clothing", "has_education", "has_medical", "has_housing", "has_water")
FLAGS = ["with_plan", "no_plan", "no_measure", "no_helper", "upheld"]
EXITS = ["exits_recorded", "doubtful_exits"]
COMPLAINTS = ["complaints_received", "complaints_judged", "complaints_late", "complaints_open", "complaints_upheld"]
_TASKS = ["actual_households", "actual_persons", "target_persons", "early_exit_households", "planned_to_date_households",
          "overdue_households", "remaining_households"]  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """The frames of a county up to a day, as `register.load` gives them."""

    households: IntoFrame
    plans: IntoFrame
    events: IntoFrame
    measures: IntoFrame
    acceptance: IntoFrame
    responsible: IntoFrame
    complaints: IntoFrame


def settings_of(rules: Rules) -> Supervision:
    """The section of a rule set; InputError names every indicator in it that is none."""
    found = rules.part(Supervision)
    named = {"commend_for": found.commend_for, "confirmed_by": found.confirmed_by, "weights": tuple(found.weights)}
    where = f"params/rules/{rules.name}.yaml: supervision"
    faults = [
        Fault(f"unknown indicator '{name}'", f"{where}.{part}", mend=nearest(name, INDICATORS))
        for part, names in named.items()
        for name in names
        if name not in INDICATORS
    ]
    if faults:
        raise InputError(*faults)
    return found


def standing(
    households: IntoFrame, plans: IntoFrame, events: IntoFrame, measures: IntoFrame, responsible: IntoFrame,
    complaints: IntoFrame, *, as_of: Day, early_days: int,
) -> nw.LazyFrame:  # fmt: skip
    """Each household on `as_of`, still lazy: the columns of `exits.standing` and these flags of 0 and 1.

    `with_plan, no_plan`: an exit plan is on record, or none; `no_measure`: no measure has begun; `no_helper`: not out, and nobody
    is responsible on the day; `upheld`: a complaint about the household was upheld by the day.
    """
    until = counts.day(as_of)
    day = until.toordinal()
    stood = exits.standing(households, plans, events, as_of=until, early_days=early_days)
    begun = counts.lazy(measures, ["household_id", "start_date"]).filter(exits.day_number("start_date") <= day)
    ended = exits.day_number("end_date")
    helped = counts.lazy(responsible, ["household_id", "start_date", "end_date"])
    helped = helped.filter(exits.day_number("start_date") <= day, (ended >= day) | nw.col("end_date").is_null())
    wronged = complaints_judged(complaints, as_of=until, days=1).filter(nw.col("complaints_upheld") == 1)
    for frame, name in ((begun, "has_measure"), (helped, "has_helper"), (wronged, "upheld")):
        stood = stood.join(_marked(frame, name), on="household_id", how="left")
        stood = stood.with_columns(nw.col(name).fill_null(0).cast(nw.Int64).alias(name))
    planned = 1 - nw.col("plan_day").is_null().cast(nw.Int64)
    return stood.with_columns(
        with_plan=planned, no_plan=1 - planned, no_measure=1 - nw.col("has_measure"),
        no_helper=(1 - nw.col("has_helper")) * (1 - nw.col("is_out")),
    )  # fmt: skip


def _marked(frame: nw.LazyFrame, name: str) -> nw.LazyFrame:
    """The households of a frame, each once, with a 1."""
    marked = frame.filter(~nw.col("household_id").is_null()).select("household_id", nw.lit(1).alias(name))
    return marked.group_by("household_id").agg(nw.col(name).max())


def exits_judged(
    households: IntoFrame, events: IntoFrame, acceptance: IntoFrame, *, by: str, as_of: Day, lines: Mapping[int, float]
) -> nw.LazyFrame:
    """Exits up to `as_of`, still lazy: one row per exit, `household_id, <by>, exits_recorded` (1) and `doubtful_exits` (0 or 1).

    In doubt is an exit with an income below the line of its year (`lines`, each by the year from which it holds), with an item
    of the standard denied at the last acceptance up to it, or without income, consent or notice on record; what the register
    records of no exit at all puts none in doubt.
    """
    day = counts.day(as_of).toordinal()
    read = counts.lazy(events, ["household_id", "event", "event_date"]).filter(nw.col("event") == "exit")
    read = read.with_columns(day=exits.day_number("event_date"), line=by_year(lines)).filter(nw.col("day") <= day)
    told = _told(read, ["event_income_per_person_yuan", "consent_date", "notice_start_date"])
    doubt = nw.lit(0)
    for column in told:
        doubt = doubt + nw.col(column).is_null().cast(nw.Int64)
    if "event_income_per_person_yuan" in told:
        doubt = doubt + exits.flag(nw.col("event_income_per_person_yuan") < nw.col("line"))
    places = counts.lazy(households, ["household_id", by]).select("household_id", by)
    judged = read.select("household_id", "day", doubt=doubt).join(places, on="household_id", how="inner")
    judged = judged.join(_denied(judged, acceptance), on=["household_id", "day"], how="left")
    doubtful = exits.flag(nw.col("doubt") + nw.col("denied").fill_null(0) > 0)
    return judged.select("household_id", by, exits_recorded=nw.lit(1), doubtful_exits=doubtful)


def _told(read: nw.LazyFrame, columns: Sequence[str]) -> list[str]:
    """The columns that the frame has and that at least one row fills."""
    there = [column for column in columns if column in read.collect_schema().names()]
    filled = {column: (~nw.col(column).is_null()).cast(nw.Int64) for column in there}
    if not there:
        return []
    number = counts.collect(read.select(**filled).select(*(nw.col(column).sum() for column in there)))
    return [column for column in there if len(number) and number[column].fillna(0).iloc[0] > 0]


def _denied(judged: nw.LazyFrame, acceptance: IntoFrame) -> nw.LazyFrame:
    """Household and day of the exits whose last acceptance denies an item, with `denied` 1 (else 0)."""
    read = counts.lazy(acceptance, ["household_id", "acceptance_date"])
    denied = nw.lit(0)
    for item in (item for item in ITEMS if item in read.collect_schema().names()):
        denied = denied + exits.flag(~nw.col(item))
    read = read.select("household_id", accepted=exits.day_number("acceptance_date"), denied=denied)
    pairs = judged.select("household_id", "day").join(read, on="household_id", how="inner")
    pairs = pairs.filter(nw.col("accepted") <= nw.col("day"))
    last = pairs.group_by("household_id", "day").agg(nw.col("accepted").max())
    found = pairs.join(last, on=["household_id", "day", "accepted"], how="inner")
    return found.group_by("household_id", "day").agg(nw.col("denied").max())


def complaints_judged(complaints: IntoFrame, *, as_of: Day, days: int) -> nw.LazyFrame:
    """Complaints received up to `as_of`, still lazy: one row each, all columns and flags of 0 and 1, as the day knew them.

    `complaints_received` (1), `complaints_open`, `complaints_upheld`, `complaints_late` (closed more than `days` after receipt,
    or open for longer) and `complaints_judged` (closed, or open for longer: of an open young one nobody can say).
    """
    day = counts.day(as_of).toordinal()
    read = counts.lazy(complaints, ["household_id", "complaint_date", "closed_date", "is_upheld"])
    read = read.with_columns(received=exits.day_number("complaint_date"), closed=exits.day_number("closed_date"))
    read = read.filter(nw.col("received") <= day)
    still = 1 - exits.flag(nw.col("closed") <= day)
    until = nw.when(nw.col("closed") <= day).then(nw.col("closed")).otherwise(nw.lit(day))
    known = 1 - exits.flag(nw.col("closed") > day)
    late = exits.flag(until - nw.col("received") > days)
    flagged = read.with_columns(
        complaints_received=nw.lit(1), complaints_open=still, complaints_late=late,
        complaints_upheld=exits.flag(nw.col("is_upheld")) * known,
    )  # fmt: skip
    judged = exits.flag(nw.col("complaints_late") + (1 - nw.col("complaints_open")) > 0)
    return flagged.with_columns(complaints_judged=judged)


def summed(frame: nw.LazyFrame, by: str, columns: Sequence[str]) -> pd.DataFrame:
    """Add up whole numbers: one row per value of `by`."""
    added = frame.select(by, *columns).group_by(by).agg(*(nw.col(column).sum() for column in columns))
    return counts.collect(added, columns).sort_values(by, ignore_index=True)


def any_row(frame: IntoFrame) -> bool:
    """Whether a table of the register has rows at all."""
    read = nw.from_native(frame).lazy()
    return len(counts.collect(read.select(read.collect_schema().names()[0]).head(1))) > 0


def table(
    facts: Facts, by_township: pd.DataFrame, rows: pd.DataFrame, *, as_of: date | str, early_days: int,
    lines: Mapping[int, float], days: int,
) -> pd.DataFrame:  # fmt: skip
    """All townships side by side: one row each, in the order of their codes.

    `by_township` is `targets.by_place` of the county, `rows` `quality.by_place`. `households, persons`, what is due and done
    (`_TASKS`), the flags of `standing`, `exits_judged` and `complaints_judged` as counts, `rows_read, rows_doubtful` (set
    aside or marked), and `target_reached`: persons out over persons due.
    """
    by = "township_code"
    found = by_township[[by, "township", "households", "persons", *_TASKS]].copy()
    found["target_reached"] = counts.ratio(found["actual_persons"], found["target_persons"])
    stood = standing(facts.households, facts.plans, facts.events, facts.measures, facts.responsible, facts.complaints,
                     as_of=as_of, early_days=early_days)  # fmt: skip
    flags = exits.count_flags(stood, [by], FLAGS)
    flags = flags[[by, *(f"{flag}_households" for flag in FLAGS)]]
    left = exits_judged(facts.households, facts.events, facts.acceptance, by=by, as_of=as_of, lines=lines)
    complained = summed(complaints_judged(facts.complaints, as_of=as_of, days=days), by, COMPLAINTS)
    doubted = rows.assign(rows_doubtful=rows["rows_set_aside"] + rows["rows_marked"])[[by, "rows_read", "rows_doubtful"]]
    for part in (flags, summed(left, by, EXITS), complained, doubted):
        found = found.merge(part, on=by, how="left")
    found = _unrecorded(found, facts)
    return found.sort_values(by, ignore_index=True)


def _unrecorded(found: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Nought where a township has no such row, missing where the whole register has none."""
    lacking = {
        "with_plan": facts.plans, "no_plan": facts.plans, "early": facts.plans, "planned": facts.plans, "overdue": facts.plans,
        "no_measure": facts.measures, "no_helper": facts.responsible, "upheld": facts.complaints, "complaints": facts.complaints,
    }  # fmt: skip
    absent = tuple(name for name, frame in lacking.items() if not any_row(frame))
    whole = {}
    for column in (str(column) for column in found if column not in ("township_code", "township", "target_reached")):
        numbers = found[column].astype("Int64").fillna(0)
        whole[column] = numbers.mask(numbers.notna()) if absent and column.startswith(absent) else numbers
    if not found["rows_read"].notna().any():
        whole |= dict.fromkeys(("rows_read", "rows_doubtful"), found["rows_read"].astype("Int64"))
    return found.assign(**whole)
