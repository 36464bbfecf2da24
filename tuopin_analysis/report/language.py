"""The two languages of a report: catalogues of its texts, and how numbers, shares and days are written.

One rule for both languages: thousands separated by commas (1,695), per cent without a space (57.8%), halves rounded up,
and no space between Chinese characters and figures. What is missing is written "—".
"""

import csv
import gettext
import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from tuopin_analysis import LANGUAGES, paths
from tuopin_analysis.errors import Fault, InputError, nearest

LOCALE = Path(__file__).resolve().parents[1] / "locale"
DOMAIN = "tuopin"
MISSING = "—"
SUPPRESSED = "×"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NAMES = {"Chinese", "English", "Gini", "Herfindahl"}  # first words of labels that are names


def check(lang: str) -> str:
    """The language itself; InputError when reports are not written in it."""
    if lang not in LANGUAGES:
        raise InputError(Fault(f"unknown language '{lang}'", "lang", " or ".join(LANGUAGES), nearest(lang, LANGUAGES)))
    return lang


@cache
def translator(lang: str) -> gettext.NullTranslations:
    """The texts of a language, with `gettext` and `ngettext`. English is the language of the msgids and has no catalogue.

    >>> translator("zh").gettext("Place"), translator("en").gettext("Place")
    ('地区', 'Place')
    """
    path = LOCALE / check(lang) / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return gettext.NullTranslations()
    from babel.messages import mofile, pofile

    with path.open("rb") as file:
        catalogue = pofile.read_po(file, locale=lang)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def is_missing(value: Any) -> bool:
    """Whether a single value is missing (None, NaN, NA, NaT or an empty text)."""
    if isinstance(value, str | int | None):
        return value is None or value == ""
    import pandas as pd  # here: a batch in which nothing has changed does without it, and it takes most of a second

    return bool(pd.isna(value))


def number(value: Any, lang: str = "zh", digits: int = 0, sign: bool = False) -> str:
    """A number with `digits` decimals, halves rounded up (away from nought); with `sign`, a plus before what is above nought.

    >>> number(1694.5), number(-0.04, digits=1), number(2.25, digits=1, sign=True), number(None)
    ('1,695', '0.0', '+2.3', '—')
    """
    check(lang)
    if is_missing(value):
        return MISSING
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    if not rounded:
        return f"{abs(rounded):,}"
    return f"{'−' if rounded < 0 else '+' if sign else ''}{abs(rounded):,}"


def count(value: Any, lang: str = "zh") -> str:
    """A whole number.

    >>> count(3654)
    '3,654'
    """
    return number(value, lang)


def counted(value: Any, unit: str, lang: str = "zh") -> str:
    """A number of households, persons, places or the like, with its unit.

    >>> counted(1, "persons", "en"), counted(1695, "households", "en"), counted(3654, "persons")
    ('1 person', '1,695 households', '3,654人')
    """
    ngettext, n = translator(lang).ngettext, 0 if is_missing(value) else abs(int(value))
    forms = {
        "households": ngettext("{n} household", "{n} households", n),
        "persons": ngettext("{n} person", "{n} persons", n),
        "townships": ngettext("{n} township", "{n} townships", n),
        "villages": ngettext("{n} village", "{n} villages", n),
        "rows": ngettext("{n} row", "{n} rows", n),
        "shares": ngettext("{n} stated share", "{n} stated shares", n),
    }
    return forms[unit].format(n=count(value, lang))


def share(value: Any, lang: str = "zh", digits: int = 1) -> str:
    """A share from 0 to 1 as per cent, halves rounded up.

    >>> share(2112 / 3654), share(0.4, digits=0), share(0.36453), share(float("nan"))
    ('57.8%', '40%', '36.5%', '—')
    """
    text = number(None if is_missing(value) else Decimal(str(value)) * 100, lang, digits)
    return text if text == MISSING else f"{text}%"


def points(value: Any, lang: str = "zh") -> str:
    """A difference in percentage points (5.21), signed, without the unit.

    >>> points(5.21), points(-0.2), points(0.01)
    ('+5.2', '−0.2', '0.0')
    """
    return number(value, lang, 1, sign=True)


