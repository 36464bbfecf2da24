"""From one sheet to the cells of its tables: constants, units, code lists of a year, keys, and households of a flat export."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import dictionary, shapes, values, years
from tuopin_analysis.register.grids import Grid
from tuopin_analysis.register.read import Source

_OWN = ("household_id", "phone")  # a person's own number is no contradiction


@dataclass(repr=False)
class Piece:
    """The rows of one table on one sheet; `headers` as they are written, `numbers` as the file shows them.

    `relations`: of the households' columns of a flat export, each row's relation to the head; else None.
    """

    table: str
    file: str
    sheet: str
    headers: dict[str, str]
    cells: dict[str, list[object]]
    numbers: list[int]
    relations: list[object] | None = None


def piece(table: str, file: str, grid: Grid, head: shapes.Header, kept: list[int]) -> Piece:
    """The cells of the data rows, by dictionary column."""
    places = {column: found[0] for column, found in head.found[table].items()}
    cells = {column: [grid.rows[row][at] for row in kept] for column, (at, _) in places.items()}
    return Piece(table, file, grid.sheet, {column: text for column, (_, text) in places.items()}, cells,
                 [grid.numbers[row] for row in kept])  # fmt: skip


def complete(part: Piece, constants: Mapping[str, object], lists: Mapping[str, str], year: int | None
             ) -> dict[str, Counter[str]]:  # fmt: skip
    """Add constants and the person key, strip units, and say codes whose meaning has changed in words. Changes the piece.

    Returns, by column, how many codes whose meaning has changed were read by which list.
    """
    read_by: dict[str, Counter[str]] = {}
    described = dictionary.columns(part.table)
    for constant, value in constants.items():
        if constant in described.index:
            part.cells[constant] = [value] * len(part.numbers)
    if part.table == "persons" and "person_id" not in part.cells and "id_number" in part.cells:
        part.cells["person_id"] = [_key(cell) for cell in part.cells["id_number"]]
        part.headers["person_id"] = part.headers.get("id_number", "")
    for name, row in described[described.index.isin(list(part.cells))].iterrows():
        column = str(name)
        if row["unit"]:
            part.cells[column] = _without_units(part.cells[column], row["unit"])
        if row["codes"] in years.changed():
            read_by[column] = _decode(part, column, row["codes"], lists.get(column), year)
    return read_by


def count_members(part: Piece) -> None:
    """Give the households of a flat export their size: the rows of each number. Changes the piece."""
    keys = [values.key(values.text(cell)) for cell in part.cells["household_id"]]
    rows = Counter(keys)
    part.cells["size"] = [rows[key] if key else 1 for key in keys]
    part.headers["size"] = part.headers["household_id"]


def _key(cell: object) -> object:
    return (values.id_number(cell) or cell) if isinstance(cell, str) and cell else cell


def _without_units(cells: list[object], unit: str) -> list[object]:
    texts = {cell: values.without_unit(cell, unit) for cell in set(filter(lambda c: isinstance(c, str), cells))}  # type: ignore[arg-type]
    return [texts[cell] if isinstance(cell, str) else cell for cell in cells]


def _decode(part: Piece, column: str, base: str, chosen: str | None, year: int | None) -> Counter[str]:
    """Write its meaning in place of a bare code that means different things in different years; InputError without a year.

    Returns how many codes were read by which list.
    """
    read_by: Counter[str] = Counter()
    own_years = [values.integer(values.text(cell)) for cell in part.cells.get("data_year", [])] or [None] * len(part.numbers)
    unclear: list[int] = []
    said: list[object] = []
    for cell, own_year, number in zip(part.cells[column], own_years, part.numbers, strict=True):
        written = values.text(cell)
        if not written or not years.is_ambiguous(base, written):
            said.append(cell)
            continue
        in_year = own_year or year  # the snapshot's year, where nobody says it, must not go before the row's own
        name = chosen or (None if in_year is None else years.list_of(base, in_year))
        if name is None:
            unclear.append(number)
        else:
            read_by[name] += 1
        said.append(years.in_words(base, name, written) if name else cell)
    if unclear:
        what = f"codes of {part.headers[column]} without a year: {len(unclear)} rows, first in row {unclear[0]}"
        mend = f"say the year in a layout (year: 2016), or the list (code_lists: {{{column}: {base} or {base}_{years.LATER}}})"
        expected = f"the year of the form: before and from {years.LATER} they mean different things"
        raise InputError(Fault(what, f"{part.file}, sheet {part.sheet}", expected, mend))
    part.cells[column] = said
    return read_by


def joined(table: str, parts: list[Piece]) -> Source:
    """The sheets of one table one below the other; a column that a sheet lacks is empty there."""
    columns = list(dict.fromkeys(column for part in parts for column in part.cells))
    cells: dict[str, list[object]] = {column: [] for column in columns}
    origins: list[pd.DataFrame] = []
    for part in parts:
        for column in columns:
            cells[column] += part.cells.get(column) or [None] * len(part.numbers)
        origins.append(pd.DataFrame({"file": part.file, "sheet": part.sheet, "row": pd.Series(part.numbers, dtype="int64")}))
    origin = pd.concat(origins, ignore_index=True).astype({"file": "str", "sheet": "str"}).rename_axis("line")
    return Source(table, origin, {(part.file, part.sheet): part.headers for part in parts}, cells)


def households_of(flat: Source, relations: list[object]) -> Source:
    """The households of a flat export: one row a household, where its head stands (else its first person).

    An empty value is taken from the household's other rows. `doubts` names the columns in which its rows differ. Rows without
    a household number stay households of their own, so that the checks see them.
    """
    keys = [values.key(values.text(cell)) or f"\0{at}" for at, cell in enumerate(flat.cells["household_id"])]
    is_head = {cell: dictionary.decode("relation", values.text(cell)) == "head" for cell in set(relations)}
    first: dict[str, int] = {}
    heads: dict[str, int] = {}
    for at, (key, relation) in enumerate(zip(keys, relations, strict=True)):
        first.setdefault(key, at)
        if is_head[relation]:
            heads.setdefault(key, at)
    chosen = [heads.get(key, at) for key, at in first.items()]
    line_of = {key: line for line, key in enumerate(first)}
    lines = [line_of[key] for key in keys]
    cells: dict[str, list[object]] = {}
    doubts: list[tuple[int, str, str]] = []
    for column, written in flat.cells.items():
        cells[column], differing = _of_household(written, lines, chosen)
        doubts += [(line, column, "differs") for line in differing if column not in _OWN]
    origin = flat.origin.iloc[chosen].reset_index(drop=True).rename_axis("line")
    return Source("households", origin, flat.headers, cells, sorted(doubts))


def _of_household(written: list[object], lines: list[int], chosen: list[int]) -> tuple[list[object], list[int]]:
    found = [written[at] for at in chosen]
    differing: set[int] = set()
    for cell, line in zip(written, lines, strict=True):
        stated = found[line]
        if cell is stated or cell == "" or cell is None:
            continue
        if stated == "" or stated is None:
            found[line] = cell
        elif values.text(cell) != values.text(stated):
            differing.add(line)
    return found, sorted(differing)
