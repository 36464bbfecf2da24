"""A register whose texts try to be code: they come out as text on pages, in tables, in file names and on the terminal."""

import json
import re
import subprocess
import sys
from copy import deepcopy
from html.parser import HTMLParser

import pytest

from tuopin_analysis.report import index

OWN = (index.TEMPLATES / "search.js").read_text(encoding="utf-8").strip()  # the one script, of the contents page alone
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}$(reboot)../../x\u202eabc\u200b\u2066[a](javascript:alert(3))"
)
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x1b]")


class Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.scripts: list[str] = []
        self.attributes: set[str] = set()
        self.targets: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        if tag == "script":
            self.scripts.append("")
        self.attributes |= {name for name, _ in attrs}
        self.targets |= {str(value) for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data) -> None:
        if self.cdata_elem == "script":  # what stands in it is acted on, not shown
            self.scripts[-1] += data
        else:
            self.text += data


@pytest.fixture(scope="module", params=["internal", "public"])
def out(request, build, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    tables = deepcopy(build.small())
    for unit in tables["units"]:
        unit["unit"] = HOSTILE
    for row in tables["responsible"]:
        row |= {"unit": HOSTILE, "helper_name": "=cmd|' /C calc'!A0"}
    tables["households"][1]["income_wage_yuan"] = "=cmd|' /C calc'!A0"
    told = build.about | dict.fromkeys(("title_zh", "title_en", "source_zh", "source_en", "county_zh", "county_en"), HOSTILE)
    register = build.write(folder / "register", tables, told)
    chosen = [word for name in ("01_overview", "02_causes", "04_targets") for word in ("--notebook", name)]
    words = ["report", "--register", str(register), "-p", f"edition={request.param}", *chosen, "--out", str(folder / "out")]
    done = subprocess.run([sys.executable, "-m", "tuopin_analysis.cli", *words], capture_output=True, text=True, check=False)
    assert "3 reports made, 0 failed" in done.stdout, done.stderr + done.stdout
    assert done.returncode == 1  # these few households are not the published ones, as the cross-check says
    (folder / "out" / "terminal.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    return folder / "out"


def test_pages_show_it_and_do_not_run_it(out):
    pages = sorted(out.rglob("*.html"))
    assert len(pages) == 5  # three reports, contents, cross-checks
    for path in pages:
        page = Page(path.read_text(encoding="utf-8"))
        assert [script.strip() for script in page.scripts] == ([OWN] if path == out / "index.html" else []), path
        assert not [name for name in page.attributes if name.startswith("on")], path
        assert not [target for target in page.targets if "javascript" in target or target == "x"], path
        assert "<script>alert(1)</script>" in page.text, path
        assert "{{7*7}}" in page.text, path
        assert not UNSEEN.search(page.text), path


def test_tables_notebooks_and_the_terminal_hold_no_unseen_sign_and_no_formula(out):
    for path in sorted(path for path in out.rglob("*") if path.suffix in (".csv", ".txt")):
        text = path.read_text(encoding="utf-8")
        assert not UNSEEN.search(text), path
        if path.suffix == ".csv":
            assert not re.search(r"(?m)(^|,)\"?[=+@]", text), path
    for path in out.rglob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            assert not UNSEEN.search(json.dumps(cell.get("outputs", []), ensure_ascii=False)), path
    assert not UNSEEN.search((out / "manifest.json").read_text(encoding="utf-8"))


def test_no_file_is_named_by_the_register(out):
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", part) for path in out.rglob("*") for part in path.relative_to(out).parts)
