"""The cell that a choice shows: of a question's lines those that its view needs, with their imports, as it stands and runs."""

import ast
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tuopin_analysis import explore_views

if TYPE_CHECKING:
    from tuopin_analysis.explore import Choice

# Where the names that lines use come from: the module, or how it is called among others of its name.
FLOORS = {
    "tuopin_analysis": ("explore", "rules", "rules_sections"),
    "tuopin_analysis.analysis": (
        "acceptance", "bunching", "causes", "composite", "digits", "dynamics", "forecast", "goals", "judged", "milestones",
        "near_line", "published as audits", "quality", "ranking", "rechecks", "relapse", "reported", "signs", "supervision",
        "supervision_units", "targets", "timetable", "townships", "transitions", "untrue",
    ),
    "tuopin_analysis.register": ("goals as indicators", "load", "outlines", "published"),
    "tuopin_analysis.report": ("figures", "maps", "sentences", "style"),
}  # fmt: skip


class Takes(NamedTuple):
    """What of a choice a view depends on: `households` (cause and measure), `unit` and `place`, and the `tables` it loads, by the
    functions that load them."""

    households: bool
    unit: bool
    place: bool
    tables: tuple[str, ...]


def cell(choice: "Choice") -> str:
    """The cell of a choice that can be: values, rules, lines, table, and what displays table and chart."""
    lines = _lines(choice.table, choice.rules, *_filters(choice))
    given = {name: getattr(choice, name) for name in ("register", "scope", "as_of", "lang", "unit")}
    used = _names(lines)[0]
    given = {name: _quoted(value) for name, value in given.items() if name in used}
    values = f"{', '.join(given)} = {', '.join(given.values())}"
    return "\n".join([*_imports(lines), "", values, *lines])


@cache
def takes(table: str) -> Takes:
    """What of a choice makes a difference to a view, read from its lines."""
    view, question = explore_views.view(table), explore_views.question(table)
    probe = [f"{home} = chosen({home})" for home in question.homes]
    lines = _lines(table, "", probe, question.narrowed)
    tree = ast.parse("\n".join(lines))
    loads = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is(node.value, "load", "indicators")}
    own = _needed([*question.loaded, *question.lines], _names([view.table])[0])
    names = _names([*own, view.table])[0]
    return Takes("chosen" in _names(lines)[0], "unit" in _names(lines)[0], "scope" in names, tuple(sorted(loads)))


def _lines(table: str, rule_set: str, filters: Sequence[str] = (), narrowed: Sequence[str] = ()) -> list[str]:
    """What makes and displays a view: the lines of its question that it needs, in their order."""
    view, question = explore_views.view(table), explore_views.question(table)
    hide = f", hide={list(view.hide)}".replace("'", '"') if view.hide else ""
    drawn = [f"figures.show({view.chart})"] if view.chart else []
    if view.drawn_if:
        drawn = [f"if {view.drawn_if}:\n    {drawn[0]}"]
    ends = [f"table = {view.table}", f"explore.show(table, lang{hide})", *drawn]
    given = [f"rule_set = rules.read({_quoted(rule_set)})", *question.loaded, *filters, *narrowed, *question.lines]
    return [*(["style.use_style(lang)"] if drawn else []), *_needed(given, _names(ends)[0]), *ends]


def _filters(choice: "Choice") -> tuple[list[str], tuple[str, ...]]:
    """Lines that keep the chosen households only, and what follows from them."""
    if not (choice.cause or choice.measure):
        return [], ()
    question, lines = explore_views.question(choice.table), []
    if choice.cause:
        lines += [f'{home} = {home}[{home}["cause_main"] == {_quoted(choice.cause)}]' for home in question.homes]
    if choice.measure:
        lines += ["helped = load.measures(register, as_of=as_of)",
                  f'helped = helped.loc[helped["measure"] == {_quoted(choice.measure)}, "household_id"]']  # fmt: skip
        lines += [f'{home} = {home}[{home}["household_id"].isin(helped)]' for home in question.homes]
    return lines, question.narrowed


def _needed(lines: Sequence[str], names: Iterable[str]) -> list[str]:
    """The lines that give the names, and those that these need in turn, in their order."""
    wanted, kept = set(names), []
    for line in reversed(lines):
        used, given = _names([line])
        if given & wanted:
            wanted = (wanted - given) | used
            kept.append(line)
    return kept[::-1]


def _names(lines: Iterable[str]) -> tuple[set[str], set[str]]:
    """The names that lines use, and those that they give."""
    found = [node for node in ast.walk(ast.parse("\n".join(lines))) if isinstance(node, ast.Name)]
    return {one.id for one in found if isinstance(one.ctx, ast.Load)}, {one.id for one in found if isinstance(one.ctx, ast.Store)}


def _imports(lines: Sequence[str]) -> list[str]:
    """The imports of what the lines use and do not make themselves."""
    used, given = _names(lines)
    found = {floor: [word for word in words if word.split()[-1] in used - given] for floor, words in FLOORS.items()}
    return [f"from {floor} import {', '.join(words)}" for floor, words in found.items() if words]


def _is(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _quoted(text: str) -> str:
    """A text as Python writes it, in double quotes where that is the same."""
    written = repr(text)
    return f'"{text}"' if written == f"'{text}'" and '"' not in text else written
