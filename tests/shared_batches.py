"""Batches that several files of tests read: made once in a run, by the process of pytest that asks first; only read."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ELSEWHERE = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "LC_ALL": "C"}


def whole(out: Path) -> None:
    """Every notebook for the county and its townships, in Chinese, as `make report` makes it; what it said beside the folder."""
    done = _reported("--scope", "all", "--out", str(out))
    out.with_suffix(".txt").write_text(done.stdout, encoding="utf-8")
    assert "warning" not in done.stderr


def alone(out: Path) -> None:
    """One township by itself, one report after the other, in another place of the world."""
    words = ["--scope", "130123103", "--jobs", "1", "--out", str(out)]
    _reported(*words, cwd=str(out.parent), env={**os.environ, **ELSEWHERE})


def _reported(*words: str, **settings) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tuopin_analysis.cli", "report", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **settings)
    assert done.returncode == 0, done.stderr
    return done


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made unless another process of this run has made it; while one makes it, the others wait."""
    with folder.with_suffix(".lock").open("w") as lock:
        if sys.platform != "win32":  # where tests run in one process
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)  # freed by the system when the process ends, however it does
        mark = folder.with_suffix(".done")
        if not mark.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            mark.touch()
    return folder
