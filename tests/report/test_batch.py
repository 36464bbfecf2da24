"""The batch on small notebooks: plan, failures, whole pages, no swapped figures."""

import json
import multiprocessing.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_notebooks import PAGE, TABLE, finished, write_notebook

from tuopin_analysis.errors import InputError
from tuopin_analysis.report import batch

PAGE_FILES = ["001/01_first.html", "001/01_first.ipynb", "001/tables/first.table.csv", "001/tables/first.table.xlsx"]


def run(jobs, out, **settings):
    return list(batch.run(jobs, out, **{"workers": 2, **settings}))


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_plan_is_every_notebook_for_every_scope_with_all_parameters(notebooks):
    jobs = batch.plan(["02_second", "01_first", "01_first"], ["county", "001", "county"], {"times": "4"})
    assert [job.name for job in jobs] == ["county/01_first", "county/02_second", "001/01_first", "001/02_second"]
    assert jobs[2].parameters == {"scope": "001", "lang": "zh", "times": 4, "share": 0.5, "loud": False}


def test_plan_refuses_every_fault_at_once(notebooks):
    with pytest.raises(InputError) as caught:
        batch.plan(["01_first", "03_third"], ["county"], {"nane": "x", "times": "many"})
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("scope", ["../x", "a/b", "", ".", "..", "a\nb", "甲"])
def test_a_scope_that_could_leave_the_folder_is_refused(notebooks, scope):
    with pytest.raises(InputError):
        batch.plan(["01_first"], [scope], {})


@pytest.mark.parametrize("engine", ["warm", "stock"])
def test_both_engines_leave_the_same_bytes(notebooks, tmp_path, engine):
    results = run(batch.plan(["01_first"], ["001"], {"lang": "en"}), tmp_path / "out", engine=engine)
    assert [result.state for result in results] == ["made"], results
    assert files(tmp_path / "out") == PAGE_FILES
    assert (tmp_path / "out/001/tables/first.table.csv").read_text() == "scope,times\n001,1\n"
    other = tmp_path / "other"
    run(batch.plan(["01_first"], ["001"], {"lang": "en"}), other, engine="warm")
    for name in files(other):
        assert (other / name).read_bytes() == (tmp_path / "out" / name).read_bytes(), name


def test_parallel_reports_never_swap_their_figures(notebooks, tmp_path):
    scopes = [f"{number:03d}" for number in range(12)]
    results = run(batch.plan(["01_first", "02_second"], scopes, {}), tmp_path, workers=6)
    assert len(results) == 24
    for scope in scopes:
        for table in ("first", "second"):
            assert (tmp_path / scope / "tables" / f"{table}.table.csv").read_text() == f"scope,times\n{scope},1\n"
        assert f'content="{scope}" name="tuopin-scope"' in (tmp_path / scope / "01_first.html").read_text()


