"""Sentences and figures of acceptance: what they say of tables made by hand, in both languages."""

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from tuopin_analysis.report import drawing, figures, sentences, style

mpl.use("agg")
ITEM = [
    "met_households",
    "not_met_households",
    "not_recorded_households",
    "met_persons",
    "not_met_persons",
    "not_recorded_persons",
]
STATES = ["on_record", "missing", "late", "out_of_order", "too_short", "not_kept"]


@pytest.fixture(autouse=True)
def closed():
    style.use_style("zh")
    yield
    plt.close("all")


def items(income=(7, 2, 1), water=(9, 1, 0), whole=(6, 3, 1)) -> pd.DataFrame:
    rows = [(name, *counts, *(2 * n for n in counts)) for name, counts in (("income", income), ("water", water), ("all", whole))]
    return pd.DataFrame(rows, columns=["standard_item", *ITEM])


def steps(**changed) -> pd.DataFrame:
    rows = []
    for step in ("review", "consent", "notice"):
        counts = dict.fromkeys(STATES, 0) | changed.get(step, {})
        counts["on_record"] = 10 - sum(counts.values())
        rows.append({"exit_step": step, **{f"{name}_households": n for name, n in counts.items()}})
    return pd.DataFrame(rows)


def doubtful(untrue=3, whole=100) -> pd.DataFrame:
    rows = [("false", 2), ("against_knowledge", 1), ("on_paper", 0), ("untrue", untrue), ("none", whole - untrue)]
    frame = pd.DataFrame(rows, columns=["kind", "exit_count"])
    return frame.assign(households=frame["exit_count"], persons=2 * frame["exit_count"], share_exits=frame["exit_count"] / whole)


def bunched(q_values=(0.008, 0.9, None)) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"township_code": ["130123102", "130123103", "130123204"], "township": ["新城铺镇", "新安镇", "曲阳桥乡"]}
    )
    frame = frame.assign(n=[120, 270, 8], just_over=[49, 4, 1], expected=[4.31, 20.4, None], q_value=q_values)
    return frame.assign(is_bunched=(frame["q_value"] <= 0.05).astype("boolean").mask(frame["q_value"].isna()))


def rates() -> pd.DataFrame:
    rows = [("exit", "persons", 350, 11, 0.0314, 0.012, 0.0797, 0.02, "undecided"),
            ("unregistered", "persons", 0, 0, None, None, None, 0.02, None),
            ("satisfaction", "households", 200, 10, 0.95, 0.9104, 0.9726, 0.9, "passes")]  # fmt: skip
    names = ["recheck_kind", "unit", "checked", "wrong", "rate", "low", "high", "threshold", "rate_verdict"]
    return pd.DataFrame(rows, columns=names)


def by_township() -> pd.DataFrame:
    return rates().iloc[[0, 0]].assign(township_code=["130123103", "130123200"], township=["新安镇", "南牛乡"], rate=[0.05, 0.0])


def curve() -> pd.DataFrame:
    edges = [1 + 0.05 * at for at in range(11)]
    frame = pd.DataFrame(
        {"township": "新城铺镇", "exits": [49, 7, 14, 11, 11, 14, 7, 4, 3, 0], "expected": [4.3, 7, 11, 13, 13, 11, 7, 4, 2, 1]}
    )
    return frame.assign(from_share=edges[:-1], to_share=edges[1:])


def listed() -> pd.DataFrame:
    day = pd.Timestamp("2016-06-01")
    facts = {"township": "新安镇", "village": "东叩村", "exit_date": day, "exit_day": day.toordinal(), "income": 2900.5,
             "line_yuan": 2855.0, "income_before": 1200.0, "first_measure_day": None, "accepted_day": day.toordinal() - 5,
             "consent_day": day.toordinal() + 1, "notice_start_day": day.toordinal() - 3, "notice_end_day": day.toordinal() + 2,
             "approved_day": day.toordinal() - 3,
             "notice_days": 3.0, "days_required": 7, "alike": 3,
             "out_of_order": "approved_date;notice_end_date"}  # fmt: skip
    rules = ["false.income", "false.water", "knowledge.no_consent", "knowledge.late_consent", "knowledge.short_notice",
             "knowledge.order", "paper.near_line", "paper.jump", "paper.round", "paper.copied"]  # fmt: skip
    return pd.DataFrame([{"household_id": f"h{at}", "kind": "x", "rule": rule, **facts} for at, rule in enumerate(rules)])


