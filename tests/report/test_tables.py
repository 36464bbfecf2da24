"""Tables as they are shown, and the data that they hand on."""

import io
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
import result_frames as frames
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from tuopin_analysis.report import cells, mime, tables


class Rows(HTMLParser):
    """The texts of a table's rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        if tag == "tr":
            self.rows.append([])
        self.inside = tag in ("td", "th")
        if self.inside:
            self.rows[-1].append("")

    def handle_endtag(self, tag) -> None:
        self.inside = False

    def handle_data(self, data) -> None:
        if self.inside:
            self.rows[-1][-1] += data


@pytest.fixture
def shown(monkeypatch):
    """Call `tables.show` and give back the bundle that it displays."""
    found: list[dict] = []
    monkeypatch.setattr(tables, "display", lambda bundle, raw: found.append(bundle))

    def show(*args, **kwargs) -> dict:
        assert tables.show(*args, **kwargs) is None
        return found[-1]

    return show


def rows(bundle: dict) -> list[list[str]]:
    return Rows(bundle["text/html"]).rows


def test_causes_in_chinese_with_their_total(shown) -> None:
    table = rows(shown(frames.shares(), key="causes.shares", total=True))
    assert table[0] == ["主要致贫原因", "户数", "人数", "占户数比重", "占人口比重"]
    assert table[1] == ["因病", "947", "2,112", "55.9%", "57.8%"]
    assert table[3][3:] == ["5.1%", "5.7%"]
    assert table[4] == ["合计", "1,695", "3,654", "100.0%", "100.0%"]


def test_names_and_labels_in_english(shown) -> None:
    table = rows(shown(frames.distribution(), lang="en", hide=["township_code", "remaining_households", "remaining_persons"]))
    assert table[0][:3] == ["Township", "Households", "Persons"]
    assert table[3][:5] == ["Xin'an", "394", "655", "23.2%", "17.9%"]


def test_a_note_says_to_what_rounded_shares_add(shown) -> None:
    """Township shares of households add to 99.9, cause shares of households to 100.1; cause shares of persons to 100.0."""
    assert "share of households 99.9%" in shown(frames.distribution(), lang="en")["text/plain"]
    note = rows_note(shown(frames.shares(), lang="en"))
    assert "share of households 100.1%" in note
    assert "Share of persons" not in note


def rows_note(bundle: dict) -> str:
    return "".join(re.findall(r'<p class="note">(.*?)</p>', bundle["text/html"]))


def test_no_note_where_shares_are_not_parts_of_one_whole(shown) -> None:
    assert rows_note(shown(frames.by_township())) == ""


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=5000), min_size=2, max_size=9))
def test_the_total_is_the_sum_and_a_missing_part_makes_it_missing(counts: list[int]) -> None:
    frame = pd.DataFrame({"cause_main": ["illness"] * len(counts), "persons": counts})
    assert tables._totals(frame)["persons"] == sum(counts)
    broken = frame.astype({"persons": "Int64"})
    broken.loc[0, "persons"] = pd.NA
    assert cells.written(broken, "zh", tables._totals(broken))["persons"].iloc[-1] == "—"


def test_a_total_of_ratios_is_the_ratio_of_totals_and_ranks_have_none(shown) -> None:
    table = rows(shown(frames.distribution(), lang="en", hide=["township_code"], total=True))
    last = dict(zip(table[0], table[-1], strict=True))
    assert last["Persons per household"] == "2.16"  # 3,654 / 1,695
    assert last["Rank by persons"] == last["Rank by households"] == "—"


def test_missing_is_a_dash_and_nought_is_nought(shown) -> None:
    frame = pd.DataFrame({"township": ["新安镇", "南牛乡"], "persons": [0, 1], "headcount_ratio": [None, 0.0]})
    assert rows(shown(frame))[1:] == [["新安镇", "0", "—"], ["南牛乡", "1", "0.0%"]]


def test_the_csv_is_whole_and_exact(shown) -> None:
    frame = frames.shares().assign(note=["a", 'b,"c"', None])
    table = shown(frame, key="causes.shares", hide=["persons"])[mime.TABLE]
    assert table["key"] == "causes.shares"
    assert "\r" not in table["csv"]
    back = pd.read_csv(io.StringIO(table["csv"]))
    assert back["share_persons"].tolist() == frame["share_persons"].tolist()  # to the last bit
    assert back["persons"].tolist() == [2112, 1332, 210]
    assert table["csv"].splitlines()[3].endswith(",")


def test_the_audit_shows_figures_as_they_were_stated(shown) -> None:
    table = rows(shown(frames.audit(), lang="en", hide=["digits"]))
    assert table[2] == ["Causes: illness, share of households", "55.9%", "55.87%", "Agrees", "55.9%"]
    assert table[3][1:] == ["58%", "57.80%", "Agrees (rounded more coarsely)", "57.8%"]
    assert table[1][1:] == ["1,695", "1,695", "Agrees", "1,695"]
    assert table[6][1:4] == ["—", "—", "Cannot be checked"]


def test_reconciliation_names_what_its_keys_stand_for(shown) -> None:
    rows_ = [("register", "registered_persons", "persons", 3654, 3654, 0), ("townships", "130123103", "households", 395, 394, 1),
             ("causes", "illness", "persons", 2110, 2112, -2)]  # fmt: skip
    frame = pd.DataFrame(rows_, columns=["table", "key", "unit", "counted", "published", "gap"])
    table = rows(shown(frame, lang="en"))
    assert [line[1] for line in table[1:]] == ["Registered persons", "Xin'an", "Illness"]
    assert [line[5] for line in table[1:]] == ["0", "+1", "−2"]


def test_the_html_is_lean_accessible_and_without_script(shown) -> None:
    html = shown(frames.distribution(), key="townships.distribution", caption="A < B", total=True)["text/html"]
    assert html.count('scope="row"') == 9
    assert '<th class="number" scope="col">' in html
    assert "<caption>A &lt; B</caption>" in html
    assert '<tr class="total">' in html
    assert not re.search(r"<script|gt_|headers=|http|javascript", html)
    assert len(html) < 4000


def test_equal_tables_give_equal_bytes(shown) -> None:
    assert shown(frames.distribution(), key="a.b") == shown(frames.distribution(), key="a.b")


def footnote(bundle: dict) -> str:
    return "".join(re.findall(r'<p class="trace">(.*?)</p>', bundle["text/html"]))


def test_below_a_key_table_stand_its_name_and_how_a_figure_is_traced(shown) -> None:
    told = footnote(shown(frames.shares(), key="causes.shares", lang="en"))
    assert told == "Table causes.shares · trace: tuopin trace . causes.shares cause_main=illness households"
    told = footnote(shown(frames.by_township(), key="a.b", hide=["households"]))
    assert told == "表a.b·追溯：tuopin trace . a.b township_code=130123100 cause_main=illness persons"
    numbered = pd.DataFrame({"causes": ["illness"], "number_of_causes": [1], "households": [9]})
    assert footnote(shown(numbered, key="a.b")).endswith("tuopin trace . a.b causes=illness households")
    assert footnote(shown(frames.shares())) == ""


def test_the_public_edition_and_tables_of_long_words_have_their_name_alone(shown) -> None:
    public = frames.shares().assign(suppressed="")
    long = pd.DataFrame({"criterion_zh": ["很" * 30], "share": [0.5]})
    for frame, trace in ((public, True), (long, True), (frames.shares(), False), (frames.shares().head(0), True)):
        assert footnote(shown(frame, key="a.b", trace=trace)) == "表a.b"


def test_text_from_a_register_is_shown_not_read(shown) -> None:
    html = shown(pd.DataFrame({"message_zh": ["<script>alert(1)</script>", "**a** & b"], "row": [1, 12345]}))["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "**a** &amp; b" in html
    assert ">12345<" in html  # a row of a sheet is a name, not a quantity


def test_columns_of_the_other_language_stay_off_the_page(shown) -> None:
    frame = pd.DataFrame({"code": ["x"], "message_zh": ["中"], "message_en": ["e"]})
    assert rows(shown(frame, lang="en"))[1] == ["x", "e"]
    assert rows(shown(frame))[1] == ["x", "中"]


def test_an_empty_table_keeps_its_header(shown) -> None:
    bundle = shown(frames.shares().head(0), key="causes.shares", total=True)
    assert rows(bundle)[0][0] == "主要致贫原因"
    assert bundle[mime.TABLE]["csv"] == "cause_main,households,persons,share_households,share_persons\n"


@pytest.mark.parametrize("key", ["", "../x", "Causes.shares", "a b", "a..b"])
def test_a_key_that_could_not_name_a_file_is_refused(shown, key: str) -> None:
    with pytest.raises(ValueError, match="a key is"):
        shown(frames.shares(), key=key)


def test_it_works_in_plain_ipython() -> None:
    InteractiveShell.instance()
    try:
        with capture_output() as captured:
            tables.show(frames.shares(), key="causes.shares")
    finally:
        InteractiveShell.clear_instance()
    assert "因病 | 947" in captured.outputs[0].data["text/plain"]
    assert captured.stderr == ""


def test_months_and_short_names_of_villages_keep_their_line_on_english_pages(shown) -> None:
    frame = pd.DataFrame({"sign": ["early_exit"] * 3, "village": ["西杨庄村", "恒东小区居委会", "某某经济技术开发区居委会"],
                          "period": ["2016-09", "2016-05", None], "helping_unit": ["县扶贫办"] * 3})  # fmt: skip
    english, chinese = (shown(frame, lang=lang)["text/html"] for lang in ("en", "zh"))
    assert re.findall(r'<td class="name">([^<]*)</td>', english) == ["西杨庄村", "恒东小区居委会"]
    assert "<td>县扶贫办</td>" in english, "names of units may be broken: tables with them are wide"
    assert "<td>某某经济技术开发区居委会</td>" in english, "a long name may be broken"
    assert re.findall(r'<td class="day">([^<]*)</td>', english) == ["Sep 2016", "May 2016"]
    assert "2016年9月" in chinese
    assert 'class="name"' not in chinese
    stub = shown(frame[["village", "period"]], lang="en")["text/html"]
    assert '<th class="name" scope="row">西杨庄村</th>' in stub


def test_of_several_labels_in_a_cell_the_first_alone_has_a_capital(shown) -> None:
    frame = pd.DataFrame({"causes": ["illness;lack_of_labour;disability", "schooling"],
                          "claim": ["130123200;130123103", "illness;disability"],
                          "key": ["registered_persons", "130123103"]})  # fmt: skip
    assert rows(shown(frame, lang="en"))[1:] == [
        ["Illness, lack of labour, disability", "Nanniu, Xin'an", "Registered persons"],
        ["Schooling", "Illness, disability", "Xin'an"],
    ]
    assert rows(shown(frame))[1] == ["因病、缺劳力、因残", "南牛乡、新安镇", "在册贫困人口"]


def test_a_cut_table_says_so_and_hands_over_all_rows(shown):
    frame = pd.DataFrame({"township": list("甲乙丙"), "persons": [1, 2, 4]})
    bundle = shown(frame, key="a.b", lang="en", rows=2, total=True)
    assert "first 2 of 3 rows" in bundle["text/html"]
    assert "丙" not in bundle["text/html"]
    assert "Total | 7" in bundle["text/plain"], "the total is that of all rows"
    assert bundle[mime.TABLE]["csv"].count("\n") == 4


def test_of_every_kind_the_first_rows_are_shown(shown) -> None:
    frame = pd.DataFrame({"rule": ["false.income"] * 3 + ["paper.round"], "persons": [11, 22, 33, 44]})
    bundle = shown(frame, key="a.b", lang="en", rows=2, each="rule")
    assert "Shown are 3 of 4 rows, up to 2 of each kind;" in bundle["text/html"]
    assert [n for n in (11, 22, 33, 44) if f">{n}<" in bundle["text/html"]] == [11, 22, 44]
    assert "up to" not in shown(frame, key="a.b", lang="en", rows=3, each="rule")["text/html"]


def test_where_no_name_is_short_no_cell_is_taken_for_one_and_signs_of_html_are_names_too(shown) -> None:
    long = pd.DataFrame({"village": ["某某街道某某社区居民委员会"], "note": [""]})
    assert 'class="name"' not in shown(long, lang="en")["text/html"]
    signs = pd.DataFrame({"village": ["甲&乙村"], "note": [""]})
    assert re.findall(r'<t[dh] class="name"[^>]*>([^<]*)<', shown(signs, lang="en")["text/html"]) == ["甲&amp;乙村"]
