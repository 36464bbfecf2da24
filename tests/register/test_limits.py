"""How far a sheet reaches, by the look inside that is taken before it is read: exact rows and columns, hand-written sheets."""

import io
import struct
import zipfile

import import_files
import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import limits

MEND = "to mend: copy the rows and columns that hold the table into a new workbook and save it"


def said(call):
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value)


def packed(tmp_path, parts, how=zipfile.ZIP_DEFLATED):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", how) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


def xml_extent(tmp_path, text):
    with zipfile.ZipFile(packed(tmp_path, {"s.xml": text})) as file:
        return limits._xml_extent(file, file.getinfo("s.xml"))


@pytest.mark.parametrize(("rows", "columns"), [(1_048_577, 1), (1, 2_001), (480_001, 100)])
def test_a_sheet_one_beyond_a_limit_is_refused_and_one_at_it_is_not(rows, columns):
    limits.check_extent(1_048_576, 45, "a")
    limits.check_extent(24_000, 2_000, "a")
    limits.check_extent(480_000, 100, "a")
    assert said(lambda: limits.check_extent(rows, columns, "a")) == (
        f"sheet too large: reaches to row {rows:,} and column {columns:,} (a); expected: at most 1,048,576 rows, 2,000 columns "
        f"and 48,000,000 cells; {MEND}")  # fmt: skip


@pytest.mark.parametrize(("text", "extent"), [
    ('<row r="3"><c r="B3"/><c r="AB3"/></row>', (3, 28)),
    ("<row r='3'><c r='AB7'/></row>", (7, 28)),
    ('<row><c><v>1</v></c><c s="1"><v>2</v></c><c t="s"/></row><row><c><v>1</v></c></row>', (0, 3)),
    ('<c r="xfd9"/>', (9, 16384)),
    ("<sheetData/>", (0, 0)),
    ('<c r="A9999999999999"/>', (999_999_999_999, 1)),
])  # fmt: skip
def test_the_extent_of_a_sheet_by_its_references(tmp_path, text, extent):
    assert xml_extent(tmp_path, text) == extent


FILL = " " * 200_000  # the references stand where a glance at the ends does not fall


@pytest.mark.parametrize(("reference", "extent"), [
    ('r="C2000"', (2000, 3)),  # more digits
    ('r="D99"', (99, 4)),  # further right
    ('r="AA9"', (12, 27)),  # more letters
    ("r='D99'", (99, 4)), ('r ="D99"', (99, 4)), ('r= "D99"', (99, 4)), ('r=\n"D99"', (99, 4)), ('r="d99"', (99, 4)),
])  # fmt: skip
def test_a_lone_reference_in_the_middle_is_found(tmp_path, reference, extent):
    around = '<row r="12"><c r="C12"/></row>'
    assert xml_extent(tmp_path, around + FILL + f"<c {reference}/>" + FILL + around) == extent


def test_cells_without_references_in_the_middle_are_counted(tmp_path):
    around = '<row r="12"><c r="C12"/></row>'
    assert xml_extent(tmp_path, around + FILL + "<row>" + "<c><v>1</v></c>" * 5 + "</row>" + FILL + around) == (12, 5)


def test_rows_that_a_glance_may_miss_are_all_looked_at_where_it_matters(tmp_path):
    """Nine hundred thousand has as many digits as a hundred thousand; with 300 columns that decides."""
    around = '<row r="100000"><c r="KN100000"/></row>'
    text = around + FILL + '<c r="A900000"/>' + FILL + around
    assert xml_extent(tmp_path, text) == (900_000, 300)
    few = text.replace("KN", "B")  # with two columns it does not: the glance is enough
    assert xml_extent(tmp_path, few) == (100_000, 2)


def test_a_reference_cut_by_the_end_of_a_chunk_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "_CHUNK", 1000)
    monkeypatch.setattr(limits, "_GLANCE", 100)
    for at in range(930, 1010, 7):
        assert xml_extent(tmp_path, '<c r="A1"/>' + " " * at + '<c r="D7000"/>' + " " * 2000) == (7000, 4)


def test_letters_of_a_column_and_back():
    for number in (1, 26, 27, 52, 702, 703, 16384):
        assert limits.column_number(limits.column_letters(number).encode()) == number
    assert [limits.column_letters(n) for n in (1, 26, 27, 703, 16384)] == ["A", "Z", "AA", "AAA", "XFD"]
    assert limits.column_number(b"a") == 1
    assert limits.column_number(b"A" * 50) == limits.column_number(b"A" * 8)


def ods(rows):
    return limits._ods_extent(io.BytesIO(rows.encode()))


def test_the_extent_of_an_open_document():
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    empty = '<table:table-cell table:number-columns-repeated="9"/>'
    last = '<table:table-cell office:value="1"/>'
    assert ods(f"<table:table-row>{cell}{cell}</table:table-row>") == (1, 2)
    assert ods(f"<table:table-row>{empty}{cell}</table:table-row>") == (1, 10)
    assert ods(f"<table:table-row>{cell}{empty}</table:table-row>") == (1, 1)  # an empty tail
    assert ods(f"<table:table-row>{empty}{last}{empty}</table:table-row>") == (1, 10)
    assert ods(f'<table:table-row table:number-rows-repeated="7">{cell}</table:table-row>') == (7, 1)
    assert ods(f'<table:table-row table:number-rows-repeated="7">{empty}</table:table-row>') == (0, 0)
    covered = "<table:covered-table-cell/>"
    two = f'<table:table-row a="1">{cell}{covered}{cell}</table:table-row><table:table-row>{cell}</table:table-row>'
    assert ods(two) == (2, 3)
    day = '<table:table-cell office:value-type="date" office:date-value="2016-01-01"/>'
    assert ods(f"<table:table-row>{empty}{day}{empty}</table:table-row>") == (1, 10)
    assert ods(f"<table:table-row>{cell}<table:table-cell table:number-columns-repeated='0'/>{cell}</table:table-row>") == (1, 3)


