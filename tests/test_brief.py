"""`tuopin brief`: every figure is one of its tables; what is missing, changed or mixed is told; English, public edition."""

import csv
import io
import json
import re
import shutil
import zipfile

import pytest
from small_notebooks import finished

from tuopin_analysis.report import batch, brief_parts, brief_read, manifest, paper, paper_typst, paper_word, printing

NOTEBOOKS = ["01_overview", "02_causes", "04_targets", "08_dynamics", "09_acceptance", "10_supervision"]
ALL = {"html", "pdf", "docx"}


def made(out, notebooks, scopes, **given):
    results = list(batch.run(batch.plan(notebooks, scopes, given), out, workers=2))
    assert not [result.error for result in results if result.state == "failed"]
    finished(out, results, scopes=["county", "130123103"])
    return out


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """The county's pages but for the timetable and the goals, which were not made."""
    return made(tmp_path_factory.mktemp("county"), NOTEBOOKS, ["county"])


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """Pages of the public edition of a township."""
    out = tmp_path_factory.mktemp("public")
    return made(out, ["01_overview", "02_causes", "04_targets"], ["130123204"], edition="public")


@pytest.fixture
def folder(county, tmp_path):
    shutil.copytree(county, tmp_path / "reports")
    return tmp_path / "reports"


