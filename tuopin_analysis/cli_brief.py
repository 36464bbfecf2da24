"""The command `tuopin brief`: a formal report of a place (简报) from the finished tables of a reports folder."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuopin_analysis import cli_complete, cli_folder, cli_words, harmless, paths
from tuopin_analysis.errors import Fault, InputError, as_day, nearest

if TYPE_CHECKING:
    from tuopin_analysis.report.brief_read import Tables
    from tuopin_analysis.report.manifest import Manifest
    from tuopin_analysis.report.paper import Document


def brief(
    folder: Annotated[Path, typer.Argument(help="A folder that `tuopin report` made.")] = paths.REPORTS,
    scope: Annotated[str, typer.Option(help="county, or a township's code.", autocompletion=cli_complete.places)] = "county",
    lang: Annotated[str | None, typer.Option(help="zh or en.", show_default="that of the pages",
                                              autocompletion=cli_complete.langs)] = None,
    number: Annotated[int, typer.Option(min=1, help="Which issue it is: 第3期.")] = 1,
    office: Annotated[str | None, typer.Option(help="Who issues it.", show_default="the county's office")] = None,
    day: Annotated[str | None, typer.Option("--date", help="The date it bears.", show_default="the day counted up to")] = None,
    formats: Annotated[str, typer.Option("--format", help="Any of html,pdf,docx.")] = "html,pdf,docx",
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Write a brief (简报) of two to four pages from the pages that are made."""
    from tuopin_analysis.report import brief_read, briefs, language, render
    from tuopin_analysis.report.brief import issuer
    from tuopin_analysis.report.manifest import Brief

    wanted = _wanted(formats, day, lang)
    told, tables = brief_read.opened(folder, render.tagged(scope))
    subject = next(iter(tables.entries.values())).subject
    lang = lang or str(subject["lang"])
    language.check(lang)
    place, county, register = _names(told, tables, lang)
    office = harmless.line(office or issuer(county, lang))
    day = day or str(subject["as_of"])
    document = _document(tables, lang, (place, county, register), office=office, number=number, day=day)
    absent = sorted({word for word in _expected(str(subject["edition"])) if word not in tables.entries})
    made, faults = _made(document, wanted)
    if made:
        cli_folder.writable(folder)
        asked: dict[str, Any] = {"scope": scope, "lang": lang, "number": number, "office": office, "day": day}
        briefs.record(folder, Brief(**asked, outputs={}, sources=dict(sorted(tables.sources.items()))), made)
    _tell(folder, scope, made, absent, faults, as_json)
    if cli_folder.fonts_lack() or faults:
        raise typer.Exit(1)


def _wanted(formats: str, day: str | None, lang: str | None) -> tuple[str, ...]:
    """The formats asked for; InputError for unknown ones, a day that is none and an unknown language, all at once."""
    from tuopin_analysis import LANGUAGES
    from tuopin_analysis.report.printing import FORMATS

    asked = [word.strip().lower() for word in formats.split(",") if word.strip()]
    faults = [Fault(f"unknown format '{word}'", "--format", " or ".join(FORMATS), nearest(word, FORMATS))
              for word in asked if word not in FORMATS]  # fmt: skip
    if not asked:
        faults.append(Fault("no format", "--format", "any of " + ", ".join(FORMATS)))
    if lang is not None and lang not in LANGUAGES:
        faults.append(Fault(f"unknown language '{lang}'", "--lang", " or ".join(LANGUAGES), nearest(lang, LANGUAGES)))
    if day is not None and as_day(day) is None:
        faults.append(Fault(f"'{day}' is no day", "--date", "a day such as 2017-01-05"))
    if faults:
        raise InputError(*faults)
    return tuple(one for one in FORMATS if one in asked)


def _names(told: "Manifest", tables: "Tables", lang: str) -> tuple[str, str, str]:
    """The names of the place, its county and the register: as the pages have them, else as the register has."""
    from tuopin_analysis.report import language

    entry = next(iter(tables.entries.values()))
    subject = entry.subject
    of_county = next((one.subject for one in told.reports if one.scope == "county" and one.subject), None)
    if subject["lang"] == lang and (of_county is None or of_county["lang"] == lang):
        county = str(of_county["scope_name"]) if of_county else ""
        return (
            str(subject["scope_name"]),
            county or _about(entry.parameters, lang)[0] or str(subject["scope_name"]),
            str(subject["register"]),
        )
    county, register = _about(entry.parameters, lang)
    place = county if tables.scope == "county" else language.place(tables.scope, lang)
    return place or str(subject["scope_name"]), county, register or str(subject["register"])


def _about(parameters: dict[str, Any], lang: str) -> tuple[str, str]:
    """What the register calls its county and itself; empty where it cannot be read any more."""
    from tuopin_analysis.register import load

    try:
        about = load.about(str(parameters.get("register", "")))
    except InputError:
        return "", ""
    return (about.county_zh, about.title_zh) if lang == "zh" else (about.county_en, about.title_en)


def _expected(edition: str) -> list[str]:
    """The questions that a brief of an edition draws on."""
    from tuopin_analysis.report import parameters

    return [name.split("_", 1)[-1] for name in parameters.questions(edition)]


def _document(tables: "Tables", lang: str, names: tuple[str, str, str], **how: Any) -> "Document":
    """The brief, by the rule set of its pages; InputError when that is another by now."""
    from tuopin_analysis import rules
    from tuopin_analysis.report import batch, brief, brief_parts

    entry = next(iter(tables.entries.values()))
    name = str(entry.parameters.get("rules"))
    rule_set = rules.read(name)
    now = batch.inputs_of(paths.NOTEBOOKS / f"{entry.notebook}.ipynb", name, "")["rules"]
    if now != entry.inputs.get("rules"):
        mend = f"tuopin report --scope {tables.scope}, then the brief again"
        raise InputError(
            Fault("the rules were changed after the pages were made", f"params/rules/{name}.yaml", "those of then", mend)
        )
    place, county, register = names
    told = brief_parts.Brief(tables, rule_set, lang, place, county, dict(entry.subject))
    return brief.document(told, register=register, **how)


def _made(document: "Document", wanted: tuple[str, ...]) -> tuple[dict[str, bytes], list[str]]:
    """The brief in each format that can be made, and what could not be."""
    from tuopin_analysis.report import narrow, paper_html, paper_typst, paper_word, printing, render

    back = {"zh": "← 目录", "en": "← Index"}[document.lang]
    page = narrow.page(paper_html.html(document, back), document.lang)
    page = page.replace("/*fonts*/", render.font_faces(page), 1)
    writers = {"html": lambda: page.encode(), "docx": lambda: paper_word.docx(document),
               "pdf": lambda: paper_typst.pdf(document) if paper_typst.there() else printing.printed_text(page)}  # fmt: skip
    made: dict[str, bytes] = {}
    faults = []
    for one in wanted:
        try:
            made[one] = writers[one]()
        except InputError as error:
            faults += [str(fault) for fault in error.faults]
    return made, faults


def _tell(folder: Path, scope: str, made: dict[str, bytes], absent: list[str], faults: list[str], as_json: bool) -> None:
    files = [str(folder / scope / f"brief.{ending}") for ending in made]
    if as_json:
        typer.echo(json.dumps({"files": files, "pages_missing": absent, "not_made": faults}, ensure_ascii=False, indent=1))
        return
    for name in files:
        typer.echo(name)
    for word in absent:
        typer.echo(f"left out: the page of '{word}' is not made: tuopin report --scope {scope} --out {folder}", err=True)
    for fault in faults:
        cli_words.complain(f"not made: {fault}")
