"""Of whom is a target a share: of those registered at the baseline, or of the register as it stands?

`baseline` counts the households of the frozen register, whatever became of them; `current` those that are in the register on the
day: who joined since counts, who is gone doesn't, and a household has the size it has now. A register that was read on one day
knows no newcomers, so that both are the same.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, exits
from tuopin_analysis.analysis.apportionment import place_targets, target_number
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.withholding import SUPPRESSED, Guard
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import dictionary
from tuopin_analysis.rules import Target

WAYS = ("baseline", "current")
MOVES = ("joined", "gone", "changed")
SAME = ("size", "township_code", "cause_main")  # what a household is counted by
SHOWN = ("households", "persons")  # of the county, where enough have moved: nobody can be told from these


class Counted(NamedTuple):
    """Who is counted by one denominator: the county's households, those of the report's place, and that place's events."""

    county: IntoFrame
    households: IntoFrame
    events: IntoFrame


def check(denominator: object) -> str:
    """The denominator itself; InputError, with the nearest one, when there is none of that name."""
    return dictionary.one_of("denominator", denominator, "denominator")


def chosen(ways: Mapping[str, Counted], denominator: str, edition: str = "internal") -> Counted:
    """What a report counts. InputError for an unknown denominator, for one that counts nobody in the place, and for a public
    page of the current register where it differs from the baseline: beside the pages that count the baseline, such a page would
    tell of the few who came and went.
    """
    here = ways[check(denominator)]
    moved = moves(ways["baseline"].county, ways["current"].county)
    if denominator == "current" and edition == "public" and moved["households"].sum():
        what = "the public edition counts those registered at the baseline, and the register has changed since"
        raise InputError(Fault(what, "denominator", "baseline", "leave it out, or make the internal edition"))
    if not _totals(here.households)["households"]:
        what = f"nobody in this place is counted by the denominator '{denominator}'"
        raise InputError(Fault(what, "denominator", "a denominator with households", "choose the other one"))
    return here


def compare(
    ways: Mapping[str, Counted], *, scope: str = "county", as_of: Day, targets: Sequence[Target], rounding: str
) -> pd.DataFrame:
    """The target then due by each denominator: one row per denominator, baseline first.

    `denominator, households, persons`; `actual_*`: out on `as_of`, relapses deducted; `share_actual, share_actual_households` of
    these persons and households; `target_date` (the first target not before `as_of`, else the last), `target_*`: its numbers (a
    township's are its part of the county's, see `place_targets`), `still_needed_persons`, `is_met` (whether as many persons were
    out on the target's day; missing until then).
    """
    as_of = counts.day(as_of)
    target = next((target for target in targets if target.by >= as_of), targets[-1])
    rows = []
    for way in WAYS:
        county, households, events = ways[way]
        whole, days = _totals(households), exits.timeline(households, _no_plans(), events)
        out, then = exits.up_to(days, as_of), exits.up_to(days, min(as_of, target.by))
        row: dict[str, object] = {"denominator": way, **whole}
        row |= {f"actual_{unit}": out[f"out_{unit}"] for unit in counts.UNITS}
        row |= {"target_date": pd.Timestamp(target.by)}
        row |= {f"target_{unit}": _number(unit, county, whole, target, rounding, scope) for unit in counts.UNITS}
        row["is_met"] = then["out_persons"] >= row["target_persons"] if as_of >= target.by else None  # type: ignore[operator]
        rows.append(row)
    table = pd.DataFrame(rows).astype({"denominator": "str", "target_date": "datetime64[us]", "is_met": "boolean"})
    share = counts.ratio(table["actual_persons"], table["persons"])
    table.insert(5, "share_actual", share)
    table.insert(6, "share_actual_households", counts.ratio(table["actual_households"], table["households"]))
    needed = (table["target_persons"] - table["actual_persons"]).clip(lower=0)
    table.insert(len(table.columns) - 1, "still_needed_persons", needed)
    return table


