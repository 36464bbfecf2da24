import pandas as pd
import pytest
from analysis.samples import households
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.analysis import poverty
from tuopin_analysis.errors import InputError

MEASURES = ["headcount_ratio", "poverty_gap", "squared_poverty_gap"]
HOMES = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9000) | st.none()), min_size=1, max_size=30)


def test_measures_by_hand():
    """Line 2000: two persons lack half, one lacks a quarter, three are at the line and above, four are unknown."""
    frame = households([(2, 1000.0), (1, 1500.0), (1, 2000.0), (2, 5000.0), (4, None)], "size income_per_person_yuan")
    row = poverty.measures(frame, line_yuan=2000).iloc[0]
    assert row[["households", "persons", "poor_households", "poor_persons"]].tolist() == [4, 6, 2, 3]
    assert row[["unknown_households", "unknown_persons"]].tolist() == [1, 4]
    assert row["headcount_ratio"] == 3 / 6  # an income at the line is not below it
    assert row["poverty_gap"] == pytest.approx((2 * 0.5 + 0.25) / 6)
    assert row["squared_poverty_gap"] == pytest.approx((2 * 0.25 + 0.0625) / 6)


def test_by_place():
    rows = [("a", 1, 1000.0), ("b", 3, 3000.0), ("b", 1, 0.0), ("c", 2, None)]
    table = poverty.measures(households(rows, "township_code size income_per_person_yuan"), line_yuan=2000, by=["township_code"])
    assert table["township_code"].tolist() == ["a", "b", "c"]
    assert table["headcount_ratio"].tolist()[:2] == [1.0, 0.25]
    assert table["poverty_gap"].tolist()[:2] == [0.5, 0.25]
    assert table[MEASURES].iloc[2].isna().all()


@given(HOMES, st.integers(1, 6000))
def test_the_parts_decompose_the_whole(homes, line):
    """Additively decomposable: the whole's measure is the mean of its parts', weighted by their persons (FGT 1984)."""
    frame = households([(str(n % 3), *home) for n, home in enumerate(homes)], "township_code size income_per_person_yuan")
    whole = poverty.measures(frame, line_yuan=line).iloc[0]
    parts = poverty.measures(frame, line_yuan=line, by=["township_code"])
    assert whole["persons"] + whole["unknown_persons"] == frame["size"].sum()
    for name in MEASURES:
        if whole["persons"]:
            assert (parts[name].fillna(0) * parts["persons"]).sum() / whole["persons"] == pytest.approx(whole[name])
            assert 0 <= whole["squared_poverty_gap"] <= whole["poverty_gap"] <= whole["headcount_ratio"] <= 1


@pytest.mark.parametrize("line", [0, -5, float("nan")])
def test_a_line_that_is_none(line):
    with pytest.raises(InputError, match="above 0"):
        poverty.measures(pd.DataFrame({"size": [1], "income_per_person_yuan": [1.0]}), line_yuan=line)
