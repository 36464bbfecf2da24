"""Every figure of six households traced to its rows without a report: tests/test_trace_all.py does so with whole pages."""

import io
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from analysis import test_whole_lists as lists
from analysis.samples import RULES
from analysis.small import EVENTS, GROUPS, PLANS
from analysis.small import HOMES as LETTERED

from tuopin_analysis.analysis import (
    apportionment,
    causes,
    exits,
    published,
    quality,
    targets,
    townships,
    tracing,
    tracing_figures,
    tracing_rows,
)
from tuopin_analysis.analysis.tracing import By, Given, Sum
from tuopin_analysis.analysis.tracing_tables import Report
from tuopin_analysis.register import checks

RULES = RULES.model_copy(update={"cause_groups": GROUPS})
END = date(2016, 12, 31)
CODES = {"a": "130123100", "b": "130123103", "c": "130123200"}
HOMES = LETTERED.assign(township_code=LETTERED["township_code"].map(CODES))
STATED = lists.STATED | {"townships": lists.TOWNSHIPS.assign(township_code=lists.TOWNSHIPS["township_code"].map(CODES)),
                         "totals": lists.TOTALS.assign(value=lists.TOTALS["value"].astype("float64"))}  # fmt: skip
PERSONS = pd.DataFrame(
    [("h0", 70, None, None), ("h1", 40, None, "ordinary_labour"), ("h1", 9, "primary_school", None), ("h2", 66, None, None),
     ("h2", 67, None, None), ("h2", 68, None, None), ("h4", 30, None, "no_labour"), *[("h3", 30, None, "skilled_labour")] * 4,
     *[("h5", None, None, "lost_labour")] * 7],
    columns=["household_id", "age_years", "school_status", "labour_skill"],
).astype({"age_years": "Int64", "school_status": "str", "labour_skill": "str"})  # fmt: skip
CHANGES = EVENTS.merge(HOMES[["household_id", "township_code", "township", "village_code", "village"]], on="household_id").assign(
    is_day_known=True
)
POPULATION = pd.DataFrame({"township_code": ["130123100"], "rural_population": [60]})
PUBLISHED = {"register": STATED["totals"], "townships": STATED["townships"], "causes": lists.CAUSES, "population": POPULATION}
COURSE = {"baseline": "2016-01-01", "targets": RULES.targets, "settings": RULES.progress, "rounding": "up"}
LINES = RULES.line("poverty", 2016)[0], RULES.line("allowance", 2016)[0]
NAMES = {"right", "verdict", "reason", "is_income_poor", "number_of_causes", "is_present", "township", "village", "township_code",
         "village_code"}  # fmt: skip


def report(scope="county", as_of=END, planless=False):
    return Report(scope, as_of, RULES, date(2016, 1, 1), PUBLISHED, checks.usable(), planless)


def tables(scope, as_of, plans):
    """The key tables of a report on counts, as notebooks make them."""
    own = HOMES if scope == "county" else HOMES[HOMES["township_code"] == scope]
    given = (own, plans, EVENTS)
    places = townships.distribution(HOMES)
    found = {
        "overview.allowance": exits.allowance_above_line(own, *LINES),
        "causes.shares": causes.shares(own, GROUPS), "causes.detail": causes.shares(own),
        "causes.compare": causes.compare(causes.shares(own, GROUPS), causes.shares(HOMES, GROUPS)),
        "causes.by_township": causes.by_township(HOMES, GROUPS), "causes.combinations": causes.combinations(own),
        "causes.by_size": causes.by_size(own, GROUPS),
        "causes.by_composition": causes.by_composition(own, PERSONS, GROUPS, RULES.elderly_age),
        "townships.distribution": places, "townships.location_quotients": townships.location_quotients(HOMES, GROUPS),
        "townships.incidence": townships.incidence(places, POPULATION),
        "townships.concentration": townships.concentration(places), "townships.villages": townships.by_village(own),
        "targets.delays": exits.delays(*given, as_of=as_of),
        "targets.rash": exits.rash(*given, as_of=as_of, settings=RULES.progress, line_yuan=LINES[0]),
        "targets.by_township": targets.by_place(HOMES, plans, EVENTS, as_of=as_of, **COURSE),
    }  # fmt: skip
    due = None if scope == "county" else apportionment.place_targets(HOMES, targets=RULES.targets, rounding="up")
    due = None if due is None else due[due["township_code"] == scope]
    found["targets.progress"] = targets.progress(*given, as_of=as_of, due=due, **COURSE)
    if scope == "county":
        found["published.audit"] = published.audit(STATED["totals"], STATED["townships"], lists.CAUSES)
        found["published.reconciliation"] = published.reconciliation(own, **STATED)
    return found


def plain(text):
    if text in ("", "True", "False"):
        return {"": None, "True": True, "False": False}[text]
    try:
        return float(text)
    except ValueError:
        return text


