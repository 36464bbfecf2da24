"""What should stand in a cell instead: the labels of its code list, or the official names nearest to what is written."""

from collections.abc import Iterable
from functools import cache

import pandas as pd

from tuopin_analysis.register import checks, dictionary, masks, places, values
from tuopin_analysis.register.read import Source

LISTED = 15  # labels of a code list that are named all; of a longer one, the nearest
NEAREST = 3
Hint = tuple[str, str]  # in Chinese and in English, to stand behind a rule's own advice


def of_cells(rule: checks.Check, source: Source, column: str, lines: pd.Index, frame: pd.DataFrame, county: str) -> list[Hint]:
    """One hint a line, empty where the rule has none to give; made once for each distinct text (and township)."""
    cells, problem = source.cells.get(column), rule.arguments.get("problem")
    if cells is None or (rule.kind, problem) not in (("value", "unknown_code"), ("place", "township"), ("place", "village")):
        return [("", "")] * len(lines)
    texts = [values.text(cells[line]) for line in lines]
    towns = frame["township_code"].loc[lines].to_list() if problem == "village" else [""] * len(texts)
    pairs = list(zip(texts, towns, strict=True))
    if problem == "unknown_code":
        described = dictionary.columns(source.table).loc[column]
        made = {pair: labels(described["codes"] or "yesno", pair[0]) for pair in set(pairs)}
    else:
        made = {pair: names(pair[0], _official(county, pair[1])) for pair in set(pairs)}
    return [made[pair] for pair in pairs]


def labels(code_list: str, written: str) -> Hint:
    """The labels of a code list, or of a long one those nearest to a text.

    >>> labels("yesno", "也许")
    ('：是、否', ': 是, 否')
    >>> labels("relation", "儿字")[1].split(": ")[0]
    '; perhaps'
    """
    known = _labels(code_list)
    return _said("：", ": ", known) if len(known) <= LISTED else names(written, known)


@cache
def _labels(code_list: str) -> list[str]:
    return list(dict.fromkeys(dictionary.CODES.loc[dictionary.CODES["list"] == code_list, "label_zh"]))


def names(written: str, known: Iterable[str]) -> Hint:
    """The names nearest to a text; none for a text with the number of a person in it.

    >>> names("正定", ["正定镇", "新城铺镇", "南牛乡"])
    ('；可能是正定镇', '; perhaps: 正定镇')
    """
    from rapidfuzz import fuzz, process

    if masks.holds_number(written):
        return "；核对该行各列是否错位", "; see whether the columns of the row have slipped"
    found = process.extract(written, list(known), scorer=fuzz.ratio, limit=NEAREST, score_cutoff=1)
    return _said("；可能是", "; perhaps: ", [name for name, _, _ in found])


def _said(zh: str, en: str, found: list[str]) -> Hint:
    return (zh + "、".join(found), en + ", ".join(found)) if found else ("", "")


@cache
def _official(county: str, township_code: str) -> list[str]:
    if not township_code:
        return places.townships(county)["township"].to_list()
    listed = places.villages(county)
    return listed.loc[listed["township_code"] == township_code, "village"].to_list()
