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
    """The exit standard item by item, the procedure step by step, and the signs of untrue exits."""


class Supervision(Section):
    """What townships and units are ranked by, with weights."""
