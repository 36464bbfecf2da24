"""Layouts: how the files of one office are to be read, where their headers do not say it themselves (params/layouts/*.yaml)."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import dictionary, shapes
from tuopin_analysis.register.about import TABLES, Table

FLAT = ("persons", "households")


class SheetLayout(BaseModel):
    """How the sheets whose file and sheet names fit the two patterns are read; "flat" is persons and households in one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    file: str = "*"
    sheet: str = "*"
    table: Literal[Table, "flat", "none"]
    header_rows: list[int] = Field(default_factory=list, max_length=3)
    columns: dict[str, str | list[str]] = Field(default_factory=dict)
    constants: dict[str, str | int | float] = Field(default_factory=dict)
    code_lists: dict[str, str] = Field(default_factory=dict)

    @property
    def tables(self) -> tuple[str, ...]:
        return FLAT if self.table == "flat" else () if self.table == "none" else (self.table,)

    @cached_property
    def given(self) -> dict[str, dict[str, str]]:
        """By table, the layout's headers as they are compared, and their columns."""
        known = {table: dictionary.columns(table).index for table in self.tables}
        pairs = [(shapes.folded(text), column) for column, texts in self.columns.items()
                 for text in ([texts] if isinstance(texts, str) else texts)]  # fmt: skip
        return {table: {text: column for text, column in pairs if column in known[table]} for table in self.tables}


class Layout(BaseModel):
    """The sheets a layout speaks of, the first that fits counts; `year` chooses the code lists of that year's forms."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: str = ""
    year: int | None = Field(default=None, ge=2013, le=2030)
    sheets: list[SheetLayout] = Field(default_factory=list)

    def of(self, file: str, sheet: str) -> SheetLayout | None:
        """What the layout says of one sheet.

        >>> Layout(sheets=[SheetLayout(file="旧*", table="none")]).of("旧表.xlsx", "Sheet1").table
        'none'
        """
        names = {file, file.rsplit("/", 1)[-1]}  # with the folder that tells files of one name apart, and without
        for entry in self.sheets:
            if fnmatchcase(sheet, entry.sheet) and any(fnmatchcase(name, entry.file) for name in names):
                return entry
        return None


def read(path: Path) -> Layout:
    """Read a layout; InputError lists every fault: unknown and doubled keys, unknown tables, columns and code lists, clashes."""
    where = paths.shown(path)
    try:
        found = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(Fault("not readable as YAML", where, "a layout", " ".join(str(error).split())[:200])) from None
    if not isinstance(found, dict):
        raise InputError(Fault("no layout", where, "the keys title, year, sheets", "draft one: tuopin import … --explain"))
    try:
        layout = Layout.model_validate(found)
    except ValidationError as error:
        raise InputError(*(_fault(found, dict(said), where) for said in error.errors())) from None
    entries = enumerate(layout.sheets, start=1)
    faults = [fault for at, sheet in entries for fault in _misuse(sheet, f"{where}, sheets, entry {at}")]
    if faults:
        raise InputError(*faults)
    return layout


class _Loader(yaml.SafeLoader):
    """YAML without objects, in which a key may stand once only."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [key for at, key in enumerate(keys) if key in keys[:at]]
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"key '{twice[0]}' stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _fault(found: dict[str, Any], said: dict[str, Any], where: str) -> Fault:
    location = said["loc"]
    model = SheetLayout if "sheets" in location and len(location) > 2 else Layout
    mend = nearest(location[-1], model.model_fields) if said["type"] == "extra_forbidden" else ""
    what = f"unknown key '{location[-1]}'" if mend else f"{'.'.join(map(str, location))}: {said['msg']}"
    entry = f", sheets, entry {location[1] + 1}" if location[0] == "sheets" and len(location) > 1 else ""
    return Fault(what, where + entry, mend=mend)


def _misuse(sheet: SheetLayout, where: str) -> list[Fault]:
    known = [str(column) for table in sheet.tables for column in dictionary.columns(table).index]
    faults = [
        Fault(f"unknown column '{column}' of {sheet.table}", f"{where}, {part}", mend=nearest(column, known))
        for part in ("columns", "constants", "code_lists")
        for column in getattr(sheet, part)
        if column not in known
    ]
    both = sorted(sheet.columns.keys() & sheet.constants.keys())
    faults += [Fault(f"column '{column}' both mapped and constant", where, "one of the two", "strike one out") for column in both]
    lists = set(dictionary.CODES["list"])
    for column, name in sheet.code_lists.items():
        if name not in lists:
            faults.append(Fault(f"unknown code list '{name}'", f"{where}, code_lists, {column}", "a list of data/codes.csv",
                                nearest(name, sorted(lists))))  # fmt: skip
    headers: dict[str, str] = {}
    for column, texts in sheet.columns.items():
        for text in [texts] if isinstance(texts, str) else texts:
            if headers.setdefault(shapes.folded(text), column) != column:
                faults.append(Fault(f"header '{text}' mapped to two columns", f"{where}, columns", "one column a header"))
    if any(row < 1 for row in sheet.header_rows):
        faults.append(Fault("header_rows: a row below 1", where, "row numbers as Excel shows them"))
    return faults


def shapes_tables(entry: SheetLayout | None) -> tuple[str, ...]:
    """The tables among which a sheet's headers are looked up.

    >>> shapes_tables(None) == TABLES, shapes_tables(SheetLayout(table="flat"))
    (True, ('persons', 'households'))
    """
    return entry.tables if entry else TABLES


def given(entry: SheetLayout | None) -> Mapping[str, Mapping[str, str]]:
    """The headers a layout maps for a sheet, by table."""
    return entry.given if entry else {}
