"""Survival after the exit: a published example, scipy's estimate, and what an exit is followed to."""

import numpy as np
import pandas as pd
import pytest
from analysis.test_dynamics import changes, homes, told
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tuopin_analysis.analysis import relapse

# Remission of leukaemia under 6-mercaptopurine, in weeks; "+" is censored. Freireich et al. (1963), as in Cox and Oakes (1984),
# table 1.1; the estimates are those of Klein and Moeschberger, Survival Analysis (2003), table 4.1A.
REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
AT_RISK = {6: 21, 7: 17, 10: 15, 13: 12, 16: 11, 22: 7, 23: 6}
GROUPS = {"illness": ["illness"], "other": ["schooling"]}


def spells(text, **further):
    rows = [(float(word.strip("+")), not word.endswith("+")) for word in text.split()]
    return pd.DataFrame(rows, columns=["months_followed", "is_relapsed"]).assign(**further)


def test_the_curve_is_the_published_one():
    curve = relapse.survival(spells(REMISSION), 0.95).iloc[1:]
    assert {
        int(t): round(1 - share, 3) for t, share in zip(curve["months_followed"], curve["relapse_share"], strict=True)
    } == PUBLISHED
    assert dict(zip(curve["months_followed"].astype(int), curve["at_risk"], strict=True)) == AT_RISK


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=40), st.sampled_from([0.8, 0.95]))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_curve_and_interval_are_those_of_scipy(rows, confidence):
    frame = pd.DataFrame(rows, columns=["months_followed", "is_relapsed"]).astype({"months_followed": "float64"})
    curve = relapse.survival(frame, confidence).iloc[1:]
    fell, held = (frame.loc[frame["is_relapsed"] == which, "months_followed"] for which in (True, False))
    if fell.empty:
        assert curve.empty
        return
    sf = stats.ecdf(stats.CensoredData(uncensored=fell, right=held)).sf
    at = curve["months_followed"].to_numpy()
    np.testing.assert_allclose(1 - curve["relapse_share"], sf.evaluate(at), atol=1e-12)
    interval = sf.confidence_interval(confidence, method="log-log")
    known = curve["relapse_share"].to_numpy() < 1
    np.testing.assert_allclose(1 - curve["share_low"].to_numpy()[known], interval.high.evaluate(at)[known], atol=1e-9)
    np.testing.assert_allclose(1 - curve["share_high"].to_numpy()[known], interval.low.evaluate(at)[known], atol=1e-9)
    assert curve.loc[~known, ["share_low", "share_high"]].isna().all(axis=None)


def test_a_share_is_missing_where_nobody_was_followed_that_long():
    table = relapse.table(spells("1 2+ 13+ 14+", cause_main="illness"), spells("", measure=""), [12, 24], 0.95)
    rows = table[table["group_kind"] == "all"].set_index("within_months")
    assert rows["at_risk"].to_dict() == {12: 2, 24: 0}
    assert rows.loc[12, "relapse_share"] == pytest.approx(0.25)
    assert np.isnan(rows.loc[24, "relapse_share"])
    assert rows.loc[24, "relapses"] == 1


def test_nobody_fell_back():
    table = relapse.table(spells("13+ 14+", cause_main="illness"), spells("", measure=""), [12], 0.95)
    assert table["relapse_share"].tolist() == [0, 0]
    assert table["share_low"].isna().all()


def test_an_exit_is_followed_to_the_relapse_or_the_going_or_the_day():
    moved = [("a", "exit", "2016-01-31"), ("a", "relapse", "2016-04-30"), ("a", "exit", "2016-06-30"),
             ("b", "exit", "2016-02-29"), ("c", "exit", "2016-08-31")]  # fmt: skip
    records = told(moved, [("b", "130123100", "closed", "2016-05-31", 2)])
    cause = homes().assign(cause_main=["illness", "schooling", "illness", "illness"])
    found = relapse.followed(records, cause, GROUPS)
    rows = found[["household_id", "cause_main", "months_followed", "is_relapsed"]].to_numpy().tolist()
    assert rows == [["a", "illness", 3, True], ["a", "illness", 6, False], ["b", "other", 3, False], ["c", "illness", 4, False]]


def test_a_household_that_moved_within_the_county_is_followed_on():
    moves = [("a", "130123100", "moved_out", "2016-05-01", 3, 1), ("a", "130123103", "moved_in", "2016-05-01", 3, 1)]
    records = told([("a", "exit", "2016-01-31"), ("a", "relapse", "2016-12-31")], moves)
    found = relapse.followed(records, homes().assign(cause_main="illness"), GROUPS)
    assert found[["township_code", "months_followed", "is_relapsed"]].to_numpy().tolist() == [["130123100", 11, True]]


def test_measures_count_when_they_began_before_the_exit():
    records = told([("a", "exit", "2016-06-30")])
    rows = [
        ("a", "industry", "2016-01-01"),
        ("a", "industry", "2016-02-01"),
        ("a", "health_aid", "2016-06-30"),
        ("b", "industry", "2016-01-01"),
    ]
    measures = pd.DataFrame(rows, columns=["household_id", "measure", "start_date"]).astype({"start_date": "datetime64[us]"})
    found = relapse.helped(relapse.followed(records, homes().assign(cause_main="illness"), GROUPS), measures)
    assert found[["household_id", "measure"]].to_numpy().tolist() == [["a", "industry"]]


def test_exits_of_households_identified_later_have_no_cause_on_record():
    records = told([("n", "exit", "2016-06-30")], [("n", "130123103", "new", "2016-04-01", 3)])
    found = relapse.followed(records, homes().assign(cause_main="illness"), GROUPS)
    assert found["cause_main"].tolist() == ["unknown"]
    assert changes(("n", "130123103", "new", "2016-04-01", 3))["persons"].tolist() == [3]


def test_numbers_followed_stand_by_quarters_in_the_first_year_and_by_half_years_after_it():
    short, long = (relapse.at_risk(spells(text, cause_main="illness"), "cause_main") for text in ("4+ 7+", "4+ 19+"))
    assert short[["within_months", "at_risk"]].to_numpy().tolist() == [[0, 2], [3, 2], [6, 1]]
    assert long[["within_months", "at_risk"]].to_numpy().tolist() == [[0, 2], [6, 1], [12, 1], [18, 1]]
