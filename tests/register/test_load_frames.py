"""What `load`, the ledger and the search for a household make of a register, on one in memory: every row by hand."""

from datetime import date

import pandas as pd
import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import cached, ledger, load, lookup, sight, snapshots
from tuopin_analysis.register import scope as scoping
from tuopin_analysis.register.about import About, Part, Snapshot

FIRST, SECOND = date(2016, 1, 1), date(2017, 12, 31)
TOWNS = {"130123100": "正定镇", "130123103": "新安镇"}


def days(*texts):
    return pd.to_datetime(pd.Series(texts)).astype("datetime64[us]")


def homes(*rows):
    frame = pd.DataFrame(rows, columns=["household_id", "township_code", "village_code", "village", "size", "poverty_status"])
    return frame.assign(township=frame["township_code"].map(TOWNS), attribute="general", cause_main="illness",
                        income_per_person_yuan=1.0)  # fmt: skip


HOMES = homes(("h1", "130123100", "130123100201", "西关村", 2, "poor"), ("h2", "130123103", "130123103201", "新安村", 1, "poor"),
              ("h3", "130123100", "130123100x1", "自建村", 3, "poor"))  # fmt: skip
LATER = homes(("h2", "130123103", "130123103201", "新安村", 4, "out"), ("h4", "130123102", None, None, 5, "out"),
              ("h1", "130123100", "130123100201", "西关村", 2, "poor"))  # fmt: skip
PERSONS = pd.DataFrame({"person_id": ["p1", "p2", "p3", "p4"], "household_id": ["h1", "h1", "h2", "h3"],
                        "township_code": ["130123100", "130123100", "130123103", "130123100"], "village_code": "x",
                        "relation": ["head", "son", "head", "head"]})  # fmt: skip
EVENTS = pd.DataFrame({
    "household_id": ["h1", "h1", "h2", "h1", "h2"], "event": ["exit", "relapse", "exit", "exit", "relapse"],
    "event_date": days("2016-03-01", "2016-09-01", "2016-12-31", "2017-05-01", "2017-06-01"),
    "township_code": ["130123100", "130123100", "130123103", "130123100", "130123103"],
})  # fmt: skip
PLANS = pd.DataFrame({"household_id": ["h1", "h2"], "planned_exit_date": days("2016-06-30", "2017-06-30"),
                      "measures": ["甲", "乙"], "township_code": ["130123100", "130123103"]})  # fmt: skip
HELP = pd.DataFrame({"household_id": ["h1", "h1", "h2"], "township_code": ["130123100"] * 2 + ["130123103"]})
PROTECTED = {
    "households": pd.DataFrame({"household_id": ["h1", "h2", "h3"], "household_number": ["N3", "N2", "N1"],
                                "head_name": ["张三丰", None, None], "phone": ["1", "2", None]}),
    "persons": pd.DataFrame({"person_id": ["p4", "p3", "p2", "p1"], "name": ["李四", "王小五", "张四", "张三"],
                             "birth": days("2000-05-05", "1960-02-29", None, "1950-01-01")}),
    "responsible": pd.DataFrame({"household_id": ["h1", "h1", "h2"], "unit": ["县水利局", "县医院", "13812345678"],
                                 "helper_name": ["甲一", "乙二", "丙三"]}),
}  # fmt: skip
LATER_PARTS = {
    "households": LATER,
    "persons": PERSONS.assign(household_id=["h2", "h2", "h4", "h1"], relation=["son", "head", "head", "head"]),
    "protected/households": pd.DataFrame({"household_id": ["h4", "h2", "h1"], "household_number": ["N4", "N2", "N3"],
                                          "head_name": [None, None, "张三丰"], "phone": [None, "2", "1"]}),
    "protected/persons": PROTECTED["persons"],
}  # fmt: skip
FOUND = pd.DataFrame({"household_id": ["N3", "N9", None, "N3"], "code": ["a", "b", "c", "d"]})
ASIDE = pd.DataFrame({"table": ["households", "persons", "households"], "household_id": ["N9", "N8", "N7"]})
CHECKED = {"findings": FOUND, "set_aside": ASIDE, "account": pd.DataFrame({"x": [1]}), "rules": pd.DataFrame({"y": [2]}),
           "rows": pd.DataFrame({"z": [3]}),
           "columns": pd.DataFrame({"table": ["households", "units"], "column": ["size", "unit"]})}  # fmt: skip


