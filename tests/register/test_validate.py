import shutil
from collections import Counter
from copy import deepcopy

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import about, checks, dictionary, kinds, load, read, validate, values

OF_FURTHER = {"date.period", "number.negative", "date.order"}  # of tables that an office may lack: test_further.py
TABLES = ["households", "persons", "responsible", "units", "exit_plans", "events"]


def put(table, at, **cells):
    return lambda tables, build: tables[table][at].update(cells)


def add(table, row):
    return lambda tables, build: tables[table].append(row)


def drop(table, at):
    return lambda tables, build: tables[table].pop(at)


def both(*damages):
    return lambda tables, build: [damage(tables, build) for damage in damages]


def twice(table, at):
    return lambda tables, build: tables[table].append(dict(tables[table][at]))


def child(**cells):
    """A second member of the first household, whose size follows."""

    def damage(tables, build):
        tables["persons"].append(build.person(1, 2, relation="之子", **cells))
        tables["households"][0] |= {"size": 2, "income_per_person_yuan": 850}

    return damage


BORN_2005 = {"birth_date": "2005-05-05", "id_number": None}
ONE_EACH = {"households": 1, "persons": 1}
EVENT = {"household_id": "H3", "event": "脱贫", "event_date": "2016-08-01"}
CASES = [
    # damage, findings (code: number), rows set aside by table
    (put("households", 3, household_id=None), {"key.missing": 1, "link.household": 3}, ONE_EACH),
    (put("persons", 2, person_id=""), {"key.missing": 1, "household.size": 1, "link.household": 5}, ONE_EACH | {"persons": 2}),
    (put("units", 0, township=None), {"value.missing": 1}, {"units": 1}),
    (put("persons", 4, name="　"), {"value.missing": 1, "household.empty": 1, "link.household": 2}, ONE_EACH),
    (put("households", 0, size="三人"), {"value.not_number": 1, "link.household": 4}, ONE_EACH),
    (put("households", 0, size="２"), {"household.size": 1, "link.household": 4}, ONE_EACH),
    (put("households", 0, size=1.5), {"value.not_number": 1, "link.household": 4}, ONE_EACH),
    (put("households", 0, farmland_mu="三亩"), {"value.not_number": 1}, {}),
    (put("events", 0, event_date="六月底"), {"value.not_date": 1}, {"events": 1}),
    (put("persons", 0, birth_date="不详"), {"value.not_date": 1}, {}),
    (put("households", 0, cause_main="因懒"), {"value.unknown_code": 1, "link.household": 4}, ONE_EACH),
    (put("households", 0, dilapidated_grade="E级"), {"value.unknown_code": 1}, {}),
    (put("households", 0, hamlet="联系人１３８１２３４５６７８"), {"value.personal": 1}, {}),
    (put("responsible", 0, unit="130199196002290117"), {"value.personal": 1}, {}),
    (twice("households", 0), {"key.duplicate": 1}, {"households": 1}),
    (twice("exit_plans", 0), {"key.duplicate": 1}, {"exit_plans": 1}),
    (twice("units", 0), {"key.duplicate": 1}, {"units": 1}),
    (twice("persons", 0), {"key.duplicate": 1}, {"persons": 1}),
    (put("households", 2, township="诸福屯镇"), {"place.unknown": 1, "link.household": 3}, {"households": 1}),
    (put("households", 2, village="上水屯村"), {"place.unknown": 1, "link.household": 3}, {"households": 1}),
    (put("households", 3, village="大众街"), {"place.unknown": 1, "link.household": 3}, {"households": 1}),
    (put("events", 0, household_id="H9"), {"link.household": 1}, {"events": 1}),
    (drop("persons", 4), {"household.empty": 1, "link.household": 2}, {"households": 1, "exit_plans": 1, "responsible": 1}),
    (drop("persons", 2), {"household.size": 1, "link.household": 5}, {"households": 1, "persons": 1, "events": 2}),
    (add("events", EVENT | {"event": "返贫"}), {"event.order": 1}, {"events": 1}),
    (both(add("events", EVENT), add("events", EVENT)), {"event.order": 1}, {"events": 1}),
    (add("events", EVENT | {"event_date": "2018-01-01"}), {"event.period": 1}, {"events": 1}),
    (add("events", EVENT | {"event_date": "2015-12-31"}), {"event.period": 1}, {"events": 1}),
    (put("persons", 2, relation="户主"), {"household.heads": 1}, {}),
    (put("persons", 0, relation="配偶"), {"household.heads": 1}, {}),
    (put("persons", 0, id_number="130199600229101"), {"id.old": 1}, {}),
    (put("persons", 0, id_number="130199196002291011"), {"id.check_digit": 1}, {}),
    (put("persons", 0, birth_date="1960-03-01"), {"id.birth_date": 1}, {}),
    (put("persons", 0, sex="女"), {"id.sex": 1}, {}),
    (put("households", 0, income_total_yuan=1801.5), {"income.sum": 1, "income.net": 1}, {}),
    (put("households", 0, income_total_yuan=1801), {}, {}),
    (put("households", 0, transfer_family_planning_yuan=200), {"income.transfer": 1}, {}),
    (put("households", 0, income_net_yuan=1710, income_per_person_yuan=1710), {"income.net": 1}, {}),
    (put("households", 1, income_per_person_yuan=1700), {"income.per_person": 1}, {}),
    (put("households", 0, business_cost_yuan=None, income_net_yuan=1800, income_per_person_yuan=1800), {"income.cost": 1}, {}),
    (put("persons", 0, health="残疾"), {"cause.illness": 1, "health.certificate": 1}, {}),
    (put("persons", 0, health="健康", labour_skill="普通劳动力"), {"cause.illness": 1}, {}),
    (put("persons", 0, health="残疾,患有大病"), {"health.certificate": 1}, {}),
    (put("households", 0, cause_main="02"), {"cause.disability": 1}, {}),
    (put("households", 0, cause_main="03"), {"cause.schooling": 1}, {}),
    (put("households", 0, attribute="低保贫困户"), {"allowance.income": 1}, {}),
    (put("households", 0, is_dilapidated="是"), {"housing.grade": 1}, {}),
    (put("households", 0, is_dilapidated="是", dilapidated_grade="D级"), {}, {}),
    (drop("responsible", 0), {"responsible.none": 1}, {}),
    (drop("exit_plans", 0), {"plan.none": 1}, {}),
    (put("persons", 0, school_status="大专及以上"), {"age.school": 1}, {}),
    (child(**BORN_2005), {}, {}),
    (child(**BORN_2005 | {"labour_skill": "普通劳动力"}), {"age.labour": 1}, {}),
    (child(birth_date="1959-12-31", id_number=None), {"age.relation": 1}, {}),
]  # fmt: skip


