"""How the command line says things: complaints to stderr, numbers with their nouns."""

import os

import typer

from tuopin_analysis import harmless


def complain(text: str, colour: str | None = "red") -> None:
    """Tell one thing that is wrong in a line to stderr, coloured on a terminal unless NO_COLOR is set (https://no-color.org).

    Whatever a register's texts in it try to be, they stay text: breaks become spaces, signs of control go.
    """
    typer.secho(harmless.line(text), fg=colour, err=True, color=False if os.environ.get("NO_COLOR") else None)


def several(number: int, noun: str) -> str:
    """A number with its noun, which makes its plural by an s.

    >>> several(1, "report"), several(0, "file"), several(4682, "comparison")
    ('1 report', '0 files', '4,682 comparisons')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
