"""The batch: plan reports, execute each in a process of its own, publish whole pages, say what failed."""

import json
import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from multiprocessing import connection
from pathlib import Path
from typing import Any, Literal

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import parameters as contract
from tuopin_analysis.report import render

Engine = Literal["warm", "stock"]
TABLES = "tables"


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook with its parameters, among them the scope."""

    notebook: str
    scope: str
    parameters: dict[str, Any] = field(hash=False)

    @property
    def name(self) -> str:
        return f"{self.scope}/{self.notebook}"

    def files(self) -> list[str]:
        """Where its page and its notebook go, relative to the output folder."""
        return [f"{self.name}.html", f"{self.name}.ipynb"]


@dataclass
class Result:
    """What became of a job: `made` or `failed`, with the notebook's own error, its tables and its warnings."""

    job: Job
    state: Literal["made", "failed"]
    error: str = ""
    tables: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    subject: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def entry(self) -> dict[str, Any]:
        """The result as the manifest keeps it."""
        flat = asdict(self)
        job = flat.pop("job")
        return {**job, **flat}


def plan(notebooks: Sequence[str], scopes: Sequence[str], given: Mapping[str, Any], where: str = "-p") -> list[Job]:
    """Every notebook for every scope, in reading order; InputError before anything runs if one cannot be.

    >>> [job.name for job in plan(["02_causes"], ["county", "130123103"], {"lang": "en"})]
    ['county/02_causes', '130123103/02_causes']
    """
    jobs, faults = [], []
    for scope in dict.fromkeys(scopes):
        for notebook in sorted(set(notebooks)):
            try:
                defaults = {name: _literal(p["default"]) for name, p in contract.declared(notebook).items()}
                values = contract.check(notebook, {**given, "scope": scope}, where)
                jobs.append(Job(render.tagged(notebook), render.tagged(scope), {**defaults, **values}))
            except InputError as error:
                faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise InputError(*faults)
    return jobs


def _literal(text: str) -> Any:
    import ast

    return ast.literal_eval(text)


def make(job: Job, folder: Path, engine: Engine) -> Result:
    """Execute one report and write its files into `folder`; a failure is a result, not an exception."""
    started = time.perf_counter()
    try:
        result = _make(job, folder, engine)
    except InputError as error:
        result = Result(job, "failed", str(error))
    except OSError as error:
        result = Result(job, "failed", f"cannot write the report: {error.strerror or error}")
    except Exception as error:  # whatever a notebook or a library raises must not stop the other reports
        result = Result(job, "failed", _own_error(error))
    result.seconds = round(time.perf_counter() - started, 3)
    return result


def _make(job: Job, folder: Path, engine: Engine) -> Result:
    import nbformat
    import papermill

    if engine == "warm":
        from papermill.engines import papermill_engines

        from tuopin_analysis.report.engine import WarmEngine

        papermill_engines.register("tuopin-warm", WarmEngine)
    executed = papermill.execute_notebook(
        str(paths.NOTEBOOKS / f"{job.notebook}.ipynb"), None, job.parameters, progress_bar=False, cwd=str(paths.NOTEBOOKS),
        engine_name="tuopin-warm" if engine == "warm" else None, kernel_name="python3")
    warnings = render.warnings(executed)
    notebook = render.normalised(executed, job.parameters)
    about = render.subject(notebook)
    if about["scope"] != job.scope:
        raise InputError(Fault(f"the page is about '{about['scope']}', asked for was '{job.scope}'", job.name))
    found = render.tables(notebook)
    html = render.page(notebook, about["lang"])
    (folder / TABLES).mkdir(parents=True, exist_ok=True)
    for key, csv in found.items():
        (folder / TABLES / f"{render.tagged(key)}.csv").write_text(csv, encoding="utf-8", newline="\n")
    (folder / f"{job.notebook}.ipynb").write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    (folder / f"{job.notebook}.html").write_text(html, encoding="utf-8", newline="\n")
    return Result(job, "made", tables=sorted(found), warnings=warnings, subject=about)


def _own_error(error: Exception) -> str:
    """The notebook's own error without the frames around it; papermill hands it over as name and value."""
    name, value = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    return value if name == "InputError" else f"{name}: {value}"


