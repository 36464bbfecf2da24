"""Sheets in memory gathered into tables: every note and every fault whole, and the cells of each table by hand."""

from pathlib import Path

import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import gather, limits, pieces
from tuopin_analysis.register.grids import Grid
from tuopin_analysis.register.layouts import Layout, SheetLayout

HOMES = ["户编号", "乡镇", "行政村", "人数", "主要致贫原因"]
PERSONS = ["户编号", "人编号", "姓名", "与户主关系"]
PLACED = ["户编号", "乡镇", "行政村", "人编号", "姓名", "与户主关系"]
FLAT = [*PLACED, "人数", "主要致贫原因"]
HOME = ["H1", "正定镇", "西关村", 2, "因病"]
FACTS = ["H1", "正定镇", "西关村", "P1", "张三", "户主", 2, "因病"]


MEMBER = ["H1", "P1", "张三", "户主"]


def grid(*rows, sheet="表", encoding="", first=1):
    width = max(map(len, rows), default=0)
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    return Grid(Path("/r/x"), sheet, full, list(range(first, first + len(rows))), encoding)


@pytest.fixture
def files(monkeypatch):
    """Gather named files of sheets in memory."""

    def call(sheets, layout=None, progress=None):
        named = {Path(f"/r/{name}"): found for name, found in sheets.items()}
        monkeypatch.setattr(gather.grids, "read", lambda path: named[path])
        return gather.gather(list(named), layout, progress)

    return call


@pytest.fixture
def beside(files):
    """The same beside a sheet of persons, without which a sheet of households is not whole."""
    return lambda sheets, *rest: files(sheets | {"p.xlsx": [grid(PERSONS, MEMBER)]}, *rest)


def faults(call):
    with pytest.raises(InputError) as caught:
        call()
    return [str(fault) for fault in caught.value.faults]


def notes(found):
    return [(note.file, note.sheet, note.kind, note.text_en, note.text_zh) for note in found.notes]


MAP = "map it once: tuopin import … --explain > params/layouts/mine.yaml, then --layout"
ADD = f"to mend: add the column to the sheet, or give the sheet that has it too; under another name, {MAP}"


def test_two_sheets_are_two_tables(files):
    found = files({"a.xlsx": [grid(HOMES, HOME, sheet="户"), grid(["人员"], PERSONS, MEMBER, sheet="人")]})
    assert list(found.sources) == ["households", "persons"]
    homes, persons = found.sources.values()
    assert homes.cells == {"household_id": ["H1"], "township": ["正定镇"], "village": ["西关村"], "size": [2],
                           "cause_main": ["因病"]}  # fmt: skip
    assert persons.cells == {"household_id": ["H1"], "person_id": ["P1"], "name": ["张三"], "relation": ["户主"]}
    assert persons.origin.reset_index().to_dict("records") == [{"line": 0, "file": "a.xlsx", "sheet": "人", "row": 3}]
    assert persons.headers == {("a.xlsx", "人"): dict(zip(persons.cells, PERSONS, strict=True))}
    assert (notes(found), found.left_out.to_dict("list")) == ([], {"file": [], "sheet": [], "row": [], "why": []})
    assert found.left_out["row"].dtype == "int64"


def test_what_is_not_read_is_noted(beside):
    rows = [[f"H{n}", "正定镇", "西关村", 2, "因病", "x"] for n in range(1, 4)]
    table = [[*HOMES, "别的"], rows[0], ["合计", "", "", 6], rows[1], ["小计"], [*HOMES, "别的"], rows[2], ["", "注：无"]]
    found = beside({
        "a.csv": [grid(*table, sheet="", encoding="UTF-8", first=5)], "b.xlsx": [grid(sheet="空"), grid(["函"], sheet="信")],
        "~$c.xlsx": [],
    })  # fmt: skip
    assert notes(found) == [
        ("~$c.xlsx", "", "file_skipped", "not read: lock file of a workbook in use", "未读取：打开中的工作簿的锁文件"),
        ("a.csv", "", "encoding", "read as UTF-8", "按 UTF-8 编码读取"),
        ("a.csv", "", "rows_left_out", "2 rows left out as totals: 7, 9", "合计 2 行未读：7, 9"),
        ("a.csv", "", "rows_left_out", "1 rows left out as notes: 12", "说明 1 行未读：12"),
        ("a.csv", "", "rows_left_out", "1 rows left out as repeated headers: 10", "重复的表头 1 行未读：10"),
        ("a.csv", "", "columns_not_read", "columns not read: 别的", "未读取的列：别的"),
        ("b.xlsx", "空", "empty", "sheet not read: empty", "工作表未读取：空表"),
        ("b.xlsx", "信", "not_recognised", "sheet not read: it fits no table of the register", "工作表未读取：不是登记册的表"),
    ]
    assert found.left_out.to_numpy().tolist() == [
        ["a.csv", "", 7, "total"], ["a.csv", "", 9, "total"], ["a.csv", "", 10, "header"], ["a.csv", "", 12, "note"]]  # fmt: skip
    assert found.sources["households"].origin["row"].tolist() == [6, 8, 11]