def test_items_are_told_with_what_is_missed_most():
    text = sentences.items_finding(items(), "en")
    assert text == ("Judged: 10 exits of 20 persons. Every item met: 6; at least one missed: 3; undecided, since an item is not "
                    "recorded: 1. "
                    "Missed most often: income over the line, 2 exits.")  # fmt: skip
    assert sentences.items_finding(items()).startswith("共评判10户次（20人）：各项均达标6户次")
    tied = sentences.items_finding(items(water=(8, 2, 0)), "en")
    assert "income over the line and safe water, 2 exits each" in tied


def test_an_item_that_nobody_recorded_is_said_to_be_unknown():
    text = sentences.items_finding(items(income=(10, 0, 0), water=(0, 0, 10), whole=(0, 0, 10)), "en")
    assert "Never recorded: safe water; of these nothing can be said." in text
    assert "Missed most" not in text


def test_without_exits_nothing_is_claimed():
    none = items((0, 0, 0), (0, 0, 0), (0, 0, 0))
    assert sentences.items_finding(none) == "没有脱贫记录。"
    assert sentences.steps_finding(steps().iloc[:0]) == ""
    assert sentences.untrue_finding(doubtful().assign(exit_count=0), "en") == ""


def test_steps_not_kept_are_told_one_by_one():
    told = sentences.steps_finding(steps(consent={"missing": 2, "late": 1}, notice={"too_short": 1, "out_of_order": 1}), "en")
    assert told == ("Of 10 exits: household's consent: not on record for 2 exits; household's consent: only after the exit for 1 "
                    "exit; public notice: before a step that precedes it for 1 exit; "
                    "public notice: too short for 1 exit.")  # fmt: skip
    assert sentences.steps_finding(steps()) == "每次脱贫的各步骤均有记录，次序无误。"
    assert sentences.steps_finding(steps(review={"not_kept": 10}), "en").startswith(
        "The register keeps no days of: villagers' review"
    )


def test_doubtful_exits_by_kind_and_no_share_of_small_numbers():
    assert (
        sentences.untrue_finding(doubtful(), "zh", 10)
        == "100户次中，3户次（3.0%）、6人至少有一个疑点：假脱贫2户次、被脱贫1户次、数字脱贫0户次。同一户次可兼有几类疑点。"
    )
    assert "%" not in sentences.untrue_finding(doubtful(3, 9), "zh", 10)
    assert sentences.untrue_finding(doubtful(0), "en").startswith("Of 100 exits none breaks a rule")


