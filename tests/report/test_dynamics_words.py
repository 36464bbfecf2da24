"""Sentences and figures of the account between two days: signs, plurals, what is not known, and what fits on the sheet."""

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from tuopin_analysis.report import drawing, figures, sentences, style

mpl.use("agg")
FLOWS = ["new", "relapsed", "increase", "exits", "decrease", "moved"]
NO_COUNT = pd.DataFrame({"standing_date": pd.Series([], dtype="datetime64[us]")})


@pytest.fixture(autouse=True)
def closed():
    style.use_style("zh")
    yield
    plt.close("all")


def account(breaks=(0, 0, -1, 2), moved=0):
    rows = []
    for at, (code, name) in enumerate({"130123100": "正定镇", "130123103": "新安镇"}.items()):
        for unit, opening in (("households", 100), ("persons", 220)):
            off = breaks[at * 2 + (unit == "persons")]
            rows.append((code, name, unit, opening, 1, 2, 3, 40, 5, moved, opening - 39 + moved, off))
    columns = ["township_code", "township", "unit", "opening", *FLOWS, "closing", "break"]
    return pd.DataFrame(rows, columns=columns).astype({"break": "Int64"})


def breaks(number=2):
    kinds = ["vanished", "unrecorded_exit", "vanished"][:number]
    return pd.DataFrame({"break_kind": kinds, "household_id": [str(at) for at in range(number)], "township_code": "130123103"})


def flows(was_out=5):
    rows = [("poor", "poor", 60, 120), ("poor", "out", 130, 260), ("poor", "gone", 2, 4), ("not_yet", "poor", 1, 2)]
    rows += [("out", "relapsed", 2, 4), ("out", "out", was_out - 2, 7)] if was_out else []
    return pd.DataFrame(rows, columns=["state_before", "state_after", "households", "persons"])


