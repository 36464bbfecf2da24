"""From an executed notebook to what a reviewer opens: one self-contained page, and the tables as CSV."""

import base64
import hashlib
import io
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import faces, links, mime, narrow, provenance

if TYPE_CHECKING:
    import nbformat

HERE = Path(__file__).parent
WORDS = {
    "zh": {"index": "← 目录", "code": "本页的计算过程（代码）", "language": "zh", "skip": "跳到正文", "toc": "本页内容",
           "csv": "下载本表（CSV）", "excel": "下载本表（Excel）"},
    "en": {"index": "← Index", "code": "How this page was computed (code)", "language": "en", "skip": "Skip to the text",
           "toc": "On this page", "csv": "This table as CSV", "excel": "This table as Excel"},
}  # fmt: skip
# What page.css sets in bold: a test holds this against what a browser computes.
BOLD_TAGS = {"h1", "h2", "h3", "h4", "th", "strong", "b", "caption", "dd"}
BOLD_CLASSES = {"synthetic", "internal", "failed", "total", "bold"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def normalised(notebook: "nbformat.NotebookNode", parameters: dict[str, Any]) -> "nbformat.NotebookNode":
    """The executed notebook without times, random ids and the register's folders: equal inputs give equal bytes."""
    import nbformat

    register = str(parameters.get("register", ""))
    named = provenance.register_name(register) if register else ""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "papermill": {"parameters": {**parameters, "register": named} if register else parameters},
        }
    )
    for position, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if "injected-parameters" in tags:
            cell.id = f"injected-parameters-{position}"
            cell.source = cell.source.replace(register, named) if register else cell.source
    return notebook


def without_pictures(notebook: "nbformat.NotebookNode") -> "nbformat.NotebookNode":
    """The notebook with its figures as their texts: the page beside it holds the pictures, a folder need not hold them twice."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("data", {}).pop("image/png", None):
                output.metadata.pop("image/png", None)
    return notebook


def outputs(notebook: "nbformat.NotebookNode", mime: str) -> list[Any]:
    """What the cells displayed in one MIME type, in order."""
    return [output.data[mime] for cell in notebook.cells for output in cell.get("outputs", []) if mime in output.get("data", {})]


def tables(notebook: "nbformat.NotebookNode") -> dict[str, str]:
    """The CSV text of each key table, by key; InputError when two tables of a notebook have the same key."""
    found: dict[str, str] = {}
    for table in outputs(notebook, mime.TABLE):
        if table["key"] in found:
            raise InputError(Fault(f"the table key '{table['key']}' is shown twice", "notebook", "one table a key"))
        found[table["key"]] = table["csv"]
    return found


def subject(notebook: "nbformat.NotebookNode") -> dict[str, str]:
    """What the notebook itself says it is about: register, scope, as_of and the rest, from its heading."""
    found = outputs(notebook, mime.PAGE)
    if len(found) != 1:
        raise InputError(Fault(f"{len(found)} page headings", "notebook", "one call of page.heading"))
    return found[0]


def warnings(notebook: "nbformat.NotebookNode") -> list[str]:
    """What cells wrote to stderr; a page does not show it, the batch lists it."""
    return [
        output.text.strip()
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]


def title(notebook: "nbformat.NotebookNode", lang: str) -> str:
    """The first heading of the notebook in a language."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and f"lang-{lang}" in cell.metadata.get("tags", []) and cell.source.startswith("# "):
            return cell.source.splitlines()[0].removeprefix("# ").strip()
    raise InputError(Fault(f"no heading in the language '{lang}'", "notebook", f"a Markdown cell '# …' tagged lang-{lang}"))


def page(notebook: "nbformat.NotebookNode", lang: str) -> str:
    """The HTML page of an executed notebook: no script, no request, the Chinese glyphs it needs inside."""
    exporter = _exporter(lang)
    about = subject(notebook)
    name = title(notebook, lang)
    css = (HERE / "templates" / "tuopin" / "page.css").read_text(encoding="utf-8")
    words = {
        "scope": about["scope"],
        "title": f"{name} · {about['scope_name']}",
        "css": "/*fonts*/\n" + css,
        "words": WORDS[lang],
        "table": mime.TABLE,
    }
    html, _ = exporter.from_notebook_node(notebook, resources={"tuopin": words})
    html = _with_contents(html, lang)
    html = narrow.page(html, lang)
    return html.replace("/*fonts*/", font_faces(html, also=links.characters(lang)), 1)


