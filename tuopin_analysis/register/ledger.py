"""The ledger of households (台账): the one place where names come back to the figures, on purpose."""

from datetime import date
from typing import Literal

import pandas as pd

from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import load, protect
from tuopin_analysis.register.cached import loaded

Edition = Literal["internal", "public"]
EDITIONS = ("internal", "public")
# What a notice may show: no number, no telephone, and not the cause, which tells of illness or disability.
PUBLIC = ["township", "village", "head_name", "size", "exit_status", "exit_date", "planned_exit_date", "measures", "helping_unit"]
INTERNAL = ["township", "village", "household_number", "head_name", "phone", "size", "attribute", "cause_main",
            "income_per_person_yuan", "exit_status", "exit_date", "planned_exit_date", "measures", "helper_name",
            "helping_unit"]  # fmt: skip


def households(
    register: str = "demo", scope: str = "county", as_of: str | date | None = None, edition: str = "internal"
) -> pd.DataFrame:
    """One row per household, by place: who it is, how it stands on the day, what is planned and who is responsible.

    edition "internal": with numbers, full names and telephones, for the office alone. edition "public": for the notice in the
    village: the head's name masked (张*三), and neither numbers nor telephones nor the cause of poverty, which tells of illness.
    Raises InputError for an unknown edition and what `load.households` refuses.

    >>> households("demo", "130123204", edition="public")["head_name"].str.contains("*", regex=False).all()
    np.True_
    """
    if edition not in EDITIONS:
        raise InputError(Fault(f"unknown edition '{edition}'", "edition", "internal or public", nearest(edition, EDITIONS)))
    own = load.households(register, scope, as_of)
    state = own["is_remaining"].map({True: "remaining", False: "out"})
    listed = own.assign(exit_status=state).merge(_heads(register), on="household_id", how="left")
    plans = load.exit_plans(register, scope, as_of)[["household_id", "planned_exit_date", "measures"]]
    listed = listed.merge(plans, on="household_id", how="left").merge(_helpers(register), on="household_id", how="left")
    listed = listed.sort_values(["township_code", "village_code", "household_number"], kind="stable", ignore_index=True)
    if edition == "internal":
        return listed[INTERNAL]
    return listed.assign(head_name=listed["head_name"].map(protect.mask_name, na_action="ignore"))[PUBLIC]


def _heads(register: str) -> pd.DataFrame:
    """By household: its number and telephone, and its head's name, from the household's row or else from the head's own."""
    found = loaded(register)
    told = found.protected("households")[["household_id", "household_number", "head_name", "phone"]]
    relations = found.tables["persons"].loc[found.tables["persons"]["relation"] == "head", ["person_id", "household_id"]]
    names = relations.merge(found.protected("persons")[["person_id", "name"]], on="person_id").drop_duplicates("household_id")
    by_household = told["household_id"].map(names.set_index("household_id")["name"])
    return told.assign(head_name=told["head_name"].fillna(by_household))


def _helpers(register: str) -> pd.DataFrame:
    """By household: the responsible person last named, and the unit."""
    found = loaded(register)
    named = found.protected("responsible").rename(columns={"unit": "helping_unit"})
    return named[["household_id", "helping_unit", "helper_name"]].drop_duplicates("household_id", keep="last")