def moves(baseline: IntoFrame, current: IntoFrame) -> pd.DataFrame:
    """Who makes the difference between two registers: one row per kind of change, `move, households, persons`.

    joined: households of the current one only; gone: of the baseline only; changed: in both, of another size, township or main
    cause. `persons` of the joined as they are now and of the gone as they were; of the changed the difference.

    >>> then = pd.DataFrame({"household_id": ["a", "b", "c"], "size": [1, 2, 3], "township_code": "T", "cause_main": "illness"})
    >>> now = pd.DataFrame({"household_id": ["b", "c", "d"], "size": [2, 5, 4], "township_code": "T", "cause_main": "illness"})
    >>> moves(then, now).to_dict("list")
    {'move': ['joined', 'gone', 'changed'], 'households': [1, 1, 1], 'persons': [4, 1, 2]}
    """
    then, now = _read(baseline, SAME), _read(current, SAME)
    both = then.index.intersection(now.index)
    changed = (then.loc[both].astype("str") != now.loc[both].astype("str")).any(axis="columns")
    difference = (now.loc[both, "size"] - then.loc[both, "size"])[changed]
    joined, gone = now.loc[~now.index.isin(then.index), "size"], then.loc[~then.index.isin(now.index), "size"]
    found = (joined, gone, difference)
    rows = [(move, len(sizes), int(sizes.sum())) for move, sizes in zip(MOVES, found, strict=True)]
    return pd.DataFrame(rows, columns=["move", "households", "persons"]).astype({"move": "str"})


def shown(
    table: pd.DataFrame, ways: Mapping[str, Counted], guard: Guard, small_cells: int
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """`compare` and the place's `moves` as the page may show them; a public page doesn't tell of the latter (None)."""
    if not guard.public:
        return table, moves(ways["baseline"].households, ways["current"].households)
    return protected(table, moves(ways["baseline"].county, ways["current"].county), guard, small_cells), None


def protected(table: pd.DataFrame, county_moves: pd.DataFrame, guard: Guard, small_cells: int) -> pd.DataFrame:
    """`compare` as a page may show it; `county_moves` are the whole county's `moves`.

    Public edition: where nobody moved, both rows are the same and are guarded alike. Else the current register is an edition of
    its own: of the county its households and persons are shown where each kind of change has none or at least `small_cells`
    households; all else is suppressed.
    """
    if not guard.public:
        return table
    judged = table["is_met"].where(table["target_date"].eq(pd.Timestamp(guard.as_of)))
    safe = guard.protect(table.assign(is_met=judged))
    few = county_moves["households"].between(1, small_cells - 1).any()
    if not county_moves["households"].sum():
        return safe
    kept = SHOWN if guard.scope == "county" and not few else ()
    hidden = [str(name) for name in safe if name not in ("denominator", "target_date", SUPPRESSED, *kept)]
    other = safe["denominator"] == "current"
    for column in hidden:
        values = safe[column]
        whole = pd.api.types.is_integer_dtype(values)
        safe[column] = (values.astype("Int64") if whole else values).mask(other)
    before = safe[SUPPRESSED].str.split(";")
    names = [";".join(dict.fromkeys([*filter(None, found), *hidden])) for found in before]
    return safe.assign(**{SUPPRESSED: safe[SUPPRESSED].mask(other, pd.Series(names, safe.index))})


def _number(unit: str, county: IntoFrame, whole: Mapping[str, int], target: Target, rounding: str, scope: str) -> int:
    """The target as a whole number; a township's is its part of the county's."""
    if scope != "county":
        parts = place_targets(county, targets=[target], rounding=rounding)
        part = parts.loc[parts["township_code"] == scope, f"target_{unit}"]
        if len(part):
            return int(part.iloc[0])
    return target_number(whole[unit], target.share, rounding)


def _totals(households: IntoFrame) -> dict[str, int]:
    sizes = _read(households, ["size"])["size"]
    return {"households": len(sizes), "persons": int(sizes.sum())}


def _read(households: IntoFrame, columns: Sequence[str]) -> pd.DataFrame:
    needs = ["household_id", *columns]
    return counts.collect(counts.lazy(households, needs).select(*needs), ["size"]).set_index("household_id")


def _no_plans() -> pd.DataFrame:
    types = {"household_id": "str", "planned_exit_date": "datetime64[us]"}
    return pd.DataFrame(columns=list(types)).astype(types)
