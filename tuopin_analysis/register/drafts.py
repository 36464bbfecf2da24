"""A draft of a layout: for each sheet the likeliest table and, for each header, the likeliest column. Nothing here is applied."""

import json
import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from tuopin_analysis.register import dictionary, shapes
from tuopin_analysis.register.about import TABLES
from tuopin_analysis.register.grids import Grid
from tuopin_analysis.register.layouts import FLAT

_LIKELY = 60  # of 100; below it a guess is not worth reading
_KNOWN = 3  # so many known headers make a header, whatever stands beside them
_LONG = re.compile(r"\d(?:[\s*-]?\d){5,}[\s*-]?[\dXx]")  # the digits of an ID, telephone or household number
_NUMBER = re.compile(r"[\d.,%/-]+")
_NO_HEADER = "   # no header row found: write the headers of the columns above the rows, then try again"
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
    return json.dumps(_LONG.sub("…", value), ensure_ascii=False)  # a JSON text is a YAML text


def _name(name: str) -> str:
    pattern = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
    return json.dumps(pattern, ensure_ascii=False)


def _is_data(head: shapes.Header) -> bool:
    """Whether the row taken for a header is one of data: numbers stand in it, and hardly a known header."""
    known = max((len(found) for found in head.found.values()), default=0)
    return known < _KNOWN and any(_NUMBER.fullmatch(text) or _LONG.search(text) for text in head.texts.values())


def _sheet(file: str, grid: Grid) -> str:
    head = shapes.header(grid)
    tables = shapes.fits(head, grid.sheet)
    guess = tables or likeliest(head)
    name = "flat" if len(guess) == 2 else (guess[0] if guess else "none")
    rows = ", ".join(str(number) for number in grid.numbers[head.top : head.bottom])
    lines = [f"  - file: {_name(file)}", f"    sheet: {_name(grid.sheet)}", f"    table: {name}"]
    if not tables and _is_data(head):
        return "\n".join([*lines[:2], "    table: none" + _NO_HEADER]) + "\n"
    lines[-1] += "" if tables else "   # ? a guess: none fits as it is"
    if not guess:
        return "\n".join(lines) + "\n"
    lines += [f"    header_rows: [{rows}]", "    columns:"]
    lines += _columns(head, guess) or ["      {}"]
    lacking = list(dict.fromkeys(column for table in guess for column in shapes.missing(table, head.found[table])))
    if lacking:
        lines.append(f"    # still missing: {', '.join(lacking)}: map a header above, or write constants: {{{lacking[0]}: …}}")
    return "\n".join(lines) + "\n"


def likeliest(head: shapes.Header) -> tuple[str, ...]:
    """The table, or the two of a flat export, whose required columns are found or guessed best; none when nothing is alike."""
    scores = {}
    for tables in [*((table,) for table in TABLES), FLAT]:
        found = {column for table in tables for column in head.found[table]}
        guessed = {column: score for _, column, score in _guesses(head, tables)}
        lacking = {column for table in tables for column in shapes.missing(table, head.found[table])} - set(guessed)
        scores[tables] = 100 * len(found) + sum(guessed.values()) - 200 * len(lacking) if found or guessed else -1e9
    best = max(scores, key=lambda tables: scores[tables])
    return best if scores[best] > -1e9 else ()


def _columns(head: shapes.Header, tables: Sequence[str]) -> list[str]:
    sure: dict[str, str] = {}
    used: set[str] = set()
    for table in reversed(tables):  # a header of both tables, such as 人数, is the household's
        for column, places in head.found[table].items():
            if places[0][1] not in used:
                sure.setdefault(column, f"      {column}: {_text(places[0][1])}")
                used.add(places[0][1])
    lines = list(sure.values())
    labels = {column: table for table in reversed(tables) for column in dictionary.columns(table).index}
    for text, column, score in _guesses(head, tables):
        lines.append(f"      # ? {column}: {_text(text)}   # {dictionary.label(column, 'zh', labels[column])}, {score:.0f}")
    if not sure and lines:
        lines.insert(0, "      {}  # strike out these signs when you keep a line below")
    return lines


def _guesses(head: shapes.Header, tables: Sequence[str]) -> list[tuple[str, str, float]]:
    """Headers that no table knows with the column whose names are most like them, in the order of the sheet.

    A header is taken for one column and a column for one header: the likeliest pair first.
    """
    taken = {at for found in head.found.values() for places in found.values() for at, _ in places}
    names = {header: column for table in tables for header, column in dictionary.headers(table).items()
             if not header.isascii() and column not in {*head.found[tables[0]], *head.found[tables[-1]]}}  # fmt: skip
    pairs = [
        (score, at, names[name])
        for at, text in head.texts.items()
        if at not in taken
        for name in names
        if (score := _alike(shapes.folded(text), name)) >= _LIKELY
    ]
    found: dict[int, tuple[str, float]] = {}
    for score, at, column in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if at not in found and column not in {other for other, _ in found.values()}:
            found[at] = (column, score)
    return [(head.texts[at], *found[at]) for at in sorted(found)]


def _alike(header: str, name: str) -> float:
    """How alike two headers are, of 100: as they stand, or by their signs in any order (致贫主因 is 主要致贫原因)."""
    signs = 0.9 * fuzz.token_set_ratio(" ".join(header), " ".join(name)) if len(header) > 1 else 0.0
    return max(fuzz.WRatio(header, name), signs * min(len(header), len(name)) / max(len(header), len(name)) ** 0.5 / 2)