@pytest.fixture
def register(monkeypatch, tmp_path):
    """A register of two snapshots; the second has lost h3, gained h4, and h2 has grown."""
    part = Snapshot(inputs={}, parts={"households": Part(file="x", rows=1, sha256="y")})
    told = About(title_zh="册", title_en="Register", county_zh="正定县", county_en="Zhengding", source_zh="测试",
                 source_en="a test", synthetic=True, county_code="130123", baseline=FIRST, until=SECOND, store=1, key_sha256="k",
                 snapshots={FIRST: part, SECOND: part}, folder=tmp_path)  # fmt: skip
    tables = {"households": HOMES, "persons": PERSONS, "events": EVENTS, "exit_plans": PLANS, "responsible": HELP,
              "units": pd.DataFrame({"unit": ["县水利局"]})}  # fmt: skip
    now = tables | {"households": LATER, "exit_plans": PLANS.tail(1), "events": EVENTS.iloc[[0, 1, 2, 3]]}
    made = cached.Register(told, tables, CHECKED.__getitem__, PROTECTED.__getitem__, lambda day, name: LATER_PARTS[name],
                           lambda day: now if day == SECOND else tables)  # fmt: skip
    for module in (load, ledger, lookup, sight):
        monkeypatch.setattr(module, "loaded", lambda _register: made)
    monkeypatch.setattr(load, "about", lambda _register: told)
    return made


def said(call):
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value)


def states(frame):
    dates = frame["exit_date"].dt.strftime("%Y-%m-%d").fillna("")
    return list(zip(frame["household_id"], dates, frame["n_relapses"], frame["is_remaining"], strict=True))


@pytest.mark.parametrize(("day", "h1", "h2"), [
    ("2016-02-29", ("", 0, True), ("", 0, True)), ("2016-03-01", ("2016-03-01", 0, False), ("", 0, True)),
    ("2016-09-01", ("", 1, True), ("", 0, True)), ("2016-12-31", ("", 1, True), ("2016-12-31", 0, False)),
    (None, ("2017-05-01", 1, False), ("", 1, True)),
])  # fmt: skip
def test_the_last_change_up_to_the_day_says_who_is_out(register, day, h1, h2):
    found = load.households("r", as_of=day)
    assert states(found) == [("h1", *h1), ("h2", *h2), ("h3", "", 0, True)]
    assert found["n_relapses"].dtype == "int64"
    town = load.households("r", "130123103", day)
    assert (states(town), town.index.tolist()) == ([("h2", *h2)], [0])


def test_whom_a_denominator_counts(register):
    assert load.households("r", denominator="current")["household_id"].tolist() == ["h2", "h4", "h1"]
    assert load.households("r", as_of="2017-12-30", denominator="current")["household_id"].tolist() == ["h1", "h2", "h3"]
    assert load.households("r", "130123102", denominator="current")["household_id"].tolist() == ["h4"]
    assert load.exit_plans("r", denominator="current")["household_id"].tolist() == ["h2"]
    assert len(load.events("r", denominator="current")) == 4
    assert load.standing("r")["households"] is LATER
    assert load.standing("r", denominator="baseline") is register.tables
    assert said(lambda: load.standing("r", denominator="now")).startswith("unknown denominator 'now' (denominator); expected: ")


def test_rows_of_a_place_and_up_to_a_day(register):
    assert load.events("r", "130123103")["event"].tolist() == ["exit", "relapse"]
    assert load.events("r", as_of="2016-09-01")["event"].tolist() == ["exit", "relapse"]
    assert load.exit_plans("r", "130123103").index.tolist() == [0]
    assert len(load.exit_plans("r", as_of="2016-01-01")) == 2
    assert load.responsible("r", "130123103")["household_id"].tolist() == ["h2"]
    assert load.units("r")["unit"].tolist() == ["县水利局"]
    assert load.households("r", "130123100x1")["household_id"].tolist() == ["h3"]
    with pytest.raises(InputError, match="lies outside"):
        load.responsible("r", as_of="2015-01-01")


