"""Of whom a target is a share: what a page says of a register that was read on one day alone."""

from datetime import date

import pandas as pd
import pytest

from tuopin_analysis.register import load
from tuopin_analysis.report import sentences

DAY = date(2016, 1, 1)
ROWS = pd.DataFrame({"denominator": ["baseline", "current"], "households": [1695, 1695], "persons": [3654, 3654]})


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "2016年1月1日在册：1,695户、3,654人。户册只有这一天的一份，当前在册人口即与基期相同；其后登记的增减不计在内。"),
        ("en", "The list of households is of that day alone: the register as it stands counts the same persons, and changes"
               " recorded since are not in it."),
    ],
)  # fmt: skip
def test_one_list_of_households_does_not_say_that_nobody_came_or_went(lang, said):
    """Changes are a table of their own: the demonstration register has newly identified households that its list has not."""
    assert (load.changes()["change"] == "new").any()
    assert sentences.denominator(ROWS, None, "baseline", baseline=DAY, standing=DAY, lang=lang).endswith(said)
