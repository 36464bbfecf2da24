"""The demonstration register's course: exit plans, exits and relapses of 2016 and 2017. Its pace is invented, not the county's.

One township is ahead and rash (exits pulled forward into December), two are behind, the others meet the first target late.
"""

from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any

from tuopin_analysis import rules
from tuopin_analysis.register import demo_draw
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_traits import WORKING

_PLANNED = {2016: {(3, 31): 0.06, (6, 30): 0.24, (9, 30): 0.28, (11, 30): 0.17, (12, 31): 0.25},
            2017: {(3, 31): 0.15, (6, 30): 0.30, (9, 30): 0.30, (12, 31): 0.25}}  # fmt: skip
_PACE = {"steady": {6: 0.12, 9: 0.26, 11: 0.30, 12: 0.32}, "behind": {6: 0.08, 9: 0.25, 11: 0.32, 12: 0.35},
         "rash": {6: 0.10, 9: 0.15, 11: 0.10, 12: 0.65}}  # fmt: skip
_PACE_2017 = {3: 0.12, 6: 0.28, 9: 0.28, 12: 0.32}
_OUT_2016 = {"rash": 0.62, "behind": 0.31}  # of the township's persons; the steady ones bring the county just above its target
_OUT_2017 = {"rash": 0.94, "behind": 0.86, "steady": 0.97}  # of those remaining at the beginning of 2017
_RELAPSES = {"rash": 6, "steady": 8, "behind": 2}
_MEASURES = ("industry", "employment", "education_aid", "health_aid", "safety_net")
_FITTING = {"illness": ["health_aid"], "disability": ["safety_net", "health_aid"], "schooling": ["education_aid"],
            "lack_of_labour": ["safety_net"], "lack_of_skills": ["employment"], "lack_of_funds": ["industry"],
            "disaster": ["industry", "safety_net"], "lack_of_drive": ["industry", "employment"]}  # fmt: skip


def _spread(rows: list[Row], shares: dict[Any, float]) -> list[tuple[Row, Any]]:
    """Rows in order, each with its class, the classes holding these shares of the rows."""
    found, bound, at = [], 0.0, 0
    for value, share in shares.items():
        bound += share
        while at < len(rows) and (at + 0.5) / len(rows) <= bound + 1e-9:
            found.append((rows[at], value))
            at += 1
    return found


def _first(rows: list[Row], persons: float) -> list[Row]:
    """The first rows that together hold at least so many persons."""
    taken, held = [], 0
    for row in rows:
        if held >= persons:
            break
        taken.append(row)
        held += row["size"]
    return taken


def by_township(households: list[Row]) -> dict[str, list[Row]]:
    """Households by township code, in the order given."""
    found: dict[str, list[Row]] = defaultdict(list)
    for household in households:
        found[household["_township_code"]].append(household)
    return found


def _measures(household: Row, members: list[Row]) -> str:
    able = any(member["labour_skill"] in WORKING for member in members)
    pupil = any(member["school_status"] not in ("not_at_school", "kindergarten") for member in members)
    wanted = set(_FITTING[household["cause_main"]])
    wanted |= {"employment"} if any(member["work_months"] for member in members) else {"industry"} if able else {"safety_net"}
    wanted |= ({"education_aid"} if pupil else set()) | ({"safety_net"} if household["attribute"] != "general" else set())
    return ";".join(measure for measure in _MEASURES if measure in wanted)


def plans(rng: Random, households: list[Row], members: dict[str, list[Row]]) -> list[Row]:
    """One plan per household: in each township slightly more than the target's share of persons for 2016, the rest for 2017."""
    share, found = float(rules.read("hebei-2016").targets[0].share) + 0.015, {}

    def rank(row: Row) -> float:  # those who can work and live nearest to the line are planned first, as an office would
        return rng.random() - 0.5 * (row["income_wage_yuan"] > 0) - row["income_per_person_yuan"] / 9000

    for rows in by_township(households).values():
        order = sorted(rows, key=rank)
        early = _first(order, share * sum(row["size"] for row in rows))
        for year, planned in ((2016, early), (2017, order[len(early) :])):
            for row, (month, day) in _spread(planned, _PLANNED[year]):
                found[row["household_id"]] = date(year, month, day)
    return [{"household_id": row["household_id"], "planned_exit_year": found[row["household_id"]].year,
             "planned_exit_date": found[row["household_id"]], "measures": _measures(row, members[row["household_id"]])}
            for row in households]  # fmt: skip


