"""Figures and sentences of the timetable: findings, plurals, what is missing, both languages."""

import re
from datetime import date

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from tuopin_analysis.report import drawing, figures, sentences, style
from tuopin_analysis.report.figures_timetable import likely

mpl.use("agg")
DAY = "2016-12-31"
SURE = (0.8, 0.9)


@pytest.fixture(autouse=True)
def closed():
    style.use_style("zh")
    yield
    plt.close("all")


def levels(planned=9, split=0, **changed):
    rows = {"level": ["county", "township", "village", "household"], "number": [1, 2, 3, 9], "households": 9, "persons": 20,
            "all_planned_households": planned, "all_planned_persons": 2 * planned, "unplanned_households": 9 - planned,
            "split_number": [0, 0, split, 0]}  # fmt: skip
    return pd.DataFrame(rows).assign(**changed)


def plans(short=(0, 3)):
    rows = [("130123100", "正定镇", 10 - short[0], 10, short[0]), ("130123103", "新安镇", 10 - short[1], 10, short[1])]
    columns = ["township_code", "township", "planned_persons", "target_persons", "shortfall_persons"]
    return pd.DataFrame(rows, columns=columns).assign(target_date=pd.Timestamp(DAY))


def forecast(rows=None):
    """Reached, likely, and with an end beyond the horizon."""
    rows = rows or [
        ("130123100", "正定镇", 0, 1.0, "2016-06-01", "2016-06-01", "2016-06-01", 0),
        ("130123103", "新安镇", 5, 0.62, "2017-05-01", "2017-11-01", "2018-03-01", 2),
        ("130123200", "南牛乡", 50, 0.004, "2018-01-01", None, None, 11),
    ]
    columns = ["township_code", "township", "still_needed_persons", "p_on_time", "date_lo", "date_median", "date_hi",
               "extra_exits_per_month"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    days = {name: pd.to_datetime(frame[name]) for name in ("date_lo", "date_median", "date_hi")}
    return frame.assign(**days, target_date=pd.Timestamp("2017-12-31"), target_persons=100).astype(
        {"extra_exits_per_month": "Int64"}
    )


def remaining(actual=60, planned=55):
    return pd.DataFrame({"period": ["2016-11", "2016-12", "2017-01"], "remaining_planned_persons": [80, planned, 50],
                         "remaining_persons": [90, actual, None], "remaining_target_persons": [None, 60, None],
                         "target_share": [None, 0.4, None]})  # fmt: skip


def title(ax):
    return drawing.figure(ax).get_suptitle().replace("\n", "" if re.search("[\u4e00-\u9fff]", ax.get_label()) else " ")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("draw", [lambda lang: figures.burn_down(remaining(), lang=lang),
                                  lambda lang: figures.forecast_days(forecast(), 0.8, DAY, lang=lang)])  # fmt: skip
def test_a_figure_fits_its_sheet_and_has_an_alternative_text(draw, lang):
    style.use_style(lang)
    ax = draw(lang)
    drawing.figure(ax).canvas.draw()
    sheet = drawing.figure(ax).bbox
    for text in [*ax.texts, *ax.get_yticklabels(), *ax.get_xticklabels(), ax.xaxis.label, ax.yaxis.label]:
        if text.get_visible() and text.get_text():
            box = text.get_window_extent()
            assert box.x0 >= sheet.x0 - 1, text.get_text()
            assert box.x1 <= sheet.x1 + 1, text.get_text()
    assert ax.get_label().startswith(title(ax))
    assert len(ax.get_label()) > len(title(ax))
    assert not re.search(r"{|nan|NA", ax.get_label())


@pytest.mark.parametrize(
    ("actual", "words"), [(60, "5 persons more than planned"), (50, "5 persons fewer than planned"), (55, "exactly as planned")]
)
def test_the_burn_down_tells_the_gap_to_the_plan(actual, words):
    assert title(figures.burn_down(remaining(actual), lang="en")).endswith(words)


def test_without_a_plan_the_burn_down_tells_no_gap():
    frame = remaining().assign(remaining_planned_persons=pd.array([None] * 3, dtype="Int64"))
    assert title(figures.burn_down(frame, lang="en")) == "December 2016: 60 persons not yet out"


def test_the_burn_down_marks_what_the_target_leaves():
    texts = [text.get_text() for text in figures.burn_down(remaining(), lang="zh").texts]
    assert texts == ["40%脱贫：剩60人", "实际：剩60人"]


def test_the_least_likely_stands_on_top_and_an_open_interval_goes_to_the_edge():
    ax = figures.forecast_days(forecast(), 0.8, DAY, lang="en")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Nanniu", "Xin'an", "Zhengding"]
    assert [text.get_text() for text in ax.texts] == ["under 1% in time; +11 a month", "62% in time; +2 a month", "reached"]
    assert title(ax) == "At the pace so far, 2 of 3 townships more likely than not reach the target of 31 December 2017 in time"
    assert "middle —, from 1 January 2018 to —" in ax.get_label()


def test_where_no_day_lies_within_sight_the_probabilities_are_drawn_without_days():
    ax = figures.forecast_days(forecast([("1", "甲", 9, 0.0, None, None, None, None)]), 0.8, "2016-02-15", lang="en")
    assert [text.get_text() for text in ax.texts] == ["under 1% in time"]
    first, last = (date.fromordinal(int(day)) for day in ax.get_xlim())
    assert first < date(2016, 2, 15) < date(2017, 12, 31) < last


def test_nobody_is_drawn_as_nobody():
    assert "No registered households" in figures.forecast_days(forecast().head(0), 0.8, DAY, lang="en").get_label()


def test_a_simulated_probability_is_never_nought_or_all():
    assert [likely(p, "zh") for p in (0, 0.0099, 0.01, 0.5, 0.99, 0.995, 1)] == [
        "不足1%",
        "不足1%",
        "1%",
        "50%",
        "99%",
        "99%以上",
        "99%以上",
    ]


def test_plans_that_add_up_and_who_falls_short():
    text = sentences.plans_finding(plans(), levels(), "en")
    assert text.startswith("With an exit plan: 9 of 9 households. Summed by household, village and township")
    by = "Planned to be out by 31 December 2016: 17 persons; the target asks for 20: "
    assert text.endswith(f"{by}short by 3 persons in 1 township (Xin'an).")
    assert "没有缺口" in sentences.plans_finding(plans((0, 0)), levels())
    assert "2户没有" in sentences.plans_finding(plans(), levels(7))


def test_levels_that_differ_are_told():
    differing = levels(all_planned_persons=[20, 20, 18, 20])
    assert "各级加总不一致" in sentences.plans_finding(plans(), differing)
    assert "in several townships (1 village)" in sentences.plans_finding(plans(), levels(split=1), "en")


def test_nothing_planned_and_nobody_registered():
    assert sentences.plans_finding(plans(), levels(0), "en") == "No exit plan is on record."
    assert "Nobody is registered" in sentences.plans_finding(plans(), levels(0, households=0), "en")


def test_rows_set_aside_are_told_with_their_reasons():
    account = pd.DataFrame({"table": ["exit_plans", "events", "changes"], "rows_read": [10, 4, 0], "rows_set_aside": [3, 0, 0]})
    run = pd.DataFrame({"table": ["exit_plans", "persons", "exit_plans"], "severity": "error", "rows_failing": [2, 5, 1]})
    run = run.assign(message_zh=["重复", "别的", "重复"], message_en=["doubled", "other", "doubled"])
    both = ["exit_plans", "events", "changes"]
    assert sentences.rows_aside(account, run, both, "en") == (
        "Exit plans, whole county: of 10 rows 3 were set aside by the checks and count nowhere (doubled: 3)."
    )
    assert sentences.rows_aside(account.assign(rows_set_aside=0), run, both, "en").split("\n") == [
        "Exit plans, whole county: 10 rows, none of them set aside by the checks.",
        "Exits and relapses, whole county: 4 rows, none of them set aside by the checks.",
    ]
    assert sentences.rows_aside(account, run, ["exit_plans"]) == (
        "全县脱贫计划共10行，其中3行经检查搁置，不计入任何数字（重复：3）。"
    )
    one = sentences.rows_aside(account.assign(rows_set_aside=1), run.head(0), ["exit_plans"], "en")
    assert one == "Exit plans, whole county: of 10 rows 1 was set aside by the checks and counts nowhere."
    assert sentences.rows_aside(account.tail(1), run, both) == ""


def steps(**changed):
    rows = {"milestone": ["measure", "review"], "days_before": [180, 30], "households": [10, 10], "in_time_households": [6, 1],
            "done_late_households": [1, 3], "unrecorded_households": 0, "step_overdue_households": [1, 2],
            "upcoming_households": [2, 4]}  # fmt: skip
    frame = pd.DataFrame(rows).assign(**changed)
    return frame.astype({name: "Int64" for name in frame if name.endswith("_households")})


def test_the_step_that_holds_most_up():
    assert sentences.milestones_finding(steps(), "en") == (
        "Most overdue: villagers' review, of 2 households. Most often late: villagers' review, in 3 of 4 households in which "
        "it is done."
    )
    assert sentences.milestones_finding(steps(step_overdue_households=0, done_late_households=0), "en") == "No step is overdue."


def test_steps_that_hold_equally_many_up_are_all_named():
    assert sentences.milestones_finding(steps(step_overdue_households=2), "en").startswith(
        "Most overdue: measure begun and villagers' review, of 2 households each. Most often late"
    )


def test_steps_that_are_not_on_record_are_named():
    frame = steps()
    states = [name for name in frame if name.endswith("_households")]
    frame.loc[0, states] = pd.NA
    assert sentences.milestones_finding(frame, "en").endswith("Not on record at all: measure begun.")
    frame.loc[1, states] = pd.NA
    assert sentences.milestones_finding(frame, "en") == "No step is on record, so that none can be told done or overdue."


def test_overdue_households_in_words():
    one = pd.DataFrame({"days_overdue": [1]})
    assert sentences.overdue_finding(one, "en") == "Not yet out and with a step overdue: 1 household, the longest for 1 day."
    assert sentences.overdue_finding(one.head(0), "en") == "No household has a step overdue."
    assert sentences.overdue_finding(pd.DataFrame({"days_overdue": [30, 2]})) == "未脱贫户中2户有节点逾期，最长已逾期30天。"


def test_signs_of_both_kinds_and_those_that_cannot_be_told():
    found = pd.DataFrame({"tendency": ["lag", "rush", "rush"], "sign": ["overdue_exit", "fast_income", "bunched_exit"],
                          "households": pd.array([3, 0, None], dtype="Int64")})  # fmt: skip
    assert (
        sentences.signs_finding(found)
        == "拖延：已到计划时间而未脱贫3户。急躁：未发现迹象。截至当日无法判断：集中在目标期末月脱贫。"
    )


def test_the_forecast_of_a_county():
    text = sentences.forecast_finding(forecast(), "county", DAY, *SURE, "en")
    assert text == (
        "The target of 31 December 2017 is reached in 1 of 3 townships. At the pace so far it is most likely to be reached in "
        "time in Xin'an (62%), least in Nanniu (under 1%). For a probability of 90% in each it takes 13 households more a month "
        "in 2 townships together."
    )


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("130123100", "has been reached since 1 June 2016."),
        (
            "130123103",
            "in 80% between 1 May 2017 and 1 March 2018. The probability of being in time is 62%; with 2 households more",
        ),
        ("130123200", "the interval of 80% begins on 1 January 2018; its end lies beyond the time looked at."),
    ],
)
def test_the_forecast_of_a_township(scope, words):
    assert words in sentences.forecast_finding(forecast(), scope, DAY, *SURE, "en")


