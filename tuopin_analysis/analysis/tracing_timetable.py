"""The figures of the tables on the timetable: see `tracing_figures`."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from tuopin_analysis.analysis import milestones, signs, tracing_targets
from tuopin_analysis.analysis.tracing import By, Condition, Formula, Given, Node, Sum
from tuopin_analysis.analysis.tracing_tables import UNIT, Report, Row
from tuopin_analysis.rules import Target
from tuopin_analysis.rules_sections import Timetable

Figures = dict[str, Callable[[], Node]]
_PLACES = ["household_id", "township_code", "township", "village_code", "village", "size"]


def steps(scheduled: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The frame `milestones`: one row per household with a plan and step, with its state; from `milestones.scheduled`, pandas."""
    parts = [
        scheduled.loc[scheduled[f"{name}_{state}"] == 1, _PLACES].assign(milestone=name, milestone_state=state)
        for name in names
        for state in milestones.STATES
    ]
    return pd.concat(parts, ignore_index=True)


def shown(flagged: pd.DataFrame) -> pd.DataFrame:
    """The frame `signs`: one row per household and sign that it shows; from `signs.flagged`, pandas."""
    parts = [flagged.loc[flagged[sign] == 1, _PLACES].assign(sign=sign) for sign in signs.SIGNS]
    return pd.concat(parts, ignore_index=True)


def _planned(here: tuple[Condition, ...], row: Row, report: Report) -> Figures:
    """Counts of households and of those with a plan, which two tables have."""
    planned: Condition = ("planned_exit_date", "filled", None)
    found: Figures = {"unplanned_households": lambda: Sum("households", (*here, ("planned_exit_date", "missing", None)))}
    for unit, weight in UNIT.items():
        found |= {
            unit: lambda weight=weight: Sum("households", here, weight),  # type: ignore[misc]
            f"all_planned_{unit}": lambda weight=weight: Sum("households", (*here, planned), weight),  # type: ignore[misc]
        }
        if row.get("target_date"):
            due: Condition = ("planned_exit_date", "<=", date.fromisoformat(row["target_date"][:10]))
            found[f"planned_{unit}"] = lambda weight=weight, due=due: _known(report, Sum("households", (*here, due), weight))  # type: ignore[misc]
    return found


def _known(report: Report, node: Node) -> Node:
    return Formula("no_plans") if report.planless else node


def _target(report: Report, day: str) -> Target:
    return next(target for target in report.rules.targets if str(target.by) == day[:10])


def plans(row: Row, report: Report) -> Figures:
    """`timetable.plans`: one row per place and target."""
    code = "village_code" if "village_code" in row else "township_code"
    own = (*report.here, (code, "==", row[code]))
    found = _planned(own, row, report)

    def target() -> Formula:
        whole = tracing_targets.due(report, _target(report, row["target_date"]), "persons")
        places = By(Sum("households", report.here, "size"), code)
        return Formula("shared", {"whole": whole, "places": places, "place": Given(row[code], "table", column=code)})

    found["target_persons"] = target
    found["shortfall_persons"] = lambda: _known(
        report, Formula("still_needed", {"target": target(), "actual": found["planned_persons"]()})
    )
    return found


def levels(row: Row, report: Report) -> Figures:
    """`timetable.levels`: every level's sums are those of the page's place."""
    return _planned(report.here, row, report)


def by_step(row: Row, report: Report) -> Figures:
    """`timetable.milestones`: one row per step."""
    step: tuple[Condition, ...] = (*report.here, ("milestone", "==", row["milestone"]))

    def state(name: str) -> Node:
        missing = row.get(f"{name}_households", "") == ""
        return Formula("not_recorded") if missing else Sum("milestones", (*step, ("milestone_state", "==", name)))

    def before() -> Given:
        days = report.rules.part(Timetable).days_before
        return Given(days[row["milestone"]], f"params/rules/{report.rules.name}.yaml", column="timetable.days_before")

    found: Figures = {"days_before": before, "households": lambda: Sum("milestones", step)}
    return found | {f"{name}_households": lambda name=name: state(name) for name in milestones.STATES}


def overdue(row: Row, report: Report) -> Figures:
    """`timetable.overdue`: one row per household."""
    own: Condition = ("household_id", "==", row["household_id"])
    return {
        "persons": lambda: Sum("households", (own,), "size"),
        "overdue_steps": lambda: Sum("milestones", (own, ("milestone_state", "==", "step_overdue"))),
    }


def of_sign(row: Row, report: Report) -> Figures:
    """`timetable.signs`: households that show a sign."""
    where = (*report.here, ("sign", "==", row["sign"]))
    missing = row.get("households", "") == ""
    return {
        unit: lambda weight=weight: Formula("not_yet") if missing else Sum("signs", where, weight)  # type: ignore[misc]
        for unit, weight in UNIT.items()
    }


def forecast(row: Row, report: Report) -> Figures:
    """`targets.forecast`: one row per township, whatever the page's place."""
    place = Given(row["township_code"], "table", column="township_code")

    def target() -> Formula:
        whole = tracing_targets.due(report, _target(report, row["target_date"]), "persons", county=True)
        return Formula("shared", {"whole": whole, "places": By(Sum("households", (), "size"), "township_code"), "place": place})

    def actual() -> Sum:
        return Sum("households", (("township_code", "==", row["township_code"]), ("is_out", "==", 1)), "size")

    return {
        "target_persons": target,
        "still_needed_persons": lambda: Formula("still_needed", {"target": target(), "actual": actual()}),
    }


TABLES: dict[str, Callable[[Row, Report], Figures]] = {
    "timetable.plans": plans, "timetable.levels": levels, "timetable.milestones": by_step, "timetable.overdue": overdue,
    "timetable.signs": of_sign, "targets.forecast": forecast,
}  # fmt: skip
# By table: the columns that name a row.
KEYS: dict[str, tuple[str, ...]] = {
    "timetable.plans": ("township_code", "village_code", "target_date"),
    "timetable.levels": ("level",),
    "timetable.milestones": ("milestone",),
    "timetable.overdue": ("household_id",),
    "timetable.signs": ("sign",),
    "targets.forecast": ("township_code",),
}
# Table and column: from what, and by which function, a figure that is no sum comes.
_SIMULATED = "simulated by analysis.forecast.dates from the exits of analysis.exit_rates.daily; see docs/timetable.md"
COMPUTED: dict[tuple[str, str], str] = {
    ("timetable.levels", "number"): "distinct places of the level, counted by analysis.timetable.levels",
    ("timetable.levels", "split_number"): "villages with households in several townships, found by analysis.timetable.levels",
    ("timetable.overdue", "days_overdue"): "days from due_date to the day of the report, by analysis.milestones.overdue",
    ("targets.forecast", "p_on_time"): _SIMULATED,
    ("targets.forecast", "extra_exits_per_month"): _SIMULATED,
}
