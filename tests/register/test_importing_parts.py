"""The steps of an import one by one, on frames in memory: what is refused and warned of, what a register says of itself."""

import hashlib
from datetime import date

import pandas as pd
import pytest

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import accepted, cached, checks, gather, importing, layouts, protect, snapshots, store, unchecked
from tuopin_analysis.register.about import FURTHER, TABLES, About, Part, Snapshot

FIRST, SECOND = date(2016, 12, 31), date(2017, 12, 31)
NAMES = {"title_zh": "册", "title_en": "Register", "county_zh": "正定县", "county_en": "Zhengding", "source_zh": "测试",
         "source_en": "a test", "synthetic": False}  # fmt: skip


@pytest.fixture
def told(tmp_path):
    """An imported register of two snapshots."""
    part = Snapshot(inputs={}, parts={"households": Part(file="x", rows=1, sha256="y")})
    return About(**NAMES, county_code="130123", baseline=FIRST, until=SECOND, store=1, key_sha256="k",
                 snapshots={FIRST: part, SECOND: part}, folder=tmp_path / "r")  # fmt: skip


def said(call, *folders):
    with pytest.raises(InputError) as caught:
        call()
    text = str(caught.value)
    for folder in folders:
        text = text.replace(str(folder), "HERE")
    return text.split("\n")


DAY = date(2018, 1, 1)
TITLES = ("the register has its titles already, and says whether it is synthetic (--title, --title-en, --county-en, "
          "--synthetic); to mend: leave them out; they count for a new register")  # fmt: skip


def test_an_import_that_does_not_go_with_the_register(told):
    importing._refuse(told, DAY, None, False, False)
    importing._refuse(told, FIRST, "130123", True, False)
    county = ("the register is of county 130123 (--county 130624); expected: the register's county; to mend: leave --county out, "
              "or choose another folder")  # fmt: skip
    day = ("the register has a snapshot of 2016-12-31 (--snapshot 2016-12-31); expected: a day not yet imported; to mend: choose "
           "the day of the new export, or --replace to put it in the place of the old one")  # fmt: skip
    assert said(lambda: importing._refuse(told, FIRST, "130624", False, True)) == [TITLES, county, day]
    books = told.model_copy(update={"store": None, "snapshots": {}})
    assert said(lambda: importing._refuse(books, FIRST, None, False, False), told.folder) == [
        "the folder holds a register of workbooks (--into HERE); expected: a new or an imported register; to mend: choose "
        "another folder"]  # fmt: skip
    many = told.model_copy(update={"region": "13"})
    assert said(lambda: importing._refuse(many, FIRST, None, False, False), told.folder) == [
        "a store of many counties is not extended by an import (--into HERE); expected: a register of one county; to mend: "
        "choose a folder for the county's own register"]  # fmt: skip


def test_files_without_households_or_persons():
    mend = ("(the files given); expected: households and persons; to mend: give the export of households and that of persons "
            "together; see `tuopin import … --explain` for an unknown layout")  # fmt: skip
    importing._refuse_incomplete({"households": None, "persons": None})
    assert said(lambda: importing._refuse_incomplete({"households": None})) == [
        f"no sheet with persons (persons) among the files {mend}"]  # fmt: skip
    assert said(lambda: importing._refuse_incomplete({})) == [
        f"no sheet with households (households) and persons (persons) among the files {mend}"]  # fmt: skip


def test_the_key_is_made_for_a_new_register_and_must_be_the_same_for_an_old_one(told, tmp_path):
    path = tmp_path / "key"
    assert said(lambda: importing._key(path, told), path) == [
        "the key of this register is not there (--key HERE); expected: the key with which it was begun; to mend: restore it from "
        "its copy; if it is lost, make a new key by importing every day again into a new folder"]  # fmt: skip
    made = importing._key(path, None)
    assert importing._key(path, None) == made == protect.read_key(path)
    assert said(lambda: importing._key(path, told), path) == [
        "not the key of this register (--key HERE); expected: the key with which the register was begun, so that households are "
        "known again; to mend: give that key's file with --key"]  # fmt: skip
    own = told.model_copy(update={"key_sha256": hashlib.sha256(made).hexdigest()})
    assert importing._key(path, own) == made


