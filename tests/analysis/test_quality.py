import pandas as pd
import pytest
from engines import ENGINES
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis.analysis import quality
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import checks

RUN = pd.DataFrame([("key.missing", "error", "households", 4, "run", "", "甲", "A"),
                    ("phone.form", "warning", "households", 0, "not_answerable", "households.phone", "乙", "B")],
                   columns=["code", "severity", "table", "rows_checked", "state", "reason", "message_zh",
                       "message_en"])  # fmt: skip
TOWNS = ["130123100", "130123103", None]


def findings(rows):
    frame = pd.DataFrame(rows, columns=["code", "severity", "row"]).assign(table="households", file="h.xlsx", sheet="s")
    return frame.astype({"code": "str", "severity": "str", "row": "int64", "table": "str", "file": "str", "sheet": "str"})


def places(towns, accepted):
    frame = pd.DataFrame({"township_code": towns, "is_accepted": accepted, "row": range(4, 4 + len(towns))})
    frame = frame.assign(table="households", file="h.xlsx", sheet="s", village_code=None)
    texts = dict.fromkeys(("township_code", "village_code", "table", "file", "sheet"), "str")
    return frame.astype(texts | {"row": "int64", "is_accepted": "bool"})


FOUND = findings([("key.missing", "error", 4), ("key.missing", "error", 4), ("key.missing", "error", 6)])
ROWS = places(["130123100", "130123103", None, "130123103"], [False, True, False, True])


def test_rules_by_hand():
    planted = findings([("key.missing", "error", 4), ("key.missing", "error", 5)])
    found = quality.rules(RUN, FOUND, planted).set_index("code")
    numbers = ["rows_checked", "rows_found", "planted", "planted_found", "missed", "false_alarms"]
    assert found.loc["key.missing", numbers].to_list() == [4, 2, 2, 1, 1, 1]
    assert found.loc["phone.form", ["rows_found", "lacking_zh", "lacking_en"]].to_list() == [
        0, "贫困户信息 · 联系电话", "Households · Telephone"]  # fmt: skip
    assert "planted" not in quality.rules(RUN, FOUND)


def test_places_by_hand_with_rows_that_belong_nowhere_last():
    doubts = pd.concat([FOUND, findings([("phone.form", "warning", 5), ("phone.form", "warning", 4)])])
    found = quality.by_place(ROWS, doubts, {"130123103": "新安镇"})
    assert found["township"].to_list()[:2] == ["130123100", "新安镇"]
    assert found["township_code"].isna().to_list() == [False, False, True]
    assert found[["rows_read", "rows_accepted", "rows_set_aside", "rows_marked"]].to_numpy().tolist() == [
        [1, 0, 1, 0], [2, 2, 0, 1], [1, 0, 1, 0]]  # fmt: skip
    assert found["share_clean"].to_list() == [0, 0.5, 0]


def test_completeness_tells_missing_from_nought_and_from_no_column():
    frame = pd.DataFrame({"farmland_mu": [0.0, None, 2.0, 3.0], "has_power": pd.array([True, None, None, None], dtype="boolean")})
    found = quality.completeness(frame, "households", ["farmland_mu"]).set_index("field_en")
    assert found.loc["Farmland", ["rows", "rows_filled", "rows_missing", "rows_nought", "share_filled"]].to_list() == [
        4,
        3,
        1,
        1,
        0.75,
    ]
    assert found["is_present"].to_list() == [True, False]
    assert pd.isna(found.loc["Electricity at home", "share_filled"])


def test_usable_by_hand():
    account = pd.DataFrame({"table": ["households", "persons", "events"], "rows_read": [4, 0, 10], "rows_accepted": [2, 0, 10],
                            "rows_set_aside": [2, 0, 0], "rows_marked": [1, 0, 0]})  # fmt: skip
    found = quality.usable(checks.usable(), account, FOUND, ROWS, RUN)
    assert dict(zip([c.code for c in checks.usable()], found["verdict"], strict=True)) == {
        "usable.households": "not_usable", "usable.persons": "missing", "usable.events": "usable", "usable.numbers": "missing",
        "usable.places": "not_usable"}  # fmt: skip
    assert found["share"].to_list()[0] == 0.5


def test_an_office_may_judge_by_doubts_and_by_rules_not_answered():
    account = pd.DataFrame({"table": ["households"], "rows_read": 4, "rows_accepted": 2, "rows_set_aside": 2, "rows_marked": 1})
    words = {"wording_zh": "疑点", "wording_en": "doubts", "most": 0.5}
    own = [checks.Criterion(code="own.doubts", measure="share_marked", table="households", **words),
           checks.Criterion(code="own.rules", measure="share_not_answerable", table="", **words)]  # fmt: skip
    unanswered = (RUN["state"] != "run").mean()
    assert quality.usable(own, account, FOUND, ROWS, RUN)["share"].to_list() == [0.5, unanswered]


def test_summary_puts_errors_and_the_most_frequent_first():
    doubts = pd.concat([FOUND, findings([("a.b", "warning", 5), ("a.c", "warning", 4), ("a.c", "warning", 5)])])
    assert quality.summary(doubts)[["code", "rows_found"]].to_numpy().tolist() == [["key.missing", 2], ["a.c", 2], ["a.b", 1]]
    assert quality.summary(doubts, top=1)["code"].to_list() == ["key.missing", "a.c"]


def test_within_keeps_the_rows_of_one_place():
    assert quality.within(FOUND, ROWS, "130123100").to_native().shape[0] == 2
    with pytest.raises(InputError, match="no column 'row'"):
        quality.rules(RUN, FOUND.drop(columns="row"))


NUMBERS = st.lists(st.integers(4, 30), max_size=20)


@settings(max_examples=40, deadline=None)
@given(NUMBERS, NUMBERS, st.lists(st.tuples(st.sampled_from(TOWNS), st.booleans()), min_size=1, max_size=27))
def test_nothing_is_lost_or_counted_twice(found, planted, rows):
    doubts = findings([("key.missing", "error", row) for row in found])
    table = quality.rules(RUN, doubts, findings([("key.missing", "error", row) for row in planted]))
    assert (table["planted"] == table["planted_found"] + table["missed"]).all()
    assert (table["rows_found"] == table["planted_found"] + table["false_alarms"]).all()
    assert (table["rows_found"].sum(), table["planted"].sum()) == (len(set(found)), len(set(planted)))
    by_place = quality.by_place(places(*zip(*rows, strict=True)), doubts, {})
    assert by_place["rows_read"].sum() == len(rows)
    assert (by_place["rows_accepted"] + by_place["rows_set_aside"] == by_place["rows_read"]).all()
    assert (by_place["rows_marked"] <= by_place["rows_accepted"]).all()


HOUSES = pd.DataFrame({"township_code": ["1", "1", "2"], "farmland_mu": [0.0, 1.5, None]}).astype({"township_code": "str"})
FUNCTIONS = {
    "rules": lambda to: quality.rules(RUN, to(FOUND), to(FOUND)),
    "by_place": lambda to: quality.by_place(to(ROWS), to(FOUND), {}),
    "completeness": lambda to: quality.completeness(to(HOUSES), "households", ["farmland_mu"], by="township_code"),
    "summary": lambda to: quality.summary(to(FOUND)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("engine", sorted(set(ENGINES) - {"pyspark"}))  # test_engines.py has a session of Spark
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_engines_agree(name, engine):
    pd.testing.assert_frame_equal(FUNCTIONS[name](ENGINES[engine]), FUNCTIONS[name](lambda frame: frame))
