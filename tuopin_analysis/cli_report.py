"""The command `tuopin report`: what is asked for, checked before anything runs; progress; a summary of what was made."""

import functools
import importlib
import json
import os
import pkgutil
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from tuopin_analysis import cli_cluster, cli_complete, cli_folder, cli_previous, cli_words, harmless, paths
from tuopin_analysis.errors import Fault, InputError


def report(
    scope: Annotated[
        list[str] | None, typer.Option(help="county, a township's code, or all; may be repeated.", show_default="county",
                                        autocompletion=cli_complete.scopes)
    ] = None,
    notebook: Annotated[
        list[str] | None, typer.Option(help="A notebook such as 02_causes; may be repeated.", show_default="all",
                                        autocompletion=cli_complete.notebooks)
    ] = None,
    params: Annotated[
        list[Path] | None, typer.Option(help="A YAML file of parameters, such as params/county.yaml.", show_default=False)
    ] = None,
    p: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=VALUE", help="One parameter; may be repeated; wins over --params.")
    ] = None,
    register: Annotated[
        list[str] | None,
        typer.Option(help="demo, or the folder of a register.", show_default="demo", autocompletion=cli_complete.registers),
    ] = None,
    lang: Annotated[
        list[str] | None, typer.Option(help="zh or en.", show_default="zh", autocompletion=cli_complete.langs)
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Reports made at the same time.")] = os.cpu_count() or 1,
    out: Annotated[Path, typer.Option(help="Folder for the reports.")] = paths.REPORTS,
    engine: Annotated[
        str, typer.Option(help="warm: processes forked from a loaded one; stock: a kernel for each report.")
    ] = "warm",
    timeout: Annotated[float, typer.Option(min=0, help="Seconds that one report may take; 0: no limit.")] = 600,
    memory: Annotated[int, typer.Option(min=0, help="Megabytes that one report may take; 0: no limit.")] = 0,
    formats: Annotated[
        str, typer.Option("--format", help="html,pdf,docx: each page also as PDF (by a browser, else Typst) and for Word.")
    ] = "html",
    cluster: Annotated[
        str | None, typer.Option(help="local, or tcp://HOST:PORT of a Dask scheduler.", show_default="no cluster")
    ] = None,
    previous: Annotated[
        Path | None, typer.Option(help="The folder of an earlier run, to stand beside this one.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Make also what has not changed since the last run.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be made, and make nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan or the outcome as JSON.")] = False,
) -> None:
    """Run notebooks for places and leave pages, tables and an index."""
    from tuopin_analysis import contract
    from tuopin_analysis.report import parameters, printing

    if engine not in ("warm", "stock"):
        raise InputError(Fault(f"unknown engine '{engine}'", "--engine", "warm or stock"))
    cli_cluster.check(cluster)
    wanted = printing.wanted(formats)
    given, where = contract.given(params or [], p or [], {"register": register, "lang": lang})
    edition = str(given.get("edition", "internal"))
    of_edition = parameters.questions(edition) or parameters.questions()  # of an unknown edition, which is refused below
    notebooks = notebook or of_edition
    known = cli_folder.known_scopes(out, given.get("register", "demo"))
    scopes, given = contract.settle(notebooks, scope or [], given, where, known)

    # Here, not above: they take a second to load, which a refusal need not wait for.
    from tuopin_analysis.register import inputs
    from tuopin_analysis.report import batch, crosschecks, folder, limits, manifest, provenance, running

    source = str(given.get("register", "demo"))
    files = inputs.files(source)
    can = wanted if cluster else printing.possible(wanted)  # workers of a cluster print by their own browsers
    planned = batch.plan(notebooks, scopes, given, register=provenance.combined(files), formats=can)
    settings = planned[0].parameters
    if left := [name for name in parameters.questions() if not notebook and name not in notebooks]:
        typer.echo(f"not in the {edition} edition: {', '.join(left)}", err=True)
    out = cli_folder.edition_folder(out, str(settings["edition"]))
    cli_previous.check(previous, out, str(settings["edition"]))
    before = batch.entries(out)
    standing = [] if force else batch.unchanged(planned, before, out)
    to_make = [job for job in planned if job not in {result.job for result in standing}]
    if dry_run:
        _tell_plan(planned, to_make, out, as_json)
        return
    cli_folder.writable(out, private=bool(to_make) and cli_folder.is_private(settings))
    cli_folder.refuse_mixed(before, str(settings["edition"]), out)
    started = time.perf_counter()
    results: list[batch.Result] = list(standing)
    chosen: batch.Engine = "warm" if engine == "warm" else "stock"
    if engine == "warm" and not running.can_fork():
        typer.echo("This system cannot fork warm processes: the stock engine is used, which takes longer.", err=True)
    facts = folder.Batch(source, files, known or _scopes(source), chosen, min(jobs, len(planned)))
    checks = None
    try:
        allowed = limits.Limits(timeout, memory)
        load_once = functools.partial(warm, source, str(settings["lang"]))
        with cli_cluster.maker(cluster if to_make else None, source, facts.workers, load_once, chosen, allowed) as elsewhere:
            made = batch.run(
                to_make, out, workers=facts.workers, engine=chosen, warm=load_once, results=results, allowed=allowed,
                elsewhere=elsewhere,
            )  # fmt: skip
            for _ in with_progress(made, len(to_make)) if to_make else ():
                pass
    except KeyboardInterrupt:
        of = cli_words.several(len(planned), "report")
        typer.echo(f"Stopped by Ctrl-C: {len(results)} of {of} made; these are whole.", err=True)
        raise
    finally:
        if results and not folder.nothing_changed(results, before):
            checks = folder.finish(out, facts, results, str(settings.get("lang", "zh")))
    if previous:
        cli_previous.compare(previous, out, facts, str(settings.get("lang", "zh")))
    if checks is None:
        checks = manifest.must_read(out).checks
    seconds = time.perf_counter() - started
    _summary_json(results, checks, out, seconds) if as_json else _summary(results, checks, out, seconds)
    for lacks in (one for one in wanted if one not in can):
        cli_words.complain(f"not made: {printing.lacking(lacks).faults[0]}")
    lack = cli_folder.fonts_lack()
    unprinted = [
        name for result in results if result.state == "made" for name in result.job.files() if name not in result.outputs
    ]
    if any(result.state == "failed" for result in results) or crosschecks.failures(checks) or can != wanted or unprinted or lack:
        raise typer.Exit(1)


