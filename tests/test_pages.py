"""The main job as its reader sees it: all pages of the demonstration register, opened in a real browser, offline."""

import base64
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from persons import leaked

from tuopin_analysis.register import dictionary, load, published
from tuopin_analysis.report import language, links, parameters, printing

NOTEBOOKS = parameters.questions()
SCOPES = list(load.scopes("demo")["scope"])
TOWNSHIPS = SCOPES[1:]
BROWSER = printing.browser()
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
# For each text that is seen: its characters, its weight, and whether it is cut off by its box.
SEEN = """async () => {
  await document.fonts.ready;
  const found = {400: new Set(), 700: new Set()}, cut = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!element.checkVisibility()) continue;
    const weight = +getComputedStyle(element).fontWeight >= 600 ? 700 : 400;
    for (const character of walk.currentNode.data) if (character.trim()) found[weight].add(character);
  }
  for (const element of document.querySelectorAll("main *"))
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible")
      cut.push(element.outerHTML.slice(0, 80));
  const own = [...document.fonts].length === 2 && [...document.fonts].every(font => font.status !== "error")
    && getComputedStyle(document.body).fontFamily.startsWith('"Tuopin Sans"');
  return {own, regular: [...found[400]].join(""), bold: [...found[700]].join(""), cut,
          alts: [...document.images].map(image => image.alt),
          wide: document.documentElement.scrollWidth > document.documentElement.clientWidth};
}"""


