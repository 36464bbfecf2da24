"""The county's indicators for its goals: a CSV file beside the register, one row per indicator and year, each with its source.

`indicators.csv` in the register's folder, in UTF-8: indicator, year, county_value, provincial_mean, unit, source. The indicators
there are, with units and bounds, stand in `data/goals/indicators.csv`. An empty value is not supplied, never nought.
"""

import re
from collections.abc import Iterator
from functools import cache

import pandas as pd

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import supplied
from tuopin_analysis.register.about import About, about
from tuopin_analysis.register.supplied import Row

FILE = "indicators.csv"
COLUMNS = ["indicator", "year", "county_value", "provincial_mean", "unit", "source"]
VALUES = ("county_value", "provincial_mean")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)


@cache
def _known() -> pd.DataFrame:
    found = pd.read_csv(paths.DATA / "goals" / FILE, dtype="str", keep_default_na=False)
    numbers = {name: pd.to_numeric(found[name]) for name in ("target", "least", "most")}
    return found.assign(**numbers, by=pd.to_datetime(found["by"].replace("", None)).astype("datetime64[us]"))


def known() -> pd.DataFrame:
    """The indicators there are: one row each: goal, unit, better (more, less), judged (reach, above, close), target, by, bounds,
    taken_from (register, file), source."""
    return _known().copy()


def is_invented(register: str = "demo") -> bool:
    """Whether the indicators are those of the demonstration register, which are invented."""
    return str(register) == "demo"


def indicators(register: str = "demo") -> pd.DataFrame:
    """The indicators supplied: one row per indicator and year: the columns of the file and its `line`; none without a file.

    InputError lists every fault of the file: unknown, doubled or foreign indicators, years and numbers that are none, values out
    of bounds, another unit, a value without a source.

    >>> len(indicators("demo")) > 30
    True
    """
    told = about(register)
    path = paths.DATA / "goals" / "demo.csv" if is_invented(register) else told.folder / FILE
    rows, faults = supplied.read(path, COLUMNS, "the indicators") if path.is_file() else ([], [])
    faults += [fault for row in rows for fault in _faults(row, told, supplied.at(path, row))]
    faults += supplied.doubled(rows, path, ["indicator", "year"], "indicator and year")
    if faults:
        raise InputError(*faults)
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "line"]).astype({"line": "int64", "indicator": "str", "source": "str"})
    values = {name: pd.to_numeric(frame[name].replace("", None)).astype("float64") for name in VALUES}
    frame = frame.assign(year=pd.to_numeric(frame["year"]).astype("int64"), **values)
    return frame.sort_values(["indicator", "year"], kind="stable", ignore_index=True)


def _faults(row: Row, told: About, at: str) -> Iterator[Fault]:
    """What is wrong with one row by itself."""
    described = _known().set_index("indicator")
    name = row["indicator"]
    if name not in described.index:
        yield Fault(f"unknown indicator '{name}'", f"{at}, column indicator", mend=nearest(name, described.index))
        return
    if described.loc[name, "taken_from"] == "register":
        yield Fault(f"'{name}' is counted from the register", f"{at}, column indicator", mend="leave the row out")
    if not _YEAR.fullmatch(row["year"]):
        yield Fault(f"'{row['year']}' is not a year", f"{at}, column year", "four digits, as 2016")
    elif int(row["year"]) > told.until.year:
        expected = f"a year up to {told.until.year}, the register's last"
        yield Fault(f"{row['year']} lies after the register", f"{at}, column year", expected)
    if row["unit"] != described.loc[name, "unit"]:
        yield Fault(f"unit '{row['unit']}' of {name}", f"{at}, column unit", str(described.loc[name, "unit"]))
    bounds = described.loc[[name], ["least", "most"]].astype("float64")
    yield from _values(row, float(bounds["least"].iloc[0]), float(bounds["most"].iloc[0]), at)


def _values(row: Row, least: float, most: float, at: str) -> Iterator[Fault]:
    for column in (name for name in VALUES if row[name]):
        where = f"{at}, column {column}"
        if not _NUMBER.fullmatch(row[column]):
            yield Fault(
                f"'{row[column]}' is not a number", where, "digits, as 8.6", "no commas, no signs of units; empty if not known"
            )
        elif float(row[column]) < least or float(row[column]) > most:  # a bound that is missing compares as false
            bounds = f"from {least:g}" if pd.isna(most) else f"from {least:g} to {most:g}"
            yield Fault(f"{row[column]} is out of bounds", where, bounds)
    if any(row[name] for name in VALUES) and not row["source"]:
        yield Fault("a value without a source", f"{at}, column source", "where the figures are published")
