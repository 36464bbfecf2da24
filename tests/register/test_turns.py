"""Rules are tested together as far as that changes nothing: each sees what it would see if they ran one after the other."""

from itertools import combinations

import pytest

from tuopin_analysis.register import checks, dictionary, validate

ASKED = [(at, rule, table) for at, (rule, table) in enumerate((rule, table) for rule in checks.read() for table in rule.tables)]
TABLES = set(dictionary.COLUMNS["table"])
OF_COLUMNS = {"column", "columns", "tested", "other", "per", "plus", "minus"}  # some are called as a table is


def named(value) -> set[str]:
    """The tables that a rule's arguments name, however deep."""
    if isinstance(value, dict):
        return set().union(*(named(one) for name, one in value.items() if name not in OF_COLUMNS))
    if isinstance(value, list):
        return set().union(*map(named, value))
    return {value} & TABLES if isinstance(value, str) else set()


def looks_at(rule, table) -> set[str]:
    return set() if rule.kind == "value" else {table} | named(rule.arguments)


@pytest.mark.parametrize("asked", [ASKED, ASKED[::-1]], ids=["as in checks.yaml", "backwards"])
def test_a_rule_sees_the_rows_that_stand_after_the_rules_before_it_and_no_later_one(asked):
    turns = validate._batches(asked)
    assert sorted(entry[0] for turn in turns for entry in turn) == sorted(entry[0] for entry in asked)
    turn_of = {at: number for number, turn in enumerate(turns) for at, _, _ in turn}
    tried = 0
    for (first, one, where), (second, other, there) in combinations(asked, 2):
        if one.severity == "error" and where in looks_at(other, there):
            assert turn_of[first] < turn_of[second], (one.code, other.code)
            tried += 1
        if other.severity == "error" and there in looks_at(one, where):
            assert turn_of[first] <= turn_of[second], (one.code, other.code)
            tried += 1
    assert tried > 500
    assert len(turns) < len(asked) / 4
