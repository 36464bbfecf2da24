"""How large a file may be, and a look inside before it is read: zip bombs and sheets with a lone far-off cell are refused."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

from tuopin_analysis.errors import Fault, InputError

MEGABYTE = 2**20
MAX_FILE = 300 * MEGABYTE
MAX_UNPACKED = 3000 * MEGABYTE
MAX_RATIO = 400  # of a member above 50 MB; sheets of real registers pack ten- to fiftyfold
MAX_MEMBERS = 20_000
MAX_ROWS = 1_048_576
MAX_COLUMNS = 2_000
MAX_AREA = 48_000_000  # rows x columns of one sheet, filled or not: the reader makes room for all of them
MAX_FILES = 5_000

_REFERENCE = re.compile(rb'r\s*=\s*["\']([A-Za-z]*)([0-9]+)["\']')  # of a cell, or (without letters) of a row
_WITHOUT_REFERENCE = re.compile(rb'<c(?:>|(?: [st]="[^"]*")+/?>)')
_REPEATED = re.compile(rb'number-(rows|columns)-repeated\s*=\s*["\']([0-9]+)["\']')
_ODS_ROW = re.compile(rb"<table:table-row\b[^>]*>.*?</table:table-row>", re.DOTALL)
_BINARY_SHEET = b"\x81\x01"
_CHUNK = MEGABYTE
_OVERLAP = 256
_GLANCE = 4096
_MEND = "copy the rows and columns that hold the table into a new workbook and save it"


def check_file(path: Path, where: str) -> None:
    """InputError for a file that is empty or larger than MAX_FILE."""
    size = path.stat().st_size
    if size == 0:
        raise InputError(Fault("empty file", where, "a table", "export or copy it again"))
    if size > MAX_FILE:
        expected = f"at most {MAX_FILE // MEGABYTE} MB a file"
        mend = "export it in parts, as one file a township"
        raise InputError(Fault(f"file too large: {size // MEGABYTE} MB", where, expected, mend))


def check_zip(path: Path, where: str) -> None:
    """InputError for a workbook whose zip members unpack to too much, or whose sheets reach too far; reads each sheet once."""
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
                what = f"workbook too large: unpacks to {unpacked // MEGABYTE} MB in {len(members)} parts"
                raise InputError(Fault(what, where, f"at most {MAX_UNPACKED // MEGABYTE} MB", _MEND))
            for member in members:
                if member.file_size > 50 * MEGABYTE and member.file_size > MAX_RATIO * max(member.compress_size, 1):
                    what = f"{member.filename} unpacks {member.file_size // max(member.compress_size, 1)}-fold"
                    raise InputError(Fault(what, where, f"at most {MAX_RATIO}-fold, as in a real register", _MEND))
            for member in members:
                _check_part(packed, member, where)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(unreadable(where, error)) from None


def unreadable(where: str, error: BaseException) -> Fault:
    """The fault of a workbook that cannot be opened at all."""
    said = " ".join(str(error).split())[:120]
    return Fault("not a readable Excel workbook", where, "an .xlsx, .xls, .xlsb or .ods file without a password",
                 f"open it in Excel and save it as .xlsx; if it was copied, copy it again ({said})")  # fmt: skip


def _check_part(packed: zipfile.ZipFile, member: zipfile.ZipInfo, where: str) -> None:
    name = member.filename.lower()
    if name == "content.xml":
        with packed.open(member) as part:
            rows, columns = _ods_extent(part)
    elif name.endswith((".xml", ".bin")):
        with packed.open(member) as part:  # a sheet is one by what it holds, whatever it is called
            start = part.read(_CHUNK)
            is_sheet = "worksheets/" in name or b"sheetData" in start or start.startswith(_BINARY_SHEET)
            rest = part.read() if is_sheet and name.endswith(".bin") else b""
        if not is_sheet:
            return
        rows, columns = _binary_extent(start + rest) if name.endswith(".bin") else _xml_extent(packed, member)
    else:
        return
    check_extent(rows, columns, f"{where}, {member.filename}")


def check_extent(rows: int, columns: int, where: str) -> None:
    """InputError for a sheet of too many rows, columns or cells.

    >>> check_extent(100_000, 40, "persons.xlsx")
    """
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_AREA:
        expected = f"at most {MAX_ROWS:,} rows, {MAX_COLUMNS:,} columns and {MAX_AREA:,} cells"
        raise InputError(Fault(f"sheet too large: reaches to row {rows:,} and column {columns:,}", where, expected, _MEND))


def column_number(letters: bytes) -> int:
    """The number of a column by its letters.

    >>> column_number(b"A"), column_number(b"AB")
    (1, 28)
    """
    found = 0
    for letter in letters.upper()[:8]:
        found = found * 26 + letter - 64
    return found


def _chunks(part: IO[bytes]) -> Iterator[bytes]:
    kept = b""
    while chunk := part.read(_CHUNK):
        yield kept + chunk
        kept = chunk[-_OVERLAP:]


def _xml_extent(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    """Rows and columns of an .xlsx sheet by its cell references; all of them are looked at only where a glance cannot tell."""
    rows, columns = 0, 0
    for is_quick in (True, False):
        with packed.open(member) as part:
            for chunk in _chunks(part):
                seen = [chunk[:_GLANCE], chunk[-_GLANCE:]] if is_quick else [chunk]
                rows, columns = _reach(b"\n".join(seen), rows, columns)
                if is_quick and _is_unclear(chunk, len(str(rows)), columns):
                    rows, columns = _reach(chunk, rows, columns)
        if 10 ** len(str(rows)) * columns <= MAX_AREA:
            break
    return rows, columns


def _reach(text: bytes, rows: int, columns: int) -> tuple[int, int]:
    found = set(_REFERENCE.findall(text))
    columns = max([columns, *(column_number(letters) for letters in {letters for letters, _ in found})])
    rows = max([rows, *(int(row[:12]) for row in {row for _, row in found})])
    if _WITHOUT_REFERENCE.search(text):  # such a cell stands right of the one before
        columns = max(columns, *(row.count(b"<c") for row in text.split(b"<row")))
    return rows, columns


def _is_unclear(chunk: bytes, digits: int, columns: int) -> bool:
    """Whether a glance may miss something: a reference further right or with more digits, one oddly written, or none at all."""
    odd = b"r='" in chunk or b"r =" in chunk or b"r= " in chunk or b"r=\n" in chunk
    return odd or bool(_beyond(digits, columns).search(chunk) or _WITHOUT_REFERENCE.search(chunk))


@cache
def _beyond(digits: int, columns: int) -> re.Pattern[bytes]:
    letters = column_letters(max(columns, 1))
    right = [
        f"{letters[:at]}[{chr(ord(letter) + 1)}-Z][A-Z]{{{len(letters) - at - 1}}}[0-9]"
        for at, letter in enumerate(letters) if letter < "Z"
    ]  # fmt: skip
    longer = [f"[A-Z]{{{len(letters) + 1},}}", f"[A-Z]*[0-9]{{{digits + 1}}}", "[A-Z]*[a-z]"]
    return re.compile(f'r="(?:{"|".join([*right, *longer])})'.encode())


def column_letters(number: int) -> str:
    """The letters of a column by its number.

    >>> column_letters(1), column_letters(28), column_letters(702)
    ('A', 'AB', 'ZZ')
    """
    found = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def _ods_extent(part: IO[bytes]) -> tuple[int, int]:
    """An upper bound, with empty tails (as LibreOffice writes to the sheet's end) left out."""
    text = part.read()
    rows, columns = 0, 0
    for row in _ODS_ROW.finditer(text):
        tag_end = row[0].index(b">")
        times = _times(row[0][:tag_end], b"rows")
        last = max(row[0].rfind(b"office:value"), row[0].rfind(b"<text:p"), row[0].rfind(b"-value="))
        if last < 0:
            continue
        rows += times
        until = row[0].find(b">", last)
        cells = row[0][tag_end : until if until > 0 else None]
        plain = len(re.findall(rb"<table:(?:covered-)?table-cell\b", cells))
        columns = max(columns, plain + sum(max(int(n[:12]) - 1, 0) for kind, n in _REPEATED.findall(cells) if kind == b"columns"))
    return rows, columns


def _times(tag: bytes, kind: bytes) -> int:
    return next((int(n[:12]) for found, n in _REPEATED.findall(tag) if found == kind), 1)


def _binary_extent(data: bytes) -> tuple[int, int]:
    """Rows and columns of an .xlsb sheet, from its row and cell records."""
    at, rows, columns, end = 0, 0, 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = kind & 0x7F | data[at] << 7
            at += 1
        length, shift = 0, 0
        while at < end:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        if kind == 0:
            rows = max(rows, int.from_bytes(data[at : at + 4], "little") + 1)
        elif kind <= 11:
            columns = max(columns, int.from_bytes(data[at : at + 4], "little") + 1)
        at += length
    return rows, columns
