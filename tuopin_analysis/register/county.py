"""Which county a register is of: asked for, or told by the names of county and townships; never guessed."""

from collections.abc import Sequence

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import places, values
from tuopin_analysis.register.read import Source


def told_by(households: Source, wanted: str | None) -> str:
    """The county's code: as asked for, else as the names of county and townships tell; InputError when they don't."""
    if wanted is not None:
        if len(wanted) != 6 or not places.county(wanted):
            expected = "the six digits of a county of 2016, such as 130123"
            raise InputError(Fault(f"no county has the code {wanted}", "--county", expected))
        return wanted
    named = sorted({text for cell in households.cells.get("county", []) if (text := values.text(cell))})
    towns = sorted({text for cell in households.cells.get("township", []) if (text := values.text(cell))})
    found = places.counties_of(towns, named[0] if len(named) == 1 else "")
    found = found or _by_most(towns, named)
    if len(found) == 1:
        return found[0]
    if found:
        told = [f"{code} {''.join(reversed([*places.county(code).values()]))}" for code in found[:6]]
        what = "the townships fit several counties: " + ", ".join(told) + (", …" if len(found) > 6 else "")
    else:
        shown = [name for name in [*named[:3], *towns] if places.is_name(name)][:8]
        what = "no county is told by its name and its townships: " + (", ".join(shown) or "none is given")
    raise InputError(
        Fault(what, "the files given", "one county", "name it: --county and its six digits, such as --county 130123")
    )


def _by_most(towns: Sequence[str], named: Sequence[str]) -> list[str]:
    """With some names wrong or unknown: the counties that bear the name and have a township of the list, else none is told."""
    if len(named) != 1:
        return []
    return [code for code in places.counties_of([], named[0]) if places.known_townships(code) & set(towns)]