def test_of_many_rows_left_out_the_first_eight_are_named(beside):
    rows = [row for _ in range(9) for row in (HOME, ["合计"])]
    [note] = beside({"a.xlsx": [grid(HOMES, *rows)]}).notes
    assert note.text_en == "9 rows left out as totals: 3, 5, 7, 9, 11, 13, 15, 17 …"
    [note] = beside({"a.xlsx": [grid(HOMES, *rows[:16])]}).notes
    assert note.text_zh == "合计 8 行未读：3, 5, 7, 9, 11, 13, 15, 17"


def test_a_flat_export_is_persons_and_households(files):
    second = [*FACTS[:3], "P2", "李四", "配偶", 2, "因残"]
    third = ["H2", *FACTS[1:3], "P3", "王五", "户主", "", "因学"]
    found = files({"a.xlsx": [grid(FLAT, second, FACTS, third)]})
    homes, persons = found.sources["households"], found.sources["persons"]
    assert persons.cells["person_id"] == ["P2", "P1", "P3"]
    assert homes.cells["household_id"] == ["H1", "H2"]
    assert homes.cells["cause_main"] == ["因病", "因学"], "the head's row counts"
    assert homes.doubts == [(0, "cause_main", "differs")]
    assert homes.origin["row"].tolist() == [3, 4]
    assert "name" not in homes.cells
    assert notes(found) == []


def test_a_flat_export_without_sizes_or_person_numbers(files):
    header = ["户编号", "乡镇", "行政村", "证件号码", "姓名", "与户主关系", "主要致贫原因"]
    rows = [["H1", "正定镇", "西关村", "'130199196002290117", "张三", "户主", "因病"],
            ["H1", "正定镇", "西关村", "x", "李四", "配偶", "因病"],
            ["", "正定镇", "西关村", 5, "王五", "户主", "因病"]]  # fmt: skip
    found = files({"a.xlsx": [grid(header, *rows)]})
    assert found.sources["households"].cells["size"] == [2, 1]
    assert found.sources["persons"].cells["person_id"] == ["130199196002290117", "X", 5]
    assert found.sources["persons"].headers["a.xlsx", "表"]["person_id"] == "证件号码"
    assert found.sources["households"].headers["a.xlsx", "表"]["size"] == "户编号"
    assert notes(found) == [
        ("a.xlsx", "表", "person_key", "no person number: the ID number is the key", "没有人编号，以证件号码为人的编号"),
        ("a.xlsx", "表", "size_counted", "no size of households: the rows of each household are counted",
         "没有家庭人口数，按每户的行数计"),
    ]  # fmt: skip


def test_a_sheet_of_households_goes_before_a_flat_export(files):
    found = files({"a.xlsx": [grid(FLAT, FACTS)], "b.xlsx": [grid(HOMES, [*HOME[:4], "因灾"])]})
    assert found.sources["households"].cells["cause_main"] == ["因灾"]
    assert found.sources["households"].origin["file"].tolist() == ["b.xlsx"]
    assert notes(found) == [("a.xlsx", "表", "persons_only", "only its persons are read: another sheet holds the households",
                             "只读取人口信息：户信息见另一张表")]  # fmt: skip
    two = files({"a.xlsx": [grid(FLAT, FACTS)], "b.xlsx": [grid(FLAT, ["H2", *FACTS[1:]])]})
    assert two.sources["households"].cells["household_id"] == ["H1", "H2"]


def test_what_a_sheet_lacks_is_told_with_the_headers_that_would_do(beside):
    told = faults(lambda: beside({"a.xlsx": [grid(HOMES[:4], HOME[:4])]}))
    assert told[:1] == [
        f"column 主要致贫原因 of 贫困户信息 missing (/r/x, sheet 表); expected: one of the headers 主要致贫原因, 致贫原因, "
        f"致贫原因1, AAC007; {ADD}"]  # fmt: skip
    assert [fault.split(" missing")[0] for fault in told[1:]] == [  # sizes stand in both, so it may be meant as one of persons
        f"column {column} of 贫困人口信息" for column in ("人编号", "姓名", "与户主关系")]  # fmt: skip
    flat = faults(lambda: beside({"a.xlsx": [grid(FLAT[:7], FACTS[:7])]}))
    assert [fault.split(" (")[0] for fault in flat] == ["column 主要致贫原因 of 贫困户信息 missing"]
    doubled = faults(lambda: beside({"a.csv": [grid([*HOMES, "乡"], [*HOME, "x"], sheet="")]}))
    assert doubled == ["column 乡镇 doubled (/r/x); expected: one column; to mend: keep one of 乡镇 (column 2), 乡 (column 6)"]


