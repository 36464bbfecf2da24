"""The seven tables that an office may lack: read in place and imported, checked, and absent where they are not."""

from datetime import date
from pathlib import Path

import import_files
import pandas as pd
import pytest
import yaml
from register import further_rows

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import checks, corrections, dictionary, gather, grids, importing, load, protect, shapes
from tuopin_analysis.register.about import FURTHER, NEEDED, TABLES
from tuopin_analysis.register.accepted import PLACE

CALLS = {table: getattr(load, table) for table in FURTHER}
FIRST, SECOND = date(2017, 12, 31), date(2018, 6, 30)


@pytest.fixture
def here(make):
    """A register read in place, its rows changed before it is written."""
    def call(change=lambda tables: None, tables=FURTHER):
        found = further_rows.whole()
        change(found)
        return make({name: rows for name, rows in found.items() if name in (*NEEDED, *tables)}, further_rows.about(tables))
    return call  # fmt: skip


@pytest.fixture
def bring(make, tmp_path):
    """Import the same rows, one file a table."""
    def call(tables, day=FIRST):
        files = sorted(Path(make(tables, further_rows.about())).glob("*.xlsx"))
        return importing.import_files(files, tmp_path / "store", day, key=tmp_path / "key", synthetic=True, county="130123")
    return call  # fmt: skip


def test_read_in_place(here):
    register = here()
    assert load.findings(register).empty
    rows = {table: len(call(register)) for table, call in CALLS.items()}
    assert rows == {table: len(given) for table, given in further_rows.ROWS.items()}
    for table, call in CALLS.items():
        found = call(register)
        assert set(PLACE) <= set(found), table
        assert found["township_code"].notna().all(), table
        assert set(dictionary.columns(table).index) <= set(found)
    accepted = load.acceptance(register)
    assert accepted["has_housing"].tolist() == [False, True, True]
    assert accepted["has_water"].isna().tolist() == [True, False, False]
    assert accepted["size"].tolist() == [1, 1, 2]
    assert load.rechecks(register)["household_id"].isna().sum() == 1
    assert load.changes(register).query("household_id == 'H3'")["township"].tolist() == ["新安镇", "正定镇"]


def test_a_household_newly_identified_or_split_off_has_place_and_size_from_its_change(here):
    found = load.measures(here()).set_index("household_id")
    assert found.loc[["H1", "H3", "H5", "H6"], "township"].tolist() == ["正定镇", "新安镇", "新安镇", "正定镇"]
    assert found.loc[["H1", "H3", "H5", "H6"], "size"].tolist() == [1, 1, 3, 1]


def test_rows_of_a_place_and_up_to_a_day(here):
    register = here()
    assert load.changes(register, "130123103").equals(
        load.changes(register).query("township_code == '130123103'").reset_index(drop=True)
    )
    assert load.standings(register, as_of="2016-01-01")["standing_date"].tolist() == [pd.Timestamp("2015-12-31")]
    assert len(load.complaints(register, as_of="2017-05-04")) == 1
    assert load.reported_exits(register, as_of="2016-05-31").empty
    with pytest.raises(InputError, match="unknown scope"):
        load.measures(register, "999")


@pytest.mark.parametrize("lacking", FURTHER)
def test_a_register_may_lack_any(here, lacking):
    register = here(tables=[table for table in FURTHER if table != lacking])
    assert CALLS[lacking](register).empty
    assert lacking not in set(load.account(register)["table"]) | set(load.rules_run(register)["table"])
    assert set(load.account(register)["table"]) == set(TABLES) - {lacking}


def test_without_any_all_columns_are_there_and_nothing_else_speaks_of_them(here, make, tables):
    whole = {table: call(here()) for table, call in CALLS.items()}
    register = make(tables)
    for table, call in CALLS.items():
        found = call(register)
        assert found.empty
        assert set(found) == set(whole[table])
        counts = ("persons", "households", "standing_size")  # whole numbers that may be missing where there is no row
        kinds = {name: kind for name, kind in whole[table].dtypes.items() if name not in counts}
        assert {name: found.dtypes[name] for name in kinds} == kinds
    assert load.account(register)["table"].tolist() == list(NEEDED)
    assert not set(load.rules_run(register)["table"]) & set(FURTHER)
    assert load.columns_there(register, "measures") == []


def put(table, at, **cells):
    return lambda tables: tables[table][at].update(cells)


def again(table, at, **cells):
    return lambda tables: tables[table].append(tables[table][at] | cells)


