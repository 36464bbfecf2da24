"""Write tables as the workbooks of a real export: title, note, header in row 3, and the same bytes every time."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from tuopin_analysis.register import dictionary
from tuopin_analysis.register.demo_draw import Row

FIRST_ROW = 4  # Excel row of the first data row
_CREATED = datetime(2016, 1, 1)
_NOTE = "数据时间：2016-01-01　金额单位：元　本表为模拟数据（SYNTHETIC），姓名、证件号码、电话均为虚构"

# The flat person export as offices have it: this order, household values repeated on each row; then the columns added later.
PERSONS = {
    "序号": "_number", "县(市、区、旗)": "county", "乡(镇)": "township", "行政村": "village", "自然村": "hamlet",
    "户编号": "household_id", "人编号": "person_id", "姓名": "name", "证件号码": "id_number", "人数": "household_size",
    "与户主关系": "relation", "民族": "nation", "文化程度": "education", "在校生状况": "school_status", "健康状况": "health",
    "劳动技能": "labour_skill", "务工状况": "work_place", "务工时间（月）": "work_months",
    "参加大病医疗": "has_serious_illness_insurance", "脱贫属性": "poverty_status", "贫困户属性": "attribute",
    "主要致贫原因": "cause_main", "危房户": "is_dilapidated", "饮水安全": "has_safe_water", "饮水困难": "has_water_difficulty",
    "人均纯收入": "income_per_person_yuan", "联系电话": "phone", "性别": "sex", "出生日期": "birth_date",
    "是否参加城乡居民基本医疗保险": "has_basic_insurance", "是否参加城乡居民基本养老保险": "has_pension_insurance",
    "是否享受低保": "has_allowance",
}  # fmt: skip


@cache
def headers(table: str) -> dict[str, str]:
    """Header as written -> column: the first spelling of the dictionary, or the flat person export.

    >>> list(headers("exit_plans"))
    ['户编号', '计划脱贫年度', '计划脱贫时间', '帮扶措施']
    """
    if table == "persons":
        return PERSONS
    return {row["source_headers"].split("|")[0]: str(column) for column, row in dictionary.columns(table).iterrows()}


def header(table: str, column: str) -> str:
    """The header under which a column is written."""
    return next(head for head, name in headers(table).items() if name == column)


@cache
def _lists() -> dict[str, str]:
    coded = dictionary.COLUMNS[(dictionary.COLUMNS["codes"] != "") & (dictionary.COLUMNS["table"] != "results")]
    return dict(zip(coded["column"], coded["codes"], strict=True))


@cache
def _written(list_name: str, by: str) -> dict[str, str]:
    rows = dictionary.CODES[dictionary.CODES["list"] == list_name]
    return dict(zip(rows["value"], rows[by], strict=True))


def cell(column: str, value: Any, by: str) -> Any:
    """A value as the file has it; codes `by` "code" or "label_zh". What is in no code list is written as it is (planted faults).

    >>> [cell("health", "chronic_illness;disabled", "label_zh"), cell("fuel", "coal", "code"), cell("fuel", "太阳灶", "code")]
    ['长期慢性病,残疾', '03', '太阳灶']
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if column in _lists() and value:
        written = _written(_lists()[column], by)
        return ",".join(written.get(part, part) for part in value.split(";"))
    return value


def workbook(path: Path, table: str, title: str, rows: Iterable[Row]) -> None:
    """Write one table as a workbook of one sheet."""
    columns, by = headers(table), "code" if table == "households" else "label_zh"
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": _CREATED, "title": title, "comments": "SYNTHETIC demonstration data"})
        sheet = book.add_worksheet(dictionary.value_label("table", table, "zh"))
        sheet.merge_range(0, 0, 0, len(columns) - 1, title, book.add_format({"bold": True, "align": "center", "font_size": 14}))
        sheet.write_string(1, 0, _NOTE)
        sheet.write_row(2, 0, columns, book.add_format({"bold": True, "border": 1, "text_wrap": True}))
        sheet.set_column(0, len(columns) - 1, 12)
        sheet.freeze_panes(FIRST_ROW - 1, 0)
        day, text = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "@"})
        for at, row in enumerate(rows, start=FIRST_ROW - 1):
            for number, column in enumerate(columns.values()):
                value = cell(column, at - FIRST_ROW + 2 if column == "_number" else row.get(column), by)
                if isinstance(value, date):
                    sheet.write_datetime(at, number, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, str):
                    sheet.write_string(at, number, value, text)
                elif value is not None:
                    sheet.write_number(at, number, value)
