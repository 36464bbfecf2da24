"""Maps: classes by hand, missing is not nought, labels that do not collide, a source, an alternative text, equal bytes."""

import io
from itertools import combinations
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import result_frames as frames
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import outlines
from tuopin_analysis.register.outlines_read import Problem
from tuopin_analysis.report import drawing, maps, maps_classes, maps_marks, maps_words, style

mpl.use("agg")
CELLS, TILES = outlines.of("demo"), outlines.of("demo", "public")
STREETS = ["三里屯街道", "诸福屯街道"]


@pytest.fixture(autouse=True)
def closed():
    style.use_style("zh")
    yield
    plt.close("all")


def drawn(column="persons", table=None, shapes=CELLS, **more):
    return maps.draw(frames.distribution() if table is None else table, column, shapes, **more)


def suppressed():
    """Zhengding's figure is suppressed, Xinchengpu's is not on record."""
    table = frames.by_place().assign(suppressed=["share_actual"] + [""] * 7)
    table.loc[[0, 1], "share_actual"] = float("nan")
    return table


DRAWN = {
    "symbols": lambda lang: drawn(kind="symbols", lang=lang, highlight="130123103"),
    "choropleth": lambda lang: drawn("remaining_persons", lang=lang),
    "low": lambda lang: drawn("remaining_persons", lang=lang, height=4.6),
    "categories": lambda lang: drawn("status", frames.by_place(), lang=lang),
    "tiles": lambda lang: drawn("share_actual", suppressed(), TILES, lang=lang),
    "several": lambda lang: maps.several(frames.distribution(), ["households", "persons"], CELLS, lang=lang),
}


def written(ax):
    sheet = drawing.figure(ax)
    sheet.canvas.draw()
    legends = [text for one in sheet.axes for text in [*one.get_legend().get_texts(), one.get_legend().get_title()]]
    titles = [title for one in sheet.axes for title in (one.title, one._left_title)]
    return [text for text in [*(t for one in sheet.axes for t in one.texts), *sheet.texts, *legends, *titles] if text.get_text()]


def test_a_title_of_two_lines_has_its_room_and_the_map_keeps_its_size():
    one, two = drawn("persons", lang="zh"), drawn("remaining_persons", lang="en")
    sheets = [drawing.figure(ax) for ax in (one, two)]
    assert [sheet.get_suptitle().count("\n") for sheet in sheets] == [0, 1]
    sizes = [ax.get_position().transformed(sheet.transFigure) for ax, sheet in zip((one, two), sheets, strict=True)]
    assert sizes[0].height == pytest.approx(sizes[1].height)
    free = []
    for ax, sheet in zip((one, two), sheets, strict=True):
        sheet.canvas.draw()
        free.append(sheet._suptitle.get_window_extent().y0 - max(patch.get_window_extent().y1 for patch in ax.patches))
    assert free[1] > 0.6 * free[0] > 0


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_nothing_on_a_map_is_cut_and_nothing_covers_anything(name, lang):
    ax = DRAWN[name](lang)
    boxes = [(text.get_text(), text.get_window_extent()) for text in written(ax)]
    sheet = drawing.figure(ax).bbox
    for text, box in boxes:
        assert sheet.x0 <= box.x0 < box.x1 <= sheet.x1 + 1, text
        assert sheet.y0 <= box.y0 < box.y1 <= sheet.y1, text
    for (one, first), (other, second) in combinations(boxes, 2):
        assert not first.padded(-1).overlaps(second.padded(-1)), (one, other)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_every_map_names_its_source_and_tells_every_place(name, lang):
    ax = DRAWN[name](lang)
    texts = " ".join(text.get_text() for text in written(ax)).replace("\n", "" if lang == "zh" else " ")
    assert ("示意图" if lang == "zh" else "Schematic") in texts
    alt = ax.get_label()
    named = ["新安镇", "南牛乡", *STREETS] if lang == "zh" else ["Xin'an", "Nanniu", "Zhufutun Subdistrict"]
    assert all(place in alt for place in named)
    assert "nan" not in alt.lower().replace("nanniu", "").replace("nanlou", "")


