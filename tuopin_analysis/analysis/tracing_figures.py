"""Every key table whose figures can be traced, whatever it counts."""

from collections.abc import Callable, Sequence

from tuopin_analysis.analysis import (
    tracing_acceptance,
    tracing_dynamics,
    tracing_published,
    tracing_quality,
    tracing_supervision,
    tracing_targets,
    tracing_timetable,
)
from tuopin_analysis.analysis.tracing import Formula, Node
from tuopin_analysis.analysis.tracing_tables import TABLES, UNIT, Case, Report, Row, of_counts

_FURTHER = (tracing_timetable, tracing_dynamics, tracing_acceptance, tracing_supervision)
OTHERS = {**tracing_targets.TABLES, **tracing_published.TABLES, **tracing_quality.TABLES}
OTHERS |= {key: told for module in _FURTHER for key, told in module.TABLES.items()}
COMPUTED = {at: why for module in _FURTHER for at, why in module.COMPUTED.items()}
_KEYS = {key: names for module in _FURTHER for key, names in module.KEYS.items()}
_NAMES = ("denominator", "unit", "period", "sign", "item", "table", "key", "criterion_zh", "code", "severity", "field_zh")


def described(key: str, row: Row, report: Report) -> dict[str, Callable[[], Node]]:
    """The figures of one row of a key table that can be traced, by column; nothing for a table that cannot."""
    return {column: node for column, node in _described(key, row, report).items() if column in row}


def _described(key: str, row: Row, report: Report) -> dict[str, Callable[[], Node]]:
    if key in OTHERS:
        return OTHERS[key](row, report)
    if key not in TABLES:
        return {}
    case = Case(TABLES[key], row, report)
    if report.planless and key == "targets.delays":
        return {unit: lambda: Formula("no_plans") for unit in UNIT}
    found = of_counts(case)
    if key.startswith("targets.by_"):
        found |= tracing_targets.of_place(case)
    if key == "townships.incidence":
        found |= tracing_published.incidence(case)
    return found


def tables() -> list[str]:
    """The key tables whose figures can be traced.

    >>> len(tables()) > 20
    True
    """
    return sorted([*TABLES, *OTHERS])


def keys(key: str, columns: Sequence[str]) -> list[str]:
    """The columns that name a row of a key table, among its columns.

    >>> keys("causes.by_size", ["cause_main", "size_class", "households"])
    ['cause_main', 'size_class']
    """
    places = ("township_code", "village_code") if key.startswith("quality.") else ()
    if key in _KEYS:
        return [column for column in columns if column in _KEYS[key]]
    wanted = (TABLES[key].keys if key in TABLES else ()) or (*_NAMES, *places)
    return [column for column in columns if column in wanted]