def every(table, **cells):
    """A column with the same sound value in every row."""
    return lambda tables, build: [row.update(cells) for row in tables[table]]


def number(birth, order, tail=""):
    return lambda build: build.id_number(birth, order) + tail


def numbered(at, number, **cells):
    return lambda tables, build: tables["persons"][at].update(id_number=number(build), **cells)


def earns(at, amount, **cells):
    """A household whose net income per person is `amount` by its property."""

    def damage(tables, build):
        row = tables["households"][at]
        row.update(income_property_yuan=amount * row["size"], income_wage_yuan=0, income_business_yuan=0, business_cost_yuan=0,
                   income_transfer_yuan=0, transfer_family_planning_yuan=0, income_total_yuan=amount * row["size"],
                   income_net_yuan=amount * row["size"], income_per_person_yuan=amount, **cells)  # fmt: skip

    return damage


def out(at, **cells):
    """Household 1 has an exit and an income above the line."""
    return both(
        every("households", poverty_status="未脱贫"),
        earns(at, 3000, poverty_status="已脱贫", attribute="一般农户"),
        put("households", at, **cells),
    )


def helped(**cells):
    return both(every("responsible", helper_phone="00080000001"), put("responsible", 0, **cells))


WORKS = {"work_place": "乡（镇）内务工", "work_months": 6, "labour_skill": "普通劳动力"}
STEPS = {"review_date": "2016-06-01", "verified_date": "2016-06-05", "consent_date": "2016-06-10",
         "notice_start_date": "2016-06-15", "notice_end_date": "2016-06-25"}  # fmt: skip
