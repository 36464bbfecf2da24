"""Frames of the account between two days for the test of engines: changes, counts, measures and reports drawn at random."""

import numpy as np
import pandas as pd

DAYS = pd.to_datetime("2016-01-05") + pd.to_timedelta(range(0, 700, 7), unit="D")
TEXT = ["household_id", "township_code", "township", "village", "change", "other_household_id", "standing_status", "measure"]


def drawn(households: pd.DataFrame, persons: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows of these households, with gaps where a register has gaps."""
    rng = np.random.default_rng(8)
    place = households[["household_id", "township_code", "township", "village"]]
    kinds = ["new", "increase", "decrease", "closed", "moved_in", "moved_out", "split", "merged"]
    some = place.sample(60, random_state=3).reset_index(drop=True)
    changes = some.assign(
        change=rng.choice(kinds, 60), change_date=rng.choice(DAYS, 60), persons=rng.integers(0, 3, 60),
        households=pd.array(rng.choice([0, 1], 60), dtype="Int64"), other_household_id=rng.choice(place["household_id"], 60),
    )  # fmt: skip
    changes.loc[::5, "households"] = pd.NA
    changes.loc[::3, "other_household_id"] = None
    counted = place.sample(200, random_state=4).assign(standing_date=pd.Timestamp("2017-03-14"))
    counted["standing_status"] = rng.choice(["poor", "out_supported", "relapsed"], 200)
    counted["standing_size"] = rng.integers(1, 6, 200)
    earlier = counted.head(20).assign(standing_date=pd.Timestamp("2016-12-31"))
    measures = place.sample(300, replace=True, random_state=5).reset_index(drop=True)
    measures = measures.assign(measure=rng.choice(["industry", "health_aid"], 300), start_date=rng.choice(DAYS, 300))
    ends = measures["start_date"] + pd.to_timedelta(rng.integers(30, 300, 300), unit="D")
    measures["end_date"] = ends.where(rng.random(300) < 0.6)
    towns = place.drop_duplicates("township_code")[["township_code", "township"]]
    months = pd.DataFrame({"report_date": pd.date_range("2016-02-01", periods=12, freq="MS")})
    reports = towns.merge(months, how="cross").assign(households=2, persons=5)
    number = len(households)
    homes = households.assign(
        income_transfer_yuan=rng.integers(0, 3000, number) * 1.0, income_total_yuan=rng.integers(3000, 6000, number) * 1.0,
        monitor_kind=rng.choice([None, "unstable"], number),
        is_risk_removed=pd.array(rng.choice([True, False], number), dtype="boolean"),
    )  # fmt: skip
    homes.loc[::4, "is_risk_removed"] = pd.NA
    people = persons.assign(health=rng.choice([None, "healthy", "serious_illness;disabled"], len(persons)))
    frames = {"changes": changes, "standings": pd.concat([counted, earlier]), "measures": measures, "reports": reports}
    frames |= {"homes": homes.astype({"monitor_kind": "str"}), "people": people.astype({"health": "str"})}
    return {name: _typed(frame).reset_index(drop=True) for name, frame in frames.items()}


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    days = {name: "datetime64[us]" for name in frame if str(name).endswith("_date")}
    return frame.astype({name: "str" for name in TEXT if name in frame} | days)
