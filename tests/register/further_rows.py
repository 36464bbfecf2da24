"""A small register with the seven further tables: H5 is newly identified, H6 splits off H2; rows as an office writes them."""

from copy import deepcopy

from register.conftest import ABOUT, small

from tuopin_analysis.register.about import FURTHER

WEST = {"township": "正定镇", "village": "西关村"}
NEW = {"township": "新安镇", "village": "新安村"}
ROWS = {
    "measures": [
        {"household_id": "H1", "measure": "产业扶贫", "unit": "县水利局", "start_date": "2015-03-01", "end_date": "2016-05-31",
         "cost_yuan": 3000},
        {"household_id": "H3", "measure": "health_aid", "start_date": "2016-04-01"},
        {"household_id": "H5", "measure": "education_aid", "start_date": "2017-02-01"},
        {"household_id": "H6", "measure": "employment", "start_date": "2017-09-01"},
    ],
    "acceptance": [
        {"household_id": "H1", "acceptance_date": "2016-06-20", "has_food_clothing": "是", "has_education": "是",
         "has_medical": "是", "has_housing": "否", "has_water": None},
        {"household_id": "H1", "acceptance_date": "2017-06-20", "has_food_clothing": "是", "has_education": "是",
         "has_medical": "是", "has_housing": "是", "has_water": "是"},
        {"household_id": "H2", "acceptance_date": "2016-07-20", "has_food_clothing": "是", "has_education": "是",
         "has_medical": "是", "has_housing": "是", "has_water": "是"},
    ],
    "changes": [
        WEST | {"household_id": "H1", "change": "自然增加", "change_date": "2016-08-01", "persons": 1, "reason": "出生"},
        NEW | {"household_id": "H5", "change": "新识别", "change_date": "2016-12-01", "persons": 3, "households": 1},
        NEW | {"household_id": "H5", "change": "自然减少", "change_date": "2017-03-01", "persons": 1, "reason": "死亡"},
        WEST | {"household_id": "H2", "change": "分户", "change_date": "2017-05-01", "persons": 1, "other_household_id": "H6"},
        WEST | {"household_id": "H6", "change": "婚入", "change_date": "2017-10-01", "persons": 1},
        NEW | {"household_id": "H3", "change": "迁出", "change_date": "2017-11-01", "persons": 1, "households": 1},
        WEST | {"household_id": "H3", "change": "迁入", "change_date": "2017-11-01", "persons": 1, "households": 1},
    ],
    "standings": [
        WEST | {"household_id": "H1", "standing_date": "2015-12-31", "standing_status": "未脱贫", "standing_size": 1},
        WEST | {"household_id": "H1", "standing_date": "2016-12-31", "standing_status": "已脱贫", "standing_size": 2},
        WEST | {"household_id": "H9", "standing_date": "2016-12-31", "standing_status": "未脱贫", "standing_size": 4},
    ],
    "reported_exits": [
        {"township": "正定镇", "report_date": "2016年6月", "households": 1, "persons": 1},
        {"township": "新安镇", "report_date": "2016年6月", "households": 0, "persons": 0},
    ],
    "rechecks": [
        WEST | {"recheck_kind": "脱贫户复核", "household_id": "H1", "recheck_date": "2017-01-10", "persons": 1, "is_right": "是"},
        NEW | {"recheck_kind": "漏评排查", "household_id": None, "recheck_date": "2017-01-11", "persons": 3, "is_right": "否"},
        NEW | {"recheck_kind": "满意度", "household_id": "H3", "recheck_date": "2017-01-11", "persons": 1, "is_right": "是"},
    ],
    "complaints": [
        {"township": "正定镇", "village": None, "unit": "县水利局", "household_id": None, "complaint_date": "2017-05-05",
         "is_upheld": None, "closed_date": None},
        WEST | {"unit": "县水利局", "household_id": "H2", "complaint_date": "2017-02-02", "is_upheld": "是",
                "closed_date": "2017-03-02"},
    ],
}  # fmt: skip


def whole():
    """The six present tables and the seven further ones."""
    return small() | deepcopy(ROWS)


def about(tables=FURTHER):
    """What register.yaml says of a register with these further tables."""
    return ABOUT | {"tables": ABOUT["tables"] | {table: f"{table}.xlsx" for table in tables}}
