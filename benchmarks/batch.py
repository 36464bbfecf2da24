"""The batch of all scopes against a shell loop of `papermill` and `jupyter nbconvert`, both measured in one run.

Run by `make bench`. `--scopes 2` measures the first two scopes only. Prints the seconds of each way and their ratio.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tuopin_analysis import paths
from tuopin_analysis.register import load
from tuopin_analysis.report import parameters

BIN = Path(sys.executable).parent


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


def batch(scopes: list[str], out: Path) -> float:
    """Seconds of `tuopin report` for the same pages, its start included."""
    return timed([str(BIN / "tuopin"), "report", "--out", str(out), *(word for scope in scopes for word in ("--scope", scope))])


def timed(command: list[str]) -> float:
    """Seconds that a command takes; it must succeed."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return time.perf_counter() - started


def main() -> None:
    """Measure both ways and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scopes", type=int, default=99, help="how many scopes, the county first")
    scopes = list(load.scopes("demo")["scope"])[: parser.parse_args().scopes]
    notebooks = parameters.questions()
    pages = len(scopes) * len(notebooks)
    folder = Path(tempfile.mkdtemp(prefix="tuopin-bench-"))
    try:
        print(f"{pages} pages ({len(notebooks)} notebooks, {len(scopes)} scopes), {os.cpu_count()} cores", flush=True)
        fast = batch(scopes, folder / "batch")
        print(f"tuopin report             {fast:7.1f} s   {fast / pages:5.2f} s a page", flush=True)
        slow = shell_loop(scopes, notebooks, folder / "loop")
        print(f"papermill + nbconvert     {slow:7.1f} s   {slow / pages:5.2f} s a page")
        print(f"ratio                     {slow / fast:7.1f} times as fast; share of the loop's time {fast / slow:.1%}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
