"""The frames that traced figures are sums over: what analysis counts, with the columns that analysis derives, one row each.

Every derived column comes from the function by which the tables themselves are made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import narwhals as nw
import pandas as pd

from tuopin_analysis.analysis import causes, exits
from tuopin_analysis.analysis.quality import ROW
from tuopin_analysis.analysis.tracing import Rows
from tuopin_analysis.rules import Rules

FLAGS = ["is_planned", "is_out", "is_overdue", "is_early"]
EVENT_INCOME = "event_income_per_person_yuan"


@dataclass(frozen=True)
class Counted:
    """Frames of a whole county up to a day, as `register.load` gives them; pandas."""

    households: pd.DataFrame
    persons: pd.DataFrame
    plans: pd.DataFrame
    events: pd.DataFrame


@dataclass(frozen=True)
class Checked:
    """What the checks left: rows of the source with their places, findings, rules run, planted faults (none: None)."""

    places: pd.DataFrame
    findings: pd.DataFrame
    run: pd.DataFrame
    planted: pd.DataFrame | None = None
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def counted(frames: Counted, rules: Rules, as_of: date) -> Rows:
    """The rows behind the tables of notebooks 01 to 04.

    households: one row per household, with `causes, size_class, composition, income_class, planned_exit_date`, the flags of
    `exits.standing` (0 or 1) and `days_late`. events: one row per exit or relapse with `move` (1 or -1), `moved_persons` and
    `sign`. persons: as given.
    """
    lines = rules.line("poverty", as_of.year)[0], rules.line("allowance", as_of.year)[0]
    return Rows(
        {"households": _households(frames, rules, as_of, lines), "events": _events(frames, lines[0]), "persons": frames.persons}
    )


def _households(frames: Counted, rules: Rules, as_of: date, lines: tuple[float, float]) -> pd.DataFrame:
    own = frames.households
    classed = nw.from_native(own[["household_id", "income_per_person_yuan"]]).select(
        "household_id", income_class=exits.income_class(*lines)
    )
    early = rules.progress.rash_early_days
    stood = exits.standing(own, frames.plans, frames.events, as_of=as_of, early_days=early)
    flags = stood.select("household_id", "plan_day", "first_exit", *FLAGS).collect().to_pandas()
    late = (as_of.toordinal() - flags["plan_day"]).where(flags["is_overdue"] == 1)
    flags = flags.assign(days_late=exits.late_class(late), days_early=flags["plan_day"] - flags["first_exit"])
    planned = frames.plans[["household_id", "planned_exit_date"]].dropna().drop_duplicates("household_id")
    added = own.assign(causes=causes.cause_set(own["cause_main"], own["cause_other"]), size_class=causes.size_class(own["size"]))
    for part in (classed.to_native(), flags.drop(columns=["plan_day", "first_exit"]), planned):
        added = added.merge(part, on="household_id", how="left")
    if len(frames.persons):
        added = added.merge(causes.composition(frames.persons, rules.elderly_age), on="household_id", how="left")
    return added


def _events(frames: Counted, line: float) -> pd.DataFrame:
    changes = nw.from_native(frames.events).with_columns(sign=exits.exit_sign(line)).to_native()
    own = frames.households[["household_id", "size"]]
    changes = changes.drop(columns="size", errors="ignore").merge(own, on="household_id", how="inner")
    move = changes["event"].eq("exit").astype("int64") * 2 - 1
    known = changes["is_day_known"] if "is_day_known" in changes else True
    return changes.assign(move=move, moved_persons=move * changes["size"], is_day_known=known)


def checked(checked: Checked) -> Rows:
    """The rows behind the tables of notebook 00: rows of the source, findings of each rule by row, steps of the rules, and frames.

    rows: one row per row read, with `is_marked` (a warning was found) and `is_of_account` (counted by the account: households
    and persons of the first day alone). findings: one row per rule and row of the source, found or planted, with `is_found,
    is_planted` and `is_first` of the rule and row. steps: one row per rule and table, numbered.
    """
    found = checked.findings[["code", "severity", *ROW]].drop_duplicates().assign(is_found=True)
    if checked.planted is not None:
        planted = checked.planted[["code", "severity", *ROW]].drop_duplicates().assign(is_planted=True)
        found = found.merge(planted, on=["code", "severity", *ROW], how="outer")
    else:
        found = found.assign(is_planted=False)
    found = found.assign(**{flag: found[flag].eq(True).fillna(False).astype(bool) for flag in ("is_found", "is_planted")})
    codes = checked.places[[*ROW, "township_code", "village_code"]].drop_duplicates(ROW)
    found = found.merge(codes, on=ROW, how="left").sort_values("is_found", ascending=False, kind="stable")
    warned = checked.findings.loc[checked.findings["severity"] == "warning", ROW].drop_duplicates().assign(is_marked=True)
    rows = checked.places.merge(warned, on=ROW, how="left")
    later = rows["table"].isin(["households", "persons"]) & (rows["line"] >= 10**9)  # `register.cached` numbers the lines of later snapshots from there
    return Rows(
        {
            **checked.frames,
            "rows": rows.assign(is_marked=rows["is_marked"].eq(True).fillna(False).astype(bool), is_of_account=~later),
            "findings": found.assign(is_first=~found.duplicated(["code", *ROW])),
            "steps": checked.run.assign(step=[str(at) for at in range(len(checked.run))]),
        }
    )
