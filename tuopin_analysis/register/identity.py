"""What a citizen identification number says of its holder: check digit, day of birth, sex (GB 11643-1999)."""

import numpy as np
import pandas as pd

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.array(list("10X98765432"))


def read(numbers: pd.Series) -> pd.DataFrame:
    """One row per number, same index: number (its first 18 signs), is_formed, is_checked, birth_date, sex.

    A certificate of disability begins with the holder's number, so only the first 18 signs count. What is not 17 digits and a
    digit or X is not formed, and says nothing of birth or sex; a missing number is neither right nor wrong (all missing).

    >>> read(pd.Series(["11010519491231002X", "110105194912310021", "11010519491231"]))[["is_formed", "is_checked", "sex"]]
       is_formed  is_checked     sex
    0       True        True  female
    1       True       False  female
    2      False       False     NaN
    """
    number = numbers.astype("str").str.slice(0, 18)
    given = number.notna().to_numpy()
    is_formed = number.str.fullmatch(r"[0-9]{17}[0-9X]").fillna(False).to_numpy(dtype=bool)
    formed = number[is_formed]
    digits = np.frombuffer("".join(formed.str.slice(0, 17)).encode("ascii"), dtype=np.uint8).reshape(-1, 17).astype(int) - 48
    found = pd.DataFrame({"number": number}, index=numbers.index)
    found["is_formed"] = pd.array(is_formed, dtype="boolean")
    checked = np.zeros(len(number), dtype=bool)
    checked[is_formed] = _CHECK[digits @ _WEIGHTS % 11] == formed.str.slice(17).to_numpy(dtype=str)
    found["is_checked"] = pd.array(checked, dtype="boolean")
    found.loc[~given, ["is_formed", "is_checked"]] = pd.NA
    births = pd.to_datetime(number.where(is_formed).str.slice(6, 14), format="%Y%m%d", errors="coerce")
    found["birth_date"] = births.astype("datetime64[us]")
    sex = np.full(len(number), None, dtype=object)
    sex[is_formed] = np.where(digits[:, 16] % 2 == 1, "male", "female")
    found["sex"] = pd.Series(sex, index=numbers.index, dtype="str")
    return found


def is_checked(number: str) -> bool:
    """Whether a number of 17 digits and a digit or X has the right check digit.

    >>> is_checked("11010519491231002X"), is_checked("110105194912310000")
    (True, False)
    """
    total = sum(int(digit) * int(weight) for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return str(_CHECK[total % 11]) == number[17]


def age_years(birth_date: pd.Series, day: object) -> pd.Series:
    """Full years lived on a day (nullable whole numbers; missing without a day of birth).

    >>> births = pd.Series(pd.to_datetime(["2000-02-29", "2000-03-01", None]))
    >>> age_years(births, "2016-02-29").to_list(), age_years(births, "2016-02-28").to_list()
    ([16, 15, <NA>], [15, 15, <NA>])
    """
    on = pd.Timestamp(str(day))
    before = (birth_date.dt.month > on.month) | ((birth_date.dt.month == on.month) & (birth_date.dt.day > on.day))
    return (on.year - birth_date.dt.year - before).where(birth_date.notna()).astype("Int64")
