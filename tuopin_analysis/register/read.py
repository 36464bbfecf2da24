"""A register's workbooks as cells: the sheet of each table, its header row, its columns and its rows."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import dictionary, grids, shapes, values, years
from tuopin_analysis.register.about import FURTHER, TABLES, About

_MAY_BE_EMPTY = ("events", *FURTHER)  # before the first exit, measure or complaint there is none


@dataclass(frozen=True, repr=False)
class Source:
    """The cells of one table by dictionary column, from one sheet or many.

    `origin` has one row a line (file, sheet, row: the number the file itself shows), indexed 0, 1, …: a line is how checks
    speak of a row whatever file it came from. Every list of `cells` is as long. `headers`: by file and sheet, for each column
    the header as it is written there. `doubts`: what is doubtful in the reading itself, as (line, column, problem).
    """

    table: str
    origin: pd.DataFrame
    headers: dict[tuple[str, str], dict[str, str]]
    cells: dict[str, list[object]]
    doubts: list[tuple[int, str, str]] = field(default_factory=list)


def sheet_name(table: str) -> str:
    """The name of the sheet that holds a table.

    >>> sheet_name("events")
    '动态变动'
    """
    return dictionary.value_label("table", table, "zh")


def sources(register: About) -> dict[str, Source]:
    """The cells of every table that register.yaml names; InputError lists every fault of every file at once."""
    found: dict[str, Source] = {}
    faults: list[Fault] = []
    for table in (table for table in TABLES if table in register.tables):
        try:
            found[table] = source(register, table)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(*faults)
    return found


def source(register: About, table: str) -> Source:
    """The cells of one table; InputError lists every fault of its file."""
    return _source(table, register.folder / register.tables[table], register.baseline.year)


def _grid(path: Path, sheet: str) -> grids.Grid:
    found = grids.read(path)
    same = [grid for grid in found if shapes.folded(grid.sheet) == shapes.folded(sheet)]
    if same:
        return same[0]
    mend = f"rename the sheet that holds the table; sheets there: {', '.join(grid.sheet for grid in found)}"
    raise InputError(Fault(f"no sheet '{sheet}'", paths.shown(path), f"a sheet named {sheet}", mend))


def _source(table: str, path: Path, year: int) -> Source:
    """One table of a register's folder: every filled row below the header, for the checks to judge; codes as in the year."""
    sheet = sheet_name(table)
    grid = _grid(path, sheet)
    head = shapes.header(grid, (table,))
    row = grid.numbers[head.bottom - 1] if grid.numbers else 1
    where = f"{paths.shown(path)}, sheet {sheet}, row {row}"
    faults = _missing(table, head, where) + shapes.doubled(table, head, where)
    rows, numbers = grid.rows[head.bottom :], grid.numbers[head.bottom :]
    if not rows and not faults and table not in _MAY_BE_EMPTY:
        faults.append(Fault("empty table: nothing below the header", where, "at least one row", "export the table again"))
    if faults:
        raise InputError(*faults)
    places = {column: found[0] for column, found in head.found[table].items()}
    cells = {column: [row[at] for row in rows] for column, (at, _) in places.items()}
    for column, base in dictionary.columns(table).query("codes != ''")["codes"].items():
        if base in years.changed() and column in cells and year >= years.LATER:
            cells[str(column)] = [_in_year(base, cell, year) for cell in cells[str(column)]]
    origin = pd.DataFrame({"file": path.name, "sheet": sheet, "row": pd.Series(numbers, dtype="int64")})
    written = {column: text for column, (_, text) in places.items()}
    return Source(table, origin.rename_axis("line"), {(path.name, sheet): written}, cells)


def _in_year(base: str, cell: object, year: int) -> object:
    written = values.text(cell)
    return years.in_words(base, years.list_of(base, year), written) if years.is_ambiguous(base, written) else cell


def _missing(table: str, head: shapes.Header, where: str) -> list[Fault]:
    faults = []
    for column in [column for column in shapes.required(table) if column not in head.found[table]]:
        row = dictionary.columns(table).loc[column]
        expected = "one of the headers " + ", ".join(row["source_headers"].split("|"))
        faults.append(Fault(f"column {row['label_zh']} missing", where, expected, "add the column, or correct its header"))
    return faults
