"""Is a reports folder what its manifest says, and does making its reports again give the same bytes?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuopin_analysis import paths
from tuopin_analysis.report import batch, cards, crate, crosschecks, links, parameters, provenance
from tuopin_analysis.report.job import Job, Result
from tuopin_analysis.report.manifest import NAME, SIGNATURE, Entry, Manifest
from tuopin_analysis.report.printing import FORMATS

APART = ("public", "internal", "diff")  # folders beside the pages that other commands fill, each for itself


@dataclass(frozen=True)
class Fault:
    """A file that is not as the manifest says: `changed`, `missing`, `unlisted`, `stale` (a brief older than its pages), or
    `differs` from what is made again."""

    file: str
    state: str
    why: str = ""


def hashes(out: Path, manifest: Manifest) -> tuple[int, list[Fault]]:
    """How many files were held against their checksums; those changed or missing, and whatever no run put there.

    A report that was made must have its page in the manifest: one without counts as missing.
    """
    listed = dict(manifest.files)
    found = _stale(manifest)
    for brief in manifest.briefs:
        listed |= brief.outputs
    for entry in manifest.reports:
        listed |= entry.outputs
        page = f"{entry.scope}/{entry.notebook}.html"
        if entry.state == "made" and page not in entry.outputs:
            found.append(Fault(page, "missing", "the manifest has no checksum of it"))
    for name, told in sorted(listed.items()):
        path = out / name
        if path.is_symlink() or not path.is_file():
            found.append(Fault(name, "missing", "a link stands there" if path.is_symlink() else ""))
        elif provenance.sha256(path) != told.sha256:
            found.append(Fault(name, "changed"))
    there = {path.relative_to(out) for path in out.rglob("*") if path.is_symlink() or not path.is_dir()}
    known = {*listed, NAME, SIGNATURE, crate.NAME}
    strangers = sorted(path.as_posix() for path in there if path.as_posix() not in known and path.parts[0] not in APART)
    return len(listed), found + [Fault(name, "unlisted", "no run made it") for name in strangers]


def _stale(manifest: Manifest) -> list[Fault]:
    """Briefs whose pages were made again since, with other figures or without them."""
    now = {name: told.sha256 for entry in manifest.reports for name, told in entry.outputs.items()}
    return [
        Fault(name, "stale", f"its tables were made again since; run: tuopin brief --scope {brief.scope}")
        for brief in manifest.briefs
        if any(now.get(source) != sha for source, sha in brief.sources.items())
        for name in sorted(brief.outputs)
    ]


def told_otherwise(out: Path, manifest: Manifest) -> list[Fault]:
    """What else the folder does not bear out: cross-checks and figures of the manifest, and the description beside it."""
    entries = [entry.model_dump() for entry in manifest.reports]
    scopes = {sha: told.scopes for sha, told in manifest.registers.items()}
    found = []
    if crosschecks.run(out, entries, scopes) != manifest.checks:
        found.append(Fault(NAME, "changed", "the cross-checks made again give another result"))
    if cards.figures(cards.Folder(out, entries)) != manifest.figures:
        found.append(Fault(NAME, "changed", "its figures are not those of the tables"))
    try:
        described = json.loads((out / crate.NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        described = None
    if described != crate.metadata(manifest):
        found.append(Fault(crate.NAME, "changed", "it does not say what the manifest says"))
    return found


def jobs(manifest: Manifest, registers: Mapping[str, str]) -> list[Job]:
    """The reports that stand, as jobs with the parameters of then and the inputs of now (`registers`: checksum by parameter).

    Only notebooks of this project are executed: what a folder brings along is not.
    """
    found = []
    for entry in (entry for entry in manifest.reports if entry.outputs and entry.notebook in parameters.notebooks()):
        source = paths.NOTEBOOKS / f"{entry.notebook}.ipynb"
        inputs = batch.inputs_of(source, entry.parameters.get("rules"), registers.get(str(entry.parameters.get("register")), ""))
        formats = tuple(one for one in FORMATS if f"{entry.scope}/{entry.notebook}.{one}" in entry.outputs)
        found.append(Job(entry.notebook, entry.scope, source, entry.parameters, inputs, formats))
    return found


def linked(manifest: Manifest, results: Sequence[Result], apart: Path) -> None:
    """Give the pages made again the links to others that those of then have."""
    changed = links.fill(apart, [entry.model_dump() for entry in manifest.reports])
    for result in results:
        result.outputs |= {name: told for name, told in changed.items() if name in result.outputs}


def compared(manifest: Manifest, results: Sequence[Result]) -> list[Fault]:
    """The files of reports made again that differ from those of then, each with what it was made from that is another now."""
    then = {(entry.scope, entry.notebook): entry for entry in manifest.reports}
    found = [
        Fault(f"{entry.scope}/{entry.notebook}.html", "differs", "there is no such notebook any more")
        for entry in manifest.reports
        if entry.outputs and entry.notebook not in parameters.notebooks()
    ]
    for result in sorted(results, key=lambda result: result.job.name):
        entry = then[result.job.scope, result.job.notebook]
        why = _why(manifest, entry, result.job)
        if result.state == "failed":
            found.append(Fault(f"{result.job.name}.html", "differs", f"it cannot be made again: {result.error}; {why}"))
            continue
        for name in sorted({*entry.outputs, *result.outputs}):
            told, now = entry.outputs.get(name), result.outputs.get(name)
            if told is None or now is None or told.sha256 != now["sha256"]:
                found.append(Fault(name, "differs", why))
    return found


def _why(manifest: Manifest, entry: Entry, job: Job) -> str:
    others = [name for name in ("register", "rules", "notebook") if job.inputs.get(name) != entry.inputs.get(name)]
    run = manifest.runs.get(entry.run)
    if run and run.code.package_sha256 != provenance.package_sha256():
        others.append("code")
    if run and run.environment_sha256 != provenance.environment_sha256():
        others.append("environment")
    return f"other than then: {', '.join(others)}" if others else "everything it was made from is as it was"