def rows(folder, key, scope="county"):
    with (folder / scope / "tables" / f"{key}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables_of(html):
    """The tables of a page by caption: rows of texts."""
    found = {}
    for caption, body in re.findall(r"<table><caption>(.*?)</caption>(.*?)</table>", html, re.S):
        lines = re.findall(r"<tr>(.*?)</tr>", body, re.S)
        found[caption] = [[re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", line)] for line in lines]
    return found


def section(html, title):
    return re.search(rf"<h2>[^<]*{title}</h2>(.*?)(?=<h2>|<p class=\"sign\")", html, re.S)[1]


def test_a_brief_is_made_in_three_formats_and_the_folder_verifies(run, folder):
    status, out, err = run("brief", folder, "--number", "3", "--date", "2017-01-05")
    assert status == 0, err
    assert [line.rpartition(".")[2] for line in out.split()] == ["html", "pdf", "docx"]
    assert "left out: the page of 'timetable' is not made: tuopin report --scope county" in err
    html = (folder / "county/brief.html").read_text(encoding="utf-8")
    for text in (
        "脱贫攻坚工作简报",
        "第3期",
        "正定县扶贫开发办公室",
        "2017年1月5日",
        "一、总体情况",
        "SYNTHETIC",
        "内部资料",
    ):
        assert text in html
    assert "下列页面未生成，本节缺相应内容：timetable" in section(html, "目标与进度")
    assert "<script" not in html
    pages = len(re.findall(rb"/Type\s*/Page\b", (folder / "county/brief.pdf").read_bytes()))
    assert 2 <= pages <= 4
    assert 'href="county/brief.html"' in (folder / "index.html").read_text(encoding="utf-8")
    [told] = manifest.must_read(folder).briefs
    assert {name.rpartition(".")[2] for name in told.outputs} == ALL
    assert run("verify", folder)[0] == 0


def test_every_figure_of_its_tables_is_one_of_the_pages(run, folder):
    run("brief", folder, "--format", "html")
    html = (folder / "county/brief.html").read_text(encoding="utf-8")
    found = tables_of(html)
    assert [caption[:2] for caption in found] == ["表1", "表2", "表3", "表4"]
    places, causes, targets, doubts = found.values()
    number = lambda text: f"{int(float(text)):,}"  # noqa: E731
    share = lambda text: f"{float(text) * 100 + 1e-9:.1f}%"  # noqa: E731
    listed = rows(folder, "overview.places")
    assert [line[1:] for line in places[1:-1]] == [
        [number(r["households"]), number(r["persons"]), share(r["share_persons"]), number(r["remaining_households"]),
         number(r["remaining_persons"])] for r in listed
    ]  # fmt: skip
    assert places[-1] == ["合计", "1,695", "3,654", "100.0%", *(number(sum(int(r[f"remaining_{u}"]) for r in listed))
                                                               for u in ("households", "persons"))]  # fmt: skip
    assert [line[1:3] for line in causes[1:-1]] == [
        [number(r["households"]), number(r["persons"])] for r in rows(folder, "causes.shares")
    ]
    assert [line[1:3] for line in targets[1:-1]] == [
        [number(r["target_persons"]), number(r["actual_persons"])] for r in rows(folder, "targets.by_township")
    ]
    assert [line[1:4] for line in doubts[1:]] == [
        [number(r["exit_count"]), number(r["households"]), number(r["persons"])] for r in rows(folder, "acceptance.doubtful")
    ]


def test_every_figure_of_its_sentences_follows_from_the_tables_it_names(run, folder):
    run("brief", folder, "--format", "html")
    html = (folder / "county/brief.html").read_text(encoding="utf-8")
    for title in ("致贫原因", "脱贫验收与疑点", "督导考核"):
        part = section(html, title)
        keys = re.search(r'<p class="trace">本节数据来源：表(.*?)。</p>', part)[1].split("、")
        known = {"0", "95%", "2%", "1"}
        for key in keys:
            table = rows(folder, key)
            for name in table[0]:
                values = [row[name] for row in table if re.fullmatch(r"-?\d+(\.\d+)?", row[name])]
                known |= {f"{float(value) * 100 + 1e-9:.1f}%" for value in values} | {f"{float(value):,.0f}" for value in values}
                known |= {f"{sum(map(float, values)):,.0f}"}
        if title == "致贫原因":
            several = [int(r["households"]) for r in rows(folder, "causes.combinations") if int(r["number_of_causes"]) > 1]
            known |= {str(sum(several)), f"{sum(several) / 1695:.1%}"}
        if title == "脱贫验收与疑点":
            whole = next(row for row in rows(folder, "acceptance.items") if row["standard_item"] == "all")
            known |= {f"{sum(int(v) for k, v in whole.items() if k.endswith(unit)):,}" for unit in ("_households", "_persons")}
        told = re.findall(r'<p class="body">(.*?)</p>', part)
        figures = re.findall(r"\d[\d,]*(?:\.\d+)?%?", "".join(told))
        assert figures
        assert {figure for figure in figures if figure not in known} == set(), title


def test_what_is_to_be_done_are_counts_of_tables(run, folder):
    run("brief", folder, "--format", "html")
    listed = re.findall(r"<li>(.*?)</li>", section((folder / "county/brief.html").read_text(encoding="utf-8"), "下一步工作"))
    overdue = sum(int(row["households"]) for row in rows(folder, "targets.delays"))
    doubtful = next(row["households"] for row in rows(folder, "acceptance.doubtful") if row["kind"] == "untrue")
    no_measure = sum(int(row["no_measure_households"]) for row in rows(folder, "supervision.table"))
    for text, number in (("逾期未脱贫", overdue), ("脱贫存疑", doubtful), ("没有帮扶措施", no_measure)):
        assert [f"{number}户" in line for line in listed if text in line] == [True]
    assert not [line for line in listed if "脱贫计划" in line]  # of the page that was not made


def test_the_same_folder_gives_the_same_brief(run, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "other")
    for one in (folder, tmp_path / "other"):
        run("brief", one, "--lang", "en", "--office", "Office <of> & all")
    for ending in ALL:
        name = f"county/brief.{ending}"
        assert (folder / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    html = (folder / "county/brief.html").read_text(encoding="utf-8")
    assert "1. Overall situation" in html
    assert "Table 1. " in html
    assert "Office &lt;of&gt; &amp; all" in html
    assert "31 December 2016" in html
    assert not re.findall(r"[\u4e00-\u9fff]", re.sub(r"(?s)<style>.*?</style>|<nav.*?</nav>", "", html))
    with zipfile.ZipFile(io.BytesIO((folder / "county/brief.docx").read_bytes())) as packed:
        text = packed.read("word/document.xml").decode()
    for style in ("BriefOffice", "BriefNumber", "BriefIssue", "BriefText", "BriefSign", "Title", "Heading1", "Caption"):
        assert f'w:val="{style}"' in text


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_table_that_is_not_as_it_was_made_ends_it(run, folder, how):
    path = folder / "county/tables/causes.shares.csv"
    if how == "changed":
        path.write_text(path.read_text(encoding="utf-8").replace("947", "948"), encoding="utf-8")
    else:
        path.unlink()
    status, _out, err = run("brief", folder)
    assert status == 2
    assert "county/tables/causes.shares.csv" in err
    assert "tuopin report --scope county --notebook 02_causes" in err
    assert not (folder / "county/brief.html").exists()


def test_pages_that_do_not_agree_and_places_without_pages_are_told(run, folder):
    status, _out, err = run("brief", folder, "--scope", "130123103")
    assert status == 2
    assert "no pages of '130123103'" in err
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    told["reports"][1]["subject"]["as_of"] = "2017-06-30"
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    status, _out, err = run("brief", folder)
    assert status == 2
    assert "do not agree in 'as_of'" in err
    assert "2017-06-30: 02_causes" in err


def test_wrong_words_are_told_all_at_once(run, folder):
    status, _out, err = run("brief", folder, "--format", "pfd", "--date", "2017-13-01", "--lang", "fr")
    assert status == 2
    assert [word in err for word in ("did you mean 'pdf'", "'2017-13-01' is no day", "unknown language 'fr'")] == [True] * 3


def test_without_pandoc_and_typst_the_rest_is_made(run, folder, monkeypatch):
    monkeypatch.setattr(paper_word, "pandoc", lambda: None)
    monkeypatch.setattr(paper_typst, "there", lambda: False)
    monkeypatch.setattr(printing, "browser", lambda: None)
    status, out, err = run("brief", folder)
    assert status == 1
    assert out.split() == [str(folder / "county/brief.html")]
    assert "the extra `docx` installed" in err
    assert "no browser and no Typst to print with" in err
    assert run("verify", folder)[0] == 0


def test_a_brief_older_than_its_pages_is_stale_and_one_that_was_changed_is_told(run, folder):
    run("brief", folder, "--format", "html")
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    told["briefs"][0]["sources"]["county/tables/causes.shares.csv"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "county/brief.html").write_text("other", encoding="utf-8")
    status, out, _err = run("verify", folder, "--json")
    assert status == 1
    assert {(fault["file"], fault["state"]) for fault in json.loads(out)["faults"]} == {
        ("county/brief.html", "stale"), ("county/brief.html", "changed"),
    }  # fmt: skip


def test_the_public_brief_shows_no_figure_that_its_tables_withhold(run, public):
    status, _out, err = run("brief", public, "--scope", "130123204", "--format", "html")
    assert status == 0, err
    html = (public / "130123204/brief.html").read_text(encoding="utf-8")
    assert "内部资料" not in html
    assert "公开版：已隐去少于3户的单元，以及可据以推算的其他数字（×）。" in html
    assert "下一步工作" not in html
    for caption, lines in tables_of(html).items():
        key = "overview.places" if caption.startswith("表1") else "causes.shares"
        withheld = [row["suppressed"] for row in rows(public, key, "130123204")]
        assert [("×" in line) for line in lines[1 : len(withheld) + 1]] == [
            bool(set(names.split(";")) & SHOWN[key]) for names in withheld
        ]
    village = re.findall(r"[\u4e00-\u9fff]+村", html)
    assert village == []


SHOWN = {
    "overview.places": {"households", "persons", "share_persons", "remaining_households", "remaining_persons"},
    "causes.shares": {"households", "persons", "share_households", "share_persons", "remaining_persons"},
}


def test_no_section_of_the_public_brief_has_a_figure_alone(run, public):
    assert run("brief", public, "--scope", "130123204", "--format", "html")[0] == 0
    html = (public / "130123204" / "brief.html").read_text(encoding="utf-8")
    sections = re.findall(r"<h2>([^<]*)</h2>(.*?)(?=<h2>|<p class=\"sign\")", html, re.S)
    assert len(sections) >= 2
    assert [title for title, inside in sections if "<table" not in inside and '<p class="body"' not in inside] == []


def test_the_finding_of_a_figure_stands_in_the_picture_and_not_in_its_caption_again(run, folder):
    assert run("brief", folder, "--format", "html")[0] == 0
    html = (folder / "county" / "brief.html").read_text(encoding="utf-8")
    assert re.findall(r"<figcaption>(.*?)</figcaption>", html) == ["<strong>图1\u3000逐月的计划、脱贫与目标</strong>"]


def test_topics_are_numbered_where_there_are_several():
    blocks = [paper.Heading(2, (paper.Run(title),)) for title in ("甲", "乙")]
    assert [paper.plain(block.runs) for block in brief_parts.numbered_topics(blocks, 4, "zh")] == ["（一）甲", "（二）乙"]
    assert [paper.plain(block.runs) for block in brief_parts.numbered_topics(blocks, 4, "en")] == ["4.1 甲", "4.2 乙"]
    assert brief_parts.numbered_topics(blocks[:1], 4, "zh") == []


def test_columns_are_read_as_what_they_are():
    frame = brief_read.typed(
        "township,is_met,target_date,share_actual,period\n'=1+1,True,2016-12-31,0.4,2016-12\n甲,,,,2017-01\n"
    )
    assert frame["township"].tolist() == ["=1+1", "甲"]
    assert frame["is_met"].notna().tolist() == [True, False]
    assert frame["target_date"].iloc[0].year == 2016
    assert frame["share_actual"].sum() == 0.4
    assert frame["period"].tolist() == ["2016-12", "2017-01"]
