"""The data dictionary: every column and coded value by one English name, with its source headers and labels."""

import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

import pandas as pd

from tuopin_analysis import LANGUAGES as LANGUAGES
from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest

COLUMNS = pd.read_csv(paths.DATA / "dictionary.csv", dtype=str, keep_default_na=False)
CODES = pd.read_csv(paths.DATA / "codes.csv", dtype=str, keep_default_na=False)
_JOIN = {"zh": "、", "en": ", "}


@cache
def columns(table: str) -> pd.DataFrame:
    """The dictionary of one table: one row per column, indexed by the column's name, in file order.

    >>> columns("events").loc["event_date", "type"]
    'date'
    """
    known = COLUMNS["table"].unique()
    if table not in known:
        where = "data/dictionary.csv"
        raise InputError(Fault(f"unknown table '{table}'", where, "a table of the dictionary", nearest(table, known)))
    return COLUMNS[COLUMNS["table"] == table].set_index("column")


def _language(lang: str) -> str:
    if lang not in LANGUAGES:
        raise InputError(Fault(f"unknown language '{lang}'", "lang", "zh or en", nearest(lang, LANGUAGES)))
    return f"label_{lang}"


@cache
def _rows() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in COLUMNS.to_dict("records"):
        found.setdefault(row["column"], []).append({str(name): str(value) for name, value in row.items()})
    return found


def entry(column: str, table: str | None = None) -> dict[str, str]:
    """What the dictionary says of a column: in `table`, else in the result tables, else in the first table that has it.

    >>> entry("cause_main")["label_zh"], entry("not_a_column")
    ('主要致贫原因', {})
    """
    rows = [row for row in _rows().get(column, []) if table in (None, row["table"])]
    return next((row for row in rows if row["table"] == "results"), rows[0] if rows else {})


@cache
def label(column: str, lang: str = "zh", table: str | None = None) -> str:
    """How a page names a column: from `table`, else from the result tables, else from the first table that has it.

    >>> label("cause_main", "zh"), label("share_persons", "en"), label("not_a_column", "en")
    ('主要致贫原因', 'Share of persons', 'not_a_column')
    """
    field = _language(lang)
    return entry(column, table).get(field, column)


@cache
def code_lists_of(column: str) -> list[str]:
    """The code lists whose values a column may hold, over all tables; none for a column that is not coded.

    >>> code_lists_of("cause_main"), code_lists_of("size")
    (['cause', 'cause_group'], [])
    """
    lists = ["truth" if row["type"] == "yesno" else row["codes"] for row in _rows().get(column, [])]
    return [name for name in dict.fromkeys(lists) if name]


def one_of(code_list: str, value: object, where: str) -> str:
    """The value itself; InputError, with the nearest ones, when it is none of a code list's.

    >>> one_of("denominator", "baseline", "-p")
    'baseline'
    """
    known = CODES.loc[CODES["list"] == code_list, "value"].tolist()
    if value not in known:
        raise InputError(Fault(f"unknown {code_list} '{value}'", where, " or ".join(known), nearest(value, known)))
    return str(value)


def value_label(code_list_or_column: str, value: object, lang: str = "zh") -> str:
    """How a page names a coded value (several joined by ";" are named one by one); the value itself if it is not in the list.

    >>> value_label("cause", "illness", "en"), value_label("cause_main", "other"), value_label("has_power", True)
    ('Illness', '因求学、缺乏劳动力等', '是')
    >>> value_label("health", "disabled;healthy")
    '残疾、健康'
    """
    field = _language(lang)
    return _JOIN[lang].join(_value_labels(code_list_or_column, field).get(part, part) for part in str(value).split(";"))


@cache
def _value_labels(name: str, field: str) -> dict[str, str]:
    lists = [name] if name in set(CODES["list"]) else code_lists_of(name)
    rows = CODES[CODES["list"].isin(lists)].sort_values("list", key=lambda col: col.map(lists.index), kind="stable")
    return dict(zip(rows["value"][::-1], rows[field][::-1], strict=True))  # the first list that has a value names it


def normalise_header(text: object) -> str:
    """A header as it is compared: full-width letters, digits and brackets folded; spaces, line breaks and invisible signs gone.

    >>> normalise_header(" 务工时间\\n（月） ")
    '务工时间(月)'
    """
    folded = unicodedata.normalize("NFKC", str(text))
    kept = "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", kept)


@cache
def _converter() -> Callable[[str], str]:
    import opencc  # here, because most registers never need it

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """Chinese text in simplified characters; what has none of its own stays.

    >>> simplified("與戶主關係"), simplified("Age")
    ('与户主关系', 'Age')
    """
    try:
        text.encode("gb2312")  # which has simplified characters only: most texts end here, and quickly
    except UnicodeEncodeError:
        return _converter()(text)
    return text


@cache
def headers(table: str) -> dict[str, str]:
    """Every header under which a table's columns are found in files, normalised, and the column it stands for.

    >>> headers("households")["家庭人口数"]
    'size'
    """
    found: dict[str, str] = {}
    for column, row in columns(table).iterrows():
        for header in [*row["source_headers"].split("|"), row["label_zh"], str(column)]:
            if header and found.setdefault(normalise_header(header), str(column)) != column:
                raise InputError(Fault(f"header '{header}' stands for two columns of {table}", "data/dictionary.csv"))
    return found


@cache
def _decoder(list_name: str) -> dict[str, str]:
    rows = CODES[CODES["list"] == list_name]
    if rows.empty:
        known = CODES["list"].unique()
        where = "data/codes.csv"
        raise InputError(Fault(f"unknown code list '{list_name}'", where, "a list of codes.csv", nearest(list_name, known)))
    found: dict[str, str] = {}
    for row in rows.itertuples():
        for text in [row.code, str(row.code).lstrip("0"), row.label_zh, *str(row.aliases).split("|"), row.value]:
            if text:
                found.setdefault(normalise_header(text).casefold(), str(row.value))
    return found


def decode(list_name: str, text: object) -> str | None:
    """The identifier behind a code, a code without its leading nought, a label, another spelling or the identifier itself.

    >>> [decode("cause", text) for text in ("01", "1", "因病致贫", "illness", "因學", "因懒")]
    ['illness', 'illness', 'illness', 'illness', 'schooling', None]
    """
    known, folded = _decoder(list_name), normalise_header(text).casefold()
    return known.get(folded) or known.get(simplified(folded))
