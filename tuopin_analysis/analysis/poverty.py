"""How poor are they? Measures of poverty by income against a line, of persons.

Income is the household's net income per person, which each of its members is taken to have; measures are weighted by household
size. Households without an income on record are left out of the measures and counted apart, never taken for an income of 0.
"""

from collections.abc import Sequence

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.errors import Fault, InputError

INCOME = "income_per_person_yuan"
_WHOLE = ["households", "persons", "poor_households", "poor_persons", "unknown_households", "unknown_persons"]


def measures(households: IntoFrame, *, line_yuan: float, by: Sequence[str] = ()) -> pd.DataFrame:
    """Foster-Greer-Thorbecke measures against `line_yuan` (per person and year): one row, or one per combination of `by`.

    `households, persons` with an income on record, `poor_households, poor_persons` below the line, `headcount_ratio` (poor
    persons over persons), `poverty_gap` (the mean over persons of what lacks to the line, as a share of it; 0 for the others),
    `squared_poverty_gap` (of its square), `unknown_households, unknown_persons` without an income. The three measures lie from
    0 to 1 (above where incomes are negative), and are missing where nobody has an income on record. InputError for a line that
    is not above 0. Source: Foster, Greer and Thorbecke (1984), Econometrica 52(3), alpha = 0, 1 and 2.

    >>> frame = pd.DataFrame({"income_per_person_yuan": [1000.0, 3000.0], "size": [1, 3]})
    >>> found = measures(frame, line_yuan=2000).iloc[0]
    >>> [float(found[name]) for name in ("headcount_ratio", "poverty_gap", "squared_poverty_gap")]
    [0.25, 0.125, 0.0625]
    """
    if not line_yuan > 0:
        raise InputError(Fault(f"a poverty line of {line_yuan}", "line_yuan", "yuan per person and year, above 0"))
    size, income = nw.col("size"), nw.col(INCOME)
    known, below = 1 - income.is_null().cast(nw.Int64), (income < line_yuan).fill_null(False)
    lacking = nw.when(below).then((line_yuan - income.cast(nw.Float64)) / line_yuan).otherwise(nw.lit(0.0))
    poor = below.cast(nw.Int64)
    one = counts.lazy(households, [*by, "size", INCOME]).select(
        *by, households=known, persons=known * size, poor_households=poor, poor_persons=poor * size, unknown_households=1 - known,
        unknown_persons=(1 - known) * size, gap=lacking * size, squared=lacking * lacking * size)  # fmt: skip
    keys = list(by) or ["_all"]
    one = one if by else one.with_columns(_all=nw.lit(1))
    summed = one.group_by(*keys).agg(*(nw.col(name).sum() for name in [*_WHOLE, "gap", "squared"]))
    small = counts.collect(summed, _WHOLE).sort_values(keys, ignore_index=True)
    table = small[[*by, *_WHOLE[:4]]].assign(headcount_ratio=counts.ratio(small["poor_persons"], small["persons"]))
    for name, column in (("poverty_gap", "gap"), ("squared_poverty_gap", "squared")):
        table[name] = counts.ratio(small[column], small["persons"])
    return table.assign(**{name: small[name] for name in _WHOLE[4:]})
