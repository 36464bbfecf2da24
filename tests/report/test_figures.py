"""Figures: labels, order and values as drawn, in both languages; every title is a finding, every figure names its unit."""

import base64
import re
from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
import result_frames as frames

from tuopin_analysis.errors import InputError
from tuopin_analysis.report import drawing, figures, style

mpl.use("agg")


@pytest.fixture(autouse=True)
def closed():
    style.use_style("zh")
    yield
    plt.close("all")


def quotients() -> pd.DataFrame:
    frame = frames.by_township()
    return frame.assign(location_quotient_persons=frame["share_persons"] / frame["cause_main"].map(
        {"illness": 0.58, "disability": 0.36, "other": 0.06}))  # fmt: skip


DRAWN = {
    "cause_bars": lambda lang: figures.cause_bars(frames.shares(), lang=lang),
    "cause_compare": lambda lang: figures.cause_compare(frames.compare(), "新安镇", "全县", lang=lang),
    "cause_by_township": lambda lang: figures.cause_by_township(frames.by_township(), highlight="130123103", lang=lang),
    "cause_by_class": lambda lang: figures.cause_by_class(frames.by_size(), "size_class", lang=lang),
    "township_bars": lambda lang: figures.township_bars(frames.distribution(), "persons", lang=lang),
    "township_bars_highlight": lambda lang: figures.township_bars(frames.distribution(), "households", "130123200", lang=lang),
    "township_units": lambda lang: figures.township_units(frames.distribution(), lang=lang),
    "township_remaining": lambda lang: figures.township_remaining(frames.distribution(), lang=lang),
    "quotient_grid": lambda lang: figures.quotient_grid(quotients(), lang=lang),
    "progress_lines": lambda lang: figures.progress_lines(frames.progress(1461), lang=lang),
    "progress_households": lambda lang: figures.progress_lines(frames.progress(), "households", lang=lang),
    "place_progress": lambda lang: figures.place_progress(frames.by_place(), lang=lang),
    "audit_gaps": lambda lang: figures.audit_gaps(frames.audit(), lang=lang),
}


def title(ax) -> str:
    return drawing.figure(ax).get_suptitle().replace("\n", "" if re.search("[\u4e00-\u9fff]", ax.get_label()) else " ")


def names(ax) -> list[str]:
    return [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]


