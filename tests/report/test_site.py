"""The contents page, the links between pages, and the workbook of a table, by hand-worked folders."""

import csv
import io
import re

import openpyxl
import pytest
from small_notebooks import PAGE, TABLE, finished, write_notebook

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import batch, cards, index, links, manifest, sheets, tiles

PLACES = "township_code,township,persons,remaining_persons,remaining_households,suppressed\n"
PROGRESS = "period,planned_persons,actual_persons,status\n2016-11,40,20,behind\n2016-12,60,70,ahead\n2017-01,80,,\n"
BY_TOWNSHIP = "township_code,township,persons,target_persons,actual_persons,remaining_persons,status,suppressed\n"


def entry(scope, notebook, tables=(), state="made", **subject):
    about = {"scope_name": "镇" + scope, "as_of": "2016-12-31", "lang": "zh", "register": "小册", "synthetic": True,
             "baseline": "2016-01-01", "rules": "r", "edition": "internal"} | subject  # fmt: skip
    return {"scope": scope, "notebook": notebook, "tables": list(tables), "state": state, "error": "", "run": "1", "attempt": "1",
            "subject": about, "outputs": {f"{scope}/{notebook}.html": {"sha256": "0" * 64, "bytes": 1}},
            "inputs": {"register": "1", "rules": "1", "notebook": "1"}, "parameters": {}, "key": "1"}  # fmt: skip


