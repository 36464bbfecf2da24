"""A reports folder after a batch: cross-checks, contents, description for archives, and last the manifest that names them all."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tuopin_analysis import __version__, harmless
from tuopin_analysis.report import briefs, cards, crate, crosschecks, index, links, manifest, provenance
from tuopin_analysis.report.job import Result

OWN = ("index.html", "checks.html", crate.NAME)  # the files that belong to no one report


def now() -> str:
    """This moment, as the manifest writes it: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass
class Batch:
    """One batch as the manifest tells of it: what it reads (a register with its files and scopes) and how it is run."""

    register: str
    files: Mapping[str, str]
    scopes: Sequence[str]
    engine: str
    workers: int
    started: str = field(default_factory=now)

    @property
    def sha256(self) -> str:
        """The checksum of the register's files."""
        return provenance.combined(self.files)

    @property
    def name(self) -> str:
        """The register as pages name it."""
        return provenance.register_name(self.register)

    def run(self) -> manifest.Run:
        """The run, ending now."""
        words = [word.replace(self.register, self.name) for word in ["tuopin", *sys.argv[1:]]]
        command = " ".join(harmless.plain(Path(word).name if Path(word).is_absolute() else word) for word in words)
        facts = {"started": self.started, "ended": now(), "command": command, "engine": self.engine, "workers": self.workers}
        return manifest.Run.model_validate({**facts, "code": provenance.code(), **provenance.environment()})


@dataclass(frozen=True)
class Previous:
    """A run to hold a folder against: its figures, and the page (below the folder) that says what changed since."""

    figures: Sequence[manifest.Figure]
    page: str


def figures_of(out: Path) -> list[manifest.Figure]:
    """The figures of a folder's contents page, read from its tables."""
    return cards.figures(cards.Folder(out, manifest.entries(out)))


def finish(
    out: Path, batch: Batch, results: Sequence[Result], lang: str, previous: Previous | None = None
) -> list[manifest.Check]:
    """Record a batch: merge it with what stands in `out`, check the folder, write contents and manifest. The checks' results.

    The contents page shows the figures that stood before: of `previous`, else what the folder itself showed for another day or
    register. Not in the public edition: each edition is protected by itself, the difference of two is not.

    The manifest is written last, with the checksum of every file; a batch that is cut off before leaves the former one.
    """
    with manifest.alone(out):
        return _finish(out, batch, results, lang, previous)


def _finish(out: Path, batch: Batch, results: Sequence[Result], lang: str, previous: Previous | None) -> list[manifest.Check]:
    before = manifest.read(out) or manifest.Manifest(made_by="")
    run = f"{batch.started}-{_number(before, batch.started)}"
    standing = [entry.model_dump() for entry in before.reports]
    entries = manifest.merged(standing, results, run)
    linked = links.fill(out, entries)
    for entry in entries:
        entry["outputs"] = {name: linked.get(name, told) for name, told in entry["outputs"].items()}
    public = any(entry["parameters"].get("edition") == "public" for entry in entries)
    name = batch.name if public else batch.register
    read = manifest.Register(register=name, files=dict(batch.files), scopes=list(batch.scopes))
    registers = {**before.registers, batch.sha256: read}
    checks = before.checks  # of files that all stand as they were
    if any(result.state != "unchanged" for result in results) or not checks:
        checks = crosschecks.run(out, entries, {sha: told.scopes for sha, told in registers.items()})
    tables = cards.Folder(out, entries)
    figures = cards.figures(tables)
    then = previous or Previous(before.figures, "")
    earlier = [] if public else cards.before(figures, then.figures, before.previous)
    index.write(out, entries, checks, lang, index.Shown(tables, figures, earlier, then.page))
    runs = {**before.runs, run: batch.run()}
    used = {entry[name] for entry in entries for name in ("run", "attempt")}
    made = manifest.Manifest(
        made_by=f"tuopin-analysis {__version__}",
        runs={name: told for name, told in runs.items() if name in used},
        registers={sha: told for sha, told in registers.items() if sha in {entry["inputs"]["register"] for entry in entries}},
        reports=[manifest.Entry.model_validate(entry) for entry in entries],
        checks=checks,
        figures=figures,
        previous=earlier,
        briefs=before.briefs,
    )
    briefs.link(out, before.briefs)
    crate.write(out, made)
    files = {name: manifest.Output.model_validate(provenance.output(out / name)) for name in OWN}
    manifest.write(out, made.model_copy(update={"files": files}))
    return checks


def _number(before: manifest.Manifest, started: str) -> int:
    """Two batches may start in the same second."""
    return sum(name.startswith(started) for name in before.runs) + 1


def nothing_changed(results: Sequence[Result], standing: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a batch leaves the folder as it is: every page stands, and the contents page says so already."""
    said = {(entry["scope"], entry["notebook"]) for entry in standing if entry["run"] != entry["attempt"]}
    return all(result.state == "unchanged" and (result.job.scope, result.job.notebook) in said for result in results)
