"""The key of the planted faults: complete, and each row has the fault that it says."""

from collections import Counter

import pytest
import yaml
from demo_reading import Register, age

from tuopin_analysis import paths


@pytest.fixture(scope="module")
def made():
    return Register(paths.DEMO)  # test_demo.py shows that it is what the code makes


def test_the_key_has_every_check_and_points_to_cells_that_are_there(made):
    checks = yaml.safe_load((paths.RULES / "checks.yaml").read_text(encoding="utf-8"))["checks"]
    counts = Counter((p["code"], p["severity"]) for p in made.planted)
    assert set(counts) == {(check["code"], check["severity"]) for check in checks}
    assert min(counts.values()) >= 2
    assert len({(p["code"], p["table"], p["row"]) for p in made.planted}) == len(made.planted)
    key = {"responsible": "结对户编号"}
    for planted in made.planted:
        row = made.all[planted["table"]][int(planted["row"])]
        assert planted["column"] in row
        assert planted["file"] == f"{planted['table']}.xlsx"
        if planted["table"] != "units":
            assert (row[key.get(planted["table"], "户编号")] or "") == planted["household_id"]


def faults(made, planted):
    """By code: whether the planted row is wrong in that way."""
    table = planted["table"]
    row = made.all[table][int(planted["row"])]
    cell, members = row[planted["column"]], made.members[planted["household_id"]]
    keys = {"households": "户编号", "persons": "人编号", "exit_plans": "户编号", "units": "单位名称"}
    return {
        "key.missing": lambda: cell is None, "value.missing": lambda: cell is None,
        "key.duplicate": lambda: sum(r[keys[table]] == cell for r in made.rows[table]) == 1,
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
    }  # fmt: skip


def test_each_planted_row_has_its_fault(made):
    for planted in made.planted:
        is_wrong = faults(made, planted).get(planted["code"])
        assert is_wrong is None or is_wrong(), planted
