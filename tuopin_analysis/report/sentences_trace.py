"""A figure's trace in words: its filter, its formula, and whether the page and the register agree."""

from typing import Any

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, language


def condition(column: str, operator: str, value: Any, lang: str) -> str:
    """One condition of a filter.

    >>> condition("cause_main", "in", ("illness", "disability"), "zh"), condition("event_date", "<=", "2016-12-31", "en")
    ('主要致贫原因：因病、因残', 'Day of change ≤ 2016-12-31')
    """
    _ = language.translator(lang).gettext
    name = dictionary.label(column, lang)
    if operator in ("missing", "filled"):
        return name + _(": ") + (_("empty") if operator == "missing" else _("filled"))
    if operator in ("==", "in"):
        values = value if operator == "in" else (value,)
        return name + _(": ") + _(", ").join(shown(column, one, lang) for one in values)
    sign = {"<=": "≤", ">=": "≥"}.get(operator, operator)
    return f"{name} {sign} {value}" if lang == "en" else f"{name}{sign}{value}"


def shown(column: str, value: Any, lang: str) -> str:
    """A value of a column as a reader knows it: a code by its label, a place by its name."""
    if isinstance(value, bool) or (column.startswith("is_") and value in (0, 1)):
        return dictionary.value_label("truth", bool(value), lang)
    text = str(value)
    named = dictionary.value_label(column, text, lang)
    named = language.place(text, lang) if column.endswith("_code") or (column == "key" and named == text) else named
    return f"{named} ({text})" if column.endswith("_code") and lang == "en" and named != text else named


def filtered(where: tuple[tuple[str, str, Any], ...], lang: str) -> str:
    """All conditions of a filter; of none, that all rows count."""
    _ = language.translator(lang).gettext
    return _("; ").join(condition(*one, lang) for one in where) or _("all rows")


def frame(name: str, lang: str) -> str:
    """The rows that are counted."""
    _ = language.translator(lang).gettext
    return {
        "households": _("households of the register"),
        "persons": _("persons of the register"),
        "events": _("exits and relapses"),
        "rows": _("rows of the source files"),
        "findings": _("rows with a finding, by rule"),
        "steps": _("checks run"),
        # frames of 05_timetable
        "milestones": _("steps before the planned day, by household"),
        "signs": _("households with a sign of lag or rush, by sign"),
        # frames of 08_dynamics
        "postings": _("what changed the number of the poor, by household"),
        "breaks": _("households that records and count tell differently"),
        "set_aside": _("records set aside"),
        "states": _("households by their state on both days"),
        "spells": _("exits, with the time followed"),
        "spells_by_measure": _("exits, once for each measure begun before"),
        "watched": _("households that are out"),
        "watched_by_reason": _("households that are out, once for each reason"),
        "exits_both": _("exits as reported, and of the register"),
        # frames of 09_acceptance
        "exits_judged": _("exits, each judged by the rules"),
        "untrue_exits": _("exits and the rules that they break"),
        "rechecks": _("households looked at again"),
        # frames of 10_supervision and 11_goals
        "supervision_households": _("households of the register, with what is on record of each"),
        "supervision_exits": _("exits, with what is in doubt"),
        "supervision_complaints": _("complaints received"),
        "supervision_rows": _("rows of the source files"),
        "supervision_help": _("households and the units that help them"),
    }[name]


def part(name: str, lang: str) -> str:
    """What a part of a formula is called."""
    _ = language.translator(lang).gettext
    known = {
        "part": _("numerator"), "whole": _("denominator"), "places": _("all places"), "own": _("the row's own"),
        "counted": _("counted"), "less": _("published"), "planned": _("planned"), "actual": _("actual"), "target": _("target"),
        "exits": _("exits of the target period"), "last_month": _("of these, in its last month"),
        "undated": _("of these, day not known"),
        "early": _("early exits"), "households": _("households"), "base": _("of whom"), "share": _("share"),
        "rounding": _("rounding"), "within": _("tolerance"), "stated": _("as stated"), "as_of": _("counted up to"),
        "by": _("day of the target"), "baseline": _("baseline"), "place": _("place"), "values": _("rows checked by each step"),
        "early_share": _("rash from this share of early exits"), "bunching": _("bunched from this share"),
        "due": _("the target's last month has begun"), "whole_share": _("the county's share"), "needed": _("still needed"),
        "months": _("months left"), "records": _("households of a register with such records"),
    }  # fmt: skip
    return " · ".join(
        known.get(word, language.place(dictionary.value_label("cause_main", word, lang), lang)) for word in name.split(".")
    )


def places(numbers: dict[str, int], lang: str) -> str:
    """What each place adds to a sum over all.

    >>> places({"130123103": 655, "130123200": 1694}, "zh")
    '新安镇655、南牛乡1,694'
    """
    _ = language.translator(lang).gettext
    gap = "" if lang == "zh" else " "
    return _(", ").join(f"{language.place(code, lang)}{gap}{language.count(number, lang)}" for code, number in numbers.items())


