"""How the reports of a batch are executed: forked from a warm process, or in a pool of fresh ones."""

import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import connection
from pathlib import Path
from typing import Any, cast

from tuopin_analysis.report.job import Job, Result, make


def can_fork() -> bool:
    """Whether reports can be made in processes forked from a warm one."""
    return "fork" in multiprocessing.get_all_start_methods()


def forked(jobs: Sequence[Job], staging: Path, workers: int, warm: Callable[[], object]) -> Iterator[tuple[int, Result]]:
    """Each job in a process of its own, forked from this one after `warm`: no state passes from one to another."""
    warm()
    fork = multiprocessing.get_context("fork")
    waiting = list(enumerate(jobs))[::-1]
    running: dict[connection.Connection, tuple[int, Any]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                number, job = waiting.pop()
                with undisturbed():
                    receiver, sender = fork.Pipe(duplex=False)
                    process = fork.Process(target=_child, args=(job, staging / str(number), sender))
                    process.start()
                    sender.close()
                    running[receiver] = (number, process)
            for ready in connection.wait(list(running)):
                receiver = cast(connection.Connection, ready)
                number, process = running.pop(receiver)
                yield number, _received(receiver, jobs[number], process)
    finally:
        for _, process in running.values():
            process.kill()
            process.join()


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back for a moment; it comes through at the end.

    Raised inside a fork, where Python ignores exceptions, it would be lost; raised between a page and the record of it, the
    index would not know the page. Masking the signal is not enough: another thread of a library may receive it.
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


def _child(job: Job, folder: Path, sender: connection.Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us and cleans up
    sender.send(make(job, folder, "warm"))
    sender.close()


def _received(receiver: connection.Connection, job: Job, process: Any) -> Result:
    try:
        result = receiver.recv()
    except EOFError:
        process.join()
        return Result(job, "failed", f"its process ended by itself (exit status {process.exitcode})")
    finally:
        receiver.close()
    process.join()
    return result


def pooled(jobs: Sequence[Job], staging: Path, workers: int) -> Iterator[tuple[int, Result]]:
    """The way without fork (Windows) or with the stock engine: a pool of fresh processes, a kernel for each report."""
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(make, job, staging / str(number), "stock"): number for number, job in enumerate(jobs)}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)
