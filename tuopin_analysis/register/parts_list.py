"""The list of parts of a store of many counties: one Parquet file a snapshot, which register.yaml names by its checksum.

A province has thousands of parts, too many for a YAML file to be read before each report. As register.yaml names the list, and
the list every part with its checksum, a store still counts whole or not at all.
"""

import hashlib
import io
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import yaml

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import places, protect
from tuopin_analysis.register.about import About, Part, Snapshot

INDEX = "index"
_MEND = "restore the register's folder from a copy, or make it again"


class Row(NamedTuple):
    """One part: what it holds and where it lies."""

    table: str
    day: date
    county: str
    file: str
    rows: int
    bytes: int
    sha256: str


def place(table: str, day: date, county: str) -> str:
    """The folder of a part."""
    return f"{table}/snapshot={day.isoformat()}/county={county}"


def region_name(prefix: str) -> tuple[str, str]:
    """What the counties below a code are called together, in Chinese and English."""
    from tuopin_analysis.register import scale_draw

    if not prefix:
        return "全国", "China"
    first = scale_draw.townships(prefix).iloc[0]
    name = str(first["province" if len(prefix) == 2 else "county"])
    return name, name


def write(folder: Path, day: date, rows: list[Row]) -> Part:
    """Write the list of one snapshot's parts, and say where it lies."""
    frame = pd.DataFrame([row for row in rows if row.day == day], columns=list(Row._fields)).drop(columns="day")
    frame = frame.sort_values(["table", "county"], ignore_index=True)
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    data = buffer.getvalue()
    sha256 = hashlib.sha256(data).hexdigest()
    file = f"{INDEX}/snapshot={day.isoformat()}/{sha256[:16]}.parquet"
    protect.private_folder(folder / INDEX)
    protect.write_private(folder / file, data)
    return Part(file=file, rows=len(frame), sha256=sha256)


def describe(folder: Path, told: About) -> None:
    """Write register.yaml; from now on the store counts."""
    content = told.model_dump(mode="json", exclude={"folder", "tables", "county_code"}, exclude_defaults=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    protect.write_private(folder / "register.yaml", text.encode("utf-8"))


def parts(told: About, day: date, table: str | None = None, prefix: str = "") -> pd.DataFrame:
    """The parts of one snapshot, of one table and of the counties below a code: table, county, file, rows, bytes, sha256.

    InputError when the list is missing or not as it was written.
    """
    index = told.snapshots[day].index
    if index is None:
        raise InputError(Fault("a register of one county has no list of parts", paths.shown(told.folder)))
    found = _read(told.folder / index.file, index.sha256)
    kept = found["county"].str.startswith(prefix[:6])
    return found[kept & (found["table"] == table)] if table else found[kept]


def of_county(told: About, code: str) -> About:
    """One county of a store of many, as a register of its own: its name, and its parts only.

    InputError when the store is of one county, or has no such one.
    """
    named = places.county(code) if code.isdigit() and len(code) == 6 else {}
    if not told.region:
        raise InputError(Fault(f"not a store of many counties, so it has no county={code}", paths.shown(told.folder)))
    snapshots = {}
    for day in told.snapshots:
        rows = parts(told, day, prefix=code).itertuples() if named else ()
        found = {str(row.table): Part(file=str(row.file), rows=int(str(row.rows)), sha256=str(row.sha256)) for row in rows}
        snapshots[day] = Snapshot(inputs={}, parts=found)
    if not any(snapshot.parts for snapshot in snapshots.values()):
        expected = "the six digits of a county of the store, as in FOLDER/county=130123"
        raise InputError(Fault(f"no county '{code}'", paths.shown(told.folder), expected))
    return told.model_copy(update={
        "title_zh": f"{told.title_zh} · {named['county']}", "title_en": f"{told.title_en} · {named['county']}", "store": 1,
        "county_code": code, "region": "", "county_zh": named["county"], "county_en": named["county"], "snapshots": snapshots,
    })  # fmt: skip


@lru_cache(maxsize=8)
def _read(path: Path, sha256: str) -> pd.DataFrame:
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"the list of the register's parts cannot be read: {error.strerror}"
        raise InputError(Fault(what, paths.shown(path), "the file that register.yaml names", _MEND)) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        what = "the list of the register's parts was changed or cut off"
        raise InputError(Fault(what, paths.shown(path), "its checksum", _MEND))
    return pd.read_parquet(io.BytesIO(data))


def files(told: About, found: pd.DataFrame) -> list[str]:
    """The paths of parts; InputError names those that are gone or cut off."""
    faults, paths_ = [], []
    for file, size in zip(found["file"], found["bytes"], strict=True):
        path = told.folder / str(file)
        if not path.is_file() or path.stat().st_size != size:
            what = "a part of the register is missing or cut off"
            faults.append(Fault(what, paths.shown(path), "the file that the list of parts names", _MEND))
        paths_.append(str(path))
    if faults:
        raise InputError(*faults[:12])
    return paths_
