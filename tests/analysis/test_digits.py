"""Last digits and heaps, by hand."""

import numpy as np
import pandas as pd
import pytest
from analysis.exit_samples import SETTINGS, STEPS, accepted, measures, stepped
from analysis.samples import RULES, households

from tuopin_analysis.analysis import digits, judged


def counted(incomes, townships=None) -> pd.DataFrame:
    codes = townships or ["130123103"] * len(incomes)
    homes = households([(f"h{n:04}", code, code) for n, code in enumerate(codes)], "household_id township_code township")
    happened = stepped([(f"h{n:04}", "exit", "2016-06-01", income) for n, income in enumerate(incomes)])
    exits = judged.judge(homes, happened, measures({}), accepted([]), as_of="2016-12-31", rules=RULES, there=STEPS)
    return digits.counted(digits.digited(exits, SETTINGS))


def test_digits_are_of_whole_yuan_and_multiples_of_the_exact_income():
    table = counted([3000, 3500, 3100, 3100.4, 2999.99, None, 3007])
    found = table.set_index(["last_digit", "multiple_yuan"])["exits"].to_dict()
    assert found == {(0, 1000): 1, (0, 500): 1, (0, 100): 1, (0, 0): 1, (9, 0): 1, (7, 0): 1}


def test_even_digits_are_even_and_one_digit_is_not():
    incomes = [3000.5 + n for n in range(50)] + [3005.5 + 10 * n for n in range(50)]
    table = digits.last_digits(counted(incomes, ["130123103"] * 50 + ["130123200"] * 50), SETTINGS, 10)
    assert table["n"].tolist() == [50, 50]
    assert table["statistic"].tolist() == [0, pytest.approx((50 - 5) ** 2 / 5 + 9 * 5)]
    assert table["p_value"].tolist() == [1, 1 / (1 + SETTINGS.draws)]
    assert table["q_value"].tolist() == [1, 2 / (1 + SETTINGS.draws)]


def test_heaps_by_hand():
    incomes = [3000.0] * 2 + [3100.0] * 3 + [3001.7 + n for n in range(15)]
    table = digits.heaping(counted(incomes), SETTINGS, 10).set_index("heap_yuan")
    assert table["n"].tolist() == [20] * 3
    assert table["heaped_exits"].to_dict() == {100: 5, 500: 2, 1000: 2}
    assert table.loc[100, "share_heaped"] == 0.25
    none = [1 - sum(_chance(20, k, 1 / yuan) for k in range(n)) for yuan, n in ((100, 5), (500, 2), (1000, 2))]
    assert table["p_value"].tolist() == pytest.approx(none)


def _chance(number, hits, share):
    from math import comb

    return comb(number, hits) * share**hits * (1 - share) ** (number - hits)


def test_too_few_are_not_tested_and_none_give_no_row():
    few = counted([3000.0] * 9)
    assert digits.last_digits(few, SETTINGS, 10)[["statistic", "p_value", "q_value"]].isna().all(axis=None)
    assert digits.heaping(few, SETTINGS, 10)["p_value"].isna().all()
    none = counted([None, None])
    assert digits.last_digits(none, SETTINGS, 10).empty
    assert digits.heaping(none, SETTINGS, 10).empty


def test_the_level_of_last_digits_holds():
    rng, quick = np.random.default_rng(3), SETTINGS.model_copy(update={"draws": 99})
    made = [(f"t{place}", "x", digit, 0, 1) for place in range(300) for digit in rng.integers(0, 10, 40)]
    table = pd.DataFrame(made, columns=["township_code", "township", "last_digit", "multiple_yuan", "exits"])
    found = (digits.last_digits(table, quick, 10)["p_value"] <= 0.1).mean()
    assert abs(found - 0.1) < 3.3 * np.sqrt(0.1 * 0.9 / 300)
