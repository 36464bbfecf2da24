"""The rows behind the figures of 09_acceptance, by the name under which `analysis.tracing_acceptance` counts them."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import narwhals as nw
import pandas as pd


@cache
def _judged(register: str, as_of: str, rules: str) -> pd.DataFrame:
    from tuopin_analysis import rules as rulebook
    from tuopin_analysis.analysis import acceptance, bunching, digits, judged, untrue
    from tuopin_analysis.register import load
    from tuopin_analysis.rules_sections import Acceptance

    rule_set, day = rulebook.read(rules), {"register": register, "as_of": as_of}
    settings, there, measures = rule_set.part(Acceptance), load.columns_there(register, "events"), load.measures(**day)
    frames = load.households(**day), load.events(**day), measures, load.acceptance(**day)
    exits = judged.judge(*frames, as_of=as_of, rules=rule_set, there=there)
    flagged = untrue.flagged(exits, measures, settings, there)
    added = acceptance.with_all(digits.digited(bunching.classed(flagged, settings), settings), settings)
    rows = added.collect().to_pandas().sort_values(["household_id", "exit_day"], ignore_index=True)
    for kind in (*untrue.KINDS.values(), "untrue", "none"):
        held = rows["is_untrue"] == 0 if kind == "none" else rows[f"is_{kind}"] == 1
        rows[f"once_{kind}"] = held & ~rows["household_id"].where(held).duplicated()
    return rows


def exits(given: Mapping[str, Any]) -> pd.DataFrame:
    """One row per exit of the county, judged; `once_<kind>`: the first of a household's exits of that kind of doubt."""
    return _judged(given["register"], given["as_of"], given["rules"]).copy(deep=False)


def listed(given: Mapping[str, Any]) -> pd.DataFrame:
    """Every rule that an exit of the county breaks, with its facts, as `untrue.listed` tells them."""
    from tuopin_analysis import rules as rulebook
    from tuopin_analysis.analysis import untrue
    from tuopin_analysis.rules_sections import Acceptance

    return untrue.listed(nw.from_native(exits(given)).lazy(), rulebook.read(given["rules"]).part(Acceptance))


def untrue_exits(given: Mapping[str, Any]) -> pd.DataFrame:
    """One row per exit and rule that it breaks (`is_found`) or is planted to break (`is_planted`); `is_once`: found, a
    household's first."""
    from tuopin_analysis.register import load

    rows = exits(given)
    found = listed(given)[["household_id", "exit_day", "rule"]]
    key = load.planted_exits(given["register"], as_of=given["as_of"])
    planted = found.head(0) if key is None else key[key["topic"] == "untrue"]
    if key is not None:
        days = [day.toordinal() for day in pd.to_datetime(planted["date"])]  # of no row at all, too, a column of whole numbers
        planted = planted.assign(exit_day=pd.Series(days, planted.index, dtype=found["exit_day"].dtype))[found.columns]
    both = found.assign(is_found=True).merge(
        planted.drop_duplicates().assign(is_planted=True), on=list(found.columns), how="outer"
    )
    flags = {name: both[name].eq(True).fillna(False).astype(bool) for name in ("is_found", "is_planted")}
    both = both.assign(**flags).sort_values(["household_id", "exit_day", "rule"], ignore_index=True)
    once = both["is_found"] & ~both[["household_id", "rule"]].where(both["is_found"]).duplicated()
    places = rows[["household_id", "township_code", "township", "village_code", "village", "size"]].drop_duplicates(
        "household_id"
    )
    return both.assign(is_once=once).merge(places, on="household_id", how="left")


def rechecks(given: Mapping[str, Any]) -> pd.DataFrame:
    """One row per household looked at again."""
    from tuopin_analysis.register import load

    return load.rechecks(given["register"], as_of=given["as_of"])


FRAMES: dict[str, Callable[[Mapping[str, Any]], pd.DataFrame]] = {  # from a report's parameters, for the whole county
    "exits_judged": exits, "untrue_exits": untrue_exits, "rechecks": rechecks,
}  # fmt: skip
