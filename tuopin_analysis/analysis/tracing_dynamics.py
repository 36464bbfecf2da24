"""The figures of the tables on the account between two days: see `tracing_figures`."""

from collections.abc import Callable

from tuopin_analysis.analysis.dynamics import FLOWS
from tuopin_analysis.analysis.tracing import Condition, Formula, Node, Sum
from tuopin_analysis.analysis.tracing_tables import Report, Row

Figures = dict[str, Callable[[], Node]]
WEIGHT = {"households": "", "persons": "persons"}


def _where(report: Report, row: Row, *keys: str) -> tuple[Condition, ...]:
    """The conditions of a row's keys; of a sum over several rows of a table, those that it names, within the report's place."""
    named: tuple[Condition, ...] = tuple((key, "==", row[key]) for key in keys if key in row)
    return named if "township_code" in row else (*report.here, *named)


def _there(row: Row, column: str, node: Node) -> Node:
    """The figure, but where the table has none."""
    return Formula("not_counted") if row.get(column) == "" and len(row) > 3 else node


def account(row: Row, report: Report) -> Figures:
    """`dynamics.account`: one row per township and unit."""
    unit = row.get("unit", "persons")
    here = _where(report, row, "township_code")
    since: Condition = ("is_opening", "==", False)
    found: Figures = {
        "opening": lambda: Sum("postings", (*here, ("is_opening", "==", True)), f"signed_{unit}"),
        "closing": lambda: Sum("postings", here, f"signed_{unit}"),
        "break": lambda: _there(row, "break", Sum("breaks", here, f"difference_{unit}")),
    }
    for flow in FLOWS:
        found[flow] = lambda flow=flow: Sum("postings", (*here, since, ("flow", "==", flow)), unit)  # type: ignore[misc]
    return found


def breaks(row: Row, report: Report) -> Figures:
    """`dynamics.breaks`: one row per household and township."""
    here = _where(report, row, "break_kind", "household_id", "township_code")
    columns = ("record_size", "count_size", "difference_households", "difference_persons")
    return {name: lambda name=name: _there(row, name, Sum("breaks", here, name)) for name in columns}  # type: ignore[misc]


def set_aside(row: Row, report: Report) -> Figures:
    """`dynamics.set_aside`: one row per record."""
    here = _where(report, row, "household_id", "township_code", "flow_date", "change", "aside_reason")
    return {"persons": lambda: Sum("set_aside", here, "persons")}


def transitions(row: Row, report: Report) -> Figures:
    """`dynamics.transitions`: one row per pair of states; of a township's report the rows of townships."""
    level = "county" if report.scope == "county" else "township"
    here = (("level", "==", level), *_where(report, row, "state_before", "state_after"))
    return {unit: lambda unit=unit: Sum("states", here, WEIGHT[unit]) for unit in WEIGHT}  # type: ignore[misc]


def relapse(row: Row, report: Report) -> Figures:
    """`dynamics.relapse`: one row per group and number of months."""
    kind, months = row.get("group_kind", "all"), float(row.get("within_months") or 0)
    group: tuple[Condition, ...] = () if kind == "all" else ((kind, "==", row["relapse_group"]),)
    frame, here = "spells_by_measure" if kind == "measure" else "spells", (*report.here, *group)
    return {
        "exits": lambda: Sum(frame, here),
        "relapses": lambda: Sum(frame, (*here, ("is_relapsed", "==", True))),
        "at_risk": lambda: Sum(frame, (*here, ("months_followed", ">=", months))),
    }


def risks(row: Row, report: Report) -> Figures:
    """`dynamics.risks`: one row per household on the list."""
    here = (*_where(report, row, "household_id", "township_code"), ("is_listed", "==", True))
    return {name: lambda name=name: Sum("watched", here, name) for name in ("persons", "number_of_reasons")}  # type: ignore[misc]


def risk_reasons(row: Row, report: Report) -> Figures:
    """`dynamics.risk_reasons`: one row per reason."""
    here = _where(report, row, "risk_reason")
    return {unit: lambda unit=unit: Sum("watched_by_reason", here, WEIGHT[unit]) for unit in WEIGHT}  # type: ignore[misc]


def risk_counts(row: Row, report: Report) -> Figures:
    """`dynamics.risk_counts`: one row per township."""
    here = _where(report, row, "township_code")
    listed = (*here, ("is_listed", "==", True))
    ways: tuple[tuple[str, tuple[Condition, ...]], ...] = (("out", here), ("listed", listed))
    found: Figures = {}
    for name, where in ways:
        for unit, weight in WEIGHT.items():
            found[f"{name}_{unit}"] = lambda where=where, weight=weight: Sum("watched", where, weight)  # type: ignore[misc]
    found["share_listed"] = lambda: Formula("ratio", {"part": Sum("watched", listed), "whole": Sum("watched", here)})
    return found


def reported(row: Row, report: Report) -> Figures:
    """`dynamics.reported`: one row per township and month."""
    here = _where(report, row, "township_code", "period")
    found: Figures = {}
    for unit in WEIGHT:
        said: Condition = ("exit_source", "==", "reported")
        found |= {
            f"reported_{unit}": lambda unit=unit, said=said: _there(  # type: ignore[misc]
                row, f"reported_{unit}", Sum("exits_both", (*here, said), unit)
            ),
            f"register_{unit}": lambda unit=unit: Sum(  # type: ignore[misc]
                "exits_both", (*here, ("exit_source", "==", "register")), unit
            ),
            f"difference_{unit}": lambda unit=unit: Sum("exits_both", here, f"signed_{unit}"),  # type: ignore[misc]
        }
    return found


TABLES: dict[str, Callable[[Row, Report], Figures]] = {
    f"dynamics.{described.__name__}": described
    for described in (account, breaks, set_aside, transitions, relapse, risks, risk_reasons, risk_counts, reported)
}
KEYS: dict[str, tuple[str, ...]] = {  # by table: the columns that name a row
    "dynamics.account": ("township_code", "unit"),
    "dynamics.breaks": ("break_kind", "household_id", "township_code"),
    "dynamics.set_aside": ("household_id", "township_code", "flow_date", "change", "aside_reason"),
    "dynamics.transitions": ("state_before", "state_after"),
    "dynamics.relapse": ("group_kind", "relapse_group", "within_months"),
    "dynamics.risks": ("household_id", "township_code"),
    "dynamics.risk_reasons": ("risk_reason",),
    "dynamics.risk_counts": ("township_code",),
    "dynamics.reported": ("township_code", "period"),
}
_ESTIMATE = "estimated by Kaplan and Meier from the exits of the row: analysis.relapse.survival"
_NAME = "the number of the household, which names the row"
COMPUTED: dict[tuple[str, str], str] = {  # table and column: from what, and by which function, a figure that is no sum comes
    ("dynamics.relapse", "relapse_share"): _ESTIMATE,
    ("dynamics.relapse", "share_low"): f"lower end of the interval; {_ESTIMATE}",
    ("dynamics.relapse", "share_high"): f"upper end of the interval; {_ESTIMATE}",
    ("dynamics.relapse", "within_months"): "months of the rule set, which name the row",
    ("dynamics.breaks", "household_id"): _NAME,
    ("dynamics.risks", "household_id"): _NAME,
    ("dynamics.risks", "last_income_yuan"): "income at the last exit, else as registered: analysis.near_line.watched",
}