def day(value: date | str, lang: str = "zh", short: bool = False) -> str:
    """A day in words; `short`, as in tables, with the English month in three letters.

    >>> day("2016-12-31"), day("2016-12-31", "en"), day("2016-12-31", "en", short=True)
    ('2016年12月31日', '31 December 2016', '31 Dec 2016')
    """
    when = date.fromisoformat(value) if isinstance(value, str) else value.date() if isinstance(value, datetime) else value
    if check(lang) == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    name = MONTHS[when.month - 1]
    return f"{when.day} {name[:3] if short else name} {when.year}"


def month(period: str, lang: str = "zh", short: bool = False) -> str:
    """A month ("2016-12") in words; `short`, as in tables, with the English month in three letters.

    >>> month("2016-12"), month("2016-12", "en"), month("2016-09", "en", short=True)
    ('2016年12月', 'December 2016', 'Sep 2016')
    """
    year, number_ = (int(part) for part in period.split("-"))
    if check(lang) == "zh":
        return f"{year}年{number_}月"
    name = MONTHS[number_ - 1]
    return f"{name[:3] if short else name} {year}"


def listed(names: Iterable[str], lang: str = "zh") -> str:
    """Names in a sentence.

    >>> listed(["南牛乡", "新安镇"]), listed(["a", "b", "c"], "en"), listed(["a"], "en")
    ('南牛乡、新安镇', 'a, b and c', 'a')
    """
    names = list(names)
    if check(lang) == "zh" or len(names) < 2:
        return "、".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def inside(label: str, lang: str = "zh") -> str:
    """A label of a code or a column inside a sentence: English labels begin with a capital, and have a small letter there.

    For a label that begins a sentence, a title or an item (a table's cell, a legend, an axis, a heading) nothing is to be done.
    Abbreviations, names that have a capital everywhere, and places stay as they are; Chinese has no capitals.

    >>> inside("Lack of land", "en"), inside("ID number", "en"), inside("Gini coefficient", "en"), inside("Xin'an", "en")
    ('lack of land', 'ID number', 'Gini coefficient', "Xin'an")
    >>> inside("A member seriously ill", "en"), inside("因病", "zh")
    ('a member seriously ill', '因病')
    """
    first = label.partition(" ")[0]
    is_name = first in NAMES or label in _english_places() or first != first.capitalize()  # such as ID and PM2.5
    if check(lang) == "zh" or is_name:
        return label
    return label[:1].lower() + label[1:]


def begun(text: str, lang: str = "zh") -> str:
    """A text that begins a sentence: in English with a capital.

    >>> begun(listed([inside("Illness", "en"), inside("Disability", "en")], "en"), "en"), begun("因病", "zh")
    ('Illness and disability', '因病')
    """
    return text if check(lang) == "zh" else text[:1].upper() + text[1:]


@cache
def _english_places() -> frozenset[str]:
    return frozenset(english for _chinese, english in _places().values())


@cache
def _places() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for file_name in ("villages.csv", "townships.csv"):
        with (paths.PLACES / file_name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                names = (row["name"], row.get("name_en") or row["name"])
                found |= {row["code"]: names, row["name"]: names}
    return found


def known_place(code: str) -> tuple[str, ...]:
    """A township or village of the shipped lists in both languages, Chinese first; nothing for any other.

    >>> known_place("130123103"), known_place("county")
    (('新安镇', "Xin'an"), ())
    """
    return _places().get(code, ())


def place(name: str, lang: str = "zh") -> str:
    """A township or village, given by its code or Chinese name, as the language writes it; any other name as it is.

    >>> place("130123103"), place("新安镇", "en"), place("130123100001"), place("elsewhere", "en")
    ('新安镇', "Xin'an", '恒东小区居委会', 'elsewhere')
    """
    names = _places().get(name) or _elsewhere(name)
    return name if names is None else names[check(lang) == "en"]


@cache
def _elsewhere(code: str) -> tuple[str, str] | None:
    """A township of another county, by its code; Chinese in both languages."""
    if not re.fullmatch(r"\d{9}", code):
        return None
    import pyarrow.parquet as pq

    found = pq.read_table(paths.PLACES / "townships_2016.parquet", filters=[("township_code", "=", code)])["township"].to_pylist()
    return (found[0], found[0]) if found else None
