"""Cells to values: text, numbers, days, yes/no and codes, and which cells could not be read."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from tuopin_analysis.register import dictionary, identity

UNREADABLE = {
    "integer": "not_number",
    "number": "not_number",
    "date": "not_date",
    "code": "unknown_code",
    "codes": "unknown_code",
    "yesno": "unknown_code",
    "date_or_year": "not_date",
    "id": "rounded",
    "key": "rounded",
}
_DTYPES: dict[str, Any] = {"integer": "Int64", "number": "float64", "date": "datetime64[us]", "date_or_year": "datetime64[us]",
                           "yesno": "boolean"}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?(?:[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?", re.ASCII)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.ASCII)
_SERIAL = re.compile(r"([1-9]\d{4})(\.\d+)?", re.ASCII)  # Excel's days: from 1927 to 2150 they have five digits
_EXCEL_EPOCH = date(1899, 12, 30)
_YEAR = re.compile(r"(\d{4})年?(?:度)?", re.ASCII)
_UNITS = {
    "persons": ("人", "口", "口人"),
    "yuan per household and year": ("元", "元/年", "元/户"),
    "yuan per person and year": ("元", "元/年", "元/人"),
    "mu": ("亩",),
    "km": ("公里", "km"),
    "square metres": ("平方米", "平米", "m2"),
    "months per year": ("个月", "月"),
}
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d{2}", re.ASCII | re.IGNORECASE)  # how Excel shows a long number
_ROUNDED_ID = re.compile(r"\d{15}000", re.ASCII)
_SEPARATOR = re.compile(r"[,、;/\s]+")


def text(cell: object) -> str:
    """The text of a cell as it is compared: whole numbers without decimals, days as ISO text, spaces at the ends gone.

    >>> text(3.0), text(date(2016, 1, 2)), text(" 因病 "), text(None), text(True)
    ('3', '2016-01-02', '因病', '', '1')
    """
    if isinstance(cell, str):
        return cell.strip("\u200b\ufeff \t\r\n\u3000\xa0")
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return "" if math.isnan(cell) else str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    return str(cell)


def number(written: str) -> float | None:
    """The number a text stands for; None when it is none. Full-width digits and thousands separators are read.

    >>> number("2855"), number("２８５５"), number("2,855.5"), number("三人"), number("nan")
    (2855.0, 2855.0, 2855.5, None, None)
    """
    folded = unicodedata.normalize("NFKC", written).strip()
    return float(folded.replace(",", "")) if _NUMBER.fullmatch(folded) and math.isfinite(float(folded.replace(",", ""))) else None


def integer(written: str) -> int | None:
    """The whole number a text stands for; None when it is none.

    >>> integer("3"), integer("3.0"), integer("2.5"), integer("1e300")
    (3, 3, None, None)
    """
    found = number(written)
    return int(found) if found is not None and found.is_integer() and abs(found) < 2**53 else None


def day(written: str) -> date | None:
    """The day a text stands for; a year and month stand for the first of that month, five digits for Excel's number of a day.

    >>> [str(day(t)) for t in ("2016-12-31", "2016年12月31日", "2016/12/31", "20161231", "2013-11", "２０１３年１１月")]
    ['2016-12-31', '2016-12-31', '2016-12-31', '2016-12-31', '2013-11-01', '2013-11-01']
    >>> day("2016-02-30"), day("三月"), day("2016"), str(day("42735"))
    (None, None, None, '2016-12-31')
    """
    folded = unicodedata.normalize("NFKC", written).strip()
    if serial := _SERIAL.fullmatch(folded):
        counted = _EXCEL_EPOCH + timedelta(days=int(serial[1]))
        return counted if counted.year <= 2150 else None
    match = _DAY.fullmatch(folded) or _COMPACT_DAY.fullmatch(folded)
    try:
        found = date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None
    except ValueError:
        return None
    return found if found and 1850 <= found.year <= 2150 else None


def day_or_year(written: str) -> date | None:
    """The day a text stands for, where the register's form asks for a year only too: a year is its first day.

    >>> str(day_or_year("2013")), str(day_or_year("２０１３年")), str(day_or_year("2013-11")), day_or_year("13")
    ('2013-01-01', '2013-01-01', '2013-11-01', None)
    """
    year = _YEAR.fullmatch(unicodedata.normalize("NFKC", written).strip())
    return day(f"{year[1]}-01" if year else written)


def without_unit(written: str, unit: str) -> str:
    """A number's text without the unit of its column; with another unit it stays as it is, and so cannot be read as a number.

    >>> without_unit("2,855元", "yuan per household and year"), without_unit("3 人", "persons"), without_unit("3亩", "persons")
    ('2,855', '3', '3亩')
    """
    folded = unicodedata.normalize("NFKC", written).strip()
    for word in _UNITS.get(unit, ()):
        if folded.endswith(word) and number(folded.removesuffix(word)) is not None:
            return folded.removesuffix(word).strip()
    return written


def codes(list_name: str, written: str) -> str | None:
    """Identifiers of several codes in one cell, sorted by code and joined by ";"; None when one of them is not in the list.

    >>> codes("health", "残疾，长期慢性病"), codes("health", "残疾,懒")
    ('chronic_illness;disabled', None)
    """
    parts = [part for part in _SEPARATOR.split(unicodedata.normalize("NFKC", written)) if part]
    found = {dictionary.decode(list_name, part) for part in parts}
    if None in found or not found:
        return None
    order = dictionary.CODES.loc[dictionary.CODES["list"] == list_name, "value"]
    return ";".join(value for value in order if value in found)


def _yesno(written: str) -> bool | None:
    found = dictionary.decode("yesno", written)
    return None if found is None else found == "yes"


def id_number(written: str) -> str | None:
    """An ID number as it is compared; None where Excel has kept its first 15 digits only.

    >>> id_number(" ’１１０１０５１９４９１２３１００２x"), id_number("1.30123E+17"), id_number("130199198001011000")
    ('11010519491231002X', None, None)
    """
    folded = re.sub(r"[\s'’]", "", unicodedata.normalize("NFKC", written)).upper()
    if _SCIENTIFIC.fullmatch(folded):
        return None
    # One number in a thousand ends so rightly, and then its check digit is right; a rounded one passes once in eleven.
    return None if _ROUNDED_ID.fullmatch(folded) and not identity.is_checked(folded) else folded


def key(written: str) -> str | None:
    """A household's or person's number as it is compared; None where it is a long number as Excel shows it.

    >>> key("００1"), key("1e5"), key("1.30123E+17")
    ('001', '1e5', None)
    """
    folded = re.sub(r"\s|^['’]", "", unicodedata.normalize("NFKC", written))
    return None if _SCIENTIFIC.fullmatch(folded) else folded


def _told(cell: object, kind: str) -> str:
    """The text of a cell, for its parser; numbers whose last digits or whose month a number cell has lost become unreadable."""
    if isinstance(cell, float) and math.isfinite(cell):
        if kind == "id" and abs(cell) >= 1e15:
            return "0E+18"
        if kind == "key" and (abs(cell) >= 2**53 or (abs(cell) >= 1e15 and cell % 1000 == 0)):
            return "0E+18"
        if kind.startswith("date") and cell < 10000 and repr(cell).endswith(".1"):
            return f"{cell} or {cell}0"  # 2016.1 as a number: January, or October
    return text(cell)


def _parser(kind: str, list_name: str) -> Callable[[str], object]:
    return {
        "integer": integer, "number": number, "date": day, "date_or_year": day_or_year, "yesno": _yesno,
        "id": id_number, "key": key,
        "code": lambda written: dictionary.decode(list_name, written), "codes": lambda written: codes(list_name, written),
    }.get(kind, lambda written: written)  # fmt: skip


def column(cells: Iterable[object], kind: str, list_name: str = "") -> tuple[pd.Series, pd.Series]:
    """A column of cells as a typed series, and which of its cells are filled but cannot be read (those are missing).

    >>> values, unreadable = column(["3", "三人", ""], "integer")
    >>> values.to_list(), unreadable.to_list()
    ([3, <NA>, <NA>], [False, True, False])
    """
    parse = _parser(kind, list_name)
    texts = [text(cell) if isinstance(cell, str) else _told(cell, kind) for cell in cells]
    parsed = {written: parse(written) for written in set(texts) - {""}}
    parsed[""] = None
    found = [parsed[written] for written in texts]
    unreadable = [value is None and written != "" for value, written in zip(found, texts, strict=True)]
    return pd.Series(found, dtype=_DTYPES.get(kind, "str")), pd.Series(unreadable, dtype=bool)
