"""What a user reads when a register cannot be read: every message whole, since each part of it is there to be acted on."""

from datetime import date

import import_files
import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import (
    checks,
    demo,
    dictionary,
    grids,
    importing,
    layouts,
    ledger,
    limits,
    load,
    protect,
    published,
)
from tuopin_analysis.register.gather import gather


def said(call, folder):
    """The message, with the test's folder shown as HERE."""
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value).replace(str(folder), "HERE")


def written(path, data):
    path.write_bytes(data)
    return path


PLACE = "(scope); expected: county, the nine-digit code of a township or the twelve-digit code of a village; to mend: "
DAYS = "(as_of); expected: a day from 2016-01-01 to 2017-12-31, as 2017-12-31; to mend: "
WORDS = {
    "table": (lambda: dictionary.columns("person"),
        "unknown table 'person' (data/dictionary.csv); expected: a table of the dictionary; to mend: did you mean 'persons'?"),
    "language": (lambda: dictionary.label("size", "fr"),
        "unknown language 'fr' (lang); expected: zh or en; to mend: known: zh, en"),
    "list": (lambda: dictionary.decode("causes", "01"),
        "unknown code list 'causes' (data/codes.csv); expected: a list of codes.csv; to mend: did you mean 'cause'?"),
    "near language": (lambda: dictionary.value_label("sex", "male", "zhh"),
        "unknown language 'zhh' (lang); expected: zh or en; to mend: did you mean 'zh'?"),
    "one of": (lambda: dictionary.one_of("denominator", "baselin", "-p"),
        "unknown denominator 'baselin' (-p); expected: baseline or current; to mend: did you mean 'baseline'?"),
    "claim": (lambda: published.claim("majorty"),
        "no claim 'majorty' (data/published/claims.csv); to mend: known: larger_townships, illness_disability_nine_tenths"),
    "source": (lambda: published.source("townshps"),
        "no published figures 'townshps' (data/published); to mend: did you mean 'townships'?"),
    "scope": (lambda: load.households("demo", "13012310"),
        f"unknown scope '13012310' {PLACE}did you mean '130123103' or '130123102'?"),
    "name": (lambda: load.households("demo", "新安镇"), f"unknown scope '新安镇' {PLACE}write its code, 130123103"),
    "day": (lambda: load.households("demo", as_of="soon"), f"'soon' is not a day {DAYS}write year-month-day"),
    "outside": (lambda: load.households("demo", as_of="2018-01-01"),
        f"2018-01-01 lies outside the register {DAYS}choose a day the register covers"),
    "edition": (lambda: ledger.households("demo", edition="publik"),
        "unknown edition 'publik' (edition); expected: internal, notice, public; to mend: did you mean 'public'?"),
    "kind": (lambda: protect.pseudonyms(None, b"", "house"), "unknown kind 'house' (kind); expected: household or person"),
    "key": (lambda: protect.pseudonyms(None, b"", "household"),
        "the key is too short (key); expected: 32 bytes, as make_key writes them"),
    "no files": (lambda: gather([]), "0 files to read (files); expected: 1 to 5,000 files; to mend: name the register's files"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_a_wrong_word_is_answered_with_the_right_ones(case, tmp_path):
    call, message = WORDS[case]
    assert said(call, tmp_path) == message


NO_BOOK = "not a readable Excel workbook"
SAVE = "open it in Excel and save it as .xlsx"
BOOK = f"{NO_BOOK} (HERE/a.xlsx); expected: an .xlsx, .xls, .xlsb or .ods file without a password; to mend: {SAVE}"
FILES = {
    "missing": ("a.xlsx", None,
        "file missing (HERE/a.xlsx); expected: an Excel workbook or a CSV file; to mend: put it there, or correct its name"),
    "empty": ("a.xlsx", b"", "empty file (HERE/a.xlsx); expected: a table; to mend: export or copy it again"),
    "kind": ("a.doc", b"x",
        "unknown kind of file '.doc' (HERE/a.doc); expected: .xlsx, .xlsm, .xlsb, .xls, .ods, .csv, .tsv, .txt; to mend: save it "
        "as .xlsx"),
    "web page": ("a.xls", b"<html>",
        f"{NO_BOOK}: a web page (HTML or XML) named as an Excel workbook (HERE/a.xls); expected: an .xlsx, .xls, .xlsb or .ods "
        f"file; to mend: {SAVE}"),
    "text": ("a.xls", b"a,b\n",
        f"{NO_BOOK}: a text file named as an Excel workbook (HERE/a.xls); expected: an .xlsx, .xls, .xlsb or .ods file; to mend: "
        f"rename it to .csv, or {SAVE}"),
    "noise": ("a.xlsx", b"\0\1\2\3", f"{BOOK}; if it was copied, copy it again (it does not begin as a workbook does)"),
    "workbook": ("a.csv", b"PK\3\4....",
        "an Excel workbook named as a text file (HERE/a.csv); expected: text; to mend: give it its right ending, or save it as "
        "CSV in Excel"),
    "encoding": ("a.csv", b"a\0b",
        f"text in an unknown encoding (HERE/a.csv); expected: UTF-8, GBK/GB18030, or UTF-16 with its mark; to mend: {SAVE}"),
    "broken": ("a.xlsx", b"PK\3\4" + b"x" * 100, f"{BOOK}; if it was copied, copy it again (File is not a zip file)"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_table(case, tmp_path):
    name, data, message = FILES[case]
    path = tmp_path / name if data is None else written(tmp_path / name, data)
    assert said(lambda: grids.read(path), tmp_path) == message


MEND = "to mend: copy the rows and columns that hold the table into a new workbook and save it"
SHEET = "sheet too large: reaches to row 1 and column 3 (HERE/a.xlsx, xl/worksheets/sheet1.xml); expected: at most "
LIMITS = {
    "MAX_FILE": (10, "file too large: 0 MB (HERE/a.xlsx); expected: at most 0 MB a file; to mend: export it in parts, as one "
                     "file a township"),
    "MAX_UNPACKED": (10, f"workbook too large: unpacks to 0 MB in 10 parts (HERE/a.xlsx); expected: at most 0 MB; {MEND}"),
    "MAX_COLUMNS": (2, f"{SHEET}1,048,576 rows, 2 columns and 48,000,000 cells; {MEND}"),
    "MAX_ROWS": (0, f"{SHEET}0 rows, 2,000 columns and 48,000,000 cells; {MEND}"),
    "MAX_AREA": (2, f"{SHEET}1,048,576 rows, 2,000 columns and 2 cells; {MEND}"),
    "MAX_MEMBERS": (3, f"workbook too large: unpacks to 0 MB in 10 parts (HERE/a.xlsx); expected: at most 3000 MB; {MEND}"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_a_file_beyond_a_limit(name, tmp_path, monkeypatch):
    path = import_files.write(tmp_path / "a.xlsx", {"表": [["甲", "乙", "丙"]]})
    value, message = LIMITS[name]
    monkeypatch.setattr(limits, name, value)
    limits._beyond.cache_clear()
    assert said(lambda: grids.read(path), tmp_path) == message
    limits._beyond.cache_clear()


ENTRY = "(HERE/l.yaml, sheets, entry 1"
LAYOUTS = {
    "- a": "no layout (HERE/l.yaml); expected: the keys title, year, sheets; to mend: draft one: tuopin import … --explain",
    "titel: x": "unknown key 'titel' (HERE/l.yaml); to mend: did you mean 'title'?",
    "year: 2016\nyear: 2018": "not readable as YAML (HERE/l.yaml); expected: a layout; to mend: key 'year' stands twice in "
                              '"<unicode string>", line 1, column 1: year: 2016 ^',
    "sheets: [{table: events, columns: {evnt: x}}]":
        f"unknown column 'evnt' of events {ENTRY}, columns); to mend: did you mean 'event'?",
    "sheets: [{table: flat, columns: {name: x}, constants: {name: y}}]":
        f"column 'name' both mapped and constant {ENTRY}); expected: one of the two; to mend: strike one out",
    "sheets: [{table: flat, columns: {name: x, nation: ' x'}}]":
        f"header ' x' mapped to two columns {ENTRY}, columns); expected: one column a header",
    "sheets: [{table: flat, code_lists: {attribute: attribut_2018}}]":
        f"unknown code list 'attribut_2018' {ENTRY}, code_lists, attribute); expected: a list of data/codes.csv; to mend: did "
        "you mean 'attribute_2018' or 'attribute'?",
    "sheets: [{table: flat, header_rows: [0]}]":
        f"header_rows: a row below 1 {ENTRY}); expected: row numbers as Excel shows them",
    "sheets: [{table: flat, colums: {}}]": f"unknown key 'colums' {ENTRY}); to mend: did you mean 'columns'?",
}  # fmt: skip


@pytest.mark.parametrize("text", LAYOUTS)
def test_a_layout_that_cannot_be_followed(text, tmp_path):
    path = written(tmp_path / "l.yaml", text.encode())
    assert said(lambda: layouts.read(path), tmp_path) == LAYOUTS[text]


def test_a_list_of_checks_that_is_none(tmp_path):
    for text in ("- a", "checks: {}"):
        path = written(tmp_path / f"{len(text)}.yaml", text.encode())
        assert said(lambda path=path: checks.read(path), path) == (
            "no list of checks (HERE); expected: the keys checks: and usable:, each with a list below it")  # fmt: skip
    path = written(tmp_path / "c.yaml", b"checks: [{code: a, colour: red}]")
    found = said(lambda: checks.read(path), path).splitlines()
    assert found[0] == "tables: Field required (HERE, check 1 (a))"
    assert found[-1].startswith("colour: Extra inputs are not permitted (HERE, check 1 (a)); to mend: known: code, tables")


def test_a_folder_that_is_not_the_demonstrations(tmp_path):
    written(tmp_path / "x.txt", b"x")
    assert said(lambda: demo.build(tmp_path), tmp_path) == (
        "the folder holds something that is not a demonstration register (HERE); expected: a new or empty folder, or a "
        "demonstration register to make anew; to mend: choose another folder")  # fmt: skip
    assert said(lambda: demo.build("/proc/x/y"), tmp_path) == (
        "cannot write the demonstration register: No such file or directory (/proc/x/y); expected: a folder that may be written; "
        "to mend: choose another folder")  # fmt: skip


def test_a_key_that_cannot_be_used(tmp_path):
    key = tmp_path / "key"
    assert said(lambda: protect.read_key(key), key) == (
        "cannot read the key file: No such file or directory (HERE); expected: the key file of this register")  # fmt: skip
    protect.make_key(key)
    assert said(lambda: protect.make_key(key), key) == (
        "a key is there already (HERE); expected: a new file; to mend: use it, or choose another name; a key is never replaced"
    )
    key.chmod(0o640)
    assert said(lambda: protect.read_key(key), key) == (
        "others may read the key file (HERE); expected: a file for its owner only; to mend: run: chmod 600 HERE")  # fmt: skip
    protect.write_private(key, b"abc")
    assert said(lambda: protect.read_key(key), key) == (
        "not a key (HERE); expected: 64 hexadecimal digits; to mend: restore the file from its backup, or make a new one"
    )


def test_an_import_of_a_folder_or_from_the_future(tmp_path):
    def bring(file, day):
        return lambda: importing.import_files([file], tmp_path / "r", day, key=tmp_path / "key")

    assert said(bring(tmp_path, date(2017, 1, 1)), tmp_path) == (
        "a folder, not a file (HERE); expected: files; to mend: name the files in it, as in FOLDER/*.xlsx")  # fmt: skip
    assert said(bring(tmp_path / "a.xlsx", date(2999, 1, 1)), tmp_path) == (
        "2999-01-01 lies in the future (--snapshot); expected: the day that the export shows")  # fmt: skip
