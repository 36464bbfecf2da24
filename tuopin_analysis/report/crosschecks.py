"""Cross-checks of a reports folder, made from its files after every batch: do its pages and tables agree with one another?

A township's figures must add up to the county's, tables that are the same on every page must be the same, a page must be about
the place whose folder it lies in, and the register must agree with what was published. data/tables.csv says which table is which.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, Literal

from tuopin_analysis import paths
from tuopin_analysis.report import mime
from tuopin_analysis.report.job import TABLES
from tuopin_analysis.report.manifest import Check

Rows = list[dict[str, str]]


@cache
def kinds() -> dict[str, dict[str, str]]:
    """The key tables by key: `spread` (own: about the page's place; everywhere: the same on every page; reconciliation), `keys`
    (the columns that tell its rows apart) and `adds` (the columns whose figures add up over townships)."""
    with (paths.DATA / "tables.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def run(out: Path, entries: Sequence[Mapping[str, Any]], scopes: Mapping[str, Sequence[str]]) -> list[Check]:
    """Every cross-check of the pages that stand in a folder; one row per check, place and table.

    `scopes`: the county and the townships of each register, by the checksum that the entries' inputs carry.
    """
    found = [_made(entries)] if entries else []
    standing, tables = [], {}
    for entry in (entry for entry in entries if entry["outputs"]):
        at = entry["scope"], entry["notebook"]
        try:
            found.append(_subject(out, entry))
            tables[at] = _tables(out, entry)
            standing.append(entry)
        except (OSError, ValueError, KeyError, TypeError) as error:
            damaged = error.filename if isinstance(error, OSError) and error.filename else error
            found.append(_check("whole", *at, 1, [Path(str(damaged)).name or type(error).__name__]))
    for alike in _alike(standing, ["notebook"]):
        townships = [scope for scope in scopes.get(alike[0]["inputs"].get("register", ""), []) if scope != "county"]
        held = {entry["scope"]: tables[entry["scope"], entry["notebook"]] for entry in alike}
        for key in sorted({key for of_scope in held.values() for key in of_scope}):
            of_key = {scope: held[scope][key] for scope in sorted(held) if key in held[scope]}
            found += _of_table(key, of_key, townships)
    for alike in _alike(standing, []):
        found += _own_rows([(entry["scope"], tables[entry["scope"], entry["notebook"]]) for entry in alike])
    return found


def failures(checks: Iterable[Check]) -> list[Check]:
    """Those that do not hold."""
    return [check for check in checks if check.state == "fails"]


def _made(entries: Sequence[Mapping[str, Any]]) -> Check:
    failed = [f"{entry['scope']}/{entry['notebook']}" for entry in entries if entry["state"] == "failed"]
    return _check("made", "county", "", len(entries), failed)


def _check(name: str, scope: str, table: str, compared: int, wrong: Sequence[str], why_not: str = "") -> Check:
    state: Literal["holds", "fails", "not_checkable"] = "fails" if wrong else "holds" if compared else "not_checkable"
    detail = "; ".join(wrong[:5]) + ("; …" if len(wrong) > 5 else "") if wrong else why_not if not compared else ""
    at = {"check": name, "scope": scope, "table": table}
    return Check(**at, compared=compared, disagreeing=len(wrong), state=state, detail=detail)


def _subject(out: Path, entry: Mapping[str, Any]) -> Check:
    """The place that the notebook, its parameters and the page itself name is that of the folder."""
    scope, notebook = entry["scope"], entry["notebook"]
    read = json.loads((out / scope / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    shown = [output.get("data", {}) for cell in read["cells"] for output in cell.get("outputs", [])]
    named = [data[mime.PAGE]["scope"] for data in shown if mime.PAGE in data]
    named.append(read["metadata"]["papermill"]["parameters"]["scope"])
    wrong = [f"{notebook}.ipynb: {other}" for other in named if other != scope]
    html = (out / scope / f"{notebook}.html").read_text(encoding="utf-8")
    says = re.search(r'<meta content="([^"]*)" name="tuopin-scope"', html)
    if says is None or says[1] != scope:
        wrong.append(f"{notebook}.html: {says[1] if says else '?'}")
    title = re.search(r"<title>(.*?)</title>", html)
    if title is None or not unescape(title[1]).endswith(entry["subject"]["scope_name"]):
        wrong.append(f"{notebook}.html: {title[1] if title else '?'}")
    return _check("subject", scope, notebook, len(named) + 2, wrong)


def _alike(entries: Sequence[Mapping[str, Any]], also: Sequence[str]) -> Iterator[list[Mapping[str, Any]]]:
    """Pages with equal register, rules, day and edition (`also`: of the same notebook): these can be held side by side."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries:
        same = ("as_of", "edition") if not also else sorted({*entry["parameters"]} - {"scope", "lang"})
        by = [[entry[name] for name in also], [entry["parameters"].get(name) for name in same]]
        inputs = {name: value for name, value in entry["inputs"].items() if name != "notebook"}
        groups[json.dumps([*by, inputs], sort_keys=True, default=str)].append(entry)
    yield from groups.values()


def _tables(out: Path, entry: Mapping[str, Any]) -> dict[str, Rows]:
    return {key: _read(out / entry["scope"] / TABLES / f"{key}.csv") for key in entry["tables"]}


def _read(path: Path) -> Rows:
    """The rows of a table, whose figures are numbers; ValueError names the file that is not such a table."""
    kind = kinds().get(path.stem, {"keys": "", "adds": "", "spread": ""})
    needs = {"reconciliation": ["key", "unit", "counted", "published", "gap"]}.get(kind["spread"], [])
    needs = [*needs, *kind["keys"].split()]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    figures = [*kind["adds"].split(), *(["gap"] if "gap" in needs else [])]
    try:
        whole = all(set(needs) <= set(row) and None not in row.values() for row in rows)
        for row in rows if whole else ():
            [Fraction(row[column]) for column in figures if row.get(column)]
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(path.name)
    return rows


def _of_table(key: str, held: Mapping[str, Rows], townships: Sequence[str]) -> list[Check]:
    kind = kinds().get(key)
    if kind is None:
        return []
    if kind["spread"] == "reconciliation":
        return [_reconciled(scope, rows) for scope, rows in held.items()]
    if kind["spread"] == "everywhere":
        first = held.get("county") or next(iter(held.values()))
        wrong = [scope for scope, rows in held.items() if rows != first]
        return [_check("same", "county", key, len(held) - 1, wrong, "one_page")]
    return [_sums(key, kind, held, townships)] if kind["adds"] and "county" in held else []


def _reconciled(scope: str, rows: Rows) -> Check:
    """Where a figure was published, the register's is the same."""
    stated = [row for row in rows if row["gap"]]
    wrong = [f"{row['key']} {row['unit']}: {row['counted']} ≠ {row['published']}" for row in stated if Fraction(row["gap"])]
    return _check("reconciled", scope, "published.reconciliation", len(stated), wrong, "nothing_published")


def _sums(key: str, kind: Mapping[str, str], held: Mapping[str, Rows], townships: Sequence[str]) -> Check:
    """The townships' figures add up to the county's, row by row and column by column; suppressed ones cannot be added."""
    if not townships or not set(townships) <= set(held):
        return _check("sums", "county", key, 0, [], "townships_absent")
    names, columns = kind["keys"].split(), kind["adds"].split()
    whole = _added([held["county"]], names, columns)
    parts = _added([held[scope] for scope in townships], names, columns)
    is_public = any("suppressed" in row for rows in held.values() for row in rows[:1])
    compared, wrong = 0, []
    for at in sorted(whole.keys() | parts.keys()):
        left, right = whole.get(at, Fraction(0)), parts.get(at, Fraction(0))
        if None in (left, right) and (left == right or is_public):
            continue  # a month to come, or suppressed
        if left is None and at not in parts:
            continue  # a row of no township with a page, and nothing is on record for it
        compared += 1
        if left != right:
            wrong.append(f"{' '.join(at)}: {_shown(right)} ≠ {_shown(left)}")
    return _check("sums", "county", key, compared, wrong, "suppressed")


def _added(tables: Iterable[Rows], names: Sequence[str], columns: Sequence[str]) -> dict[tuple[str, ...], Fraction | None]:
    """The sums by row and column; None where a part is suppressed or missing."""
    sums: dict[tuple[str, ...], Fraction | None] = {}
    for row in (row for rows in tables for row in rows):
        for column in (column for column in columns if column in row):
            at = (*(row[name] for name in names), column)
            before = sums.get(at, Fraction(0))
            sums[at] = None if before is None or not row[column] else before + Fraction(row[column])
    return sums


def _own_rows(held: Sequence[tuple[str, Mapping[str, Rows]]]) -> list[Check]:
    """What a township's own pages count in all is what the table of all townships says of it."""
    listed = next((tables["townships.distribution"] for _, tables in held if "townships.distribution" in tables), None)
    rows = {row.get("township_code"): row for row in listed or ()}
    found = []
    for scope, tables in held:
        own = tables.get("causes.shares")
        if scope not in rows or own is None:
            continue
        sums = _added([own], [], ["households", "persons"])
        pairs = [(name, sums.get((name,), Fraction(0)), rows[scope].get(name)) for name in ("households", "persons")]
        known = [(name, left, Fraction(right)) for name, left, right in pairs if left is not None and right]
        wrong = [f"{name}: {_shown(left)} ≠ {_shown(right)}" for name, left, right in known if left != right]
        found.append(_check("own_row", scope, "causes.shares", len(known), wrong, "suppressed"))
    return found


def _shown(number: Fraction | None) -> str:
    return "?" if number is None else str(number)
