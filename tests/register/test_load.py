import multiprocessing

import pandas as pd
import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import cached, dictionary, load

PROTECTED = set(dictionary.COLUMNS.query("protected == 'yes'")["column"])


def test_one_row_per_household_with_its_state_on_the_day(make, tables):
    folder = make(tables)
    columns = ["household_id", "exit_date", "n_relapses", "is_remaining"]
    midway = load.households(folder, as_of="2016-12-31")[columns].set_index("household_id")
    assert midway["is_remaining"].to_list() == [False, False, True, True]
    assert str(midway.loc["H2", "exit_date"].date()) == "2016-07-31"
    at_the_end = load.households(folder)[columns].set_index("household_id")
    assert at_the_end["is_remaining"].to_list() == [False, True, True, True]
    assert pd.isna(at_the_end.loc["H2", "exit_date"])
    assert at_the_end["n_relapses"].to_list() == [0, 1, 0, 0]


@pytest.mark.parametrize(("day", "remaining"), [("2016-06-29", 4), ("2016-06-30", 3), ("2017-02-28", 2), ("2017-03-01", 3)])
def test_an_exit_and_a_relapse_count_from_their_day(make, tables, day, remaining):
    assert load.households(make(tables), as_of=day)["is_remaining"].sum() == remaining


def test_a_second_exit_is_in_force_again(make, tables):
    tables["events"].append({"household_id": "H2", "event": "脱贫", "event_date": "2017-12-01"})
    row = load.households(make(tables)).set_index("household_id").loc["H2"]
    assert (str(row["exit_date"].date()), row["n_relapses"], row["is_remaining"]) == ("2017-12-01", 1, False)


def test_ages_are_full_years_on_the_day(make, tables):
    folder = make(tables)
    assert set(load.persons(folder, as_of="2016-02-28")["age_years"]) == {55}
    assert set(load.persons(folder, as_of="2016-02-29")["age_years"]) == {56}


def test_birth_and_sex_missing_in_a_flat_export_come_from_the_id_number(make, tables):
    for row in tables["persons"]:
        del row["birth_date"], row["sex"]
    found = load.persons(make(tables), as_of="2016-02-29")
    assert set(found["age_years"]) == {56}
    assert set(found["sex"]) == {"male"}


def test_codes_and_labels_give_the_same_identifiers(make, tables):
    assert set(load.households(make(tables))["cause_main"]) == {"illness"}


def test_scope_filters_every_table(make, tables):
    folder = make(tables)
    for frame in (load.households(folder, "130123103"), load.persons(folder, "130123103"), load.exit_plans(folder, "130123103"),
                  load.responsible(folder, "130123103")):  # fmt: skip
        assert frame["household_id"].to_list() == ["H3"]
    assert load.events(folder, "130123103").empty
    assert load.households(folder, "130123100202")["household_id"].to_list() == ["H4"]
    assert load.events(folder, as_of="2016-12-31")["size"].to_list() == [1, 2]


def test_scopes_are_the_county_and_the_townships_with_households(make, tables):
    folder = make(tables)
    assert load.scopes(folder)["scope"].to_list() == ["county", "130123100", "130123103"]
    assert len(load.all_townships(folder)) == 10
    assert [load.scope_name(folder, "130123103", lang) for lang in ("zh", "en")] == ["新安镇", "Xin'an"]
    assert [load.scope_name(folder, "county", lang) for lang in ("zh", "en")] == ["正定县", "Zhengding county"]


@pytest.mark.parametrize(("scope", "word"), [
    ("../x", "unknown scope"), ("13012310", "did you mean"), ("新安镇", "130123103"), ("", "unknown scope"),
    (130123103, "is not text"), (None, "is not text"), ("130123102", "no registered household in 新城铺镇"),
    ("130123100203", "no registered household"),
])  # fmt: skip
def test_scopes_that_cannot_be_reported(make, tables, scope, word):
    with pytest.raises(InputError, match=word):
        load.households(make(tables), scope)


@pytest.mark.parametrize("as_of", ["soon", "2016-02-30", "2015-12-31", "2018-01-01", "2016-12", 20161231, True, "", "2016-W01-1"])
def test_days_that_cannot_be_reported(make, tables, as_of):
    folder = make(tables)
    for function in (load.households, load.persons, load.exit_plans, load.events, load.responsible):
        with pytest.raises(InputError, match="a day from 2016-01-01 to 2017-12-31"):
            function(folder, as_of=as_of)


def test_a_register_without_an_accepted_household_says_why(make, tables):
    for row in tables["households"]:
        row["size"] = "三人"
    with pytest.raises(InputError, match=r"no household .* value\.not_number \(4\)"):
        load.households(make(tables))


def test_protected_columns_never_leave(make, tables):
    secret = [cell for row in tables["persons"] for key, cell in row.items() if key in ("name", "id_number")]
    for row in tables["persons"]:
        row["birth_date"] = "生日不明"
    tables["persons"][0]["id_number"] = "130199196002291"
    tables["households"][0] |= {"head_name": "户主甲", "head_id_number": "130199X", "phone": "13800000000"}
    folder = make(tables)
    frames = [load.households(folder), load.persons(folder), load.responsible(folder), load.units(folder), load.events(folder),
              load.exit_plans(folder), load.findings(folder), load.set_aside(folder)]  # fmt: skip
    shown = "".join(frame.to_csv() for frame in frames) + repr(cached.loaded(folder)) + str(load.about(folder))
    for frame in frames[:6]:
        assert not PROTECTED & set(frame.columns) - {"name"}
    assert not [text for text in [*secret, "生日不明", "户主甲", "13800000000", "130199196002291"] if text in shown]
    assert "•••" in shown


def test_callers_cannot_change_what_others_get(make, tables):
    folder = make(tables)
    mine = load.households(folder)
    mine.loc[:, "size"] = 99
    mine.loc[0, "township"] = "x"
    mine = load.account(folder)
    mine["rows_read"] = 0
    assert load.account(folder)["rows_read"].min() == 1
    assert load.households(folder)["size"].to_list() == [1, 2, 1, 1]
    assert load.households(folder)["township"].to_list()[0] == "正定镇"


def _count(folder: str, queue) -> None:  # runs in a forked process
    queue.put((cached._load.cache_info().misses, len(load.households(folder))))


def test_a_forked_process_shares_what_was_read(make, tables):
    folder = make(tables)
    load.households(folder)
    misses = cached._load.cache_info().misses
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_count, args=(folder, queue))
    child.start()
    assert queue.get(timeout=30) == (misses, 4)
    child.join()


def test_rows_are_sorted_whatever_the_order_in_the_file(make, tables):
    tables["households"].reverse()
    tables["persons"].reverse()
    folder = make(tables)
    assert load.households(folder)["household_id"].to_list() == ["H1", "H2", "H3", "H4"]
    assert load.persons(folder)["person_id"].is_monotonic_increasing


def test_a_household_in_a_street_has_the_official_name(make, build, tables):
    tables["households"].append(build.household(5, township="诸福屯街道", village="固营村"))
    tables["persons"].append(build.person(5))
    found = load.households(make(tables), "130123001").iloc[0]
    assert found[["township", "village"]].to_list() == ["诸福屯街道办事处", "固营村社区"]
