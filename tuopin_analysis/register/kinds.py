"""The kinds of checks: each finds the rows of one table that break a rule; the rules themselves are params/rules/checks.yaml."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from tuopin_analysis.register import identity

Where = Mapping[str, Mapping[str, Any]]


@dataclass(repr=False)
class Data:
    """A register while it is checked: all its rows, indexed by line (see read.Source), and those that still stand."""

    baseline: date
    until: date
    frames: dict[str, pd.DataFrame]
    unreadable: dict[str, pd.DataFrame]  # by table: line, column, problem, is_required
    standing: dict[str, pd.DataFrame]

    def accepted(self, table: str) -> pd.DataFrame:
        return self.standing[table]

    def set_aside(self, table: str, lines: pd.Series) -> None:
        frame = self.standing[table]
        self.standing[table] = frame[~frame.index.isin(lines)]


def _hits(lines: pd.Index, column: str, **details: pd.Series) -> pd.DataFrame:
    told = {name: found.loc[lines].to_numpy() for name, found in details.items()}
    return pd.DataFrame({"line": lines, "column": column, **told})


CONDITIONS: dict[str, Callable[[pd.Series, Any], pd.Series]] = {
    "is": lambda values, wanted: values.isin(wanted),
    "not": lambda values, unwanted: values.notna() & ~values.isin(unwanted),
    "has": lambda values, wanted: values.fillna("").str.contains(rf"(?:^|;)(?:{'|'.join(wanted)})(?:;|$)"),
    "above": lambda values, bound: values.gt(bound).fillna(False),
    "at_least": lambda values, bound: values.ge(bound).fillna(False),
    "below": lambda values, bound: values.lt(bound).fillna(False),
    "is_empty": lambda values, wanted: values.isna() == wanted,
    "is_nought_or_empty": lambda values, wanted: (values.isna() | values.eq(0)) == wanted,
}


def _meet(frame: pd.DataFrame, where: Where | None) -> pd.DataFrame:
    for column, conditions in (where or {}).items():
        for name, wanted in conditions.items():
            frame = frame[CONDITIONS[name](frame[column], wanted).astype(bool)]
    return frame


def value(data: Data, table: str, *, problem: str, columns: list[str] | None = None, but: list[str] | None = None,
          is_required: bool | None = None) -> pd.DataFrame:  # fmt: skip
    """Cells that are missing, or filled and not readable as what their column holds."""
    found = data.unreadable[table]
    found = found[found["problem"] == problem]
    if columns is not None:
        found = found[found["column"].isin(columns)]
    if is_required is not None:
        found = found[found["is_required"] == is_required]
    return found.loc[~found["column"].isin(but or []), ["line", "column"]]


def unique(data: Data, table: str, *, column: str) -> pd.DataFrame:
    """Rows whose key an earlier accepted row already has."""
    frame = data.accepted(table)
    return _hits(frame.index[frame[column].duplicated()], column)


def repeated(data: Data, table: str, *, column: str) -> pd.DataFrame:
    """Rows whose value another accepted row has too; every one of them."""
    numbers = data.accepted(table)[column].dropna().str.slice(0, 18)
    return _hits(numbers.index[numbers.duplicated(keep=False)], column)


def place(data: Data, table: str, *, problem: str, column: str) -> pd.DataFrame:
    """Rows whose township or village is not in the county's list, or may mean two villages."""
    frame = data.accepted(table)
    return _hits(frame.index[frame["place_problem"] == problem], column)


def link(data: Data, table: str, *, to: str, column: str) -> pd.DataFrame:
    """Rows that refer to no accepted row of another table."""
    frame = data.accepted(table)
    return _hits(frame.index[~frame[column].isin(data.accepted(to)[column])], column)


def count(data: Data, table: str, *, of: str, column: str, where: Where | None = None, when: Where | None = None,
          equals: int | str | None = None, at_least: int | None = None) -> pd.DataFrame:  # fmt: skip
    """Households (meeting `when`) with another number of accepted rows of a table (meeting `where`) than they should have."""
    frame = _meet(data.accepted(table), when)
    counted = frame["household_id"].map(_meet(data.accepted(of), where).groupby("household_id").size()).fillna(0).astype("int64")
    stated = frame[equals].astype("int64") if isinstance(equals, str) else pd.Series(equals or at_least or 0, index=frame.index)
    is_wrong = counted < stated if equals is None else counted != stated
    return _hits(frame.index[is_wrong], column, stated=stated, counted=counted)


def total(data: Data, table: str, *, column: str, plus: list[str], minus: list[str] | None = None, per: str | None = None,
          tolerance: float = 0) -> pd.DataFrame:  # fmt: skip
    """Rows whose total differs by more than `tolerance` from its parts (a missing part counts as nought, unless all are)."""
    frame = data.accepted(table)
    counted = frame[plus].sum(axis=1, min_count=1) - frame[minus or []].sum(axis=1)
    if per:
        counted = counted / frame[per].astype("float64")
    is_wrong = (counted - frame[column]).abs() > tolerance + 1e-6
    return _hits(frame.index[is_wrong], column, stated=frame[column], counted=counted.round(2))


def condition(data: Data, table: str, *, column: str, where: Where) -> pd.DataFrame:
    """Rows that meet all of the conditions, which together are doubtful."""
    return _hits(_meet(data.accepted(table), where).index, column)


def id_number(data: Data, table: str, *, column: str, part: str) -> pd.DataFrame:
    """Rows whose ID number is wrong in itself (part "check_digit"), or against the row's day of birth or sex."""
    frame = data.accepted(table)
    said = identity.read(frame[column])
    formed = said["is_formed"].fillna(False).astype(bool)
    if part == "check_digit":
        is_wrong = ~said["is_checked"].fillna(True).astype(bool)
    elif part == "birth_date":
        is_wrong = formed & (said["birth_date"].isna() | (frame[part].notna() & (said["birth_date"] != frame[part])))
    else:
        is_wrong = formed & frame[part].isin(["male", "female"]) & (said["sex"] != frame[part])
    return _hits(frame.index[is_wrong], column)


def older_than_head(data: Data, table: str, *, column: str, relations: list[str]) -> pd.DataFrame:
    """Persons of these relations who were born before the head of their household."""
    frame = data.accepted(table)
    heads = frame[frame[column] == "head"].drop_duplicates("household_id").set_index("household_id")["birth"]
    is_older = frame["birth"] < heads.reindex(frame["household_id"]).to_numpy()
    return _hits(frame.index[is_older & frame[column].isin(relations)], column)


def period(data: Data, table: str, *, column: str) -> pd.DataFrame:
    """Rows whose day lies outside the period the register covers."""
    frame = data.accepted(table)
    is_inside = frame[column].between(pd.Timestamp(data.baseline), pd.Timestamp(data.until))
    return _hits(frame.index[~is_inside], column)


def order(data: Data, table: str, *, column: str, day: str, first: str) -> pd.DataFrame:
    """Changes that repeat the household's last one, or begin with another than `first`: they cannot have followed each other."""
    frame = data.accepted(table)
    frame = frame.iloc[frame[day].argsort(kind="stable")]
    before = frame.groupby("household_id")[column].shift()
    is_wrong = (frame[column] == before) | (before.isna() & (frame[column] != first))
    return _hits(frame.index[is_wrong].sort_values(), column)


KINDS: dict[str, Callable[..., pd.DataFrame]] = {
    kind.__name__: kind
    for kind in (value, unique, repeated, place, link, count, total, condition, id_number, older_than_head, period, order)
}