def _scopes(register: str) -> list[str]:
    from tuopin_analysis.register import load

    return list(load.scopes(register)["scope"])


def _tell_plan(planned: list[Any], to_make: list[Any], out: Path, as_json: bool) -> None:
    if as_json:
        plan = [{"page": str(out / job.files()[0]), "to_make": job in to_make, "parameters": job.parameters} for job in planned]
        typer.echo(json.dumps(plan, ensure_ascii=False, indent=1))
        return
    for job in planned:
        words = " ".join(f"{name}={value}" for name, value in job.parameters.items())
        typer.echo(f"{out / job.files()[0]}  {words}" + ("" if job in to_make else "  (unchanged)"))
    typer.echo(f"{cli_words.several(len(planned), 'report')} planned, {len(to_make)} to make; nothing was made (--dry-run)")


def warm(register: str, lang: str) -> None:
    """Load once what every report uses; the processes forked afterwards share it."""
    from tuopin_analysis import analysis, rules  # noqa: F401
    from tuopin_analysis.register import load
    from tuopin_analysis.report import warm as warming

    load.households(register)
    for question in pkgutil.iter_modules(analysis.__path__, f"{analysis.__name__}."):
        importlib.import_module(question.name)
    warming.rehearse(lang)


def with_progress(made, total: int):
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


def _summary_json(results: list[Any], checks: list[Any], out: Path, seconds: float) -> None:
    reports = [{"scope": result.job.scope, "notebook": result.job.notebook, "state": result.state, "error": result.error,
                "page": str(out / result.job.files()[0])} for result in results]  # fmt: skip
    told = {"index": str(out / "index.html"), "seconds": round(seconds, 1), "reports": reports}
    typer.echo(json.dumps(told | {"checks": [check.model_dump() for check in checks]}, ensure_ascii=False, indent=1))


def _summary(results: list[Any], checks: list[Any], out: Path, seconds: float) -> None:
    from tuopin_analysis.report import checking, crosschecks

    failed = [result for result in results if result.state == "failed"]
    for result in results:
        for warning in result.warnings:
            typer.echo(f"warning in {result.job.name}: {harmless.line(warning.splitlines()[-1])}", err=True)
    for result in failed:
        cli_words.complain(f"failed: {result.job.name}: {result.error}")
    for check in crosschecks.failures(checks):
        what = f"{checking.names_of('en')[check.check]}: {check.scope} {check.table}: {check.detail}"
        cli_words.complain(f"cross-check fails: {what}")
    made, same = (sum(result.state == state for result in results) for state in ("made", "unchanged"))
    unchanged = f", {same} unchanged" if same else ""
    typer.echo(f"{cli_words.several(made, 'report')} made{unchanged}, {len(failed)} failed, in {seconds:.1f} s")
    typer.echo(checking.verdict(checks, "en"))
    typer.echo(f"Open {out / 'index.html'}")
