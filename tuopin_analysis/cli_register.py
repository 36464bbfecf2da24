"""The commands about a register: `tuopin import` makes or extends one, `tuopin check` says whether it may be used."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError

if TYPE_CHECKING:
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
            _day(snapshot),
            key=key or default_key(),
            county=county,
            layout=layouts.read(layout) if layout else None,
            titles=titles,
            synthetic=synthetic,
            replace=replace,
            progress=progress,
        )
    _told(made, into)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written if len(written) == 10 else "")
    except ValueError:
        raise InputError(Fault(f"'{written}' is not a day", "--snapshot", "year-month-day, such as 2016-12-31")) from None


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
    typer.echo(f"{harmless.line(about.title_en)} ({about.county_zh}, {about.county_code}), snapshot of {made.day}")
    for note in made.gathered.notes:
        typer.echo(f"  {harmless.line(f'{note.file}, {note.sheet}' if note.sheet else note.file)}: {harmless.line(note.text_en)}")
    for row in made.account[made.account["rows_read"] > 0].itertuples():
        counts = f"{row.rows_accepted:,} accepted + {row.rows_set_aside:,} set aside = {row.rows_read:,} read"
        typer.echo(f"  {row.table}: {counts}; {row.rows_marked:,} accepted rows marked")
    typer.echo(f"Snapshots: {', '.join(map(str, about.snapshots))}")
    typer.echo(f"Register: {into}    next: tuopin check {into}, then tuopin report --register {into} --scope all")
