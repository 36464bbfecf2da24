"""Is a reports folder what its manifest says, and does making its reports again give the same bytes?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuopin_analysis import paths
from tuopin_analysis.report import batch, crate, provenance
from tuopin_analysis.report.job import TABLES, Job, Result
from tuopin_analysis.report.manifest import NAME, SIGNATURE, Entry, Manifest

PAGES = ("*.html", "*.ipynb", f"{TABLES}/*")  # what a reader takes for a page or a table of a place


@dataclass(frozen=True)
class Fault:
    """A file that is not as the manifest says: `changed`, `missing`, `unlisted`, or `differs` from what is made again."""

    file: str
    state: str
    why: str = ""


def hashes(out: Path, manifest: Manifest) -> tuple[int, list[Fault]]:
    """How many files were held against their checksums; those changed or missing, and pages and tables that no run made.

    A report that was made must have its page in the manifest: one without counts as missing.
    """
    listed = dict(manifest.files)
    found = []
    for entry in manifest.reports:
        listed |= entry.outputs
        page = f"{entry.scope}/{entry.notebook}.html"
        if entry.state == "made" and page not in entry.outputs:
            found.append(Fault(page, "missing", "the manifest has no checksum of it"))
    for name, told in sorted(listed.items()):
        path = out / name
        if not path.is_file():
            found.append(Fault(name, "missing"))
        elif provenance.sha256(path) != told.sha256:
            found.append(Fault(name, "changed"))
    places = [(out, "*.html"), *((out / entry.scope, pattern) for entry in manifest.reports for pattern in PAGES)]
    there = {path.relative_to(out).as_posix() for folder, pattern in places for path in folder.glob(pattern)}
    strangers = sorted(there - set(listed) - {NAME, SIGNATURE, crate.NAME})
    return len(listed), found + [Fault(name, "unlisted", "no run made it") for name in strangers]


def jobs(manifest: Manifest, registers: Mapping[str, str]) -> list[Job]:
    """The reports that stand, as jobs with the parameters of then and the inputs of now (`registers`: checksum by parameter)."""
    found = []
    for entry in (entry for entry in manifest.reports if entry.outputs):
        source = paths.NOTEBOOKS / f"{entry.notebook}.ipynb"
        inputs = batch.inputs_of(source, entry.parameters.get("rules"), registers.get(str(entry.parameters.get("register")), ""))
        found.append(Job(entry.notebook, entry.scope, source, entry.parameters, inputs))
    return found


def compared(manifest: Manifest, results: Sequence[Result]) -> list[Fault]:
    """The files of reports made again that differ from those of then, each with what it was made from that is another now."""
    then = {(entry.scope, entry.notebook): entry for entry in manifest.reports}
    found = []
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
