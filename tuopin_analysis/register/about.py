"""What a register says of itself: the folder and its register.yaml."""

from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest

CHANGES_FROM = date(2013, 1, 1)  # the first registration began with the forms of 2013: no exit can lie before it
NATION = "nation"
COUNTY = "/county="
Table = Literal["households", "persons", "responsible", "units", "exit_plans", "events",
                "measures", "acceptance", "changes", "standings", "reported_exits", "rechecks", "complaints"]  # fmt: skip
TABLES: tuple[str, ...] = get_args(Table)
NEEDED = TABLES[:6]  # which a register of workbooks has, be they empty
FURTHER = TABLES[6:]  # any of which an office may lack


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Strict):
    """One Parquet file of a store: its path below the register's folder, its rows and its checksum."""

    file: str
    rows: int
    sha256: str

    @field_validator("file")
    @classmethod
    def _inside(cls, file: str) -> str:
        if PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
            raise ValueError("a path below the register's folder")
        return file


class Snapshot(_Strict):
    """One import of a store: the files it was read from (name and checksum) and the parts it left, by what they hold."""

    inputs: dict[str, str]
    parts: dict[str, Part] = {}
    index: Part | None = None  # of a store of many counties: the list of its parts, in place of `parts`


class About(_Strict):
    """A register as its register.yaml describes it; its households are registered at `baseline`, it covers days to `until`.

    Either `tables` names its workbooks, or, once imported, `snapshots` its parts by day. A register is of one county, or (store
    2) of many: `region` is then "nation" or the two digits of a province, and the names of the county are the region's.
    """

    title_zh: str
    title_en: str
    county_code: str = Field(default="", pattern=r"^(\d{6})?$")
    region: str = Field(default="", pattern=r"^(nation|\d{2}|\d{6})?$")
    county_zh: str
    county_en: str
    baseline: date
    until: date
    synthetic: bool
    source_zh: str
    source_en: str
    tables: dict[str, str] = {}
    changes_from: date | None = None  # changes are on record from this day on; None: from the baseline on
    store: Literal[1, 2] | None = None
    key_sha256: str = ""
    snapshots: dict[date, Snapshot] = {}
    folder: Path

    @model_validator(mode="after")
    def _consistent(self) -> "About":
        if self.until < self.baseline:
            raise ValueError("until: lies before baseline")
        if bool(self.county_code) == bool(self.region) or bool(self.region) != (self.store == 2):
            raise ValueError("county_code: a register is of one county; of many (store 2) it names their region instead")
        if self.store:
            if self.tables or not self.snapshots or list(self.snapshots) != sorted(self.snapshots):
                raise ValueError("snapshots: at least one, in order of their days, and no tables")
            if self.baseline != min(self.snapshots):
                raise ValueError("baseline: is the day of the first snapshot")
            if any((snapshot.index is None) == (self.store == 2) for snapshot in self.snapshots.values()):
                raise ValueError("snapshots: of one county name parts, of a region (store 2) an index")
            return self
        if not set(NEEDED) <= set(self.tables) <= set(TABLES) or self.snapshots:
            further = f"and those there are of {', '.join(FURTHER)}"
            raise ValueError(f"tables: {', '.join(NEEDED)}, {further}, each with its file")
        outside = sorted(file for file in self.tables.values() if Path(file).name != file or file in ("", ".", ".."))
        if outside:
            raise ValueError(f"tables: names of files in the register's folder, not {', '.join(outside)}")
        return self

    def standing(self, day: date | str) -> date:
        """The day on which the register was last read up to `day`: that of the last snapshot, or the baseline."""
        until = date.fromisoformat(day) if isinstance(day, str) else day
        return max((known for known in self.snapshots if known <= until), default=self.baseline)

    @property
    def is_of_many(self) -> bool:
        """Whether it is one county of a store of many, which is synthetic and bears no pseudonyms."""
        return self.store == 1 and self.synthetic and not self.key_sha256

    @property
    def published_code(self) -> str:
        """The county whose published figures these households are held against; "" for invented ones that follow none."""
        return "" if self.is_of_many else self.county_code

    def title(self, lang: str = "zh") -> str:
        """The register's title in one language."""
        return self.title_zh if lang == "zh" else self.title_en


def folder_of(register: str) -> Path:
    """The folder behind a `register` parameter: "demo", or the path of a folder with a register.yaml."""
    folder = paths.DEMO if str(register) == "demo" else Path(register).expanduser()
    if not (folder / "register.yaml").is_file():
        what = "no register.yaml in the register's folder" if folder.is_dir() else "no such register"
        mend = "make the demonstration register with `tuopin demo`" if str(register) == "demo" else "check the path"
        expected = '"demo", or the folder of an imported register'
        raise InputError(Fault(f"{what} '{register}'", "register", expected, mend))
    return folder.resolve()


def about(register: str = "demo") -> About:
    """Read register.yaml; InputError lists every fault of it.

    `<folder>/county=130123` is one county of a store of many: it is told of as if it were a register of its own.
    """
    above, _, county = str(register).rpartition(COUNTY)
    whole = above or register
    path = folder_of(whole) / "register.yaml"
    told = _about(path, path.stat().st_mtime_ns, path.stat().st_size)
    if not above:
        return told
    from tuopin_analysis.register import parts_list

    return parts_list.of_county(told, county)


def of_one_county(told: About) -> About:
    """The register as it is; InputError for a store of many counties, which is not read as a whole."""
    if not told.region:
        return told
    what = "a store of many counties is not read as a whole"
    mend = f"name one county: {paths.shown(told.folder)}{COUNTY}130123; or open it with an engine, see docs/engines.md"
    raise InputError(Fault(what, paths.shown(told.folder), "a register of one county", mend))


def is_part(register: str) -> bool:
    """Whether a `register` parameter names one county of a store of many.

    >>> is_part("data/raw/nation/county=130123"), is_part("demo")
    (True, False)
    """
    return COUNTY in str(register)


@cache
def _about(path: Path, _changed: int, _size: int) -> About:
    where = paths.shown(path)
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(Fault("not YAML in UTF-8", where, "key: value lines", " ".join(str(error).split()))) from None
    if not isinstance(found, dict):
        raise InputError(Fault("holds no key: value lines", where, "the keys title_zh, county_code, tables …"))
    known = [name for name in About.model_fields if name != "folder"]
    unknown = [str(key) for key in found if key not in known]
    if unknown:
        raise InputError(*(Fault(f"unknown key '{key}'", where, mend=nearest(key, known)) for key in unknown))
    try:
        return About(**found, folder=path.parent)
    except ValidationError as error:
        faults = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
        raise InputError(*(Fault(f"{key}: {said}" if key else said, where) for key, said in faults)) from None
