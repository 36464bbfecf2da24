"""Excel workbooks, the same bytes each time; those of personal data written whole or not at all, read by their owner only."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError

_MADE = datetime(2016, 1, 1)  # fixed: equal contents give equal bytes


@contextmanager
def packed(title: str) -> Iterator[tuple[Any, io.BytesIO]]:
    """An xlsxwriter workbook to fill, and where its bytes are afterwards; no file is written. Texts stay texts."""
    import xlsxwriter

    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {**harmless.EXCEL, "in_memory": True}) as book:
        book.set_properties({"title": title, "created": _MADE})
        yield book, whole


@contextmanager
def written(path: Path, title: str) -> Iterator[Any]:
    """An xlsxwriter workbook to fill, which takes its place at `path` (0600) once it is whole.

    Texts stay texts, whatever sign they begin with; rows must be written in order. Nothing is kept in the system's own
    temporary folder. InputError when the file cannot be written.
    """
    import xlsxwriter

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as beside:
            made, whole = Path(beside) / "new.xlsx", io.BytesIO()
            with xlsxwriter.Workbook(whole, {**harmless.EXCEL, "constant_memory": True, "tmpdir": beside}) as book:
                book.set_properties({"title": title, "created": _MADE})
                yield book
            made.touch(0o600)
            made.write_bytes(whole.getvalue())
            os.replace(made, path)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        what = f"cannot write the workbook: {getattr(error, 'strerror', None) or error}"
        mend = "close it in Excel, make room, or choose another place"
        raise InputError(Fault(what, str(path), "a file that can be written", mend)) from None
