"""The register as tidy frames of one row grain each, checked, filtered by place and seen on a day. Read once in a process."""

from datetime import date

import pandas as pd

from tuopin_analysis.register import corrected, dictionary, identity, places
from tuopin_analysis.register import scope as scoping
from tuopin_analysis.register.about import About, about
from tuopin_analysis.register.cached import loaded
from tuopin_analysis.register.sight import (
    acceptance,
    changes,
    complaints,
    day_of,
    filtered,
    measures,
    rechecks,
    reported_exits,
    standings,
    within,
)

__all__ = [
    "About", "about", "acceptance", "account", "all_townships", "changes", "columns_there", "complaints", "corrected_fields",
    "corrections", "day_of", "events", "exit_plans", "findings", "households", "measures", "membership", "persons", "planted",
    "planted_exits",
    "rechecks", "reported_exits", "responsible", "row_places", "rules_run", "scope_name", "scopes", "set_aside", "standing",
    "standings", "units",
]  # fmt: skip


def standing(register: str = "demo", as_of: str | date | None = None, denominator: str = "current") -> dict[str, pd.DataFrame]:
    """All tables of the county, with the households and persons that a denominator counts.

    `baseline`: those of the first snapshot, whatever became of them. `current`: those in the last snapshot up to the day, so that
    who joined since counts and who is gone doesn't; a register that was read on one day has the same of both. InputError for an
    unknown denominator.
    """
    found, day = loaded(register), day_of(about(register), as_of).date()
    chosen = dictionary.one_of("denominator", denominator, "denominator")
    return found.tables if chosen == "baseline" else found.standing(found.about.standing(day))


def scopes(register: str = "demo") -> pd.DataFrame:
    """What reports can be made for: the county, and its townships with registered households in code order.

    One row per scope: scope, name_zh, name_en, level ("county" or "township").
    """
    found = loaded(register)
    return scoping.listed(found.about, found.tables["households"])


def all_townships(register: str = "demo") -> pd.DataFrame:
    """All townships of the register's county, with or without registered households: township_code, township, name_en."""
    return places.townships(about(register).county_code).copy()


def scope_name(register: str = "demo", scope: str = "county", lang: str = "zh") -> str:
    """The name of a scope in one language (villages have their Chinese name only)."""
    found = loaded(register)
    scoping.resolve(scope, found.about, found.tables["households"])
    return scoping.name(found.about, scope, lang, found.tables["households"])


def households(
    register: str = "demo", scope: str = "county", as_of: str | date | None = None, denominator: str = "baseline"
) -> pd.DataFrame:
    """One row per accepted household, by household number: the register's columns that are not protected, and its state on a day.

    `exit_date` of the exit in force on `as_of` (the last change up to that day is an exit), else missing; `n_relapses` up to that
    day; `is_remaining`: not out on that day. `township` and `village` are the official names. `denominator` says which
    households are counted (see `standing`). Raises InputError for a register that cannot be read, an unknown scope or one
    without households, a day outside the register and an unknown denominator.
    """
    found, tables = loaded(register), standing(register, as_of, denominator)
    frame = within(found, tables, "households", scope)
    changes = tables["events"]
    changes = changes[changes["event_date"] <= day_of(found.about, as_of)]
    last = changes.drop_duplicates("household_id", keep="last")
    in_force = last[last["event"] == "exit"].set_index("household_id")["event_date"]
    relapses = changes[changes["event"] == "relapse"].groupby("household_id").size()
    exit_date = in_force.reindex(frame["household_id"]).to_numpy()
    n_relapses = relapses.reindex(frame["household_id"], fill_value=0).to_numpy(dtype="int64")
    return frame.assign(exit_date=exit_date, n_relapses=n_relapses, is_remaining=pd.isna(exit_date)).reset_index(drop=True)


