"""What the checks did, beside what they found: the rules that ran, where each row belongs, which columns there are."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from tuopin_analysis.register import checks, read, validate
from tuopin_analysis.register.about import about


@dataclass(frozen=True, repr=False)
class Inspection:
    """The parts of validate.Checked that hold nothing protected: rules, places (one row per row read), columns by table."""

    rules: pd.DataFrame
    places: pd.DataFrame
    columns: dict[str, list[str]]


def inspection(register: str) -> Inspection:
    """The inspection of a register, made again only when one of its files has changed."""
    told = about(register)
    files = [told.folder / "register.yaml", checks.CHECKS, *(told.folder / name for name in told.tables.values())]
    stamp = tuple((path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else (0, 0) for path in files)
    return _inspect(told.folder, stamp)


@lru_cache(maxsize=2)
def _inspect(folder: Path, _stamp: tuple[tuple[int, int], ...]) -> Inspection:
    told = about(str(folder))
    checked = validate.check(told, read.sources(told))
    return Inspection(checked.rules, checked.places, checked.columns)


def planted(register: str) -> pd.DataFrame | None:
    """The key of planted faults of a demonstration register (planted.csv); None where a register has none."""
    path = about(register).folder / "planted.csv"
    return pd.read_csv(path, dtype={"household_id": "str"}) if path.is_file() else None
