"""The sections of a brief: the pages' own sentences, computed again from the pages' tables, and the tables behind them.

A section tells nothing where its tables are missing or a figure is withheld.
"""

import pandas as pd

from tuopin_analysis.report import brief_parts as parts
from tuopin_analysis.report import language, sentences, telling
from tuopin_analysis.report.brief_parts import Brief
from tuopin_analysis.report.paper import Block

NAMES = ("township", "village")


def overall(brief: Brief) -> list[Block]:
    """How many are registered and left, whether the target due was met, what is published."""
    _, lang = brief.text, brief.lang
    places, progress = brief.tables.get("overview.places"), brief.tables.get("targets.progress")
    reconciliation = brief.tables.get("published.reconciliation")
    told = parts.told(
        brief,
        ""
        if places is None
        else sentences.overview(places, brief.place, brief.subject["baseline"], brief.as_of, brief.small, lang),
        "" if progress is None else sentences.target_finding(progress, brief.as_of, lang),
        "" if reconciliation is None else sentences.reconciliation_finding(reconciliation, lang),
    )
    columns = [*NAMES, "households", "persons", "share_persons", "remaining_households", "remaining_persons"]
    if places is not None and "village" in places:
        columns.remove("township")
    caption = _("Registered households and persons, and those not yet out, by place")
    order = "" if brief.scope == "county" else "remaining_persons"
    return told + parts.table(brief, "overview.places", columns, caption, total=True, order=order)


def causes(brief: Brief) -> list[Block]:
    """Why households are poor, against the county where the brief is a township's."""
    _, lang = brief.text, brief.lang
    shares, combined, beside = (brief.tables.get(f"causes.{name}") for name in ("shares", "combinations", "compare"))
    found = "" if shares is None else sentences.cause_finding(shares, brief.small, lang)
    several = "" if combined is None else sentences.combination_finding(combined, brief.small, lang)
    compared = ""
    households = parts.count(shares, "households")
    if beside is not None and households is not None and brief.scope != "county":
        compared = sentences.compare_finding(beside, brief.place, brief.county, households, brief.small, lang)
    columns = ["cause_main", "households", "persons", "share_households", "share_persons", "remaining_persons"]
    return parts.told(brief, found, several, compared) + parts.table(
        brief, "causes.shares", columns, _("Main causes of poverty"), total=True
    )


def places(brief: Brief) -> list[Block]:
    """Where the poor live, and how concentrated they are; of a township, its part of the county."""
    if brief.scope != "county":
        distribution = brief.tables.get("townships.distribution")
        return parts.told(brief, "" if distribution is None else part_of_county(distribution, brief))
    concentration, incidence = (brief.tables.get(f"townships.{name}") for name in ("concentration", "incidence"))
    return parts.told(
        brief,
        ""
        if concentration is None or telling.withheld(concentration)
        else sentences.concentration_finding(concentration, brief.lang),
        ""
        if incidence is None or incidence["headcount_ratio"].isna().all()
        else sentences.incidence_finding(incidence, brief.lang),
    )


def part_of_county(distribution: pd.DataFrame, brief: Brief) -> str:
    """A township's shares of the county's registered poor, and its places among the townships; empty where one is withheld."""
    rows = distribution[distribution["township_code"] == brief.scope]
    if rows.empty or telling.withheld(rows):
        return ""
    _, row, lang = brief.text, rows.iloc[0].to_dict(), brief.lang
    text = _(
        "{place} has {share_households} of the registered households of {county} (rank {rank_households} of {all}) and "
        "{share_persons} of the registered persons (rank {rank_persons})."
    )
    shares = {name: language.share(row[name], lang) for name in ("share_households", "share_persons")}
    ranks = {name: language.count(row[name], lang) for name in ("rank_households", "rank_persons")}
    return text.format(place=brief.place, county=brief.county, all=language.count(len(distribution), lang), **shares, **ranks)


def targets(brief: Brief) -> list[Block]:
    """On course or behind; the plans, the steps overdue, and the day reached at the pace so far."""
    _, lang = brief.text, brief.lang
    by_place = brief.tables.get("targets.by_township" if brief.scope == "county" else "targets.by_village")
    delays, rash = brief.tables.get("targets.delays"), brief.tables.get("targets.rash")
    pace = parts.told(
        brief,
        "" if by_place is None or brief.public or brief.scope != "county" else sentences.places_finding(by_place, lang),
        "" if delays is None else sentences.delay_finding(delays, lang),
        "" if rash is None else sentences.haste_finding(rash, by_place if brief.scope == "county" else None, lang),
    )
    names = ["township" if brief.scope == "county" else "village"]
    columns = [*names, "target_persons", "actual_persons", "share_planned", "share_actual", "status", "overdue_households"]
    key = "targets.by_township" if brief.scope == "county" else "targets.by_village"
    order = "" if brief.scope == "county" else "overdue_households"
    shown = parts.table(brief, key, columns, _("Targets, plans and exits by place"), total=True, order=order)
    told = pace + shown
    drawn = _("Townships against their targets") if brief.public else _("Plan, exits and targets by month")
    told += parts.figure(brief, "targets", drawn) if told else []  # of a township in public the first section says all there is
    return parts.topic(_("Progress"), told) + timetable(brief)


