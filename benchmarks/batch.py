"""Batches of reports, held against the ways they replace; each goal is a ratio, both sides measured in one run.

Run by `make bench`; `--quick` measures two places and 24 reports. Four measurements:

1. the county and its townships by `tuopin report`, start included, against a shell loop of `papermill` and `jupyter nbconvert`;
2. the same command once more, with nothing changed, against the first time;
3. seconds per report in a batch of 200, against the floor: the same cells executed in processes that have everything loaded,
   and their HTML, in turns of ten reports;
4. memory of its own (private pages) that each process of a report takes.
"""

import argparse
import itertools
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import papermill  # noqa: F401  (before the engine, which it loads itself)
import psutil

from tuopin_analysis import cli_report, paths
from tuopin_analysis.register import load
from tuopin_analysis.report import batch, engine, job, limits, parameters, render, running

BIN = Path(sys.executable).parent
TURN = 10
WORKERS = os.cpu_count() or 1


def shell_loop(scopes: list[str], notebooks: list[str], out: Path) -> float:
    """Seconds of the loop that an office would write: papermill, then nbconvert, for each page in turn."""
    lines = ["set -e"]
    for scope in scopes:
        lines.append(f"mkdir -p {out}/{scope}")
        for notebook in notebooks:
            made = f"{out}/{scope}/{notebook}.ipynb"
            lines.append(f"'{BIN}/papermill' {paths.NOTEBOOKS}/{notebook}.ipynb {made} -r scope {scope} --no-progress-bar")
            lines.append(f"'{BIN}/jupyter' nbconvert --to html --no-input {made}")
    return timed(["bash", "-c", "\n".join(lines)])


def command(scopes: list[str], out: Path) -> float:
    """Seconds of `tuopin report` for the same pages, its start included."""
    words = [word for scope in scopes for word in ("--scope", scope)]
    return timed([sys.executable, "-m", "tuopin_analysis.cli", "report", "--out", str(out), *words])


