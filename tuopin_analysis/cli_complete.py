"""What the shell completes beside commands and options: places, notebooks, rule sets, registers.

Nothing here may fail or print: where a register cannot be read, nothing is offered.
"""

import typer

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError

Offered = list[tuple[str, str]]  # a word, and what it is


def notebooks(incomplete: str) -> list[str]:
    """The notebooks whose names begin so.

    >>> notebooks("02")
    ['02_causes']
    """
    return sorted(path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb") if path.stem.startswith(incomplete))


def scopes(context: typer.Context, incomplete: str) -> Offered:
    """The county, `all` and the townships of the register named before, with their names."""
    from tuopin_analysis import contract
    from tuopin_analysis.report import language

    given = context.params.get("register") or contract.DEMO
    register = given[0] if isinstance(given, list | tuple) else str(given)
    try:
        codes = contract.drawn(register)["scopes"].values
    except (InputError, OSError):
        return []
    named = [("all", "every place"), *((code, language.place(code, "zh")) for code in map(str, codes))]
    return [(code, "" if name == code else name) for code, name in named if code.startswith(incomplete)]


def places(context: typer.Context, incomplete: str) -> Offered:
    """The county and the townships of the register named before, with their names."""
    return [(code, name) for code, name in scopes(context, incomplete) if code != "all"]


def registers(incomplete: str) -> list[str]:
    """The demonstration register, and what was imported to data/raw."""
    found = ["demo", *sorted(f"data/raw/{path.parent.name}" for path in (paths.DATA / "raw").glob("*/register.yaml"))]
    return [name for name in found if name.startswith(incomplete)]


def langs(incomplete: str) -> list[str]:
    """The languages of reports.

    >>> langs("")
    ['zh', 'en']
    """
    from tuopin_analysis import LANGUAGES

    return [lang for lang in LANGUAGES if lang.startswith(incomplete)]


def editions(incomplete: str) -> list[str]:
    """The editions of reports.

    >>> editions("p")
    ['public']
    """
    from tuopin_analysis.report import parameters

    return [name for name in parameters.editions() if name.startswith(incomplete)]


def rule_sets(incomplete: str) -> list[str]:
    """The rule sets of params/rules.

    >>> rule_sets("heb")
    ['hebei-2016']
    """
    from tuopin_analysis import rules

    return [name for name in rules.names() if name.startswith(incomplete)]