def test_a_page_about_another_scope_is_a_failure(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", "scope = 'county'", PAGE)
    [result] = run(batch.plan(["01_first"], ["001"], {}), tmp_path)
    assert result.state == "failed"
    assert "the page is about 'county', asked for was '001'" in result.error
    assert not (tmp_path / "001").exists()


def test_the_others_go_on_after_a_failure_and_its_own_error_is_told(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, "if scope == '002':\n    raise ValueError('no such thing')")
    results = {result.job.name: result for result in run(batch.plan(["01_first"], ["001", "002", "003"], {}), tmp_path)}
    assert {name: result.state for name, result in results.items()} == {
        "001/01_first": "made",
        "002/01_first": "failed",
        "003/01_first": "made",
    }
    assert results["002/01_first"].error == "ValueError: no such thing"
    assert not (tmp_path / "002").exists()


def test_a_process_that_dies_takes_only_its_own_report(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, "import os, signal\nif scope == '002':\n    os.kill(os.getpid(), signal.SIGKILL)")
    results = {result.job.scope: result for result in run(batch.plan(["01_first"], ["001", "002", "003"], {}), tmp_path)}
    assert [results[scope].state for scope in ("001", "002", "003")] == ["made", "failed", "made"]
    assert "ended by itself" in results["002"].error


def test_two_notebooks_cannot_own_one_table(notebooks, tmp_path):
    write_notebook(notebooks, "02_second", PAGE, TABLE.replace("KEY", "first.table"))
    results = {
        result.job.notebook: result for result in run(batch.plan(["01_first", "02_second"], ["001"], {}), tmp_path, workers=1)
    }
    assert results["02_second"].error == "the table key 'first.table' belongs to 01_first"
    assert not (tmp_path / "001/02_second.html").exists()


def test_a_key_shown_twice_is_a_failure(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, TABLE.replace("KEY", "a"), TABLE.replace("KEY", "a"))
    [result] = run(batch.plan(["01_first"], ["001"], {}), tmp_path)
    assert "shown twice" in result.error


def test_what_a_cell_says_on_stderr_is_handed_on_and_not_shown(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, "import sys; print('odd value', file=sys.stderr)")
    [result] = run(batch.plan(["01_first"], ["001"], {}), tmp_path)
    assert "odd value" in result.warnings[0]
    assert "odd value" not in (tmp_path / "001/01_first.html").read_text().split("<footer>")[0]


def test_a_table_that_is_gone_leaves_no_stale_file(notebooks, tmp_path):
    before = run(batch.plan(["01_first"], ["001"], {}), tmp_path)
    finished(tmp_path, before)
    write_notebook(notebooks, "01_first", PAGE, TABLE.replace("KEY", "renamed"))
    run(batch.plan(["01_first"], ["001"], {}), tmp_path)
    assert files(tmp_path / "001/tables") == ["renamed.csv", "renamed.xlsx"]


def test_the_manifest_keeps_reports_of_earlier_batches(notebooks, tmp_path):
    finished(tmp_path, run(batch.plan(["01_first"], ["001"], {}), tmp_path))
    later = run(batch.plan(["02_second"], ["county"], {}), tmp_path)
    finished(tmp_path, later)
    names = [f"{entry['scope']}/{entry['notebook']}" for entry in batch.entries(tmp_path)]
    assert names == ["county/02_second", "001/01_first"]
    html = (tmp_path / "index.html").read_text()
    assert 'href="001/01_first.html"' in html
    assert "001/tables/first.table.csv" in html


def test_a_failure_after_a_good_run_is_told_and_the_page_before_it_called_so(notebooks, tmp_path):
    finished(tmp_path, run(batch.plan(["01_first"], ["001"], {}), tmp_path), "en")
    write_notebook(notebooks, "01_first", PAGE, "raise ValueError('<b>broken</b>')")
    failed = run(batch.plan(["01_first"], ["001"], {}), tmp_path)
    finished(tmp_path, failed, "en")
    html = (tmp_path / "index.html").read_text()
    assert "the page of an earlier run" in html
    assert "&lt;b&gt;broken" in html
    assert "<b>broken" not in html


def test_a_folder_with_another_manifest_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_text("[1, 2]")
    with pytest.raises(InputError, match="not a manifest"):
        batch.entries(tmp_path)


def test_a_full_disk_is_a_failure_that_leaves_no_half_page(notebooks, tmp_path):
    code = f"""
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from tuopin_analysis import paths
paths.NOTEBOOKS = Path({str(notebooks)!r})
from tuopin_analysis.report import batch
jobs = batch.plan(["01_first"], ["001"], {{}})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
for result in batch.run(jobs, Path({str(tmp_path / "out")!r}), workers=1):
    print(result.state, result.error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("failed cannot write the report")
    assert files(tmp_path / "out") == []


def test_processes_end_before_the_folder_they_write_to_is_removed(notebooks, tmp_path):
    jobs, there = batch.plan(["01_first"], ["001", "002"], {}), []

    def made(jobs, staging):
        try:
            yield 0, batch.Result(jobs[0], "failed", "told")
        finally:  # here processes are ended
            there.append(staging.is_dir())

    begun = batch.run(jobs, tmp_path / "out", elsewhere=made)
    assert next(begun).state == "failed"
    begun.close()
    assert there == [True]
    assert list((tmp_path / "out").iterdir()) == []


def test_a_disk_that_fills_up_midway_keeps_the_pages_before_whole(notebooks, tmp_path):
    """On a real file system of 600 KB, mounted for one process alone."""
    code = f"""
import json, sys
from pathlib import Path
from tuopin_analysis import paths
paths.NOTEBOOKS = Path({str(notebooks)!r})
from tuopin_analysis.report import batch, warm
out = Path({str(tmp_path / "disk")!r})
jobs = batch.plan(["01_first"], [f"{{number:03d}}" for number in range(60)], {{}})
results = list(batch.run(jobs, out, workers=2, warm=lambda: warm.rehearse("zh")))
files = [path for path in out.rglob("*.*") if path.is_file()]
there = {{path.relative_to(out).as_posix(): path.read_bytes().decode(errors="replace") for path in files}}
print(json.dumps([{{result.job.scope: result.error for result in results}}, there]))
"""
    (tmp_path / "disk").mkdir()
    mount = f"mount -t tmpfs -o size=600k none '{tmp_path / 'disk'}' && exec \"$@\""
    space = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*space, "true"], capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a small disk here")
    done = subprocess.run(
        [*space, "sh", "-c", mount, "sh", sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    errors, there = json.loads(done.stdout)
    made = [scope for scope, error in errors.items() if not error]
    assert 0 < len(made) < 60
    assert set(errors.values()) == {"", "cannot write the report: No space left on device"}
    assert sorted(there) == sorted(
        f"{scope}/{name}"
        for scope in made
        for name in ("01_first.html", "01_first.ipynb", "tables/first.table.csv", "tables/first.table.xlsx")
    )
    whole = {name: text for name, text in there.items() if not name.endswith(".xlsx")}
    assert all(text.rstrip().endswith(("</html>", "}", ",1")) for text in whole.values())


def test_ctrl_c_leaves_no_half_page(notebooks, tmp_path):
    write_notebook(
        notebooks, "01_first", PAGE, TABLE.replace("KEY", "first.table"), "import time\nif scope == '002':\n    time.sleep(60)"
    )
    code = f"""
from pathlib import Path
from tuopin_analysis import paths
paths.NOTEBOOKS = Path({str(notebooks)!r})
from tuopin_analysis.report import batch
jobs = batch.plan(["01_first"], ["001", "002"], {{}})
for result in batch.run(jobs, Path({str(tmp_path / "out")!r}), workers=2):
    print(result.job.scope, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests run in the background ignore it
    )  # fmt: skip
    assert process.stdout.readline() == "001\n"
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode != 0
    assert files(tmp_path / "out") == PAGE_FILES
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["001"]
    time.sleep(0.1)
    assert not subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True, check=False).stdout


