"""The commands about a register, as a user types them."""

import stat
from pathlib import Path

import openpyxl
import pytest

NAMES = {"张11", "张21", "张22", "张31", "张41"}


@pytest.fixture(autouse=True)
def key(monkeypatch, tmp_path):
    """A key of each test's own."""
    monkeypatch.setenv("TUOPIN_KEY", str(tmp_path / "keys" / "key"))


@pytest.fixture
def books(make, tables):
    return sorted(Path(make(tables)).glob("*.xlsx"))


@pytest.fixture
def register(run, books, tmp_path):
    assert run("import", *books, "--into", tmp_path / "store", "--snapshot", "2017-12-31", "--synthetic")[0] == 0
    return tmp_path / "store"


def test_import_says_what_became_of_every_row_and_what_comes_next(run, books, tmp_path):
    status, out, err = run("import", *books, "--into", tmp_path / "store", "--snapshot", "2017-12-31", "--synthetic")
    assert status == 0
    assert "households: 4 accepted + 0 set aside = 4 read" in out
    assert f"tuopin check {tmp_path / 'store'}" in out
    assert not NAMES & set((out + err).split())
    assert stat.S_IMODE((tmp_path / "keys" / "key").stat().st_mode) == 0o600


def test_explain_prints_a_layout_and_imports_nothing(run, books, tmp_path):
    status, out, _ = run("import", books[0], "--into", tmp_path / "store", "--explain")
    assert status == 0
    assert out.startswith("# A draft")
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(("words", "said"), [
    ((), ["--into is missing", "--snapshot is missing"]),
    (("--into", "{}/s", "--snapshot", "2016-13-01"), ["'2016-13-01' is not a day"]),
    (("--into", "{}/s", "--snapshot", "2016-W01-1"), ["'2016-W01-1' is not a day"]),
    (("--into", "{}/register", "--snapshot", "2016-12-31"), ["holds other things"]),
    (("--into", "{}/s", "--snapshot", "2016-12-31", "--layout", "{}/none.yaml"), ["none.yaml"]),
])  # fmt: skip
def test_what_cannot_be_imported_is_refused_in_words(run, books, tmp_path, words, said):
    status, _, err = run("import", *books, *(word.format(tmp_path) for word in words))
    assert status == 2
    assert all(text in err for text in said)
    assert "Traceback" not in err
    assert not (tmp_path / "s").exists()


def test_check_leaves_a_page_and_a_workbook_and_says_by_its_status_whether_it_may_be_used(run, register, tmp_path):
    status, out, err = run("check", register, "--out", tmp_path / "c", "--lang", "en")
    assert status == 0, err
    assert "The register may be used." in out
    assert "Can this register be used?" in (tmp_path / "c/county/00_quality.html").read_text(encoding="utf-8")
    book = tmp_path / "c/internal/doubts.xlsx"
    assert stat.S_IMODE(book.stat().st_mode) == 0o600
    assert stat.S_IMODE(book.parent.stat().st_mode) == 0o700
    assert openpyxl.load_workbook(book).sheetnames[0] == "Read me"


def test_a_register_with_many_rows_set_aside_should_be_mended(run, make, tables, tmp_path):
    for row in tables["households"][:2]:
        row["cause_main"] = "因懒"
    books = sorted(Path(make(tables)).glob("*.xlsx"))
    run("import", *books, "--into", tmp_path / "store", "--snapshot", "2017-12-31")
    status, out, err = run("check", tmp_path / "store", "--out", tmp_path / "c")
    assert status == 1
    assert "value.unknown_code" in out
    assert "not met: households set aside, of those read: 50.0%" in err
    sheets = openpyxl.load_workbook(tmp_path / "c/internal/doubts.xlsx")
    rows = [row for sheet in sheets for row in sheet.iter_rows(values_only=True)]
    assert any("households.xlsx" in row and "因懒" in row for row in rows)


def cells(path):
    return {cell for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True) for cell in row if cell is not None}


def test_the_ledger_has_names_for_the_office_and_masks_for_the_notice(run, register, tables, tmp_path):
    assert run("ledger", register, "--out", tmp_path / "i.xlsx")[0] == 0
    assert {"张11", "张21", "H1", "H4"} <= cells(tmp_path / "i.xlsx")
    assert stat.S_IMODE((tmp_path / "i.xlsx").stat().st_mode) == 0o600
    status, _, err = run("ledger", register, "--edition", "public", "--out", tmp_path / "p.xlsx")
    assert (status, (tmp_path / "p.xlsx").exists()) == (2, False)  # its public tables suppress small figures
    assert "--edition notice" in err
    assert run("ledger", register, "--edition", "notice", "--out", tmp_path / "p.xlsx")[0] == 0
    shown = cells(tmp_path / "p.xlsx")
    assert "张*1" not in shown
    assert {"张**"} <= shown
    secrets = {row["name"] for row in tables["persons"]} | {row["id_number"] for row in tables["persons"]} | {"H1", "H2", "因病"}
    assert not secrets & shown
    status, _, err = run("ledger", register, "--edition", "publik", "--out", tmp_path / "x.xlsx")
    assert (status, (tmp_path / "x.xlsx").exists()) == (2, False)
    assert "did you mean 'public'" in err


def test_a_report_on_an_imported_register_counts_up_to_its_last_day(run, register, tmp_path):
    status, out, err = run("report", "--register", register, "--notebook", "01_overview", "--out", tmp_path / "r")
    assert status == 1  # the register is not the published one
    assert err.count("cross-check fails: the register and the published figures") == err.count("cross-check fails") == 1
    assert "1 report made, 0 failed" in out
    page = (tmp_path / "r/county/01_overview.html").read_text(encoding="utf-8")
    assert "2017年12月31日" in page
    assert not [name for name in NAMES if name in page]
