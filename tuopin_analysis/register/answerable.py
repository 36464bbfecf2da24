"""Which rules a register can answer: a rule about columns or tables that the register has not is never failed."""

from collections.abc import Iterator
from typing import Any

from tuopin_analysis.register import derived

_READ = {"place_problem", "township_code", "village_code"}  # from township and village, which every register has
_NAMES = ("column", "tested", "other", "per")
_LISTS = ("columns", "plus", "minus")


def columns(kind: str, arguments: dict[str, Any], table: str) -> Iterator[tuple[str, str]]:
    """Every (table, column) that a rule looks at, derived columns by their own names.

    >>> list(columns("count", {"of": "persons", "where": {"relation": {"is": ["head"]}}, "column": "household_id"}, "households"))
    [('households', 'household_id'), ('persons', 'relation')]
    """
    own = [arguments[name] for name in _NAMES if isinstance(arguments.get(name), str)]
    own += [column for name in _LISTS for column in arguments.get(name) or []]
    own += [arguments["equals"]] if isinstance(arguments.get("equals"), str) else []
    own += list(arguments.get("when") or {})
    of = arguments.get("of", table)
    yield from ((table, column) for column in own)
    yield from ((of, column) for column in arguments.get("where") or {})


def lacking(kind: str, arguments: dict[str, Any], table: str, present: dict[str, set[str]]) -> list[str]:
    """The tables and columns without which a rule cannot be answered; none when it can.

    >>> lacking("matches", {"column": "phone", "pattern": "x"}, "households", {"households": {"size"}})
    ['households.phone']
    >>> lacking("count", {"of": "events", "at_least": 1, "column": "size"}, "households", {"households": {"size"}})
    ['events']
    """
    tables = [name for name in (table, arguments.get("of"), arguments.get("to")) if name and name not in present]
    if tables or kind == "value":
        return tables
    asked = list(columns(kind, arguments, table))
    if kind == "filled":  # each of its columns is a question of its own
        some = [column for column in arguments["columns"] if column in present[table]]
        missing = set() if some else set(arguments["columns"])
        asked = [(home, column) for home, column in asked if column not in arguments["columns"] or column in missing]
    if "tested" in arguments:  # the finding stands at `column`, which is not looked at
        asked = [pair for pair in asked if pair != (table, arguments["column"])]
    return sorted({name for home, column in asked for name in _missing(home, column, present)})


def _missing(table: str, column: str, present: dict[str, set[str]]) -> Iterator[str]:
    if column in _READ or column in present[table]:
        return
    needs = derived.NEEDS.get(table, {}).get(column)
    if needs is None:
        yield f"{table}.{column}"
        return
    yield from (f"{table}.{group[0]}" for group in needs if not set(group) & present[table])
    for other, names in derived.ELSEWHERE.get(column, {}).items():
        yield from [other] if other not in present else [f"{other}.{name}" for name in names if name not in present[other]]
