"""Why a household is counted as it is, in words: its facts, each rule with threshold, value and outcome, and what was found."""

from datetime import date
from typing import Any

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language, telling

FACTS = ["township", "village", "cause_main", "cause_other", "size", "composition", "attribute", "income_per_person_yuan",
         "planned_exit_date", "exit_date"]  # fmt: skip


def facts(household: dict[str, Any], lang: str) -> list[tuple[str, str]]:
    """What is recorded of the household, label and value; no name, no number of a person."""
    return [(dictionary.label(name, lang), _shown(name, household.get(name), lang)) for name in FACTS]


def event(change: dict[str, Any], lang: str) -> str:
    """One exit or relapse, with its day and the income recorded."""
    _ = language.translator(lang).gettext
    space = "" if lang == "zh" else " "
    what = telling.named("event", change["event"], lang)
    told = language.day(change["event_date"], lang) + space + what
    income = change["event_income_per_person_yuan"]
    return (
        told if language.is_missing(income) else told + _(", net income per person {yuan} yuan").format(yuan=_yuan(income, lang))
    )


def rule(row: dict[str, Any], lang: str) -> str:
    """One rule with its value, its threshold and its outcome.

    >>> row = {"rule": "income_below_line", "value": 2700.0, "threshold": 2855.0, "holds": True, "key": "poverty_line_yuan.2016"}
    >>> rule(row, "en")
    'Yes: net income per person below the poverty line (2,700; line 2,855; poverty_line_yuan.2016)'
    """
    _ = language.translator(lang).gettext
    value, threshold = _number(row["value"], lang), _number(row["threshold"], lang)
    text = {
        "registered": _("registered at the baseline: belongs to those of whom the targets are a share ({value})"),
        "income_below_line": _("net income per person below the poverty line ({value}; line {threshold}; {key})"),
        "near_line": _(
            "net income per person at or above the poverty line and near it ({value}; near is below {threshold}; {key})"
        ),
        "below_allowance": _(
            "on the allowance, net income per person below the allowance line ({value}; line {threshold}; {key})"
        ),
        "out": _("an exit is in force on the day (exit {value}; day {threshold})"),
        "relapsed": _("has fallen back ({value} times)"),
        "overdue": _("planned to be out by the day and not out (planned {value}; day {threshold})"),
        "early_exit": _("first exit well before its plan ({value} days before it; early from {threshold}; {key})"),
        "exit_below_line": _("income recorded at an exit below the poverty line ({value}; line {threshold}; {key})"),
        "exit_near_line": _("income recorded at an exit near the poverty line ({value}; near is below {threshold}; {key})"),
    }[row["rule"]].format(value=value, threshold=threshold, key=row["key"])
    return outcome(row["holds"], lang) + text


def untrue(row: dict[str, Any], lang: str) -> str:
    """One rule that an exit of the household breaks, as the list of untrue exits tells it."""
    _ = language.translator(lang).gettext
    told = {"kind": telling.named("kind", row["kind"], lang), "sign": telling.named("rule", row["rule"], lang)}
    day, evidence = language.day(row["exit_date"], lang), row[f"evidence_{lang}"]
    return _("exit of {day}: {kind}, {sign} ({evidence})").format(day=day, evidence=evidence, **told)


def watched(row: dict[str, Any], lang: str) -> str:
    """Whether a household that is out is on the list of those to watch, and by which reasons."""
    _ = language.translator(lang).gettext
    reasons = telling.named("risk_reasons", row["risk_reasons"], lang) or _("no reason")
    told = _("on the list of households to watch ({reasons}; last income {yuan} yuan)")
    return outcome(bool(row["is_listed"]), lang) + told.format(reasons=reasons, yuan=_number(row["last_income_yuan"], lang))


def outcome(holds: bool | None, lang: str) -> str:
    """Whether a rule holds, before its text."""
    _ = language.translator(lang).gettext
    return _("cannot be judged: ") if language.is_missing(holds) else _("Yes: ") if holds else _("No: ")


def standing(names: list[str], lang: str) -> str:
    """What the household counts as."""
    _ = language.translator(lang).gettext
    known = {
        "poor": _("counted as poor (not yet out)"), "out": _("counted as out of poverty"), "relapsed": _("has relapsed"),
        "overdue": _("overdue"), "rash": _("a sign of haste"), "at_risk": _("at risk"), "doubtful": _("doubtful"),
        "set_aside": _("set aside: counted in no table"),
    }  # fmt: skip
    return _("; ").join(known[name] for name in names)


def finding(row: dict[str, Any], lang: str) -> str:
    """One finding: where it stands, the rule's wording and what to do; the value as findings may show it."""
    _ = language.translator(lang).gettext
    at = _("{file}, sheet {sheet}, row {row}, column {column}").format(**{n: row[n] for n in ("file", "sheet", "row", "column")})
    value = f" [{row['value']}]" if row["value"] and not language.is_missing(row["value"]) else ""
    mend = _("; to do: {what}").format(what=row[f"mend_{lang}"])
    severity = dictionary.value_label("severity", row["severity"], lang)
    return f"{severity} {row['code']}" + _(": ") + f"{row[f'message_{lang}']}{value}{mend} ({at})"


def head(name: str, lang: str) -> str:
    """Headings of the answer."""
    _ = language.translator(lang).gettext
    return {
        "household": _("Household"), "facts": _("What is recorded"), "events": _("Changes, in order"), "rules": _("Rule by rule"),
        "findings": _("What the checks found"), "tables": _("Counted in these tables"), "none": _("none"),
        "untrue": _("Exits that are in doubt"), "watched": _("Might it fall back"),
        "line_year": _("Rules: {title}, counted up to {day}"),
    }[name]  # fmt: skip


def _shown(name: str, value: Any, lang: str) -> str:
    if language.is_missing(value):
        return language.MISSING
    if name in ("township", "village"):
        return language.place(str(value), lang)
    if name == "income_per_person_yuan":
        return _yuan(value, lang)
    return language.day(value, lang) if hasattr(value, "year") else dictionary.value_label(name, value, lang)


def _yuan(value: Any, lang: str) -> str:
    return language.number(value, lang, 0 if float(value).is_integer() else 2)


def _number(value: Any, lang: str) -> str:
    if isinstance(value, date):
        return language.day(value, lang)
    return language.MISSING if language.is_missing(value) else _yuan(value, lang)
