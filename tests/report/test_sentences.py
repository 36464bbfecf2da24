"""Sentences say what the tables hold: small numbers, targets missed by one person, ties, nothing at all."""

import re
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
import result_frames as frames

from tuopin_analysis.report import sentences, telling

DAY = date(2016, 12, 31)


XINAN_FIRST = ("130123103", 394 / 1695, "130123200", 299 / 1695)
NANNIU_FIRST = ("130123200", 694 / 3654, "130123103", 655 / 3654)


def larger(
    households: tuple = XINAN_FIRST, persons: tuple = NANNIU_FIRST, holds: tuple[bool, bool] = (True, True)
) -> pd.DataFrame:
    """One row per unit, as `townships.check_larger` gives them."""
    rows = [("households", *households, holds[0]), ("persons", *persons, holds[1])]
    frame = pd.DataFrame(rows, columns=["unit", "first", "first_share", "second", "second_share", "holds"])
    return frame.assign(claimed="130123200;130123103", largest="130123103;130123200")


def nine_tenths(share: float = 3444 / 3654, holds: bool | None = True) -> pd.DataFrame:
    frame = pd.DataFrame({"claim": ["illness;disability"], "unit": ["persons"], "share": [share], "at_least": [0.9]})
    return frame.assign(holds=pd.array([holds], dtype="boolean"))


def test_overview_counts_both_units() -> None:
    text = sentences.overview(frames.distribution(), "Zhengding county", "2016-01-01", DAY, lang="en")
    assert text.startswith("Zhengding county had 1,695 households with 3,654 persons on the register of 1 January 2016.")
    assert "60." in text


def test_overview_when_all_are_out_and_when_nobody_is_registered() -> None:
    out = frames.distribution().assign(remaining_households=0, remaining_persons=0)
    assert "全部脱贫" in sentences.overview(out, "正定县", "2016-01-01", DAY)
    assert sentences.overview(out.head(0), "正定县", "2016-01-01", DAY) == "正定县没有在册贫困户。"


def test_the_main_cause_in_both_units() -> None:
    assert sentences.cause_finding(frames.shares()) == (
        "最主要的致贫原因是因病。因病947户（55.9%）、2,112人（57.8%）；因残662户（39.1%）、1,332人（36.5%）；因求学、缺乏劳动力等86户（5.1%）、210人（5.7%）。"
    )


def test_a_tie_names_both_causes() -> None:
    text = sentences.cause_finding(frames.shares((50, 50, 1), (90, 90, 3)), lang="en")
    assert text.startswith("Equally frequent are illness and disability.")


def test_causes_that_lead_by_one_unit_only() -> None:
    text = sentences.cause_finding(frames.shares((60, 40, 1), (80, 90, 3)), lang="en")
    assert text.startswith("By households, illness leads; by persons, disability does.")


def test_small_numbers_make_no_shares() -> None:
    text = sentences.cause_finding(frames.shares((4, 2, 1), (9, 3, 1)), small=10, lang="en")
    assert "%" not in text
    assert "With 7 households, fewer than 10" in text
    assert "1 household and 1 person" in text
    compared = sentences.compare_finding(frames.compare(), "新安镇", "全县", households=7, small=10)
    assert "%" not in compared
    assert "仅有7户" in compared
    assert "%" not in sentences.overview(frames.distribution(), "x", "2016-01-01", DAY, small=10_000)


def test_nothing_registered_makes_no_sentence() -> None:
    assert sentences.cause_finding(frames.shares((0, 0, 0), (0, 0, 0))) == ""
    assert sentences.share_claim(nine_tenths(float("nan"), None), frames.shares((0, 0, 0), (0, 0, 0))) == ""


def test_a_township_beside_the_county() -> None:
    text = sentences.compare_finding(frames.compare(), "Xin'an", "the county", 394, 10, "en")
    assert "Illness weighs more in Xin'an than in the county: 65.0% against 57.8% of registered persons, 7.2 points more." in text
    assert "Disability weighs less" in text
    same = frames.compare().assign(difference_points=0.0, whole_share_persons=lambda rows: rows["share_persons"])
    assert sentences.compare_finding(same, "a", "b", 394, 10, "en") == "The causes weigh the same in a and in b."


def test_a_difference_that_is_not_that_of_the_printed_shares_is_explained() -> None:
    """Of Quyangqiao's register: 28 of 295 persons, 9.5%, against 210 of 3,654, 5.7%: 3.7 points, where 9.5 less 5.7 is 3.8."""
    share, whole = pd.Series([149, 118, 28]) / 295, pd.Series([2112, 1332, 210]) / 3654
    told = frames.compare().assign(share_persons=share, whole_share_persons=whole, difference_points=(share - whole) * 100)
    note = "相差按未取整的比重计算，与所列比重之差可能相差0.1。"
    text = sentences.compare_finding(told, "曲阳桥乡", "正定县", 97, 10)
    assert "（5.7%）高3.7个百分点" in text
    assert text.endswith(note)
    assert note not in sentences.compare_finding(told.head(1), "曲阳桥乡", "正定县", 97, 10)


