"""The page of a comparison: what differs between two runs or two registers, headline figures first, with the cause of each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tuopin_analysis import __version__, harmless
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language, narrow, render
from tuopin_analysis.report.comparing_words import Words

TEMPLATES = Path(__file__).parent / "templates" / "tuopin"
MOST = 300  # rows of one table on the page; `--json` has them all
Head = Sequence[tuple[str, bool]]  # name of a column, and whether it holds figures


def page(result: Mapping[str, Any], words: Words) -> str:
    """The whole page, which needs no network; `result` is what `tuopin diff` found."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    html = environment.get_template("diff.html.j2").render(
        lang="zh-CN" if words.lang == "zh" else words.lang,
        words=words.fixed(__version__),
        css=(TEMPLATES / "page.css").read_text(encoding="utf-8"),
        sides=[words.side(result[name], name) for name in ("old", "new")],
        synthetic=any(result[name]["synthetic"] for name in ("old", "new")),
        internal=result["edition"] == "internal",
        said=said(result, words),
        notes=[words.note(code, more) for code, more in result["notes"]],
        sections=[section for section in _sections(result, words) if section["tables"]],
    )
    html = narrow.page(html, words.lang)
    return html.replace("/*fonts*/", render.font_faces(html), 1)


def said(result: Mapping[str, Any], words: Words) -> list[str]:
    """What the comparison found, in sentences."""
    if not result["differs"]:
        return [words.nothing()]
    changed = result["figures"].drop_duplicates(["scope", "table", "change", "row"]) if len(result["figures"]) else []
    places = result["figures"][["scope", "table"]].drop_duplicates() if len(result["figures"]) else []
    return [words.found(len(changed), len(places)), *([words.cause_line(result["causes"])] if result["causes"] else [])]


def headlines(result: Mapping[str, Any], name: str, words: Words, changed: bool = False) -> tuple[Head, list[list[str]]]:
    """The headline figures ("headlines") or those of targets ("targets"), with their causes: head and rows, as they are shown."""
    found = result[name]
    ways = [(words("denominator"), False)] if name == "targets" else []
    head = [(words("scope"), False), *ways, (words("figure"), False), *_compared_head(words)]
    rows = []
    for row, cells_ in zip(found.to_dict("records"), _compared(found, words), strict=True):
        if changed and row["is_same"]:
            continue
        way = [dictionary.value_label("denominator", row["denominator"], words.lang)] if name == "targets" else []
        rows.append([words.place(row["scope"]), *way, words.figure(row["figure"]), *cells_])
    return head, rows


def tables(result: Mapping[str, Any], words: Words) -> tuple[Head, list[list[str]]]:
    """How many rows of each table changed: head and rows."""
    counted = result["summary"]
    head = [(words("scope"), False), (words("table"), False), *((words(name), True) for name in ("added", "removed", "changed"))]
    numbers = ["rows_added", "rows_removed", "rows_changed"]
    rows = [
        [words.place(row["scope"]), row["table"], *(language.count(row[number], words.lang) for number in numbers)]
        for row in counted.to_dict("records")
    ]
    for name in ("added", "removed"):
        rows += [[words.place(scope), key, words(f"table_{name}"), "", ""] for scope, key in result[f"tables_{name}"]]
    rows += [[words.place(scope), notebook, words(f"report_{state}"), "", ""] for scope, notebook, state in result["reports"]]
    return head, rows


def _sections(result: Mapping[str, Any], words: Words) -> list[dict[str, Any]]:
    sections = []
    for name in ("headlines", "targets"):
        head, rows = headlines(result, name, words)
        sections.append({"title": words(f"title_{name}"), "text": words(f"text_{name}"), "tables": _cut(head, rows, words)})
    sections.append({"title": words("title_tables"), "tables": _cut(*tables(result, words), words)})
    sections.append({"title": words("title_figures"), "tables": _figures(result["figures"], words)})
    counts, found = result["counts"], result["records"]
    if counts is not None and len(counts):
        sections.append({"title": words("title_counts"), "tables": _cut(*by_township(counts, words), words)})
    if found is not None and len(found):
        folds = []
        for table, part in found.groupby("table"):
            folds += _cut(*_records(part, words), words, words.table(str(table), len(part)), len(part))
        sections.append({"title": words("title_records"), "text": words("text_records"), "tables": folds})
    return sections


