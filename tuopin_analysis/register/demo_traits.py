"""The demonstration register's persons: health, schooling, work and insurance, fitting age and the cause of poverty."""

from random import Random

from tuopin_analysis.register.demo_draw import Row

ILL = ("chronic_illness", "serious_illness")
WORKING = ("ordinary_labour", "skilled_labour")
_HEALTH = {16: (0.02, 0.005, 0.02), 60: (0.12, 0.02, 0.06), 75: (0.32, 0.03, 0.08), 200: (0.45, 0.04, 0.10)}  # below age: chances
_EDUCATION = {
    30: (0, 0.05, 0.60, 0.25, 0.10),
    50: (0.03, 0.20, 0.64, 0.11, 0.02),
    70: (0.13, 0.50, 0.32, 0.05, 0),
    200: (0.52, 0.38, 0.09, 0.01, 0),
}  # below age: shares of the levels
_LEVELS = ("illiterate", "primary", "middle", "high", "college")
_CHANCE_OF_LABOUR = {"healthy": 0.97, "chronic_illness": 0.55, "serious_illness": 0.05, "disabled": 0.22}


def _below(table: dict, age: int):
    return next(value for limit, value in table.items() if age < limit)


def _add(member: Row, state: str) -> None:
    order = ("chronic_illness", "serious_illness", "disabled")
    states = {state, *member["health"].split(";")} - {"healthy"}
    if state in ILL:
        states -= set(ILL) - {state}
    member["health"] = ";".join(value for value in order if value in states)


def has(members: list[Row], *states: str) -> bool:
    """Whether a member has one of these states of health.

    >>> has([{"health": "chronic_illness;disabled"}], "disabled")
    True
    """
    return any(state in member["health"].split(";") for member in members for state in states)


def health(rng: Random, members: list[Row], cause: str) -> None:
    """Draw every member's state of health; a household poor by illness or disability has a member who is ill or disabled."""
    for member in members:
        member["health"] = "healthy"
        for state, chance in zip((*ILL, "disabled"), _below(_HEALTH, member["_age"]), strict=True):
            if rng.random() < chance:
                _add(member, state)
    weights = [1 if member["_age"] < 16 else 8 for member in members]
    if cause == "illness" and not has(members, *ILL):
        _add(rng.choices(members, weights)[0], "serious_illness" if rng.random() < 0.2 else "chronic_illness")
    if cause == "disability" and not has(members, "disabled"):
        _add(rng.choices(members, weights)[0], "disabled")


def _school(rng: Random, age: int, must: bool) -> str:
    """School attendance in the winter of 2015/16 at this age on the baseline day."""
    if age < 3 or age > 21:
        return "not_at_school"
    if age < 6:
        return "kindergarten" if rng.random() < 0.7 else "not_at_school"
    if age < 12:
        return "primary_school"
    if age < 15:
        return f"grade_{age - 5}"
    drawn = 0.0 if must else rng.random()
    if age < 18:
        return f"high_{age - 14}" if drawn < 0.6 else f"vocational_{age - 14}" if drawn < 0.8 else "not_at_school"
    return "college_student" if drawn < 0.3 else f"higher_vocational_{age - 17}" if drawn < 0.4 and age < 21 else "not_at_school"


def schooling(rng: Random, members: list[Row], cause: str) -> None:
    """Attendance for the young, else the level reached; as in the exports a pupil has no level."""
    for member in members:
        age = member["_age"]
        member["school_status"] = _school(rng, age, cause == "schooling")
        if age < 6:
            member["education"] = "preschool"
        elif member["school_status"] == "not_at_school":
            member["education"] = "middle" if age < 18 else rng.choices(_LEVELS, _below(_EDUCATION, age))[0]
        else:
            member["education"] = None


def _labour(rng: Random, member: Row) -> str:
    age = member["_age"]
    if age < 16 or member["school_status"] != "not_at_school":
        return "no_labour"
    states = member["health"].split(";")
    chance = min(_CHANCE_OF_LABOUR[state] for state in states) * (1 if age < 60 else 0.5 if age < 70 else 0.08)
    if rng.random() < chance:
        return "skilled_labour" if age < 55 and rng.random() < 0.1 else "ordinary_labour"
    return "lost_labour" if states != ["healthy"] and age < 70 and rng.random() < 0.75 else "no_labour"


def labour(rng: Random, members: list[Row]) -> None:
    """Capacity to work by age and health; place and months of paid work for some of those who can."""
    for member in members:
        member["labour_skill"] = _labour(rng, member)
        member["work_place"] = member["work_months"] = None
        if member["labour_skill"] in WORKING and member["_age"] < 63 and rng.random() < 0.5:
            places = ("in_township", "in_county", "in_province", "outside_province")
            member["work_place"] = rng.choices(places, (0.45, 0.35, 0.15, 0.05))[0]
            member["work_months"] = rng.randint(1, 9)


def insurance(rng: Random, members: list[Row]) -> None:
    """Who is insured; pensions from 16 on, not for pupils."""
    for member in members:
        member["nation"] = "汉族" if rng.random() < 0.985 else "回族"
        member["has_basic_insurance"] = rng.random() < 0.97
        member["has_serious_illness_insurance"] = member["has_basic_insurance"] and rng.random() < 0.93
        grown = member["_age"] >= 16 and member["school_status"] == "not_at_school"
        member["has_pension_insurance"] = grown and rng.random() < 0.88


def further_causes(rng: Random, household: Row, members: list[Row]) -> str | None:
    """At most two causes beside the main one, each borne out by the members; in code order, joined by ";"."""
    able = any(member["labour_skill"] in WORKING for member in members)
    pupil = any(member["school_status"] not in ("not_at_school", "kindergarten") for member in members)
    chances = {
        "illness": 0.5 * has(members, *ILL),
        "disability": 0.6 * has(members, "disabled"),
        "schooling": 0.4 * pupil,
        "lack_of_skills": 0.12 * able,
        "lack_of_labour": 0.35 * (not able),
        "lack_of_funds": 0.08 * able,
    }
    drawn = [cause for cause, chance in chances.items() if cause != household["cause_main"] and rng.random() < chance]
    return ";".join(drawn[:2]) or None