def table(out, scope, key, text):
    (out / scope / "tables").mkdir(parents=True, exist_ok=True)
    (out / scope / "tables" / f"{key}.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def county(tmp_path):
    """A county of two townships, 100 and 50 persons, of whom 30 and 50 are left."""
    table(tmp_path, "county", "overview.places", PLACES + "001,新安镇,100,30,12,\n002,南牛乡,50,50,20,\n")
    table(
        tmp_path, "county", "targets.by_township", BY_TOWNSHIP + "001,新安镇,100,60,70,30,ahead,\n002,南牛乡,50,20,0,50,behind,\n"
    )
    table(tmp_path, "001", "targets.progress", PROGRESS)
    entries = [entry("county", "01_overview", ["overview.places"]), entry("county", "04_targets", ["targets.by_township"]),
               entry("001", "04_targets", ["targets.progress"])]  # fmt: skip
    return cards.Folder(tmp_path, entries)


def test_a_figure_is_that_of_its_table_and_says_where_it_stands(county):
    found = {(one.scope, one.figure): one for one in cards.figures(county)}
    assert (found["county", "left"].value, found["county", "left"].page) == ("80", "county/01_overview.html#overview-places")
    assert (found["001", "out"].value, found["001", "out"].page) == ("70", "001/04_targets.html#targets-progress")
    assert ("county", "doubtful") not in found


def test_a_public_folder_does_not_say_not_made_of_what_its_edition_has_not(tmp_path):
    folder = cards.Folder(tmp_path, [entry("county", "01_overview", edition="public")])
    assert {card["more"] for card in tiles.cards(folder, "county", {}, {}, "en")} == {"not on the pages of this edition"}


def test_what_no_page_has_is_said_to_be_not_made(county):
    now = tiles.by_name(cards.figures(county))
    left, out, doubtful, rows = tiles.cards(county, "county", now, {}, "en")
    assert (left["value"], left["more"]) == ("80", "of 150 registered; households: 32")
    assert (out["value"], out["more"]) == ("", "not on the pages of this edition")
    assert (doubtful["value"], doubtful["more"]) == ("", "not made")
    assert rows["more"] == "not on the pages of this edition"


def test_a_suppressed_figure_is_suppressed_in_sums_too_and_is_not_set_beside_another(tmp_path):
    table(
        tmp_path,
        "county",
        "overview.places",
        PLACES + "001,新安镇,100,,,remaining_persons;remaining_households\n002,南牛乡,50,50,20,\n",
    )
    folder = cards.Folder(tmp_path, [entry("county", "01_overview", ["overview.places"], edition="public")])
    [left] = cards.figures(folder)
    assert left.value == "×"
    then = tiles.by_name([left.model_copy(update={"value": "81", "as_of": "2016-11-30"})])
    shown = tiles.cards(folder, "county", tiles.by_name([left]), then, "en")[0]
    assert (shown["value"], shown["before"]) == ("×", "")


def test_a_tile_draws_the_course_or_the_target_and_says_it_in_words(county):
    first, second = tiles.tiles(county, tiles.by_name(cards.figures(county)), "en")
    assert (first["name"], first["left"], first["href"]) == ("Xin'an", "30", "001/04_targets.html#targets-progress")
    assert 'aria-label="Persons still poor: 80 in November 2016, 30 in December 2016; by plan 40."' in first["svg"]
    # 100 registered: 80 left is a fifth down of the 60 between the margins, 30 left seven tenths
    assert 'class="left" points="2.0,14.0 218.0,44.0"' in first["svg"]
    assert 'class="plan" points="2.0,26.0 218.0,38.0"' in first["svg"]
    assert (second["left"], second["behind"]) == ("50", True)
    assert 'aria-label="0 persons out of a target of 20."' in second["svg"]
    lines = "Lines: persons still poor, month by month, of all registered; dashed: by plan."
    bars = "Bars: persons out; upright line: the target."
    told = [tiles.explained(some, "en") for some in ([first], [second], [first, second], [])]
    assert told == [lines, bars, f"{lines} {bars}", ""]


@pytest.mark.parametrize(("lang", "page", "left"), [
    ("en", 'from: <a href="county/01_overview.html#overview-places">Overview</a>', "<b>50</b> persons still poor</p>"),
    ("zh", '出处：<a href="county/01_overview.html#overview-places">总览</a>', "<b>50</b> 人未脱贫</p>"),
])  # fmt: skip
def test_a_link_is_the_page_it_leads_to_and_a_state_has_its_line(county, lang, page, left):
    entries = list(county.pages.values())
    html = index.page(entries, [], lang, shown=index.Shown(county, cards.figures(county)))
    assert page in html
    assert f'{left}\n<p class="failed">{links.coded("progress_status", lang)["behind"]}</p>' in html


def test_the_figures_before_are_those_of_another_day_or_register_and_stay_known():
    def one(value, day, register="1"):
        return manifest.Figure(scope="county", figure="left", value=value, as_of=day, register=register, page="county/a.html")

    first, second, third = one("9", "2016-10-31"), one("8", "2016-11-30"), one("8", "2016-11-30", "2")
    assert cards.before([second], [first], []) == [first]
    assert cards.before([second], [second], [first]) == [first]  # made again: what stood before stays known
    assert cards.before([third], [second], [first]) == [second]
    assert cards.before([second], [], []) == []


def test_a_second_run_shows_the_first_beside_it_except_in_the_public_edition(notebooks, tmp_path):
    text = repr(PLACES + "001,甲,9,LEFT,3,\n") + ".replace('LEFT', str(times))"
    shown = f'"application/vnd.tuopin.table.v1+json": {{"key": "overview.places", "csv": {text}}}'
    write_notebook(notebooks, "01_overview", PAGE, f'display({{"text/plain": "t", "text/html": "t", {shown}}}, raw=True)')
    for times in ("8", "5"):
        finished(tmp_path, list(batch.run(batch.plan(["01_overview"], ["county"], {"times": times}), tmp_path)), "en")
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "before (an earlier run): 8 → 5" in html
    told = manifest.must_read(tmp_path)
    assert [(one.value, was.value) for one, was in zip(told.figures, told.previous, strict=True)] == [("5", "8")]


def hrefs(path):
    html = path.read_text(encoding="utf-8")
    return [href.partition("#")[0] for href in re.findall(r'<a[^>]* href="([^"]*)"', html) if not href.startswith("#")]


def dead(out):
    return [(path.name, href) for path in out.rglob("*.html") for href in hrefs(path) if not (path.parent / href).is_file()]


def test_no_link_is_dead_whatever_is_made_first_or_fails(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, TABLE.replace("KEY", "first.table"), "assert scope != '002'")
    for names, scopes in ((["02_second"], ["001", "002"]), (["01_first"], ["001", "002", "county"])):
        finished(tmp_path, list(batch.run(batch.plan(names, scopes, {}), tmp_path)))
        assert dead(tmp_path) == []
    page = tmp_path / "001/02_second.html"
    assert {"01_first.html", "../index.html"} <= set(hrefs(page))
    assert "../county/02_second.html" not in hrefs(page)
    assert "../county/01_first.html" in hrefs(tmp_path / "001/01_first.html")
    assert hrefs(tmp_path / "001/01_first.html").count("tables/first.table.xlsx") == 1
    assert "01_first.html" not in hrefs(tmp_path / "002/02_second.html")


def test_links_are_all_that_other_pages_change(notebooks, tmp_path):
    for out, names in ((tmp_path / "one", ["02_second"]), (tmp_path / "two", ["01_first", "02_second"])):
        finished(out, list(batch.run(batch.plan(names, ["001"], {}), out)))
    one, two = ((tmp_path / name / "001/02_second.html").read_text(encoding="utf-8") for name in ("one", "two"))
    assert one != two
    assert links.settled(one) == links.settled(two)


def rows_of(text, lang="zh", key="a.table"):
    packed = sheets.workbook(key, text, lang)
    assert packed == sheets.workbook(key, text, lang)
    return list(openpyxl.load_workbook(io.BytesIO(packed)).active.iter_rows(values_only=True))


def test_a_workbook_has_figures_as_figures_and_words_in_the_language():
    text = "township_code,township,persons,share_persons,status,is_met,suppressed\n130123103,新安镇,1695,0.125,behind,True,\n"
    text += "130123200,南牛乡,,,,,persons\n"
    head, first, second = rows_of(text, "en")
    assert head == tuple(dictionary.label(name, "en") for name in text.splitlines()[0].split(",")[:-1])
    assert first == ("130123103", "Xin'an", 1695, 0.125, "Behind", "Yes")
    assert second == ("130123200", "Nanniu", "×", None, None, None)


def test_codes_places_and_items_stand_in_a_workbook_as_on_the_page():
    text = "item,key,causes\ncauses.other.share_persons,illness,illness;lack_of_labour\ntownships.persons,正定镇,disability\n"
    assert rows_of(text, "zh")[1:] == [
        ("致贫原因：因求学、缺乏劳动力等占人口比重", "因病", "因病、缺劳力"), ("乡镇分布：人数合计", "正定镇", "因残"),
    ]  # fmt: skip
    assert rows_of(text, "en")[1:] == [
        ("Causes: other (schooling, lack of labour), share of persons", "Illness", "Illness, lack of labour"),
        ("Townships: sum of persons", "Zhengding", "Disability"),
    ]


def test_text_that_a_spreadsheet_would_run_stays_text():
    told = io.StringIO()
    csv.writer(told).writerows([["reason"], ["'=1+1"], ["-5"]])
    assert [row[0] for row in rows_of(told.getvalue())[1:]] == ["=1+1", "-5"]
