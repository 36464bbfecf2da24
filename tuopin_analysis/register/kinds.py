"""The kinds of checks: each turns a rule of params/rules/checks.yaml into steps of Pointblank over narrow frames.

Every kind takes the register while it is checked, the table, and the rule's arguments. It picks the step that says what is
tested; what takes several rows or tables is derived into one narrow column first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from tuopin_analysis.register.conditions import Where, meets
from tuopin_analysis.register.steps import OTHER, Step

HOUSEHOLD = "household"  # the household number as a whole number, equal in all tables: links and counts compare it


@dataclass(repr=False)
class Data:
    """A register while it is checked: all its rows, indexed by line (see read.Source), and those that still stand."""

    baseline: date
    until: date
    frames: dict[str, pd.DataFrame]
    unreadable: dict[str, pd.DataFrame]  # by table: line, column, problem, is_required
    standing: dict[str, np.ndarray]  # by table, one truth a row

    def set_aside(self, table: str, lines: pd.Index) -> None:
        self.standing[table] = self.standing[table] & ~self.frames[table].index.isin(lines)

    def accepted(self, table: str, columns: Iterable[str] = ()) -> pd.DataFrame:
        """Rows that stand, with these columns only: filtering all columns for each rule would take most of the time."""
        own = [HOUSEHOLD] if HOUSEHOLD in self.frames[table] else []
        frame, mask = self.frames[table][[*own, *dict.fromkeys(columns)]], self.standing[table]
        return frame if mask.all() else frame[mask]

    def readable(self, table: str, columns: Iterable[str]) -> pd.DataFrame:
        """Rows that stand and whose cells in these columns could be read: what is illegible is told once, not as empty too."""
        columns, bad = list(columns), self.unreadable[table]
        bad = bad[~bad["problem"].isin(["missing", "differs"]) & bad["column"].isin(columns)]
        frame = self.accepted(table, columns)
        return frame[~frame.index.isin(bad["line"])] if len(bad) else frame


def _frame(value: pd.Series, other: pd.Series | None = None) -> pd.DataFrame:
    """The narrow frame of a step: rows in which all that is compared is given, as plain numbers, texts, days and truths."""
    frame = pd.DataFrame({"value": value} if other is None else {"value": value, "other": other})
    frame = frame.dropna()
    plain = {str(name): dtype.name.lower() for name, dtype in frame.dtypes.items() if dtype.name in ("Int64", "Float64")}
    return frame.astype(plain | {name: "bool" for name, dtype in frame.dtypes.items() if dtype.name == "boolean"})


def _holds(tested: Any) -> Any:
    """For Pointblank: the rows whose value is true."""
    return tested["value"]


def _days(values: pd.Series) -> pd.Series:
    """Days as numbers, which every step can compare; other values as they are."""
    return (values - pd.Timestamp(0)).dt.days if values.dtype.kind == "M" else values


def value(data: Data, table: str, *, problem: str, columns: list[str] | None = None, but: list[str] | None = None,
          is_required: bool | None = None) -> list[Step]:  # fmt: skip
    """Cells that are missing, or filled and not readable as what their column holds; no step for a column that has none."""
    found, lines = data.unreadable[table], data.frames[table].index
    found = found[(found["problem"] == problem) & ~found["column"].isin(but or [])]
    if columns is not None:
        found = found[found["column"].isin(columns)]
    if is_required is not None:
        found = found[found["is_required"] == is_required]
    return [Step("col_vals_eq", pd.DataFrame({"value": lines.isin(cells["line"]).astype("int64")}, index=lines),
        str(name), {"value": 0})
            for name, cells in found.groupby("column", sort=False)]  # fmt: skip


def unique(data: Data, table: str, *, column: str, columns: list[str] | None = None) -> list[Step]:
    """Rows whose key (the column, or several together) an earlier accepted row already has."""
    keys = data.accepted(table, columns or [column])[columns or [column]]
    return [Step("col_vals_eq", _frame(keys.groupby(list(keys)).cumcount() + 1), column, {"value": 1})]


def repeated(data: Data, table: str, *, column: str, places: str, by: str) -> list[Step]:
    """Rows whose value another accepted row has too, every one of them: inside one place (`within`) or in several (`across`)."""
    frame = data.accepted(table, [column, by])
    numbers = frame[column].dropna().str.slice(0, 18)
    homes = frame[by].fillna("").loc[numbers.index].groupby(numbers).transform("nunique")
    return [Step("rows_distinct", _frame(numbers[homes.gt(1) if places == "across" else homes.le(1)]), column)]


def place(data: Data, table: str, *, problem: str, column: str) -> list[Step]:
    """Rows whose township or village is not in the county's list, or may mean two villages."""
    problems = data.accepted(table, ["place_problem"])["place_problem"].eq(problem).astype("int64")
    return [Step("col_vals_eq", _frame(problems), column, {"value": 0})]


