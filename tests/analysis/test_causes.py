import pandas as pd
import pytest
from analysis.samples import CAUSES, GROUPS, households, of_totals
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis.analysis import causes, counts
from tuopin_analysis.errors import InputError


@pytest.fixture(scope="module")
def county():
    return causes.shares(of_totals(CAUSES, "cause_main"), GROUPS)


def test_published_causes(county):
    assert county["cause_main"].tolist() == ["illness", "disability", "other"]
    assert county["households"].tolist() == [947, 662, 86]
    assert county["persons"].tolist() == [2112, 1332, 210]
    assert county["share_persons"].tolist() == [2112 / 3654, 1332 / 3654, 210 / 3654]
    assert county["share_households"].round(3).tolist() == [0.559, 0.391, 0.051]


def test_who_is_out_still_counts_in_the_baseline():
    shares = causes.shares(households([("illness", 4, False), ("illness", 1, True)], "cause_main size is_remaining"), GROUPS)
    assert shares.loc[0, ["persons", "share_persons", "remaining_households", "remaining_persons"]].tolist() == [5, 1.0, 1, 1]


def test_without_groups_the_causes_of_the_register_come_with_the_most_persons_first():
    frame = households([("schooling", 1), ("marriage", 1), ("illness", 3), ("disability", 5)], "cause_main size")
    assert causes.shares(frame)["cause_main"].tolist() == ["disability", "illness", "marriage", "schooling"]


def test_nine_tenths_of_persons_by_exact_arithmetic(county):
    row = causes.check_share(county, ["illness", "disability"], 0.9, "persons").iloc[0]
    assert row["claim"] == "illness;disability"
    assert row["share"] == 3444 / 3654
    assert row["holds"]
    tenth = pd.DataFrame({"cause_main": ["a", "b"], "households": [1, 9], "persons": [3, 7]})
    assert causes.check_share(tenth, ["a"], 0.1, "households")["holds"].tolist() == [True]
    assert causes.check_share(tenth, ["a"], "0.3", "persons")["holds"].tolist() == [True]
    assert causes.check_share(tenth, ["a"], "0.301", "persons")["holds"].tolist() == [False]


def test_a_claim_about_nobody_neither_holds_nor_fails(county):
    nobody = county.assign(households=0, persons=0)
    row = causes.check_share(nobody, ["illness"], 0.9, "persons").iloc[0]
    assert pd.isna(row["share"])
    assert pd.isna(row["holds"])


def test_a_claim_with_a_wrong_word(county):
    with pytest.raises(InputError, match="did you mean 'illness'"):
        causes.check_share(county, ["ilness"], 0.9, "persons")
    with pytest.raises(InputError, match="unknown unit 'people'"):
        causes.check_share(county, ["illness"], 0.9, "people")


def test_by_township_shares_are_of_the_township():
    rows = [("1", "A", "illness", 1), ("1", "A", "disability", 3), ("2", "B", "schooling", 2)]
    table = causes.by_township(households(rows, "township_code township cause_main size"), GROUPS)
    assert table[["township_code", "cause_main", "persons"]].to_numpy().tolist() == [
        ["1", "illness", 1],
        ["1", "disability", 3],
        ["1", "other", 0],
        ["2", "illness", 0],
        ["2", "disability", 0],
        ["2", "other", 2],
    ]
    assert table["share_persons"].tolist() == [0.25, 0.75, 0.0, 0.0, 0.0, 1.0]


def test_by_size_has_every_class_and_one_for_six_and_more():
    table = causes.by_size(households([("illness", 5), ("illness", 6), ("illness", 9)], "cause_main size"), GROUPS)
    illness = table[table["cause_main"] == "illness"]
    assert illness["size_class"].tolist() == ["1", "2", "3", "4", "5", "6+"]
    assert illness["households"].tolist() == [0, 0, 0, 0, 1, 2]
    assert illness["share_persons"].tolist() == [0, 0, 0, 0, 0.25, 0.75]
    assert table.loc[table["cause_main"] == "other", "share_persons"].isna().all()


PEOPLE = {
    "elderly_alone": [(60, "not_at_school", "ordinary_labour")],
    "elderly_only": [(60, None, None), (88, None, None)],
    "one_person": [(59, "not_at_school", "ordinary_labour")],
    "with_pupils": [(70, None, None), (9, "primary_school", "no_labour")],
    "with_labour": [(70, None, None), (40, "not_at_school", "skilled_labour")],
    "without_labour": [(70, None, None), (None, None, "lost_labour")],
}


