"""What is left of a register once it is checked: accepted rows, protected columns apart, and an account of the rest."""

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import dictionary, masks, places, validate, values
from tuopin_analysis.register.read import Source

SHOWN_FINDINGS = 5  # where no household is left, the first ones say enough to begin with
MOST = 0.9  # of the errors: places unknown as often as that are those of another county
PLACE = ["township_code", "township", "village_code", "village"]
ORDER = {
    "households": ["household_id"],
    "persons": ["person_id"],
    "responsible": ["household_id", "start_date"],
    "units": ["unit"],
    "exit_plans": ["household_id"],
    "events": ["household_id", "event_date"],
    "measures": ["household_id", "start_date", "measure"],
    "acceptance": ["household_id", "acceptance_date"],
    "changes": ["household_id", "change_date"],
    "standings": ["household_id", "standing_date"],
    "reported_exits": ["township_code", "report_date"],
    "rechecks": ["township_code", "recheck_date", "household_id"],
    "complaints": ["township_code", "complaint_date"],
}
_KEYS = {"households": ["household_id"], "persons": ["person_id", "household_id"], "units": ["unit"], "reported_exits": []}
_NUMBERS = ("household_id", "other_household_id", "person_id", "unit")


@dataclass(frozen=True, repr=False)
class Accepted:
    """Accepted rows by table, and what the checks left: findings, set_aside, account, rules, rows and columns.

    Protected columns stand apart, with the row's ids and, as household_number and person_number, the numbers the office knows.
    """

    tables: dict[str, pd.DataFrame]
    protected: dict[str, pd.DataFrame]
    checked: dict[str, pd.DataFrame]


def accepted(checked: validate.Checked, county_code: str, where: str) -> Accepted:
    """The accepted rows of a checked register; InputError when no household is left."""
    tables: dict[str, pd.DataFrame] = {}
    protected: dict[str, pd.DataFrame] = {}
    for table in checked.frames:
        frame = checked.frames[table][checked.is_accepted[table]]
        if table == "persons":
            frame = of_household(frame, tables["households"], PLACE)
        elif "township_code" in frame:
            frame = _with_places(frame, county_code)
        tables[table], protected[table] = _split(table, frame.sort_values(ORDER[table], kind="stable", ignore_index=True))
    set_aside = _set_aside(checked)
    if tables["households"].empty:
        raise InputError(*_nothing_left(checked, set_aside, county_code, where))
    columns = [(table, column) for table, named in checked.columns.items() for column in named]
    found = {"findings": checked.findings, "set_aside": set_aside, "account": _account(checked), "rules": checked.rules}
    found |= {"rows": checked.places, "columns": pd.DataFrame(columns, columns=["table", "column"], dtype="str")}
    return Accepted(tables, protected, found)


def _nothing_left(checked: validate.Checked, set_aside: pd.DataFrame, county_code: str, where: str) -> list[Fault]:
    """Why no household is accepted: how often for which reasons, another county where it is that, and the first findings."""
    why = set_aside.query("table == 'households'")["reasons"].value_counts()
    mend = "mend what the checks found: " + ", ".join(f"{codes} ({n})" for codes, n in why.items())
    faults = [Fault("no household of the register can be accepted", where, "at least one household", mend)]
    errors = checked.findings.query("table == 'households' and severity == 'error'")
    if len(errors) and errors["code"].eq("place.unknown").mean() >= MOST:
        faults.append(_other_county(checked.frames["households"], county_code, where))
    return faults + [_as_fault(found) for found in errors.head(SHOWN_FINDINGS).astype("object").to_dict("records")]


def _as_fault(found: Mapping[Hashable, Any]) -> Fault:
    """A finding as a fault: its value stands in it as findings may show it."""
    sheet = f", sheet {found['sheet']}" if found["sheet"] else ""
    what = f"{found['code']}: {found['message_en']}" + (f" ('{found['value']}')" if found["value"] else "")
    return Fault(what, f"{found['file']}{sheet}, row {found['row']}, column {found['column']}", mend=found["mend_en"])


