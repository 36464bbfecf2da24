"""The demonstration register read back by openpyxl, without this project's loader."""

import csv
from collections import defaultdict

import openpyxl

TABLES = ("households", "persons", "responsible", "units", "exit_plans", "events")
FURTHER = ("measures", "acceptance", "changes", "standings", "reported_exits", "rechecks", "complaints")


def age(person):
    return 2015 - int(person["证件号码"][6:10])  # on the baseline day; nobody is born on 1 January


class Register:
    """The workbooks of a folder: all rows by Excel row, and those accepted once the planted errors are set aside."""

    def __init__(self, folder, tables=TABLES):
        self.folder = folder
        self.all, self.top = {}, {}
        for table in tables:
            sheet = openpyxl.load_workbook(folder / f"{table}.xlsx", read_only=True).worksheets[0]
            grid = list(sheet.iter_rows(values_only=True))
            self.top[table] = (sheet.title, grid[0][0], grid[1][0], list(grid[2]))
            self.all[table] = {at: dict(zip(grid[2], row, strict=True)) for at, row in enumerate(grid[3:], start=4)}
        with open(folder / "planted.csv", encoding="utf-8", newline="") as file:
            self.planted = list(csv.DictReader(file))
        with open(folder / "planted_exits.csv", encoding="utf-8", newline="") as file:
            self.planted_exits = list(csv.DictReader(file))
        aside = {(p["table"], int(p["row"])) for p in self.planted if p["severity"] == "error"}
        self.rows = {table: [row for at, row in rows.items() if (table, at) not in aside] for table, rows in self.all.items()}
        self.members = defaultdict(list)
        for person in self.rows["persons"]:
            self.members[person["户编号"]].append(person)

    def sound(self, table):
        """Accepted rows of households without a planted doubt."""
        doubted = {p["household_id"] for p in self.planted if p["severity"] == "warning"}
        return [row for row in self.rows[table] if (row.get("结对户编号") or row.get("户编号")) not in doubted]
