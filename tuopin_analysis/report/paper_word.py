"""A document as .docx for Word and WPS, by pandoc, with styles, tables and captions that those who annotate it can go on using.

pandoc is carried by `pypandoc_binary` (extra `docx`; under the GPL, hence optional, and run as a program of its own). Equal
documents give equal bytes: what tells the time of writing is left out of the package.
"""

import importlib
import io
import json
import re
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import narrow, paper
from tuopin_analysis.report.paper import Cell, Document, Figure, Heading, Items, Paragraph, Runs, Table

HERE = Path(__file__).parent / "templates" / "paper"
STYLES = {
    "body": {"page": "", "brief": "Brief Text"},
    "subject": {"page": "Subject", "brief": "Subject"},
    "mark": {"page": "Mark", "brief": "Mark"},
    "note": {"page": "Note", "brief": "Note"},
    "trace": {"page": "Trace", "brief": "Trace"},
    "office": {"page": "Brief Office", "brief": "Brief Office"},
    "number": {"page": "Brief Number", "brief": "Brief Number"},
    "issue": {"page": "Brief Issue", "brief": "Brief Issue"},
    "sign": {"page": "Brief Sign", "brief": "Brief Sign"},
}
WIDTH = 9071  # twentieths of a point between the margins of the reference document
MARGINS, LETTER = 114, 90  # of a cell, and a Latin letter in it: half the nine points of a Chinese character
TOGETHER = 14  # rows of a table that stays on one page, as in the PDF
FEWEST = 3  # rows of a longer one that a page has at least, as on paper from the browser
WAIT = 120
FIRST = (1980, 1, 1, 0, 0, 0)
DROPPED = ("docProps/app.xml", "docProps/custom.xml", "word/comments.xml")
CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>{title}</dc:title><dc:creator>tuopin-analysis</dc:creator><dc:language>{lang}</dc:language></cp:coreProperties>"
)


def pandoc() -> str | None:
    """The pandoc of the extra `docx`; None where it is not installed."""
    try:
        return str(importlib.import_module("pypandoc").get_pandoc_path())
    except (ImportError, OSError):
        return None


def lacking() -> InputError:
    """What to say where there is no pandoc."""
    mend = 'python -m pip install "tuopin-analysis[docx]"'
    return InputError(Fault("no pandoc to write Word documents with", "--format docx", "the extra `docx` installed", mend))


def docx(document: Document) -> bytes:
    """The .docx of a document; InputError without pandoc, or when it fails."""
    program = pandoc()
    if program is None:
        raise lacking()
    with tempfile.TemporaryDirectory(prefix="tuopin-word-") as apart:
        folder = Path(apart)
        told = _ast(document, folder)
        words = [program, "-f", "json", "-t", "docx", f"--reference-doc={HERE}/reference-{document.lang}.docx", "-o", "made.docx"]
        try:
            done = subprocess.run(
                words, input=json.dumps(told).encode(), cwd=folder, capture_output=True, timeout=WAIT, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(Fault(f"no Word document: {type(error).__name__}", document.title, f"one within {WAIT} s")) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["nothing"]
            raise InputError(Fault(f"no Word document: pandoc said: {said[0]}", document.title, "a .docx"))
        return _timeless((folder / "made.docx").read_bytes(), document)


def _ast(document: Document, folder: Path) -> dict[str, Any]:
    """The document as pandoc's own tree; its pictures are written into `folder`."""
    blocks = [block for paragraph in document.header for block in _blocks(paragraph, document, folder)]
    blocks.append(_styled([_para(_texts(document.title))], "Title"))
    for block in document.blocks:
        blocks += _blocks(block, document, folder)
    return {"pandoc-api-version": [1, 23, 1, 1], "meta": {}, "blocks": blocks}


def _blocks(block: paper.Block, document: Document, folder: Path) -> list[dict[str, Any]]:
    if isinstance(block, Heading):
        return [{"t": "Header", "c": [block.level, ["", [], []], _inlines(block.runs)]}]
    if isinstance(block, Paragraph):
        style = STYLES[block.style][document.kind]
        made = _para(_inlines(block.runs))
        return [_styled([made], style) if style else made]
    if isinstance(block, Items):
        items = [[{"t": "Plain", "c": _inlines(runs)}] for runs in block.items]
        order = [1, {"t": "Decimal"}, {"t": "Period"}]
        return [{"t": "OrderedList", "c": [order, items]} if block.ordered else {"t": "BulletList", "c": items}]
    if isinstance(block, Figure):
        return _figure(block, document, folder)
    return [_caption(block, document, "Caption"), {"t": "RawBlock", "c": ["openxml", _table(block)]}]


def _para(inlines: list[dict[str, Any]]) -> dict[str, Any]:
    return {"t": "Para", "c": inlines}


def _styled(blocks: list[dict[str, Any]], style: str) -> dict[str, Any]:
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], blocks]}


def _texts(text: str) -> list[dict[str, Any]]:
    """A text with its line breaks and tabs, which pandoc has no sign for."""
    found: list[dict[str, Any]] = []
    for at, line in enumerate(harmless.plain(text).split("\n")):
        found += [{"t": "LineBreak"}] if at else []
        for place, part in enumerate(line.split("\t")):
            found += [{"t": "RawInline", "c": ["openxml", "<w:r><w:tab/></w:r>"]}] if place else []
            found += [{"t": "Str", "c": part}] if part else []
    return found


