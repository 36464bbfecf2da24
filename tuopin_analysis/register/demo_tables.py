"""The demonstration register's tables in memory: six are drawn, the further ones follow from them once faults are planted."""

from dataclasses import dataclass, field
from random import Random

from tuopin_analysis.register import demo_course, demo_draw, demo_help, demo_household
from tuopin_analysis.register.demo_draw import Row


@dataclass(repr=False)
class Tables:
    """The rows of each table, in the order of the workbooks; `taken` are the ID numbers given out."""

    households: list[Row] = field(default_factory=list)
    persons: list[Row] = field(default_factory=list)
    responsible: list[Row] = field(default_factory=list)
    units: list[Row] = field(default_factory=list)
    exit_plans: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)
    acceptance: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    standings: list[Row] = field(default_factory=list)
    reported_exits: list[Row] = field(default_factory=list)
    rechecks: list[Row] = field(default_factory=list)
    complaints: list[Row] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def members(self, household_id: str) -> list[Row]:
        """The rows of one household's members."""
        return [person for person in self.persons if person["household_id"] == household_id]


def draw(seed: int) -> Tables:
    """The first six tables without a fault; the same seed gives the same rows."""
    rng, found = Random(seed), Tables()
    found.households = demo_draw.households(rng)
    members = {}
    for number, household in enumerate(found.households, start=1):
        members[household["household_id"]] = demo_household.furnish(rng, household, number, found.taken, demo_draw.lines())
        found.persons += members[household["household_id"]]
    found.units, found.responsible = demo_help.units_and_helpers(rng, found.households)
    found.exit_plans = demo_course.plans(rng, found.households, members)
    found.events = demo_course.events(rng, found.households, found.exit_plans)
    return found