def test_planted_signs_are_told_with_misses_and_false_alarms():
    table = pd.DataFrame(
        {
            "rule": ["false.income", "paper.copied"],
            "planted": [5, 3],
            "planted_found": [5, 1],
            "missed": [0, 2],
            "false_alarms": [1, 0],
        }
    )
    text = sentences.planted_finding(table, "en")
    assert "8 signs; found 6, missed 2, false alarms 1." in text
    assert "only when enough households" in text
    assert "only when" not in sentences.planted_finding(table.assign(missed=0), "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_evidence_is_told_in_words_and_figures(lang):
    table = sentences.with_evidence(listed())
    told = dict(zip(table["rule"], table[f"evidence_{lang}"], strict=True))
    assert not [text for text in told.values() if re.search(r"nan|None|{|_", text)]
    for rule, parts in {"false.income": ["2,900.50", "2,855"], "knowledge.short_notice": ["3", "7"], "paper.jump": ["1,200.00"],
                        "paper.copied": ["2,900.50", "3"]}.items():  # fmt: skip
        assert all(part in told[rule] for part in parts), told[rule]
    order = {
        "zh": "批准时间2016年5月29日，早于公示结束时间2016年6月3日",
        "en": "approved 29 May 2016, before notice until 3 Jun 2016",
    }
    notice = {
        "zh": "公示2016年5月29日至2016年6月3日，脱贫2016年6月1日：脱贫前公示3天，应满7天",
        "en": "notice from 29 May 2016 to 3 Jun 2016, out on 1 Jun 2016: days before the exit 3, required 7",
    }
    assert (told["knowledge.order"], told["knowledge.short_notice"]) == (order[lang], notice[lang])
    assert list(table.columns)[:3] == ["kind", "rule", "household_id"]


def test_bunching_names_only_what_holds_after_correction():
    text = sentences.bunching_finding(bunched(), 0.05, "en")
    assert text == ("Tested: 2 townships; of those named, on average at most 5% are named by chance. In Xinchengpu 49 exits "
                    "had an income just over the line; its other incomes lead to expect 4.3 (q = 0.008). Not tested, with too "
                    "few exits or too few different incomes: 1 township; just over the line there: 1 exit.")  # fmt: skip
    assert "均不多于" in sentences.bunching_finding(bunched((0.2, 0.9, None)), 0.05)
    assert sentences.bunching_finding(bunched((None,) * 3), 0.05).endswith("计入的398户次中，刚过标准线54户次。")


def test_digits_and_heaps():
    digits = pd.DataFrame({"township": ["新安镇", "南牛乡"], "q_value": [0.01, 0.5]})
    heaps = pd.DataFrame({"township": ["新安镇", "南牛乡"], "heap_yuan": [100, 100], "q_value": [0.5, 0.001]})
    assert (
        sentences.digits_finding(digits, heaps, 0.05, "en")
        == "Last digits are uneven in Xin'an. Multiples of 100 yuan are too many in Nanniu."
    )
    even = sentences.digits_finding(digits.assign(q_value=0.9), heaps.assign(q_value=0.9), 0.05, "en")
    assert even == (
        "Last digits are spread evenly in every township tested, as far as chance goes. No place has too many round incomes."
    )
    assert sentences.digits_finding(digits.assign(q_value=float("nan")), heaps, 0.05) == ""


def test_rates_are_told_with_interval_threshold_and_verdict():
    lines = sentences.rechecks_finding(rates(), 0.95).split("\n")
    assert lines[0] == "错退率：复核350人，为3.1%（区间1.2%至8.0%）；标准不高于2%：尚难断定。"
    assert lines[1] == "漏评率：尚无复核记录。"
    assert lines[2] == "群众认可度：复核200户，为95.0%（区间91.0%至97.3%）；标准不低于90%：达标。"
    assert len(sentences.rechecks_finding(rates().assign(rate=None), 0.95).split("\n")) == 3


DRAWN = {
    "lacking_bars": lambda lang: figures.lacking_bars(items(), steps(consent={"missing": 2}, notice={"too_short": 1}), lang=lang),
    "income_histogram": lambda lang: figures.income_histogram(curve(), lang=lang),
    "recheck_intervals": lambda lang: figures.recheck_intervals(rates(), by_township(), lang=lang),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_fits_its_sheet_and_has_a_finding_and_an_alternative_text(name, lang):
    style.use_style(lang)
    ax = DRAWN[name](lang)
    figure = drawing.figure(ax)
    figure.canvas.draw()
    for text in [*ax.texts, *ax.get_yticklabels(), *ax.get_xticklabels(), ax.xaxis.label, ax.yaxis.label, figure._suptitle]:
        if text.get_visible() and text.get_text():
            box = text.get_window_extent()
            assert figure.bbox.x0 - 1 <= box.x0 <= box.x1 <= figure.bbox.x1 + 1, text.get_text()
            assert figure.bbox.y0 - 1 <= box.y0 <= box.y1 <= figure.bbox.y1 + 1, text.get_text()
    assert re.search(r"\d", figure.get_suptitle())
    assert len(ax.get_label()) > len(figure.get_suptitle())
    assert not re.search(r"{|nan|NA", ax.get_label())


def test_what_nobody_recorded_is_named_and_not_drawn():
    ax = figures.lacking_bars(items(water=(0, 0, 10), whole=(0, 2, 8)), steps(), lang="en")
    assert [text.get_text() for text in ax.texts] == ["2 + 1", "Not recorded", "0", "0", "0"]
    assert max(patch.get_x() + patch.get_width() for patch in ax.patches) == 3


def test_titles_tell_the_finding():
    assert (
        drawing.figure(DRAWN["lacking_bars"]("zh")).get_suptitle()
        == "未达标最多的是收入超过标准（2户次）；未按规定办理最多的是户主认可签字（2户次）"
    )
    assert drawing.figure(DRAWN["income_histogram"]("zh")).get_suptitle() == "新城铺镇：刚过标准线49户次，应有4.3户次"
    assert drawing.figure(DRAWN["recheck_intervals"]("zh")).get_suptitle() == "错退率3.1%，标准不高于2%"


def test_figures_without_anything_to_draw_say_so():
    nothing = items((10, 0, 0), (10, 0, 0), (10, 0, 0))
    assert drawing.figure(figures.lacking_bars(nothing, steps(), lang="en")).get_suptitle() == "Nothing is lacking in any exit"
    assert "0" in drawing.figure(figures.lacking_bars(items((9, 0, 1), (10, 0, 0), (9, 0, 1)), steps(), lang="en")).get_suptitle()
    assert drawing.figure(figures.income_histogram(curve().iloc[:0], lang="en")).get_suptitle().startswith("Too few")
    none = figures.recheck_intervals(rates().assign(rate=None), by_township().iloc[:0], lang="en")
    assert drawing.figure(none).get_suptitle() == "Wrong exits: no re-check is on record"
