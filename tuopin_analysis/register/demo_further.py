"""The seven further tables of the demonstration register, and what is untrue in them: planted once the checks' faults stand."""

from tuopin_analysis.register import (
    demo_acceptance,
    demo_changes,
    demo_faults,
    demo_measures,
    demo_reports,
    demo_standings,
    demo_untrue,
)
from tuopin_analysis.register.demo_plant import Planter


def plant(planter: Planter) -> None:
    """Fill the tables, in the order in which each leaves the households of the others alone."""
    demo_untrue.plant(planter)
    demo_measures.plant(planter)
    demo_changes.plant(planter)
    demo_measures.for_the_new(planter)
    demo_standings.plant(planter)
    demo_acceptance.plant(planter)
    demo_reports.plant(planter)
    demo_faults.plant(planter)
