"""The command line: registers (`import`, `check`, `correct`, `ledger`), reports (`report`, `params`), and an example (`demo`)."""

import gc
import sys
from typing import Annotated

import typer

from tuopin_analysis import (
    __version__,
    cli_brief,
    cli_correct,
    cli_demo,
    cli_diff,
    cli_help,
    cli_params,
    cli_question,
    cli_register,
    cli_report,
    cli_trace,
    cli_verify,
    cli_wall,
    cli_why,
    cli_words,
)
from tuopin_analysis.errors import InputError

app = typer.Typer(
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Reproducible reports from a poverty register (建档立卡).",
    epilog=cli_help.EXIT,
)


app.command("import", **cli_help.of("import"))(cli_register.import_)
app.command(**cli_help.of("check"))(cli_register.check)
app.command(**cli_help.of("ledger"))(cli_register.ledger)
app.add_typer(cli_correct.app, name="correct", **cli_help.of("correct"))
app.command(**cli_help.of("report"))(cli_report.report)
app.command(**cli_help.of("brief"))(cli_brief.brief)
app.command(**cli_help.of("wall"))(cli_wall.wall)
app.command(**cli_help.of("params"))(cli_params.params)
app.command(**cli_help.of("verify"))(cli_verify.verify)
app.command(**cli_help.of("sign"))(cli_verify.sign)
app.command(**cli_help.of("diff"))(cli_diff.diff)
app.command(**cli_help.of("trace"))(cli_trace.trace)
app.command(**cli_help.of("why"))(cli_why.why)
app.command(**cli_help.of("demo"))(cli_demo.demo)
app.command("new-question", **cli_help.of("new-question"))(cli_question.new_question)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tuopin-analysis {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; what a user can mend is told without a traceback, with exit status 2."""
    gc.set_threshold(100_000, 20, 20)  # what is loaded stays: to look through it again and again is a twelfth of the start
    try:
        app()
    except InputError as error:
        for fault in error.faults:
            cli_words.complain(f"error: {fault}")
        sys.exit(2)
    except OSError as error:
        cli_words.complain(f"error: {error.strerror or error}" + (f" ({error.filename})" if error.filename else ""))
        sys.exit(2)


if __name__ == "__main__":
    main()
