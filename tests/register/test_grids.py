import csv
import struct
import zipfile
from datetime import date

import fuzz_import
import import_files
import import_shapes
import openpyxl
import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import grids, limits, ole

GRID = [["甲", 1.0, "x"], ["乙", 2.5, "y"]]


def fault(call):
    with pytest.raises(InputError) as caught:
        call()
    [found] = caught.value.faults
    return str(found)


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["a.xlsx", "a.xlsm", "a.xls", "a.ods", "a.xlsb"])
def test_every_kind_of_workbook_gives_the_same_cells(tmp_path, name):
    path = import_files.write(tmp_path / name.replace("xlsm", "xlsx"), {"一": [[None], *GRID, [], ["丙", 3, ""]], "二": [["z"]]})
    path = path.rename(tmp_path / name)
    first, second = grids.read(path)
    assert [row[:3] for row in first.rows] == [*GRID, ["丙", 3.0, ""]]
    assert first.numbers == [2, 3, 5]
    assert (first.sheet, second.sheet, second.rows) == ("一", "二", [["z"]])


def test_a_cell_merged_over_rows_counts_in_each_and_one_merged_over_columns_in_the_first(tmp_path):
    grid = [["a", "b", "c"], ["H1", "x", None], [None, "y", "z"]]
    for kind in ("xlsx", "xls"):
        path = import_files.write(tmp_path / f"a.{kind}", {"表": grid}, [("表", 1, 0, 2, 0), ("表", 1, 1, 1, 2)])
        assert grids.read(path)[0].rows[1:] == [["H1", "x", ""], ["H1", "y", "z"]]


