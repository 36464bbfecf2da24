"""Views of how well the work is done: 09_acceptance, 10_supervision, 11_goals."""

from tuopin_analysis.explore_view import Question, View
from tuopin_analysis.explore_where import ABOUT, COUNTY

ACCEPTANCE = Question(
    "09_acceptance",
    # Every exit is judged among all of its village, and those of the chosen households are taken then.
    loaded=(
        "day = dict(register=register, as_of=as_of)",
        "settings, small = rule_set.part(rules_sections.Acceptance), rule_set.small_numbers",
        'there = load.columns_there(register, "events")',
        "county, measures = load.households(**day), load.measures(**day)",
        "exits = judged.judge(county, load.events(**day), measures, load.acceptance(**day), as_of=as_of, rules=rule_set,\n"
        "                     there=there)",
        "checked = rechecks.counted(load.rechecks(**day))",
        "rates, by_township = rechecks.rates(checked, settings), rechecks.rates(checked, settings, by_township=True)",
    ),
    homes=("county",),
    narrowed=("exits = judged.among(exits, county)",),
    lines=(
        "here = judged.within(exits, scope)",
        "items, steps = acceptance.items(here, settings), acceptance.steps(here, settings)",
        "flagged = untrue.flagged(here, measures, settings, there)",
        "histogram = bunching.histogram(bunching.classed(exits, settings), settings)",
        "bunched = bunching.by_township(histogram, settings, small)",
        "counted = digits.counted(digits.digited(exits, settings))",
    ),
    views=(
        View("acceptance.items", "items", "figures.lacking_bars(items, steps, lang=lang)",
             hide=("met_persons", "not_recorded_persons")),
        View("acceptance.steps", "steps", "figures.lacking_bars(items, steps, lang=lang)",
             hide=("on_record_persons", "missing_persons", "late_persons", "out_of_order_persons", "too_short_persons",
                   "not_kept_persons")),
        View("acceptance.doubtful", "untrue.doubtful(flagged)"),
        View("acceptance.untrue", "untrue.rules(flagged, settings)"),
        View("acceptance.untrue_list", "sentences.with_evidence(untrue.listed(flagged, settings))",
             hide=("kind", "township_code")),
        View("acceptance.bunching", "bunched",
             "figures.income_histogram(bunching.curve(histogram, bunched, scope, settings), lang=lang)", hide=("township_code",)),
        View("acceptance.digits", "digits.last_digits(counted, settings, small)", hide=("township_code",)),
        View("acceptance.heaping",
             'digits.heaping(counted, settings, small).sort_values(["q_value", "p_value", "township_code", "heap_yuan"])',
             hide=("township_code",)),
        View("acceptance.rechecks", "rates", "figures.recheck_intervals(rates, by_township, lang=lang)", hide=("effective",)),
        View("acceptance.rechecks_by_township", "by_township", "figures.recheck_intervals(rates, by_township, lang=lang)",
             hide=("township_code", "effective", "checked_households")),
    ),
)  # fmt: skip

MORE = "supervision.INDICATORS, supervision.MORE_IS_BETTER"
SUPERVISION = Question(
    "10_supervision",
    loaded=(
        ABOUT,
        "settings, here = supervision.settings_of(rule_set), dict(register=register, as_of=as_of)",
        COUNTY,
        "day = dict(as_of=as_of, early_days=rule_set.progress.rash_early_days, days=settings.complaint_days)",
        "facts = supervision.Facts(county, load.exit_plans(**here), load.events(**here), load.measures(**here),\n"
        "                          load.acceptance(**here), load.responsible(**here), load.complaints(**here))",
        "progress = targets.by_place(county, facts.plans, facts.events, baseline=about.baseline, as_of=as_of,\n"
        "                            targets=rule_set.targets, settings=rule_set.progress, rounding=rule_set.target_rounding)",
        "rows = quality.by_place(load.row_places(register), load.findings(register), {})",
        "counted = supervision.table(facts, progress, rows, lines=rule_set.poverty_line_yuan, **day)",
        "units = supervision_units.units(facts, load.units(register), **day)",
        f"ranks = ranking.ranks(counted, {MORE}, settings)",
        "of_units = ranking.ranks(units, supervision_units.INDICATORS, supervision.MORE_IS_BETTER, settings,\n"
        '                         by=("helping_unit", "township_code", "township"), doubted=ranking.doubtful(ranks, settings))',
        "shown = ranking.funnel(ranks, settings, list(settings.weights)[:4])",
    ),
    views=(
        View("supervision.table", "counted",
             hide=("township_code", "persons", "actual_households", "planned_to_date_households", "remaining_households",
                   "with_plan_households", "no_plan_households", "no_helper_households", "upheld_households", "rows_read",
                   "rows_doubtful", "complaints_judged", "complaints_open", "complaints_upheld")),
        View("supervision.verdicts", "ranking.judged(ranks, of_units)",
             "figures.funnels(ranks, shown, highlight=scope, lang=lang)",
             hide=("township_code", "rate_lo", "rate_hi", "rate_shrunken", "rank")),
        View("supervision.ranks", "ranks", "figures.rank_grid(ranks, highlight=scope, lang=lang)",
             hide=("township_code", "rate_lo", "rate_hi")),
        View("supervision.indicators", f"composite.indicators(ranks, {MORE}, settings)"),
        View("supervision.composite", f"composite.composite(ranks, {MORE}, settings)",
             "figures.composite_ranks(table, highlight=scope, lang=lang)", hide=("township_code",)),
        View("supervision.units", "supervision_units.placed(units, of_units, scope)",
             hide=("township_code", "planned_to_date_households", "actual_households", "no_measure_households",
                   "complaints_received")),
    ),
)  # fmt: skip

GOALS = Question(
    "11_goals",
    loaded=(
        "settings = supervision.settings_of(rule_set)",
        "supplied, known = indicators.indicators(register), indicators.known()",
        "counted = goals.registered(load.households(register, as_of=as_of))",
        "series = goals.series(supplied, known, as_of)",
    ),
    views=(
        View("goals.table", "goals.table(series, known, counted, as_of=as_of, settings=settings)",
             "figures.goal_distances(table, lang=lang)", hide=("goal_group", "source", "years", "target_date"),
             drawn_if='series["distance"].notna().any()'),
        View("goals.series", "series", "figures.goal_lines(table, lang=lang)", drawn_if='series["distance"].notna().any()'),
        View("goals.register", "counted"),
    ),
)  # fmt: skip
