"""Cells to values: text, numbers, days, yes/no and codes, and which cells could not be read."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import pandas as pd

from tuopin_analysis.register import dictionary

UNREADABLE = {
    "integer": "not_number",
    "number": "not_number",
    "date": "not_date",
    "code": "unknown_code",
    "codes": "unknown_code",
    "yesno": "unknown_code",
}
_DTYPES: dict[str, Any] = {"integer": "Int64", "number": "float64", "date": "datetime64[us]", "yesno": "boolean"}
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?(?:[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?", re.ASCII)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
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
    """The day a text stands for; a year and month stand for the first of that month; None when it is none.

    >>> [str(day(t)) for t in ("2016-12-31", "2016年12月31日", "2016/12/31", "20161231", "2013-11", "２０１３年１１月")]
    ['2016-12-31', '2016-12-31', '2016-12-31', '2016-12-31', '2013-11-01', '2013-11-01']
    >>> day("2016-02-30"), day("三月"), day("2016")
    (None, None, None)
    """
    folded = unicodedata.normalize("NFKC", written).strip()
    match = _DAY.fullmatch(folded) or _COMPACT_DAY.fullmatch(folded)
    try:
        found = date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None
    except ValueError:
        return None
    return found if found and 1850 <= found.year <= 2150 else None


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


def _id_number(written: str) -> str:
    return re.sub(r"[\s'’]", "", unicodedata.normalize("NFKC", written)).upper()


def _parser(kind: str, list_name: str) -> Callable[[str], object]:
    return {
        "integer": integer, "number": number, "date": day, "yesno": _yesno, "id": _id_number,
        "code": lambda written: dictionary.decode(list_name, written), "codes": lambda written: codes(list_name, written),
    }.get(kind, lambda written: written)  # fmt: skip


def column(cells: Iterable[object], kind: str, list_name: str = "") -> tuple[pd.Series, pd.Series]:
    """A column of cells as a typed series, and which of its cells are filled but cannot be read (those are missing).

    >>> values, unreadable = column(["3", "三人", ""], "integer")
    >>> values.to_list(), unreadable.to_list()
    ([3, <NA>, <NA>], [False, True, False])
    """
    parse = _parser(kind, list_name)
    texts = [text(cell) for cell in cells]
    parsed = {written: parse(written) for written in set(texts) - {""}}
    parsed[""] = None
    found = [parsed[written] for written in texts]
    unreadable = [value is None and written != "" for value, written in zip(found, texts, strict=True)]
    return pd.Series(found, dtype=_DTYPES.get(kind, "str")), pd.Series(unreadable, dtype=bool)
