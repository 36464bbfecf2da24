"""What pages of the public edition show, by hand: 2 households in T3, hidden by the 9 of T0 and by both townships' totals."""

from datetime import date

import pandas as pd
import pytest
from analysis.samples import RULES, households

from tuopin_analysis.analysis import causes, published, townships, withholding

NAMES = ("illness", "disability", "schooling")
GROUPS = {"illness": ["illness"], "disability": ["disability"], "other": ["schooling"]}
NONE = pd.DataFrame()
COUNTS = [[9, 8, 7], [40, 7, 6], [50, 60, 5], [2, 0, 0]]  # households of two persons by township (rows) and cause
HIDDEN = "households;persons;share_households;share_persons;remaining_households;remaining_persons"
SHARES = "share_households;share_persons"


def register(rows):
    cells = [(f"T{t}", f"{t}乡", cause, 2) for t, row in enumerate(rows) for cause, n in zip(NAMES, row, strict=True)
             for _ in range(n)]  # fmt: skip
    return households(cells, "township_code township cause_main size")


COUNTY = register(COUNTS)


def guard(scope="county", county=COUNTY, as_of="2016-12-31"):
    rules = RULES.model_copy(update={"cause_groups": GROUPS, "small_cells": 3})
    return withholding.guard(county, rules, scope=scope, as_of=as_of, edition="public", townships=NONE, causes=NONE)


def of(scope):
    return COUNTY[COUNTY["township_code"] == scope]


def test_the_pattern_takes_the_cheapest_circle():
    pattern = guard().pattern
    assert pattern.registered.astype(int).tolist() == [[1, 0, 0, 1], [0] * 4, [0] * 4, [1, 0, 0, 1], [0] * 4]
    assert (pattern.split == pattern.registered).all()


def test_townships():
    shown = guard().protect(townships.distribution(COUNTY))
    everything = HIDDEN.replace("remaining_households", "persons_per_household;rank_households;rank_persons;remaining_households")
    ranks = "rank_households;rank_persons"
    assert shown["suppressed"].tolist() == [everything, ranks, ranks, everything]
    assert shown["households"].fillna(-1).tolist() == [-1, 53, 115, -1]
    assert shown["rank_persons"].isna().all()
    assert shown["township"].tolist() == ["0乡", "1乡", "2乡", "3乡"]


def test_causes_by_township_have_no_share_where_the_townships_total_is_hidden():
    shown = guard().protect(causes.by_township(COUNTY, GROUPS))
    assert shown["suppressed"].tolist() == [HIDDEN, SHARES, SHARES, *[""] * 6, HIDDEN, SHARES, SHARES]
    assert shown["persons"].fillna(-1).tolist() == [-1, 16, 14, 80, 14, 12, 100, 120, 10, -1, 0, 0]
    assert shown["share_persons"].isna().tolist() == [True] * 3 + [False] * 6 + [True] * 3


def test_causes_of_the_county_and_of_a_township():
    assert guard().protect(causes.shares(COUNTY, GROUPS))["suppressed"].tolist() == ["", "", ""]
    shown = guard("T3").protect(causes.shares(of("T3"), GROUPS))
    assert shown["suppressed"].tolist() == [HIDDEN, SHARES, SHARES]
    beside = causes.compare(causes.shares(of("T3"), GROUPS), causes.shares(COUNTY, GROUPS))
    quotients = f"{SHARES};difference_points;location_quotient_persons;location_quotient_households"
    assert guard("T3").protect(beside)["suppressed"].tolist() == [quotients] * 3
    assert guard("T3").protect(beside)["whole_share_persons"].notna().all(), "the county's own shares are shown"
    beside = causes.compare(causes.shares(of("T1"), GROUPS), causes.shares(COUNTY, GROUPS))
    assert guard("T1").protect(beside)["suppressed"].tolist() == ["", "", ""]