def traced(key, frame, rows, made_with):
    """Compare every number of a table, read back from its CSV, with what its rows add up to; the numbers' definitions."""
    text = frame.to_csv(index=False)
    typed, nodes = pd.read_csv(io.StringIO(text)), []
    for row in pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False).to_dict("records"):
        described = tracing_figures.described(key, row, made_with)
        assert set(described) <= set(row)
        for column in typed:
            number = pd.api.types.is_numeric_dtype(typed[column]) or column in ("is_met", "is_rash", "status")
            if (number and column not in NAMES and not typed[column].isna().all()) or column in described:
                node = described[column]()
                value = rows.value(node)
                assert tracing.same(value, plain(row[column])), (key, row, column, value)
                nodes.append(node)
    return nodes


@pytest.mark.parametrize(("scope", "as_of"), [("county", END), ("130123100", END), ("county", date(2016, 5, 15))])
@pytest.mark.parametrize("planned", [True, False])
def test_the_rows_of_every_figure_add_up_to_it(scope, as_of, planned):
    plans = PLANS if planned else PLANS.iloc[:0]
    events = CHANGES[CHANGES["event_date"] <= pd.Timestamp(as_of)]
    rows = counted(plans, events, as_of)
    made_with = report(scope, as_of, not planned)
    nodes = [node for key, frame in tables(scope, as_of, plans).items() for node in traced(key, frame, rows, made_with)]
    assert len(nodes) > 200


PLACES = pd.concat([lists.PLACES, lists.PLACES[1:2].assign(table="persons", row=9)], ignore_index=True)
WORDS = {"wording_zh": "", "wording_en": "own", "most": 0.5}
OWN = tuple(checks.Criterion(code=f"own.{measure}", measure=measure, table=table, codes=["cause.many"],
                             **WORDS | {"wording_zh": measure})
            for measure, table in (("share_marked", "households"), ("share_not_answerable", ""),
                                   ("share_found", "households")))  # fmt: skip
CRITERIA = (*checks.usable(), *OWN)


def counted(plans=PLANS, events=CHANGES, as_of=END):
    return tracing_rows.counted(tracing_rows.Counted(HOMES, PERSONS, plans, events), RULES, as_of)


def checked(planted=lists.PLANTED):
    frames = tracing_rows.Checked(PLACES.assign(line=range(5)), lists.FOUND, lists.RUN, planted, {"households": lists.FIELDS})
    return tracing_rows.checked(frames)


QUALITY = {
    "quality.rules": lambda: [quality.rules(lists.RUN, lists.FOUND, lists.PLANTED)],
    "quality.by_township": lambda: [quality.by_place(PLACES, lists.FOUND, {}, by) for by in ("township_code", "village_code")],
    "quality.completeness": lambda: [quality.completeness(lists.FIELDS, "households", ["farmland_mu"])],
    "quality.completeness_places": lambda: [quality.completeness(lists.FIELDS, "households", ["fuel"], by="township_code")],
    "register.account": lambda: [pd.DataFrame({"table": ["households"], "rows_read": 4, "rows_accepted": 2, "rows_set_aside": 2,
                                       "rows_marked": 1})],
    "quality.usable": lambda: [quality.usable(CRITERIA, lists.ACCOUNT.assign(rows_read=[4, 1, 0]), lists.FOUND, PLACES,
                                              lists.RUN)],
}  # fmt: skip


@pytest.mark.parametrize("key", QUALITY)
def test_the_rows_of_every_figure_of_quality_add_up_to_it(key):
    for frame in QUALITY[key]():
        assert traced(key, frame, checked(), replace(report(), criteria=CRITERIA))


def test_rows_of_later_snapshots_are_not_of_the_account_and_a_finding_counts_once_for_each_row():
    places = PLACES.assign(line=[0, 10**9 - 1, 10**9, 3, 10**9])
    rows = tracing_rows.checked(tracing_rows.Checked(places, lists.FOUND, lists.RUN)).frames
    assert rows["rows"]["is_of_account"].tolist() == [True, True, False, True, False]
    assert rows["rows"]["is_marked"].tolist() == [True, True, False, False, False]
    assert rows["findings"][["code", "row", "is_found", "is_planted", "is_first"]].to_numpy().tolist() == [
        ["key.missing", 4, True, False, True], ["key.missing", 6, True, False, True], ["phone.form", 4, True, False, True],
        ["cause.many", 5, True, False, True], ["cause.many", 4, True, False, True]]  # fmt: skip
    assert rows["findings"]["township_code"].fillna("").tolist() == ["130123100", "", "", "130123103", "130123100"]
    assert rows["steps"]["step"].tolist() == ["0", "1", "2"]
    planted = checked().frames["findings"]
    assert planted[["row", "is_found", "is_planted"]].to_numpy().tolist()[-2:] == [[5, False, True], [7, False, True]]


