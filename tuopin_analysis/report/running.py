"""How the reports of a batch are executed: each in a process of its own, watched, and ended with all it started."""

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection
from pathlib import Path
from typing import Any

from tuopin_analysis.report import limits
from tuopin_analysis.report.job import Engine, Job, Result, make

TICK = 0.1  # seconds between two looks at limits


def can_fork() -> bool:
    """Whether reports can be made in processes forked from a warm one."""
    return "fork" in multiprocessing.get_all_start_methods()


def made(
    jobs: Sequence[Job], staging: Path, *, workers: int, engine: Engine = "warm", allowed: limits.Limits = limits.UNLIMITED,
    warm: Callable[[], object] = lambda: None,
) -> Generator[tuple[int, Result], None, None]:
    """Each job, `workers` at a time, in a process forked from this one after `warm`: no state passes from one to another.

    Yields number and result as reports end, in whatever order. Without fork (Windows) each process starts afresh, and a
    kernel is started for each report, as with the stock engine. Whatever ends the iteration, no process is left.
    """
    context: Any = multiprocessing.get_context("fork" if can_fork() else "spawn")
    if can_fork():
        warm()
        gc.collect()
        gc.freeze()  # a child's garbage collector then leaves the pages alone that it shares with us
    waiting = list(enumerate(jobs))[::-1]
    running: dict[connection.Connection, _Running] = {}
    try:
        while waiting or running:
            ended: list[tuple[int, Result]] = []
            with undisturbed():
                while waiting and len(running) < workers:
                    number, job = waiting.pop()
                    try:
                        report = _start(context, number, job, staging, engine if can_fork() else "stock")
                        running[report.receiver] = report
                    except OSError as error:  # no memory or no process left for a fork
                        ended.append((number, Result(job, "failed", f"cannot start a process: {error.strerror or error}")))
                connection.wait([*running], 0 if ended else TICK)
                for receiver, report in list(running.items()):
                    result = report.result(allowed)
                    if result:
                        del running[receiver]
                        ended.append((report.number, result))
            yield from ended
    finally:
        with undisturbed():
            for report in running.values():
                report.end()
            gc.unfreeze()


@dataclass
class _Running:
    """A report that is being made: its process, and the end of the pipe that will bring the result."""

    number: int
    job: Job
    process: Any
    receiver: connection.Connection
    started: float = field(default_factory=time.monotonic)

    def result(self, allowed: limits.Limits) -> Result | None:
        """The result once there is one: sent by the process, or what became of a process that can send none."""
        gone = self.process.exitcode is not None  # asked first: what it sent before it ended is then there
        if self.receiver.poll():
            try:
                result = self.receiver.recv()
                self.process.join(1)
            except (EOFError, OSError, pickle.UnpicklingError):
                self.process.join(1)
                result = self._failed(limits.ended(self.process.exitcode))
        elif gone:
            result = self._failed(limits.ended(self.process.exitcode))
        else:
            broken = allowed.broken(self.process.pid, self.started)
            if not broken:
                return None
            result = self._failed(broken)
        self.end()
        return result

    def end(self) -> None:
        limits.end(self.process.pid)
        self.process.join()
        self.process.close()
        self.receiver.close()

    def _failed(self, error: str) -> Result:
        return Result(self.job, "failed", error, seconds=round(time.monotonic() - self.started, 3))


def _start(context: Any, number: int, job: Job, staging: Path, engine: Engine) -> _Running:
    receiver, sender = context.Pipe(duplex=False)
    try:
        process = context.Process(target=_child, args=(job, staging / str(number), engine, sender))
        process.start()
    finally:
        sender.close()
    return _Running(number, job, process, receiver)


def _child(job: Job, folder: Path, engine: Engine, sender: connection.Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limits.lead()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    result = make(job, folder, engine)
    limits.end(os.getpid(), itself=False)
    sender.send(result)
    os._exit(0)  # threads that a notebook left running, and the taking down of all that is loaded, are not waited for


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back for a moment; it comes through at the end.

    Raised inside a fork or while an object of a process is freed, where Python ignores exceptions, it would be lost; raised
    between a page and the record of it, the index would not know the page. Masking the signal is not enough: another thread of a
    library may receive it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if held:
            signal.raise_signal(signal.SIGINT)
