"""Planted errors: extra rows that a check must set aside, and the rows that go with them."""

from datetime import date

from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_plant import Planter


def plant(planter: Planter) -> None:
    """Two or more errors of each code."""
    _households_alone(planter)
    _households_with_members(planter)
    _persons(planter)
    _plans_and_help(planter)
    _events(planter)


def _households_alone(planter: Planter) -> None:
    for _ in range(2):
        household, _members = planter.family()
        planter.error("key.missing", "households", household | {"household_id": None}, "household_id", "household number empty")
        again = dict(planter.pick())
        planter.error("key.duplicate", "households", again, "household_id", "second row with the number of an accepted household")
        household, _members = planter.family()
        planter.error("household.empty", "households", household, "household_id", "no member in the persons file")


def _households_with_members(planter: Planter) -> None:
    faults = [
        ("place.unknown", "township", "柏树沟乡", "no such township in the county"),
        ("place.unknown", "village", "新桃源村", "no such village in the township"),
        ("place.unknown", "village", "大众街", "two villages or communities of the township may be written so"),
        ("value.missing", "cause_main", None, "main cause empty"),
        ("value.missing", "size", None, "household size empty"),
        ("value.not_number", "size", "三人", "household size in words"),
        ("value.not_number", "size", "2.5", "household size not whole"),
        ("value.unknown_code", "cause_main", "因懒", "cause in no code list"),
        ("value.unknown_code", "cause_main", "98", "code in no code list"),
        ("household.size", "size", 5, "size above the number of members"),
        ("household.size", "size", 1, "size below the number of members"),
    ]
    for code, column, value, note in faults:
        household, members = planter.family(size=3)
        household[column] = value
        if note.startswith("two villages"):
            household["township"] = "正定镇"
        planter.error(code, "households", household, column, note)
        planter.hang(household, members)


def _persons(planter: Planter) -> None:
    faults = [
        ("key.missing", "person_id", None, "person number empty"),
        ("key.duplicate", "person_id", "", "number of another member of the household"),
        ("value.missing", "relation", None, "relation to the head empty"),
        ("value.unknown_code", "relation", "之堂妹夫", "relation in no code list"),
        ("link.household", "household_id", "1301231009990001", "no household has this number"),
        ("link.household", "household_id", "1301232039990001", "no household has this number"),
    ]
    for code, column, value, note in faults:
        household = planter.pick()
        person = planter.stranger(household)
        person[column] = planter.members[household["household_id"]][-1]["person_id"] if value == "" else value
        planter.error(code, "persons", person, column, note)


def _plans_and_help(planter: Planter) -> None:
    plans = {plan["household_id"]: plan for plan in planter.tables.exit_plans}
    twice = planter.pick()["household_id"]
    second = plans[twice] | {"planned_exit_year": 2017, "planned_exit_date": date(2017, 12, 31)}
    planter.error("key.duplicate", "exit_plans", second, "household_id", "second plan of a household")
    for table, row, nowhere in (
        ("exit_plans", plans[planter.pick()["household_id"]], "1301232019990001"),
        ("responsible", planter.rng.choice(planter.tables.responsible), "1301232029990001"),
    ):
        planter.error("link.household", table, row | {"household_id": nowhere}, "household_id", "no household has this number")
    for value, code, note in ((None, "value.missing", "day empty"), ("开春", "value.not_date", "day in words")):
        helper = planter.rng.choice(planter.tables.responsible) | {"household_id": planter.pick()["household_id"]}
        planter.error(code, "responsible", helper | {"start_date": value}, "start_date", note)
    unit = planter.rng.choice(planter.tables.units)
    planter.error("key.duplicate", "units", dict(unit), "unit", "second row of a unit")
    elsewhere = unit | {"unit": "示例帮扶单位外县", "township": "柏树沟乡"}
    planter.error("place.unknown", "units", elsewhere, "township", "no such township in the county")


def _events(planter: Planter) -> None:
    def never_out(household: Row, members: list[Row]) -> bool:
        return not planter.events[household["household_id"]]

    def out_once(household: Row, members: list[Row]) -> bool:
        events = planter.events[household["household_id"]]
        return len(events) == 1 and events[0]["event_date"] < date(2017, 6, 1)

    like = planter.tables.events[0]
    faults: list[tuple[str, str, Row, str]] = [
        ("value.missing", "event_date", {"event_date": None, "_sort": "2016-07-01"}, "day empty"),
        ("value.not_date", "event_date", {"event_date": "年底", "_sort": "2016-12-31"}, "day in words"),
        ("value.not_date", "event_date", {"event_date": "2017-02-30", "_sort": "2017-02-30"}, "no such day"),
        ("value.unknown_code", "event", {"event": "搬走", "event_date": date(2017, 5, 8)}, "change in no code list"),
        ("event.period", "event_date", {"event_date": date(2015, 11, 30)}, "before the baseline"),
        ("event.period", "event_date", {"event_date": date(2018, 2, 10)}, "after the last day covered"),
        ("event.order", "event", {"event": "relapse", "event_date": date(2016, 10, 12)}, "relapse without an exit before"),
        ("event.order", "event", {"event": "relapse", "event_date": date(2017, 3, 20)}, "relapse without an exit before"),
    ]
    for code, column, values, note in faults:
        event = like | {"household_id": planter.pick(never_out)["household_id"]} | values
        planter.error(code, "events", event, column, note)
    for day in (date(2017, 9, 25), date(2017, 11, 20)):
        event = like | {"household_id": planter.pick(out_once)["household_id"], "event_date": day}
        planter.error("event.order", "events", event, "event", "exit while already out")
    lost = like | {"household_id": "1301231039990001", "event_date": date(2016, 12, 20)}
    planter.error("link.household", "events", lost, "household_id", "no household has this number")
