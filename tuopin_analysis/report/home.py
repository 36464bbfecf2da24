"""A warm process beside a worker of a cluster: makes one report after the other, each in a process forked from it.

A worker itself must not fork: it has threads, and may be forbidden children. So it starts this module as a program and speaks
with it over standard input and output, in pickles: a report in, its result and files out.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tuopin_analysis.report import limits, running
from tuopin_analysis.report.job import Engine, Job, Result

IDLE = 600  # seconds without a report after which a home ends: its batch was killed, or is over


@dataclass(frozen=True)
class Order:
    """One report to make elsewhere: all a home needs to make the bytes that the batch would have made."""

    batch: str
    job: Job
    notebook: bytes  # its file, which may lie elsewhere on that machine
    cwd: str
    engine: Engine
    allowed: limits.Limits
    warm: Callable[[], object]


class Home:
    """A worker's end: starts the program, hands it orders."""

    def __init__(self, batch: str, folder: str) -> None:
        self.batch = batch
        command = [sys.executable, "-m", __name__, folder]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def make(self, order: Order) -> tuple[Result, dict[str, bytes]]:
        """The result and the files (path in the report's folder -> bytes); EOFError or OSError when the home has ended."""
        pipes: Any = self.process
        pickle.dump(order, pipes.stdin)
        pipes.stdin.flush()
        return pickle.load(pipes.stdout)

    def end(self) -> None:
        limits.end(self.process.pid, itself=False)
        self.process.kill()
        self.process.wait()


def main(folder: str) -> None:
    """Take orders until there are no more, or none for a while."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not fall among the pickles
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limits.lead()
    warmed = False
    while True:
        with _not_idle():
            try:
                order: Order = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
        if not warmed:
            with contextlib.suppress(FileNotFoundError):
                os.chdir(order.cwd)
            order.warm()
            warmed = True
        pickle.dump(_made(order, Path(folder)), answers)
        answers.flush()


@contextlib.contextmanager
def _not_idle():
    if not hasattr(signal, "alarm"):
        yield
        return
    signal.alarm(IDLE)
    yield
    signal.alarm(0)


def _made(order: Order, folder: Path) -> tuple[Result, dict[str, bytes]]:
    with tempfile.TemporaryDirectory(prefix="tuopin-", dir=folder) as staging:
        source = Path(staging) / f"{order.job.notebook}.ipynb"
        source.write_bytes(order.notebook)
        job = replace(order.job, source=source)
        [(number, result)] = running.made([job], Path(staging), workers=1, engine=order.engine, allowed=order.allowed)
        made = Path(staging) / str(number)
        files = {path.relative_to(made).as_posix(): path.read_bytes() for path in made.rglob("*") if path.is_file()}
        result.job = order.job
        return result, files if result.state == "made" else {}


if __name__ == "__main__":
    main(sys.argv[1])
