"""Planted doubts, continued: what a household says of itself against its members, its incomes and its status."""

from collections.abc import Callable
from datetime import timedelta

from tuopin_analysis.register import demo_household
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_plant import Planter
from tuopin_analysis.register.demo_traits import ILL, has

Wanted = Callable[[Row, list[Row]], object]


def plant(planter: Planter) -> None:
    """Two or more doubts of each code."""
    for again in range(2):
        _cells(planter, again)
        _incomes(planter, again)
        _payments(planter, again)
        _causes(planter)
        _out(planter)
        _rows_of_others(planter, again)


def note_large(planter: Planter) -> None:
    """Note the households that chance made large: sizes can't be planted, for the published totals hold. Before any error."""
    for household in planter.tables.households:
        if household["size"] > 6:
            planter.doubt("household.large", "households", household, "size", "so many members, drawn by chance")


def _ill(household: Row, members: list[Row]) -> bool:
    """Poor through illness, of no special kind: raised incomes raise no other doubt."""
    return household["cause_main"] == "illness" and household["attribute"] == "general"


def _cells(planter: Planter, again: int) -> None:
    faults = [
        ("cause.repeated", "cause_other", None, "the main cause again"),
        ("cause.many", "cause_other", "disaster;lack_of_land;poor_transport", "three further causes"),
        ("land.irrigated", "irrigated_mu", 9.5, "more irrigated land than farmland"),
        ("road.distance", "road_distance_km", 3.5 + again, "far from the main road"),
        ("housing.area", "housing_area_m2", 800 if again else 5, "floor space out of range"),
        ("phone.form", "phone", "0001234567", "ten digits"),
        ("identified.date", "identified_date", "2018-05-01" if again else "2011-05-01", "outside the years of registration"),
        ("value.empty", "fuel" if again else "road_type", None, "empty"),
    ]
    for code, column, value, note in faults:
        household = planter.pick(
            lambda household, members: household["farmland_mu"] < 5 and household["cause_main"] != "disaster"
        )
        household[column] = household["cause_main"] if code == "cause.repeated" else value
        planter.doubt(code, "households", household, column, note)
    household = planter.pick()
    household["farmland_mu"] = 60.0 * household["size"]
    planter.doubt("land.farmland", "households", household, "farmland_mu", "60 mu per person")
    household = planter.pick(lambda household, members: household["attribute"] == "general")
    household["attribute"] = "ordinary"
    planter.doubt("status.attribute", "households", household, "attribute", "poor, and of a kind that is not")


def _set(planter: Planter, wanted: Wanted, code: str, column: str, note: str, **items: float) -> None:
    household = planter.pick(lambda household, members: _ill(household, members) and wanted(household, members))
    household.update({f"{name}_yuan": value * household["size"] for name, value in items.items()})
    demo_household.add_up(household)
    planter.doubt(code, "households", household, column, note)


def _idle(household: Row, members: list[Row]) -> bool:
    pays = household["transfer_pension_yuan"] or household["income_business_yuan"] or household["transfer_family_planning_yuan"]
    return not pays and not any(member["work_months"] for member in members)


def _poor(household: Row, members: list[Row]) -> bool:
    return household["income_per_person_yuan"] < 2800


def _incomes(planter: Planter, again: int) -> None:
    kind = "property" if again else "business"
    household = planter.pick(lambda household, members: household["income_business_yuan"] > 300)
    old = household[f"income_{kind}_yuan"]
    household[f"income_{kind}_yuan"] = 36
    household["transfer_other_yuan"] += old
    demo_household.add_up(household)
    planter.doubt("income.unit", "households", household, f"income_{kind}_yuan", "in hundreds of yuan")
    nothing = {"income_property": 0, "transfer_ecology": 0}
    column = "income_per_person_yuan"
    _set(planter, _idle, "income.low", column, "300 yuan per person", transfer_other=300, **nothing)
    if again:
        _set(planter, _idle, "income.extreme", column, "no income", transfer_other=0, **nothing)
    else:
        _set(planter, _poor, "income.extreme", column, "above 100,000 per person", income_property=120_000)
    _set(planter, _poor, "income.high", column, "above 20,000 and poor", income_property=25_000)
    _set(
        planter,
        lambda h, m: _idle(h, m) and _poor(h, m),
        "income.wage",
        "income_wage_yuan",
        "wages, nobody works",
        income_wage=600,
    )
    household = planter.pick(lambda household, members: household["income_wage_yuan"] > 0)
    household["transfer_other_yuan"] += household["income_wage_yuan"]
    household["income_wage_yuan"] = 0
    demo_household.add_up(household)
    planter.doubt("income.no_wage", "households", household, "income_wage_yuan", "somebody works, no wages")
    household = planter.pick(lambda h, m: h["attribute"] == "general" and h["cause_main"].startswith("lack"))
    household["transfer_other_yuan"] += 5000 * household["size"]
    demo_household.add_up(household)
    planter.doubt("cause.income", "households", household, column, "well above the line")


