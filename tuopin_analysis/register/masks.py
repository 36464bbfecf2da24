"""Masks: names, ID numbers and telephones hidden in part, and found in text where they should not stand."""

import re
import unicodedata
from functools import lru_cache

import pandas as pd

from tuopin_analysis import harmless

# Surnames of two characters, written one behind the other.
COMPOUND = frozenset(
    re.findall(
        "..",
        (
            "欧阳司马上官诸葛东方皇甫尉迟公孙令狐慕容宇文长孙司徒司空夏侯端木百里东郭南宫呼延轩辕独孤太史申屠"
            "澹台公冶宗政濮阳淳于单于钟离闻人赫连拓跋万俟公羊仲孙鲜于闾丘司寇巫马公西颛孙壤驷公良漆雕乐正宰父"
            "谷梁段干西门东门第五纳兰完颜"
        ),
    )
)

MASK = "•••"
# Numbers of persons in running text. Digits behind a decimal point are a fraction's. A landline without its area code can't be
# told from a day or an amount.
_PERSONAL = re.compile(
    r"(?<![0-9])(?<![0-9]\.)[0-9](?:[\s-]{0,2}[0-9]){14,}[Xx]?"  # ID numbers and certificates, also in groups
    r"|[0-9]{3,}[*×xX]{4,}[0-9]{0,4}[Xx]?"  # already masked by somebody: 130123********1234, 138****5678
    r"|(?<![0-9])(?<![0-9]\.)(?:\+?86[\s-]?)?1[0-9]{2}[\s-]?[0-9]{4}[\s-]?[0-9]{4}(?![0-9])"  # mobile numbers
    r"|(?<![0-9])\(?0[1-9][0-9]{1,2}\)?[\s-]?[0-9]{7,8}(?![0-9])"  # landlines
)


def mask_name(name: str) -> str:
    """A name with all but its first (and, from three characters on, its last) character hidden; the length is kept.

    A compound surname is kept whole. A name in Latin letters, or of several parts joined by "·", keeps its first character only:
    how it divides into surname and given name is not known.

    >>> [mask_name(name) for name in ("张小三", "张三", "欧阳小明", "欧阳明", "张", "买买提·艾力", "Li Ming")]
    ['张*三', '张*', '欧阳*明', '欧阳*', '*', '买**·**', 'L* ****']
    """
    name = name.strip()
    if len(name) < 2:
        return "*" * len(name)
    if not re.fullmatch(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}", name):
        return name[0] + re.sub(r"[^·• ]", "*", name[1:]) if name[0].isalpha() else "*" * len(name)
    head = 2 if name[:2] in COMPOUND and len(name) > 2 else 1
    tail = 1 if len(name) >= head + 2 else 0
    return name[:head] + "*" * (len(name) - head - tail) + name[len(name) - tail :]


def mask_id(number: str) -> str:
    """An ID number with the days of birth hidden, as notices write it; the certificates of the disabled hide type and grade too.

    18 digits: the first 6 and the last 4 stay; 15 digits: the first 6 and the last 3; 20 or 22: the first 6 alone. Anything
    else is hidden whole. The six digits are a county's code; with the last four a neighbour may still recognise somebody.

    >>> [mask_id(number) for number in ("130199196002290117", "130199600229011", "13019919600229011743", "12345")]
    ['130199********0117', '130199******011', '130199**************', '*****']
    """
    number = unicodedata.normalize("NFKC", number).strip()
    if re.fullmatch(r"[0-9]{17}[0-9Xx]", number):
        return number[:6] + "*" * 8 + number[-4:]
    if re.fullmatch(r"[0-9]{15}", number):
        return number[:6] + "*" * 6 + number[-3:]
    if re.fullmatch(r"[0-9]{17}[0-9Xx](?:[0-9]{2}|[0-9]{4})", number):
        return number[:6] + "*" * (len(number) - 6)
    return "*" * len(number)


def mask_phone(number: str) -> str:
    """A telephone number: a mobile one keeps 3 digits before and 4 behind, a landline its area code; others are hidden whole.

    >>> [mask_phone(number) for number in ("13812345678", "0311-88021234", "88021234")]
    ['138****5678', '0311-********', '********']
    """
    number = unicodedata.normalize("NFKC", number).strip()
    if re.fullmatch(r"1[3-9][0-9]{9}", number):
        return number[:3] + "*" * 4 + number[-4:]
    if landline := re.fullmatch(r"(0[1-9][0-9]{1,2}-)([0-9]{7,8})", number):
        return landline[1] + "*" * len(landline[2])
    return "*" * len(number)


@lru_cache(maxsize=65536)
def holds_number(text: str) -> bool:
    """Whether an ID-like or telephone-like number stands in a text: such a text is shown nowhere.

    ID-like are 15 and more digits, also in groups or full width, and numbers that somebody masked in part; telephone-like are
    eleven digits that begin with 1, and landlines with their area code.

    >>> [holds_number(text) for text in ("王某130199196002290117", "１３８ １２３４ ５６７８", "0311-88021234")]
    [True, True, True]
    >>> [holds_number(text) for text in ("北贾村", "130123100210", "2016-12-31", "0.30000000000000004")]
    [False, False, False, False]
    """
    return bool(_PERSONAL.search(_as_seen(text)))


def personal(texts: pd.Series) -> pd.Series:
    """Which texts of a column hold such a number; looked at once for each distinct text. Same index; missing ones don't.

    >>> personal(pd.Series(["北贾村", None, "13812345678"])).to_list()
    [False, False, True]
    """
    return texts.isin([text for text in texts.dropna().unique() if holds_number(str(text))])


def without_numbers(text: str) -> str:
    """A text with every ID-like and telephone-like number as •••; any other text as it is.

    >>> without_numbers("columns not read: 联系人王某某13812345678、备注")
    'columns not read: 联系人王某某•••、备注'
    """
    while holds_number(text):
        text = _PERSONAL.sub(MASK, _as_seen(text))
    return text


def _as_seen(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", harmless.plain(text))
