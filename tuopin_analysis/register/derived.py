"""Columns that checks derive from a row, its household or another table; read from what a register gives, never stored."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from tuopin_analysis.register import identity

# By table: the derived column, and the columns of the file from which it comes (one of each group has to be there).
NEEDS: dict[str, dict[str, tuple[tuple[str, ...], ...]]] = {
    "households": {"further_causes": (("cause_other",),), "has_main_twice": (("cause_other",), ("cause_main",))},
    "persons": {
        "sex": (("sex", "id_number"),), "birth": (("birth_date", "id_number"),), "age_years": (("birth_date", "id_number"),),
        "head_birth": (("birth_date", "id_number"),), "head_sex": (("sex", "id_number"),),
        "health_states": (("health",),), "id_length": (("id_number",),), "id_checks": (("id_number",),),
            "id_birth": (("id_number",),),
        "id_has_birth": (("id_number",),), "household_business_yuan": (), "is_working": (("work_place",
            "work_months"),), "id_sex": (("id_number",),),
    },
    "responsible": {"is_registered_poor": (("helper_name",), ("helper_phone",))},
    "exit_plans": {"planned_date_year": (("planned_exit_date",),)},
    "events": {"notice_days": (("notice_start_date",), ("notice_end_date",))},
}  # fmt: skip
ELSEWHERE: dict[str, dict[str, tuple[str, ...]]] = {"is_registered_poor": {"households": ("head_name", "phone")},
             "household_business_yuan": {"households": ("income_business_yuan",)}}  # fmt: skip


_KEPT = {"sex", "birth", "age_years"}  # what analysis needs, too


def without(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame without what only checks need; some of it is as protected as the number it comes from."""
    return frame.drop(columns=[name for name in NEEDS.get(table, {}) if name not in _KEPT])


def prepare(frames: dict[str, pd.DataFrame], baseline: object) -> None:
    """Add the derived columns to the typed frames of a register, in place."""
    for table, add in _ADD.items():
        frames[table] = add(frames, baseline)


def _households(frames: dict[str, pd.DataFrame], _baseline: object) -> pd.DataFrame:
    frame = frames["households"]
    others = frame["cause_other"].fillna("")
    number = others.str.count(";").astype("int64") + (others != "")
    pairs = list(zip(others, frame["cause_main"].fillna(""), strict=True))
    twice = {pair: bool(pair[1]) and pair[1] in pair[0].split(";") for pair in set(pairs)}
    return frame.assign(further_causes=number, has_main_twice=pd.Series([twice[pair] for pair in pairs], frame.index, dtype=bool))


def _persons(frames: dict[str, pd.DataFrame], baseline: object) -> pd.DataFrame:
    frame = frames["persons"]
    said = identity.read(frame["id_number"])
    birth = frame["birth_date"].fillna(said["birth_date"])
    length = frame["id_number"].str.len()
    formed = said["is_formed"].fillna(False).astype(bool)
    full = length.isin([18, 20, 22])
    frame = frame.assign(
        birth=birth, age_years=identity.age_years(birth, baseline), sex=frame["sex"].fillna(said["sex"]),
        health_states=frame["health"].str.count(";") + 1, id_length=length,
            id_checks=said["is_checked"].astype("boolean").where(full & said["is_checked"].notna()),
        is_working=frame["work_place"].notna() | frame["work_months"].gt(0), id_birth=said["birth_date"],
            id_has_birth=said["birth_date"].notna().astype("boolean").where(formed),
        id_sex=said["sex"])  # fmt: skip
    heads = frame[frame["relation"] == "head"].drop_duplicates("household_id").set_index("household_id")
    owner = heads[["birth", "sex"]].reindex(frame["household_id"])
    business = frames["households"].drop_duplicates("household_id").set_index("household_id")["income_business_yuan"]
    frame = frame.assign(household_business_yuan=business.reindex(frame["household_id"]).to_numpy())
    return frame.assign(head_birth=owner["birth"].to_numpy(), head_sex=owner["sex"].to_numpy())


def _responsible(frames: dict[str, pd.DataFrame], _baseline: object) -> pd.DataFrame:
    helpers, poor = frames["responsible"], frames["households"]
    registered = pd.MultiIndex.from_frame(poor[["head_name", "phone"]].dropna())
    asked = pd.MultiIndex.from_frame(helpers[["helper_name", "helper_phone"]])
    return helpers.assign(is_registered_poor=pd.Series(asked.isin(registered), helpers.index, dtype=bool))


def _plans(frames: dict[str, pd.DataFrame], _baseline: object) -> pd.DataFrame:
    return frames["exit_plans"].assign(planned_date_year=frames["exit_plans"]["planned_exit_date"].dt.year.astype("Int64"))


def _events(frames: dict[str, pd.DataFrame], _baseline: object) -> pd.DataFrame:
    frame = frames["events"]
    return frame.assign(notice_days=(frame["notice_end_date"] - frame["notice_start_date"]).dt.days)


_ADD: dict[str, Callable[[dict[str, pd.DataFrame], Any], pd.DataFrame]] = {
    "households": _households, "persons": _persons, "responsible": _responsible, "exit_plans": _plans, "events": _events,
}  # fmt: skip