def relapses(fell=16, exits=400, share=0.018):
    rows = [("all", "all", 12, exits, fell, 200, share, 0.011, 0.03), ("all", "all", 24, exits, fell, 0, None, None, None)]
    rows += [("cause_main", name, 12, exits // 2, fell // 2, 100, share, 0.01, 0.04) for name in ("illness", "disability")]
    columns = [
        "group_kind",
        "relapse_group",
        "within_months",
        "exits",
        "relapses",
        "at_risk",
        "relapse_share",
        "share_low",
        "share_high",
    ]
    return pd.DataFrame(rows, columns=columns)


def reports(*states):
    rows = [("新安镇", f"2016-{at + 1:02d}", 3, -4, state) for at, state in enumerate(states)]
    columns = ["township", "period", "difference_households", "difference_persons", "report_state"]
    return pd.DataFrame(rows, columns=columns)


def test_the_account_in_words():
    text = sentences.account_finding(account(), "2016-01-01", "2016-12-31", "en")
    assert text.startswith("Poor at the end of 1 January 2016: 200 households with 440 persons;")
    assert "122 households with 362 persons." in text
    assert "Moves" not in text
    assert "−2 households and −2 persons" in sentences.account_finding(account(moved=-1), "2016-01-01", "2016-12-31", "en")
    assert "只有脱贫和返贫" in sentences.account_finding(account(), "2016-01-01", "2016-12-31", changes=False)


def test_a_break_names_townships_and_kinds_of_households():
    text = sentences.balance_finding(account(), breaks(3), "2016-12-31", NO_COUNT, "en")
    assert "in 1 township the count of 31 December 2016 differs from the records, in all by −1 household and +2 persons" in text
    assert "All of it lies in 3 households: counted out, no exit on record 1; poor on record, not counted 2." in text
    assert "Largest" not in text  # there is one township alone


def test_balanced_not_counted_and_balanced_in_sum_alone():
    even = account(breaks=(0, 0, 0, 0))
    assert "户户一致" in sentences.balance_finding(even, breaks(0), "2016-12-31", NO_COUNT)
    assert "合计数相符，但有的户不相符" in sentences.balance_finding(even, breaks(2), "2016-12-31", NO_COUNT)
    none = account().assign(**{"break": pd.array([None] * 4, dtype="Int64")})
    assert sentences.balance_finding(none, breaks(0), "2016-12-31", NO_COUNT).startswith("没有年末户情清点数")
    last = pd.DataFrame({"standing_date": pd.to_datetime(["2016-12-31"])})
    assert "最近一次清点为2016年12月31日" in sentences.balance_finding(none, breaks(0), "2017-03-31", last)


def test_records_set_aside_are_counted():
    assert sentences.aside_finding(pd.DataFrame(), "en")== "Of the records accepted none contradicts another."
    one = sentences.aside_finding(pd.DataFrame({"household_id": ["a"]}), "en")
    assert one.startswith("1 row on record contradicts others and was set aside; it changes nothing")
    two = sentences.aside_finding(pd.DataFrame({"household_id": ["a", "b"]}), "en")
    assert two.startswith("2 rows on record contradict others and were set aside; they change nothing")


def test_shares_of_transitions_need_households_enough():
    text = sentences.transition_finding(flows(), "2016-01-01", "2016-12-31", 10, "en")
    assert "Of 192 households poor" in text
    assert "out of poverty 130 households (67.7%), poor " in text
    assert "Of 5 households already out on the first day, poor again: 2." in text
    assert "%" not in sentences.transition_finding(flows(), "2016-01-01", "2016-12-31", 1000, "en")
    assert sentences.transition_finding(flows().head(0), "2016-01-01", "2016-12-31", 10).endswith("没有未脱贫户。")


def test_relapses_with_their_interval_or_not_at_all():
    text = sentences.relapse_finding(relapses(), 5, "en")
    assert "Within 12 months an estimated 1.8% fell back (95% interval 1.1% to 3.0%)." in text
    assert "No exit has been followed for 24 months yet." in text
    assert "By cause, within 12 months: " in text
    nobody = relapses().assign(relapse_share=float("nan"))
    assert sentences.relapse_finding(nobody, 5).count("尚无脱贫户观察满") == 1
    assert "No exit has been followed for 12 months yet." in sentences.relapse_finding(nobody, 5, "en")
    few = sentences.relapse_finding(relapses(fell=2), 5, "en")
    assert "%" not in few
    assert "Fewer than 5 relapses" in few
    assert sentences.relapse_finding(relapses().head(0), 5) == "没有脱贫记录。"


def test_who_is_to_be_watched():
    reasons = pd.DataFrame({"risk_reason": ["below_line", "near_line"], "households": [3, 9]})
    places = pd.DataFrame({"out_households": [40, 60], "listed_households": [10, 12]})
    text = sentences.risk_finding(reasons, places, 10, "en")
    assert text.startswith("To be watched, of 100 households that left: 22 households (22.0%): near the line 9, below it 3, ")
    assert sentences.risk_finding(reasons, places.head(0), 10).startswith("没有已脱贫户")


def test_reports_that_differ_are_named():
    assert sentences.reported_finding(reports()).startswith("没有减贫上报记录")
    assert "无法按月核对" in sentences.reported_finding(reports("agrees"), undated=3)
    assert "全部相符" in sentences.reported_finding(reports("agrees", "agrees"))
    text = sentences.reported_finding(reports("agrees", "over_reported"), "en")
    assert text == ("Of 2 townships and months, 1 differ between report and register: Xin'an, February 2016: more reported "
                    "(+3 households, −4 persons).")  # fmt: skip
    assert sentences.reported_finding(reports(*["over_reported"] * 7)).count("新安镇") == 5


def curves(fell=5):
    rows = [(0.0, 0.0, 0, None, None), (3.5, 0.02, fell, 0.01, 0.03), (8.0, 0.05, 1, 0.02, 0.09)]
    columns = ["months_followed", "relapse_share", "relapses", "share_low", "share_high"]
    frames = [pd.DataFrame(rows, columns=columns).assign(relapse_group=name, last=14.0) for name in ("illness", "other")]
    return pd.concat(frames, ignore_index=True)


AT_RISK = pd.DataFrame([(name, month, 1500 - month) for name in ("illness", "other") for month in (0, 6, 12)],
                       columns=["relapse_group", "within_months", "at_risk"])  # fmt: skip
DRAWN = {
    "alluvial": lambda lang: figures.alluvial(flows(), ("2016-01-01", "2016-12-31"), lang=lang),
    "alluvial, nobody out before": lambda lang: figures.alluvial(flows(0), ("2016-01-01", "2016-12-31"), "persons", lang=lang),
    "relapse_curves": lambda lang: figures.relapse_curves(curves(), AT_RISK, 5, lang=lang),
    "relapse_curves, few": lambda lang: figures.relapse_curves(curves(1), AT_RISK, 5, lang=lang),
}


def title(ax):
    return drawing.figure(ax).get_suptitle()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_fits_its_sheet_and_tells_its_values(name, lang):
    ax = DRAWN[name](lang)
    figure = drawing.figure(ax)
    figure.canvas.draw()
    sheet = figure.bbox
    for text in [*ax.texts, *ax.get_yticklabels(), *ax.get_xticklabels(), ax.xaxis.label, ax.yaxis.label, figure._suptitle]:
        if text.get_visible() and text.get_text() and (ax.axison or text in ax.texts):
            box = text.get_window_extent()
            assert box.x0 >= sheet.x0 - 1, text.get_text()
            assert box.x1 <= sheet.x1 + 1, text.get_text()
            assert box.y0 >= sheet.y0 - 1, text.get_text()
            assert box.y1 <= sheet.y1 + 1, text.get_text()
    assert re.search(r"\d", title(ax))
    assert len(ax.get_label()) > len(title(ax))
    assert not re.search(r"{|nan|NA", ax.get_label())


def test_names_of_states_do_not_run_into_one_another():
    ax = figures.alluvial(flows(), ("2016-01-01", "2016-12-31"))
    drawing.figure(ax).canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not [(one, other) for at, one in enumerate(boxes) for other in boxes[at + 1 :] if one.overlaps(other)]


def test_titles_are_findings():
    assert (
        title(figures.alluvial(flows(), ("2016-01-01", "2016-12-31"), lang="en"))
        == "130 households left poverty, 2 households fell back"
    )
    assert (
        title(figures.relapse_curves(curves(), AT_RISK, 5, lang="en"))
        == "5.0% to 5.0% fell back; the intervals of the groups overlap"
    )
    apart = curves()
    apart.loc[apart["relapse_group"] == "other", ["relapse_share", "share_low", "share_high"]] /= 10
    assert title(figures.relapse_curves(apart, AT_RISK, 5)) == "返贫比例因病最高（5.0%），因求学、缺乏劳动力等最低（0.5%）"


def test_nothing_to_draw_says_so():
    assert figures.alluvial(flows().head(0), ("2016-01-01", "2016-12-31")).get_label()
    assert figures.relapse_curves(curves().head(0), AT_RISK.head(0)).get_label()