CASES += [
    (both(put("persons", 0, relation="户主"), child(), put("persons", 5, relation="配偶"),
          lambda tables, build: tables["persons"].append(build.person(1, 3, sex="女", id_number=None)),
          put("households", 0, size=3, income_per_person_yuan=566.67), put("persons", 5, sex="女", id_number=None)),
     {"household.spouses": 1}, {}),
    (put("households", 0, cause_other="01"), {"cause.repeated": 1}, {}),
    (put("households", 0, cause_other="04,05,07"), {"cause.many": 1}, {}),
    (earns(0, 5000, poverty_status="未脱贫", cause_main="缺资金"), {"cause.income": 1}, {}),
    (put("households", 0, poverty_status="未脱贫", attribute="一般农户"), {"status.attribute": 1}, {}),
    (out(0, attribute="一般贫困户"), {"status.attribute": 1}, {}),
    (out(0), {}, {}),
    (out(2), {"status.exit": 1}, {}),
    (out(0, income_per_person_yuan=2951.5, income_net_yuan=2951.5, income_total_yuan=2951.5,
        income_property_yuan=2951.5), {"exit.income": 1}, {}),
    (out(0, is_dilapidated="是", dilapidated_grade="D级"), {"exit.housing": 1}, {}),
    (both(every("households", has_safe_water="是"), out(0, has_safe_water="否")), {"exit.water": 1}, {}),
    (out(0, has_power="否"), {"exit.power": 1}, {}),
    (both(every("persons", has_serious_illness_insurance="否"), out(0)), {"exit.insurance": 1}, {}),
    (earns(0, 0.0), {"income.extreme": 1}, {}),
    (earns(0, 100_001), {"income.extreme": 1}, {}),
    (earns(0, 499), {"income.low": 1}, {}),
    (earns(0, 20_001, poverty_status="未脱贫"), {"income.high": 1}, {}),
    (earns(0, 99), {"income.low": 1, "income.unit": 1}, {}),
    (both(every("persons", **WORKS), put("persons", 0, work_place=None, work_months=None)), {"income.wage": 1}, {}),
    (both(every("persons", **WORKS), earns(0, 2000)), {"income.no_wage": 1}, {}),
    (both(every("persons", **WORKS), put("persons", 0, work_months=13)), {"work.months": 1}, {}),
    (both(every("persons", **WORKS), put("persons", 0, work_months=0)), {"work.no_months": 1}, {}),
    (both(every("persons", **WORKS), put("persons", 0, work_place=None)), {"work.no_place": 1}, {}),
    (both(every("persons", **WORKS), put("persons", 0, labour_skill="丧失劳动力")), {"work.labour": 1}, {}),
    (both(every("persons", **WORKS), put("persons", 1, birth_date="2001-01-01", id_number=None)),
     {"work.age": 1, "age.labour": 1}, {}),
    (both(every("persons", has_allowance="否"), put("households", 0, attribute="低保贫困户", transfer_allowance_yuan=300,
                                                    transfer_family_planning_yuan=0)), {"allowance.members": 1}, {}),
    (both(every("persons", has_allowance="否"), put("persons", 0, has_allowance="是")), {"allowance.general": 1}, {}),
    (put("households", 0, transfer_allowance_yuan=300, transfer_family_planning_yuan=0), {"allowance.received": 1}, {}),
    (put("households", 0, attribute="五保贫困户", transfer_allowance_yuan=100, transfer_destitute_yuan=200,
         transfer_family_planning_yuan=0), {"allowance.both": 1}, {}),
    (put("households", 0, attribute="五保贫困户"), {"destitute.income": 1}, {}),
    (both(put("households", 0, attribute="五保贫困户", transfer_destitute_yuan=300, transfer_family_planning_yuan=0),
          put("persons", 0, labour_skill="普通劳动力")), {"destitute.labour": 1}, {}),
    (put("households", 0, transfer_pension_yuan=300, transfer_family_planning_yuan=0), {"pension.age": 1}, {}),
    (both(every("persons", has_pension_insurance="否"), put("persons", 0, has_pension_insurance="是", birth_date="1950-01-01",
                                                            id_number=None)), {"pension.none": 1}, {}),
    (put("households", 1, farmland_mu=101), {"land.farmland": 1}, {}),
    (put("households", 1, farmland_mu=100), {}, {}),
    (put("households", 0, farmland_mu=2, irrigated_mu=3), {"land.irrigated": 1}, {}),
    (both(every("households", road_distance_km=2), put("households", 0, road_distance_km=2.1)), {"road.distance": 1}, {}),
    (both(every("households", housing_area_m2=60), put("households", 0, housing_area_m2=9)), {"housing.area": 1}, {}),
    (both(every("households", fuel="煤炭"), put("households", 0, fuel=None)), {"value.empty": 1}, {}),
    (both(every("households", fuel="煤炭"), put("households", 0, fuel="氢")), {"value.unknown_code": 1}, {}),
    (both(every("persons", education="小学"), put("persons", 0, education=None)), {"value.empty": 1}, {}),
    (put("households", 0, phone="0311-88888"), {"phone.form": 1}, {}),
    (helped(helper_phone="8808"), {"phone.form": 1}, {}),
    (put("households", 0, identified_date="2018-01-01"), {"identified.date": 1}, {}),
    (put("persons", 0, id_number="13019919600229"), {"id.length": 1}, {}),
    (numbered(0, number("1960-02-29", 101, "81"), health="长期慢性病,残疾"), {"id.certificate": 1}, {}),
    (numbered(0, number("1960-02-29", 101, "42")), {"health.disabled": 1}, {}),
    (numbered(0, lambda build: "130199199999011011", birth_date=None),
     {"id.dummy": 1, "id.check_digit": 1, "id.birth_date": 1}, {}),
    (put("persons", 0, birth_date="1899-01-01", id_number=None), {"id.birth_year": 1}, {}),
    (put("persons", 0, health="健康,长期慢性病"), {"health.contradiction": 1}, {}),
    (child(**BORN_2005 | {"sex": "女"}), {"relation.sex": 1}, {}),
    (put("persons", 2, relation="配偶"), {"relation.spouse": 1}, {}),
    (both(child(**BORN_2005), put("persons", 5, relation="之父")), {"age.parent": 1}, {}),
    (both(every("persons", education="小学"), child(**BORN_2005), put("persons", 5, education="高中")), {"age.education": 1}, {}),
    (both(child(birth_date="1999-05-05", id_number=None), put("persons", 5, school_status="小学")), {"age.primary": 1}, {}),
    (child(**BORN_2005 | {"health": "健康"}), {"age.dropout": 1}, {}),
    (both(out(0), child(**BORN_2005 | {"health": "健康"}), put("households", 0, income_per_person_yuan=3000, income_net_yuan=6000,
          income_total_yuan=6000, income_property_yuan=6000)), {"age.dropout": 1, "exit.school": 1}, {}),
    (both(every("persons", education="小学"), child(**BORN_2005), put("persons", 5, school_status="小学", education="小学")),
        {"school.both": 1}, {}),
    (both(put("persons", 0, health="健康", labour_skill="丧失劳动力"), put("households", 0, cause_main="04")),
        {"labour.lost": 1}, {}),
    (both(put("persons", 0, health="健康"), put("households", 0, cause_main="04")), {"labour.none": 1}, {}),
    (both(put("persons", 0, birth_date="1950-01-01", id_number=None, labour_skill="普通劳动力", work_months=0),
          earns(0, 1700)), {"labour.old": 1, "income.wage": 3}, {}),
    (both(put("households", 0, head_name="李一", phone="00080000001"), helped()), {"responsible.poor": 4}, {}),
    (helped(end_date="2016-01-01"), {"responsible.dates": 1}, {}),
    (put("exit_plans", 0, planned_exit_year=2017), {"plan.year": 1}, {}),
    (put("events", 0, **STEPS), {}, {}),
    (put("events", 0, **STEPS | {"verified_date": "2016-05-30"}), {"event.steps": 1}, {}),
    (put("events", 0, **STEPS | {"notice_start_date": "2016-06-19"}), {"event.notice": 1}, {}),
]  # fmt: skip


