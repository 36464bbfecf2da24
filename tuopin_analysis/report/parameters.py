"""The contract of a notebook: one schema, made from its typed `parameters` cell, against which all that is given is checked."""

import json
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any

import typing_extensions
import yaml
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.report import signature
from tuopin_analysis.report.signature import Allowed, Parameter

Where = str | Mapping[str, str]  # where all of it was given, or where each name was


def notebooks() -> list[str]:
    """The report notebooks there are, by name, in reading order."""
    return sorted(path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def questions(edition: str = "internal") -> list[str]:
    """The notebooks that `tuopin report` makes unless told otherwise: those whose page has this edition, and of them all but 00,
    which is about the register itself.

    >>> questions("public")
    ['01_overview', '02_causes', '03_townships', '04_targets', '11_goals']
    """
    return [name for name in notebooks() if not name.startswith("00_") and edition in _editions(name)]


def editions() -> tuple[str, ...]:
    """The editions that there are of any page.

    >>> editions()
    ('internal', 'public')
    """
    return tuple(dict.fromkeys(edition for name in notebooks() for edition in _editions(name)))


@cache
def _editions(notebook: str) -> tuple[str, ...]:
    """The editions of a notebook's page, as its row in `data/parameters.csv` says; a notebook without the parameter has all."""
    found = [parameter.allowed.values for parameter in of(notebook) if parameter.name == "edition" and parameter.allowed]
    return found[0] if found else ("internal", "public")


def title(notebook: str, lang: str = "zh") -> str:
    """The question that a notebook answers: the first line of its first text in a language; empty where it has none.

    >>> title("02_causes", "en")
    'Why are they poor?'
    """
    cells = json.loads((paths.NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    own = next((cell for cell in cells if f"lang-{lang}" in cell["metadata"].get("tags", [])), {"source": ""})
    return next(iter("".join(own["source"]).splitlines()), "").lstrip("# ")


def of(notebook: str) -> list[Parameter]:
    """The parameters of a notebook in their order; InputError for an unknown notebook.

    >>> [parameter.name for parameter in of("02_causes")][:3]
    ['register', 'scope', 'as_of']
    """
    if notebook not in notebooks():
        raise InputError(
            Fault(f"unknown notebook '{notebook}'", "--notebook", "a notebook of notebooks/", nearest(notebook, notebooks()))
        )
    return signature.of_notebook(paths.NOTEBOOKS / f"{notebook}.ipynb")


@cache
def declared(notebook: str) -> dict[str, dict[str, str]]:
    """What the parameters cell of a notebook declares, as papermill would tell it: name -> type, default as written, help.

    >>> declared("02_causes")["scope"]["inferred_type_name"]
    'str'
    """
    return {p.name: {"name": p.name, "inferred_type_name": p.type, "default": p.written, "help": p.help_en} for p in of(notebook)}


def schema(
    parameters: Sequence[Parameter], drawn: Mapping[str, Allowed] | None = None, lang: str = "en", where: Where = "-p"
) -> TypeAdapter[dict[str, Any]]:
    """The schema of these parameters. `drawn`: what may stand there by where it is drawn from, such as the register's scopes.

    Its `json_schema()` is the contract in the words of JSON Schema, in one language.

    >>> schema(of("02_causes")).json_schema()["properties"]["lang"]["enum"]
    ['zh', 'en']
    """
    fields = {}
    for parameter in parameters:
        allowed = (drawn or {}).get(parameter.drawn_from) or parameter.allowed
        place = where if isinstance(where, str) else where.get(parameter.name, "default")
        told = Field(title=parameter.label(lang), description=parameter.help(lang), json_schema_extra=_extra(parameter, allowed))
        checks = (
            BeforeValidator(partial(_read, parameter=parameter, where=place)),
            AfterValidator(partial(_allowed, allowed=allowed, where=place)),
        )
        fields[parameter.name] = Annotated[(signature.TYPES.get(parameter.type, str), *checks, told)]
    make: Any = typing_extensions.TypedDict  # Python 3.11 has none of its own that pydantic can use
    form = make("Parameters", fields, total=False)
    form.__pydantic_config__ = ConfigDict(extra="forbid", strict=True)
    return TypeAdapter(form)


def _extra(parameter: Parameter, allowed: Allowed | None) -> dict[str, Any]:
    told = {"default": parameter.default}
    if allowed and allowed.values:
        return {**told, "enum": list(allowed.values)}
    ends = (allowed.least, allowed.most) if allowed else (None, None)
    is_day = hasattr(ends[0], "isoformat")
    names = ("formatMinimum", "formatMaximum") if is_day else ("minimum", "maximum")
    limits = {name: str(end) if is_day else end for name, end in zip(names, ends, strict=True) if end is not None}
    return {**told, **({"format": "date"} if is_day else {}), **limits}


def _read(value: Any, parameter: Parameter, where: str) -> Any:
    try:
        return signature.typed(value, parameter.type)
    except ValueError as error:
        example = f"such as {parameter.default}" if parameter.type in signature.TYPES else ""
        raise InputError(Fault(f"{parameter.name}: {error}", where, f"{parameter.type}, {example}")) from None


def _allowed(value: Any, allowed: Allowed | None, where: str) -> Any:
    if allowed and (fault := allowed.fault(value, where)):
        raise InputError(fault)
    return value


def check(
    notebook: str, given: Mapping[str, Any], where: Where = "-p", drawn: Mapping[str, Allowed] | None = None
) -> dict[str, Any]:
    """`given` as the notebook takes it; InputError lists every unknown name, wrong type and value that is not allowed.

    Values that depend on a register and rules are checked when `drawn` has them: see `tuopin_analysis.contract`.

    >>> check("02_causes", {"scope": "130123103"})
    {'scope': '130123103'}
    >>> check("02_causes", {"scpoe": "county"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    tuopin_analysis.errors.InputError: unknown parameter 'scpoe' (-p); ... did you mean 'scope'?
    """
    return checked(of(notebook), given, where, drawn, notebook)


def checked(
    parameters: Sequence[Parameter], given: Mapping[str, Any], where: Where = "-p", drawn: Mapping[str, Allowed] | None = None,
    notebook: str = "this notebook",
) -> dict[str, Any]:  # fmt: skip
    """`given` as these parameters take it; InputError with every fault."""
    try:
        return schema(parameters, drawn, where=where).validate_python(dict(given))
    except ValidationError as error:
        known = [parameter.name for parameter in parameters]
        faults: list[Fault] = []
        for told in error.errors():
            found = told.get("ctx", {}).get("error")
            name = str(told["loc"][-1])
            place = where if isinstance(where, str) else where.get(name, "")
            unknown = Fault(f"unknown parameter '{name}'", place, f"a parameter of {notebook}", nearest(name, known))
            faults += found.faults if isinstance(found, InputError) else [unknown]
    raise InputError(*faults)


def own(notebook: str, planned: Sequence[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """What of `given` goes to a notebook: all but the names that it doesn't take and another of the planned ones does.

    >>> own("02_causes", ["02_causes"], {"scpoe": "county"})
    {'scpoe': 'county'}
    """
    others = {name for other in set(planned) & set(notebooks()) for name in declared(other)} - set(declared(notebook))
    return {name: value for name, value in given.items() if name not in others}


class _UniqueKeys(yaml.SafeLoader):
    """YAML keeps the last of two equal keys in silence; here that is an error."""

    def construct_mapping(self, node, deep=False):
        names = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the name '{name}' stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def read_file(path: Path) -> dict[str, Any]:
    """The parameters of a YAML file, unchecked; InputError when it is missing or not a list of `name: value` lines."""
    try:
        with path.open(encoding="utf-8") as file:  # not its text alone: YAML's complaints name the file
            content = yaml.load(file, _UniqueKeys)  # a SafeLoader
    except OSError as error:
        raise InputError(
            Fault(f"cannot read the parameters: {error.strerror}", str(path), "a YAML file such as params/county.yaml")
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise InputError(
            Fault("not a parameters file", str(path), "lines such as scope: county", " ".join(str(error).split()))
        ) from None
    if not isinstance(content, dict) or not all(isinstance(name, str) for name in content):
        raise InputError(Fault("not a parameters file", str(path), "lines such as scope: county"))
    return content


def from_words(words: list[str]) -> dict[str, str]:
    """The parameters of `-p name=value` words; InputError for a word without `=` and a name given twice.

    >>> from_words(["scope=001", "lang=en"])
    {'scope': '001', 'lang': 'en'}
    """
    given: dict[str, str] = {}
    faults = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            faults.append(Fault(f"'{word}' is not a parameter", "-p", "name=value, such as lang=en"))
        elif name in given:
            faults.append(Fault(f"parameter '{name}' is given twice", "-p", "each name once"))
        given[name] = value
    if faults:
        raise InputError(*faults)
    return given
