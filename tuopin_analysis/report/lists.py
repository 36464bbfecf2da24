"""A list for the office or for a notice as an Excel workbook: labels from the dictionary, ready to print on A4."""

from pathlib import Path
from typing import Any

import pandas as pd

from tuopin_analysis import harmless
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, excel, language

_WIDEST = 40


def write(frame: pd.DataFrame, path: Path | str, title: str, note: str, lang: str = "zh") -> Path:
    """Write a frame as one sheet: title, note, header, rows; whole or not at all, readable by its owner only. Returns its path.

    Texts stay texts, whatever sign they begin with; numbers are numbers. InputError when the file cannot be written.
    """
    language.check(lang)
    path = Path(path)
    with excel.written(path, title) as book:
        _fill(book, frame, title, note, lang)
    return path


def _fill(book: Any, frame: pd.DataFrame, title: str, note: str, lang: str) -> None:
    sheet = book.add_worksheet()
    head = {"bold": True, "text_wrap": True, "bottom": 1, "valign": "vcenter"}
    forms = {"title": {"bold": True, "font_size": 14}, "head": head, "cell": {"text_wrap": True, "valign": "top"}}
    formats = {name: book.add_format(form) for name, form in forms.items()}
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)
    sheet.set_footer("&C&P / &N")
    texts = cells.written(frame, lang).map(harmless.plain)
    labels = [dictionary.label(str(column), lang) for column in frame.columns]
    numeric = [cells.is_numeric(str(column), frame[column]) for column in frame.columns]
    for at, (column, label) in enumerate(zip(frame.columns, labels, strict=True)):
        longest = max([harmless.width(label) / 2, *(harmless.width(text) for text in texts[column].head(200))], default=8)
        sheet.set_column(at, at, min(_WIDEST, max(7, longest + 2)))
    sheet.write_string(0, 0, harmless.plain(title), formats["title"])
    sheet.write_string(1, 0, harmless.plain(note))
    for at, label in enumerate(labels):
        sheet.write_string(2, at, label, formats["head"])
    rows = zip(frame.itertuples(index=False), texts.itertuples(index=False), strict=True)
    for row, (values, shown) in enumerate(rows, start=3):
        for at, (value, text) in enumerate(zip(values, shown, strict=True)):
            if numeric[at] and not language.is_missing(value):
                sheet.write_number(row, at, float(value), formats["cell"])
            else:
                sheet.write_string(row, at, "" if language.is_missing(value) else text, formats["cell"])
    sheet.autofilter(2, 0, 2 + len(frame), len(frame.columns) - 1)
