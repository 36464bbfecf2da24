from pathlib import Path

import import_files
import import_shapes
import pytest

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import layouts, validate
from tuopin_analysis.register.gather import explain, gather

ROWS = import_shapes.people()
SHIPPED = sorted((paths.PARAMS / "layouts").glob("*.yaml"))


def faults(call):
    with pytest.raises(InputError) as caught:
        call()
    return [str(fault) for fault in caught.value.faults]


def layout(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return layouts.read(path)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_layouts_shipped_are_read(path):
    assert layouts.read(path).sheets


def test_the_layout_of_2016_reads_an_offices_own_headers(tmp_path):
    own = import_shapes.FLAT | {
        "household_id": "贫困户编码",
        "person_id": "人员编码",
        "relation": "与户主的关系",
        "work_months": "务工月数",
    }
    columns = [column for column in import_shapes.FLAT if column != "county"]
    rows = [row | {"attribute": "02"} for row in ROWS]
    path = import_files.write(
        tmp_path / "a.xlsx", {"封面": [["户编号", "变动类别"]], "表": import_shapes.table(rows, columns, own)}
    )
    with pytest.raises(InputError):
        gather([path])
    found = gather([path], layouts.read(paths.PARAMS / "layouts" / "2016-flat-export.yaml"))
    wanted = [row | {"attribute": "低保户"} for row in ROWS]
    plain = gather(import_shapes.plain(tmp_path, wanted))
    for table, frame in import_shapes.frames(plain).items():
        assert import_shapes.frames(found)[table].equals(frame)


def test_the_layout_of_2014_reads_the_paper_form(tmp_path):
    grid = [["贫困户登记表"], ["编号", "村名", "A1识别标准", "A3贫困户属性", "家庭人口", "致贫主要原因", "A17a工资性收入",
        "A21住房面积"],
            ["7", "西关村", "国家标准", "扶贫低保户", "3人", "因病", "1,200元", "80平方米"]]  # fmt: skip
    found = gather([import_files.write(tmp_path / "a.xls", {"表": grid})], layouts.read(SHIPPED[0]))
    frame, unreadable = validate.typed(found.sources["households"])
    assert unreadable.empty
    told = frame.loc[0, ["township", "household_id", "attribute", "size", "income_wage_yuan", "housing_area_m2"]].to_list()
    assert told == ["正定镇", "7", "allowance", 3, 1200, 80]


def test_a_layout_goes_before_the_synonyms_and_a_file_may_have_its_own(tmp_path):
    rows = [row | {"nation": "回族"} for row in ROWS]
    grid = import_shapes.table(rows, [column for column in import_shapes.FLAT if column not in ("township", "village")])
    grid = [[*row, text] for row, text in zip(grid, ["族别", *["汉族"] * len(rows)], strict=True)]
    files = [import_files.write(tmp_path / f"{town}.csv", {"": grid}) for town in ("正定镇", "新安镇")]
    told = layout(tmp_path, "sheets:\n" + "".join(
        f"- {{file: '{town}*', table: flat, columns: {{nation: 族别}}, constants: {{township: {town}, village: 第一村}}}}\n"
        for town in ("正定镇", "新安镇")))  # fmt: skip
    found = gather(files, told).sources["persons"]
    assert set(found.cells["nation"]) == {"汉族"}
    assert found.cells["township"] == ["正定镇"] * len(rows) + ["新安镇"] * len(rows)


def test_header_rows_are_taken_as_they_are_given(tmp_path):
    grid = import_shapes.table(ROWS, list(import_shapes.FLAT))
    path = import_files.write(tmp_path / "a.xlsx", {"表": [["旧表头"], grid[0], ["x"] * 5, *grid]})
    found = gather([path], layout(tmp_path, "sheets: [{table: flat, header_rows: [4]}]"))
    assert found.sources["persons"].origin["row"].to_list()[0] == 5


def test_a_sheet_that_is_not_what_the_layout_calls_it_is_refused(tmp_path):
    path = import_files.write(tmp_path / "a.xlsx", {"表": [["户编号"], ["H1"]]})
    found = faults(lambda: gather([path], layout(tmp_path, "sheets: [{table: events}]")))
    assert len(found) == 2
    assert any("变动类别" in fault for fault in found)


@pytest.mark.parametrize(("text", "words"), [
    ("- a", ["title, year, sheets"]), ("a: [", ["not readable"]), ("", ["no layout"]),
    ("titel: x", ["did you mean 'title'"]), ("year: 1999", ["year"]), ("year: '2016'", ["year"]),
    ("year: 2016\nyear: 2018", ["'year' stands twice"]),
    ("sheets: [{table: person}]", ["table"]), ("sheets: [{table: flat, colums: {}}]", ["did you mean 'columns'"]),
    ("sheets: [{table: events, columns: {evnt: x}, constants: {househld_id: 1}}]", ["did you mean 'event'",
    "did you mean 'household_id'"]),
    ("sheets: [{table: flat, columns: {name: x}, constants: {name: y}}]", ["both mapped and constant"]),
    ("sheets: [{table: flat, columns: {name: x, nation: ' x'}}]", ["mapped to two columns"]),
    ("sheets: [{table: flat, code_lists: {attribute: attribut_2018}}]", ["did you mean 'attribute_2018'"]),
    ("sheets: [{table: flat, header_rows: [0]}]", ["row below 1"]),
    ("sheets: !!python/object/apply:os.system ['true']", ["not readable"]),
])  # fmt: skip
def test_every_fault_of_a_layout_is_named(tmp_path, text, words):
    found = faults(lambda: layout(tmp_path, text))
    assert len(found) == len(words)
    for word in words:
        assert any(word in fault for fault in found), found


def test_a_missing_layout_is_refused():
    assert "not readable" in faults(lambda: layouts.read(Path("nowhere.yaml")))[0]


def test_a_draft_is_a_layout_that_reads_the_files_once_its_guesses_are_kept(tmp_path):
    own = import_shapes.FLAT | {"relation": "与户主之关系", "cause_main": "主要的致贫原因", "village": "行政村名"}
    path = import_files.write(
        tmp_path / "a[1].xlsx", {"表": [import_shapes.TITLE, *import_shapes.table(ROWS, list(import_shapes.FLAT), own)]}
    )
    text = explain([path])
    assert '# ? relation: "与户主之关系"' in text
    assert "header_rows: [2]" in text
    assert layout(tmp_path, text).sheets[0].file == "a[[]1].xlsx"
    with pytest.raises(InputError):
        gather([path], layout(tmp_path, text))  # a guess is not applied
    kept = text.replace("# ? ", "").replace("table: persons", "table: flat").replace("a guess: none fits as it is", "")
    assert '"行政村名"' in kept
    kept += '      cause_main: "主要的致贫原因"\n' if '"主要的致贫原因"' not in kept else ""
    found = gather([path], layout(tmp_path, kept))
    assert len(found.sources["persons"].origin) == len(ROWS)