def large(tables, build):
    tables["persons"] += [build.person(1, n, relation="其他", sex="男") for n in range(2, 8)]
    tables["households"][0].update(size=7, income_per_person_yuan=1700 / 7)


def labourers(tables, build):
    tables["persons"] += [build.person(1, n, relation="其他") for n in (2, 3)]
    tables["households"][0].update(size=3, income_per_person_yuan=1700 / 3, cause_main="缺劳力")
    for row in tables["persons"]:
        row["labour_skill"] = "普通劳动力" if row["household_id"] == "H1" else row["labour_skill"]


def elsewhere(tables, build):
    tables["persons"][3]["id_number"] = tables["persons"][0]["id_number"]


def certificates(tables, build):
    tables["persons"][0].update(health="残疾", id_number=build.id_number("1960-02-29", 101))
    tables["households"][0]["cause_main"] = "因残"


CASES += [(large, {"household.large": 1, "income.low": 1}, {}), (labourers, {"cause.labour": 1}, {}),
          (elsewhere, {"person.elsewhere": 2}, {}), (certificates, {"health.certificate": 1}, {})]  # fmt: skip


def same_id(tables, build):
    tables["persons"][1]["id_number"] = tables["persons"][0]["id_number"]


CASES.append((same_id, {"person.duplicate": 2}, {}))


