"""Every household through the records, day by day: who is there, where, with how many persons, poor or out; and what moved.

Each record that changes how many are poor makes a posting, so that the poor of any day are the sum of the postings up to it.
What can't be is set aside with its reason and changes nothing. One county at a time: the columns needed come over from
whatever engine holds the register, and are read in order of days.
"""

from dataclasses import dataclass
from datetime import date

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.exits import day_number
from tuopin_analysis.analysis.replaying import POSTING, Home, Record, Replay

_HOMES = ["household_id", "township_code", "township", "village", "size"]
_CHANGES = ["household_id", "township_code", "township", "village", "change", "persons", "households", "other_household_id"]
# Within a day: who comes or grows first, then exits and relapses, then who goes; of a move the leaving first.
_ORDER = ("new", "increase", "decrease", "split", "moved_out", "moved_in", "exit", "relapse", "merged", "closed", "struck")


@dataclass(frozen=True)
class Histories:
    """What the records say up to a day.

    `homes`: one row per household then on record: `household_id, township_code, township, village, size, state` (poor, relapsed,
    out), `n_relapses`. `postings`: one row per household and movement of the poor: `household_id, township_code, township,
    village, flow_date, flow` (registered at the baseline, new, relapsed, increase, exits, decrease, moved), `change` (the kind of
    the record), `households, persons` as the account has them, `signed_households, signed_persons` as they change the number of
    the poor. `spells`: one row per exit: `household_id, township_code, township, village, exit_date, followed_to_date` (of the
    relapse, of the day on which the household was gone, or the last day), `is_relapsed`. `set_aside`: one row per record that
    can't be: `household_id, township_code, township, flow_date, change, persons, aside_reason`.
    """

    homes: pd.DataFrame
    postings: pd.DataFrame
    spells: pd.DataFrame
    set_aside: pd.DataFrame


def replay(households: IntoFrame, events: IntoFrame, changes: IntoFrame, *, baseline: Day, as_of: Day) -> Histories:
    """The records up to and with `as_of` in order: see `Histories`. Households begin at the baseline, all of them poor.

    Set aside are: exits and relapses that don't alternate (`out_of_order`), an exit and a relapse of a household on one day
    (`two_states`), records of a household that is not there (`unknown_household`) or is there already (`already_there`), more
    persons than the household has (`too_many_persons`), splits and mergers without the other household (`no_other`).
    """
    until = counts.day(as_of).toordinal()
    book = Replay()
    for number, code, town, village, size in _homes(households).to_numpy().tolist():
        home = Home(number, code, town, village, int(size))
        book.register(home, counts.day(baseline).toordinal())
    records = [*_of_events(events, until), *_of_changes(changes, until)]
    records.sort(key=lambda record: (record.day, _ORDER.index(record.kind), record.household_id, record.other))
    for record in records:
        book.take(record)
    return Histories(_table(book), _postings(book), _spells(book, until), _aside(book))


def _homes(households: IntoFrame) -> pd.DataFrame:
    read = counts.lazy(households, _HOMES).select(*_HOMES)
    return counts.collect(read, ["size"]).sort_values("household_id", ignore_index=True)


def _of_events(events: IntoFrame, until: int) -> list[Record]:
    read = counts.lazy(events, ["household_id", "event", "event_date"]).select(
        "household_id", "event", day=day_number("event_date").cast(nw.Int64)
    )
    rows = counts.collect(read.filter(nw.col("day") <= until), ["day"])
    kinds = rows.groupby(["household_id", "day"])["event"].transform("nunique")
    told = zip(rows["household_id"], rows["event"], rows["day"], kinds > 1, strict=True)
    return [Record(int(day), kind, number, faulty="two_states" if both else "") for number, kind, day, both in told]


def _of_changes(changes: IntoFrame, until: int) -> list[Record]:
    read = counts.lazy(changes, [*_CHANGES, "change_date"]).select(*_CHANGES, day=day_number("change_date").cast(nw.Int64))
    read = read.with_columns(nw.col("households").fill_null(-1)).filter(nw.col("day") <= until)
    rows = counts.collect(read, ["day", "persons", "households"])
    texts = ["household_id", "other_household_id", "township_code", "township", "village", "change"]
    told = rows.assign(**{name: rows[name].astype("object").where(rows[name].notna(), "") for name in texts})
    return [
        Record(
            int(row["day"]),
            row["change"],
            row["household_id"],
            int(row["persons"]),
            int(row["households"]) > 0,
            row["other_household_id"],
            row["township_code"],
            row["township"],
            row["village"],
        )
        for row in told.to_dict("records")
    ]


def _table(book: Replay) -> pd.DataFrame:
    columns = ["household_id", "township_code", "township", "village", "size", "state", "n_relapses"]
    rows = [
        (home.household_id, home.township_code, home.township, home.village, home.size, home.state, home.n_relapses)
        for home in book.homes.values()
    ]
    return typed(pd.DataFrame(rows, columns=columns)).sort_values("household_id", ignore_index=True)


def _postings(book: Replay) -> pd.DataFrame:
    return typed(pd.DataFrame(book.postings, columns=POSTING))


def _spells(book: Replay, until: int) -> pd.DataFrame:
    columns = ["household_id", "township_code", "township", "village", "exit_date", "followed_to_date", "is_relapsed"]
    rows = typed(pd.DataFrame(book.ended(until), columns=columns))
    return rows.sort_values(["household_id", "exit_date"], ignore_index=True)


def _aside(book: Replay) -> pd.DataFrame:
    columns = ["household_id", "township_code", "township", "flow_date", "change", "persons", "aside_reason"]
    return typed(pd.DataFrame(book.set_aside, columns=columns))


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of a small table by what their names say: days, whole numbers, truth values, else texts."""
    whole = ("size", "n_relapses", "households", "persons", "signed_households", "signed_persons")
    days = [column for column in frame.columns if column.endswith("_date")]
    kinds = {column: "int64" if column in whole else "str" for column in frame.columns if column not in days}
    dated = {column: [pd.Timestamp(date.fromordinal(int(day))) for day in frame[column]] for column in days}
    frame = frame.assign(**{column: pd.Series(found, frame.index, dtype="datetime64[us]") for column, found in dated.items()})
    return frame.astype(kinds | ({"is_relapsed": "bool"} if "is_relapsed" in frame else {}))
