"""Pages of supervision and of county goals: sentences and figures, in both languages, with much, little and nothing to say."""

import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from analysis.samples import RULES

from tuopin_analysis.analysis import composite, goals, ranking
from tuopin_analysis.analysis.supervision import MORE_IS_BETTER
from tuopin_analysis.register import goals as supplied
from tuopin_analysis.report import drawing, figures, language, sentences, style

mpl.use("agg")
S = RULES.supervision.model_copy(update={"draws": 400})
TWO = {"out": ("k", "n"), "doubtful_exits": ("wrong", "k"), "overdue": ("late", "n")}
CODES = ["130123100", "130123103", "130123200", "130123204"]
NAMES = ["正定镇", "新安镇", "南牛乡", "曲阳桥乡"]


@pytest.fixture(autouse=True)
def closed():
    style.use_style("zh")
    yield
    plt.close("all")


def counted(late=(10, 60, 10, 0), k=(300, 150, 150, 1)) -> pd.DataFrame:
    frame = pd.DataFrame({"township_code": CODES, "township": NAMES, "k": k, "n": [400, 400, 400, 2], "wrong": [90, 2, 3, 0],
                          "late": late})  # fmt: skip
    return frame.astype({"township_code": "str", "township": "str"} | dict.fromkeys(("k", "n", "wrong", "late"), "Int64"))


def ranks(frame=None) -> pd.DataFrame:
    return ranking.ranks(counted() if frame is None else frame, TWO, MORE_IS_BETTER, S)


def even() -> pd.DataFrame:
    return ranks(counted((10, 10, 10, 0), (200, 200, 200, 1)).assign(wrong=pd.array([2, 2, 2, 0], dtype="Int64")))


def scores(lang="zh") -> pd.DataFrame:
    return composite.composite(ranks(), TWO, MORE_IS_BETTER, S)


def reached() -> pd.DataFrame:
    found = goals.series(supplied.indicators("demo"), supplied.known(), "2017-12-31")
    left = pd.DataFrame({"remaining_persons": [156]})
    return goals.table(found, supplied.known(), left, as_of="2017-12-31", settings=S)


def series(as_of="2017-12-31") -> pd.DataFrame:
    return goals.series(supplied.indicators("demo"), supplied.known(), as_of)


def test_criticism_and_praise_carry_their_evidence():
    told = ranks()
    text = sentences.verdict_finding(ranking.judged(told), "en").split("\n")
    assert text[0].startswith("To be criticised: Zhengding, irregular exits 30.0% (90 of 300 exits; county 15.8%, limits ")
    assert "Xin'an, overdue households 15.0% (60 of 400 households; county 6.7%" in text[0]
    assert text[1].startswith("To be commended: ")
    assert text[2].startswith("Beyond the limits, but to be confirmed first")
    assert "Zhengding, households out 75.0% (300 of 400 households; county 50.0%" in text[2]
    assert "南牛乡不合规退出占比2.0%（150户次中3户次；全县15.8%" in sentences.verdict_finding(ranking.judged(told))


def test_where_chance_explains_all_nobody_is_named():
    assert ranking.judged(even()).empty
    assert sentences.verdict_finding(ranking.judged(even()), "en").startswith("No township lies outside")


def test_a_township_hears_of_itself():
    assert sentences.place_judged(ranks(), "county") == ""
    text = sentences.place_judged(ranks(), CODES[1], "en")
    judged = "criticise: households out; commend: irregular exits; criticise: overdue households"
    assert text.startswith(f"Xin'an lies outside the limits in 3 of 3 indicators ({judged}).")
    text = sentences.place_judged(ranks(), CODES[3], "en")
    assert text == "Quyangqiao: all 3 indicators have too small a base to be judged."


def test_what_is_not_on_record_is_named():
    told = composite.indicators(ranks(), {**TWO, "upheld": ("x", "y")}, MORE_IS_BETTER, S)
    assert sentences.lacking_finding(told, "en") == (
        "Nothing on record, or nobody concerned: with an upheld complaint; missing is not nought."
    )
    assert sentences.lacking_finding(told[told["cases"].notna()], "en") == ""
    assert sentences.weights_finding(told, "en") == (
        "Weights: households out 46.7%, irregular exits 33.3% and overdue households 20%."
    )


