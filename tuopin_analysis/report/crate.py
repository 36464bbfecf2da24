"""RO-Crate metadata of a reports folder, so that archives and other tools can read what it holds and how it was made.

RO-Crate 1.1 with the profile Process Run Crate 0.5: a run is a CreateAction, the package its instrument, the pages and tables its
results, the register and the rule set its objects (named by checksum; they are not part of the crate).
"""

import json
from pathlib import Path
from typing import Any

from tuopin_analysis.report.manifest import Manifest, Output, put
from tuopin_analysis.report.provenance import register_name

NAME = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
MEDIA = {".html": "text/html", ".pdf": "application/pdf", ".csv": "text/csv",
         ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         ".ipynb": "application/x-ipynb+json", ".json": "application/json"}  # fmt: skip
LICENCES = {
    "internal": ("Internal edition", "For the office that keeps the register; may hold personal data; not for publication."),
    "public": ("Public edition", "Small figures are suppressed; may be published."),
}


def write(out: Path, made: Manifest) -> None:
    """Write `ro-crate-metadata.json`, whole or not at all."""
    put(out / NAME, json.dumps(metadata(made), ensure_ascii=False, indent=1) + "\n")


def metadata(made: Manifest) -> dict[str, Any]:
    """The JSON-LD document of a manifest."""
    files = {name: output for entry in made.reports for name, output in entry.outputs.items()}
    files |= {name: output for brief in made.briefs for name, output in brief.outputs.items()}
    editions = sorted({str(entry.parameters.get("edition", "internal")) for entry in made.reports})
    own = [{"@id": name} for name in ("index.html", "checks.html", "manifest.json")]
    descriptor = {
        "@id": NAME,
        "@type": "CreativeWork",
        "conformsTo": {"@id": SPECIFICATION},
        "about": {"@id": "./"},
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": "; ".join(sorted({str(entry.subject["register"]) for entry in made.reports if entry.subject})) or made.made_by,
        "description": "Reports on a poverty register, their executed notebooks and their tables.",
        "datePublished": max((run.ended for run in made.runs.values()), default=""),
        "license": {"@id": f"#{editions[0]}"} if editions else {},
        "conformsTo": {"@id": PROFILE},
        "hasPart": [*own, *({"@id": name} for name in sorted(files))],
        "mentions": [{"@id": f"#{run}"} for run in made.runs],
    }
    profile = {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}
    return {
        "@context": f"{SPECIFICATION}/context",
        "@graph": [
            descriptor,
            root,
            profile,
            *(_licence(edition) for edition in editions),
            *_own_files(),
            *(_file(name, files[name]) for name in sorted(files)),
            *_inputs(made),
            *_software(made),
            *(_action(made, run) for run in made.runs),
        ],
    }


def _licence(edition: str) -> dict[str, Any]:
    name, description = LICENCES[edition]
    return {"@id": f"#{edition}", "@type": "CreativeWork", "name": name, "description": description}


def _own_files() -> list[dict[str, Any]]:
    names = {"index.html": "Contents", "checks.html": "Cross-checks", "manifest.json": "What was made, from what, by what"}
    return [
        {"@id": at, "@type": "File", "name": name, "encodingFormat": MEDIA[Path(at).suffix]} for at, name in names.items()
    ]


def _file(name: str, output: Output) -> dict[str, Any]:
    kind = {"encodingFormat": MEDIA[Path(name).suffix]} if Path(name).suffix in MEDIA else {}
    return {"@id": name, "@type": "File", "name": name, "contentSize": str(output.bytes), "sha256": output.sha256, **kind}


def _inputs(made: Manifest) -> list[dict[str, Any]]:
    rules = {entry.inputs["rules"]: str(entry.parameters.get("rules", "rules")) for entry in made.reports}
    registers = [
        {"@id": f"#register-{sha}", "@type": "Dataset", "name": register_name(told.register_), "identifier": f"sha256:{sha}"}
        for sha, told in made.registers.items()
    ]
    return registers + [
        {"@id": f"#rules-{sha}", "@type": "CreativeWork", "name": name, "identifier": f"sha256:{sha}"}
        for sha, name in rules.items()
    ]


def _software(made: Manifest) -> list[dict[str, Any]]:
    codes = {run.code.package_sha256: run.code for run in made.runs.values()}
    return [
        {
            "@id": f"#package-{sha}",
            "@type": "SoftwareApplication",
            "name": "tuopin-analysis",
            "version": code.version,
            "softwareVersion": code.commit or code.version,
            "identifier": f"sha256:{sha}",
        }
        for sha, code in codes.items()
    ]


def _action(made: Manifest, name: str) -> dict[str, Any]:
    run = made.runs[name]
    entries = [entry for entry in made.reports if entry.run == name]
    objects = sorted({f"#{kind}-{entry.inputs[kind]}" for entry in entries for kind in ("register", "rules")})
    return {
        "@id": f"#{name}",
        "@type": "CreateAction",
        "name": run.command,
        "startTime": run.started,
        "endTime": run.ended,
        "instrument": {"@id": f"#package-{run.code.package_sha256}"},
        "object": [{"@id": at} for at in objects],
        "result": [{"@id": at} for entry in entries for at in sorted(entry.outputs)],
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }
