"""The county's published figures, as frames; for a county of which nothing is published, the same frames without rows."""

from functools import cache
from typing import Any

import pandas as pd
import yaml

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest

COUNTY_CODE = "130123"
_NUMBERS = {"value": "float64", "households": "int64", "persons": "int64", "rural_population": "float64",
            "yuan_per_person_year": "float64", "year": "Int64", "share": "float64"}  # fmt: skip


@cache
def _read(stem: str) -> pd.DataFrame:
    path = paths.PUBLISHED / f"{stem}.csv"
    if not path.is_file():
        raise InputError(Fault("file missing", paths.shown(path), "the published figures", "restore it from the repository"))
    found = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
    return found.astype({column: kind for column, kind in _NUMBERS.items() if column in found})


def _of(stem: str, county_code: str) -> pd.DataFrame:
    found = _read(stem)
    return found.copy(deep=False) if county_code == COUNTY_CODE else found.iloc[:0].copy()


def register_totals(county_code: str = COUNTY_CODE) -> pd.DataFrame:
    """Totals of the register: one row per item; `value` in `unit`, missing where the source cannot be read.

    >>> register_totals().set_index("item")["value"]["registered_persons"]
    np.float64(3654.0)
    """
    return _of("register", county_code)


def townships(county_code: str = COUNTY_CODE) -> pd.DataFrame:
    """Registered households and persons: one row per township.

    >>> townships()[["households", "persons"]].sum().to_list(), len(townships("130624"))
    ([1695, 3654], 0)
    """
    return _of("townships", county_code)


def causes(county_code: str = COUNTY_CODE) -> pd.DataFrame:
    """Registered households and persons: one row per group of causes; the stated shares are per cent, as text, as printed.

    >>> causes()["share_persons_stated"].to_list()
    ['58', '36.4', '5.6']
    """
    return _of("causes", county_code)


def lines(county_code: str = COUNTY_CODE) -> pd.DataFrame:
    """Poverty and allowance lines: one row per line, area and year, in yuan per person and year."""
    return _of("lines", county_code)


def targets(county_code: str = COUNTY_CODE) -> pd.DataFrame:
    """Targets of the county and the province: one row per target; `share` from 0 to 1 where the source gives one."""
    return _of("targets", county_code)


def claims(county_code: str = COUNTY_CODE) -> pd.DataFrame:
    """What the source says in words of its figures: one row per claim; `members` joined by ";"."""
    return _of("claims", county_code)


def claim(name: str, county_code: str = COUNTY_CODE) -> dict[str, Any]:
    """One claim of the source: its `members` as a list, its `unit` and `value`; no members where nothing is published.

    >>> claim("larger_townships")["members"], claim("larger_townships", "130624")["members"]
    (['130123200', '130123103'], [])
    """
    known = claims().set_index("claim")
    if name not in known.index:
        raise InputError(Fault(f"no claim '{name}'", "data/published/claims.csv", mend=nearest(name, known.index)))
    found = known.loc[name]
    members = found["members"].split(";") if county_code == COUNTY_CODE else []
    unit: str = "persons" if pd.isna(found["unit"]) else str(found["unit"])
    return {"members": members, "unit": unit, "value": found["value"]}


def population(county_code: str = COUNTY_CODE) -> pd.DataFrame:
    """Rural population: one row per township, in persons; missing, as the source gives none."""
    return _of("population", county_code)


def source(name: str) -> dict[str, Any]:
    """Where the published figures of `name` come from: title, publisher, place, date, unit, transcription, licence, sha256."""
    known = sorted(path.name.removesuffix(".source.yaml") for path in paths.PUBLISHED.glob("*.source.yaml"))
    if name not in known:
        raise InputError(Fault(f"no published figures '{name}'", "data/published", mend=nearest(name, known)))
    return yaml.safe_load((paths.PUBLISHED / f"{name}.source.yaml").read_text(encoding="utf-8"))