def _inlines(runs: Runs) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for run in runs:
        code: list[dict[str, Any]] = [{"t": "Code", "c": [["", [], []], harmless.plain(run.text)]}]
        inner = code if run.code else _texts(run.text)
        inner = [{"t": "Strong", "c": inner}] if run.bold else inner
        inner = [{"t": "Emph", "c": inner}] if run.italic else inner
        if run.href and not run.href.startswith("#"):
            inner = [{"t": "Link", "c": [["", [], []], inner, [run.href, ""]]}]
        found += inner
    return found


def _caption(block: Table | Figure, document: Document, style: str) -> dict[str, Any]:
    """A caption with its number as a field, so that Word counts on when something is put in before it."""
    word, between = paper.label(block, document.lang)
    name = word.strip()
    text = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'.format
    order = quoteattr(" SEQ " + name + " \\* ARABIC ")
    field = f"<w:fldSimple w:instr={order}>{text(block.number)}</w:fldSimple>"
    told = f"{text(escape(word))}{field}" + (text(escape(between + harmless.plain(block.caption))) if block.caption else "")
    return _styled([_para([{"t": "RawInline", "c": ["openxml", told]}])], style)


def _figure(block: Figure, document: Document, folder: Path) -> list[dict[str, Any]]:
    """The picture, within the page's width and two fifths of its height, and its caption below."""
    name = f"figure-{block.number}.png"
    (folder / name).write_bytes(block.png)
    widest = 3.6 if document.kind == "brief" else 6.2
    size = [["width", f"{_inches(block.png, widest):.2f}in"]]
    image = {"t": "Image", "c": [["", [], size], _texts(block.alt), [name, ""]]}
    return [_styled([_para([image])], "Figure"), _caption(block, document, "Figure Caption")]


def _inches(png: bytes, widest: float, highest: float = 4.6) -> float:
    """The width in inches at which a picture fits."""
    across, down = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    return widest if not across or not down else min(widest, highest * across / down)


def _table(table: Table) -> str:
    """The table as WordprocessingML: its head repeated on each page, no row broken between two, a short table on one page."""
    shares = paper.widths(table)
    points = [round(share * WIDTH) for share in shares]
    grid = "".join(f'<w:gridCol w:w="{point}"/>' for point in points)
    properties = (
        '<w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:w="5000" w:type="pct"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        'w:noHBand="1" w:noVBand="1"/></w:tblPr>'
    )
    rows = _rows(table.head, points, True, set(range(len(table.head)))) + _rows(table.body, points, False, _kept(len(table.body)))
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def _kept(rows: int) -> set[int]:
    """The rows of a body that stay on the page of the next one.

    >>> _kept(4), _kept(15)
    ({0, 1, 2}, {0, 1, 12, 13})
    """
    last = rows - 1
    return set(range(last)) if rows <= TOGETHER else {*range(FEWEST - 1), *range(last - FEWEST + 1, last)}


def _rows(rows: paper.Rows, points: list[int], head: bool, kept: set[int]) -> str:
    """Rows with their cells, the `kept` ones on the page of the next one; a cell over several rows is continued in each."""
    placed: dict[tuple[int, int], tuple[Cell, bool]] = {}
    for row, column, cell in paper.grid(rows):
        for down in range(min(cell.rows, len(rows) - row)):
            placed[row + down, column] = cell, down > 0
    told = []
    for row in range(len(rows)):
        cells = "".join(
            _cell(cell, points[column : column + cell.columns], head, continued, row in kept)
            for (at, column), (cell, continued) in sorted(placed.items())
            if at == row
        )
        told.append(f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>")
    return "".join(told)


def _cell(cell: Cell, points: list[int], head: bool, continued: bool, kept: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    merge = "" if cell.rows == 1 else "<w:vMerge/>" if continued else '<w:vMerge w:val="restart"/>'
    place = f'<w:vAlign w:val="{"bottom" if head else "top"}"/>'
    properties = f'<w:tcPr><w:tcW w:w="{sum(points)}" w:type="dxa"/>{span}{merge}{place}</w:tcPr>'
    align = '<w:jc w:val="right"/>' if cell.right else '<w:jc w:val="left"/>'
    broken = [replace(run, text=narrow.lines(run.text, (sum(points) - MARGINS) / LETTER)) for run in cell.runs]
    runs = "" if continued else "".join(_run(run, head or cell.strong) for run in (broken if head else cell.runs))
    keep = "<w:keepNext/>" if kept else ""
    return f'<w:tc>{properties}<w:p><w:pPr><w:pStyle w:val="TableText"/>{keep}{align}</w:pPr>{runs}</w:p></w:tc>'


def _run(run: paper.Run, strong: bool) -> str:
    face = ("<w:b/><w:bCs/>" if run.bold or strong else "") + ("<w:i/>" if run.italic else "")
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in harmless.plain(run.text).split("\n")]
    return f"<w:r>{f'<w:rPr>{face}</w:rPr>' if face else ''}{'<w:br/>'.join(lines)}</w:r>"


def _timeless(made: bytes, document: Document) -> bytes:
    """The package without the time of its making: the list of parts first, then the parts in the order of their names."""
    with zipfile.ZipFile(io.BytesIO(made)) as read:
        parts = {name: read.read(name) for name in read.namelist() if name not in DROPPED}
    parts["docProps/core.xml"] = CORE.format(title=escape(harmless.plain(document.title)), lang=document.lang).encode()
    for name in ("[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"):
        parts[name] = _without(parts[name].decode()).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            written.writestr(zipfile.ZipInfo(name, FIRST), parts[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _without(text: str) -> str:
    """A list of parts without those that are dropped."""
    for name in DROPPED:
        short = name.removeprefix("word/")
        text = re.sub(
            rf'<(?:Override|Relationship)\b[^>]*(?:PartName="/{re.escape(name)}"|Target="{re.escape(short)}")[^>]*/>', "", text
        )
    return text