def timed(words: list[str]) -> float:
    """Seconds that a command takes; it must succeed."""
    started = time.perf_counter()
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{words[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return time.perf_counter() - started


def planned(count: int) -> list[job.Job]:
    """As many reports, all different: every notebook and scope, day by day backwards."""
    until, scopes = load.about("demo").until, list(load.scopes("demo")["scope"])
    days = (date.fromisoformat(str(until)) - timedelta(days=ago) for ago in itertools.count())
    jobs: list[job.Job] = []
    while len(jobs) < count:
        jobs += batch.plan(parameters.questions(), scopes, {"as_of": next(days).isoformat()})
    return jobs[:count]


def floor(jobs: list[job.Job], _folder: Path) -> None:
    """The cells and the HTML of each job, nothing else, in as many processes as there are workers."""
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_floor, args=(jobs[start::WORKERS],)) for start in range(WORKERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode:
            sys.exit("a report of the floor failed")


def _floor(jobs: list[job.Job]) -> None:
    import nbformat

    for one in jobs:
        notebook = nbformat.read(one.source, as_version=4)
        with engine._shell() as shell:
            for cell in notebook.cells:
                if cell.cell_type != "code":
                    continue
                shell.outputs = []
                source = cell.source
                if "parameters" in cell.metadata.get("tags", []):
                    source += "\n" + "\n".join(f"{name} = {value!r}" for name, value in one.parameters.items())
                if not shell.run_cell(source).success:
                    os._exit(1)
                cell.outputs = shell.outputs
        render.page(notebook, str(one.parameters["lang"]))
    os._exit(0)


def in_batch(jobs: list[job.Job], folder: Path) -> None:
    """The same reports as a batch makes them, with all their files in place."""
    by_day: dict[str, list[job.Job]] = {}
    for one in jobs:
        by_day.setdefault(str(one.parameters["as_of"]), []).append(one)
    for day, some in by_day.items():
        for result in batch.run(some, folder / day, workers=WORKERS, allowed=limits.Limits(600)):
            if result.state != "made":
                sys.exit(f"{result.job.name} failed: {result.error}")


def spent(make: Callable[[list[job.Job], Path], None], jobs: list[job.Job], folder: Path) -> tuple[float, float]:
    """Seconds by the clock, and seconds of computing in all processes."""
    before, started = _computed(), time.perf_counter()
    make(jobs, folder)
    return time.perf_counter() - started, _computed() - before


def _computed() -> float:
    return sum(
        used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def per_report(count: int, folder: Path) -> None:
    """Print what a report costs in a batch and at the floor, in turns, so that both meet the same load of the machine."""
    jobs, ratios = planned(count), []
    sums = {make: [0.0, 0.0] for make in (in_batch, floor)}
    for start in range(0, count, TURN):
        turn = {}
        for make in list(sums)[:: 1 if start // TURN % 2 else -1]:
            turn[make] = spent(make, jobs[start : start + TURN], folder)
            sums[make] = [total + more for total, more in zip(sums[make], turn[make], strict=True)]
        ratios.append(turn[in_batch][0] / turn[floor][0])
    for make, name in ((in_batch, "in a batch"), (floor, "the floor")):
        clock, computed = sums[make]
        print(f"{name:<26}{clock / count:7.3f} s a report by the clock, {computed / count:.3f} s of computing")
    told(statistics.median(ratios), "times the floor by the clock, median of turns", 1.3)
    told(sums[in_batch][1] / sums[floor][1], "times the floor in computing", 1.3)


def memory(count: int, folder: Path) -> None:
    """Print the most private memory that each process of a report had at one time."""
    most: dict[int, float] = {}
    over = threading.Event()

    def watch() -> None:
        this = psutil.Process()
        while not over.wait(0.02):
            for child in this.children():
                most[child.pid] = max(most.get(child.pid, 0), limits.private_megabytes(child.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    in_batch(planned(count), folder)
    over.set()
    watcher.join()
    middle = statistics.median(most.values())
    told(max(most.values()), f"MB of private pages at most in a report's process (median {middle:.0f})", 150)


def told(value: float, words: str, goal: float, least: bool = False) -> None:
    """One measured value with its goal."""
    met = "met" if (value >= goal if least else value <= goal) else "NOT MET"
    print(f"  {value:8.2f} {words}; goal {'at least' if least else 'at most'} {goal:g}: {met}", flush=True)


def main() -> None:
    """Measure all four and print them with their goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two places and 24 reports")
    parser.add_argument("--scopes", type=int, default=99, help="how many places, the county first")
    parser.add_argument("--reports", type=int, default=200, help="how many reports to hold against the floor; 0: none")
    parser.add_argument("--no-loop", action="store_true", help="leave out the shell loop, which takes minutes")
    asked = parser.parse_args()
    count = 24 if asked.quick else asked.reports
    scopes = list(load.scopes("demo")["scope"])[: 2 if asked.quick else asked.scopes]
    notebooks = parameters.questions()
    pages = len(scopes) * len(notebooks)
    folder = Path(tempfile.mkdtemp(prefix="tuopin-bench-"))
    try:
        print(f"{pages} pages ({len(notebooks)} notebooks, {len(scopes)} places), {WORKERS} cores", flush=True)
        first = command(scopes, folder / "batch")
        print(f"{'tuopin report':<26}{first:7.1f} s   {first / pages:5.2f} s a page", flush=True)
        again = command(scopes, folder / "batch")
        print(f"{'once more, unchanged':<26}{again:7.1f} s")
        told(again / first * 100, "% of the first run", 3)
        if not asked.no_loop:
            slow = shell_loop(scopes, notebooks, folder / "loop")
            print(f"{'papermill + nbconvert':<26}{slow:7.1f} s   {slow / pages:5.2f} s a page")
            told(slow / first, "times as fast as the shell loop", 10, least=True)
        if count and running.can_fork():
            print(f"{count} reports against the floor, in turns of {TURN}", flush=True)
            cli_report.warm("demo", "zh")
            per_report(count, folder / "reports")
            memory(4 * WORKERS, folder / "memory")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
