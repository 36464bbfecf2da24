"""A page on paper: printed to PDF by the Chromium, Chrome or Edge of this machine, with the page's own styles of print, else by
Typst (`paper_typst`); and as a Word document by pandoc (`paper_word`).

Equal pages give equal bytes where the program is the same: the day and hour of printing, which a PDF carries, are blanked out.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.report import paper_read, paper_typst, paper_word

FORMATS = ("html", "pdf", "docx")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome")
PLACES = (  # where Windows and macOS keep them, off the search path
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
CHOSEN = "TUOPIN_BROWSER"  # the environment variable that names another one
TYPST = "typst"  # its value that asks for Typst in place of any browser
WAIT = 120  # seconds that one page may take
SWITCHES = ("--headless", "--disable-gpu", "--disable-background-networking", "--disable-extensions", "--no-first-run",
            "--no-pdf-header-footer", "--generate-pdf-document-outline")  # fmt: skip
_TIMES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")


def browser() -> str | None:
    """The program that prints: the one named by TUOPIN_BROWSER, else the first that is installed; None without any."""
    named = [os.environ[CHOSEN]] if os.environ.get(CHOSEN) else [*NAMES, *PLACES]
    return next((found for found in map(shutil.which, named) if found), None)


def by_typst() -> bool:
    """Whether Typst prints: it is asked for, or no browser is named or installed; it must be installed itself."""
    chosen = os.environ.get(CHOSEN, "")
    return (chosen == TYPST or (not chosen and browser() is None)) and paper_typst.there()


def lacking(format: str = "pdf") -> InputError:
    """What to say where a format cannot be made on this machine."""
    if format == "docx":
        return paper_word.lacking()
    named = os.environ.get(CHOSEN)
    if named == TYPST:
        return paper_typst.lacking()
    what = f"no browser to print with: {CHOSEN}={named} is not there" if named else "no browser and no Typst to print with"
    expected = f"Chromium, Chrome or Edge installed, or {CHOSEN} naming its program, or the extra `pdf` (Typst)"
    return InputError(Fault(what, "--format pdf", expected, "install one, or print by hand: pages are laid out for A4"))


def wanted(text: str) -> tuple[str, ...]:
    """The formats that a list such as "html,pdf" asks for, the HTML page always among them; InputError for others.

    >>> wanted("pdf"), wanted("html")
    (('html', 'pdf'), ('html',))
    """
    asked = [word.strip().lower() for word in text.split(",") if word.strip()]
    faults = [
        Fault(f"unknown format '{word}'", "--format", " or ".join(FORMATS), nearest(word, FORMATS))
        for word in asked
        if word not in FORMATS
    ]
    if faults:
        raise InputError(*faults)
    return tuple(one for one in FORMATS if one == "html" or one in asked)


def possible(formats: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the formats that this machine can make."""
    can = {
        "html": True,
        "pdf": "pdf" in formats and (by_typst() or browser() is not None),
        "docx": "docx" in formats and paper_word.pandoc() is not None,
    }
    return tuple(one for one in formats if can[one])


def made(page: Path, format: str) -> Path:
    """A page in another format beside itself, `name.html` as `name.pdf` or `name.docx`; InputError when that cannot be done."""
    return {"pdf": pdf, "docx": docx}[format](page)


def docx(page: Path) -> Path:
    """A page as a Word document beside itself, whole or not at all."""
    found = paper_word.docx(paper_read.document(page.read_text(encoding="utf-8")))
    path = page.with_suffix(".docx")
    path.write_bytes(found)
    return path


def pdf(page: Path) -> Path:
    """A page as PDF beside itself, whole or not at all; InputError when that cannot be done."""
    path = page.with_suffix(".pdf")
    if by_typst():
        path.write_bytes(paper_typst.pdf(paper_read.document(page.read_text(encoding="utf-8"))))
        return path
    path.write_bytes(printed(page))
    return path


def printed(page: Path) -> bytes:
    """What the browser prints of a page."""
    program = browser()
    if program is None:
        raise lacking()
    with tempfile.TemporaryDirectory(prefix="tuopin-print-") as apart:
        half = Path(apart) / "page.pdf"
        words = [program, *SWITCHES, *_unconfined(), f"--user-data-dir={apart}/profile", f"--print-to-pdf={half}"]
        try:
            done = subprocess.run([*words, page.resolve().as_uri()], capture_output=True, timeout=WAIT, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(Fault(f"not printed: {type(error).__name__}", page.name, f"a PDF within {WAIT} s")) from None
        found = half.read_bytes() if half.is_file() else b""
        if done.returncode or not found.startswith(b"%PDF"):
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["nothing"]
            raise InputError(Fault(f"not printed: the browser said: {said[0]}", page.name, "a PDF"))
    return timeless(found)


def printed_text(html: str) -> bytes:
    """What the browser prints of a page that lies nowhere yet."""
    with tempfile.TemporaryDirectory(prefix="tuopin-page-") as apart:
        page = Path(apart) / "page.html"
        page.write_text(html, encoding="utf-8", newline="\n")
        return printed(page)


def timeless(found: bytes) -> bytes:
    """A PDF without the time of its making, of the same length, so that its own table of places still holds.

    >>> timeless(b"<</Producer (x) /ModDate (D:20261126233841+00'00')>>").split()
    [b'<</Producer', b'(x)', b'>>']
    """
    return _TIMES.sub(lambda time: b" " * len(time[0]), found)


def _unconfined() -> list[str]:
    """Root has no sandbox: Chromium refuses to start for it with one."""
    return ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
