"""ID numbers, whole frames: the check digit, the day of birth, the sex, and what is no number."""

import pandas as pd

from tuopin_analysis.register import identity

RIGHT, WRONG, MAN = "11010519491231002X", "110105194912310021", "130199196002290117"


def test_what_numbers_say():
    numbers = pd.Series(
        [RIGHT, WRONG, MAN, MAN + "43", MAN[:-1] + "x", RIGHT[:17], None, "130199196002300117", "A" * 18, MAN[:-1] + "8"],
        index=range(5, 15),
    )
    found = identity.read(numbers)
    day, other = pd.Timestamp("1949-12-31"), pd.Timestamp("1960-02-29")
    assert found.astype("object").where(found.notna(), None).to_numpy().tolist() == [
        [RIGHT, True, True, day, "female"],
        [WRONG, True, False, day, "female"],
        [MAN, True, False, other, "male"],
        [MAN, True, False, other, "male"],
        [MAN[:-1] + "x", False, False, None, None],
        [RIGHT[:17], False, False, None, None],
        [None, None, None, None, None],
        ["130199196002300117", True, False, None, "male"],
        ["A" * 18, False, False, None, None],
        [MAN[:-1] + "8", True, False, other, "male"],
    ]
    assert list(found.columns) == ["number", "is_formed", "is_checked", "birth_date", "sex"]
    assert [str(dtype) for dtype in found.dtypes] == ["str", "boolean", "boolean", "datetime64[us]", "str"]
    assert found.index.tolist() == list(range(5, 15))


def test_without_any_number_the_columns_are_there():
    found = identity.read(pd.Series([None, None], dtype="str"))
    assert found.isna().all(axis=None)
    assert [str(dtype) for dtype in found.dtypes] == ["str", "boolean", "boolean", "datetime64[us]", "str"]
    assert len(identity.read(pd.Series([], dtype="str"))) == 0


def test_exactly_one_check_digit_is_right():
    for first in (RIGHT[:17], MAN[:17], "13019919600229010"):
        first = first.ljust(17, "3")
        assert [identity.is_checked(first + last) for last in "0123456789X"].count(True) == 1
    assert [last for last in "0123456789X" if identity.is_checked(RIGHT[:17] + last)] == ["X"]


def test_years_lived_on_a_day():
    births = pd.Series(pd.to_datetime(["2000-02-29", "2000-06-15", "2000-06-16", "2000-07-01", "2000-05-31", None, "2016-06-15"]))
    found = identity.age_years(births, "2016-06-15")
    assert found.fillna(-1).tolist() == [16, 16, 15, 15, 16, -1, 0]
    assert (found.dtype, found.index.tolist()) == ("Int64", births.index.tolist())
    assert identity.age_years(births, pd.Timestamp("2017-01-01").date()).fillna(-1).tolist() == [16, 16, 16, 16, 16, -1, 0]