def test_claims_and_concentration():
    claimed = townships.check_larger(townships.distribution(COUNTY), ["T2"])
    shown = guard().protect(claimed)
    assert shown["suppressed"].tolist() == ["largest;holds;first;first_share;second;second_share"] * 2
    assert shown["claimed"].tolist() == ["T2", "T2"]
    assert shown["holds"].dtype == "boolean"
    uneven = guard().protect(townships.concentration(townships.distribution(COUNTY)))
    assert uneven["suppressed"].tolist() == ["herfindahl;effective_number;top_two_share;gini"] * 2
    share = guard().protect(causes.check_share(causes.shares(COUNTY, GROUPS), ["illness"], "0.5", "persons"))
    assert (share["share"].tolist(), share["suppressed"].tolist()) == ([202 / 388], ["holds"])


def test_the_reconciliation_names_its_rows_itself():
    stated = pd.DataFrame({"township_code": ["T1", "T9"], "households": [53, 4], "persons": [106, 8]})
    by_cause = pd.DataFrame({"cause_main": list(GROUPS), "households": [101, 75, 18], "persons": [202, 150, 36]})
    table = published.reconciliation(COUNTY, totals=NONE, townships=stated, causes=by_cause, groups=GROUPS)
    shown = guard().protect(table).set_index(["table", "key", "unit"])
    assert shown["suppressed"].to_dict() == {
        key: "counted;gap" if key[1] in ("T0", "T3") else "" for key in shown.index}  # fmt: skip
    assert shown.loc[("townships", "T9", "persons"), ["counted", "published", "gap"]].tolist() == [0, 8, -8]
    mine = guard("T3").protect(published.reconciliation(of("T3"), scope="T3", totals=NONE, townships=stated, causes=by_cause,
                                                        groups=GROUPS))  # fmt: skip
    assert mine["suppressed"].tolist() == ["counted;gap"] * 4 + [""] * 4
    assert mine["counted"].fillna(-1).tolist() == [-1, -1, -1, -1, 0, 0, 0, 0]


def test_a_frame_keeps_its_own_index_and_loses_columns_that_are_not_listed():
    frame = townships.distribution(COUNTY).assign(secret=1, is_met=True)[["township_code", "secret", "persons", "is_met"]]
    shown = guard().protect(frame.set_axis([7, 5, 3, 1]))
    assert (shown.index.tolist(), shown.columns.tolist()) == ([7, 5, 3, 1], ["township_code", "persons", "is_met", "suppressed"])
    assert [str(kind) for kind in shown.dtypes] == ["str", "Int64", "boolean", "str"]
    assert shown["persons"].fillna(-1).tolist() == [-1, 106, 230, -1]
    assert shown["is_met"].isna().all(), "targets are parts of a whole, shared out by all townships' numbers"


MONTHS = pd.DataFrame(
    {"period": ["2016-11", "2016-12", "2017-06", "2017-12"], "actual_persons": pd.array([1, 2, None, None], dtype="Int64"),
     "planned_persons": [1, 2, 3, 4], "target_persons": pd.array([None, 40, None, 99], dtype="Int64"),
     "is_met": pd.array([None, True, None, None], dtype="boolean")}
)  # fmt: skip


@pytest.mark.parametrize(("as_of", "met"), [("2016-12-31", [True, None]), ("2016-12-30", [None, None])])
def test_of_months_only_that_of_the_day_and_targets_are_shown(as_of, met):
    sound = guard(county=register(COUNTS[:3]), as_of=as_of)
    assert (sound.public, sound.suppresses, guard().suppresses) == (True, False, True)
    shown = sound.months(MONTHS.set_axis([4, 3, 2, 1]))
    assert shown["period"].tolist() == ["2016-12", "2017-12"]
    assert shown["target_persons"].tolist() == [40, 99]
    assert [None if pd.isna(value) else value for value in shown["is_met"]] == met
    assert shown["suppressed"].tolist() == ["", ""]
    assert "planned_persons" not in shown
    hidden = guard(as_of=as_of).months(MONTHS)
    assert hidden["suppressed"].tolist() == ["target_persons;is_met", "target_persons"]


def test_the_internal_edition_shows_everything():
    frame = pd.DataFrame({"village_code": ["1"], "households": [1]})
    inside = withholding.guard(COUNTY, RULES, scope="x", as_of="", edition="internal", townships=NONE, causes=NONE)
    assert inside.protect(frame) is frame
    assert inside.months(MONTHS) is MONTHS
    assert (inside.public, inside.suppresses) == (False, False)
    assert guard("T1").target_days == (date(2016, 12, 31), date(2017, 12, 31))
