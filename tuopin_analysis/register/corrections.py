"""Corrections of a register: what the office found wrong since the export, one line a value, in a file beside the register.

The export and the store stay as they are; the lines in force are applied whenever the register is loaded. A line that is undone
stays in the file as a trace and counts no more. Households, persons, exit plans and changes can be corrected, but for

- protected fields: the register keeps them apart and bears pseudonyms made from them;
- numbers, places, sizes and relations to the head, on which other rows hang;
- the state and the years that an export shows (`poverty_status`, `exit_year`, `data_year`): exits are read off them.

These are mended in the export, and the day is imported again. Sums that a row states, such as `income_total_yuan`, are values of
their own.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from tuopin_analysis import harmless, paths
from tuopin_analysis.errors import Fault, InputError, as_day, nearest
from tuopin_analysis.register import dictionary, masks, protect, store, values
from tuopin_analysis.register.about import About

FILE = store.CORRECTIONS
# By table: the columns whose values, joined by a space, name a row.
KEYS = {"households": ["household_id"], "persons": ["person_id"], "exit_plans": ["household_id"],
        "events": ["household_id", "event_date", "event"]}  # fmt: skip
FIXED = {"household_id", "person_id", "county", "township", "village", "size", "household_size", "relation", "poverty_status",
         "exit_year", "data_year"}  # fmt: skip
AGAIN = "mend it in the export and import the day again with --replace"


@dataclass(frozen=True)
class Correction:
    """One line of the file, by its number: which value of which row, what it was and is to be, by whom, when and why."""

    number: int
    table: str
    row: str
    field: str
    old: str
    new: str
    who: str
    when: str
    why: str
    undone_by: str = ""
    undone_when: str = ""
    undone_why: str = ""

    @property
    def is_undone(self) -> bool:
        return bool(self.undone_when)

    @property
    def what(self) -> tuple[str, str, str]:
        """The value that it is about: table, row, field."""
        return self.table, self.row, self.field


COLUMNS = [field.name for field in fields(Correction)][1:]


def read(told: About) -> list[Correction]:
    """The lines of a register's file, also undone ones; none without a file. InputError for a file that is not one."""
    path = told.folder / FILE
    if not path.exists():
        return []
    where, expected = paths.shown(path), ",".join(COLUMNS)
    try:
        if told.store:
            with protect.private_open(path) as file:
                text = file.read().decode("utf-8-sig")
        else:
            text = path.read_text(encoding="utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(Fault("not a file of corrections", where, f"CSV in UTF-8 with the columns {expected}")) from None
    rows = [row for row in rows if any(row)]
    faults = [Fault("not the columns of corrections", f"{where}, line 1", expected)] if head != COLUMNS else []
    faults += [Fault(f"{len(row)} cells", at_line(told, number), f"{len(COLUMNS)} cells") for number, row in enumerate(rows, 1)
               if len(row) != len(COLUMNS)]  # fmt: skip
    if faults:
        raise InputError(*faults)
    return [Correction(number, *map(harmless.from_csv_cell, row)) for number, row in enumerate(rows, 1)]


def written(lines: Sequence[Correction]) -> bytes:
    """The file of these lines, safe to open in a spreadsheet."""
    out = io.StringIO()
    rows = [[str(harmless.csv_cell(getattr(line, name))) for name in COLUMNS] for line in lines]
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *rows])
    return out.getvalue().encode("utf-8-sig")


def at_line(told: About, number: int) -> str:
    """Where a line stands, as faults say it."""
    return f"{paths.shown(told.folder / FILE)}, correction {number}"


def value(table: str, field: str, text: str) -> Any:
    """What a text means in a field, missing for an empty one; ValueError when the dictionary does not know it so.

    >>> value("households", "cause_main", "因病"), value("households", "has_power", "是")
    ('illness', np.True_)
    """
    row = dictionary.columns(table).loc[field]
    found, is_unreadable = values.column([text], str(row["type"]), str(row["codes"]))
    if is_unreadable.iloc[0]:
        raise ValueError(text)
    return found.iloc[0]


def text(found: Any) -> str:
    """A value as the file has it: identifiers, days as ISO text, yes and no, nothing for missing.

    >>> text(True), text(np.float64(2.5)), text(pd.Timestamp("2016-12-31")), text(pd.NA)
    ('yes', '2.5', '2016-12-31', '')
    """
    if pd.isna(found):
        return ""
    if isinstance(found, bool | np.bool_):
        return "yes" if found else "no"
    if isinstance(found, pd.Timestamp):
        return f"{found:%Y-%m-%d}"
    return values.text(found.item() if isinstance(found, np.generic) else found)


