"""The command `tuopin diff`: what changed between two runs of reports or two registers, on the terminal and as a page."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from tuopin_analysis import cli_folder, harmless, paths
from tuopin_analysis.errors import Fault, InputError

PAGE = "diff.html"
SHOWN = 30  # rows of a table on the terminal


def diff(
    old: Annotated[str, typer.Argument(help="A folder of reports, or a register: demo, or its folder.")],
    new: Annotated[str, typer.Argument(help="The same kind of thing, later.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the page.", show_default="reports/diff")] = None,
    lang: Annotated[str, typer.Option(help="zh or en: of the page and the summary.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything found as JSON in place of the summary.")] = False,
    rerun: Annotated[
        bool, typer.Option("--rerun/--no-rerun", help="Make reports again to tell several causes apart, where that is possible.")
    ] = True,
    as_of: Annotated[str | None, typer.Option(help="Of registers: the day.", show_default="each one's last")] = None,
    rules: Annotated[str | None, typer.Option(help="Of registers: the rule set.", show_default="hebei-2016")] = None,
    edition: Annotated[str | None, typer.Option(help="Of registers: internal or public.", show_default="internal")] = None,
) -> None:
    """Say what changed between two runs of reports, or two registers, and why: data, rules, code or parameters."""
    from tuopin_analysis import cli_diff_runs
    from tuopin_analysis.report import language
    from tuopin_analysis.report.page import check_edition

    language.check(lang)
    kinds = [_kind(side) for side in (old, new)]
    if kinds[0] != kinds[1]:
        what = f"'{old}' is a {kinds[0]} and '{new}' a {kinds[1]}"
        raise InputError(Fault(what, "OLD and NEW", "two folders of reports, or two registers"))
    if kinds[0] == "register":
        result = cli_diff_runs.of_registers(old, new, as_of, rules or "hebei-2016", check_edition(edition or "internal"))
    else:
        _refuse_options({"--as-of": as_of, "--rules": rules, "--edition": edition})
        result = cli_diff_runs.of_runs(Path(old), Path(new), rerun)
    page = write(result, out, lang)
    if as_json:
        typer.echo(json.dumps(_plain(result), ensure_ascii=False, indent=1, default=str))
    else:
        _tell(result, lang, page)
    if result["differs"]:
        raise typer.Exit(1)


def _kind(side: str) -> str:
    """What a side is; InputError for a folder that is neither."""
    from tuopin_analysis.register import about
    from tuopin_analysis.report import runs

    if runs.is_run(Path(side)):
        return "folder of reports"
    whole = side.rpartition(about.COUNTY)[0] or side  # what stands before a county of a store of many
    if side == "demo" or (Path(whole).expanduser() / "register.yaml").is_file():
        return "register"
    what = "neither a folder of reports nor a register" if Path(side).is_dir() else "no such folder"
    expected = "a folder that `tuopin report` has written, demo, or the folder of a register"
    raise InputError(Fault(what, side, expected, "check the path"))


def _refuse_options(given: dict[str, str | None]) -> None:
    wrong = [name for name, value in given.items() if value is not None]
    if wrong:
        expected = "nothing: reports have their own"
        raise InputError(*(Fault("an option for registers, and these are reports", name, expected) for name in wrong))


def _words(lang: str) -> Any:
    from tuopin_analysis.report.comparing_words import Words
    from tuopin_analysis.rules import headlines

    found = headlines()
    return Words(lang, {figure.name: {"zh": figure.zh, "en": figure.en} for figure in [*found.figures, *found.targets]})


def write(result: dict[str, Any], out: Path | None, lang: str) -> Path:
    """Write the page, whole or not at all; of real households for its owner alone."""
    from tuopin_analysis.register import protect
    from tuopin_analysis.report import comparing

    default = (paths.REPORTS / "public" if result["edition"] == "public" else paths.REPORTS) / "diff"
    folder = out or default
    private = result["edition"] == "internal" and any(side["real"] for side in (result["old"], result["new"]))
    cli_folder.writable(folder, private=private)
    html = comparing.page(result, _words(lang))
    path = folder / PAGE
    if private:
        protect.write_private(path, html.encode("utf-8"))
        return path
    half = folder / f".{PAGE}.{os.getpid()}"
    try:
        half.write_text(html, encoding="utf-8", newline="\n")
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)
    return path


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    """The result as JSON has it: frames as lists of rows, missing as null."""
    import pandas as pd

    told: dict[str, Any] = {}
    for name, value in result.items():
        if isinstance(value, pd.DataFrame):
            rows = value.astype("object").where(value.notna(), None).to_dict("records")
            told[name] = [{**row, **({"row": dict(row["row"])} if "row" in row else {})} for row in rows]
        else:
            told[name] = value
    return told


def _tell(result: dict[str, Any], lang: str, page: Path) -> None:
    """The summary on the terminal; without colours and lines when it goes elsewhere."""
    from rich.console import Console
    from rich.table import Table

    from tuopin_analysis.report import comparing

    words = _words(lang)
    screen = Console(highlight=False)
    screen = screen if screen.is_terminal else Console(highlight=False, width=200, no_color=True)
    for line in [*comparing.said(result, words), *(words.note(code, more) for code, more in result["notes"])]:
        screen.print(harmless.rich(line))
    names = ("headlines", "targets")
    parts = [(words(f"title_{name}"), *comparing.headlines(result, name, words, changed=True)) for name in names]
    parts.append((words("title_tables"), *comparing.tables(result, words)))
    if result["counts"] is not None:
        parts.append((words("title_counts"), *comparing.by_township(result["counts"], words)))
    for title, head, rows in parts:
        if rows:
            table = Table(title=title, title_justify="left", box=None if not screen.is_terminal else Table().box)
            for name, number in head:
                table.add_column(harmless.rich(name), justify="right" if number else "left")
            for row in rows[:SHOWN]:
                table.add_row(*(harmless.rich(str(value)) for value in row))
            screen.print(table)
            if len(rows) > SHOWN:
                screen.print(words.cut(SHOWN, len(rows)))
    typer.echo(str(page))
