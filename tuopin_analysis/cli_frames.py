"""What a report in a folder was made with, and the rows behind its figures: for the commands that trace them."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from tuopin_analysis import cli_frames_acceptance, cli_frames_dynamics, cli_frames_supervision, cli_frames_timetable
from tuopin_analysis import rules as rulebook
from tuopin_analysis.analysis.tracing import Frames, Rows
from tuopin_analysis.analysis.tracing_tables import Report
from tuopin_analysis.errors import InputError

CHECKED = ("quality.", "register.")
FURTHER = (cli_frames_timetable, cli_frames_dynamics, cli_frames_acceptance, cli_frames_supervision)


def report(entry: Mapping[str, Any], planless: bool = False) -> Report:
    """What a report of the manifest was made with; the register itself is not read."""
    from tuopin_analysis.register import checks, load, published

    given, subject = entry["parameters"], entry["subject"]
    try:
        county = load.about(given["register"]).published_code
    except InputError:  # pages of the public edition are read where the register is not
        if given["edition"] != "public":
            raise
        county = ""
    files = {
        "register": published.register_totals(county),
        "townships": published.townships(county),
        "causes": published.causes(county),
        "population": published.population(county),
    }
    return Report(
        scope=given["scope"],
        as_of=date.fromisoformat(given["as_of"]),
        rules=rulebook.read(given["rules"]),
        baseline=date.fromisoformat(subject["baseline"]),
        published=files,
        criteria=checks.usable(),
        planless=planless,
    )


def counted(given: Mapping[str, Any]) -> tuple[Rows, bool]:
    """The rows behind the tables of a report, and whether its register has no exit plan on record."""
    from tuopin_analysis.analysis import exits, tracing_rows
    from tuopin_analysis.register import load

    how = {name: given[name] for name in ("as_of", "denominator") if name in given}
    register = given["register"]
    frames = tracing_rows.Counted(
        load.households(register, **how),
        load.persons(register, as_of=given["as_of"]),
        load.exit_plans(register, **how),
        load.events(register, **how),
    )
    rows = tracing_rows.counted(frames, rulebook.read(given["rules"]), date.fromisoformat(given["as_of"]))
    makers = {name: partial(maker, given) for module in FURTHER for name, maker in module.FRAMES.items()}
    return Rows(Frames(rows.frames, makers)), not exits.any_plan(frames.plans)


def checked(given: Mapping[str, Any]) -> Rows:
    """The rows behind the tables on a register's quality: rows of the source and what the checks found in them."""
    from tuopin_analysis.analysis import tracing_rows
    from tuopin_analysis.register import load

    register, here = given["register"], given["as_of"]
    frames: dict[str, pd.DataFrame] = {
        "households": load.households(register, as_of=here),
        "persons": load.persons(register, as_of=here),
    }
    left = (load.row_places(register), load.findings(register), load.rules_run(register))
    return tracing_rows.checked(
        tracing_rows.Checked(*left, load.planted(register) if given["scope"] == "county" else None, frames)
    )
