"""Who is out on a day, by the events up to it: elementary group-bys that every engine does alike."""

from datetime import datetime

import narwhals as nw

_OF_EVENTS = {"exit_date": "exit", "back_date": "relapse"}


def on_day(households: nw.LazyFrame, events: nw.LazyFrame, day: datetime) -> nw.LazyFrame:
    """Households with their state on a day: `exit_date` of the exit in force, `n_relapses`, `is_remaining` (not out).

    An exit is in force when no relapse follows it up to the day. One row per household, as given; one row per event.
    """
    when = nw.col("event_date")
    relapse = (nw.col("event") == "relapse").cast(nw.Int64)
    dated = {name: nw.when(nw.col("event") == event).then(when) for name, event in _OF_EVENTS.items()}
    moves = events.filter(when <= day).select("household_id", **dated, n_relapses=relapse).group_by("household_id")
    last = moves.agg(*(nw.col(name).max() for name in _OF_EVENTS), nw.col("n_relapses").sum())
    joined = households.join(last, on="household_id", how="left")
    exit_date, back_date = nw.col("exit_date"), nw.col("back_date")
    is_out = ~exit_date.is_null() & (back_date.is_null() | (exit_date > back_date).fill_null(False))
    in_force = joined.with_columns(
        exit_date=nw.when(is_out).then(exit_date),
        n_relapses=nw.col("n_relapses").fill_null(0).cast(nw.Int64),
        is_remaining=~is_out,
    )
    return in_force.drop("back_date")
