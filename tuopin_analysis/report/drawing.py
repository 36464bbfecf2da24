"""What all figures share: the sheet, its title and alternative text, labelled bars, and how a figure is shown."""

import base64
import functools
import io
import re
import textwrap
from collections.abc import Callable, Iterable

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import faces, language, style, telling

UNITS = ("households", "persons")
TITLE_WIDTH = 40.0  # Chinese characters to a line at the title's size
LABEL_WIDTH = 10.0
LATIN = 0.52  # of a Chinese character: a letter or digit of the font; a workbook's column and a printed table count a half
COLOURS = 64  # of a picture; more are shades that nobody tells apart
ROOM = 1.38  # of the longest bar: what stands beyond it belongs to the labels


def sheet(ax: Axes | None, rows: float, lang: str) -> Axes:
    """The axes given, or new ones on a sheet of the page's width that is high enough for `rows` rows."""
    if ax is not None:
        return ax
    language.check(lang)
    made, ax = plt.subplots(figsize=(style.WIDTH, 1.35 + 0.42 * max(rows, 3)), layout="constrained")
    made.get_layout_engine().set(h_pad=0.09, w_pad=0.06)  # type: ignore[union-attr, call-arg]
    return ax


def unit_of(unit: str) -> str:
    """The unit itself; InputError when it is not one."""
    if unit not in UNITS:
        raise InputError(Fault(f"unknown unit '{unit}'", "unit", "households or persons", nearest(unit, UNITS)))
    return unit


def figure(ax: Axes) -> Figure:
    """The figure that holds the axes."""
    found = ax.get_figure(root=True)
    assert found is not None  # axes of ours always stand on a sheet
    return found


def titled(ax: Axes, title: str, lang: str, told: Iterable[str] = ()) -> Axes:
    """Set the finding as title, and title and values as the text for those who cannot see the figure."""
    title = harmless.plain(title)
    if len(figure(ax).axes) == 1:  # at the sheet's left edge, where long findings have room
        figure(ax).suptitle(folded(title, TITLE_WIDTH), x=0.01, ha="left", fontsize=15, fontweight="bold")
    else:
        ax.set_title(folded(title, TITLE_WIDTH), loc="left")
    _ = language.translator(lang).gettext
    values = harmless.plain(_("; ").join(told))
    ax.set_label(_("{title}. {values}").format(title=title, values=values) if values else title)
    return ax


def open_rows(*needs: str) -> Callable[[Callable[..., Axes]], Callable[..., Axes]]:
    """For a figure: leave out the rows in which a column it needs is suppressed, and say so in place of a finding.

    `needs` are column names or their beginnings. A finding could be untrue of the rows that are left out.
    """

    def wrapper(draw: Callable[..., Axes]) -> Callable[..., Axes]:
        @functools.wraps(draw)
        def drawn(frame: pd.DataFrame, *args, lang: str = "zh", **kwargs) -> Axes:
            if not telling.withheld(frame):
                return draw(frame, *args, lang=lang, **kwargs)
            hidden = frame[telling.SUPPRESSED].map(lambda names: any(name.startswith(needs) for name in names.split(";")))
            kept = frame[~hidden].drop(columns=telling.SUPPRESSED)
            plain = {column: "float64" for column in kept if str(kept[column].dtype) == "Int64"}
            ax = draw(kept.astype(plain), *args, lang=lang, **kwargs)
            return retitled(ax, lang) if hidden.any() else ax

        return drawn

    return wrapper


def retitled(ax: Axes, lang: str) -> Axes:
    """Say that suppressed figures are not drawn, in place of the finding."""
    title = language.translator(lang).gettext("Suppressed figures (×) are not drawn")
    label, found = str(ax.get_label()), figure(ax).get_suptitle()
    known = found.replace("\n", " " if " " in found else "") or ax.get_title(loc="left")
    titled(ax, title, lang)
    ax.set_label(label.replace(known, title, 1) if known and label.startswith(known) else title)
    return ax


