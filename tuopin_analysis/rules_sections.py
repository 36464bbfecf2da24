"""The sections of a rule set that one question each reads; a rule set may lack them, and the question then says so."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A part of a rule set: only the fields it knows, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Timetable(Section):
    """How plans are scheduled backwards from their day, and how the forecast is made."""


class Dynamics(Section):
    """What a relapse is counted within, and which households that are out are watched."""

    relapse_months: list[int] = Field(min_length=1)  # after the exit
    least_relapses: int = Field(ge=1)  # fewer make no sentence about a group
    transfer_share: Decimal = Field(gt=0, le=1)  # of a household's income
    least_reasons: int = Field(ge=1)


class Acceptance(Section):
    """The exit standard item by item, the procedure step by step, the signs of untrue exits, and the third party's thresholds."""

    standard: list[str]  # income, and items that an acceptance has as `has_<item>`
    procedure: dict[str, list[str]]  # steps in their order, each with its days on record (one, or the first and the last)
    step_days: dict[str, int]  # the least days from the first to the last, of steps that last
    asked_steps: list[str]  # without these an exit is against the household's knowledge
    just_over_line: Decimal = Field(gt=1)  # times the line: from the line to under this an income is just over it
    jump_times: Decimal = Field(gt=1)  # times the register's income
    round_yuan: int = Field(gt=0)
    copied_exits: int = Field(ge=2)
    heaps_yuan: list[int]  # each divides the next
    bunching_window: Decimal = Field(gt=1)  # times the line
    bunching_degree: int = Field(ge=0, le=3)
    draws: int = Field(ge=99)
    seed: int
    level: float = Field(gt=0, lt=1)  # of false discoveries among townships
    confidence: float = Field(gt=0, lt=1)
    wrong_exits_most: float
    missed_poor_most: float
    satisfied_least: float


class Supervision(Section):
    """What townships and units are ranked by, with weights."""
