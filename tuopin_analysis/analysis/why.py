"""Why a household is counted as it is: each rule that bears on it, with its threshold, the household's value, and what follows.

The values are those that the tables are made from (`tracing_rows`), so a table and this answer cannot differ.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from tuopin_analysis.analysis import tracing_figures
from tuopin_analysis.analysis.exits import ON_ALLOWANCE
from tuopin_analysis.analysis.tracing_tables import TABLES
from tuopin_analysis.rules import Rules

COLUMNS = ["rule", "value", "threshold", "holds", "key"]
RISKS = ("near_line", "relapsed", "exit_near_line", "exit_below_line")
_EVENT_INCOME = "event_income_per_person_yuan"


def rules(
    household: Mapping[str, Any], events: pd.DataFrame, rule_set: Rules, *, baseline: date, as_of: date, planned: bool = True
) -> pd.DataFrame:
    """The rules that bear on one household, in the order in which they are read: one row per rule (and exit).

    `rule`; `value`, what the register has for it; `threshold` of the rule set (missing: none); `holds` (missing: cannot be
    judged); `key` of the rule set. `household` is a row of `tracing_rows.counted`, `events` its exits and relapses up to
    `as_of`; `planned`: whether the register has plans at all.
    """
    line, year = rule_set.line("poverty", as_of.year)
    income = _value(household["income_per_person_yuan"])
    rows: list[tuple[str, Any, Any, bool | None, str]] = [
        ("registered", baseline, None, True, ""),
        ("income_below_line", income, line, _compare(income, None, line), f"poverty_line_yuan.{year}"),
    ]
    near = None if rule_set.near_line is None else float(rule_set.near_line * Decimal(str(line)))
    if near is not None:
        rows.append(("near_line", income, near, _compare(income, line, near), "near_line"))
    if household["attribute"] in ON_ALLOWANCE:
        allowance, since = rule_set.line("allowance", as_of.year)
        rows.append(("below_allowance", income, allowance, _compare(income, None, allowance), f"allowance_line_yuan.{since}"))
    exit_day = _value(household["exit_date"])
    rows.append(("out", exit_day, as_of, exit_day is not None, ""))
    rows.append(("relapsed", int(household["n_relapses"]), None, int(household["n_relapses"]) > 0, ""))
    plan = _value(household["planned_exit_date"])
    if planned:
        rows.append(("overdue", plan, as_of, None if plan is None else bool(household["is_overdue"]), ""))
        days, limit = _value(household["days_early"]), rule_set.progress.rash_early_days
        judged = None if plan is None else bool(household["is_early"])
        rows.append(("early_exit", days, limit, judged, "progress.rash_early_days"))
    for change in events[events["event"] == "exit"].to_dict("records"):
        earned = _value(change[_EVENT_INCOME])
        rows.append(("exit_below_line", earned, line, _compare(earned, None, line), f"poverty_line_yuan.{year}"))
        if near is not None:
            rows.append(("exit_near_line", earned, near, _compare(earned, line, near), "near_line"))
    return pd.DataFrame(rows, columns=COLUMNS, dtype="object")


def standing(judged: pd.DataFrame, findings: pd.DataFrame, *, is_untrue: bool = False, is_watched: bool = False) -> list[str]:
    """What the household counts as: "poor" or "out"; and "relapsed", "overdue", "rash", "at_risk", "doubtful" where it is.

    `is_untrue`: an exit of it is on the list of untrue ones; `is_watched`: it is on the list of households to watch.
    """
    held = set(judged.loc[judged["holds"].eq(True), "rule"])
    found = ["out" if "out" in held else "poor"]
    found += [name for name in ("relapsed", "overdue") if name in held]
    found += ["rash"] if held & {"early_exit", "exit_below_line"} else []
    found += ["at_risk"] if is_watched or held & set(RISKS) else []
    return found + (["doubtful"] if is_untrue or len(findings) else [])


def tables(household: Mapping[str, Any], rule_set: Rules) -> list[tuple[str, dict[str, str]]]:
    """The tables that count the household by what it is, each with the row that it is counted in."""
    found = []
    for key, table in TABLES.items():
        fits = all(_fits(household, condition) for condition in table.where)
        names = [name for name in table.keys if name != "village_code" or len(table.keys) == 1]
        values = {name: _value(household.get(name)) for name in names}
        if not fits or not names or None in values.values():
            continue
        if "cause_main" in values and not table.by_register:
            groups = rule_set.cause_groups.items()
            values["cause_main"] = next((group for group, causes in groups if values["cause_main"] in causes), None)
        found.append((key, {name: str(value) for name, value in values.items()}))
    return sorted(found, key=lambda one: tracing_figures.tables().index(one[0]))


def _fits(household: Mapping[str, Any], condition: tuple[str, str, Any]) -> bool:
    column, operator, other = condition
    return household[column] in other if operator == "in" else household[column] == other


def _compare(value: float | None, least: float | None, below: float) -> bool | None:
    return None if value is None else (least is None or value >= least) and value < below


def _value(value: Any) -> Any:
    """A cell, None where it is missing; a day as a date."""
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value
