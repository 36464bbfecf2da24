"""The demonstration register's households in full: members, land, housing, kind of household, and incomes that add up."""

from datetime import date, timedelta
from random import Random

from tuopin_analysis.register import demo_family, demo_traits
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_traits import WORKING

_ITEMS = ("family_planning", "allowance", "destitute", "pension", "ecology", "other")


def _ten(value: float) -> int:
    return max(0, round(value / 10) * 10)


def _attribute(rng: Random, members: list[Row]) -> str:
    able = any(member["labour_skill"] in WORKING for member in members)
    if len(members) == 1 and members[0]["_age"] >= 60 and not able and rng.random() < 0.12:
        return "destitute"
    return "allowance" if rng.random() < (0.28 if able else 0.55) else "general"


def _land(rng: Random, household: Row) -> None:
    household["farmland_mu"] = 0.0 if rng.random() < 0.06 else round(household["size"] * rng.uniform(0.6, 1.4), 1)
    household["irrigated_mu"] = round(household["farmland_mu"] * rng.choice((1, 1, 0.9, 0.8)), 1)


def _aim(rng: Random, household: Row, lines: dict[str, int]) -> float:
    """Net income per person before any allowance or support that the household's kind implies, in yuan a year."""
    poor = lines["poverty"]
    if household["attribute"] == "general":
        return rng.triangular(0.42, 0.995, 0.85) * poor if rng.random() < 0.95 else rng.uniform(1.0, 1.1) * poor
    return rng.uniform(0.3, 0.75) * poor


def _support(rng: Random, household: Row, members: list[Row], earned: int, lines: dict[str, int]) -> tuple[int, int]:
    """Allowance and support for the destitute in yuan; flags the members who receive the allowance."""
    size, full = household["size"], lines["allowance"]
    for member in members:
        member["has_allowance"] = False
    if household["attribute"] == "destitute":
        return 0, max(_ten(rng.uniform(0.95, 1.15) * full - earned), 1200)
    if household["attribute"] == "general":
        return 0, 0
    receivers = members if household["_full_allowance"] or rng.random() < 0.55 else members[:1]
    for member in receivers:
        member["has_allowance"] = True
    if household["_full_allowance"]:
        return full * size, 0
    up_to = rng.uniform(lines["poverty"], 1.03 * full) if len(receivers) == size else rng.uniform(0.6, 1.05) * lines["poverty"]
    return max(_ten(up_to * size - earned), 480 * len(receivers)), 0


def _earned(rng: Random, household: Row, members: list[Row], lines: dict[str, int]) -> None:
    """Wages where somebody works, farming where somebody can, rent from land let; grown children give the rest."""
    working = any(member["work_months"] for member in members)
    farming = household["farmland_mu"] > 0 and any(member["labour_skill"] in WORKING for member in members)
    pension = sum(_ten(rng.uniform(900, 1150)) for member in members if member["_age"] >= 60 and member["has_pension_insurance"])
    planning = 960 if any(m["_age"] >= 60 for m in members) and len(members) <= 2 and rng.random() < 0.06 else 0
    ecology = _ten(household["farmland_mu"] * 60) if rng.random() < 0.08 else 0
    rent = 0 if farming else _ten(household["farmland_mu"] * rng.uniform(350, 700))
    left = _aim(rng, household, lines) * household["size"] - pension - planning - ecology - rent
    wage = _ten(left * rng.uniform(0.5, 0.85) if farming else left * 0.9) if working else 0
    wage = max(wage, 600) if working else 0
    net_farming = _ten((left - wage) * rng.uniform(0.8, 1)) if farming else 0
    cost = _ten(net_farming * rng.uniform(0.5, 1.1) + 100) if farming else 0
    household.update(
        income_wage_yuan=wage,
        income_business_yuan=net_farming + cost if farming else 0,
        business_cost_yuan=cost,
        income_property_yuan=rent,
        transfer_pension_yuan=pension,
        transfer_family_planning_yuan=planning,
        transfer_ecology_yuan=ecology,
        transfer_other_yuan=_ten(left - wage - net_farming),
    )


