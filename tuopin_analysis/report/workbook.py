"""The findings as an Excel workbook for township staff: a sheet a township, each row with where it stands and what to do."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import excel, language

COLUMNS = ["file", "sheet", "row", "column", "value", "code", "message", "severity", "mend", "household_id"]
WIDTHS = {"file": 18, "sheet": 13, "row": 7, "column": 18, "value": 20, "code": 18, "message": 46, "severity": 13, "mend": 40,
          "household_id": 19}  # fmt: skip
MOST_ROWS = 1_048_575  # of a sheet, below its header
_LONGEST = 32_000  # signs of a cell; Excel takes 32,767
_NAME = 31  # signs of a sheet's name


def write(findings: pd.DataFrame, places: pd.DataFrame, path: Path | str, lang: str = "zh",
          names: Mapping[str, str] | None = None) -> Path:  # fmt: skip
    """Write the workbook, whole or not at all, readable by its owner only; returns its path.

    `findings` has one row per finding (`load.findings`), `places` one per row read with `table, line, township_code`
    (`load.row_places`), `names` the townships' names by code. First a sheet that explains and counts by rule, then a sheet for
    each township in code order, last one for rows whose township cannot be told; a sheet that is full goes on in another. Every
    text is written as text, whatever sign it begins with. InputError when the file cannot be written.
    """
    language.check(lang)
    path = Path(path)
    told = _by_township(findings, places)
    with excel.written(path, _words(lang)("Doubtful rows of the register")) as book:
        _sheets(book, findings, told, names or {}, lang)
    return path


def _words(lang: str) -> Any:
    return language.translator(lang).gettext


def _by_township(findings: pd.DataFrame, places: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The findings of each township, by code; those of rows that belong nowhere last, under an empty code."""
    codes = places[["table", "line", "township_code"]]
    placed = findings.merge(codes, on=["table", "line"], how="left", validate="many_to_one")
    placed["township_code"] = placed["township_code"].fillna("")
    groups = [(str(code), rows) for code, rows in placed.groupby("township_code", sort=True)]
    return sorted(groups, key=lambda group: (group[0] == "", group[0]))


def _sheets(book: Any, findings: pd.DataFrame, told: list[tuple[str, pd.DataFrame]], names: Mapping[str, str], lang: str) -> None:
    _ = _words(lang)
    formats = {"head": book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top", "border": 1}),
               "cell": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
               "number": book.add_format({"valign": "top"})}  # fmt: skip
    taken: set[str] = set()
    _explain(book.add_worksheet(sheet_name(_("Read me"), taken)), findings, formats, lang)
    for code, rows in told:
        title = names.get(code, code) if code else _("Township unknown")
        title = language.place(title, lang) if code else title
        for start in range(0, len(rows), MOST_ROWS):
            _list(book.add_worksheet(sheet_name(title, taken)), rows.iloc[start : start + MOST_ROWS], formats, lang)


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 signs, none of []:*?/\\, no apostrophe at the ends, and none twice; noted in `taken`.

    >>> taken = set()
    >>> sheet_name("新安镇", taken), sheet_name("新安镇", taken), sheet_name("a/b:c", taken)
    ('新安镇', '新安镇 (2)', 'a b c')
    """
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")[:_NAME].strip(" '") or "-"
    name, number = clean, 1
    while name.casefold() in taken:
        number += 1
        name = f"{clean[: _NAME - len(str(number)) - 3]} ({number})"
    taken.add(name.casefold())
    return name


def _page(sheet: Any, widths: list[int], header_row: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header_row)
    sheet.freeze_panes(header_row + 1, 0)
    sheet.set_footer("&C&P / &N")
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)


def _text(sheet: Any, row: int, at: int, value: object, form: Any) -> None:
    text = "" if language.is_missing(value) else str(value)
    sheet.write_string(row, at, text[:_LONGEST], form)


def _list(sheet: Any, rows: pd.DataFrame, formats: dict[str, Any], lang: str) -> None:
    _page(sheet, [WIDTHS[name] for name in COLUMNS], 0)
    for at, name in enumerate(COLUMNS):
        label = dictionary.label(f"{name}_{lang}" if name in ("message", "mend") else name, lang)
        _text(sheet, 0, at, label, formats["head"])
    for row, values in enumerate(_listed(rows, lang), start=1):
        for at, value in enumerate(values):
            if COLUMNS[at] == "row":
                sheet.write_number(row, at, value, formats["number"])
            else:
                _text(sheet, row, at, value, formats["cell"])
    sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)


def _listed(rows: pd.DataFrame, lang: str) -> Iterator[tuple[Any, ...]]:
    severities = {severity: dictionary.value_label("severity", severity, lang) for severity in rows["severity"].unique()}
    listed = rows.assign(severity=rows["severity"].map(severities), message=rows[f"message_{lang}"], mend=rows[f"mend_{lang}"])
    return listed[COLUMNS].itertuples(index=False, name=None)


def _in_general(messages: pd.Series) -> str:
    """What a rule says of all its rows: its message, without the numbers of one of them where they differ."""
    first = str(messages.iloc[0])
    return first if messages.nunique() < 2 else re.sub(r"\d[\d,.]*", "…", first)


def _explain(sheet: Any, findings: pd.DataFrame, formats: dict[str, Any], lang: str) -> None:
    """What the workbook is, how to use it, and how many rows each check found."""
    _ = _words(lang)
    lines = [
        _("Doubtful rows of the register"),
        _("Each sheet lists one township's rows; file, sheet and row say where to find the cell in your own file."),
        _("Correct it at the source (in the system or the file), not here; then export and check again."),
        _(
            "An error sets the row aside: it is not counted until it is mended. "
            "A doubt is a question to look into, and no verdict."
        ),
        _("••• stands for protected values. Keep this file as you keep the register, and pass it on to nobody."),
    ]
    header = len(lines) + 1
    _page(sheet, [20, 16, 56, 12], header)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
    labels = [dictionary.label(name, lang) for name in ("code", "severity", f"message_{lang}", "rows_found")]
    for at, label in enumerate(labels):
        _text(sheet, header, at, label, formats["head"])
    keys = ["severity", "code"]
    counted = findings.groupby(keys, as_index=False).agg(message=(f"message_{lang}", _in_general), rows=("row", "size"))
    counted = counted.sort_values(["severity", "rows", "code"], ascending=[True, False, True], kind="stable")
    for row, found in enumerate(counted.itertuples(index=False), start=header + 1):
        severity = dictionary.value_label("severity", found.severity, lang)
        for at, value in enumerate((found.code, severity, found.message)):
            _text(sheet, row, at, value, formats["cell"])
        sheet.write_number(row, 3, int(str(found.rows)), formats["number"])
    sheet.autofilter(header, 0, header + max(len(counted), 1), 3)
