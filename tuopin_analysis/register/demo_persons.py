"""Planted doubts, continued: persons, their documents, relations, school and work."""

from collections.abc import Callable
from datetime import date, timedelta

from tuopin_analysis.register import demo_family
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_plant import Planter
from tuopin_analysis.register.demo_traits import WORKING

_CERTIFICATE = "42"  # kind 4 (physical), grade 2


def plant(planter: Planter) -> None:
    """Two or more doubts of each code; every disabled person without a planted number then gets a certificate's number."""
    for again in range(2):
        _numbers(planter)
        _people(planter, again)
        _school(planter)
        _work(planter)


def certify(planter: Planter) -> None:
    """The numbers of disabled persons, as exports have them: the holder's ID number, the kind and the grade."""
    for person in planter.tables.persons:
        if "disabled" in person["health"].split(";") and len(person["id_number"] or "") == 18 and "_uncertified" not in person:
            person["id_number"] += _CERTIFICATE


def _one(planter: Planter, wanted: Callable[[Row], object], of: Callable[[Row], object] = lambda household: True) -> Row:
    """A person as wanted in a household without a fault yet."""
    household = planter.pick(lambda household, members: of(household) and any(map(wanted, members)))
    return next(filter(wanted, planter.members[household["household_id"]]))


def _able_bodied(person: Row) -> bool:
    return "disabled" not in person["health"].split(";")


def _disabled(person: Row) -> bool:
    return not _able_bodied(person)


def _numbers(planter: Planter) -> None:
    for code, change, note in (
        ("id.length", lambda number: number[:-1], "17 signs"),
        ("id.old", lambda number: number[:6] + number[8:17], "the old form of 15 digits"),
    ):
        person = _one(planter, _able_bodied)
        person["id_number"] = change(person["id_number"])
        planter.doubt(code, "persons", person, "id_number", note)
    person = _one(planter, _disabled)
    person["id_number"] += "91"
    planter.doubt("id.certificate", "persons", person, "id_number", "no such kind of disability")
    person = _one(planter, _disabled)
    person["_uncertified"] = True
    planter.doubt("health.certificate", "persons", person, "health", "disabled without a certificate")
    person = _one(planter, _able_bodied)
    person["id_number"] += _CERTIFICATE
    planter.doubt("health.disabled", "persons", person, "health", "a certificate, and not disabled")
    person = _one(planter, lambda m: m["sex"] == "male" and _able_bodied(m) and _made_up(m, planter.tables.taken))
    if made_up := _made_up(person, planter.tables.taken):
        person["birth_date"], person["id_number"] = made_up
    planter.tables.taken.add(person["id_number"])
    planter.doubt("id.dummy", "persons", person, "id_number", "five nines")
    person = _one(
        planter, lambda m: m["relation"] == "mother" and m["_age"] > 60 and m["labour_skill"] not in WORKING and _able_bodied(m)
    )
    born = date(1895, 3, 4)
    person["id_number"] = demo_family.id_number(planter.rng, born, "female", planter.tables.taken)
    person["birth_date"] = born.isoformat()  # a text: Excel has no days before 1900
    planter.doubt("id.birth_year", "persons", person, "birth_date", "born before 1900")


def _made_up(person: Row, taken: set[str]) -> tuple[date, str] | None:
    """A day of the person's year of birth and an ID number with five nines; the check digit allows it on few days."""
    year = date(person["birth_date"].year, 1, 1)
    for day in (year + timedelta(days=at) for at in range(1, 365)):
        first_17 = f"{demo_family.DISTRICT}{day:%Y%m%d}999"
        if day.day % 10 == 9 and demo_family.check_digit(first_17) == "9" and first_17 + "9" not in taken:
            return day, first_17 + "9"
    return None


def _people(planter: Planter, again: int) -> None:
    person = _one(planter, lambda m: m["relation"] == "daughter")
    person["relation"] = "son"
    planter.doubt("relation.sex", "persons", person, "relation", "a son, and female")
    person = _one(planter, lambda m: m["relation"] == "spouse" and _able_bodied(m))
    person["sex"] = "male" if person["sex"] == "female" else "female"
    person["id_number"] = demo_family.id_number(planter.rng, person["birth_date"], person["sex"], planter.tables.taken)
    planter.doubt("relation.spouse", "persons", person, "relation", "of the head's sex")
    person = _one(planter, lambda m: m["relation"] == "daughter")
    person["relation"] = "mother"
    planter.doubt("age.parent", "persons", person, "relation", "a mother younger than the head: the daughter")
    person = _one(planter, lambda m: m["health"] == "chronic_illness")
    person["health"] = "healthy;chronic_illness"
    planter.doubt("health.contradiction", "persons", person, "health", "healthy and ill")
    person = _one(planter, lambda m: m["school_status"] == "not_at_school" and m["_age"] > 20)
    column = "education" if again else "nation"
    person[column] = None
    planter.doubt("value.empty", "persons", person, column, "empty")


def _school(planter: Planter) -> None:
    faults: list[tuple[str, str, object, Callable[[Row], object]]] = [
        ("age.education", "education", "high", lambda m: m["_age"] < 6),
        (
            "age.primary",
            "school_status",
            "primary_school",
            lambda m: m["_age"] in (16, 17) and m["school_status"] != "not_at_school",
        ),
        ("school.both", "education", "primary", lambda m: m["school_status"] == "primary_school"),
        ("age.dropout", "school_status", "not_at_school", lambda m: 6 <= m["_age"] <= 14 and m["health"] == "healthy"),
    ]
    for code, column, value, wanted in faults:
        person = _one(planter, wanted, lambda household: household["cause_main"] != "schooling")
        person.update({column: value} | ({"education": "primary"} if code == "age.dropout" else {}))
        planter.doubt(code, "persons", person, column, "does not fit the age or the other column")


def _works(person: Row) -> bool:
    return bool(person["work_months"])


def _work(planter: Planter) -> None:
    def idle(person: Row) -> bool:
        able = person["labour_skill"] in WORKING and person["health"] == "healthy"
        return able and 18 < person["_age"] < 59 and not _works(person)

    for code, value in (("labour.lost", "lost_labour"), ("labour.none", "no_labour")):
        person = _one(planter, idle)
        person["labour_skill"] = value
        planter.doubt(code, "persons", person, "labour_skill", "healthy and of working age")
    person = _one(planter, lambda m: m["_age"] >= 66 and not _works(m) and m["labour_skill"] not in WORKING,
                  lambda h: h["income_business_yuan"] == 0 and h["attribute"] != "destitute")  # fmt: skip
    person["labour_skill"] = "ordinary_labour"
    planter.doubt("labour.old", "persons", person, "labour_skill", "old, without work or business")
    for code, column, months, note in (("work.months", "work_months", 15, "more than a year has"),
                                       ("work.no_months", "work_months", None, "a place without months"),
                                       ("work.no_place", "work_place", None, "months without a place")):  # fmt: skip
        person = _one(planter, _works)
        person[column] = months
        planter.doubt(code, "persons", person, column, note)
    person = _one(planter, lambda m: _works(m) and m["health"] != "healthy")
    person["labour_skill"] = "lost_labour"
    planter.doubt("work.labour", "persons", person, "labour_skill", "no capacity, and works")
    person = _one(planter, lambda m: 8 < m["_age"] < 15, lambda household: household["income_wage_yuan"] > 0)
    person.update(labour_skill="ordinary_labour", work_place="in_township", work_months=3)
    planter.doubt("age.labour", "persons", person, "labour_skill", "able to work at this age")
    planter.doubt("work.age", "persons", person, "work_months", "works at this age")
