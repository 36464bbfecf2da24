from pathlib import Path

import import_shapes
import pytest

from tuopin_analysis.register import dictionary, shapes
from tuopin_analysis.register.about import TABLES
from tuopin_analysis.register.grids import Grid

ROWS = import_shapes.people()
ALIASES = {
    "households": {
        "township": "乡(镇) 乡镇 乡 镇", "village": "行政村 村", "county": "县(市、区、旗) 市区旗",
        "size": "人数 家庭人口数 家庭成员数",
        "poverty_status": "脱贫属性 户脱贫属性 脱贫状态 户类型 AAR010", "cause_main": "主要致贫原因 致贫原因 致贫原因1 AAC007",
        "has_safe_water": "饮水安全 饮水是否安全 是否解决安全饮用水 AAC091 AAC312",
        "has_water_difficulty": "饮水困难 饮水是否困难 AAC311",
        "income_per_person_yuan": "人均纯收入 年人均纯收入(元) 人均纯收入（元） AAC082", "phone": "联系电话 户联系电话 AAR012",
        "is_dilapidated": "危房户 是否危房户 AAC318", "dilapidated_grade": "危房级别 危房等级 AAC322",
        "exit_year": "脱贫年度 AAC016 AAC023",
        "identified_date": "首次识别时间 建档年度 AAR041", "household_id": "户编号 AAC001", "attribute": "贫困户属性 AAC006",
        "monitor_kind": "易返贫致贫户(监测对象)类型", "is_risk_removed": "风险是否消除", "data_year": "年度 数据年度 AAR040",
    },
    "persons": {
        "id_number": "证件号码 身份证号 身份证号码 AAB004", "person_id": "人编号 人口编号 AAB001",
        "labour_skill": "劳动技能 劳动能力",
        "has_serious_illness_insurance": "参加大病医疗 是否参加大病保险 AAB022",
        "identified_date": "贫困人员识别时间 人员识别时间",
        "person_phone": "人联系电话 成员联系电话 AAB031", "household_id": "户编号 AAC001", "work_months": "务工时间（月） AAB012",
    },
}  # fmt: skip


def grid(rows):
    return Grid(
        Path("a.xlsx"), "表", [["" if cell is None else cell for cell in row] for row in rows], list(range(1, len(rows) + 1))
    )


@pytest.mark.parametrize(("table", "column", "alias"), [
    (table, column, alias) for table, columns in ALIASES.items() for column, texts in columns.items() for alias in texts.split()
])  # fmt: skip
def test_every_spelling_of_the_forms_is_known(table, column, alias):
    head = shapes.header(grid([[alias, "x"]]), (table,))
    assert list(head.found[table]) == [column]


def test_the_names_of_the_system_and_of_the_year_do_not_clash_within_a_table():
    for table in TABLES:
        assert set(dictionary.headers(table).values()) == set(dictionary.columns(table).index)


@pytest.mark.parametrize(("rows", "top", "height", "column", "at"), [
    ([["饮水", ""], ["是否安全", "是否困难"]], 0, 2, "has_water_difficulty", 1),
    ([["户主", ""], ["姓名", "证件号码"]], 0, 2, "head_id_number", 1),
    ([["家庭情况", "", ""], ["饮水", "", "人数"], ["是否安全", "是否困难", ""]], 1, 2, "has_water_difficulty", 1),
    ([["饮水", "", "户号"], ["是否", "", "户编号"], ["安全", "困难", ""]], 0, 3, "has_safe_water", 0),
    ([["标题"], ["说明", "x"], ["户编号", "人数", "主要致贫原因"]], 2, 1, "size", 1),
    ([["户编号", "人数"], ["1", "3"]], 0, 1, "size", 1),
    ([["户编号", "人均纯收入"], ["", "(元)"]], 0, 1, "income_per_person_yuan", 1),
])  # fmt: skip
def test_headers_of_one_two_and_three_rows(rows, top, height, column, at):
    head = shapes.header(grid(rows), ("households",))
    assert (head.top, head.height) == (top, height)
    assert head.found["households"][column][0][0] == at


def test_a_group_stands_only_over_cells_that_have_none_of_their_own():
    head = shapes.header(grid([["户主", "户编号", ""], ["姓名", "", "证件号码"]]))
    assert head.found["households"]["head_name"][0][0] == 0
    assert "head_id_number" not in head.found["households"]
    assert head.found["persons"]["id_number"][0][0] == 2


def test_what_a_sheet_holds():
    flat = shapes.header(grid(import_shapes.table(ROWS, list(import_shapes.FLAT))))
    assert shapes.fits(flat, "") == ("persons", "households")
    help_ = shapes.header(grid([["姓名", "单位名称", "帮扶开始时间", "结对户编号", "乡镇", "联系电话"]]))
    assert shapes.fits(help_, "") == ("responsible",)
    assert shapes.fits(shapes.header(grid([["单位名称", "乡镇", "联络员"]])), "") == ("units",)
    assert shapes.fits(shapes.header(grid([["户编号", "计划脱贫时间", "变动类别", "变动时间"]])), "脱贫计划表") == ("events",)
    assert shapes.fits(shapes.header(grid([["乡镇", "行政村", "户数"]])), "贫困户信息") == ()


