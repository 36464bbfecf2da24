"""What changed between two tables: worked by hand, and laws that any two tables keep."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.analysis import differences, headlines, records
from tuopin_analysis.rules import Headline

CELL = st.sampled_from(["", "×", "0", "1", "2.5", "7", "True"])
TABLE = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), CELL, CELL), max_size=6).map(
    lambda rows: pd.DataFrame(rows, columns=["township_code", "cause_main", "persons", "is_met"], dtype="str")
)


def frame(**columns):
    return pd.DataFrame(columns, dtype="str")


def told(found):
    return [(row.change, row.row, row.column, row.before, row.after) for row in found.itertuples()]


def test_rows_added_removed_and_changed_by_hand():
    then = frame(township_code=["1", "2"], township=["甲", "乙"], persons=["5", "6"], share_actual=["0.5", "0.25"])
    now = frame(township_code=["2", "3"], township=["乙", "丙"], persons=["8", "1"], share_actual=["0.250", "×"])
    found = differences.rows(then, now)
    assert told(found) == [
        ("removed", (("township_code", "1"),), "township", "甲", ""), ("removed", (("township_code", "1"),), "persons", "5", ""),
        ("removed", (("township_code", "1"),), "share_actual", "0.5", ""),
        ("changed", (("township_code", "2"),), "persons", "6", "8"),
        ("added", (("township_code", "3"),), "township", "", "丙"), ("added", (("township_code", "3"),), "persons", "", "1"),
        ("added", (("township_code", "3"),), "share_actual", "", "×"),
    ]  # fmt: skip
    assert found["difference"].dropna().tolist() == [2.0]
    key = ("county", "t")
    counted = differences.summary(differences.of_tables({key: then}, {key: now}))
    assert counted[["rows_added", "rows_removed", "rows_changed"]].to_numpy().tolist() == [[1, 1, 1]]


def test_a_figure_that_is_text_is_a_figure_where_fewer_columns_tell_the_rows_apart():
    then, now = (
        frame(township_code=["1", "2"], persons=["5", "5"], status=["ahead", other]) for other in ("behind", "on_course")
    )
    assert told(differences.rows(then, now)) == [("changed", (("township_code", "2"),), "status", "behind", "on_course")]
    assert differences.identity(
        frame(number_of_causes=["1", "2"], persons=["5", "5"]), frame(number_of_causes=[], persons=[])
    ) == ["number_of_causes"]


def test_what_is_suppressed_on_either_side_has_no_difference():
    then = frame(township_code=["1", "2"], persons=["", "7"], suppressed=["persons", ""])
    now = frame(township_code=["1", "2"], persons=["4", "7"], suppressed=["", ""])
    found = differences.of_tables({("county", "t"): then}, {("county", "t"): now})
    assert found[["before", "after"]].to_numpy().tolist() == [["×", "4"]]
    assert found["difference"].isna().all()
    assert differences.of_tables({("county", "t"): then}, {("county", "t"): then.copy()}).empty


@given(TABLE)
def test_a_table_does_not_differ_from_itself(table):
    assert differences.rows(table, table.copy()).empty


@given(TABLE, TABLE)
def test_differences_the_other_way_are_the_mirror(then, now):
    there, back = differences.rows(then, now), differences.rows(now, then)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(turned[c], r, column, after, before) for c, r, column, before, after in told(there)} == set(told(back))
    assert abs(there["difference"].sum() + back["difference"].sum()) < 1e-9


@given(TABLE, TABLE, TABLE)
def test_effects_of_causes_add_up_to_the_difference(first, second, third):
    key = ("county", "t")
    whole = differences.of_tables({key: first}, {key: third})
    steps = [
        (cause, differences.of_tables({key: a}, {key: b})) for cause, a, b in (("data", first, second), ("rules", second, third))
    ]
    found = differences.attributed(whole, steps, ["scope", "table", "row", "column"])
    known = found.dropna(subset=["difference", "effect_data", "effect_rules"])
    assert (abs(known["effect_data"] + known["effect_rules"] - known["difference"]) < 1e-9).all()
    same_rows = differences.identity(first, second) == differences.identity(second, third) == differences.identity(first, third)
    assert not same_rows or (found["causes"] != "").all()  # every difference has a cause


def test_headline_figures_by_hand():
    wanted = [
        Headline(name="n", zh="", en="", table="t", column="persons", take="sum"),
        Headline(name="largest", zh="", en="", table="t", column="cause_main", take="largest", of="persons"),
        Headline(name="one", zh="", en="", table="d", column="persons", take="one", where={"denominator": "current"}),
    ]
    then = {("county", "t"): frame(cause_main=["a", "b"], persons=["5", "7"])}
    ways = frame(denominator=["baseline", "current"], persons=["1", ""], suppressed=["", "persons"])
    now = {("county", "t"): frame(cause_main=["a", "b"], persons=["9", "7"]), ("county", "d"): ways}
    found = headlines.figures(then, now, wanted)
    assert found[["figure", "before", "after"]].to_numpy().tolist() == [
        ["n", "12", "16"],
        ["largest", "b", "a"],
        ["one", "", "×"],
    ]
    assert found["difference"].tolist()[0] == 4
    assert not found["is_same"].any()
    assert headlines.figures(then, then, wanted)["is_same"].all()


def register(homes, persons=(), events=()):
    place = {"township": "镇", "village": "村"}
    rows = [{"household_id": home, **place, "event": event, "event_date": pd.Timestamp(day)} for home, event, day in events]
    members = [{"person_id": name, "household_id": home, **place, "health": health} for name, home, health in persons]
    return {
        "households": pd.DataFrame([{"household_id": name, **place, **more} for name, more in homes]),
        "persons": pd.DataFrame(members, columns=["person_id", "household_id", *place, "health"]),
        "events": pd.DataFrame(rows, columns=["household_id", *place, "event", "event_date"]),
    }


FIELDS = {"households": ["size", "income"], "persons": ["health"], "events": ["event", "event_date"]}
OLD = register([("a", {"size": 2, "income": 10.5}), ("b", {"size": 1, "income": None})], [("p", "a", "healthy")],
               [("a", "exit", "2016-06-30")])  # fmt: skip
NEW = register([("b", {"size": 3, "income": 7.0}), ("c", {"size": 4, "income": 1.0})], [("p", "b", "disabled")],
               [("a", "exit", "2016-06-30"), ("b", "exit", "2016-07-31")])  # fmt: skip


def test_households_persons_and_events_by_hand():
    found = records.changes(OLD, NEW, FIELDS)
    assert found[["table", "change", "household_id", "field", "before", "after"]].to_numpy().tolist() == [
        ["households", "added", "c", "", "", ""], ["households", "changed", "b", "size", "1", "3"],
        ["households", "changed", "b", "income", "", "7"], ["households", "removed", "a", "", "", ""],
        ["persons", "changed", "b", "health", "healthy", "disabled"], ["events", "added", "b", "event", "", "exit 2016-07-31"],
    ]  # fmt: skip
    counted = records.by_township(found)
    assert counted[
        ["households_added", "households_changed", "households_removed", "persons_changed", "events_added"]
    ].to_numpy().tolist() == [[1, 1, 1, 1, 1]]
    assert records.by_township(found, small_cells=2).iloc[0, 1:].dropna().sum() == 0


def test_a_register_does_not_differ_from_itself_and_differs_the_other_way_round():
    assert records.changes(OLD, OLD, FIELDS).empty
    back = records.changes(NEW, OLD, FIELDS)
    assert back.query("change == 'added' and table == 'households'")["household_id"].tolist() == ["a"]
    assert len(back) == len(records.changes(OLD, NEW, FIELDS))
