"""Where an account does not balance: the households that records and count tell differently.

The break of a township is the sum of those of its households, in both units: nothing of it is left unexplained.
"""

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.exits import day_number
from tuopin_analysis.analysis.histories import Histories

POOR = ("poor", "relapsed", "exiting")  # of the list poverty_status: on the register and not out
_COUNT = ["household_id", "township_code", "township", "village", "standing_status", "standing_size"]
_PLACE = ["township_code", "township", "village"]
OFF = ["difference_households", "difference_persons"]
_TOLD = ["household_id", *_PLACE, "size", "state"]


def count_of(standings: IntoFrame, *, as_of: Day) -> pd.DataFrame:
    """The households counted at the end of a day: one row per household, `household_id, township_code, township, village, size,
    state` (poor or out); none when nobody counted on that day."""
    on = counts.day(as_of).toordinal()
    read = counts.lazy(standings, [*_COUNT, "standing_date"]).filter(day_number("standing_date") == on).select(*_COUNT)
    is_poor = nw.col("standing_status").is_in(POOR)
    stated = read.with_columns(state=nw.when(is_poor).then(nw.lit("poor")).otherwise(nw.lit("out")))
    rows = counts.collect(stated.drop("standing_status").rename({"standing_size": "size"}), ["size"])
    return rows[_TOLD].sort_values("household_id", ignore_index=True)


def last_count(standings: IntoFrame, *, as_of: Day) -> pd.DataFrame:
    """The last day up to `as_of` on which households were counted, as `standing_date`; no row when none was."""
    read = counts.lazy(standings, ["standing_date"]).select(day=day_number("standing_date").cast(nw.Int64))
    latest = read.filter(nw.col("day") <= counts.day(as_of).toordinal()).select(nw.col("day").max())
    days = counts.collect(latest)["day"].dropna().astype("int64")
    found = [pd.Timestamp.fromordinal(int(one)) for one in days]
    return pd.DataFrame({"standing_date": pd.Series(found, dtype="datetime64[us]")})


def located(told: Histories, counted: pd.DataFrame) -> pd.DataFrame:
    """Each household that makes the account of a township break: one row per household and township, by township and number.

    `break_kind`: vanished (poor by the records, not counted), unrecorded_exit (counted out), unrecorded_relapse (counted poor,
    out by the records), unknown_household (counted poor, not on record), missing_change (poor in both, other persons),
    missing_move (poor in both, in another township: one row each). `record_state, record_size, count_state, count_size`: what
    each says, missing where it has no such household. `difference_households, difference_persons`: what was counted less what is
    on record, of the poor.
    `counted` as `count_of` gives it; without a count no row.
    """
    columns = {"state": "state", "size": "size"} | {name: name for name in _PLACE}
    record = told.homes[_TOLD].rename(columns={name: f"record_{name}" for name in columns})
    count = counted[_TOLD].rename(columns={name: f"count_{name}" for name in columns})
    record = record.assign(record_state=record["record_state"].replace("relapsed", "poor"))
    both = record.merge(count, on="household_id", how="outer") if len(counted) else record.merge(count, on="household_id")
    was, now = both["record_state"].eq("poor").fillna(False), both["count_state"].eq("poor").fillna(False)
    moved = was & now & (both["record_township_code"] != both["count_township_code"])
    off = was & now & ~moved & (both["record_size"] != both["count_size"])
    kinds = {"missing_change": off, "missing_move": moved, "unrecorded_exit": was & both["count_state"].eq("out"),
             "unrecorded_relapse": now & both["record_state"].eq("out"), "vanished": was & both["count_state"].isna(),
             "unknown_household": now & both["record_state"].isna()}  # fmt: skip
    rows = [_rows(both[which.astype(bool)], kind) for kind, which in kinds.items()]
    found = pd.concat(rows, ignore_index=True)
    found = found.astype(dict.fromkeys(OFF, "int64") | dict.fromkeys(["record_size", "count_size"], "Int64"))
    return found.sort_values(["township_code", "break_kind", "household_id", "difference_households"], ignore_index=True)


def _rows(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The differences of one kind: of a household in the place that has it, of a move in both places."""
    if kind == "missing_move":
        return pd.concat([_side(rows, kind, "record", -1), _side(rows, kind, "count", 1)], ignore_index=True)
    if kind == "missing_change":
        return _side(rows, kind, "count", 1).assign(
            difference_households=0, difference_persons=rows["count_size"] - rows["record_size"]
        )
    return _side(rows, kind, *(("count", 1) if kind in ("unknown_household", "unrecorded_relapse") else ("record", -1)))


def _side(rows: pd.DataFrame, kind: str, by: str, sign: int) -> pd.DataFrame:
    told = {name: rows[f"{by}_{name}"] for name in _PLACE}
    said = {name: rows[name] for name in ("record_state", "record_size", "count_state", "count_size")}
    found = pd.DataFrame({"break_kind": kind, "household_id": rows["household_id"], **told, **said}, index=rows.index)
    found = found.assign(difference_households=sign, difference_persons=sign * rows[f"{by}_size"])
    texts = ["break_kind", "household_id", *_PLACE, "record_state", "count_state"]
    return found.astype(dict.fromkeys(texts, "str"))


def places(told: Histories, counted: pd.DataFrame) -> pd.DataFrame:
    """Every township of the records or of the count, by code: `township_code, township`."""
    parts = [frame[["township_code", "township"]] for frame in (told.postings, told.homes, counted)]
    named = pd.concat(parts, ignore_index=True).dropna(subset="township_code").drop_duplicates("township_code")
    return named.sort_values("township_code", ignore_index=True).astype("str")
