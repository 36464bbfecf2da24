"""A register of forty households, each with a fault of its own: what the checks say of it is in tests/register/whole/."""

from typing import Any

WORK = {"work_place": "乡（镇）内务工", "work_months": 6, "labour_skill": "普通劳动力"}
FULL = {"has_safe_water": "是", "fuel": "煤炭", "road_distance_km": 2, "housing_area_m2": 60, "poverty_status": "未脱贫",
        "identified_date": "2014-05-01", "phone": "03118888888", "head_name": "张三", "farmland_mu": 2, "irrigated_mu": 1,
        "cause_other": None, "hamlet": None}  # fmt: skip
MEMBER = {"education": "小学", "has_serious_illness_insurance": "是", "has_allowance": "否", "has_pension_insurance": "否",
          "work_place": None, "work_months": None}  # fmt: skip
HOMES: list[dict[str, Any]] = [  # what is wrong with household 1, 2, …
    {}, {"household_id": None}, {"size": "三人"}, {"size": 2}, {"farmland_mu": "三亩"}, {"cause_main": "因懒"},
    {"hamlet": "13812345678"},
    {"township": "诸福屯镇"}, {"village": "上水屯村"}, {"income_total_yuan": 1900}, {"transfer_family_planning_yuan": 200},
    {"income_net_yuan": 1710, "income_per_person_yuan": 1710}, {"income_per_person_yuan": 1500},
    {"business_cost_yuan": None, "income_net_yuan": 1800, "income_per_person_yuan": 1800},
        {"cause_main": "02"}, {"cause_main": "03"},
    {"attribute": "低保贫困户"}, {"is_dilapidated": "是"}, {"cause_other": "01"}, {"cause_other": "04,05,07"},
    {"poverty_status": "已脱贫", "attribute": "一般农户"}, {"attribute": "一般农户"}, {"farmland_mu": 101},
    {"irrigated_mu": 3}, {"road_distance_km": 2.1}, {"housing_area_m2": 9}, {"fuel": None},
        {"fuel": "氢"}, {"phone": "0311-88888"},
    {"identified_date": "2018-01-01"}, {"attribute": "五保贫困户"}, {"village": "西关"}, {"township": "正定"}, {"size": "2"},
    {"cause_main": "缺劳力"}, {"head_name": "李一", "phone": "00080000001"}, {"hamlet": "张361"}, {}, {}, {},
]  # fmt: skip
PERSONS: dict[int, dict[str, Any]] = {  # what is wrong with the head of a household
    1: {"person_id": ""}, 2: {"name": "　"}, 3: {"birth_date": "不详"}, 4: {"relation": "配偶"},
        5: {"id_number": "130199600229101"},
    6: {"id_number": "130199196002291011"}, 7: {"birth_date": "1960-03-01"}, 8: {"sex": "女"}, 9: {"health": "残疾"},
    10: {"health": "健康", "labour_skill": "普通劳动力"}, 11: {"school_status": "大专及以上"}, 12: WORK,
        13: WORK | {"work_months": 13},
    14: WORK | {"work_months": 0}, 15: WORK | {"work_place": None}, 16: WORK | {"labour_skill": "丧失劳动力"},
    17: {"has_allowance": "是"}, 18: {"education": None}, 19: {"id_number": "13019919600229"},
    20: {"birth_date": "1899-01-01", "id_number": None}, 21: {"health": "健康,长期慢性病"}, 22: {"health": "健康"},
    23: {"birth_date": "1950-01-01", "id_number": None, "labour_skill": "普通劳动力"},
        24: {"has_serious_illness_insurance": "否"},
    25: {"id_number": None, "birth_date": None}, 26: {"relation": "之孑"}, 27: {"name": "ABC"}, 38: {"relation": "户主"},
}  # fmt: skip
STEPS = {"review_date": "2016-06-01", "verified_date": "2016-06-05", "consent_date": "2016-06-10",
         "notice_start_date": "2016-06-15", "notice_end_date": "2016-06-25"}  # fmt: skip
EXIT = {"event": "脱贫", "event_date": "2016-06-30"} | dict.fromkeys(STEPS)
EVENTS = [
    (21, EXIT | STEPS), (22, EXIT | STEPS | {"verified_date": "2016-05-30"}), (23,
        EXIT | STEPS | {"notice_start_date": "2016-06-19"}),
    (24, EXIT | {"event": "返贫"}), (25, EXIT), (25, EXIT), (26,
        EXIT | {"event_date": "2018-01-01"}), (27, EXIT | {"event_date": "六月底"}),
    (28, EXIT | {"event_date": "2015-12-31"}), (99, EXIT), (29, EXIT), (29, EXIT | {"event": "返贫", "event_date": "2017-05-05"}),
    (29, EXIT | {"event_date": "2017-10-10"}), (30, EXIT | {"event_date": "2016年7月"}), (31, EXIT | {"event": "迁出"}),
]  # fmt: skip


def member(build: Any, number: int, place: int, **other: Any) -> dict[str, Any]:
    own = {"household_id": f"H{number}", "person_id": f"P{number}-{place}", "name": f"张{number}{place}",
           "id_number": build.id_number("1960-02-29", 10 * number + 1)}  # fmt: skip
    return build.person(1, place) | own | MEMBER | other


def tables(build: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table, as `build.write` takes them; `build` is the fixture of that name."""
    numbers = range(1, len(HOMES) + 1)
    homes = [build.household(n) | FULL | wrong for n, wrong in zip(numbers, HOMES, strict=True)]
    people = [member(build, n, 1, **PERSONS.get(n, {})) for n in numbers]
    extra = {"id_number": None, "relation": "之子", "birth_date": "2005-05-05", "labour_skill": "无劳动力"}
    people += [member(build, 38, 2, **extra | {"relation": "户主"}), member(build, 39, 2,
        **extra | {"sex": "女", "health": "健康"}),
               member(build, 40, 2, **extra | {"birth_date": "1955-05-05"}), dict(people[37])]  # fmt: skip
    for n in (38, 39, 40):
        homes[n - 1].update(size=2, income_per_person_yuan=850)
    people[29]["id_number"] = people[30]["id_number"]
    help_ = {"helper_name": "李一", "unit": "县水利局", "start_date": "2016-02-01", "end_date": None,
        "helper_phone": "00080000001"}
    changes = {5: {"end_date": "2016-01-01"}, 6: {"helper_phone": "8808"}, 7: {"unit": "13812345678"}}
    return {
        "households": [*homes, dict(homes[0])],
        "persons": people,
        "responsible": [help_ | {"household_id": f"H{n}"} | changes.get(n, {}) for n in numbers if n != 9],
        "units": [{"unit": "县水利局", "township": "正定镇", "village": "西关村"}, {"unit": "县水利局",
            "township": "正定镇", "village": "西关村"},
                  {"unit": "县医院", "township": None, "village": "西关村"}],
        "exit_plans": [{"household_id": f"H{n}", "planned_exit_date": "2016-12-31" if n != 12 else "年底",
                        "planned_exit_year": 2016 if n != 11 else 2017, "measures": "产业，健康"} for n in numbers if n != 10],
        "events": [row | {"household_id": f"H{n}"} for n, row in EVENTS],
    }  # fmt: skip
