"""The pages that belong to a whole folder: contents (scopes by notebooks, the state of each) and cross-checks."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tuopin_analysis import __version__, harmless, paths
from tuopin_analysis.report import checking, language, render
from tuopin_analysis.report.manifest import Check, put

TEMPLATES = Path(__file__).parent / "templates" / "tuopin"


def write(out: Path, entries: Sequence[Mapping[str, Any]], checks: Sequence[Check], lang: str) -> None:
    """Write `index.html` and `checks.html`, each whole or not at all."""
    for name, made in (("index.html", page), ("checks.html", checks_page)):
        former = (out / name).read_text(encoding="utf-8") if (out / name).is_file() else ""
        put(out / name, made(entries, checks, lang, former))


def page(entries: Sequence[Mapping[str, Any]], checks: Sequence[Check], lang: str, former: str = "") -> str:
    """The index page; one row per scope, one column per notebook. It may take over the fonts of the `former` one."""
    notebooks = sorted({entry["notebook"] for entry in entries})
    scopes = list(dict.fromkeys(entry["scope"] for entry in entries))
    failed = [entry for entry in entries if entry["state"] == "failed"]
    return _rendered(
        "contents.html.j2",
        entries,
        lang,
        former,
        words=_words(lang),
        made=len(entries) - len(failed),
        all=len(entries),
        failed=len(failed),
        titles=[_title(notebook, lang) for notebook in notebooks],
        rows=[_row(scope, notebooks, entries) for scope in scopes],
        errors=[{"name": f"{entry['scope']}/{entry['notebook']}", "text": harmless.plain(entry["error"])} for entry in failed],
        facts=_facts([entry["subject"] for entry in entries if entry["subject"]], lang),
        verdict=checking.verdict(checks, lang),
        fails=any(check.state == "fails" for check in checks),
    )


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
    # With the glyphs of both words, and of the links to briefs: whether a page is unchanged then changes no font.
    _ = language.translator(lang).gettext
    also = _words(lang)["unchanged"] + _("Brief")
    return html.replace("/*fonts*/", render.font_faces(html, former, also), 1)


def _row(scope: str, notebooks: Sequence[str], entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    own = {entry["notebook"]: entry for entry in entries if entry["scope"] == scope}
    name = next((entry["subject"]["scope_name"] for entry in own.values() if entry["subject"]), scope)
    cells = []
    for notebook in notebooks:
        entry = own.get(notebook)
        subject = entry["subject"] if entry else {}
        cells.append(
            {
                "state": entry["state"] if entry else "none",
                "href": f"{scope}/{notebook}.html",
                "pdf": f"{scope}/{notebook}.pdf" if entry and f"{scope}/{notebook}.pdf" in entry["outputs"] else "",
                "earlier": bool(subject),
                "unchanged": entry is not None and entry["run"] != entry["attempt"],
                "as_of": subject.get("as_of", ""),
                "language": subject.get("lang", ""),
            }
        )
    return {
        "scope": scope,
        "name": harmless.plain(name),
        "cells": cells,
        "tables": sorted({t for entry in own.values() for t in entry["tables"]}),
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
    joined = {
        name: ", ".join(sorted({str(subject[name]) for subject in subjects}))
        for name in ("baseline", "as_of", "rules", "edition")
    }
    return [
        (_("Registered at"), joined["baseline"]),
        (_("Counted up to"), joined["as_of"]),
        (_("Rules"), joined["rules"]),
        (_("Edition"), joined["edition"]),
        (_("Made by"), f"tuopin-analysis {__version__}"),
    ]


def _words(lang: str) -> dict[str, str]:
    _ = language.translator(lang).gettext
    return {
        "title": _("Reports on the poverty register"),
        "scope": _("Place"),
        "tables": _("Tables (CSV)"),
        "open": _("Open"),
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
