"""The commands about a register: `import` makes or extends one, `check` says whether it may be used, `ledger` lists it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tuopin_analysis import cli_words, harmless, paths
from tuopin_analysis.errors import Fault, InputError, must_be_day

if TYPE_CHECKING:
    import pandas as pd

    from tuopin_analysis.register.importing import Imported

KEY_HELP = "File of the key that makes pseudonyms; made at the first import. Also by the environment variable TUOPIN_KEY."


def default_key() -> Path:
    """Where a user's key is kept when no other is named: apart from every register."""
    return Path(typer.get_app_dir("tuopin-analysis")) / "register.key"


def import_(
    files: Annotated[
        list[Path], typer.Argument(help="Workbooks (.xlsx .xls .xlsb .ods) and CSV or TSV files.", show_default=False)
    ],
    into: Annotated[
        Path | None, typer.Option(help="Folder of the register: new, empty, or one to extend.", show_default=False)
    ] = None,
    snapshot: Annotated[
        str | None, typer.Option(help="The day the export shows, such as 2016-12-31.", show_default=False)
    ] = None,
    county: Annotated[
        str | None, typer.Option(help="Six-digit code of the county, where names don't tell.", show_default=False)
    ] = None,
    layout: Annotated[Path | None, typer.Option(help="A layout file, as --explain drafts it.", show_default=False)] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print a layout drafted from the files, and import nothing.")
    ] = False,
    key: Annotated[Path | None, typer.Option(help=KEY_HELP, envvar="TUOPIN_KEY", show_default="in your settings folder")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the register's snapshot of the same day.")] = False,
    title: Annotated[
        str | None, typer.Option(help="Title of a new register, in Chinese.", show_default="after the county")
    ] = None,
    title_en: Annotated[str | None, typer.Option(help="Its title in English.", show_default="after the county")] = None,
    county_en: Annotated[str | None, typer.Option(help="The county's name in English.", show_default="its Chinese name")] = None,
    synthetic: Annotated[bool, typer.Option("--synthetic", help="Mark a new register's households as invented.")] = False,
) -> None:
    """Read an office's export into a register: checked, persons protected, rows that can't be used set aside with the reason."""
    from tuopin_analysis.register import gather, importing, layouts

    if explain:
        typer.echo(gather.explain(files), nl=False)
        return
    if into is None or snapshot is None:
        missing = [name for name, given in (("--into", into), ("--snapshot", snapshot)) if given is None]
        mend = "such as: tuopin import export.xlsx --into data/raw/register --snapshot 2016-12-31"
        raise InputError(*(Fault(f"{name} is missing", "tuopin import", mend=mend) for name in missing))
    titles = {"title_zh": title or "", "title_en": title_en or "", "county_en": county_en or ""}
    with _progress(len(files)) as progress:
        made = importing.import_files(
            files,
            into,
            must_be_day(snapshot, "--snapshot"),
            key=key or default_key(),
            county=county,
            layout=layouts.read(layout) if layout else None,
            titles=titles,
            synthetic=synthetic,
            replace=replace,
            progress=progress,
        )
    _told(made, into)


