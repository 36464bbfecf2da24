"""The demonstration register's counts at the ends of 2016 and 2017: what its records give, but for planted breaks of the account.

A break of 2016 stands in the count of that day alone: what was late on record is there by the next one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from tuopin_analysis.register import demo_history
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_history import Home
from tuopin_analysis.register.demo_plant import Planter

DAYS = (date(2016, 12, 31), date(2017, 12, 31))


def plant(planter: Planter) -> None:
    """Fill the table of counts and note the breaks."""
    rng = Random(planter.seed + 4)
    _late_record(planter)
    for day in DAYS:
        homes, _left = demo_history.replay(planter.accepted("households"), _events(planter), planter.tables.changes, day)
        _break(planter, rng, homes, day)
        planter.tables.standings += [_row(homes[number], day) for number in sorted(homes)]


def _events(planter: Planter) -> list[Row]:
    return [event for events in planter.events.values() for event in events]


def left(planter: Planter) -> list[tuple[Row, Home]]:
    """Every exit with its household on that day."""
    return demo_history.replay(planter.accepted("households"), _events(planter), planter.tables.changes, DAYS[-1])[1]


def _row(home: Home, day: date) -> Row:
    status = "out_supported" if home.is_out else "relapsed" if home.has_relapsed else "poor"
    return {"household_id": home.household_id, "township": home.township, "village": home.village, "standing_date": day,
            "standing_status": status, "standing_size": home.size}  # fmt: skip


def _pick(planter: Planter, homes: dict[str, Home], wanted: Callable[[Home, list[Row]], object]) -> Row:
    """A sound household without changes that stands as wanted; `wanted` sees it and its events."""

    def fits(household: Row, members: list[Row]) -> bool:
        number = household["household_id"]
        return number in homes and bool(wanted(homes[number], planter.events[number]))

    return planter.pick(fits)


def _late_record(planter: Planter) -> None:
    """Deaths of December 2016 that came on record in January 2017: the count of 2016 knows them already."""
    day = DAYS[0]
    homes, _left = demo_history.replay(planter.accepted("households"), _events(planter), planter.tables.changes, day)
    for at in range(3):
        household = _pick(planter, homes, lambda home, events: not home.is_out and home.size >= 2)
        planter.tables.changes.append({column: household[column] for column in (
            "household_id", "township", "village", "_township_code", "_village_code")} | {
            "change": "decrease", "change_date": day + timedelta(days=5 + 4 * at), "persons": 1, "households": 0,
            "reason": "死亡", "_late": True})  # fmt: skip
    planter.tables.changes.sort(key=lambda row: (row["change_date"], row["household_id"]))


def _break(planter: Planter, rng: Random, homes: dict[str, Home], day: date) -> None:
    is_last = day == DAYS[-1]
    known = {row["household_id"]: row for row in planter.accepted("households")}

    def note(kind: str, household: Row, told: str) -> None:
        planter.untrue("break", kind, household, day, told)

    def resize(household: Row, by: int, told: str) -> None:
        number = household["household_id"]
        homes[number] = replace(homes[number], size=homes[number].size + by)
        note("missing_change", household, told)

    def soon_out(home: Home, events: list[Row]) -> bool:  # or never, at the last day
        return not home.is_out and (is_last or (bool(events) and events[0]["event_date"] < date(2017, 7, 1)))

    def stays_poor(home: Home, events: list[Row]) -> bool:
        return not home.is_out

    for row in planter.tables.changes if not is_last else []:
        if "_late" in row:
            resize(known[row["household_id"]], -1, "a death on record only later")
    for by in (1, 1, 1, -1, -1) if is_last else ():
        household = _pick(planter, homes, lambda home, events: not home.is_out and home.size > 1)
        resize(household, by, "a birth that is not on record" if by > 0 else "a death that is not on record")
    for _ in range(3):
        household = _pick(planter, homes, soon_out)
        homes[household["household_id"]] = replace(homes[household["household_id"]], is_out=True)
        note("unrecorded_exit", household, "counted out, no exit on record by then")
    for _ in range(3 if is_last else 1):
        household = _pick(planter, homes, lambda home, events: home.is_out and [e["event"] for e in events] == ["exit"])
        homes[household["household_id"]] = replace(homes[household["household_id"]], is_out=False, has_relapsed=True)
        note("unrecorded_relapse", household, "counted poor, no relapse on record")
    for _ in range(3 if is_last else 1):
        household = _pick(planter, homes, stays_poor)
        del homes[household["household_id"]]
        note("vanished", household, "poor by the records, and not counted")
    for at in range(3 if is_last else 0):
        like = rng.choice(planter.accepted("households"))
        stranger = like | {"household_id": f"{like['_village_code']}{9001 + at}"}
        homes[stranger["household_id"]] = demo_history.home(stranger, rng.randint(1, 4))
        note("unknown_household", stranger, "counted, neither registered nor newly identified")
