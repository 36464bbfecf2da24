"""Make and undo corrections: a line is checked against the register, and the file is written whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import cached, corrected, corrections, store
from tuopin_analysis.register.about import About, about, is_part, of_one_county
from tuopin_analysis.register.corrections import Correction

_NUMBERS = {"persons": ("person_id", "person_number")}


def add(
    register: str, table: str, row: str, field: str, old: str, new: str, *, who: str, why: str, when: date | None = None
) -> Correction:
    """Add one correction; InputError, and nothing written, when it or any line of the file cannot be.

    `row` is the row's key as pages show it (`corrections.KEYS`), or, in its first part, the number that the office knows.
    `old` is what the register says now. `when` is today unless said otherwise.
    """
    day = when or date.today()
    if day > date.today():
        raise InputError(Fault(f"{day} lies in the future", "when", "the day on which it was corrected"))
    with _alone(register) as (told, lines):
        line = Correction(len(lines) + 1, table, _key(register, table, row), field, old, new, who, day.isoformat(), why)
        corrected.check(told, [*lines, line], cached.exported(register))
        plain_old, plain_new = (corrections.text(corrections.value(table, field, text)) for text in (old, new))
        line = replace(line, old=plain_old, new=plain_new)
        _write(told, [*lines, line])
    return line


def undo(register: str, number: int, *, who: str, why: str, when: date | None = None) -> Correction:
    """Take one correction back; its line stays as a trace. InputError when there is none, or others go on from it."""
    with _alone(register) as (told, lines):
        where = f"correction {number}"
        found = next((line for line in lines if line.number == number), None)
        if found is None:
            raise InputError(
                Fault(f"no correction {number}", where, f"a number from 1 to {len(lines)}" if lines else "there is none")
            )
        if found.is_undone:
            raise InputError(Fault(f"undone already on {found.undone_when}", where))
        chain = next(chain for chain in corrections.chains(lines) if found in chain)
        if chain[-1] is not found:
            mend = f"undo correction {chain[-1].number} first"
            raise InputError(Fault(f"correction {chain[-1].number} goes on from it", where, mend=mend))
        undone = replace(found, undone_by=who, undone_when=(when or date.today()).isoformat(), undone_why=why)
        after = [undone if line is found else line for line in lines]
        at = corrections.at_line(told, number)
        if faults := [fault for fault in corrections.form_faults(told, after) if fault.where == at]:
            raise InputError(*faults)
        _write(told, after)
    return undone


@contextlib.contextmanager
def _alone(register: str) -> Iterator[tuple[About, list[Correction]]]:
    """The register and its lines, which nobody else changes until they are written: read, check and write are one step."""
    if is_part(register):
        what, expected = "a county of a store of many cannot be corrected", "an imported register, or one of workbooks"
        raise InputError(Fault(what, "register", expected, "such a store is synthetic: make it again"))
    with store.correcting(of_one_county(about(register))):
        told = about(register)  # an import may have ended while this waited
        yield told, corrections.read(told)


def _key(register: str, table: str, row: str) -> str:
    """The key of a row that may be named by the office's own number; as it is when no such number is known."""
    first, _, rest = row.strip().partition(" ")
    column, number = _NUMBERS.get(table, ("household_id", "household_number"))
    if table not in corrections.KEYS or not about(register).store:
        return row.strip()
    hidden = "persons" if table == "persons" else "households"
    frames = cached.exported(register)
    for day in about(register).snapshots:
        known = frames(day, f"{store.PROTECTED}/{hidden}")
        ids = known.loc[known[number] == first, column]
        if len(ids):
            return " ".join(part for part in (str(ids.iloc[0]), rest) if part)
    return row.strip()


def _write(told: About, lines: list[Correction]) -> None:
    content = corrections.written(lines)
    if told.store:
        store.write_corrections(told, content)
        return
    half = told.folder / f".{corrections.FILE}.{secrets.token_hex(8)}"  # synthetic workbooks: nobody's secret
    try:
        half.write_bytes(content)
        os.replace(half, told.folder / corrections.FILE)
    finally:
        half.unlink(missing_ok=True)
