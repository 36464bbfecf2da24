"""One history from several snapshots: who left when, who fell back, also when a household is missing on a day."""

from datetime import date

import pandas as pd

from tuopin_analysis.register import snapshots

DAYS = [date(2016, 12, 31), date(2017, 12, 31), date(2018, 12, 31)]


def states(**known):
    rows = [(name, *state) for name, state in known.items()]
    return pd.DataFrame(rows, columns=["household_id", "poverty_status", "exit_year", "income_per_person_yuan"])


def told(*frames):
    found = snapshots.changes(list(frames), DAYS[: len(frames)])
    return [f"{row.household_id} {row.event} {row.event_date:%Y-%m-%d}" for row in found.itertuples()]


OUT, POOR, BACK = ("out", 2016, 4000.0), ("poor", None, 2000.0), ("relapsed", None, 1000.0)


def test_a_household_missing_on_a_day_does_not_leave_twice():
    assert told(states(a=OUT, b=POOR), states(b=POOR), states(a=OUT, b=POOR)) == ["a exit 2016-12-31"]
    assert told(states(a=OUT), states(b=POOR), states(a=BACK)) == ["a exit 2016-12-31", "a relapse 2018-12-31"]


def test_out_back_and_out_again():
    later = ("out", 2018, 5000.0)
    assert told(states(a=OUT), states(a=BACK), states(a=later)) == [
        "a exit 2016-12-31", "a relapse 2017-12-31", "a exit 2018-12-31",
    ]  # fmt: skip


def test_an_exit_has_the_income_of_the_snapshot_that_first_shows_it():
    found = snapshots.changes([states(a=POOR), states(a=OUT)], DAYS[:2])
    assert found["event_income_per_person_yuan"].to_list() == [4000.0]
    assert found["event_date"].dt.date.to_list() == [date(2017, 12, 31)]  # its year of exit lies before it was seen as poor
