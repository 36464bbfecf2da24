"""The sections of a rule set that one question each reads; a rule set may lack them, and the question then says so."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, field_validator

MILESTONES = ("measure", "review", "verification", "consent", "notice", "approval")


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
    """What a relapse is counted within, and who is near the line."""


class Acceptance(Section):
    """The exit standard item by item, the procedure step by step, and the signs of untrue exits."""


class Supervision(Section):
    """What townships and units are ranked by, with weights."""