def test_persons_have_their_age_on_the_day(register):
    found = load.persons("r", as_of="2017-02-28")
    assert found["age_years"].fillna(-1).tolist() == [67, -1, 56, 16]
    assert load.persons("r", "130123103", "2016-02-29")["age_years"].tolist() == [56]
    register.tables["persons"] = PERSONS.assign(age_years=[10, 20, 30, 40])
    assert load.persons("r", as_of="2017-01-01")["age_years"].tolist() == [11, 21, 31, 41]
    assert load.persons("r", as_of="2016-12-31")["age_years"].tolist() == [10, 20, 30, 40]


def test_who_joined_and_who_is_gone(register):
    found = load.membership("r")
    assert found.to_dict("records") == [{"snapshot": "2017-12-31", "new_households": 1, "new_persons": 5, "gone_households": 1,
                                         "gone_persons": 3}]  # fmt: skip
    assert load.membership("r", "2017-12-30").empty
    assert [*load.membership("r", "2017-12-30")] == [*found]


def test_what_the_checks_left_is_handed_out_as_copies(register):
    for call, name in ((load.findings, "findings"), (load.set_aside, "set_aside"), (load.account, "account"),
                       (load.rules_run, "rules"), (load.row_places, "rows")):  # fmt: skip
        pd.testing.assert_frame_equal(call("r"), CHECKED[name])
        assert call("r") is not CHECKED[name]
    assert load.columns_there("r", "units") == ["unit"]
    assert load.columns_there("r", "events") == []
    assert load.all_townships("r")["township_code"].str.startswith("130123").all()
    assert load.planted("r") is None
    (register.about.folder / "planted.csv").write_text("code,household_id\na,001\n", encoding="utf-8")
    assert load.planted("r")["household_id"].tolist() == ["001"]


def test_corrections_of_a_place(register, monkeypatch):
    listed = pd.DataFrame({"correction": [1, 2, 3], "table": "households", "household_id": ["h1", "h2", "h9"],
                           "field_zh": ["甲", "乙", "甲"], "field_en": ["a", "b", "a"]})  # fmt: skip
    monkeypatch.setattr(load.corrected, "listed", lambda told, persons: listed if persons is PERSONS else None)
    assert load.corrections("r") is listed
    assert load.corrections("r", "130123103")["correction"].tolist() == [2]
    assert load.corrections("r", "130123103").index.tolist() == [0]
    assert load.corrected_fields("r").to_numpy().tolist() == [["households", "甲", "a", 2], ["households", "乙", "b", 1]]


def test_scopes_and_their_names(register):
    assert load.scopes("r").to_numpy().tolist() == [
        ["county", "正定县", "Zhengding", "county"], ["130123100", "正定镇", "Zhengding", "township"],
        ["130123103", "新安镇", "Xin'an", "township"]]  # fmt: skip
    assert [load.scope_name("r", "county", lang) for lang in ("zh", "en")] == ["正定县", "Zhengding"]
    assert [load.scope_name("r", "130123100", lang) for lang in ("zh", "en")] == ["正定镇", "Zhengding"]
    assert [load.scope_name("r", "130123100201", lang) for lang in ("zh", "en")] == ["西关村", "西关村"]
    assert load.scope_name("r", "130123100x1", "en") == "自建村"


PLACE = "(scope); expected: county, the nine-digit code of a township or the twelve-digit code of a village; to mend: "


@pytest.mark.parametrize(("scope", "message"), [
    ("130123102", f"no registered household in 新城铺镇 (130123102) {PLACE}choose one with households: county, "
                  "130123100, 130123103"),
    ("新安镇", f"unknown scope '新安镇' {PLACE}write its code, 130123103"),
    ("13012310", f"unknown scope '13012310' {PLACE}did you mean '130123103' or '130123100'?"),
    (130123100, f"the scope 130123100 is not text {PLACE}write it in quotes; -r of papermill does"),
])  # fmt: skip
def test_a_place_that_there_is_not(register, scope, message):
    assert said(lambda: scoping.resolve(scope, register.about, HOMES)) == message


