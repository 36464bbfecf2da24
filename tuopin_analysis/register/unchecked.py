"""What a synthetic county of a large store does not have: tables without rows, and the results of checks that nobody ran.

Its rows were written as they should be, so all of them count as accepted and none as doubted; no rule was run on them.
"""

from collections.abc import Sequence

import pandas as pd

from tuopin_analysis.register import dictionary, findings, standing, validate
from tuopin_analysis.register.about import NEEDED, TABLES, About

_KINDS = {"integer": "Int64", "number": "float64", "yesno": "boolean", "date": "datetime64[us]", "date_or_year": "datetime64[us]"}
_TEXTS = {
    "findings": findings.FINDING, "set_aside": ["table", "file", "sheet", "row", "line", "household_id", "reasons"],
    "rules": validate.RULE, "rows": standing.ROW, "columns": ["table", "column"],
}  # fmt: skip
_NUMBERS = ("row", "line", "rows_checked", "rows_failing")


def empty(table: str, more: Sequence[str] = ()) -> pd.DataFrame:
    """A table without rows: its columns that are not protected, of their types, and `more`, as text, where it lacks them.

    >>> list(empty("reported_exits", ["township_code"]))
    ['township', 'report_date', 'households', 'persons', 'township_code']
    """
    described = dictionary.columns(table)
    open_to_all = described[described["protected"] != "yes"]
    kinds = {str(column): _KINDS.get(row["type"], "str") for column, row in open_to_all.iterrows()}
    kinds |= {column: "str" for column in more if column not in kinds}
    return pd.DataFrame(columns=list(kinds)).astype(kinds)


def filled(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """A table of such a store with the columns that it has not got, missing in every row."""
    lacking = empty(table).drop(columns=list(frame), errors="ignore").reindex(frame.index)
    return pd.concat([frame, lacking], axis=1)


def frame(told: About, name: str) -> pd.DataFrame:
    """The frame `name` of a day, as a store has it, without rows; of the account, its counts of the first day."""
    if name in TABLES:
        return empty(name, ["township_code", "village_code"] if name == "units" else ())  # which an import adds
    plain = name.rpartition("/")[2]
    if plain == "account":
        parts = told.snapshots[told.baseline].parts
        rows = [(table, parts[table].rows if table in parts else 0) for table in TABLES if table in parts or table in NEEDED]
        return pd.DataFrame([(table, n, n, 0, 0) for table, n in rows],
                            columns=["table", "rows_read", "rows_accepted", "rows_set_aside", "rows_marked"])  # fmt: skip
    if plain in _TEXTS:
        kinds = {column: "int64" if column in _NUMBERS else "str" for column in _TEXTS[plain]}
        kinds |= {"is_accepted": "bool"} if "is_accepted" in kinds else {}
        return pd.DataFrame(columns=list(kinds)).astype(kinds)
    keys = {"person_id": "str"} if plain == "persons" else {}
    hidden = {**keys, "household_id": "str", "birth": "datetime64[us]"}
    return pd.DataFrame(columns=list(hidden)).astype(hidden)
