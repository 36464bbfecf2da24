"""Small registers, written as workbooks in a folder of their own; each test damages the one it is given."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter
import yaml

from tuopin_analysis.register import dictionary
from tuopin_analysis.register.read import sheet_name

ABOUT = {
    "title_zh": "小登记册", "title_en": "Small register",
    "county_code": "130123", "county_zh": "正定县", "county_en": "Zhengding county",
    "baseline": "2016-01-01", "until": "2017-12-31", "synthetic": True, "source_zh": "测试", "source_en": "a test",
    "tables": {table: f"{table}.xlsx" for table in ("households", "persons", "responsible", "units", "exit_plans", "events")},
}  # fmt: skip


def id_number(birth: str, order: int) -> str:
    """A number of an unassigned district with its right check digit."""
    first = f"130199{birth.replace('-', '')}{order:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return first + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True)) % 11]


def household(number: int, size: int = 1, **other: Any) -> dict[str, Any]:
    row = {
        "township": "正定镇", "village": "西关村", "household_id": f"H{number}", "cause_main": "01", "size": size,
        "attribute": "01",
        "income_wage_yuan": 1000, "income_business_yuan": 500, "income_property_yuan": 0, "income_transfer_yuan": 300,
        "transfer_pension_yuan": 0, "transfer_family_planning_yuan": 300, "transfer_allowance_yuan": 0,
            "transfer_destitute_yuan": 0,
        "transfer_ecology_yuan": 0, "transfer_other_yuan": 0, "business_cost_yuan": 100, "income_total_yuan": 1800,
            "income_net_yuan": 1700,
        "income_per_person_yuan": 1700 / size, "is_dilapidated": "否", "has_power": "是",
        "dilapidated_grade": None,
    }  # fmt: skip
    return row | other


def person(number: int, member: int = 1, **other: Any) -> dict[str, Any]:
    row = {
        "township": "正定镇", "village": "西关村", "household_id": f"H{number}", "person_id": f"P{number}-{member}",
        "name": f"张{number}{member}", "id_number": id_number("1960-02-29", 100 * number + 2 * member + 1), "sex": "男",
        "birth_date": "1960-02-29", "relation": "户主" if member == 1 else "配偶", "health": "长期慢性病",
        "school_status": "非在校生",
        "labour_skill": "无劳动力",
    }  # fmt: skip
    return row | other


def small() -> dict[str, list[dict[str, Any]]]:
    """Four clean households of 1, 2, 1 and 1 persons; H1 is out, H2 was out and relapsed; H3 lives in 新安镇, H4 in 西门里村."""
    numbers = range(1, 5)
    help_ = {"helper_name": "李一", "unit": "县水利局", "start_date": "2016-02-01"}
    plan = {"planned_exit_date": "2016-12-31", "measures": "产业，健康"}
    return {
        "households": [household(1), household(2, 2), household(3, township="新安镇", village="新安村", cause_main="因病"),
                       household(4, village="西门里村")],
        "persons": [person(1), person(2), person(2, 2, relation="其他"), person(3, township="新安镇", village="新安村"),
                    person(4, village="西门里村")],
        "responsible": [help_ | {"household_id": f"H{n}"} for n in numbers],
        "units": [{"unit": "县水利局", "township": "正定镇", "village": "西关村"}],
        "exit_plans": [plan | {"household_id": f"H{n}"} for n in numbers],
        "events": [{"household_id": "H1", "event": "脱贫", "event_date": "2016-06-30"},
                   {"household_id": "H2", "event": "脱贫", "event_date": "2016年7月31日"},
                   {"household_id": "H2", "event": "返贫", "event_date": "2017/03/01"}],
    }  # fmt: skip


def write(folder: Path, tables: dict[str, list[dict[str, Any]]], about: dict[str, Any] | None = None) -> Path:
    """A register in the layout of an export: a title, a note, the header in the third row, then the rows."""
    folder.mkdir(exist_ok=True)
    (folder / "register.yaml").write_text(yaml.safe_dump(about or ABOUT, allow_unicode=True), encoding="utf-8")
    for table, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row)) or _required(table)
        write_sheet(folder / f"{table}.xlsx", sheet_name(table), [
            [sheet_name(table)], ["数据时间：2016-01-01"],
            [dictionary.label(column, "zh", table) for column in columns],
            *([row.get(column) for column in columns] for row in rows),
        ])  # fmt: skip
    return folder


def _required(table: str) -> list[str]:
    return list(dictionary.columns(table).query("required == 'yes'").index)


def write_sheet(path: Path, sheet: str, grid: list[list[Any]]) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        page = workbook.add_worksheet(sheet)
        for at, row in enumerate(grid):
            page.write_row(at, 0, row)


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    """What tests build registers from."""
    return SimpleNamespace(
        about=ABOUT, household=household, person=person, small=small, write=write, write_sheet=write_sheet, id_number=id_number,
        label=lambda column, table: dictionary.label(column, "zh", table),
    )


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    return deepcopy(small())


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., str]:
    """Write a register into a new folder; returns what a `register` parameter takes."""
    return lambda tables, about=None: str(write(tmp_path / "register", tables, about))
