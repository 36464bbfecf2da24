"""What a running notebook was asked: its parameters as its own cells hold them, checked, and told in words.

`tuopin report` refuses what cannot be before anything runs. A notebook that somebody runs by other means, by plain
papermill or from JupyterLab, checks here that nothing was injected that its parameters cell does not declare.
"""

import ast
from datetime import date
from typing import Any

from tuopin_analysis.errors import InputError, as_day
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language, parameters, signature

INJECTED = "# Parameters"  # how papermill begins the cell that it puts below the parameters cell
# What the head of a page tells in words of its own.
TOLD = ("register", "scope", "as_of", "rules", "edition")


def asked() -> dict[str, Any]:
    """The parameters of the notebook that is running here, by name; none outside a notebook.

    InputError for an injected name that the notebook does not declare, and for a value of another type than the declared one.
    """
    from IPython import get_ipython

    shell = get_ipython()
    cells = [] if shell is None else [str(cell) for cell in shell.user_ns.get("In", [])]
    at = next((at for at in reversed(range(len(cells))) if _is_signature(cells[at])), None)
    if at is None:
        return {}
    declared = [signature.described(parameter) for parameter in signature.of_cell(cells[at])]
    injected = [name for cell in cells[at + 1 :] if cell.startswith(INJECTED) for name in _assigned(cell)]
    names = dict.fromkeys([*(parameter.name for parameter in declared), *injected])
    given = {name: shell.user_ns[name] for name in names if name in shell.user_ns}
    return parameters.checked(declared, given, "parameters")


def _is_signature(cell: str) -> bool:
    """Whether a cell is the parameters cell: typed lines, `scope` among them, and nothing else."""
    try:
        lines = ast.parse(cell).body
        return all(isinstance(line, ast.AnnAssign) for line in lines) and "scope" in [p.name for p in signature.of_cell(cell)]
    except (SyntaxError, InputError):
        return False


def _assigned(cell: str) -> list[str]:
    targets = [target for line in ast.parse(cell).body if isinstance(line, ast.Assign) for target in line.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def others(values: dict[str, Any], lang: str) -> list[tuple[str, str]]:
    """Label and value in words of each parameter that the head of a page does not tell of itself.

    >>> others({"scope": "county", "lang": "zh"}, "en")
    [('Language', 'Chinese')]
    """
    blank = (signature.Parameter(name, type(value).__name__, value, "", "") for name, value in values.items() if name not in TOLD)
    return [(signature.described(each).label(lang), words(each.name, each.default, lang)) for each in blank]


def words(name: str, value: Any, lang: str) -> str:
    """The value of a parameter as a page tells it: by its code list, which is named after it; days and yes or no in words.

    >>> words("edition", "public", "en"), words("first_day", "2016-12-31", "zh"), words("is_loud", True, "zh")
    ('Public', '2016年12月31日', '是')
    """
    if isinstance(value, bool):
        return dictionary.value_label("truth", value, lang)
    day = as_day(value) if isinstance(value, str) else None
    return language.day(day, lang) if isinstance(day, date) else dictionary.value_label(name, value, lang)
