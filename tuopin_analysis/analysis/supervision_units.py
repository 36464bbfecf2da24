"""Helping units side by side: whom each helps, who of them is out, what is overdue or lacking, who complained of it."""

from datetime import date

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, exits, supervision
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.supervision import Facts, any_row, complaints_judged, standing, summed

FLAGS = {"is_out": "actual_households", "is_planned": "planned_to_date_households", "is_overdue": "overdue_households",
         "no_measure": "no_measure_households"}  # fmt: skip
COMPLAINTS = ["complaints_received", "complaints_upheld"]
INDICATORS = {name: supervision.INDICATORS[name] for name in ("out", "overdue", "no_measure")}  # of which units are judged


def helped(responsible: IntoFrame, stood: nw.LazyFrame, *, as_of: Day) -> nw.LazyFrame:
    """Households and the units that help them, still lazy: one row per household and unit, with the flags of `standing`.

    Helped is whom somebody of the unit answers for on the day; of a household that is out, also whom somebody answered for
    before, since a responsible person is released only then.
    """
    day = counts.day(as_of).toordinal()
    read = counts.lazy(responsible, ["household_id", "unit", "start_date", "end_date"])
    read = read.filter(~nw.col("unit").is_null(), exits.day_number("start_date") <= day)
    last = nw.when(nw.col("end_date").is_null()).then(nw.lit(1)).otherwise(nw.lit(0))
    ended = exits.day_number("end_date") >= day
    pairs = read.select("household_id", helping_unit="unit", stays=last + ended.fill_null(False).cast(nw.Int64))
    pairs = pairs.group_by("household_id", "helping_unit").agg(nw.col("stays").max())
    kept = ["household_id", "township_code", "township", "village", *FLAGS]
    joined = pairs.join(stood.select(*kept), on="household_id", how="inner")
    return joined.filter(nw.col("stays") + nw.col("is_out") > 0).with_columns(households=nw.lit(1))


def units(facts: Facts, known: pd.DataFrame, *, as_of: date | str, early_days: int, days: int) -> pd.DataFrame:
    """All units of the county: one row each, by township and name; `known` are the units of the register.

    `helping_unit`, the township it helps (of a unit that the register does not list: where most of its households are),
    `households` it helps and of these `actual_households` (out), `remaining_households`, planned, overdue and without a measure,
    `complaints_received, complaints_upheld` (missing where no complaint is on record).
    """
    stood = standing(facts.households, facts.plans, facts.events, facts.measures, facts.responsible, facts.complaints,
                     as_of=as_of, early_days=early_days)  # fmt: skip
    pairs = helped(facts.responsible, stood, as_of=as_of)
    columns = ["households", *FLAGS]
    added = pairs.select("helping_unit", "township_code", *columns).group_by("helping_unit", "township_code")
    by_place = counts.collect(added.agg(*(nw.col(column).sum() for column in columns)), columns)
    numbers = by_place.groupby("helping_unit", as_index=False)[columns].sum().rename(columns=FLAGS)
    about = complaints_judged(facts.complaints, as_of=as_of, days=days).filter(~nw.col("unit").is_null())
    complained = summed(about.with_columns(helping_unit=nw.col("unit")), "helping_unit", COMPLAINTS)
    homes = _homes(known, by_place, facts)
    found = homes.merge(numbers, on="helping_unit", how="left").merge(complained, on="helping_unit", how="left")
    figures = ["households", *FLAGS.values(), *COMPLAINTS]
    found = found.assign(**{name: found[name].astype("Int64").fillna(0) for name in figures})
    found.insert(5, "remaining_households", found["households"] - found["actual_households"])
    lacking = {"planned": facts.plans, "overdue": facts.plans, "no_measure": facts.measures, "complaints": facts.complaints}
    absent = tuple(name for name, frame in lacking.items() if not any_row(frame))
    hidden = [name for name in figures if absent and name.startswith(absent)]
    found = found.assign(**{name: pd.Series(pd.NA, found.index, dtype="Int64") for name in hidden})
    return found.sort_values(["township_code", "helping_unit"], ignore_index=True)


def _homes(known: pd.DataFrame, by_place: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Each unit once, with its township."""
    listed = known[["unit", "township_code", "township"]].rename(columns={"unit": "helping_unit"})
    listed = listed.dropna(subset=["township_code"]).drop_duplicates("helping_unit")
    order = by_place.sort_values(["helping_unit", "households", "township_code"], ascending=[True, False, True])
    most = order.drop_duplicates("helping_unit")[["helping_unit", "township_code"]]
    names = counts.count_places(facts.households, "township_code")[["township_code", "township"]]
    other = most[~most["helping_unit"].isin(listed["helping_unit"])].merge(names, on="township_code", how="left")
    homes = pd.concat([frame for frame in (listed, other) if len(frame)] or [listed], ignore_index=True)
    return homes.astype(dict.fromkeys(homes, "str"))


def placed(units: pd.DataFrame, ranks: pd.DataFrame, scope: str) -> pd.DataFrame:
    """The units of a place with the rate of households out, its rank among all units of the county and the judgement on it.

    One row each, those with most overdue households first. `ranks` is `ranking.ranks` of all units.
    """
    out = ranks[ranks["indicator"] == "out"][["helping_unit", "rate", "rank", "rank_lo", "rank_hi", "judgement"]]
    here = units if scope == "county" else units[units["township_code"] == scope]
    order = ["overdue_households", "township_code", "helping_unit"]
    rows = here.merge(out, on="helping_unit", how="left").sort_values(order, ascending=[False, True, True], ignore_index=True)
    return rows.astype({"judgement": "str"})
