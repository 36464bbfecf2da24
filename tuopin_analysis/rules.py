"""Rule sets: lines, targets, groups and thresholds, read from `params/rules/` and never written in code."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal, TypeVar

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.rules_sections import Acceptance, Dynamics, Section, Supervision, Timetable

PARTS = {"timetable": Timetable, "dynamics": Dynamics, "acceptance": Acceptance, "supervision": Supervision}
Part = TypeVar("Part", bound=Section)


class Target(Section):
    """A share of the baseline's persons to be out of poverty by the end of a day."""

    by: date
    share: Decimal

    @field_validator("share")
    @classmethod
    def _share(cls, share: Decimal) -> Decimal:
        if not 0 < share <= 1:
            raise ValueError("a target's share lies above 0 and at most at 1")
        return share


class Progress(Section):
    """Thresholds of ahead, on course, behind and rash."""

    on_course_within: float
    rash_early_days: int
    rash_early_share: float
    rash_bunching: float


class Rules(Section):
    """One rule set. Lines are yuan per person and year, keyed by year."""

    name: str
    title_zh: str
    title_en: str
    source: str
    poverty_line_yuan: dict[int, float]
    allowance_line_yuan: dict[int, float]
    targets: list[Target]
    consolidation_years: list[int]
    target_rounding: Literal["up", "nearest", "down"]
    apportionment: Literal["largest_remainder"]
    progress: Progress
    cause_groups: dict[str, list[str]]
    small_numbers: int
    small_cells: int = Field(ge=2)
    elderly_age: int
    near_line: Decimal | None = Field(default=None, gt=1)  # times the poverty line; without it nothing is near the line
    timetable: Timetable | None = None
    dynamics: Dynamics | None = None
    acceptance: Acceptance | None = None
    supervision: Supervision | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "Rules":
        causes = [cause for group in self.cause_groups.values() for cause in group]
        doubled = sorted({cause for cause in causes if causes.count(cause) > 1})
        if doubled:
            raise ValueError(f"cause_groups: in more than one group: {', '.join(doubled)}")
        days = [target.by for target in self.targets]
        if not days or days != sorted(set(days)):
            raise ValueError("targets: at least one, in order of their days, each day once")
        return self

    def line(self, kind: Literal["poverty", "allowance"], year: int) -> tuple[float, int]:
        """The line in force in a year, in yuan per person and year, and the year it was set for.

        A line stays in force until the rule set lists a later one; pages say of which year it is. InputError for a year
        before the first.

        >>> read("hebei-2016").line("poverty", 2017)
        (2855.0, 2016)
        """
        lines = self.poverty_line_yuan if kind == "poverty" else self.allowance_line_yuan
        known = [listed for listed in lines if listed <= year]
        if not known:
            raise InputError(
                Fault(
                    f"no {kind} line for {year}",
                    f"params/rules/{self.name}.yaml",
                    f"a year from {min(lines, default='(none listed)')} on",
                    f"add {year} to {kind}_line_yuan, with its source",
                )
            )
        return lines[max(known)], max(known)

    def part(self, kind: type[Part]) -> Part:
        """The section of a question, such as `part(Timetable)`; InputError where the rule set lacks it."""
        name = next(name for name, section in PARTS.items() if section is kind)
        found = getattr(self, name)
        if not isinstance(found, kind):
            mend = f"write the section as in params/rules/hebei-2016.yaml: {', '.join(kind.model_fields)}"
            where = f"params/rules/{self.name}.yaml"
            raise InputError(Fault(f"the rule set has no section '{name}'", where, "the rules of that question", mend))
        return found


def names() -> list[str]:
    """The rule sets there are, by name; `checks.yaml`, the table of checks, lies beside them and is none."""
    return sorted(path.stem for path in paths.RULES.glob("*.yaml") if path.stem != "checks")


@cache
def read(name: str) -> Rules:
    """Read one rule set; InputError lists every fault of its file.

    >>> [str(target.share) for target in read("hebei-2016").targets]
    ['0.40', '1']
    """
    if name not in names():
        raise InputError(Fault(f"unknown rule set '{name}'", "rules", "a file of params/rules/", nearest(name, names())))
    path = paths.RULES / f"{name}.yaml"
    try:
        return Rules(**yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise InputError(Fault("not YAML", paths.shown(path), "key: value lines", str(error).replace("\n", " "))) from None
    except (ValidationError, TypeError) as error:
        faults = error.errors() if isinstance(error, ValidationError) else [{"loc": (), "msg": str(error)}]
        raise InputError(
            *(Fault(str(f["msg"]), f"{paths.shown(path)}: {'.'.join(map(str, f['loc']))}") for f in faults)
        ) from None


class Headline(Section):
    """A figure that comparisons show first, with the table it is taken from and the way of taking it."""

    name: str
    zh: str
    en: str
    table: str
    column: str
    take: Literal["sum", "one", "largest"]
    of: str = ""
    where: dict[str, str] = Field(default_factory=dict)


class Headlines(Section):
    """`figures`, and those of `targets`, which are shown for each denominator."""

    figures: list[Headline]
    targets: list[Headline]


@cache
def headlines() -> Headlines:
    """The headline figures of params/headlines.yaml; those of targets, written once, for the baseline and the current register.

    >>> [figure.name for figure in headlines().figures][:2]
    ['registered_households', 'registered_persons']
    """
    path = paths.PARAMS / "headlines.yaml"
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        both = [
            {"table": "targets.denominators", "take": "one", **figure, "where": {"denominator": way}}
            for figure in found["targets"]
            for way in ("baseline", "current")
        ]
        return Headlines.model_validate({"figures": found["figures"], "targets": both})
    except (yaml.YAMLError, ValidationError, TypeError, KeyError) as error:
        raise InputError(Fault("not a list of headline figures", paths.shown(path), mend=" ".join(str(error).split()))) from None
