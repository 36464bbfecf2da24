"""The pattern of suppressed figures, by hand and by its laws; the attack on whole pages is in tests/test_disclosure_attack.py."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis.analysis import disclosure
from tuopin_analysis.analysis.margins import Table, moves
from tuopin_analysis.errors import InputError

GROUPS = {"illness": ["illness"], "disability": ["disability"], "other": ["schooling"]}
NONE = pd.DataFrame(columns=["township_code", "cause_main", "households", "persons"])


def register(counts: list[list[int]], out: int = 0) -> pd.DataFrame:
    """Households of two persons: one row of `counts` per township, one column per cause; every `out`-th is out."""
    causes = ["illness", "disability", "schooling"]
    rows = [(f"T{t}", causes[c]) for t, line in enumerate(counts) for c, n in enumerate(line) for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["township_code", "cause_main"]).assign(size=2)
    left = np.arange(len(frame)) % out != 0 if out else np.ones(len(frame), dtype=bool)
    return frame.assign(township=frame["township_code"], is_remaining=left)


def pattern(households: pd.DataFrame, small: int = 3, townships: pd.DataFrame = NONE, causes: pd.DataFrame = NONE):
    return disclosure.pattern(disclosure.cube(households, GROUPS, townships, causes), small)


def test_one_small_cell_takes_a_rectangle_of_the_fewest_households_with_it():
    found = pattern(register([[9, 8, 1], [40, 7, 6], [50, 60, 5]]))
    assert found.registered[:3, :3].astype(int).tolist() == [[0, 1, 1], [0, 0, 0], [0, 0, 0]] or found.registered[0, 2]
    assert found.hides("registered", "T0", "other")
    assert found.registered.sum() >= 4
    assert not found.hides("registered", "*", "*")


def test_nothing_is_suppressed_where_nothing_is_small():
    found = pattern(register([[9, 8, 0], [40, 7, 6]]))
    assert not found.registered.any()
    assert not found.split.any()


def test_a_nought_is_shown_beside_a_small_cell_if_others_can_hide_it():
    found = pattern(register([[9, 1, 0], [40, 7, 6], [30, 9, 9]]))
    assert found.hides("registered", "T0", "disability")
    assert not found.hides("registered", "T0", "other")


def test_small_splits_leave_the_registered_count_open():
    households = register([[30, 30, 30], [30, 30, 30]])
    households.loc[0, "is_remaining"] = False
    found = pattern(households)
    assert found.hides("out", "T0", "illness")
    assert found.hides("remaining", "T0", "illness")
    assert not found.registered.any()


def test_published_margins_are_never_suppressed_and_may_make_it_impossible():
    households = register([[1, 0, 0], [9, 9, 9]])
    townships = pd.DataFrame({"township_code": ["T0", "T1"], "households": [1, 27], "persons": [2, 54]})
    causes = pd.DataFrame({"cause_main": list(GROUPS), "households": [10, 9, 9], "persons": [20, 18, 18]})
    with pytest.raises(InputError, match=r"cannot be hidden.*township T0, cause illness"):
        pattern(households, townships=townships, causes=causes)
    free = pattern(register([[5, 4, 1], [9, 9, 9]]), townships=townships.assign(households=[10, 27], persons=[20, 54]))
    assert not free.registered[:, -1].any()


LINES = st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=1, max_size=4).filter(lambda x: any(map(any, x)))


@settings(max_examples=25, deadline=None)
@given(LINES, st.integers(0, 4), st.randoms(use_true_random=False))
def test_the_pattern_holds_every_small_cell_and_depends_on_the_households_alone(lines, out, random):
    households = register(lines, out)
    shuffled = households.sample(frac=1, random_state=random.randint(0, 1000))
    first, second = pattern(households), pattern(shuffled)
    assert (first.registered == second.registered).all()
    assert (first.split == second.split).all()
    assert (first.split | ~first.registered).all()
    for layer, values in first.cube.households.items():
        mask = first.registered if layer == "registered" else first.split
        assert mask[(values >= 1) & (values < 3)].all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=4), st.booleans())
def test_a_move_keeps_every_sum_and_stays_within_bounds(lines, up):
    inner = np.array(lines)
    value = np.vstack([inner, inner.sum(axis=0)])
    value = np.hstack([value, value.sum(axis=1, keepdims=True)])
    table = Table(value, np.zeros_like(value), np.full_like(value, 1000))
    done, moved = moves(table, (0, 0), up, 3, np.ones_like(value, dtype=bool), np.ones_like(value))
    after = value + moved
    assert (after >= 0).all()
    assert (after[:-1].sum(axis=0) == after[-1]).all()
    assert (after[:, :-1].sum(axis=1) == after[:, -1]).all()
    assert moved[0, 0] == (done if up else -done)
    assert done == (3 if up else min(3, value[0, 0]))