def test_what_a_day_means(register):
    told, expected = register.about, "(as_of); expected: a day from 2016-01-01 to 2017-12-31, as 2017-12-31; to mend: "
    assert load.day_of(told, None) == load.day_of(told, SECOND) == load.day_of(told, "2017-12-31") == pd.Timestamp(2017, 12, 31)
    assert load.day_of(told, "2016-01-01") == pd.Timestamp(2016, 1, 1)
    for written in ("20170101", "2017-1-1", "", "2016-W01-1"):
        found = said(lambda written=written: load.day_of(told, written))
        assert found == f"'{written}' is not a day {expected}write year-month-day"
    for day in ("2015-12-31", "2018-01-01"):
        assert said(lambda day=day: load.day_of(told, day)) == (
            f"{day} lies outside the register {expected}choose a day the register covers")  # fmt: skip


def test_the_ledger_of_the_first_list(register):
    found = ledger.households("r", as_of="2016-12-31")
    assert [*found] == ["township", "village", "household_number", "head_name", "phone", "size", "attribute", "cause_main",
                        "income_per_person_yuan", "exit_status", "exit_date", "planned_exit_date", "measures", "helper_name",
                        "helping_unit"]  # fmt: skip
    assert found["household_number"].tolist() == ["N3", "N1", "N2"], "by township, village and number"
    assert found["head_name"].tolist() == ["张三丰", "李四", "王小五"]
    assert found["exit_status"].tolist() == ["remaining", "remaining", "out"]
    assert found["measures"].fillna("").tolist() == ["甲", "", "乙"]
    assert found["helper_name"].fillna("").tolist() == ["乙二", "", "丙三"], "the last one named"
    assert found["helping_unit"].fillna("").tolist() == ["县医院", "", "13812345678"]
    assert found["phone"].fillna("").tolist() == ["1", "", "2"]


def test_the_ledger_of_a_later_list_says_of_newcomers_what_the_list_says(register):
    found = ledger.households("r")
    assert found["household_number"].tolist() == ["N3", "N4", "N2"]
    assert found["exit_status"].tolist() == ["out", "out", "remaining"], "h2 relapsed after its list was made"
    assert found["exit_date"].dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2017-05-01", "", ""]
    assert found["size"].tolist() == [2, 5, 4]
    assert found["head_name"].fillna("").tolist() == ["张三丰", "王小五", "张四"]
    assert ledger.households("r", "130123103")["household_number"].tolist() == ["N2"]
    assert snapshots.OUT[1] == "out"


@pytest.mark.parametrize("edition", ["notice", "public"])
def test_a_notice_has_masked_names_and_no_numbers(register, edition):
    found = ledger.households("r", as_of="2016-12-31", edition=edition)
    assert [*found] == ["township", "village", "head_name", "size", "exit_status", "exit_date", "planned_exit_date", "measures",
                        "helping_unit"]  # fmt: skip
    assert found["head_name"].tolist() == ["张*丰", "李*", "王*五"]
    assert found["helping_unit"].fillna("").tolist() == ["县医院", "", ""]


@pytest.mark.parametrize(("asked", "home", "codes"), [
    ("h1", "h1", ["a", "d"]), ("N3", "h1", ["a", "d"]), (" Ｎ3 ", "h1", ["a", "d"]), ("N9", None, ["b"]), ("N7", None, []),
    ("h3", "h3", []),
])  # fmt: skip
def test_a_household_is_found_by_its_id_or_number(register, asked, home, codes):
    found = lookup.household("r", asked)
    assert (found.household_id, found.findings["code"].tolist()) == (home, codes)
    assert found.findings.index.tolist() == list(range(len(codes)))


@pytest.mark.parametrize("asked", ["N8", "h9", ""])
def test_a_household_that_there_is_not(register, asked):
    assert said(lambda: lookup.household("r", asked)) == (
        "no such household; the register has 3 and 2 set aside (HOUSEHOLD); expected: an id of the internal pages, or the "
        "office's number of the household")  # fmt: skip


def test_a_register_of_ids_alone_is_searched_by_them(register, monkeypatch):
    monkeypatch.setitem(PROTECTED, "households", PROTECTED["households"][["household_id"]])
    assert lookup.household("r", "h2").household_id == "h2"
    with pytest.raises(InputError):
        lookup.household("r", "N2")
