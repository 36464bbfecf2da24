"""JupyterLab started for real: explore.ipynb is run in a browser, a list is changed, table and chart follow; no network."""

import importlib.util

import pytest

from tuopin_analysis import paths
from tuopin_analysis.register import load
from tuopin_analysis.report import language, printing

pytest.importorskip("jupyterlab", reason="the extra 'lab' is not installed")
spec = importlib.util.spec_from_file_location("lab", paths.ROOT / "tools" / "lab.py")
lab = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lab)
BROWSER = printing.browser()
CHART = ".tuopin-workbench .jp-OutputArea img"
ROWS = ".tuopin-workbench table.dataTable tbody"
# Chinese is drawn by the font that the workbench lends: no box, whatever the machine has.
FONT = "document.fonts.check('16px \"Tuopin Sans\"', '贫')"

DRAWN = """[...document.fonts].filter(font => font.family.includes("Tuopin Sans")).map(font => font.status)
    .concat(getComputedStyle(document.querySelector(".jp-MarkdownOutput h1")).fontFamily.split(",")[0])"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The workbench, opened and run; what it asked for elsewhere and complained of is noted on the page."""
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with lab.started("explore.ipynb", tmp_path_factory.mktemp("lab")) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_context(
            viewport={"width": 1500, "height": 1600}, permissions=["clipboard-read", "clipboard-write"]
        ).new_page()
        opened.elsewhere, opened.complaints = [], []
        here = address.split("/lab")[0]
        opened.route(
            lambda url: not url.startswith((here, "data:", "blob:")),
            lambda route: (opened.elsewhere.append(route.request.url), route.abort()),
        )
        opened.on("console", lambda told: opened.complaints.append(told.text) if told.type == "error" else None)
        opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.goto(address)
        opened.wait_for_selector(".jp-MarkdownOutput h1", timeout=60_000)
        opened.wait_for_function(FONT)
        opened.before = opened.evaluate(DRAWN)
        lab.run_all(opened)
        opened.wait_for_selector(CHART, timeout=60_000)
        opened.wait_for_selector(f"{ROWS} td", timeout=30_000)
        yield opened
        browser.close()


def first_row(scope: str) -> list[str]:
    homes = load.households(scope=scope, as_of="2016-12-31")
    homes = homes[homes["cause_main"] == "illness"]
    return ["因病", language.count(len(homes)), language.count(homes["size"].sum())]


@pytest.mark.browser
def test_text_has_its_letters_before_anything_is_run(page):
    """`make lab` gives JupyterLab our font, so that Markdown shows no box on a machine without a Chinese one."""
    assert page.before == ["loaded", '"Tuopin Sans"']


@pytest.mark.browser
def test_a_changed_place_changes_table_and_chart(page):
    before = page.get_attribute(CHART, "src")
    assert page.inner_text(f"{ROWS} tr").split("\t")[:3] == first_row("county")
    page.get_by_label("地区").select_option("新安镇")
    page.wait_for_function(
        f"old => {{ const now = document.querySelector('{CHART}'); return now && now.src !== old }}", arg=before
    )
    page.wait_for_selector(f"{ROWS} td")
    assert page.inner_text(f"{ROWS} tr").split("\t")[:3] == first_row("130123103")
    assert 'register, scope, as_of, lang = "demo", "130123103", "2016-12-31", "zh"' in page.input_value(".tuopin-code textarea")


@pytest.mark.browser
def test_a_table_is_sorted_by_its_figures(page):
    page.get_by_label("问题").select_option("贫困人口分布在哪里？")
    page.wait_for_function(f"document.querySelectorAll('{ROWS} tr').length === 8")
    page.locator(".tuopin-workbench table.dataTable th.dt-orderable-asc", has_text="人数").first.click()  # once made sortable
    page.wait_for_function(f"""() => {{
        const rows = [...document.querySelectorAll('{ROWS} tr')]
        const persons = rows.map(row => Number(row.children[2].innerText.replaceAll(',', '')))
        return persons.length === 8 && persons.every((one, at) => at === 0 || persons[at - 1] <= one)
    }}""")
    persons = [int(row.split("\t")[2].replace(",", "")) for row in page.inner_text(ROWS).splitlines()]
    assert persons == sorted(persons)
    assert max(persons) > 600


@pytest.mark.browser
def test_the_code_is_copied_as_it_stands(page):
    page.get_by_role("button", name="复制").click()
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value(".tuopin-code textarea")


@pytest.mark.browser
def test_it_needs_no_network_complains_of_nothing_and_has_chinese_letters(page):
    assert page.elsewhere == []
    assert page.complaints == []
    assert page.evaluate(FONT)
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
