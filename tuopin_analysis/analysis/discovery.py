"""Several tests at once: p values as q values, so that few of the places named are named by chance."""

import numpy as np
import pandas as pd


def q_values(p_values: pd.Series) -> pd.Series:
    """The false-discovery rate at which each test would be named, by Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57(1).

    Missing p values are no tests: they stay missing and don't count.

    >>> q_values(pd.Series([0.01, 0.04, 0.03, None])).round(4).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    known = p_values.dropna().astype("float64").sort_values(ascending=False, kind="stable")
    ranks = np.arange(len(known), 0, -1)
    stepped = (known * len(known) / ranks).cummin().clip(upper=1.0) if len(known) else known
    return stepped.reindex(p_values.index).astype("float64")
