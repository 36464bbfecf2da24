"""The workbench for analysts in JupyterLab: choose a register, place, day, cause, measure and table, see it, copy its code.

    from tuopin_analysis import explore
    explore.workbench()

For internal use: figures are as small as they are, nothing is suppressed. Names, ID numbers and telephones never reach frames.
What the workbench does can be done by hand: `options` says what may be chosen, `Choice` holds a choice, `code` writes the cell,
`run` runs it and returns its table.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pandas as pd

from tuopin_analysis import contract, explore_code, explore_limits, explore_views, paths, rules
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.explore_view import ALL, UNIT
from tuopin_analysis.register import dictionary, load
from tuopin_analysis.report import drawing, language, parameters

if TYPE_CHECKING:
    from tuopin_analysis.explore_form import Workbench

__all__ = ["Choice", "Options", "code", "notes", "options", "run", "show", "workbench"]

ROWS = 12  # of a table at once
Pairs = tuple[tuple[str, str], ...]  # what a list shows, and the value behind it


@dataclass(frozen=True)
class Choice:
    """What is looked at. Texts all: `as_of` is a day such as "2016-12-31"; an empty one is the day that reports take.

    `cause`: only households with this main cause; `measure`: only those that this measure of help has reached by the day; empty
    is every household. `unit` (households or persons) is what a chart draws; tables tell both. Not every table can be of chosen
    households, and not every chart is of a unit: what a choice makes no difference to refuses it.

    >>> Choice(scope="130123103").table
    'causes.shares'
    """

    register: str = contract.DEMO
    scope: str = "county"
    as_of: str = ""
    rules: str = "hebei-2016"
    table: str = explore_views.FIRST
    cause: str = ALL
    measure: str = ALL
    unit: str = UNIT
    lang: str = "zh"


@dataclass(frozen=True)
class Options:
    """What may be chosen for one register, each value with its label: drawn from the register, the rules and the code lists.

    `tables` are listed by question. `first` and `last` are the days that the register covers, `day` is the one reports take.
    """

    registers: Pairs
    scopes: Pairs
    rules: Pairs
    questions: Pairs
    tables: dict[str, Pairs]
    causes: Pairs
    measures: Pairs
    units: Pairs
    langs: Pairs
    first: date
    last: date
    day: date


def options(register: str = contract.DEMO, lang: str = "zh") -> Options:
    """What may be chosen for a register. InputError for one that cannot be read and for an unknown language.

    >>> found = options("demo", "en")
    >>> found.scopes[:2], [value for _, value in found.measures][:2], str(found.day)
    ((('Zhengding county', 'county'), ('Zhengding', '130123100')), ['', 'industry'], '2016-12-31')
    """
    language.check(lang)
    told = load.about(register)
    _ = language.translator(lang).gettext
    places = load.scopes(register)
    titles = explore_views.titles(lang)
    every = ((_("all households"), ALL),)
    return Options(
        registers=tuple((name, name) for name in dict.fromkeys([*registers(), register])),
        scopes=tuple(zip(places[f"name_{lang}"], places["scope"], strict=True)),
        rules=tuple((name, name) for name in rules.names()),
        questions=tuple((parameters.title(asked.notebook, lang), asked.notebook) for asked in explore_views.QUESTIONS),
        tables={
            asked.notebook: tuple((titles[one.name], one.name) for one in asked.views) for asked in explore_views.QUESTIONS
        },
        causes=every + _coded("cause", load.households(register)["cause_main"], lang),
        measures=every + _coded("measure", load.measures(register)["measure"], lang),
        units=tuple((drawing.unit_label(unit, lang), unit) for unit in drawing.UNITS),
        langs=tuple((dictionary.value_label("lang", name, name), name) for name in dictionary.LANGUAGES),
        first=told.baseline,
        last=told.until,
        day=date.fromisoformat(_day(register)),
    )  # fmt: skip


def registers() -> list[str]:
    """The registers that lie where imports are put, after the demonstration register."""
    return [contract.DEMO, *sorted(str(path.parent) for path in (paths.DATA / "raw").glob("*/register.yaml"))]


def _coded(codes: str, found: pd.Series, lang: str) -> Pairs:
    """The values of a code list that a register has, in the list's order, with their labels."""
    listed = dictionary.CODES.loc[dictionary.CODES["list"] == codes, "value"]
    return tuple((dictionary.value_label(codes, value, lang), value) for value in listed[listed.isin(found.unique())])


