from datetime import date

import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import load, read, validate
from tuopin_analysis.register.about import about, folder_of


def faults(call):
    with pytest.raises(InputError) as caught:
        call()
    return [str(fault) for fault in caught.value.faults]


def only(found):
    assert len(found) == 1
    return found[0]


def test_header_is_found_below_titles_and_blank_rows(make, build, tables, tmp_path):
    folder = make(tables)
    build.write_sheet(tmp_path / "register" / "events.xlsx", "动态变动", [
        ["动态变动表"], [], ["户编号"], ["数据时间", "x"], [None, "变动 类别", "户\n编号", "变动时间"],
        [None, "脱贫", "H1", date(2016, 6, 30)], [], [None, "脱贫", "H3", "2016年7月"], ["合计", None, None, None],
    ])  # fmt: skip
    found = read.sources(about(folder))["events"]
    assert found.origin["row"].to_list() == [6, 8, 9]
    headers = {"event": "变动 类别", "household_id": "户\n编号", "event_date": "变动时间"}
    assert found.headers == {("events.xlsx", "动态变动"): headers}
    assert [str(day)[:10] for day in load.events(folder)["event_date"]] == ["2016-06-30", "2016-07-01"]
    assert load.account(folder).set_index("table").loc["events"].to_list() == [3, 2, 1, 0]


def test_every_fault_of_every_file_is_named_at_once(make, build, tables, tmp_path):
    folder = make(tables)
    (tmp_path / "register" / "units.xlsx").unlink()
    (tmp_path / "register" / "persons.xlsx").write_text("not a workbook", encoding="utf-8")
    build.write_sheet(tmp_path / "register" / "exit_plans.xlsx", "Sheet1", [["户编号", "计划脱贫时间"], ["H1", "2016-12-31"]])
    header = ["户编号", "类别", "脱贫时间", "变更时间"]
    build.write_sheet(tmp_path / "register" / "events.xlsx", "动态变动", [header, ["H1", "脱贫"]])
    found = faults(lambda: load.households(folder))
    assert len(found) == 5
    for words in (("file missing", "units.xlsx"), ("not a readable Excel workbook", "persons.xlsx"),
                  ("no sheet '脱贫计划'", "exit_plans.xlsx", "sheets there: Sheet1"),
                  ("变动类别 missing", "events.xlsx", "变更类别"), ("变动时间 doubled", "脱贫时间", "变更时间")):  # fmt: skip
        assert any(all(word in fault for word in words) for fault in found), words


def test_a_table_without_rows_is_refused_but_for_events(make, tables):
    tables["persons"] = []
    assert "empty table" in only(faults(lambda: load.households(make(tables))))


def test_a_register_without_events_yet_is_read(make, tables):
    tables["events"] = []
    folder = make(tables)
    assert load.events(folder).empty
    assert load.households(folder)["is_remaining"].all()


def test_an_empty_sheet_is_named_with_the_columns_it_lacks(make, build, tables, tmp_path):
    folder = make(tables)
    build.write_sheet(tmp_path / "register" / "events.xlsx", "动态变动", [])
    assert len(faults(lambda: load.households(folder))) == 3


@pytest.mark.parametrize("register", ["nowhere", "", "../x", "\0"])
def test_a_register_that_is_not_there(register, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "no such register" in only(faults(lambda: folder_of(register))) or register == ""


def test_a_folder_without_register_yaml(tmp_path):
    assert "no register.yaml" in only(faults(lambda: load.households(str(tmp_path))))


def _changed(about, change):
    return about | {key: about[key] | value if key == "tables" else value for key, value in change.items()}


@pytest.mark.parametrize(("change", "word"), [
    ({"county_code": 130123}, "county_code"), ({"baseline": "soon"}, "baseline"), ({"until": "2015-12-31"}, "before baseline"),
    ({"titel_zh": "x"}, "did you mean 'title_zh'"), ({"tables": {"household": "h.xlsx"}}, "persons"),
    ({"tables": {"units": "../units.xlsx"}}, "../units.xlsx"), ({"county_code": "990000"}, "no list of townships"),
    ({"folder": "/"}, "unknown key"),
])  # fmt: skip
def test_faults_of_register_yaml(make, build, tables, change, word):
    assert word in only(faults(lambda: load.households(make(tables, _changed(build.about, change)))))


@pytest.mark.parametrize("text", ["", "- a\n- b", "a: [", "just words"])
def test_a_register_yaml_that_is_no_mapping(tmp_path, text):
    (tmp_path / "register.yaml").write_text(text, encoding="utf-8")
    assert "key: value" in only(faults(lambda: about(str(tmp_path))))


def test_a_changed_file_is_read_again(make, tables):
    folder = make(tables)
    assert len(load.households(folder)) == 4
    tables["households"].pop()
    tables["persons"].pop()
    make(tables)
    assert len(load.households(folder)) == 3


@pytest.mark.parametrize(("year", "meaning"), [(2016, "allowance_only"), (2019, "allowance_out")])
def test_codes_of_a_folder_are_those_of_its_baseline(make, build, tables, year, meaning):
    tables["households"][0]["attribute"] = "02"
    folder = make(tables, build.about | {"baseline": f"{year}-01-01", "until": f"{year}-12-31"})
    frame, _ = validate.typed(read.sources(about(folder))["households"])
    assert frame["attribute"].to_list()[:2] == [meaning, "general"]
