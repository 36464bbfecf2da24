"""How charts look: one call sets theme, fonts, sizes and colours for the whole report."""

from functools import cache

import seaborn as sns
from matplotlib import font_manager

from tuopin_analysis.report import faces, language

FONTS = faces.FOLDER
FAMILY = "Tuopin Sans"
DPI = 110
WIDTH = 8.6  # inches: the text width of a page

# Okabe and Ito (2008), told apart with every form of colour blindness. A unit keeps its colour on every chart.
HOUSEHOLDS = "#0072B2"
PERSONS = "#D55E00"
PLAN = "#7A7A7A"
WHOLE = "#4D4D4D"
MUTED = "#C9CED6"
INK = "#1B1B1B"
SOFT = "#5D6470"
UNITS = {"households": HOUSEHOLDS, "persons": PERSONS}
# Causes stand apart from the two units. Tol (2021), colour schemes, "muted"; dark letters can be read on each.
CAUSES = ["#7CC7BB", "#E3D592", "#C4C8CE", "#E8A3AB", "#9FC7E8", "#C3A8D1", "#B5BD6C", "#DDB28B"]
PALETTE = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#F0E442", "#D55E00", "#8C564B"]


@cache
def _add_fonts() -> None:
    for path in faces.usable():
        font_manager.fontManager.addfont(path)


def use_style(lang: str = "zh") -> None:
    """Set theme, fonts and sizes in one call. InputError for a language the report is not written in.

    >>> use_style("en")
    >>> import matplotlib as mpl
    >>> mpl.rcParams["font.family"]
    ['Tuopin Sans']
    """
    language.check(lang)
    _add_fonts()
    sns.set_theme(
        style="white",
        palette=PALETTE,
        rc={
            # Only this family: fallback by glyph works on this list alone, and a missing glyph should be seen, not replaced.
            "font.family": [FAMILY],
            "font.size": 12,
            "axes.titlesize": 15,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.titlepad": 14,
            "axes.labelsize": 12,
            "xtick.labelsize": 12,
            "ytick.labelsize": 12.5,
            "legend.fontsize": 12,
            "legend.frameon": False,
            "text.parse_math": False,  # a "$" in a name is a "$"
            "text.color": INK,
            "axes.labelcolor": SOFT,
            "xtick.color": SOFT,
            "ytick.color": INK,
            "axes.edgecolor": MUTED,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.unicode_minus": True,
            "axes.axisbelow": True,
            "grid.color": "#E6E8EC",
            "figure.dpi": DPI,
            "savefig.dpi": DPI,
            "figure.facecolor": "white",
            "lines.linewidth": 2.6,
        },
    )
