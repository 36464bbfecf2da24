"""What a sheet holds: where its header is, which table it fits, and which of its rows are data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tuopin_analysis.errors import Fault
from tuopin_analysis.register import dictionary, values
from tuopin_analysis.register.about import FURTHER, TABLES
from tuopin_analysis.register.grids import Grid, Row

SEARCHED_ROWS = 30
_HEIGHTS = (1, 2, 3)
_TOTAL = re.compile(r".{0,12}(合计|小计|总计|共计|累计)[:：]?[\d,.户人元个年月、:：()/]*")
_BARE_TOTAL = re.compile(r"(合计|小计|总计|共计|累计)[:：]?")
_NOTE = re.compile(
    r"(注|附注|备注|说明|填表说明|注意)\d*[:：.、].*|(填表人|填报人|制表人?|审核人?|复核人?|经办人|单位负责人|负责人|分管领导|填报单位|"
    r"填报日期|填表日期|制表日期|填报时间|联系人|单位\(盖章\)|盖章).*|\(?盖章\)?|第\d+页.*|共\d+页.*|\d+/\d+"
)
FLAT = ("persons", "households")
_ENOUGH = 3  # columns of a further table: two, such as a number and a day, may stand in a list of anything
Place = tuple[int, str]


@dataclass(frozen=True, repr=False)
class Header:
    """A sheet's header: rows `top` to `top + height - 1` of the grid; `found`: by table, each column's places."""

    top: int
    height: int
    found: dict[str, dict[str, list[Place]]]
    texts: dict[int, str]

    @property
    def bottom(self) -> int:
        return self.top + self.height


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """A header as it is compared, in simplified characters.

    >>> folded(" 與戶主 關係 "), folded("务工时间（月）")
    ('与户主关系', '务工时间(月)')
    """
    return dictionary.simplified(dictionary.normalise_header(text))


def _written(rows: Sequence[Row]) -> list[list[str]]:
    """For each position the texts of the header from top to bottom; a group's text stands over the cells right of it too."""
    width = max((len(row) for row in rows), default=0)
    own = [[values.text(row[at]) if at < len(row) else "" for at in range(width)] for row in rows]
    columns: list[list[str]] = [[] for _ in range(width)]
    for level, texts in enumerate(own):
        last = ""
        for at, text in enumerate(texts):
            last = text or last
            is_below = any(under[at] for under in own[level + 1 :])
            shown = text or (last if is_below else "")
            if shown and columns[at][-1:] != [shown]:
                columns[at].append(shown)
    return columns


def _column(parts: list[str], known: Mapping[str, str], elsewhere: Mapping[str, str]) -> str | None:
    """The column a header stands for: with the groups above it, else alone (unless with them it names another table's column)."""
    for at in range(len(parts)):
        name = folded("".join(parts[at:]))
        if name in known or (name in elsewhere and at < len(parts) - 1):
            return known.get(name)
    return None


def _places(columns: list[list[str]], table: str, given: Mapping[str, Mapping[str, str]]) -> dict[str, list[Place]]:
    known = {**_known(table), **given.get(table, {})}
    mapped = set(given.get(table, {}).values())
    found: dict[str, list[Place]] = {}
    for at, parts in enumerate(columns):
        column = _column(parts, known, _known_anywhere())
        # A column that the layout maps is found under the layout's header only.
        if column and not (column in mapped and not any(folded("".join(parts[i:])) in given[table] for i in range(len(parts)))):
            found.setdefault(column, []).append((at, " ".join(parts) if len(parts) > 1 else parts[0]))
    return found


@lru_cache(maxsize=32)
def _known(table: str) -> dict[str, str]:
    return {folded(header): column for header, column in dictionary.headers(table).items()}


@lru_cache(maxsize=1)
def _known_anywhere() -> dict[str, str]:
    return {header: column for table in TABLES for header, column in _known(table).items()}


def header(grid: Grid, tables: Sequence[str] = TABLES, given: Mapping[str, Mapping[str, str]] | None = None,
           rows: Sequence[int] = (), constants: Sequence[str] = ()) -> Header:  # fmt: skip
    """The header among a sheet's top rows: the one that best fits one of `tables`, the lowest and first among equals.

    `given`: by table, headers of a layout (folded) and their columns; `rows`: the numbers of the header's rows, where the
    layout names them; `constants`: columns that need no header.
    """
    if rows:
        at = [position for position, number in enumerate(grid.numbers) if min(rows) <= number <= max(rows)]
        tried = [(at[0], len(at))] if at else []
    else:
        top = min(len(grid.rows), SEARCHED_ROWS)
        tried = [(first, height) for height in _HEIGHTS for first in range(top - height + 1)]
    best, best_score = Header(0, min(1, len(grid.rows)), {table: {} for table in tables}, {}), (-1, -1, -1)
    for first, height in tried:
        columns = _written(grid.rows[first : first + height])
        found = {table: _places(columns, table, given or {}) for table in tables}
        whole = sum(not missing(table, found[table], constants) for table in tables)
        positions = {at for of_table in found.values() for places in of_table.values() for at, _ in places}
        # As many columns named as can be; and of two readings that name as many, the one that tells more of them apart.
        score = (whole, len(positions), len({column for of_table in found.values() for column in of_table}))
        if score > best_score:
            texts = {at: " ".join(parts) for at, parts in enumerate(columns) if parts}
            best, best_score = Header(first, height, found, texts), score
    return best


@lru_cache(maxsize=32)
def required(table: str) -> tuple[str, ...]:
    """The columns a table cannot do without.

    >>> required("events")
    ('household_id', 'event', 'event_date')
    """
    described = dictionary.columns(table)
    return tuple(str(column) for column in described.index[described["required"] == "yes"])


