"""The sections of a rule set that one question each reads; a rule set may lack them, and the question then says so."""

from pydantic import BaseModel, ConfigDict


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
    """What townships and units are ranked by, with weights."""
