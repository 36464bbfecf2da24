"""What changed between two results: tables as they were published, row by row and figure by figure, and which cause it has.

Tables are frames of text, as their CSV files give them; "" is missing and "×" suppressed. A row is the same row when the columns
that identify it are: those that hold text or codes (by the data dictionary), as few of them, from the left, as tell all rows of
both tables apart. All other columns are figures.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from tuopin_analysis.analysis.withholding import SUPPRESSED
from tuopin_analysis.register import dictionary

HIDDEN = "×"
CAUSES = ("code", "data", "rules", "parameters")  # in the order in which their effects are taken apart
IDENTIFYING = {"text", "code", "codes", "key", "date"}
COLUMNS = ["scope", "table", "change", "row", "column", "before", "after", "difference"]
Key = tuple[str, str]  # scope and key of a table
Tables = Mapping[Key, pd.DataFrame]


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with "×" for each figure that its column `suppressed` names, and without that column.

    >>> marked(pd.DataFrame({"persons": ["", "5"], "suppressed": ["persons", ""]}))["persons"].tolist()
    ['×', '5']
    """
    if SUPPRESSED not in frame:
        return frame
    shown = frame.drop(columns=SUPPRESSED)
    names = [set(text.split(";")) for text in frame[SUPPRESSED]]
    hidden = {column: pd.Series([column in found for found in names], shown.index) for column in map(str, shown.columns)}
    return shown.assign(**{column: shown[column].mask(hidden[column].astype("bool"), HIDDEN) for column in hidden})


