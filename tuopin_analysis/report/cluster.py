"""The same plan on a cluster of Dask distributed: workers make reports, their files come back, this machine publishes them."""

import contextlib
import logging
import os
import queue
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tuopin_analysis import __version__, paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import provenance
from tuopin_analysis.report.home import Home, Order
from tuopin_analysis.report.job import Engine, Job, Result
from tuopin_analysis.report.limits import UNLIMITED, Limits

PATIENCE = 60  # seconds to wait for a worker when there is none
CONNECTING = 10  # seconds to wait for a scheduler's first answer
RETRIES = 2
_homes: dict[tuple[str, int], Home] = {}  # in a worker: by batch and thread


@contextlib.contextmanager
def connected(address: str, workers: int) -> Iterator[Any]:
    """A client of the cluster at `address`, or of one of `workers` processes on this machine ("local") that ends with it."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        mend = "pip install 'tuopin-analysis[cluster]'"
        raise InputError(Fault("Dask distributed is not installed", "--cluster", mend=mend)) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # lost workers are told by the batch
    if address != "local":
        try:
            client = Client(address, timeout=CONNECTING, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            what = f"no scheduler answers at '{address}': {error}"
            raise InputError(Fault(what, "--cluster", "local or tcp://HOST:PORT of a running Dask scheduler")) from None
        with client:
            yield client
        return
    settings: dict[str, Any] = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": logging.CRITICAL}
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, memory_limit=0, **settings) as local,
        Client(local, set_as_default=False) as client,
    ):
        yield client


def agree(client: Any, fingerprint: Callable[[], str], register: str) -> None:
    """InputError unless every worker has the code, the libraries and the register that this process has.

    `fingerprint` (sent to the workers) tells the register's content; it raises InputError or OSError where it cannot be read.
    """
    ours, faults = (identity(), fingerprint()), []
    told = client.run(_told, os.getcwd(), fingerprint, on_error="return")
    if not told:
        raise InputError(Fault("the cluster has no workers", "--cluster", mend="start some: dask worker ADDRESS --nthreads 1"))
    for worker, theirs in sorted(told.items()):
        if isinstance(theirs, BaseException):
            what = f"the worker {worker} cannot run tuopin-analysis: {theirs}"
            faults.append(Fault(what, "--cluster", f"tuopin-analysis {__version__} installed for its Python"))
            continue
        other = [name for name in sorted({*ours[0], *theirs[0]}) if ours[0].get(name) != theirs[0].get(name)]
        if other:
            what = f"the worker {worker} has another version of {', '.join(other)}"
            faults.append(Fault(what, "--cluster", "the same code and libraries everywhere", "install requirements.lock there"))
        if ours[1] != theirs[1]:
            what = f"the worker {worker} " + ("has another register" if theirs[1] else "cannot read a register")
            faults.append(Fault(f"{what} at '{register}'", "--cluster", "a path that all machines share"))
    if faults:
        raise InputError(*faults)


@cache
def identity() -> dict[str, str]:
    """What must be the same everywhere, each with its version or checksum: Python, libraries, code with its data, rule sets."""
    told = provenance.environment()
    return {
        "Python": told["python"],
        **told["versions"],
        "tuopin-analysis (its code or data)": f"{__version__} {provenance.package_sha256()}",
        "the rule sets": provenance.combined({path.name: provenance.sha256(path) for path in paths.RULES.glob("*.yaml")}),
    }


def _told(cwd: str, fingerprint: Callable[[], str]) -> tuple[dict[str, str], str]:
    try:
        with contextlib.chdir(cwd if Path(cwd).is_dir() else "."):
            return identity(), fingerprint()
    except (InputError, OSError):
        return identity(), ""


def maker(
    client: Any, warm: Callable[[], object], *, engine: Engine = "warm", allowed: Limits = UNLIMITED
) -> Callable[[Sequence[Job], Path], Generator[tuple[int, Result], None, None]]:
    """What `batch.run` takes as `elsewhere`: reports made by the workers of a client, as many at a time as these have threads.

    The reports of a worker that is lost are made again by another. `warm` must be picklable; workers call it once each.
    """
    batch = uuid.uuid4().hex

    def make(jobs: Sequence[Job], staging: Path) -> Generator[tuple[int, Result], None, None]:
        waiting, done = deque(enumerate(jobs)), queue.SimpleQueue[Any]()
        running: dict[str, tuple[int, Any]] = {}
        try:
            while waiting or running:
                while waiting and len(running) < 2 * max(1, sum(client.nthreads().values())):
                    number, job = waiting.popleft()
                    order = Order(batch, job, job.source.read_bytes(), os.getcwd(), engine, allowed, warm)
                    future = client.submit(_work, order, key=f"tuopin-{batch}-{number}", pure=False, retries=RETRIES)
                    running[future.key] = (number, future)
                    future.add_done_callback(done.put)
                number, future = running.pop(_next(client, done).key)
                yield number, _received(future, jobs[number], staging / str(number))
        finally:
            _leave(client, batch, [future for _, future in running.values()])

    return make


def _next(client: Any, done: "queue.SimpleQueue[Any]") -> Any:
    """The next finished future; InputError when the cluster is gone."""
    alone_since = None
    while True:
        try:
            return done.get(timeout=1)
        except queue.Empty:
            there = client.status == "running" and bool(client.nthreads())
            alone_since = None if there else alone_since or time.monotonic()
            if alone_since and time.monotonic() - alone_since > PATIENCE:
                mend = "start workers and run the command again"
                raise InputError(Fault("no worker is left in the cluster", "--cluster", mend=mend)) from None


def _received(future: Any, job: Job, folder: Path) -> Result:
    try:
        result, files = future.result()
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return result
    except OSError as error:
        return Result(job, "failed", f"cannot write the report: {error.strerror or error}")
    except Exception as error:  # a worker lost over and over, or one that cannot work
        return Result(job, "failed", f"no worker of the cluster could make it ({type(error).__name__}: {error})")
    finally:
        future.release()


def _leave(client: Any, batch: str, futures: Sequence[Any]) -> None:
    """End what the batch left with the workers; a cluster that is gone has nothing left."""
    with contextlib.suppress(Exception):
        client.cancel(futures, force=True)
        client.sync(client._run, _close, batch, on_error="ignore", callback_timeout=10)


def _work(order: Order) -> tuple[Result, Mapping[str, bytes]]:
    """In a worker: the report made by this thread's home. Without a home left the task fails, and Dask tries it again."""
    from distributed import get_worker

    key = (order.batch, threading.get_ident())
    if key not in _homes:
        _homes[key] = Home(order.batch, get_worker().local_directory)
    try:
        return _homes[key].make(order)
    except (EOFError, OSError) as error:
        _homes.pop(key).end()
        raise RuntimeError("the warm process of a worker ended by itself") from error


def _close(batch: str) -> None:
    """In a worker: end the homes of a batch."""
    for key in [key for key in _homes if key[0] == batch]:
        _homes.pop(key).end()