def texts(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_fits_its_sheet_and_has_a_finding_and_an_alternative_text(name: str, lang: str) -> None:
    ax = DRAWN[name](lang)
    figure = drawing.figure(ax)
    figure.canvas.draw()
    sheet = figure.bbox
    written = [*ax.texts, *ax.get_yticklabels(), *ax.get_xticklabels(), ax.xaxis.label, ax.yaxis.label, figure._suptitle]
    for text in written:
        if text.get_visible() and text.get_text():
            box = text.get_window_extent()
            assert box.x0 >= sheet.x0 - 1, text.get_text()
            assert box.x1 <= sheet.x1 + 1, text.get_text()
            assert box.y0 >= sheet.y0 - 1, text.get_text()
            assert box.y1 <= sheet.y1 + 1, text.get_text()
    assert re.search(r"\d", title(ax)), "a title says a finding"
    assert len(ax.get_label()) > len(title(ax)), "the alternative text tells the values too"
    assert not re.search(r"{|nan|NA", ax.get_label())


@pytest.mark.parametrize("name", ["township_bars", "place_progress", "cause_by_township", "township_units", "audit_gaps"])
def test_names_of_rows_do_not_overlap(name: str) -> None:
    for lang in ("zh", "en"):
        ax = DRAWN[name](lang)
        drawing.figure(ax).canvas.draw()
        boxes = sorted((label.get_window_extent() for label in ax.get_yticklabels()), key=lambda box: box.y0)
        assert all(low.y1 <= high.y0 + 1 for low, high in pairwise(boxes))


def test_causes_in_both_units_with_a_legend_that_names_them() -> None:
    ax = figures.cause_bars(frames.shares())
    assert title(ax) == "因病占在册贫困人口的57.8%、在册贫困户的55.9%"
    assert names(ax) == ["因病", "因残", "因求学、缺乏劳动力等"]
    assert texts(ax)[:2] == ["55.9%（947户）", "39.1%（662户）"]
    assert "57.8%（2,112人）" in texts(ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["户", "人"]
    widths = [patch.get_width() for patch in ax.patches]
    assert widths[0] == pytest.approx(947 / 1695)
    assert mpl.colors.to_hex(ax.patches[0].get_facecolor()).upper() == style.HOUSEHOLDS
    assert mpl.colors.to_hex(ax.patches[3].get_facecolor()).upper() == style.PERSONS


def test_a_figure_draws_on_the_axes_given_and_returns_them() -> None:
    _, both = plt.subplots(1, 2)
    assert figures.township_bars(frames.distribution(), ax=both[1], lang="en") is both[1]
    assert both[1].get_title(loc="left").replace("\n", " ") == "Nanniu and Xin'an: together 36.9% of registered persons"


def test_townships_stand_in_order_of_the_unit() -> None:
    persons = figures.township_bars(frames.distribution(), "persons", lang="en")
    assert names(persons)[:3] == ["Nanniu", "Xin'an", "Beizaoxian"]
    households = figures.township_bars(frames.distribution(), "households", lang="en")
    assert names(households)[:3] == ["Xin'an", "Nanniu", "Zhengding"]
    assert title(households) == "Xin'an and Nanniu: together 40.9% of registered households"
    assert texts(households)[0] == "394 households, 23.2%"


def test_a_township_is_shown_beside_the_county() -> None:
    ax = figures.township_bars(frames.distribution(), "households", "130123200", lang="en")
    assert title(ax) == "Nanniu: 299 households, 17.6% of registered households, number 2 of 8 townships"
    colours = [mpl.colors.to_hex(patch.get_facecolor()).upper() for patch in ax.patches]
    assert colours.count(style.HOUSEHOLDS) == 1
    assert colours[1] == style.HOUSEHOLDS
    assert [label.get_fontweight() for label in ax.get_yticklabels()].count("bold") == 1


def test_the_unit_decides_which_township_is_first() -> None:
    ax = figures.township_units(frames.distribution())
    assert title(ax) == "户数最多的是新安镇（23.2%），人数最多的是南牛乡（19.0%）"


def test_the_widest_gap_between_township_and_county() -> None:
    ax = figures.cause_compare(frames.compare(), "Xin'an", "the county", lang="en")
    assert title(ax) == "Illness: 7.2 points above the county (by persons)"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Xin'an", "the county"]


def test_the_stack_of_causes_adds_to_the_whole() -> None:
    ax = figures.cause_by_township(frames.by_township())
    assert title(ax).startswith("因病比重新安镇最高（68.0%）")
    ends = [patch.get_x() + patch.get_width() for patch in ax.patches][-8:]
    assert ends == pytest.approx([1.0] * 8)


def test_sizes_in_order_with_their_sums() -> None:
    ax = figures.cause_by_class(frames.by_size(), "size_class", lang="en")
    assert names(ax) == ["household of 1", "household of 2", "6 persons and more"]
    assert "420 households, 53.8%" in texts(ax)  # 400 + 20 of 780


@pytest.mark.parametrize(("actual", "words"), [(1461, "比目标少1人"), (1462, "与目标相等"), (1463, "比目标多1人")])
def test_the_title_tells_a_target_missed_by_one_person(actual: int, words: str) -> None:
    ax = figures.progress_lines(frames.progress(actual))
    assert title(ax) == f"2016年12月累计脱贫{actual:,}人，{words}"
    planned, done = ax.lines[0], ax.lines[1]
    assert len(planned.get_xdata()) == 24
    assert len(done.get_xdata()) == 12, "what is not known yet is not drawn"
    assert done.get_ydata()[-1] == actual


def test_places_behind_stand_on_top_with_their_status_in_words() -> None:
    ax = figures.place_progress(frames.by_place(), lang="en")
    assert title(ax) == "2 of 8 townships behind plan"
    assert names(ax)[:2] == ["Nanniu", "Xipingle"]
    assert texts(ax)[0] == "31.0%, behind"
    assert sorted(text.split(", ")[1] for text in texts(ax)) == ["ahead", "behind", "behind"] + ["on course"] * 5


def test_more_places_than_a_page_can_hold_are_counted() -> None:
    ax = figures.place_progress(frames.by_place(), limit=3, lang="en")
    assert len(names(ax)) == 3
    assert ax.get_xlabel().endswith("; 5 more in the table")
    assert title(ax) == "2 of 8 townships behind plan"
    left = figures.township_remaining(frames.distribution(), limit=3, lang="en")
    assert left.get_xlabel().endswith("; 5 more in the table")
    whole = frames.distribution()["remaining_persons"].sum()
    assert f"{whole:,} persons" in title(left)


def test_the_audit_tells_verdicts_in_words() -> None:
    ax = figures.audit_gaps(frames.audit(), lang="en")
    assert title(ax) == "2 of 4 stated shares do not follow from the counts"
    assert "stated 36.4%, computed 36.45%: inconsistent" in texts(ax)
    clean = figures.audit_gaps(frames.audit().head(3), lang="en")
    assert title(clean) == "All 2 stated shares follow from the counts"
    assert "Nothing is published" in title(figures.audit_gaps(frames.audit().tail(1), lang="en"))


def test_nothing_registered_is_said_not_drawn() -> None:
    none = frames.distribution().head(0)
    for ax in (
        figures.cause_bars(frames.shares((0, 0, 0), (0, 0, 0)), lang="en"),
        figures.township_bars(none, lang="en"),
        figures.township_remaining(none, lang="en"),
        figures.township_units(none, lang="en"),
        figures.cause_by_township(frames.by_township().head(0), lang="en"),
        figures.cause_by_class(frames.by_size().head(0), "size_class", lang="en"),
    ):
        assert title(ax) == "No registered households"
        assert not ax.patches


def test_one_township_alone() -> None:
    one = frames.distribution().head(1).assign(share_persons=1.0, share_households=1.0)
    assert title(figures.township_bars(one, lang="en")) == "Zhengding: 100.0% of registered persons"
    figures.township_units(one)
    assert title(figures.cause_by_township(frames.by_township().head(3), lang="en")) == "Illness: 58.0% in Zhengding, by persons"


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(InputError, match="households or persons"):
        figures.township_bars(frames.distribution(), "people")


def test_show_gives_equal_bytes_an_alternative_text_and_closes(monkeypatch) -> None:
    found: list[tuple[dict, dict]] = []
    monkeypatch.setattr(drawing, "display", lambda bundle, metadata, raw: found.append((bundle, metadata)))
    for _ in range(2):
        figures.show(figures.cause_bars(frames.shares()))
    figures.show(figures.cause_bars(frames.shares()), alt="own words")
    assert plt.get_fignums() == []
    (first, metadata), (second, _), (_, own) = found
    assert first == second
    assert metadata["image/png"]["alt"].startswith("因病占在册贫困人口的57.8%")
    assert own["image/png"]["alt"] == "own words"
    png = base64.b64decode(first["image/png"])
    assert b"Software" not in png
    assert b"Creation" not in png
    assert len(png) < 120_000
