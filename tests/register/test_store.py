"""The store: whole or not at all, whatever ends an import; nothing of persons readable by others."""

import os
import signal
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import store
from tuopin_analysis.register.about import About, about

FIRST, SECOND = date(2016, 12, 31), date(2017, 12, 31)


def described(folder: Path) -> About:
    return About(
        title_zh="册", title_en="Register", county_code="130624", county_zh="阜平县", county_en="Fuping county", baseline=FIRST,
        until=FIRST, synthetic=True, source_zh="源", source_en="source", store=1, key_sha256="0" * 64,
        snapshots={FIRST: {"inputs": {}, "parts": {}}}, folder=folder,
    )  # fmt: skip


def frames(number: int) -> dict[str, pd.DataFrame]:
    return {
        "households": pd.DataFrame({"household_id": [f"h{number}", None], "size": pd.array([number, None], dtype="Int64"),
                                    "has_power": pd.array([True, None], dtype="boolean"),
                                    "identified_date": pd.to_datetime(["2014-01-01", None])}),
        "protected/households": pd.DataFrame({"household_id": [f"h{number}"], "head_name": ["张三"]}),
    }  # fmt: skip


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path):
    """A register with one snapshot."""
    store.save(tmp_path / "r", described(tmp_path / "r"), FIRST, frames(1), {"a.xlsx": "0" * 64})
    return tmp_path / "r"


def test_a_frame_comes_back_as_it_was(folder):
    for name, frame in frames(1).items():
        pd.testing.assert_frame_equal(store.frame(about(str(folder)), FIRST, name), frame)


def test_parts_lie_by_table_day_and_county_and_only_their_owner_reads_them(folder):
    store.save(folder, about(str(folder)), SECOND, frames(2), {})
    assert list(about(str(folder)).snapshots) == [FIRST, SECOND]
    assert (about(str(folder)).baseline, about(str(folder)).until) == (FIRST, SECOND)
    part = about(str(folder)).snapshots[SECOND].parts["households"].file
    assert part.startswith("households/snapshot=2017-12-31/county=130624/")
    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_an_earlier_day_imported_later_becomes_the_baseline(folder):
    store.save(folder, about(str(folder)), date(2016, 1, 1), frames(0), {})
    assert about(str(folder)).baseline == date(2016, 1, 1)
    assert list(about(str(folder)).snapshots) == [date(2016, 1, 1), FIRST]


def test_a_day_is_replaced_whole_and_its_old_parts_are_swept(folder):
    before = tree(folder)
    store.save(folder, about(str(folder)), FIRST, frames(3), {})
    assert len(tree(folder)) == len(before)
    assert store.frame(about(str(folder)), FIRST, "households")["size"].to_list()[0] == 3


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_store as t
from tuopin_analysis.register import store
from tuopin_analysis.register.about import about
count, at, folder = 0, {at}, Path({folder!r})
def deadly(real):
    def call(*args, **kwargs):
        global count
        for _ in ("before", "after"):
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
            if _ == "before":
                result = real(*args, **kwargs)
        return result
    return call
for name in ("open", "fsync", "replace", "unlink", "mkdir", "rmdir"):
    setattr(os, name, deadly(getattr(os, name)))
told = about(str(folder)) if (folder / "register.yaml").exists() else t.described(folder)
store.save(folder, told, t.SECOND if {exists} else t.FIRST, t.frames(2), {{}})
print(count)
"""


def killed(folder: Path, at: int, exists: bool) -> subprocess.CompletedProcess:
    code = KILLED.format(tests=str(Path(__file__).parent), at=at, folder=str(folder), exists=exists)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("exists", [True, False], ids=["extended", "new"])
def test_an_import_killed_at_any_step_leaves_the_register_as_it_was_and_the_next_succeeds(tmp_path, exists):
    target = tmp_path / "r"
    if exists:
        store.save(target, described(target), FIRST, frames(1), {})
    at, alive = 0, False
    while not alive:
        at += 5
        done = killed(target, at, exists)
        alive = done.returncode == 0
        assert alive or done.returncode == -signal.SIGKILL, done.stderr
        told = about(str(target)) if (target / "register.yaml").exists() else None
        assert exists is False or told is not None
        if told:  # whichever it is, before or after: every part that it names is whole
            for day, snapshot in told.snapshots.items():
                for name in snapshot.parts:
                    store.frame(told, day, name)
    assert at > 10
    assert not [path for path in target.rglob(".*") if path.name != ".lock"]
    assert len(tree(target)) == 2 * (1 + exists) + 2  # parts, register.yaml and the lock


def test_a_full_disk_leaves_the_register_as_it_was(folder):
    before = tree(folder)
    code = f"""
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
import test_store as t
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import store
from tuopin_analysis.register.about import about
folder = Path({str(folder)!r})
told = about(str(folder))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))
try:
    store.save(folder, told, t.SECOND, t.frames(2), {{}})
except InputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "cannot write the register: File too large" in done.stdout
    assert tree(folder) == before
    assert list(about(str(folder)).snapshots) == [FIRST]
    store.save(folder, about(str(folder)), SECOND, frames(2), {})
    assert len(tree(folder)) == len(before) + 2


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    target = tmp_path / "r" if os.geteuid() else Path("/proc/r")  # root writes everywhere but there
    with pytest.raises(InputError, match="cannot write the register"):
        store.save(target, described(target), FIRST, frames(1), {})


def test_another_import_at_the_same_time_is_refused(folder):
    with store._locked(folder), pytest.raises(InputError, match="another import"):
        store.save(folder, about(str(folder)), SECOND, frames(2), {})


def test_two_imports_that_began_together_both_count(folder):
    began = about(str(folder))
    store.save(folder, began, SECOND, frames(2), {})
    store.save(folder, began, date(2018, 12, 31), frames(3), {})
    assert list(about(str(folder)).snapshots) == [FIRST, SECOND, date(2018, 12, 31)]
    assert store.frame(about(str(folder)), SECOND, "households")["size"].to_list()[0] == 2
    with pytest.raises(InputError, match="another import has just stored"):
        store.save(folder, began, SECOND, frames(4), {})
    with pytest.raises(InputError, match="became a register of county 130624"):
        store.save(folder, began.model_copy(update={"key_sha256": "1" * 64}), date(2019, 12, 31), frames(4), {})


def test_a_failed_first_import_leaves_nothing(tmp_path, monkeypatch):
    def full(path, content):
        if path.name == "register.yaml":
            raise OSError(28, "No space left on device")
        write(path, content)

    write = store.protect.write_private
    monkeypatch.setattr(store.protect, "write_private", full)
    with pytest.raises(InputError, match="No space left"):
        store.save(tmp_path / "r", described(tmp_path / "r"), FIRST, frames(1), {})
    assert not (tmp_path / "r").exists()


def test_a_folder_with_other_things_is_not_touched(tmp_path):
    (tmp_path / "letter.docx").write_text("x")
    with pytest.raises(InputError, match=r"holds other things: letter\.docx"):
        store.save(tmp_path, described(tmp_path), FIRST, frames(1), {})
    assert tree(tmp_path) == {"letter.docx": b"x"}
    with pytest.raises(InputError, match="not a folder"):
        store.save(tmp_path / "letter.docx", described(tmp_path), FIRST, frames(1), {})


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-9])])
def test_a_part_that_is_gone_or_cut_off_is_named(folder, damage):
    part = about(str(folder)).snapshots[FIRST].parts["households"].file
    damage(folder / part)
    with pytest.raises(InputError) as caught:
        store.frame(about(str(folder)), FIRST, "households")
    assert part in str(caught.value)
    assert "--replace" in str(caught.value)


@pytest.mark.parametrize("file", ["../elsewhere.parquet", "/etc/passwd", "households/../../x.parquet"])
def test_a_part_outside_the_folder_is_refused(folder, file):
    told = yaml.safe_load((folder / "register.yaml").read_text(encoding="utf-8"))
    told["snapshots"]["2016-12-31"]["parts"]["households"]["file"] = file
    (folder / "register.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    with pytest.raises(InputError, match="below the register's folder"):
        about(str(folder))
