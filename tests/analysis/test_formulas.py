"""Each formula of traced figures by hand: the number, and when it is missing."""

from datetime import date

import pytest

from tuopin_analysis.analysis.formulas import FORMULAS

PLACES = {"a": 5, "b": 3, "c": 2}
RASH = {"early": 0, "households": 40, "exits": 10, "last_month": 4, "undated": 0, "early_share": 0.05, "bunching": 0.5,
        "due": True}  # fmt: skip
CASES = [
    ("ratio", {"part": 1, "whole": 4}, 0.25), ("ratio", {"part": None, "whole": 4}, None),
    ("ratio", {"part": 1, "whole": 0}, None),
    ("ratio", {"part": 0, "whole": 4}, 0), ("ratio", {"part": 1, "whole": None}, None),
    ("difference", {"counted": 5, "less": 7}, -2),
    ("difference", {"counted": None, "less": 7}, None),
    ("difference", {"counted": 5, "less": None}, None),
    ("points", {"share": 0.75, "whole_share": 0.5}, 25), ("points", {"share": None, "whole_share": 0.5}, None),
    ("rank", {"own": 3, "places": PLACES}, 2), ("rank", {"own": 5, "places": PLACES}, 1),
    ("herfindahl", {"places": PLACES}, 0.38), ("effective_number", {"places": PLACES}, 1 / 0.38),
    ("top_two_share", {"places": PLACES}, 0.8), ("gini", {"places": PLACES}, 0.2), ("gini", {"places": {}}, None),
    ("herfindahl", {"places": {"a": 0}}, None), ("effective_number", {"places": {"a": 0}}, None),
    ("top_two_share", {"places": {"a": 0}}, None),
    ("target", {"base": 3654, "share": "0.40", "rounding": "up"}, 1462),
    ("shared", {"whole": 5, "places": PLACES, "place": "b"}, 1), ("shared", {"whole": 5, "places": PLACES, "place": "d"}, 0),
    ("still_needed", {"target": 5, "actual": 3}, 2), ("still_needed", {"target": 5, "actual": 7}, 0),
    ("months_left", {"by": date(2016, 12, 31), "as_of": date(2016, 6, 30)}, 6),
    ("months_left", {"by": date(2016, 12, 31), "as_of": date(2017, 6, 30)}, 0),
    ("needed_per_month", {"needed": 6, "months": 3.0}, 2), ("needed_per_month", {"needed": 6, "months": 0.0}, None),
    ("needed_per_month", {"needed": 0, "months": 0.0}, 0.0),
    ("achieved_per_month", {"actual": 12, "baseline": date(2016, 1, 1), "as_of": date(2016, 6, 30)}, 2),
    ("bunched", {"exits": 4, "last_month": 1, "undated": 0}, 0.25),
    ("bunched", {"exits": 4, "last_month": 1, "undated": 1}, None),
    ("bunched", {"exits": 0, "last_month": 0, "undated": 0}, None),
    ("is_rash", RASH, False), ("is_rash", RASH | {"early": 2}, True), ("is_rash", RASH | {"early": 1}, False),
    ("is_rash", RASH | {"early": 0, "households": 0}, False), ("is_rash", RASH | {"last_month": 5}, True),
    ("is_rash", RASH | {"last_month": 5, "undated": 1}, False), ("is_rash", RASH | {"last_month": 5, "due": False}, False),
    ("is_rash", RASH | {"exits": 0, "last_month": 0}, False),
    ("status", {"planned": 10, "actual": 8, "whole": 100, "within": 0.02}, "on_course"),
    ("status", {"planned": 10, "actual": 7, "whole": 100, "within": 0.02}, "behind"),
    ("status", {"planned": 10, "actual": 13, "whole": 100, "within": 0.02}, "ahead"),
    ("status", {"planned": 0, "actual": 0, "whole": 0, "within": 0.02}, None),
    ("is_met", {"actual": 5, "target": 5}, True), ("is_met", {"actual": 4, "target": 5}, False),
    ("total", {"a": 1, "b": 2}, 3), ("total", {"a": 1, "b": None}, None),
    ("largest", {"values": {"0": 3, "1": 7}}, 7), ("largest", {"values": {}}, None),
    ("percent", {"stated": "55.9"}, 0.559), ("percent", {"stated": None}, None),
    ("digits", {"stated": "55.90"}, 2), ("digits", {"stated": "5E+1"}, 0), ("digits", {"stated": None}, None),
    ("recorded", {"counted": 3, "records": 1}, 3), ("recorded", {"counted": 0, "records": 0}, None),
    ("compared", {"counted": 3, "cases": 3, "base": 4}, 3), ("compared", {"counted": 0, "cases": 0, "base": 4}, 0),
    ("compared", {"counted": 4, "cases": None, "base": 4}, None), ("compared", {"counted": 0, "cases": 0, "base": 0}, None),
    ("compared", {"counted": 3, "cases": 3, "base": None}, None),
    *((name, {}, None) for name in ("no_plans", "not_yet", "not_recorded", "partly_recorded", "not_published", "not_counted")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parts", "expected"), CASES)
def test_a_formula(name, parts, expected):
    found = FORMULAS[name](**parts)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
    assert type(found) is not bool or isinstance(expected, bool)


def test_every_formula_has_a_case():
    assert {name for name, _, _ in CASES} == set(FORMULAS)
