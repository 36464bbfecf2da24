"""The command `tuopin trace`: from a figure of a report back to its rows."""

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError

if TYPE_CHECKING:
    from tuopin_analysis import cli_asked

MOST_PLACES = 12  # whose figures are told one by one


def trace(
    folder: Annotated[Path, typer.Argument(help="A place's folder of reports, such as reports/county.")],
    key: Annotated[str, typer.Argument(metavar="TABLE", help="A key table, such as causes.shares.")],
    words: Annotated[
        list[str], typer.Argument(metavar="[COLUMN=VALUE]... FIGURE", help="The row, by identifiers or labels; then the column.")
    ],
    part: Annotated[str | None, typer.Option(help="Which part's rows are listed.", show_default="the first")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Rows listed.")] = 20,
    csv: Annotated[Path | None, typer.Option(help="Write all rows to a file that only you can read.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    lang: Annotated[str | None, typer.Option(help="zh or en.", show_default="the report's")] = None,
) -> None:
    """Follow a figure of a report to the rows whose sum it is."""
    from tuopin_analysis import cli_asked
    from tuopin_analysis.report import language

    asked = cli_asked.asked(folder, key, words)
    lang = language.check(lang or asked.entry["parameters"]["lang"])
    told = _traced(asked, part)
    if csv and told["edition"] == "public":
        raise InputError(Fault("the public edition has no rows to write", "--csv", "an internal report's folder"))
    if as_json:
        typer.echo(
            json.dumps({**told, "parts": [_plain(one) for one in told["parts"]]}, ensure_ascii=False, indent=1, default=str)
        )
    else:
        _tell(asked, told, limit, lang)
    if csv:
        count = _write(told["parts"], csv)
        if not as_json:
            from tuopin_analysis.report import sentences_trace as say

            typer.echo(harmless.line(say.text("written", lang).format(n=count, file=csv)))
    if not told["equal"]:
        raise typer.Exit(1)


def _traced(asked: "cli_asked.Asked", part: str | None) -> dict[str, Any]:
    """Everything there is to tell: of the public edition the filter and the state alone."""
    from tuopin_analysis import cli_frames
    from tuopin_analysis.analysis import tracing, tracing_figures

    given = asked.entry["parameters"]
    public = given["edition"] == "public"
    is_checked = asked.key.startswith(cli_frames.CHECKED)
    planless = False
    if not public:
        rows, planless = (cli_frames.checked(given), False) if is_checked else cli_frames.counted(given)
    figures = tracing_figures.described(asked.key, asked.row, cli_frames.report(asked.entry, planless))
    node = asked.node(figures)
    found: dict[str, Any] = {
        "folder": str(asked.folder), "table": asked.key, "row": asked.given, "rows_of_table": asked.fitting,
        "figure": asked.column, "edition": given["edition"], "formula": node.name if isinstance(node, tracing.Formula) else "",
        "equal": True, "page": None if asked.suppressed else asked.value, "parts": [],
    }  # fmt: skip
    for name, leaf in tracing.leaves(node):
        one: dict[str, Any] = {"name": name}
        if isinstance(leaf, tracing.Given):
            one |= {"value": leaf.value, "source": leaf.source, "line": leaf.line, "column": leaf.column}
        else:
            of = leaf.of if isinstance(leaf, tracing.By) else leaf
            one |= {"counts": of.frame, "where": of.where, "query": of.query(), "weight": of.weight}
            if isinstance(leaf, tracing.By):
                one["by"] = leaf.by
            if not public:
                one |= {"value": rows.value(leaf), "rows": len(rows.pick(of)), "list": tracing.listed(rows, leaf)}
        found["parts"].append(one)
    if public:
        return found | {"state": "suppressed" if asked.suppressed else "shown"}
    _chosen(found, part)
    now = rows.value(node)
    return found | {"register": now, "equal": tracing.same(now, asked.value)}


def _chosen(found: dict[str, Any], part: str | None) -> None:
    """The part to list first, put first."""
    from tuopin_analysis.errors import nearest

    names = [one["name"] for one in found["parts"] if "list" in one]
    if part is None:
        return
    if part not in names:
        expected = ", ".join(name for name in names if name) or "nothing: this figure has one part"
        raise InputError(Fault(f"no part '{part}'", "--part", expected, nearest(part, names)))
    found["parts"].sort(key=lambda one: one["name"] != part)


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    """A part as JSON has it."""
    kept = {name: value for name, value in one.items() if name not in ("where", "list")}
    if "list" in one:
        frame = one["list"]
        kept["list"] = json.loads(frame.to_json(orient="records", force_ascii=False))
    return kept


def _tell(asked: "cli_asked.Asked", told: dict[str, Any], limit: int, lang: str) -> None:
    """The trace as lines of a terminal."""
    from tuopin_analysis.register import dictionary
    from tuopin_analysis.report import language
    from tuopin_analysis.report import sentences_trace as say

    subject = asked.entry["subject"]
    colon = "：" if lang == "zh" else ": "

    def line(name: str, value: str, indent: int = 0) -> None:
        typer.echo(harmless.line(f"{'  ' * indent}{say.text(name, lang)}{colon}{value}"))

    day = language.day(subject["as_of"], lang)
    typer.echo(harmless.line(f"{asked.key} · {subject['scope_name']} · {day} · {subject['register']}"))
    line("row", say.filtered(tuple((name, "==", value) for name, value in asked.given.items()), lang))
    if asked.fitting != 1:
        line("sum", say.text("all", lang).format(n=asked.fitting))
    line("figure", dictionary.label(asked.column, lang))
    if told["formula"]:
        line("formula", say.formula(told["formula"], lang))
    for one in told["parts"]:
        depth = 0
        if one["name"]:
            typer.echo(harmless.line(f"- {say.part(one['name'], lang)} [{one['name']}]"))
            depth = 1
        if "source" in one:
            at = say.text("line", lang).format(line=one["line"]) if one["line"] else ""
            line("source", " · ".join(filter(None, [one["source"], at, one["column"], str(one["value"])])), depth)
            continue
        line("counts", say.frame(one["counts"], lang), depth)
        line("filter", say.filtered(one["where"], lang), depth)
        line("query", one["query"] or "-", depth)
        if "value" in one:
            value = one["value"]
            shown = sum(value.values()) if isinstance(value, dict) else value
            line("rows", f"{one['rows']:,}", depth)
            line("sum", say.figure("persons", shown, lang), depth)
            if isinstance(value, dict) and len(value) <= MOST_PLACES:
                line("each", say.places(value, lang), depth)
    if told["edition"] == "public":
        typer.echo(say.text("public", lang))
        typer.echo(say.text("suppressed" if asked.suppressed else "open", lang))
        return
    typer.echo(harmless.line(say.verdict(asked.value, told["register"], told["equal"], asked.column, lang)))
    _list(next((one for one in told["parts"] if "list" in one), None), limit, lang)


def _list(one: dict[str, Any] | None, limit: int, lang: str) -> None:
    """The first rows of a part, columns apart by tabs."""
    from tuopin_analysis.register import dictionary
    from tuopin_analysis.report import language
    from tuopin_analysis.report import sentences_trace as say

    if one is None or not limit or one["list"].empty:
        return
    frame = one["list"]
    name = say.part(one["name"], lang) if one["name"] else say.text("rows", lang)
    head = say.text("list", lang).format(part=name, shown=min(limit, len(frame)), all=f"{len(frame):,}")
    typer.echo("\n" + head)
    typer.echo("\t".join([dictionary.label(str(c), lang) for c in frame.columns[:-1]] + [say.text("contributes", lang)]))
    for row in frame.head(limit).itertuples(index=False):
        cells = [
            language.place(str(value), lang) if c in ("township", "village") else str(value)
            for c, value in zip(frame, row, strict=True)
        ]
        typer.echo("\t".join(harmless.line(cell) for cell in cells))


def _write(parts: list[dict[str, Any]], path: Path) -> int:
    """All rows of all parts as one CSV file (0600), whole or not at all; how many."""
    import pandas as pd

    lists = [one["list"].assign(part=one["name"] or "figure") for one in parts if "list" in one]
    whole = pd.concat(lists, ignore_index=True) if lists else pd.DataFrame({"part": []})
    whole = whole[["part", *(column for column in whole if column != "part")]]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".trace-", dir=path.parent) as beside:
            made = Path(beside) / "rows.csv"
            made.touch(0o600)
            made.write_text(
                harmless.csv_frame(whole).to_csv(index=False, lineterminator="\n"), encoding="utf-8-sig", newline="\n"
            )
            os.replace(made, path)
    except OSError as error:
        raise InputError(
            Fault(f"cannot write the rows: {error.strerror}", f"--csv {path}", "a file that can be written")
        ) from None
    return len(whole)
