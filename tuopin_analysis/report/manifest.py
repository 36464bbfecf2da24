"""The manifest of a reports folder: what was made, from what, by what, with a checksum of every file.

Its JSON Schema is docs/manifest.schema.json. Times and other facts of a run stand here and nowhere else, so that equal inputs
give equal pages.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError

NAME = "manifest.json"
SIGNATURE = NAME + ".sig"
SCHEMA = paths.ROOT / "docs" / "manifest.schema.json"
Sha256 = Field(pattern=r"^[0-9a-f]{64}$")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Output(_Model):
    """A file that was written, with its checksum and size."""

    sha256: str = Sha256
    bytes: int = Field(ge=0)


class Code(_Model):
    """The code that made a page; `commit` and `clean` are null where there is no git."""

    version: str
    commit: str | None
    clean: bool | None
    package_sha256: str = Sha256


class Run(_Model):
    """One call of `tuopin report`: when, how, by what code, in what environment."""

    started: str
    ended: str
    command: str
    engine: str
    workers: int
    code: Code
    lock_sha256: str | None
    environment_sha256: str = Sha256
    python: str
    platform: str
    versions: dict[str, str]
    seeds: dict[str, int]


class Register(_Model):
    """A register that was read: its parameter, its files with their checksums, the places it has reports for."""

    register_: str = Field(alias="register")
    files: dict[str, str]
    scopes: list[str]


def _inside(name: str) -> str:
    """A file below the folder: nothing that a manifest names may lead out of it."""
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
        raise ValueError("a path below the folder of reports")
    return name


File = Annotated[str, AfterValidator(_inside)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$")]


class Entry(_Model):
    """A report. `run`, `parameters`, `subject`, `inputs`, `key`, `tables`, `outputs` tell of the page that stands there;
    `attempt`, `state`, `error`, `warnings`, `seconds` of the last attempt to make it."""

    scope: Name
    notebook: Name
    parameters: dict[str, Any]
    subject: dict[str, Any]
    tables: list[Name]
    outputs: dict[File, Output]
    inputs: dict[str, str]
    key: str
    run: str
    attempt: str
    state: Literal["made", "failed"]
    error: str
    warnings: list[str]
    seconds: float


class Check(_Model):
    """A cross-check of the folder: how many figures it compared and how many disagree."""

    check: str
    scope: str
    table: str
    compared: int
    disagreeing: int
    state: Literal["holds", "fails", "not_checkable"]
    detail: str


class Figure(_Model):
    """A figure that the contents page shows first, as its table has it ("×": suppressed), and where it is seen."""

    scope: Name
    figure: str
    value: str
    as_of: str
    register_: str = Field(alias="register")
    page: File


class Brief(_Model):
    """A brief of a place: its files, how it was asked for, and the checksums of the files its figures are taken from."""

    scope: Name
    lang: str
    number: int
    office: str
    day: str
    outputs: dict[File, Output]
    sources: dict[File, str]


class Manifest(_Model):
    """A reports folder. `files` are those that belong to no one report, such as the index; `figures` those of its contents page,
    `previous` the ones that stood there before, of another day or register; `briefs` what `tuopin brief` wrote."""

    manifest_version: Literal[2] = 2
    made_by: str
    runs: dict[str, Run] = {}
    registers: dict[str, Register] = {}
    reports: list[Entry] = []
    checks: list[Check] = []
    files: dict[File, Output] = {}
    figures: list[Figure] = []
    previous: list[Figure] = []
    briefs: list[Brief] = []


def read(out: Path) -> Manifest | None:
    """The manifest of a folder; None when there is none; InputError for one that cannot be used."""
    path = out / NAME
    mend = "move it away or choose another folder"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InputError(Fault(f"the manifest cannot be read: {error.strerror}", str(path), "a file", mend)) from None
    except (ValueError, RecursionError):  # no JSON, not UTF-8, or nested without end
        raise InputError(Fault("not a manifest of reports", str(path), "the file that `tuopin report` writes", mend)) from None
    if isinstance(found, dict) and "reports" in found and "manifest_version" not in found:
        what = "a manifest of an earlier version, without checksums"
        raise InputError(Fault(what, str(path), "manifest_version 2", "make the reports again in a new folder"))
    try:
        return Manifest.model_validate(found)
    except ValidationError as error:
        faults = [": ".join(filter(None, (".".join(map(str, fault["loc"])), fault["msg"]))) for fault in error.errors()[:5]]
        raise InputError(
            *(Fault(f"not a manifest of reports: {said}", str(path), "docs/manifest.schema.json", mend) for said in faults)
        ) from None


def must_read(out: Path) -> Manifest:
    """The manifest of a folder; InputError when there is none."""
    found = read(out)
    if found is None:
        raise InputError(Fault("no reports there", str(out), f"a folder with the {NAME} that `tuopin report` writes"))
    return found


def entries(out: Path) -> list[dict[str, Any]]:
    """The reports that the manifest of an output folder lists; none when there is no manifest."""
    found = read(out)
    return [entry.model_dump() for entry in found.reports] if found else []


def write(out: Path, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all; a signature of the former one is removed, for it no longer holds."""
    text = json.dumps(manifest.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1)
    put(out / NAME, text + "\n")
    (out / SIGNATURE).unlink(missing_ok=True)


@contextlib.contextmanager
def alone(out: Path) -> Iterator[None]:
    """One batch at a time records itself in a folder; the system frees the lock of a process that dies."""
    try:
        import fcntl
    except ImportError:  # Windows has no such lock; two batches into one folder are then the users' own care
        yield
        return
    handle = os.open(out, os.O_RDONLY)  # the folder itself, so that no file of the lock is left in it
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def put(path: Path, text: str | bytes) -> None:
    """Write a file of the folder by a hidden name beside it, and move it to its place."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


def merged(before: Sequence[Mapping[str, Any]], results: Sequence[Any], run: str) -> list[dict[str, Any]]:
    """The reports after a batch: what it made takes the place of the same report made before, in reading order.

    A failed report keeps what is told of the page made before it, whose files still stand.
    """
    kept = {(entry["scope"], entry["notebook"]): dict(entry) for entry in before}
    for result in results:
        key = (result.job.scope, result.job.notebook)
        entry = {**result.entry(), "run": run, "attempt": run}
        if result.state != "made" and key in kept:
            standing = kept[key]
            entry |= {name: standing[name] for name in ("tables", "subject", "parameters", "inputs", "key", "outputs", "run")}
        if result.state == "unchanged":
            entry |= {"state": "made", "error": "", **{name: kept[key][name] for name in ("warnings", "seconds")}}
        kept[key] = entry
    return [kept[key] for key in sorted(kept, key=lambda k: (k[0] != "county", k))]


def schema() -> dict[str, Any]:
    """The JSON Schema of manifest.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Manifest.model_json_schema(by_alias=True),
    }


if __name__ == "__main__":
    print(json.dumps(schema(), ensure_ascii=False, indent=1))
