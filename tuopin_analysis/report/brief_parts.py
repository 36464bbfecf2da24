"""What the sections of a brief are written with: its tables and settings, paragraphs, a page's table in fewer columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from tuopin_analysis.report import language, paper, paper_read, tables, telling
from tuopin_analysis.report.brief_read import Tables
from tuopin_analysis.report.paper import Block, Figure, Heading, Paragraph, Run, Table

ROWS = 10  # of a table in a brief; the page has them all
CHINESE = "一二三四五六七八九十"


@dataclass
class Brief:
    """One brief: where its figures come from and how it is to be written. `rules` is the rule set of the pages."""

    tables: Tables
    rules: Any
    lang: str
    place: str  # the name of the scope, in the brief's language
    county: str
    subject: dict[str, Any]  # what the pages say they are about

    @property
    def scope(self) -> str:
        return self.tables.scope

    @property
    def as_of(self) -> str:
        return str(self.subject["as_of"])

    @property
    def small(self) -> int:
        return int(self.rules.small_numbers)

    @property
    def public(self) -> bool:
        return self.subject["edition"] == "public"

    def text(self, msgid: str) -> str:
        """A text of the brief's language."""
        return language.translator(self.lang).gettext(msgid)


Writer = Callable[[Brief], list[Block]]


def told(brief: Brief, *sentences: str) -> list[Block]:
    """One paragraph of the sentences that there are; none when there is none."""
    lines = [line for sentence in sentences for line in sentence.split("\n") if line]
    return [Paragraph((Run(telling.joined(lines, brief.lang)),))] if lines else []


def topic(title: str, blocks: Sequence[Block]) -> list[Block]:
    """Blocks under a heading of the second level; nothing when there is nothing."""
    return [Heading(2, (Run(title),)), *blocks] if blocks else []


def table(
    brief: Brief, key: str, columns: Sequence[str], caption: str, *, total: bool = False, rows: int = ROWS, order: str = ""
) -> list[Block]:
    """A page's key table in fewer columns, with the page's own way of writing, its notes, and a total of all its rows."""
    frame = brief.tables.get(key)
    if frame is None or frame.empty or not set(columns) & set(frame):
        return []
    if order and order in frame and not telling.withheld(frame):
        frame = frame.sort_values(order, ascending=False, kind="stable")
    hidden = [str(column) for column in frame if column not in columns]
    made = tables.bundle(frame, lang=brief.lang, hide=hidden, total=total, rows=rows if len(frame) > rows else None)
    blocks = paper_read.document(str(made["text/html"])).blocks
    return [replace(block, caption=caption) if isinstance(block, Table) else block for block in blocks]


def figure(brief: Brief, word: str, caption: str) -> list[Block]:
    """The first figure of a page, as it stands there; none where the page is of another language, for its words are drawn.

    The finding stands in the picture: the caption says what is drawn.
    """
    html = brief.tables.page(word) if brief.subject["lang"] == brief.lang else None
    found = [block for block in paper_read.document(html).blocks if isinstance(block, Figure)] if html else []
    return [replace(block, caption=caption) for block in found[:1]]


def sourced(brief: Brief) -> list[Block]:
    """Which tables the section's figures are taken from, each with its notebook: so that every figure can be followed."""
    keys = brief.tables.cited()
    if not keys:
        return []
    _ = brief.text
    text = _("Figures of this section: tables {tables}.")
    return [Paragraph((Run(text.format(tables=_(", ").join(keys))),), "trace")]


def missing(brief: Brief) -> list[Block]:
    """That pages the section draws on were not made; the public edition has none of some."""
    words, brief.tables.lacking = brief.tables.lacking, []
    if not words or brief.public:
        return []
    _ = brief.text
    text = _("Not told here, since the page was not made: {pages}.")
    return told(brief, text.format(pages=_(", ").join(words)))


def heading(number: int, title: str, lang: str) -> Heading:
    """A heading of the first level, numbered as officials number.

    >>> paper.plain(heading(2, "致贫原因", "zh").runs), paper.plain(heading(2, "Causes", "en").runs)
    ('二、致贫原因', '2. Causes')
    """
    before = f"{CHINESE[number - 1]}、" if lang == "zh" else f"{number}. "
    return Heading(1, (Run(before + title),))


def numbered_topics(blocks: Sequence[Block], number: int, lang: str) -> list[Block]:
    """The blocks with headings of the second level numbered （一）, in English 2.1; one alone stays without a number."""
    second = [block for block in blocks if isinstance(block, Heading) and block.level == 2]
    if len(second) < 2:
        return [block for block in blocks if block not in second]
    found: list[Block] = []
    for block in blocks:
        if block in second:
            at = second.index(block)
            before = f"（{CHINESE[at]}）" if lang == "zh" else f"{number}.{at + 1} "
            block = Heading(2, (Run(before + paper.plain(block.runs)),))
        found.append(block)
    return found


def count(frame: pd.DataFrame | None, column: str, scope: str = "county") -> int | None:
    """The sum of a column, of one township where the table has all of them; None where it, or a part of it, is missing.

    >>> rows = pd.DataFrame({"township_code": ["1", "2"], "households": [3, 4]})
    >>> count(rows, "households"), count(rows, "households", "2"), count(None, "households")
    (7, 4, None)
    """
    if frame is None or column not in frame:
        return None
    own = frame if scope == "county" or "township_code" not in frame else frame[frame["township_code"] == scope]
    total = own[column].sum(min_count=1, skipna=False)
    return None if pd.isna(total) else int(total)
