"""The command `tuopin report`: what is asked for, checked before anything runs; progress; a summary of what was made."""

import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from tuopin_analysis import cli_folder, harmless, paths
from tuopin_analysis.errors import Fault, InputError, nearest


def report(
    scope: Annotated[
        list[str] | None, typer.Option(help="county, a township's code, or all; may be repeated.", show_default="county")
    ] = None,
    notebook: Annotated[
        list[str] | None, typer.Option(help="A notebook such as 02_causes; may be repeated.", show_default="all")
    ] = None,
    params: Annotated[Path | None, typer.Option(help="A YAML file of parameters, such as params/county.yaml.")] = None,
    p: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=VALUE", help="One parameter; may be repeated; wins over --params.")
    ] = None,
    register: Annotated[str | None, typer.Option(help="demo, or the folder of a register.", show_default="demo")] = None,
    lang: Annotated[str | None, typer.Option(help="zh or en.", show_default="zh")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Reports made at the same time.")] = os.cpu_count() or 1,
    out: Annotated[Path, typer.Option(help="Folder for the reports.")] = paths.REPORTS,
    engine: Annotated[
        str, typer.Option(help="warm: processes forked from a loaded one; stock: a kernel for each report.")
    ] = "warm",
    force: Annotated[bool, typer.Option("--force", help="Make also what has not changed since the last run.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be made, and make nothing.")] = False,
) -> None:
    """Run notebooks for places and leave pages, tables and an index."""
    from tuopin_analysis.analysis import denominators
    from tuopin_analysis.register import inputs
    from tuopin_analysis.report import batch, crosschecks, folder, manifest, provenance, running
    from tuopin_analysis.report import parameters as contract

    if engine not in ("warm", "stock"):
        raise InputError(Fault(f"unknown engine '{engine}'", "--engine", "warm or stock"))
    given = _up_to_its_end(_given(params, p or [], {"register": register, "lang": lang}))
    source = str(given.get("register", "demo"))
    files = inputs.files(source)
    sha = provenance.combined(files)
    known = _known(out, sha, source)
    scopes = _scopes(scope or [], given.pop("scope", None), known)
    planned = batch.plan(notebook or contract.questions(), scopes, given, str(params) if params and not p else "-p", sha)
    for job in planned:
        if "denominator" in job.parameters:
            denominators.check(job.parameters["denominator"])
    settings = planned[0].parameters
    out = cli_folder.edition_folder(out, str(settings["edition"]))
    before = batch.entries(out)
    standing = [] if force else batch.unchanged(planned, before, out)
    to_make = [job for job in planned if job not in {result.job for result in standing}]
    if to_make:
        _allowed(settings, scopes)
    if dry_run:
        _tell_plan(planned, to_make, out)
        return
    cli_folder.writable(out, private=bool(to_make) and cli_folder.is_private(settings))
    cli_folder.refuse_mixed(before, str(settings["edition"]), out)
    started = time.perf_counter()
    results: list[batch.Result] = list(standing)
    chosen: batch.Engine = "warm" if engine == "warm" else "stock"
    if engine == "warm" and not running.can_fork():
        typer.echo("This system cannot fork warm processes: the stock engine is used, which takes longer.", err=True)
    facts = folder.Batch(source, files, known, chosen, min(jobs, len(planned)))
    checks = None
    try:
        made = batch.run(
            to_make,
            out,
            workers=facts.workers,
            engine=chosen,
            warm=lambda: _warm(str(settings["register"]), str(settings["lang"])),
            results=results,
        )
        for _ in _with_progress(made, len(to_make)) if to_make else ():
            pass
    except KeyboardInterrupt:
        typer.echo(f"Stopped by Ctrl-C: {len(results)} of {len(planned)} reports made; these are whole.", err=True)
        raise
    finally:
        if results and not folder.nothing_changed(results, before):
            checks = folder.finish(out, facts, results, str(settings.get("lang", "zh")))
    if checks is None:
        checks = manifest.must_read(out).checks
    _summary(results, checks, out, time.perf_counter() - started)
    if any(result.state == "failed" for result in results) or crosschecks.failures(checks):
        raise typer.Exit(1)


def _tell_plan(planned: list[Any], to_make: list[Any], out: Path) -> None:
    for job in planned:
        words = " ".join(f"{name}={value}" for name, value in job.parameters.items())
        typer.echo(f"{out / job.files()[0]}  {words}" + ("" if job in to_make else "  (unchanged)"))
    typer.echo(f"{len(planned)} reports planned, {len(to_make)} to make; nothing was made (--dry-run)")


