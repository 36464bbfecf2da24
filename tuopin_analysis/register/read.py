"""A register's workbooks as cells: the sheet of each table, its header row, its columns and its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import dictionary, values
from tuopin_analysis.register.about import TABLES, About

_SEARCHED_ROWS = 15
_MAY_BE_EMPTY = ("events",)  # before the first exit there is none


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
    """The cells of every table; InputError lists every fault of every file at once."""
    found: dict[str, Source] = {}
    faults: list[Fault] = []
    for table in TABLES:
        try:
            found[table] = _source(table, register.folder / register.tables[table])
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(*faults)
    return found


def _grid(path: Path, sheet: str) -> Sequence[Sequence[object]]:
    where = paths.shown(path)
    if not path.is_file():
        raise InputError(Fault("file missing", where, "an Excel workbook", "put it there, or correct tables: in register.yaml"))
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = workbook.sheet_names
            same = [name for name in names if dictionary.normalise_header(name) == dictionary.normalise_header(sheet)]
            if same:
                return workbook.get_sheet_by_name(same[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        mend = f"open it in Excel and save it as .xlsx ({' '.join(str(error).split())})"
        expected = "an .xlsx, .xls, .xlsb or .ods file without a password"
        raise InputError(Fault("not a readable Excel workbook", where, expected, mend)) from None
    mend = f"rename the sheet that holds the table; sheets there: {', '.join(names)}"
    raise InputError(Fault(f"no sheet '{sheet}'", where, f"a sheet named {sheet}", mend))


def _header_row(table: str, grid: Sequence[Sequence[object]]) -> int:
    """Position of the first of the top rows that has all required headers, else of the one that has most of them."""
    known = dictionary.headers(table)
    described = dictionary.columns(table)
    required = set(described.index[described["required"] == "yes"])
    scores = [len(required & {known.get(dictionary.normalise_header(cell)) for cell in row}) for row in grid[:_SEARCHED_ROWS]]
    return scores.index(max(scores)) if scores else 0


def _source(table: str, path: Path) -> Source:
    sheet = sheet_name(table)
    grid = _grid(path, sheet)
    known = dictionary.headers(table)
    at_row = _header_row(table, grid)
    found: dict[str, list[tuple[int, str]]] = {}
    for at, text in enumerate(values.text(cell) for cell in (grid[at_row] if grid else [])):
        if column := known.get(dictionary.normalise_header(text)):
            found.setdefault(column, []).append((at, text))
    kept = [at for at in range(at_row + 1, len(grid)) if any(values.text(cell) for cell in grid[at])]
    where = f"{paths.shown(path)}, sheet {sheet}, row {at_row + 1}"
    faults = _header_faults(table, found, where)
    if not kept and not faults and table not in _MAY_BE_EMPTY:
        faults.append(Fault("empty table: nothing below the header", where, "at least one row", "export the table again"))
    if faults:
        raise InputError(*faults)
    places = {column: places[0] for column, places in found.items()}
    cells = {column: [grid[row][at] for row in kept] for column, (at, _) in places.items()}
    origin = pd.DataFrame({"file": path.name, "sheet": sheet, "row": [at + 1 for at in kept]})
    written = {column: text for column, (_, text) in places.items()}
    return Source(table, origin.rename_axis("line"), {(path.name, sheet): written}, cells)


def _header_faults(table: str, found: dict[str, list[tuple[int, str]]], where: str) -> list[Fault]:
    faults = []
    for column, row in dictionary.columns(table).iterrows():
        places = found.get(str(column), [])
        if row["required"] and not places:
            expected = "one of the headers " + ", ".join(row["source_headers"].split("|"))
            faults.append(Fault(f"column {row['label_zh']} missing", where, expected, "add the column, or correct its header"))
        if len(places) > 1:
            mend = "keep one of " + ", ".join(f"{text} (column {at + 1})" for at, text in places)
            faults.append(Fault(f"column {row['label_zh']} doubled", where, "one column", mend))
    return faults
