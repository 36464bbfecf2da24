"""Pages on paper: read from their HTML, written as .docx and by Typst; the structure of what is written, and its bytes."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from importlib.util import module_from_spec, spec_from_file_location

import matplotlib.pyplot as plt
import pandas as pd
import psutil
import pytest
from result_frames import shares

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.report import paper, paper_html, paper_read, paper_typst, paper_word, tables
from tuopin_analysis.report.paper import Cell, Document, Run, Table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The order of the schema.
PPR = ["pStyle", "keepNext", "keepLines", "pBdr", "shd", "tabs", "autoSpaceDE", "autoSpaceDN", "spacing", "ind", "jc"]
TCPR = ["tcW", "gridSpan", "vMerge", "tcBorders", "shd", "vAlign"]


def png() -> str:
    import base64

    packed = io.BytesIO()
    figure = plt.figure(figsize=(2, 1))
    figure.savefig(packed, format="png")
    plt.close(figure)
    return base64.b64encode(packed.getvalue()).decode()


@pytest.fixture(scope="module")
def page():
    table = tables.bundle(shares(), key="causes.shares", total=True)["text/html"]
    head = '<tr><th rowspan="2">甲</th><th colspan="2">乙</th></tr><tr><th class="number">丙</th><th>丁</th></tr>'
    row = '<tr><td>子 &lt;&amp;&gt; #$*_@`</td><td class="number">1,695</td><td>a<br>b</td></tr>'
    figure = f'<figure><img alt="因病最多。因病947户" src="data:image/png;base64,{png()}"></figure>'
    return (
        '<!DOCTYPE html><html lang="zh"><head><title>t</title><style>p{}</style></head><body>'
        '<a class="skip" href="#main">目录</a><header class="bar"><a href="x">目录</a></header><main><h1>为什么贫困？</h1>'
        '<dl class="subject"><div><dt>地区：</dt><dd>正定县</dd></div></dl><p class="synthetic">模拟</p>'
        f"<h2>主要原因</h2><p>一<strong>二</strong>。</p>{table}<h3>别的</h3>"
        f"<table><thead>{head}</thead><tbody>{row}</tbody></table>{figure}"
        "<p class='files'><a href='x.csv'>目录</a></p><nav class='toc'><p>目录</p><ol><li>目录</li></ol></nav>"
        "<ul><li>甲</li><li>乙</li></ul></main>"
        "<footer><details><pre>code</pre></details></footer></body></html>"
    )


@pytest.fixture(scope="module")
def document(page):
    return paper_read.document(page)


@pytest.fixture(scope="module")
def word(document):
    pytest.importorskip("pypandoc")
    return paper_word.docx(document)


def part(made: bytes, name: str = "word/document.xml") -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        return ET.fromstring(packed.read(name))


def texts(element: ET.Element) -> str:
    return "".join(found.text or "" for found in element.iter(f"{W}t"))


def test_a_page_is_read_with_its_captions_and_without_what_only_the_screen_needs(document):
    assert (document.title, document.lang) == ("为什么贫困？", "zh")
    kinds = [type(block).__name__ for block in document.blocks]
    assert kinds == [
        "Paragraph",
        "Paragraph",
        "Heading",
        "Paragraph",
        "Table",
        "Paragraph",
        "Paragraph",
        "Heading",
        "Table",
        "Figure",
        "Items",
    ]
    captions = [paper.caption(block, "zh") for block in document.blocks if isinstance(block, Table | paper.Figure)]
    assert captions == ["表1\u3000主要原因 (causes.shares)", "表2\u3000别的", "图1\u3000因病最多"]
    everything = repr(document.blocks)
    assert "目录" not in everything
    assert "code=True" not in everything
    assert {block.style for block in document.blocks if isinstance(block, paper.Paragraph)} == {
        "subject",
        "mark",
        "body",
        "note",
        "trace",
    }


def test_figures_of_a_read_table_stay_to_the_right_and_its_total_is_marked(document):
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert [cell.right for cell in table.body[0]] == [False, True, True, True, True]
    assert [row[0].strong for row in table.body] == [False, False, False, True]
    assert paper.plain(table.body[3][1].runs) == "1,695"


def test_a_word_document_has_styles_captions_and_heads_that_repeat(word):
    body = part(word)
    styles = [style.get(f"{W}val") for style in body.iter(f"{W}pStyle")]
    assert {"Title", "Heading1", "Heading2", "Caption", "FigureCaption", "TableText", "Note", "Subject", "Mark"} <= set(styles)
    defined = {style.get(f"{W}styleId") for style in part(word, "word/styles.xml").iter(f"{W}style")}
    assert set(styles) <= defined
    fields = [(field.get(f"{W}instr").split()[1], texts(field)) for field in body.iter(f"{W}fldSimple")]
    assert fields == [("表", "1"), ("表", "2"), ("图", "1")]
    first, second = body.iter(f"{W}tbl")
    for table, heads in ((first, 1), (second, 2)):
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] * heads + [False] * (len(rows) - heads)
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        spans = [
            sum(int(s.get(f"{W}val")) if (s := c.find(f"{W}tcPr/{W}gridSpan")) is not None else 1 for c in row.iter(f"{W}tc"))
            for row in rows
        ]
        assert set(spans) == {len(table.findall(f"{W}tblGrid/{W}gridCol"))}
    numbers = [cell.find(f"{W}p/{W}pPr/{W}jc").get(f"{W}val") for cell in first.findall(f"{W}tr")[1].iter(f"{W}tc")]
    assert numbers == ["left", "right", "right", "right", "right"]
    merges = [merge.get(f"{W}val") for merge in second.iter(f"{W}vMerge")]
    assert merges == ["restart", None]
    assert "子 <&> #$*_@`" in texts(second)


def test_a_word_document_keeps_the_order_of_the_schema_and_the_page(word):
    body = part(word)
    for kind, order in (("pPr", PPR), ("tcPr", TCPR)):
        for name in ("word/document.xml", "word/styles.xml"):
            for properties in part(word, name).iter(f"{W}{kind}"):
                at = [order.index(child.tag.removeprefix(W)) for child in properties if child.tag.removeprefix(W) in order]
                assert at == sorted(at)
    section = body.find(f"{W}body/{W}sectPr")
    assert section.find(f"{W}pgSz").attrib == {f"{W}w": "11906", f"{W}h": "16838"}
    assert section.find(f"{W}footerReference") is not None
    assert " PAGE " in "".join(code.text for code in part(word, "word/footer1.xml").iter(f"{W}instrText"))
    [picture] = [element for element in body.iter() if element.tag.endswith("}docPr")]
    assert picture.get("descr") == "因病最多。因病947户"


def test_a_word_document_tells_no_time_and_is_the_same_when_made_again(document, word):
    assert paper_word.docx(document) == word
    with zipfile.ZipFile(io.BytesIO(word)) as packed:
        assert {info.date_time for info in packed.infolist()} == {paper_word.FIRST}
        assert packed.namelist()[0] == "[Content_Types].xml"
        listed = set(re.findall(r'PartName="/([^"]+)"', packed.read("[Content_Types].xml").decode()))
        assert listed <= set(packed.namelist())
        assert b"dcterms" not in packed.read("docProps/core.xml")


def test_the_reference_documents_are_those_of_the_tool(tmp_path):
    spec = spec_from_file_location("build_reference", paths.ROOT / "tools" / "build_reference.py")
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    for lang in ("zh", "en"):
        tool.build(tmp_path / "made.docx", lang)
        assert (tmp_path / "made.docx").read_bytes() == (paper_word.HERE / f"reference-{lang}.docx").read_bytes()


def test_typst_sets_what_looks_like_markup_as_text_and_the_same_twice(document):
    pytest.importorskip("typst")
    made = paper_typst.pdf(document)
    assert made.startswith(b"%PDF")
    assert paper_typst.pdf(document) == made
    assert b"CreationDate" not in made or b"1970" in made
    told = paper_typst.data(document)
    assert [block["kind"] for block in told["blocks"]].count("table") == 2
    hostile = Document(
        "#panic() $", "en", (paper.Paragraph((Run('#read("/etc/passwd") *a* _b_ `c` <d> @e \\ $x$', code=True),)),)
    )
    assert paper_typst.pdf(hostile).startswith(b"%PDF")


def test_typst_leaves_no_thread_behind_in_a_process_that_may_fork(document):
    pytest.importorskip("typst")
    before = psutil.Process().num_threads()
    paper_typst.pdf(document)
    assert psutil.Process().num_threads() <= before


def test_what_typst_says_is_handed_on(document, monkeypatch):
    pytest.importorskip("typst")
    monkeypatch.setattr(paper_typst, "TEMPLATE", paths.ROOT / "README.md")
    with pytest.raises(InputError, match=r"no PDF: Typst said: .+"):
        paper_typst.pdf(document)


def test_an_html_page_of_a_document_escapes_and_numbers(document):
    page = paper_html.html(document, back="← 目录")
    assert "<script" not in page
    assert "子 &lt;&amp;&gt; #$*_@`" in page
    assert "<figcaption><strong>图1\u3000因病最多</strong></figcaption>" in page
    assert page.count("<table>") == 2
    assert '<th scope="col" rowspan="2">甲</th>' in page


def test_what_is_lacking_is_told(document, monkeypatch):
    monkeypatch.setattr(paper_word, "pandoc", lambda: None)
    monkeypatch.setattr(paper_typst, "there", lambda: False)
    with pytest.raises(InputError, match="the extra `docx` installed"):
        paper_word.docx(document)
    with pytest.raises(InputError, match="the extra `pdf` installed"):
        paper_typst.pdf(document)


def test_widths_are_of_the_longest_lines_and_fill_the_page():
    rows = tuple(
        (Cell((Run(name),)), Cell((Run(number),), right=True)) for name, number in (("南牛乡", "1"), ("正定镇正定镇", "12,345"))
    )
    found = paper.widths(Table((), rows))
    assert sum(found) == pytest.approx(1)
    assert found[0] > found[1]
    assert pd.Series(found).gt(0).all()


def test_short_tables_stay_on_one_page_of_a_word_document():
    def kept(rows):
        table = Table(((Cell((Run("乡镇"),)),),), tuple((Cell((Run(str(row)),)),) for row in range(rows)))
        return paper_word._table(table).count("<w:keepNext/>")

    assert kept(3) == 1 + 2  # the head and all rows but the last
    assert kept(paper_word.TOGETHER) == paper_word.TOGETHER
    assert kept(paper_word.TOGETHER + 1) == 1 + 4  # the head; no page has fewer than three rows of a longer one


def test_of_a_traceback_the_reason_is_told(document, monkeypatch):
    pytest.importorskip("typst")
    monkeypatch.setattr(paper_typst, "ALONE", "raise ImportError('no such wheel')")
    with pytest.raises(InputError, match="Typst said: ImportError: no such wheel"):
        paper_typst.pdf(document)


def test_in_a_word_document_a_head_breaks_between_its_words():
    if paper_word.pandoc() is None:
        pytest.skip("the extra 'docx' is not installed")
    heads = tuple(Cell((Run(text),), right=True) for text in ["计划脱贫比重（人口）", "控制下限"] * 6)
    made = paper_word.docx(Document("题", "zh", (Table((heads,), ((Cell((Run("41.6%"),), right=True),) * 12,)),)))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        text = parts.read("word/document.xml").decode()
    told = [re.findall(r"<w:t[^>]*>([^<]*)</w:t>", cell) for cell in re.findall(r"<w:tc>.*?</w:tc>", text)]
    assert told[:2] == [["计划脱贫", "比重", "（人口）"], ["控制", "下限"]]
    assert told[12] == ["41.6%"]


def test_typst_is_told_the_words_between_which_a_head_breaks():
    table = Table(((Cell((Run("计划脱贫\u202e比重（人口）"),)),),), ((Cell((Run("41.6%"),)),),))
    [told] = paper_typst.data(Document("题", "zh", (table,)))["blocks"]
    assert told["head"][0][0]["parts"] == ["计划", "脱贫", "比重", "（人口）"]
    assert "parts" not in told["body"][0][0]


def test_a_column_is_as_wide_as_the_longest_word_of_its_head():
    def share(head):
        heads = tuple(Cell((Run(text),)) for text in (head, "x " * 15))
        return paper.widths(Table((heads,), ((Cell((Run("947"),)),) * 2,)))[0]

    assert share("Households") > share("of a and b") > share("户数")
    assert share("未脱贫人口数") < share("Households")  # Chinese may break
