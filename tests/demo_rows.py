"""The demonstration register's rows in memory, without its workbooks: a quarter of a second instead of several."""

import hashlib
import pickle
from functools import cache

from tuopin_analysis.register import demo, demo_plant, demo_tables, demo_write

TABLES = tuple(demo._TITLES)


@cache
def _drawn() -> bytes:
    return pickle.dumps(demo_tables.draw(demo.SEED))


def drawn() -> demo_tables.Tables:
    """The six tables before faults are planted; drawn once, copied for each test."""
    return pickle.loads(_drawn())


def planted(tables: demo_tables.Tables) -> demo_plant.Planter:
    """The planter after it has damaged the tables in the order of `tuopin demo`."""
    planter = demo_plant.Planter(tables, demo.SEED)
    demo.plant(planter)
    return planter


def digest(rows: list[dict], table: str) -> str:
    """A short hash of what a workbook would say of these rows."""
    columns = [column for column in demo_write.headers(table).values() if column != "_number"]
    said = "\n".join(repr([row.get(column) for column in columns]) for row in rows)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