def test_cells_that_keep_excel_from_rounding_are_unwrapped(tmp_path):
    path = import_files.write(tmp_path / "a.csv", {"": [['="130199198001011234"', '="', '="a""b"']]})
    assert grids.read(path)[0].rows == [["130199198001011234", '="', 'a"b']]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_text_files_of_every_encoding_and_delimiter(tmp_path, encoding, delimiter):
    rows = [["户编号", "姓名", "备注"], ["001", "张三", "有,逗号；分号"], ["2", "李四\n", ""]]
    path = import_files.write(tmp_path / "a.csv", {"": rows}, encoding=encoding, delimiter=delimiter)
    assert grids.read(path)[0].rows == [["户编号", "姓名", "备注"], ["001", "张三", "有,逗号；分号"], ["2", "李四", ""]]


ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def _ole(entries):
    """A minimal compound file: one sector of directory, one of the table of sectors."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HH", head, 30, 9, 6)
    struct.pack_into("<IIIIIII", head, 44, 1, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE)
    struct.pack_into("<I109I", head, 72, 0, 1, *[0xFFFFFFFF] * 108)
    directory = b""
    for name, kind in entries:
        entry = bytearray(128)
        entry[: 2 * len(name)] = name.encode("utf-16-le")
        struct.pack_into("<H", entry, 64, 2 * len(name) + 2)
        entry[66] = kind
        struct.pack_into("<I", entry, 116, 0xFFFFFFFE)
        directory += entry
    table = struct.pack("<128I", 0xFFFFFFFE, 0xFFFFFFFD, *[0xFFFFFFFF] * 126)
    return bytes(head) + directory.ljust(512, b"\0") + table


@pytest.mark.parametrize(("name", "data", "words"), [
    ("a.xlsx", b"", "empty file"),
    ("a.doc", b"x", "unknown kind of file"),
    ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
    ("a.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "web page"),
    ("a.xls", "户编号,姓名\n".encode("gbk"), "a text file named as an Excel workbook"),
    ("a.xls", "户编号\t姓名\n".encode("utf-16"), "not a readable Excel workbook"),
    ("a.xlsx", b"\x00\x01\x02\x03", "does not begin as a workbook"),
    ("a.csv", b"PK\x03\x04....", "an Excel workbook named as a text file"),
    ("a.csv", b"\xff\xff\xff\x80\x81 \xfe", "unknown encoding"),
    ("a.csv", b"a\0b", "unknown encoding"),
    ("a.xlsx", b"PK\x03\x04" + b"x" * 100, "not a readable Excel workbook"),
    ("a.xlsx", _ole([("Root Entry", 5), ("EncryptedPackage", 2)]), "password"),
    ("a.xls", _ole([("Root Entry", 5)]), "not a readable Excel workbook"),
    ("a.xls", _ole([("Root Entry", 5)])[:700], "damaged"),
])  # fmt: skip
def test_what_is_no_readable_table_is_refused_in_words(tmp_path, name, data, words):
    assert words in fault(lambda: grids.read(written(tmp_path, name, data)))


def test_a_truncated_workbook_is_refused(tmp_path):
    for kind in ("xlsx", "xls", "ods", "xlsb"):
        path = import_files.write(
            tmp_path / f"a.{kind}", {"表": import_shapes.table(import_shapes.people(), list(import_shapes.FLAT))}
        )
        path.write_bytes(path.read_bytes()[:-1500])
        assert "not a readable Excel workbook" in fault(lambda path=path: grids.read(path)), kind


def test_a_circle_in_an_old_workbook_does_not_fill_the_memory(tmp_path):
    data = bytearray(_ole([("Root Entry", 5)]))
    struct.pack_into("<I", data, 1024, 0)  # the directory goes on in itself
    assert "leads nowhere" in fault(lambda: grids.read(written(tmp_path, "a.xls", bytes(data))))
    with pytest.raises(ole.Damaged):
        ole._check_workbook(struct.pack("<HHII", 0x85, 4, 12, 0) + struct.pack("<HHHHI", 0x203, 8, 0, 300, 0))


def _repacked(path, part, change):
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("reference", [b'r="XFD1048576"', b'r="C99999999999"', b"r='ZZ900000'", b'r="xfd9000"', b'r = "XFD9000"'])
def test_a_lone_cell_far_off_is_refused_before_room_is_made_for_it(tmp_path, reference):
    path = import_files.write(tmp_path / "a.xlsx", {"表": GRID * 8000})  # more than one chunk of the look inside
    _repacked(path, SHEET, lambda text: text.replace(b'r="C13000"', reference))
    assert "sheet too large" in fault(lambda: limits.check_zip(path, "a"))


def test_cells_without_references_are_counted(tmp_path):
    path = import_files.write(tmp_path / "a.xlsx", {"表": GRID})
    _repacked(path, SHEET, lambda text: text.replace(b"</row>", b"<c><v>1</v></c>" * 3000 + b"</row>", 1))
    assert "sheet too large" in fault(lambda: limits.check_zip(path, "a"))


def test_repeated_cells_of_open_documents_are_counted_but_not_their_empty_tails(tmp_path):
    path = import_files.write(tmp_path / "a.ods", {"表": GRID})
    assert len(grids.read(path)[0].rows) == 2
    for times in (b'columns-repeated="90000"', b'rows-repeated="9000000"'):

        def swell(text, times=times):
            if b"rows" in times:
                return text.replace(b"<table:table-row>", b"<table:table-row table:number-" + times + b">", 1)
            return text.replace(b"<table:table-cell office", b"<table:table-cell table:number-" + times + b" office", 1)

        bad = _repacked(import_files.write(tmp_path / "b.ods", {"表": GRID}), "content.xml", swell)
        assert "sheet too large" in fault(lambda bad=bad: limits.check_zip(bad, "a"))


def test_a_binary_workbook_with_a_cell_far_off_is_refused(tmp_path):
    path = import_files.write(tmp_path / "a.xlsb", {"表": GRID})
    _repacked(
        path, "xl/worksheets/sheet1.bin", lambda data: data.replace(struct.pack("<II", 2, 0), struct.pack("<II", 90000, 0), 1)
    )
    assert "sheet too large" in fault(lambda: limits.check_zip(path, "a"))


def test_limits_are_generous_and_each_is_refused_in_words(tmp_path, monkeypatch):
    limits.check_extent(100_000, 40, "persons")
    limits.check_extent(1_048_576, 40, "persons")
    path = import_files.write(tmp_path / "a.xlsx", {"表": [["甲" * 30000] * 3]})
    for name, value, words in (("MAX_FILE", 10, "file too large"), ("MAX_UNPACKED", 10, "unpacks to"), ("MAX_COLUMNS", 2,
        "sheet too large"),
                               ("MAX_ROWS", 0, "sheet too large"), ("MAX_AREA", 2, "sheet too large"), ("MAX_MEMBERS", 3,
                               "in 10 parts")):  # fmt: skip
        with monkeypatch.context() as patched:
            patched.setattr(limits, name, value)
            limits._beyond.cache_clear()
            assert words in fault(lambda: grids.read(path)), name
            if name.startswith(("MAX_R", "MAX_C", "MAX_A")):
                assert words in fault(lambda: grids.read(import_files.write(tmp_path / "a.csv", {"": GRID})))


def test_a_part_that_unpacks_many_hundredfold_is_refused(tmp_path):
    path = import_files.write(tmp_path / "a.xlsx", {"表": GRID})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/x.bin", b"\0" * (60 * limits.MEGABYTE))
    assert "-fold" in fault(lambda: grids.read(path))


def test_a_very_long_text_cell_is_refused_not_raised(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MEGABYTE", 10)
    path = import_files.write(tmp_path / "a.csv", {"": [["长" * 2000, "b"]]})
    try:
        assert "not readable as a table" in fault(lambda: grids.read(path))
    finally:
        csv.field_size_limit(131072)


def test_days_and_truth_values_of_a_workbook_made_by_another_program(tmp_path):
    book = openpyxl.Workbook()
    book.active.append([date(2016, 12, 31), True, " 甲 ", None, 3])
    book.save(tmp_path / "a.xlsx")
    assert grids.read(tmp_path / "a.xlsx")[0].rows == [[date(2016, 12, 31), True, "甲", "", 3.0]]


@pytest.mark.parametrize("case", range(60))
def test_damaged_files_are_read_or_refused(case):
    assert fuzz_import.run(case, fuzz_import.gathered) in ("read", "refused")


def test_columns_keep_their_places_where_the_first_ones_are_empty(tmp_path):
    grid = [[None, None, "a", "b"], [None, None, "H1", "x"], [None, None, None, "y"]]
    for kind in ("xlsx", "xls"):
        path = import_files.write(tmp_path / f"a.{kind}", {"表": grid}, [("表", 1, 2, 2, 2)])
        assert grids.read(path)[0].rows == [["", "", "a", "b"], ["", "", "H1", "x"], ["", "", "H1", "y"]]


def test_a_sheet_under_another_name_is_looked_into_too(tmp_path):
    path = import_files.write(tmp_path / "a.xlsx", {"表": GRID})
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/x/y.xml"] = parts.pop(SHEET).replace(b'r="C2"', b'r="XFD1048576"')
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b"worksheets/sheet1.xml", b"x/y.xml")
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    assert "sheet too large" in fault(lambda: limits.check_zip(path, "a"))


@pytest.mark.parametrize(("start", "what"), [
    (b"<html", "web page"), (b"  <!DOCTYPE html>", "web page"), (b"<TABLE>", "web page"), (b"\xff\xfe<?xml", "web page"),
    (b"<head>", "web page"), (b"<meta>", "web page"), (b"\r\n\t<style>", "web page"), ("<html>".encode("utf-16-le"), "web page"),
    (b"a\tb\n", "text file"), (b"a\x08b", "does not begin"), (b"", "does not begin"), (b" \r\n", "does not begin"),
])  # fmt: skip
def test_what_a_file_that_is_no_workbook_may_be(start, what):
    assert what in str(grids._disguised(start, "a.xls"))


@pytest.mark.parametrize(("error", "message"), [
    ("PasswordError", "the workbook is protected by a password (HERE); expected: a workbook without one; to mend: open it in "
                      "Excel, remove the password (File, Info, Protect Workbook) and save it"),
    ("PanicException", "not a readable Excel workbook (HERE); expected: an .xlsx, .xls, .xlsb or .ods file without a password; "
                       "to mend: open it in Excel and save it as .xlsx; if it was copied, copy it again (damaged)"),
])  # fmt: skip
def test_what_the_reader_of_workbooks_cannot_read(tmp_path, monkeypatch, error, message):
    path = import_files.write(tmp_path / "a.xlsx", {"表": GRID})
    made = grids.PasswordError if error == "PasswordError" else type(error, (BaseException,), {})

    def fail(_path):
        raise made("no")

    monkeypatch.setattr(grids, "CalamineWorkbook", type("Reader", (), {"from_path": staticmethod(fail)}))
    assert fault(lambda: grids.read(path)).replace(str(path), "HERE") == message


def test_a_text_file_has_no_sheet_says_its_encoding_and_where_it_is_too_large(tmp_path, monkeypatch):
    names = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GBK/GB18030"}
    for encoding, name in names.items():
        [grid] = grids.read(import_files.write(tmp_path / "a.csv", {"": GRID}, encoding=encoding))
        assert (grid.sheet, grid.encoding, grid.numbers) == ("", name, [1, 2])
    path = written(tmp_path, "a.csv", b"a,b,c\nd\ne,f\n")
    assert grids.read(path)[0].rows == [["a", "b", "c"], ["d", "", ""], ["e", "f", ""]]
    for limit, value, reach in (("MAX_ROWS", 2, "row 3 and column 2"), ("MAX_COLUMNS", 2, "row 1 and column 3"),
                                ("MAX_AREA", 5, "row 1,048,577 and column 2")):  # fmt: skip
        with monkeypatch.context() as patched:
            patched.setattr(limits, limit, value)
            told = fault(lambda: grids.read(path)).replace(str(path), "HERE")
            assert told.startswith(f"sheet too large: reaches to {reach} (HERE); expected"), limit
            patched.setattr(limits, limit, value + 1)
            assert len(grids.read(path)[0].rows) == 3
    with monkeypatch.context() as patched:
        patched.setattr(limits, "MAX_COLUMNS", 2)
        path = import_files.write(tmp_path / "a.ods", {"表": GRID})
        patched.setattr(limits, "check_zip", lambda *_: None)  # what the look inside did not see, the reader may
        assert fault(lambda: grids.read(path)).replace(str(path), "HERE").startswith(
            "sheet too large: reaches to row 2 and column 3 (HERE, sheet 表); expected")  # fmt: skip
        patched.setattr(limits, "MAX_COLUMNS", 3)
        patched.setattr(limits, "MAX_ROWS", 2)
        assert len(grids.read(path)[0].rows) == 2
        patched.setattr(limits, "MAX_ROWS", 1)
        assert "row 2 and" in fault(lambda: grids.read(path))


def test_wrapped_cells_of_one_sign_and_of_none():
    cells = [['="1"', '=""', '="""', " \u3000甲\n"]]
    grid = grids.Grid(None, "")
    grids._fill(grid, cells, 0, [])
    assert grid.rows == [["1", "", '"', "甲"]]


