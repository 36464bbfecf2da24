"""Exits with all that their acceptance needs: made by hand, or drawn at random to go with `samples.drawn`."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from analysis.samples import RULES, events

from tuopin_analysis.rules_sections import Acceptance

SETTINGS = RULES.part(Acceptance)
STEPS = [column for columns in SETTINGS.procedure.values() for column in columns]
HAS = [f"has_{item}" for item in SETTINGS.standard if item != "income"]
DAYS = dict(zip(STEPS, (date(2016, 5, 1), date(2016, 5, 3), date(2016, 5, 5), date(2016, 5, 6), date(2016, 5, 13),
                        date(2016, 5, 20)), strict=True))  # fmt: skip


def stepped(rows: list[tuple[Any, ...]], changed: Mapping[int, Mapping[str, date | None]] | None = None) -> pd.DataFrame:
    """Exits and relapses with every step in order and long enough; `changed` days by the number of the row."""
    frame = events(rows)
    for column, day in DAYS.items():
        own = [(changed or {}).get(at, {}).get(column, day) for at in range(len(frame))]
        frame[column] = pd.to_datetime(pd.Series(own, index=frame.index, dtype="object")).astype("datetime64[us]")
    return frame


def accepted(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Acceptances: household, day, and the items that are not met or (None) not recorded, by name."""
    made = []
    for household, day, *said in rows:
        made.append({"household_id": household, "acceptance_date": day, **dict.fromkeys(HAS, True), **(said[0] if said else {})})
    frame = pd.DataFrame(made, columns=["household_id", "acceptance_date", *HAS])
    frame["acceptance_date"] = pd.to_datetime(frame["acceptance_date"])
    return frame.astype({"household_id": "str", "acceptance_date": "datetime64[us]", **dict.fromkeys(HAS, "boolean")})


def measures(rows: Mapping[str, str]) -> pd.DataFrame:
    """The first day of a measure of each household."""
    frame = pd.DataFrame({"household_id": list(rows), "start_date": pd.to_datetime(list(rows.values()))})
    return frame.astype({"household_id": "str", "start_date": "datetime64[us]"})


def rechecked(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Re-checks: kind, township, persons, and whether it was found right."""
    frame = pd.DataFrame(rows, columns=["recheck_kind", "township_code", "persons", "is_right"])
    names = {"130123103": "新安镇", "130123200": "南牛乡"}
    frame["township"] = frame["township_code"].map(names)
    kinds = {"recheck_kind": "str", "township_code": "str", "township": "str", "persons": "int64", "is_right": "boolean"}
    return frame.astype(kinds)


def drawn_exits(register: dict[str, pd.DataFrame], seed: int = 5) -> dict[str, pd.DataFrame]:
    """Frames to go with a register of `samples.drawn`: stepped, accepted, helped and rechecked, with gaps."""
    rng = np.random.default_rng(seed)
    happened = register["events"].copy()
    for place, column in enumerate(STEPS):
        back = pd.to_timedelta(rng.integers(-2, 8, len(happened)) + 40 - 7 * place, unit="D")
        happened[column] = (happened["event_date"] - back).mask(rng.random(len(happened)) < 0.1).astype("datetime64[us]")
    rows = []
    for household in register["households"]["household_id"]:
        for _ in range(rng.integers(3)):
            said = {name: [True, False, None][rng.choice(3, p=[0.8, 0.1, 0.1])] for name in HAS}
            rows.append((household, date(2016, 1, 1) + timedelta(days=int(rng.integers(600))), said))
    begun = {
        home: str(date(2016, 1, 1) + timedelta(days=int(rng.integers(600))))
        for home in register["households"]["household_id"][::2]
    }
    looked = [(["exit", "unregistered", "satisfaction"][rng.integers(3)], ["130123103", "130123200"][rng.integers(2)],
               int(rng.integers(1, 6)), bool(rng.random() < 0.9)) for _ in range(60)]  # fmt: skip
    return {"stepped": happened, "accepted": accepted(rows), "helped": measures(begun), "rechecked": rechecked(looked)}
