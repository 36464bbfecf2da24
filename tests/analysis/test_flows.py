import pandas as pd
import pytest
from analysis.samples import households
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.analysis import flows
from tuopin_analysis.errors import InputError

LIST = st.dictionaries(st.integers(0, 12), st.tuples(st.sampled_from("tu"), st.integers(1, 6), st.booleans()), max_size=12)


def listed(rows):
    return households(rows, "household_id township_code size is_remaining")


def test_flows_by_hand():
    """a stays poor and grows, b leaves, c falls back, d is gone, e is new, f moves from u to t."""
    before = [("a", "t", 2, True), ("b", "t", 3, True), ("c", "t", 1, False), ("d", "u", 4, True), ("f", "u", 5, True)]
    after = [("a", "t", 3, True), ("b", "t", 3, False), ("c", "t", 1, True), ("e", "u", 6, True), ("f", "t", 5, True)]
    found = flows.by_place(listed(before), listed(after)).set_index("township_code")
    units = {kind: (f"{kind}_households", f"{kind}_persons") for kind in flows.KINDS}
    town = {kind: tuple(found.loc["t", list(names)]) for kind, names in units.items()}
    assert town == {"before": (4, 11), "stayed": (4, 12), "new": (0, 0), "gone": (0, 0), "exits": (1, 3), "relapses": (1, 1),
                    "after": (4, 12)}  # fmt: skip
    other = {kind: tuple(found.loc["u", list(names)]) for kind, names in units.items()}
    assert other == {"before": (1, 4), "stayed": (0, 0), "new": (1, 6), "gone": (1, 4), "exits": (0, 0), "relapses": (0, 0),
                     "after": (1, 6)}  # fmt: skip


@given(LIST, LIST)
def test_nobody_is_lost(before, after):
    found = flows.by_place(*(listed([(str(home), *rest) for home, rest in rows.items()]) for rows in (before, after)))
    total = found.drop(columns="township_code").sum()
    assert total["before_households"] == len(before) == total["stayed_households"] + total["gone_households"]
    assert total["after_households"] == len(after) == total["stayed_households"] + total["new_households"]
    assert total["before_persons"] == sum(size for _, size, _ in before.values())
    assert total["after_persons"] == sum(size for _, size, _ in after.values())
    both = [(before[home][2], after[home][2]) for home in set(before) & set(after)]
    assert total["exits_households"] == both.count((True, False))
    assert total["relapses_households"] == both.count((False, True))


def test_a_list_without_states_is_told():
    with pytest.raises(InputError, match="no column 'is_remaining'"):
        flows.by_place(pd.DataFrame({"household_id": ["a"], "township_code": "t", "size": 1}), listed([("a", "t", 1, True)]))
