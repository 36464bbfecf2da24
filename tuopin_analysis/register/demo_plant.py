"""Plant faults in the demonstration register and keep their key: all that a perfect check reports, and nothing else.

Rows planted as errors are extra rows, so that the published totals hold once they are set aside; doubts sit on accepted rows.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from random import Random

from tuopin_analysis.register import demo_draw, demo_household, demo_write, dictionary
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_tables import Tables

_DAYS = {"measures": "start_date", "acceptance": "acceptance_date", "changes": "change_date", "standings": "standing_date",
         "reported_exits": "report_date", "rechecks": "recheck_date", "complaints": "complaint_date"}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One row of planted.csv: `row` is the workbook's row, `column` the header there."""

    code: str
    severity: str
    table: str
    file: str
    sheet: str
    row: int
    column: str
    household_id: str
    note: str


@dataclass(frozen=True, order=True)
class PlantedExit:
    """One row of planted_exits.csv: something untrue of an exit, a plan, a count or a report of `date`.

    `rule` is there for untrue exits alone; `household_id` is missing where a township is meant.
    """

    topic: str
    kind: str
    rule: str
    household_id: str
    township_code: str
    date: date
    note: str = ""


class Planter:
    """Puts faulty rows among the others; no household gets two faults, so that none hides another."""

    def __init__(self, tables: Tables, seed: int) -> None:
        self.tables, self.seed, self.rng = tables, seed, Random(seed + 1)
        self.exits: list[PlantedExit] = []
        self.members: dict[str, list[Row]] = defaultdict(list)
        for person in tables.persons:
            self.members[person["household_id"]].append(person)
        self.events: dict[str, list[Row]] = defaultdict(list)
        for event in tables.events:
            self.events[event["household_id"]].append(event)
        self._free = self.rng.sample(tables.households, len(tables.households))
        self._unmarked = {row["household_id"] for row in tables.households}
        self._in_village = Counter(row["_village_code"] for row in tables.households)
        self._marks: list[tuple[str, str, str, Row, str, str]] = []

    def pick(self, wanted: Callable[[Row, list[Row]], object] = lambda household, members: True) -> Row:
        """An accepted household without a fault yet that is as wanted."""
        found = next(row for row in self._free if wanted(row, self.members[row["household_id"]]))
        self._free = [row for row in self._free if row is not found]
        self._unmarked.discard(found["household_id"])
        return found

    def has_free(self, wanted: Callable[[Row, list[Row]], object]) -> bool:
        """Whether there is an accepted household without a fault yet that is as wanted."""
        return any(wanted(row, self.members[row["household_id"]]) for row in self._free)

    def accepted(self, table: str) -> list[Row]:
        """The rows of a table that are not planted to be set aside."""
        aside = {id(row) for _code, severity, _table, row, *_ in self._marks if severity == "error"}
        return [row for row in getattr(self.tables, table) if id(row) not in aside]

    def doubted(self, table: str) -> list[tuple[str, Row]]:
        """The doubts planted in a table so far: code and row."""
        return [(code, row) for code, severity, of, row, *_ in self._marks if severity == "warning" and of == table]

    def is_free(self, household: Row) -> bool:
        """Whether nothing is planted on a household yet."""
        return household["household_id"] in self._unmarked

    def untrue(self, topic: str, kind: str, household: Row, day: date, note: str = "", rule: str = "") -> None:
        """Note what an analysis of exits must find: of a household, or of a township where the row has no household number."""
        owner, township = household.get("household_id") or "", household["_township_code"]
        self.exits.append(PlantedExit(topic, kind, rule, owner, township, day, note))

    def error(self, code: str, table: str, row: Row, column: str, note: str) -> None:
        """Add an extra row that is to be set aside."""
        getattr(self.tables, table).append(row)
        self._marks.append((code, "error", table, row, column, note))

    def doubt(self, code: str, table: str, row: Row, column: str, note: str) -> None:
        """Note that an accepted row is doubtful."""
        self._marks.append((code, "warning", table, row, column, note))

    def family(self, cause: str = "illness", size: int = 2) -> tuple[Row, list[Row]]:
        """A further household in a village that has some, not yet in the tables."""
        like = self.rng.choice(self.tables.households)
        self._in_village[like["_village_code"]] += 1
        household = {column: like[column] for column in ("county", "township", "village", "_township_code", "_village_code")}
        household |= {"cause_main": cause, "size": size,
                      "household_id": f"{like['_village_code']}{self._in_village[like['_village_code']]:04d}"}  # fmt: skip
        household["_sort"] = household["household_id"]
        number = sum(self._in_village.values())
        return household, demo_household.furnish(self.rng, household, number, self.tables.taken, demo_draw.lines())

    def stranger(self, household: Row) -> Row:
        """A further person in an accepted household, not yet in the tables."""
        alone = {column: household[column] for column in ("household_id", "county", "township", "village")}
        alone |= {"cause_main": "illness", "size": 1}
        [person] = demo_household.furnish(self.rng, alone, 0, self.tables.taken, demo_draw.lines())
        return person | {"relation": "other_relation", "household_size": household["size"], "_sort": household["household_id"],
                         "person_id": f"{household['household_id']}{household['size'] + 1:02d}"}  # fmt: skip

    def hang(self, household: Row, members: list[Row]) -> None:
        """Members, plan and responsible person of a household that is set aside: set aside with it."""
        owner, note = household["household_id"], "its household is set aside"
        rows = [("persons", member) for member in members]
        rows += [("exit_plans", self.rng.choice(self.tables.exit_plans) | {"household_id": owner}),
                 ("responsible", self.rng.choice(self.tables.responsible) | {"household_id": owner})]  # fmt: skip
        for table, row in rows:
            self.error("link.household", table, row, "household_id", note)

    @staticmethod
    def sorted_by(table: str, row: Row) -> str:
        """By what the rows of a further table are sorted: household, or township, and day; "_sort" where a row says so."""
        return row.get("_sort") or f"{row.get('household_id') or row.get('township')} {row[_DAYS[table]]}"

    def sorted_key(self) -> list[Fault]:
        """Put the extra rows where they belong and tell where each fault stands."""
        orders: dict[str, Callable[[Row], str]] = dict.fromkeys(
            ("households", "persons", "responsible", "exit_plans"), lambda row: row.get("_sort") or row["household_id"]
        )
        orders |= {"units": lambda row: row["unit"], "events": lambda row: row.get("_sort") or f"{row['event_date']}"}
        orders |= {table: partial(Planter.sorted_by, table) for table in _DAYS}
        stands: dict[int, int] = {}
        sheets = {table: dictionary.value_label("table", table, "zh") for table in orders}
        for table, order in orders.items():
            getattr(self.tables, table).sort(key=order)
            stands |= {id(row): at for at, row in enumerate(getattr(self.tables, table), start=demo_write.FIRST_ROW)}
        found = [Fault(code, severity, table, f"{table}.xlsx", sheets[table], stands[id(row)], demo_write.header(table, column),
                       row.get("household_id") or "", note)
                 for code, severity, table, row, column, note in self._marks]  # fmt: skip
        return sorted(found, key=lambda fault: (list(orders).index(fault.table), fault.row, fault.code))
