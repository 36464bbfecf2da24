"""Headline figures of a comparison, by hand."""

import pandas as pd

from tuopin_analysis.analysis import headlines
from tuopin_analysis.rules import Headline


def headline(name, column, take, of="", **where):
    return Headline(name=name, zh="", en="", table="t", column=column, take=take, of=of, where=where)


BEFORE = pd.DataFrame({"place": ["a", "b"], "persons": ["5", "7"], "suppressed": ["", ""]})
AFTER = pd.DataFrame({"place": ["a", "b"], "persons": ["8", "7.0"], "suppressed": ["", ""]})
WANTED = [
    headline("all", "persons", "sum"), headline("most", "place", "largest", of="persons"),
    headline("of a", "persons", "one", place="a"), headline("of none", "persons", "one", place="c"),
    headline("of both", "persons", "one"), headline("lacking", "size", "sum"),
    headline("of no column", "persons", "one", denominator="current"), headline("most lacking", "place", "largest", of="size"),
]  # fmt: skip


def said(before, after, wanted=WANTED):
    found = headlines.figures(before, after, wanted)
    return found.astype({"difference": "object"}).where(found.notna(), None).to_numpy().tolist()


def test_figures_before_and_after_by_hand():
    assert said({("county", "t"): BEFORE}, {("county", "t"): AFTER}) == [
        ["county", "all", "", "t", "persons", "12", "15", 3.0, False],
        ["county", "most", "", "t", "place", "b", "a", None, False],
        ["county", "of a", "", "t", "persons", "5", "8", 3.0, False],
    ]


def test_scopes_stand_with_the_county_first_and_figures_of_one_side_alone_are_listed():
    tables = {("b", "t"): BEFORE, ("county", "t"): BEFORE, ("a", "t"): BEFORE}
    assert [row[0] for row in said(tables, tables, WANTED[:1])] == ["county", "a", "b"]
    assert said(tables, {}, WANTED[:1])[0] == ["county", "all", "", "t", "persons", "12", "", None, False]
    assert said({}, {("x", "t"): AFTER}, WANTED[:1]) == [["x", "all", "", "t", "persons", "", "15", None, False]]
    empty = headlines.figures({}, {}, WANTED)
    assert empty.empty
    assert [str(kind) for kind in empty.dtypes[:7]] == ["str"] * 7


def test_equal_numbers_are_the_same_however_they_are_written():
    one = [headline("of b", "persons", "one", place="b")]
    assert said({("c", "t"): BEFORE}, {("c", "t"): AFTER}, one) == [["c", "of b", "", "t", "persons", "7", "7.0", 0.0, True]]


def test_of_two_ways_to_count_each_is_named():
    both = pd.DataFrame({"denominator": ["current", "baseline"], "persons": ["5", "6"]})
    wanted = [headline("now", "persons", "one", denominator="current")]
    assert said({("c", "t"): both}, {("c", "t"): both}, wanted) == [["c", "now", "current", "t", "persons", "5", "5", 0.0, True]]


def test_what_is_suppressed_or_no_number_has_no_sum():
    hidden = BEFORE.assign(suppressed=["persons", ""])
    assert said({("c", "t"): hidden}, {("c", "t"): BEFORE}, WANTED[:3]) == [
        ["c", "all", "", "t", "persons", "×", "12", None, False],
        ["c", "most", "", "t", "place", "×", "b", None, False],
        ["c", "of a", "", "t", "persons", "×", "5", None, False],
    ]
    words = BEFORE.assign(persons=["5", ""])
    assert said({("c", "t"): words}, {("c", "t"): BEFORE}, WANTED[:2])[0][5:7] == ["", "12"]
    assert said({("c", "t"): BEFORE.iloc[:0]}, {("c", "t"): BEFORE}, WANTED[:1])[0][5:7] == ["", "12"]
