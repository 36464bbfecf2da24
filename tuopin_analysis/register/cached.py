"""One register kept in memory: read once in a process, shared with the processes forked from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

import pandas as pd

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import accepted, checks, corrected, corrections, read, snapshots, store, unchecked, validate
from tuopin_analysis.register.about import COUNTY, FURTHER, TABLES, About, about, is_part, of_one_county


@dataclass(frozen=True, repr=False)
class Register:
    """Accepted rows by table, without protected columns (`protected` fetches those, row for row); and what the checks found.

    The rows of households, persons and what hangs on them are those of the baseline: the first snapshot, frozen. `checked`
    fetches findings, set_aside, account and rules.
    """

    about: About
    tables: dict[str, pd.DataFrame]
    checked: Callable[[str], pd.DataFrame]
    protected: Callable[[str], pd.DataFrame]
    snapshot: Callable[[date, str], pd.DataFrame]  # a table as it was on the day of one snapshot
    standing: Callable[[date], dict[str, pd.DataFrame]]  # `tables` of those in the register on the day of one snapshot


def loaded(register: str) -> Register:
    """The register behind a `register` parameter, read again only when one of its files has changed."""
    told = about(register)
    stamp = _stamped([*_files(told), told.folder / corrections.FILE])
    county = f"{COUNTY}{told.county_code}" if is_part(register) else ""
    return _load(f"{told.folder}{county}", stamp)


def exported(register: str) -> corrected.Frames:
    """The register's tables by day as they were exported, before any correction; a register of workbooks has one day."""
    return _exported(about(register))


def _exported(told: About) -> corrected.Frames:
    if told.store:
        return lambda day, table: _part(told, day, table)
    tables = _checked(told.folder, _stamped(_files(told))).tables
    return lambda _day, table: tables[table]


def _files(told: About) -> list[Path]:
    files = [told.folder / "register.yaml"]
    return files + ([checks.CHECKS, *(told.folder / name for name in told.tables.values())] if told.tables else [])


def _stamped(files: list[Path]) -> tuple[tuple[int, int], ...]:
    return tuple((path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else (0, 0) for path in files)


@lru_cache(maxsize=4)
def _load(register: str, _stamp: tuple[tuple[int, int], ...]) -> Register:
    told = of_one_county(about(register))
    return _imported(told) if told.store else _from_workbooks(told)


def _imported(told: About) -> Register:
    snapshot = corrected.correcting(told, _exported(told))

    @lru_cache(maxsize=2)
    def standing(day: date) -> dict[str, pd.DataFrame]:
        return tables if day == told.baseline else snapshots.combined(told, snapshot, of=day)

    tables = snapshots.combined(told, snapshot)
    left, apart = partial(_of_all_days, told), partial(_protected, told)
    return Register(told, tables, left, apart, snapshot, standing)


def _part(told: About, day: date, name: str) -> pd.DataFrame:
    """A frame of a day; a county of a large synthetic store lacks some, and any other may lack the further tables."""
    may_lack = told.is_of_many or name.rpartition("/")[2] in FURTHER
    is_lacking = may_lack and name not in told.snapshots[day].parts
    if is_lacking:
        return unchecked.frame(told, name)
    found = store.frame(told, day, name)
    return unchecked.filled(found, name) if told.is_of_many and name in TABLES else found


def _protected(told: About, table: str) -> pd.DataFrame:
    """Protected columns of the rows in use: of the baseline, but for helpers and units of the last day that lists any."""
    days = [told.baseline] if table in ("households", "persons") else list(told.snapshots)[::-1]
    found = [_part(told, day, f"{store.PROTECTED}/{table}") for day in days]
    return next((frame for frame in found if len(frame)), found[0])


def _of_all_days(told: About, name: str) -> pd.DataFrame:
    """What the checks left on every snapshot's day: rows one below the other, the counts of account and rules added up.

    The account speaks of what reports count: of households and persons it has the rows of the first day alone.
    """
    found = [_part(told, day, f"{store.PROTECTED}/{name}") for day in told.snapshots]
    if len(found) == 1:
        return found[0]
    if "file" in found[0]:  # files and lines of each day are told apart
        days = enumerate(zip(told.snapshots, found, strict=True))
        found = [frame.assign(file=f"{day}: " + frame["file"], line=frame["line"] + at * 10**9) for at, (day, frame) in days]
    whole = pd.concat(found, ignore_index=True)
    if name == "account":  # households and persons are counted as of the first day, what hangs on them as of all
        later = whole["table"].isin(["households", "persons"]) & whole.index.isin(whole.index[len(found[0]) :])
        whole = whole[~later]
    counts = [column for column in whole if str(column).startswith("rows_")]
    if not counts:
        return whole.drop_duplicates(ignore_index=True) if name == "columns" else whole
    keys = [column for column in whole if column not in counts]
    return whole.groupby(keys, sort=False, as_index=False, dropna=False)[counts].sum()[list(whole.columns)]


def _from_workbooks(told: About) -> Register:
    """The accepted rows of workbooks, with their corrections."""
    kept = _checked(told.folder, _stamped(_files(told)))
    frame = corrected.correcting(told, _exported(told))
    tables = snapshots.joined({table: frame(told.baseline, table) for table in kept.tables})
    found, apart = kept.checked.__getitem__, kept.protected.__getitem__
    return Register(told, tables, found, apart, lambda _day, table: tables[table], lambda _day: tables)


@lru_cache(maxsize=2)
def _checked(folder: Path, _stamp: tuple[tuple[int, int], ...]) -> accepted.Accepted:
    """What the checks accept of workbooks; kept, so that a correction does not make them run again.

    Only synthetic ones are read in place: a real register is imported, so that its persons are protected.
    """
    told = about(str(folder))
    if not told.synthetic:
        raise InputError(
            Fault(
                "workbooks with real persons are not read in place",
                paths.shown(told.folder),
                "an imported register",
                f"tuopin import {told.folder}/*.xlsx --into FOLDER --snapshot {told.baseline}",
            )
        )
    return accepted.accepted(validate.check(told, read.sources(told)), told.county_code, paths.shown(told.folder))