def timetable(brief: Brief) -> list[Block]:
    """Whether the plans add up, which step is late most often, and the forecast."""
    _, lang, section = brief.text, brief.lang, brief.rules.timetable
    plans, levels = brief.tables.get("timetable.plans"), brief.tables.get("timetable.levels")
    steps, late = brief.tables.get("timetable.milestones"), brief.tables.get("timetable.overdue")
    forecast = brief.tables.get("targets.forecast")
    scheduled = parts.told(
        brief,
        "" if plans is None or levels is None else sentences.plans_finding(plans, levels, lang),
        "" if steps is None else sentences.milestones_finding(steps, lang),
        "" if late is None else sentences.overdue_finding(late, lang),
    )
    told = []
    if forecast is not None and section is not None:
        settings = section.forecast
        told = parts.told(
            brief,
            sentences.forecast_finding(forecast, brief.scope, brief.as_of, settings.interval, settings.surely, lang),
            _("The forecast supposes that exits go on at the pace so far."),
        )
    return parts.topic(_("Timetable"), scheduled) + parts.topic(_("Forecast"), told)


def dynamics(brief: Brief) -> list[Block]:
    """The account between two days, whether it agrees with the count, who fell back and who is to be watched."""
    lang, section = brief.lang, brief.rules.dynamics
    account, breaks, relapses, reasons, counted = (
        brief.tables.get(f"dynamics.{name}") for name in ("account", "breaks", "relapse", "risk_reasons", "risk_counts")
    )
    entry = brief.tables.entries.get("dynamics")
    since = str(entry.parameters.get("since", brief.subject["baseline"])) if entry else ""
    balance = ""
    if account is not None and breaks is not None and account["break"].notna().any():
        balance = sentences.balance_finding(account, breaks, brief.as_of, breaks.head(0), lang)
    return parts.told(
        brief,
        "" if account is None else sentences.account_finding(account, since, brief.as_of, lang),
        balance,
    ) + parts.told(
        brief,
        "" if relapses is None or section is None else sentences.relapse_finding(relapses, section.least_relapses, lang),
        "" if reasons is None or counted is None else sentences.risk_finding(reasons, counted, brief.small, lang),
    )


def acceptance(brief: Brief) -> list[Block]:
    """Whether the exits meet the standard, which are in doubt, and what a re-check found."""
    _, lang, section = brief.text, brief.lang, brief.rules.acceptance
    items, doubtful, rates = (brief.tables.get(f"acceptance.{name}") for name in ("items", "doubtful", "rechecks"))
    told = parts.told(
        brief,
        "" if items is None else sentences.items_finding(items, lang, brief.small),
        "" if doubtful is None else sentences.untrue_finding(doubtful, lang, brief.small),
        "" if doubtful is None else _("A doubt is to be looked into at the household; it is no verdict."),
    )
    known = None if rates is None or brief.scope != "county" else rates[rates["rate"].notna()]  # samples are the county's
    if known is not None and len(known) and section is not None:
        told += parts.told(brief, sentences.rechecks_finding(known, section.confidence, lang))
    return told + parts.table(
        brief, "acceptance.doubtful", ["kind", "exit_count", "households", "persons", "share_exits"], _("Doubtful exits by kind")
    )


def supervision(brief: Brief) -> list[Block]:
    """Who is commended or criticised, on what evidence."""
    lang = brief.lang
    if brief.scope != "county":
        ranks = brief.tables.get("supervision.ranks")
        return parts.told(brief, "" if ranks is None else sentences.place_judged(ranks, brief.scope, lang))
    verdicts = brief.tables.get("supervision.verdicts")
    return parts.told(brief, "" if verdicts is None else sentences.verdict_finding(verdicts, lang))


def goals(brief: Brief) -> list[Block]:
    """Three guarantees and four improvements, of the county."""
    table = brief.tables.get("goals.table") if brief.scope == "county" else None
    if table is None:
        return []
    invented = brief.tables.entries["goals"].parameters.get("register", "demo") == "demo"  # as `register.goals` says
    section = brief.rules.supervision
    found = sentences.goals_finding(table, brief.lang, section.close_to_mean if section else None)
    return parts.told(brief, sentences.invented(invented, table, brief.lang), found)


def quality(brief: Brief) -> list[Block]:
    """What was read and set aside, and which published figures do not follow from their counts."""
    if brief.scope != "county":  # rows and published figures are the county's
        return []
    account, audit = brief.tables.get("register.account"), brief.tables.get("published.audit")
    usable = brief.tables.get("quality.usable") if "quality" in brief.tables.entries else None
    return parts.told(
        brief,
        "" if account is None else sentences.rows_finding(account, brief.lang),
        "" if usable is None else sentences.usable_finding(usable, brief.lang),
        "" if audit is None else sentences.audit_finding(audit, brief.lang),
    )