@pytest.mark.parametrize(("damage", "found", "aside"), CASES, ids=["-".join(case[1]) or "clean" for case in CASES])
def test_each_fault_is_found_and_nothing_else(make, build, tables, damage, found, aside):
    damage(tables, build)
    folder = make(tables)
    assert Counter(load.findings(folder)["code"]) == Counter(found)
    account = load.account(folder).set_index("table")
    assert (account["rows_read"] == [len(tables[table]) for table in account.index]).all()
    assert (account["rows_accepted"] + account["rows_set_aside"] == account["rows_read"]).all()
    for table, rows in aside.items():
        assert account.loc[table, "rows_set_aside"] == rows
    if not aside:
        assert account["rows_set_aside"].sum() == 0


def test_a_clean_register_has_no_findings(make, tables):
    assert load.findings(make(tables)).empty


def test_every_code_has_a_case():
    injected = {"value.rounded", "value.differs"}  # from the reading itself: see the tests of injected problems
    assert {check.code for check in checks.read()} - injected - OF_FURTHER == {code for _, found, _ in CASES for code in found}


def test_a_finding_says_where_it_stands(make, tables):
    tables["households"][1]["size"] = 3
    found = load.findings(make(tables)).iloc[0]
    assert found[["code", "severity", "table", "file", "sheet", "row", "column", "household_id", "value"]].to_list() == [
        "household.size", "error", "households", "households.xlsx", "贫困户信息", 5, "人数", "H2", "3"]  # fmt: skip
    assert found["message_zh"] == "人数为3，成员记录为2"


