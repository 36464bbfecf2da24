"""A look inside an .xls file before it is read: its reader trusts the file, and a damaged one could fill all memory."""

import struct
from collections.abc import Iterator

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import limits

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_HEADER = 512
_STREAM, _ROOT = 2, 5
_CELLS = {0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x00D6, 0x00FD, 0x027E, 0x00BD, 0x00BE}  # row and column come first
_SHEET, _EOF, _PASSWORD, _STRINGS = 0x85, 0x0A, 0x2F, 0xFC
_MAX_COLUMNS = 256


class Damaged(ValueError):
    """The file's parts do not fit together."""


def check(data: bytes, where: str) -> None:
    """InputError for an .xls file that is damaged, protected by a password or reaches beyond the format's 256 columns."""
    try:
        is_locked = _is_locked(data)
    except (Damaged, struct.error, IndexError) as error:
        raise InputError(limits.unreadable(where, Damaged(f"damaged: {error}"))) from None
    if is_locked:
        raise InputError(locked(where))


def locked(where: str) -> Fault:
    """The fault of a workbook with a password."""
    mend = "open it in Excel, remove the password (File, Info, Protect Workbook) and save it"
    return Fault("the workbook is protected by a password", where, "a workbook without one", mend)


def _is_locked(data: bytes) -> bool:
    size, small = 1 << min(_short(data, 30), 12), 1 << min(_short(data, 32), 12)
    if size not in (512, 4096) or small != 64:
        raise Damaged("odd sector size")
    sectors = -(-len(data) // size) - 1  # the first is the header
    table = _table(data, size, sectors)
    entries = list(_entries(_joined(data, _chain(_long(data, 48), table, sectors), size)))
    root = next((entry for entry in entries if entry[1] == _ROOT), None)
    minis: list[int] = []
    container = b""
    if _long(data, 64):
        minis = _longs(_joined(data, _chain(_long(data, 60), table, sectors), size))
    if root and root[3] and root[2] != _END:
        container = _joined(data, _chain(root[2], table, sectors), size)
    found = b""
    for name, kind, start, length in entries:
        if name == "EncryptedPackage":
            return True
        if kind != _STREAM or not length:
            continue
        if length >= _long(data, 56):
            stream = _joined(data, _chain(start, table, sectors), size)
        else:
            places = _chain(start, minis, len(container) // small + 1)
            stream = b"".join(container[at * small : (at + 1) * small] for at in places)
        if name.casefold() in ("workbook", "book"):
            found = stream[:length]
    return _check_workbook(found)


def _short(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<H", data, at)[0])


def _long(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])


def _longs(data: bytes) -> list[int]:
    return list(struct.unpack_from(f"<{len(data) // 4}I", data))


def _chain(start: int, table: list[int], sectors: int) -> list[int]:
    """The sectors of a stream, one after another; a damaged file may lead out of itself, or round in a circle."""
    found: list[int] = []
    while start != _END:
        if start >= sectors or start >= len(table) or len(found) > len(table):
            raise Damaged("a chain of sectors leads nowhere")
        found.append(start)
        start = table[start]
    return found


def _joined(data: bytes, sectors: list[int], size: int) -> bytes:
    return b"".join(data[(at + 1) * size : (at + 2) * size] for at in sectors)


def _table(data: bytes, size: int, sectors: int) -> list[int]:
    first = [at for at in _longs(data[76:_HEADER]) if at < _END - 4]
    at, steps = _long(data, 68), 0
    while at not in (_END, _FREE):
        if at >= sectors or steps > sectors:
            raise Damaged("the list of sectors leads nowhere")
        part = _longs(_joined(data, [at], size))
        first += [sector for sector in part[:-1] if sector < _END - 4]
        at, steps = part[-1], steps + 1
    if any(at >= sectors for at in first):
        raise Damaged("the list of sectors leads out of the file")
    return _longs(_joined(data, first, size))


def _entries(directory: bytes) -> Iterator[tuple[str, int, int, int]]:
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        name = entry[: max(min(_short(entry, 64), 64) - 2, 0)].decode("utf-16-le", "replace")
        yield name, entry[66], _long(entry, 116), _long(entry, 120)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of the records from a place to the next end of a part."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, length
        if kind == _EOF:
            return
        at += 4 + length


def _check_workbook(stream: bytes) -> bool:
    """Whether the workbook has a password; Damaged if its counts or cells cannot be true."""
    sheets = []
    for kind, at, length in _records(stream, 0):
        if kind == _PASSWORD:
            return True
        if kind == _SHEET and length >= 4:
            sheets.append(_long(stream, at))
        if kind == _STRINGS and length >= 8 and max(_long(stream, at), _long(stream, at + 4)) > 100 * limits.MAX_ROWS:
            raise Damaged("too many texts")
    for start in sheets:
        for kind, at, length in _records(stream, start):
            if kind in _CELLS and length >= 4 and _short(stream, at + 2) >= _MAX_COLUMNS:
                raise Damaged("a cell right of the last column")
    return False
