"""40 % of whom: worked by hand, where somebody joined, somebody is gone and a household has grown."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis import rules as rulebook
from tuopin_analysis.analysis import denominators, disclosure, withholding
from tuopin_analysis.errors import InputError

RULES = rulebook.read("hebei-2016")
COURSE = {"as_of": "2016-12-31", "targets": RULES.targets, "rounding": "up"}
NONE = pd.DataFrame(
    {"household_id": pd.Series(dtype="str"), "event": pd.Series(dtype="str"), "event_date": pd.Series(dtype="datetime64[us]")}
)


def homes(**sizes):
    frame = pd.DataFrame({"household_id": list(sizes), "size": list(sizes.values())})
    return frame.astype({"household_id": "str"}).assign(
        township_code="T1", township="镇", cause_main="illness", is_remaining=~frame["household_id"].isin(["a", "g"])
    )


def out(*names):
    return pd.DataFrame({"household_id": list(names), "event": "exit", "event_date": pd.Timestamp("2016-06-30")})


BASE, NOW = homes(a=2, b=3, g=5), homes(a=4, b=3, n=3)  # g is gone, n has joined, a has grown by two


def ways(base=BASE, now=NOW, events=None):
    events = out("a", "g") if events is None else events
    return {"baseline": denominators.Counted(base, base, events), "current": denominators.Counted(now, now, events)}


def test_forty_per_cent_of_whom_by_hand():
    table = denominators.compare(ways(), **COURSE).set_index("denominator")
    base, now = table.loc["baseline"], table.loc["current"]
    assert (base["households"], base["persons"], base["actual_households"], base["actual_persons"]) == (3, 10, 2, 7)
    assert (now["households"], now["persons"], now["actual_households"], now["actual_persons"]) == (3, 10, 1, 4)
    assert (base["share_actual"], now["share_actual"]) == (0.7, 0.4)
    assert (base["target_persons"], now["target_persons"]) == (4, 4)
    assert (base["is_met"], now["is_met"]) == (True, True)
    assert (base["still_needed_persons"], now["still_needed_persons"]) == (0, 0)
    later = denominators.compare(ways(), **{**COURSE, "as_of": "2017-06-30"}).set_index("denominator")
    assert later["is_met"].isna().all()
    assert later["still_needed_persons"].tolist() == [3, 6]


def test_a_township_has_its_part_of_the_countys_target():
    county = pd.concat([BASE, homes(x=1, y=1).assign(township_code="T2", township="乡")], ignore_index=True)
    found = denominators.Counted(county, BASE, out("a"))
    table = denominators.compare({"baseline": found, "current": found}, scope="T1", **COURSE)
    assert table["target_persons"].tolist() == [4, 4]  # of 5 for 12 persons; T2 has the other


def test_moves_see_a_household_that_moved_or_has_another_cause():
    elsewhere = NOW.assign(township_code=["T1", "T2", "T1"])
    assert denominators.moves(BASE, elsewhere)["households"].tolist() == [1, 1, 2]
    assert denominators.moves(BASE, BASE.assign(cause_main="disability"))["persons"].tolist() == [0, 0, 0]


@given(*(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9)) for _ in range(2)))
def test_moves_account_for_the_difference(then, now):
    moved = denominators.moves(homes(**then), homes(**now)).set_index("move")
    joined, gone, changed = (moved.loc[name] for name in denominators.MOVES)
    assert len(now) - len(then) == joined["households"] - gone["households"]
    assert sum(now.values()) - sum(then.values()) == joined["persons"] - gone["persons"] + changed["persons"]


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9), min_size=1))
def test_of_a_register_read_once_both_are_the_same(sizes):
    frame = homes(**sizes)
    table = denominators.compare(ways(frame, frame, NONE), **COURSE).drop(columns="denominator")
    assert table.iloc[0].equals(table.iloc[1])


def test_an_unknown_denominator_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'current'"):
        denominators.check("curent")


def test_nobody_to_count_is_refused():
    with pytest.raises(InputError, match="nobody in this place"):
        denominators.chosen(ways(now=NOW.head(0)), "current")


def guard_of(county):
    known = pd.DataFrame(columns=["township_code", "households", "persons"])
    table = disclosure.cube(county, RULES.cause_groups, known, known.rename(columns={"township_code": "cause_main"}))
    free = disclosure.Pattern(table, table.known & False, table.known & False)
    return withholding.Guard("county", free, "2016-12-31", tuple(target.by for target in RULES.targets))


def public(moved, guard):
    table = denominators.compare(ways(), **COURSE)
    moves = pd.DataFrame({"move": denominators.MOVES, "households": moved, "persons": [9, 9, 9]})
    return denominators.protected(table, moves, guard, 3).set_index("denominator")


def test_the_public_edition_never_tells_of_the_few_who_moved():
    guard = guard_of(BASE)
    few = public([3, 1, 0], guard)
    assert few.loc["baseline", "persons"] == 10
    assert (
        few.loc["current", ["households", "persons", "actual_persons", "share_actual", "target_persons", "is_met"]].isna().all()
    )
    many = public([3, 4, 0], guard)
    assert many.loc["current", "persons"] == 10
    assert many.loc["current", ["actual_persons", "share_actual", "still_needed_persons", "is_met"]].isna().all()
    assert "actual_persons" in many.loc["current", "suppressed"].split(";")
    township = public([3, 4, 0], replace(guard, scope="T1"))
    assert township.loc["current", ["households", "persons"]].isna().all()
    same = public([0, 0, 0], guard)
    assert same.loc["current", "actual_persons"] == 4


def test_a_public_page_of_the_current_register_is_refused_where_it_differs():
    with pytest.raises(InputError, match="public edition counts"):
        denominators.chosen(ways(), "current", "public")
    assert denominators.chosen(ways(BASE, BASE), "current", "public").county is BASE