def form_faults(told: About, lines: Sequence[Correction]) -> list[Fault]:
    """What is wrong with the lines by themselves: unknown tables or fields, unreadable values, nobody, no day, contradictions."""
    faults = [fault for line in lines for fault in _of_line(line, at_line(told, line.number))]
    if faults:
        return faults
    for chain in chains(lines):
        for before, after in pairwise(chain):
            if not same(value(*field_of(after), after.old), value(*field_of(before), before.new)):
                what = f"contradicts correction {before.number}, after which {after.field} is '{before.new}', not '{after.old}'"
                mend = f"undo correction {before.number}, or write '{before.new}' as what is there"
                faults.append(Fault(what, at_line(told, after.number), "each correction goes on from the one before", mend))
    return faults


def field_of(line: Correction) -> tuple[str, str]:
    """Table and field."""
    return line.table, line.field


def _of_line(line: Correction, at: str) -> Iterator[Fault]:
    yield from _unusual(line, at)
    if line.table not in KEYS:
        mend = AGAIN if line.table in dictionary.COLUMNS["table"].unique() else nearest(line.table, KEYS)
        yield Fault(f"table '{line.table}' cannot be corrected", at, ", ".join(KEYS), mend)
        return
    described = dictionary.columns(line.table)
    if line.field not in described.index:
        yield Fault(f"unknown field '{line.field}' of {line.table}", at, mend=nearest(line.field, described.index))
        return
    if line.field in FIXED or described.loc[line.field, "protected"]:
        kind = "is protected" if described.loc[line.field, "protected"] else "is one that other rows or years hang on"
        yield Fault(f"{line.field} {kind} and cannot be corrected here", at, mend=AGAIN)
        return
    for name in ("old", "new"):
        try:
            value(line.table, line.field, getattr(line, name))
        except ValueError:
            row = described.loc[line.field]
            known = dictionary.CODES.loc[dictionary.CODES["list"] == row["codes"], "value"]
            hint = nearest(getattr(line, name), known) if len(known) else ""
            yield Fault(f"{name}: '{getattr(line, name)}' is no {row['type']} of {line.field}", at, row["unit"] or "", hint)
            return
    if same(value(*field_of(line), line.old), value(*field_of(line), line.new)):
        yield Fault("old and new are the same", at, "a change")
    if described.loc[line.field, "type"] in ("number", "integer") and line.new and value(*field_of(line), line.new) < 0:
        yield Fault(f"new: '{line.new}' is below nought", at, str(described.loc[line.field, "unit"] or "0 or more"))
    if described.loc[line.field, "required"] and not line.new:
        yield Fault(f"{line.field} cannot be emptied", at, "a value", AGAIN)


def _unusual(line: Correction, at: str) -> Iterator[Fault]:
    """Nobody, no day, no reason; an ID or telephone number; half an undoing."""
    undone = [name for name in COLUMNS if name.startswith("undone")]
    told = ["who", "when", "why", *(undone if any(getattr(line, name) for name in undone) else [])]
    yield from (Fault(f"{name} is missing", at, "who, when and why") for name in told if not getattr(line, name).strip())
    for name in COLUMNS:
        written = getattr(line, name)
        if name in ("when", "undone_when") and written and None in (values.day(written), as_day(written)):
            yield Fault(f"{name}: '{written}' is not a day", at, "year-month-day")
        if name not in ("row", "when", "undone_when") and masks.holds_number(written):
            yield Fault(f"{name} holds an ID or telephone number", at, "words", "leave the number out")
        if written != harmless.line(written):
            yield Fault(f"{name} holds breaks or signs that nobody sees", at, "one line of plain text")


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same: both missing, or equal (numbers but for the last digits).

    >>> same(0.1 + 0.2, 0.3), same(pd.NA, float("nan")), same("a", "b")
    (True, True, False)
    """
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(np.isclose(one, other, rtol=1e-9)) if isinstance(one, float) else bool(one == other)


def chains(lines: Sequence[Correction]) -> list[list[Correction]]:
    """The lines in force by the value that they are about, each in the order of days, then of numbers."""
    found: dict[tuple[str, str, str], list[Correction]] = {}
    for line in sorted((line for line in lines if not line.is_undone), key=lambda line: (line.when, line.number)):
        found.setdefault(line.what, []).append(line)
    return list(found.values())