def _figures(found: pd.DataFrame, words: Words) -> list[dict[str, Any]]:
    """Every changed figure, folded by scope and table."""
    if not len(found):
        return []
    head = [(words("change"), False), (words("row"), False), (words("column"), False), *_compared_head(words)]
    listed = []
    for (scope, key), part in found.groupby(["scope", "table"], sort=False):
        shown = part.head(MOST)
        rows = [
            [words(row["change"]), words.row(row["row"]), dictionary.label(row["column"], words.lang), *cells_]
            for row, cells_ in zip(shown.to_dict("records"), _compared(shown, words), strict=True)
        ]
        fold = words.fold(str(scope), str(key), len(part))
        listed += _cut(head, rows, words, fold, len(part))
    return listed


def _compared_head(words: Words) -> Head:
    return [(words("before"), True), (words("after"), True), (words("difference"), True), (words("cause"), False)]


def _compared(found: pd.DataFrame, words: Words) -> list[list[str]]:
    """Before, after, difference and cause of each figure, as its column is written."""
    effects = [str(column) for column in found.columns if str(column).startswith("effect_")]
    rows = []
    for row in found.to_dict("records"):
        column = row["column"]
        known = [(effect.removeprefix("effect_"), row[effect]) for effect in effects]
        told = [(cause, number) for cause, number in known if cause in str(row["causes"]).split(";")]
        cause = words.effects(column, told) if len(told) > 1 else words.causes(str(row["causes"]).split(";"))
        values = [words.value(column, row[side]) for side in ("before", "after")]
        rows.append([*values, words.change(column, row["difference"]), cause])
    return rows


def by_township(counts: pd.DataFrame, words: Words) -> tuple[Head, list[list[str]]]:
    """How many households, persons and events of each township were added, removed, changed: head and rows."""
    kinds = [str(column) for column in counts.columns[1:]]
    head = [(words("township"), False), *((words.kind(*kind.split("_")), True) for kind in kinds)]
    shown = counts.to_dict("records")
    rows = [[words.township(row["township"]), *(_or_hidden(row[kind], words) for kind in kinds)] for row in shown]
    return head, rows


def _or_hidden(number: Any, words: Words) -> str:
    return language.SUPPRESSED if language.is_missing(number) else language.count(number, words.lang)


def _records(found: pd.DataFrame, words: Words) -> tuple[Head, list[list[str]]]:
    ids = ["household_id", *(["person_id"] if (found["person_id"] != "").any() else [])]
    names = ["change", *ids, "township", "village", "field", "before", "after"]
    head = [(words(name) if name not in ids else dictionary.label(name, words.lang), False) for name in names]
    table = str(found["table"].iloc[0])
    rows = []
    for row in found.head(MOST).to_dict("records"):
        field = dictionary.label(row["field"], words.lang, table) if row["field"] else ""
        field = words("event") if table == "events" else field
        values = [words.recorded(row["field"], row[side], table) for side in ("before", "after")]
        place = [words.township(row["township"]), row["village"]]
        rows.append([words(row["change"]), *(row[name] for name in ids), *place, field, *values])
    return head, rows


def _cut(
    head: Head, rows: Sequence[Sequence[str]], words: Words, fold: str = "", whole: int = 0
) -> list[dict[str, Any]]:
    """A table for the template: none without rows, at most MOST rows, with a note of how many there are."""
    if not rows:
        return []
    shown = [[harmless.plain(str(value)) for value in row] for row in rows[:MOST]]
    whole = max(whole, len(rows))
    cut = words.cut(len(shown), whole) if whole > len(shown) else ""
    return [{"head": head, "rows": shown, "fold": fold, "open": whole <= 20, "cut": cut}]
