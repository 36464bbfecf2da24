"""What of a loaded register is seen: the rows of a place, up to a day."""

from datetime import date

import pandas as pd

from tuopin_analysis.errors import Fault, InputError, as_day
from tuopin_analysis.register import further
from tuopin_analysis.register import scope as scoping
from tuopin_analysis.register.about import About
from tuopin_analysis.register.cached import Register, loaded


def day_of(told: About, as_of: str | date | None) -> pd.Timestamp:
    """The day that `as_of` means (None: the register's last); InputError for one that is none or outside the register."""
    expected = f"a day from {told.baseline} to {told.until}, as {told.until}"
    if as_of is None:
        return pd.Timestamp(told.until)
    written = str(as_of)
    day = as_day(written)
    if day is None:
        raise InputError(Fault(f"'{written}' is not a day", "as_of", expected, "write year-month-day"))
    if not told.baseline <= day <= told.until:
        raise InputError(Fault(f"{day} lies outside the register", "as_of", expected, "choose a day the register covers"))
    return pd.Timestamp(day)


def filtered(register: str, table: str, scope: str) -> tuple[Register, pd.DataFrame]:
    """A register, and the rows of one of its tables that lie in a place."""
    found = loaded(register)
    return found, within(found, found.tables, table, scope)


def within(found: Register, tables: dict[str, pd.DataFrame], table: str, scope: str) -> pd.DataFrame:
    """The rows of a place, which has households at the baseline or in these tables."""
    known = ["township_code", "village_code", "village"]
    homes = found.tables["households"]
    if tables is not found.tables:
        homes = pd.concat([homes[known], tables["households"][known]])
    column, code = scoping.resolve(scope, found.about, homes)
    return tables[table].copy(deep=False) if column is None else tables[table][tables[table][column] == code]


def _dated(register: str, table: str, scope: str, as_of: str | date | None) -> pd.DataFrame:
    """The rows of a further table, of a place and up to a day by the table's own one."""
    found, frame = filtered(register, table, scope)
    return frame[frame[further.DAYS[table]] <= day_of(found.about, as_of)].reset_index(drop=True)


def measures(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame:
    """One row per household and measure begun up to the day, by household and day, with township, village and size.

    `measure` (one of the five), `unit`, `start_date`, `end_date` (missing: it goes on, or nobody wrote it down), `cost_yuan`.
    A register without this table has no rows; so it is with the six tables below. Raises as `load.households`.
    """
    return _dated(register, "measures", scope, as_of)


def acceptance(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame:
    """One row per household and day of acceptance up to the day, with township, village and size.

    `has_food_clothing, has_education, has_medical, has_housing, has_water`: whether the item was found secured, missing where
    nobody recorded it.
    """
    return _dated(register, "acceptance", scope, as_of)


def changes(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame:
    """One row per increase or decrease of households or persons other than exits and relapses, up to the day.

    `change` (its kind), `change_date`, `persons` (0 or more), `households` (missing: as the kind implies), `other_household_id`
    (of a split, a merger or a move), `reason`; township and village are those where the change counts.
    """
    return _dated(register, "changes", scope, as_of)


def standings(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame:
    """One row per household and day of an independent count, up to the day: `standing_date, standing_status, standing_size`.

    An imported register of several snapshots that lists no counts has its own: each snapshot's households on its day.
    """
    return _dated(register, "standings", scope, as_of)


def reported_exits(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame:
    """One row per township and month, as it was reported upwards: `report_date` (a day of the month), `households`, `persons`.

    So many were reported out in that month alone; villages are missing.
    """
    return _dated(register, "reported_exits", scope, as_of)


def rechecks(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame:
    """One row per household looked at again, up to the day: `recheck_kind, recheck_date, persons, is_right`.

    `household_id` is missing for households that are not registered.
    """
    return _dated(register, "rechecks", scope, as_of)


def complaints(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame:
    """One row per complaint received up to the day: `unit, household_id, complaint_date, is_upheld, closed_date`.

    `is_upheld` is missing while it is looked into, `closed_date` while it is open.
    """
    return _dated(register, "complaints", scope, as_of)