def test_a_ctrl_c_between_a_page_and_its_record_loses_neither(notebooks, tmp_path, monkeypatch):
    move = os.replace

    def interrupted(source, target):
        move(source, target)
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # another library may have left its own
    monkeypatch.setattr(batch.os, "replace", interrupted)
    results: list[batch.Result] = []
    with pytest.raises(KeyboardInterrupt):
        run(batch.plan(["01_first", "02_second"], ["001", "002"], {}), tmp_path / "out", workers=1, results=results)
    assert [result.job.name for result in results] == ["001/01_first"]
    assert files(tmp_path / "out") == PAGE_FILES
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_a_ctrl_c_while_what_a_process_held_is_freed_is_not_lost(notebooks, tmp_path, monkeypatch):
    """Python only reports an exception raised there, and goes on."""
    close = multiprocessing.util.close_fds

    def interrupted(*numbers):
        close(*numbers)
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(multiprocessing.util, "close_fds", interrupted)
    results: list[batch.Result] = []
    with pytest.raises(KeyboardInterrupt):
        run(batch.plan(["01_first"], ["001", "002", "003"], {}), tmp_path / "out", workers=1, results=results)
    assert not results
    assert not list(tmp_path.glob("out/*"))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_the_manifest_says_what_happened(notebooks, tmp_path):
    finished(tmp_path, run(batch.plan(["01_first"], ["001"], {"times": 2}), tmp_path))
    [entry] = json.loads((tmp_path / "manifest.json").read_text())["reports"]
    assert entry["parameters"]["times"] == 2
    assert entry["state"] == "made"
    assert entry["tables"] == ["first.table"]


def test_what_a_killed_batch_left_is_swept_and_a_running_ones_is_not(notebooks, tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (f".making-{ended.pid}", f".making-{os.getppid()}", ".making-mine"):
        (tmp_path / "out" / name).mkdir(parents=True)
    run(batch.plan(["01_first"], ["001"], {}), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").glob(".*")) == sorted([f".making-{os.getppid()}", ".making-mine"])
