import pandas as pd
import pytest
from analysis.samples import GROUPS, TOWNSHIPS, county, households
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis.analysis import townships
from tuopin_analysis.errors import InputError

NANNIU, XINAN, BEIZAOXIAN = "130123200", "130123103", "130123203"


@pytest.fixture(scope="module")
def table():
    return townships.distribution(county())


def test_published_townships(table):
    published = [[code, *numbers] for code, numbers in TOWNSHIPS.items()]
    assert table[["township_code", "township", "households", "persons"]].to_numpy().tolist() == published
    assert table["households"].sum() == 1695
    assert table["persons"].sum() == 3654


def test_the_larger_of_xinan_and_nanniu_depends_on_the_unit(table):
    by_code = table.set_index("township_code")
    assert by_code.loc[[XINAN, NANNIU], "share_households"].round(3).tolist() == [0.232, 0.176]
    assert by_code.loc[[XINAN, NANNIU], "share_persons"].round(3).tolist() == [0.179, 0.19]
    assert by_code.loc[[XINAN, NANNIU], "rank_households"].tolist() == [1, 2]
    assert by_code.loc[[XINAN, NANNIU], "rank_persons"].tolist() == [2, 1]
    assert by_code.loc[XINAN, "persons_per_household"] == 655 / 394


def test_one_decimal_shares_do_not_add_to_a_hundred_though_the_shares_do(table):
    assert table["share_persons"].sum() == pytest.approx(1)
    assert {unit: round((table[f"share_{unit}"] * 100).round(1).sum(), 1) for unit in ("households", "persons")} == {
        "households": 99.9,
        "persons": 99.9,
    }


def test_equal_numbers_share_the_better_rank():
    frame = households([("a", "A", 1), ("b", "B", 2), ("c", "C", 2)], "township_code township size")
    assert townships.distribution(frame)["rank_persons"].tolist() == [3, 1, 1]
    assert townships.distribution(frame)["rank_households"].tolist() == [1, 1, 1]


def test_larger(table):
    assert townships.larger(table, "persons", 3)["township_code"].tolist() == [NANNIU, XINAN, BEIZAOXIAN]
    assert townships.larger(table, "households", 2)["township_code"].tolist() == [XINAN, NANNIU]
    with pytest.raises(InputError, match="did you mean 'households'"):
        townships.larger(table, "houshold", 2)


def test_the_claim_holds_in_both_units_with_the_order_turned(table):
    checked = townships.check_larger(table, [NANNIU, XINAN]).set_index("unit")
    assert checked["holds"].tolist() == [True, True]
    assert checked["first"].to_dict() == {"households": XINAN, "persons": NANNIU}
    assert checked["second_share"].tolist() == [299 / 1695, 655 / 3654]
    assert checked.loc["persons", "largest"] == f"{NANNIU};{XINAN}"
    assert townships.check_larger(table, [NANNIU, BEIZAOXIAN])["holds"].tolist() == [False, False]


def test_a_claim_between_equals_holds_and_of_a_township_without_anybody_does_not(table):
    equal = townships.distribution(households([("a", "A"), ("b", "B"), ("c", "C")], "township_code township"))
    assert townships.check_larger(equal, ["b", "c"])["holds"].all()
    assert townships.check_larger(table, ["130123299"])["holds"].tolist() == [False, False]
    assert townships.check_larger(equal, ["a", "b", "c", "d"])["holds"].tolist() == [True, True]


def test_where_nothing_is_claimed_nothing_holds_and_the_largest_two_are_still_told(table):
    checked = townships.check_larger(table, [])
    assert checked["holds"].isna().all()
    assert checked[["first", "second"]].to_numpy().tolist() == [[XINAN, NANNIU], [NANNIU, XINAN]]