def test_the_forecast_after_the_day():
    late = [("130123100", "正定镇", 5, 0.0, "2018-01-05", "2018-02-01", "2018-03-01", None)]
    frame = forecast(late)
    assert "目标日期已过" in sentences.forecast_finding(frame, "county", "2017-12-31", *SURE)
    assert sentences.forecast_finding(frame, "130123100", "2017-12-31", *SURE, "en").endswith("Its day has passed.")
    assert "hardly reached" in sentences.forecast_finding(
        forecast([("1", "x", 5, 0.0, None, None, None, 3)]), "1", DAY, *SURE, "en"
    )


def early():
    """Two townships of which nothing can be told yet."""
    return forecast([(f"13012310{n}", name, 9, None, None, None, None, None) for n, name in ((0, "正定镇"), (3, "新安镇"))])


def test_too_early_for_a_forecast():
    told = "No exit is on record, and no month has passed yet: there is no pace to go on by."
    assert sentences.forecast_finding(early(), "county", "2016-01-02", *SURE, "en").endswith(told)
    assert sentences.forecast_finding(early(), "130123103", "2016-01-02", *SURE, "en").endswith(told)
    ax = figures.forecast_days(early(), 0.8, "2016-01-02", lang="en")
    assert title(ax).startswith("Too early to tell when the target of 31 December 2017 is reached")
    assert [text.get_text() for text in ax.texts] == ["too early to tell"] * 2


