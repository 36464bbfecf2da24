"""The figures of the tables on the register's quality: rows of the source files and what the checks found in them."""

from collections.abc import Callable
from typing import Any

from tuopin_analysis.analysis.tracing import By, Condition, Formula, Given, Node, Sum
from tuopin_analysis.analysis.tracing_tables import Report, Row
from tuopin_analysis.register import dictionary

Figures = dict[str, Callable[[], Node]]
ACCEPTED: Condition = ("is_accepted", "==", True)
ASIDE: Condition = ("is_accepted", "==", False)
MARKED: Condition = ("is_marked", "==", True)
FOUND: Condition = ("is_found", "==", True)
PLANTED: Condition = ("is_planted", "==", True)


def _read(*where: Condition) -> Figures:
    def rows(*further: Condition) -> Sum:
        return Sum("rows", (*where, *further))

    return {
        "rows_read": lambda: rows(),
        "rows_accepted": lambda: rows(ACCEPTED),
        "rows_set_aside": lambda: rows(ASIDE),
        "rows_marked": lambda: rows(ACCEPTED, MARKED),
        "share_clean": lambda: Formula("ratio", {"part": rows(ACCEPTED, ("is_marked", "==", False)), "whole": rows()}),
    }


def account(row: Row, _report: Report) -> Figures:
    """`register.account`: rows of one table, of the whole register."""
    return _read(("table", "==", row["table"]), ("is_of_account", "==", True))


def by_township(row: Row, report: Report) -> Figures:
    """`quality.by_township`: rows of a township or village; those whose place cannot be told are the row without a code."""
    code = "village_code" if "village_code" in row else "township_code"
    return _read(*report.here, (code, "==", row[code]) if row[code] else (code, "missing", None))


def rules(row: Row, report: Report) -> Figures:
    """`quality.rules`: different rows of the source that a rule found, and those planted in a demonstration register."""
    rule: tuple[Condition, ...] = tuple((name, "==", row[name]) for name in ("code", "severity", "table"))

    def rows(*further: Condition) -> Sum:
        return Sum("findings", (*rule, *report.here, *further))

    return {
        "rows_checked": lambda: Formula("largest", {"values": By(Sum("steps", rule, "rows_checked"), "step")}),
        "rows_found": lambda: rows(FOUND),
        "planted": lambda: rows(PLANTED),
        "planted_found": lambda: rows(PLANTED, FOUND),
        "missed": lambda: rows(PLANTED, ("is_found", "==", False)),
        "false_alarms": lambda: rows(FOUND, ("is_planted", "==", False)),
    }


def completeness(row: Row, report: Report) -> Figures:
    """`quality.completeness*`: rows in which a field is filled, empty or nought, perhaps of one place."""
    table = row["table"]
    described = dictionary.columns(table)
    names = [str(name) for name in described.index[described["label_zh"] == row["field_zh"]]]
    name = next(iter(names), row["field_zh"])
    here: tuple[Condition, ...] = tuple(
        (code, "==", row[code]) for code in ("township_code", "village_code") if code in row
    )

    def rows(*further: Condition) -> Sum:
        return Sum(table, (*report.here, *here, *further))

    filled = rows((name, "filled", None))
    is_number = described.loc[name, "type"] in ("number", "integer")
    share = Formula("ratio", {"part": filled, "whole": rows()})
    return {
        "rows": lambda: rows(),
        "rows_filled": lambda: filled,
        "rows_missing": lambda: rows((name, "missing", None)),
        "rows_nought": lambda: rows((name, "==", 0)) if is_number else Given(0, "data/dictionary.csv", column="type"),
        "share_filled": lambda: share if row["is_present"] == "True" else Formula("not_recorded"),
    }


def usable(row: Row, report: Report) -> Figures:
    """`quality.usable`: one criterion, its limit and what it is."""
    criterion = next((one for one in report.criteria if one.wording_zh == row["criterion_zh"]), None)
    if criterion is None:
        return {}
    limit = Given(criterion.most, "params/rules/checks.yaml", column=criterion.code)
    return {"limit": lambda: limit, "share": lambda: _measure(criterion)}


def _measure(criterion: Any) -> Node:
    if criterion.measure == "share_not_answerable":
        return Formula("ratio", {"part": Sum("steps", (("state", "in", ("not_answerable",)),)), "whole": Sum("steps")})
    table: Condition = ("table", "==", criterion.table)
    counted: tuple[Condition, ...] = (table, ("is_of_account", "==", True))
    parts = {
        "share_set_aside": Sum("rows", (*counted, ASIDE)),
        "share_marked": Sum("rows", (*counted, ACCEPTED, MARKED)),
        "share_found": Sum("findings", (table, ("code", "in", tuple(criterion.codes)), FOUND, ("is_first", "==", True))),
        "share_unplaced": Sum("rows", (table, ("township_code", "missing", None))),
    }
    whole = (*counted, ACCEPTED) if criterion.measure == "share_marked" else counted
    return Formula("ratio", {"part": parts[criterion.measure], "whole": Sum("rows", whole)})


TABLES: dict[str, Callable[[Row, Report], Figures]] = {
    "register.account": account,
    "quality.by_township": by_township,
    "quality.rules": rules,
    "quality.completeness": completeness,
    "quality.completeness_persons": completeness,
    "quality.completeness_places": completeness,
    "quality.usable": usable,
}
