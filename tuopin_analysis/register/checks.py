"""The rules of params/rules/checks.yaml, read and refused when they are misspelt."""

import inspect
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import answerable, conditions, derived, dictionary, kinds
from tuopin_analysis.register.about import Table

CHECKS = paths.RULES / "checks.yaml"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there
_READ = ("township_code", "place_problem")


class Check(BaseModel):
    """One rule: on which tables, of which kind with which arguments, how severe, and what it tells the reader."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    tables: list[Table] = Field(min_length=1)
    severity: Literal["error", "warning"]
    kind: str
    arguments: dict[str, Any]
    message_zh: str
    message_en: str
    mend_zh: str
    mend_en: str
    source: str


class Criterion(BaseModel):
    """One measure of a whole register and the most it may be, for the register to be used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    measure: Literal["share_set_aside", "share_marked", "share_found", "share_unplaced", "share_not_answerable"]
    table: Literal["", Table]
    codes: list[str] = []
    most: float = Field(ge=0, le=1)
    wording_zh: str
    wording_en: str


def _parts(path: Path) -> dict[str, list[Any]]:
    where = paths.shown(path)
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # a safe loader
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(Fault("not readable as YAML", where, "a list of checks", " ".join(str(error).split()))) from None
    lists = isinstance(found, dict) and all(isinstance(part, list) for part in found.values())
    if not lists or "checks" not in found or set(found) - {"checks", "usable"}:
        expected = "the keys checks: and usable:, each with a list below it"
        raise InputError(Fault("no list of checks", where, expected))
    return {"checks": found["checks"], "usable": found.get("usable", [])}


def _said(error: ValidationError, at: str, known: Iterable[str]) -> Iterator[Fault]:
    for fault in error.errors():
        what = f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}".lstrip(": ")
        yield Fault(what, at, mend=nearest(fault["loc"][-1], known) if fault["type"] == "extra_forbidden" else "")


@cache
def usable(path: Path = CHECKS) -> tuple[Criterion, ...]:
    """By what a register is judged as a whole; InputError names every fault.

    >>> usable()[0].measure
    'share_set_aside'
    """
    criteria: list[Criterion] = []
    faults: list[Fault] = []
    for at, entry in enumerate(_parts(path)["usable"], start=1):
        try:
            criteria.append(Criterion.model_validate(entry))
        except ValidationError as error:
            faults += _said(error, f"{paths.shown(path)}, usable {at}", Criterion.model_fields)
    if faults:
        raise InputError(*faults)
    return tuple(criteria)


@cache
def read(path: Path = CHECKS) -> tuple[Check, ...]:
    """The checks in the order in which they run; InputError names every unknown key, kind, argument, condition and column.

    >>> sorted({check.severity for check in read()})
    ['error', 'warning']
    """
    where = paths.shown(path)
    checks: list[Check] = []
    faults: list[Fault] = []
    for at, entry in enumerate(_parts(path)["checks"], start=1):
        entry_at = f"{where}, check {at} ({entry.get('code', 'no code') if isinstance(entry, dict) else 'no mapping'})"
        try:
            checks.append(Check.model_validate(entry))
            faults += [Fault(what, entry_at, mend=mend) for what, mend in _misuse(checks[-1])]
        except ValidationError as error:
            faults += _said(error, entry_at, Check.model_fields)
    if faults:
        raise InputError(*faults)
    return tuple(checks)


def _misuse(check: Check) -> Iterator[tuple[str, str]]:
    """What is wrong with a check's kind and arguments, each with what would mend it."""
    if check.kind not in kinds.KINDS:
        yield f"unknown kind '{check.kind}'", nearest(check.kind, kinds.KINDS)
        return
    takes = {name: p for name, p in inspect.signature(kinds.KINDS[check.kind]).parameters.items() if p.kind is p.KEYWORD_ONLY}
    unknown = sorted(check.arguments.keys() - takes)
    yield from ((f"unknown argument '{name}' of kind {check.kind}", nearest(name, takes)) for name in unknown)
    for name in [name for name, p in takes.items() if p.default is p.empty and name not in check.arguments]:
        yield f"argument '{name}' of kind {check.kind} missing", "add it"
    if unknown:
        return
    looked_at = {pair for table in check.tables for pair in answerable.columns(check.kind, check.arguments, table)}
    for home, column in sorted(looked_at) if check.kind != "value" else []:
        known = [*dictionary.columns(home).index, *derived.NEEDS.get(home, {}), *_READ]
        if column not in known:
            yield f"unknown column '{column}' of {home}", nearest(column, known)
    for argument in ("when", "where"):
        for name in conditions.faults(check.arguments.get(argument)):
            yield f"unknown condition '{name}'", nearest(name, conditions.CONDITIONS)
