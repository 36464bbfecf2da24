"""What a page or a brief is on paper, whatever writes it: title, headings, paragraphs, tables, figures, in reading order.

`paper_read` makes it from a page, `brief` from a folder's tables; `paper_word`, `paper_typst` and `paper_html` write it. Tables
and figures are numbered through the document, each kind by itself: 表1, 图1; in English Table 1, Figure 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tuopin_analysis import harmless
from tuopin_analysis.report import language, narrow


@dataclass(frozen=True)
class Run:
    """A piece of text in one face; a line break is "\\n". `href` leads elsewhere: to a file beside, or to an address."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; 1 is the document's own parts, the title stands above them."""

    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `style`: body, subject (what the page is about), mark (SYNTHETIC), note, trace, and of a brief
    office (its name), number, issue (a line with a tab: office and date), sign."""

    runs: Runs
    style: str = "body"


@dataclass(frozen=True)
class Items:
    """A list, one paragraph an item."""

    items: tuple[Runs, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table; it may span columns and rows. `right`: a figure, set to the right; `strong`: of the total row."""

    runs: Runs
    right: bool = False
    columns: int = 1
    rows: int = 1
    strong: bool = False


Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Table:
    """A table. Its `head` is repeated on each page; `number` is given by `numbered`."""

    head: Rows
    body: Rows
    caption: str = ""
    number: int = 0


@dataclass(frozen=True)
class Figure:
    """A picture (PNG) with its alternative text."""

    png: bytes
    alt: str
    caption: str = ""
    number: int = 0


Block = Heading | Paragraph | Items | Table | Figure


@dataclass(frozen=True)
class Document:
    """A whole document, in one language. `kind` is "page" or "brief", which is set larger and as officials set it."""

    title: str
    lang: str
    blocks: tuple[Block, ...]
    kind: str = "page"
    header: tuple[Paragraph, ...] = field(default=())  # above the title


def plain(runs: Runs) -> str:
    """The text of runs.

    >>> plain((Run("1,695"), Run("户", bold=True)))
    '1,695户'
    """
    return "".join(run.text for run in runs)


def trimmed(runs: list[Run]) -> Runs:
    """Runs of one face joined, without space before the first and behind the last.

    >>> trimmed([Run(" a"), Run("b "), Run("c ", bold=True)])
    (Run(text='ab ', bold=False, italic=False, code=False, href=''), Run(text='c', bold=True, italic=False, code=False, href=''))
    """
    joined: list[Run] = []
    for run in runs:
        if joined and replace(joined[-1], text="") == replace(run, text=""):
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        else:
            joined.append(run)
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip(" \n"))
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip(" \n"))
    return tuple(run for run in joined if run.text)


def numbered(document: Document) -> Document:
    """The document with its tables and figures numbered in reading order.

    >>> blocks = (Table((), ()), Figure(b"", "a"), Table((), ()))
    >>> [block.number for block in numbered(Document("t", "en", blocks)).blocks]
    [1, 1, 2]
    """
    count = {Table: 0, Figure: 0}
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Table | Figure):
            count[type(block)] += 1
            block = replace(block, number=count[type(block)])
        blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def label(block: Table | Figure, lang: str) -> tuple[str, str]:
    """The word before the number of a caption, and what stands between the number and the caption.

    >>> label(Table((), ()), "zh"), label(Figure(b"", ""), "en")
    (('表', '\\u3000'), ('Figure ', '. '))
    """
    _ = language.translator(lang).gettext
    word = _("Table ") if isinstance(block, Table) else _("Figure ")
    return word, "\u3000" if lang == "zh" else ". "


def caption(block: Table | Figure, lang: str) -> str:
    """The whole caption of a numbered table or figure.

    >>> caption(Table((), (), "Causes", 2), "en"), caption(Figure(b"", "", "致贫原因", 1), "zh")
    ('Table 2. Causes', '图1\\u3000致贫原因')
    """
    word, between = label(block, lang)
    return f"{word}{block.number}{between}{block.caption}" if block.caption else f"{word}{block.number}"


def _head(text: str) -> float:
    """How wide a line of a head needs to be, in bold: it may break at spaces, and in Chinese between its words."""
    if not text.isascii():
        return max(0.5 * harmless.width(text), *map(harmless.width, narrow.parts(text)))
    return max(0.6 * harmless.width(text), *(1.1 * len(word) for word in text.split(" ")))


def _figure(text: str) -> float:
    """How wide a figure is set, which is not to break: a sign of per cent is wider than a digit."""
    return 1.1 * harmless.width(text) + 0.7 * text.count("%")


def grid(rows: Rows) -> Iterator[tuple[int, int, Cell]]:
    """Each cell of some rows with its row and its column, spans taken into account."""
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while (at, column) in taken:
                column += 1
            yield at, column, cell
            taken |= {(at + down, column + across) for down in range(cell.rows) for across in range(cell.columns)}
            column += cell.columns


def columns(table: Table) -> int:
    """How many columns a table has."""
    rows = [*table.head, *table.body]
    return max((sum(cell.columns for cell in row) for row in rows), default=0)


def widths(table: Table, most: int = 28) -> list[float]:
    """The share of each column in the table's width: by its longest line, of which a very long one counts as `most`.

    Heads may break into lines, though not within a word.

    >>> cell = lambda text: Cell((Run(text),))
    >>> [round(share, 2) for share in widths(Table(((cell("a"), cell("b")),), ((cell("x" * 20), cell("1,695")),)))]
    [0.74, 0.26]
    """
    widest = [0.0] * columns(table)
    for part in (table.head, table.body):
        for _row, column, cell in grid(part):
            if cell.columns == 1:
                measure = _head if part is table.head else _figure if cell.right else harmless.width
                found = max(map(measure, plain(cell.runs).split("\n")))
                widest[column] = max(widest[column], min(most, found))
    padded = [found + 3 if found < most else found for found in widest]
    return [found / sum(padded) for found in padded]
