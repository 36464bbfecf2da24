"""What a user reads when the folder of a register cannot be used: every message whole."""

from datetime import date
from pathlib import Path

import pytest
from register.test_messages import said, written
from register.test_store import FIRST, SECOND, described, frames

from tuopin_analysis.register import importing, load, store
from tuopin_analysis.register.about import about, folder_of

REGISTER = '(register); expected: "demo", or the folder of an imported register; to mend: '
YAML = "(HERE/register/register.yaml)"
ANEW = "to mend: restore the register's folder from a copy, or import the day again with --replace"


@pytest.fixture
def folder(tmp_path):
    store.save(tmp_path / "r", described(tmp_path / "r"), FIRST, frames(1), {})
    return tmp_path / "r"


def test_a_register_that_is_not_there(tmp_path):
    assert said(lambda: folder_of("nowhere"), tmp_path) == f"no such register 'nowhere' {REGISTER}check the path"
    assert said(lambda: folder_of(str(tmp_path)), tmp_path) == (
        f"no register.yaml in the register's folder 'HERE' {REGISTER}check the path")  # fmt: skip


def test_the_demonstration_register_where_it_has_not_been_made(tmp_path, monkeypatch):
    monkeypatch.setattr("tuopin_analysis.paths.DEMO", tmp_path / "demo")
    assert said(lambda: folder_of("demo"), tmp_path) == (
        f"no such register 'demo' {REGISTER}make the demonstration register with `tuopin demo`")  # fmt: skip


def test_the_titles_of_a_register():
    told = about()
    assert [told.title(), told.title("zh"), told.title("en"), told.folder.name] == [
        "正定县建档立卡贫困户演示数据（模拟）", "正定县建档立卡贫困户演示数据（模拟）",
        "Demonstration register of Zhengding county (SYNTHETIC)", "demo"]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [
    ("a: [", "not YAML in UTF-8 (HERE/register.yaml); expected: key: value lines; to mend: while parsing a flow node expected the "
             "node content, but found '<stream end>' in \"<unicode string>\", line 1, column 5: a: [ ^"),
    ("- a", "holds no key: value lines (HERE/register.yaml); expected: the keys title_zh, county_code, tables …"),
    ("titel_zh: x", "unknown key 'titel_zh' (HERE/register.yaml); to mend: did you mean 'title_zh' or 'title_en'?"),
])  # fmt: skip
def test_a_register_yaml_that_cannot_be_read(text, message, tmp_path):
    written(tmp_path / "register.yaml", text.encode())
    assert said(lambda: about(str(tmp_path)), tmp_path) == message


@pytest.mark.parametrize(("change", "message"), [
    ({"until": "2015-12-31"}, f"Value error, until: lies before baseline {YAML}"),
    ({"tables": {"units": "u.xlsx"}},
     "Value error, tables: households, persons, responsible, units, exit_plans, events, and those there are of measures, "
     f"acceptance, changes, standings, reported_exits, rechecks, complaints, each with its file {YAML}"),
    ({"county_code": 130123}, f"county_code: Input should be a valid string {YAML}"),
    ({"store": 1, "tables": {}}, f"Value error, snapshots: at least one, in order of their days, and no tables {YAML}"),
])  # fmt: skip
def test_what_a_register_says_wrongly_of_itself(make, build, tables, tmp_path, change, message):
    assert said(lambda: about(make(tables, build.about | change)), tmp_path) == message


def test_files_outside_the_folder_and_workbooks_of_real_persons(make, build, tables, tmp_path):
    outside = build.about | {"tables": build.about["tables"] | {"units": "../u.xlsx"}}
    assert said(lambda: about(make(tables, outside)), tmp_path) == (
        f"Value error, tables: names of files in the register's folder, not ../u.xlsx {YAML}")  # fmt: skip
    assert said(lambda: load.households(make(tables, build.about | {"synthetic": False})), tmp_path) == (
        "workbooks with real persons are not read in place (HERE/register); expected: an imported register; to mend: tuopin import "
        "HERE/register/*.xlsx --into FOLDER --snapshot 2016-01-01")  # fmt: skip