def test_a_new_register_is_named_by_its_place(tmp_path):
    made = importing._new(tmp_path, "130123", FIRST, "sum", {}, False)
    assert (made.title_zh, made.title_en) == ("正定县建档立卡贫困户登记册", "Poverty register of 正定县 (130123)")
    assert (made.county_zh, made.county_en, made.county_code) == ("正定县", "正定县 (130123)", "130123")
    assert made.source_zh == "河北省石家庄市正定县建档立卡信息导出表"
    assert made.source_en == "export of the poverty register of 正定县 (130123)"
    assert (made.baseline, made.until, made.synthetic, made.store, made.key_sha256) == (FIRST, FIRST, False, 1, "sum")
    assert (list(made.snapshots), made.folder) == ([FIRST], tmp_path)
    named = {"title_zh": "甲", "title_en": "A", "county_en": "Zhengding county"}
    made = importing._new(tmp_path, "130123", FIRST, "sum", named, True)
    assert (made.title_zh, made.title_en, made.county_en, made.synthetic) == ("甲", "A", "Zhengding county", True)
    assert made.source_en == "export of the poverty register of Zhengding county"
    made = importing._new(tmp_path, "130123", FIRST, "sum", {"title_zh": "", "county_en": "Z"}, True)
    assert (made.title_zh, made.title_en) == ("正定县建档立卡贫困户登记册", "Poverty register of Z")


def test_villages_that_the_list_lacks_are_told_by_name():
    def homes(numbers):
        rows = [("阜平镇", f"{n}村", f"130624100x{n}") for n in numbers]
        return pd.DataFrame(rows, columns=["township", "village", "village_code"], dtype="str")

    assert importing._unlisted(homes([]).reindex([0])) == []
    one = pd.concat([homes([1, 1]), pd.DataFrame([("阜平镇", "东村", "130624100200")], columns=[*homes([])])])
    assert importing._unlisted(one) == [gather.Note(
        "villages", "", "village_unlisted", "1 villages are not in the list of 2016 and are counted under the names "
        "given: 阜平镇1村",
        "2016年区划名单中没有的村1个，按文件中的名称统计：阜平镇1村")]  # fmt: skip
    shown = ", ".join(f"阜平镇{n}村" for n in range(8))
    assert importing._unlisted(homes(range(8)))[0].text_en.endswith(f"given: {shown}")
    assert importing._unlisted(homes(range(9)))[0].text_zh.endswith(f"：{shown}, …")


def account(**read):
    rows = [(table, *read.get(table, (0, 0))) for table in TABLES]
    return pd.DataFrame(rows, columns=["table", "rows_read", "rows_set_aside"])


def test_what_must_not_be_overlooked_is_a_warning():
    findings = pd.DataFrame({"code": ["value.rounded"] * 1200 + ["x"]})
    assert importing._warnings(account(), findings) == [gather.Note(
        "numbers", "", "warning",
        "warning: 1,200 long numbers were refused, because Excel has rounded them: export again with the column as text",
        "注意：长号码1,200个已被Excel舍入，未采用：请将该列设置为文本格式后重新导出")]  # fmt: skip
    limit = next(one for one in checks.usable() if one.measure == "share_set_aside" and one.table == "households")
    at, beyond = round(limit.most * 1000), round(limit.most * 1000) + 1
    assert importing._warnings(account(households=(1000, at)), findings.tail(1)) == []
    [note] = importing._warnings(account(households=(100, 40), persons=(1000, 0)), findings.tail(1))
    assert (note.file, note.sheet, note.kind) == ("households", "", "warning")
    assert note.text_en == (
        f"warning: 40% of the households were set aside (at most {limit.most:.0%} may be): see tuopin check")  # fmt: skip
    assert note.text_zh == f"注意：{limit.wording_zh}为40%（不应超过{limit.most:.0%}）：运行 tuopin check 查看"
    [close] = importing._warnings(account(households=(1000, beyond)), findings.tail(1))
    assert f"warning: {beyond / 10:.1f}% of the households were set aside (at most {limit.most:.0%} may be)" in close.text_en


