"""Every kind of check on a few rows by hand: which lines fail, how many were tested, and the numbers that its message names."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from tuopin_analysis.register import answerable, conditions, kinds, steps

HOMES = {
    "household": [1, 2, 3, 4], "household_id": ["a", "b", "c", "d"], "size": pd.array([1, 2, None, 2], dtype="Int64"),
    "income": [10.0, 25.0, 5.0, np.nan], "wage": [4.0, np.nan, np.nan, 1.0], "other": [6.0, 25.0, np.nan, 1.0],
    "cost": [np.nan, 5.0, 1.0, 0.0], "cause": ["illness", "schooling", None, "illness;disability"],
    "has_power": pd.array([True, False, None, True], dtype="boolean"),
    "day": pd.to_datetime(["2016-01-01", "2015-12-31", None, "2018-01-01"]),
    "later": pd.to_datetime(["2016-01-02", "2015-12-31", "2016-01-01", "2016-01-01"]),
    "place_problem": [None, "village", "township", "village"], "phone": ["12", "x", None, "345"],
}  # fmt: skip
PEOPLE = {
    "household": [1, 1, 2, 9, 4], "household_id": ["a", "a", "b", "z", "d"], "person_id": ["p", "q", "p", None, "p"],
    "id_number": ["1" * 18 + "41", "2", "1" * 18, None, "2"],
    "relation": ["head", "son", "head", "head", None], "place": ["x", "y", "x", "x", None],
}  # fmt: skip
LINES = [10, 11, 12, 13]


@pytest.fixture
def data():
    frames = {"households": pd.DataFrame(HOMES, index=LINES), "persons": pd.DataFrame(PEOPLE, index=range(5))}
    bad = pd.DataFrame({"line": [11, 12, 12, 13], "column": ["wage", "cause", "cause", "size"],
                        "problem": ["not_number", "unknown_code", "differs", "missing"],
                        "is_required": [False, True, True, True]})  # fmt: skip
    none = bad.iloc[:0]
    standing = {table: np.ones(len(frame), dtype=bool) for table, frame in frames.items()}
    return kinds.Data(date(2016, 1, 1), date(2017, 12, 31), frames, {"households": bad, "persons": none}, standing)


def outcomes(data, kind, table, **arguments):
    """By step: column, rows tested, lines that fail."""
    made = kinds.KINDS[kind](data, table, **arguments)
    return [(step.column, found.tested, found.failed.tolist()) for step, found in zip(made, steps.run(made), strict=True)]


def failed(data, kind, table, **arguments):
    [(_, _, lines)] = outcomes(data, kind, table, **arguments)
    return lines


def test_cells_that_cannot_be_read(data):
    assert outcomes(data, "value", "households", problem="unknown_code") == [("cause", 4, [12])]
    assert outcomes(data, "value", "households", problem="not_number", is_required=True) == []
    assert outcomes(data, "value", "households", problem="not_number", is_required=False) == [("wage", 4, [11])]
    assert outcomes(data, "value", "households", problem="missing", columns=["size", "x"]) == [("size", 4, [13])]
    assert outcomes(data, "value", "households", problem="missing", columns=["x"]) == []
    assert outcomes(data, "value", "households", problem="missing", but=["size"]) == []
    assert outcomes(data, "value", "households", problem="missing", but=["x"]) == [("size", 4, [13])]


def test_a_key_that_an_earlier_row_has(data):
    assert outcomes(data, "unique", "persons", column="person_id") == [("person_id", 4, [2, 4])]
    data.set_aside("persons", pd.Index([0]))
    assert outcomes(data, "unique", "persons", column="person_id") == [("person_id", 3, [4])]


def test_a_number_that_stands_twice_in_a_household_or_in_several(data):
    assert outcomes(data, "repeated", "persons", column="id_number", places="across", by="place") == [("id_number", 2, [1, 4])]
    assert outcomes(data, "repeated", "persons", column="id_number", places="within", by="place") == [("id_number", 2, [0, 2])]
    data.set_aside("persons", pd.Index([1]))  # then the other one stands alone
    assert failed(data, "repeated", "persons", column="id_number", places="across", by="place") == []


def test_a_place_that_is_in_no_list(data):
    assert outcomes(data, "place", "households", problem="village", column="village") == [("village", 4, [11, 13])]


def test_a_row_of_no_household(data):
    assert outcomes(data, "link", "persons", to="households", column="household_id") == [("household_id", 5, [3])]
    data.set_aside("households", pd.Index([11]))
    assert failed(data, "link", "persons", to="households", column="household_id") == [2, 3]


def counted(data, **arguments):
    [step] = kinds.count(data, "households", of="persons", column="size", **arguments)
    [found] = steps.run([step])
    told = [(step.details["stated"][line], step.details["counted"][line]) for line in found.failed]
    return dict(zip(found.failed.tolist(), told, strict=True))


def test_households_with_other_numbers_of_rows_than_they_should_have(data):
    assert counted(data, equals=1) == {10: (1, 2), 12: (1, 0)}
    assert counted(data, at_least=1) == {12: (1, 0)}
    assert counted(data, at_most=1) == {10: (1, 2)}
    assert counted(data) == {10: (0, 2), 11: (0, 1), 13: (0, 1)}
    assert counted(data, equals=1, where={"relation": {"is": ["head"]}}) == {12: (1, 0), 13: (1, 0)}
    assert counted(data, equals=1, when={"cause": {"is": ["illness"]}}) == {10: (1, 2)}
    data.set_aside("households", pd.Index([12]))  # as every row without its size is
    assert counted(data, equals="size") == {10: (1, 2), 11: (2, 1), 13: (2, 1)}
    data.set_aside("persons", pd.Index([1]))
    data.set_aside("households", pd.Index([13]))
    assert counted(data, equals="size") == {11: (2, 1)}


def test_a_household_with_a_member_of_whom_nobody_could_read_it_is_not_judged(data):
    data.unreadable["persons"] = pd.DataFrame({"line": [4], "column": ["relation"], "problem": ["unknown_code"],
                                               "is_required": [True]})  # fmt: skip
    assert counted(data, equals=1, where={"relation": {"is": ["head"]}}) == {12: (1, 0)}


def totals(data, **arguments):
    [step] = kinds.total(data, "households", column="income", **arguments)
    [found] = steps.run([step])
    return {line: (step.details["stated"][line], step.details["counted"][line]) for line in found.failed}, found.tested


def test_totals_that_differ_from_their_parts(data):
    assert totals(data, plus=["other"]) == ({10: (10, 6)}, 2)
    assert totals(data, plus=["other"], tolerance=4) == ({}, 2)
    assert totals(data, plus=["other"], tolerance=3.9) == ({10: (10, 6)}, 2)
    assert totals(data, plus=["wage", "other"])[0] == {}, "the row whose wage cannot be read is left out"
    assert totals(data, plus=["other"], minus=["cost"])[0] == {10: (10, 6), 11: (25, 20)}
    assert totals(data, plus=["other"], per="size")[0] == {10: (10, 6), 11: (25, 12.5)}


def test_conditions_that_are_doubtful_together(data):
    where = {"cause": {"has": ["illness"]}, "has_power": {"is": [True]}}
    assert outcomes(data, "condition", "households", column="cause", where=where) == [("cause", 3, [10, 13])]


def test_values_that_are_none_of_a_set(data):
    assert outcomes(data, "in_set", "households", column="cause", values=["illness"]) == [("cause", 3, [11, 13])]
    assert outcomes(data, "in_set", "households", column="x", tested="phone", values=["12", "x"]) == [("x", 3, [13])]
    assert outcomes(data, "in_set", "households", column="has_power", values=[True]) == [("has_power", 3, [11])]
    assert outcomes(data, "in_set", "households", column="cause", values=["illness"], where={"income": {"above": 10}}) == [
        ("cause", 1, [11])]  # fmt: skip
    [step] = kinds.in_set(data, "households", column="cause", values=["illness"])
    assert step.details["stated"].to_dict() == {10: "illness", 11: "schooling", 13: "illness;disability"}


def test_numbers_outside_of_their_bounds(data):
    assert outcomes(data, "between", "households", column="income", least=6, most=10) == [("income", 3, [11, 12])]
    assert outcomes(data, "between", "households", column="income", least=10) == [("income", 3, [12])]
    assert outcomes(data, "between", "households", column="income", most=10) == [("income", 3, [11])]
    assert outcomes(data, "between", "households", column="income", most=11, per="size") == [("income", 2, [11])]
    assert outcomes(data, "between", "households", column="x", tested="other", most=6) == [("x", 3, [11])]
    power = {"has_power": {"is": [True]}}
    assert outcomes(data, "between", "households", column="income", most=9, where=power) == [("income", 1, [10])]
    [step] = kinds.between(data, "households", column="income", most=11, per="size")
    assert step.details["stated"].to_dict() == {10: 10.0, 11: 12.5}


def test_numbers_within_the_bounds_of_a_slip(data):
    assert outcomes(data, "outside", "households", column="income", least=5, most=10) == [("income", 3, [10, 12])]
    power = {"has_power": {"is": [True]}}
    assert outcomes(data, "outside", "households", column="income", least=5, most=10, where=power) == [("income", 1, [10])]
    [step] = kinds.outside(data, "households", column="income", least=5, most=10)
    assert step.details["stated"].to_dict() == {10: 10.0, 11: 25.0, 12: 5.0}


def test_texts_of_another_form(data):
    assert outcomes(data, "matches", "households", column="phone", pattern="[0-9]{2}") == [("phone", 3, [11])]
    power = {"has_power": {"is": [False]}}
    assert outcomes(data, "matches", "households", column="phone", pattern="[0-9]{2}", where=power) == [("phone", 1, [11])]


def test_columns_that_are_empty(data):
    assert outcomes(data, "filled", "households", columns=["cost", "wage"]) == [("cost", 4, [10]), ("wage", 3, [12])]
    where = {"income": {"below": 20}}
    assert outcomes(data, "filled", "households", columns=["cost"], where=where) == [("cost", 2, [10])]


@pytest.mark.parametrize(("relation", "lines"), [
    ("at_least", [10]), ("at_most", [13]), ("equals", [10, 13]), ("differs", [11]),
])  # fmt: skip
def test_two_days_compared(data, relation, lines):
    assert outcomes(data, "compare", "households", column="x", tested="day", relation=relation, other="later") == [
        ("x", 3, lines)]  # fmt: skip
    assert failed(data, "compare", "households", column="x", tested="cost", relation="at_least", other="size") == [13]
    where = {"size": {"at_least": 2}}
    assert outcomes(data, "compare", "households", column="x", tested="cost", relation="equals", other="size", where=where) == [
        ("x", 2, [11, 13])]  # fmt: skip


def test_days_outside_of_the_register(data):
    assert outcomes(data, "period", "households", column="day") == [("day", 3, [11, 13])]
    assert outcomes(data, "period", "households", column="day", since="2015-12-31") == [("day", 3, [13])]
    data.until = date(2018, 1, 1)
    assert failed(data, "period", "households", column="day") == [11]


def test_changes_that_cannot_have_followed_each_other(data):
    rows = [(1, "exit", 1), (2, "relapse", 1), (3, "exit", 2), (3, "relapse", 9), (3, "exit", 12), (4, "exit", 1), (4, "exit", 2),
            (3, "relapse", 12)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["household", "event", "day"])
    frame["day"] = pd.to_datetime("2016-01-01") + pd.to_timedelta(frame["day"], unit="D")
    data.frames["events"], data.standing["events"] = frame, np.ones(len(frame), dtype=bool)
    assert outcomes(data, "order", "events", column="event", day="day", first="exit") == [("event", 8, [1, 6])]
    assert failed(data, "order", "events", column="event", day="day", first="relapse") == [0, 2, 5, 6]
    data.set_aside("events", pd.Index([3]))
    assert failed(data, "order", "events", column="event", day="day", first="exit") == [1, 4, 6]


CONDITIONS = [
    ("is", ["illness"], "cause", [10]), ("not", ["illness"], "cause", [11, 13]), ("has", ["illness"], "cause", [10, 13]),
    ("has", ["disability", "schooling"], "cause", [11, 13]), ("has", ["ill"], "cause", []),
    ("has_not", ["disability"], "cause", [10, 11]), ("above", 10, "income", [11]), ("at_least", 10, "income", [10, 11]),
    ("at_most", 10, "income", [10, 12]), ("below", 10, "income", [12]), ("is_empty", True, "cause", [12]),
    ("is_empty", False, "cause", [10, 11, 13]), ("is_nought_or_empty", True, "cost", [10, 13]),
    ("is_nought_or_empty", False, "cost", [11, 12]), ("above", 1, "size", [11, 13]), ("is", [True], "has_power", [10, 13]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wanted", "column", "lines"), CONDITIONS)
def test_which_rows_a_condition_is_about(data, name, wanted, column, lines):
    frame = data.frames["households"]
    found = conditions.meets(frame, {column: {name: wanted}})
    assert found.dtype == bool
    assert frame.index[found].tolist() == lines
    both = conditions.meets(frame, {column: {name: wanted}, "household": {"above": 3}})
    assert frame.index[both].tolist() == [line for line in lines if line == 13]


def test_conditions_that_there_are_not():
    assert list(conditions.faults({"a": {"is": [1], "si": [2]}, "b": {"x": 1}})) == ["si", "x"]
    assert list(conditions.faults(None)) == []
    assert {name for name, *_ in CONDITIONS} == set(conditions.CONDITIONS)


PRESENT = {"households": {"size", "cause_main", "household_id"}, "persons": {"relation", "id_number"}}
LACKING = [
    ("matches", {"column": "phone", "pattern": "x"}, ["households.phone"]),
    ("matches", {"column": "size", "pattern": "x", "where": {"fuel": {}}}, ["households.fuel"]),
    ("in_set", {"column": "phone", "tested": "size"}, []),
    ("in_set", {"column": "size", "tested": "phone"}, ["households.phone"]),
    ("count", {"of": "persons", "column": "size", "where": {"health": {}}, "when": {"fuel": {}}},
        ["households.fuel", "persons.health"]),
    ("count", {"of": "persons", "column": "size", "equals": "members"}, ["households.members"]),
    ("count", {"of": "persons", "column": "size", "equals": 1}, []),
    ("link", {"to": "units", "column": "size"}, ["units"]), ("count", {"of": "events", "column": "x"}, ["events"]),
    ("value", {"columns": ["x"]}, []), ("filled", {"columns": ["size", "x"]}, []),
    ("filled", {"columns": ["x", "y"]}, ["households.x", "households.y"]),
    ("filled", {"columns": ["size"], "where": {"fuel": {}}}, ["households.fuel"]),
    ("total", {"column": "size", "plus": ["a"], "minus": ["b"], "per": "c"}, ["households.a", "households.b", "households.c"]),
    ("compare", {"column": "x", "tested": "size", "other": "y"}, ["households.y"]),
    ("place", {"column": "place_problem"}, []), ("condition", {"column": "township_code", "where": {"village_code": {}}}, []),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "lacks"), LACKING)
def test_what_a_register_lacks_to_answer_a_rule(kind, arguments, lacks):
    assert answerable.lacking(kind, arguments, "households", PRESENT) == lacks


def test_a_table_that_is_not_there_is_all_that_is_told():
    assert answerable.lacking("matches", {"column": "x"}, "units", PRESENT) == ["units"]
    assert answerable.lacking("value", {"columns": ["x"]}, "units", PRESENT) == ["units"]


def test_steps_that_cannot_be_tested_are_no_passes():
    nothing = steps.Step("col_vals_eq", pd.DataFrame({"value": []}), "x", {"value": 1})
    [found] = steps.run([nothing])
    assert (found.tested, found.failed.tolist()) == (0, [])
    wrong = steps.Step("col_vals_gt", pd.DataFrame({"value": ["a"]}), "x", {"value": 1})
    right = steps.Step("col_vals_gt", pd.DataFrame({"value": [2]}), "y", {"value": 1})
    for made in ([wrong], [right, wrong], [nothing, right, wrong]):
        with pytest.raises(RuntimeError, match=r"^Pointblank cannot evaluate col_vals_gt on x$"):
            steps.run(made)


def test_many_failing_lines_are_all_told_in_order():
    frame = pd.DataFrame({"value": [0] * 1500, "other": [1] * 1500}, index=range(5, 1505))
    [found] = steps.run([steps.Step("col_vals_eq", frame, "x", {"value": steps.OTHER})])
    assert (found.tested, found.failed.tolist()) == (1500, list(range(5, 1505)))