def test_the_columns_that_analysis_derives_by_hand():
    homes = counted().frames["households"].set_index("household_id")
    assert homes["causes"].tolist() == ["illness;disaster", "illness", "illness;schooling", "illness;disaster", "disaster",
                                        "illness"]  # fmt: skip
    assert homes["size_class"].tolist() == ["1", "2", "3", "4", "1", "6+"]
    assert homes["income_class"].fillna("").tolist() == ["below_line", "below_allowance", "below_line", "allowance_or_more",
                                                         "unknown", "below_line"]  # fmt: skip
    assert homes["composition"].tolist() == ["elderly_alone", "with_pupils", "elderly_only", "with_labour", "one_person",
                                             "without_labour"]  # fmt: skip
    assert homes["days_late"].fillna("").tolist() == ["", "181+", "0-30", "", "", ""]
    assert homes["days_early"].fillna(-1).tolist() == [91, 20, -1, 101, -1, -1]
    events = counted(events=CHANGES.drop(columns="is_day_known").assign(size=99)).frames["events"]
    assert events[["move", "moved_persons", "size", "is_day_known"]].to_numpy().tolist() == [
        [1, 1, 1, True], [1, 4, 4, True], [1, 2, 2, True], [-1, -2, 2, True]]  # fmt: skip
    assert events["sign"].tolist()[:3] == ["exit_at_or_above_line", "exit_below_line", "exit_without_income"]
    none = tracing_rows.Counted(HOMES, PERSONS.iloc[:0], PLANS, CHANGES)
    assert "composition" not in tracing_rows.counted(none, RULES, END).frames["households"]


def test_a_criterion_that_the_rules_do_not_know_has_no_figures():
    assert tracing_figures.described("quality.usable", {"criterion_zh": "?", "share": "1"}, report()) == {}
    field = {"table": "households", "field_zh": "主要燃料类型", "is_present": "True", "rows_nought": "0"}
    node = tracing_figures.described("quality.completeness", field, report())["rows_nought"]()
    assert node == Given(0, "data/dictionary.csv", column="type")


def test_a_sum_as_a_query_and_as_a_list():
    one = Sum("households", (("cause_main", "in", ("illness",)), ("size", ">=", 2), ("phone", "filled", None)), "size")
    assert one.query() == "cause_main in ['illness'] and size >= 2 and phone.notna()"
    assert Sum("x", (("day", "<", date(2016, 1, 2)), ("y", "missing", None))).query() == "day < '2016-01-02' and y.isna()"
    rows = counted()
    ill = Sum("households", (("cause_main", "==", "illness"),), "size")
    assert rows.value(ill) == 14
    assert rows.value(By(ill, "township_code")) == {CODES["a"]: 3, CODES["b"]: 11}
    assert tracing.listed(rows, By(ill, "township_code"))[["household_id", "amount"]].to_numpy().tolist() == [
        ["h0", 1], ["h1", 2], ["h3", 4], ["h5", 7]]  # fmt: skip
    moves = tracing.listed(rows, Sum("events", (), "moved_persons"))
    assert moves.to_numpy().tolist() == [["h0", "甲镇", "东村", 1], ["h3", "乙镇", "南村", 4]], "h1 is back: nought"
    found = tracing.listed(checked(), Sum("findings", (("is_found", "==", True), ("severity", "==", "error"))))
    assert found[["table", "file", "sheet", "row", "code", "amount"]].to_numpy().tolist() == [
        ["households", "h.xlsx", "s", row, "key.missing", 1] for row in (4, 6)]  # fmt: skip


def test_leaves_stand_in_reading_order_and_once():
    row = {"cause_main": "other", "share_persons": "0.2"}
    node = tracing_figures.described("causes.shares", row, report())["share_persons"]()
    assert [(name, leaf.where) for name, leaf in tracing.leaves(node)] == [
        ("part", (("cause_main", "in", ("schooling", "disaster")),)), ("whole", ())]  # fmt: skip
    assert list(tracing.leaves(tracing.Formula("ratio", {"part": Given(1, "x"), "whole": Given(1, "x")}))) == [
        ("part", Given(1, "x"))]  # fmt: skip
    stated = tracing_figures.described("published.audit", {"item": "causes.other.share_households", "stated": ""}, report())
    assert next(tracing.leaves(stated["stated"]()))[1] == Given("33", "data/published/causes.csv", 3, "share_households_stated")
    assert tracing_figures.described("unknown", {"x": "1"}, report()) == {}


def test_the_columns_that_name_a_row():
    assert tracing_figures.keys("quality.by_township", ["township_code", "township", "rows_read"]) == ["township_code"]
    assert tracing_figures.keys("quality.rules", ["code", "severity", "table", "rule_zh"]) == ["code", "severity", "table"]
    assert tracing_figures.keys("quality.completeness", ["village_code", "field_zh", "rows"]) == ["village_code", "field_zh"]
    assert tracing_figures.keys("published.reconciliation", ["table", "key", "unit", "gap", "township_code"]) == [
        "table", "key", "unit"]  # fmt: skip
    assert tracing_figures.keys("townships.concentration", ["unit", "gini"]) == ["unit"]
    assert tracing_figures.keys("causes.by_township", ["township_code", "cause_main", "unit"]) == ["township_code", "cause_main"]


def test_figures_are_the_same_but_for_their_last_bits():
    pairs = [(1.0, 1.0 + 1e-9), (0.0, 1e-14), (1e-16, 0.0), (5.0, 6.0), ("x", "x"), (True, False)]
    assert [tracing.same(*pair) for pair in pairs] == [False, False, True, False, True, False]
