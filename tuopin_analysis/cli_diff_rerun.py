"""Taking causes apart: reports are made again between an old and a new run, with one thing changed after the other."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.report import runs
from tuopin_analysis.report.runs import Report, Run

Key = tuple[str, str]


class NotPossibleError(Exception):
    """Why the causes cannot be taken apart: a word that the page knows, and what belongs to it."""


def between(old: Run, new: Run, reports: Sequence[Key], causes: Sequence[str], again: bool) -> list[dict[Key, Any]]:
    """The tables of reports that differ by several causes: of the old run, with the first cause changed, with the second too, …,
    and of the new run. NotPossibleError where what was used for either run is not there any more.

    Old and new tables are read; those between are made by the code that runs now, which must be the new run's.
    """
    if not again:
        raise NotPossibleError("no_rerun")
    if "public" in old.editions | new.editions:
        raise NotPossibleError("public")  # results that were never published would be one edition more
    pairs = {key: (old.reports[key], new.reports[key]) for key in reports}
    for key, (_, after) in pairs.items():
        if made_from(after.notebook, after.parameters)["code"] != after.made_from["code"]:
            raise NotPossibleError("code", "/".join(key))
    found = [runs.tables(old, reports)]
    for done in range(1, len(causes)):
        found.append(_made({key: _mixed(*pair, set(causes[:done])) for key, pair in pairs.items()}))
    return [*found, runs.tables(new, reports)]


def _mixed(before: Report, after: Report, changed: set[str]) -> dict[str, Any]:
    """The parameters of a report with some causes as in the new run and the others as in the old one."""
    sides = {cause: after if cause in changed else before for cause in ("data", "rules", "parameters")}
    given = {**sides["parameters"].parameters, "scope": before.scope}
    given |= {name: sides[cause].parameters[name] for cause, name in (("data", "register"), ("rules", "rules"))}
    try:
        now = made_from(before.notebook, given)
    except (InputError, OSError):
        raise NotPossibleError("inputs", f"{before.scope}/{before.notebook}") from None
    if any(now[cause] != sides[cause].made_from[cause] for cause in ("data", "rules")):
        raise NotPossibleError("inputs", f"{before.scope}/{before.notebook}")
    return given


def _made(wanted: dict[Key, dict[str, Any]]) -> dict[Key, Any]:
    """The tables of these reports, made now, in a folder that nobody else can read and that is removed again."""
    from tuopin_analysis.report import batch

    with tempfile.TemporaryDirectory(prefix="tuopin-diff-") as folder:
        try:
            jobs = [batch.plan([notebook], [scope], _apart(given))[0] for (scope, notebook), given in wanted.items()]
        except InputError as error:
            raise NotPossibleError("failed", str(error.faults[0])) from None
        results = list(batch.run(jobs, Path(folder), workers=min(len(jobs), os.cpu_count() or 1)))
        failed = [result for result in results if result.state == "failed"]
        if failed:
            raise NotPossibleError("failed", f"{failed[0].job.name}: {failed[0].error}")
        reports = {(r.job.scope, r.job.notebook): Report(r.job.scope, r.job.notebook, r.state, {}, {}, r.tables) for r in results}
        return dict(runs.tables(Run(Path(folder), "", reports)))


def _apart(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "scope"}


def made_from(notebook: str, parameters: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """What a report would be made from now, in the form of `Report.made_from`."""
    from tuopin_analysis.register import inputs
    from tuopin_analysis.report import provenance

    rules = [paths.RULES / f"{parameters['rules']}.yaml", paths.RULES / "checks.yaml"]
    source = paths.NOTEBOOKS / f"{notebook}.ipynb"
    code = (provenance.sha256(source), provenance.package_sha256(), provenance.environment_sha256())
    return {
        "data": (provenance.combined(inputs.files(str(parameters["register"]))),),
        "rules": (provenance.combined({path.name: provenance.sha256(path) for path in rules}),),
        "code": code,
    }
