"""Work by the map (挂图作业、按图销号): who is left, who is out, who has measures, and which units answer for them."""

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, exits
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.supervision import any_row

PROGRESS = ["households", "persons", "actual_households", "actual_persons", "remaining_households", "remaining_persons",
            "target_persons", "share_actual", "status"]  # fmt: skip
COUNTED = ["with_measure_households", "helped_households", "helping_units"]


def by_place(progress: pd.DataFrame, households: IntoFrame, measures: IntoFrame, responsible: IntoFrame, *, as_of: Day,
             by: str = "township_code") -> pd.DataFrame:  # fmt: skip
    """What is done and what is left in each township (or village, `by="village_code"`) on a day: one row each, in code order.

    Of `progress` (`targets.by_place` of the same places and day) the counts, `target_persons, share_actual, status`;
    `target_reached` (persons out over persons due, missing where none is due); `with_measure_households` (a measure has begun);
    `helped_households` (not out, and somebody is responsible on the day); `helping_units` (units with such a household), and
    `helping_unit`, the one with most of them (of equal ones the first by name). What the register has no record of at all is
    missing, never nought.
    """
    name = by.removesuffix("_code")
    found = progress[[by, name, *PROGRESS]].copy()
    found["target_reached"] = counts.ratio(found["actual_persons"], found["target_persons"])
    day = counts.day(as_of).toordinal()
    homes = counts.lazy(households, ["household_id", by, "is_remaining"]).select("household_id", by, "is_remaining")
    begun = counts.lazy(measures, ["household_id", "start_date"]).filter(exits.day_number("start_date") <= day)
    begun = homes.join(begun.select("household_id").unique(), on="household_id", how="inner")
    found = found.merge(_number(begun, by, "with_measure_households"), on=by, how="left")
    helped = _helped(homes, responsible, by, day)
    pairs = helped.select("household_id", by).unique()
    found = found.merge(_number(pairs, by, "helped_households"), on=by, how="left").merge(_units(helped, by), on=by, how="left")
    recorded = {"with_measure_households": any_row(measures), **dict.fromkeys(COUNTED[1:], any_row(responsible))}
    for column in COUNTED:
        number = found[column].astype("Int64").fillna(0)
        found[column] = number if recorded[column] else number.mask(number.notna())
    found["helping_unit"] = found["helping_unit"].astype("str").where(found["helping_unit"].notna())
    return found.sort_values(by, ignore_index=True)


def _helped(homes: nw.LazyFrame, responsible: IntoFrame, by: str, day: int) -> nw.LazyFrame:
    """Households that are not out, and each unit of which somebody answers for them on the day."""
    read = counts.lazy(responsible, ["household_id", "unit", "start_date", "end_date"])
    ends = exits.day_number("end_date")
    read = read.filter(exits.day_number("start_date") <= day, (ends >= day) | nw.col("end_date").is_null())
    left = homes.filter(nw.col("is_remaining")).select("household_id", by)
    return left.join(read.select("household_id", "unit"), on="household_id", how="inner").unique()


def _number(frame: nw.LazyFrame, by: str, name: str) -> pd.DataFrame:
    """The rows of each place."""
    counted = frame.select(by, number=nw.lit(1)).group_by(by).agg(nw.col("number").sum())
    return counts.collect(counted, ["number"]).rename(columns={"number": name})


def _units(helped: nw.LazyFrame, by: str) -> pd.DataFrame:
    """By place: how many units help there, and the one with most households."""
    named = helped.filter(~nw.col("unit").is_null()).select(by, "unit", number=nw.lit(1))
    pairs = counts.collect(named.group_by(by, "unit").agg(nw.col("number").sum()), ["number"])
    pairs = pairs.sort_values([by, "number", "unit"], ascending=[True, False, True])
    most = pairs.drop_duplicates(by)[[by, "unit"]].rename(columns={"unit": "helping_unit"})
    return most.merge(pairs.groupby(by, as_index=False).agg(helping_units=("unit", "size")), on=by)
