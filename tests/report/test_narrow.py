"""Heads of columns that break between their words, and boxes that scroll on a telephone."""

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import checking, narrow

RESULTS = dictionary.COLUMNS[dictionary.COLUMNS["table"] == "results"]
LABELS = sorted({*RESULTS["label_zh"], *checking.words("zh")["heads"], checking.words("zh")["detail"]})


def test_every_head_of_a_table_breaks_into_short_pieces_and_loses_nothing():
    pieces = {label: narrow.parts(label) for label in LABELS}
    assert [label for label, parts in pieces.items() if "".join(parts) != label] == []
    long = [label for label, parts in pieces.items() if any(len(part) > 4 and "（" not in part for part in parts)]
    assert long == []
    alone = [label for label, parts in pieces.items() if len(label) > 1 and any(len(part) == 1 for part in parts)]
    assert alone == []


def test_no_word_is_listed_that_no_head_has():
    found = {piece for label in LABELS for piece in narrow._PIECES.findall(label)}
    assert [word for word in narrow.WORDS.split() if word not in found] == []


def test_heads_break_where_a_reader_would_break_them():
    heads = ["控制下限", "计划脱贫比重（人口）", "已脱贫无记录户数", "不属实（不认可）数", "p值", "户数"]
    assert ["|".join(narrow.parts(head)) for head in heads] == [
        "控制|下限", "计划|脱贫|比重|（人口）", "已脱贫|无记录|户数", "不属实|（不认可）数", "p值", "户数",
    ]  # fmt: skip


def test_boxes_that_scroll_are_reached_by_the_keyboard_and_have_a_name():
    html = '<div class="tablebox"><table></table></div><figure><img></figure><pre>&lt;figure&gt;</pre>'
    assert narrow.page(html, "en") == (
        '<div class="tablebox" role="group" tabindex="0" aria-label="Table (scrolls sideways)"><table></table></div>'
        '<figure tabindex="0" aria-label="Figure (scrolls sideways)"><img></figure><pre>&lt;figure&gt;</pre>'
    )


def test_signs_in_a_head_stay_escaped():
    assert narrow.page('<th scope="col">户数 &lt;&amp;&gt; "比重"</th>', "zh") == (
        '<th scope="col">户数<wbr> &lt;&amp;&gt; "<wbr>比重"</th>'
    )
