from fractions import Fraction

import pandas as pd
import pytest
from analysis.samples import CAUSES, GROUPS, county, households, of_totals
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.analysis import published
from tuopin_analysis.register import published as sources


@pytest.fixture(scope="module")
def audit():
    table = published.audit(sources.register_totals(), sources.townships(), sources.causes())
    return table.set_index("item")


def test_the_sums_agree(audit):
    sums = audit.loc[["townships.households", "townships.persons", "causes.households", "causes.persons"]]
    assert sums["stated"].tolist() == sums["computed"].tolist() == [1695, 3654, 1695, 3654]
    assert set(sums["verdict"]) == {"agrees"}


@pytest.mark.parametrize(
    ("item", "stated", "verdict", "digits", "right"),
    [
        ("illness.share_households", 0.559, "agrees", 1, "55.9 %"),
        ("illness.share_persons", 0.58, "coarser", 0, "57.8 %"),
        ("disability.share_households", 0.391, "agrees", 1, "39.1 %"),
        ("disability.share_persons", 0.364, "inconsistent", 1, "36.5 %"),
        ("other.share_households", 0.05, "coarser", 0, "5.1 %"),
        ("other.share_persons", 0.056, "inconsistent", 1, "5.7 %"),
    ],
)
def test_the_stated_shares(audit, item, stated, verdict, digits, right):
    row = audit.loc[f"causes.{item}"]
    assert row[["stated", "verdict", "digits", "right"]].tolist() == [stated, verdict, digits, right]


def test_shares_are_computed_at_full_precision(audit):
    assert audit.loc["causes.disability.share_persons", "computed"] == 1332 / 3654


def test_the_illegible_share_stays_missing(audit):
    row = audit.loc["register.share_of_population"]
    assert row["verdict"] == "missing"
    assert row[["stated", "computed", "right"]].isna().all()


def test_every_figure_is_audited_once(audit):
    assert audit.index.is_unique
    assert audit["verdict"].value_counts().to_dict() == {"agrees": 6, "coarser": 2, "inconsistent": 2, "missing": 1}


def test_a_wrong_sum_and_a_total_that_is_not_given():
    townships = sources.townships()
    townships.loc[0, "persons"] = 335
    table = published.audit(sources.register_totals(), townships, sources.causes()).set_index("item")
    assert table.loc["townships.persons", ["verdict", "right"]].tolist() == ["inconsistent", "3655"]
    none = published.audit(sources.register_totals().iloc[:0], sources.townships(), sources.causes())
    assert set(none["verdict"]) == {"missing"}


def test_nothing_published_is_nothing_to_audit():
    empty = [frame("130999") for frame in (sources.register_totals, sources.townships, sources.causes)]
    assert published.audit(*empty).columns.tolist() == list(published.AUDIT)
    assert len(published.audit(*empty)) == 0


def test_a_half_is_rounded_upwards_by_exact_arithmetic():
    assert [str(published.half_up(Fraction(n, 8), 2)) for n in (1, 3, 5)] == ["0.13", "0.38", "0.63"]
    assert str(published.half_up(Fraction(2675, 1000), 2)) == "2.68", "a float would give 2.67"
    assert str(published.half_up(Fraction(995, 10), 0)) == "100"


@given(st.fractions(0, 100), st.integers(0, 4))
def test_half_up_is_within_half_a_unit(number, digits):
    rounded = Fraction(published.half_up(number, digits))
    assert -Fraction(1, 2) < (rounded - number) * 10**digits <= Fraction(1, 2)


FIGURES = {"totals": sources.register_totals(), "townships": sources.townships(), "causes": sources.causes(), "groups": GROUPS}
NOTHING = FIGURES | {name: FIGURES[name].iloc[:0] for name in ("totals", "townships", "causes")}


def test_no_gaps_where_the_register_is_the_published_one():
    by_place = published.reconciliation(county().assign(cause_main="illness"), **FIGURES)
    assert by_place.query("table != 'causes'")["gap"].tolist() == [0] * 18
    by_cause = published.reconciliation(of_totals(CAUSES, "cause_main"), **FIGURES)
    assert by_cause.query("table == 'causes'")[["key", "unit", "counted", "gap"]].to_numpy().tolist() == [
        [cause, unit, {"illness": (947, 2112), "disability": (662, 1332), "other": (86, 210)}[cause][place], 0]
        for cause in ("illness", "disability", "other")
        for place, unit in enumerate(("households", "persons"))
    ]


def test_a_gap_is_counted_less_published():
    frame = households([("130123103", "新安镇", 3), ("130123999", "?", 2)], "township_code township size")
    table = published.reconciliation(frame, **FIGURES).set_index(["table", "key", "unit"])
    assert table.loc[("register", "registered_persons", "persons")].tolist() == [5, 3654, 5 - 3654]
    assert table.loc[("townships", "130123103", "persons")].tolist() == [3, 655, 3 - 655]
    assert table.loc[("townships", "130123200", "households")].tolist() == [0, 299, -299]
    assert table.loc[("townships", "130123999", "persons"), "counted"] == 2
    assert pd.isna(table.loc[("townships", "130123999", "persons"), "gap"]), "not published is not published as nought"


def test_a_townships_report_shows_its_own_row_and_nothing_published_of_causes():
    frame = county().query("township_code == '130123103'")
    table = published.reconciliation(frame, scope="130123103", **FIGURES)
    assert table["table"].unique().tolist() == ["townships", "causes"]
    assert table.loc[table["table"] == "townships", ["key", "gap"]].to_numpy().tolist() == [["130123103", 0]] * 2
    assert table.loc[table["table"] == "causes", ["published", "gap"]].isna().all(axis=None)


def test_a_village_or_another_county_has_nothing_published():
    village = published.reconciliation(households([(2,)], "size"), scope="130123103201", **FIGURES)
    assert village["table"].unique().tolist() == ["villages", "causes"]
    for table in (village, published.reconciliation(county(), **NOTHING)):
        assert table[["published", "gap"]].isna().all(axis=None)
        assert table["counted"].notna().all()
