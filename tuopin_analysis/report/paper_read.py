"""A report page as a document for paper: read from its own HTML, so that page and paper cannot disagree.

What only the screen needs (the way back to the index, the folded code, links to downloads) is left out. A table without a caption
of its own takes the heading above it and its key; a figure the first sentence of its alternative text.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tuopin_analysis.report import paper
from tuopin_analysis.report.paper import Block, Cell, Figure, Heading, Items, Paragraph, Run

SKIPPED = {"nav", "header", "footer", "style", "script", "head", "svg", "button"}
SCREEN = {"screen", "skip", "files", "noprint", "toc", "download", "downloads", "code"}  # classes of what only the screen needs
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HEADINGS = {"h1": 0, "h2": 1, "h3": 2, "h4": 3, "h5": 3, "h6": 3}
STYLES = {"synthetic": "mark", "internal": "mark", "note": "note", "trace": "trace"}
FLOW = {"p", "li", "dt", "dd", "th", "td", "caption", "figcaption", *HEADINGS}
BOLD = {"strong", "b", "dd"}
_PNG = "data:image/png;base64,"


@dataclass
class _Table:
    key: str
    caption: str = ""
    head: list[list[Cell]] = field(default_factory=list)
    body: list[list[Cell]] = field(default_factory=list)
    in_head: bool = False
    strong: bool = False


class _Reader(HTMLParser):
    """Walks a page once. `text` collects the runs of the paragraph, cell or heading that is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.title = ""
        self.text: list[Run] = []
        self.skipping = 0
        self.depth: list[str] = []
        self.style = "body"
        self.bold = self.italic = self.code = 0
        self.href: list[str] = []
        self.lists: list[tuple[bool, list[paper.Runs]]] = []
        self.table: _Table | None = None
        self.cell: dict[str, str] = {}
        self.subject: list[Run] = []
        self.alt = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = set(given.get("class", "").split())
        if self.skipping or tag in SKIPPED or classes & SCREEN:
            self.skipping += tag not in VOID
            return
        if tag in FLOW:
            self._close()
            self.style = next((STYLES[name] for name in STYLES if name in classes), "body")
        opened = getattr(self, f"_open_{tag}", None)
        if opened:
            opened(given, classes)
        self._face(tag, 1)

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            self.skipping -= tag not in VOID
            return
        closed = getattr(self, f"_end_{tag}", None)
        if closed:
            closed()
        elif tag in HEADINGS:
            self._heading(HEADINGS[tag])
        elif tag in ("p", "div", "section", "main", "body", "html"):
            self._close()
        self._face(tag, -1)

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        text = re.sub(r"[ \t\r\n]+", " ", data)
        if text.strip() or (self.text and text):
            self.text.append(Run(text, bool(self.bold), bool(self.italic), bool(self.code), self.href[-1] if self.href else ""))

    def _face(self, tag: str, by: int) -> None:
        self.bold += by * (tag in BOLD)
        self.italic += by * (tag in ("em", "i"))
        self.code += by * (tag in ("code", "pre"))

    def _taken(self) -> paper.Runs:
        """The runs collected so far, without space at their ends."""
        runs, self.text = paper.trimmed(self.text), []
        return runs

    def _close(self) -> None:
        """End a paragraph that is open, also one whose tag was left open."""
        if self.table is not None or self.lists or self.cell:
            return
        runs = self._taken()
        if runs:
            self.blocks.append(Paragraph(runs, self.style))

    def _heading(self, level: int) -> None:
        runs = self._taken()
        if level == 0 and not self.title:
            self.title = paper.plain(runs)
        elif runs:
            self.blocks.append(Heading(max(level, 1), runs))

    def _open_br(self, given, classes) -> None:
        self.text.append(Run("\n"))

    def _open_a(self, given, classes) -> None:
        self.href.append(given.get("href", ""))

    def _end_a(self) -> None:
        if self.href:
            self.href.pop()

    def _open_dl(self, given, classes) -> None:
        self._close()
        self.subject = []

    def _end_dt(self) -> None:
        self.subject += ([Run("\n")] if self.subject else []) + list(self._taken())

    def _end_dd(self) -> None:
        self.subject += self._taken()

    def _end_dl(self) -> None:
        if self.subject:
            self.blocks.append(Paragraph(tuple(self.subject), "subject"))
        self.subject = []

    def _open_ul(self, given, classes, ordered: bool = False) -> None:
        self._close()
        self.lists.append((ordered, []))

    def _open_ol(self, given, classes) -> None:
        self._open_ul(given, classes, True)

    def _end_li(self) -> None:
        runs = self._taken()
        if runs and self.lists:
            self.lists[-1][1].append(runs)

    def _end_ul(self) -> None:
        if not self.lists:
            return
        ordered, items = self.lists.pop()
        if items:
            self.blocks.append(Items(tuple(items), ordered))

    _end_ol = _end_ul

    def _open_table(self, given, classes) -> None:
        self._close()
        self.table = _Table(given.get("id", ""))

    def _end_caption(self) -> None:
        if self.table is not None:
            self.table.caption = paper.plain(self._taken())

    def _open_thead(self, given, classes) -> None:
        if self.table is not None:
            self.table.in_head = True

    def _end_thead(self) -> None:
        if self.table is not None:
            self.table.in_head = False

    def _open_tr(self, given, classes) -> None:
        if self.table is not None:
            (self.table.head if self.table.in_head else self.table.body).append([])
            self.table.strong = "total" in classes

    def _open_td(self, given, classes) -> None:
        self.cell = {**given, "open": "yes"}

    _open_th = _open_td

    def _end_td(self) -> None:
        if self.table is None or not self.cell:
            return
        right = "number" in self.cell.get("class", "").split() or "right" in self.cell.get("style", "")
        spans = {"columns": _span(self.cell, "colspan"), "rows": _span(self.cell, "rowspan")}
        cell = Cell(self._taken(), right, strong=self.table.strong, **spans)
        rows = self.table.head if self.table.in_head else self.table.body
        (rows or self.table.body)[-1].append(cell)
        self.cell = {}

    _end_th = _end_td

    def _end_table(self) -> None:
        table, self.table = self.table, None
        if table is None:
            return
        named = table.caption or _joined(self._above(), table.key.replace("-", ".", 1))
        head, body = (tuple(tuple(row) for row in rows if row) for rows in (table.head, table.body))
        self.blocks.append(paper.Table(head, body, named))

    def _open_img(self, given, classes) -> None:
        if not given.get("src", "").startswith(_PNG):
            return
        self._close()
        alt = given.get("alt", "")
        png = base64.b64decode(given["src"].removeprefix(_PNG))
        self.blocks.append(Figure(png, alt, _first(alt) or self._above()))

    def _end_figcaption(self) -> None:
        text = paper.plain(self._taken())
        if text and self.blocks and isinstance(self.blocks[-1], Figure):
            last = self.blocks[-1]
            self.blocks[-1] = Figure(last.png, last.alt, text)

    def _above(self) -> str:
        """The heading that a block stands under."""
        return next((paper.plain(block.runs) for block in reversed(self.blocks) if isinstance(block, Heading)), self.title)


def _span(given: dict[str, str], name: str) -> int:
    text = given.get(name, "1")
    return max(1, int(text)) if text.isdecimal() else 1


def _first(alt: str) -> str:
    """The first sentence of an alternative text, which tells what the figure shows.

    >>> _first("因病占57.8%。因残36.5%"), _first("Illness makes up 57.8%. Disability 36.5%."), _first("")
    ('因病占57.8%', 'Illness makes up 57.8%', '')
    """
    return re.split(r"。|\.(?=\s|$)", alt, maxsplit=1)[0].strip()


def _joined(heading: str, key: str) -> str:
    return f"{heading} ({key})" if heading and key else heading or key


def document(html: str) -> paper.Document:
    """The document of a page, its tables and figures numbered."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = re.search(r'<html[^>]*\blang="([a-z]+)', html)
    return paper.numbered(paper.Document(reader.title, found[1] if found else "zh", tuple(reader.blocks)))
