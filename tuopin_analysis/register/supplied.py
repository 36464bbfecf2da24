"""Small CSV files that an office supplies beside a register: read whole, each row with its line, every fault at once."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from tuopin_analysis import harmless, paths
from tuopin_analysis.errors import Fault, InputError

Row = dict[str, str]


def at(path: Path, row: Row, column: str = "") -> str:
    """Where a row stands, for a message."""
    return f"{paths.shown(path)}, line {row['line']}" + (f", column {column}" if column else "")


def read(path: Path, columns: Sequence[str], what: str) -> tuple[list[Row], list[Fault]]:
    """The rows of a file in UTF-8 with just these columns, as texts, each with its `line`; a fault for each of another length.

    InputError when it is no such file; `what` it is of stands in the message.
    """
    expected = "a CSV file in UTF-8 with the columns " + ", ".join(columns)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError(Fault(f"cannot read {what}: {reason}", paths.shown(path), expected)) from None
    reader = csv.reader(io.StringIO(text))
    lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    head = [cell.strip() for cell in lines[0][1]] if lines else []
    if head != list(columns):
        wrong = [name for name in columns if name not in head] or [name for name in head if name not in columns]
        told = f"columns lacking or unknown: {', '.join(wrong)}" if wrong else "columns doubled or in another order"
        raise InputError(Fault(told, f"{paths.shown(path)}, line 1", expected))
    faults = [
        Fault(f"{len(cells)} cells", f"{paths.shown(path)}, line {number}", f"{len(columns)} cells")
        for number, cells in lines[1:] if len(cells) != len(columns)
    ]  # fmt: skip
    whole = [(number, cells) for number, cells in lines[1:] if len(cells) == len(columns)]
    plain = [(number, [harmless.line(harmless.from_csv_cell(cell)).strip() for cell in cells]) for number, cells in whole]
    return [dict(zip(columns, cells, strict=True)) | {"line": str(number)} for number, cells in plain], faults


def doubled(rows: Sequence[Row], path: Path, key: Sequence[str], what: str) -> Iterator[Fault]:
    """A fault for each row whose key stands on an earlier line already; `what` the key names is to stand once.

    >>> rows = [{"code": "1", "line": "2"}, {"code": "1", "line": "3"}]
    >>> [fault.what for fault in doubled(rows, Path("list.csv"), ["code"], "place")]
    ['1 stands on line 2 already']
    """
    first: dict[str, str] = {}
    for row in rows:
        found = " of ".join(row[name] for name in key)
        line = first.setdefault(found, row["line"])
        if line != row["line"]:
            where = at(path, row, key[0] if len(key) == 1 else "")
            yield Fault(f"{found} stands on line {line} already", where, f"each {what} once")
