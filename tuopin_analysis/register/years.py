"""Codes that mean other things in the forms of 2018 and later: their lists end in _2018 in data/codes.csv."""

from functools import cache

from tuopin_analysis.register import dictionary

LATER = 2018


@cache
def changed() -> frozenset[str]:
    """The code lists that have a later form.

    >>> sorted(changed())
    ['attribute']
    """
    ending = f"_{LATER}"
    return frozenset(name.removesuffix(ending) for name in dictionary.CODES["list"].unique() if name.endswith(ending))


def is_ambiguous(base: str, written: str) -> bool:
    """Whether a text is a bare code whose meaning depends on the year.

    >>> is_ambiguous("attribute", "02"), is_ambiguous("attribute", "04"), is_ambiguous("attribute", "低保户")
    (True, False, False)
    """
    is_code = written.isascii() and written.strip().isdigit()
    return is_code and dictionary.decode(base, written) != dictionary.decode(f"{base}_{LATER}", written)


def list_of(base: str, year: int) -> str:
    """The code list of a year's forms.

    >>> list_of("attribute", 2016), list_of("attribute", 2018)
    ('attribute', 'attribute_2018')
    """
    return f"{base}_{LATER}" if year >= LATER else base


def in_words(base: str, name: str, written: str) -> str:
    """What an ambiguous code means by the list `name`, as a label; with the list's name, and so unreadable, if it is not there.

    >>> in_words("attribute", "attribute_2018", "02"), in_words("attribute", "attribute", "07")
    ('低保脱贫户', '07 (attribute)')
    """
    found = dictionary.decode(name, written)
    return dictionary.value_label(base, found) if found else f"{written} ({name})"