def test_a_number_of_a_person_is_masked_whatever_the_column_and_reaches_no_frame(make, tables):
    tables["households"][1]["size"] = "130199 19600229 0117"
    tables["households"][0] |= {"hamlet": "王某13812345678", "cause_main": "130199********0117"}
    tables["households"][2]["hamlet"] = "0311-88021234"
    register = make(tables)
    found, households = load.findings(register), load.households(register)
    masked = found[found["code"].str.startswith("value.")]
    assert set(masked["column"]) == {"人数", "自然村", "主要致贫原因"}
    assert set(masked["value"]) == {"•••"}
    assert households.set_index("household_id")["hamlet"].isna().loc["H3"]


def test_a_name_of_a_person_in_another_column_is_masked(make, tables):
    tables["households"][2]["township"] = tables["persons"][0]["name"]
    tables["households"][3]["village"] = "西关新村"
    found = load.findings(make(tables)).query("code == 'place.unknown'")
    assert found["value"].to_list() == ["•••", "西关新村"]


def test_the_name_of_a_member_is_no_village_of_any_county(make, tables):
    for row in [*tables["households"], *tables["persons"], *tables["units"]]:
        row |= {"township": "阜平镇", "village": "某某新村"}
    tables["households"][0]["village"] = tables["persons"][0]["name"]
    about_other = about.about(make(tables)).model_copy(update={"county_code": "130624"})
    found = validate.check(about_other, read.sources(about_other)).findings
    assert found.loc[found["code"] == "place.unknown", ["household_id", "value"]].to_numpy().tolist() == [["H1", "•••"]]


def test_advice_names_what_may_stand_in_the_cell(make, tables):
    tables["households"][0]["cause_main"] = "因懒"
    tables["persons"][4]["relation"] = "之孑"
    tables["households"][2]["township"] = "正定"
    tables["households"][3]["village"] = "西关新村"
    found = load.findings(make(tables)).set_index("column")
    assert "：因病、因残、因学" in found.loc["主要致贫原因", "mend_zh"]
    assert ": 因病, 因残, 因学" in found.loc["主要致贫原因", "mend_en"]
    assert "之子" in found.loc["与户主关系", "mend_zh"]
    assert "；可能是正定镇" in found.loc["乡镇", "mend_zh"]
    assert "perhaps: 西关村" in found.loc["行政村", "mend_en"]
    assert not found["mend_zh"].str.contains("data/").any()


def test_a_row_set_aside_says_why_with_all_reasons(make, tables):
    tables["households"][0] |= {"size": "三人", "cause_main": "因懒"}
    aside = load.set_aside(make(tables)).iloc[0]
    assert aside[["table", "row", "household_id"]].to_list() == ["households", 4, "H1"]
    assert set(aside["reasons"].split(";")) == {"value.not_number", "value.unknown_code"}


def test_ambiguous_villages_are_told_from_unknown_ones(make, tables):
    tables["households"][0]["village"], tables["households"][3]["village"] = "大众街", "上水屯村"
    found = load.findings(make(tables)).query("code == 'place.unknown'")
    assert ["ambiguous" in message for message in found["message_en"]] == [True, False]


def test_severity_is_decided_by_the_file_alone(make, tables, tmp_path, monkeypatch):
    changed = yaml.safe_load(checks.CHECKS.read_text(encoding="utf-8"))
    for entry in changed["checks"]:
        entry["severity"] = "error" if entry["code"] == "housing.grade" else entry["severity"]
    path = tmp_path / "checks.yaml"
    path.write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")
    rules = checks.read(path)
    monkeypatch.setattr(checks, "read", lambda: rules)
    tables["households"][0]["is_dilapidated"] = "是"
    assert load.account(make(tables)).set_index("table").loc["households", "rows_set_aside"] == 1


ENTRY = {"code": "a.b", "tables": ["households"], "severity": "error", "kind": "unique", "arguments": {"column": "household_id"},
         "message_zh": "a", "message_en": "a", "mend_zh": "a", "mend_en": "a", "source": "a"}  # fmt: skip