@cache
def _day(register: str) -> str:
    """The day that a report of the register takes when none is given."""
    return str(contract.check(parameters.questions()[0], {"register": register})["as_of"])


def checked(choice: Choice) -> Choice:
    """The choice with its day filled in; InputError lists every fault, each with the nearest value that can be.

    >>> checked(Choice(cause="ilness"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    tuopin_analysis.errors.InputError: unknown cause 'ilness' (cause); ... did you mean 'illness'?
    """
    found = options(choice.register, choice.lang)
    allowed = {
        "scope": found.scopes, "rules": found.rules, "table": sum(found.tables.values(), ()), "cause": found.causes,
        "measure": found.measures, "unit": found.units,
    }  # fmt: skip
    faults = []
    for name, pairs in allowed.items():
        known, given = [value for _, value in pairs], getattr(choice, name)
        if given not in known:
            expected = f"one of options().{name}s" if name != "rules" else "a file of params/rules/"
            faults.append(Fault(f"unknown {name} '{given}'", name, expected, nearest(given, [word for word in known if word])))
    try:
        day = load.day_of(load.about(choice.register), choice.as_of or _day(choice.register)).date().isoformat()
    except InputError as error:
        faults += error.faults
    if choice.table in [value for _, value in allowed["table"]]:
        faults += explore_limits.refused(choice)
    if faults:
        raise InputError(*faults)
    return Choice(**{**{field.name: getattr(choice, field.name) for field in fields(choice)}, "as_of": day})


def code(choice: Choice) -> str:
    """The cell that makes the chosen table and chart, and nothing else: it runs as it stands. Raises as `checked`.

    >>> code(Choice(cause="illness")).splitlines()[5]
    'register, scope, as_of, lang = "demo", "county", "2016-12-31", "zh"'
    """
    return explore_code.cell(checked(choice))


def notes(choice: Choice) -> list[str]:
    """What must be known of a view, in the choice's language: what the register lacks for it, and what makes no difference to it.

    >>> notes(Choice(table="goals.register", lang="en"))[0]
    'This table is of the whole county, whatever the place.'
    """
    return explore_limits.notes(choice)


def run(choice: Choice) -> pd.DataFrame:
    """Run the chosen cell as `code` writes it: its table and chart are displayed, the table is returned. Raises as `checked`."""
    names: dict[str, Any] = {}
    exec(compile(code(choice), "<workbench>", "exec"), names)  # our own lines; whatever was typed stands in them quoted
    made: pd.DataFrame = names["table"]
    return made


def show(table: pd.DataFrame, lang: str = "zh", hide: Collection[str] = ()) -> None:
    """Display a result table that can be sorted and searched, without network: labels, units and codes as on pages.

    `hide` leaves columns out. Figures are sorted by their values, not by how they are written. InputError without the workbench's
    libraries (`pip install 'tuopin-analysis[lab]'`).
    """
    from tuopin_analysis import explore_tables

    needed("itables")
    explore_tables.show(table, lang, hide, ROWS)


def workbench(lang: str = "zh", register: str = contract.DEMO) -> "Workbench":
    """The form: choose, see table and chart, copy the code. The last line of a cell displays it.

    InputError without the workbench's libraries, for an unknown language and for a register that cannot be read.
    """
    needed("ipywidgets", "itables")
    from tuopin_analysis import explore_form, explore_tables

    made = explore_form.Workbench(Choice(register=register, lang=language.check(lang)))
    explore_tables.start()
    return made


def needed(*libraries: str) -> None:
    """InputError where a library of the workbench is not installed."""
    absent = [name for name in libraries if find_spec(name) is None]
    if absent:
        mend = "pip install 'tuopin-analysis[lab]', or run `make lab`"
        raise InputError(Fault(f"not installed: {', '.join(absent)}", "workbench", "the extra 'lab'", mend))
