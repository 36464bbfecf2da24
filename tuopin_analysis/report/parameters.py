"""The contract of a notebook: its typed `parameters` cell says which parameters it takes."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest

TYPES = {"str": str, "int": int, "float": float, "bool": bool}
TRUTH = {"true": True, "false": False}


def notebooks() -> list[str]:
    """The report notebooks there are, by name, in reading order."""
    return sorted(path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def questions() -> list[str]:
    """The notebooks that `tuopin report` makes unless told otherwise: all but 00, which is about the register itself.

    >>> [name for name in questions() if name.startswith("00_")]
    []
    """
    return [name for name in notebooks() if not name.startswith("00_")]


@cache
def declared(notebook: str) -> dict[str, dict[str, str]]:
    """What the parameters cell of a notebook declares: name -> type, default, help.

    >>> declared("02_causes")["scope"]["inferred_type_name"]
    'str'
    """
    import papermill

    if notebook not in notebooks():
        raise InputError(
            Fault(f"unknown notebook '{notebook}'", "--notebook", "a notebook of notebooks/", nearest(notebook, notebooks()))
        )
    return papermill.inspect_notebook(str(paths.NOTEBOOKS / f"{notebook}.ipynb"))


def check(notebook: str, given: Mapping[str, Any], where: str = "-p") -> dict[str, Any]:
    """`given` as the notebook takes it; InputError lists every unknown name and wrong type.

    Text from a command line becomes the declared type; a value that is not text must have the type already, so that
    a code written as the number 1 in a file cannot pass for '001'.

    >>> check("02_causes", {"scope": "130123103"})
    {'scope': '130123103'}
    >>> check("02_causes", {"scpoe": "county"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    tuopin_analysis.errors.InputError: unknown parameter 'scpoe' (-p); ... did you mean 'scope'?
    """
    known = declared(notebook)
    checked, faults = {}, []
    for name, value in given.items():
        if name not in known:
            faults.append(Fault(f"unknown parameter '{name}'", where, f"a parameter of {notebook}", nearest(name, known)))
            continue
        try:
            checked[name] = _as_type(value, known[name]["inferred_type_name"])
        except ValueError as error:
            faults.append(Fault(f"{name}: {error}", where))
    if faults:
        raise InputError(*faults)
    return checked


def _as_type(value: Any, type_name: str) -> Any:
    wanted = TYPES.get(type_name)
    if wanted is None:
        raise ValueError(f"the notebook declares the type '{type_name}', which is none of {', '.join(TYPES)}")
    if wanted is str and type(value) is date:
        return value.isoformat()  # YAML reads 2016-12-31 as a day; written so, nothing is lost
    if type(value) is wanted:
        return value
    if isinstance(value, str) and wanted is bool and value.lower() in TRUTH:
        return TRUTH[value.lower()]
    if isinstance(value, str) and wanted in (int, float):
        return wanted(value)
    if wanted is float and type(value) is int:
        return float(value)
    hint = "; write it in quotes" if wanted is str else ""
    raise ValueError(f"{value!r} is not of the type {type_name}{hint}")


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
        content = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)  # a SafeLoader
    except OSError as error:
        raise InputError(
            Fault(f"cannot read the parameters: {error.strerror}", str(path), "a YAML file such as params/county.yaml")
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
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