def test_without_a_day_inside_the_horizon_the_figure_still_stands():
    never = [("130123100", "正定镇", 9, 0.003, None, None, None, 4), ("130123103", "新安镇", 9, 0.002, None, None, None, 5)]
    ax = figures.forecast_days(forecast(never), 0.8, "2016-03-31", lang="en")
    assert [text.get_text() for text in ax.texts] == ["under 1% in time; +5 a month", "under 1% in time; +4 a month"]
    alike = sentences.forecast_finding(forecast(never), "county", "2016-03-31", *SURE, "en")
    assert "At the pace so far the probability of being in time is under 1% in each. For" in alike
    others = sentences.forecast_finding(pd.concat([forecast().head(1), forecast(never)]), "county", DAY, *SURE, "en")
    assert "is under 1% in each of the others." in others


def test_the_forecast_of_nobody():
    assert "Nobody" in sentences.forecast_finding(forecast().head(0), "county", DAY, *SURE, "en")


def test_after_the_day_the_figure_tells_facts_not_probabilities():
    rows = [("1", "甲", 0, 1.0, "2017-12-01", "2017-12-01", "2017-12-01", None),
            ("2", "乙", 0, 0.0, "2018-01-05", "2018-01-05", "2018-01-05", None),
            ("3", "丙", 5, 0.0, "2018-03-01", "2018-04-01", None, None)]  # fmt: skip
    ax = figures.forecast_days(forecast(rows), 0.8, "2018-02-28", lang="en")
    assert title(ax) == "1 of 3 townships reached the target of 31 December 2017 in time"
    assert [text.get_text() for text in ax.texts] == ["reached late", "missed; lacks 5 persons", "reached"]


def test_without_plans_nothing_is_scheduled_and_no_lag_is_denied():
    assert (
        sentences.milestones_finding(steps(households=0), "en")
        == "No household has an exit plan, so that no step can be scheduled."
    )
    found = pd.DataFrame(
        {"tendency": ["lag", "rush"], "sign": ["overdue_exit", "fast_income"], "households": pd.array([None, 2], "Int64")}
    )
    assert sentences.signs_finding(found) == "急躁：收入增长过快2户。截至当日无法判断：已到计划时间而未脱贫。"
