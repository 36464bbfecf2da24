"""A register of any size as lazy frames of an engine, for the functions of analysis/: a township's, or the nation's.

Of a store of many counties only the parts that a scope needs are read, and of them only the columns that a result needs. A
register of one county is small: its frames are those of `load`, handed to the engine. Rows come in no particular order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import narwhals as nw
import pandas as pd

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import engines, load, parts_list, places, state
from tuopin_analysis.register.about import NATION, About, about
from tuopin_analysis.register.cached import loaded
from tuopin_analysis.register.snapshots import OUT

WHOLE = "all"
_PREFIXES = {2: "province", 6: "county", 9: "township", 12: "village"}


@dataclass(frozen=True)
class Opened:
    """A register opened by an engine, whole or for a scope: the methods give frames of that engine.

    `scope`: "all" (or "county" for a register of one), or the code of a province (2 digits), county (6), township (9) or village
    (12). `engine`: pandas, polars, duckdb, dask or pyspark; `cluster`: of dask the address of a scheduler, of pyspark a master.
    """

    about: About
    register: str
    scope: str
    engine: str
    cluster: str | None = None

    def households(self, as_of: str | date | None = None, columns: Sequence[str] | None = None) -> Any:
        """The baseline's households with their state on a day, as `load.households`: one row per household."""
        day = _day(self.about, as_of)
        if not self.about.region:
            return self._taken(load.households(self.register, self._small(), day.date().isoformat()))
        found = nw.from_native(self._table("households", self.about.baseline, columns)).lazy()
        return state.on_day(found, nw.from_native(self._events()).lazy(), day).to_native()

    def listed(self, day: str | date, columns: Sequence[str] | None = None) -> Any:
        """The households on the list of one snapshot, and the state that the list itself gives (`is_remaining`), for `flows`."""
        chosen = _snapshot(self.about, day)
        found = nw.from_native(self._of_day(chosen, columns)).lazy()
        out = nw.col("poverty_status").fill_null("poor").is_in(list(OUT))
        return found.with_columns(is_remaining=~out).to_native()

    def persons(self, as_of: str | date | None = None, columns: Sequence[str] | None = None) -> Any:
        """The baseline's persons, as `load.persons`: one row per person; `age_years` on the day."""
        day = _day(self.about, as_of)
        if not self.about.region:
            return self._taken(load.persons(self.register, self._small(), day.date().isoformat()))
        found = nw.from_native(self._table("persons", self.about.baseline, columns)).lazy()
        return found.with_columns(age_years=nw.col("age_years") + (day.year - self.about.baseline.year)).to_native()

    def events(self, as_of: str | date | None = None) -> Any:
        """Exits and relapses up to a day: one row per event. Of many counties: of every household, counted or not."""
        day = _day(self.about, as_of)
        if not self.about.region:
            return self._taken(load.events(self.register, self._small(), day.date().isoformat()))
        return nw.from_native(self._events()).lazy().filter(nw.col("event_date") <= day).to_native()

    def exit_plans(self) -> Any:
        """Exit plans: one row per household with one."""
        if not self.about.region:
            return self._taken(load.exit_plans(self.register, self._small()))
        return self._table("exit_plans", self.about.baseline, None)

    def by_part(self, digits: int = 2) -> Iterator["Opened"]:
        """The same register province by province (or county by county, 6 digits).

        Where a result has rows by place, those of all parts one below the other are the whole's, in the memory of one part.
        """
        counties = parts_list.parts(self.about, self.about.baseline, "households", _prefix(self.scope))["county"]
        for code in sorted(set(counties.str.slice(0, digits))):
            yield Opened(self.about, self.register, str(code), self.engine, self.cluster)

    def _small(self) -> str:
        return "county" if self.scope == WHOLE else self.scope

    def _taken(self, frame: pd.DataFrame) -> Any:
        return engines.from_pandas(self.engine, frame, self.cluster)

    def _of_day(self, day: date, columns: Sequence[str] | None) -> Any:
        if self.about.region:
            return self._table("households", day, [*columns, "poverty_status"] if columns else None)
        found = loaded(self.register).snapshot(day, "households")
        here = found if self._small() == "county" else found[_in_scope(found, self.scope)]
        if "poverty_status" not in here:
            raise InputError(Fault("the register tells no states of households", "poverty_status", "a list with that column"))
        return self._taken(here.reset_index(drop=True))

    def _events(self) -> Any:
        """Events as the last snapshot that has any lists them: each list has all changes up to its day."""
        for day in reversed(self.about.snapshots):
            if len(parts_list.parts(self.about, day, "events", _prefix(self.scope))):
                return self._table("events", day, None)
        empty = {"household_id": "str", "event": "str", "event_date": "datetime64[us]", "event_income_per_person_yuan": "float64"}
        return self._taken(pd.DataFrame(columns=list(empty)).astype(empty).assign(is_day_known=pd.Series(dtype="bool")))

    def _table(self, table: str, day: date, columns: Sequence[str] | None) -> Any:
        found = parts_list.parts(self.about, day, table, _prefix(self.scope))
        if found.empty:
            what = f"no {table} for '{self.scope}' on {day}"
            raise InputError(Fault(what, paths.shown(self.about.folder), "a scope with households"))
        opened = engines.from_files(self.engine, parts_list.files(self.about, found), columns, self.cluster)
        if len(self.scope) not in (9, 12) or table not in ("households", "persons"):
            return opened
        place = "township_code" if len(self.scope) == 9 else "village_code"
        return nw.from_native(opened).lazy().filter(nw.col(place) == self.scope).to_native()


def open_register(register: str = "demo", scope: str = WHOLE, engine: str = "pandas", cluster: str | None = None) -> Opened:
    """Open a register with an engine; InputError for an unknown register, scope or engine, and one that is not installed.

    >>> from tuopin_analysis.analysis import causes
    >>> households = open_register("demo", engine="polars").households(as_of="2016-12-31")
    >>> int(causes.shares(households)["households"].sum())
    1695
    """
    engines.check(engine, cluster)
    told = about(register)
    if told.region:
        _check_scope(told, scope)
    elif scope not in (WHOLE, "county"):
        load.households(register, scope)  # which tells what is wrong with it
    return Opened(told, register, scope, engine, cluster)


def _check_scope(told: About, scope: str) -> None:
    expected = "all, or a code: province (2 digits), county (6), township (9) or village (12)"
    if scope == WHOLE:
        return
    region = "" if told.region == NATION else told.region
    known = scope.isdigit() and len(scope) in _PREFIXES and scope.startswith(region[: len(scope)])
    known = known and (len(scope) < 9 or not places.townships(scope[:9]).empty)
    if not known or parts_list.parts(told, told.baseline, "households", scope).empty:
        raise InputError(Fault(f"unknown scope '{scope}'", "scope", expected, "choose a place of the register"))


def _prefix(scope: str) -> str:
    return "" if scope == WHOLE else scope


def _in_scope(frame: pd.DataFrame, scope: str) -> pd.Series:
    return frame["township_code" if len(scope) == 9 else "village_code"] == scope


def _day(told: About, as_of: str | date | None) -> datetime:
    return load.day_of(told, as_of).to_pydatetime()


def _snapshot(told: About, day: str | date) -> date:
    known = {str(found): found for found in told.snapshots}
    if str(day) not in known:
        raise InputError(Fault(f"no snapshot of {day}", "day", ", ".join(known) or "a register of snapshots"))
    return known[str(day)]
