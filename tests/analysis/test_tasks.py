"""Work by the map: a case by hand; nothing on record is missing, not nought."""

import pandas as pd

from tuopin_analysis.analysis import tasks

DAY = "2016-12-31"


def home(number, place, out):
    return {"household_id": number, "township_code": place, "is_remaining": not out}


HOMES = pd.DataFrame([home("1", "a", False), home("2", "a", False), home("3", "a", True), home("4", "b", False)])
PROGRESS = pd.DataFrame(
    {"township_code": ["a", "b"], "township": ["A", "B"], "households": [3, 1], "persons": [6, 2], "actual_households": [1, 0],
     "actual_persons": [3, 0], "remaining_households": [2, 1], "remaining_persons": [3, 2], "target_persons": [2, 0],
     "share_actual": [0.5, 0.0], "status": ["ahead", "behind"]}
)  # fmt: skip


def dated(*rows):
    frame = pd.DataFrame(rows, columns=["household_id", "unit", "start_date", "end_date"])
    return frame.astype({"start_date": "datetime64[us]", "end_date": "datetime64[us]"})


HELP = dated(
    ("1", "甲", "2016-02-01", None), ("1", "丁", "2016-02-01", "2016-06-30"), ("2", "乙", "2016-02-01", None),
    ("2", "乙", "2016-03-01", None), ("3", "丙", "2016-02-01", None), ("4", "丙", "2017-02-01", None),
)  # fmt: skip


def by_place(measures, responsible):
    return tasks.by_place(PROGRESS, HOMES, measures, responsible, as_of=DAY).set_index("township_code")


def test_measures_begun_and_people_responsible_on_the_day():
    found = by_place(
        dated(("1", "甲", "2016-05-01", None), ("1", "甲", "2016-06-01", None), ("4", "甲", "2017-01-01", None)), HELP
    )
    assert found["with_measure_households"].tolist() == [1, 0]
    assert found["helped_households"].tolist() == [2, 0]  # of household 3, which is out, nobody need answer; of 4 nobody does yet
    assert found["helping_units"].tolist() == [2, 0]
    assert found.loc["a", "helping_unit"] == "乙"  # equal numbers: the first by name
    assert pd.isna(found.loc["b", "helping_unit"])
    assert found.loc["a", "target_reached"] == 1.5
    assert pd.isna(found.loc["b", "target_reached"])


def test_what_the_register_has_no_record_of_is_missing():
    found = by_place(dated().head(0), dated().head(0))
    assert found[tasks.COUNTED].isna().all(axis=None)
    assert found["remaining_persons"].tolist() == [3, 2]
