"""The figures that a comparison shows first: taken from key tables by the rules of `params/headlines.yaml`."""

from collections.abc import Mapping, Sequence

import pandas as pd

from tuopin_analysis.analysis.differences import HIDDEN, Key, marked
from tuopin_analysis.rules import Headline

Tables = Mapping[Key, pd.DataFrame]


def figures(before: Tables, after: Tables, wanted: Sequence[Headline]) -> pd.DataFrame:
    """Each headline figure of each scope, before and after: one row per scope and figure that either side has.

    `scope, figure` (name), `denominator` (of figures about targets, else ""), `table, column`, `before, after` (text as in the
    tables; "" missing, "×" suppressed), `difference` (missing unless both are numbers), `is_same`.
    """
    scopes = sorted({scope for scope, _ in [*before, *after]}, key=lambda scope: (scope != "county", scope))
    rows = []
    for scope in scopes:
        for figure in wanted:
            key = (scope, figure.table)
            then, now = (_taken(marked(tables[key]), figure) if key in tables else "" for tables in (before, after))
            if then or now:
                way = figure.where.get("denominator", "")
                rows.append((scope, figure.name, way, figure.table, figure.column, then, now))
    found = pd.DataFrame(rows, columns=["scope", "figure", "denominator", "table", "column", "before", "after"], dtype="str")
    numbers = {side: pd.to_numeric(found[side], errors="coerce").astype("float64") for side in ("before", "after")}
    same = (found["before"] == found["after"]) | (numbers["before"] == numbers["after"])
    return found.assign(difference=numbers["after"] - numbers["before"], is_same=same)


def _taken(table: pd.DataFrame, figure: Headline) -> str:
    """One figure of a table of text; "" where the table hasn't got it.

    >>> sums = Headline(name="n", zh="", en="", table="t", column="persons", take="sum")
    >>> _taken(pd.DataFrame({"persons": ["5", "7"]}), sums), _taken(pd.DataFrame({"persons": ["5", "×"]}), sums)
    ('12', '×')
    """
    for column, value in figure.where.items():
        table = table[table[column] == value] if column in table else table.iloc[:0]
    needs = [figure.column, *([figure.of] if figure.of else [])]
    if table.empty or not set(needs) <= set(table.columns):
        return ""
    if (table[needs] == HIDDEN).any(axis=None) and figure.take != "one":
        return HIDDEN
    if figure.take == "one":
        return str(table[figure.column].iloc[0]) if len(table) == 1 else ""
    numbers = pd.to_numeric(table[figure.of or figure.column], errors="coerce")
    if numbers.isna().any():
        return ""
    return f"{numbers.sum():.12g}" if figure.take == "sum" else str(table[figure.column].iloc[int(numbers.to_numpy().argmax())])