def test_the_nine_tenths_claim_is_told_in_persons() -> None:
    text = sentences.share_claim(nine_tenths(), frames.shares(), "en")
    assert text == (
        "Illness and disability together: 3,444 persons, 94.3% of 3,654 registered persons. The claim of at least 90% holds here."
    )


def test_a_share_just_below_its_bound_is_not_rounded_onto_it() -> None:
    text = sentences.share_claim(nine_tenths(0.89996, False), frames.shares(), "en")
    assert "does not hold" in text
    assert "89.996%" in text


def test_the_larger_shares_are_told_for_both_units() -> None:
    text = sentences.larger_claim(larger(), "en")
    assert "By number of households, Xin'an has the largest share (23.2%), then Nanniu (17.6%)." in text
    assert "By number of persons, Nanniu has the largest share (19.0%), then Xin'an (17.9%)." in text
    assert "holds in both units" in text
    assert "depends on the unit" in text


@pytest.mark.parametrize(
    ("holds", "words"),
    [
        ((True, False), "by households, not by persons"),
        ((False, True), "by persons, not by households"),
        ((False, False), "in neither unit"),
    ],
)
def test_a_claim_that_holds_in_one_unit_only(holds, words) -> None:
    assert words in sentences.larger_claim(larger(holds=holds), "en")


def test_two_townships_with_equal_shares_share_the_first_place() -> None:
    tied = ("130123103", 0.2, "130123200", 0.2)
    text = sentences.larger_claim(larger(tied, tied), "en")
    assert text.count("share the first place (20.0% each)") == 2
    assert "depends on the unit" not in text


def test_one_township_alone_makes_no_larger_claim() -> None:
    alone = ("130123103", 1.0, None, float("nan"))
    assert sentences.larger_claim(larger(alone, alone)) == ""


def test_a_target_missed_by_one_person_is_missed() -> None:
    text = sentences.target_finding(frames.progress(1461), DAY, "en")
    assert "1,461 persons (39.98%)" in text  # 40.0% would look like a target met
    assert "The target of December 2016, 1,462 persons, was missed by 1 person." in text


def test_a_target_met_to_the_person_is_met() -> None:
    text = sentences.target_finding(frames.progress(1462), "2016-12-31", "en")
    assert "1,462 persons (40.0%) in 678 households (40.0%)" in text
    assert "1,462 persons, was met." in text
    assert "678 households: reached" in text


def test_households_short_of_the_same_share_are_told_beside_a_target_met_in_persons() -> None:
    text = sentences.target_finding(frames.progress(1470, households=677), DAY, "zh")
    assert "已完成" in text
    assert "按户数计，同一比例为678户，尚差1户" in text


def test_the_rate_that_the_next_target_needs() -> None:
    """3,654 - 1,462 = 2,192 persons in twelve months: 182.7, so at least 183 a month."""
    assert "still needs 2,192 persons: at least 183 persons a month" in sentences.target_finding(frames.progress(), DAY, "en")
    halfway = frames.progress()
    later = range(5, 24)
    halfway.loc[later, ["actual_persons", "actual_households"]] = pd.NA
    halfway["is_met"] = pd.array([None] * 24, dtype="boolean")
    text = sentences.target_finding(halfway, date(2016, 5, 31), "en")
    assert "The target of December 2016, 1,462 persons, still needs 962 persons: at least 138 persons a month." in text  # 962 / 7


def test_places_by_status() -> None:
    text = sentences.places_finding(frames.by_place(), "en")
    assert "Behind plan: 2 townships (Nanniu and Xipingle)." in text
    assert "Ahead of plan: 1 township (Xinchengpu)." in text


def test_delay_and_haste() -> None:
    delays = pd.DataFrame({"days_late": ["0-30", "181+"], "households": [3, 1], "persons": [7, 2]})
    assert sentences.delay_finding(delays) == "拖延：4户、9人逾期未脱贫，其中1户逾期181天以上。"
    assert "没有" in sentences.delay_finding(delays.assign(households=0, persons=0))
    rash = pd.DataFrame({"sign": ["early_exit", "exit_below_line", "exit_without_income"], "households": [2, 0, 1]})
    text = sentences.haste_finding(rash, frames.by_place(), "en")
    assert "exits well before their plan: 2 households" in text
    assert "below the line" not in text
    assert "Xinchengpu" in text
    assert sentences.haste_finding(rash.assign(households=0), lang="en") == "Haste: no sign of it was found."


