"""The files that decide what a register says, with their checksums: equal ones give equal reports."""

import hashlib
from functools import lru_cache
from pathlib import Path

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register.about import about

# These lie in a register's folder and change what its pages say.
BESIDE = ("corrections.csv", "planted.csv", "planted_exits.csv", "indicators.csv", "townships.geojson")


def files(register: str = "demo") -> dict[str, str]:
    """The register's files below its folder, by name, each with its SHA-256; InputError when one cannot be read.

    Parts of a store are not read again: register.yaml names each with its checksum, and every reader holds it against that.

    >>> sorted(files("demo"))[:2]
    ['acceptance.xlsx', 'changes.xlsx']
    """
    told = about(register)
    names = ["register.yaml", *told.tables.values(), *(name for name in BESIDE if (told.folder / name).is_file())]
    found = {name: _sum(told.folder / name) for name in names}
    parts = [part for snapshot in told.snapshots.values() for part in snapshot.parts.values()]
    return {**found, **{part.file: part.sha256 for part in parts}}


def _sum(path: Path) -> str:
    try:
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size)
    except OSError as error:
        what = f"a file of the register cannot be read: {error.strerror}"
        raise InputError(Fault(what, paths.shown(path), "a file that register.yaml names")) from None


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
