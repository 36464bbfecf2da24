"""The rules of params/rules/checks.yaml, read and refused when they are misspelt."""

import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import dictionary, kinds

CHECKS = paths.RULES / "checks.yaml"
_DERIVED = {"age_years"}


class Check(BaseModel):
    """One rule: on which tables, of which kind with which arguments, how severe, and what it tells the reader."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    tables: list[Literal["households", "persons", "responsible", "units", "exit_plans", "events"]] = Field(min_length=1)
    severity: Literal["error", "warning"]
    kind: str
    arguments: dict[str, Any]
    message_zh: str
    message_en: str
    mend_zh: str
    mend_en: str
    source: str


@cache
def read(path: Path = CHECKS) -> tuple[Check, ...]:
    """The checks in the order in which they run; InputError names every unknown key, kind, argument, condition and column.

    >>> sorted({check.severity for check in read()})
    ['error', 'warning']
    """
    where = paths.shown(path)
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(Fault("not readable as YAML", where, "a list of checks", " ".join(str(error).split()))) from None
    if not isinstance(found, dict) or list(found) != ["checks"] or not isinstance(found["checks"], list):
        raise InputError(Fault("no list of checks", where, "one key, checks:, with a list below it"))
    checks: list[Check] = []
    faults: list[Fault] = []
    for at, entry in enumerate(found["checks"], start=1):
        entry_at = f"{where}, check {at} ({entry.get('code', 'no code') if isinstance(entry, dict) else 'no mapping'})"
        try:
            checks.append(Check.model_validate(entry))
            faults += [Fault(what, entry_at, mend=mend) for what, mend in _misuse(checks[-1])]
        except ValidationError as error:
            faults += [Fault(f"{'.'.join(map(str, f['loc']))}: {f['msg']}".lstrip(": "), entry_at,
                             mend=nearest(f["loc"][-1], Check.model_fields) if f["type"] == "extra_forbidden" else "")
                       for f in error.errors()]  # fmt: skip
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
    for argument, table in (("when", check.tables[0]), ("where", check.arguments.get("of", check.tables[0]))):
        known = {*dictionary.columns(table).index, *_DERIVED}
        for column, conditions in (check.arguments.get(argument) or {}).items():
            if column not in known:
                yield f"unknown column '{column}'", nearest(column, known)
            unknown = sorted(conditions.keys() - kinds.CONDITIONS)
            yield from ((f"unknown condition '{name}'", nearest(name, kinds.CONDITIONS)) for name in unknown)
