"""The ledger of households (台账): the one place where names come back to the figures, on purpose."""

from datetime import date

import pandas as pd

from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import load, masks
from tuopin_analysis.register import scope as scoping
from tuopin_analysis.register.cached import loaded
from tuopin_analysis.register.snapshots import OUT

EDITIONS = ("internal", "notice", "public")
# What a notice may show: no number, no telephone, and not the cause, which tells of illness or disability.
PUBLIC = ["township", "village", "head_name", "size", "exit_status", "exit_date", "planned_exit_date", "measures", "helping_unit"]
INTERNAL = ["township", "village", "household_number", "head_name", "phone", "size", "attribute", "cause_main",
            "income_per_person_yuan", "exit_status", "exit_date", "planned_exit_date", "measures", "helper_name",
            "helping_unit"]  # fmt: skip


def households(
    register: str = "demo", scope: str = "county", as_of: str | date | None = None, edition: str = "internal"
) -> pd.DataFrame:
    """One row per household of the last snapshot up to the day, by place: who it is, how it stands, what is planned.

    edition "internal": with numbers, full names and telephones, for the office alone. "notice" and "public": the head's name
    masked (张*三), and neither numbers nor telephones (in whatever column) nor the cause of poverty, which tells of illness;
    "notice" is for the board in the village, "public" for publication (see `docs/protection.md`). Raises InputError for an
    unknown edition and what `load.households` refuses.

    >>> households("demo", "130123204", edition="public")["head_name"].str.contains("*", regex=False).all()
    np.True_
    """
    if edition not in EDITIONS:
        raise InputError(Fault(f"unknown edition '{edition}'", "edition", ", ".join(EDITIONS), nearest(edition, EDITIONS)))
    own, day = _own(register, scope, as_of)
    state = own["is_remaining"].map({True: "remaining", False: "out"})
    listed = own.assign(exit_status=state).merge(_heads(register, day), on="household_id", how="left")
    plans = load.exit_plans(register, as_of=as_of)[["household_id", "planned_exit_date", "measures"]]
    listed = listed.merge(plans, on="household_id", how="left").merge(_helpers(register), on="household_id", how="left")
    listed = listed.sort_values(["township_code", "village_code", "household_number"], kind="stable", ignore_index=True)
    if edition == "internal":
        return listed[INTERNAL]
    heads, units = listed["head_name"].map(masks.mask_name, na_action="ignore"), listed["helping_unit"]
    return listed.assign(head_name=heads, helping_unit=units.mask(masks.personal(units)))[PUBLIC]  # columns may have slipped


def _own(register: str, scope: str, as_of: str | date | None) -> tuple[pd.DataFrame, date | None]:
    """The households of the last snapshot up to the day with their state on the day, and that snapshot (None: the baseline)."""
    known = load.households(register, as_of=as_of)
    found = loaded(register)
    limit = date.fromisoformat(str(as_of)) if as_of else found.about.until
    day = max((day for day in found.about.snapshots if day <= limit), default=None)
    if day is None or day == found.about.baseline:
        return load.households(register, scope, as_of), None
    rows = found.snapshot(day, "households")
    column, code = scoping.resolve(scope, found.about, rows)
    rows = rows if column is None else rows[rows[column] == code]
    states = known.set_index("household_id")[["is_remaining", "exit_date"]].reindex(rows["household_id"])
    own_state = ~rows["poverty_status"].isin(OUT)
    remaining = states["is_remaining"].to_numpy()
    is_remaining = own_state.where(pd.isna(remaining), pd.Series(remaining, index=rows.index)).astype(bool)
    return rows.assign(is_remaining=is_remaining, exit_date=states["exit_date"].to_numpy()), day


def _heads(register: str, day: date | None) -> pd.DataFrame:
    """By household: its number and telephone, and its head's name, from the household's row or else from the head's own."""
    found = loaded(register)
    if day is None:
        told, persons, people = found.protected("households"), found.tables["persons"], found.protected("persons")
    else:
        parts = ("protected/households", "persons", "protected/persons")
        told, persons, people = (found.snapshot(day, part) for part in parts)
    told = told[["household_id", "household_number", "head_name", "phone"]]
    relations = persons.loc[persons["relation"] == "head", ["person_id", "household_id"]]
    names = relations.merge(people[["person_id", "name"]], on="person_id").drop_duplicates("household_id")
    by_household = told["household_id"].map(names.set_index("household_id")["name"])
    return told.assign(head_name=told["head_name"].fillna(by_household))


def _helpers(register: str) -> pd.DataFrame:
    """By household: the responsible person last named, and the unit."""
    named = loaded(register).protected("responsible").rename(columns={"unit": "helping_unit"})
    return named[["household_id", "helping_unit", "helper_name"]].drop_duplicates("household_id", keep="last")