def _payments(planter: Planter, again: int) -> None:
    household = planter.pick(lambda household, members: household["attribute"] == "allowance")
    for member in planter.members[household["household_id"]]:
        member["has_allowance"] = False
    planter.doubt("allowance.members", "households", household, "attribute", "nobody receives it")
    household = planter.pick(_ill)
    planter.members[household["household_id"]][0]["has_allowance"] = True
    planter.doubt("allowance.general", "households", household, "attribute", "a member receives it")
    item = "transfer_destitute" if again else "transfer_allowance"
    _set(planter, _poor, "allowance.received", f"{item}_yuan", "general, and receives it", **{item: 500})
    household = planter.pick(lambda household, members: household["attribute"] == "allowance")
    household["transfer_destitute_yuan"] = 600
    demo_household.add_up(household)
    planter.doubt("allowance.both", "households", household, "transfer_destitute_yuan", "both payments")
    household = planter.pick(lambda household, members: household["attribute"] == "destitute")
    household["transfer_other_yuan"] += household["transfer_destitute_yuan"]
    household["transfer_destitute_yuan"] = None if again else 0
    planter.doubt("destitute.income", "households", household, "transfer_destitute_yuan", "destitute, none received")
    household = planter.pick(lambda h, m: h["attribute"] == "destitute" and m[0]["_age"] <= 65)
    household.update(income_business_yuan=200, business_cost_yuan=200)
    demo_household.add_up(household)
    [alone] = planter.members[household["household_id"]]
    alone["labour_skill"] = "ordinary_labour"
    planter.doubt("destitute.labour", "households", household, "attribute", "destitute, and able to work")
    young = lambda household, members: _poor(household, members) and all(member["_age"] < 60 for member in members)  # noqa: E731
    _set(planter, young, "pension.age", "transfer_pension_yuan", "nobody is 60", transfer_pension=500)
    household = planter.pick(lambda household, members: household["transfer_pension_yuan"] > 0)
    household["transfer_other_yuan"] += household["transfer_pension_yuan"]
    household["transfer_pension_yuan"] = 0
    planter.doubt("pension.none", "households", household, "transfer_pension_yuan", "insured, 60 or above, no pension")


def _causes(planter: Planter) -> None:
    def grown(members: list[Row]) -> list[Row]:
        return [member for member in members if 16 <= member["_age"] < 65 and member["school_status"] == "not_at_school"]

    def movable(household: Row) -> bool:  # inside the published group of causes, whose totals hold
        fits = household["cause_main"] not in ("illness", "disability") and household["attribute"] != "destitute"
        return fits and "lack_of_labour" not in (household["cause_other"] or "")

    household = planter.pick(lambda h, m: movable(h) and len(grown(m)) > 2)
    household.update(cause_main="lack_of_labour", cause_other=None)
    for member in grown(planter.members[household["household_id"]]):
        member["labour_skill"] = "ordinary_labour"
    planter.doubt("cause.labour", "households", household, "cause_main", "three or more able to work")

    def second_wife(household: Row, members: list[Row]) -> bool:
        spouse = [m for m in members if m["relation"] == "spouse"]
        return bool(spouse) and members[-1]["sex"] == spouse[0]["sex"] and members[-1] is not spouse[0]

    household = planter.pick(second_wife)
    planter.members[household["household_id"]][-1]["relation"] = "spouse"
    planter.doubt("household.spouses", "households", household, "household_id", "two spouses")


