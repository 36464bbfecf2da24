"""One register kept in memory: read once in a process, shared with the processes forked from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import accepted, checks, read, snapshots, store, validate
from tuopin_analysis.register.about import About, about


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
    files = [told.folder / "register.yaml"]
    files += [checks.CHECKS, *(told.folder / name for name in told.tables.values())] if told.tables else []
    stamp = tuple((path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else (0, 0) for path in files)
    return _load(told.folder, stamp)


@lru_cache(maxsize=4)
def _load(folder: Path, _stamp: tuple[tuple[int, int], ...]) -> Register:
    told = about(str(folder))
    return _imported(told) if told.store else _from_workbooks(told)


def _imported(told: About) -> Register:
    def snapshot(day: date, table: str) -> pd.DataFrame:
        return store.frame(told, day, table)

    @lru_cache(maxsize=2)
    def standing(day: date) -> dict[str, pd.DataFrame]:
        return tables if day == told.baseline else snapshots.combined(told, snapshot, of=day)

    tables = snapshots.combined(told, snapshot)
    return Register(
        told, tables, lambda name: _of_all_days(told, name), lambda table: _protected(told, table), snapshot, standing
    )


def _protected(told: About, table: str) -> pd.DataFrame:
    """Protected columns of the rows in use: of the baseline, but for helpers and units of the last day that lists any."""
    days = [told.baseline] if table in ("households", "persons") else list(told.snapshots)[::-1]
    found = [store.frame(told, day, f"{store.PROTECTED}/{table}") for day in days]
    return next((frame for frame in found if len(frame)), found[0])


def _of_all_days(told: About, name: str) -> pd.DataFrame:
    """What the checks left on every snapshot's day: rows one below the other, the counts of account and rules added up.

    The account speaks of what reports count: of households and persons it has the rows of the first day alone.
    """
    found = [store.frame(told, day, f"{store.PROTECTED}/{name}") for day in told.snapshots]
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
    """Read workbooks in place; only synthetic ones: a real register is imported, so that its persons are protected."""
    if not told.synthetic:
        raise InputError(
            Fault(
                "workbooks with real persons are not read in place",
                paths.shown(told.folder),
                "an imported register",
                f"tuopin import {told.folder}/*.xlsx --into FOLDER --snapshot {told.baseline}",
            )
        )
    checked = validate.check(told, read.sources(told))
    kept = accepted.accepted(checked, told.county_code, paths.shown(told.folder))
    tables = snapshots.joined(kept.tables)
    found, apart = kept.checked.__getitem__, kept.protected.__getitem__
    return Register(told, tables, found, apart, lambda _day, table: tables[table], lambda _day: tables)
