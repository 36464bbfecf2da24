"""The commands `tuopin correct add`, `list` and `undo`: what the office has found wrong in a register since the export."""

from datetime import date
from typing import Annotated

import typer

from tuopin_analysis import harmless
from tuopin_analysis.errors import must_be_day

app = typer.Typer(no_args_is_help=True, help="Correct a register beside its export; every correction can be undone.")
Register = Annotated[str, typer.Argument(help="Folder of the register.", show_default=False)]
Who = Annotated[str, typer.Option(help="Who of the office corrects.", show_default=False)]
Why = Annotated[str, typer.Option(help="Why, and by which evidence.", show_default=False)]
When = Annotated[str | None, typer.Option(help="The day, such as 2016-12-31.", show_default="today")]


@app.command()
def add(
    register: Register,
    table: Annotated[str, typer.Option(help="households, persons, exit_plans or events.", show_default=False)],
    row: Annotated[
        str,
        typer.Option(help="Number of the household or person; of a change: its household, day and kind.", show_default=False),
    ],
    field: Annotated[str, typer.Option(help="The column's name in data/dictionary.csv.", show_default=False)],
    old: Annotated[str, typer.Option(help="What the register says now; '' for nothing.", show_default=False)],
    new: Annotated[str, typer.Option(help="What it is to say; '' for nothing.", show_default=False)],
    who: Who,
    why: Why,
    when: When = None,
) -> None:
    """Add a correction: a code, a label or a value in place of what the register says."""
    from tuopin_analysis.register import correcting

    made = correcting.add(register, table, row, field, old, new, who=who, why=why, when=_day(when))
    typer.echo(
        harmless.line(f"Correction {made.number}: {made.table} {made.row}, {made.field}: '{made.old}' is now '{made.new}'")
    )
    typer.echo(f"To take it back: tuopin correct undo {harmless.line(register)} {made.number} --who … --why …")


@app.command("list")
def list_(register: Register) -> None:
    """List the corrections of a register with their numbers, also those that were undone."""
    from tuopin_analysis.register import corrections
    from tuopin_analysis.register.about import about

    lines = corrections.read(about(register))
    for line in lines:
        change = f"{line.table} {line.row}  {line.field}: '{line.old}' → '{line.new}'"
        undone = f"  undone {line.undone_when} by {line.undone_by}: {line.undone_why}" if line.is_undone else ""
        typer.echo(harmless.line(f"{line.number}  {line.when}  {change}  {line.who}: {line.why}{undone}"))
    force = sum(not line.is_undone for line in lines)
    typer.echo(f"{force} corrections in force, {len(lines) - force} undone")


@app.command()
def undo(
    register: Register,
    number: Annotated[int, typer.Argument(help="Its number, as `tuopin correct list` says.", show_default=False)],
    who: Who,
    why: Why,
    when: When = None,
) -> None:
    """Take a correction back; its line stays in the file as a trace."""
    from tuopin_analysis.register import correcting

    undone = correcting.undo(register, number, who=who, why=why, when=_day(when))
    typer.echo(harmless.line(f"Correction {number} undone: {undone.field} of {undone.row} is again '{undone.old}'"))


def _day(written: str | None) -> date | None:
    return None if written is None else must_be_day(written, "--when")
