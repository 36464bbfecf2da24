"""The commands that vouch for a reports folder: `verify` holds it against its manifest, `sign` signs the manifest."""

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuopin_analysis import cli_report, cli_words, harmless, paths
from tuopin_analysis.errors import InputError

if TYPE_CHECKING:
    from tuopin_analysis.report.manifest import Manifest
    from tuopin_analysis.report.verifying import Fault


def verify(
    folder: Annotated[Path, typer.Argument(help="A folder that `tuopin report` made.")] = paths.REPORTS,
    rerun: Annotated[bool, typer.Option("--rerun", help="Make every report again, and compare the bytes.")] = False,
    signers: Annotated[
        Path | None, typer.Option(help="An allowed_signers file of OpenSSH: who may have signed.", show_default=False)
    ] = None,
    identity: Annotated[str | None, typer.Option(help="Whose signature it must be; with --signers.", show_default=False)] = None,
    register: Annotated[
        str | None, typer.Option(help="With --rerun: where the register is now.", show_default="as it was given then")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="With --rerun: reports made at the same time.")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Hold every file of a folder against its manifest; say what was changed, is missing, or was put there."""
    from tuopin_analysis.report import crosschecks, manifest, signing, verifying

    if identity is not None and not signers:
        raise typer.BadParameter("needs --signers", param_hint="--identity")
    if identity is not None and not identity.strip():  # an unset variable of a script, say: anybody's signature would pass
        raise typer.BadParameter("is empty: name who must have signed, as in the file of --signers", param_hint="--identity")
    told = manifest.must_read(folder)
    compared, faults = verifying.hashes(folder, told)
    holds, signature = signing.check(folder, signers, identity)
    signed = (folder / manifest.SIGNATURE).is_file() or signers is not None
    faults += verifying.told_otherwise(folder, told)
    again = _again(told, jobs, register) if rerun and (holds or not signed) else None  # what nobody vouches for is not executed
    faults += again or []
    failing = crosschecks.failures(told.checks)
    good = not faults and not failing and (holds or not signed)
    if as_json:
        rerun_result = None if again is None else [vars(fault) for fault in again]
        files = [vars(fault) for fault in faults if fault not in (again or [])]
        typer.echo(json.dumps({"good": good, "compared": compared, "faults": files, "rerun": rerun_result,
                               "signature": {"holds": holds, "said": signature} if signed else None,
                               "failing_checks": [check.model_dump() for check in failing]}, ensure_ascii=False))  # fmt: skip
    else:
        _tell(told, compared, faults, again)
        if signed:
            said = f"Signature: {signature}"
            typer.echo(harmless.line(said)) if holds else cli_words.complain(said)
        else:
            typer.echo("Signature: none. Checksums alone do not say who wrote the manifest.")
        for check in failing:
            cli_words.complain(f"cross-check fails: {check.check} {check.scope} {check.table}: {check.detail}")
        typer.echo("All is as it was made." if good else "Not all is as it was made.")
    if not good:
        raise typer.Exit(1)


def _tell(told: "Manifest", compared: int, faults: "list[Fault]", again: "list[Fault] | None") -> None:
    files, reports = cli_words.several(compared, "file"), cli_words.several(len(told.reports), "report")
    typer.echo(f"{files} of {reports} held against their checksums.")
    for fault in faults:
        why = f" ({fault.why})" if fault.why else ""
        cli_words.complain(f"{fault.state}: {fault.file}{why}")
    if again is not None:
        files = cli_words.several(sum(len(entry.outputs) for entry in told.reports), "file")
        reports = cli_words.several(sum(bool(entry.outputs) for entry in told.reports), "report")
        verdict = "the same bytes" if not again else f"{len(again)} differ"
        typer.echo(f"Made again: {files} of {reports}, {verdict}.")


def _again(told: "Manifest", workers: int, register: str | None) -> "list[Fault]":
    """Make the reports of a manifest again, apart from the folder, and compare."""
    from tuopin_analysis.register import inputs
    from tuopin_analysis.report import batch, provenance, verifying

    registers: dict[str, str] = {}
    for entry in told.reports:
        if register is not None:
            entry.parameters["register"] = register
        name = str(entry.parameters.get("register"))
        try:
            registers.setdefault(name, provenance.combined(inputs.files(name)))
        except InputError:
            registers[name] = ""  # the register is gone: its reports fail, and say why
    jobs = verifying.jobs(told, registers)
    first = jobs[0].parameters if jobs else {}
    with tempfile.TemporaryDirectory(prefix="tuopin-verify-") as apart:
        made = batch.run(jobs, Path(apart), workers=min(workers, max(1, len(jobs))), warm=lambda: _warm(first))
        results = list(cli_report.with_progress(made, len(jobs)))
        verifying.linked(told, results, Path(apart))
        return verifying.compared(told, results)


def _warm(settings: dict[str, Any]) -> None:
    import contextlib

    with contextlib.suppress(InputError):
        cli_report.warm(str(settings.get("register", "demo")), str(settings.get("lang", "zh")))


def sign(
    folder: Annotated[Path, typer.Argument(help="A folder that `tuopin report` made.")] = paths.REPORTS,
    key: Annotated[Path, typer.Option(help="A private SSH key.", show_default=False)] = ...,  # type: ignore[assignment]
) -> None:
    """Sign a folder's manifest, and with it every file, with an SSH key; `tuopin verify --signers` checks it."""
    from tuopin_analysis.report import manifest, signing, verifying

    told = manifest.must_read(folder)
    compared, faults = verifying.hashes(folder, told)
    faults += verifying.told_otherwise(folder, told)
    if faults:
        _tell(told, compared, faults, None)
        cli_words.complain("Not signed: the folder is not as its manifest says.")
        raise typer.Exit(1)
    typer.echo(f"Signature: {signing.sign(folder, key)}")