def empty(ax: Axes, lang: str) -> Axes:
    """What is drawn when there is nothing to draw."""
    ax.set_axis_off()
    return titled(ax, language.translator(lang).gettext("No registered households"), lang)


def breadth(text: str) -> float:
    """About how wide a text is, in Chinese characters."""
    return harmless.width(text, 1.0, LATIN)


def folded(text: str, width: float) -> str:
    """A text on lines of at most `width` Chinese characters; Chinese is broken after a comma or before a bracket if it can be.

    >>> folded("因求学、缺乏劳动力等", 8).split("\\n"), folded("Schooling, lack of labour", 6).split("\\n")
    (['因求学、', '缺乏劳动力等'], ['Schooling,', 'lack of', 'labour'])
    """
    if breadth(text) <= width:
        return text
    if " " in text:
        return "\n".join(textwrap.wrap(text, int(width / LATIN)))
    fits = max((n for n in range(1, len(text)) if breadth(text[:n]) <= width), default=1)
    ends = [found.end() for found in re.finditer(r"[，、；：]|.(?=（)", text) if found.end() <= fits]
    at = max(ends, default=0) or len(re.sub(r"[0-9.,%]+$", "", text[:fits])) or fits
    return f"{text[:at]}\n{folded(text[at:], width)}"


def row_names(ax: Axes, names: Iterable[str], bold: Iterable[bool] = (), width: float = LABEL_WIDTH) -> None:
    """Names of the rows, the first on top, and no ticks."""
    names = [harmless.plain(name) for name in names]
    ax.set_yticks(range(len(names)), [folded(name, width) for name in names], linespacing=1.15)
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
        borderaxespad=0.3,
        handlelength=1.2,
        columnspacing=1.4,
        borderpad=0.1,
    )


def limited(label: str, more: int, lang: str) -> str:
    """An axis's name, with the number of rows that are not drawn."""
    if more <= 0:
        return label
    return language.translator(lang).gettext("{label}; {n} more in the table").format(label=label, n=more)


def told(names: Iterable[str], values: Iterable[str], lang: str) -> list[str]:
    """Names with their values, for the alternative text."""
    _ = language.translator(lang).gettext
    return [_("{name}: {values}").format(name=name, values=value) for name, value in zip(names, values, strict=True)]


def unit_label(unit: str, lang: str) -> str:
    """The unit as a legend names it."""
    return dictionary.value_label("unit", unit, lang)


def unit_axis(unit: str, lang: str) -> str:
    """The unit as an axis names it."""
    _ = language.translator(lang).gettext
    return _("registered persons") if unit == "persons" else _("registered households")


def place_names(frame: pd.DataFrame, lang: str) -> list[str]:
    """The names of a table's townships or villages, in its order."""
    column = "village" if "village" in frame else "township"
    return [language.place(name, lang) for name in frame[column]]


def show(ax: Axes, alt: str | None = None, colours: int = COLOURS) -> None:
    """Display the figure as PNG with an alternative text (its title and values unless given), and close it.

    Equal figures give equal bytes: fixed resolution, no times, no name of the software. With its so many most distant `colours`
    it takes a third of the room of one with all, and letters stay as sharp.
    """
    sheet_, text = figure(ax), alt or str(ax.get_label())
    if not faces.usable():
        plt.close(sheet_)
        display({"text/plain": text, "text/html": f"<p>{harmless.html(text)}</p>"}, raw=True)
        return
    buffer = io.BytesIO()
    sheet_.savefig(buffer, format="png", dpi=style.DPI, metadata={"Software": None}, pil_kwargs={"compress_level": 0})
    plt.close(sheet_)
    png = base64.b64encode(_reduced(buffer, colours)).decode("ascii")
    display({"image/png": png, "text/plain": text}, metadata={"image/png": {"alt": text}}, raw=True)


def _reduced(png: io.BytesIO, colours: int) -> bytes:
    """The picture with a palette of so many colours."""
    from PIL import Image

    small, buffer = Image.open(png).convert("RGB"), io.BytesIO()
    small = small.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)  # rare colours stay, too
    small.save(buffer, "png", optimize=True)
    return buffer.getvalue()
