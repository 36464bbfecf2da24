"""Links from page to page of a reports folder. They are set once it is known which pages stand, so that none is dead."""

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tuopin_analysis import harmless, paths
from tuopin_analysis.report import language, provenance
from tuopin_analysis.report.manifest import put

MARK = re.compile(r"(?s)<!--pages-->.*?<!--/pages-->")


@cache
def coded(code_list: str, lang: str) -> dict[str, str]:
    """The words of a code list, by value. Read without the dictionary, whose frames take longer to load than all of an index.

    >>> coded("question", "en")["causes"]
    'Causes'
    """
    with (paths.DATA / "codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["value"]: row[f"label_{lang}"] for row in csv.DictReader(file) if row["list"] == code_list}


def label(notebook: str, lang: str) -> str:
    """A question in a word or two; the notebook's own word where data/codes.csv has none.

    >>> label("02_causes", "en"), label("12_housing", "en")
    ('Causes', 'housing')
    """
    word = notebook.partition("_")[2] or notebook
    return coded("question", lang).get(word, word)


def _words(lang: str) -> dict[str, str]:
    _ = language.translator(lang).gettext
    return {"pages": _("Pages of this place"), "county": _("The county's page of this")}


def characters(lang: str) -> str:
    """Every character that links of a page may need: known before it is known which pages there will be."""
    return "".join([*coded("question", lang).values(), *_words(lang).values()])


def fill(out: Path, entries: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Set the links of every page that stands; returns checksum and size of the pages this has changed, by path below `out`."""
    standing = {(entry["scope"], entry["notebook"]) for entry in entries if entry["outputs"]}
    changed = {}
    for entry in entries:
        name = f"{entry['scope']}/{entry['notebook']}.html"
        if name not in entry["outputs"] or not (out / name).is_file():
            continue
        before = (out / name).read_bytes()  # not as text: every other byte stays as it is
        linked = _navigation(entry, standing).encode()
        after = re.sub(MARK.pattern.encode(), lambda _, links=linked: links, before, count=1)  # type: ignore[misc]
        if after != before:
            put(out / name, after.decode("utf-8"))
            changed[name] = provenance.output(out / name)
    return changed


def _navigation(entry: Mapping[str, Any], standing: set[tuple[str, str]]) -> str:
    scope, own = entry["scope"], entry["notebook"]
    words_of = entry["subject"].get("lang", "zh")
    words, items = _words(words_of), []
    for notebook in sorted(notebook for place, notebook in standing if place == scope):
        text = harmless.html(label(notebook, words_of))
        items.append(
            f'<li aria-current="page">{text}</li>' if notebook == own else f'<li><a href="{notebook}.html">{text}</a></li>'
        )
    if scope != "county" and ("county", own) in standing:
        items.append(f'<li><a href="../county/{own}.html">{words["county"]}</a></li>')
    listed = f'<nav class="pages" aria-label="{words["pages"]}"><ul>{"".join(items)}</ul></nav>'
    return f"<!--pages-->{listed}<!--/pages-->"


def settled(html: str) -> str:
    """A page without its links to others: what of it does not depend on which other pages stand."""
    return MARK.sub("<!--pages--><!--/pages-->", html, count=1)