CASES = [
    (put("measures", 1, household_id=None), "key.missing", "measures", 5, "户编号"),
    (put("measures", 1, measure="扶智"), "value.unknown_code", "measures", 5, "措施类别"),
    (put("measures", 1, start_date="春天"), "value.not_date", "measures", 5, "措施开始时间"),
    (put("measures", 1, start_date="2012-12-31"), "date.period", "measures", 5, "措施开始时间"),
    (put("measures", 1, household_id="H9"), "link.household", "measures", 5, "户编号"),
    (put("measures", 0, end_date="2015-02-28"), "date.order", "measures", 4, "措施完成时间"),
    (put("measures", 0, cost_yuan=-1), "number.negative", "measures", 4, "投入资金（元）"),
    (again("acceptance", 0), "key.duplicate", "acceptance", 7, "户编号"),
    (put("acceptance", 2, acceptance_date="2018-01-01"), "date.period", "acceptance", 6, "验收时间"),
    (put("acceptance", 2, household_id="H9"), "link.household", "acceptance", 6, "户编号"),
    (put("acceptance", 2, has_water="也许"), "value.unknown_code", "acceptance", 6, "饮水安全有保障"),
    (put("changes", 0, household_id="H9"), "link.household", "changes", 4, "户编号"),
    (put("changes", 0, change="搬家"), "value.unknown_code", "changes", 4, "增减类别"),
    (put("changes", 0, township="无此乡"), "place.unknown", "changes", 4, "乡镇"),
    (put("changes", 0, village="无此村"), "place.unknown", "changes", 4, "行政村"),
    (put("changes", 0, change_date="2015-12-31"), "date.period", "changes", 4, "增减时间"),
    (put("changes", 0, persons=-1), "number.negative", "changes", 4, "增减人数"),
    (put("changes", 0, persons=None), "value.missing", "changes", 4, "增减人数"),
    (put("changes", 0, households=-1), "number.negative", "changes", 4, "增减户数"),
    (again("standings", 0, standing_status="返贫"), "key.duplicate", "standings", 7, "户编号"),
    (put("standings", 1, standing_date="2018-01-01"), "date.period", "standings", 5, "户情时点"),
    (put("standings", 1, standing_size=-1), "number.negative", "standings", 5, "时点人口数"),
    (put("standings", 1, township="无此乡"), "place.unknown", "standings", 5, "乡镇"),
    (put("reported_exits", 0, township="无此乡"), "place.unknown", "reported_exits", 4, "乡镇"),
    (put("reported_exits", 0, report_date="2018-01"), "date.period", "reported_exits", 4, "上报月份"),
    (put("reported_exits", 0, persons="一"), "value.not_number", "reported_exits", 4, "上报脱贫人数"),
    (put("reported_exits", 0, households=-2), "number.negative", "reported_exits", 4, "上报脱贫户数"),
    (put("reported_exits", 0, persons=-2), "number.negative", "reported_exits", 4, "上报脱贫人数"),
    (put("rechecks", 0, recheck_kind="抽签"), "value.unknown_code", "rechecks", 4, "复核类别"),
    (put("rechecks", 0, recheck_date="2015-01-01"), "date.period", "rechecks", 4, "复核时间"),
    (put("rechecks", 0, persons=-1), "number.negative", "rechecks", 4, "复核人口数"),
    (put("rechecks", 1, village="无此村"), "place.unknown", "rechecks", 5, "行政村"),
    (put("complaints", 0, township="无此乡"), "place.unknown", "complaints", 4, "乡镇"),
    (put("complaints", 1, complaint_date="2015-01-01"), "date.period", "complaints", 5, "受理时间"),
    (put("complaints", 1, closed_date="2017-01-01"), "date.order", "complaints", 5, "办结时间"),
    (put("complaints", 1, unit="130199196002290117"), "value.personal", "complaints", 5, "涉及单位"),
]  # fmt: skip


def batches():
    """The cases in as few registers as can be: in each, every row is damaged once, and no damage sets another's row aside."""
    found = []
    for case in CASES:
        for batch in found:
            if not any(other[2:4] == case[2:4] for other in batch):
                batch.append(case)
                break
        else:
            found.append([case])
    return found


@pytest.mark.parametrize("cases", batches())
def test_a_faulty_row_is_told_with_its_place(here, cases):
    register = here(lambda tables: [change(tables) for change, *_ in cases])
    where = ["code", "table", "file", "sheet", "row", "column"]
    expected = [
        [code, table, f"{table}.xlsx", dictionary.value_label("table", table, "zh"), row, column]
        for _, code, table, row, column in cases
    ]
    found = load.findings(register)
    assert sorted(found[where].to_numpy().tolist()) == sorted(expected)
    account = load.account(register).set_index("table")
    for table, call in CALLS.items():
        errors = found.query("table == @table and severity == 'error'")["line"].nunique()
        assert account.loc[table, "rows_set_aside"] == errors
        assert account.loc[table, "rows_read"] == len(call(register)) + errors


