"""Views of who is poor, where and why: 01_overview, 02_causes, 03_townships, 04_targets."""

from tuopin_analysis.explore_view import Question, View

HERE = "households = load.households(register, scope, as_of)"
COUNTY = "county = load.households(register, as_of=as_of)"
PLANS = "plans = load.exit_plans(register, as_of=as_of)"
EVENTS = "events = load.events(register, as_of=as_of)"
ABOUT = "about = load.about(register)"
# Of chosen households, targets are taken of themselves: those of a place are set for all of its households.
NO_PART = "due = None"
PART = 'due = numbers[numbers["township_code"] == scope] if scope != "county" else None'

OVERVIEW = Question(
    "01_overview",
    loaded=(
        ABOUT,
        HERE,
        "known = about.published_code",
        "stated = dict(totals=published.register_totals(known), townships=published.townships(known),\n"
        "              causes=published.causes(known))",
        "year = int(as_of[:4])",
        '(line, _), (allowance_line, _) = rule_set.line("poverty", year), rule_set.line("allowance", year)',
        "reconciliation = audits.reconciliation(households, **stated, groups=rule_set.cause_groups, scope=scope)",
    ),
    homes=("households",),
    views=(
        View("overview.places",
             'townships.by_village(households) if scope != "county" else townships.distribution(households)',
             "figures.township_remaining(table, unit, lang=lang)",
             hide=("rank_households", "rank_persons", "township_code", "village_code")),
        View("overview.allowance", "targets.allowance_above_line(households, line, allowance_line)"),
        View("published.audit", 'audits.audit(stated["totals"], stated["townships"], stated["causes"])',
             "figures.audit_gaps(table, lang=lang)", hide=("digits",)),
        View("published.reconciliation", "reconciliation"),
    ),
)  # fmt: skip

CAUSES = Question(
    "02_causes",
    loaded=(HERE, COUNTY, "persons = load.persons(register, scope, as_of)"),
    homes=("households", "county"),
    views=(
        View("causes.shares", "causes.shares(households, rule_set.cause_groups)", "figures.cause_bars(table, lang=lang)"),
        View("causes.detail", "causes.shares(households)", "figures.cause_bars(table, lang=lang)"),
        View("causes.by_township", "causes.by_township(county, rule_set.cause_groups)",
             "figures.cause_by_township(table, unit, highlight=scope, lang=lang)", hide=("township_code",)),
        View("causes.by_size", "causes.by_size(households, rule_set.cause_groups)",
             'figures.cause_by_class(table, "size_class", unit, lang=lang)'),
        View("causes.by_composition",
             "causes.by_composition(households, persons, rule_set.cause_groups, rule_set.elderly_age)",
             'figures.cause_by_class(table, "composition", unit, lang=lang)'),
    ),
)  # fmt: skip

TOWNSHIPS = Question(
    "03_townships",
    loaded=(
        HERE,
        COUNTY,
        'every = townships.distribution(county)[["township_code", "township"]]',
        # A township without a chosen household has none: on a map that is nought, not "not reported".
        'NOBODY = {"households": 0, "persons": 0, "share_households": 0.0, "share_persons": 0.0}',
    ),
    homes=("households", "county"),
    views=(
        View("townships.distribution", "townships.distribution(county)",
             "figures.township_bars(table, unit, highlight=scope, lang=lang)", hide=("township_code",)),
        View("townships.map", 'every.merge(townships.distribution(county), how="left").fillna(NOBODY)',
             'maps.draw(table, unit, outlines.of(register), kind="symbols", highlight=scope, lang=lang)',
             hide=("township_code", "persons_per_household", "rank_households", "rank_persons", "remaining_households",
                   "remaining_persons")),
        View("townships.villages",
             'townships.by_village(households).sort_values([unit, "village_code"], ascending=[False, True])',
             "figures.township_remaining(table, unit, lang=lang)", hide=("village_code", "township_code")),
        View("townships.location_quotients", "townships.location_quotients(county, rule_set.cause_groups)",
             "figures.quotient_grid(table, unit, highlight=scope, lang=lang)", hide=("township_code",)),
    ),
)  # fmt: skip

TARGETS = Question(
    "04_targets",
    loaded=(
        ABOUT,
        HERE,
        COUNTY,
        PLANS,
        EVENTS,
        "course = dict(baseline=about.baseline, as_of=as_of, targets=rule_set.targets, settings=rule_set.progress,\n"
        "              rounding=rule_set.target_rounding)",
        "numbers = targets.place_targets(county, targets=rule_set.targets, rounding=rule_set.target_rounding)",
        PART,
    ),
    homes=("households", "county"),
    narrowed=(NO_PART,),
    views=(
        View("targets.progress", "targets.progress(households, plans, events, due=due, **course)",
             "figures.progress_lines(table, unit, lang=lang)"),
        View("targets.by_township", "targets.by_place(county, plans, events, **course)",
             "figures.place_progress(table, highlight=scope, lang=lang)", hide=("township_code",)),
    ),
)  # fmt: skip
