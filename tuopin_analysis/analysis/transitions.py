"""From one day to another: how many households were poor and are out, fell back, came or are gone."""

import pandas as pd

from tuopin_analysis.analysis.counts import UNITS
from tuopin_analysis.analysis.histories import Histories

BEFORE = ("poor", "relapsed", "out", "not_yet")  # in the order in which a picture has them
AFTER = ("poor", "relapsed", "out", "gone")


def states(before: Histories, after: Histories) -> pd.DataFrame:
    """The state of each household on two days: one row per household and level, and two of the level township where it moved.

    `household_id, level` (county, township), `township_code, township, village, state_before` (poor, relapsed, out, or not_yet on
    record), `state_after` (poor, relapsed, out, or gone), `households` (1), `persons`: the size on the later day, or on the
    earlier one of those that are gone. Of a household that moved the one township has it gone, the other not_yet.
    """
    both = before.homes.merge(after.homes, on="household_id", how="outer", suffixes=("_was", "_is"))
    there, here = both["state_was"].notna(), both["state_is"].notna()
    moved = there & here & (both["township_code_was"] != both["township_code_is"])
    rows = [_part(both, "_is", here, "county"), _part(both, "_was", there & ~here, "county")]
    rows += [
        _part(both, "_is", here, "township", came=moved),
        _part(both, "_was", there & (~here | moved), "township", left=moved),
    ]
    found = pd.concat(rows, ignore_index=True)
    return found.sort_values(["level", "household_id", "township_code"], ignore_index=True)


def _part(
    both: pd.DataFrame, ending: str, which: pd.Series, level: str, came: pd.Series | None = None, left: pd.Series | None = None
) -> pd.DataFrame:
    """Rows of households with the place and size of one day; those that came have no state before, those that left none after."""
    was, now = both["state_was"], both["state_is"]
    was = was if came is None else was.mask(came)
    now = now if left is None else now.mask(left)
    place = {name: both[f"{name}{ending}"] for name in ("township_code", "township", "village")}
    told = {"state_before": was.fillna("not_yet"), "state_after": now.fillna("gone")}
    size = both[f"size{ending}"]
    rows = pd.DataFrame({"household_id": both["household_id"], "level": level, **place, **told, "households": 1, "persons": size})
    texts = dict.fromkeys(["household_id", "level", *place, *told], "str")
    return rows[which].astype(texts | {"persons": "int64", "households": "int64"})


def table(found: pd.DataFrame, scope: str = "county") -> pd.DataFrame:
    """`states` counted: one row per pair of states that occurs, in the order of both: `state_before, state_after, households,
    persons`."""
    rows = found[found["level"] == "county"]
    if scope != "county":
        rows = found[(found["level"] == "township") & (found["township_code"] == scope)]
    added = rows.groupby(["state_before", "state_after"], as_index=False)[list(UNITS)].sum()
    order = added.assign(first=added["state_before"].map(BEFORE.index), second=added["state_after"].map(AFTER.index))
    added = added.loc[order.sort_values(["first", "second"]).index].reset_index(drop=True)
    return added.astype({"state_before": "str", "state_after": "str", "households": "int64", "persons": "int64"})
