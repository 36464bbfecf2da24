"""Views of how things go on: 05_timetable (plans and their steps), 08_dynamics (who came, left and fell back)."""

from tuopin_analysis.explore_view import Question, View
from tuopin_analysis.explore_where import ABOUT, COUNTY, EVENTS, HERE, NO_PART, PART, PLANS

TIMETABLE = Question(
    "05_timetable",
    loaded=(
        ABOUT,
        "settings = rule_set.part(rules_sections.Timetable)",
        COUNTY,
        HERE,
        PLANS,
        EVENTS,
        "measures = load.measures(register, as_of=as_of)",
        "goals = dict(targets=rule_set.targets, rounding=rule_set.target_rounding)",
        "numbers = targets.place_targets(county, **goals)",
        PART,
        # Whether exits are bunched is told of all exits of a township: not to be taken of some households alone.
        "found = signs.table(households, plans, events, measures, baseline=about.baseline, as_of=as_of,\n"
        "                    targets=rule_set.targets, settings=rule_set.progress, timetable=settings)",
    ),
    homes=("households",),
    narrowed=(NO_PART,),
    lines=(
        "progress = targets.progress(households, plans, events, baseline=about.baseline, as_of=as_of,\n"
        "                            settings=rule_set.progress, due=due, **goals)",
        "stood = dict(as_of=as_of, days_before=settings.days_before)",
    ),
    views=(
        View("timetable.plans",
             'timetable.plans(households, plans, by="township_code" if scope == "county" else "village_code", due=due, **goals)',
             'figures.burn_down(timetable.burn_down(progress, int(households["size"].sum()), rule_set.targets), lang=lang)',
             hide=("township_code", "village_code")),
        View("timetable.levels", 'timetable.levels(households, plans, top="county" if scope == "county" else "township")'),
        View("timetable.milestones", "milestones.by_step(households, plans, events, measures, **stood)"),
        View("timetable.overdue", "milestones.overdue(households, plans, events, measures, **stood)",
             hide=("township_code", "village_code")),
        View("timetable.signs", "found"),
        View("targets.forecast",
             "forecast.townships(county, events, numbers, baseline=about.baseline, as_of=as_of, settings=settings.forecast)",
             "figures.forecast_days(table, settings.forecast.interval, as_of, highlight=scope, lang=lang)",
             hide=("township_code",)),
    ),
)  # fmt: skip

DYNAMICS = Question(
    "08_dynamics",
    # Records are followed for all households, and narrowed then: one that came later may stem from one that is not chosen.
    loaded=(
        ABOUT,
        "here, since = dict(register=register, as_of=as_of), str(about.baseline)",
        "settings = rule_set.part(rules_sections.Dynamics)",
        "households, events = load.households(**here), load.events(**here)",
        "changes, standings = load.changes(**here), load.standings(**here)",
        "began, records, counted = dynamics.both_days(households, events, changes, standings, baseline=about.baseline,\n"
        "                                             since=since, as_of=as_of)",
        "reports = reported.compared(records, load.reported_exits(**here), as_of=as_of)",
        "states = transitions.states(began, records)",
        "exits = dynamics.within(relapse.followed(records, households, rule_set.cause_groups), scope)",
        "persons, measures = load.persons(**here), load.measures(**here)",
        "watched = near_line.watched(records, households, persons, events, measures, as_of=as_of,\n"
        '                            line_yuan=rule_set.line("poverty", int(as_of[:4]))[0], near=rule_set.near_line,\n'
        "                            settings=settings)",
        "known = near_line.answerable(households, persons, measures, rule_set.near_line)",
    ),
    homes=("households",),
    narrowed=(
        'states = states[states["household_id"].isin(households["household_id"])]',
        'exits = exits[exits["household_id"].isin(households["household_id"])]',
        'watched = watched[watched["household_id"].isin(households["household_id"])]',
    ),
    lines=("helped = relapse.helped(exits, measures)",),
    views=(
        View("dynamics.account", "dynamics.within(dynamics.account(records, counted, since=since, as_of=as_of), scope)",
             hide=("township_code",)),
        View("dynamics.breaks", "dynamics.within(dynamics.located(records, counted), scope)",
             hide=("township_code", "record_state", "count_state")),
        View("dynamics.transitions", "transitions.table(states, scope)",
             "figures.alluvial(table, (since, as_of), unit, lang=lang)"),
        View("dynamics.relapse", "relapse.table(exits, helped, settings.relapse_months, settings.confidence)",
             'figures.relapse_curves(relapse.curves(exits, "cause_main", settings.confidence),\n'
             '                                        relapse.at_risk(exits, "cause_main"), settings.least_relapses, lang=lang)',
             drawn_if='exits["is_relapsed"].sum() >= settings.least_relapses'),
        View("dynamics.risk_reasons", "near_line.by_reason(watched, known, scope)"),
        View("dynamics.risk_counts", "dynamics.within(near_line.by_place(watched), scope)", hide=("township_code",)),
        View("dynamics.risks", "near_line.listed(watched, scope)", hide=("township_code",)),
        View("dynamics.reported", "reported.differing_first(dynamics.within(reports, scope))",
             hide=("township_code",)),
    ),
)  # fmt: skip
