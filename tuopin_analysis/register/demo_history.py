"""The demonstration register's households through its two years: who is there, where, with how many persons, out or not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tuopin_analysis.register.demo_draw import Row

_PLACE = ("township", "village", "_township_code", "_village_code")


@dataclass(frozen=True)
class Home:
    """A household on a day."""

    household_id: str
    size: int
    is_out: bool
    has_relapsed: bool
    township: str
    village: str
    township_code: str
    village_code: str


def home(row: Row, size: int, is_out: bool = False) -> Home:
    """A household as it is first recorded, by a row with its number and place."""
    return Home(row["household_id"], size, is_out, False, *(row[column] for column in _PLACE))


def replay(households: Iterable[Row], events: Iterable[Row], changes: Iterable[Row], until: date) -> tuple[
        dict[str, Home], list[tuple[Row, Home]]]:  # fmt: skip
    """Households as they stand at the end of a day, by number, and each exit up to it with its household on that day."""
    homes = {row["household_id"]: home(row, row["size"]) for row in households}
    moves = [(row["change_date"], at, row) for at, row in enumerate(changes)]
    moves += [(row["event_date"], at, row) for at, row in enumerate(events)]
    left = []
    for day, _at, row in sorted(moves, key=lambda move: move[:2]):
        if day > until:
            break
        if "change" in row:
            _change(homes, row)
            continue
        number = row["household_id"]
        homes[number] = replace(homes[number], is_out=row["event"] == "exit",
                                has_relapsed=homes[number].has_relapsed or row["event"] == "relapse")  # fmt: skip
        if row["event"] == "exit":
            left.append((row, homes[number]))
    return homes, left


def _grow(homes: dict[str, Home], number: str, persons: int) -> None:
    homes[number] = replace(homes[number], size=homes[number].size + persons)


def _change(homes: dict[str, Home], row: Row) -> None:
    number, kind, persons = row["household_id"], row["change"], row["persons"]
    if kind == "new":
        homes[number] = home(row, persons)
    elif kind in ("increase", "decrease"):
        _grow(homes, number, persons if kind == "increase" else -persons)
    elif kind in ("closed", "struck"):
        del homes[number]
    elif kind == "moved_in" and row["households"]:
        homes[number] = replace(homes[number], **{column.removeprefix("_"): row[column] for column in _PLACE})
    elif kind in ("moved_in", "moved_out") and not row["households"]:
        _grow(homes, number, persons if kind == "moved_in" else -persons)
    elif kind == "split":
        _grow(homes, number, -persons)
        homes[row["other_household_id"]] = home(row | {"household_id": row["other_household_id"]}, persons, homes[number].is_out)
    elif kind == "merged":
        del homes[number]
        _grow(homes, row["other_household_id"], persons)
