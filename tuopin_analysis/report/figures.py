"""Every figure of the reports. A figure takes a finished table and an `ax`, draws, and returns the `ax`; `show` displays it.

Titles are findings computed from the table, units are named on every figure, households and persons keep their colours.
"""

from tuopin_analysis.report.drawing import show
from tuopin_analysis.report.figures_acceptance import income_histogram, lacking_bars, recheck_intervals
from tuopin_analysis.report.figures_causes import cause_bars, cause_by_class, cause_by_township, cause_compare
from tuopin_analysis.report.figures_dynamics import account_steps, alluvial, relapse_curves
from tuopin_analysis.report.figures_quality import doubtful_places
from tuopin_analysis.report.figures_targets import audit_gaps, place_progress, progress_lines
from tuopin_analysis.report.figures_townships import quotient_grid, township_bars, township_remaining, township_units

__all__ = [
    "account_steps",
    "alluvial",
    "audit_gaps",
    "cause_bars",
    "cause_by_class",
    "cause_by_township",
    "cause_compare",
    "doubtful_places",
    "income_histogram",
    "lacking_bars",
    "place_progress",
    "progress_lines",
    "quotient_grid",
    "recheck_intervals",
    "relapse_curves",
    "show",
    "township_bars",
    "township_remaining",
    "township_units",
]
