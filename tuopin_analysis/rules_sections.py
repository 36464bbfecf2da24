"""The sections of a rule set that one question each reads; a rule set may lack them, and the question then says so."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MILESTONES = ("measure", "review", "verification", "consent", "notice", "approval")
Share = Annotated[Decimal, Field(gt=0, lt=1)]


class Section(BaseModel):
    """A part of a rule set: only the fields it knows, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Forecast(Section):
    """How the day on which a target is reached is simulated."""

    simulations: int = Field(ge=100)
    seed: int
    horizon_months: int = Field(ge=1)
    interval: float = Field(gt=0, lt=1)
    surely: float = Field(gt=0, lt=1)


class Timetable(Section):
    """How plans are scheduled backwards from their day, and how the forecast is made."""

    days_before: dict[str, int]
    income_growth_most: Decimal = Field(gt=0)
    forecast: Forecast

    @field_validator("days_before")
    @classmethod
    def _known(cls, days: dict[str, int]) -> dict[str, int]:
        if not days or not set(days) <= set(MILESTONES) or min(days.values()) < 0:
            raise ValueError(f"days_before: steps among {', '.join(MILESTONES)}, each with days from 0 on")
        return days


class Dynamics(Section):
    """What a relapse is counted within, and which households that are out are watched."""

    relapse_months: list[int] = Field(min_length=1)  # after the exit
    least_relapses: int = Field(ge=1)  # fewer make no sentence about a group
    confidence: float = Field(gt=0, lt=1)  # of the intervals of relapse shares
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
    """What townships and units are ranked by, with weights, and how chance is told from difference."""

    complaint_days: int = Field(ge=1)
    within: Share
    limits: tuple[Share, Share]
    least_base: int = Field(ge=1)
    commend_for: tuple[str, ...]
    confirmed_by: tuple[str, ...]
    weights: dict[str, Annotated[Decimal, Field(gt=0)]]
    weights_as_of: int = Field(ge=1)
    draws: int = Field(ge=100)
    seed: int
    close_to_mean: Decimal = Field(ge=0)
    trend_years: int = Field(ge=2)

    @model_validator(mode="after")
    def _ordered(self) -> "Supervision":
        if self.limits[0] >= self.limits[1]:
            raise ValueError("limits: the warning limit first, then the control limit, which is wider")
        return self
