"""The batch on a real cluster of two worker processes: the same bytes, workers lost, nothing left behind."""

import contextlib
import functools
import importlib
import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest
from small_notebooks import PAGE, TABLE, write_notebook

from tuopin_analysis import cli_cluster, paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.report import batch, cluster, home, limits

pytest.importorskip("distributed")


# What a worker calls it must be able to import: not this file.
fingerprint, warm_up = functools.partial(str, "same"), functools.partial(importlib.import_module, "papermill.execute")


@pytest.fixture(scope="module")
def client():
    with cluster.connected("local", 2) as client:
        yield client


def bytes_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def homes():
    found = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it may have ended meanwhile
            found |= {process.pid} if home.__name__ in process.cmdline() else set()
    return found


def test_a_cluster_leaves_the_same_bytes_though_a_worker_is_killed_midway(notebooks, tmp_path, client):
    write_notebook(notebooks, "01_first", PAGE, TABLE.replace("KEY", "first.table"), "import time; time.sleep(0.3)")
    jobs = batch.plan(["01_first", "02_second"], [f"{number:03d}" for number in range(6)], {})
    assert {result.state for result in batch.run(jobs, tmp_path / "here", workers=2)} == {"made"}
    killed, results = [], []
    for result in batch.run(jobs, tmp_path / "there", elsewhere=cluster.maker(client, warm_up)):
        results.append(result)
        if len(results) == 3:
            killed += list(client.run(os.getpid).values())[:1]
            os.kill(killed[0], signal.SIGKILL)
    assert killed
    assert sorted(result.job.name for result in results) == sorted(job.name for job in jobs)
    assert {result.state for result in results} == {"made"}, results
    assert bytes_of(tmp_path / "there") == bytes_of(tmp_path / "here")
    assert not homes()


def test_failures_and_limits_reach_the_batch(notebooks, tmp_path, client):
    write_notebook(notebooks, "01_first", PAGE, "if scope == '001':\n    1 / 0\nwhile scope == '002':\n    pass")
    allowed = limits.Limits(seconds=15)
    made = batch.run(
        batch.plan(["01_first"], ["001", "002", "003"], {}), tmp_path, elsewhere=cluster.maker(client, warm_up, allowed=allowed)
    )
    results = {result.job.scope: result for result in made}
    assert results["001"].error == "ZeroDivisionError: division by zero"
    assert "time allowed (15 s)" in results["002"].error
    assert results["003"].state == "made"


def test_a_home_that_is_killed_costs_no_report(notebooks, tmp_path, client):
    write_notebook(notebooks, "01_first", PAGE, "import time; time.sleep(0.5)")
    results, jobs = [], batch.plan(["01_first"], ["1", "2", "3", "4"], {})
    for result in batch.run(jobs, tmp_path, elsewhere=cluster.maker(client, warm_up)):
        if not results:
            os.kill(min(homes()), signal.SIGKILL)
        results.append(result)
    assert [result.state for result in results] == ["made"] * 4


def test_leaving_a_batch_ends_its_reports_on_the_workers(notebooks, tmp_path, client):
    write_notebook(notebooks, "01_first", PAGE, "import time\nif scope != '001':\n    time.sleep(600)")
    made = batch.run(batch.plan(["01_first"], ["001", "002", "003"], {}), tmp_path, elsewhere=cluster.maker(client, warm_up))
    next(made)
    assert homes()
    made.close()
    deadline = time.monotonic() + 10
    while homes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not homes()
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_ctrl_c_leaves_no_worker_of_a_local_cluster(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, "import time\nif scope != '001':\n    time.sleep(600)")
    program = tmp_path / "program.py"  # workers start from the main module again
    program.write_text(f"""
import functools, importlib
from pathlib import Path
from tuopin_analysis import paths
from tuopin_analysis.report import batch, cluster
if __name__ == "__main__":
    paths.NOTEBOOKS = Path({str(notebooks)!r})
    jobs = batch.plan(["01_first"], ["001", "002", "003"], {{}})
    with cluster.connected("local", 2) as client:
        made = cluster.maker(client, functools.partial(importlib.import_module, "papermill.execute"))
        for result in batch.run(jobs, Path({str(tmp_path / "out")!r}), elsewhere=made):
            print(result.job.scope, flush=True)
""")
    process = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout.readline() == "001\n"
        family = psutil.Process(process.pid).children(recursive=True)
        assert any(home.__name__ in member.cmdline() for member in family)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    finally:
        process.kill()
    _, left = psutil.wait_procs(family, timeout=10)
    assert left == []
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["001"]


def test_workers_with_other_code_or_another_register_are_refused(client, monkeypatch):
    cluster.agree(client, fingerprint, "demo")
    ours = {**cluster.identity(), "pandas": "1.0"}
    monkeypatch.setattr(cluster, "identity", lambda: ours)
    with pytest.raises(InputError, match="has another version of pandas") as caught:
        cluster.agree(client, fingerprint, "demo")
    assert len(caught.value.faults) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_register_that_a_worker_has_not_is_refused(client):
    mine_alone = functools.partial(os.listdir, f"/proc/self/task/{os.getpid()}")
    with pytest.raises(InputError, match="cannot read a register at 'x'"):
        cluster.agree(client, mine_alone, "x")


def test_the_fingerprint_of_a_register_tells_its_content(tmp_path):
    ours = cli_cluster.fingerprint("demo")
    assert ours == cli_cluster.fingerprint(str(paths.DEMO))
    shutil.copytree(paths.DEMO, tmp_path / "other")
    told = tmp_path / "other" / "register.yaml"
    told.write_text(told.read_text(encoding="utf-8").replace("until: ", "until:  "), encoding="utf-8")
    assert cli_cluster.fingerprint(str(tmp_path / "other")) != ours


def test_no_scheduler_at_the_address(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECTING", 1)
    nobody = "tcp://127.0.0.1:1"
    with pytest.raises(InputError, match=f"no scheduler answers at '{nobody}'"), cluster.connected(nobody, 1):
        pass


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"tuopin-analysis\[cluster\]"), cluster.connected("local", 1):
        pass
