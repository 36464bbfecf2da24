"""Small registers to count: made by hand, of the published totals, or drawn at random."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from tuopin_analysis import rules

RULES = rules.read("hebei-2016")
GROUPS = RULES.cause_groups
TOWNSHIPS = {
    "130123100": ("正定镇", 217, 334),
    "130123102": ("新城铺镇", 156, 394),
    "130123103": ("新安镇", 394, 655),
    "130123200": ("南牛乡", 299, 694),
    "130123201": ("南楼乡", 194, 385),
    "130123202": ("西平乐乡", 132, 380),
    "130123203": ("北早现乡", 206, 517),
    "130123204": ("曲阳桥乡", 97, 295),
}
CAUSES = {"illness": (947, 2112), "disability": (662, 1332), "schooling": (86, 210)}


def households(rows: list[tuple[Any, ...]], columns: str) -> pd.DataFrame:
    """Households as a register has them, from rows of the named columns; the others are filled in."""
    frame = pd.DataFrame(rows, columns=columns.split())
    filled = {"household_id": [f"{n:04}" for n in range(len(frame))], "township_code": "130123103", "township": "新安镇",
              "village_code": "130123103201", "village": "某村", "cause_main": "illness", "cause_other": None, "size": 1,
              "is_remaining": True, "attribute": "general", "income_per_person_yuan": 2000.0}  # fmt: skip
    for column, value in filled.items():
        if column not in frame:
            frame[column] = value
    text = {column: "str" for column in frame.columns if column not in ("size", "is_remaining", "income_per_person_yuan")}
    return frame.astype(text | {"size": "Int64", "is_remaining": "bool", "income_per_person_yuan": "float64"})


def of_totals(totals: Mapping[str, tuple[int, int]], column: str) -> pd.DataFrame:
    """As many households and persons for each value of `column` as `totals` says."""
    rows = []
    for value, (number, persons) in totals.items():
        rows += [(value, persons // number + (place < persons % number)) for place in range(number)]
    return households(rows, f"{column} size")


def county() -> pd.DataFrame:
    """Households of the published townships' totals, under their names."""
    frame = of_totals({code: numbers for code, (_, *numbers) in TOWNSHIPS.items()}, "township_code")  # type: ignore[misc]
    return frame.assign(township=frame["township_code"].map({code: name for code, (name, *_) in TOWNSHIPS.items()}).astype("str"))


def plans(days: Mapping[str, str | None]) -> pd.DataFrame:
    """Exit plans: household and day."""
    frame = pd.DataFrame({"household_id": list(days), "planned_exit_date": pd.to_datetime(list(days.values()))})
    return frame.astype({"household_id": "str", "planned_exit_date": "datetime64[us]"})


def events(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Exits and relapses: household, event, day and the income recorded."""
    frame = pd.DataFrame(rows, columns=["household_id", "event", "event_date", "event_income_per_person_yuan"])
    kinds = {"household_id": "str", "event": "str", "event_date": "datetime64[us]", "event_income_per_person_yuan": "float64"}
    return frame.astype(kinds)


def drawn(seed: int = 1, number: int = 240) -> dict[str, pd.DataFrame]:
    """A register drawn at random, with gaps where a register has gaps: households, persons, plans, events."""
    rng = np.random.default_rng(seed)
    codes, causes = list(TOWNSHIPS)[:4], [cause for group in GROUPS.values() for cause in group]
    rows = []
    for _ in range(number):
        code = codes[rng.integers(len(codes))]
        village = f"{code}20{rng.integers(3)}"
        other = [None, "illness", "disability;schooling", ""][rng.integers(4)]
        income = None if rng.random() < 0.1 else float(rng.integers(1000, 6000))
        kind = ["general", "allowance", "allowance_only"][rng.integers(3)]
        rows.append(
            (code, TOWNSHIPS[code][0], village, village[-3:], causes[rng.integers(6)], other, rng.integers(1, 9), kind, income)
        )
    columns = "township_code township village_code village cause_main cause_other size attribute income_per_person_yuan"
    home = households(rows, columns)
    planned = {home_id: (None if rng.random() < 0.1 else _day(rng)) for home_id in home["household_id"] if rng.random() < 0.9}
    changes = []
    for home_id in home["household_id"]:
        days = sorted({_day(rng) for _ in range(rng.integers(4))})
        incomes = [None if rng.random() < 0.2 else float(rng.integers(2000, 5000)) for _ in days]
        changes += [(home_id, ["exit", "relapse"][n % 2], when, incomes[n]) for n, when in enumerate(days)]
    sizes = zip(home["household_id"], home["size"], strict=True)
    members = [(home_id, *_member(rng)) for home_id, size in sizes for _ in range(size)]
    people = pd.DataFrame(members, columns=["household_id", "age_years", "school_status", "labour_skill"])
    people = people.astype({"household_id": "str", "age_years": "Int64", "school_status": "str", "labour_skill": "str"})
    home["is_remaining"] = rng.random(number) < 0.6
    return {"households": home, "persons": people, "plans": plans(planned), "events": events(changes)}


def _day(rng: np.random.Generator) -> str:
    return str(date(2016, 1, 1) + timedelta(days=int(rng.integers(700))))


def _member(rng: np.random.Generator) -> tuple[Any, ...]:
    age = None if rng.random() < 0.1 else int(rng.integers(0, 95))
    school = [None, "not_at_school", "not_at_school", "primary_school"][rng.integers(4)]
    return age, school, [None, "ordinary_labour", "no_labour", "lost_labour"][rng.integers(4)]