@pytest.mark.parametrize(("change", "word"), [
    ({"kind": "uniq"}, "unknown kind 'uniq'"), ({"arguments": {"colum": "x"}}, "unknown argument 'colum'"),
    ({"arguments": {}}, "argument 'column' of kind unique missing"), ({"severty": "error"}, "did you mean 'severity'"),
    ({"severity": "fatal"}, "'error' or 'warning'"), ({"tables": []}, "at least 1"), ({"tables": ["house"]}, "tables.0"),
    ({"kind": "condition", "arguments": {"column": "size", "where": {"siez": {"above": 0}}}}, "did you mean 'size'"),
    ({"kind": "condition", "arguments": {"column": "size", "where": {"size": {"more": 0}}}}, "unknown condition 'more'"),
])  # fmt: skip
def test_misspelt_checks_are_refused(tmp_path, change, word):
    path = tmp_path / "checks.yaml"
    path.write_text(yaml.safe_dump({"checks": [ENTRY | change]}), encoding="utf-8")
    with pytest.raises(InputError, match=word):
        checks.read(path)


@pytest.mark.parametrize("text", ["", "checks: 3", "a: [", "rules: []"])
def test_a_file_without_checks_is_refused(tmp_path, text):
    path = tmp_path / "checks.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        checks.read(path)


def test_every_kind_is_used():
    assert {check.kind for check in checks.read()} == set(kinds.KINDS)


CELLS = st.sampled_from(
    [None, "", " ", "三人", "-1", "2", 0, 1.5, "因病", "99", "H1", "H2", "P1-1", "2016-02-30", "2017-01-01", "户主", "=1+1"]
)


@st.composite
def damaged(draw):
    """How to damage a small register: cells overwritten, rows doubled, rows dropped (never the last of a table)."""
    edits = []
    for _ in range(draw(st.integers(0, 6))):
        table = draw(st.sampled_from(TABLES))
        column = draw(st.sampled_from(list(dictionary.columns(table).index)))
        edits.append((draw(st.sampled_from(["put", "double", "drop"])), table, draw(st.integers(0, 9)), column, draw(CELLS)))
    return edits


def _is_filled(cell):
    return cell is not None and str(cell).strip() != ""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damaged())
def test_accepted_and_set_aside_are_what_was_read(build, tmp_path, edits):
    tables = deepcopy(build.small())
    for act, table, at, column, cell in edits:
        rows = tables[table]
        at %= len(rows)
        if act == "put":
            rows[at][column] = cell
        elif act == "double":
            rows.append(dict(rows[at]))
        elif len(rows) > 1:
            rows.pop(at)
    shutil.rmtree(tmp_path / "random", ignore_errors=True)
    folder = str(build.write(tmp_path / "random", tables))
    rows_there = {table: sum(any(_is_filled(cell) for cell in row.values()) for row in rows) for table, rows in tables.items()}
    try:
        account = load.account(folder).set_index("table")
    except InputError as error:
        allowed = ("no household of the register can be accepted", "empty table")
        assert error.faults[0].what.startswith(allowed)  # noqa: PT017
        return
    assert account["rows_read"].to_dict() == rows_there
    assert (account["rows_accepted"] + account["rows_set_aside"] == account["rows_read"]).all()
    assert len(load.set_aside(folder)) == account["rows_set_aside"].sum()
    households, persons = load.households(folder), load.persons(folder)
    assert households["household_id"].is_unique
    assert set(persons["household_id"]) == set(households["household_id"])
    assert households["size"].sum() == len(persons)


def test_the_demonstration_register_adds_up_to_the_published_totals():
    account = load.account().set_index("table")
    assert (account["rows_accepted"] + account["rows_set_aside"] == account["rows_read"]).all()
    assert account.loc[["households", "persons", "units"], "rows_accepted"].to_list() == [1695, 3654, 87]
    assert load.households()["size"].sum() == 3654


def test_the_demonstration_registers_planted_faults_are_found_and_no_other():
    planted = pd.read_csv(paths.DEMO / "planted.csv", dtype={"household_id": str})
    where = ["code", "severity", "table", "file", "sheet", "row", "column", "household_id"]
    found = load.findings()[where]
    assert Counter(map(tuple, found.fillna("").to_numpy())) == Counter(map(tuple, planted[where].fillna("").to_numpy()))
    never = {"value.rounded", "value.differs", "value.personal"} | OF_FURTHER
    assert set(found["code"]) - OF_FURTHER == {check.code for check in checks.read()} - never


