"""One record after another: what each does to the households on record, and what it posts to the account of the poor."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

POSTING = ["household_id", "township_code", "township", "village", "flow_date", "flow", "change", "households", "persons",
           "signed_households", "signed_persons"]  # fmt: skip
_LESS = ("exits", "decrease")  # an account has them as positive numbers that are taken off


class Record(NamedTuple):
    """An exit, a relapse or a change; `whole`: of a move, that the whole household moves."""

    day: int
    kind: str
    household_id: str
    persons: int = 0
    whole: bool = False
    other: str = ""
    township_code: str = ""
    township: str = ""
    village: str = ""
    faulty: str = ""


@dataclass(frozen=True)
class Home:
    """A household as the records have it on a day."""

    household_id: str
    township_code: str
    township: str
    village: str
    size: int
    is_out: bool = False
    n_relapses: int = 0

    @property
    def state(self) -> str:
        """poor, relapsed (poor again) or out."""
        return "out" if self.is_out else "relapsed" if self.n_relapses else "poor"


@dataclass
class Replay:
    """The households as they stand, the postings made and the records set aside."""

    homes: dict[str, Home] = field(default_factory=dict)
    away: dict[str, Home] = field(default_factory=dict)  # moved out, and not in anywhere so far
    postings: list[tuple] = field(default_factory=list)
    set_aside: list[tuple] = field(default_factory=list)
    spells: dict[str, list[tuple]] = field(default_factory=dict)  # by household: exit, place, last day, did it fall back
    gone: dict[str, int] = field(default_factory=dict)

    def register(self, home: Home, day: int) -> None:
        """A household of the baseline, poor."""
        self.homes[home.household_id] = home
        self._post("registered", home, 1, home.size, Record(day, "", home.household_id))

    def take(self, record: Record) -> None:
        """Do what a record says, or set it aside."""
        home = self.homes.get(record.household_id)
        reason = record.faulty
        if not reason and home is None and record.kind not in ("new", "moved_in"):
            reason = "unknown_household"
        reason = reason or getattr(self, f"_{record.kind}")(home, record) or ""
        if reason:
            at = home or record
            persons = home.size if home and record.kind in ("exit", "relapse") else record.persons  # these tell no number
            told = (record.household_id, at.township_code, at.township, record.day, record.kind, persons, reason)
            self.set_aside.append(told)

    def _post(self, flow: str, home: Home, households: int, persons: int, record: Record) -> None:
        """The account counts the poor alone."""
        if not home.is_out:
            sign = -1 if flow in _LESS else 1
            place = (home.household_id, home.township_code, home.township, home.village)
            self.postings.append((*place, record.day, flow, record.kind, households, persons, sign * households, sign * persons))

    def _leave(self, home: Home, record: Record) -> None:
        del self.homes[home.household_id]
        self.gone[home.household_id] = record.day

    def ended(self, until: int) -> list[tuple]:
        """Every exit with its last day: of the relapse, of the household's going, or `until`."""
        found = []
        for number, spells in self.spells.items():
            for at, (place, day, back) in enumerate(spells):
                is_last = at == len(spells) - 1
                end = back if back else self.gone.get(number, until) if is_last else day
                found.append((number, *place, day, end, bool(back)))
        return found

    def _resize(self, home: Home, persons: int) -> None:
        self.homes[home.household_id] = replace(home, size=home.size + persons)

    def _exit(self, home: Home, record: Record) -> str:
        if home.is_out:
            return "out_of_order"
        self._post("exits", home, 1, home.size, record)
        place = (home.township_code, home.township, home.village)
        self.spells.setdefault(home.household_id, []).append((place, record.day, 0))
        self.homes[home.household_id] = replace(home, is_out=True)
        return ""

    def _relapse(self, home: Home, record: Record) -> str:
        if not home.is_out:
            return "out_of_order"
        self.homes[home.household_id] = back = replace(home, is_out=False, n_relapses=home.n_relapses + 1)
        self._post("relapsed", back, 1, back.size, record)
        if spells := self.spells.get(home.household_id):  # a household split off when out has no exit of its own
            spells[-1] = (*spells[-1][:2], record.day)
        return ""

    def _new(self, home: Home | None, record: Record) -> str:
        if home is not None:
            return "already_there"
        self.homes[record.household_id] = made = _made(record)
        self._post("new", made, 1, made.size, record)
        return ""

    def _increase(self, home: Home, record: Record) -> str:
        self._resize(home, record.persons)
        self._post("increase", home, 0, record.persons, record)
        return ""

    def _decrease(self, home: Home, record: Record) -> str:
        if record.persons > home.size:
            return "too_many_persons"
        self._resize(home, -record.persons)
        self._post("decrease", home, 0, record.persons, record)
        return ""

    def _closed(self, home: Home, record: Record) -> str:
        """All its persons are gone, whatever number the record names."""
        self._leave(home, record)
        self._post("decrease", home, 1, home.size, record)
        return ""

    _struck = _closed

    def _moved_out(self, home: Home, record: Record) -> str:
        if record.whole:
            self._leave(home, record)
            self.away[home.household_id] = home
            self._post("moved", home, -1, -home.size, record)
            return ""
        if record.persons > home.size:
            return "too_many_persons"
        self._resize(home, -record.persons)
        self._post("moved", home, 0, -record.persons, record)
        return ""

    def _moved_in(self, home: Home | None, record: Record) -> str:
        """Of a household that left no place of this county: as the record has it, poor."""
        if not record.whole:
            if home is None:
                return "unknown_household"
            self._resize(home, record.persons)
            self._post("moved", home, 0, record.persons, record)
            return ""
        if home is not None:
            return "already_there"
        came = self.away.pop(record.household_id, None) or _made(record)
        came = replace(came, township_code=record.township_code, township=record.township, village=record.village)
        self.homes[record.household_id] = came
        self.gone.pop(record.household_id, None)
        self._post("moved", came, 1, came.size, record)
        return ""

    def _split(self, home: Home, record: Record) -> str:
        """The new household is as the old one is that day; its persons were counted before."""
        if not record.other:
            return "no_other"
        if record.other in self.homes:
            return "already_there"
        if record.persons > home.size:
            return "too_many_persons"
        self._resize(home, -record.persons)
        self.homes[record.other] = new = replace(home, household_id=record.other, size=record.persons)
        self._post("increase", new, 1, 0, record)
        self._moves(home, new, record.persons, record)
        return ""

    def _merged(self, home: Home, record: Record) -> str:
        """Persons go with the household: to a poor one they stay poor, to one that is out they leave the poor."""
        host = self.homes.get(record.other)
        if host is None or host is home:
            return "no_other"
        self._leave(home, record)
        self._resize(host, home.size)
        stay = not home.is_out and not host.is_out
        self._post("decrease", home, 1, 0 if stay else home.size, record)
        if stay:
            self._moves(home, host, home.size, record)
        else:
            self._post("increase", host, 0, home.size, record)
        return ""

    def _moves(self, one: Home, other: Home, persons: int, record: Record) -> None:
        """Persons change from one poor household to another: nothing for a township, something for the households.

        Both are posted, so that the poor of each household are the sum of its own postings, too.
        """
        self._post("moved", one, 0, -persons, record)
        self._post("moved", other, 0, persons, record)


def _made(record: Record) -> Home:
    return Home(record.household_id, record.township_code, record.township, record.village, record.persons)
