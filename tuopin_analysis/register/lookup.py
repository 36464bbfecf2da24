"""One household of a register, asked for by its id or by the office's own number, and what the checks found in its rows."""

import unicodedata
from dataclasses import dataclass

import pandas as pd

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import load
from tuopin_analysis.register.cached import loaded


@dataclass(frozen=True)
class Found:
    """`household_id` as internal pages show it (None: set aside, so that no page counts it), and the findings in its rows.

    findings: one row per fault, with where it stands; error: the row was set aside. Names and numbers in them are masked.
    """

    household_id: str | None
    findings: pd.DataFrame


def household(register: str, asked: str) -> Found:
    """A household by the id that internal pages show, or by the office's number, also one that was set aside.

    InputError when there is none; it says how many households there are and names none.

    >>> household("demo", "1301231002030001").household_id
    '1301231002030001'
    """
    text = unicodedata.normalize("NFKC", asked).strip()
    known = loaded(register).protected("households")
    if "household_number" not in known:  # a county of a synthetic store has ids alone
        known = loaded(register).tables["households"].assign(household_number=lambda homes: homes["household_id"])
    own = known[(known["household_id"] == text) | (known["household_number"] == text)]
    number = text if own.empty else str(own["household_number"].iloc[0])
    findings, aside = load.findings(register), load.set_aside(register)
    findings = findings[findings["household_id"] == number].reset_index(drop=True)
    if own.empty and not ((aside["table"] == "households") & (aside["household_id"] == number)).any():
        accepted, set_aside = len(known), int((aside["table"] == "households").sum())
        what = f"no such household; the register has {accepted:,} and {set_aside:,} set aside"
        raise InputError(Fault(what, "HOUSEHOLD", "an id of the internal pages, or the office's number of the household"))
    return Found(None if own.empty else str(own["household_id"].iloc[0]), findings)
