"""Untrue exits planted in the demonstration register: false, against knowledge, on paper; the key says what must be found.

Rules of the key: the line published; steps in the order review, verification, consent, notice, approval; seven days of notice.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from random import Random

from tuopin_analysis.register import demo_draw
from tuopin_analysis.register.demo_course import by_township
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_plant import Planter
from tuopin_analysis.register.demo_traits import ILL, has

ITEMS = ("food_clothing", "education", "medical", "housing", "water")  # of acceptance, beside the income
NOTICE_DAYS = 7
_BUNCHED = 0.35  # of the rash township's honest exits: income drawn just over the line
_NOS = {"food_clothing": 5, "education": 5, "medical": 6, "housing": 6, "water": 5}
_BOTH = (("housing", "no_consent"), ("water", "no_notice"), ("medical", "no_review"), ("education", "short_notice"))
_KNOWLEDGE = {"no_consent": 6, "late_consent": 4, "no_notice": 5, "short_notice": 5, "no_review": 5,
              "order_verified": 2, "order_notice": 2, "order_approved": 2}  # fmt: skip
_NOTES = {
    "no_consent": "no consent on record",
    "late_consent": "consent signed after the exit",
    "no_notice": "no notice on record",
    "short_notice": "too few days of notice",
    "no_review": "no villagers' review on record",
    "order": "steps out of order",
}
_ROOM = date(2017, 10, 1)  # who left before has room for measures after the exit
Wanted = Callable[[Row, list[Row]], object]


def plant(planter: Planter) -> None:
    """Damage exits and note them; households get `_late_help` (measures begin after the exit), exits `_not` (an item unmet)."""
    rng, line = Random(planter.seed + 2), demo_draw.lines()["poverty"]
    _plant_false(planter, rng, line)
    _plant_knowledge(planter, rng)
    _plant_paper(planter, rng, line)
    _bunch(planter, rng, line)
    _note_present(planter, line)


def roles(planter: Planter) -> tuple[str, list[str]]:
    """The codes of the rash township, whose households left first in 2016, and of the two that are most behind."""
    out = {}
    for code, rows in by_township(planter.accepted("households")).items():
        events = [event for row in rows for event in planter.events[row["household_id"]][:1]]
        out[code] = sum(event["event_date"].year == 2016 for event in events) / len(rows)
    order = sorted(out, key=lambda code: out[code])
    return order[-1], order[:2]


def exits(planter: Planter, household: Row) -> list[Row]:
    """The exits of a household, in order."""
    return [event for event in planter.events[household["household_id"]] if event["event"] == "exit"]


def _any(household: Row, members: list[Row]) -> bool:
    return True


def _pick(planter: Planter, number: int = 1, wanted: Wanted = _any, before: date = date.max) -> Row:
    """A sound household with so many exits, none of them below the line, the last before a day."""
    line = demo_draw.lines()["poverty"]

    def fits(household: Row, members: list[Row]) -> bool:
        left, events = exits(planter, household), planter.events[household["household_id"]]
        if len(left) != number or len(events) != 2 * number - 1 or left[-1]["event_date"] >= before:
            return False
        return all(event["event_income_per_person_yuan"] >= line for event in left) and bool(wanted(household, members))

    return planter.pick(fits)


def _untrue(planter: Planter, household: Row, event: Row, kind: str, rule: str, note: str) -> None:
    planter.untrue("untrue", kind, household, event["event_date"], note, rule)


def _plant_false(planter: Planter, rng: Random, line: float) -> None:
    for _ in range(4):
        [event] = exits(planter, _pick(planter))
        event["event_income_per_person_yuan"] = round(line * rng.uniform(0.9, 0.99), 2)
    fitting: dict[str, Wanted] = {
        "education": lambda household, members: any(6 <= member["_age"] <= 15 for member in members),
        "medical": lambda household, members: has(members, *ILL),
    }
    for item, number in _NOS.items():
        for at in range(number):
            twice = item == "housing" and at < 2  # of a household that left twice: one false at the first exit, one at the second
            household = _pick(planter, 2 if twice else 1, fitting.get(item, _any))
            _refuse(planter, household, exits(planter, household)[at if twice else 0], item)


def _refuse(planter: Planter, household: Row, event: Row, item: str) -> None:
    event["_not"] = item
    _untrue(planter, household, event, "false", f"false.{item}", "acceptance says no")


def _plant_knowledge(planter: Planter, rng: Random) -> None:
    for what, number in _KNOWLEDGE.items():
        for at in range(number):
            twice = what == "no_consent" and at < 2
            household = _pick(planter, 2 if twice else 1)
            _break_steps(planter, rng, household, exits(planter, household)[at if twice else 0], what)
    for item, what in _BOTH:
        household = _pick(planter)
        [event] = exits(planter, household)
        _refuse(planter, household, event, item)
        _break_steps(planter, rng, household, event, what)


def _break_steps(planter: Planter, rng: Random, household: Row, event: Row, what: str) -> None:
    rules = ["order" if what.startswith("order") else what]
    if what in ("no_consent", "no_review"):
        event[what.removeprefix("no_") + "_date"] = None
    elif what == "no_notice":
        event["notice_start_date"] = event["notice_end_date"] = None
    elif what == "short_notice":
        event["notice_start_date"] = event["notice_end_date"] - timedelta(days=rng.randint(2, NOTICE_DAYS - 1))
        planter.doubt("event.notice", "events", event, "notice_end_date", "a short notice")
    elif what == "order_verified":
        event["verified_date"] = event["review_date"] - timedelta(days=rng.randint(2, 9))
        planter.doubt("event.steps", "events", event, "verified_date", "before the step that precedes it")
    elif what == "order_approved":
        event["approved_date"] = event["notice_start_date"] + timedelta(days=2)
    else:  # consent after the exit (so out of order, too), or while the notice hung
        late = what == "late_consent"
        after = event["event_date" if late else "notice_start_date"]
        event["consent_date"] = after + timedelta(days=rng.randint(3, 20) if late else 2)
        planter.doubt("event.steps", "events", event, "notice_start_date", "before the step that precedes it")
    for rule in rules:
        _untrue(planter, household, event, "against_knowledge", f"knowledge.{rule}", _NOTES[rule])


def _plant_paper(planter: Planter, rng: Random, line: float) -> None:
    rash, _behind = roles(planter)

    for at in range(8):  # half of them in the rash township
        township = rash if at % 2 else ""
        household = _pick(planter, 1, partial(_could_be_near, township), _ROOM)
        _without_help(planter, household, "near_line", round(line * rng.uniform(1.001, 1.045), 2), "no measure begun")
    for _ in range(6):
        household = _pick(planter, 1, _could_jump, _ROOM)
        income = max(household["income_per_person_yuan"] * rng.uniform(2.02, 2.3), line * rng.uniform(1.08, 1.2))
        _without_help(planter, household, "jump", round(income, 2), "doubled, no measure begun")
    for _ in range(6):
        household = _pick(planter)
        [event] = exits(planter, household)
        event["event_income_per_person_yuan"] = float(rng.choice((3000, 3100, 3200, 3300, 3500)))
    for number in (3, 4, 3):
        _copy(planter, rng, line, number, noted=True)
    _copy(planter, rng, line, 2, noted=False)  # two alike are no copies yet


def _could_be_near(township: str, household: Row, members: list[Row]) -> bool:
    """Too much income before for a jump to a little above the line."""
    return household["income_per_person_yuan"] > 1700 and household["_township_code"].startswith(township)


def _could_jump(household: Row, members: list[Row]) -> bool:
    return 0 < household["income_per_person_yuan"] < 1900


def _without_help(planter: Planter, household: Row, rule: str, income: float, note: str) -> None:
    [event] = exits(planter, household)
    event["event_income_per_person_yuan"], household["_late_help"] = income, True
    _untrue(planter, household, event, "on_paper", f"paper.{rule}", note)


def _copy(planter: Planter, rng: Random, line: float, number: int, *, noted: bool) -> None:
    """The same income at the exits of several households of one village."""
    free: dict[str, int] = defaultdict(int)
    for household in planter.accepted("households"):
        if planter.is_free(household) and len(planter.events[household["household_id"]]) == 1:
            free[household["_village_code"]] += exits(planter, household)[0]["event_income_per_person_yuan"] >= line
    village = rng.choice(sorted(code for code, count in free.items() if count >= number + 3))
    income = round(line * rng.uniform(1.06, 1.2), 0) + 0.4
    for _ in range(number):
        household = _pick(planter, 1, lambda h, m: h["_village_code"] == village)
        [event] = exits(planter, household)
        event["event_income_per_person_yuan"] = income
        if noted:
            _untrue(planter, household, event, "on_paper", "paper.copied", f"the same income {number} times in the village")


def _bunch(planter: Planter, rng: Random, line: float) -> None:
    """Incomes just over the line in the rash township, each with measures before the exit: to be seen in the whole alone."""
    rash, _behind = roles(planter)
    last = None
    for household in planter.accepted("households"):
        for event in exits(planter, household):
            honest = event["event_income_per_person_yuan"] >= line and planter.is_free(household)
            if household["_township_code"] == rash and honest and rng.random() < _BUNCHED:
                event["event_income_per_person_yuan"] = round(line * rng.uniform(1.0, 1.02), 2)
                last = max(event["event_date"], last or event["event_date"])
    if last:
        planter.untrue("bunching", "township", {"_township_code": rash}, last, "many incomes just over the line")


def _note_present(planter: Planter, line: float) -> None:
    """What chance and faults of steps made: incomes below the line or round, steps out of order, short notices."""
    for household in planter.accepted("households"):
        for event in exits(planter, household):
            income = event["event_income_per_person_yuan"]
            if income < line:
                _untrue(planter, household, event, "false", "false.income", "income below the line")
            if income % 100 == 0:
                _untrue(planter, household, event, "on_paper", "paper.round", "a round income")
    homes = {row["household_id"]: row for row in planter.accepted("households")}
    for fault, event in planter.doubted("events"):
        known = {planted.rule for planted in planter.exits
                 if (planted.household_id, planted.date) == (event["household_id"], event["event_date"])}  # fmt: skip
        rule = "order" if fault == "event.steps" else "short_notice"
        if f"knowledge.{rule}" not in known:
            _untrue(planter, homes[event["household_id"]], event, "against_knowledge", f"knowledge.{rule}", _NOTES[rule])
