"""Sheets for the wall as files: a PDF with all sheets of a place and a PNG of each. Equal sheets give equal bytes."""

import io
import os
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from tuopin_analysis.errors import Fault, InputError

PNG_DPI = 150
NO_TIMES = {"CreationDate": None, "ModDate": None, "Producer": None, "Creator": None}


def pdf(sheets: Sequence[Figure], title: str) -> bytes:
    """The sheets as one PDF with its fonts in it."""
    buffer = io.BytesIO()
    with mpl.rc_context({"pdf.fonttype": 42}), PdfPages(buffer, metadata={**NO_TIMES, "Title": title}) as pages:
        for sheet in sheets:
            pages.savefig(sheet)
    return buffer.getvalue()


def png(sheet: Figure) -> bytes:
    """A sheet as a picture."""
    buffer = io.BytesIO()
    sheet.savefig(buffer, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return buffer.getvalue()


def write(sheets: Sequence[Figure], out: Path, stem: str, title: str, private: bool) -> list[Path]:
    """Write `<stem>.pdf` and a PNG of each sheet, each whole or not at all, and close the sheets; the paths."""
    made = {f"{stem}.pdf": pdf(sheets, title)}
    made |= {f"{stem}-{number}.png" if len(sheets) > 1 else f"{stem}.png": png(one) for number, one in enumerate(sheets, start=1)}
    for sheet in sheets:
        plt.close(sheet)
    for name, content in made.items():
        _put(out / name, content, private)
    return [out / name for name in made]


def _put(path: Path, content: bytes, private: bool) -> None:
    """Write a file by a hidden name beside it, and move it to its place; a private one can be read by its owner only."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.touch(0o600 if private else 0o666)
        half.write_bytes(content)
        os.replace(half, path)
    except OSError as error:
        what = f"cannot write there: {error.strerror}"
        raise InputError(Fault(what, str(path), "a file that can be written", "choose another place with --out")) from None
    finally:
        half.unlink(missing_ok=True)
