"""The rows behind the figures of 08_dynamics, by the name under which `analysis.tracing_dynamics` counts them."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from tuopin_analysis import rules as rulebook
from tuopin_analysis import rules_sections

Given = Mapping[str, Any]  # a report's parameters


@lru_cache(maxsize=4)
def _told(register: str, as_of: str) -> Any:
    from tuopin_analysis.analysis import dynamics
    from tuopin_analysis.register import load

    parts = (load.households(register, as_of=as_of), load.events(register, as_of=as_of), load.changes(register, as_of=as_of))
    return dynamics.replay(*parts, baseline=load.about(register).baseline, as_of=as_of)


def _records(given: Given) -> Any:
    return _told(given["register"], given["as_of"])


def postings(given: Given) -> pd.DataFrame:
    """What changed the number of the poor, with `is_opening`: up to the first day of the account."""
    rows = _records(given).postings
    return rows.assign(is_opening=rows["flow_date"] <= pd.Timestamp(date.fromisoformat(given["since"])))


def breaks(given: Given) -> pd.DataFrame:
    """Households that records and count tell differently."""
    from tuopin_analysis.analysis import dynamics
    from tuopin_analysis.register import load

    standings = load.standings(given["register"], as_of=given["as_of"])
    return dynamics.located(_records(given), dynamics.count_of(standings, as_of=given["as_of"]))


def set_aside(given: Given) -> pd.DataFrame:
    """Records that contradict others."""
    return _records(given).set_aside.assign(village=None)


def states(given: Given) -> pd.DataFrame:
    """Households by their state on both days."""
    from tuopin_analysis.analysis import transitions

    return transitions.states(_told(given["register"], given["since"]), _records(given))


def spells(given: Given) -> pd.DataFrame:
    """Exits with the time followed."""
    from tuopin_analysis.analysis import relapse
    from tuopin_analysis.register import load

    groups = rulebook.read(given["rules"]).cause_groups
    return relapse.followed(_records(given), load.households(given["register"], as_of=given["as_of"]), groups)


def spells_by_measure(given: Given) -> pd.DataFrame:
    """Exits, once for each measure begun before."""
    from tuopin_analysis.analysis import relapse
    from tuopin_analysis.register import load

    return relapse.helped(spells(given), load.measures(given["register"], as_of=given["as_of"]))


def watched(given: Given) -> pd.DataFrame:
    """Households that are out, with their reasons."""
    from tuopin_analysis.analysis import near_line
    from tuopin_analysis.register import load

    rules, here = rulebook.read(given["rules"]), (given["register"], "county", given["as_of"])
    parts = (load.households(*here), load.persons(*here), load.events(*here), load.measures(*here))
    line, settings = rules.line("poverty", int(given["as_of"][:4]))[0], rules.part(rules_sections.Dynamics)
    told = _records(given)
    return near_line.watched(told, *parts, as_of=given["as_of"], line_yuan=line, near=rules.near_line, settings=settings)


def watched_by_reason(given: Given) -> pd.DataFrame:
    """Households that are out, once for each reason."""
    from tuopin_analysis.analysis import near_line

    return near_line.reasons(watched(given))


def exits_both(given: Given) -> pd.DataFrame:
    """Exits as reported, and of the register."""
    from tuopin_analysis.analysis import reported
    from tuopin_analysis.register import load

    reports = load.reported_exits(given["register"], as_of=given["as_of"])
    return reported.rows_of_both(_records(given), reports)


FRAMES: dict[str, Callable[[Given], pd.DataFrame]] = {
    made.__name__: made
    for made in (postings, breaks, set_aside, states, spells, spells_by_measure, watched, watched_by_reason, exits_both)
}
