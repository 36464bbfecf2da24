"""The contents page in a real browser, offline, with three thousand pages: search, keyboard, a telephone, no script at all."""

import pytest
from contents_entries import THREE_THOUSAND, entries

from tuopin_analysis.report import index, printing

BROWSER = printing.browser()
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def html():
    """A township each, three thousand of them."""
    return index.page(entries(THREE_THOUSAND, ["02_causes"]), [], "zh")


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, html, tmp_path):
    (tmp_path / "index.html").write_text(html, encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 800})
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto((tmp_path / "index.html").as_uri())
    yield opened
    context.close()


SHOWN = "() => [...document.querySelectorAll('#places li a')].filter(a => a.checkVisibility()).map(a => a.getAttribute('href'))"


def test_three_thousand_pages_are_a_page_of_two_megabytes_at_most(html):
    assert html.count('.html">') >= 3000
    assert len(html.encode()) <= 2_000_000
    ten = index.page(entries([f"13{number:07d}" for number in range(300)], [f"{n:02d}_x" for n in range(10)]), [], "zh")
    assert ten.count('.html">') >= 3000
    assert len(ten.encode()) <= 2_000_000


def test_search_finds_places_and_questions_in_both_languages_and_by_code(page):
    for words in ("130123103", "新安", "xin'an", "Ｘin'an 为什么", "xin'an why", "02 130123103"):
        page.fill("#words", words)
        assert page.evaluate(SHOWN) == ["130123103/02_causes.html"], words
        assert "1" in page.inner_text("#found")
    page.fill("#words", "新安 nothing")
    assert page.evaluate(SHOWN) == []
    page.fill("#words", "")
    assert page.evaluate("document.querySelectorAll('#places > li:not([hidden])').length") == 3000
    assert page.complaints == []


def test_the_keyboard_is_enough(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#words")
    page.keyboard.type("新安")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "130123103/02_causes.html"
    page.focus("#words")
    page.keyboard.press("Escape")
    assert page.input_value("#words") == ""


def test_it_fits_a_telephone_and_names_no_character_it_cannot_draw(page):
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert page.evaluate("[...document.fonts].every(font => font.status !== 'error')")


def test_without_a_script_everything_is_there(browser, html, tmp_path):
    (tmp_path / "index.html").write_text(html, encoding="utf-8")
    context = browser.new_context(offline=True, java_script_enabled=False)
    opened = context.new_page()
    opened.goto((tmp_path / "index.html").as_uri())
    assert not opened.is_visible("#search")
    assert opened.locator("#places > li").count() == 3000
    opened.locator("#at-130123103 summary").click()
    assert opened.is_visible("#at-130123103 a")
    context.close()
