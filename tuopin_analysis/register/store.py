"""The store of an imported register: Parquet by table, snapshot day and county; register.yaml says which parts count.

A part bears its checksum in its name and is never changed. A snapshot counts from the moment in which register.yaml, written
beside and moved, names its parts: whatever kills an import before that leaves the register as it was, and the next import
sweeps up what the killed one left.
"""

import contextlib
import hashlib
import io
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import yaml

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import protect
from tuopin_analysis.register.about import TABLES, About, Part, Snapshot, about

PROTECTED = "protected"
CORRECTIONS = "corrections.csv"  # the office's own file, which imports leave alone
_OWN = {*TABLES, PROTECTED, "index", "register.yaml", ".lock", CORRECTIONS}
_HALF = (".register.yaml", f".{CORRECTIONS}")  # what write_private leaves when it is killed


def save(folder: Path, told: About, day: date, frames: Mapping[str, pd.DataFrame], inputs: Mapping[str, str]) -> About:
    """Add one day's frames to the register in `folder` (made if it isn't there) and return what the register says of itself now.

    `told` describes the register as the import found it, or a new one; a snapshot of the same day is replaced. What another
    import added meanwhile stays. InputError for a folder that holds other things, one that cannot be written, one that another
    import is writing, and one that became another register; nothing of this import is then left behind.
    """
    refuse_strangers(folder)
    try:
        protect.private_folder(folder)
        with _locked(folder):
            now = about(str(folder)) if (folder / "register.yaml").is_file() else None
            _refuse_another(told, now, day)
            try:
                parts = {name: _write(folder, told.county_code, day, name, frame) for name, frame in frames.items()}
                days = {**(now.snapshots if now else {}), day: Snapshot(inputs=dict(inputs), parts=parts)}
                known = {"snapshots": dict(sorted(days.items())), "baseline": min(days), "until": max(days)}
                after = (now or told).model_copy(update=known)
                content = after.model_dump(mode="json", exclude={"folder", "tables"})
                text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
                protect.write_private(folder / "register.yaml", text.encode("utf-8"))
            except BaseException:
                _clear(folder, now)
                raise
            _sweep(folder, after)
    except OSError as error:
        raise InputError(
            Fault(
                f"cannot write the register: {error.strerror or error}",
                f"--into {paths.shown(folder)}",
                "a folder that can be written, with room for the register",
                "choose another folder, or make room; the register is as it was before",
            )
        ) from None
    return after


def _refuse_another(told: About, now: About | None, day: date) -> None:
    """What another import did since this one began to read: its days stay, but it must be the same register and another day."""
    if now is None:
        return
    if (now.county_code, now.key_sha256) != (told.county_code, told.key_sha256):
        what = f"the folder became a register of county {now.county_code} under its own key while this import was reading"
        raise InputError(Fault(what, f"--into {now.folder}", "the same county and key", "choose another folder"))
    if day in now.snapshots and now.snapshots[day] != told.snapshots.get(day):
        what = f"another import has just stored the snapshot of {day}"
        mend = "look at it; --replace puts this one in its place"
        raise InputError(Fault(what, f"--into {now.folder}", "a day not yet imported", mend))


def _clear(folder: Path, now: About | None) -> None:
    """Remove what a failed import wrote, as far as that goes; a folder that it made goes with it."""
    with contextlib.suppress(OSError):
        _sweep(folder, now)
        if now is None:
            (folder / ".lock").unlink(missing_ok=True)
            folder.rmdir()


def refuse_strangers(folder: Path) -> None:
    """InputError when the folder holds something that is not a register's: an import never mixes with other files."""
    if folder.exists() and not folder.is_dir():
        raise InputError(Fault("not a folder", f"--into {folder}", "a folder for the register", "choose another name"))
    try:
        found = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise InputError(Fault(f"cannot read the folder: {error.strerror}", f"--into {folder}")) from None
    strange = [name for name in found if name not in _OWN and not name.startswith(_HALF)]
    if strange:
        what = f"the folder holds other things: {', '.join(strange[:5])}" + (", …" if len(strange) > 5 else "")
        expected = "a new or empty folder, or the folder of an imported register"
        raise InputError(Fault(what, f"--into {folder}", expected, "choose another folder"))


def frame(told: About, day: date, name: str) -> pd.DataFrame:
    """The frame `name` of one day; InputError for a part that is missing or not as it was written."""
    part = told.snapshots[day].parts[name]
    path = told.folder / part.file
    mend = "restore the register's folder from a copy, or import the day again with --replace"
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"a part of the register cannot be read: {error.strerror}"
        raise InputError(Fault(what, paths.shown(path), "the file that register.yaml names", mend)) from None
    if hashlib.sha256(data).hexdigest() != part.sha256:
        raise InputError(Fault("a part of the register was changed or cut off", paths.shown(path), "its checksum", mend))
    return pd.read_parquet(io.BytesIO(data))


def _write(folder: Path, county: str, day: date, name: str, frame: pd.DataFrame) -> Part:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    data = buffer.getvalue()
    sha256 = hashlib.sha256(data).hexdigest()
    file = f"{name}/snapshot={day.isoformat()}/county={county}/{sha256[:16]}.parquet"
    for above in list((folder / file).relative_to(folder).parents)[-2::-1]:
        protect.private_folder(folder / above)
    protect.write_private(folder / file, data)
    return Part(file=file, rows=len(frame), sha256=sha256)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One import at a time; the system frees the lock of a process that dies."""
    try:
        import fcntl
    except ImportError:  # Windows has no such lock; two imports at once into one folder are then the users' own care
        yield
        return
    handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            what = "another import is writing this register"
            raise InputError(Fault(what, f"--into {folder}", mend="wait until it has ended")) from None
        yield
    finally:
        os.close(handle)


def _sweep(folder: Path, told: About | None) -> None:
    """Remove the parts that register.yaml does not name (without one: all), and folders that this leaves empty."""
    days = told.snapshots.values() if told else ()
    named = {folder / part.file for snapshot in days for part in snapshot.parts.values()}
    for top in (folder / name for name in (*TABLES, PROTECTED)):
        for path in [*sorted(top.rglob("*"), reverse=True), top]:
            if path.is_file() and path not in named:
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
    for left in (path for name in _HALF for path in folder.glob(f"{name}*")):
        left.unlink()


def write_corrections(told: About, content: bytes) -> None:
    """Put the file of corrections in place, whole or not at all and for its owner only, while no import is writing."""
    with _locked(told.folder):
        protect.write_private(told.folder / CORRECTIONS, content)