def test_an_allowance_household_is_not_income_poor() -> None:
    frame = pd.DataFrame(
        {"income_class": ["below_line", "below_allowance", "allowance_or_more", "unknown"], "households": [1, 5, 9, 0]}
    )
    text = sentences.allowance_finding(frame, 2855.0, 4000.0, "en", 2016)
    assert "On the minimum living allowance: 15 households, 1 of them with" in text
    assert "2,855 yuan, set for 2016" in text
    assert "not income-poor" in text
    assert "not income-poor" not in sentences.allowance_finding(frame, 4000.0, 3000.0, "en")


def test_the_audit_names_each_wrong_share_and_the_right_one() -> None:
    text = sentences.audit_finding(frames.audit(), "en")
    assert "is stated as 36.4%, but the counts give 36.45%; 36.5% would be right" in text
    assert "is stated as 5.6%, but the counts give 5.75%; 5.7% would be right" in text
    assert "is stated as 58%, only rounded more coarsely than 57.8%" in text
    assert "share of the county's population cannot be checked" in text
    assert "Of 5 published figures checked, 2 agree" in text


def test_reconciliation_lists_the_gaps_or_says_that_there_are_none() -> None:
    frame = pd.DataFrame({"table": ["townships", "causes"], "key": ["130123103", "illness"], "unit": ["households", "persons"],
                          "counted": [394, 2112], "published": [394, 2112], "gap": pd.array([0, 0], dtype="Int64")})  # fmt: skip
    assert "every published count (2)" in sentences.reconciliation_finding(frame, "en")
    off = frame.assign(counted=[395, 2112], gap=pd.array([1, 0], dtype="Int64"))
    assert "townships, Xin'an: 395 counted, 394 published (households; +1)" in sentences.reconciliation_finding(off, "en")
    unknown = frame.assign(published=pd.NA, gap=pd.array([None, None], dtype="Int64"))
    assert "Nothing is published" in sentences.reconciliation_finding(unknown, "en")


@pytest.mark.parametrize("synthetic", [True, False])
def test_trust_says_whether_the_households_are_invented(synthetic: bool) -> None:
    about = SimpleNamespace(
        source_zh="演示。", source_en="A demo.", baseline=date(2016, 1, 1), until=date(2017, 12, 31), synthetic=synthetic
    )
    account = pd.DataFrame(
        {"table": ["households"], "rows_read": [1700], "rows_accepted": [1695], "rows_set_aside": [5], "rows_marked": [1]}
    )
    frame = pd.DataFrame({"gap": pd.array([0], dtype="Int64")})
    text = sentences.trust(about, account, frame, "en")
    assert "Rows: 1,700 rows read, 1,695 rows accepted, 5 rows set aside; 1 row accepted but marked." in text
    assert ("SYNTHETIC" in text) is synthetic
    assert "Source: A demo." in text


def test_no_population_makes_no_headcount_ratio() -> None:
    frame = pd.DataFrame({"township": ["新安镇", "南牛乡"], "headcount_ratio": [None, None]}, dtype="object")
    assert "不等于零" in sentences.incidence_finding(frame)
    known = frame.assign(headcount_ratio=[0.02, None]).astype({"headcount_ratio": "float64"})
    text = sentences.incidence_finding(known, "en")
    assert "from 2.0% (Xin'an)" in text
    assert "No population is given for 1 township." in text


def test_say_shows_paragraphs_and_lets_no_sign_be_read(monkeypatch) -> None:
    found: list[dict] = []
    monkeypatch.setattr(telling, "display", lambda bundle, raw: found.append(bundle))
    sentences.say("")
    assert found == []
    sentences.say("one\ntwo <b>*x*</b>", "", "three_four_")
    assert found[0]["text/plain"] == "one\ntwo <b>*x*</b>\nthree_four_"
    assert found[0]["text/markdown"] == "one\n\ntwo \\<b\\>\\*x\\*\\</b\\>\n\nthree\\_four\\_"


def test_no_space_and_no_half_width_comma_in_chinese_sentences() -> None:
    told = [
        sentences.overview(frames.distribution(), "正定县", "2016-01-01", DAY),
        sentences.cause_finding(frames.shares()),
        sentences.larger_claim(larger()),
        sentences.share_claim(nine_tenths(), frames.shares()),
        sentences.target_finding(frames.progress(1461), DAY),
        sentences.places_finding(frames.by_place()),
        sentences.audit_finding(frames.audit()),
    ]
    for text in told:
        assert " " not in text
        assert not re.search(r"[;:!?()]|,(?!\d{3})", text), text
        assert "{" not in text
