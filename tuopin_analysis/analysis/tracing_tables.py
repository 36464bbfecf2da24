"""What each figure of each key table is, as a tree of `tracing`: one entry per table, one per column.

A row of a table is given as its CSV has it, texts by column. Nothing here looks at the register.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from tuopin_analysis.analysis.exits import ON_ALLOWANCE
from tuopin_analysis.analysis.tracing import By, Condition, Formula, Node, Sum
from tuopin_analysis.rules import Rules

Row = Mapping[str, str]
UNIT = {"households": "", "persons": "size"}


@dataclass(frozen=True)
class Report:
    """What a report was made with: its parameters, the day the register begins, published figures and criteria of the checks."""

    scope: str
    as_of: date
    rules: Rules
    baseline: date
    published: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    criteria: tuple[Any, ...] = ()
    planless: bool = False  # no exit plan is on record

    @property
    def here(self) -> tuple[Condition, ...]:
        """The condition that a row belongs to the report's place."""
        return place(self.scope)


def place(scope: str) -> tuple[Condition, ...]:
    """The condition of a place; none for the county."""
    if scope == "county":
        return ()
    return (("township_code" if len(scope) == 9 else "village_code", "==", scope),)


@dataclass(frozen=True)
class Table:
    """A table that counts households and persons by keys.

    `whole`: the rows are of the report's place ("scope") or of the county; `within`: shares are of the rows that agree in these
    columns; `where`: what all its households have in common; `by_register`: causes as the register has them, not in groups;
    `left`: what "remaining" means.
    """

    keys: tuple[str, ...] = ()
    whole: str = "scope"
    within: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    by_register: bool = False
    left: Condition = ("is_remaining", "==", True)


STOOD_OUT: Condition = ("is_out", "==", 0)
TABLES: dict[str, Table] = {
    "overview.places": Table(("township_code", "village_code")),
    "overview.allowance": Table(("income_class",), where=(("attribute", "in", tuple(ON_ALLOWANCE)),)),
    "causes.shares": Table(("cause_main",)),
    "causes.detail": Table(("cause_main",), by_register=True),
    "causes.compare": Table(("cause_main",)),
    "causes.by_township": Table(("township_code", "cause_main"), "county", ("township_code",)),
    "causes.combinations": Table(("causes",)),
    "causes.by_size": Table(("cause_main", "size_class"), within=("cause_main",)),
    "causes.by_composition": Table(("cause_main", "composition"), within=("cause_main",)),
    "townships.distribution": Table(("township_code",), "county"),
    "townships.location_quotients": Table(("township_code", "cause_main"), "county", ("township_code",)),
    "townships.incidence": Table(("township_code",), "county"),
    "townships.concentration": Table((), "county"),
    "townships.villages": Table(("village_code",)),
    "targets.by_township": Table(("township_code",), "county", left=STOOD_OUT),
    "targets.by_village": Table(("village_code",), left=STOOD_OUT),
    "targets.delays": Table(("days_late",), where=(("is_overdue", "==", 1),)),
}


@dataclass(frozen=True)
class Case:
    """One row of a table, and the sums that its figures are made of."""

    table: Table
    row: Row
    report: Report

    def conditions(self, keys: tuple[str, ...]) -> tuple[Condition, ...]:
        """The conditions of the row's keys, within the table's whole."""
        here = () if self.table.whole == "county" else self.report.here
        return (*here, *self.table.where, *(self._key(key) for key in keys if key in self.row))

    def _key(self, key: str) -> Condition:
        groups = self.report.rules.cause_groups
        if key == "cause_main" and not self.table.by_register and self.row[key] in groups:
            return key, "in", tuple(groups[self.row[key]])
        return key, "==", self.row[key]

    def own(self, unit: str, *further: Condition) -> Sum:
        """The row's own households or persons, those of which `further` holds."""
        return Sum("households", (*self.conditions(self.table.keys), *further), UNIT[unit])

    def base(self, unit: str) -> Sum:
        """What the row's share is a share of."""
        return Sum("households", self.conditions(self.table.within), UNIT[unit])

    def county(self, unit: str, keys: tuple[str, ...] = ()) -> Sum:
        """The whole county's, of the row's cause or of all."""
        return Sum("households", tuple(self._key(key) for key in keys), UNIT[unit])

    def places(self, unit: str) -> By:
        """Those of every place of the table."""
        by = "village_code" if "village_code" in self.row else "township_code"
        return By(Sum("households", self.conditions(()), UNIT[unit]), by)

    def share(self, unit: str) -> Formula:
        """The row's share."""
        return Formula("ratio", {"part": self.own(unit), "whole": self.base(unit)})

    def county_share(self, unit: str) -> Formula:
        """The share of the row's cause in the whole county."""
        return Formula("ratio", {"part": self.county(unit, ("cause_main",)), "whole": self.county(unit)})


def of_counts(case: Case) -> dict[str, Callable[[], Node]]:
    """The figures of tables of counts, by column."""
    found: dict[str, Callable[[], Node]] = {
        "persons_per_household": lambda: Formula("ratio", {"part": case.own("persons"), "whole": case.own("households")}),
        "difference_points": lambda: Formula(
            "points", {"share": case.share("persons"), "whole_share": case.county_share("persons")}
        ),
    }
    for unit in UNIT:
        found |= {
            unit: lambda unit=unit: case.own(unit),  # type: ignore[misc]
            f"remaining_{unit}": lambda unit=unit: case.own(unit, case.table.left),  # type: ignore[misc]
            f"share_{unit}": lambda unit=unit: case.share(unit),  # type: ignore[misc]
            f"whole_share_{unit}": lambda unit=unit: case.county_share(unit),  # type: ignore[misc]
            f"location_quotient_{unit}": lambda unit=unit: Formula(  # type: ignore[misc]
                "ratio", {"part": case.share(unit), "whole": case.county_share(unit)}
            ),
            f"rank_{unit}": lambda unit=unit: Formula(  # type: ignore[misc]
                "rank", {"own": case.own(unit), "places": case.places(unit)}
            ),
        }
    if case.row.get("unit") in UNIT:
        places = case.places(case.row["unit"])
        for name in ("herfindahl", "effective_number", "top_two_share", "gini"):
            found[name] = lambda name=name: Formula(name, {"places": places})  # type: ignore[misc]
    return found