def test_a_township_without_a_report_is_not_nought():
    table = frames.distribution()
    table.loc[0, "persons"] = 0
    ax = drawn(table=table)
    alt = ax.get_label()
    assert "正定镇：0人" in alt
    assert all(f"{street}：未报告（不等于零）" in alt for street in STREETS)
    hatched = [patch for patch in ax.patches if patch.get_hatch()]
    assert len(hatched) == 2
    assert "未报告（不等于零）" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_missing_and_suppressed_figures_are_told_apart():
    ax = drawn("share_actual", suppressed(), TILES)
    assert "正定镇：隐去（×）" in ax.get_label()
    assert "新城铺镇：没有数字" in ax.get_label()
    on_map = {text.get_text() for text in ax.texts}
    assert {"正定镇\n×", "新城铺镇\n—"} <= on_map
    assert "隐去的数字标×" in drawing.figure(ax).get_suptitle()
    assert "最高" not in drawing.figure(ax).get_suptitle(), "a finding could be untrue of what is suppressed"


def test_the_finding_names_the_most_and_the_fewest():
    assert drawing.figure(drawn()).get_suptitle() == "人数：南牛乡最多（694人），曲阳桥乡最少（295人）"
    alike = frames.distribution().assign(persons=5)
    assert drawing.figure(drawn(table=alike, lang="en")).get_suptitle() == "Persons: 5 persons in every place that reports"


def test_natural_breaks_by_hand():
    values = [1, 2, 4, 50, 51, 52, 300, 310, 320]  # three clusters: no other division into three has smaller squares
    assert [(one.low, one.high) for one in maps_classes.classes(values, "#D55E00")] == [(1, 4), (50, 52), (300, 320)]
    ax = drawn()
    assert [text.get_text() for text in ax.get_legend().get_texts()][:3] == ["295–394人", "517人", "655–694人"]
    assert "自然断点法" in ax.get_legend().get_title().get_text()


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_every_value_is_in_one_class_and_few_places_have_few_classes(values):
    found = maps_classes.classes(values, "#D55E00")
    assert len(found) <= min(5, len(set(values)))
    assert [sum(one.low <= value <= one.high for one in found) for value in values] == [1] * len(values)
    assert len({one.colour for one in found}) == len(found)


def test_the_fill_of_a_place_is_that_of_its_class():
    ax = drawn()
    legend = {text.get_text(): to_hex(patch.get_facecolor()) for text, patch in
              zip(ax.get_legend().get_texts(), ax.get_legend().get_patches(), strict=True)}  # fmt: skip
    fills = [to_hex(patch.get_facecolor()) for patch in ax.patches]
    assert fills.count(legend["655–694人"]) == 2
    assert fills.count(legend["517人"]) == 1
    assert fills.count(legend["295–394人"]) == 5


def test_circles_have_the_area_of_their_number():
    ax = drawn(kind="symbols")
    sizes = dict(zip(sorted(frames.distribution()["persons"]), sorted(ax.collections[0].get_sizes()), strict=True))
    assert sizes[295] / sizes[694] == pytest.approx(295 / 694)
    legend = zip(ax.get_legend().get_texts(), ax.get_legend().legend_handles, strict=True)
    marker = {text.get_text(): handle.get_markersize() for text, handle in legend if hasattr(handle, "get_markersize")}
    assert marker["500人"] ** 2 / sizes[694] == pytest.approx(500 / 694)


def test_labels_that_find_no_room_are_counted_not_piled():
    n = 150
    codes, names = [f"130123100{at:03}" for at in range(n)], [f"某某某某某村{at}" for at in range(n)]
    places = pd.DataFrame({"village_code": codes, "village": names, "persons": range(n)})
    ax = drawn(table=places, shapes=outlines.village_tiles(places))
    drawing.figure(ax).canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    caption = "".join(text.get_text() for text in drawing.figure(ax).texts).replace("\n", "")
    assert f"另有{n - len(boxes)}个名称图上排不下" in caption


def test_a_highlighted_township_is_framed():
    ax = drawn(highlight="130123103")
    assert [patch.get_linewidth() for patch in ax.patches].count(2.6) == 1


def test_equal_tables_give_equal_bytes():
    def png():
        buffer = io.BytesIO()
        drawing.figure(drawn("status", frames.by_place())).savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()

    assert png() == png()


