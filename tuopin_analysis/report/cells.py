"""One cell of a table as a page writes it: by the column's entry in the data dictionary."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from tuopin_analysis import harmless
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language

SHARE = "share from 0 to 1"
DIGITS = {"0 to 1": 3, "ratio": 2, "persons per household": 2, "persons per month": 1, "months": 1, "townships": 1,
          "points from 0 to 100": 1}  # fmt: skip
PLACES = {"township", "village", "key", "claimed", "largest", "first", "second"}
PLAIN = {"row"}
SLOPES = {"trend_yearly", "distance_trend_yearly"}
COUNTED = {"persons", "villages", "counties"}
SIGNED = {"gap", "break", "moved", "difference_households", "difference_persons", "distance", *SLOPES}
Format = Callable[[Any], str]


def described(column: str) -> dict[str, str]:
    """What the dictionary says of a column: type, unit and the rest, of result tables first; nothing for an unknown one."""
    return dictionary.entry(column)


def is_share(column: str) -> bool:
    """Whether a column holds shares from 0 to 1."""
    return described(column).get("unit") == SHARE


def is_additive(column: str, values: pd.Series) -> bool:
    """Whether the column's values may be added up: counts of households, persons, rows and the like, or yuan."""
    known = described(column)
    return pd.api.types.is_numeric_dtype(values) and known.get("unit") in {"households", "persons", "rows", "complaints", "yuan"}


def is_numeric(column: str, values: pd.Series) -> bool:
    """Whether a column is set as figures, to the right."""
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return (number and not dictionary.code_lists_of(column)) or column == "right"


def item_label(item: str, lang: str) -> str:
    """What an audited figure is, from its name.

    >>> item_label("causes.illness.share_persons", "en"), item_label("causes.illness.share_persons", "zh")
    ('Causes: illness, share of persons', '致贫原因：因病占人口比重')
    >>> item_label("townships.households", "zh")
    '乡镇分布：户数合计'
    """
    _ = language.translator(lang).gettext
    table, *parts = item.split(".")
    if parts == ["share_of_population"]:
        what = _("share of the county's population")
    elif len(parts) == 1:
        what = _("sum of {column}").format(column=language.inside(dictionary.label(parts[0], lang), lang))
    else:
        cause, column = dictionary.value_label("cause_main", parts[0], lang), dictionary.label(parts[-1], lang)
        what = _("{name}, {column}").format(name=language.inside(cause, lang), column=language.inside(column, lang))
    return dictionary.value_label("table", table, lang) + _(": ") + what


def _audited(row: pd.Series, column: str, lang: str) -> str:
    """A stated share with the digits it was stated with, a computed one with two; a sum as a count."""
    if "share" not in str(row["item"]):
        return language.count(row[column], lang)
    stated_digits = 0 if language.is_missing(row.get("digits")) else int(row["digits"])
    return language.share(row[column], lang, stated_digits if column == "stated" else 2)


def _in_unit(row: dict[Any, Any], column: str, lang: str) -> str:
    """A figure of a row that has a unit of its own: whole numbers of what can be counted, one decimal of the rest."""
    digits = 2 if column in SLOPES else 0 if row["goal_unit"] in COUNTED else 1
    return language.number(row[column], lang, digits, sign=column in SIGNED)


def coded(column: str, value: Any, lang: str) -> str:
    """Codes by their labels, several joined by ";".

    >>> coded("cause_main", "illness;lack_of_labour", "en"), coded("cause_main", "illness;lack_of_labour", "zh")
    ('Illness, lack of labour', '因病、缺劳力')
    """
    return _joined([dictionary.value_label(column, part, lang) for part in str(value).split(";")], lang)


def named(value: Any, lang: str) -> str:
    """Codes and names of places and causes, several joined by ";"."""
    coded = [dictionary.value_label("cause_main", part, lang) for part in str(value).split(";")]
    return _joined([language.place(_item(part, lang), lang) for part in coded], lang)


def _joined(labels: list[str], lang: str) -> str:
    """Labels in a cell: the first begins it, the others are inside."""
    first, *others = labels
    inside = [language.inside(other, lang) for other in others]
    return language.begun(language.translator(lang).gettext(", ").join([first, *inside]), lang)


def _item(part: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    return {"registered_households": _("registered households"), "registered_persons": _("registered persons")}.get(part, part)


def _format(column: str, values: pd.Series, lang: str) -> Format:
    """How the values of a column are written."""
    known = described(column)
    if column in PLACES or column == "claim":
        return lambda value: named(value, lang)
    if column == "period":
        return lambda value: language.month(value, lang, short=True)
    if column == "item":
        return lambda value: item_label(value, lang)
    if column == "right":
        return lambda value: language.count(value, lang) if str(value).isdecimal() else str(value).replace(" %", "%")
    if pd.api.types.is_bool_dtype(values):
        return lambda value: dictionary.value_label("truth", bool(value), lang)
    if dictionary.code_lists_of(column):
        return lambda value: coded(column, value, lang)
    if pd.api.types.is_datetime64_any_dtype(values):
        return lambda value: language.day(value, lang, short=True)
    if not pd.api.types.is_numeric_dtype(values) or column in PLAIN or column.endswith("_year"):
        return str
    return _number_format(column, known.get("unit", ""), values, lang)


def _number_format(column: str, unit: str, values: pd.Series, lang: str) -> Format:
    if unit == SHARE:
        return lambda value: language.share(value, lang)
    if unit == "percentage points":
        return lambda value: language.points(value, lang)
    whole = pd.api.types.is_integer_dtype(values) or unit in {"households", "persons", "yuan", "rows"}
    digits = DIGITS.get(unit, 0 if whole else 2)
    return lambda value: language.number(value, lang, digits, sign=column in SIGNED)


def written(frame: pd.DataFrame, lang: str, total: Mapping[str, object] | None = None) -> pd.DataFrame:
    """The frame with every value as the page writes it; missing values as "—"; `total` is written below as a last row.

    >>> written(pd.DataFrame({"cause_main": ["illness"], "persons": [2112], "share_persons": [None]}), "en").iloc[0].tolist()
    ['Illness', '2,112', '—']
    """
    columns = {}
    for column in map(str, frame.columns):
        values = frame[column]
        if column in {"stated", "computed"} and "item" in frame:
            columns[column] = [_audited(row, column, lang) for _, row in frame.iterrows()]
            continue
        if described(column).get("unit") == "its own unit" and "goal_unit" in frame:
            columns[column] = [_in_unit(row, column, lang) for row in frame.to_dict("records")]
            continue
        form = _format(column, values, lang)
        listed = [*values, *([total.get(column)] if total else [])]
        columns[column] = [language.MISSING if language.is_missing(value) else harmless.plain(form(value)) for value in listed]
    return pd.DataFrame(columns, dtype="object")
