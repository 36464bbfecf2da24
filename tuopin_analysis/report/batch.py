"""The batch: plan reports, make each in a process of its own, publish whole pages, say what failed."""

import ast
import contextlib
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import limits, provenance, render, running
from tuopin_analysis.report import parameters as contract
from tuopin_analysis.report.job import TABLES, Engine, Job, Result
from tuopin_analysis.report.manifest import entries
from tuopin_analysis.report.printing import FORMATS

Maker = Callable[[Sequence[Job], Path], Generator[tuple[int, Result], None, None]]


def plan(
    notebooks: Sequence[str], scopes: Sequence[str], given: Mapping[str, Any], where: str = "-p", register: str = "",
    formats: tuple[str, ...] = ("html",),
) -> list[Job]:
    """Every notebook for every scope, in reading order; InputError before anything runs if one cannot be.

    `register` is the checksum of the register's files. A parameter that only some of the notebooks take is given to those.

    >>> [job.name for job in plan(["02_causes"], ["county", "130123103"], {"lang": "en"})]
    ['county/02_causes', '130123103/02_causes']
    """
    faults: list[Fault] = []
    settled: dict[str, tuple[Path, dict[str, Any], dict[str, str]]] = {}
    for notebook in sorted(set(notebooks)):
        with _collected(faults):
            defaults = {name: ast.literal_eval(p["default"]) for name, p in contract.declared(notebook).items()}
            own = {**contract.own(notebook, notebooks, given), "scope": "county"}  # each notebook must take a scope
            values = {**defaults, **contract.check(notebook, own, where)}
            source = paths.NOTEBOOKS / f"{notebook}.ipynb"
            settled[render.tagged(notebook)] = source, values, inputs_of(source, values.get("rules"), register)
    jobs = []
    for scope in dict.fromkeys(scopes):
        with _collected(faults):
            place = render.tagged(scope)
            for notebook, (source, values, inputs) in settled.items():
                jobs.append(Job(notebook, place, source, {**values, "scope": scope}, inputs, formats))
    if faults:
        raise InputError(*faults)
    return jobs


@contextlib.contextmanager
def _collected(faults: list[Fault]) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        faults += [fault for fault in error.faults if fault not in faults]


def inputs_of(source: Path, rules: object, register: str) -> dict[str, str]:
    """The checksums of what a report is made from: its notebook, the rule set with the table of checks, the register."""
    named = [paths.RULES / f"{rules}.yaml", paths.RULES / "checks.yaml"] if rules else []
    sums = {path.name: provenance.sha256(path) for path in named if path.is_file()}
    return {"notebook": provenance.sha256(source), "rules": provenance.combined(sums), "register": register}


def unchanged(jobs: Sequence[Job], standing: Sequence[Mapping[str, Any]], out: Path) -> list[Result]:
    """The jobs whose page of an earlier run stands in every format, made from the same in the same way, each file as written."""
    known = {(entry["scope"], entry["notebook"]): entry for entry in standing}
    found = []
    for job in jobs:
        entry = known.get((job.scope, job.notebook))
        if entry is None or entry["state"] != "made" or entry["key"] != provenance.key(job.inputs, job.parameters):
            continue
        outputs = entry["outputs"]
        if set(job.files()) <= set(outputs) and all(_stands(out / name, told) for name, told in outputs.items()):
            found.append(Result(job, "unchanged"))
    return found


def _stands(path: Path, told: Mapping[str, Any]) -> bool:
    return path.is_file() and path.stat().st_size == told["bytes"] and provenance.sha256(path) == told["sha256"]


def run(
    jobs: Sequence[Job], out: Path, *, workers: int = 1, engine: Engine = "warm", warm: Callable[[], object] = lambda: None,
    results: list[Result] | None = None, allowed: limits.Limits = limits.UNLIMITED, elsewhere: Maker | None = None,
) -> Iterator[Result]:
    """Make the jobs and yield each result as soon as its page is in place.

    Pages are made in a hidden folder of `out` and moved to their place whole. Whatever ends the batch, Ctrl-C too, the
    running processes are ended and that folder is removed. `warm` loads what all reports share, once, before the first.
    `allowed` limits each report; `elsewhere` makes them on other machines (`report.cluster`) in place of processes here.
    Each result is added to `results` together with its page, so that a Ctrl-C leaves no page that nobody knows of.
    """
    results = [] if results is None else results
    _sweep(out)
    staging = out / f".making-{os.getpid()}"
    staging.mkdir(parents=True)
    owners = {key: entry["notebook"] for entry in entries(out) for key in _owned(entry)}
    try:
        if elsewhere:
            made = elsewhere(jobs, staging)
        else:
            made = running.made(jobs, staging, workers=workers, engine=engine, allowed=allowed, warm=warm)
        with contextlib.closing(made):  # whatever ends the loop: its processes end before the folder they write to is removed
            for number, result in made:
                with running.undisturbed():
                    try:
                        result = _publish(result, staging / str(number), out, owners)
                    except OSError as error:  # a full disk
                        result = Result(result.job, "failed", f"cannot write the report: {error.strerror or error}")
                    results.append(result)
                    shutil.rmtree(staging / str(number), ignore_errors=True)  # on a full disk, room for the next
                yield results[-1]
    finally:
        with running.undisturbed():
            shutil.rmtree(staging, ignore_errors=True)


def _sweep(out: Path) -> None:
    """Remove what a batch left that was killed: the hidden folders of processes that are no more."""
    for left in out.glob(".making-*"):
        if os.name == "posix":
            try:
                os.kill(int(left.name.removeprefix(".making-")), 0)
            except ProcessLookupError:
                shutil.rmtree(left, ignore_errors=True)
            except (ValueError, PermissionError):
                continue


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
        for ending in FORMATS:
            if f"{job.name}.{ending}" not in result.outputs:  # of an earlier run, which was asked for it
                (out / f"{job.name}.{ending}").unlink(missing_ok=True)
        for stale in {key for key, owner in owners.items() if owner == job.notebook and key.startswith(f"{job.scope}/")}:
            key = stale.removeprefix(f"{job.scope}/")
            if key not in result.tables:
                for ending in ("csv", "xlsx"):
                    (target / TABLES / f"{key}.{ending}").unlink(missing_ok=True)
    return result


def _owned(entry: Mapping[str, Any]) -> list[str]:
    return [f"{entry['scope']}/{key}" for key in entry["tables"]]