def sources_of(tables, make):
    told = about.about(make(tables))
    return told, read.sources(told)


def test_a_rounded_number_and_a_value_that_differs_are_told(make, tables, monkeypatch):
    monkeypatch.setitem(values.UNREADABLE, "id", "rounded")
    told, sources = sources_of(tables, make)
    sources["households"].doubts.append((1, "cause_main", "differs"))
    sources["persons"].doubts.append((2, "id_number", "rounded"))
    sources["persons"].doubts.append((4, "person_id", "rounded"))
    found = validate.check(told, sources).findings.set_index("code")
    assert found.loc["value.differs", ["severity", "line", "column"]].to_list() == ["warning", 1, "主要致贫原因"]
    rounded = found.loc["value.rounded"]
    assert rounded["severity"].to_list() == ["warning", "error"]
    assert rounded["value"].to_list() == ["•••", "P4-1"]
    assert "文本格式" in rounded["mend_zh"].iloc[0]
    assert {"household.empty"} <= set(found.index)  # the error set the person aside


def test_a_flat_export_alone_is_checked_and_what_it_lacks_is_not_answerable(make, tables):
    told, sources = sources_of(tables, make)
    del sources["households"].cells["income_total_yuan"]
    flat = validate.check(told, {table: sources[table] for table in ("households", "persons")})
    assert flat.findings.empty
    lacking = flat.rules[flat.rules["state"] == "not_answerable"].set_index(["code", "table"])["reason"]
    assert lacking["responsible.none", "households"] == "responsible"
    assert lacking["income.sum", "households"] == "households.income_total_yuan"
    assert lacking["phone.form", "households"] == "households.phone"
    assert lacking["event.order", "events"] == "events"
    assert ("household.size", "households") not in lacking
    assert all(len(flat.frames[table]) == 0 for table in ("events", "units", "exit_plans", "responsible"))
    with pytest.raises(InputError, match="no table of persons"):
        validate.check(told, {"households": sources["households"]})


def test_persons_without_a_place_of_their_own_have_their_households(make, tables):
    told, sources = sources_of(tables, make)
    wanted = validate.check(told, sources)
    for column in ("township", "village"):
        del sources["persons"].cells[column]
    found = validate.check(told, sources)
    assert found.findings.empty
    place = ["township", "village", "township_code", "village_code"]
    pd.testing.assert_frame_equal(found.frames["persons"][place], wanted.frames["persons"][place])


def test_the_rules_tell_how_many_rows_they_tested(make, tables):
    tables["households"][0]["has_power"] = None
    told, sources = sources_of(tables, make)
    run = validate.check(told, sources).rules.set_index(["code", "table"])
    assert run.loc[("household.heads", "households"), ["rows_checked", "rows_failing"]].to_list() == [4, 0]
    assert run.loc[("value.empty", "households"), ["rows_checked", "rows_failing"]].to_list() == [4, 1]


def test_rows_set_aside_have_their_place_where_it_can_be_told(make, tables):
    tables["households"][2]["size"] = "三人"
    tables["households"][3]["township"] = "无此乡"
    tables["persons"][4]["township"] = "无此乡"
    told, sources = sources_of(tables, make)
    placed = validate.check(told, sources).places.set_index(["table", "line"])
    assert placed.loc[("households", 2), ["township_code", "is_accepted"]].to_list() == ["130123103", False]
    assert placed.loc[("persons", 3), "township_code"] == "130123103"
    assert placed.loc[[("households", 3), ("persons", 4), ("events", 0)], "township_code"].isna().to_list() == [True, True, False]
    assert not [
        column for frame in validate.check(told, sources).frames.values() for column in frame if column.startswith("head_b")
    ]