def test_nothing_that_is_a_table(files):
    assert faults(lambda: files({f"{n}.xlsx": [grid(["甲"], sheet="信")] for n in range(7)})) == [
        "no sheet holds a table of the register (0.xlsx 信; 1.xlsx 信; 2.xlsx 信; 3.xlsx 信; 4.xlsx 信; 5.xlsx 信); expected: "
        f"the headers of a register's export; to mend: {MAP}"]  # fmt: skip
    assert faults(lambda: files({"a.xlsx": []})) == [
        "no sheet holds a table of the register (no file); expected: the headers of a register's export; to mend: " + MAP
    ]


def test_a_fault_is_told_once(beside):
    sheets = {
        "a.xlsx": [grid(HOMES[:4], HOME[:4]), grid(HOMES[:4], HOME[:4])],
    }
    assert len(faults(lambda: beside(sheets))) == 4


def test_a_layout_says_how_sheets_are_read(files):
    own = SheetLayout(table="households", file="a*", columns={"household_id": "甲"}, constants={"cause_main": "因病"},
                      header_rows=[2])  # fmt: skip
    layout = Layout(sheets=[own, SheetLayout(sheet="信*", table="none"), SheetLayout(table="flat", file="f*")])
    header = ["甲", "乡镇", "行政村", "人数"]
    found = files({"a.xlsx": [grid(["乡镇", "行政村"], header, HOME[:4])], "b.xlsx": [grid(HOMES, sheet="信1")]}, layout)
    assert found.sources["households"].cells["household_id"] == ["H1"]
    assert found.sources["households"].cells["cause_main"] == ["因病"]
    assert notes(found) == [
        ("b.xlsx", "信1", "by_layout", "sheet not read: left out by the layout", "工作表未读取：按版式说明不读")
    ]
    told = faults(lambda: files({"f.xlsx": [grid(HOMES, HOME)]}, layout))
    assert told[0].startswith("column 人编号 of 贫困人口信息 missing")
    assert faults(lambda: files({"a.xlsx": [grid(["乡镇", "行政村"], header[1:], HOME[1:4])]}, layout))[0].startswith(
        "column 户编号 of 贫困户信息 missing")  # fmt: skip


def test_codes_that_changed_their_meaning(beside):
    header = [*HOMES, "贫困户属性"]
    rows = [
        [*HOME, "02"],
        ["H2", *HOME[1:], "一般贫困户"],
        ["H3", *HOME[1:], 2.0],
        ["H4", *HOME[1:], ""],
        ["H5", *HOME[1:], "04"],
    ]
    unclear = faults(lambda: beside({"a.xlsx": [grid(header, *rows)]}))
    assert unclear == [
        "codes of 贫困户属性 without a year: 2 rows, first in row 2 (a.xlsx, sheet 表); expected: the year of the form: before "
        "and from 2018 they mean different things; to mend: say the year in a layout (year: 2016), or the list (code_lists: "
        "{attribute: attribute or attribute_2018})"]  # fmt: skip
    found = beside({"a.xlsx": [grid(header, *rows)]}, Layout(year=2017))
    assert found.sources["households"].cells["attribute"] == ["低保户", "一般贫困户", "低保户", "", "04"]
    assert notes(found) == [("a.xlsx", "表", "code_year", "贫困户属性: 2 bare codes read by the list before 2018",
                             "贫困户属性：2 个代码按2018年以前的代码表读取")]  # fmt: skip
    found = beside({"a.xlsx": [grid(header, *rows)]}, Layout(year=2018))
    assert found.sources["households"].cells["attribute"] == ["低保脱贫户", "一般贫困户", "低保脱贫户", "", "04"]
    assert notes(found)[0][3:] == ("贫困户属性: 2 bare codes read by the list from 2018 on",
                                   "贫困户属性：2 个代码按2018年及以后的代码表读取")  # fmt: skip
    chosen = Layout(sheets=[SheetLayout(file="a*", table="households", code_lists={"attribute": "attribute_2018"})], year=2016)
    assert beside({"a.xlsx": [grid(header, *rows)]}, chosen).sources["households"].cells["attribute"][0] == "低保脱贫户"
    dated = grid([*header, "年度"], [*rows[0], 2019], [*rows[2], ""])
    found = beside({"a.xlsx": [dated]}, Layout(year=2016))
    assert [note.text_en[-13:] for note in found.notes] == [" from 2018 on", "t before 2018"]