def persons(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame:
    """One row per accepted person, by person number: the columns that are not protected, and `age_years`, full years on the day.

    A day of birth or sex that the register doesn't give is taken from the ID number. A large synthetic store has ages and no days
    of birth: of its persons everyone ages at the turn of the year.
    """
    found, frame = filtered(register, "persons", scope)
    if "age_years" in frame:
        years = day_of(found.about, as_of).year - found.about.baseline.year
        return frame.assign(age_years=frame["age_years"] + years).reset_index(drop=True)
    birth = found.protected("persons").set_index("person_id")["birth"].reindex(frame["person_id"]).set_axis(frame.index)
    return frame.assign(age_years=identity.age_years(birth, day_of(found.about, as_of).date())).reset_index(drop=True)


def exit_plans(
    register: str = "demo", scope: str = "county", as_of: str | date | None = None, denominator: str = "baseline"
) -> pd.DataFrame:
    """One row per household with an exit plan, whatever the day (plans are made beforehand), with township, village and size."""
    found, tables = loaded(register), standing(register, as_of, denominator)
    return within(found, tables, "exit_plans", scope).reset_index(drop=True)


def events(
    register: str = "demo", scope: str = "county", as_of: str | date | None = None, denominator: str = "baseline"
) -> pd.DataFrame:
    """One row per exit or relapse up to the day, by household and day, with its township, village and household size."""
    found, tables = loaded(register), standing(register, as_of, denominator)
    frame = within(found, tables, "events", scope)
    return frame[frame["event_date"] <= day_of(found.about, as_of)].reset_index(drop=True)


def responsible(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame:
    """One row per household and responsible person, over the whole register's time, with township, village and household size."""
    found, frame = filtered(register, "responsible", scope)
    day_of(found.about, as_of)
    return frame.reset_index(drop=True)


def units(register: str = "demo") -> pd.DataFrame:
    """One row per helping unit, with the township and village it helps."""
    return loaded(register).tables["units"].copy(deep=False)


def membership(register: str = "demo", as_of: str | date | None = None) -> pd.DataFrame:
    """Households that later snapshots have and the baseline has not, and the other way: one row per later snapshot up to the day.

    `snapshot` (the day), `new_households, new_persons` (not among those that reports count), `gone_households, gone_persons`
    (counted still, as the baseline is frozen). No row for a register of one day.
    """
    found = loaded(register)
    base = found.tables["households"].set_index("household_id")["size"]
    rows = []
    for day in [day for day in found.about.snapshots if found.about.baseline < day <= day_of(found.about, as_of).date()]:
        here = found.snapshot(day, "households").set_index("household_id")["size"]
        new, gone = here[~here.index.isin(base.index)], base[~base.index.isin(here.index)]
        rows.append((day.isoformat(), len(new), int(new.sum()), len(gone), int(gone.sum())))
    return pd.DataFrame(rows, columns=["snapshot", "new_households", "new_persons", "gone_households", "gone_persons"])


def corrections(register: str = "demo", scope: str = "county") -> pd.DataFrame:
    """One row per correction applied to the register's rows of a place, with who made it and why: see `corrected.listed`."""
    found, homes = filtered(register, "households", scope)
    listed = corrected.listed(found.about, found.tables["persons"])
    here = listed["household_id"].isin(homes["household_id"])
    return listed if scope == "county" else listed[here].reset_index(drop=True)


def corrected_fields(register: str = "demo") -> pd.DataFrame:
    """How many values of each field are corrected in the whole county: one row per field: table, field_zh, field_en, corrections.

    It tells of no row, so that the public edition may show it.
    """
    by = ["table", "field_zh", "field_en"]
    return corrections(register).groupby(by, sort=False, as_index=False).agg(corrections=("correction", "size"))


def findings(register: str = "demo") -> pd.DataFrame:
    """One row per fault found by the checks, with where it stands and what to do; protected values are masked."""
    return loaded(register).checked("findings").copy(deep=False)


def set_aside(register: str = "demo") -> pd.DataFrame:
    """One row per source row set aside: table, file, sheet, row, household_id, reasons (codes of the checks joined by ";")."""
    return loaded(register).checked("set_aside").copy(deep=False)


def account(register: str = "demo") -> pd.DataFrame:
    """One row per table: rows_read = rows_accepted + rows_set_aside; rows_marked are accepted rows with a warning."""
    return loaded(register).checked("account").copy(deep=False)


def rules_run(register: str = "demo") -> pd.DataFrame:
    """One row per rule and table: code, severity, table, kind, rows_checked, rows_failing, state, reason, wording, source.

    `state` is "run", or "not_answerable" with the tables and columns that the register lacks as the reason.
    """
    return loaded(register).checked("rules").copy(deep=False)


def row_places(register: str = "demo") -> pd.DataFrame:
    """One row per row read: table, file, sheet, row, line, household_id, township_code, village_code, is_accepted.

    Household numbers are the office's own; township and village are missing where they cannot be told.
    """
    return loaded(register).checked("rows").copy(deep=False)


def columns_there(register: str, table: str) -> list[str]:
    """The columns of a table that the register has; none when it lacks the table."""
    columns = loaded(register).checked("columns")
    return columns.loc[columns["table"] == table, "column"].tolist()


def planted(register: str = "demo") -> pd.DataFrame | None:
    """The key of planted faults of a demonstration register (planted.csv); None where a register has none."""
    path = about(register).folder / "planted.csv"
    return pd.read_csv(path, dtype={"household_id": "str"}) if path.is_file() else None


def planted_exits(register: str = "demo", scope: str = "county", as_of: str | date | None = None) -> pd.DataFrame | None:
    """The key of what is untrue of exits (planted_exits.csv), of a place and up to a day; None where a register has none.

    One row per thing planted: topic, kind, rule, household_id, township_code, date, note.
    """
    found = about(register)
    path = found.folder / "planted_exits.csv"
    if not path.is_file():
        return None
    key = pd.read_csv(path, dtype="str", keep_default_na=False)
    key = key[key["date"] <= str(day_of(found, as_of).date())]
    return (key if scope == "county" else key[key["township_code"] == scope[:9]]).reset_index(drop=True)
