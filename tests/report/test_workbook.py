import stat

import openpyxl
import pandas as pd
import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.report import workbook

TOWNS = {"130123103": "新安镇"}


def found(values, **cells):
    frame = pd.DataFrame({"value": values, "line": range(len(values))})
    told = {"code": "phone.form", "severity": "warning", "table": "households", "file": "h.xlsx", "sheet": "贫困户信息", "row": 4,
            "column": "联系电话", "household_id": "1301231030000001", "message_zh": "不是11位", "message_en": "not 11 digits",
            "mend_zh": "核实", "mend_en": "check"}  # fmt: skip
    return frame.assign(**(told | cells))


def placed(number, codes):
    return pd.DataFrame({"table": "households", "line": range(number), "township_code": codes})


def test_a_sheet_for_each_township_and_one_for_rows_that_belong_nowhere(tmp_path):
    path = workbook.write(found(["1", "2", "3"]), placed(3, ["130123103", None, "130123100"]), tmp_path / "w.xlsx", names=TOWNS)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["说明", "正定镇", "新安镇", "乡镇不明"]
    header, row = list(book["新安镇"].iter_rows(values_only=True))
    assert header == ("文件", "工作表", "行", "列", "值", "检查项", "问题", "级别", "处理办法", "户编号")
    told = ("h.xlsx", "贫困户信息", 4, "联系电话", "1", "phone.form", "不是11位", "疑点（标记）", "核实", "1301231030000001")
    assert row == told
    sheet = book["新安镇"]
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("A2", "$1:$1", "landscape")
    assert sheet.auto_filter.ref == "A1:J2"
    assert str(sheet.page_setup.paperSize) == "9"
    assert any(row[:1] == ("phone.form",) and row[3] == 3 for row in book["说明"].iter_rows(values_only=True))


@pytest.mark.parametrize(
    "text", ["=1+1", "+861", "-5", "@x", "http://a.b", "130199196002291011", "0012", "a\x01b", "x" * 40_000, None]
)
def test_text_stays_text(tmp_path, text):
    path = workbook.write(found([text]), placed(1, ["130123103"]), tmp_path / "w.xlsx", "en", TOWNS)
    cell = openpyxl.load_workbook(path)["Xin'an"]["E2"]
    assert cell.data_type in ("s", "inlineStr") if text else not cell.value
    if text and len(text) < 100 and "\x01" not in text:
        assert cell.value == text
    assert cell.hyperlink is None


def test_equal_findings_give_equal_bytes_for_the_owner_only(tmp_path):
    one, two = (workbook.write(found(["1"]), placed(1, ["130123103"]), tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == two.read_bytes()
    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_a_full_sheet_goes_on_in_another(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    path = workbook.write(found(list("abcde")), placed(5, ["130123103"] * 5), tmp_path / "w.xlsx", names=TOWNS)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["说明", "新安镇", "新安镇 (2)", "新安镇 (3)"]
    assert [sheet.max_row for sheet in book.worksheets[1:]] == [3, 3, 2]


def test_without_findings_there_is_the_first_sheet_only(tmp_path):
    path = workbook.write(found([]), placed(0, []), tmp_path / "w.xlsx")
    assert openpyxl.load_workbook(path).sheetnames == ["说明"]


def test_sheet_names_are_short_clean_and_unique():
    taken = set()
    names = [workbook.sheet_name(title, taken) for title in ("a" * 40, "A" * 40, "[x]:*?/\\'", "", "")]
    assert names == ["a" * 31, "A" * 27 + " (2)", "x", "-", "- (2)"]


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path):
    (tmp_path / "w.xlsx").mkdir()
    with pytest.raises(InputError, match="cannot write the workbook"):
        workbook.write(found(["1"]), placed(1, [None]), tmp_path / "w.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["w.xlsx"]