def _other_county(households: pd.DataFrame, county_code: str, where: str) -> Fault:
    """That places are not in the county's list: of which county the files say they are, and which one was asked for."""
    asked = f"{places.county(county_code).get('county', '')} ({county_code})".strip()
    named = [name for name in households["county"].dropna().unique() if places.is_name(str(name))]
    said = f"the files name the county {', '.join(named[:3])}" if named else "the files' places are in no list of the county"
    mend = "check the number given with --county, or choose the files of the register's county"
    return Fault(f"{said}, and the register is to be of {asked}", where, f"places of {asked}", mend)


def of_household(frame: pd.DataFrame, households: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rows with these columns of their household in place of their own."""
    own = households.set_index("household_id")[columns]
    return frame.drop(columns=columns, errors="ignore").join(own, on="household_id")


def as_read(set_aside: pd.DataFrame, sources: Mapping[str, Source]) -> pd.DataFrame:
    """`set_aside` with `cells`: the row's cells as they were read, as JSON of column -> text. Names persons; never shown."""
    told = [
        json.dumps({column: values.text(cells[line]) for column, cells in sources[table].cells.items()}, ensure_ascii=False)
        for table, line in zip(set_aside["table"], set_aside["line"], strict=True)
    ]
    return set_aside.assign(cells=pd.Series(told, index=set_aside.index, dtype="str"))


def _with_places(frame: pd.DataFrame, county_code: str) -> pd.DataFrame:
    towns = places.townships(county_code).set_index("township_code")["township"]
    names = places.villages(county_code).set_index("village_code")["village"]
    village = frame["village_code"].map(names).fillna(frame["village"].where(frame["village_code"].notna()))
    return frame.assign(township=frame["township_code"].map(towns), village=village)


def _split(table: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The public columns, keys and places first, and the protected ones. Required whole numbers cannot be missing any more."""
    described = dictionary.columns(table)
    whole = described.index[(described["type"] == "integer") & (described["required"] == "yes")]
    hidden = [column for column in described.index[described["protected"] == "yes"] if column in frame]
    hidden += [column for column in ("birth",) if column in frame]
    first = [*_KEYS.get(table, ["household_id"]), *(column for column in PLACE if column in frame)]
    rest = [column for column in frame if column not in [*first, *hidden, "place_problem", "age_years"]]
    keys = [column for column in _NUMBERS if column in frame]
    numbers = {column.replace("_id", "_number"): frame[column] for column in keys if column != "unit"}
    texts = described.index[(described["type"] == "text") & (described["protected"] == "")]
    public = _without_numbers(frame[[*first, *rest]], texts)
    return public.astype(dict.fromkeys(whole, "int64")), frame[[*keys, *hidden]].assign(**numbers)


def _without_numbers(frame: pd.DataFrame, texts: pd.Index) -> pd.DataFrame:
    """Texts in which an ID or telephone number stands are missing: columns have slipped, and frames may be shown."""
    found = {column: masks.personal(frame[column]) for column in texts if column in frame}
    return frame.assign(**{column: frame[column].mask(is_number) for column, is_number in found.items() if is_number.any()})


def _set_aside(checked: validate.Checked) -> pd.DataFrame:
    errors = checked.findings[checked.findings["severity"] == "error"]
    grouped = errors.groupby(["table", "file", "sheet", "row", "line"], sort=False, as_index=False)
    return grouped.agg(household_id=("household_id", "first"), reasons=("code", lambda codes: ";".join(codes.unique())))


def _account(checked: validate.Checked) -> pd.DataFrame:
    doubted = checked.findings[checked.findings["severity"] == "warning"]
    rows = []
    for table in checked.frames:
        kept = checked.is_accepted[table]
        marked = doubted.loc[doubted["table"] == table, "line"].unique()
        rows.append((table, len(kept), int(kept.sum()), int((~kept).sum()), int(kept.reindex(marked).sum())))
    return pd.DataFrame(rows, columns=["table", "rows_read", "rows_accepted", "rows_set_aside", "rows_marked"])
