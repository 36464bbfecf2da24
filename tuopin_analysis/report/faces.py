"""The fonts of this project, and what serves where one was removed or is damaged: the other weight, else none.

Without any no figure is drawn, since its Chinese would be boxes: a page then says in words what the figure shows, and its own
text takes a font of the reader's machine.
"""

import hashlib
from functools import cache
from pathlib import Path

from tuopin_analysis.errors import Fault, InputError

FOLDER = Path(__file__).parent / "fonts"
WEIGHTS = {400: "Regular", 700: "Bold"}


def path(weight: str) -> Path:
    """Where the font of a weight belongs."""
    return FOLDER / f"TuopinSans-{weight}.ttf"


@cache
def _wrongs() -> dict[str, str]:
    """What is wrong with the font of each weight, "" for nothing: looked at once, so that all say the same of it."""
    return {weight: _wrong(path(weight)) for weight in WEIGHTS.values()}


def usable() -> tuple[Path, ...]:
    """The fonts that are there and can be read."""
    return tuple(path(weight) for weight, wrong in _wrongs().items() if not wrong)


def serving(weight: str) -> Path | None:
    """The font that serves for a weight: its own, else the other, else none."""
    found = usable()
    return path(weight) if path(weight) in found else next(iter(found), None)


def faults() -> tuple[Fault, ...]:
    """What is wrong with the fonts, and what was done about it."""
    told = "the other weight stands in its place" if usable() else "figures are told in words, and PDF by Typst is not made"
    mend = f"install the project again ({told})"
    return tuple(Fault(f"a font {wrong}", str(path(weight)), "a font of this project", mend)
                 for weight, wrong in _wrongs().items() if wrong)  # fmt: skip


def need() -> None:
    """InputError where there is no font to draw with."""
    if not usable():
        raise InputError(*faults())


def undrawn(text: str) -> str:
    """The signs of a text for which no font of ours has a shape, each once.

    >>> undrawn("张三，\U00020000")
    '\U00020000'
    """
    from fontTools.ttLib import TTFont

    drawn: set[int] = set()
    for font in usable():
        drawn |= set(TTFont(font, lazy=True).getBestCmap())
    return "".join(dict.fromkeys(sign for sign in text if not sign.isspace() and ord(sign) not in drawn))


def _wrong(font: Path) -> str:
    """What is wrong with a font file: "" where it has the checksum that stands beside it."""
    try:
        found = hashlib.sha256(font.read_bytes()).hexdigest()
    except FileNotFoundError:
        return "is missing"
    except OSError:
        return "cannot be read"
    stated = font.with_suffix(".source.yaml")
    return "" if stated.is_file() and found in stated.read_text(encoding="utf-8") else "is damaged"
