"""The batch: plan reports, make each in a process of its own, publish whole pages, say what failed."""

import ast
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import limits, render, running
from tuopin_analysis.report import parameters as contract
from tuopin_analysis.report.job import TABLES, Engine, Job, Result

Maker = Callable[[Sequence[Job], Path], Iterator[tuple[int, Result]]]


def plan(notebooks: Sequence[str], scopes: Sequence[str], given: Mapping[str, Any], where: str = "-p") -> list[Job]:
    """Every notebook for every scope, in reading order; InputError before anything runs if one cannot be.

    >>> [job.name for job in plan(["02_causes"], ["county", "130123103"], {"lang": "en"})]
    ['county/02_causes', '130123103/02_causes']
    """
    jobs, faults = [], []
    for scope in dict.fromkeys(scopes):
        for notebook in sorted(set(notebooks)):
            try:
                defaults = {name: ast.literal_eval(p["default"]) for name, p in contract.declared(notebook).items()}
                values = contract.check(notebook, {**given, "scope": scope}, where)
                source = paths.NOTEBOOKS / f"{notebook}.ipynb"
                jobs.append(Job(render.tagged(notebook), render.tagged(scope), source, {**defaults, **values}))
            except InputError as error:
                faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise InputError(*faults)
    return jobs


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
        raise InputError(
            Fault(
                "not a manifest of reports",
                str(out / "manifest.json"),
                "the file that `tuopin report` writes",
                "move it away or choose another --out",
            )
        ) from None


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
