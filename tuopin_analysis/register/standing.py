"""Where every row of a register belongs, and whether it was accepted: also rows set aside, as far as that can be told."""

import numpy as np
import pandas as pd

from tuopin_analysis.register.about import FURTHER
from tuopin_analysis.register.read import Source

_PLACE = ["township_code", "village_code"]
ROW = ["table", "file", "sheet", "row", "line", "household_id", *_PLACE, "is_accepted"]


def rows(sources: dict[str, Source], frames: dict[str, pd.DataFrame], accepted: dict[str, pd.Series]) -> pd.DataFrame:
    """One row per row read, with the columns ROW; township and village are missing where the row doesn't tell them."""
    homes = _homes(frames)
    placed = []
    for table, frame in frames.items():
        told = sources[table].origin.reset_index()
        told = told.assign(table=table, is_accepted=accepted[table].to_numpy(), **_place(table, frame, homes))
        placed.append(told.assign(household_id=frame["household_id"].to_numpy() if "household_id" in frame else None))
    types = {"household_id": "str", "township_code": "str", "village_code": "str", "row": "int64", "line": "int64"}
    return pd.concat([frame[ROW].astype(types) for frame in placed], ignore_index=True)


def _homes(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Where each household number belongs: by the household's own row, else by its first member's."""
    both = pd.concat([frames["households"], frames["persons"]])[["household_id", *_PLACE]]
    return both.dropna(subset=["household_id", "township_code"]).drop_duplicates("household_id").set_index("household_id")


def _place(table: str, frame: pd.DataFrame, homes: pd.DataFrame) -> dict[str, np.ndarray]:
    """Township and village of each row: of a household and of further tables its own first; of other rows the household's."""
    own = frame[_PLACE] if "township_code" in frame else pd.DataFrame(index=frame.index, columns=_PLACE, dtype="str")
    if "household_id" not in frame:
        return {name: own[name].to_numpy() for name in _PLACE}
    of_household = homes.reindex(frame["household_id"]).set_axis(frame.index)
    first, second = (own, of_household) if table in ("households", *FURTHER) else (of_household, own)
    return {name: first[name].fillna(second[name]).to_numpy() for name in _PLACE}
