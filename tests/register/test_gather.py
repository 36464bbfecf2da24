import os
import subprocess
import sys
from datetime import date

import import_files
import import_shapes
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import layouts, read, validate
from tuopin_analysis.register.about import about
from tuopin_analysis.register.gather import explain, gather
from tuopin_analysis.register.layouts import Layout, SheetLayout

ROWS = import_shapes.people()


def faults(call):
    with pytest.raises(InputError) as caught:
        call()
    return [str(fault) for fault in caught.value.faults]


def kinds(found):
    return {note.kind for note in found.notes}


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What every shape must say, written down from the rows themselves but for the coded columns."""
    found = import_shapes.frames(gather(import_shapes.plain(tmp_path_factory.mktemp("plain"), ROWS)))
    persons = sorted(ROWS, key=lambda row: row["person_id"])
    for column in ("township", "village", "name", "id_number", "work_months", "household_id"):
        assert found["persons"][column].to_list() == [row[column] for row in persons]
    assert [day.date() for day in found["persons"]["birth_date"]] == [row["birth_date"] for row in persons]
    households = sorted(import_shapes.heads(ROWS), key=lambda row: row["household_id"])
    for column in ("size", "income_per_person_yuan", "phone"):
        assert found["households"][column].to_list() == [row[column] for row in households]
    return found


@pytest.mark.parametrize("shape", import_shapes.SHAPES, ids=lambda shape: shape.__name__)
def test_every_shape_says_the_same(shape, expected, tmp_path):
    files = shape(tmp_path, ROWS)
    gathered = gather(files)
    found = import_shapes.frames(gathered)
    for table, frame in expected.items():
        pd.testing.assert_frame_equal(found[table], frame)
    for source in gathered.sources.values():
        assert not source.doubts
        assert all(len(cells) == len(source.origin) for cells in source.cells.values())
        assert {*zip(source.origin["file"], source.origin["sheet"], strict=True)} <= set(source.headers)


FILES = ["xlsx", "xls", "ods", "xlsb", "csv"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), households=st.integers(1, 6), kind=st.sampled_from(FILES), data=st.data())
def test_any_register_in_any_shape_is_read_back(tmp_path, seed, households, kind, data):
    rows = import_shapes.people(households, seed)
    columns = data.draw(st.permutations(list(import_shapes.FLAT)))
    headers = import_shapes.FLAT | data.draw(st.sampled_from([{}, import_shapes.LATER, import_shapes.CODES]))
    grid = import_shapes.table(rows, columns, headers)
    top = data.draw(st.lists(st.sampled_from([import_shapes.TITLE, [], ["单位：元", None, "2016年"]]), max_size=4))
    blanks = data.draw(st.lists(st.integers(1, len(grid)), max_size=2))
    for at in sorted(blanks, reverse=True):
        grid.insert(at, [])
    shift = [None] * data.draw(st.integers(0, 2))
    repeat = data.draw(st.booleans())
    grid = [*top, *grid, *([grid[0]] if repeat else []), *data.draw(st.sampled_from([[], [["合计", 3]], [["注：无"]]]))]
    path = import_files.write(tmp_path / f"r.{kind}", {"表": [shift + row for row in grid]})
    gathered = gather([path])
    persons = validate.typed(gathered.sources["persons"])[0].sort_values("person_id", ignore_index=True)
    wanted = sorted(rows, key=lambda row: row["person_id"])
    for column in ("person_id", "name", "id_number", "work_months", "village"):
        assert persons[column].to_list() == [row[column] for row in wanted]
    assert len(gathered.sources["households"].origin) == households
    header_at = len(top) + 1
    filled = sum(any(cell not in (None, "") for cell in row) for row in grid[header_at:])
    assert len(rows) + len(gathered.left_out) == filled


def test_rows_keep_the_numbers_of_the_file(tmp_path):
    [path] = import_shapes.totals_and_notes(tmp_path, ROWS)
    found = gather([path])
    assert found.sources["persons"].origin["row"].to_list() == [3, 4, *range(6, len(ROWS) + 4)]
    last = len(ROWS) + 4
    left = [[5, "total"], [last, "total"], [last + 1, "note"], [last + 3, "note"], [last + 4, "note"]]
    assert found.left_out[["row", "why"]].to_numpy().tolist() == left
    assert len(found.sources["persons"].origin) + len(found.left_out) == len(ROWS) + 5
    assert "rows_left_out" in kinds(found)


def test_a_text_amid_the_rows_and_a_row_without_a_key_stay_for_the_checks_to_judge(tmp_path):
    grid = import_shapes.table(ROWS, list(import_shapes.FLAT))
    grid.insert(3, ["以下为新安镇"])
    grid[5][list(import_shapes.FLAT).index("household_id")] = None
    found = gather([import_files.write(tmp_path / "a.xlsx", {"表": grid})])
    assert len(found.sources["persons"].origin) == len(ROWS) + 1
    assert found.left_out.empty


@pytest.mark.parametrize(("text", "why"), [
    ("合计", "total"), ("小 计：", "total"), ("总计", "total"), ("共计12户", "total"), ("全村合计", "total"),
    ("注：以上", "note"), ("填表人：张三", "note"), ("制表：李", "note"), ("单位负责人", "note"), ("第 3 页", "note"),
])  # fmt: skip
def test_totals_and_notes_by_their_words(tmp_path, text, why):
    grid = import_shapes.table(ROWS, list(import_shapes.FLAT))
    grid[3:3] = [[text, "", "", 7]]
    assert gather([import_files.write(tmp_path / "a.xlsx", {"表": grid})]).left_out["why"].to_list() == [why]


def test_households_of_a_flat_export_stand_on_the_heads_row_and_doubts_say_where_rows_differ(tmp_path):
    rows = [dict(row) for row in ROWS]
    many = [at for at, row in enumerate(rows) if row["household_id"] == next(r["household_id"] for r in rows if r["size"] > 2)]
    head = next(at for at in many if rows[at]["relation"] == "户主")
    other = next(at for at in many if at != head)
    rows[other]["cause_main"], rows[other]["phone"] = "因灾", "1"
    rows[head]["is_dilapidated"] = ""
    source = gather(import_shapes.plain(tmp_path, rows)).sources["households"]
    line = list(dict.fromkeys(row["household_id"] for row in rows)).index(rows[head]["household_id"])
    assert source.doubts == [(line, "cause_main", "differs")]
    assert source.origin.loc[line, "row"] == head + 2
    assert source.cells["cause_main"][line] == rows[head]["cause_main"]
    assert source.cells["is_dilapidated"][line] == rows[other]["is_dilapidated"]


def test_without_a_person_number_the_id_number_is_the_key(tmp_path):
    columns = [column for column in import_shapes.FLAT if column != "person_id"]
    found = gather([import_files.write(tmp_path / "a.csv", {"": import_shapes.table(ROWS, columns)})])
    frame, unreadable = validate.typed(found.sources["persons"])
    assert unreadable.empty
    assert frame["person_id"].to_list() == [row["id_number"] for row in ROWS]
    assert "person_key" in kinds(found)


def test_an_id_number_that_excel_has_rounded_is_refused(tmp_path):
    rows = [dict(row) for row in ROWS[:4]]
    written = [1.30199194208110001e17, "1.30199E+17", "130199194208110000", " 13019919420811 0001"]
    for row, damaged in zip(rows, written, strict=True):
        row["id_number"] = damaged
    _, unreadable = validate.typed(gather(import_shapes.plain(tmp_path, rows)).sources["persons"])
    told = unreadable.query("column == 'id_number'")
    assert told["line"].to_list() == [0, 1, 2]
    assert set(told["problem"]) == {"rounded"}


def test_files_of_one_name_stay_apart_and_one_given_twice_is_read_once(tmp_path):
    files = import_shapes.file_per_township(tmp_path, ROWS)
    found = gather([*files, files[0]])
    towns = ("正定镇", "新安镇", "南牛乡")
    assert set(found.sources["persons"].origin["file"]) == {f"{town}/贫困人口.xlsx" for town in towns}
    assert len(found.sources["persons"].origin) == len(ROWS)


def test_all_other_tables_are_found_by_their_headers(tmp_path, build):
    build.write(tmp_path / "r", build.small())
    files = sorted((tmp_path / "r").glob("*.xlsx"))
    found = gather(files)
    assert list(found.sources) == ["households", "persons", "responsible", "units", "exit_plans", "events"]
    again = read.sources(about(str(tmp_path / "r")))
    for table, source in again.items():
        pd.testing.assert_frame_equal(validate.typed(source)[0], validate.typed(found.sources[table])[0])
        pd.testing.assert_frame_equal(source.origin, found.sources[table].origin)


def test_a_column_that_a_sheet_lacks_is_empty_there(tmp_path):
    few = [column for column in import_shapes.FLAT if column not in ("nation", "phone")]
    sheets = {"一": import_shapes.table(ROWS[:3], few), "二": import_shapes.table(ROWS[3:], list(import_shapes.FLAT))}
    import_files.write(tmp_path / "a.xlsx", sheets)
    source = gather([tmp_path / "a.xlsx"]).sources["persons"]
    assert source.cells["nation"] == [None] * 3 + ["汉族"] * (len(ROWS) - 3)


def test_columns_that_are_not_read_are_named(tmp_path):
    grid = import_shapes.table(ROWS, list(import_shapes.FLAT))
    grid = [[*row, note] for row, note in zip(grid, ["备注栏", *[""] * len(ROWS)], strict=True)]
    found = gather([import_files.write(tmp_path / "a.xlsx", {"表": grid})])
    assert any(note.kind == "columns_not_read" and "备注栏" in note.text_en and "备注栏" in note.text_zh for note in found.notes)


SAID = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GBK/GB18030", "utf-16": "UTF-16"}


@pytest.mark.parametrize(("encoding", "said"), SAID.items())
def test_the_encoding_taken_is_said(tmp_path, encoding, said):
    path = import_files.write(tmp_path / "a.csv", {"": import_shapes.table(ROWS, list(import_shapes.FLAT))}, encoding=encoding)
    assert [note.text_en for note in gather([path]).notes if note.kind == "encoding"] == [f"read as {said}"]


def test_a_sheet_that_nearly_fits_is_refused_and_all_faults_of_all_files_are_named(tmp_path):
    grid = import_shapes.table(ROWS, list(import_shapes.FLAT), import_shapes.FLAT | {"relation": "关系", "cause_main": "原因"})
    bad = import_files.write(tmp_path / "a.xlsx", {"表": grid})
    double = import_shapes.table(ROWS, [*import_shapes.FLAT, "phone", "name"])
    found = faults(lambda: gather([bad, tmp_path / "none.xlsx", import_files.write(tmp_path / "b.xlsx", {"表": double})]))
    assert len(found) == 5
    for column in ("与户主关系", "主要致贫原因"):
        assert any(f"column {column} of" in fault and "a.xlsx" in fault and "--explain" in fault for fault in found)
    assert any("file missing" in fault for fault in found)
    assert sum("doubled" in fault for fault in found) == 2


def test_sheets_of_other_things_are_noted_but_not_when_there_is_nothing_else(tmp_path):
    other = {"封面": [["正定县"]], "透视": [["乡镇", "行政村", "户数", "人数"], ["正定镇", "西关村", 3, 8]], "空": []}
    good = import_files.write(tmp_path / "a.xlsx", other | {"表": import_shapes.table(ROWS, list(import_shapes.FLAT))})
    found = gather([good])
    assert [note.sheet for note in found.notes if note.kind in ("not_recognised", "empty")] == ["封面", "透视", "空"]
    assert "no sheet holds a table" in faults(lambda: gather([import_files.write(tmp_path / "b.xlsx", other)]))[0]
    assert "0 files" in faults(lambda: gather([]))[0]


def _attribute(tmp_path, cells, layout=None, year=None):
    rows = [row | {"attribute": cell, "household_id": f"H{at}"} for at, (row, cell) in enumerate(zip(ROWS, cells, strict=False))]
    grid = import_shapes.table(rows, [*import_shapes.FLAT])
    if year:
        grid = [[*row, "数据年度" if at == 0 else year] for at, row in enumerate(grid)]
    source = gather([import_files.write(tmp_path / "a.xlsx", {"表": grid})], layout).sources["households"]
    return validate.typed(source)[0]["attribute"].to_list()


def test_codes_that_have_changed_their_meaning_need_a_year(tmp_path):
    assert "year: 2016" in faults(lambda: _attribute(tmp_path, ["02", "一般贫困户"]))[0]
    assert _attribute(tmp_path, ["02", 5, "04"], Layout(year=2017)) == ["allowance_only", "ordinary", "allowance"]
    assert _attribute(tmp_path, ["02", 5, "04"], Layout(year=2018)) == ["allowance_out", "general_out", "allowance"]
    assert _attribute(tmp_path, ["02", 5, "04"], year=2019) == ["allowance_out", "general_out", "allowance"]
    assert _attribute(tmp_path, ["02"], Layout(year=2016), year=2019) == ["allowance_out"]
    clear = ["allowance_out", "allowance_only", "general", "destitute"]
    assert _attribute(tmp_path, ["低保脱贫户", "低保户", "1", "06"]) == clear
    chosen = Layout(sheets=[SheetLayout(table="flat", code_lists={"attribute": "attribute_2018"})])
    assert _attribute(tmp_path, ["03"], chosen) == ["destitute_out"]
    assert pd.isna(_attribute(tmp_path, ["07"], Layout(year=2016))[0])


def test_the_list_by_which_changed_codes_were_read_is_said(tmp_path):
    rows = [row | {"attribute": "02"} for row in ROWS]
    path = import_files.write(tmp_path / "a.xlsx", {"表": import_shapes.table(rows, [*import_shapes.FLAT])})
    for year, en, zh in ((2017, "before 2018", "2018年以前"), (2018, "from 2018 on", "2018年及以后")):
        [note] = [note for note in gather([path], Layout(year=year)).notes if note.kind == "code_year"]
        assert note.text_en == f"贫困户属性: {len(ROWS)} bare codes read by the list {en}"
        assert zh in note.text_zh
    assert "code_year" not in kinds(gather(import_shapes.plain(tmp_path, ROWS), Layout(year=2017)))


def test_numbers_with_the_unit_of_another_column_stay_unreadable(tmp_path):
    rows = [dict(ROWS[0], size="3亩", income_per_person_yuan="2.1万元"),
            dict(ROWS[-1], size="三人", income_per_person_yuan="约2000")]  # fmt: skip
    _, unreadable = validate.typed(gather(import_shapes.plain(tmp_path, rows)).sources["households"])
    assert set(zip(unreadable["line"], unreadable["column"], strict=True)) == {
        (0, "size"), (0, "income_per_person_yuan"), (1, "size"), (1, "income_per_person_yuan")}  # fmt: skip


def test_a_group_that_makes_a_header_another_columns_is_not_taken_for_it(tmp_path):
    columns = list(import_shapes.FLAT)
    upper = ["户主" if column == "phone" else "" for column in columns]
    grid = import_shapes.table(ROWS, columns)
    grid = [[*upper, ""], [*grid[0], "姓名"], *([*row, "李四"] for row in grid[1:])]
    at = columns.index("phone")
    for row in grid:
        row[at], row[at + 1], row[-1] = row[at], row[-1], row[at + 1]  # the group "户主" stands over phone and 姓名
    source = gather([import_files.write(tmp_path / "a.xlsx", {"表": grid})]).sources
    assert source["persons"].cells["name"] == [row["name"] for row in ROWS]
    assert set(source["households"].cells["head_name"]) == {"李四"}


def test_progress_is_told_each_file_and_the_draft_reads_as_a_layout(tmp_path):
    told = []
    files = import_shapes.file_per_township(tmp_path, ROWS)
    gather(files, progress=told.append)
    assert len(told) == 3
    assert "header_rows: [1]" in explain(files)


def test_the_library_for_traditional_characters_is_not_loaded_for_others(tmp_path):
    [path] = import_shapes.titles(tmp_path, ROWS)
    code = "import sys; from pathlib import Path; from tuopin_analysis.register.gather import gather; "
    code += f"gather([Path({str(path)!r})]); sys.exit('opencc' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, env=os.environ | {"PYTHONPATH": str(paths.ROOT)}).returncode
        == 0
    )


def test_days_in_every_form(tmp_path):
    forms = [date(2016, 12, 31), 42735, "42735", "2016年12月31日", "2016/12/31", "20161231", "2016.12.31"]
    rows = [dict(row, birth_date=form) for row, form in zip(ROWS, forms, strict=False)]
    frame, _ = validate.typed(gather(import_shapes.plain(tmp_path, rows)).sources["persons"])
    assert set(frame["birth_date"].astype(str)) == {"2016-12-31"}


def test_the_lock_file_of_an_open_workbook_is_noted(tmp_path):
    lock = tmp_path / "~$flat.xlsx"
    lock.write_bytes(b"\x04user")
    found = gather([*import_shapes.plain(tmp_path, ROWS), lock])
    assert [note.file for note in found.notes if note.kind == "file_skipped"] == ["~$flat.xlsx"]


def test_persons_need_no_place_beside_a_sheet_of_households(tmp_path):
    persons = [column for column in import_shapes.PERSON if column not in ("county", "township", "village", "hamlet")]
    households = import_shapes.table(import_shapes.heads(ROWS), import_shapes.HOUSEHOLD)
    sheets = {"户": households, "人": import_shapes.table(ROWS, persons)}
    sources = gather([import_files.write(tmp_path / "a.xlsx", sheets)]).sources
    assert len(sources["persons"].origin) == len(ROWS)
    assert "township" not in sources["persons"].cells
    _, unreadable = validate.typed(sources["persons"])
    assert unreadable.empty


def _without(tmp_path, *columns, headers=import_shapes.FLAT):
    kept = [column for column in import_shapes.FLAT if column not in columns]
    return import_files.write(tmp_path / "a.xlsx", {"表": import_shapes.table(ROWS, kept, headers)})


def test_a_flat_export_without_a_column_of_the_households_is_told_which(tmp_path):
    [fault] = faults(lambda: gather([_without(tmp_path, "cause_main")]))
    assert "column 主要致贫原因 of 贫困户信息 missing" in fault
    assert "a.xlsx, sheet 表" in fault
    assert "add the column" in fault
    households = import_shapes.table(import_shapes.heads(ROWS), import_shapes.HOUSEHOLD)
    beside = import_files.write(tmp_path / "h.xlsx", {"户": households})
    assert len(gather([_without(tmp_path, "cause_main"), beside]).sources["persons"].origin) == len(ROWS)


def test_a_flat_export_without_sizes_has_its_rows_counted(tmp_path):
    found = gather([_without(tmp_path, "size")])
    assert "size_counted" in kinds(found)
    frame, unreadable = validate.typed(found.sources["households"])
    assert unreadable.empty
    assert dict(zip(frame["household_id"], frame["size"], strict=True)) == {row["household_id"]: row["size"] for row in ROWS}


def test_a_sheet_with_many_known_headers_is_told_what_it_lacks(tmp_path):
    own = import_shapes.FLAT | {"household_id": "甲", "township": "乙", "cause_main": "丙", "size": "丁"}
    found = faults(lambda: gather([_without(tmp_path, headers=own)]))
    assert not any("no sheet" in fault for fault in found)
    for column in ("户编号", "乡镇", "主要致贫原因", "人数"):
        assert any(f"column {column} of" in fault for fault in found), column
    fewer = own | {"village": "戊", "relation": "己", "name": "庚"}
    found = faults(lambda: gather([_without(tmp_path, headers=fewer)]))
    assert any("column 户编号 of 贫困人口信息 missing" in fault and "sheet 表" in fault for fault in found)
    assert not any("no sheet" in fault for fault in found)


def test_the_draft_for_a_sheet_without_a_header_says_so_and_shows_none_of_its_cells(tmp_path):
    data = import_shapes.table(ROWS, list(import_shapes.FLAT))[1:]
    path = import_files.write(tmp_path / "a.csv", {"": data})
    text = explain([path])
    assert "no header row found" in text
    (tmp_path / "draft.yaml").write_text(text, encoding="utf-8")
    assert layouts.read(tmp_path / "draft.yaml").sheets[0].table == "none"
    assert not any(str(cell) in text for cell in data[0] if len(str(cell)) > 1)


def test_the_draft_shows_no_number_of_a_person(tmp_path):
    grid = import_shapes.table(ROWS, list(import_shapes.FLAT), import_shapes.FLAT | {"nation": "民族 138-0000-1111"})
    grid[0][list(import_shapes.FLAT).index("relation")] = "与户主之关系13019919420811123X"
    text = explain([import_files.write(tmp_path / "a.xlsx", {"表": grid})])
    assert "与户主之关系" in text
    assert "1301991942" not in text
    assert "138-0000" not in text