def link(data: Data, table: str, *, to: str, column: str, where: Where | None = None,
         also: list[dict[str, Any]] | None = None) -> list[Step]:  # fmt: skip
    """Rows (meeting `where`) that refer to no accepted row of another table.

    `also`: others that tell of a household, each with `table`, `column` and `where`; one that the register has not tells of none.
    """
    frame = data.accepted(table, [column, *(where or {})])
    frame = frame[meets(frame, where)]
    is_known = frame[HOUSEHOLD].isin(data.accepted(to)[HOUSEHOLD])
    for other in (other for other in also or [] if other["table"] in data.frames):
        rows = data.accepted(other["table"], [other["column"], *other["where"]])
        is_known |= frame[column].isin(rows.loc[meets(rows, other["where"]), other["column"]].dropna())
    return [Step("col_vals_not_null", pd.DataFrame({"value": frame[HOUSEHOLD].astype("float64").where(is_known)}), column)]


def count(data: Data, table: str, *, of: str, column: str, where: Where | None = None, when: Where | None = None,
          equals: int | str | None = None, at_least: int | None = None, at_most: int | None = None) -> list[Step]:  # fmt: skip
    """Households (meeting `when`) with another number of accepted rows of a table (meeting `where`) than they should have."""
    frame = data.readable(table, [*(when or {}), *([equals] if isinstance(equals, str) else [])])
    frame = frame[meets(frame, when)]
    members, legible = data.accepted(of, where or {}), data.readable(of, where or {})
    if len(legible) < len(members):  # what nobody could read may be what is looked for
        unsure = members.loc[members.index.difference(legible.index), HOUSEHOLD]
        frame = frame[~frame[HOUSEHOLD].isin(unsure)]
    sizes = members.loc[meets(members, where), HOUSEHOLD].value_counts()
    counted = frame[HOUSEHOLD].map(sizes).fillna(0).astype("int64")
    bound = equals if equals is not None else at_least if at_least is not None else at_most or 0
    stated = frame[bound].astype("int64") if isinstance(bound, str) else pd.Series(bound, index=frame.index)
    method = "col_vals_eq" if equals is not None else "col_vals_ge" if at_least is not None else "col_vals_le"
    return [Step(method, _frame(counted, stated), column, {"value": OTHER}, {"stated": stated, "counted": counted})]


def total(data: Data, table: str, *, column: str, plus: list[str], minus: list[str] | None = None, per: str | None = None,
          tolerance: float = 0) -> list[Step]:  # fmt: skip
    """Rows whose total differs by more than `tolerance` from its parts (a missing part counts as nought, unless all are)."""
    frame = data.readable(table, [column, *plus, *(minus or []), *([per] if per else [])])
    counted = frame[plus].sum(axis=1, min_count=1) - frame[minus or []].sum(axis=1)
    if per:
        counted = counted / frame[per].astype("float64")
    gap = (counted - frame[column]).abs()
    return [Step("col_vals_le", _frame(gap), column, {"value": tolerance + 1e-6},
                 {"stated": frame[column], "counted": counted.round(2)})]  # fmt: skip


def condition(data: Data, table: str, *, column: str, where: Where) -> list[Step]:
    """Rows that meet all of the conditions, which together are doubtful."""
    frame = data.readable(table, list(where))
    return [Step("col_vals_expr", _frame(~meets(frame, where)), column, {"expr": _holds})]


def in_set(data: Data, table: str, *, column: str, values: list[object], tested: str | None = None,
           where: Where | None = None) -> list[Step]:  # fmt: skip
    """Rows (meeting `where`) whose value, where given, is none of `values`."""
    frame = data.readable(table, [tested or column, *(where or {})])
    given = _frame(frame.loc[meets(frame, where), tested or column])
    if given["value"].dtype == bool:  # of which Pointblank makes no sets
        given, values = given.astype("int64"), [int(bool(known)) for known in values]
    return [Step("col_vals_in_set", given, column, {"set": values}, {"stated": given["value"]})]


