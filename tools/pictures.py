"""Make the pictures of the README from real reports: `python tools/pictures.py`, with a Chromium on the machine."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tuopin_analysis import paths

PICTURES = paths.ROOT / "docs" / "pictures"
SHOWN = {  # picture -> page, and how much of it
    "causes": ("county/02_causes.html", 1180),
    "townships": ("130123103/03_townships.html", 1250),
    "targets": ("county/04_targets.html", 1180),
    "acceptance": ("county/09_acceptance.html", 1180),
}


def main() -> None:
    """Report in both languages, then photograph the first screen of some pages."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "msedge"))), None)
    if browser is None:
        sys.exit("no Chromium on this machine: install one, then try again")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        for lang in ("zh", "en"):
            pages = [page.removesuffix(".html").split("/") for page, _ in SHOWN.values()]
            wanted = [word for scope, notebook in pages for word in ("--scope", scope, "--notebook", notebook)]
            command = [sys.executable, "-m", "tuopin_analysis.cli", "report", "--lang", lang, "--out", f"{folder}/{lang}"]
            subprocess.run([*command, *wanted], check=True)
            for name, (page_file, height) in SHOWN.items():
                page = opened.new_page(viewport={"width": 1000, "height": height})
                page.goto((Path(folder) / lang / page_file).as_uri())
                page.screenshot(path=PICTURES / f"{name}-{lang}.png")
                page.close()
        opened.close()
    print(f"pictures in {paths.shown(PICTURES)}")


if __name__ == "__main__":
    main()
