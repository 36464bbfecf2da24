"""The figures that the contents page shows first, read from the key tables of a reports folder as they stand there.

Each is traced to its table and page; what no page of the folder has is not made up.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from tuopin_analysis.report import language
from tuopin_analysis.report.job import TABLES
from tuopin_analysis.report.manifest import Figure

Row = Mapping[str, str]
Rows = Sequence[Row]
HIDDEN = language.SUPPRESSED


class Folder:
    """The key tables of a folder, by place and key, and the page that each stands on."""

    def __init__(self, out: Path, entries: Sequence[Mapping[str, Any]]) -> None:
        self.out = out
        self.pages = {(entry["scope"], entry["notebook"]): entry for entry in entries if entry["outputs"]}
        self._read: dict[tuple[str, str], list[dict[str, str]]] = {}

    @cached_property
    def owners(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        """The page of each table, by place and key."""
        return {(scope, key): entry for (scope, _), entry in self.pages.items() for key in entry["tables"]}

    @cached_property
    def scopes(self) -> list[str]:
        """The places that have a page, in reading order."""
        return list(dict.fromkeys(scope for scope, _ in self.pages))

    @property
    def public(self) -> bool:
        """Whether the pages are of the public edition, which has none of some questions."""
        return any(entry["subject"].get("edition") == "public" for entry in self.pages.values())

    def rows(self, scope: str, key: str) -> list[dict[str, str]]:
        """The rows of a table as text; none where the folder has not got it or it cannot be read (the cross-checks say so)."""
        if (scope, key) not in self.owners:
            return []
        if (scope, key) not in self._read:
            try:
                with (self.out / scope / TABLES / f"{key}.csv").open(encoding="utf-8", newline="") as file:
                    self._read[scope, key] = list(csv.DictReader(file))
            except (OSError, ValueError, csv.Error):
                self._read[scope, key] = []
        return self._read[scope, key]

    def page(self, scope: str, key: str) -> str:
        """Where a table is seen: its page, at the table."""
        return f"{scope}/{self.owners[scope, key]['notebook']}.html#{key.replace('.', '-')}"


def taken(row: Row, column: str) -> str:
    """A value of a table: "×" where it is suppressed, "" where it is missing.

    >>> taken({"persons": "", "suppressed": "households;persons"}, "persons"), taken({"persons": "5"}, "persons")
    ('×', '5')
    """
    return HIDDEN if column in row.get("suppressed", "").split(";") else row.get(column, "")


def total(rows: Rows, *columns: str) -> str:
    """The sum of whole numbers; "×" when a part is suppressed, "" when one is missing.

    >>> total([{"persons": "5"}, {"persons": "7"}], "persons"), total([{"persons": "5"}, {"persons": ""}], "persons")
    ('12', '')
    """
    parts = [taken(row, column) for row in rows for column in columns]
    if not parts or HIDDEN in parts:
        return HIDDEN if parts else ""
    return str(sum(map(int, parts))) if all(part.isdecimal() for part in parts) else ""


def last(rows: Rows, column: str) -> Row:
    """The last row in which a column is filled; an empty one where none is."""
    return next((row for row in reversed(rows) if row.get(column)), {})


def one(rows: Rows, column: str, value: str) -> Row:
    """The row with a value in a column; an empty one where there is none."""
    return next((row for row in rows if row.get(column) == value), {})


def _out(rows: Rows, scope: str) -> str:
    return taken(last(rows, "actual_persons"), "actual_persons")


def _first_out(rows: Rows, scope: str) -> str:
    return taken(rows[0], "actual_persons") if rows else ""


def _account(rows: Rows, scope: str) -> str:
    return total(rows, "rows_set_aside", "rows_marked") if scope == "county" else ""


# A figure -> the tables it can be taken from, the first that has it, and how.
TAKEN: dict[str, list[tuple[str, Callable[[Rows, str], str]]]] = {
    "left": [
        ("overview.places", lambda rows, scope: total(rows, "remaining_persons")),
        ("targets.by_township", lambda rows, scope: taken(one(rows, "township_code", scope), "remaining_persons")),
    ],
    "out": [("targets.progress", _out), ("targets.denominators", _first_out)],
    "doubtful": [("acceptance.doubtful", lambda rows, scope: taken(one(rows, "kind", "untrue"), "exit_count"))],
    "rows": [
        ("register.account", _account),
        ("supervision.table", lambda rows, scope: taken(one(rows, "township_code", scope), "rows_doubtful")),
    ],
}


def figure(folder: Folder, scope: str, name: str) -> Figure | None:
    """A figure of a place; None where the folder's tables haven't got it."""
    for key, take in TAKEN[name]:
        value = take(folder.rows(scope, key), scope)
        if value:
            entry = folder.owners[scope, key]
            told = {"as_of": str(entry["subject"].get("as_of", "")), "register": str(entry["inputs"].get("register", ""))}
            return Figure(scope=scope, figure=name, value=value, page=folder.page(scope, key), **told)
    return None


def figures(folder: Folder) -> list[Figure]:
    """Every figure of every place of a folder."""
    found = (figure(folder, scope, name) for scope in folder.scopes for name in TAKEN)
    return [one for one in found if one is not None]


def before(now: Sequence[Figure], then: Sequence[Figure], kept: Sequence[Figure]) -> list[Figure]:
    """The figures that stood before those of now: of `then` where day, register or value is another, else those `kept` so far."""
    latest = {(one.scope, one.figure): one for one in then}
    earlier = {(one.scope, one.figure): one for one in kept}
    found = []
    for one in now:  # in their order
        at = one.scope, one.figure
        was = latest.get(at)
        same = was is None or (was.as_of, was.register_, was.value) == (one.as_of, one.register_, one.value)
        chosen = earlier.get(at) if same else was
        if chosen is not None:
            found.append(chosen)
    return found