def test_the_extent_of_a_binary_sheet():
    record, long = import_files.record, struct.Struct("<I").pack
    row, cell = record(0, long(6) + b"\0" * 13), record(5, long(4) + b"\0" * 12)
    assert limits._binary_extent(row) == (7, 0)
    assert limits._binary_extent(row + cell) == (7, 5)
    assert limits._binary_extent(record(0x81) + row + record(0x94, b"\xff" * 16) + record(11, long(1))) == (7, 2)
    assert limits._binary_extent(record(12, long(99)) + row) == (7, 0)  # no cell
    assert limits._binary_extent(record(0x1AA, b"\xff" * 300) + row + cell) == (7, 5)  # a kind and a length of two bytes
    assert limits._binary_extent(record(0x94, b"\xff" * 20_000) + cell + row) == (7, 5)
    assert limits._binary_extent(row + record(0, long(2)) + cell + record(1, long(2))) == (7, 5)
    assert limits._binary_extent(record(0, long(70_000)) + record(1, long(70_000))) == (70_001, 70_001)
    assert limits._binary_extent(b"\x94") == (0, 0)
    assert limits._binary_extent(b"") == (0, 0)
    assert limits._binary_extent(b"\x05\x80\x80\x80\x80\x05" + b"\0" * 9)[1] == 6  # a length has four bytes at most


def test_a_part_that_unpacks_too_far_is_named_with_how_far(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MEGABYTE", 1000)
    monkeypatch.setattr(limits, "MAX_RATIO", 40)
    path = packed(tmp_path, {"a.png": bytes(50_001), "empty.png": b""})
    with zipfile.ZipFile(path) as file:
        times = 50_001 // file.getinfo("a.png").compress_size
    assert said(lambda: limits.check_zip(path, "a.xlsx")) == (
        f"a.png unpacks {times}-fold (a.xlsx); expected: at most 40-fold, as in a real register; {MEND}")  # fmt: skip
    limits.check_zip(packed(tmp_path, {"a.png": bytes(50_000)}), "a.xlsx")  # small parts may
    limits.check_zip(packed(tmp_path, {"a.png": bytes(50_001)}, zipfile.ZIP_STORED), "a.xlsx")


@pytest.mark.parametrize(("name", "data", "reach"), [
    ("content.xml", '<table:table-row><table:table-cell table:number-columns-repeated="3000" office:value="1"/>'
        "</table:table-row>", "row 1 and column 3,000"),
    ("odd/content.xml", '<table:table-row><table:table-cell table:number-columns-repeated="3000" office:value="1"/>'
        "</table:table-row>", None),
    ("xl/worksheets/sheet1.xml", '<c r="XFD9"/>', "row 9 and column 16,384"),
    ("XL/WORKSHEETS/SHEET1.XML", '<c r="XFD9"/>', "row 9 and column 16,384"),
    ("odd/place.xml", '<sheetData><c r="XFD9"/>', "row 9 and column 16,384"),
    ("odd/place.xml", '<c r="XFD9"/>', None),
    ("odd/place.txt", '<sheetData><c r="XFD9"/>', None),
    ("xl/worksheets/sheet1.bin", b"\x81\x01\x00" + b"\x05\x08" + struct.pack("<II", 5000, 0), "row 0 and column 5,001"),
    ("odd/place.bin", b"\x81\x01\x00" + b"\x05\x08" + struct.pack("<II", 5000, 0), "row 0 and column 5,001"),
    ("odd/place.bin", b"\x05\x08" + struct.pack("<II", 5000, 0), None),
])  # fmt: skip
def test_which_parts_of_a_workbook_are_looked_into(tmp_path, name, data, reach):
    path = packed(tmp_path, {name: data})
    if reach is None:
        limits.check_zip(path, "a")
    else:
        assert said(lambda: limits.check_zip(path, "a")) == (
            f"sheet too large: reaches to {reach} (a, {name}); expected: at most 1,048,576 rows, 2,000 columns and 48,000,000 "
            f"cells; {MEND}")  # fmt: skip


def test_a_sheet_of_more_than_a_chunk_is_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "_CHUNK", 100)
    far = import_files.record(5, struct.pack("<II", 5000, 0))
    path = packed(tmp_path, {"xl/worksheets/a.bin": import_files.record(0x94, b"\0" * 500) + far})
    assert "column 5,001" in said(lambda: limits.check_zip(path, "a"))


def test_how_large_a_file_may_be(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MEGABYTE", 10)
    monkeypatch.setattr(limits, "MAX_FILE", 30)
    path = tmp_path / "a"
    path.write_bytes(b"x" * 30)
    limits.check_file(path, "a")
    path.write_bytes(b"x" * 45)
    assert said(lambda: limits.check_file(path, "a")) == (
        "file too large: 4 MB (a); expected: at most 3 MB a file; to mend: export it in parts, as one file a township"
    )
    path.write_bytes(b"x")
    limits.check_file(path, "a")


def test_what_a_library_said_is_kept_short():
    fault = limits.unreadable("a", ValueError("one\n  two " + "x" * 200))
    assert fault.mend == (
        f"open it in Excel and save it as .xlsx; if it was copied, copy it again (one two {'x' * 112})")  # fmt: skip
