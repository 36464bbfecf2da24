"""The figures of the tables on targets: plan, exits and targets by month and place, and signs of haste."""

from collections.abc import Callable
from datetime import date

from tuopin_analysis.analysis import targets
from tuopin_analysis.analysis.tracing import By, Condition, Formula, Given, Node, Sum
from tuopin_analysis.analysis.tracing_tables import UNIT, Case, Report, Row
from tuopin_analysis.rules import Target

Figures = dict[str, Callable[[], Node]]
MOVE = {"households": "move", "persons": "moved_persons"}
EXIT: Condition = ("event", "==", "exit")


def _of_rules(report: Report, value: object, key: str) -> Given:
    return Given(value, f"params/rules/{report.rules.name}.yaml", column=key)


def _total(report: Report, unit: str, here: tuple[Condition, ...]) -> Sum:
    return Sum("households", here, UNIT[unit])


def due(report: Report, target: Target, unit: str, county: bool = False) -> Formula:
    """A target as a whole number: a share of all; of a township its part of the county's number."""
    share, rounding = (
        _of_rules(report, str(target.share), "targets"),
        _of_rules(report, report.rules.target_rounding, "target_rounding"),
    )
    whole = Formula("target", {"base": _total(report, unit, ()), "share": share, "rounding": rounding})
    if county or report.scope == "county":
        return whole
    places = By(_total(report, unit, ()), "township_code")
    return Formula("shared", {"whole": whole, "places": places, "place": Given(report.scope, "report", column="scope")})


def _planned(report: Report, node: Node) -> Node:
    return Formula("no_plans") if report.planless else node


def progress(row: Row, report: Report) -> Figures:
    """`targets.progress`: one row per month."""
    first = date.fromisoformat(f"{row['period']}-01")
    last = targets.month_end(first)
    known, reached = first <= report.as_of, min(last, report.as_of)
    target = next((target for target in report.rules.targets if f"{target.by:%Y-%m}" == row["period"]), None)
    within = _of_rules(report, report.rules.progress.on_course_within, "progress.on_course_within")

    def planned(unit: str, day: date = last) -> Sum:
        return Sum("households", (*report.here, ("planned_exit_date", "<=", day)), UNIT[unit])

    def actual(unit: str, day: date = reached) -> Sum:
        return Sum("events", (*report.here, ("event_date", "<=", day)), MOVE[unit])

    def share(part: Node, unit: str) -> Formula:
        return Formula("ratio", {"part": part, "whole": _total(report, unit, report.here)})

    def when_known(node: Callable[[], Node]) -> Node:
        return node() if known else Formula("not_yet")

    def number(unit: str) -> Node:
        return due(report, target, unit) if target else Formula("not_yet")

    found: Figures = {}
    for unit, ending in (("persons", ""), ("households", "_households")):
        found |= {
            f"planned_{unit}": lambda unit=unit: _planned(report, planned(unit)),  # type: ignore[misc]
            f"actual_{unit}": lambda unit=unit: when_known(lambda: actual(unit)),  # type: ignore[misc]
            f"share_planned{ending}": lambda unit=unit: _planned(report, share(planned(unit), unit)),  # type: ignore[misc]
            f"share_actual{ending}": lambda unit=unit: when_known(lambda: share(actual(unit), unit)),  # type: ignore[misc]
            f"target_{unit}": lambda unit=unit: number(unit),  # type: ignore[misc]
        }
    stood = {"planned": planned("persons", reached), "actual": actual("persons"), "whole": _total(report, "persons", report.here)}
    found["status"] = lambda: _planned(report, when_known(lambda: Formula("status", {**stood, "within": within})))
    met = target is not None and report.as_of >= target.by
    found["is_met"] = lambda: (
        Formula("is_met", {"actual": actual("persons", target.by), "target": number("persons")})
        if met and target
        else Formula("not_yet")
    )
    return found


