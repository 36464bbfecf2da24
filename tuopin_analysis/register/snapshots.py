"""From snapshots to one history: the households of the first day, and what became of them."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from tuopin_analysis.register import further
from tuopin_analysis.register.about import NEEDED, About
from tuopin_analysis.register.accepted import ORDER, PLACE, of_household

# Not poor: out, or (forms of 2020 and later) monitored for its risk or listed without ever having been registered as poor.
OUT = ("out_supported", "out", "out_unstable", "monitored", "ordinary")
NEVER_POOR = ("monitored", "ordinary")
Frames = Callable[[date, str], pd.DataFrame]


def combined(told: About, frame: Frames, of: date | None = None) -> dict[str, pd.DataFrame]:
    """The tables of a register of several snapshots, by table; `frame` gives a table of one day.

    Households and persons are those of the first snapshot, whatever became of them, or, where `of` names the day of another, of
    that one: who joined since counts, who is gone doesn't (see `_standing`). A household's first plan stands. Helping
    units and responsible persons are those of the last snapshot that lists any. Changes are those that any snapshot lists; when
    none lists changes, they are read off the households' states from one snapshot to the next (see `changes`); `is_day_known` is
    then false, as the year alone is on record.
    """
    days = list(told.snapshots)
    by_day = {table: [frame(day, table) for day in days] for table in NEEDED}
    tables = _standing(by_day, days.index(of) if of else 0)
    for table in ("responsible", "units"):
        tables[table] = next((found for found in by_day[table][::-1] if len(found)), by_day[table][0])
    tables["exit_plans"] = _united(by_day["exit_plans"], ["household_id"])
    tables["events"] = _united(by_day["events"], ["household_id", "event", "event_date"])
    if tables["events"].empty:
        implied = changes(by_day["households"], days)
        empty = tables["events"].iloc[:0].reindex(range(len(implied)))  # the columns that nobody listed, missing, of their types
        tables["events"] = empty.assign(**{str(column): implied[column] for column in implied}, is_day_known=False)
    return joined(tables | further.combined(days, frame, by_day["households"], NEVER_POOR))


def joined(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with place and size of the household on each row that hangs on one; rows of other households are left out.

    Further tables that a register lacks are there, too, without rows.
    """
    found = dict(tables) | further.joined(tables)
    for table in ("responsible", "exit_plans", "events"):
        own = tables[table][tables[table]["household_id"].isin(tables["households"]["household_id"])]
        rows = of_household(own, tables["households"], [*PLACE, "size"])
        rest = [column for column in rows if column not in ("household_id", *PLACE)]
        found[table] = rows[["household_id", *PLACE, *rest]].sort_values(ORDER[table], kind="stable", ignore_index=True)
    return found


def _standing(by_day: dict[str, list[pd.DataFrame]], at: int) -> dict[str, pd.DataFrame]:
    """Households and persons of one snapshot; newcomers that were never registered as poor are left out."""
    homes, persons = by_day["households"][at], by_day["persons"][at]
    if at:
        is_new = ~homes["household_id"].isin(by_day["households"][0]["household_id"])
        homes = homes[~(is_new & homes["poverty_status"].isin(NEVER_POOR))].reset_index(drop=True)
        persons = persons[persons["household_id"].isin(homes["household_id"])].reset_index(drop=True)
    return {"households": homes, "persons": persons}


def _united(frames: list[pd.DataFrame], key: list[str]) -> pd.DataFrame:
    """Rows of all days, one a key, the earliest day's."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True).drop_duplicates(key, ignore_index=True) if filled else frames[0]


def changes(households: list[pd.DataFrame], days: list[date]) -> pd.DataFrame:
    """Exits and relapses that the states of households imply: one row a change, household_id, event, event_date, and the income.

    `event_income_per_person_yuan` is the income that the snapshot gives which first shows the exit.

    A household that is out on a day, and was not out on the snapshot before (or there was none), has left by then: on the last
    day of its year of exit if that lies in between, else on the snapshot's day. One that was out and is poor again has relapsed
    by the snapshot's day.

    >>> first = pd.DataFrame({"household_id": ["a", "b"], "poverty_status": ["poor", "out"], "exit_year": [None, 2015]})
    >>> second = pd.DataFrame({"household_id": ["a", "b"], "poverty_status": ["out", "relapsed"], "exit_year": [2016, None]})
    >>> found = changes([first, second], [date(2015, 12, 31), date(2017, 6, 30)])
    >>> [f"{row.household_id} {row.event} {row.event_date:%Y-%m-%d}" for row in found.itertuples()]
    ['b exit 2015-12-31', 'a exit 2016-12-31', 'b relapse 2017-06-30']
    """
    was_out = pd.Series(dtype="bool")
    since = date.min
    found = []
    for frame, day in zip(households, days, strict=True):
        states = frame.set_index("household_id")
        is_out = states["poverty_status"].isin(OUT)
        before = was_out.reindex(states.index, fill_value=False).astype(bool)
        left = states[is_out & ~before]
        exits = pd.DataFrame({"household_id": left.index, "event": "exit", "event_date": _exit_days(left, since, day)})
        income = left["income_per_person_yuan"].to_numpy() if "income_per_person_yuan" in left else float("nan")
        found.append(exits.assign(event_income_per_person_yuan=income))
        back = states.index[~is_out & before & states["poverty_status"].notna()]
        found.append(pd.DataFrame({"household_id": back, "event": "relapse", "event_date": pd.Timestamp(day)}))
        was_out, since = is_out.combine_first(was_out).astype(bool), day  # a household may be missing on a day and come back
    dated = pd.concat(found, ignore_index=True)
    types = {"household_id": "str", "event": "str", "event_date": "datetime64[us]", "event_income_per_person_yuan": "float64"}
    return dated.assign(**{name: dated.get(name) for name in types}).astype(types)


def _exit_days(left: pd.DataFrame, since: date, day: date) -> list[pd.Timestamp]:
    years = left["exit_year"] if "exit_year" in left else pd.Series(pd.NA, index=left.index)
    ends = [None if pd.isna(year) or not 1 <= int(year) <= day.year else date(int(year), 12, 31) for year in years]
    return [pd.Timestamp(min(end, day) if end and end > since else day) for end in ends]
