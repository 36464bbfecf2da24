"""What the workbench can show: each table with its chart, as the lines of code that make them from loaded frames.

The lines stand in one place, here, and are both run and shown, so that a copied cell cannot differ from what was seen.
"""

from typing import NamedTuple

from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.report import language

COURSE = (
    "course = dict(baseline=load.about(register).baseline, as_of=as_of, targets=rule_set.targets, settings=rule_set.progress,\n"
    "              rounding=rule_set.target_rounding)"
)
PLANS = "plans, events = load.exit_plans(register, as_of=as_of), load.events(register, as_of=as_of)"
# A township's numbers are its part of the county's, as on its page; of chosen households the targets are taken of themselves.
DUE = (
    "numbers = targets.place_targets(load.households(register, as_of=as_of), targets=rule_set.targets, "
    "rounding=rule_set.target_rounding)\n"
    'course["due"] = numbers[numbers["township_code"] == scope]'
)
# A township without a chosen household has none: on a map that is nought, not "not reported".
NOBODY = 'NOBODY = {"households": 0, "persons": 0, "share_households": 0.0, "share_persons": 0.0}'


class View(NamedTuple):
    """One table and its chart.

    `name` is the table's on the page of `notebook`; `module` of `analysis/` makes it; `lines` prepare, `table` and `chart` are
    expressions. A `whole` view shows the county with the chosen township marked; `units`: the chart is of households or persons.
    `part`: lines for a township whose households are all counted; `is_map`: the chart needs outlines.
    """

    name: str
    notebook: str
    module: str
    table: str
    chart: str
    hide: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    whole: bool = False
    units: bool = True
    part: str = ""
    is_map: bool = False


VIEWS = (
    View("causes.shares", "02_causes", "causes", "causes.shares(households, rule_set.cause_groups)",
         "figures.cause_bars(table, lang=lang)", units=False),
    View("causes.detail", "02_causes", "causes", "causes.shares(households)",
         "figures.cause_bars(table, lang=lang)", units=False),
    View("causes.by_township", "02_causes", "causes", "causes.by_township(households, rule_set.cause_groups)",
         "figures.cause_by_township(table, unit, highlight=scope, lang=lang)", hide=("township_code",), whole=True),
    View("causes.by_size", "02_causes", "causes", "causes.by_size(households, rule_set.cause_groups)",
         'figures.cause_by_class(table, "size_class", unit, lang=lang)'),
    View("causes.by_composition", "02_causes", "causes",
         "causes.by_composition(households, persons, rule_set.cause_groups, rule_set.elderly_age)",
         'figures.cause_by_class(table, "composition", unit, lang=lang)',
         lines=("persons = load.persons(register, scope, as_of)",)),
    View("townships.distribution", "03_townships", "townships", "townships.distribution(households)",
         "figures.township_bars(table, unit, highlight=scope, lang=lang)", hide=("township_code",), whole=True),
    View("townships.map", "03_townships", "townships",
         'every[["township_code", "township"]].merge(townships.distribution(households), how="left").fillna(NOBODY)',
         'maps.draw(table, unit, outlines.of(register), kind="symbols", highlight=scope, lang=lang)',
         hide=("township_code", "persons_per_household", "rank_households", "rank_persons", "remaining_households",
               "remaining_persons"),
         lines=("every = townships.distribution(load.households(register, as_of=as_of))", NOBODY), whole=True, is_map=True),
    View("townships.villages", "03_townships", "townships",
         'townships.by_village(households).sort_values([unit, "village_code"], ascending=[False, True])',
         "figures.township_remaining(table, unit, lang=lang)", hide=("village_code", "township_code")),
    View("townships.location_quotients", "03_townships", "townships",
         "townships.location_quotients(households, rule_set.cause_groups)",
         "figures.quotient_grid(table, unit, highlight=scope, lang=lang)", hide=("township_code",), whole=True),
    View("targets.progress", "04_targets", "targets", "targets.progress(households, plans, events, **course)",
         "figures.progress_lines(table, unit, lang=lang)", lines=(PLANS, COURSE), part=DUE),
    View("targets.by_township", "04_targets", "targets", "targets.by_place(households, plans, events, **course)",
         "figures.place_progress(table, highlight=scope, lang=lang)", hide=("township_code",), lines=(PLANS, COURSE), whole=True,
         units=False),
)  # fmt: skip


def titles(lang: str) -> dict[str, str]:
    """What each view shows, in words, in reading order.

    >>> titles("en")["townships.villages"], list(titles("zh")) == [view.name for view in VIEWS]
    ('Villages, and who is not yet out', True)
    """
    _ = language.translator(lang).gettext
    return {
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
    }


def view(name: str) -> View:
    """The view of that name; InputError, with the nearest ones, where there is none."""
    found = {one.name: one for one in VIEWS}
    if name not in found:
        raise InputError(Fault(f"unknown table '{name}'", "table", "a table of the workbench", nearest(name, found)))
    return found[name]
