"""A document as PDF by Typst (extra `pdf`), where there is no browser, and of a brief in any case.

Typst is a wheel without further needs; it sets a page in a fraction of a second, with the fonts that this project carries and no
other, and tags the text for screen readers. Equal documents give equal bytes: no time is told.
"""

import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import faces, narrow, paper
from tuopin_analysis.report.paper import Cell, Document, Figure, Heading, Items, Paragraph, Runs, Table

HERE = Path(__file__).parent
TEMPLATE = HERE / "templates" / "paper" / "paper.typ"
WAIT = 120  # seconds that one document may take
ALONE = """
import sys, typst
main, made, fonts = sys.argv[1:]
try:
    root = main.rpartition("paper.typ")[0]
    typst.compile(main, output=made, root=root, font_paths=[fonts], ignore_system_fonts=True, timestamp=0)
except RuntimeError as error:
    sys.exit(str(getattr(error, "message", "") or error))
"""
WIDEST, HIGHEST = 165.0, 90.0  # millimetres that a picture may take


def there() -> bool:
    """Whether Typst is installed."""
    return find_spec("typst") is not None


def lacking() -> InputError:
    """What to say where there is no Typst."""
    mend = 'python -m pip install "tuopin-analysis[pdf]"'
    return InputError(Fault("no Typst to set pages with", "--format pdf", "the extra `pdf` installed", mend))


def pdf(document: Document) -> bytes:
    """The PDF of a document; InputError without Typst, or when it fails."""
    if not there():
        raise lacking()
    faces.need()
    with tempfile.TemporaryDirectory(prefix="tuopin-typst-") as apart:
        folder = Path(apart)
        told = data(document)
        for name, png in told.pop("pictures").items():
            (folder / name).write_bytes(png)
        (folder / "data.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        main = folder / "paper.typ"
        main.write_bytes(TEMPLATE.read_bytes())
        _set(main, folder / "paper.pdf", document.title)
        return (folder / "paper.pdf").read_bytes()


def _set(main: Path, made: Path, title: str) -> None:
    """Run Typst in a process of its own: it starts threads, and a process with threads must not fork, as the warm engine does."""
    words = [sys.executable, "-c", ALONE, str(main), str(made), str(faces.FOLDER)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", timeout=WAIT, check=False)
    except subprocess.TimeoutExpired:
        raise InputError(Fault(f"no PDF: Typst took more than {WAIT} seconds", title, "a PDF")) from None
    if done.returncode or not made.is_file():
        lines = done.stderr.strip().splitlines() or ["nothing"]
        said = lines[-1 if lines[0].startswith("Traceback") else 0]  # Python tells its reason last, Typst first
        raise InputError(Fault(f"no PDF: Typst said: {said}", title, "a PDF"))


def data(document: Document) -> dict[str, Any]:
    """The document as the template reads it, with its `pictures` by the names of their files."""
    pictures = {f"figure-{block.number}.png": block.png for block in document.blocks if isinstance(block, Figure)}
    return {
        "title": harmless.plain(document.title),
        "lang": document.lang,
        "kind": document.kind,
        "header": [_block(block, document.lang) for block in document.header],
        "blocks": [_block(block, document.lang) for block in document.blocks],
        "pictures": pictures,
    }


def _block(block: paper.Block, lang: str) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "runs": _runs(block.runs)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "style": block.style, "runs": _runs(block.runs)}
    if isinstance(block, Items):
        return {"kind": "items", "ordered": block.ordered, "items": [_runs(runs) for runs in block.items]}
    caption = harmless.plain(paper.caption(block, lang))
    if isinstance(block, Table):
        rows = {
            "head": [[_cell(cell) | _parts(cell) for cell in row] for row in block.head],
            "body": [[_cell(cell) for cell in row] for row in block.body],
        }
        return {"kind": "table", "caption": caption, "columns": paper.columns(block), "widths": paper.widths(block), **rows}
    return {"kind": "figure", "caption": caption, "alt": harmless.plain(block.alt), "file": f"figure-{block.number}.png",
            "width": _millimetres(block.png)}  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    return {"runs": _runs(cell.runs), "right": cell.right, "strong": cell.strong, "columns": cell.columns, "rows": cell.rows}


def _parts(cell: Cell) -> dict[str, Any]:
    return {"parts": narrow.parts(harmless.plain(paper.plain(cell.runs)))}


def _runs(runs: Runs) -> list[dict[str, Any]]:
    return [{"text": harmless.plain(run.text), "bold": run.bold, "italic": run.italic, "code": run.code, "href": run.href}
            for run in runs]  # fmt: skip


def _millimetres(png: bytes) -> float:
    """The width at which a picture fits."""
    across, down = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    return WIDEST if not across or not down else min(WIDEST, HIGHEST * across / down)
