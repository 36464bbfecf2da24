"""Who answers for a township or a village (责任人): a list that the office keeps, handed over when sheets for the wall are made.

A CSV file in UTF-8 with the columns code (nine digits of a township, twelve of a village) and name, with the post if wanted. The
register itself knows who helps a household, not who answers for a place; nothing of the list is kept.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import supplied
from tuopin_analysis.register.supplied import Row

COLUMNS = ["code", "name"]
WIDEST = 14  # Chinese characters of a name with its post, two lines in the table of a sheet; a Latin letter is half of one


def read(path: Path, known: Collection[str]) -> dict[str, str]:
    """The names by code. InputError lists every fault: codes that are not of the register or stand twice, names that are empty
    or too long for a sheet."""
    rows, faults = supplied.read(path, COLUMNS, "who is in charge")
    faults += [fault for row in rows for fault in _faults(row, known, path)]
    faults += supplied.doubled(rows, path, ["code"], "place")
    if faults:
        raise InputError(*faults)
    return {row["code"]: row["name"] for row in rows}


def _faults(row: Row, known: Collection[str], path: Path) -> Iterator[Fault]:
    if row["code"] not in known:
        expected = "the code of a township or a village with households of this register"
        yield Fault(f"unknown code '{row['code']}'", supplied.at(path, row, "code"), expected, nearest(row["code"], known))
    if not row["name"]:
        yield Fault("no name", supplied.at(path, row, "name"), "a name", "leave the row out where nobody is named yet")
    elif harmless.width(row["name"]) > 2 * WIDEST:
        expected = f"at most {WIDEST} Chinese characters or {2 * WIDEST} Latin letters, to fit a sheet"
        yield Fault("a name too long", supplied.at(path, row, "name"), expected, "leave out the post")