def test_the_forms_are_of_the_snapshots_year_unless_the_layout_says_another():
    plain = layouts.Layout()
    years = {day.year: importing._of_year(plain, day).year for day in (date(y, 5, 5) for y in (2012, 2013, 2016, 2030, 2031))}
    assert years == {2012: None, 2013: 2013, 2016: 2016, 2030: 2030, 2031: None}
    own = layouts.Layout(year=2018)
    assert importing._of_year(own, date(2016, 1, 1)) is own


def test_folders_and_days_to_come_are_told_together(tmp_path):
    assert said(lambda: importing._refuse_input([tmp_path, tmp_path / "a"], date(2999, 1, 1)), tmp_path) == [
        "a folder, not a file (HERE); expected: files; to mend: name the files in it, as in FOLDER/*.xlsx",
        "2999-01-01 lies in the future (--snapshot); expected: the day that the export shows"]  # fmt: skip
    importing._refuse_input([tmp_path / "a"], date.today())


def test_notes_and_faults_are_printed_without_numbers_of_persons():
    note = gather.Note("13812345678.xlsx", "130199196002290117", "k", "0311-88021234", "王13812345678")
    assert importing._without_numbers(note) == gather.Note("•••.xlsx", "•••", "k", "•••", "王•••")
    assert importing._without_numbers(Fault("13812345678", "a", "b", "c")) == Fault("•••", "a", "b", "c")


HOMES = pd.DataFrame({
    "household_id": ["a", "b"], "township_code": ["1", "2"], "township": ["甲", "乙"], "village_code": ["11", "21"],
    "village": ["子", "丑"], "size": [1, 2], "poverty_status": ["poor", "out"], "exit_year": [None, 2015],
    "income_per_person_yuan": [1.0, 5.0],
})  # fmt: skip
PERSONS = pd.DataFrame({"household_id": ["a", "b", "b"], "person_id": ["p", "q", "r"]})
PLANS = pd.DataFrame({"household_id": ["b", "a", "z"], "planned_exit_date": ["2016", "2017", "2018"]})
EVENTS = pd.DataFrame(
    {"household_id": ["b", "a"], "event": ["exit", "exit"], "event_date": pd.to_datetime(["2016-03-01", "2016-02-01"])}
)
HELP = pd.DataFrame({"household_id": ["b", "a"], "unit": ["u", "v"], "start_date": ["2", "1"]})
UNITS = pd.DataFrame({"unit": ["u"]})
NOTHING = {"events": EVENTS.iloc[:0], "responsible": HELP.iloc[:0], "units": UNITS.iloc[:0], "exit_plans": PLANS.iloc[:0]}


def combined(told, first, second, of=None):
    days = {FIRST: first, SECOND: second}

    def frame(day, table):
        return unchecked.frame(told, table) if table in FURTHER else days[day][table]

    return snapshots.combined(told, frame, of)


DAYS = {"households": HOMES, "persons": PERSONS, "responsible": HELP, "units": UNITS, "exit_plans": PLANS, "events": EVENTS}
LATER = HOMES.assign(household_id=["b", "c"], poverty_status=["relapsed", "monitored"], size=[3, 4])
SECONDS = DAYS | {"households": LATER, "persons": PERSONS.assign(household_id=["b", "c", "x"])}


def test_two_snapshots_as_one_history(told):
    later_plans = PLANS.assign(planned_exit_date="later")
    later_events = EVENTS.assign(event=["exit", "relapse"], event_date=pd.to_datetime(["2016-03-01", "2017-02-01"]))
    found = combined(told, DAYS, SECONDS | {"exit_plans": later_plans, "events": later_events, "units": UNITS.assign(unit="w")})
    assert found["households"] is HOMES
    assert found["units"]["unit"].tolist() == ["w"]
    place = ["household_id", "township_code", "township", "village_code", "village"]
    assert [*found["exit_plans"]] == [*place, "planned_exit_date", "size"]
    assert found["exit_plans"][["household_id", "planned_exit_date", "size"]].to_numpy().tolist() == [
        ["a", "2017", 1],
        ["b", "2016", 2],
    ]
    assert found["exit_plans"]["village"].tolist() == ["子", "丑"]
    assert found["events"][["household_id", "event", "size"]].to_numpy().tolist() == [
        ["a", "exit", 1], ["a", "relapse", 1], ["b", "exit", 2]]  # fmt: skip
    assert found["responsible"][["household_id", "unit"]].to_numpy().tolist() == [["a", "v"], ["b", "u"]]


