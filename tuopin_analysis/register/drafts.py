"""A draft of a layout: for each sheet the likeliest table and, for each header, the likeliest column. Nothing here is applied."""

import json
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from tuopin_analysis.register import dictionary, shapes
from tuopin_analysis.register.about import TABLES
from tuopin_analysis.register.grids import Grid

_LIKELY = 60  # of 100; below it a guess is not worth reading
_HEAD = """\
# A draft: check every line, strike out what is wrong, then give it to `tuopin import` with --layout.
# Lines without a sign are sure (a known header); "# ?" marks a guess, with its confidence of 100.
title: ""
# year: 2016   # of the forms: from 2018 some codes mean other things
sheets:
"""


def draft(sheets: Sequence[tuple[str, Grid]]) -> str:
    """The YAML text of a layout for these sheets, each with the name of its file; guesses are commented out."""
    return _HEAD + "".join(_sheet(file, grid) for file, grid in sheets if grid.rows)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON text is a YAML text


def _pattern(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _sheet(file: str, grid: Grid) -> str:
    head = shapes.header(grid)
    tables = shapes.fits(head, grid.sheet)
    guess = tables or _likeliest(head)
    name = "flat" if len(tables) == 2 else (guess[0] if guess else "none")
    rows = ", ".join(str(number) for number in grid.numbers[head.top : head.bottom])
    lines = [f"  - file: {_text(_pattern(file))}", f"    sheet: {_text(_pattern(grid.sheet))}", f"    table: {name}"]
    lines[-1] += "" if tables else "   # ? a guess: none fits as it is"
    if not guess:
        return "\n".join(lines) + "\n"
    lines += [f"    header_rows: [{rows}]", "    columns:"] if rows else ["    columns:"]
    lines += _columns(head, guess) or ["      {}"]
    lacking = [column for table in guess for column in shapes.missing(table, head.found[table])]
    if lacking:
        lines.append(f"    # still missing: {', '.join(lacking)}: map a header above, or write constants: {{{lacking[0]}: …}}")
    return "\n".join(lines) + "\n"


def _likeliest(head: shapes.Header) -> tuple[str, ...]:
    near = shapes.nearly_fits(head)
    if near:
        return (near,)
    scores = {table: sum(score for *_, score in _guesses(head, table)) + 100 * len(head.found[table]) for table in TABLES}
    best = max(scores, key=lambda table: scores[table])
    return (best,) if scores[best] else ()


def _columns(head: shapes.Header, tables: Sequence[str]) -> list[str]:
    sure: dict[str, str] = {}
    for table in tables:
        for column, places in head.found[table].items():
            sure.setdefault(column, f"      {column}: {_text(places[0][1])}")
    lines = list(sure.values())
    for table in tables:
        for text, column, score in _guesses(head, table):
            if column not in sure:
                lines.append(f"      # ? {column}: {_text(text)}   # {dictionary.label(column, 'zh', table)}, {score:.0f}")
    if not sure and lines:
        lines.insert(0, "      {}  # strike out these signs when you keep a line below")
    return lines


def _guesses(head: shapes.Header, table: str) -> list[tuple[str, str, float]]:
    """Headers that no table knows, each with the column whose names are most like it."""
    taken = {at for found in head.found.values() for places in found.values() for at, _ in places}
    names = {header: column for header, column in dictionary.headers(table).items() if not header.isascii()}
    guesses = []
    for at, text in head.texts.items():
        best = process.extractOne(shapes.folded(text), list(names), scorer=fuzz.WRatio, score_cutoff=_LIKELY)
        if at not in taken and best:
            guesses.append((text, names[best[0]], best[1]))
    return guesses
