"""Workbooks of personal data: whole or not at all, and their owner's."""

import stat
from pathlib import Path

import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.report import excel


def fill(path, text="甲"):
    with excel.written(path, "表") as book:
        book.add_worksheet().write_string(0, 0, text)
    return path.read_bytes()


def test_equal_contents_give_equal_bytes_that_only_their_owner_reads(tmp_path):
    assert fill(tmp_path / "a.xlsx") == fill(tmp_path / "b.xlsx")
    assert stat.S_IMODE((tmp_path / "a.xlsx").stat().st_mode) == 0o600


def test_a_full_disk_is_told_and_the_earlier_workbook_stays(tmp_path, monkeypatch):
    before = fill(tmp_path / "a.xlsx")

    def full(_path, _data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left on device"):
        fill(tmp_path / "a.xlsx", "乙")
    monkeypatch.undo()
    assert (tmp_path / "a.xlsx").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot write the workbook"):
        fill(tmp_path / "file" / "a.xlsx")