def test_helpers_and_units_are_of_the_last_day_that_lists_any(told):
    found = combined(told, DAYS, SECONDS | NOTHING)
    assert (found["units"]["unit"].tolist(), len(found["responsible"]), len(found["events"])) == (["u"], 2, 2)
    none = combined(told, DAYS | NOTHING, SECONDS | NOTHING)
    assert [len(none[table]) for table in ("units", "responsible", "exit_plans")] == [0, 0, 0]


def test_changes_that_nobody_lists_are_read_off_the_states(told):
    found = combined(told, DAYS | NOTHING, SECONDS | NOTHING)["events"]
    assert found[["household_id", "event", "event_date", "size", "is_day_known"]].to_numpy().tolist() == [
        ["b", "exit", pd.Timestamp(2015, 12, 31), 2, False], ["b", "relapse", pd.Timestamp(2017, 12, 31), 2, False]]  # fmt: skip


def test_those_of_a_later_day_are_counted_but_for_newcomers_that_were_never_poor(told):
    found = combined(told, DAYS, SECONDS, SECOND)
    assert found["households"]["household_id"].tolist() == ["b"]
    assert found["persons"]["person_id"].tolist() == ["p"]
    poor = SECONDS | {"households": LATER.assign(poverty_status=["monitored", "poor"])}
    assert combined(told, DAYS, poor, SECOND)["households"]["household_id"].tolist() == ["b", "c"]
    ordinary = SECONDS | {"households": LATER.assign(poverty_status="ordinary")}
    assert combined(told, DAYS, ordinary, SECOND)["households"]["household_id"].tolist() == ["b"]


def states(day, *rows):
    return day, pd.DataFrame(rows, columns=["household_id", "poverty_status", "exit_year"])


def moves(*lists, income=False):
    frames = [frame.assign(income_per_person_yuan=7.5) if income else frame for _, frame in lists]
    found = snapshots.changes(frames, [day for day, _ in lists])
    return [(row.household_id, row.event, str(row.event_date)[:10]) for row in found.itertuples()], found


@pytest.mark.parametrize(("year", "day"), [
    (2016, "2016-12-31"), (2017, "2017-06-30"), (2015, "2017-06-30"), (None, "2017-06-30"), (2018, "2017-06-30"),
    (0, "2017-06-30"),
])  # fmt: skip
def test_the_day_of_an_exit_that_only_its_year_tells(year, day):
    lists = states(date(2015, 12, 31), ("a", "poor", None)), states(date(2017, 6, 30), ("a", "out", year))
    assert moves(*lists)[0] == [("a", "exit", day)]


def test_who_is_out_at_first_left_before_and_who_is_missing_may_come_back():
    lists = [
        states(date(2015, 12, 31), ("a", "out_supported", 2014), ("b", "poor", None), ("c", "out_unstable", None)),
        states(date(2016, 12, 31), ("b", "out", 2016), ("d", "poor", None)),
        states(date(2017, 12, 31), ("a", "poor", None), ("b", None, None), ("c", "out", 2017), ("d", "ordinary", None)),
    ]
    told, frame = moves(*lists)
    assert told == [
        ("a", "exit", "2014-12-31"), ("c", "exit", "2015-12-31"), ("b", "exit", "2016-12-31"), ("d", "exit", "2017-12-31"),
        ("a", "relapse", "2017-12-31"),
    ]  # fmt: skip
    assert [*frame] == ["household_id", "event", "event_date", "event_income_per_person_yuan"]
    assert [str(kind) for kind in frame.dtypes] == ["str", "str", "datetime64[us]", "float64"]
    assert frame["event_income_per_person_yuan"].isna().all()
    incomes = moves(*lists, income=True)[1]["event_income_per_person_yuan"]
    assert incomes.fillna(-1).tolist() == [7.5, 7.5, 7.5, 7.5, -1]


def of_all_days(told, monkeypatch, name, first, second):
    found = {FIRST: first, SECOND: second}
    monkeypatch.setattr(cached, "_part", lambda _told, day, part: found[day] if part == f"{store.PROTECTED}/{name}" else None)
    return cached._of_all_days(told, name)