def test_a_sheets_name_breaks_a_tie():
    head = shapes.header(grid([["户编号", "变动类别", "变动时间", "计划脱贫时间", "帮扶措施"]]))
    assert shapes.fits(head, "2016年动态变动") == ("events",)
    assert shapes.fits(head, "脱贫计划") == ("exit_plans",)


@pytest.mark.parametrize(("header", "table"), [
    ("乡镇 行政村 户编号 人编号 姓名", "persons"), ("乡镇 行政村 户编号 人数", "households"), ("户编号 变动时间", "events"),
    ("乡镇 行政村 户数 人数", ""), ("户编号 备注", ""), ("x y", ""), ("乡镇 行政村 人编号 姓名 与户主关系", "persons"),
])  # fmt: skip
def test_what_nearly_fits(header, table):
    assert shapes.nearly_fits(shapes.header(grid([header.split()]))) == table


def test_numbers_under_a_header_are_the_forms_and_not_data_but_a_first_row_of_data_is():
    head_row = ["户编号", "人数", "主要致贫原因", "乡镇", "行政村"]
    rows = grid([head_row, [1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 3.0, 1.0, "正定镇", "西关村"]])
    kept, left = shapes.split(rows, shapes.header(rows), 0)
    assert (kept, left) == ([2], [(1, "header")])


def test_a_header_repeated_under_the_systems_codes_is_seen():
    rows = grid([["AAC001", "AAC017"], ["1", "3"], ["AAC001", "AAC017"], ["2", "2"]])
    assert shapes.split(rows, shapes.header(rows), 0) == ([1, 3], [(2, "header")])


@pytest.mark.parametrize("name", ["小计家庭", "总计", "合计"])
def test_a_total_is_one_only_where_the_key_is_empty_or_says_so(name):
    rows = grid([["户编号", "姓名", "人数"], ["H1", name, 3], [name, "", 3], ["", name, 3]])
    kept, _ = shapes.split(rows, shapes.header(rows), 0)
    assert kept == ([1] if name != "小计家庭" else [1, 2, 3])


FORM_2016 = (
    "序号 县(市、区、旗) 乡(镇) 行政村 自然村 户编号 人编号 姓名 证件号码 "
    "人数 与户主关系 民族 文化程度 在校生状况 健康状况 劳动技能 务工状况 "
    "务工时间（月） 参加大病医疗 脱贫属性 贫困户属性 主要致贫原因 危房户 饮水安全 饮水困难 人均纯收入 联系电话"
)
FORM_2018 = (
    "序号 县(市、区、旗) 乡(镇) 行政村 自然村 户编号 人编号 姓名 证件号码 "
    "人数 与户主关系 民族 文化程度 在校生状况 健康状况 劳动技能 务工状况 "
    "务工时间（月） 参加大病医疗 脱贫属性 脱贫年度 贫困户属性 致贫原因 危房户 "
    "是否解决安全饮用水 人均纯收入 联系电话 首次识别时间 贫困人员识别时间"
)
FORM_2021 = (
    "省 市 县 乡 村 户编号 人口编号 姓名 性别 出生日期 证件类型 证件号码 民族 "
    "户联系电话 成员联系电话 年度 与户主关系 文化程度 在校生状况 劳动技能 "
    "务工时间（月） 健康状况 政治面貌 务工企业名称 是否享受低保 是否参加大病保险 "
    "是否参加新型农村合作医疗（城乡居民基本医疗保险） "
    "是否参加城乡居民基本养老保险 户主姓名 户主证件号码 识别标准"
)
FORM_2022 = (
    "县(市、区、旗) 乡(镇) 行政村 自然村 户编号 人编号 姓名 证件号码 人数 "
    "与户主关系 民族 文化程度 在校生状况 健康状况 劳动技能 务工时间（月） "
    "是否参加大病保险 致贫原因1 危房户 是否解决安全饮用水 人均纯收入 户联系电话 人联系电话 首次识别时间 人员识别时间 户类型 "
    "易返贫致贫户(监测对象)类型 风险是否消除 风险识别时间 风险消除时间"
)


@pytest.mark.parametrize(("form", "tables", "unread"), [
    (FORM_2016, ("persons", "households"), {"序号"}), (FORM_2018, ("persons", "households"), {"序号"}),
    (FORM_2021, ("persons",), {"省", "市", "证件类型", "政治面貌", "务工企业名称"}), (FORM_2022, ("persons", "households"),
    set()),
])  # fmt: skip
def test_the_headers_of_each_years_form_are_read(form, tables, unread):
    head = shapes.header(grid([form.split()]))
    assert shapes.fits(head, "") == tables
    assert not any(shapes.doubled(table, head, "") for table in tables)
    read = {at for table in ("persons", "households") for places in head.found[table].values() for at, _ in places}
    assert {text for at, text in head.texts.items() if at not in read} == unread
