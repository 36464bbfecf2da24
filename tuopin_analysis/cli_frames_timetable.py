"""The rows behind the figures of 05_timetable, by the name under which `analysis.tracing_timetable` counts them."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd


def _frames(given: Mapping[str, Any]) -> tuple[pd.DataFrame, ...]:
    """Households, plans, events and measures of the whole county."""
    from tuopin_analysis.register import load

    register, as_of = given["register"], given["as_of"]
    return tuple(read(register, as_of=as_of) for read in (load.households, load.exit_plans, load.events, load.measures))


def milestones(given: Mapping[str, Any]) -> pd.DataFrame:
    """One row per household with a plan and step, with the step's state."""
    from tuopin_analysis import rules, rules_sections
    from tuopin_analysis.analysis import counts, tracing_timetable
    from tuopin_analysis.analysis import milestones as steps

    days = rules.read(given["rules"]).part(rules_sections.Timetable).days_before
    scheduled = steps.scheduled(*_frames(given), as_of=counts.day(given["as_of"]), days_before=days)
    return tracing_timetable.steps(scheduled.collect().to_pandas(), list(days))


def signs(given: Mapping[str, Any]) -> pd.DataFrame:
    """One row per household and sign of lag or rush that it shows."""
    from tuopin_analysis import rules, rules_sections
    from tuopin_analysis.analysis import signs as shown
    from tuopin_analysis.analysis import tracing_timetable
    from tuopin_analysis.register import load

    rule_set = rules.read(given["rules"])
    flagged = shown.flagged(
        *_frames(given),
        baseline=load.about(given["register"]).baseline,
        as_of=given["as_of"],
        targets=rule_set.targets,
        settings=rule_set.progress,
        timetable=rule_set.part(rules_sections.Timetable),
    )
    return tracing_timetable.shown(flagged.collect().to_pandas())


# From a report's parameters, for the whole county.
FRAMES: dict[str, Callable[[Mapping[str, Any]], pd.DataFrame]] = {"milestones": milestones, "signs": signs}
