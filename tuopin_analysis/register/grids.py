"""Files as grids: the sheets of a workbook or a text file as rows of clean cells, with the row numbers the file itself shows."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import limits, ole, values

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "gb18030": "GBK/GB18030"}
Row = list[object]


@dataclass(repr=False)
class Grid:
    """The rows of one sheet that hold anything; `numbers`: for each, the number the file shows (counted from 1)."""

    path: Path
    sheet: str
    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    encoding: str = ""


def read(path: Path) -> list[Grid]:
    """Every sheet of a file, in the file's order (a text file is one sheet without a name).

    Cells are "", a text without spaces at its ends, a number, a day or a truth value. A cell merged over several rows counts in
    each of them. Raises InputError for a file that is missing, not readable, protected by a password or beyond the limits.
    """
    where = paths.shown(path)
    kind = path.suffix.lower()
    if not path.is_file():
        raise InputError(Fault("file missing", where, "an Excel workbook or a CSV file", "put it there, or correct its name"))
    if kind not in WORKBOOKS + TEXTS:
        raise InputError(Fault(f"unknown kind of file '{kind}'", where, ", ".join(WORKBOOKS + TEXTS), "save it as .xlsx"))
    limits.check_file(path, where)
    with path.open("rb") as file:
        start = file.read(4096)
    is_workbook = start.startswith((_ZIP, _OLE))
    if kind in TEXTS:
        if is_workbook:
            mend = "give it its right ending, or save it as CSV in Excel"
            raise InputError(Fault("an Excel workbook named as a text file", where, "text", mend))
        return [_text(path, where)]
    if not is_workbook:
        raise InputError(_disguised(start, where))
    return _workbook(path, where, start.startswith(_ZIP))


def _disguised(start: bytes, where: str) -> Fault:
    low = start.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\0", b"").lower()
    if low.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<style")):
        what, mend = "a web page (HTML or XML) named as an Excel workbook", "open it in Excel and save it as .xlsx"
    elif low and not any(sign < 9 for sign in low):
        what, mend = "a text file named as an Excel workbook", "rename it to .csv, or open it in Excel and save it as .xlsx"
    else:
        return limits.unreadable(where, ValueError("it does not begin as a workbook does"))
    return Fault(f"not a readable Excel workbook: {what}", where, "an .xlsx, .xls, .xlsb or .ods file", mend)


def _workbook(path: Path, where: str, is_zip: bool) -> list[Grid]:
    if is_zip:
        limits.check_zip(path, where)
    else:
        ole.check(path.read_bytes(), where)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return [_sheet(path, workbook.get_sheet_by_name(name), where) for name in _sheet_names(workbook)]
    except PasswordError:
        raise InputError(ole.locked(where)) from None
    except InputError:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(limits.unreadable(where, error)) from None
    except BaseException as error:  # a panic of the reader is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise InputError(limits.unreadable(where, ValueError("damaged"))) from None


def _sheet_names(workbook: CalamineWorkbook) -> list[str]:
    return [sheet.name for sheet in workbook.sheets_metadata if "WorkSheet" in str(sheet.typ)]


def _sheet(path: Path, sheet: CalamineSheet, where: str) -> Grid:
    grid = Grid(path, sheet.name)
    if sheet.start is None or sheet.end is None:
        return grid
    limits.check_extent(sheet.end[0] + 1, sheet.end[1] + 1, f"{where}, sheet {sheet.name}")
    spans = [span for span in sheet.merged_cell_ranges or [] if span[0][1] == span[1][1] and span[1][0] > span[0][0]]
    _fill(grid, sheet.iter_rows(), sheet.start[1], spans)
    return grid


def _fill(grid: Grid, rows: Iterable[Sequence[object]], shift: int, spans: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Keep the rows that hold anything. Equal texts become one object: a register says the same again and again."""
    known: dict[str, str] = {}
    blank: Row = [""] * shift
    open_spans = {first[0]: [s for s in spans if s[0][0] == first[0]] for first, _ in spans}
    running: list[tuple[int, int, object]] = []  # column, last row, value
    for at, found in enumerate(rows):
        row: Row = blank + [known.get(c) or _clean(c, known) if type(c) is str and c else c for c in found]
        if running or at in open_spans:
            row += [""] * (1 + max([c for c, _, _ in running] + [s[0][1] for s in open_spans.get(at, [])]) - len(row))
            for column, _, value in running:
                row[column] = value if row[column] == "" else row[column]
            running += [(first[1], last[0], row[first[1]]) for first, last in open_spans.get(at, [])]
            running = [span for span in running if span[1] > at]
        if row.count("") != len(row):
            grid.rows.append(row)
            grid.numbers.append(at + 1)


def _clean(cell: str, known: dict[str, str]) -> str:
    text = values.text(cell)
    if text.startswith('="') and text.endswith('"') and len(text) > 2:  # how CSV files keep Excel from rounding long numbers
        text = values.text(text[2:-1].replace('""', '"'))
    known[cell] = text = known.setdefault(text, text)
    return text


def _text(path: Path, where: str) -> Grid:
    data = path.read_bytes()
    text, encoding = _decoded(data, where)
    del data
    delimiter = _delimiter(text)
    grid = Grid(path, "", encoding=_NAMES[encoding])
    csv.field_size_limit(10 * limits.MEGABYTE)
    try:
        _fill(grid, _lines(text, delimiter, where), 0, [])
    except csv.Error as error:
        what, mend = f"not readable as a table ({error})", "open it in Excel and save it as .xlsx"
        raise InputError(Fault(what, where, "lines of cells", mend)) from None
    width = max(map(len, grid.rows), default=0)
    for row in grid.rows:
        row += [""] * (width - len(row))
    return grid


def _lines(text: str, delimiter: str, where: str) -> Iterator[Row]:
    area = 0
    for at, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
        area += len(row)
        if at > limits.MAX_ROWS or len(row) > limits.MAX_COLUMNS or area > limits.MAX_AREA:
            limits.check_extent(limits.MAX_ROWS + 1 if area > limits.MAX_AREA else at, len(row), where)
        yield list(row)


def _decoded(data: bytes, where: str) -> tuple[str, str]:
    marked = next((encoding for mark, encoding in _ENCODINGS if data.startswith(mark)), "")
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise InputError(Fault("text in an unknown encoding", where, "UTF-8, GBK/GB18030, or UTF-16 with its mark",
                           "open it in Excel and save it as .xlsx"))  # fmt: skip


def _delimiter(text: str) -> str:
    """The sign that most evenly divides the first lines: of comma, tab and semicolon the one most of them have."""
    top = text[:20_000].splitlines()[:30]
    counts = {sign: sum(min(line.count(sign), 60) for line in top) for sign in (",", "\t", ";")}
    return max(counts, key=lambda sign: counts[sign]) if any(counts.values()) else ","
