"""Comparing two registers: their key tables on a day, and the households, persons and events that changed."""

from datetime import date
from typing import Any

import pandas as pd

from tuopin_analysis import rules as rulebook
from tuopin_analysis.analysis import records

Tables = dict[tuple[str, str], pd.DataFrame]
# What is compared of households and persons is the register's own columns; names of places follow from their codes.
APART = {"county", "township", "village", "hamlet", "data_year"}


def tables(register: str, as_of: str, rules: str, edition: str) -> Tables:
    """The key tables of the county as its pages have them, as frames of text."""
    from tuopin_analysis.analysis import causes, denominators, targets, townships, withholding
    from tuopin_analysis.register import load, published

    about, rule_set = load.about(register), rulebook.read(rules)
    county = load.households(register, as_of=as_of)
    guard = withholding.guard(
        county, rule_set, scope="county", as_of=as_of, edition=edition,
        townships=published.townships(about.county_code), causes=published.causes(about.county_code),
    )  # fmt: skip
    events, plans = load.events(register, as_of=as_of), load.exit_plans(register, as_of=as_of)
    now = load.households(register, as_of=as_of, denominator="current")
    ways = {
        "baseline": denominators.Counted(county, county, events),
        "current": denominators.Counted(now, now, load.events(register, as_of=as_of, denominator="current")),
    }
    both = denominators.compare(ways, as_of=as_of, targets=rule_set.targets, rounding=rule_set.target_rounding)
    by_township = targets.by_place(
        county, plans, events, baseline=about.baseline, as_of=as_of, targets=rule_set.targets, settings=rule_set.progress,
        rounding=rule_set.target_rounding,
    )  # fmt: skip
    both, _ = denominators.shown(both, ways, guard, rule_set.small_cells)
    found = {
        "overview.places": guard.protect(townships.distribution(county)),
        "causes.shares": guard.protect(causes.shares(county, rule_set.cause_groups)),
        "causes.by_township": guard.protect(causes.by_township(county, rule_set.cause_groups)),
        "targets.by_township": guard.protect(by_township),
        "targets.denominators": both,
    }
    return {("county", key): _texts(frame) for key, frame in found.items()}


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """A table as its CSV file has it."""
    import io

    from tuopin_analysis import harmless

    return pd.read_csv(io.StringIO(harmless.csv_frame(frame).to_csv(index=False)), dtype="str", keep_default_na=False)


def changes(old: str, new: str, days: tuple[str, str]) -> pd.DataFrame:
    """Households, persons and events that changed from one register, as it stood on its day, to the other: `records.changes`."""
    from tuopin_analysis.register import load

    homes = [*_fields("households"), "township_code", "village_code"]
    fields = {"households": homes, "persons": _fields("persons"), "events": ["event", "event_date"]}
    before, after = (_standing(load.standing(register, day), day) for register, day in zip((old, new), days, strict=True))
    return records.changes(before, after, fields)


def _standing(found: dict[str, pd.DataFrame], day: str) -> dict[str, pd.DataFrame]:
    return {**found, "events": found["events"][found["events"]["event_date"] <= pd.Timestamp(day)]}


def _fields(table: str) -> list[str]:
    from tuopin_analysis.register import dictionary

    known = dictionary.columns(table)
    return [str(name) for name in known.index[known["protected"] != "yes"] if name not in {*APART, *records.KEYS.values()}]


def matchable(old: str, new: str) -> bool:
    """Whether the ids of two registers were made under one key, so that their households can be told to be the same."""
    from tuopin_analysis.register import load

    return load.about(old).key_sha256 == load.about(new).key_sha256


def public_counts(found: pd.DataFrame, old: str, new: str, days: tuple[str, str], rules: str) -> pd.DataFrame | None:
    """`records.by_township` for the public edition; None where a side suppresses anything: the counts could give it away."""
    from tuopin_analysis.analysis import withholding
    from tuopin_analysis.register import load, published

    rule_set = rulebook.read(rules)
    for register, day in zip((old, new), days, strict=True):
        code = load.about(register).county_code
        guard = withholding.guard(
            load.households(register, as_of=day), rule_set, scope="county", as_of=day, edition="public",
            townships=published.townships(code), causes=published.causes(code),
        )  # fmt: skip
        if guard.suppresses:
            return None
    return records.by_township(found, rule_set.small_cells)


def last_day(register: str, as_of: str | None) -> str:
    """The day to compare a register on: the one asked for, else its last."""
    from tuopin_analysis.register import load

    until: date = load.about(register).until
    return as_of or until.isoformat()


def described(register: str, as_of: str, rules: str, edition: str) -> dict[str, Any]:
    """What a side of the comparison is, for the head of the page."""
    from tuopin_analysis.register import load

    about = load.about(register)
    return {
        "path": register, "kind": "register", "register": about.title_zh, "register_en": about.title_en, "as_of": as_of,
        "baseline": about.baseline.isoformat(), "rules": rules, "edition": edition, "synthetic": about.synthetic,
        "real": not about.synthetic, "made_by": "",
    }  # fmt: skip
