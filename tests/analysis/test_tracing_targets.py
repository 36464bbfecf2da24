"""The definitions of figures on targets, by hand."""

from datetime import date

from analysis.test_tracing import CODES, END, RULES, counted, report

from tuopin_analysis.analysis import tracing, tracing_figures
from tuopin_analysis.analysis.tracing import Formula, Given


def test_each_denominator_by_hand():
    names = ("households", "persons", "actual_households", "actual_persons", "share_actual", "share_actual_households",
             "target_households", "target_persons", "still_needed_persons", "is_met")  # fmt: skip
    row = dict.fromkeys(names, "")
    found = tracing_figures.described("targets.denominators", row, report())
    assert {column: counted().value(node()) for column, node in found.items()} == {
        "households": 6, "persons": 18, "actual_households": 2, "actual_persons": 5, "share_actual": 5 / 18,
        "share_actual_households": 2 / 6, "target_households": 3, "target_persons": 8, "still_needed_persons": 3, "is_met": False,
    }  # fmt: skip
    before = tracing_figures.described("targets.denominators", row, report(as_of=date(2016, 12, 30)))
    assert before["is_met"]() == Formula("not_yet")
    here = tracing_figures.described("targets.denominators", row, report(CODES["a"]))
    assert [counted().value(here[name]()) for name in ("persons", "actual_persons", "target_persons")] == [6, 1, 3]


def test_a_figure_says_where_what_it_rests_on_stands():
    row = {"period": "2016-12", "status": "behind", "target_persons": "3", "is_met": "False"}
    found = tracing_figures.described("targets.progress", row, report(CODES["a"]))
    given = [leaf for column in found for _, leaf in tracing.leaves(found[column]()) if isinstance(leaf, Given)]
    rules = f"params/rules/{RULES.name}.yaml"
    assert set(given) == {
        Given("0.40", rules, column="targets"), Given("up", rules, column="target_rounding"),
        Given(CODES["a"], "report", column="scope"), Given(0.02, rules, column="progress.on_course_within")}  # fmt: skip
    row = {"township_code": CODES["a"], "is_rash": "True", "achieved_persons_per_month": "1", "target_persons": "3"}
    found = tracing_figures.described("targets.by_township", row, report())
    given = [leaf for column in found for _, leaf in tracing.leaves(found[column]()) if isinstance(leaf, Given)]
    assert {(leaf.column, leaf.value, leaf.source) for leaf in given} == {
        ("progress.rash_early_share", 0.05, rules), ("progress.rash_bunching", 0.5, rules), ("targets", "0.40", rules),
        ("target_rounding", "up", rules), ("township_code", CODES["a"], "table"), ("baseline", date(2016, 1, 1), "register"),
        ("as_of", END, "report"), ("as_of", True, "report")}  # fmt: skip
