"""One register read, checked and kept in memory: read once in a process, shared with the processes forked from it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import checks, dictionary, places, read, validate
from tuopin_analysis.register.about import TABLES, About, about

_PLACE = ["township_code", "township", "village_code", "village"]
_KEYS = {"households": ["household_id"], "persons": ["person_id", "household_id"], "units": ["unit"]}
_ORDER = {
    "households": ["household_id"],
    "persons": ["person_id"],
    "responsible": ["household_id", "start_date"],
    "units": ["unit"],
    "exit_plans": ["household_id"],
    "events": ["household_id", "event_date"],
}


@dataclass(frozen=True, repr=False)
class Register:
    """Accepted rows by table, without protected columns (those stand apart, row for row); and what the checks found."""

    about: About
    tables: dict[str, pd.DataFrame]
    findings: pd.DataFrame
    set_aside: pd.DataFrame
    account: pd.DataFrame
    _protected: dict[str, pd.DataFrame]


def loaded(register: str) -> Register:
    """The register behind a `register` parameter, read again only when one of its files has changed."""
    told = about(register)
    files = [told.folder / "register.yaml", checks.CHECKS, *(told.folder / name for name in told.tables.values())]
    stamp = tuple((path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else (0, 0) for path in files)
    return _load(told.folder, stamp)


@lru_cache(maxsize=4)
def _load(folder: Path, _stamp: tuple[tuple[int, int], ...]) -> Register:
    told = about(str(folder))
    checked = validate.check(told, read.sources(told))
    tables: dict[str, pd.DataFrame] = {}
    protected: dict[str, pd.DataFrame] = {}
    for table in TABLES:
        frame = checked.frames[table][checked.is_accepted[table]]
        if table in ("households", "units"):
            frame = _with_places(frame, told.county_code)
        else:
            of_household = tables["households"].set_index("household_id")
            extra = _PLACE if table == "persons" else [*_PLACE, "size"]
            frame = frame.drop(columns=_PLACE, errors="ignore").join(of_household[extra], on="household_id")
        tables[table], protected[table] = _split(table, frame.sort_values(_ORDER[table], kind="stable", ignore_index=True))
    register = Register(told, tables, checked.findings, _set_aside(checked), _account(checked), protected)
    if tables["households"].empty:
        why = register.set_aside.query("table == 'households'")["reasons"].value_counts()
        mend = "mend what the checks found: " + ", ".join(f"{codes} ({n})" for codes, n in why.items())
        what = "no household of the register can be accepted"
        raise InputError(Fault(what, paths.shown(folder), "at least one household", mend))
    return register


def _with_places(frame: pd.DataFrame, county_code: str) -> pd.DataFrame:
    towns = places.townships(county_code).set_index("township_code")["township"]
    names = places.villages(county_code).set_index("village_code")["village"]
    return frame.assign(township=frame["township_code"].map(towns), village=frame["village_code"].map(names))


def _split(table: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The public columns, keys and places first, and the protected ones. Required whole numbers cannot be missing any more."""
    described = dictionary.columns(table)
    whole = described.index[(described["type"] == "integer") & (described["required"] == "yes")]
    hidden = [column for column in described.index[described["protected"] == "yes"] if column in frame]
    hidden += [column for column in ("birth",) if column in frame]
    first = [*_KEYS.get(table, ["household_id"]), *(column for column in _PLACE if column in frame)]
    rest = [column for column in frame if column not in [*first, *hidden, "place_problem", "age_years"]]
    return frame[[*first, *rest]].astype(dict.fromkeys(whole, "int64")), frame[hidden]


def _set_aside(checked: validate.Checked) -> pd.DataFrame:
    errors = checked.findings[checked.findings["severity"] == "error"]
    grouped = errors.groupby(["table", "file", "sheet", "row", "line"], sort=False, as_index=False)
    return grouped.agg(household_id=("household_id", "first"), reasons=("code", lambda codes: ";".join(codes.unique())))


def _account(checked: validate.Checked) -> pd.DataFrame:
    doubted = checked.findings[checked.findings["severity"] == "warning"]
    rows = []
    for table in TABLES:
        accepted = checked.is_accepted[table]
        marked = doubted.loc[doubted["table"] == table, "line"].unique()
        rows.append((table, len(accepted), int(accepted.sum()), int((~accepted).sum()), int(accepted.reindex(marked).sum())))
    return pd.DataFrame(rows, columns=["table", "rows_read", "rows_accepted", "rows_set_aside", "rows_marked"])
