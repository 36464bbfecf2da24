"""What a report may take; how its process ends, and what it started with it."""

import os
import subprocess
import sys
import time

import psutil
import pytest
from small_notebooks import PAGE, write_notebook

from tuopin_analysis.report import batch, limits

LOOP = "if scope == '002':\n    while True:\n        pass"
EATER = """
eaten = []
while scope == '002':
    eaten.append(bytearray(b'x') * 10_000_000)"""
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "MARK"], start_new_session=True)
"""


def made(tmp_path, scopes=("001", "002", "003"), **settings):
    jobs = batch.plan(["01_first"], list(scopes), {})
    return {result.job.scope: result for result in batch.run(jobs, tmp_path / "out", workers=2, **settings)}


def alive(mark):
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if mark in (process.info["cmdline"] or []) and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found


@pytest.mark.parametrize(("engine", "seconds"), [("warm", 10), ("stock", 20)])
def test_a_loop_for_ever_fails_alone_at_the_limit(notebooks, tmp_path, engine, seconds):
    write_notebook(notebooks, "01_first", PAGE, LOOP)
    results = made(tmp_path, engine=engine, allowed=limits.Limits(seconds=seconds))
    assert [results[scope].state for scope in ("001", "002", "003")] == ["made", "failed", "made"], results
    assert results["002"].error.startswith(f"took longer than the time allowed ({seconds} s)")
    assert "--timeout" in results["002"].error
    assert not (tmp_path / "out/002").exists()


@pytest.mark.parametrize("engine", ["warm", "stock"])
def test_an_eater_of_memory_fails_alone_at_the_limit(notebooks, tmp_path, engine):
    write_notebook(notebooks, "01_first", PAGE, EATER)
    results = made(tmp_path, engine=engine, allowed=limits.Limits(megabytes=700))
    assert [results[scope].state for scope in ("001", "002", "003")] == ["made", "failed", "made"], results
    assert results["002"].error.startswith("ran out of the memory allowed (700 MB)")


def test_pages_shared_with_the_warm_process_do_not_count(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, "import time; time.sleep(0.5)")
    shared = bytearray(b"x") * 600_000_000
    results = made(tmp_path, scopes=["001"], allowed=limits.Limits(megabytes=400))
    assert results["001"].state == "made", results
    del shared


@pytest.mark.parametrize(
    ("then", "state"), [("", "made"), ("while True:\n    pass", "failed"), ("import os; os.kill(os.getpid(), 9)", "failed")]
)
def test_what_a_report_started_never_survives_it(notebooks, tmp_path, then, state):
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    started = PARENT.replace("MARK", mark)
    if "kill" in then:  # what a killed report leaves is found by its group alone
        started = started.replace(", start_new_session=True", "")
    write_notebook(notebooks, "01_first", PAGE, started, then)
    results = made(tmp_path, scopes=["001"], allowed=limits.Limits(seconds=10))
    assert results["001"].state == state, results
    assert alive(mark) == []


def test_a_thread_that_never_ends_holds_nothing_up(notebooks, tmp_path):
    endless = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()"
    write_notebook(notebooks, "01_first", PAGE, endless)
    started = time.monotonic()
    assert made(tmp_path, scopes=["001"])["001"].state == "made"
    assert time.monotonic() - started < 120


def test_a_killed_process_is_told_in_words(notebooks, tmp_path):
    ends = "import os\nif scope == '002':\n    os.kill(os.getpid(), 9)\nif scope == '003':\n    os._exit(3)"
    write_notebook(notebooks, "01_first", PAGE, ends)
    results = made(tmp_path)
    assert "SIGKILL" in results["002"].error
    assert "to mend: fewer reports at the same time (--jobs)" in results["002"].error
    assert results["003"].error.startswith("its process ended by itself (exit status 3)")
    assert results["001"].state == "made"


def test_a_killed_kernel_of_the_stock_engine_is_one_failed_report(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, "import os\nif scope == '002':\n    os.kill(os.getpid(), 9)")
    results = made(tmp_path, engine="stock")
    assert [results[scope].state for scope in ("001", "002", "003")] == ["made", "failed", "made"], results
    assert results["002"].error.startswith("its kernel ended by itself")


@pytest.mark.skipif(sys.platform != "linux", reason="the system ends children with their parent on Linux alone")
def test_a_batch_that_is_killed_takes_its_reports_with_it(notebooks, tmp_path):
    tells = f"import os\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\nwhile True:\n    pass"
    write_notebook(notebooks, "01_first", PAGE, tells)
    code = f"""
from pathlib import Path
from tuopin_analysis import paths
paths.NOTEBOOKS = Path({str(notebooks)!r})
from tuopin_analysis.report import batch
list(batch.run(batch.plan(["01_first"], ["001"], {{}}), Path({str(tmp_path / "out")!r}), workers=1))
"""
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 60
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    report = int((tmp_path / "pid").read_text())
    process.kill()
    process.wait()
    while psutil.pid_exists(report) and psutil.Process(report).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.1)
