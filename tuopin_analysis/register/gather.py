"""What offices really have — files of many shapes — gathered into the tables of a register, with an account of every row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import dictionary, drafts, grids, layouts, limits, pieces, shapes, years
from tuopin_analysis.register.about import TABLES
from tuopin_analysis.register.grids import Grid
from tuopin_analysis.register.layouts import Layout
from tuopin_analysis.register.pieces import Piece
from tuopin_analysis.register.read import Source

_REASONS = {"total": ("totals", "合计"), "note": ("notes", "说明"), "header": ("repeated headers", "重复的表头")}
_MAP = "map it once: tuopin import … --explain > params/layouts/mine.yaml, then --layout"
_ADD = f"add the column to the sheet, or give the sheet that has it too; under another name, {_MAP}"
# What every row of a table has, where that is not the household's number.
_KEYS = {"units": "unit", "reported_exits": "report_date", "rechecks": "recheck_date", "complaints": "complaint_date"}
_TELLING = 8  # so many known headers are no chance: such a sheet is told what it lacks


@dataclass(frozen=True)
class Note:
    """Something the user should know of the reading: which file and sheet, of what kind, in words."""

    file: str
    sheet: str
    kind: str
    text_en: str
    text_zh: str


@dataclass(frozen=True, repr=False)
class Gathered:
    """The tables that were found; notes for the user; `left_out`: one row per source row not taken as data.

    `left_out` has the columns file, sheet, row and why ("total", "note" or "header").
    Rows of the sources and rows left out are together the filled rows below the headers of the sheets that were read; the
    households of a flat export stand on rows of its persons.
    """

    sources: dict[str, Source]
    notes: list[Note]
    left_out: pd.DataFrame


@dataclass(repr=False)
class _Heap:
    layout: Layout
    parts: list[Piece] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    left: list[tuple[str, str, int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lacking: dict[str, list[Fault]] = field(default_factory=dict)  # by table, what sheets lack to hold it, should none other

    def note(self, file: str, sheet: str, kind: str, text_en: str, text_zh: str) -> None:
        self.notes.append(Note(file, sheet, kind, text_en, text_zh))


def gather(files: Sequence[Path], layout: Layout | None = None, progress: Callable[[str], None] | None = None) -> Gathered:
    """Read files of any shape into the tables of a register; `progress` is told each file before it is read.

    Which table a sheet holds is decided by its headers; nothing is guessed. Raises InputError with every fault of every file:
    one that cannot be read, a sheet that lacks a column of its table or has one twice, codes of an unknown year, no table at all.
    """
    heap = _Heap(layout or Layout())
    for file, path in _labels(files, heap).items():
        if progress:
            progress(file)
        try:
            for grid in grids.read(path):
                _take(heap, file, grid)
        except InputError as error:
            heap.faults += error.faults
    if not heap.parts and not heap.faults and not any(heap.lacking.values()):
        seen = "; ".join(f"{note.file} {note.sheet}".strip() for note in heap.notes[:6])
        what, expected = "no sheet holds a table of the register", "the headers of a register's export"
        heap.faults.append(Fault(what, seen or "no file", expected, _MAP))
    found = {part.table for part in heap.parts}
    needed = [table for table in heap.lacking if table not in found and (table in shapes.FLAT or not found)]
    heap.faults += [fault for table in needed for fault in heap.lacking[table]]
    if heap.faults:
        raise InputError(*dict.fromkeys(heap.faults))
    left_out = pd.DataFrame(heap.left, columns=["file", "sheet", "row", "why"]).astype({"row": "int64"})
    return Gathered(_joined(heap), heap.notes, left_out)


def explain(files: Sequence[Path]) -> str:
    """A draft of a layout for these files as YAML text: for each sheet its best guess, with the confidence of each header."""
    heap = _Heap(Layout())
    sheets: list[tuple[str, Grid]] = []
    for file, path in _labels(files, heap).items():
        for grid in grids.read(path):
            grid.rows, grid.numbers = grid.rows[: shapes.SEARCHED_ROWS + 3], grid.numbers[: shapes.SEARCHED_ROWS + 3]
            sheets.append((file, grid))
    return drafts.draft(sheets)


def _labels(files: Sequence[Path], heap: _Heap) -> dict[str, Path]:
    """Files by the shortest ending of their path that tells them apart; a file given twice is read once."""
    found = list(dict.fromkeys(Path(file).resolve() for file in files))
    if not found or len(found) > limits.MAX_FILES:
        expected = f"1 to {limits.MAX_FILES:,} files"
        raise InputError(Fault(f"{len(found)} files to read", "files", expected, "name the register's files"))
    labels: dict[str, Path] = {}
    for path in found:
        if path.name.startswith(("~$", ".~lock")):
            heap.note(path.name, "", "file_skipped", "not read: lock file of a workbook in use", "未读取：打开中的工作簿的锁文件")
            continue
        same = [other.parts for other in found if other.name == path.name and other != path]
        depth = next(n for n in range(1, len(path.parts) + 1) if path.parts[-n:] not in [parts[-n:] for parts in same])
        labels["/".join(path.parts[-depth:]).replace("//", "/")] = path
    return labels


def _take(heap: _Heap, file: str, grid: Grid) -> None:
    """Read one sheet into the heap, or say why not."""
    entry = heap.layout.of(file, grid.sheet)
    if grid.encoding:
        heap.note(file, grid.sheet, "encoding", f"read as {grid.encoding}", f"按 {grid.encoding} 编码读取")
    if not grid.rows or (entry and entry.table == "none"):
        kind, en, zh = ("by_layout", "left out by the layout", "按版式说明不读") if grid.rows else ("empty", "empty", "空表")
        heap.note(file, grid.sheet, kind, f"sheet not read: {en}", f"工作表未读取：{zh}")
        return
    constants = list(entry.constants) if entry else []
    head = shapes.header(grid, layouts.shapes_tables(entry), layouts.given(entry), entry.header_rows if entry else (), constants)
    tables = shapes.fits(head, f"{grid.sheet} {file}", constants)
    if entry and entry.table == "flat" and tables:
        tables = layouts.FLAT if len(tables) == 2 else ()
    where = f"{paths.shown(grid.path)}, sheet {grid.sheet}" if grid.sheet else paths.shown(grid.path)
    if not tables:
        _refuse(heap, file, grid, head, where, entry.tables if entry else (), constants)
        return
    doubled = [fault for table in tables for fault in shapes.doubled(table, head, where)]
    heap.faults += doubled
    if not doubled:
        _add(heap, file, grid, head, tables)
        if len(tables) == 1 and tables[0] in shapes.FLAT and len(shapes.spoken_of(head)) == 2:
            other = next(table for table in shapes.FLAT if table not in tables)
            heap.lacking.setdefault(other, []).extend(_lacks(other, head, where, constants, _ADD))


def _refuse(heap: _Heap, file: str, grid: Grid, head: shapes.Header, where: str, wanted: tuple[str, ...],
            given: list[str]) -> None:  # fmt: skip
    """A sheet that nearly fits a table, or that the layout calls one, is a fault; another is noted."""
    near = list(wanted) or list(filter(None, [shapes.nearly_fits(head, given, f"{grid.sheet} {file}")]))
    if not wanted and set(near) & set(shapes.FLAT):
        near = list(dict.fromkeys([*near, *shapes.spoken_of(head)]))
    heap.faults += [fault for table in near for fault in _lacks(table, head, where, given, _ADD)]
    if not near and max(len(found) for found in head.found.values()) >= _TELLING:
        spoken = shapes.spoken_of(head)
        for table in spoken if len(spoken) == 2 else drafts.likeliest(head):
            heap.lacking.setdefault(table, []).extend(_lacks(table, head, where, given, _MAP))
    if not near:
        en, zh = "sheet not read: it fits no table of the register", "工作表未读取：不是登记册的表"
        heap.note(file, grid.sheet, "not_recognised", en, zh)


def _lacks(table: str, head: shapes.Header, where: str, given: list[str], mend: str) -> list[Fault]:
    """A fault for each column that a sheet lacks to hold a table; sizes are counted where persons stand row by row."""
    is_counted = not shapes.missing("persons", head.found.get("persons", {}), given)
    faults = []
    for column in shapes.missing(table, head.found.get(table, {}), given):
        if column == "size" and is_counted:
            continue
        row = dictionary.columns(table).loc[column]
        expected = "one of the headers " + ", ".join(row["source_headers"].split("|"))
        what = f"column {row['label_zh']} of {dictionary.value_label('table', table, 'zh')} missing"
        faults.append(Fault(what, where, expected, mend))
    return faults


def _add(heap: _Heap, file: str, grid: Grid, head: shapes.Header, tables: tuple[str, ...]) -> None:
    entry = heap.layout.of(file, grid.sheet)
    key = head.found[tables[0]].get(_KEYS.get(tables[0], "household_id"))
    kept, left = shapes.split(grid, head, key[0][0] if key else None)
    heap.left += [(file, grid.sheet, grid.numbers[at], why) for at, why in left]
    for reason, (en, zh) in _REASONS.items():
        if rows := [str(grid.numbers[at]) for at, why in left if why == reason]:
            shown = ", ".join(rows[:8]) + (" …" if len(rows) > 8 else "")
            told = f"{len(rows)} rows left out as {en}: {shown}"
            heap.note(file, grid.sheet, "rows_left_out", told, f"{zh} {len(rows)} 行未读：{shown}")
    read = {at for table in tables for places in head.found[table].values() for at, _ in places}
    if unread := [text for at, text in head.texts.items() if at not in read]:
        told = "columns not read: " + ", ".join(unread)
        heap.note(file, grid.sheet, "columns_not_read", told, "未读取的列：" + "、".join(unread))
    for table in tables:
        part = pieces.piece(table, file, grid, head, kept)
        try:
            given = (entry.constants, entry.code_lists) if entry else ({}, {})
            _note_years(heap, part, pieces.complete(part, *given, heap.layout.year))
        except InputError as error:
            heap.faults += error.faults
        if table == "persons" and "person_id" not in head.found[table]:
            en, zh = "no person number: the ID number is the key", "没有人编号，以证件号码为人的编号"
            heap.note(file, grid.sheet, "person_key", en, zh)
        if len(tables) == 2 and table == "households":
            part.relations = heap.parts[-1].cells["relation"]
            _sized(heap, part)
        heap.parts.append(part)


def _note_years(heap: _Heap, part: Piece, read_by: Mapping[str, Mapping[str, int]]) -> None:
    """Say by which year's list codes were read that do not mean the same in every year."""
    for column, lists in read_by.items():
        header, later = part.headers.get(column, column), years.LATER
        for name, rows in lists.items():
            is_later = name.endswith(f"_{later}")
            en = f"{header}: {rows} bare codes read by the list " + (f"from {later} on" if is_later else f"before {later}")
            zh = f"{header}：{rows} 个代码按{later}年" + ("及以后" if is_later else "以前") + "的代码表读取"
            heap.note(part.file, part.sheet, "code_year", en, zh)


def _sized(heap: _Heap, part: Piece) -> None:
    """The size of households of a flat export that has no column for it, with a note."""
    if "size" in part.cells:
        return
    pieces.count_members(part)
    en, zh = "no size of households: the rows of each household are counted", "没有家庭人口数，按每户的行数计"
    heap.note(part.file, part.sheet, "size_counted", en, zh)


def _joined(heap: _Heap) -> dict[str, Source]:
    """One source a table; a sheet of households goes before the households of flat exports."""
    found: dict[str, Source] = {}
    for table in TABLES:
        parts = [part for part in heap.parts if part.table == table]
        flat = [part for part in parts if part.relations is not None]
        if flat and len(flat) == len(parts):
            relations = [cell for part in flat for cell in part.relations or []]
            found[table] = pieces.households_of(pieces.joined(table, flat), relations)
        elif parts:
            found[table] = pieces.joined(table, [part for part in parts if part.relations is None])
            for part in flat:
                heap.note(part.file, part.sheet, "persons_only", "only its persons are read: another sheet holds the households",
                          "只读取人口信息：户信息见另一张表")  # fmt: skip
    return found