def test_both_languages_say_what_is_wrong_and_how_to_mend_it():
    own = [check for check in checks.read() if set(check.tables) & set(FURTHER)]
    assert {"date.period", "number.negative", "date.order", "link.household", "key.duplicate", "place.unknown"} <= {
        check.code for check in own
    }
    assert all(text for check in own for text in (check.message_zh, check.message_en, check.mend_zh, check.mend_en, check.source))


def test_a_new_household_set_aside_takes_what_hangs_on_it_along(here):
    register = here(put("changes", 1, persons=-3))
    aside = load.set_aside(register)
    assert aside[["table", "household_id", "reasons"]].to_numpy().tolist() == [
        ["measures", "H5", "link.household"],
        ["changes", "H5", "number.negative"],
        ["changes", "H5", "link.household"],
    ]


def test_rows_of_unknown_households_are_counted_in_standings_and_located(here):
    register = here()
    assert "H9" in set(load.standings(register)["household_id"])
    places = load.row_places(register).query("table == 'changes' and household_id == 'H3'")
    assert places["township_code"].nunique() == 2  # where each row counts, not where the household is registered


def test_imported_rows_are_those_read_in_place_but_for_the_numbers(here, bring, tmp_path):
    register = here()
    imported = str(bring(further_rows.whole()).about.folder)
    key = protect.read_key(tmp_path / "key")
    for call in CALLS.values():
        one, other = call(register), call(imported)
        for column in [name for name in ("household_id", "other_household_id") if name in one]:
            one[column] = protect.pseudonyms(one[column], key, "household")
        order = [name for name in one if name != "size"]
        one, other = (frame.sort_values(order, ignore_index=True) for frame in (one, other))
        pd.testing.assert_frame_equal(one, other, check_dtype=False)
    changes = load.changes(imported)
    assert set(changes["other_household_id"].dropna()) <= set(changes["household_id"])
    assert set(load.acceptance(imported)["household_id"]) <= set(load.households(imported)["household_id"])
    cells = {str(cell) for call in CALLS.values() for cell in call(imported).to_numpy().ravel()}
    assert not cells & {f"H{number}" for number in range(1, 10)}


def test_an_older_store_without_their_parts_is_read(bring, tables, tmp_path):
    folder = bring(further_rows.whole()).about.folder
    path = folder / "register.yaml"
    told = yaml.safe_load(path.read_text())
    for parts in (snapshot["parts"] for snapshot in told["snapshots"].values()):
        for name in [name for name in parts if name.rpartition("/")[2] in FURTHER]:
            del parts[name]
    path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False))
    assert all(call(str(folder)).empty for call in CALLS.values())
    assert len(load.households(str(folder))) == 4


def test_several_snapshots_are_united_and_the_last_word_counts(bring):
    bring(further_rows.whole())
    later = further_rows.whole()
    later["complaints"][0] |= {"is_upheld": "否", "closed_date": "2018-02-01"}
    later["complaints"].append(dict(later["complaints"][0]))  # a second one like it on the same day
    later["measures"] = [later["measures"][1] | {"end_date": "2018-03-01"}]
    later["changes"] = later["changes"][:2]
    register = str(bring(later, SECOND).about.folder)
    assert len(load.complaints(register)) == 3
    assert load.complaints(register)["closed_date"].notna().all()
    assert len(load.measures(register)) == 4
    assert load.measures(register)["end_date"].max() == pd.Timestamp("2018-03-01")
    assert len(load.changes(register)) == 7
    assert len(load.standings(register)) == 3


def test_snapshots_are_the_counts_where_none_are_listed(bring):
    rows = further_rows.whole()
    del rows["standings"]
    for table in FURTHER:
        rows.pop(table, None)
    for household, status in zip(rows["households"], ("未脱贫", "未脱贫", "未脱贫", "未脱贫"), strict=True):
        household["poverty_status"] = status
    bring(rows)
    rows["households"][0]["poverty_status"] = "已脱贫"
    register = str(bring(rows, SECOND).about.folder)
    found = load.standings(register)
    assert found.groupby("standing_date")["standing_size"].sum().to_dict() == {
        pd.Timestamp(FIRST): 5, pd.Timestamp(SECOND): 5}  # fmt: skip
    assert found["standing_status"].value_counts().to_dict() == {"poor": 7, "out_supported": 1}
    assert len(load.standings(register, as_of=str(FIRST))) == 4
    assert found["township"].notna().all()