def test_the_score_is_told_with_what_it_rests_on():
    nobody = ranking.judged(even())
    text = sentences.composite_finding(scores(), nobody, "en")
    assert re.search(
        r"score \d+\.\d, rank 1 \(by chance [\d–]+, with other weights [\d–]+, with one indicator left out [\d–]+\)", text
    )
    assert sentences.composite_finding(scores().head(1), nobody) == ""


def test_a_first_place_that_is_criticised_is_no_ground_for_praise():
    first = scores().sort_values("rank").iloc[0]
    rows = [(first["township_code"], "criticise", "overdue", ""), (first["township_code"], "commend", "out", ""),
            (first["township_code"], "criticise", "no_measure", "甲"), ("none", "criticise", "out", "")]  # fmt: skip
    verdicts = pd.DataFrame(rows, columns=["township_code", "judgement", "indicator", "helping_unit"])
    place = language.place(first["township"], "en")
    assert (
        f"The score of {place} is no ground for praise: it is criticised, or to be confirmed, for overdue households."
        in sentences.composite_finding(scores(), verdicts, "en")
    )
    assert "no ground" not in sentences.composite_finding(scores(), verdicts.tail(3), "en")


def test_what_lies_on_the_good_side_without_being_praised_is_counted_as_outside():
    row = {"township_code": "130123103", "township": "新安镇", "cases": 0, "base": 394, "rate": 0.0, "limit_lo": 0.003,
           "limit_hi": 0.05, "judgement": "ordinary"}  # fmt: skip
    both = pd.DataFrame([row | {"indicator": "early"}, row | {"indicator": "overdue", "limit_lo": 0.0}])
    assert sentences.place_judged(both, "130123103", "en") == (
        "Xin'an lies outside the limits in 1 of 2 indicators (better than the limits, but a duty: early exits)."
    )
    assert sentences.place_judged(both.tail(1), "130123103", "en") == "Xin'an lies within the limits in all 1 indicators."


@pytest.mark.parametrize(
    ("indicator", "words"),
    [
        ("out", "（20户中3户；"),
        ("doubtful_exits", "（20户次中3户次；"),
        ("complaints_late", "（20件中3件；"),
        ("doubtful_rows", "（20行中3行；"),
    ],
)
def test_what_was_counted_is_told_with_its_unit(indicator, words):
    row = {"judgement": "criticise", "township": "新安镇", "helping_unit": "", "indicator": indicator, "cases": 3, "base": 20,
           "rate": 0.15, "county_rate": 0.05, "limit_lo": 0.0, "limit_hi": 0.1}  # fmt: skip
    assert words in sentences.verdict_finding(pd.DataFrame([row]))


@pytest.mark.parametrize("few", [1, 2])
def test_indicators_too_small_to_be_judged_are_counted(few):
    told = ranks()
    rows = told[told["township_code"] == CODES[1]].copy()
    rows.iloc[:few, rows.columns.get_loc("judgement")] = "too_few"
    more = {1: "1 more has too small a base to be judged.", 2: "2 more have too small a base to be judged."}
    assert sentences.place_judged(rows, CODES[1], "en").endswith(more[few])


def test_how_many_false_judgements_to_expect():
    about = SimpleNamespace(source_zh="某处。", source_en="somewhere.", synthetic=True)
    text = sentences.supervision_trust(about, ranks(), S, "en")
    assert "99.8% of the rates" in text
    assert "of 9 rates judged, about 0.0 would" in text
    assert "SYNTHETIC" in text
    assert "模拟400次" in sentences.supervision_trust(about, ranks(), S)


def test_series_are_compared_only_where_both_have_the_year():
    assert sentences.compared(series(), "en") == ""
    assert "no year has both" in sentences.compared(series().head(0), "en")


