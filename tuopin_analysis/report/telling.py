"""How sentences are shown, and the pieces that several of them share."""

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd
from IPython.display import display

from tuopin_analysis import harmless
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language

UNITS = ("households", "persons")
SUPPRESSED = "suppressed"  # the column that names the suppressed figures of its row


def say(*sentences: str) -> None:
    """Display sentences as paragraphs; empty ones are left out. Signs that Markdown or HTML would read are shown as they are."""
    told = [part for sentence in sentences for part in sentence.split("\n") if part]
    if told:
        marked = "\n\n".join(harmless.markdown(part) for part in told)
        display({"text/markdown": marked, "text/plain": harmless.plain("\n".join(told))}, raw=True)


def joined(parts: Iterable[str], lang: str) -> str:
    """Sentences one after the other: with a space between them in English, without one in Chinese."""
    return ("" if lang == "zh" else " ").join(part for part in parts if part)


def withheld(*frames: pd.DataFrame) -> bool:
    """Whether a figure of the tables is suppressed in the public edition: then no sentence is made from them."""
    return any(SUPPRESSED in frame and bool((frame[SUPPRESSED] != "").any()) for frame in frames)


def named(code_list: str, value: object, lang: str) -> str:
    """A coded value inside a sentence.

    >>> named("progress_status", "on_course", "en"), named("progress_status", "on_course", "zh")
    ('on course', '符合计划')
    """
    return language.inside(dictionary.value_label(code_list, value, lang), lang)


def cause(value: str, lang: str) -> str:
    """A cause inside a sentence."""
    return named("cause_main", value, lang)


def exact(share: object, lang: str) -> str:
    """A share that a rule set gives, with all its decimals: a threshold is never rounded to another one.

    >>> exact(0.02, "en"), exact("0.025", "zh"), exact(0.998, "en")
    ('2%', '2.5%', '99.8%')
    """
    digits = -int((Decimal(str(share)) * 100).normalize().as_tuple().exponent)
    return language.share(share, lang, max(digits, 0))


def places(codes: str, lang: str) -> str:
    """Several places, given by their codes joined by ";", in a sentence."""
    return language.listed([language.place(code, lang) for code in codes.split(";") if code], lang)


def what(unit: str, lang: str) -> str:
    """What shares of a unit are shares of."""
    _ = language.translator(lang).gettext
    return _("registered persons") if unit == "persons" else _("registered households")


def too_few(households: int, small: int, lang: str) -> str:
    """A sentence that there are too few households for shares; empty when there are enough."""
    if households >= small:
        return ""
    _ = language.translator(lang).gettext
    return _("With {count}, fewer than {small}, shares say little; only counts are given.").format(
        count=language.counted(households, "households", lang), small=language.count(small, lang)
    )


def leaders(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with the largest value of a column: one, or several when they are equal."""
    return frame[frame[column] == frame[column].max()]
