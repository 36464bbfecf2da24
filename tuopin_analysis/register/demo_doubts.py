"""Planted doubts: values of accepted rows that a check must mark."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from tuopin_analysis.register import demo_family
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_plant import Planter
from tuopin_analysis.register.demo_traits import ILL, WORKING


def plant(planter: Planter) -> None:
    """Two or more doubts of each code."""
    _unreadable(planter)
    for again in range(2):
        _incomes(planter, again)
        _causes(planter)
        _documents(planter)
        _ages(planter)
        _members(planter, again)
        _without_rows(planter)


def _unreadable(planter: Planter) -> None:
    faults = [("value.not_number", "farmland_mu", "约2亩"), ("value.not_number", "road_distance_km", "不详"),
              ("value.not_date", "identified_date", "2014年春"), ("value.not_date", "identified_date", "不详"),
              ("value.unknown_code", "fuel", "太阳灶"), ("value.unknown_code", "road_type", "石板路")]  # fmt: skip
    for code, column, value in faults:
        household = planter.pick()
        household[column] = value
        planter.doubt(code, "households", household, column, "cannot be read; the value is missing")
    for code, column, value in (("value.not_number", "work_months", "半年"), ("value.unknown_code", "education", "私塾"),
                                ("value.not_date", "birth_date", "不详")):  # fmt: skip
        person = planter.members[planter.pick(lambda household, members: len(members) == 1)["household_id"]][0]
        person[column] = value
        planter.doubt(code, "persons", person, column, "cannot be read; the value is missing")


def _incomes(planter: Planter, again: int) -> None:
    household = planter.pick()
    household["income_total_yuan"] += 500
    household["income_net_yuan"] += 500
    household["income_per_person_yuan"] = round(household["income_net_yuan"] / household["size"], 2)
    planter.doubt("income.sum", "households", household, "income_total_yuan", "total 500 yuan above its four parts")
    household = planter.pick()
    household["transfer_other_yuan"] += 300
    planter.doubt("income.transfer", "households", household, "income_transfer_yuan", "transfers 300 yuan below their six items")
    household = planter.pick()
    household["income_net_yuan"] += 800
    household["income_per_person_yuan"] = round(household["income_net_yuan"] / household["size"], 2)
    planter.doubt("income.net", "households", household, "income_net_yuan", "net income 800 yuan above total less cost")
    household = planter.pick()
    household["income_per_person_yuan"] += 137
    planter.doubt("income.per_person", "households", household, "income_per_person_yuan", "137 yuan above net income by size")
    household = planter.pick(lambda household, members: household["business_cost_yuan"] > 0)
    household.update(business_cost_yuan=None if again else 0, income_net_yuan=household["income_total_yuan"])
    household["income_per_person_yuan"] = round(household["income_net_yuan"] / household["size"], 2)
    planter.doubt("income.cost", "households", household, "business_cost_yuan", "business income without cost")
    household = planter.pick(lambda household, members: household["attribute"] == "allowance")
    household["transfer_other_yuan"] += household["transfer_allowance_yuan"]
    household["transfer_allowance_yuan"] = None if again else 0
    planter.doubt("allowance.income", "households", household, "transfer_allowance_yuan", "on the allowance, none received")


def _poor_by(cause: str, household: Row, members: list[Row]) -> bool:
    return household["cause_main"] == cause


def _causes(planter: Planter) -> None:
    states_of: dict[str, tuple[str, ...]] = {"illness": ILL, "disability": ("disabled",)}
    for cause, states in states_of.items():
        household = planter.pick(partial(_poor_by, cause))
        for member in planter.members[household["household_id"]]:
            kept = [state for state in member["health"].split(";") if state not in states]
            idle = member["labour_skill"] not in WORKING and member["_age"] >= 16  # who is healthy could work
            member["health"] = ";".join(kept) or (
                ("disabled" if cause == "illness" else "chronic_illness") if idle else "healthy"
            )
        planter.doubt(f"cause.{cause}", "households", household, "cause_main", "no member is so")
    household = planter.pick(partial(_poor_by, "schooling"))
    for member in planter.members[household["household_id"]]:
        if member["school_status"] != "not_at_school":
            if 6 <= member["_age"] <= 14 and member["health"] == "healthy":
                planter.doubt("age.dropout", "persons", member, "school_status", "a healthy child not at school")
            member.update(school_status="not_at_school", education="middle" if member["_age"] > 14 else "primary")
    planter.doubt("cause.schooling", "households", household, "cause_main", "no member is at school")


def _documents(planter: Planter) -> None:
    def second(household: Row, members: list[Row]) -> bool:
        return len(members) > 1 and "disabled" not in members[1]["health"]

    person = planter.members[planter.pick(second)["household_id"]][1]
    person["id_number"] = person["id_number"][:-1] + ("1" if person["id_number"][-1] != "1" else "2")
    planter.doubt("id.check_digit", "persons", person, "id_number", "last sign changed")
    person = planter.members[planter.pick(second)["household_id"]][1]
    person["birth_date"] += timedelta(days=-1 if person["birth_date"].day > 2 else 1)
    planter.doubt("id.birth_date", "persons", person, "id_number", "date of birth one day off")
    person = planter.members[planter.pick(second)["household_id"]][1]
    other = "male" if person["sex"] == "female" else "female"
    person["id_number"] = demo_family.id_number(planter.rng, person["birth_date"], other, planter.tables.taken)
    planter.doubt("id.sex", "persons", person, "id_number", "17th digit of the other sex")
    for code, is_same_township in (("person.duplicate", True), ("person.elsewhere", False)):
        _twins(planter, second, code, is_same_township)


def _twins(planter: Planter, second: Callable[[Row, list[Row]], bool], code: str, is_same_township: bool) -> None:
    def is_twin(home: Row, household: Row, members: list[Row]) -> bool:
        first = planter.members[home["household_id"]][1]
        there = (household["_township_code"] == home["_township_code"]) == is_same_township and household is not home
        return there and second(household, members) and all(members[1][column] == first[column] for column in ("sex", "_age"))

    home = planter.pick(lambda household, members: second(household, members) and planter.has_free(partial(is_twin, household)))
    first = planter.members[home["household_id"]][1]
    again = planter.members[planter.pick(partial(is_twin, home))["household_id"]][1]
    again.update(birth_date=first["birth_date"], id_number=first["id_number"], name=first["name"])
    for person in (first, again):
        planter.doubt(code, "persons", person, "id_number", "the same person in two households")


def _ages(planter: Planter) -> None:
    def of_age(least: int, most: int):
        return lambda household, members: any(least <= member["_age"] <= most for member in members)

    pupil = next(m for m in planter.members[planter.pick(of_age(31, 50))["household_id"]] if 31 <= m["_age"] <= 50)
    pupil.update(school_status="college_student", education=None)
    planter.doubt("age.school", "persons", pupil, "school_status", "at school at this age")
    child = next(m for m in planter.members[planter.pick(of_age(8, 12))["household_id"]] if 8 <= m["_age"] <= 12)
    child["labour_skill"] = "ordinary_labour"
    planter.doubt("age.labour", "persons", child, "labour_skill", "able to work at this age")
    household = planter.pick(lambda household, members: any(member["relation"] == "mother" for member in members))
    elder = next(member for member in planter.members[household["household_id"]] if member["relation"] == "mother")
    elder["relation"] = "daughter"
    planter.doubt("age.relation", "persons", elder, "relation", "a daughter older than the head: the mother")


def _members(planter: Planter, again: int) -> None:
    size = 1 + again
    household = planter.pick(lambda household, members: len(members) == size and members[-1]["relation"] in ("head", "spouse"))
    planter.members[household["household_id"]][-1]["relation"] = "head" if again else "other_relation"
    planter.doubt("household.heads", "households", household, "household_id", "two heads" if again else "no head")
    household = planter.pick()
    household.update(is_dilapidated=True, dilapidated_grade=None)
    planter.doubt("housing.grade", "households", household, "dilapidated_grade", "dilapidated without a grade")


def _without_rows(planter: Planter) -> None:
    tables = planter.tables
    alone = planter.pick(lambda household, members: len(members) == 1)
    tables.responsible = [row for row in tables.responsible if row["household_id"] != alone["household_id"]]
    planter.doubt("responsible.none", "households", alone, "household_id", "no responsible person")
    alone = planter.pick(lambda household, members: len(members) == 1)
    tables.exit_plans = [row for row in tables.exit_plans if row["household_id"] != alone["household_id"]]
    planter.doubt("plan.none", "households", alone, "household_id", "no exit plan")