def test_units():
    units = pd.DataFrame({"helping_unit": ["甲", "乙"], "households": pd.array([20, 3], dtype="Int64")})
    judged = pd.DataFrame({"helping_unit": ["甲", ""], "judgement": ["criticise", "criticise"]})
    text = sentences.unit_finding(units, judged, 10, "en")
    assert text.startswith("Units: 2; with fewer than 10 households, and so not judged by their exits: 1.")
    assert text.endswith("Criticise: 甲.")
    assert sentences.unit_finding(units.head(1), judged.tail(1), 10, "en") == "Units: 1. None lies outside the limits."
    assert "on record" in sentences.unit_finding(units.assign(households=0), judged, 10, "en")


def test_a_goal_that_is_met_by_closeness_alone_says_so():
    names = ["education_kept", "medical_insured", "forest_cover", "county_listed"]
    goal = pd.DataFrame({"goal_indicator": names, "goal_unit": "per_cent", "distance": [0.0, -0.1, -0.1, None],
                         "goal_state": ["met", "met", "not_met", "met"], "target_value": [None, None, None, 0],
                         "goal": "guarantee_counties"})  # fmt: skip
    met, close, missed = sentences.goals_finding(goal, "en", Decimal("0.05")).split("\n")
    assert met.startswith("Met: 3 of 4 (compulsory education completed, covered by basic medical insurance and all poor ")
    assert close == (
        "Met without reaching the provincial mean, since the goal is to be close to it (at most 5% of it below): covered by "
        "basic medical insurance, −0.1 points against the province."
    )
    assert missed == "Not met: 1 (forest cover, −0.1 points against the province)."
    said = sentences.goals_finding(goal, "zh", Decimal("0.05")).split("\n")[1]
    assert said == "其中以“接近全省平均”为目标、低于平均值不超过5%而算达到的：城乡居民基本医保参保率与全省相差−0.1个百分点。"
    assert sentences.goals_finding(goal.iloc[[0, 2, 3]], "en", Decimal("0.05")).count("\n") == 1


def test_goals_in_words():
    text = sentences.goals_finding(reached(), "en").split("\n")
    assert text[0].startswith("Met: 6 of 13 (all poor villages off the list, all poor counties off the list, ")
    assert "forest cover, −6.1 points against the province" in text[1]
    assert any(line.startswith("Not supplied, which is neither nought nor failed: 2 (") for line in text)
    text = sentences.trend_finding(reached(), "en")
    assert text.startswith("Gaining on the province: growth of rural disposable income per head,")
    assert "Losing ground: " in text
    assert sentences.trend_finding(reached().head(2)) == ""
    text = sentences.goals_finding(reached()).split("\n")
    assert text[0].startswith("13项中达到6项（贫困村全部出列、贫困县全部摘帽、")
    assert "森林覆盖率与全省相差−6.1个百分点" in text[1]
    beds = reached().iloc[[0]].assign(goal_indicator="hospital_beds", goal_unit="per_thousand", target_value=None, distance=-0.4,
                                      goal_state="not_met")  # fmt: skip
    assert sentences.goals_finding(beds) == "未达到1项（每千人口医疗床位数与全省相差−0.4张）。"


@pytest.mark.parametrize(
    ("left", "day", "said"),
    [(9, date(2017, 12, 31), "has come: the goal is not reached"), (9, date(2017, 12, 30), "the province's is in the table"),
     (0, date(2017, 1, 1), "all are out")],
)  # fmt: skip
def test_the_countys_own_day(left, day, said):
    row = {"persons": 10, "actual_persons": 10 - left, "remaining_persons": left, "share_actual": 1 - left / 10}
    text = sentences.guarantee_finding(pd.DataFrame([row]), RULES.targets, day, "en")
    assert said in text
    hidden = pd.DataFrame([row | {"remaining_persons": None, "suppressed": "remaining_persons"}])
    assert sentences.guarantee_finding(hidden, RULES.targets, day, "en") == ""