def test_what_the_checks_left_on_all_days(told, monkeypatch):
    rows = [
        pd.DataFrame({"file": ["a", "b"], "line": [1, 2], "code": "x"}),
        pd.DataFrame({"file": ["a"], "line": [1], "code": "x"}),
    ]
    assert of_all_days(told, monkeypatch, "findings", *rows).to_numpy().tolist() == [
        ["2016-12-31: a", 1, "x"], ["2016-12-31: b", 2, "x"], ["2017-12-31: a", 1_000_000_001, "x"]]  # fmt: skip
    told_ = [account(households=(5, 1), events=(2, 0)), account(households=(9, 2), persons=(3, 3), events=(4, 1))]
    counts = of_all_days(told, monkeypatch, "account", *told_).set_index("table")
    assert counts.loc[["households", "persons", "events"]].to_numpy().tolist() == [[5, 1], [0, 0], [6, 1]]
    assert [*counts] == ["rows_read", "rows_set_aside"]
    rules = [pd.DataFrame({"code": ["x", "y"], "reason": [None, "r"], "rows_checked": [1, 2], "source": ["s", "s"]})] * 2
    added = of_all_days(told, monkeypatch, "rules", *rules)
    assert added.fillna("").to_numpy().tolist() == [["x", "", 2, "s"], ["y", "r", 4, "s"]]
    named = [pd.DataFrame({"table": ["a"], "column": ["x"]}), pd.DataFrame({"table": ["a", "a"], "column": ["x", "y"]})]
    assert of_all_days(told, monkeypatch, "columns", *named)["column"].tolist() == ["x", "y"]
    one = told.model_copy(update={"snapshots": {FIRST: told.snapshots[FIRST]}})
    assert of_all_days(one, monkeypatch, "findings", *rows) is rows[0]


def test_protected_columns_are_of_the_first_day_but_for_helpers_and_units(told, monkeypatch):
    frames = {(day, table): pd.DataFrame({"day": [str(day)]}) for day in (FIRST, SECOND) for table in TABLES}
    frames[SECOND, "units"] = frames[SECOND, "units"].iloc[:0]
    monkeypatch.setattr(cached, "_part", lambda _told, day, part: frames[day, part.removeprefix(f"{store.PROTECTED}/")])
    found = {table: cached._protected(told, table)["day"].tolist() for table in ("households", "persons", "responsible", "units")}
    assert found == {"households": [str(FIRST)], "persons": [str(FIRST)], "responsible": [str(SECOND)], "units": [str(FIRST)]}
    frames[FIRST, "units"] = frames[SECOND, "units"]
    assert cached._protected(told, "units").empty


FINDING = {"code": "value.missing", "message_en": "a required value is empty", "file": "a.xlsx", "sheet": "表", "row": 5,
           "column": "人数", "value": "", "mend_en": "fill it in"}  # fmt: skip


def test_a_finding_as_a_fault():
    assert str(accepted._as_fault(FINDING)) == (
        "value.missing: a required value is empty (a.xlsx, sheet 表, row 5, column 人数); to mend: fill it in")  # fmt: skip
    assert str(accepted._as_fault(FINDING | {"sheet": "", "value": "三"})) == (
        "value.missing: a required value is empty ('三') (a.xlsx, row 5, column 人数); to mend: fill it in")  # fmt: skip


def test_the_files_of_another_county_say_so():
    def told_of(*names):
        return str(accepted._other_county(pd.DataFrame({"county": names}, dtype="str"), "130123", "here"))

    end = ("(here); expected: places of 正定县 (130123); to mend: check the number given with --county, or choose the files of "
           "the register's county")  # fmt: skip
    assert told_of("阜平县", None, "阜平县") == (
        f"the files name the county 阜平县, and the register is to be of 正定县 (130123) {end}")  # fmt: skip
    assert told_of("甲", "乙", "丙", "丁").startswith("the files name the county 甲, 乙, 丙, and")
    assert told_of("13812345678", None) == (
        f"the files' places are in no list of the county, and the register is to be of 正定县 (130123) {end}")  # fmt: skip


def test_rows_with_columns_of_their_household():
    found = accepted.of_household(PERSONS.assign(size=9), HOMES, ["size", "village"])
    assert found.to_numpy().tolist() == [["a", "p", 1, "子"], ["b", "q", 2, "丑"], ["b", "r", 2, "丑"]]