def between(data: Data, table: str, *, column: str, least: float | None = None, most: float | None = None, per: str | None = None,
            tested: str | None = None, where: Where | None = None) -> list[Step]:  # fmt: skip
    """Rows (meeting `where`) whose number, where given, is below `least` or above `most`; with `per`, divided by that column."""
    frame = data.readable(table, [tested or column, *([per] if per else []), *(where or {})])
    frame = frame[meets(frame, where)]
    numbers = frame[tested or column].astype("float64")
    given = _frame(numbers / frame[per].astype("float64") if per else numbers)
    details = {"stated": given["value"].round(2)}
    if least is not None and most is not None:
        return [Step("col_vals_between", given, column, {"left": least, "right": most}, details)]
    method, bound = ("col_vals_le", most) if least is None else ("col_vals_ge", least)
    return [Step(method, given, column, {"value": bound}, details)]


def outside(data: Data, table: str, *, column: str, least: float, most: float, where: Where | None = None) -> list[Step]:
    """Rows (meeting `where`) whose number, where given, lies from `least` to `most`: a slip of the unit, such as 万元."""
    frame = data.readable(table, [column, *(where or {})])
    given = _frame(frame.loc[meets(frame, where), column].astype("float64"))
    return [Step("col_vals_outside", given, column, {"left": least, "right": most}, {"stated": given["value"]})]


def matches(data: Data, table: str, *, column: str, pattern: str, where: Where | None = None) -> list[Step]:
    """Rows (meeting `where`) whose text, where given, is not of the form `pattern`."""
    frame = data.readable(table, [column, *(where or {})])
    return [Step("col_vals_regex", _frame(frame.loc[meets(frame, where), column]), column, {"pattern": pattern})]


def filled(data: Data, table: str, *, columns: list[str], where: Where | None = None) -> list[Step]:
    """Rows (meeting `where`) in which one of these columns is empty; a column that the file has not is passed over."""
    steps = []
    for column in columns:
        frame = data.readable(table, [column, *(where or {})])
        given = frame.loc[meets(frame, where), column]
        cells = pd.DataFrame({"value": np.where(given.isna(), np.nan, 1.0)}, index=given.index)
        steps.append(Step("col_vals_not_null", cells, column))
    return steps


_COMPARISONS = {"at_least": "col_vals_ge", "at_most": "col_vals_le", "equals": "col_vals_eq", "differs": "col_vals_ne"}


def compare(data: Data, table: str, *, column: str, tested: str, relation: str, other: str,
            where: Where | None = None) -> list[Step]:  # fmt: skip
    """Rows (meeting `where`) in which `tested` is not `at_least`, `at_most`, `equals` or `differs` from `other`, both given."""
    frame = data.readable(table, [tested, other, *(where or {})])
    frame = frame[meets(frame, where)]
    return [Step(_COMPARISONS[relation], _frame(_days(frame[tested]), _days(frame[other])), column, {"value": OTHER})]


def period(data: Data, table: str, *, column: str, since: str | None = None) -> list[Step]:
    """Rows whose day lies outside the period the register covers, or before `since` where that is told."""
    first, last = _days(pd.Series(pd.to_datetime([since or str(data.baseline), str(data.until)])))
    given = _frame(_days(data.readable(table, [column])[column]))
    return [Step("col_vals_between", given, column, {"left": first, "right": last})]


def order(data: Data, table: str, *, column: str, day: str, first: str) -> list[Step]:
    """Changes that repeat the household's last one, or begin with another than `first`: they cannot have followed each other."""
    frame = data.accepted(table, [column, day])
    frame = frame.iloc[frame[day].argsort(kind="stable")]
    before = frame.groupby(HOUSEHOLD)[column].shift()
    follows = (frame[column] != before) & (before.notna() | (frame[column] == first))
    return [Step("col_vals_expr", _frame(follows.sort_index()), column, {"expr": _holds})]


KINDS: dict[str, Callable[..., list[Step]]] = {
    kind.__name__: kind
    for kind in (value, unique, repeated, place, link, count, total, condition, in_set, between, outside, matches, filled,
                 compare, period, order)
}  # fmt: skip
