"""The demonstration register's measures: what each household's plan names, begun before its planned day and its exit.

Planted are plans whose day came before any measure, in the two townships that are behind, and exits without help
(demo_untrue), whose measures begin after them.
"""

from datetime import date, timedelta
from random import Random

from tuopin_analysis.register import demo_untrue
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_plant import Planter

_BEGIN, _UNTIL = date(2016, 1, 11), date(2017, 12, 31)
_COST = {"industry": (1500, 5000), "employment": (300, 1500), "education_aid": (500, 4000), "health_aid": (200, 6000),
         "safety_net": (800, 4000)}  # fmt: skip
_MONTHS = {"industry": (6, 12), "employment": (3, 12), "education_aid": (5, 10), "health_aid": (2, 12)}  # the safety net stays
_BEFORE = 15  # plans with a day before any measure


def plant(planter: Planter) -> None:
    """Fill the table of measures and note the plans that were too early."""
    rng = Random(planter.seed + 5)
    households = planter.accepted("households")
    plans = {row["household_id"]: row for row in reversed(planter.accepted("exit_plans"))}
    units = {row["household_id"]: row["unit"] for row in planter.accepted("responsible")}
    early = _early(planter, plans)
    for household in households:
        number, plan = household["household_id"], plans.get(household["household_id"])
        planned = plan["planned_exit_date"] if plan else None
        days = _window(planter, household, planned, number in early)
        first = None
        for measure in (plan["measures"] if plan else "safety_net").split(";"):
            row = _measure(rng, household, measure, units.get(number), days)
            first = min(row["start_date"], first or row["start_date"])
            planter.tables.measures.append(row)
        if planned and first and planned < first:
            note = (
                "planned out before any measure began" if number in early else "measures began after the exit, and after its plan"
            )
            planter.untrue("plan", "before_measure", household, planned, note)
        if number not in early and "_late_help" not in household and rng.random() < 0.1:  # something more in the second year
            again = _measure(rng, household, "industry", units.get(number), (date(2017, 2, 1), date(2017, 10, 31)))
            planter.tables.measures.append(again)


def _early(planter: Planter, plans: dict[str, Row]) -> set[str]:
    """Households planned out long before they left."""
    _rash, behind = demo_untrue.roles(planter)

    def fits(household: Row, members: list[Row]) -> bool:
        number = household["household_id"]
        first = min((event["event_date"] for event in planter.events[number]), default=_UNTIL)
        is_there = household["_township_code"] in behind and number in plans
        return is_there and plans[number]["planned_exit_date"] < first - timedelta(days=90)

    return {planter.pick(fits)["household_id"] for _ in range(_BEFORE)}


def _window(planter: Planter, household: Row, planned: date | None, is_early: bool) -> tuple[date, date]:
    """From when until when measures begin."""
    first = min((event["event_date"] for event in planter.events[household["household_id"]]), default=_UNTIL)
    if "_late_help" in household:
        return first + timedelta(days=12), first + timedelta(days=70)
    if is_early and planned:
        return planned + timedelta(days=10), planned + timedelta(days=70)
    return _BEGIN, min(planned or first, first) - timedelta(days=15)


def _measure(rng: Random, household: Row, measure: str, unit: str | None, days: tuple[date, date]) -> Row:
    start = days[0] + timedelta(days=rng.randint(0, (days[1] - days[0]).days))
    end = None
    if measure in _MONTHS:
        ended = start + timedelta(days=30 * rng.randint(*_MONTHS[measure]))
        end = ended if ended <= _UNTIL else None
    least, most = _COST[measure]
    cost = round(rng.triangular(least, most, least + (most - least) / 4) / 10) * 10
    return {"household_id": household["household_id"], "measure": measure, "unit": unit, "start_date": start, "end_date": end,
            "cost_yuan": cost}  # fmt: skip


def for_the_new(planter: Planter) -> None:
    """Measures of the households that are newly identified, some weeks later."""
    rng = Random(planter.seed + 6)
    for change in planter.tables.changes:
        day = change["change_date"] + timedelta(days=rng.randint(15, 50))
        if change["change"] == "new" and day <= _UNTIL:
            planter.tables.measures.append(_measure(rng, change, "safety_net", None, (day, day)))
