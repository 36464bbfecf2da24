"""The contents page with three thousand places in a real Chromium: how long a search takes. `make bench-search`.

Told beside the time in which the browser opens the page and lays it out, so that machines can be compared: the median of five
searches in milliseconds, and as a share of the opening. The aim: a search within a tenth of a second.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tuopin_analysis import paths

sys.path.insert(0, str(paths.ROOT / "tests"))
from contents_entries import THREE_THOUSAND, entries

from tuopin_analysis.report import index, printing

BROWSER = printing.browser()
WORDS = ("0123", "某县", "why 7", "新安", "")
LIMIT_MS = 100
TIMED = """word => { const field = document.getElementById('words'), start = performance.now(); field.value = word;
  field.dispatchEvent(new Event('input')); document.body.offsetHeight; return performance.now() - start; }"""


def main() -> None:
    """Write the page, open it, search."""
    if BROWSER is None:
        sys.exit("no Chromium on this machine: install one, then try again")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "index.html"
        path.write_text(index.page(entries(THREE_THOUSAND, ["02_causes"]), [], "zh"), encoding="utf-8")
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        started = time.perf_counter()
        page.goto(path.as_uri())
        opening = (time.perf_counter() - started) * 1000
        page.evaluate(TIMED, "第")  # warm
        took = {word: page.evaluate(TIMED, word) for word in WORDS}
        browser.close()
    median = statistics.median(took.values())
    print(f"{len(THREE_THOUSAND):,} places, {path.name}: opened in {opening:.0f} ms")
    print("searches: " + ", ".join(f"'{word}' {one:.0f} ms" for word, one in took.items()))
    print(f"median {median:.0f} ms, {median / opening:.0%} of the opening; the aim is {LIMIT_MS} ms")


if __name__ == "__main__":
    main()