def tuopin(*words: str, **settings) -> subprocess.CompletedProcess:
    """Run the command line as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "tuopin_analysis.cli", *words], capture_output=True, text=True, check=False, **settings
    )


@pytest.fixture(scope="module")
def chinese(whole_batch) -> Path:
    """The whole batch: every notebook for the county and its townships."""
    said = whole_batch.with_suffix(".txt").read_text(encoding="utf-8")
    assert f"{len(SCOPES) * len(NOTEBOOKS)} reports made, 0 failed" in said
    return whole_batch


@pytest.fixture(scope="module")
def english(tmp_path_factory) -> Path:
    """The county and one township in English."""
    out = tmp_path_factory.mktemp("en")
    done = tuopin("report", "--scope", "county", "--scope", "130123103", "--lang", "en", "--out", str(out))
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def tab(browser):
    """A tab of the browser, offline, in which one page is opened after the other: a new one costs as much as three pages."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.requested, page.complaints = [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def look(tab, path: Path, width: int = 1000) -> dict:
    """Open a page from its file; what is seen on it, what it asked for and what it complained about."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.requested.clear()
    tab.complaints.clear()
    tab.goto(path.as_uri())
    seen = tab.evaluate(SEEN)
    asked = [url for url in tab.requested if not url.startswith("data:") and url != path.as_uri()]
    assert path.as_uri() in tab.requested
    return {**seen, "asked": asked, "complaints": list(tab.complaints)}


def glyphs(html: str) -> dict[int, set[str]]:
    """The characters that the fonts inside a page can draw, by weight."""
    rule = r"font-weight:(\d+);src:url\(data:font/woff;base64,([^)]*)\)"
    return {
        int(weight): {chr(code) for code in TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()}
        for weight, data in re.findall(rule, html)
    }


def all_pages(out: Path) -> list[Path]:
    return sorted(out.rglob("*.html"))


@pytest.mark.browser
@pytest.mark.parametrize("language", ["chinese", "english"])
def test_pages_need_no_network_and_show_every_character(tab, language, request):
    pages = all_pages(request.getfixturevalue(language))
    assert len(pages) == (len(SCOPES) if language == "chinese" else 2) * len(NOTEBOOKS) + 2  # contents, cross-checks
    for path in pages:
        html = path.read_text(encoding="utf-8")
        seen, drawn = look(tab, path), glyphs(html)
        assert seen["asked"] == [], path
        assert seen["complaints"] == [], path
        assert set(seen["regular"]) <= drawn[400], (path, set(seen["regular"]) - drawn[400])
        assert set(seen["bold"]) <= drawn[700], (path, set(seen["bold"]) - drawn[700])
        assert seen["own"], path
        assert seen["cut"] == [], path
        assert not seen["wide"], path
        assert all(len(alt) > 10 for alt in seen["alts"]), path
        scripts = re.findall(r"<script[^>]*>", html)
        assert scripts == (["<script>"] if path.name == "index.html" and path.parent == request.getfixturevalue(language) else [])
        assert "://" not in re.sub(r'(?s)<pre><code>.*?</code></pre>|base64,[^")]*', "", html).replace("http://www.w3.org", "")


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 1000), ("light", 390)])
@pytest.mark.parametrize("language", ["chinese", "english"])
def test_axe_finds_no_violation(browser, language, scheme, width, request):
    from axe_playwright_python.sync_playwright import Axe

    out = request.getfixturevalue(language)
    context = browser.new_context(offline=True, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    for path in [out / "index.html", out / "checks.html", *sorted((out / "130123103").glob("*.html"))]:
        page.goto(path.as_uri())
        told = Axe().run(page)
        assert told.violations_count == 0, (path, told.generate_report())
    context.close()


@pytest.mark.browser
def test_on_a_telephone_figures_scroll_in_their_own_box_at_a_size_that_can_be_read(browser, english):
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    for path in sorted((english / "130123103").glob("*.html")):
        page.goto(path.as_uri())
        sizes = page.eval_on_selector_all(
            "figure", "all => all.map(one => [one.firstChild.clientWidth, one.clientWidth, getComputedStyle(one).overflowX])"
        )
        assert sizes or path.stem == "11_goals", path
        assert all(picture >= 640 and box <= 390 and how == "auto" for picture, box, how in sizes), (path, sizes)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), path
    context.close()


@pytest.mark.browser
def test_no_table_is_wider_than_a_page_of_paper(browser, chinese):
    context = browser.new_context(offline=True, viewport={"width": 658, "height": 900})  # A4 between its margins of 18 mm
    page = context.new_page()
    page.emulate_media(media="print")
    wide = "all => all.filter(one => one.offsetWidth > one.parentElement.clientWidth).map(one => one.id)"
    for path in sorted(path for place in ("county", "130123103") for path in (chinese / place).glob("*.html")):
        page.goto(path.as_uri())
        assert page.eval_on_selector_all("table.tuopin", wide) == [], path
    context.close()


@pytest.mark.browser
def test_the_contents_page_fits_a_telephone_and_finds_a_page(browser, tab, chinese):
    assert not look(tab, chinese / "index.html", width=390)["wide"]
    page = browser.new_page()
    page.goto((chinese / "index.html").as_uri())
    page.fill("#words", "新安 为什么")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/130123103/02_causes.html")
    page.get_by_role("link", name="全县的这一页").click()
    page.wait_for_url("**/county/02_causes.html")
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(("language", "scope"), [("chinese", "130123103"), ("english", "130123103"), ("english", "county")])
def test_pages_are_legible_on_a_telephone_and_on_paper(tab, language, scope, request):
    for notebook in NOTEBOOKS:
        path = request.getfixturevalue(language) / scope / f"{notebook}.html"
        assert not look(tab, path, width=390)["wide"], path
        tab.emulate_media(media="print")
        tab.set_viewport_size({"width": 658, "height": 930})  # A4 less margins of 18 mm, at 96 dots an inch
        assert not tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), path
        assert len(tab.pdf(format="A4")) > 10_000
        tab.emulate_media(media="null")


def test_every_page_is_there_and_about_the_scope_asked_for(chinese):
    for scope in SCOPES:
        name = load.scope_name("demo", scope, "zh")
        for notebook in NOTEBOOKS:
            html = (chinese / scope / f"{notebook}.html").read_text(encoding="utf-8")
            subject = re.search(r'<dl class="subject">(.*?)</dl>', html, re.S).group(1)
            assert name in subject
            assert ("130123 " if scope == "county" else scope) in subject.replace("<", " ")
            others = [load.scope_name("demo", other, "zh") for other in TOWNSHIPS if other != scope]
            assert not [other for other in others if other in subject]
            assert "SYNTHETIC" in html


def test_a_page_is_small(chinese):
    sizes = {path.name + path.parent.name: path.stat().st_size for path in all_pages(chinese)}
    assert max(sizes.values()) <= 400_000, max(sizes, key=sizes.get)


def test_the_site_is_small(chinese):
    assert sum(path.stat().st_size for path in chinese.rglob("*") if path.is_file()) <= 30_000_000 * len(SCOPES) / 9


def read(out: Path, scope: str, key: str) -> pd.DataFrame:
    codes = dict.fromkeys(("township_code", "village_code", "key"), "str")
    return pd.read_csv(out / scope / "tables" / f"{key}.csv", dtype=codes)


def test_the_countys_causes_are_the_published_ones(chinese):
    shares = read(chinese, "county", "causes.shares").set_index("cause_main")
    assert shares["households"].to_dict() == {"illness": 947, "disability": 662, "other": 86}
    assert shares["persons"].to_dict() == {"illness": 2112, "disability": 1332, "other": 210}
    assert shares["share_persons"].to_dict() == pytest.approx(
        {"illness": 2112 / 3654, "disability": 1332 / 3654, "other": 210 / 3654}, rel=1e-15
    )


def test_the_townships_are_the_published_ones(chinese):
    made = read(chinese, "county", "townships.distribution")[["township_code", "households", "persons"]]
    stated = published.townships()[["township_code", "households", "persons"]]
    pd.testing.assert_frame_equal(
        made.sort_values("township_code", ignore_index=True),
        stated.sort_values("township_code", ignore_index=True),
        check_dtype=False,
    )


def test_the_register_reconciles_with_what_was_published(chinese):
    gaps = read(chinese, "county", "published.reconciliation")
    assert (gaps["gap"] == 0).all()
    assert len(gaps) == 2 * (1 + 8 + 3)


def test_the_audit_finds_what_is_wrong_with_the_stated_shares(chinese):
    audit = read(chinese, "county", "published.audit").set_index("item")
    assert set(audit.index[audit["verdict"] == "inconsistent"]) == {
        "causes.disability.share_persons",
        "causes.other.share_persons",
    }
    assert audit.loc["causes.disability.share_persons", "right"].replace(" ", "") == "36.5%"
    assert audit.loc["causes.other.share_persons", "right"].replace(" ", "") == "5.7%"
    assert audit.loc["causes.illness.share_persons", "verdict"] == "coarser"


@pytest.mark.parametrize("key", ["causes.shares", "causes.detail", "overview.allowance", "targets.delays", "targets.rash"])
def test_townships_add_up_to_the_county(chinese, key):
    whole = read(chinese, "county", key)
    label = whole.columns[0]
    additive = [
        column for column in whole.columns if column.endswith(("households", "persons")) and not column.startswith("share")
    ]
    parts = pd.concat(read(chinese, scope, key) for scope in TOWNSHIPS)
    summed = parts.groupby(label)[additive].sum()
    expected = whole.set_index(label)[additive]
    pd.testing.assert_frame_equal(summed.reindex(expected.index).fillna(0).astype("int64"), expected.astype("int64"))


def test_progress_of_the_townships_adds_up_to_the_countys(chinese):
    columns = [
        "planned_persons",
        "actual_persons",
        "planned_households",
        "actual_households",
        "target_persons",
        "target_households",
    ]
    parts = sum(read(chinese, scope, "targets.progress").set_index("period")[columns] for scope in TOWNSHIPS)
    pd.testing.assert_frame_equal(
        parts, read(chinese, "county", "targets.progress").set_index("period")[columns], check_dtype=False
    )


def test_the_page_and_the_download_say_the_same(chinese):
    html = (chinese / "county" / "02_causes.html").read_text(encoding="utf-8")
    table = re.search(r'(?s)<table class="tuopin" id="causes-shares">(.*?)</table>', html).group(1)
    printed = [re.findall(r'<td class="number">([^<]*)</td>', row)[0] for row in re.findall(r"(?s)<tr>.*?</tr>", table)[1:]]
    assert printed == [f"{count:,}" for count in read(chinese, "county", "causes.shares")["households"]]


def test_the_same_batch_gives_the_same_bytes_elsewhere(chinese, township_alone):
    made = [path for path in (township_alone / "130123103").rglob("*") if path.is_file()]
    assert len(made) > 2 * len(NOTEBOOKS)
    for path in made:
        here, there = path.read_bytes(), (chinese / path.relative_to(township_alone)).read_bytes()
        if path.suffix == ".html":  # links to the county's page, which only one of the two folders has
            here, there = (links.settled(text.decode("utf-8")).encode() for text in (here, there))
        assert here == there, path.name


def test_no_file_holds_a_name_a_number_or_a_birth_date(chinese):
    assert leaked(chinese, "2016-12-31", "2017-12-31") == []


def told(outputs: list[dict]) -> list[str]:
    """What a page's outputs say in sentences: those computed, the notes below tables, and the titles of charts."""
    data = [output.get("data", {}) for output in outputs]
    lines = [line for found in data for line in "".join(found.get("text/markdown", "")).split("\n")]
    notes = [note for found in data for note in re.findall(r'<p class="note">(.*?)</p>', "".join(found.get("text/html", "")))]
    alts = [output["metadata"]["image/png"]["alt"] for output in outputs if "image/png" in output.get("data", {})]
    return [*lines, *notes, *(alt.partition(". ")[0] for alt in alts)]


def test_labels_inside_english_sentences_begin_with_a_small_letter(english):
    """Of all codes and columns: none stands with a capital behind a comma, a colon, a bracket or a word such as "is"."""
    labels = {*dictionary.CODES["label_en"], *dictionary.COLUMNS["label_en"]}
    capital = sorted((re.escape(label) for label in labels if language.inside(label, "en") != label), key=len, reverse=True)
    inside = re.compile(rf"(?:(?:\b(?:is|are|and|or|in|of|for|than|after)|[,;:]) |\()(?:{'|'.join(capital)})\b")
    books = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(english.rglob("*.ipynb"))]
    said = [line for book in books for cell in book["cells"] for line in told(cell.get("outputs", []))]
    assert len(said) > 300
    assert [line for line in said if inside.search(line)] == []
