"""Pages under docs/ that are made from data, and the links of all of them."""

import importlib.util
import re

import pytest

from tuopin_analysis import paths

spec = importlib.util.spec_from_file_location("build_docs", paths.ROOT / "tools" / "build_docs.py")
build_docs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build_docs)
PAGES = [*paths.ROOT.glob("*.md"), *(paths.ROOT / "docs").glob("*.md"), paths.DATA / "README.md"]


@pytest.mark.parametrize("name", build_docs.PAGES)
def test_a_page_made_from_data_is_up_to_date(name):
    assert (paths.ROOT / "docs" / name).read_text(encoding="utf-8") == build_docs.PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    heads = [line.lstrip("#").strip().lower() for line in text.splitlines() if line.startswith("#")]
    headings = {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in heads}
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith("#"):
            assert link[1:] in headings, link
        elif "://" not in link and not link.startswith("mailto:"):
            assert (page.parent / link.split("#")[0]).exists(), link


def test_a_bar_in_a_cell_does_not_end_it():
    assert build_docs.table(["a", "b"], [["1|2", ""]])[-1] == "| 1\\|2 |  |"