def _with_contents(html: str, lang: str) -> str:
    """The page with a list of its parts before the first of them: its second-level headings, each with a name to link to."""
    parts: list[str] = []

    def named(found: re.Match[str]) -> str:
        parts.append(found[1])
        return f'<h2 id="part-{len(parts)}">{found[1]}</h2>'

    html = re.sub(r"(?s)<h2[^>]*>(.*?)</h2>", named, html)
    if not parts:
        return html
    plain = [re.sub("<[^>]*>", "", part) for part in parts]
    listed = "".join(f'<li><a href="#part-{number}">{text}</a></li>' for number, text in enumerate(plain, 1))
    title = WORDS[lang]["toc"]
    toc = f'<nav class="toc" aria-label="{title}"><p class="bold">{title}</p><ol>{listed}</ol></nav>'
    first = '<section class="text"><h2 id="part-1">'
    return html.replace(first, toc + first, 1)


@cache
def _exporter(lang: str):
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    other = [code for code in WORDS if code != lang]
    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = [f"lang-{code}" for code in other]
    config.HTMLExporter.exclude_anchor_links = True
    exporter = HTMLExporter(
        config=config,
        template_name="tuopin",
        extra_template_basedirs=[str(HERE / "templates")],
        language_code=WORDS[lang]["language"],
        embed_images=True,
    )
    exporter.register_preprocessor("nbconvert.preprocessors.TagRemovePreprocessor", enabled=True)
    return exporter


class _Characters(HTMLParser):
    """Collects the characters of a page, and those that its style sheet sets in bold."""

    def __init__(self) -> None:
        super().__init__()
        self.all: set[str] = set()
        self.bold: set[str] = set()
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag, attrs) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        if tag not in VOID:
            self.open.append((tag, self._is_bold() or tag in BOLD_TAGS or bool(classes & BOLD_CLASSES)))

    def handle_endtag(self, tag) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data) -> None:
        self.all.update(data)
        if self._is_bold():
            self.bold.update(data)

    def _is_bold(self) -> bool:
        return bool(self.open) and self.open[-1][1]


def font_faces(html: str, former: str = "", also: str = "") -> str:
    """@font-face rules with just the glyphs that a page uses (`also`: and these), in regular and, for its headings, in bold.

    A `former` page with the very same glyphs hands its rules on: to pack fonts takes longer than all the rest of an index.
    """
    characters = _Characters()
    characters.feed(html)
    characters.all.update(also)
    used = {"Regular": "".join(sorted(characters.all)), "Bold": "".join(sorted(characters.bold))}
    serving = {weight: font for weight in used if (font := faces.serving(weight))}
    sizes = [font.stat().st_size for font in serving.values()]
    mark = f"/*glyphs {hashlib.sha256(repr((used, sizes)).encode()).hexdigest()[:16]}*/"
    known = re.search(re.escape(mark) + r"\n.*\n.*", former)
    if known:
        return known[0]
    rules = [mark]
    for weight, name in faces.WEIGHTS.items():
        if name not in serving:
            continue
        data = base64.b64encode(_subset(serving[name], used[name])).decode()
        rules.append(
            f'@font-face{{font-family:"Tuopin Sans";font-weight:{weight};src:url(data:font/woff;base64,{data})format("woff")}}'
        )
    return "\n".join(rules)


@cache
def _subset(file: Path, text: str) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features=[], hinting=False, glyph_names=False, notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    font = TTFont(file, lazy=True, recalcTimestamp=False, recalcBBoxes=False)  # glyphs as they are: half the time
    subsetter.subset(font)
    font.flavor = "woff"  # WOFF2 is a fifth smaller and takes five times as long to pack
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()


def tagged(name: str) -> str:
    """A name as a file or folder may carry it; InputError for anything that could leave the folder.

    >>> tagged("130123103"), tagged("causes.shares")
    ('130123103', 'causes.shares')
    """
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name) or ".." in name:
        raise InputError(Fault(f"'{name}' cannot name a file", "", "letters, digits, '_', '.', '-'"))
    return name
