"""What a register reaches, told at once: before its rows are checked, and so before anything is made of them."""

import pandas as pd

from tuopin_analysis.register import places, read, store
from tuopin_analysis.register.about import About, of_one_county


def townships(told: About) -> list[str]:
    """The codes of the townships that have households on record, in order; InputError for a store of many counties.

    Of workbooks the households' one is read, not checked: a township all of whose households will be set aside is among them.

    >>> from tuopin_analysis.register.about import about
    >>> townships(about("demo"))[:2]
    ['130123100', '130123102']
    """
    if of_one_county(told).store:
        codes = store.frame(told, told.baseline, "households")["township_code"]
    else:
        cells = read.source(told, "households").cells
        codes = places.match(pd.DataFrame({name: cells[name] for name in ("township", "village")}), told.county_code)[
            "township_code"
        ]
    return sorted(codes.dropna().unique())