def test_concentration_by_hand():
    table = townships.distribution(households([("a", "A", 1)] * 3 + [("b", "B", 1)], "township_code township size"))
    row = townships.concentration(table).iloc[0]
    assert row[["herfindahl", "effective_number", "top_two_share", "gini"]].tolist() == [0.625, 1.6, 1.0, 0.25]
    alone = townships.concentration(table.iloc[:1]).iloc[1]
    assert alone[["herfindahl", "effective_number", "gini"]].tolist() == [1.0, 1.0, 0.0]
    assert townships.concentration(table.iloc[:0])["gini"].isna().all()


def test_location_quotients_by_hand():
    rows = [("a", "A", "illness", 1), ("a", "A", "disability", 1), ("b", "B", "disability", 2)]
    table = townships.location_quotients(households(rows, "township_code township cause_main size"), GROUPS)
    found = table.set_index(["township_code", "cause_main"])
    assert found.loc[("a", "illness"), "location_quotient_persons"] == 0.5 / 0.25
    assert found.loc[("a", "disability"), "location_quotient_households"] == pytest.approx(0.5 / (2 / 3))
    assert found.loc[("b", "illness"), "location_quotient_persons"] == 0
    assert pd.isna(found.loc[("b", "other"), "location_quotient_persons"]), "nobody at all has the cause"


def population(**given: float | None) -> pd.DataFrame:
    return pd.DataFrame({"township_code": list(given), "rural_population": pd.array(list(given.values()), dtype="Float64")})


def test_incidence_needs_a_population(table):
    found = townships.incidence(table, pd.DataFrame({"township_code": [XINAN], "rural_population": [6550]})).set_index(
        "township_code"
    )
    assert found.loc[XINAN, "headcount_ratio"] == 0.1
    assert pd.isna(found.loc[XINAN, "reason"])
    assert found.drop(XINAN)["headcount_ratio"].isna().all(), "missing, never 0"
    assert set(found.drop(XINAN)["reason"]) == {"no population given"}
    none = townships.incidence(table, pd.DataFrame({"township_code": list(TOWNSHIPS), "rural_population": [float("nan")] * 8}))
    assert none["headcount_ratio"].isna().all()
    assert (none["reason"] == "no population given").all()


def test_impossible_populations_are_all_named():
    table = townships.distribution(households([("a", "A", 3), ("b", "B", 2), ("c", "C", 1)], "township_code township size"))
    with pytest.raises(InputError) as caught:
        townships.incidence(table, population(a=2, b=0, c=1))
    assert [fault.where for fault in caught.value.faults] == ["township a", "township b"]
    doubled = pd.concat([population(a=9), population(a=8)])
    with pytest.raises(InputError, match="township a stands twice"):
        townships.incidence(table, doubled)
    with pytest.raises(InputError, match=r"rural population of '8\.5'"):
        townships.incidence(table, population(a=8.5))
    with pytest.raises(InputError, match="rural population of 'many'"):
        townships.incidence(table, pd.DataFrame({"township_code": ["a"], "rural_population": ["many"]}))


def test_by_village():
    rows = [("a", "a1", "One", 1), ("a", "a1", "One", 2), ("b", "b1", "One", 5)]
    table = townships.by_village(households(rows, "township_code village_code village size"))
    assert table[["township_code", "village_code", "village", "persons", "rank_persons"]].to_numpy().tolist() == [
        ["a", "a1", "One", 3, 2],
        ["b", "b1", "One", 5, 1],
    ]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=12))
def test_laws_of_concentration(numbers):
    table = pd.DataFrame({"households": numbers, "persons": numbers})
    row = townships.concentration(table).iloc[0]
    assert 1 / len(numbers) - 1e-12 <= row["herfindahl"] <= 1
    assert 1 - 1e-9 <= row["effective_number"] <= len(numbers) + 1e-9
    assert 0 <= row["gini"] < 1
    pairs = sum(abs(a - b) for a in numbers for b in numbers)
    assert row["gini"] == pytest.approx(pairs / (2 * len(numbers) * sum(numbers)))