def formula(name: str, lang: str) -> str:
    """What a formula does; empty for a plain sum."""
    _ = language.translator(lang).gettext
    return {
        "ratio": _("numerator ÷ denominator"),
        "difference": _("counted − published"),
        "points": _("(share − county's share) × 100"),
        "rank": _("1 + the places with more"),
        "herfindahl": _("sum of the squared shares of all places"),
        "effective_number": _("1 ÷ sum of the squared shares of all places"),
        "top_two_share": _("the two largest places ÷ all places"),
        "gini": _("Gini coefficient of all places' figures"),
        "target": _("share × of whom, as a whole number by the rounding of the rule set"),
        "shared": _("the whole target shared out to all places by largest remainder; this place's part"),
        "still_needed": _("target − actual, at least 0"),
        "months_left": _("months from the day of the report to the day of the target"),
        "needed_per_month": _("still needed ÷ months left"),
        "achieved_per_month": _("actual ÷ months since the baseline"),
        "bunched": _("exits of the last month ÷ exits of the target period"),
        "is_rash": _("early exits or bunching reach their threshold"),
        "status": _("(actual − planned) ÷ denominator, against the tolerance"),
        "is_met": _("actual ≥ target"),
        "total": _("sum of the published parts"),
        "largest": _("the most rows that one step checked"),
        "percent": _("the per cent as stated ÷ 100"),
        "digits": _("decimals of the per cent as stated"),
        "no_plans": _("missing: no exit plan is on record"),
        "not_yet": _("missing: the month or the target's day has not come, or there is none"),
        "not_recorded": _("missing: the register has no such column"),
        "partly_recorded": _("missing: of some rows not everything is recorded"),
        "not_published": _("missing: nothing is published"),
        "recorded": _("counted; missing where the register has no such record at all"),
        "compared": _("counted; missing where there is nothing to count or it is not on record"),
        "not_counted": _("missing: nobody counted, or the household is not there"),
    }.get(name, "")


def verdict(page: Any, register: Any, equal: bool, column: str, lang: str) -> str:
    """Whether the figure on the page is what the register gives now.

    >>> verdict(12, 13, False, "persons", "en")
    'NOT EQUAL: the page says 12, the register now gives 13; register, rules or code have changed since the page was made'
    """
    _ = language.translator(lang).gettext
    if equal:
        return _("equal: the page and the register both say {figure}").format(figure=_inside(column, page, lang))
    text = _(
        "NOT EQUAL: the page says {page}, the register now gives {now}; "
        "register, rules or code have changed since the page was made"
    )
    return text.format(page=_inside(column, page, lang), now=_inside(column, register, lang))


def _inside(column: str, value: Any, lang: str) -> str:
    return language.inside(figure(column, value, lang), lang)


def figure(column: str, value: Any, lang: str) -> str:
    """A figure as text: a count with commas, a fraction at full precision."""
    if language.is_missing(value):
        return language.MISSING
    if isinstance(value, bool):
        return dictionary.value_label("truth", value, lang)
    if isinstance(value, str):
        return dictionary.value_label(column, value, lang)
    whole = float(value).is_integer() and not cells.is_share(column)
    return language.count(value, lang) if whole else f"{value:.12g}"


def text(name: str, lang: str) -> str:
    """Words of the trace's lines."""
    _ = language.translator(lang).gettext
    return {
        "figure": _("Figure"), "row": _("Row"), "formula": _("Formula"), "filter": _("Filter"), "query": _("Query"),
        "rows": _("Rows"),
        "sum": _("Sum"), "source": _("Source"), "line": _("line {line}"), "counts": _("Counts"),
        "list": _("{part}: the first {shown} of {all} rows"),
        "all": _("sum of {n} rows of the table"), "written": _("{n} rows written to {file} (internal: for the office)"),
        "public": _("Public edition: no rows are shown, and the register is not read."),
        "suppressed": _("suppressed in the public edition; it is not traced out"), "open": _("shown in the public edition"),
        "contributes": _("adds"), "each": _("Of these"),
    }[name]  # fmt: skip


def footnote(key: str, row: dict[str, str], column: str, lang: str) -> str:
    """What stands below a key table: its name and how one of its figures is traced, in the folder of the page.

    >>> footnote("causes.shares", {"cause_main": "illness"}, "persons", "zh")
    '表causes.shares·追溯：tuopin trace . causes.shares cause_main=illness persons'
    """
    _ = language.translator(lang).gettext
    name = _("Table {key}").format(key=key)
    if not column:
        return name
    given = "".join(
        f"{name}={value} " if value.isascii() and " " not in value else f"{name}='{value}' " for name, value in row.items()
    )
    return name + _(" · trace: {command}").format(command=f"tuopin trace . {key} {given}{column}")
