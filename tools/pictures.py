"""Make the pictures of the README and of docs/gallery.md from real output, with a Chromium on the machine.

    python tools/pictures.py            # all of them
    python tools/pictures.py index map  # some

The report is made of the demonstration register, in both languages; the workbench is run in a real JupyterLab.
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))
import lab
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tuopin_analysis import paths
from tuopin_analysis.report import printing

PICTURES = paths.ROOT / "docs" / "pictures"
COLOURS = 200  # a palette: a picture is to take little room in the repository


class Shot(NamedTuple):
    """A page of the report folder, how much of it, and the element that stands on top of the picture (none: the page's top)."""

    page: str
    height: int = 1180
    top: str = ""


SHOWN = {
    "index": Shot("index.html", 900),
    "overview": Shot("county/01_overview.html"),
    "causes": Shot("county/02_causes.html"),
    "townships": Shot("130123103/03_townships.html", 1250),
    "map": Shot("county/03_townships.html", 1180, top="h2 >> nth=4"),
    "targets": Shot("county/04_targets.html"),
    "timetable": Shot("county/05_timetable.html"),
    "dynamics": Shot("county/08_dynamics.html"),
    "acceptance": Shot("county/09_acceptance.html"),
    "supervision": Shot("county/10_supervision.html"),
    "goals": Shot("county/11_goals.html"),
}
WORKBENCH = "workbench"


def main(names: Iterable[str]) -> None:
    """Report in both languages, photograph the pages, then the workbench."""
    browser = printing.browser()
    if browser is None:
        sys.exit("no Chromium on this machine: install one, then try again")
    known = [*SHOWN, WORKBENCH]
    chosen = list(names) or known
    if unknown := sorted(set(chosen) - set(known)):
        sys.exit(f"unknown pictures: {', '.join(unknown)}; there are: {', '.join(known)}")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        for lang in ("zh", "en"):
            pages(opened, Path(folder) / lang, lang, [name for name in chosen if name in SHOWN])
        if WORKBENCH in chosen:
            workbench(opened, Path(folder) / "lab")
        opened.close()
    for path in sorted(PICTURES.glob("*.png")):
        print(f"{path.stat().st_size / 1000:6.0f} kB  {paths.shown(path)}")


def pages(browser: Browser, out: Path, lang: str, names: list[str]) -> None:
    """Photograph pages of a report made for it. The contents page is worth seeing only when all places are there."""
    if not names:
        return
    scopes = ["all"] if "index" in names else sorted({SHOWN[name].page.split("/")[0] for name in names})
    notebooks = [] if "index" in names else sorted({Path(SHOWN[name].page).stem for name in names})
    words = [word for scope in scopes for word in ("--scope", scope)] + [word for n in notebooks for word in ("--notebook", n)]
    command = [sys.executable, "-m", "tuopin_analysis.cli", "report", "--lang", lang, "--out", str(out)]
    subprocess.run([*command, *words], check=True)
    for name in names:
        shot = SHOWN[name]
        page = browser.new_page(viewport={"width": 1000, "height": shot.height})
        page.goto((out / shot.page).as_uri())
        if shot.top:
            page.locator(shot.top).first.evaluate("element => element.scrollIntoView()")
        save(page, f"{name}-{lang}")
        page.close()


def workbench(browser: Browser, folder: Path) -> None:
    """Photograph the workbench of a township, in Chinese, then in English."""
    with lab.started("explore.ipynb", folder) as address:
        page = browser.new_page(viewport={"width": 1240, "height": 1150})
        page.goto(address)
        lab.run_all(page)
        chart = ".tuopin-workbench .jp-OutputArea img"
        page.wait_for_selector(chart, timeout=120_000)
        for label, value, name in (("地区", "新安镇", f"{WORKBENCH}-zh"), ("语言", "English", f"{WORKBENCH}-en")):
            changed(page, chart, lambda label=label, value=value: page.get_by_label(label).select_option(value))  # type: ignore[misc]
            page.locator(".tuopin-workbench").evaluate("element => element.closest('.jp-Cell').scrollIntoView()")
            page.wait_for_timeout(1500)  # what is set anew is drawn
            save(page, name)
        page.close()


def changed(page: Page, image: str, act: Callable[[], object]) -> None:
    """Do something, and wait until the image is another one."""
    before = page.get_attribute(image, "src")
    act()
    page.wait_for_function(
        "([image, old]) => { const now = document.querySelector(image); return now && now.src !== old }",
        arg=[image, before], timeout=60_000,
    )  # fmt: skip


def save(page: Page, name: str) -> None:
    """What is on the screen, with a palette of few colours."""
    small = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