def identity(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """The columns that tell the rows of both tables apart.

    >>> frame = pd.DataFrame({"township_code": ["1", "2"], "township": ["a", "b"], "persons": ["5", "5"], "status": ["x", "x"]})
    >>> identity(frame, frame)
    ['township_code']
    """
    shared = [column for column in map(str, before.columns) if column in after]
    types = dictionary.columns("results")["type"]
    named = [column for column in shared if types.get(column, "text") in IDENTIFYING]
    if shared[:1] and shared[0] not in named and types.get(shared[0]) == "integer":
        named.append(shared[0])  # such as the number of causes
    chosen: list[str] = []
    found = [0, 0]
    for column in named:
        distinct = [len(frame.drop_duplicates([*chosen, column])) for frame in (before, after)]
        if distinct != found:
            chosen, found = [*chosen, column], distinct
        if found == [len(before), len(after)]:
            break
    return chosen


def rows(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Rows added, removed and changed: one row per figure that is not the same.

    `change` (added, removed, changed), `row` (pairs of identifying column and value, the last one "row" and its number where
    nothing else tells rows apart), `column`, `before, after` (text; "" where there is none), `difference` (after - before;
    missing unless both are numbers).

    >>> then = pd.DataFrame({"cause_main": ["illness", "disability"], "persons": ["5", "7"]})
    >>> now = pd.DataFrame({"cause_main": ["illness", "schooling"], "persons": ["6.0", "7"]})
    >>> rows(then, now)[["change", "row", "before", "after"]].values.tolist()
    [['changed', (('cause_main', 'illness'),), '5', '6.0'], ['removed', (('cause_main', 'disability'),), '7', ''], \
['added', (('cause_main', 'schooling'),), '', '7']]
    """
    by = identity(before, after)
    then, now = _by_row(before, by), _by_row(after, by)
    columns = [column for column in dict.fromkeys([*map(str, before.columns), *map(str, after.columns)]) if column not in by]
    found = []
    for row in dict.fromkeys([*then, *now]):
        old, new = then.get(row), now.get(row)
        change = "added" if old is None else "removed" if new is None else "changed"
        for column in columns:
            pair = ((old or {}).get(column, ""), (new or {}).get(column, ""))
            if not _equal(*pair):
                found.append((change, row, column, *pair, _difference(*pair)))
    return pd.DataFrame(found, columns=COLUMNS[2:]).astype({"difference": "float64"})


def of_tables(before: Tables, after: Tables) -> pd.DataFrame:
    """`rows` of all tables that both have, with their `scope` and `table` (key)."""
    found = [
        rows(marked(before[key]), marked(after[key])).assign(scope=key[0], table=key[1])
        for key in before
        if key in after and not before[key].equals(after[key])
    ]
    empty = pd.DataFrame(columns=COLUMNS).astype({"difference": "float64"})
    return pd.concat([frame for frame in found if len(frame)], ignore_index=True)[COLUMNS] if any(map(len, found)) else empty


def attributed(found: pd.DataFrame, steps: Sequence[tuple[str, pd.DataFrame]], by: Sequence[str]) -> pd.DataFrame:
    """Differences with the effect of each cause: `steps` are (cause, differences) of successive results between the two.

    `by` are the columns that tell a figure, such as scope, table, row and column.
    Adds `causes` (those whose step changed the figure, joined by ";"), and `effect_<cause>` for each step: numbers, whose sum is
    the difference; missing where a step left no number, or tells the rows of the table apart by other columns.
    """
    causes: list[list[str]] = [[] for _ in range(len(found))]
    told, columns = found, _told_apart(found)
    for cause, step in steps:
        effect = {tuple(key): number for *key, number in step[[*by, "difference"]].itertuples(index=False, name=None)}
        keys = [tuple(key) for key in found[by].itertuples(index=False, name=None)]
        other = _told_apart(step)
        alike = [columns[at] == other.get(at, columns[at]) for at in _tables(found)]
        numbers = [effect.get(key, 0.0 if same else float("nan")) for key, same in zip(keys, alike, strict=True)]
        told = told.assign(**{f"effect_{cause}": pd.Series(numbers, found.index, dtype="float64")})
        for names, key in zip(causes, keys, strict=True):
            names += [cause] if key in effect else []
    return told.assign(causes=pd.Series([";".join(names) for names in causes], found.index, dtype="str"))


def _tables(found: pd.DataFrame) -> list[tuple[str, ...]]:
    """The table of each difference; one for all where differences are not of tables."""
    return list(found[["scope", "table"]].itertuples(index=False, name=None)) if "row" in found else [()] * len(found)


def _told_apart(found: pd.DataFrame) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """By table: the columns that tell its rows apart."""
    names: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for at, row in zip(_tables(found), found["row"] if "row" in found else [()] * len(found), strict=True):
        names.setdefault(at, set()).add(tuple(name for name, _ in row if name != "row"))
    return names


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """How many rows of each table changed: one row per scope and table, `rows_added, rows_removed, rows_changed`."""
    once = found[["scope", "table", "change", "row"]].drop_duplicates()
    listed = once[["scope", "table"]].drop_duplicates(ignore_index=True)
    for change in ("added", "removed", "changed"):
        number = once[once["change"] == change].groupby(["scope", "table"], sort=False).size().rename(f"rows_{change}")
        listed = listed.merge(number.reset_index(), how="left", on=["scope", "table"])
        listed[f"rows_{change}"] = listed[f"rows_{change}"].fillna(0).astype("int64")
    return listed


def _by_row(frame: pd.DataFrame, by: Sequence[str]) -> dict[tuple[tuple[str, str], ...], dict[str, str]]:
    """The rows by what identifies them; equal ones are numbered."""
    found: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for record in frame.to_dict("records"):
        row = tuple((column, str(record[column])) for column in by)
        seen[row] = seen.get(row, 0) + 1
        named = row if seen[row] == 1 and row else (*row, ("row", str(seen[row])))
        found[named] = {str(name): str(value) for name, value in record.items() if name not in by}
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _equal(before: str, after: str) -> bool:
    return before == after or (_number(before) is not None and _number(before) == _number(after))


def _difference(before: str, after: str) -> float | None:
    then, now = _number(before), _number(after)
    return None if then is None or now is None else now - then