def _known(out: Path, sha: str, register: str) -> list[str]:
    """The places of the register: from the folder's manifest when it read the very same files, else from the register."""
    from tuopin_analysis.register import load
    from tuopin_analysis.report import manifest

    for place in (out, out / "public"):
        found = manifest.read(place)
        if found and sha in found.registers:
            return found.registers[sha].scopes
    return list(load.scopes(register)["scope"])


def _given(params: Path | None, words: list[str], options: dict[str, str | None]) -> dict[str, Any]:
    """The parameters of the file, the options and the -p words; a name both in an option and in -p is an error."""
    from tuopin_analysis.report import parameters as contract

    given = contract.read_file(params) if params else {}
    words_given = contract.from_words(words)
    set_options = {name: value for name, value in options.items() if value is not None}
    twice = sorted(set(words_given) & set(set_options))
    if twice:
        raise InputError(*(Fault(f"parameter '{name}' is given twice", f"-p and --{name}", "one of them") for name in twice))
    return {**given, **set_options, **words_given}


def _up_to_its_end(given: dict[str, Any]) -> dict[str, Any]:
    """Without a day a register other than the demonstration is counted up to its last one."""
    from tuopin_analysis.register import load

    register = given.get("register", "demo")
    if register == "demo" or "as_of" in given or not isinstance(register, str):
        return given
    return {**given, "as_of": load.about(register).until.isoformat()}


def _scopes(asked: list[str], given: Any, known: list[str]) -> list[str]:
    """The scopes to report on; `all` is the county and each township with registered households."""
    if asked and given is not None:
        raise InputError(Fault("the scope is given twice", "--scope and the parameters", "one of them"))
    if given is not None and not isinstance(given, str):
        raise InputError(
            Fault(f"scope: {given!r} is not text", "--params", "county or a code", 'write it in quotes, as in scope: "130123103"')
        )
    wanted = asked or [given or "county"]
    unknown = [scope for scope in wanted if scope not in [*known, "all"]]
    if unknown:
        raise InputError(
            *(
                Fault(f"unknown scope '{scope}'", "--scope", "county, all or a township's code", nearest(scope, ["all", *known]))
                for scope in dict.fromkeys(unknown)
            )
        )
    return known if "all" in wanted else list(dict.fromkeys(wanted))


def _allowed(settings: dict[str, Any], scopes: list[str]) -> None:
    """Refuse values no notebook can work with, before a process starts."""
    from tuopin_analysis import rules
    from tuopin_analysis.register import load
    from tuopin_analysis.report import language
    from tuopin_analysis.report.page import check_edition

    rules.read(str(settings["rules"]))
    language.translator(str(settings["lang"]))
    check_edition(str(settings["edition"]))
    for scope in scopes:
        load.households(str(settings["register"]), scope=scope, as_of=str(settings["as_of"]))


def _warm(register: str, lang: str) -> None:
    """Load once what every report uses; the processes forked afterwards share it."""
    from tuopin_analysis.register import load
    from tuopin_analysis.report import warm

    load.households(register)
    warm.rehearse(lang)


def _with_progress(made, total: int):
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    # No refresh thread: reports are forked from this process, and a fork must not happen while a thread holds a lock.
    columns = (TextColumn("Reports"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False) as progress:
        task = progress.add_task("loading", total=total)
        progress.refresh()
        for result in made:
            progress.update(task, advance=1, description=result.job.name)
            progress.refresh()
            yield result


def _summary(results: list[Any], checks: list[Any], out: Path, seconds: float) -> None:
    from tuopin_analysis.report import checking, crosschecks

    failed = [result for result in results if result.state == "failed"]
    for result in results:
        for warning in result.warnings:
            typer.echo(f"warning in {result.job.name}: {harmless.line(warning.splitlines()[-1])}", err=True)
    for result in failed:
        typer.secho(f"failed: {result.job.name}: {harmless.line(result.error)}", fg="red", err=True)
    for check in crosschecks.failures(checks):
        what = f"{checking.names_of('en')[check.check]}: {check.scope} {check.table}: {check.detail}"
        typer.secho(f"cross-check fails: {harmless.line(what)}", fg="red", err=True)
    made, same = (sum(result.state == state for result in results) for state in ("made", "unchanged"))
    unchanged = f", {same} unchanged" if same else ""
    typer.echo(f"{made} reports made{unchanged}, {len(failed)} failed, in {seconds:.1f} s")
    typer.echo(checking.verdict(checks, "en"))
    typer.echo(f"Open {out / 'index.html'}")
