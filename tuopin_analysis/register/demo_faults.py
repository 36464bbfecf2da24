"""Faults that the checks must find, planted in the seven further tables: rows to set aside, and doubts about accepted rows."""

from datetime import date, timedelta
from random import Random

from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_plant import Planter

_NOWHERE = "130123101999000"  # no household has such a number
_ERRORS: list[tuple[str, str, str, object, str]] = [
    ("value.unknown_code", "measures", "measure", "节日慰问", "measure in no code list"),
    ("value.not_date", "measures", "start_date", "春节前", "day in words"),
    ("key.missing", "measures", "household_id", None, "household number empty"),
    ("link.household", "measures", "household_id", _NOWHERE + "1", "no household has this number"),
    ("link.household", "measures", "household_id", _NOWHERE + "2", "no household has this number"),
    ("link.household", "acceptance", "household_id", _NOWHERE + "3", "no household has this number"),
    ("date.period", "acceptance", "acceptance_date", date(2018, 1, 12), "after the last day covered"),
    ("value.unknown_code", "changes", "change", "走亲戚", "kind in no code list"),
    ("link.household", "changes", "household_id", _NOWHERE + "4", "no household has this number"),
    ("date.period", "changes", "change_date", date(2015, 8, 8), "before the baseline"),
    ("number.negative", "changes", "persons", -1, "below nought"),
    ("place.unknown", "changes", "village", "新桃源村", "no such village in the township"),
    ("value.not_date", "standings", "standing_date", "年底", "day in words"),
    ("place.unknown", "reported_exits", "township", "柏树沟乡", "no such township in the county"),
    ("number.negative", "reported_exits", "persons", -5, "below nought"),
    ("value.unknown_code", "rechecks", "recheck_kind", "随机走访", "kind in no code list"),
    ("value.missing", "complaints", "complaint_date", None, "day empty"),
]


def plant(planter: Planter) -> None:
    """Further rows with one fault each, like others of the table; doubts of accepted rows of households that are sound."""
    rng = Random(planter.seed + 9)
    for code, table, column, value, note in _ERRORS:
        like = rng.choice(planter.accepted(table))
        planter.error(code, table, like | {column: value, "_sort": _sort(like, table)}, column, note)
    for table, changed in (("acceptance", {"has_water": False}), ("standings", {"standing_size": 9})):
        like = rng.choice([row for row in planter.accepted(table) if row["household_id"][12:] < "9"])
        again = like | changed | {"_sort": _sort(like, table) + "x"}
        planter.error("key.duplicate", table, again, "household_id", "second row of a household and day")
    for at in range(2):
        row = _own(planter, "measures")
        row["cost_yuan"] = -500 - at
        planter.doubt("number.negative", "measures", row, "cost_yuan", "below nought")
    row = _own(planter, "measures")
    row["end_date"] = row["start_date"] - timedelta(days=20)
    planter.doubt("date.order", "measures", row, "end_date", "ends before it begins")
    row = rng.choice([row for row in planter.accepted("complaints") if row["closed_date"]])
    row["closed_date"] = row["complaint_date"] - timedelta(days=3)
    planter.doubt("date.order", "complaints", row, "closed_date", "closed before it was received")


def _sort(row: Row, table: str) -> str:
    return Planter.sorted_by(table, row)


def _own(planter: Planter, table: str) -> Row:
    number = planter.pick()["household_id"]
    return next(row for row in planter.accepted(table) if row["household_id"] == number)
