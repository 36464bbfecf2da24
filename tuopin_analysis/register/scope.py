"""The places a report can be about: the county, a township, a village."""

import pandas as pd

from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import places
from tuopin_analysis.register.about import About


def listed(told: About, households: pd.DataFrame) -> pd.DataFrame:
    """One row per scope: scope, name_zh, name_en, level; the county first, then townships with households in code order."""
    towns = places.townships(told.county_code)
    towns = towns[towns["township_code"].isin(households["township_code"])]
    county = pd.DataFrame({"scope": ["county"], "name_zh": [told.county_zh], "name_en": [told.county_en], "level": ["county"]})
    named = towns.rename(columns={"township_code": "scope", "township": "name_zh"}).assign(level="township")
    return pd.concat([county, named[["scope", "name_zh", "name_en", "level"]]], ignore_index=True)


def _codes(told: About, households: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """By code: the column that holds it and the place's name; also villages that only the register knows."""
    towns, villages = places.townships(told.county_code), places.villages(told.county_code)
    found = {code: ("township_code", name) for code, name in zip(towns["township_code"], towns["township"], strict=True)}
    found |= {code: ("village_code", name) for code, name in zip(villages["village_code"], villages["village"], strict=True)}
    own = households[["village_code", "village"]].dropna().drop_duplicates("village_code")
    return {code: ("village_code", name) for code, name in own.itertuples(index=False)} | found


def resolve(scope: object, told: About, households: pd.DataFrame) -> tuple[str | None, str]:
    """The column and code to filter by (no column for the county); InputError for a scope unknown or without households."""
    known = _codes(told, households)
    expected = "county, the nine-digit code of a township or the twelve-digit code of a village"
    if scope == "county":
        return None, "county"
    if not isinstance(scope, str):
        raise InputError(Fault(f"the scope {scope!r} is not text", "scope", expected, "write it in quotes; -r of papermill does"))
    if scope not in known:
        by_name = {name: code for code, (column, name) in known.items() if column == "township_code"}
        hint = f"write its code, {by_name[scope]}" if scope in by_name else nearest(scope, _with_households(households))
        raise InputError(Fault(f"unknown scope '{scope}'", "scope", expected, hint))
    column, name_zh = known[scope]
    if not (households[column] == scope).any():
        hint = "choose one with households: " + ", ".join(_with_households(households)[:12])
        raise InputError(Fault(f"no registered household in {name_zh} ({scope})", "scope", expected, hint))
    return column, scope


def _with_households(households: pd.DataFrame) -> list[str]:
    return ["county", *sorted(households["township_code"].unique())]


def name(told: About, scope: str, lang: str, households: pd.DataFrame) -> str:
    """The name of a scope that exists."""
    if scope == "county":
        return told.county_zh if lang == "zh" else told.county_en
    towns = places.townships(told.county_code).set_index("township_code")
    if scope in towns.index and lang != "zh":
        return str(towns.loc[scope, "name_en"])
    return _codes(told, households)[scope][1]
