"""How a map divides its values: classes by natural breaks, said in whole persons or per cent, and the colour of each."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, language, style

MOST = 5  # a reader tells no more shades of one colour apart
SHARE_COLOUR = "#00734F"
STATUS = {"ahead": "#6FC3A8", "on_course": "#D5DCE6", "behind": "#F2A778"}
CATEGORIES = ["#9FC7E8", "#E3D592", "#C3A8D1", "#B5BD6C", "#E8A3AB", "#7CC7BB", "#DDB28B", "#C4C8CE"]


@dataclass(frozen=True)
class Class:
    """One class of a legend: the least and the largest value in it, and its colour."""

    low: float
    high: float
    colour: str


def number_of(values: Sequence[float]) -> int:
    """How many classes so many places bear: about the root of their number, at most five, and no more than there are values.

    >>> number_of([1, 2, 3, 4, 5, 6, 7, 8]), number_of([1, 1]), number_of(list(range(100)))
    (3, 1, 5)
    """
    return min(MOST, len(set(values)), math.ceil(math.sqrt(len(values))))


def classes(values: Sequence[float], colour: str) -> list[Class]:
    """Natural breaks (Fisher 1958; Jenks 1977): the division with the least squared deviation within classes.

    Each class tells the least and the largest value that is in it, so that no value lies between two classes.

    >>> [(c.low, c.high) for c in classes([1, 2, 3, 50, 51, 300], "#D55E00")]
    [(1, 3), (50, 51), (300, 300)]
    """
    if not len(values):
        return []
    k = number_of(values)
    shades = _shades(colour, k)
    if k == 1 or k == len(set(values)):
        bounds = [(value, value) for value in sorted(set(values))] if k > 1 else [(min(values), max(values))]
        return [Class(low, high, shade) for (low, high), shade in zip(bounds, shades, strict=True)]
    import mapclassify

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it would be quicker with numba; a county has few places
        found = mapclassify.FisherJenks(pd.Series(values, dtype="float64").to_numpy(), k=k).yb
    members = [[value for value, at in zip(values, found, strict=True) if at == place] for place in range(k)]
    kept = [group for group in members if group]
    return [Class(min(group), max(group), shade) for group, shade in zip(kept, _shades(colour, len(kept)), strict=True)]


def method(values: Sequence[float], lang: str) -> str:
    """The classification as the legend names it."""
    _ = language.translator(lang).gettext
    k = number_of(values) if len(values) else 0
    return _("natural breaks (Fisher–Jenks), {k} classes").format(k=k) if 1 < k < len(set(values)) else _("each value a class")


def colour_of(value: float, found: Sequence[Class]) -> str:
    """The colour of a value that is in one of the classes."""
    return next(one.colour for one in found if one.low <= value <= one.high)


def _shades(colour: str, k: int) -> list[str]:
    """From light to dark in one hue."""
    dark = mpl.colors.to_rgb(colour)
    weights = [0.55] if k == 1 else [0.18 + 0.72 * at / (k - 1) for at in range(k)]
    return [mpl.colors.to_hex((1 - w * (1 - dark[0]), 1 - w * (1 - dark[1]), 1 - w * (1 - dark[2]))) for w in weights]


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour (relative luminance of WCAG 2).

    >>> ink_on("#ffffff") == style.INK, ink_on("#004433")
    (True, 'white')
    """
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in mpl.colors.to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return style.INK if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "white"


def unit_of(column: str) -> str:
    """Persons or households where a column counts them, else nothing."""
    unit = cells.described(column).get("unit", "")
    return unit if unit in ("persons", "households") else ""


def hue(column: str) -> str:
    """The colour of a column: its unit keeps the one it has on every chart."""
    return style.UNITS.get(unit_of(column), SHARE_COLOUR)


def written(values: pd.Series, column: str, lang: str) -> list[str]:
    """Values as a label says them, with their unit where they count persons or households."""
    unit = unit_of(column)
    if unit:
        return [language.MISSING if language.is_missing(value) else language.counted(value, unit, lang) for value in values]
    if cells.described(column).get("type") == "integer" and pd.api.types.is_numeric_dtype(values):
        return [language.count(value, lang) for value in values]
    return cells.written(pd.DataFrame({column: values}), lang)[column].tolist()


def range_text(one: Class, column: str, lang: str) -> str:
    """A class in the legend.

    >>> range_text(Class(295, 394, ""), "persons", "zh"), range_text(Class(0.2, 0.25, ""), "share_actual", "en")
    ('295–394人', '20.0%–25.0%')
    """
    high = written(pd.Series([one.high]), column, lang)[0]
    if one.low == one.high:
        return high
    low = language.count(one.low, lang) if unit_of(column) else written(pd.Series([one.low]), column, lang)[0]
    return f"{low}–{high}"


def round_steps(most: float) -> list[int]:
    """Three round numbers for the circles of a legend, the largest no larger than `most`.

    >>> round_steps(694), round_steps(3), round_steps(1)
    ([50, 200, 500], [1, 2], [1])
    """
    if most < 1:
        return []
    power = 10 ** math.floor(math.log10(most))
    top = next(step * power for step in (5, 2, 1) if step * power <= most)
    return sorted({max(1, round(top / 10)), max(1, round(top / 2.5)), top})


def category_colours(values: Sequence[str], column: str) -> dict[str, str]:
    """A colour for each code, in the order of its code list; the same code always has the same one."""
    listed = [name for codes in dictionary.code_lists_of(column) for name in dictionary.CODES.query("list == @codes")["value"]]
    order = [value for value in listed if value in set(values)] + sorted(set(values) - set(listed))
    rest = {value: CATEGORIES[at % len(CATEGORIES)] for at, value in enumerate(order)}
    return {value: STATUS.get(value, rest[value]) for value in order}