class _progress:
    """A progress bar: one step a file, then checking and storing."""

    def __init__(self, files: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("Import"), BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        self.bar = Progress(*columns, console=Console(stderr=True))
        self.task = self.bar.add_task("reading", total=files + 3)

    def __enter__(self):
        self.bar.start()
        return lambda step: self.bar.update(self.task, advance=1, description=harmless.rich(step))

    def __exit__(self, *_) -> None:
        self.bar.stop()


def _told(made: "Imported", into: Path) -> None:
    """What was read, from what, and what became of it."""
    about = made.about
    typer.echo(f"{harmless.line(about.title_en)}, snapshot of {made.day}")
    for note in made.gathered.notes:
        typer.echo(f"  {harmless.line(f'{note.file}, {note.sheet}' if note.sheet else note.file)}: {harmless.line(note.text_en)}")
    _tell_account(made.account)
    typer.echo(f"Snapshots: {', '.join(map(str, about.snapshots))}")
    typer.echo(f"Register: {into}    next: tuopin check {into}, then tuopin report --register {into} --scope all")


REGISTER_HELP = "demo, or the folder of an imported register."


def check(
    register: Annotated[str, typer.Argument(help=REGISTER_HELP)] = "demo",
    out: Annotated[Path, typer.Option(help="Folder for the page and the workbook.")] = paths.REPORTS / "check",
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Say whether a register may be used, and leave a page for reviewers and a workbook of doubtful rows for the townships."""
    from tuopin_analysis.analysis import quality
    from tuopin_analysis.register import checks, load, protect
    from tuopin_analysis.report import language, workbook

    language.check(lang)
    about = load.about(register)
    findings, places, account = load.findings(register), load.row_places(register), load.account(register)
    verdict = quality.usable(checks.usable(), account, findings, places, load.rules_run(register))
    failed = verdict[verdict["verdict"] == "not_usable"]
    found = quality.summary(findings)
    towns = load.all_townships(register)
    names = dict(zip(towns["township_code"], towns["township"], strict=True))
    book = workbook.write(findings, places, protect.private_folder(out / "internal") / "doubts.xlsx", lang, names)
    page = _quality_page(register, about.until.isoformat() if register != "demo" else None, out, lang)
    if as_json:
        told = {"usable": failed.empty, "title": about.title(lang), "county_code": about.county_code, "page": str(page)}
        tables = {"account": account, "findings": found, "criteria": verdict}
        whole = (
            told | {"workbook": str(book)} | {name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}
        )
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=1))
    else:
        typer.echo(f"{harmless.line(about.title(lang))} ({about.county_code})")
        _tell_account(account)
        for row in found.itertuples():
            typer.echo(f"  {row.severity:<8} {row.code:<24} {row.rows_found:>8,} rows")
        typer.echo(f"Page for reviewers: {page}")
        typer.echo(f"Workbook for the townships (internal): {book}")
        for row in failed.itertuples():
            cli_words.complain(f"not met: {row.criterion_en}: {row.share:.1%} (at most {row.limit:.1%})")
        typer.echo("The register may be used." if failed.empty else "The register should be mended before it is used.")
    if len(failed):
        raise typer.Exit(1)


def _tell_account(account: "pd.DataFrame") -> None:
    for row in account[account["rows_read"] > 0].itertuples():
        counts = f"{row.rows_accepted:,} accepted + {row.rows_set_aside:,} set aside = {row.rows_read:,} read"
        typer.echo(f"  {row.table}: {counts}; {row.rows_marked:,} accepted rows marked")


def _quality_page(register: str, as_of: str | None, out: Path, lang: str) -> Path:
    from tuopin_analysis.register import inputs, load
    from tuopin_analysis.report import batch, folder, provenance

    given = {"register": register, "lang": lang, **({"as_of": as_of} if as_of else {})}
    files = inputs.files(register)
    facts = folder.Batch(register, files, list(load.scopes(register)["scope"]), "warm", 1)
    results = list(batch.run(batch.plan(["00_quality"], ["county"], given, register=provenance.combined(files)), out, workers=1))
    folder.finish(out, facts, results, lang)
    if results[0].state == "failed":
        raise InputError(Fault(f"the page failed: {results[0].error}", "00_quality"))
    return out / results[0].job.files()[0]


def _refuse_betraying(register: str, day: str, rules: str) -> None:
    """A list of households tells how many there are in each place and state: no public list where public tables suppress such."""
    from tuopin_analysis import rules as rulebook
    from tuopin_analysis.analysis import withholding
    from tuopin_analysis.register import load, published

    county = load.about(register).published_code
    known = {"townships": published.townships(county), "causes": published.causes(county)}
    rule_set, households = rulebook.read(rules), load.households(register, as_of=day)
    guard = withholding.guard(households, rule_set, scope="county", as_of=day, edition="public", **known)
    if guard.suppresses:
        what = f"the public tables of {day} suppress small figures, which a public list of households would give away"
        mend = "--edition notice for the board in the village, not to be published beside the tables; or choose another day"
        raise InputError(Fault(what, "--edition public", "a day without suppressed figures", mend))


def ledger(
    register: Annotated[str, typer.Argument(help=REGISTER_HELP)] = "demo",
    out: Annotated[Path | None, typer.Option(help="The workbook to write.", show_default="reports/internal/ledger.xlsx")] = None,
    scope: Annotated[str, typer.Option(help="county, or the code of a township or village.")] = "county",
    as_of: Annotated[str | None, typer.Option(help="The day.", show_default="the register's last")] = None,
    edition: Annotated[str, typer.Option(help="internal: full names; notice: masked, for the village; public.")] = "internal",
    rules: Annotated[str, typer.Option(help="Rule set whose threshold of small figures counts.")] = "hebei-2016",
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Write the ledger of households: one row a household, with names for the office or masked for the notice."""
    from tuopin_analysis.register import ledger as book
    from tuopin_analysis.register import load, protect
    from tuopin_analysis.report import language, lists, page

    rows = book.households(register, scope, as_of, edition)
    if edition == "public":
        _refuse_betraying(register, as_of or load.about(register).until.isoformat(), rules)
    language.check(lang)
    day = as_of or load.about(register).until.isoformat()
    title = page.ledger_title(load.scope_name(register, scope, lang), day, lang)
    target = out or protect.private_folder(paths.REPORTS / edition) / f"ledger-{harmless.stem(scope)}.xlsx"
    made = lists.write(rows, target, title, page.ledger_note(edition, load.about(register).synthetic, lang), lang)
    typer.echo(f"{len(rows):,} households, {edition} edition: {made}")
