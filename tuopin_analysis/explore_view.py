"""What a view of the workbench is: a table and its chart, and the lines of its question from which both are made."""

from typing import NamedTuple

ALL = ""  # of causes and measures: every household
UNIT = "persons"  # where nothing depends on it


class View(NamedTuple):
    """One table and its chart: expressions of the names that the lines of its question give.

    `name` is the table's on the page; `hide` are columns that stay unseen; without `chart` there is none; `drawn_if` is a
    condition under which there is enough to draw.
    """

    name: str
    table: str
    chart: str = ""
    hide: tuple[str, ...] = ()
    drawn_if: str = ""


class Question(NamedTuple):
    """A notebook's views, and its lines from the register to what the views name. A cell has those lines that its view needs.

    `loaded` are the lines on all households. Where some are chosen, the frames `homes` are narrowed to them and `narrowed`
    follows, then `lines`. A table that no narrowed line reaches cannot be of chosen households: what makes it stands before.
    """

    notebook: str
    loaded: tuple[str, ...]
    views: tuple[View, ...]
    homes: tuple[str, ...] = ()
    narrowed: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
