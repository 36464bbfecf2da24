"""The seven tables that an office may lack: united over snapshots, with places of households, and empty where they are not."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pandas as pd

from tuopin_analysis.register import unchecked
from tuopin_analysis.register.about import FURTHER
from tuopin_analysis.register.accepted import ORDER, PLACE, of_household

OF_HOUSEHOLDS = ("measures", "acceptance")  # without a place of their own
# By table: its rows' own day, and what names a row from one snapshot to the next.
DAYS = {"measures": "start_date", "acceptance": "acceptance_date", "changes": "change_date", "standings": "standing_date",
        "reported_exits": "report_date", "rechecks": "recheck_date", "complaints": "complaint_date"}  # fmt: skip
_KEYS = {
    "measures": ["household_id", "measure", "unit", "start_date"],
    "acceptance": ["household_id", "acceptance_date"],
    "changes": ["household_id", "change", "change_date", "other_household_id", "township_code"],
    "standings": ["household_id", "standing_date"],
    "reported_exits": ["township_code", "report_date"],
    "rechecks": ["recheck_kind", "household_id", "township_code", "village_code", "recheck_date"],
    "complaints": ["unit", "household_id", "township_code", "village_code", "complaint_date"],
}


def combined(
    days: Sequence[date], frame: Callable[[date, str], pd.DataFrame], households: Sequence[pd.DataFrame], left_out: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """The seven tables of a register's snapshots, by table: rows that any of them lists, as the last one that does tells them.

    A help that ended or a complaint that was closed since is so told. Where several snapshots list no counts (`standings`), their
    households are the counts, but for those whose status is one of `left_out`: never registered as poor, or no more.
    """
    found = {table: _united([frame(day, table) for day in days], _KEYS[table]) for table in FURTHER}
    if found["standings"].empty and len(days) > 1:
        found["standings"] = _counted(days, households, left_out)
    return found


def _united(frames: list[pd.DataFrame], key: list[str]) -> pd.DataFrame:
    """Rows of all days, one a key, the latest day's; what a day lists several times stays so."""
    filled = [frame.assign(_again=frame.groupby(key, dropna=False).cumcount()) for frame in frames if len(frame)]
    if not filled:
        return frames[0]
    rows = pd.concat(filled, ignore_index=True).drop_duplicates([*key, "_again"], keep="last", ignore_index=True)
    return rows.drop(columns="_again")


def _counted(days: Sequence[date], households: Sequence[pd.DataFrame], left_out: Sequence[str]) -> pd.DataFrame:
    told = {"poverty_status": "standing_status", "size": "standing_size"}
    rows = [
        frame.loc[~frame["poverty_status"].isin(left_out), ["household_id", *PLACE, *told]].assign(standing_date=at)
        for at, frame in zip(map(pd.Timestamp, days), households, strict=True)
    ]
    return pd.concat(rows, ignore_index=True).rename(columns=told).astype({"standing_date": "datetime64[us]"})


def joined(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The seven tables, sorted, with township and village on every row, and the household's size on measures and acceptances.

    Of a household newly identified or split off they are those of that change; what hangs on no household known is left out.
    """
    given = {table: tables.get(table, unchecked.empty(table)) for table in FURTHER}
    given = {table: frame.assign(**{name: _none(frame) for name in PLACE if name not in frame}) for table, frame in given.items()}
    homes = _homes(tables["households"], given["changes"])
    found = {}
    for table, frame in given.items():
        rows = frame
        if table in OF_HOUSEHOLDS:
            rows = of_household(frame[frame["household_id"].isin(homes["household_id"])], homes, [*PLACE, "size"])
        first = [name for name in ("household_id", *PLACE) if name in rows]
        rows = rows[[*first, *(name for name in rows if name not in first)]]
        found[table] = rows.sort_values(ORDER[table], kind="stable", ignore_index=True)
    return found


def _none(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(None, index=frame.index, dtype="str")


def _homes(households: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Place and size of each household: as registered, else as on the change that brought it about."""
    columns = ["household_id", *PLACE, "size"]
    new = changes[changes["change"] == "new"].rename(columns={"persons": "size"})
    split = changes[changes["change"] == "split"].drop(columns="household_id")
    split = split.rename(columns={"persons": "size", "other_household_id": "household_id"})
    known = [frame[columns] for frame in (households, new, split) if len(frame)]
    homes = pd.concat(known, ignore_index=True).dropna(subset="household_id").drop_duplicates("household_id", ignore_index=True)
    return homes.astype({"size": "int64"})
