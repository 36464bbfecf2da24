"""What a view of the workbench cannot show, said before anybody takes it for something else."""

from typing import TYPE_CHECKING

import pandas as pd

from tuopin_analysis import explore_views
from tuopin_analysis.errors import Fault
from tuopin_analysis.explore_code import Takes, takes
from tuopin_analysis.explore_view import ALL, UNIT
from tuopin_analysis.register import dictionary, goals, load
from tuopin_analysis.report import language, sentences

if TYPE_CHECKING:
    from tuopin_analysis.explore import Choice

# By field of a choice: what a view that takes it depends on, and what there is without.
TAKEN = {
    "cause": ("households", ALL, "'': this table cannot be of chosen households"),
    "measure": ("households", ALL, "'': this table cannot be of chosen households"),
    "unit": ("unit", UNIT, f"'{UNIT}': nothing is drawn of one unit alone here"),
}  # fmt: skip


def refused(choice: "Choice") -> list[Fault]:
    """Faults for what is chosen and makes no difference to the view, each with the nearest table that takes it."""
    found = []
    for name, (part, none, expected) in TAKEN.items():
        given = getattr(choice, name)
        if given != none and not getattr(takes(choice.table), part):
            mend = f"leave {name} out, or choose a table that takes one, as '{_nearest(choice.table, part)}'"
            found.append(Fault(f"no {name} can be chosen for '{choice.table}', but '{given}' is", name, expected, mend))
    return found


def _nearest(table: str, part: str) -> str:
    """The first table of the same question that takes a choice; else of the workbench."""
    near = [*explore_views.question(table).views, *explore_views.VIEWS]
    return next(one.name for one in near if getattr(takes(one.name), part))


def notes(choice: "Choice") -> list[str]:
    """What must be known of the view of a choice, in its language."""
    _, found = language.translator(choice.lang).gettext, takes(choice.table)
    told = [_("The register has no rows of “{table}”: what rests on them is missing here.").format(table=name)
            for name in lacking(choice, found)]  # fmt: skip
    if "indicators" in found.tables:
        register = choice.register
        told.append(sentences.invented(goals.is_invented(register), goals.indicators(register), choice.lang))
    if not found.place:
        told.append(_("This table is of the whole county, whatever the place."))
    if not found.households:
        told.append(_("This table cannot be of chosen households: main cause and measure are not asked."))
    if not explore_views.view(choice.table).chart:
        told.append(_("This table has no chart."))
    elif not found.unit:
        told.append(_("The chart is not of households or persons alone: neither is asked."))
    return [one for one in told if one]


def seen(table: pd.DataFrame, is_drawn: bool, choice: "Choice") -> list[str]:
    """What must be said of a table once it is made: that it has no row, or too little for its chart."""
    _ = language.translator(choice.lang).gettext
    if not len(table):
        return [_("The table has no row for this choice.")]
    undrawn = explore_views.view(choice.table).chart and not is_drawn
    return [_("There is too little on record for the chart.")] if undrawn else []


def lacking(choice: "Choice", found: Takes) -> list[str]:
    """The tables that a view loads and of which the register has nothing, as they are called in the choice's language."""
    listed = dictionary.CODES.loc[dictionary.CODES["list"] == "table", "value"]
    asked = [name for name in listed if name in found.tables and name != "households"]
    return [dictionary.value_label("table", name, choice.lang) for name in asked if not len(getattr(load, name)(choice.register))]
