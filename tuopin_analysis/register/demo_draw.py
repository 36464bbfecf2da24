"""The demonstration register's households: how many of each cause in each township, their sizes and villages.

Two integer tables are drawn by `humanleague` (integer microsynthesis): households by township and cause, then the persons beyond
the first of each household with the first table as seed. So all four published margins hold exactly, at once.
"""

import csv
from collections import Counter, defaultdict
from random import Random
from typing import Any

import humanleague
import numpy as np

from tuopin_analysis import paths

Row = dict[str, Any]  # one row of a table: dictionary column -> identifier, number, day or text; names with "_" are never written

LARGEST = 8  # persons
_OTHER = {"lack_of_labour": 0.27, "lack_of_skills": 0.10, "lack_of_funds": 0.09, "disaster": 0.06, "lack_of_drive": 0.04}


def published(name: str) -> list[dict[str, str]]:
    """The rows of one published table, as text.

    >>> [row["cause_main"] for row in published("causes")]
    ['illness', 'disability', 'other']
    """
    with open(paths.PUBLISHED / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines() -> dict[str, int]:
    """Poverty and allowance line as published, in yuan per person and year.

    >>> lines()
    {'poverty': 2855, 'allowance': 4000}
    """
    return {row["line"]: int(row["yuan_per_person_year"]) for row in published("lines")}


def village_names() -> dict[str, list[tuple[str, str]]]:
    """Village committees of each township: code and the name as an office writes it, in full where the short one is ambiguous.

    >>> village_names()["130123203"][13], village_names()["130123100"][1]
    (('130123203214', '上水屯村'), ('130123100202', '西门里村委会'))
    """
    with open(paths.PLACES / "villages.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    stems = {row["code"]: row["name"].removesuffix("村委会").removesuffix("居委会") for row in rows}
    uses = Counter((row["township_code"], stems[row["code"]]) for row in rows)
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        if row["name"].endswith("村委会"):
            stem, township = stems[row["code"]], row["township_code"]
            short = stem if stem.endswith("村") else stem + "村"
            found[township].append((row["code"], short if uses[township, stem] == 1 else row["name"]))
    return dict(found)


def _fit(seed: np.ndarray, rows: list[int], columns: list[int]) -> np.ndarray:
    """An integer table near `seed` whose row and column sums are exactly those given."""
    table = np.asarray(humanleague.qisi(seed, [[0], [1]], [np.array(rows), np.array(columns)])[0])
    if table.shape != seed.shape or table.sum(axis=1).tolist() != rows or table.sum(axis=0).tolist() != columns:
        raise RuntimeError("no integer table meets the published margins")
    return table


def cells(rng: Random) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    """Township codes, cause groups, and the tables of households and of persons by township (rows) and group (columns).

    >>> codes, groups, households, persons = cells(Random(1))
    >>> int(households.sum()), int(persons.sum()), bool((persons >= households).all())
    (1695, 3654, True)
    """
    townships, causes = published("townships"), published("causes")
    rows, columns = ([[int(row[unit]) for row in table] for unit in ("households", "persons")] for table in (townships, causes))
    uneven = np.array([[rng.lognormvariate(0, 0.15) for _ in causes] for _ in townships])
    households = _fit(np.outer(rows[0], columns[0]) * uneven, rows[0], columns[0])
    beyond_first = _fit(households.astype(float), *([p - h for h, p in zip(*units, strict=True)] for units in (rows, columns)))
    codes, groups = [row["township_code"] for row in townships], [row["cause_main"] for row in causes]
    return codes, groups, households, households + beyond_first


def _sizes(rng: Random, households: int, persons: int) -> list[int]:
    """Sizes of 1 to 8 that add up: each person beyond the first joins a household by its drawn weight, large ones seldom."""
    sizes, weights = [1] * households, [rng.gammavariate(1.3, 1) for _ in range(households)]
    for _ in range(persons - households):
        at = rng.choices(range(households), weights)[0]
        sizes[at] += 1
        if sizes[at] >= 4:
            weights[at] *= 0.0 if sizes[at] == LARGEST else 0.5
    return sizes


def _split_other(rng: Random, rows: list[Row]) -> None:
    """Split the published group "other" over the register's causes; most are schooling, in households with room for a pupil."""
    rng.shuffle(rows)
    rows.sort(key=lambda row: row["size"] > 1)
    for cause, share in _OTHER.items():
        left = [row for row in rows if row["cause_main"] == "other"]
        number = round(share * len(rows))
        for row in left[:number] if cause == "lack_of_labour" else rng.sample(left, number):
            row["cause_main"] = cause
    for row in rows:
        if row["cause_main"] == "other":
            row["cause_main"] = "schooling" if row["size"] > 1 else "lack_of_labour"


def households(rng: Random) -> list[Row]:
    """One row per household: household_id, township and village as written, cause_main, size; sorted by village."""
    codes, groups, counts, persons = cells(rng)
    names = {row["township_code"]: row["township"] for row in published("townships")}
    villages = village_names()
    rows: list[Row] = []
    for i, code in enumerate(codes):
        weights = [rng.gammavariate(2, 1) for _ in villages[code]]
        for j, group in enumerate(groups):
            for size in _sizes(rng, int(counts[i, j]), int(persons[i, j])):
                village_code, village = rng.choices(villages[code], weights)[0]
                rows.append(
                    {
                        "county": "正定县",
                        "township": names[code],
                        "village": village,
                        "cause_main": group,
                        "size": size,
                        "_township_code": code,
                        "_village_code": village_code,
                    }
                )
    _split_other(rng, [row for row in rows if row["cause_main"] == "other"])
    rng.shuffle(rows)
    rows.sort(key=lambda row: row["_village_code"])
    number: Counter[str] = Counter()
    for row in rows:
        number[row["_village_code"]] += 1
        row["household_id"] = f"{row['_village_code']}{number[row['_village_code']]:04d}"
    return rows
