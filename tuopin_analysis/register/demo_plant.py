"""Plant faults."""

from dataclasses import dataclass

from tuopin_analysis.register.demo_tables import Tables


@dataclass(frozen=True)
class Fault:
    """One row of planted.csv: what a perfect check reports. `row` is the workbook's row, `column` its header there."""

    code: str
    severity: str
    table: str
    file: str
    sheet: str
    row: int
    column: str
    household_id: str
    note: str


def plant(tables: Tables, seed: int) -> list[Fault]:
    return []