def persons() -> pd.DataFrame:
    rows = [(f"h{n}", *person) for n, members in enumerate(PEOPLE.values()) for person in members]
    frame = pd.DataFrame(rows, columns=["household_id", "age_years", "school_status", "labour_skill"])
    return frame.astype({"age_years": "Int64", "school_status": "str", "labour_skill": "str"})


def test_each_household_has_exactly_one_composition():
    table = causes.composition(persons(), 60)
    assert table["composition"].tolist() == list(PEOPLE) == causes.COMPOSITIONS


def test_a_person_of_unknown_age_is_not_elderly():
    unknown = persons().query("household_id == 'h0'").assign(age_years=float("nan"))
    assert causes.composition(unknown, 60)["composition"].tolist() == ["one_person"]


def test_by_composition_adds_up_and_refuses_households_without_persons():
    frame = households([(f"h{n}", len(members)) for n, members in enumerate(PEOPLE.values())], "household_id size")
    table = causes.by_composition(frame, persons(), GROUPS, 60)
    illness = table[table["cause_main"] == "illness"]
    assert illness["composition"].tolist() == causes.COMPOSITIONS
    assert illness["persons"].tolist() == [1, 2, 1, 2, 2, 2]
    with pytest.raises(InputError, match="1 households without persons"):
        causes.by_composition(frame, persons().query("household_id != 'h3'"), GROUPS, 60)


def test_combinations_are_sets_in_the_order_of_the_code_list():
    rows = [("disability", "illness", 2), ("illness", "disability", 3), ("illness", None, 9), ("illness", "illness", 1)]
    rows += [("marriage", "", 1), ("other_cause", "schooling;illness", 4)]
    table = causes.combinations(households(rows, "cause_main cause_other size"))
    assert table[["causes", "number_of_causes", "households", "persons"]].to_numpy().tolist() == [
        ["illness", 1, 2, 10],
        ["illness;disability", 2, 2, 5],
        ["illness;schooling;other_cause", 3, 1, 4],
        ["marriage", 1, 1, 1],
    ]
    assert table["share_persons"].sum() == 1


def test_compare_with_the_county(county):
    part = causes.shares(of_totals({"illness": (1, 1), "schooling": (1, 3)}, "cause_main"), GROUPS)
    table = causes.compare(part, county).set_index("cause_main")
    assert table["share_persons"].tolist() == [0.25, 0.0, 0.75]
    assert table.loc["illness", "difference_points"] == pytest.approx(25 - 211200 / 3654)
    assert table.loc["other", "location_quotient_persons"] == pytest.approx(0.75 / (210 / 3654))
    assert table.loc["other", "location_quotient_households"] == pytest.approx(0.5 / (86 / 1695))
    assert table.loc["disability", "location_quotient_persons"] == 0


def test_compare_where_the_part_lists_fewer_causes_or_the_whole_has_nobody(county):
    ill = causes.shares(households([("illness",)], "cause_main"))
    assert causes.compare(ill, county)["share_persons"].tolist() == [1.0, 0.0, 0.0]
    empty = county.assign(households=0, persons=0, share_households=float("nan"), share_persons=float("nan"))
    assert causes.compare(empty, county)["share_persons"].isna().all()
    assert causes.compare(ill, empty)["location_quotient_persons"].isna().all()


CAUSE = st.sampled_from([cause for group in GROUPS.values() for cause in group])


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(CAUSE, st.integers(1, 9), st.booleans(), st.sampled_from("ABC")), min_size=1, max_size=40))
def test_shares_add_to_one_and_parts_to_the_whole(rows):
    frame = households([(*row, row[3]) for row in rows], "cause_main size is_remaining township_code township")
    whole, parts = causes.shares(frame, GROUPS), causes.by_township(frame, GROUPS)
    for unit in ("households", "persons"):
        assert whole[f"share_{unit}"].sum() == pytest.approx(1)
        assert parts.groupby("township_code")[f"share_{unit}"].sum().to_numpy() == pytest.approx(1)
    for table in (parts, causes.by_size(frame, GROUPS)):
        added = table.groupby("cause_main", sort=False)[counts.COUNTS].sum()
        assert added.to_numpy().tolist() == whole.set_index("cause_main")[added.columns].to_numpy().tolist()
