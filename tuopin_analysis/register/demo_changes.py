"""The demonstration register's increases and decreases: births, deaths, marriages, households new, closed, moved, split, merged.

They come to households that are poor on the day and to such as are out; the account of the poor counts the former alone.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from random import Random

from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_plant import Planter

_FIRST, _DAYS = date(2016, 1, 20), 680  # changes from then on, over so many days
_PERSONS = {"increase": (("出生", 14), ("婚入", 6), ("户籍迁入", 2)), "decrease": (("死亡", 16), ("婚出", 5), ("户籍迁出", 2))}
_WHOLE = (("closed", "整户销户", 3, 1), ("struck", "识别不准", 3, 1))  # reason, poor households, households that are out
_NEW = ("因病新识别", "因灾新识别", "遗漏补录")
Wanted = Callable[[Row, list[Row]], object]


def plant(planter: Planter) -> None:
    """Fill the table of changes; households with something planted on them are left alone, and those chosen count as taken."""
    _Changes(planter).all()


class _Changes:
    def __init__(self, planter: Planter) -> None:
        self.planter, self.rng = planter, Random(planter.seed + 3)
        self.numbers = Counter(row["household_id"][:12] for row in planter.tables.households if row["household_id"])

    def all(self) -> None:
        """Scarce households first: those that never left."""
        for change, reason, poor, out in _WHOLE:
            for is_out in [False] * poor + [True] * out:
                household, day = self._ending(is_out)
                self._add(household, change, day, household["size"], reason)
        for is_out in (False, False, True):
            self._move_household(is_out)
        for is_out in (False, False, True):
            self._merge(is_out)
        for is_out in (False, False, False, True):
            self._split(is_out)
        for mover_out, host_out in [(False, False)] * 4 + [(False, True), (True, False)]:
            self._move_person(mover_out, host_out)
        self._persons()
        for at in range(12):
            self._identify(at)
        self.planter.tables.changes.sort(key=lambda row: (row["change_date"], row["household_id"]))

    def _events(self, household: Row) -> list[Row]:
        return self.planter.events[household["household_id"]]

    def _is_out(self, household: Row, day: date) -> bool:
        kinds = [event["event"] for event in self._events(household) if event["event_date"] <= day]
        return bool(kinds) and kinds[-1] == "exit"

    def _day(self) -> date:
        return _FIRST + timedelta(days=self.rng.randrange(_DAYS))

    def _pick(self, day: date, is_out: bool, wanted: Wanted = lambda household, members: True) -> Row:
        """A sound household that on the day is out, or is not, and has no exit or relapse on it."""
        return self.planter.pick(lambda h, m: self._is_out(h, day) == is_out and bool(wanted(h, m))
                                 and all(event["event_date"] != day for event in self._events(h)))  # fmt: skip

    def _ending(self, is_out: bool) -> tuple[Row, date]:
        """A household without an event after the day: it may be gone from then on."""
        day = date(2017, self.rng.randint(7, 11), self.rng.randint(1, 28)) if is_out else self._day()
        return self._pick(day, is_out, lambda h, m: all(event["event_date"] < day for event in self._events(h))), day

    def _add(self, household: Row, change: str, day: date, persons: int, reason: str, **further: object) -> None:
        place = {
            column: household[column] for column in ("household_id", "township", "village", "_township_code", "_village_code")
        }
        households = {"new": 1, "closed": 1, "struck": 1, "split": 1, "merged": 1}.get(change, 0)
        row = place | {"change": change, "change_date": day, "persons": persons, "households": households, "reason": reason}
        self.planter.tables.changes.append(row | further)

    def _elsewhere(self, household: Row) -> Row:
        """A village of another township."""
        here = household["_township_code"]
        return self.rng.choice([row for row in self.planter.accepted("households") if row["_township_code"] != here])

    def _move_household(self, is_out: bool) -> None:
        household, day = self._ending(is_out)
        there = self._elsewhere(household)
        for change, place in (("moved_out", household), ("moved_in", there)):
            moved = place | {"household_id": household["household_id"]}
            self._add(moved, change, day, household["size"], "整户搬迁", households=1)

    def _merge(self, is_out: bool) -> None:
        household, day = self._ending(is_out)
        other = self._pick(day, is_out, lambda h, m: h["_township_code"] == household["_township_code"] and h is not household)
        self._add(household, "merged", day, household["size"], "并户", other_household_id=other["household_id"])

    def _split(self, is_out: bool) -> None:
        day = date(2017, 11, 9) if is_out else self._day()
        household = self._pick(day, is_out, lambda h, m: h["size"] >= 3)
        new = self._number(household["_village_code"])
        self._add(household, "split", day, self.rng.randint(1, 2), "子女成家分户", other_household_id=new)

    def _move_person(self, mover_out: bool, host_out: bool) -> None:
        day = date(2016, self.rng.randint(10, 12), self.rng.randint(1, 28)) if mover_out or host_out else self._day()
        mover = self._pick(day, mover_out, lambda h, m: h["size"] >= 2)
        host = self._pick(day, host_out, lambda h, m: h["_township_code"] != mover["_township_code"])
        self._add(mover, "moved_out", day, 1, "婚嫁", other_household_id=host["household_id"])
        self._add(host, "moved_in", day, 1, "婚嫁", other_household_id=mover["household_id"])

    def _persons(self) -> None:
        for change, reasons in _PERSONS.items():
            for reason, number in reasons:
                for _ in range(number):
                    day = self._day()
                    least = 2 if change == "decrease" or reason == "出生" else 1
                    household = self.planter.pick(partial(self._may_change, day, least))
                    self._add(household, change, day, 1, reason)

    def _may_change(self, day: date, least: int, household: Row, members: list[Row]) -> bool:
        return household["size"] >= least and all(event["event_date"] != day for event in self._events(household))

    def _number(self, village_code: str) -> str:
        self.numbers[village_code] += 1
        return f"{village_code}{self.numbers[village_code]:04d}"

    def _identify(self, at: int) -> None:
        """A household that is newly identified, in a village that has some."""
        like = self.rng.choice(self.planter.accepted("households"))
        new = like | {"household_id": self._number(like["_village_code"])}
        size = self.rng.choices((1, 2, 3, 4), (0.35, 0.35, 0.2, 0.1))[0]
        self._add(new, "new", self._day(), size, _NEW[at % len(_NEW)])
