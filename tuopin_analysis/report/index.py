"""The index page of an output folder: scopes by notebooks, the state of each, how and from what they were made."""

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tuopin_analysis import __version__, harmless, paths
from tuopin_analysis.report import language, render

TEMPLATES = Path(__file__).parent / "templates" / "tuopin"


def write(out: Path, entries: Sequence[Mapping[str, Any]], lang: str) -> None:
    """Write `manifest.json` and `index.html`, each whole or not at all."""
    manifest = json.dumps(
        {"made_by": f"tuopin-analysis {__version__}", "reports": list(entries)}, ensure_ascii=False, indent=1, default=str
    )
    for name, text in (("manifest.json", manifest + "\n"), ("index.html", page(entries, lang))):
        half = out / f".{name}.{os.getpid()}"
        try:
            half.write_text(text, encoding="utf-8", newline="\n")
            os.replace(half, out / name)
        finally:
            half.unlink(missing_ok=True)


def page(entries: Sequence[Mapping[str, Any]], lang: str) -> str:
    """The index page; one row per scope, one column per notebook."""
    from jinja2 import Environment, FileSystemLoader

    notebooks = sorted({entry["notebook"] for entry in entries})
    scopes = list(dict.fromkeys(entry["scope"] for entry in entries))
    subjects = [entry["subject"] for entry in entries if entry["subject"]]
    failed = [entry for entry in entries if entry["state"] == "failed"]
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    html = environment.get_template("contents.html.j2").render(
        lang="zh-CN" if lang == "zh" else lang,
        words=_words(lang),
        css=(TEMPLATES / "page.css").read_text(encoding="utf-8"),
        synthetic=any(subject["synthetic"] for subject in subjects),
        subject=sorted({harmless.plain(subject["register"]) for subject in subjects}),
        made=len(entries) - len(failed),
        all=len(entries),
        failed=len(failed),
        titles=[_title(notebook, lang) for notebook in notebooks],
        rows=[_row(scope, notebooks, entries) for scope in scopes],
        errors=[{"name": f"{entry['scope']}/{entry['notebook']}", "text": harmless.plain(entry["error"])} for entry in failed],
        facts=_facts(subjects, lang),
    )
    return html.replace("/*fonts*/", render.font_faces(html), 1)


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
                "earlier": bool(subject),
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
    import nbformat

    path = paths.NOTEBOOKS / f"{notebook}.ipynb"
    return render.title(nbformat.read(path, as_version=4), lang) if path.exists() else notebook


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
        "errors": _("What failed, and why"),
        "how": _("How and from what these pages were made"),
        "made": _("{made} of {all} reports made."),
        "failures": _("{failed} failed."),
        "synthetic": _("SYNTHETIC: the households of this register are invented."),
    }
