"""A piece of a synthetic county as Arrow tables, in the columns of an imported register; coded columns dictionary-encoded."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from tuopin_analysis.register import places, scale_course
from tuopin_analysis.register.scale_course import Piece
from tuopin_analysis.register.scale_draw import County, assumed

PLAIN = {"household_id", "person_id"}  # all different, so no dictionary helps
LIMIT_MU = 10
_LETTERS = np.frombuffer(b"234567abcdefghijklmnopqrstuvwxyz", dtype="uint8")  # in the order of their bytes: ids sort as keys do
_EPOCH = date(1970, 1, 1).toordinal()
_QUARTERS = [
    date(2016, 3, 31),
    date(2016, 6, 30),
    date(2016, 9, 30),
    date(2016, 12, 31),
    date(2017, 3, 31),
    date(2017, 6, 30),
    date(2017, 9, 30),
    date(2017, 12, 31),
]


def coded(codes: np.ndarray, values: "Sequence[Any] | pa.Array", missing: np.ndarray | None = None) -> pa.DictionaryArray:
    """A dictionary-encoded column."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype("int32"), mask=missing), pa.array(values))


def ids(kind: str, key: np.ndarray, county: int, member: np.ndarray | None = None) -> pa.Array:
    """Ids as long as an imported register's: the kind, the key in thirteen signs, the county in three; a person's one more."""
    digits = [(key >> np.uint64(5 * place)) & np.uint64(31) for place in range(12, -1, -1)]
    digits += [np.full(len(key), (county >> (5 * place)) & 31) for place in (2, 1, 0)]
    digits += [] if member is None else [member]
    text = np.empty((len(key), len(digits) + 1), dtype="uint8")
    text[:, 0] = ord(kind)
    for place, digit in enumerate(digits, start=1):
        text[:, place] = _LETTERS[digit.astype("int64")]
    offsets = np.arange(len(key) + 1, dtype="int32") * text.shape[1]
    return pa.StringArray.from_buffers(len(key), pa.py_buffer(offsets), pa.py_buffer(text.tobytes()))


class Places:
    """Where a county's households live: its townships, and villages drawn from the list of 2016."""

    def __init__(self, county: County) -> None:
        listed = places.of_county(county.code)
        of = {code: np.flatnonzero((listed["township_code"] == code).to_numpy()) for code in county.towns["township_code"]}
        self.first = np.array([found[0] if len(found) else 0 for found in of.values()])
        self.number = np.array([len(found) for found in of.values()])
        named = {"township_code": county.towns, "township": county.towns, "village_code": listed, "village": listed}
        self.named = {name: pa.array(frame[name].tolist() or [""]) for name, frame in named.items()}

    def columns(self, town: np.ndarray, seed: np.ndarray, county_code: str) -> dict[str, pa.Array]:
        """The place of each household, given its township and a number to draw its village by."""
        number = self.number[town]
        village, nowhere = self.first[town] + seed % np.maximum(number, 1), number == 0
        return {
            "county_code": coded(np.zeros(len(town)), [county_code]),
            "township_code": coded(town, self.named["township_code"]),
            "township": coded(town, self.named["township"]),
            "village_code": coded(village, self.named["village_code"], nowhere),
            "village": coded(village, self.named["village"], nowhere),
        }


def households(piece: Piece, county: County, where: Places, snapshot: int, day: date) -> pa.Table:
    """The households on the list of a snapshot, as they then are."""
    rows = piece.listed(snapshot)
    found, out = scale_course.kept(piece.values, rows), piece.out[snapshot][rows]
    given, income = assumed(), found["income"] + np.where(out, 1100, 90 * snapshot)
    size = (found["sizes"] + 1).astype("int64")
    return pa.table(
        {
            "household_id": ids("h", piece.key[rows], county.order),
            **where.columns(found["town"], found["seed"], county.code),
            "attribute": coded(found["attributes"], list(given["attributes"])),
            "cause_main": coded(found["causes"], list(given["causes"])),
            "cause_other": pa.nulls(len(rows), pa.string()),
            "size": pa.array(size),
            "poverty_status": coded(out, ["poor", "out"]),
            "exit_year": pa.array(np.full(len(rows), day.year), mask=~out),
            "income_per_person_yuan": pa.array(income.astype("float64"), mask=found["no_income"]),
            "farmland_mu": pa.array(found["land"] / LIMIT_MU),
            "has_safe_water": pa.array(found["water"]),
            "is_dilapidated": pa.array(found["dilapidated"]),
        }
    )


def persons(piece: Piece, drawn: dict[str, np.ndarray], county: County, where: Places, snapshot: int, years: int) -> pa.Table:
    """The members of the households on the list of a snapshot, with their ages then; no names, numbers or birthdays."""
    listed = np.zeros(len(piece.key), dtype=bool)
    listed[piece.listed(snapshot)] = True
    found = scale_course.kept(drawn, listed[drawn["household"]])
    house = found["household"]
    placed = where.columns(piece.values["town"][house], piece.values["seed"][house], county.code)
    return pa.table(
        {
            "person_id": ids("p", piece.key[house], county.order, found["order"]),
            "household_id": ids("h", piece.key[house], county.order),
            **placed,
            "sex": coded(found["male"], ["female", "male"]),
            "age_years": pa.array((found["age"] + years).astype("int64")),
            "relation": coded(found["relation"], scale_course.RELATIONS),
            "school_status": coded(found["school"], scale_course.SCHOOLS),
            "labour_skill": coded(found["labour"], scale_course.LABOUR),
            "health": coded(found["health"], scale_course.HEALTH),
        }
    )


def exit_plans(piece: Piece, county: County) -> pa.Table:
    """The first list's plans: the last day of a quarter of two years."""
    rows = np.flatnonzero((piece.since == 0) & ~piece.values["planless"])
    days = np.array([day.toordinal() - _EPOCH for day in _QUARTERS])[piece.values["plan"][rows]]
    planned = _moments(days)
    return pa.table({"household_id": ids("h", piece.key[rows], county.order), "planned_exit_date": planned})


def events(piece: Piece, county: County, until: date) -> pa.Table:
    """Exits and relapses up to a day, by household and day."""
    who, when, what = (column[piece.moves[1] <= until.toordinal()] for column in piece.moves)
    income = (piece.values["income"][who] + 1100).astype("float64")
    return pa.table(
        {
            "household_id": ids("h", piece.key[who], county.order),
            "event": coded(what, ["exit", "relapse"]),
            "event_date": _moments(when - _EPOCH),
            "is_day_known": pa.array(np.ones(len(who), dtype=bool)),
            "event_income_per_person_yuan": pa.array(income, mask=what == 1),
        }
    )


def _moments(days: np.ndarray) -> pa.Array:
    """Days since 1970 as moments in microseconds, as an imported register has its dates."""
    return pa.array(days.astype("int64") * 86_400_000_000, type=pa.timestamp("us"))