def test_imports_that_cross_one_another(folder, tmp_path):
    began = about(str(folder))
    store.save(folder, began, SECOND, frames(2), {})
    assert said(lambda: store.save(folder, began, SECOND, frames(4), {}), tmp_path) == (
        "another import has just stored the snapshot of 2017-12-31 (--into HERE/r); expected: a day not yet imported; to mend: "
        "look at it; --replace puts this one in its place")  # fmt: skip
    other = began.model_copy(update={"key_sha256": "1" * 64})
    assert said(lambda: store.save(folder, other, date(2019, 1, 1), frames(4), {}), tmp_path) == (
        "the folder became a register of county 130624 under its own key while this import was reading (--into HERE/r); expected: "
        "the same county and key; to mend: choose another folder")  # fmt: skip
    with store._locked(folder):
        assert said(lambda: store.save(folder, began, date(2019, 1, 1), frames(4), {}), tmp_path) == (
            "another import is writing this register, or somebody corrects it (--into HERE/r); to mend: wait until it has ended")  # fmt: skip


def test_parts_that_are_damaged_or_gone(folder):
    part = folder / about(str(folder)).snapshots[FIRST].parts["households"].file
    part.write_bytes(b"x")
    assert said(lambda: store.frame(about(str(folder)), FIRST, "households"), part) == (
        f"a part of the register was changed or cut off (HERE); expected: its checksum; {ANEW}")  # fmt: skip
    part.unlink()
    assert said(lambda: store.frame(about(str(folder)), FIRST, "households"), part) == (
        f"a part of the register cannot be read: No such file or directory (HERE); expected: the file that register.yaml names; {ANEW}")


def test_folders_for_something_else(tmp_path):
    for n in range(6):
        written(tmp_path / f"{n}.txt", b"x")
    expected = "(--into HERE); expected: a new or empty folder, or the folder of an imported register; to mend: choose another folder"
    assert said(lambda: store.refuse_strangers(tmp_path), tmp_path) == (
        f"the folder holds other things: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt, … {expected}")  # fmt: skip
    (tmp_path / "5.txt").unlink()
    assert said(lambda: store.refuse_strangers(tmp_path), tmp_path) == (
        f"the folder holds other things: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt {expected}")  # fmt: skip
    assert said(lambda: store.refuse_strangers(tmp_path / "1.txt"), tmp_path) == (
        "not a folder (--into HERE/1.txt); expected: a folder for the register; to mend: choose another name")  # fmt: skip
    assert said(lambda: store.save(Path("/proc/r"), described(tmp_path), FIRST, frames(1), {}), tmp_path) == (
        "cannot write the register: No such file or directory (--into /proc/r); expected: a folder that can be written, with room "
        "for the register; to mend: choose another folder, or make room; the register is as it was before")  # fmt: skip


def test_what_an_import_may_not_change(folder, tmp_path):
    def bring(day, **how):
        return said(lambda: importing.import_files([tmp_path / "a.xlsx"], folder, day, key=tmp_path / "key", **how), tmp_path)

    assert bring(FIRST) == (
        "the register has a snapshot of 2016-12-31 (--snapshot 2016-12-31); expected: a day not yet imported; to mend: choose the "
        "day of the new export, or --replace to put it in the place of the old one")  # fmt: skip
    assert bring(SECOND, county="130123", titles={"title_zh": "x"}).splitlines() == [
        "the register has its titles already, and says whether it is synthetic (--title, --title-en, --county-en, --synthetic); to "
        "mend: leave them out; they count for a new register",
        "the register is of county 130624 (--county 130123); expected: the register's county; to mend: leave --county out, or choose "
        "another folder"]  # fmt: skip
    assert bring(SECOND) == (
        "file missing (HERE/a.xlsx); expected: an Excel workbook or a CSV file; to mend: put it there, or correct its name")