def add_up(household: Row) -> None:
    """Set the sums: transfers of their six items, total of four kinds, net of cost, and net per person to two decimals.

    >>> row = dict.fromkeys([f"transfer_{item}_yuan" for item in _ITEMS], 10) | {"business_cost_yuan": 100, "size": 3}
    >>> row |= {"income_wage_yuan": 900, "income_business_yuan": 140, "income_property_yuan": 0}
    >>> add_up(row); row["income_transfer_yuan"], row["income_total_yuan"], row["income_net_yuan"], row["income_per_person_yuan"]
    (60, 1100, 1000, 333.33)
    """
    household["income_transfer_yuan"] = sum(household[f"transfer_{item}_yuan"] for item in _ITEMS)
    kinds = ("wage", "business", "property", "transfer")
    household["income_total_yuan"] = sum(household[f"income_{kind}_yuan"] for kind in kinds)
    household["income_net_yuan"] = household["income_total_yuan"] - household["business_cost_yuan"]
    household["income_per_person_yuan"] = round(household["income_net_yuan"] / household["size"], 2)


def incomes(rng: Random, household: Row, members: list[Row], lines: dict[str, int]) -> None:
    """Kind of household, land and incomes. Some households live on the full allowance alone, which is above the poverty line."""
    household["attribute"] = _attribute(rng, members)
    no_work = not any(member["work_months"] for member in members)
    household["_full_allowance"] = household["attribute"] == "allowance" and no_work and rng.random() < 0.3
    _land(rng, household)
    _earned(rng, household, members, lines)
    if household["_full_allowance"]:
        household.update(
            income_business_yuan=0,
            business_cost_yuan=0,
            income_property_yuan=0,
            transfer_other_yuan=0,
            transfer_ecology_yuan=0,
            transfer_family_planning_yuan=0,
        )
    household.update(transfer_allowance_yuan=0, transfer_destitute_yuan=0)
    add_up(household)
    allowance, destitute = _support(rng, household, members, household["income_net_yuan"], lines)
    household.update(transfer_allowance_yuan=allowance, transfer_destitute_yuan=destitute)
    add_up(household)


def living(rng: Random, household: Row, number: int) -> None:
    """Housing, water, road, and how the household is recorded. The telephone number begins with 000: no such number exists."""
    dilapidated = rng.random() < 0.09
    dry = rng.random() < 0.03
    household.update(
        phone=f"000{number:08d}",
        standard="provincial" if rng.random() < 0.92 else "national",
        poverty_status="poor",
        identified_date=(date(2013, 12, 1) + timedelta(days=rng.randrange(750))).isoformat(),
        has_production_power=rng.random() < 0.92,
        is_in_cooperative=rng.random() < 0.06,
        has_water_difficulty=dry,
        has_safe_water=not dry and rng.random() < 0.97,
        has_power=rng.random() < 0.998,
        has_broadcast=rng.random() < 0.95,
        road_distance_km=round(rng.triangular(0, 1.8, 0.2), 1),
        road_type=rng.choices(("dirt", "gravel", "concrete", "asphalt"), (0.16, 0.08, 0.7, 0.06))[0],
        housing_area_m2=round(rng.uniform(28, 60) + 9 * household["size"]),
        is_dilapidated=dilapidated,
        dilapidated_grade=rng.choice(("grade_c", "grade_c", "grade_d")) if dilapidated else None,
        has_toilet=rng.random() < 0.45,
        fuel=rng.choices(("firewood", "coal", "clean", "other_fuel"), (0.2, 0.48, 0.3, 0.02))[0],
    )


def _tidy(household: Row, members: list[Row]) -> None:
    """What chance drew and a check would doubt: nobody is healthy, of working age and unable, or old, able and without a plot."""
    for member in members:
        idle = member["labour_skill"] not in WORKING and member["school_status"] == "not_at_school"
        if idle and member["health"] == "healthy" and 16 <= member["_age"] < 60:
            member["health"] = "chronic_illness"
    able = any(m["labour_skill"] in WORKING and m["_age"] >= 65 and not m["work_months"] for m in members)
    if able and not household["income_business_yuan"]:
        household.update(income_business_yuan=200, business_cost_yuan=200)
        add_up(household)


def furnish(rng: Random, household: Row, number: int, taken: set[str], lines: dict[str, int]) -> list[Row]:
    """Fill one household of known place, cause and size (the `number`-th of the register); returns its members, head first."""
    cause, members = household["cause_main"], demo_family.family(rng, household["size"], household["cause_main"])
    demo_family.identify(rng, household["household_id"], members, taken)
    demo_traits.health(rng, members, cause)
    demo_traits.schooling(rng, members, cause)
    demo_traits.labour(rng, members)
    demo_traits.insurance(rng, members)
    household["cause_other"] = demo_traits.further_causes(rng, household, members)
    incomes(rng, household, members, lines)
    living(rng, household, number)
    _tidy(household, members)
    household.update(head_name=members[0]["name"], head_id_number=members[0]["id_number"])
    for member in members:
        member.update({column: household[column] for column in ("county", "township", "village")}, household_size=len(members))
    return members
