"""The rows behind the figures of 10_supervision, by the name under which `analysis.tracing_supervision` counts them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from tuopin_analysis import rules as rulebook

if TYPE_CHECKING:
    from tuopin_analysis.analysis.supervision import Facts

Given = Mapping[str, Any]
_PLACE = ["household_id", "township_code", "township", "village"]


def _facts(given: Given) -> "Facts":
    from tuopin_analysis.analysis.supervision import Facts
    from tuopin_analysis.register import load

    register, how = given["register"], {"as_of": given["as_of"]}
    frames = (load.households, load.exit_plans, load.events, load.measures, load.acceptance, load.responsible, load.complaints)
    return Facts(*(frame(register, **how) for frame in frames))


def _stood(given: Given) -> Any:
    from tuopin_analysis.analysis import supervision

    facts, rules = _facts(given), rulebook.read(given["rules"])
    frames = facts.households, facts.plans, facts.events, facts.measures, facts.responsible, facts.complaints
    return facts, supervision.standing(*frames, as_of=given["as_of"], early_days=rules.progress.rash_early_days)


def households(given: Given) -> pd.DataFrame:
    """One row per household with the flags of `supervision.standing`, and whether each table has rows at all."""
    from tuopin_analysis.analysis import supervision

    facts, stood = _stood(given)
    frame = stood.select(*_PLACE, *supervision.FLAGS).collect().to_pandas()
    tables = {name: getattr(facts, name) for name in ("plans", "measures", "responsible", "complaints")}
    return frame.assign(**{f"{name}_on_record": int(supervision.any_row(table)) for name, table in tables.items()})


def exits(given: Given) -> pd.DataFrame:
    """One row per exit, in doubt or not."""
    from tuopin_analysis.analysis import supervision
    from tuopin_analysis.register import load

    facts, rules = _facts(given), rulebook.read(given["rules"])
    frames = facts.households, facts.events, facts.acceptance
    judged = supervision.exits_judged(*frames, by="township_code", as_of=given["as_of"], lines=rules.poverty_line_yuan)
    homes = load.households(given["register"], as_of=given["as_of"])[["household_id", "township", "village"]]
    return judged.collect().to_pandas().merge(homes, on="household_id")


def complaints(given: Given) -> pd.DataFrame:
    """One row per complaint, as the day knew it."""
    from tuopin_analysis.analysis import supervision

    days = supervision.settings_of(rulebook.read(given["rules"])).complaint_days
    judged = supervision.complaints_judged(_facts(given).complaints, as_of=given["as_of"], days=days).collect().to_pandas()
    return judged.assign(helping_unit=judged["unit"])[[*_PLACE, "helping_unit", *supervision.COMPLAINTS]]


def rows(given: Given) -> pd.DataFrame:
    """One row per row of the source files, with `rows_doubtful` 1 where it is set aside or marked."""
    from tuopin_analysis.analysis import tracing_rows
    from tuopin_analysis.register import load

    register = given["register"]
    checked = tracing_rows.Checked(load.row_places(register), load.findings(register), load.rules_run(register))
    frame = tracing_rows.checked(checked).frames["rows"]
    return frame.assign(rows_doubtful=(~frame["is_accepted"].astype(bool) | frame["is_marked"]).astype("int64"))


def helped(given: Given) -> pd.DataFrame:
    """One row per household and unit that helps it."""
    from tuopin_analysis.analysis import supervision_units

    facts, stood = _stood(given)
    pairs = supervision_units.helped(facts.responsible, stood, as_of=given["as_of"]).collect().to_pandas()
    named = pairs.rename(columns=supervision_units.FLAGS)
    return named.assign(remaining_households=named["households"] - named["actual_households"])


FRAMES: dict[str, Callable[[Given], pd.DataFrame]] = {  # from a report's parameters, for the whole county
    "supervision_households": households,
    "supervision_exits": exits,
    "supervision_complaints": complaints,
    "supervision_rows": rows,
    "supervision_help": helped,
}