def _left(planter: Planter, wanted: Wanted, income: int = 3200, has_exit: bool = True) -> Row:
    """A sound household that the export says is out, with an income above the line."""

    def sound(household: Row, members: list[Row]) -> bool:
        kinds = [event["event"] for event in planter.events[household["household_id"]]]
        lives = household["has_safe_water"] and household["has_power"] and not household["is_dilapidated"]
        return ("exit" in kinds) == has_exit and lives and household["attribute"] == "general" and not any(
            states in member["health"].split(";") and not member["has_serious_illness_insurance"]
            for member in members for states in ILL)  # fmt: skip

    household = planter.pick(lambda household, members: sound(household, members) and wanted(household, members))
    household.update(poverty_status="out_supported", attribute="ordinary")
    lacks = income * household["size"] - household["income_net_yuan"]
    household["transfer_other_yuan"] += max(0, 10 * round(lacks / 10)) if income else 0
    demo_household.add_up(household)
    return household


def _out(planter: Planter) -> None:
    household = _left(planter, lambda h, m: h["income_per_person_yuan"] < 2900, income=0)
    planter.doubt("exit.income", "households", household, "income_per_person_yuan", "out, below the line")
    for code, column, value in (("exit.housing", "is_dilapidated", True), ("exit.water", "has_safe_water", False),
                                ("exit.power", "has_power", False)):  # fmt: skip
        household = _left(planter, lambda h, m: True)
        household.update({column: value} | ({"dilapidated_grade": "grade_d"} if value else {}))
        planter.doubt(code, "households", household, column, "out without it")
    household = _left(planter, lambda h, m: True)
    household["attribute"] = "general"
    planter.doubt("status.attribute", "households", household, "attribute", "out, and of a poor kind")
    household = _left(planter, lambda h, m: True, has_exit=False)
    planter.doubt("status.exit", "households", household, "poverty_status", "out without an exit")

    def pupil(member: Row) -> bool:
        return 6 <= member["_age"] <= 14 and member["health"] == "healthy"

    household = _left(planter, lambda h, m: h["cause_main"] != "schooling" and any(map(pupil, m)))
    child = next(filter(pupil, planter.members[household["household_id"]]))
    child.update(school_status="not_at_school", education="primary")
    planter.doubt("exit.school", "households", household, "poverty_status", "out, a child not at school")
    planter.doubt("age.dropout", "persons", child, "school_status", "a healthy child not at school")
    household = _left(planter, lambda h, m: h["cause_main"] == "illness" and has(m, *ILL))
    ill = next(m for m in planter.members[household["household_id"]] if has([m], *ILL))
    ill["has_serious_illness_insurance"] = False
    planter.doubt("exit.insurance", "households", household, "poverty_status", "out, an ill member not insured")


def _rows_of_others(planter: Planter, again: int) -> None:
    tables = planter.tables
    chosen = planter.pick()["household_id"]
    helper = next(row for row in tables.responsible if row["household_id"] == chosen)
    poor = planter.pick()
    helper.update(helper_name=poor["head_name"], helper_phone=poor["phone"])
    planter.doubt("responsible.poor", "responsible", helper, "helper_name", "the head of a poor household")
    chosen = planter.pick()["household_id"]
    helper = next(row for row in tables.responsible if row["household_id"] == chosen)
    helper["end_date"] = helper["start_date"] - timedelta(days=30)
    planter.doubt("responsible.dates", "responsible", helper, "end_date", "ends before it begins")
    chosen = planter.pick()["household_id"]
    plan = next(row for row in tables.exit_plans if row["household_id"] == chosen)
    plan["planned_exit_year"] += 1 if again else -1
    planter.doubt("plan.year", "exit_plans", plan, "planned_exit_year", "not the year of the planned day")
    exits: Wanted = lambda h, m: [e["event"] for e in planter.events[h["household_id"]]] == ["exit"]  # noqa: E731
    event = planter.events[planter.pick(exits)["household_id"]][0]
    column, before = ("consent_date", "verified_date") if again else ("verified_date", "review_date")
    event[column] = event[before] - timedelta(days=2)
    planter.doubt("event.steps", "events", event, column, "before the step that precedes it")
    event = planter.events[planter.pick(exits)["household_id"]][0]
    event["notice_start_date"] = event["notice_end_date"] - timedelta(days=3)
    planter.doubt("event.notice", "events", event, "notice_end_date", "three days of notice")