def test_units_are_taken_off_cells_that_are_texts(beside):
    header = [*HOMES, "耕地面积"]
    found = beside({"a.xlsx": [grid(header, [*HOME[:3], "3人", "因病", "2.5亩"], [*HOME[:3], 3, "因病", 2.5])]})
    assert found.sources["households"].cells["size"] == ["3", 3]
    assert found.sources["households"].cells["farmland_mu"] == ["2.5", 2.5]


def test_progress_is_told_each_file_by_the_shortest_name_that_tells_it_apart(files, monkeypatch):
    told = []
    sheets = {"a/x.xlsx": [grid(HOMES, HOME)], "b/x.xlsx": [grid(HOMES, HOME)], "c.xlsx": [grid(PERSONS, MEMBER)]}
    found = files(sheets, progress=told.append)
    assert told == ["a/x.xlsx", "b/x.xlsx", "c.xlsx"]
    assert found.sources["households"].origin["file"].tolist() == ["a/x.xlsx", "b/x.xlsx"]
    deep = {"a/z/x.xlsx": [grid(FLAT, FACTS)], "b/z/x.xlsx": [grid(FLAT, FACTS)]}
    told.clear()
    files(deep, progress=told.append)
    assert told == ["a/z/x.xlsx", "b/z/x.xlsx"]
    again = [Path("/r/c.xlsx"), Path("/r/c.xlsx")]
    monkeypatch.setattr(gather.grids, "read", lambda path: [grid(PERSONS, ["H1", "P1", "张", "户主"])])
    assert len(gather.gather(again).sources["persons"].origin) == 1
    monkeypatch.setattr(limits, "MAX_FILES", 2)
    assert faults(lambda: gather.gather([Path(f"/r/{n}") for n in range(3)])) == [
        "3 files to read (files); expected: 1 to 2 files; to mend: name the register's files"
    ]


def test_a_file_that_cannot_be_read_is_a_fault_among_others(tmp_path):
    assert faults(lambda: gather.gather([tmp_path / "none.xlsx"]))[0].startswith("file missing")


def test_households_of_rows_without_a_number_stay_households_of_their_own():
    flat = pieces.joined("households", [pieces.Piece("households", "a", "s", {}, {
        "household_id": ["", "H1", None, "H1"], "size": [1, "", 3, 2], "phone": ["1", "2", "3", "4"],
        "village": ["a", "b", "c", "d"],
        }, [5, 6, 7, 8])])  # fmt: skip
    found = pieces.households_of(flat, ["户主", "之子", "之子", "之女"])
    assert found.cells == {
        "household_id": ["", "H1", None],
        "size": [1, 2, 3],
        "phone": ["1", "2", "3"],
        "village": ["a", "b", "c"],
    }
    assert found.origin["row"].tolist() == [5, 6, 7]
    assert found.doubts == [(1, "village", "differs")], "a person's own number is no contradiction"
    assert found.origin.index.name == "line"
    heads = pieces.households_of(flat, ["x", "之子", "x", "户主"])
    assert heads.origin["row"].tolist() == [5, 8, 7]
    assert heads.cells["size"] == [1, 2, 3]


def test_equal_values_in_other_forms_are_no_contradiction():
    flat = pieces.joined("households", [pieces.Piece("households", "a", "s", {}, {
        "household_id": ["H1", "H1", "H1"], "size": [2.0, "2", None]}, [1, 2, 3])])  # fmt: skip
    assert pieces.households_of(flat, ["户主", "", ""]).doubts == []


def test_sheets_one_below_the_other():
    one = pieces.Piece("units", "a", "s", {"unit": "单位"}, {"unit": ["x", "y"]}, [2, 3])
    two = pieces.Piece("units", "b", "t", {"unit": "名称", "phone": "电话"}, {"unit": ["z"], "phone": ["1"]}, [9])
    found = pieces.joined("units", [one, two])
    assert found.cells == {"unit": ["x", "y", "z"], "phone": [None, None, "1"]}
    assert found.origin.to_numpy().tolist() == [["a", "s", 2], ["a", "s", 3], ["b", "t", 9]]
    assert found.headers == {("a", "s"): {"unit": "单位"}, ("b", "t"): {"unit": "名称", "phone": "电话"}}
