"""What the demonstration register's townships reported upwards, what was checked again, and complaints."""

import calendar
from collections import defaultdict
from datetime import date, timedelta
from random import Random

from tuopin_analysis.register import demo_standings, demo_untrue
from tuopin_analysis.register.demo_course import by_township
from tuopin_analysis.register.demo_draw import Row, village_names
from tuopin_analysis.register.demo_history import Home
from tuopin_analysis.register.demo_plant import Planter

_BEFORE_2017, _UNTIL = date(2016, 12, 31), date(2017, 12, 31)
_SAMPLE, _UNREGISTERED, _SATISFACTION, _COMPLAINTS = 0.1, 30, 25, 60
_WRONG = {"planted": 0.7, "honest": 0.005, "unregistered": 0.01, "satisfaction": 0.06}


def plant(planter: Planter) -> None:
    """Fill the three tables and note reports that differ from the register."""
    rng = Random(planter.seed + 8)
    left = demo_standings.left(planter)
    _report(planter, left)
    _recheck(planter, rng, left)
    _complain(planter, rng)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _report(planter: Planter, left: list[tuple[Row, Home]]) -> None:
    """Exits of each township and month, persons as of the day of the exit; months without any are not reported."""
    rash, behind = demo_untrue.roles(planter)
    towns = {home.township_code: home.township for _event, home in left}
    counted: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for event, home in left:
        cell = counted[home.township_code, _month_end(event["event_date"])]
        cell[0] += 1
        cell[1] += home.size
    others = [code for code in sorted(towns) if code not in (rash, *behind)]
    december, november, summer = date(2016, 12, 31), date(2016, 11, 30), _fullest(counted, others[1])
    shifted, forgotten = (_of_some(left, code, day) for code, day in ((others[0], december), (others[1], summer)))
    unreported = behind[1], _fullest(counted, behind[1])
    plants: list[tuple[str, str, date, int, int, str]] = [
        ("over_reported", rash, december, 7, 15, "more reported out than the register has"),
        ("over_reported", behind[0], december, 5, 9, "more reported out than the register has"),
        ("early_reported", others[0], november, *shifted, "exits of December reported in November"),
        ("late_reported", others[0], december, -shifted[0], -shifted[1], "exits of December reported in November"),
        ("under_reported", others[1], summer, -forgotten[0], -forgotten[1], "fewer reported out than the register has"),
        ("persons_differ", others[2], _fullest(counted, others[2]), 0, 2, "the same households, other persons"),
        ("not_reported", *unreported, 0, 0, "the month was not reported"),
    ]
    for kind, code, day, households, persons, note in plants:
        cell = counted[code, day]
        cell[0] += households
        cell[1] += persons
        planter.untrue("reported", kind, {"_township_code": code}, day, note)
    del counted[unreported]
    for (code, day), (households, persons) in sorted(counted.items()):
        planter.tables.reported_exits.append({"township": towns[code], "report_date": day, "households": households,
                                              "persons": persons})  # fmt: skip


def _fullest(counted: dict[tuple[str, date], list[int]], code: str) -> date:
    """The month of 2017 in which most left, before the last."""
    months = {day: cell[0] for (of, day), cell in counted.items() if of == code and _BEFORE_2017 < day < _UNTIL}
    return max(months, key=lambda day: months[day])


def _of_some(left: list[tuple[Row, Home]], code: str, day: date) -> tuple[int, int]:
    """Three households that left a township in a month, and their persons."""
    sizes = [home.size for event, home in left if home.township_code == code and _month_end(event["event_date"]) == day]
    return len(sizes[:3]), sum(sizes[:3])


def _recheck(planter: Planter, rng: Random, left: list[tuple[Row, Home]]) -> None:
    untrue = {(planted.household_id, planted.date) for planted in planter.exits if planted.topic == "untrue"}
    by_code: dict[str, list[tuple[Row, Home]]] = defaultdict(list)
    for event, home in left:
        by_code[home.township_code].append((event, home))
    names = village_names()
    registered = by_township(planter.accepted("households"))
    for code in sorted(by_code):
        done = [(event, home) for event, home in by_code[code] if event["event_date"] <= date(2017, 12, 20)]
        for event, home in rng.sample(done, round(_SAMPLE * len(by_code[code]))):
            wrong = _WRONG["planted" if (home.household_id, event["event_date"]) in untrue else "honest"]
            day = min(event["event_date"] + timedelta(days=rng.randint(5, 75)), _UNTIL)
            _check(planter, rng, "exit", home.township, home.village, day, home.household_id, home.size, wrong)
        township = by_code[code][0][1].township
        for _ in range(_UNREGISTERED):
            day = date(2017, rng.randint(3, 11), rng.randint(1, 28))
            village = rng.choice(names[code])[1]
            _check(planter, rng, "unregistered", township, village, day, None, rng.randint(1, 5), _WRONG["unregistered"])
        for row in rng.sample(registered[code], _SATISFACTION):
            day = date(2017, rng.randint(3, 11), rng.randint(1, 28))
            number, size = row["household_id"], row["size"]
            _check(planter, rng, "satisfaction", row["township"], row["village"], day, number, size, _WRONG["satisfaction"])


def _check(planter: Planter, rng: Random, kind: str, township: str, village: str, day: date, number: str | None, size: int,
           wrong: float) -> None:  # fmt: skip
    planter.tables.rechecks.append({"recheck_kind": kind, "township": township, "village": village, "household_id": number,
                                    "recheck_date": day, "persons": size, "is_right": rng.random() >= wrong})  # fmt: skip


def _complain(planter: Planter, rng: Random) -> None:
    households = planter.accepted("households")
    units = {row["household_id"]: row["unit"] for row in planter.accepted("responsible")}
    untrue = {planted.household_id: planted.date for planted in planter.exits if planted.topic == "untrue"}
    wronged = [row for row in households if row["household_id"] in untrue]
    for at in range(_COMPLAINTS):
        is_wronged = at % 3 == 0
        household = rng.choice(wronged if is_wronged else households)
        day = date(2016, 3, 1) + timedelta(days=rng.randrange(660))
        if is_wronged:
            day = min(untrue[household["household_id"]] + timedelta(days=rng.randint(3, 90)), _UNTIL)
        closed = day + timedelta(days=rng.randint(7, 70))
        is_open = closed > _UNTIL or rng.random() < 0.05
        named = rng.random() < 0.85
        planter.tables.complaints.append({
            "township": household["township"], "village": household["village"] if named else None,
            "unit": units.get(household["household_id"]) if rng.random() < 0.85 else None,
            "household_id": household["household_id"] if named else None, "complaint_date": day,
            "is_upheld": None if is_open else rng.random() < (0.75 if is_wronged else 0.25),
            "closed_date": None if is_open else closed})  # fmt: skip
