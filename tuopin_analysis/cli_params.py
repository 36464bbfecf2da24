"""The command `tuopin params`: what a notebook takes, and what each parameter may be for a register."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tuopin_analysis import cli_complete, harmless
from tuopin_analysis.errors import Fault, InputError

if TYPE_CHECKING:
    from tuopin_analysis.report.signature import Allowed, Parameter

SHOWN = 6  # values that a table names before it counts the rest
HEADS = {
    "zh": ("参数", "类型", "默认值", "可取的值", "说明"),
    "en": ("name", "type", "default", "allowed", "help"),
}
TYPES_ZH = {"str": "文本", "int": "整数", "float": "数", "bool": "是否"}


def params(
    notebook: Annotated[str | None, typer.Argument(help="A notebook such as 02_causes.", show_default="list all",
                                                          autocompletion=cli_complete.notebooks)] = None,
    register: Annotated[str, typer.Option(help="demo, or the folder of a register.")] = "demo",
    lang: Annotated[str, typer.Option(help="Language of the help: zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON Schema, with all values.")] = False,
) -> None:
    """Say which parameters a notebook takes: name, type, default, what it may be, and what for."""
    from tuopin_analysis import contract
    from tuopin_analysis.report import parameters

    if lang not in HEADS:
        raise InputError(Fault(f"unknown language '{lang}'", "--lang", "zh or en"))
    chosen = [notebook] if notebook else parameters.notebooks()
    drawn = contract.drawn(register)
    if as_json:
        schemas = {name: parameters.schema(parameters.of(name), drawn, lang).json_schema() for name in chosen}
        typer.echo(json.dumps(schemas[notebook] if notebook else schemas, ensure_ascii=False, indent=1))
    elif notebook:
        _table(HEADS[lang], [row(parameter, drawn, lang) for parameter in parameters.of(notebook)])
    else:
        heads = {"zh": ("笔记本", "问题", "参数"), "en": ("notebook", "question", "parameters")}[lang]
        rows = [(name, parameters.title(name, lang), " ".join(parameters.declared(name))) for name in chosen]
        _table(heads, rows)


def row(parameter: "Parameter", drawn: "dict[str, Allowed]", lang: str) -> tuple[str, ...]:
    """One parameter as a row of the table.

    >>> from tuopin_analysis.report import parameters
    >>> row(parameters.of("02_causes")[-1], {}, "en")[:4]
    ('edition', 'str', 'internal', 'internal, public')
    """
    allowed = drawn.get(parameter.drawn_from) or parameter.allowed
    type_name = TYPES_ZH.get(parameter.type, parameter.type) if lang == "zh" else parameter.type
    return parameter.name, type_name, str(parameter.default), _allowed(allowed, lang), parameter.help(lang)


def _allowed(allowed: "Allowed | None", lang: str) -> str:
    """The values, the first few of many and how many there are; or the range."""
    if allowed is None:
        return ""
    if not allowed.values:
        least, most = ("" if end is None else str(end) for end in (allowed.least, allowed.most))
        return f"{least}{'至' if lang == 'zh' else ' to '}{most}"
    named = ", ".join(allowed.values[:SHOWN])
    rest = len(allowed.values) - SHOWN
    return named + (
        (f"，…共{len(allowed.values)}个" if lang == "zh" else f", … {len(allowed.values)} in all") if rest > 0 else ""
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; one line a row, with tabs, where another program reads."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        for line in (heads, *rows):
            typer.echo("\t".join(harmless.line(text) for text in line))
        return
    table = Table(*heads)
    for texts in rows:
        table.add_row(*(harmless.rich(text) for text in texts))
    console.print(table)