def _event(rng: Random, household: Row, kind: str, day: date, income: float) -> Row:
    """An exit with its steps before it (review, verification, consent, seven or more days of notice), or a relapse."""
    row: Row = {"household_id": household["household_id"], "event": kind, "event_date": day, "approved_date": day,
                "event_income_per_person_yuan": round(income, 2)}  # fmt: skip
    if kind == "exit":
        steps = (("notice_end_date", 1, 4), ("notice_start_date", 7, 10), ("consent_date", 2, 6))
        for column, least, most in steps:
            day = row[column] = day - timedelta(days=rng.randint(least, most))
    row["verified_date"] = day - timedelta(days=rng.randint(3, 9))
    row["review_date"] = row["verified_date"] - timedelta(days=rng.randint(3, 9))
    return row


def _in_turn(rng: Random, rows: list[Row], day: dict[str, date]) -> list[Row]:
    """Households in the order of their planned days; one in twenty is not ready in time."""
    ready = {row["household_id"]: day[row["household_id"]] + timedelta(days=200 * (rng.random() < 0.05)) for row in rows}
    return sorted(rows, key=lambda row: ready[row["household_id"]])


def _exits(rng: Random, rows: list[Row], pace: dict[int, float], year: int, line: float, below: float) -> list[Row]:
    """Exits of these households in this order, near the ends of the months; `below`: chance that the income is under the line."""
    found = []
    for row, month in _spread(rows, pace):
        income = line * rng.uniform(0.93, 0.995) if rng.random() < below else max(line, row["income_per_person_yuan"])
        factor = 1.0 if income < line else rng.triangular(1.0, 1.45, 1.15)  # few just above the line
        found.append(_event(rng, row, "exit", date(year, month, rng.randint(16, 29)), income * factor))
    return found


def _relapses(rng: Random, rows: list[Row], line: float) -> list[Row]:
    """Relapses in 2017 of households out since 2016; about half of them are out again before the year's end."""
    found = []
    for row in rows:
        day = date(2017, rng.randint(2, 8), rng.randint(1, 28))
        found.append(_event(rng, row, "relapse", day, line * rng.uniform(0.6, 0.95)))
        if rng.random() < 0.5:
            found.append(_event(rng, row, "exit", date(2017, 12, rng.randint(5, 26)), line * rng.uniform(1.02, 1.2)))
    return found


def events(rng: Random, households: list[Row], planned: list[Row]) -> list[Row]:
    """Exits and relapses in order of their days."""
    target, found = float(rules.read("hebei-2016").targets[0].share), []
    line, day = demo_draw.lines()["poverty"], {plan["household_id"]: plan["planned_exit_date"] for plan in planned}
    towns = by_township(households)
    roles = dict(zip(rng.sample(sorted(towns), 3), ("rash", "behind", "behind"), strict=True))
    persons = {code: sum(row["size"] for row in rows) for code, rows in towns.items()}
    elsewhere = sum(_OUT_2016[role] * persons[code] for code, role in roles.items())
    steady = sum(count for code, count in persons.items() if code not in roles)
    share = ((target + 0.002) * sum(persons.values()) - elsewhere) / steady
    fallen: dict[str, list[Row]] = defaultdict(list)
    for code, rows in towns.items():
        role = roles.get(code, "steady")
        order = _in_turn(rng, rows, day)
        out = _first(order, _OUT_2016.get(role, share) * persons[code])
        rest = order[len(out) :]
        then = _first(rest, _OUT_2017[role] * sum(row["size"] for row in rest))
        below = 0.12 if role == "rash" else 0.0
        found += _exits(rng, out, _PACE[role], 2016, line, below) + _exits(rng, then, _PACE_2017, 2017, line, below / 4)
        fallen[role] += out
    for role, number in _RELAPSES.items():
        found += _relapses(rng, rng.sample(fallen[role], number), line)
    return sorted(found, key=lambda row: (row["event_date"], row["household_id"]))