def run(jobs: Sequence[Job], out: Path, *, workers: int, engine: Engine = "warm",
        warm: Callable[[], object] = lambda: None) -> Iterator[Result]:
    """Make the jobs and yield each result as soon as its page is in place.

    Pages are made in a hidden folder of `out` and moved to their place whole. Whatever ends the batch, Ctrl-C too, the
    running processes are ended and that folder is removed. `warm` loads what all reports share, once, before the first.
    """
    staging = out / f".making-{os.getpid()}"
    staging.mkdir(parents=True)
    owners = {key: entry["notebook"] for entry in entries(out) for key in _owned(entry)}
    try:
        made = _forked(jobs, staging, workers, warm) if engine == "warm" and can_fork() else _pooled(jobs, staging, workers)
        for number, result in made:
            yield _publish(result, staging / str(number), out, owners)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def can_fork() -> bool:
    """Whether reports can be made in processes forked from a warm one."""
    return "fork" in multiprocessing.get_all_start_methods()


def _forked(jobs: Sequence[Job], staging: Path, workers: int, warm: Callable[[], object]) -> Iterator[tuple[int, Result]]:
    """Each job in a process of its own, forked from this one after `warm`: no state passes from one to another."""
    warm()
    fork = multiprocessing.get_context("fork")
    waiting = list(enumerate(jobs))[::-1]
    running: dict[connection.Connection, tuple[int, Any]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                number, job = waiting.pop()
                receiver, sender = fork.Pipe(duplex=False)
                process = fork.Process(target=_child, args=(job, staging / str(number), sender))
                process.start()
                sender.close()
                running[receiver] = (number, process)
            for ready in connection.wait(list(running)):
                number, process = running.pop(ready)  # type: ignore[index]
                yield number, _received(ready, jobs[number], process)  # type: ignore[arg-type]
    finally:
        for _, process in running.values():
            process.kill()
            process.join()


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


def _pooled(jobs: Sequence[Job], staging: Path, workers: int) -> Iterator[tuple[int, Result]]:
    """The way without fork (Windows) or with the stock engine: a pool of fresh processes, a kernel for each report."""
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(make, job, staging / str(number), "stock"): number for number, job in enumerate(jobs)}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _publish(result: Result, folder: Path, out: Path, owners: dict[str, str]) -> Result:
    """Move a finished report to its place; a table that another notebook of the scope owns makes it a failure."""
    job = result.job
    for key in result.tables:
        owner = owners.setdefault(f"{job.scope}/{key}", job.notebook)
        if owner != job.notebook:
            return Result(job, "failed", f"the table key '{key}' belongs to {owner}", seconds=result.seconds)
    if result.state == "made":
        target = out / job.scope
        (target / TABLES).mkdir(parents=True, exist_ok=True)
        for made in sorted(folder.rglob("*.*")):
            os.replace(made, target / made.relative_to(folder))
        for stale in {key for key, owner in owners.items() if owner == job.notebook and key.startswith(f"{job.scope}/")}:
            key = stale.removeprefix(f"{job.scope}/")
            if key not in result.tables:
                (target / TABLES / f"{key}.csv").unlink(missing_ok=True)
    return result


def _owned(entry: Mapping[str, Any]) -> list[str]:
    return [f"{entry['scope']}/{key}" for key in entry["tables"]]


def entries(out: Path) -> list[dict[str, Any]]:
    """The reports that the manifest of an output folder lists; none when there is no manifest."""
    try:
        return json.loads((out / "manifest.json").read_text(encoding="utf-8"))["reports"]
    except FileNotFoundError:
        return []
    except (json.JSONDecodeError, KeyError, TypeError, UnicodeDecodeError):
        raise InputError(Fault("not a manifest of reports", str(out / "manifest.json"), "the file that `tuopin report` writes",
                               "move it away or choose another --out")) from None


def merged(before: Sequence[Mapping[str, Any]], results: Sequence[Result]) -> list[dict[str, Any]]:
    """The manifest's reports after a batch: what this batch made takes the place of the same report made before.

    A failed report keeps the tables and the subject of the page made before it, whose files still stand.
    """
    kept = {(entry["scope"], entry["notebook"]): dict(entry) for entry in before}
    for result in results:
        key = (result.job.scope, result.job.notebook)
        entry = result.entry()
        if result.state == "failed" and key in kept:
            entry |= {name: kept[key][name] for name in ("tables", "subject", "parameters")}
        kept[key] = entry
    return [kept[key] for key in sorted(kept, key=lambda k: (k[0] != "county", k))]
