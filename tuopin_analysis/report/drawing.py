"""What all figures share: the sheet, its title and alternative text, labelled bars, and how a figure is shown."""

import base64
import io
import textwrap
from collections.abc import Iterable

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.container import BarContainer

from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language, style

UNITS = ("households", "persons")
TITLE_WIDTH = {"zh": 32, "en": 60}  # characters to a line at the title's size
LABEL_WIDTH = {"zh": 8, "en": 19}
ROOM = 1.3  # of the longest bar: what stands beyond it belongs to the labels


def sheet(ax: Axes | None, rows: float, lang: str) -> Axes:
    """The axes given, or new ones on a sheet of the page's width that is high enough for `rows` rows."""
    if ax is not None:
        return ax
    language.check(lang)
    _, ax = plt.subplots(figsize=(style.WIDTH, 1.35 + 0.42 * max(rows, 3)), layout="constrained")
    return ax


def unit_of(unit: str) -> str:
    """The unit itself; InputError when it is not one."""
    if unit not in UNITS:
        raise InputError(Fault(f"unknown unit '{unit}'", "unit", "households or persons", nearest(unit, UNITS)))
    return unit


def titled(ax: Axes, title: str, lang: str, told: Iterable[str] = ()) -> Axes:
    """Set the finding as title, and title and values as the text for those who cannot see the figure."""
    ax.set_title("\n".join(textwrap.wrap(title, TITLE_WIDTH[lang])))
    values = language.translator(lang).gettext("; ").join(told)
    ax.set_label(language.translator(lang).gettext("{title}. {values}").format(title=title, values=values) if values else title)
    return ax


def empty(ax: Axes, lang: str) -> Axes:
    """What is drawn when there is nothing to draw."""
    ax.set_axis_off()
    return titled(ax, language.translator(lang).gettext("No registered households"), lang)


def folded(text: str, lang: str) -> str:
    """A row's name on two or three lines when it is long."""
    return "\n".join(textwrap.wrap(text, LABEL_WIDTH[lang]))


def row_names(ax: Axes, names: Iterable[str], lang: str, bold: Iterable[bool] = ()) -> None:
    """Names of the rows, the first on top, and no ticks."""
    names = list(names)
    ax.set_yticks(range(len(names)), [folded(name, lang) for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    for label, heavy in zip(ax.get_yticklabels(), bold, strict=False):
        label.set_fontweight("bold" if heavy else "normal")


def quiet_x(ax: Axes, label: str, most: float, room: float = ROOM) -> None:
    """A horizontal axis without figures, for bars that are labelled; its name says the unit."""
    ax.set_xlim(0, most * room or 1)
    ax.set_xlabel(label, loc="left")
    ax.tick_params(axis="x", bottom=False, labelbottom=False)
    ax.spines["bottom"].set_visible(False)


def value_labels(ax: Axes, bars: BarContainer, texts: Iterable[str], **kwargs) -> None:
    """Write each bar's value at its end."""
    ax.bar_label(bars, list(texts), padding=4, **{"color": style.INK, "fontsize": 12, **kwargs})


def legend_above(ax: Axes, columns: int = 4, handles: list | None = None) -> None:
    """A legend between title and bars, where it covers nothing."""
    found, labels = ax.get_legend_handles_labels()
    if handles is not None:
        found, labels = handles, [handle.get_label() for handle in handles]
    ax.legend(
        found,
        labels,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        borderaxespad=0.1,
        handlelength=1.2,
        columnspacing=1.4,
        borderpad=0.1,
    )
    ax.set_title(ax.get_title(), pad=32)


def unit_label(unit: str, lang: str) -> str:
    """The unit as a legend names it."""
    return dictionary.value_label("unit", unit, lang)


def place_names(frame: pd.DataFrame, lang: str) -> list[str]:
    """The names of a table's townships or villages, in its order."""
    column = "village" if "village" in frame else "township"
    return [language.place(name, lang) for name in frame[column]]


def show(ax: Axes, alt: str | None = None) -> None:
    """Display the figure as PNG with an alternative text (its title and values unless given), and close it.

    Equal figures give equal bytes: fixed resolution, no times, no name of the software.
    """
    figure = ax.figure
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=style.DPI, metadata={"Software": None})
    plt.close(figure)  # type: ignore[arg-type]
    text = alt or str(ax.get_label())
    png = base64.b64encode(buffer.getvalue()).decode("ascii")
    display({"image/png": png, "text/plain": text}, metadata={"image/png": {"alt": text}}, raw=True)
