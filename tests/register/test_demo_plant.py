"""The key of the planted faults: complete, and each row has the fault that it says."""

from collections import Counter
from datetime import date

import pytest
import yaml
from demo_reading import FURTHER, TABLES, Register, age

from tuopin_analysis import paths


@pytest.fixture(scope="module")
def made():
    return Register(paths.DEMO, TABLES + FURTHER)  # test_demo.py shows that it is what the code makes


def test_the_key_has_every_check_and_points_to_cells_that_are_there(made):
    checks = yaml.safe_load((paths.RULES / "checks.yaml").read_text(encoding="utf-8"))["checks"]
    counts = Counter((p["code"], p["severity"]) for p in made.planted)
    of_other_layouts = {"value.rounded", "value.differs", "value.personal"}  # not planted: see docs/checks.md
    assert set(counts) == {(check["code"], check["severity"]) for check in checks if check["code"] not in of_other_layouts}
    assert min(counts.values()) >= 2
    assert len({(p["code"], p["table"], p["row"]) for p in made.planted}) == len(made.planted)
    key = {"responsible": "结对户编号"}
    for planted in made.planted:
        row = made.all[planted["table"]][int(planted["row"])]
        assert planted["column"] in row
        assert planted["file"] == f"{planted['table']}.xlsx"
        if planted["table"] not in ("units", "reported_exits"):
            assert (row[key.get(planted["table"], "户编号")] or "") == planted["household_id"]


def faults(made, planted):
    """By code: whether the planted row is wrong in that way."""
    table = planted["table"]
    row = made.all[table][int(planted["row"])]
    cell, members = row[planted["column"]], made.members[planted["household_id"]]
    of_day = {"acceptance": "验收时间", "standings": "户情时点"}
    after = {"措施完成时间": "措施开始时间", "办结时间": "受理时间"}
    keys = {"households": "户编号", "persons": "人编号", "exit_plans": "户编号", "units": "单位名称"}
    return {
        "key.missing": lambda: cell is None, "value.missing": lambda: cell is None,
        "key.duplicate": lambda: sum(r[keys[table]] == cell for r in made.rows[table]) == 1 if table in keys else any(
            (r["户编号"], r[of_day[table]]) == (cell, row[of_day[table]]) for r in made.rows[table]),
        "number.negative": lambda: cell < 0, "date.order": lambda: cell < row[after[planted["column"]]],
        "date.period": lambda: not date(2016, 1, 1) <= cell.date() <= date(2017, 12, 31),
        "link.household": lambda: all(r["户编号"] != cell for r in made.rows["households"]),
        "household.empty": lambda: not members,
        "household.size": lambda: cell != sum(r["户编号"] == row["户编号"] for r in made.all["persons"].values()),
        "value.not_number": lambda: isinstance(cell, str), "value.not_date": lambda: isinstance(cell, str),
        "household.heads": lambda: sum(person["与户主关系"] == "户主" for person in members) != 1,
        "cause.illness": lambda: not any("病" in person["健康状况"] for person in members),
        "cause.disability": lambda: not any("残" in person["健康状况"] for person in members),
        "cause.schooling": lambda: all(person["在校生状况"] == "非在校生" for person in members),
        "income.sum": lambda: cell == 500 + sum(row[f"{kind}性收入"] for kind in ("工资", "生产经营", "财产", "转移")),
        "income.net": lambda: cell == row["年收入"] - row["生产经营性支出"] + 800,
        "income.cost": lambda: not cell and row["生产经营性收入"] > 0,
        "allowance.income": lambda: not cell and row["贫困户属性"] == "04",
        "age.school": lambda: age(row) >= 30 and cell != "非在校生",
        "age.labour": lambda: age(row) < 16 and cell == "普通劳动力",
        "age.relation": lambda: cell == "之女" and age(row) > age(members[0]),
        "housing.grade": lambda: cell is None and row["危房户"] == "是",
        "id.birth_date": lambda: cell[6:14] != f"{row['出生日期']:%Y%m%d}",
        "id.sex": lambda: (int(cell[16]) % 2 == 1) != (row["性别"] == "男"),
        "person.duplicate": lambda: sum(person["证件号码"] == cell for person in made.rows["persons"]) == 2,
        "person.elsewhere": lambda: sum(person["证件号码"] == cell for person in made.rows["persons"]) == 2,
        "value.empty": lambda: cell is None, "id.length": lambda: len(cell) == 17, "id.old": lambda: len(cell) == 15,
        "id.certificate": lambda: cell[18:] == "91", "id.dummy": lambda: "99999" in cell,
        "health.certificate": lambda: "残" in cell and len(row["证件号码"]) == 18,
        "health.disabled": lambda: "残" not in cell and len(row["证件号码"]) == 20,
        "household.spouses": lambda: sum(person["与户主关系"] == "配偶" for person in members) == 2,
        "household.large": lambda: len(members) > 6 and cell == len(members),
        "cause.repeated": lambda: row["主要致贫原因"] in cell.split(","), "cause.many": lambda: cell.count(",") == 2,
        "cause.labour": lambda: sum(person["劳动技能"] in ("普通劳动力", "技能劳动力") for person in members) > 2,
        "land.irrigated": lambda: cell > row["耕地面积"], "land.farmland": lambda: cell / row["人数"] > 50,
        "income.unit": lambda: 1 <= cell <= 99, "income.high": lambda: cell > 20000, "income.low": lambda: 0 < cell < 500,
        "income.no_wage": lambda: not cell and any(person["务工时间（月）"] for person in members),
        "income.wage": lambda: cell > 0 and not any(person["务工时间（月）"] for person in members),
        "allowance.both": lambda: cell > 0 and row["低保金"] > 0, "destitute.income": lambda: not cell,
        "allowance.members": lambda: not any(person["是否享受低保"] == "是" for person in members),
        "pension.age": lambda: cell > 0 and all(age(person) < 60 for person in members),
        "exit.housing": lambda: cell == "是" and row["脱贫属性"] not in ("0", "未脱贫"),
        "relation.spouse": lambda: row["性别"] == members[0]["性别"],
        "relation.sex": lambda: cell == "之子" and row["性别"] == "女",
        "age.parent": lambda: cell == "之母" and age(row) < age(members[0]),
        "age.dropout": lambda: cell == "非在校生" and 6 <= age(row) <= 14,
        "school.both": lambda: cell and row["在校生状况"] != "非在校生", "work.months": lambda: cell > 12,
        "work.no_months": lambda: not cell and row["务工状况"], "work.no_place": lambda: not cell and row["务工时间（月）"],
        "work.labour": lambda: cell == "丧失劳动力" and row["务工时间（月）"], "work.age": lambda: cell and age(row) < 16,
        "plan.year": lambda: cell != row["计划脱贫时间"].year,
        "responsible.dates": lambda: cell < row["帮扶开始时间"],
        "event.notice": lambda: (cell - row["公示开始时间"]).days < 7,
    }  # fmt: skip


def test_each_planted_row_has_its_fault(made):
    for planted in made.planted:
        is_wrong = faults(made, planted).get(planted["code"])
        assert is_wrong is None or is_wrong(), planted
