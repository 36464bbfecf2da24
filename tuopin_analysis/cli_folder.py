"""Where reports may go: a folder that can be written, of one edition, its owner's alone where real households are told of."""

import os
from pathlib import Path
from typing import Any

from tuopin_analysis import cli_words, paths
from tuopin_analysis.errors import Fault, InputError


def edition_folder(out: Path, edition: str) -> Path:
    """The public edition has a folder of its own, so that what is copied from it is public."""
    return out / "public" if edition == "public" and out == paths.REPORTS else out


def is_private(settings: dict[str, Any]) -> bool:
    """Whether pages may tell of real households: the internal edition of a register that is not synthetic."""
    from tuopin_analysis.register import load

    return settings["edition"] == "internal" and not load.about(str(settings["register"])).synthetic


def refuse_mixed(before: list[dict[str, Any]], edition: str, out: Path) -> None:
    """Pages of two editions never lie in one folder: who publishes it would publish both."""
    others = sorted({str(entry["parameters"].get("edition", edition)) for entry in before} - {edition})
    if others:
        what = f"the folder holds pages of the {others[0]} edition"
        raise InputError(Fault(what, f"--out {out}", f"a folder for the {edition} edition alone", "choose another with --out"))


def writable(out: Path, private: bool = False) -> None:
    probe = out / f".probe-{os.getpid()}"
    try:
        if not out.exists():
            out.mkdir(parents=True, mode=0o700 if private else 0o777)
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        raise InputError(
            Fault(
                f"cannot write there: {error.strerror}",
                f"--out {out}",
                "a folder that can be written",
                "choose another with --out, or make room",
            )
        ) from None


def known_scopes(out: Path, register: object) -> list[str] | None:
    """The places of a register as the folder's manifest lists them, if it read the very same files; None when it did not."""
    from tuopin_analysis.register import inputs
    from tuopin_analysis.report import manifest, provenance

    try:
        sha = provenance.combined(inputs.files(str(register)))
        found = [told for told in (manifest.read(out), manifest.read(out / "public")) if told and sha in told.registers]
    except InputError:
        return None  # what is wrong is told with all other faults of what was asked for
    return found[0].registers[sha].scopes if found else None


def fonts_lack() -> bool:
    """Whether a font of the project was removed or is damaged; says so, with what serves in its place."""
    from tuopin_analysis.report import faces

    found = faces.faults()
    for fault in found:
        cli_words.complain(f"font: {fault}")
    return bool(found)
