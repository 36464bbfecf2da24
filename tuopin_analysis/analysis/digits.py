"""Are incomes at the exit made up? Last digits that are not even, and heaps at round numbers, place by place.

Honest incomes, reckoned from many items, have last digits (of whole yuan) that are as good as even, and are a multiple of 100
once in a hundred times at most. A small p value says that a place's incomes are not like that; estimated and rounded figures do
it, too.
"""

import narwhals as nw
import numpy as np
import pandas as pd

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.discovery import q_values
from tuopin_analysis.rules_sections import Acceptance

DIGITS = 10
PLACE = ["township_code", "township"]


def digited(exits: nw.LazyFrame, settings: Acceptance) -> nw.LazyFrame:
    """Exits as `judged.judge` gives them, with `last_digit` of the income in whole yuan and `multiple_yuan`, the largest of the
    rule set's multiples that divides the income (0: none does); -1 without an income."""
    income = nw.col("income")
    digit = income.floor() % DIGITS
    multiple: nw.Expr = nw.lit(0)
    for yuan in sorted(settings.heaps_yuan):
        multiple = nw.when((income % yuan == 0).fill_null(False)).then(nw.lit(yuan)).otherwise(multiple)
    known = ~income.is_null()
    return exits.with_columns(
        last_digit=nw.when(known).then(digit).otherwise(nw.lit(-1.0)),
        multiple_yuan=nw.when(known).then(multiple).otherwise(nw.lit(-1)),
    )


def counted(digited: nw.LazyFrame) -> pd.DataFrame:
    """Exits of each township by last digit and multiple: `township_code, township, last_digit, multiple_yuan, exits`."""
    keys = [*PLACE, "last_digit", "multiple_yuan"]
    rows = digited.filter(nw.col("last_digit") >= 0).select(*keys, exits=nw.lit(1))
    found = counts.collect(rows.group_by(*keys).agg(nw.col("exits").sum()), ["last_digit", "multiple_yuan", "exits"])
    return found.sort_values(keys, ignore_index=True)


def last_digits(counted: pd.DataFrame, settings: Acceptance, small: int) -> pd.DataFrame:
    """Are last digits even? One row per township: `township_code, township, n` (exits with an income), `statistic` (Pearson's
    chi-square against even digits, nine degrees of freedom), `p_value` (from draws of as many even digits, so that it holds for
    small places), `q_value` (over townships). Missing below `small` exits."""
    rows = []
    for at, ((code, name), own) in enumerate(counted.groupby(PLACE, sort=True)):
        seen = np.bincount(own["last_digit"], weights=own["exits"], minlength=DIGITS)
        number, statistic, p_value = int(seen.sum()), float("nan"), float("nan")
        if number >= small:
            drawn = np.random.default_rng([settings.seed, at]).multinomial(number, [1 / DIGITS] * DIGITS, size=settings.draws)
            statistic = float(_chi_square(seen[None, :])[0])
            p_value = (1 + int((_chi_square(drawn) >= statistic - 1e-9).sum())) / (1 + settings.draws)
        rows.append((code, name, number, statistic, p_value))
    table = _typed(pd.DataFrame(rows, columns=[*PLACE, "n", "statistic", "p_value"]), ["n"], ["statistic", "p_value"])
    return table.assign(q_value=q_values(table["p_value"]))


def heaping(counted: pd.DataFrame, settings: Acceptance, small: int) -> pd.DataFrame:
    """Do incomes heap at round numbers? One row per township and multiple of the rule set.

    `township_code, township, heap_yuan, n` (exits with an income), `heaped_exits` (with a multiple of it), `share_heaped`,
    `p_value` (exact binomial, one-sided, against one in `heap_yuan`), `q_value` (over the townships, for each multiple).
    Missing below `small` exits.
    """
    from scipy import stats

    rows = []
    for (code, name), own in counted.groupby(PLACE, sort=True):
        number = int(own["exits"].sum())
        for yuan in sorted(settings.heaps_yuan):
            heaped = int(own.loc[own["multiple_yuan"] >= yuan, "exits"].sum())
            p_value = float(stats.binom.sf(heaped - 1, number, 1 / yuan)) if number >= small else float("nan")
            rows.append((code, name, yuan, number, heaped, heaped / number, p_value))
    names = [*PLACE, "heap_yuan", "n", "heaped_exits", "share_heaped", "p_value"]
    table = _typed(pd.DataFrame(rows, columns=names), names[2:5], names[5:])
    corrected = table.groupby("heap_yuan")["p_value"].transform(q_values) if len(table) else table["p_value"]
    return table.assign(q_value=corrected.astype("float64"))


def _chi_square(seen: np.ndarray) -> np.ndarray:
    expected = seen.sum(axis=1, keepdims=True) / seen.shape[1]
    found: np.ndarray = ((seen - expected) ** 2 / expected).sum(axis=1)
    return found


def _typed(table: pd.DataFrame, whole: list[str], real: list[str]) -> pd.DataFrame:
    return table.astype(dict.fromkeys(PLACE, "str") | dict.fromkeys(whole, "int64") | dict.fromkeys(real, "float64"))