def of_place(case: Case) -> Figures:
    """What the tables of places add to counts: plan and fact, the target's part, the pace, haste."""
    report, settings = case.report, case.report.rules.progress
    previous, target = targets.target_due(report.rules.targets, report.baseline, report.as_of)
    code = "village_code" if "village_code" in case.row else "township_code"
    month = target.by.replace(day=1)
    within = _of_rules(report, settings.on_course_within, "progress.on_course_within")
    day, by = Given(report.as_of, "report", column="as_of"), _of_rules(report, target.by, "targets")

    def planned(unit: str) -> Sum:
        return case.own(unit, ("is_planned", "==", 1))

    def actual(unit: str) -> Sum:
        return case.own(unit, ("is_out", "==", 1))

    def number(unit: str) -> Formula:
        whole = due(report, target, unit, county=case.table.whole == "county")
        own = Given(case.row.get(code), "table", column=code)
        places = case.places(unit)
        if code == "village_code" and report.scope == "county":  # to townships first, then to their villages: see `share_down`
            town = case.row.get(code, "")[:9]
            first = By(_total(report, unit, ()), "township_code")
            whole = Formula("shared", {"whole": whole, "places": first, "place": Given(town, "table", column=code)})
            places = By(_total(report, unit, (("township_code", "==", town),)), code)
        return Formula("shared", {"whole": whole, "places": places, "place": own})

    def exits(*further: Condition) -> Sum:
        until = min(report.as_of, target.by)
        days: tuple[Condition, ...] = (("event_date", ">", previous), ("event_date", "<=", until))
        return Sum("events", (*case.conditions(case.table.keys), EXIT, *days, *further))

    hasty = {"exits": exits(), "last_month": exits(("event_date", ">=", month)), "undated": exits(("is_day_known", "==", False))}
    left = Formula("months_left", {"by": by, "as_of": day})
    needed = Formula("still_needed", {"target": number("persons"), "actual": actual("persons")})
    early, overdue = case.own("households", ("is_early", "==", 1)), case.own("households", ("is_overdue", "==", 1))
    limits = {
        "early_share": _of_rules(report, settings.rash_early_share, "progress.rash_early_share"),
        "bunching": _of_rules(report, settings.rash_bunching, "progress.rash_bunching"),
        "due": Given(report.as_of >= month, "report", column="as_of"),
    }
    found: Figures = {
        **{f"planned_to_date_{unit}": lambda unit=unit: _planned(report, planned(unit)) for unit in UNIT},  # type: ignore[misc]
        **{f"actual_{unit}": lambda unit=unit: actual(unit) for unit in UNIT},  # type: ignore[misc]
        **{f"target_{unit}": lambda unit=unit: number(unit) for unit in UNIT},  # type: ignore[misc]
        "share_planned": lambda: _planned(report, Formula("ratio", {"part": planned("persons"), "whole": case.own("persons")})),
        "share_actual": lambda: Formula("ratio", {"part": actual("persons"), "whole": case.own("persons")}),
        "status": lambda: _planned(
            report,
            Formula(
                "status",
                {"planned": planned("persons"), "actual": actual("persons"), "whole": case.own("persons"), "within": within},
            ),
        ),
        "still_needed_persons": lambda: needed,
        "months_left": lambda: left,
        "needed_persons_per_month": lambda: Formula("needed_per_month", {"needed": needed, "months": left}),
        "achieved_persons_per_month": lambda: Formula(
            "achieved_per_month",
            {"actual": actual("persons"), "baseline": Given(report.baseline, "register", column="baseline"), "as_of": day},
        ),
        "early_exit_households": lambda: _planned(report, early),
        "overdue_households": lambda: _planned(report, overdue),
        "bunched_share": lambda: Formula("bunched", hasty) if report.as_of >= month else Formula("not_yet"),
        "is_rash": lambda: Formula("is_rash", {"early": early, "households": case.own("households"), **hasty, **limits}),
    }
    return found


def rash(row: Row, report: Report) -> Figures:
    """`targets.rash`: early exits are households, the other signs exits."""
    if row["sign"] == "early_exit":
        where = (*report.here, ("is_early", "==", 1))
        return {unit: lambda unit=unit: _planned(report, Sum("households", where, UNIT[unit])) for unit in UNIT}  # type: ignore[misc]
    exits: tuple[Condition, ...] = (*report.here, EXIT, ("sign", "==", row["sign"]))
    return {unit: lambda unit=unit: Sum("events", exits, UNIT[unit]) for unit in UNIT}  # type: ignore[misc]


def denominators(row: Row, report: Report) -> Figures:
    """`targets.denominators`: one row per denominator, over the rows that this one counts, whatever the report's own is."""
    _, target = targets.target_due(report.rules.targets, report.baseline, report.as_of)

    def actual(unit: str, day: date = report.as_of) -> Sum:
        return Sum("events", (*report.here, ("event_date", "<=", day)), MOVE[unit])

    def share(unit: str) -> Formula:
        return Formula("ratio", {"part": actual(unit), "whole": _total(report, unit, report.here)})

    number = due(report, target, "persons")
    return {
        **{unit: lambda unit=unit: _total(report, unit, report.here) for unit in UNIT},  # type: ignore[misc]
        **{f"actual_{unit}": lambda unit=unit: actual(unit) for unit in UNIT},  # type: ignore[misc]
        "share_actual": lambda: share("persons"),
        "share_actual_households": lambda: share("households"),
        **{f"target_{unit}": lambda unit=unit: due(report, target, unit) for unit in UNIT},  # type: ignore[misc]
        "still_needed_persons": lambda: Formula("still_needed", {"target": number, "actual": actual("persons")}),
        "is_met": lambda: (
            Formula("is_met", {"actual": actual("persons", target.by), "target": number})
            if report.as_of >= target.by
            else Formula("not_yet")
        ),
    }


TABLES: dict[str, Callable[[Row, Report], Figures]] = {
    "targets.progress": progress, "targets.rash": rash, "targets.denominators": denominators,
}  # fmt: skip
