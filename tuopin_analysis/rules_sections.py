"""The sections of a rule set that one question each reads; a rule set may lack them, and the question then says so."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[Decimal, Field(gt=0, lt=1)]


class Section(BaseModel):
    """A part of a rule set: only the fields it knows, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Timetable(Section):
    """How plans are scheduled backwards from their day, and how the forecast is made."""


class Dynamics(Section):
    """What a relapse is counted within, and who is near the line."""


class Acceptance(Section):
    """The exit standard item by item, the procedure step by step, and the signs of untrue exits."""


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