def test_the_page_says_whose_figures_these_are():
    assert sentences.county_level("county", "正定县") == ""
    assert "正定县" in sentences.county_level(CODES[0], "正定县")
    assert "INVENTED" in sentences.invented(True, series(), "en")
    assert sentences.invented(False, series()) == ""
    assert "indicators.csv" in sentences.invented(False, series().head(0))


def test_names_in_a_funnel_can_be_read_where_a_limit_crosses_them():
    ax = figures.funnels(ranks(), ranking.funnel(ranks(), S, list(TWO)), lang="en")
    named = [text for panel in drawing.figure(ax).axes for text in panel.texts]
    assert {"Xin'an", "Nanniu"} <= {text.get_text() for text in named}
    assert all(effect._gc["foreground"] == "white" for text in named for effect in text.get_path_effects())
    assert all(text.get_path_effects() for text in named)


DRAWN = {
    "funnels": lambda lang: figures.funnels(ranks(), ranking.funnel(ranks(), S, list(TWO)), highlight=CODES[1], lang=lang),
    "rank_grid": lambda lang: figures.rank_grid(ranks(), highlight=CODES[1], lang=lang),
    "composite_ranks": lambda lang: figures.composite_ranks(scores(), lang=lang),
    "goal_distances": lambda lang: figures.goal_distances(reached(), lang=lang),
    "goal_lines": lambda lang: figures.goal_lines(series(), lang=lang),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_fits_its_sheet_and_tells_its_finding_and_its_values(name, lang):
    ax = DRAWN[name](lang)
    figure = drawing.figure(ax)
    figure.canvas.draw()
    for panel in figure.axes:
        across = zip(panel.get_xticks(), panel.get_xticklabels(), strict=False)  # a quiet axis has no labels
        seen = [label for at, label in across if panel.get_xlim()[0] <= at <= panel.get_xlim()[1]]
        for text in [*panel.texts, *panel.get_yticklabels(), *seen, panel.xaxis.label, figure._suptitle]:
            if text.get_visible() and text.get_text() and panel.axison:
                box = text.get_window_extent()
                assert box.x0 >= figure.bbox.x0 - 1, text.get_text()
                assert box.x1 <= figure.bbox.x1 + 1, text.get_text()
                assert box.y1 <= figure.bbox.y1 + 1, text.get_text()
    title = figure.get_suptitle().replace("\n", "" if lang == "zh" else " ")
    assert re.search(r"\d", title)
    assert ax.get_label().startswith(title)
    assert len(ax.get_label()) > len(title)
    assert not re.search(r"{|nan|NA", ax.get_label())


def test_who_lies_outside_is_named_in_the_funnel_and_nobody_else():
    ax = figures.funnels(ranks(), ranking.funnel(ranks(), S, ["overdue"]), lang="zh")
    judged = ranks().query("indicator == 'overdue' and judgement != 'ordinary' and judgement != 'too_few'")
    assert {text.get_text() for text in ax.texts} == set(judged["township"])
    assert {"新安镇"} <= set(judged["township"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_to_draw_is_said(lang):
    none = ranks().head(0)
    for ax in (figures.funnels(none, ranking.funnel(none, S, list(TWO)), lang=lang), figures.rank_grid(none, lang=lang),
               figures.composite_ranks(scores().head(0), lang=lang), figures.goal_distances(reached().head(0), lang=lang),
               figures.goal_lines(series("2012-12-31"), lang=lang)):  # fmt: skip
        assert ax.get_label()


def test_few_colours_keep_the_rare_ones(capsys):
    import base64
    import io

    from PIL import Image

    shown = []
    ax = figures.rank_grid(ranks())
    drawing.display, kept = (lambda bundle, **_more: shown.append(bundle["image/png"])), drawing.display
    try:
        figures.show(ax)
    finally:
        drawing.display = kept
    picture = Image.open(io.BytesIO(base64.b64decode(shown[0])))
    near = {(246, 212, 193), (203, 226, 241), (243, 230, 191)}  # criticise, commend, to be confirmed
    seen = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20)}
    assert picture.mode == "P"
    assert all(any(max(abs(a - b) for a, b in zip(one, other, strict=True)) < 10 for other in seen) for one in near)