def missing(table: str, found: Mapping[str, object], constants: Sequence[str] = ()) -> list[str]:
    """Required columns without a header; an ID number stands in for a person number."""
    lacking = [column for column in required(table) if column not in found and column not in constants]
    return [column for column in lacking if not (column == "person_id" and "id_number" in found)]


def doubled(table: str, head: Header, where: str) -> list[Fault]:
    """A fault for each column that stands twice in a sheet."""
    faults = []
    for column, places in head.found[table].items():
        if len(places) > 1:
            mend = "keep one of " + ", ".join(f"{text} (column {at + 1})" for at, text in places)
            faults.append(Fault(f"column {dictionary.label(column, 'zh', table)} doubled", where, "one column", mend))
    return faults


def fits(head: Header, sheet: str, constants: Sequence[str] = ()) -> tuple[str, ...]:
    """The tables a sheet holds: none, one, or persons and households together (a flat export of persons).

    Of several tables whose required columns are all there, the one that explains most columns; a sheet's name breaks a tie.
    The size of a household needs no column where its persons stand row by row.
    """
    whole = [table for table, found in head.found.items() if found and not missing(table, found, constants)]
    whole = [table for table in whole if table not in FURTHER or len(head.found[table]) >= _ENOUGH]
    if "persons" in whole and set(missing("households", head.found.get("households", {}), constants)) <= {"size"}:
        return FLAT if "households" in head.found else ("persons",)
    named = {table: dictionary.value_label("table", table, "zh") in folded(sheet) for table in whole}
    return tuple(sorted(whole, key=lambda table: (len(head.found[table]), named[table]), reverse=True)[:1])


def nearly_fits(head: Header, constants: Sequence[str] = (), sheet: str = "") -> str:
    """The table that most of whose required columns a sheet has, its key among them; "" for a sheet that is something else.

    Persons are told from lists of other things by their place too, though they can do without one; the further tables, whose few
    columns stand in many a summary, by the name of the sheet.
    """
    near = {}
    for table, found in head.found.items():
        if table in FURTHER and dictionary.value_label("table", table, "zh") not in folded(sheet):
            continue
        place = ("township", "village") if table == "persons" else ()
        lacking = len(missing(table, found, constants)) + sum(column not in found for column in place)
        needed = len(required(table)) + len(place)
        has_key = "household_id" in found and needed - lacking > needed / 2
        if missing(table, found, constants) and (has_key or (needed >= 4 and lacking == 1)):
            near[table] = ((needed - lacking) / needed, len(found))
    return max(near, key=lambda table: near[table], default="")


def spoken_of(head: Header) -> tuple[str, ...]:
    """Which of persons and households a sheet speaks of: those that have a column there which the other has not."""
    named = {table: set(dictionary.columns(table).index) for table in FLAT}
    return tuple(table for table, other in (FLAT, FLAT[::-1]) if set(head.found.get(table, {})) - named[other])


def split(grid: Grid, head: Header, key_at: int | None) -> tuple[list[int], list[tuple[int, str]]]:
    """Positions of the rows that are data, and of those that are not, each with its reason: "total", "note" or "header".

    Only rows without a key, or with words in its place, can be anything but data; and rows that begin with the bare word for a
    total, whose number may stand where others have their key. A lone text below the last row with a key is a note; within the
    table it is data, for the checks to judge.
    """
    tops = {_folded_row(row) for row in grid.rows[: head.bottom]} - {()}
    heading = [row[key_at] for row in grid.rows[: head.bottom]] if key_at is not None else []
    left: list[tuple[int, str]] = []
    keyed = head.bottom - 1
    lone: list[int] = []
    for at in range(head.bottom, len(grid.rows)):
        row = grid.rows[at]
        key = row[key_at] if key_at is not None and key_at < len(row) else ""
        is_word = isinstance(key, str) and (not key.isascii() or key in heading)
        if _begins_as_total(row):
            left.append((at, "total"))
            continue
        if key != "" and at > head.bottom and not is_word:
            keyed = at
            continue
        why = _why(row, key, tops, at == head.bottom)
        if why:
            left.append((at, why))
        elif key != "":
            keyed = at
        elif len(row) - row.count("") == 1 and any(isinstance(cell, str) and cell for cell in row):
            lone.append(at)
    left = sorted(left + [(at, "note") for at in lone if at > keyed])
    out = {at for at, _ in left}
    return [at for at in range(head.bottom, len(grid.rows)) if at not in out], left


def _begins_as_total(row: Row) -> bool:
    first = next((cell for cell in row if cell != ""), "")
    return isinstance(first, str) and bool(_BARE_TOTAL.fullmatch(folded(first)))


def _folded_row(row: Row) -> tuple[str, ...]:
    return tuple(text for text in (folded(values.text(cell)) for cell in row) if text)


def _why(row: Row, key: object, tops: set[tuple[str, ...]], is_first: bool) -> str:
    texts = _folded_row(row)
    if texts in tops or (is_first and len(texts) > 3 and _counts(texts)):
        return "header"
    if key != "" and not _TOTAL.fullmatch(folded(values.text(key))):
        return ""
    if any(_TOTAL.fullmatch(text) for text in texts[:3]):
        return "total"
    return "note" if _NOTE.fullmatch(texts[0]) else ""


def _counts(texts: tuple[str, ...]) -> bool:
    """Whether a row numbers the columns of a form: 1, 2, 3 … below the header."""
    return texts == tuple(str(number) for number in range(1, len(texts) + 1))
