"""The signature of a notebook: what its typed `parameters` cell declares, and the words and allowed values of each parameter.

The cell says name, type, default and, after `#`, the help in English; `data/parameters.csv` says the rest. Nothing heavy is
imported here, so that what cannot be is refused at once.
"""

import ast
import csv
import io
import json
import math
import tokenize
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, as_day, nearest

TYPES = {"str": str, "int": int, "float": float, "bool": bool}
PARAMETERS = paths.DATA / "parameters.csv"


@dataclass(frozen=True)
class Allowed:
    """What a parameter may be: one of `values` (none: anything), and not below `least` nor above `most` (days as dates)."""

    what: str
    values: tuple[str, ...] = ()
    least: Any = None
    most: Any = None
    expected: str = ""

    def fault(self, value: Any, where: str) -> Fault | None:
        """Why the value is not allowed, with the nearest that is; None when it is.

        >>> print(Allowed("rule set", ("hebei-2016",)).fault("hebei-2061", "-p"))
        unknown rule set 'hebei-2061' (-p); expected: one of hebei-2016; to mend: did you mean 'hebei-2016'?
        >>> Allowed("day", least=date(2016, 1, 1), most=date(2017, 12, 31)).fault("2031-01-01", "-p").mend
        'the nearest is 2017-12-31'
        """
        if self.values:
            expected = self.expected or "one of " + ", ".join(self.values)
            told = Fault(f"unknown {self.what} '{value}'", where, expected, nearest(value, self.values))
            return None if value in self.values else told
        if isinstance(self.least, date):
            return self._day_fault(str(value), where)
        is_below, is_above = (self.least is not None and value < self.least, self.most is not None and value > self.most)
        end = self.least if is_below else self.most
        outside = Fault(f"{self.what} {value} lies outside its range", where, self.range(), f"the nearest is {end}")
        return outside if is_below or is_above else None

    def _day_fault(self, written: str, where: str) -> Fault | None:
        expected = f"a day {self.range()}"
        day = as_day(written)
        if day is None:
            return Fault(f"'{written}' is not a day", where, expected, f"write year-month-day, as in {self.most}")
        if self.least <= day <= self.most:
            return None
        nearest_day = self.least if day < self.least else self.most
        return Fault(f"{day} lies outside the register", where, expected, f"the nearest is {nearest_day}")

    def range(self) -> str:
        """The range in words; empty without one."""
        ends = [f"{word} {end}" for word, end in (("from", self.least), ("to", self.most)) if end is not None]
        return " ".join(ends)


@dataclass(frozen=True)
class Parameter:
    """One parameter: name, type, default, help in both languages, label, and what it may be (or where that is drawn from)."""

    name: str
    type: str
    default: Any
    written: str  # the default as the cell writes it
    help_en: str
    help_zh: str = ""
    label_zh: str = ""
    label_en: str = ""
    drawn_from: str = ""
    allowed: Allowed | None = None

    def help(self, lang: str) -> str:
        """What it is for, in one language."""
        return (self.help_zh if lang == "zh" else "") or self.help_en

    def label(self, lang: str) -> str:
        """What it is called on a page."""
        return (self.label_zh if lang == "zh" else self.label_en) or self.name


def typed(value: Any, type_name: str) -> Any:
    """`value` as the type, ValueError when it is not: text from a command line is read, everything else must have the type.

    A code written as the number 1 in a file cannot pass for "001", nor can 1 for true. No number is infinite or none at all.

    >>> typed("3", "int"), typed(date(2016, 12, 31), "str"), typed("1e5", "str")
    (3, '2016-12-31', '1e5')
    """
    wanted = TYPES.get(type_name)
    if wanted is None:
        raise ValueError(f"the notebook declares the type '{type_name}', which is none of {', '.join(TYPES)}")
    if wanted is str and type(value) is date:
        return value.isoformat()  # YAML reads 2016-12-31 as a day; written so, nothing is lost
    found: Any = value
    if isinstance(value, str) and wanted is bool:
        found = {"true": True, "false": False}.get(value.lower(), value)
    elif isinstance(value, str) and wanted in (int, float) and value.isascii() and "_" not in value:
        found = wanted(value)
    elif wanted is float and type(value) is int:
        found = float(value)
    if type(found) is not wanted:
        raise ValueError(f"{value!r} is not of the type {type_name}" + ("; write it in quotes" if wanted is str else ""))
    if isinstance(found, float) and not math.isfinite(found):
        raise ValueError(f"{value!r} is not a finite number")
    return found


def of_cell(source: str, where: str = "the parameters cell") -> list[Parameter]:
    """The parameters that a cell declares, one a line as `name: type = value  # help`; InputError for any other line.

    >>> [(p.name, p.type, p.default, p.help_en) for p in of_cell('lang: str = "zh"  # zh or en')]
    [('lang', 'str', 'zh', 'zh or en')]
    """
    expected = 'lines such as lang: str = "zh"  # zh or en, each name once'
    comments = {token.start[0]: token.string.lstrip("# ") for token in tokenize.generate_tokens(io.StringIO(source).readline)
                if token.type == tokenize.COMMENT}  # fmt: skip
    found: list[Parameter] = []
    for line in ast.parse(source).body:
        match line:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=ast.expr() as value):
                try:
                    default = ast.literal_eval(value)
                except ValueError:
                    default = None
                if default is not None and name not in [known.name for known in found]:
                    told = comments.get(line.end_lineno or 0, "")
                    found.append(Parameter(name, ast.unparse(kind), default, ast.get_source_segment(source, value) or "", told))
                    continue
        raise InputError(Fault(f"not a parameter: {ast.unparse(line)}", where, expected))
    return found


@cache
def _words() -> dict[tuple[str, str], dict[str, str]]:
    with PARAMETERS.open(encoding="utf-8", newline="") as file:
        return {(row["notebook"], row["name"]): row for row in csv.DictReader(file)}


def _end(written: str, type_name: str) -> Any:
    return typed(written, type_name) if written else None


def described(parameter: Parameter, notebook: str = "") -> Parameter:
    """A parameter with its words and what it may be, from `data/parameters.csv`; without a row there it stays as it is.

    A running notebook does not know its name: without one the row of whichever notebook has such a parameter tells its words.
    """
    named = [row for (home, name), row in _words().items() if name == parameter.name and home in ("", notebook or home)]
    row = max(named, key=lambda row: (row["notebook"] == notebook, not row["notebook"]), default=None)
    if row is None:
        return parameter
    values = tuple(row["values"].split("|")) if row["values"] else ()
    ends = (_end(row["least"], parameter.type), _end(row["most"], parameter.type))
    expected = " or ".join(values) if len(values) < 3 else ""
    what = {"lang": "language"}.get(parameter.name, parameter.name)
    allowed = Allowed(what, values, *ends, expected) if values or ends != (None, None) else None
    words = {name: row[name] for name in ("help_zh", "label_zh", "label_en", "drawn_from")}
    return replace(parameter, **words, allowed=allowed)


def of_notebook(path: Path) -> list[Parameter]:
    """The parameters of a notebook in the order of its cell; none without such a cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    declared = of_cell("".join(tagged[0]["source"]), f"notebooks/{path.name}") if tagged else []
    return [described(parameter, path.stem) for parameter in declared]
