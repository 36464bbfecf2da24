"""Snapshots put together, by hand: which day's row of each table counts, whole frames with their types."""

from datetime import date

import pandas as pd
from register import little

from tuopin_analysis.register import further, snapshots, unchecked
from tuopin_analysis.register.about import FURTHER, About, Part, Snapshot

DAYS = [date(2016, 12, 31), date(2017, 12, 31)]
PART = Snapshot(inputs={}, parts={"households": Part(file="x", rows=1, sha256="y")})
TOLD = About(**little.ABOUT, baseline=DAYS[0], until=DAYS[1], store=1, snapshots=dict.fromkeys(DAYS, PART), folder="x")
HOMES = [
    little.homes(("h1", 2, "poor", "illness", 1.0), ("h2", 1, "out", None, None)),
    little.homes(
        ("h5", 3, "monitored", None, None),
        ("h2", 4, "relapsed", None, None),
        ("h3", 1, "poor", None, None),
        ("h4", 1, "ordinary", None, None),
        ("h1", 5, "out", None, None),
    ),
]
PERSONS = [
    little.persons(("p1", "h1", "healthy"), ("p2", "h2", "healthy")),
    little.persons(("p5", "h5", "healthy"), ("p2", "h2", "healthy"), ("p3", "h3", "healthy"), ("p4", "h4", "healthy")),
]


def dated(column, *rows, **other):
    names = ["household_id", column, *other.pop("names", [])]
    return pd.DataFrame(rows, columns=names).astype({column: "datetime64[us]"})


def tables(day, **frames):
    own = {"households": HOMES[day], "persons": PERSONS[day]}
    places = list(little.PLACE)
    return (
        {
            name: unchecked.empty(name, [] if name in ("measures", "acceptance") else places)
            for name in ("responsible", "units", "exit_plans", "events", *FURTHER)
        }
        | own
        | frames
    )


def combined(first, second, of=None):
    by_day = dict(zip(DAYS, (first, second), strict=True))
    return snapshots.combined(TOLD, lambda day, table: by_day[day][table], of=of)


def rows(frame, *columns):
    assert frame.index.tolist() == list(range(len(frame)))
    return frame[list(columns)].astype("object").where(frame[list(columns)].notna(), None).to_numpy().tolist()


def test_households_and_persons_of_a_later_day_are_without_newcomers_that_never_were_poor():
    first = combined(tables(0), tables(1))
    pd.testing.assert_frame_equal(first["households"], HOMES[0])
    pd.testing.assert_frame_equal(first["persons"], PERSONS[0])
    later = combined(tables(0), tables(1), DAYS[1])
    assert rows(later["households"], "household_id", "size") == [["h2", 4], ["h3", 1], ["h1", 5]]
    assert rows(later["persons"], "person_id") == [["p2"], ["p3"]]
    assert combined(tables(0), tables(1), DAYS[0])["households"]["household_id"].tolist() == ["h1", "h2"]


def test_changes_that_nobody_listed_are_read_off_the_states():
    events = combined(tables(0), tables(1))["events"]
    assert rows(events, "household_id", "event", "event_date", "is_day_known", "size", "township_code", "village") == [
        ["h1", "exit", pd.Timestamp("2017-12-31"), False, 2, "130123100", None],
        ["h2", "exit", pd.Timestamp("2016-12-31"), False, 1, "130123100", None],
        ["h2", "relapse", pd.Timestamp("2017-12-31"), False, 1, "130123100", None],
    ]
    assert list(events.columns[:5]) == ["household_id", "township_code", "township", "village_code", "village"]
    assert str(events["event_date"].dtype) == "datetime64[us]"


def test_changes_and_plans_are_those_of_any_day_and_helpers_of_the_last_that_names_any():
    change = {"names": ["event"]}
    listed = (
        dated("event_date", ("h2", "2016-03-01", "exit"), ("h9", "2016-03-01", "exit"), **change),
        dated(
            "event_date", ("h2", "2016-03-01", "exit"), ("h1", "2017-03-01", "exit"), ("h2", "2016-03-01", "relapse"), **change
        ),
    )
    plans = (
        dated("planned_exit_date", ("h2", "2016-06-30")),
        dated("planned_exit_date", ("h2", "2017-06-30"), ("h1", "2017-01-01")),
    )
    help_ = pd.DataFrame(
        {"household_id": ["h2", "h1"], "start_date": pd.to_datetime(["2016-01-01", "2016-01-01"]), "unit": ["乙", "甲"]}
    )
    found = combined(
        tables(0, events=listed[0], exit_plans=plans[0], responsible=help_, units=pd.DataFrame({"unit": ["甲"]})),
        tables(1, events=listed[1], exit_plans=plans[1], units=pd.DataFrame({"unit": ["丙"]})),
    )
    assert rows(found["events"], "household_id", "event_date", "event", "size") == [
        ["h1", pd.Timestamp("2017-03-01"), "exit", 2],
        ["h2", pd.Timestamp("2016-03-01"), "exit", 1],
        ["h2", pd.Timestamp("2016-03-01"), "relapse", 1],
    ]
    assert rows(found["exit_plans"], "household_id", "planned_exit_date") == [
        ["h1", pd.Timestamp("2017-01-01")],
        ["h2", pd.Timestamp("2016-06-30")],
    ]
    assert rows(found["responsible"], "household_id", "unit") == [["h1", "甲"], ["h2", "乙"]]
    assert rows(found["units"], "unit") == [["丙"]]


def test_counts_that_nobody_listed_are_the_snapshots_own():
    found = combined(tables(0), tables(1))["standings"]
    assert rows(found, "household_id", "standing_date", "standing_status", "standing_size", "township") == [
        ["h1", pd.Timestamp("2016-12-31"), "poor", 2, "正定镇"],
        ["h1", pd.Timestamp("2017-12-31"), "out", 5, "正定镇"],
        ["h2", pd.Timestamp("2016-12-31"), "out", 1, "正定镇"],
        ["h2", pd.Timestamp("2017-12-31"), "relapsed", 4, "正定镇"],
        ["h3", pd.Timestamp("2017-12-31"), "poor", 1, "正定镇"],
    ]
    assert str(found["standing_date"].dtype) == "datetime64[us]"
    one = further.combined(DAYS[:1], lambda day, table: tables(0)[table], HOMES[:1], ())
    assert (list(one), len(one["standings"])) == (list(FURTHER), 0)


def test_of_further_rows_the_last_word_counts_and_doubled_ones_stay():
    def acceptance(*rows):
        return dated("acceptance_date", *rows, names=["is_met"])

    found = combined(
        tables(0, acceptance=acceptance(("h2", "2016-05-01", "no"), ("h1", "2016-05-01", "a"), ("h1", "2016-05-01", "b"))),
        tables(1, acceptance=acceptance(("h2", "2016-05-01", "yes"), ("h1", "2017-05-01", "c"), ("h7", "2017-05-01", "d"))),
    )["acceptance"]
    assert rows(found, "household_id", "acceptance_date", "is_met", "size", "township_code") == [
        ["h1", pd.Timestamp("2016-05-01"), "a", 2, "130123100"],
        ["h1", pd.Timestamp("2016-05-01"), "b", 2, "130123100"],
        ["h1", pd.Timestamp("2017-05-01"), "c", 2, "130123100"],
        ["h2", pd.Timestamp("2016-05-01"), "yes", 1, "130123100"],
    ]
    assert list(found.columns[:5]) == ["household_id", "township_code", "township", "village_code", "village"]
    assert "_again" not in found