def test_what_cannot_be_drawn_is_refused_with_what_can():
    with pytest.raises(InputError, match=r"no column 'person'.*did you mean 'persons'"):
        drawn("person")
    with pytest.raises(InputError, match="symbols of 'share_persons'"):
        drawn("share_persons", kind="symbols")
    with pytest.raises(InputError, match="several rows for 130123100"):
        drawn("persons", frames.by_township())
    with pytest.raises(InputError, match="no outlines of villages"):
        drawn("persons", frames.distribution().rename(columns={"township_code": "village_code"}))


def test_a_table_without_a_figure_says_so():
    table = frames.distribution().assign(headcount_ratio=float("nan"))
    assert drawing.figure(drawn("headcount_ratio", table)).get_suptitle() == "贫困发生率：没有数字记录"


PROBLEMS = (
    Problem("missing", value="130123102"),
    Problem("unknown_place", 2, "新安真", "新安镇"),
    Problem("doubled", 4, "130123100", "3"),
)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ["有3处问题", "缺少有在册贫困户的乡镇：新城铺镇", "第2个要素（“新安真”，最接近的是新安镇）", "与第3个要素重复"]),
     ("en", ["(3 faults)", "missing: Xinchengpu", "feature 2 (“新安真”, nearest: Xin'an)", "already feature 3"])],
)  # fmt: skip
def test_the_page_says_why_a_countys_file_is_not_used(lang, words):
    told = maps.notes(SimpleNamespace(problems=PROBLEMS), lang)
    assert all(word in told for word in words)
    assert maps.notes(SimpleNamespace(problems=()), lang) == ""


@pytest.mark.parametrize(
    ("lang", "told"),
    [("zh", "townships.geojson中有乡镇边界互相重叠，地图按原样绘制，请核对边界：正定镇与新城铺镇（占较小一方面积的12.3%）。"),
     ("en", "Townships that overlap in townships.geojson are drawn as they are; check their borders: "
            "Zhengding and Xinchengpu (12.3% of the smaller one).")],
)  # fmt: skip
def test_the_page_names_the_townships_that_overlap(lang, told):
    assert maps.notes(SimpleNamespace(problems=(Problem("overlap", value="130123100;130123102", hint="0.1230"),)), lang) == told


def test_every_problem_of_a_file_has_its_sentence():
    import re
    from inspect import getsource

    from tuopin_analysis.register import outlines_read

    codes = set(re.findall(r'Problem\("(\w+)"', getsource(outlines_read))) | {"missing", "not_drawn", "swapped", "out_of_range"}
    assert codes == set(maps_words._texts("en"))
    assert set(maps_words.NOTES) == set(outlines_read.NOTES)


def test_dark_fills_bear_white_letters():
    assert maps_classes.ink_on("#D66F1A") == style.INK
    assert maps_classes.ink_on("#0B3D2E") == "white"
    assert maps_marks.BLANK != "#ffffff"


def own_outlines():
    """What a county's own file gives: here the cells, and two villages of Zhengding as halves of a square."""
    halves = [np.array([[x, 0.0], [x + 1, 0], [x + 1, 2], [x, 2]]) for x in (0.0, 1.0)]
    villages = pd.DataFrame(
        {
            "code": ["130123100202", "130123103001"],
            "name": ["西门里村", "新安村"],
            "x": [0.5, 1.5],
            "y": 1.0,
            "parts": [[h] for h in halves],
        }
    )
    return outlines.Outlines("county", CELLS.frame, villages)


def test_a_countys_own_outlines_are_named_as_such_and_not_as_schematic():
    ax = drawn(shapes=own_outlines())
    caption = "".join(text.get_text() for text in drawing.figure(ax).texts)
    assert "县里提供的townships.geojson" in caption
    assert "示意图" not in caption


def test_villages_are_those_of_the_townships_in_the_table_and_others_are_counted():
    table = pd.DataFrame(
        {"village_code": ["130123100202", "130123100203"], "village": ["西门里村", "西南街村"], "persons": [4, 5]}
    )
    ax = drawn(table=table, shapes=own_outlines())
    assert [text.get_text() for text in ax.texts] == ["西门里村\n4"]  # narrow: the unit stands in the legend
    assert "表中有1个单位图上没有界线" in "".join(text.get_text() for text in drawing.figure(ax).texts).replace("\n", "")
