"""Counting households and persons: the one place where large frames become small pandas frames.

A large frame may be pandas, Polars, DuckDB or any other that Narwhals reads. It meets elementary steps only (derive columns,
filter, join, group and add up), since those are what every engine does alike; whatever is subtle happens afterwards, on the
small frame.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.errors import Fault, InputError, nearest

COUNTS = ["households", "persons", "remaining_households", "remaining_persons"]
UNITS = ("households", "persons")
Groups = Mapping[str, Sequence[str]]
Day = date | str


def lazy(frame: IntoFrame, needs: Sequence[str] = ()) -> nw.LazyFrame:
    """Any frame as a Narwhals lazy frame; InputError names the columns it lacks."""
    read = nw.from_native(frame).lazy()
    known = read.collect_schema().names()
    lacking = [column for column in needs if column not in known]
    if lacking:
        where, expected = "the frame to count", "a frame of the register"
        raise InputError(*(Fault(f"no column '{column}'", where, expected, nearest(column, known)) for column in lacking))
    return read


def collect(frame: nw.LazyFrame, integers: Sequence[str] = ()) -> pd.DataFrame:
    """Bring a small result over as pandas: text as `str`, the columns `integers` as int64 whatever the engine made of a sum.

    >>> two = lazy(pd.DataFrame({"size": [2.0, 3.0]}))
    >>> collect(two, ["size"])["size"].tolist()
    [2, 3]
    """
    streamed = {"engine": "streaming"} if frame.implementation.is_polars() else {}  # in pieces: a nation does not fit in memory
    small = frame.collect(**streamed).to_pandas().copy()  # type: ignore[arg-type]
    for column in small.columns:
        if column in integers:
            small[column] = small[column].astype("int64")
        elif pd.api.types.is_string_dtype(small[column]) or isinstance(small[column].dtype, pd.CategoricalDtype):
            small[column] = small[column].astype("str")
    return small


def count_by(households: IntoFrame, by: Sequence[str]) -> pd.DataFrame:
    """Count households and their members, all of the baseline and those not yet out.

    One row per combination of `by` that occurs, in their order; `households, persons, remaining_households, remaining_persons`
    int64.

    >>> frame = pd.DataFrame({"cause_main": ["illness", "illness"], "size": [2, 3], "is_remaining": [True, False]})
    >>> count_by(frame, ["cause_main"]).to_dict("records")
    [{'cause_main': 'illness', 'households': 2, 'persons': 5, 'remaining_households': 1, 'remaining_persons': 2}]
    """
    left = nw.col("is_remaining").cast(nw.Int64)
    counted = (
        lazy(households, [*by, "size", "is_remaining"])
        .select(
            *by, households=nw.lit(1), persons=nw.col("size"), remaining_households=left, remaining_persons=left * nw.col("size")
        )
        .group_by(*by)
        .agg(*(nw.col(column).sum() for column in COUNTS))
    )
    return collect(counted, COUNTS).sort_values(list(by), ignore_index=True)


def count_places(households: IntoFrame, code: str, further: Sequence[str] = ()) -> pd.DataFrame:
    """`count_by` for places: one row per place code (and `further`), named as most of its households write the place's name.

    `code` is `township_code` or `village_code`; the name stands in `township` or `village`.
    """
    name = code.removesuffix("_code")
    spelled = count_by(households, [code, name, *further])
    often = spelled.groupby([code, name], as_index=False)[["households"]].sum()
    often = often.sort_values([code, "households", name], ascending=[True, False, True])
    names = often.drop_duplicates(code).set_index(code)[name]
    counted = spelled.groupby([code, *further], as_index=False)[COUNTS].sum()
    counted.insert(1, name, counted[code].map(names).astype("str"))
    return counted


def ratio(part: pd.Series, whole: "pd.Series | float") -> pd.Series:
    """`part` / `whole` as float64; nothing out of nothing is missing, never 0.

    >>> ratio(pd.Series([1, 0]), pd.Series([4, 0])).tolist()
    [0.25, nan]
    """
    below = pd.Series(whole, index=part.index).astype("float64")
    return part.astype("float64") / below.where(below != 0)


def with_shares(counted: pd.DataFrame, within: Sequence[str] = ()) -> pd.DataFrame:
    """Add `share_households` and `share_persons` (0 to 1) of the whole frame, or of each group of `within`, behind the counts.

    >>> with_shares(pd.DataFrame({"households": [1, 3], "persons": [0, 0]})).to_dict("list")
    {'households': [1, 3], 'persons': [0, 0], 'share_households': [0.25, 0.75], 'share_persons': [nan, nan]}
    """
    shared = counted.copy()
    for unit in reversed(UNITS):
        whole = counted.groupby(list(within))[unit].transform("sum") if within else counted[unit].sum()
        shared.insert(list(counted.columns).index("persons") + 1, f"share_{unit}", ratio(counted[unit], whole))
    return shared


def grouped(counted: pd.DataFrame, groups: Groups | None, within: Sequence[str] = ()) -> pd.DataFrame:
    """Add up the causes of `counted` to `groups` (name: causes), for each combination of `within`, with every group in its order.

    A group without households has counts of 0. Without `groups` the causes stay as they are, the most persons first.
    InputError names every cause that stands in no group.
    """
    group_of = _group_of(counted, groups)
    named = counted.assign(cause_main=counted["cause_main"].map(group_of).astype("str"))
    keys = [*within, "cause_main"]
    added = named.groupby(keys, as_index=False)[COUNTS].sum()
    cells = pd.DataFrame({"cause_main": list(dict.fromkeys(group_of.values()))}, dtype="str")
    if within:
        cells = counted[list(within)].drop_duplicates().merge(cells, how="cross")
    filled = cells.merge(added, on=keys, how="left")
    return filled.assign(**{column: filled[column].fillna(0).astype("int64") for column in COUNTS})


def _group_of(counted: pd.DataFrame, groups: Groups | None) -> dict[str, str]:
    """The group of each cause, in the order of the groups."""
    if groups is None:
        persons = counted.groupby("cause_main", as_index=False)[["persons"]].sum()
        return {cause: cause for cause in persons.sort_values(["persons", "cause_main"], ascending=[False, True])["cause_main"]}
    group_of = {cause: group for group, causes in groups.items() for cause in causes}
    unknown = [cause for cause in counted["cause_main"].unique() if cause not in group_of]
    if unknown:
        mend = "add it to cause_groups of the rule set"
        raise InputError(
            *(Fault(f"cause '{cause}' is in no group", "cause_main", "a cause of the rule set", mend) for cause in unknown)
        )
    return group_of


def exact(number: object) -> Fraction:
    """A number as it is written: "0.40", Decimal("0.40") and the float 0.4 are all two fifths.

    >>> exact(0.4), exact("0.40")
    (Fraction(2, 5), Fraction(2, 5))
    """
    return Fraction(str(number))


def day(value: Day) -> date:
    """A day given as a date or as ISO text; InputError when it is neither.

    >>> day("2016-12-31"), day(pd.Timestamp("2016-12-31"))
    (datetime.date(2016, 12, 31), datetime.date(2016, 12, 31))
    """
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InputError(Fault(f"'{value}' is not a day", "as_of", "a day such as 2016-12-31")) from None
