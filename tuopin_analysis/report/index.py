"""The pages that belong to a whole folder: contents (scopes by notebooks, the state of each) and cross-checks."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tuopin_analysis import LANGUAGES, __version__, harmless, paths
from tuopin_analysis.report import checking, language, links, narrow, render, tiles
from tuopin_analysis.report.cards import Folder
from tuopin_analysis.report.manifest import Check, Figure, put

UNFOLDED = 40  # places; more are folded, each by itself
MANY = 100  # places; of more only the pages that there are
FORMATS = {"pdf": "PDF", "docx": "Word"}
TEMPLATES = Path(__file__).parent / "templates" / "tuopin"


@dataclass(frozen=True)
class Shown:
    """What stands above the list of pages: the tables of the folder, its figures now and before, where a comparison lies."""

    folder: Folder
    now: Sequence[Figure] = ()
    before: Sequence[Figure] = ()
    diff: str = ""


def write(
    out: Path, entries: Sequence[Mapping[str, Any]], checks: Sequence[Check], lang: str, shown: Shown | None = None
) -> None:
    """Write `index.html` and `checks.html`, each whole or not at all."""
    for name, made in (("index.html", page), ("checks.html", checks_page)):
        former = (out / name).read_text(encoding="utf-8") if (out / name).is_file() else ""
        more = {"shown": shown or Shown(Folder(out, entries))} if name == "index.html" else {}
        put(out / name, made(entries, checks, lang, former, **more))


def page(
    entries: Sequence[Mapping[str, Any]], checks: Sequence[Check], lang: str, former: str = "", shown: Shown | None = None
) -> str:
    """The index page: `shown` above, below the pages by place. It may take over the fonts of the `former` one."""
    scopes = list(dict.fromkeys(entry["scope"] for entry in entries))
    failed = [entry for entry in entries if entry["state"] == "failed"]
    by_scope: dict[str, dict[str, Mapping[str, Any]]] = {scope: {} for scope in scopes}
    for entry in entries:
        by_scope[entry["scope"]][entry["notebook"]] = entry
    notebooks = sorted({entry["notebook"] for entry in entries})
    usual = _usual(entries)
    return _rendered(
        "contents.html.j2",
        entries,
        lang,
        former,
        words=_words(lang),
        made=len(entries) - len(failed),
        all=len(entries),
        failed=len(failed),
        titles={notebook: " ".join(_title(notebook, one) for one in LANGUAGES) for notebook in notebooks},
        rows=[_row(scope, by_scope[scope], notebooks, usual, lang, len(scopes)) for scope in scopes],
        folded=len(scopes) > UNFOLDED,
        errors=[{"name": f"{entry['scope']}/{entry['notebook']}", "text": harmless.plain(entry["error"])} for entry in failed],
        facts=_facts([entry["subject"] for entry in entries if entry["subject"]], lang),
        verdict=checking.verdict(checks, lang),
        fails=any(check.state == "fails" for check in checks),
        script=(TEMPLATES / "search.js").read_text(encoding="utf-8"),
        **_shown(shown, by_scope, lang),
    )


def _shown(shown: Shown | None, by_scope: Mapping[str, Mapping[str, Mapping[str, Any]]], lang: str) -> dict[str, Any]:
    """Cards of the county (or of the one place there is) and tiles of the townships."""
    if shown is None or not by_scope:
        return {}
    now, then = tiles.by_name(shown.now), tiles.by_name(shown.before)
    first = "county" if "county" in by_scope else next(iter(by_scope)) if len(by_scope) == 1 else ""
    listed = tiles.tiles(shown.folder, now, lang)
    townships = sum(scope != "county" for scope in by_scope)
    return {
        "cards": tiles.cards(shown.folder, first, now, then, lang) if first else [],
        "county": _name(first, by_scope.get(first, {})),
        "tiles": listed,
        "axes": tiles.explained(listed, lang),
        "more": townships if townships > len(listed) else 0,
        "diff": shown.diff,
    }


def checks_page(entries: Sequence[Mapping[str, Any]], checks: Sequence[Check], lang: str, former: str = "") -> str:
    """The page of cross-checks: what was held against what, and what does not agree."""
    return _rendered(
        "checks.html.j2",
        entries,
        lang,
        former,
        words=checking.words(lang),
        verdict=checking.verdict(checks, lang),
        fails=any(check.state == "fails" for check in checks),
        rows=checking.rows(checks, lang),
    )


def _rendered(template: str, entries: Sequence[Mapping[str, Any]], lang: str, former: str, **values: Any) -> str:
    from jinja2 import Environment, FileSystemLoader

    subjects = [entry["subject"] for entry in entries if entry["subject"]]
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    html = environment.get_template(template).render(
        lang="zh-CN" if lang == "zh" else lang,
        css=(TEMPLATES / "page.css").read_text(encoding="utf-8"),
        synthetic=any(subject["synthetic"] for subject in subjects),
        subject=sorted({harmless.plain(subject["register"]) for subject in subjects}),
        **values,
    )
    html = narrow.page(html, lang)
    # With the glyphs of both words, and of the links to briefs: whether a page is unchanged then changes no font.
    _ = language.translator(lang).gettext
    also = _words(lang)["unchanged"] + _("Brief")
    return html.replace("/*fonts*/", render.font_faces(html, former, also), 1)


def _usual(entries: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """The day and language of most pages; those of another say so."""
    told = Counter(
        (str(entry["subject"].get("as_of", "")), str(entry["subject"].get("lang", ""))) for entry in entries if entry["subject"]
    )
    return max(told, key=lambda one: (told[one], one), default=("", ""))


def _name(scope: str, own: Mapping[str, Mapping[str, Any]]) -> str:
    told = (entry["subject"]["scope_name"] for entry in own.values() if entry["subject"])
    return harmless.plain(next(told, scope))


def _row(
    scope: str, own: Mapping[str, Mapping[str, Any]], notebooks: Sequence[str], usual: tuple[str, str], lang: str, scopes: int
) -> dict[str, Any]:
    """A place with its pages; of many places only with those it has, and without its tables, to which its pages link."""
    few = scopes <= MANY
    known = language.known_place(scope)
    return {
        "scope": scope,
        "name": _name(scope, own),
        "code": "" if scope == "county" else scope,
        "other": " ".join(known),
        "open": scope == "county",
        "cells": [_cell(scope, notebook, own.get(notebook), usual, lang) for notebook in notebooks if few or notebook in own],
        "tables": sorted({t for entry in own.values() for t in entry["tables"]}) if few else [],
    }


def _cell(scope: str, notebook: str, entry: Mapping[str, Any] | None, usual: tuple[str, str], lang: str) -> dict[str, Any]:
    name = f"{scope}/{notebook}"
    subject = entry["subject"] if entry else {}
    words, notes = _words(lang), []
    if subject and (subject.get("as_of", ""), subject.get("lang", "")) != usual:
        notes.append(tiles.day(str(subject.get("as_of", "")), lang))
        notes.append(links.coded("lang", lang).get(str(subject.get("lang", "")), ""))
    if entry and entry["state"] == "made" and entry["run"] != entry["attempt"]:
        notes.append(words["unchanged"])
    outputs = entry["outputs"] if entry else {}
    return {
        "notebook": notebook,
        "label": _title(notebook, lang) if scope == "county" else links.label(notebook, lang),
        "state": entry["state"] if entry else "none",
        "href": f"{name}.html",
        "formats": [(f"{name}.{ending}", told) for ending, told in FORMATS.items() if f"{name}.{ending}" in outputs],
        "earlier": bool(subject),
        "note": " ".join(filter(None, notes)),
    }


@cache
def _title(notebook: str, lang: str) -> str:
    # Without nbformat: what it imports takes longer than all else of a run in which nothing has changed.
    path = paths.NOTEBOOKS / f"{notebook}.ipynb"
    if not path.exists():
        return notebook
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    notebook_like: Any = SimpleNamespace(cells=[SimpleNamespace(**{**cell, "source": "".join(cell["source"])}) for cell in cells])
    return render.title(notebook_like, lang)


def _facts(subjects: Sequence[Mapping[str, Any]], lang: str) -> list[tuple[str, str]]:
    _ = language.translator(lang).gettext
    told = {name: sorted({str(subject[name]) for subject in subjects}) for name in ("baseline", "as_of", "rules", "edition")}
    editions = [links.coded("edition", lang).get(edition, edition) for edition in told["edition"]]
    return [
        (_("Registered at"), _(", ").join(tiles.day(day, lang) for day in told["baseline"])),
        (_("Counted up to"), _(", ").join(tiles.day(day, lang) for day in told["as_of"])),
        (_("Rules"), _(", ").join(told["rules"])),
        (_("Edition"), _(", ").join(editions)),
        (_("Made by"), f"tuopin-analysis {__version__}"),
    ]


@cache
def _words(lang: str) -> dict[str, str]:
    _ = language.translator(lang).gettext
    return {
        "title": _("Reports on the poverty register"),
        "skip": _("Skip to the list of pages"),
        "first": _("{place} at a glance"),
        "source": _("from: "),
        "diff": _("What changed since then, and why"),
        "townships": _("The townships"),
        "most": _("The {shown} with the most persons still poor of {all} are shown; all are in the list below."),
        "left": _("persons still poor"),
        "pages": _("All pages"),
        "search": _("Search places and questions:"),
        "found": _("pages: {pages}, places: {places}"),
        "tables": _("Tables (CSV)"),
        "failed": _("failed"),
        "earlier": _("the page of an earlier run"),
        "none": _("not made"),
        "unchanged": _("unchanged, taken from an earlier run"),
        "checks": _("Cross-checks"),
        "manifest": _("Manifest: inputs, versions and checksums (JSON)"),
        "errors": _("What failed, and why"),
        "colon": _(": "),
        "how": _("How and from what these pages were made"),
        "made": _("{made} of {all} reports made."),
        "failures": _("{failed} failed."),
        "synthetic": _("SYNTHETIC: the households of this register are invented."),
    }