def test_they_cannot_be_corrected(here):
    line = corrections.Correction(1, "measures", "H1", "cost_yuan", "3000", "30", "甲", "2017-01-01", "错")
    [fault] = corrections.form_faults(load.about(here()), [line])
    assert fault.what == "table 'measures' cannot be corrected"
    assert "import the day again" in fault.mend


def headers(table, only_required=False):
    described = dictionary.columns(table)
    return described.loc[(described["required"] == "yes") | (not only_required), "label_zh"].tolist()


def fitting(names):
    head = shapes.header(grids.Grid(Path("a.xlsx"), "Sheet1", [["标题"], names, ["1"] * len(names)], [1, 2, 3]))
    return shapes.fits(head, "Sheet1"), head


@pytest.mark.parametrize("table", TABLES)
def test_the_sheet_of_a_table_is_taken_for_no_other(table):
    tables, head = fitting(headers(table))
    assert tables == (table,)
    assert set(head.found[table]) == set(dictionary.columns(table).index)
    assert [name for name in TABLES if name != table and not shapes.missing(name, head.found[name])] == []


@pytest.mark.parametrize("table", [table for table in TABLES if table not in ("acceptance", "complaints")])
def test_required_columns_alone_tell_a_table(table):
    assert fitting(headers(table, only_required=True))[0] == (table,)


def test_a_number_and_a_day_or_a_summary_are_no_further_table(tmp_path):
    sheets = {
        "危改": [["户编号", "验收时间"], ["1", "2016-01-01"]], "来访": [["乡镇", "受理时间"], ["正定镇", "2016-01-01"]],
        "汇总": [["乡镇", "脱贫户数", "脱贫人数"], ["正定镇", 3, 7]],
        "帮扶": [["户编号", "帮扶时间", "金额"], ["1", "2016-01-01", 3]],
    }  # fmt: skip
    units = {"单位": [["单位名称", "结对乡镇"], ["县水利局", "正定镇"]]}
    found = gather.gather([import_files.write(tmp_path / "a.xlsx", sheets | units)])
    assert list(found.sources) == ["units"]
    assert [note.sheet for note in found.notes if note.kind == "not_recognised"] == list(sheets)


def test_a_sheet_named_for_a_further_table_is_told_what_it_lacks(tmp_path):
    sheets = {"减贫上报": [["乡镇", "脱贫户数", "脱贫人数"], ["正定镇", 3, 7]]}
    with pytest.raises(InputError, match="column 上报月份 of 减贫上报 missing"):
        gather.gather([import_files.write(tmp_path / "a.xlsx", sheets)])


def test_rows_without_a_household_are_data_and_totals_are_not(tmp_path):
    names = headers("rechecks")
    rows = [["正定镇", "西关村", "漏评排查", "", "2017-01-11", 3, "否"], ["合计", "", "", "", "", 3, ""], ["注：抽查", *[""] * 6]]
    found = gather.gather([import_files.write(tmp_path / "a.xlsx", {"表": [names, *rows]})])
    assert len(found.sources["rechecks"].origin) == 1
    assert found.left_out["why"].tolist() == ["total", "note"]


def test_a_layout_may_name_them(tmp_path):
    from tuopin_analysis.register import layouts

    layout = tmp_path / "l.yaml"
    layout.write_text("sheets:\n  - {table: measures, columns: {measure: 做了什么, start_date: 何时}}\n", encoding="utf-8")
    path = import_files.write(tmp_path / "a.xlsx", {"表": [["户编号", "做了什么", "何时"], ["1", "产业扶贫", "2016-01-01"]]})
    assert list(gather.gather([path], layouts.read(layout)).sources) == ["measures"]
    drafted = gather.explain([import_files.write(tmp_path / "b.xlsx", {"表": [headers("changes"), ["1"] * 9]})])
    assert "table: changes" in drafted


def test_a_register_yaml_with_an_unknown_table(make, tables):
    told = further_rows.about()
    told["tables"]["gifts"] = "gifts.xlsx"
    with pytest.raises(InputError, match="those there are of measures"):
        load.about(make(tables, told))


def test_their_headers_do_not_hide_one_another():
    for table in FURTHER:
        assert set(dictionary.headers(table).values()) == set(dictionary.columns(table).index)
        assert set(shapes.required(table)) <= set(dictionary.columns(table).index)
