"""Every sentence of the reports: computed from finished tables, in both languages, shown by `say`.

A sentence is empty where the data do not support one; below the rule set's small number of households it says so instead.
"""

from tuopin_analysis.report.sentences_acceptance import (
    items_finding,
    planted_finding,
    steps_finding,
    untrue_finding,
    with_evidence,
)
from tuopin_analysis.report.sentences_causes import cause_finding, combination_finding, compare_finding, share_claim
from tuopin_analysis.report.sentences_denominators import denominator
from tuopin_analysis.report.sentences_dynamics import (
    account_finding,
    aside_finding,
    balance_finding,
    transition_finding,
)
from tuopin_analysis.report.sentences_forecast import forecast_finding
from tuopin_analysis.report.sentences_goals import (
    compared,
    county_level,
    goals_finding,
    goals_trust,
    guarantee_finding,
    invented,
    trend_finding,
)
from tuopin_analysis.report.sentences_incomes import bunching_finding, digits_finding, rechecks_finding
from tuopin_analysis.report.sentences_quality import (
    completeness_finding,
    doubtful_places_finding,
    quality_trust,
    rules_finding,
    usable_finding,
)
from tuopin_analysis.report.sentences_relapse import relapse_finding, reported_finding, risk_finding
from tuopin_analysis.report.sentences_supervision import (
    composite_finding,
    lacking_finding,
    place_judged,
    supervision_trust,
    unit_finding,
    verdict_finding,
    weights_finding,
)
from tuopin_analysis.report.sentences_targets import (
    allowance_finding,
    delay_finding,
    haste_finding,
    places_finding,
    target_finding,
)
from tuopin_analysis.report.sentences_timetable import (
    milestones_finding,
    overdue_finding,
    plans_finding,
    rows_aside,
    signs_finding,
)
from tuopin_analysis.report.sentences_townships import concentration_finding, incidence_finding, larger_claim, overview
from tuopin_analysis.report.sentences_trust import audit_finding, corrected, reconciliation_finding, rows_finding, trust, withheld
from tuopin_analysis.report.telling import say

__all__ = [
    "account_finding",
    "allowance_finding",
    "aside_finding",
    "audit_finding",
    "balance_finding",
    "bunching_finding",
    "cause_finding",
    "combination_finding",
    "compare_finding",
    "compared",
    "completeness_finding",
    "composite_finding",
    "concentration_finding",
    "corrected",
    "county_level",
    "delay_finding",
    "denominator",
    "digits_finding",
    "doubtful_places_finding",
    "forecast_finding",
    "goals_finding",
    "goals_trust",
    "guarantee_finding",
    "haste_finding",
    "incidence_finding",
    "invented",
    "items_finding",
    "lacking_finding",
    "larger_claim",
    "milestones_finding",
    "overdue_finding",
    "overview",
    "place_judged",
    "places_finding",
    "plans_finding",
    "planted_finding",
    "quality_trust",
    "rechecks_finding",
    "reconciliation_finding",
    "relapse_finding",
    "reported_finding",
    "risk_finding",
    "rows_aside",
    "rows_finding",
    "rules_finding",
    "say",
    "share_claim",
    "signs_finding",
    "steps_finding",
    "supervision_trust",
    "target_finding",
    "transition_finding",
    "trend_finding",
    "trust",
    "unit_finding",
    "untrue_finding",
    "usable_finding",
    "verdict_finding",
    "weights_finding",
    "with_evidence",
    "withheld",
]