@pytest.mark.parametrize(("text", "sign"), [
    ("a,b\tc\n", ","), ("a\tb\tc,d\n", "\t"), ("a;b;c,d\n", ";"), ("abc\n", ","), ("", ","),
    ("a;b\n" * 30 + "a,b,c,d\n" * 40, ";"),  # the first thirty lines decide
    ("a" + "," * 500 + "\n" + "b\tc\td\n" * 25, ","), ("a" + "," * 500 + "\n" + "b\tc\td\te\n" * 25, "\t"),
])  # fmt: skip
def test_the_sign_that_divides_a_text(text, sign):
    assert grids._delimiter(text) == sign


def test_cells_merged_over_rows_beside_others_and_beyond_the_row_end():
    span = lambda top, bottom, at: ((top, at), (bottom, at))  # noqa: E731 - as the reader gives it
    rows = [["a", "b"], ["", "c", "d"], ["e"], ["", "", ""], ["f"]]
    grid = grids.Grid(None, "")
    grids._fill(grid, rows, 0, [span(0, 2, 0), span(1, 3, 2), span(2, 3, 1)])
    assert grid.rows == [["a", "b"], ["a", "c", "d"], ["e", "", "d"], ["", "", "d"], ["f"]]
    assert grid.numbers == [1, 2, 3, 4, 5]
