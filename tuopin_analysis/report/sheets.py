"""A key table as an Excel workbook for whoever calculates on: labels and codes in words, figures as figures at full precision.

It is made from the very text of the table's CSV file, so that page, CSV and Excel cannot disagree.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from tuopin_analysis import harmless
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, excel, language

FIGURE = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NAMES = re.compile(r".*_(code|id|date|day)|key|item|right|period|rule")  # digits in these are no quantity
SUPPRESSED = "suppressed"
WIDEST = 40


def workbook(key: str, text: str, lang: str = "zh") -> bytes:
    """The workbook of the table `key`, whose CSV file has this text; equal tables give equal bytes.

    One sheet, named by the key: a header in the language, then the rows. Missing figures are empty cells, suppressed ones "×".
    """
    head, *rows = list(csv.reader(io.StringIO(text)))
    columns = [harmless.from_csv_cell(name) for name in head]
    hidden = columns.index(SUPPRESSED) if SUPPRESSED in columns else None
    with excel.packed(key) as (book, packed):
        sheet = book.add_worksheet(re.sub(r"[^\w.-]", "", key)[:31] or "table")
        header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        shown = [at for at in range(len(columns)) if at != hidden]
        for to, at in enumerate(shown):
            label = harmless.plain(dictionary.label(columns[at], lang))
            sheet.write_string(0, to, label, header)
            values = [row[at] for row in rows]
            marks = [hidden is not None and columns[at] in row[hidden].split(";") for row in rows]
            longest = _column(book, sheet, to, columns[at], values, marks, lang)
            sheet.set_column(to, to, min(WIDEST, max(8, harmless.width(label) / 2 + 2, longest + 2)))
        sheet.autofilter(0, 0, len(rows), len(shown) - 1)
    return packed.getvalue()


def _column(book: Any, sheet: Any, to: int, name: str, values: Sequence[str], marks: Sequence[bool], lang: str) -> float:
    """Write a column; the width of its longest text."""
    figures = [value for value in values if value]
    is_figures = not (NAMES.fullmatch(name) or dictionary.code_lists_of(name)) and all(map(FIGURE.fullmatch, figures))
    whole = all(value.lstrip("-").isdecimal() for value in figures)
    form = book.add_format({"num_format": "0.0%" if cells.is_share(name) else "0" if name.endswith("_year") else "#,##0"})
    longest = 0.0
    for row, (value, is_hidden) in enumerate(zip(values, marks, strict=True), start=1):
        if is_hidden:
            sheet.write_string(row, to, language.SUPPRESSED)
        elif value and is_figures:
            sheet.write_number(row, to, float(value), form if whole or cells.is_share(name) else None)
        elif value:
            said = _said(name, harmless.from_csv_cell(value), lang)
            sheet.write_string(row, to, said)
            longest = max(longest, harmless.width(said))
    return longest


def _said(name: str, value: str, lang: str) -> str:
    """A text as the page writes it: codes, places and items by their labels."""
    if value in ("True", "False"):
        return dictionary.value_label("truth", value, lang)
    if name == "item":
        return harmless.plain(cells.item_label(value, lang))
    if name in cells.PLACES:
        return harmless.plain(cells.named(value, lang))
    return harmless.plain(cells.coded(name, value, lang) if dictionary.code_lists_of(name) else value)
