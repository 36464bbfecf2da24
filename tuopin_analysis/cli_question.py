"""The command `tuopin new-question`: lays out notebook, module, test and translation of a new question."""

import json
import keyword
import os
import re
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError

TEMPLATES = Path(__file__).parent / "report" / "templates" / "question"
# The texts of the sentences laid out, with their translation.
TEXTS = {"Of {all} registered, {left} are not yet out of poverty.": "在册{all}，其中{left}尚未脱贫。"}
NEXT = """Next: make checksums, make notebooks (keeps the outputs that tests compare), make check.
Then write what answers the question: CONTRIBUTING.md, "Add a question"."""


def new_question(
    word: Annotated[str, typer.Argument(help="The question's word: names notebook, module and test.")],
    zh: Annotated[str, typer.Option(help="The question in Chinese: the page's title.", show_default=False)] = "",
    en: Annotated[str, typer.Option(help="The question in English.", show_default=False)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be written, and write nothing.")] = False,
) -> None:
    """Lay out a new question in this project: notebook, analysis module, sentences, test, translation."""
    root = paths.ROOT
    written = laid_out(root, word, {"zh": zh.strip(), "en": en.strip()})
    for path in written:
        typer.echo(f"{'changed' if path.exists() else 'new':<8}{path.relative_to(root)}")
    if dry_run:
        typer.echo("nothing was written (--dry-run)")
        return
    put(written)
    typer.echo(NEXT)


def laid_out(root: Path, word: str, titles: dict[str, str]) -> dict[Path, str]:
    """Every file to write with its whole text; InputError with all faults of the words, and of a project that lacks a place."""
    package, tests = root / "tuopin_analysis", root / "tests"
    if not (tests / "analysis" / "test_engines.py").is_file():
        expected, mend = "notebooks/, tuopin_analysis/ and tests/", "clone the project and install it with pip install -e"
        raise InputError(Fault("this is not a working copy of the project", str(root), expected, mend))
    _check(root, word, titles)
    notebook = f"{_next(root):02d}_{word}"
    values = {"word": word, "notebook": notebook, "title_zh": titles["zh"], "title_en": titles["en"]}
    return {
        root / "notebooks" / f"{notebook}.ipynb": _notebook(root, values),
        package / "analysis" / f"{word}.py": _filled("analysis.py", values),
        package / "report" / f"sentences_{word}.py": _filled("sentences.py", values),
        tests / "analysis" / f"test_{word}.py": _filled("test.py", values),
        **_listed(root, word),
    }


def _listed(root: Path, word: str) -> dict[Path, str]:
    """The files in which a question is listed: its key table, how figures are traced, engines that are tried, translations."""
    key = f"{word}.by_township"
    found = {root / "data" / "tables.csv": (root / "data" / "tables.csv").read_text(encoding="utf-8") + f"{key},everywhere,,\n"}
    traced = root / "tuopin_analysis" / "analysis" / "tracing_tables.py"
    found[traced] = _after(traced, "TABLES: dict[str, Table] = {\n", f'    "{key}": Table(("township_code",), "county"),\n')
    engines = root / "tests" / "analysis" / "test_engines.py"
    tried = _after(engines, "FUNCTIONS = {\n", f'    "{key}": lambda f: {key}(f["households"]),\n')
    found[engines] = _imported(tried, word, engines)
    catalogue = root / "tuopin_analysis" / "locale" / "zh" / "LC_MESSAGES" / "tuopin.po"
    known = catalogue.read_text(encoding="utf-8")
    new = {text: said for text, said in TEXTS.items() if f'msgid "{text}"' not in known}
    if new:
        entries = [f'\n#, python-brace-format\nmsgid "{text}"\nmsgstr "{said}"\n' for text, said in new.items()]
        found[catalogue] = known + "".join(entries)
    return found


def put(texts: dict[Path, str]) -> None:
    """Write every file by a hidden name beside it, then move all to their places."""
    halves = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in texts}
    try:
        for path, half in halves.items():
            half.write_text(texts[path], encoding="utf-8", newline="\n")
        for path, half in halves.items():
            os.replace(half, path)
    finally:
        for half in halves.values():
            half.unlink(missing_ok=True)


def _check(root: Path, word: str, titles: dict[str, str]) -> None:
    faults = []
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", word) or keyword.iskeyword(word):
        faults.append(Fault(f"'{word}' cannot name a module", "WORD", "a lower-case English word, such as housing"))
    taken = [root / "tuopin_analysis" / "analysis" / f"{word}.py", *(root / "notebooks").glob(f"[0-9][0-9]_{word}.ipynb")]
    faults += [Fault(f"'{word}' is taken", paths.shown(path), "a new word") for path in taken if path.exists()]
    for lang, title in titles.items():
        if not title or not title.isprintable() or set('"\\$') & set(title):
            faults.append(Fault(f"no title: '{title}'", f"--{lang}", "the question in words, without quotes and backslashes"))
    if faults:
        raise InputError(*faults)


def _next(root: Path) -> int:
    """The number after the last notebook's."""
    return 1 + max(int(path.name[:2]) for path in (root / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def _filled(name: str, values: dict[str, str]) -> str:
    return Template((TEMPLATES / f"{name}.tmpl").read_text(encoding="utf-8")).substitute(values)


def _notebook(root: Path, values: dict[str, str]) -> str:
    """The notebook, with the same parameters cell as the first question's, so that one runner serves all."""
    import nbformat

    first = nbformat.read(min((root / "notebooks").glob("01_*.ipynb")), as_version=4)
    parameters = next(cell.source for cell in first.cells if "parameters" in cell.metadata.get("tags", []))
    filled = _filled("notebook.json", {**values, "parameters": json.dumps(parameters, ensure_ascii=False)[1:-1]})
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    cells = [
        make[kind](source, id=name, metadata={"tags": tags} if tags else {}) for kind, name, tags, source in json.loads(filled)
    ]
    made = nbformat.v4.new_notebook(cells=cells, metadata=dict(first.metadata))
    return f"{nbformat.writes(made)}\n"


def _after(path: Path, line: str, new: str) -> str:
    """A file's text with new lines behind one of its lines."""
    text = path.read_text(encoding="utf-8")
    if text.count(line) != 1:
        raise InputError(Fault(f"no single line {line.strip()!r}", paths.shown(path), "the project as it was cloned"))
    return text.replace(line, line + new)


def _imported(text: str, word: str, path: Path) -> str:
    """The text with the module among those it imports from analysis, in order."""
    block = re.search(r"from tuopin_analysis\.analysis import \(\n((?:    \w+,\n)+)\)", text)
    if block is None:
        raise InputError(Fault("no list of imports from analysis", paths.shown(path), "the project as it was cloned"))
    names = sorted([*block[1].split("\n")[:-1], f"    {word},"])
    return text[: block.start(1)] + "\n".join(names) + "\n" + text[block.end(1) :]
