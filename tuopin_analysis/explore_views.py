"""What the workbench can show: each table with its chart, in words, by question.

The lines that make them stand in one place, in the modules of the questions, and are both run and shown, so that a copied cell
cannot differ from what was seen.
"""

from tuopin_analysis import explore_how, explore_when, explore_where
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.explore_view import Question, View
from tuopin_analysis.report import language

QUESTIONS = (
    explore_where.OVERVIEW, explore_where.CAUSES, explore_where.TOWNSHIPS, explore_where.TARGETS,
    explore_when.TIMETABLE, explore_when.DYNAMICS, explore_how.ACCEPTANCE, explore_how.SUPERVISION, explore_how.GOALS,
)  # fmt: skip
VIEWS = tuple(one for asked in QUESTIONS for one in asked.views)
FIRST = "causes.shares"


def titles(lang: str) -> dict[str, str]:
    """What each view shows, in words, in reading order.

    >>> titles("en")["townships.villages"], list(titles("zh")) == [view.name for view in VIEWS]
    ('Villages, and who is not yet out', True)
    """
    _ = language.translator(lang).gettext
    return {
        "overview.places": _("Places, and who is not yet out"),
        "overview.allowance": _("Incomes against the poverty line and the allowance"),
        "published.audit": _("Published figures held against one another"),
        "published.reconciliation": _("Register and published figures"),
        "causes.shares": _("Main causes in groups, as published"),
        "causes.detail": _("Main causes, each by itself"),
        "causes.by_township": _("Causes by township"),
        "causes.by_size": _("Causes by household size"),
        "causes.by_composition": _("Causes by composition of the household"),
        "townships.distribution": _("Townships: who is registered where"),
        "townships.map": _("Townships on the map"),
        "townships.villages": _("Villages, and who is not yet out"),
        "townships.location_quotients": _("Location quotients of the causes"),
        "targets.progress": _("Plan, exits and targets by month"),
        "targets.by_township": _("Townships against their targets"),
        "timetable.plans": _("Plans by place, and what they lack to the targets"),
        "timetable.levels": _("Plans added up, level by level"),
        "timetable.milestones": _("Steps counted back from the planned day"),
        "timetable.overdue": _("Households with an overdue step"),
        "timetable.signs": _("Signs of lagging and of haste"),
        "targets.forecast": _("When each township will reach its target"),
        "dynamics.account": _("Account from day to day, by township"),
        "dynamics.breaks": _("Where records and count differ, household by household"),
        "dynamics.transitions": _("From poverty to exit, from exit to relapse"),
        "dynamics.relapse": _("Relapses after the exit"),
        "dynamics.risk_reasons": _("Reasons to watch households that are out"),
        "dynamics.risk_counts": _("Households to watch, by township"),
        "dynamics.risks": _("Households to watch, one by one"),
        "dynamics.reported": _("Exits as reported upwards, and as on record"),
        "acceptance.items": _("Exit standard, item by item"),
        "acceptance.steps": _("Exit procedure, step by step"),
        "acceptance.doubtful": _("Doubtful exits by kind"),
        "acceptance.untrue": _("Doubtful exits by rule"),
        "acceptance.untrue_list": _("Doubtful exits, one by one, with the evidence"),
        "acceptance.bunching": _("Incomes just over the line, by township"),
        "acceptance.digits": _("Last digits of incomes, by township"),
        "acceptance.heaping": _("Incomes on round figures, by township"),
        "acceptance.rechecks": _("Re-checks: rates and thresholds"),
        "acceptance.rechecks_by_township": _("Re-checks by township"),
        "supervision.table": _("Townships in figures"),
        "supervision.verdicts": _("Whom to praise, whom to criticise"),
        "supervision.ranks": _("Rates and ranks with their intervals"),
        "supervision.indicators": _("Indicators and weights"),
        "supervision.composite": _("Composite score of the townships"),
        "supervision.units": _("Helping units"),
        "goals.table": _("Goals: where the county stands"),
        "goals.series": _("Indicators year by year, against the provincial mean"),
        "goals.register": _("What the register says of the first goal"),
    }


def view(name: str) -> View:
    """The view of that name; InputError, with the nearest ones, where there is none."""
    found = {one.name: one for one in VIEWS}
    if name not in found:
        raise InputError(Fault(f"unknown table '{name}'", "table", "a table of the workbench", nearest(name, found)))
    return found[name]


def question(name: str) -> Question:
    """The question that a view belongs to."""
    return next(one for one in QUESTIONS if view(name) in one.views)
