"""`tuopin report --previous FOLDER`: the contents page shows the figures of that run beside its own, and what changed."""

from pathlib import Path
from typing import Any

from tuopin_analysis import cli_diff
from tuopin_analysis.errors import Fault, InputError

PAGE = f"diff/{cli_diff.PAGE}"


def check(previous: Path | None, out: Path, edition: str) -> None:
    """InputError for a folder that cannot stand beside a run of this edition; before anything is made."""
    if previous is None:
        return
    from tuopin_analysis.report import runs

    where, wanted = f"--previous {previous}", "another folder that `tuopin report` has written"
    if not runs.is_run(previous):
        raise InputError(Fault("no reports there" if previous.is_dir() else "no such folder", where, wanted, "check the path"))
    if previous.resolve() == out.resolve():
        mend = "leave it out: the folder remembers the figures it showed before"
        raise InputError(Fault("that is the folder of this run itself", where, wanted, mend))
    if edition == "public":
        mend = "leave it out: each edition is protected by itself, the difference of two is not"
        raise InputError(Fault("the public edition shows no run before", where, "the internal edition", mend))
    others = runs.read(previous).editions - {edition}
    if others:
        raise InputError(
            Fault(f"it holds pages of the {', '.join(sorted(others))} edition", where, f"a run of the {edition} edition")
        )


def compare(previous: Path, out: Path, batch: Any, lang: str) -> None:
    """Write the page of what changed into the folder, and the figures of then onto its contents page."""
    from tuopin_analysis import cli_diff_runs
    from tuopin_analysis.report import folder

    result = cli_diff_runs.of_runs(previous, out, again=False)
    cli_diff.write(result, out / "diff", lang)
    folder.finish(out, batch, [], lang, folder.Previous(folder.figures_of(previous), PAGE))
