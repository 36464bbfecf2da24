"""Corrections against frames by hand, without a register to load: which values change, and every message whole."""

from datetime import date

import pandas as pd
import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import corrected, corrections
from tuopin_analysis.register.about import About, Part, Snapshot
from tuopin_analysis.register.corrections import Correction

WORKBOOKS = {table: f"{table}.xlsx" for table in ("households", "persons", "responsible", "units", "exit_plans", "events")}
NAMES = {"title_zh": "册", "title_en": "Register", "county_zh": "正定县", "county_en": "Zhengding", "source_zh": "测试",
         "source_en": "a test", "county_code": "130123", "synthetic": True}  # fmt: skip
FIRST, SECOND = date(2016, 1, 1), date(2016, 12, 31)
SNAPSHOT = Snapshot(inputs={}, parts={"households": Part(file="x", rows=1, sha256="y")})


@pytest.fixture
def told(tmp_path):
    """A register of workbooks, from 2016-01-01 to 2017-12-31."""
    return About(**NAMES, baseline=FIRST, until=date(2017, 12, 31), tables=WORKBOOKS, folder=tmp_path)


@pytest.fixture
def stored(tmp_path):
    """An imported one of two snapshots."""
    return About(**NAMES, baseline=FIRST, until=SECOND, store=1, snapshots={FIRST: SNAPSHOT, SECOND: SNAPSHOT}, folder=tmp_path)


HOMES = pd.DataFrame({
    "household_id": ["H1", "H2", "H3"], "cause_main": ["illness", "disability", None], "farmland_mu": [1.5, None, 0.1 + 0.2],
    "has_power": pd.array([True, False, None], dtype="boolean"), "identified_date": pd.to_datetime(["2014-05-01", None, None]),
}).astype({"household_id": "str", "cause_main": "str", "identified_date": "datetime64[us]"})  # fmt: skip
EVENTS = pd.DataFrame({
    "household_id": ["H1", "H2", "H2", "H3"], "event": ["exit", "exit", "relapse", "exit"],
    "event_date": pd.to_datetime(["2016-06-30", "2016-07-31", "2017-03-01", "2016-05-05"]),
}).astype({"household_id": "str", "event": "str", "event_date": "datetime64[us]"})  # fmt: skip
PERSONS = pd.DataFrame({"household_id": ["H1", "H2"], "person_id": ["P1", "P2"], "health": ["healthy", "disabled"]}, dtype="str")
FRAMES = {"households": HOMES, "events": EVENTS, "persons": PERSONS}


def frame(day, table):
    """Of the second day the first household is gone, a fourth one is new, and the second one's cause is another."""
    if table == "households" and day == SECOND:
        other = HOMES.iloc[1:].assign(cause_main=["illness", None])
        return pd.concat([other, HOMES.head(1).assign(household_id="H4")])
    return FRAMES[table]


def line(number=1, table="households", row="H1", field="cause_main", old="illness", new="disability", who="李",
         when="2016-05-01", why="核", **undone):  # fmt: skip
    return Correction(number, table, row, field, old, new, who, when, why, **undone)


UNDONE = {"undone_by": "王", "undone_when": "2016-06-01", "undone_why": "错"}


def faults(call, told):
    return [str(fault).replace(str(told.folder), "HERE") for fault in call]


def checked(told, *lines):
    with pytest.raises(InputError) as caught:
        corrected.check(told, lines, frame)
    return faults(caught.value.faults, told)


def at(number=1):
    return f"(HERE/corrections.csv, correction {number})"


def test_the_key_of_a_row():
    assert corrected.keys("events", EVENTS).tolist() == [
        "H1 2016-06-30 exit", "H2 2016-07-31 exit", "H2 2017-03-01 relapse", "H3 2016-05-05 exit"]  # fmt: skip
    assert corrected.keys("households", HOMES.set_axis([5, 6, 7])).to_dict() == {5: "H1", 6: "H2", 7: "H3"}


def test_lines_that_fit_are_no_faults(told, stored):
    lines = [line(), line(2, row="H3", field="farmland_mu", old="0.3", new=""), line(3, row="H2", field="has_power", old="no",
             new="yes"), line(4, "events", "H1 2016-06-30 exit", "event_date", "2016-06-30", "2016-07-01"),
             line(5, "persons", "P1", "health", "healthy", "disabled")]  # fmt: skip
    corrected.check(told, lines, frame)
    corrected.check(stored, [line(row="H4"), line(2, row="H2", old="disability", new="illness")], frame)


def test_a_line_about_no_row_or_another_value(told, stored):
    assert checked(told, line(row="H9"), line(2, row="H2"), line(3, row="H3", old="illness")) == [
        f"no row 'H9' in households {at()}; expected: household_id; to mend: known: H1, H2, H3",
        f"the register says cause_main 'disability', not 'illness' {at(2)}; expected: what the register says, as old; to mend: "
        "undo correction 2, or write what the register says",
        f"the register says cause_main '', not 'illness' {at(3)}; expected: what the register says, as old; to mend: undo "
        "correction 3, or write what the register says",
    ]
    events = "H1 2016-06-29 exit"
    assert checked(told, line(1, "events", events, "event_date", "2016-06-29", "2016-06-28")) == [
        f"no row '{events}' in events {at()}; expected: household_id event_date event; to mend: did you mean 'H1 2016-06-30 "
        "exit' or 'H3 2016-05-05 exit'?"]  # fmt: skip
    assert checked(stored, line(row="H2", old="illness"))[0].startswith("the register says cause_main 'disability'"), (
        "the first snapshot that has a row is the one that counts"
    )


def test_two_rows_of_one_key_cannot_be_told_apart(told):
    twice = pd.concat([HOMES, HOMES.head(1)], ignore_index=True)
    found = corrected.register_faults(told, [line()], lambda day, table: twice)
    assert faults(found, told) == [
        f"2 rows of households are 'H1' {at()}; expected: one; to mend: mend it in the export and import the day again with "
        "--replace"]  # fmt: skip


def test_of_lines_that_go_on_from_each_other_only_the_first_is_held_against_the_register(told):
    corrected.check(told, [line(), line(2, old="disability", new="schooling", when="2016-05-02")], frame)
    contradiction = (
        f"contradicts correction 1, after which cause_main is 'disability', not 'illness' {at(2)}; expected: each correction "
        "goes on from the one before; to mend: undo correction 1, or write 'disability' as what is there"
    )
    assert checked(told, line(), line(2, new="schooling", when="2016-05-02")) == [contradiction]
    assert checked(told, line(1, row="H9"), line(2, who="")) == [f"who is missing {at(2)}; expected: who, when and why"], (
        "what is wrong with a line by itself is told first"
    )


def moved(number, row, field, old, new):
    return line(number, "events", row, field, old, new)


def test_changes_that_lie_outside_or_cannot_follow_each_other(told, stored):
    outside = moved(1, "H1 2016-06-30 exit", "event_date", "2016-06-30", "2015-12-31")
    assert checked(told, outside) == [f"a change outside the register {at()}; expected: a day from 2016-01-01 to 2017-12-31"]
    cannot = ("changes that cannot follow each other {}; expected: an exit first, then relapses and exits by turns; to mend: "
              "correct the household's other changes with it")  # fmt: skip
    for wrong in (moved(1, "H1 2016-06-30 exit", "event", "exit", "relapse"),
                  moved(1, "H2 2017-03-01 relapse", "event", "relapse", "exit"),
                  moved(1, "H2 2016-07-31 exit", "event_date", "2016-07-31", "2017-03-02")):  # fmt: skip
        assert checked(told, wrong) == [cannot.format(at())]
    both = [
        moved(1, "H1 2016-06-30 exit", "event", "exit", "relapse"),
        moved(2, "H3 2016-05-05 exit", "event", "exit", "relapse"),
    ]
    assert checked(told, *both) == [cannot.format(at()), cannot.format(at(2))]
    swap = [moved(1, "H2 2016-07-31 exit", "event", "exit", "relapse"), moved(2, "H2 2017-03-01 relapse", "event", "relapse",
            "exit")]  # fmt: skip
    assert checked(told, *swap) == [cannot.format(at()), cannot.format(at(2))]
    right = [moved(1, "H2 2016-07-31 exit", "event_date", "2016-07-31", "2017-02-28"), line(2)]
    corrected.check(told, right, frame)
    corrected.check(told, [outside.__class__(**vars(outside) | UNDONE)], frame)
    before = told.model_copy(update={"changes_from": date(2015, 1, 1)})
    corrected.check(before, [outside], frame)
    early = moved(1, "H1 2016-06-30 exit", "event_date", "2016-06-30", "2013-01-01")
    late = stored.model_copy(update={"until": date(2017, 12, 31)})
    corrected.check(late, [early], frame)
    too_early = moved(1, "H1 2016-06-30 exit", "event_date", "2016-06-30", "2012-12-31")
    assert checked(late, too_early) == [f"a change outside the register {at()}; expected: a day from 2013-01-01 to 2017-12-31"]


def test_applied_lines_change_their_value_and_nothing_else():
    lines = [line(), line(2, field="farmland_mu", old="1.5", new="2.5"), line(3, row="H2", field="has_power", old="no", new=""),
             line(4, row="H3", field="identified_date", old="", new="2015"), line(5, "persons", "P1", "health", "healthy",
             "disabled"), line(6, row="H3", field="farmland_mu", old="0.3", new="7")]  # fmt: skip
    kept = HOMES.copy()
    found = corrected.applied("households", HOMES, lines)
    pd.testing.assert_frame_equal(HOMES, kept)
    assert (found.dtypes == HOMES.dtypes).all()
    assert found["cause_main"].fillna("").tolist() == ["disability", "disability", ""]
    assert found["farmland_mu"].fillna(-1).tolist() == [2.5, -1, 7]
    assert found["has_power"].isna().tolist() == [False, True, True]
    assert found["identified_date"].dt.year.fillna(0).tolist() == [2014, 0, 2015]
    assert corrected.applied("events", EVENTS, lines) is EVENTS
    undone = corrected.applied("households", HOMES, [line(**UNDONE)])
    assert undone is HOMES


def test_a_row_that_says_otherwise_is_left_alone_and_chains_go_on():
    found = corrected.applied("households", HOMES, [line(row="H2", old="illness", new="schooling")])
    pd.testing.assert_frame_equal(found, HOMES)
    chain = [line(2, old="disability", new="schooling", when="2016-05-02"), line(1)]
    assert corrected.applied("households", HOMES, chain)["cause_main"].tolist()[:2] == ["schooling", "disability"]
    twice = pd.concat([HOMES, HOMES.head(1)]).reset_index(drop=True)
    assert corrected.applied("households", twice, [line()])["cause_main"].iloc[[0, 3]].tolist() == ["disability"] * 2


def write(told, *lines):
    (told.folder / corrections.FILE).write_bytes(corrections.written(lines))


def test_frames_are_corrected_where_there_is_a_file(told):
    assert corrected.correcting(told, frame) is frame
    write(told, line())
    made = corrected.correcting(told, frame)
    assert made(FIRST, "households")["cause_main"].tolist()[:2] == ["disability", "disability"]
    assert made(FIRST, "persons") is PERSONS
    units = pd.DataFrame({"unit": ["x"]})
    assert corrected.correcting(told, lambda day, table: units if table == "units" else HOMES)(FIRST, "units") is units
    write(told, line(row="H9"))
    with pytest.raises(InputError, match="no row 'H9'"):
        corrected.correcting(told, frame)


def test_lines_in_force_in_words(told):
    write(
        told, line(), line(2, "persons", "P2", "health", "disabled", "chronic_illness;disabled"),
        line(3, "events", "H1 2016-06-30 exit", "event_date", "2016-06-30", "2016-07-01"), line(4, row="H3", **UNDONE),
        line(5, row="H2", field="has_power", old="no", new="", who="=x", when="2016-05-02", why="因"),
        line(6, "persons", "P9", "health", "", "disabled"), line(7, row="H2", field="farmland_mu", old="", new="2.50"),
    )  # fmt: skip
    found = corrected.listed(told, pd.concat([PERSONS, PERSONS.assign(household_id="other")]))
    assert [*found] == ["correction", "table", "household_id", "record", "field_zh", "field_en", "old_zh", "old_en", "new_zh",
                        "new_en", "who", "when", "why"]  # fmt: skip
    by = ["李", "2016-05-01", "核"]
    assert found.to_numpy().tolist() == [
        [1, "households", "H1", "H1", "主要致贫原因", "Main cause of poverty", "因病", "Illness", "因残", "Disability", *by],
        [2, "persons", "H2", "P2", "健康状况", "State of health", "残疾", "Disabled", "长期慢性病、残疾",
         "Chronic illness, Disabled", *by],
        [3, "events", "H1", "H1 2016-06-30 exit", "变动时间", "Day of change", "2016-06-30",
         "2016-06-30", "2016-07-01", "2016-07-01",
         *by],
        [5, "households", "H2", "H2", "是否通生活用电", "Electricity at home", "否", "No", "", "", "=x", "2016-05-02", "因"],
        [6, "persons", "", "P9", "健康状况", "State of health", "", "", "残疾", "Disabled", *by],
        [7, "households", "H2", "H2", "耕地面积", "Farmland", "", "", "2.5", "2.5", *by],
    ]  # fmt: skip
    assert [str(kind) for kind in found.dtypes] == ["int64"] + ["str"] * 12
    (told.folder / corrections.FILE).unlink()
    nothing = corrected.listed(told, PERSONS)
    assert (len(nothing), [*nothing], nothing.dtypes["correction"]) == (0, [*found], "int64")


ALONE = [
    (line(table="household"), "table 'household' cannot be corrected {}; expected: households, persons, exit_plans, events; to "
                              "mend: did you mean 'households'?"),
    (line(table="units"), "table 'units' cannot be corrected {}; expected: households, persons, exit_plans, events; to mend: "
                          "mend it in the export and import the day again with --replace"),
    (line(field="cuase_main"), "unknown field 'cuase_main' of households {}; to mend: did you mean 'cause_main'?"),
    (line(field="head_name"), "head_name is protected and cannot be corrected here {}; to mend: mend it in the export and import "
                              "the day again with --replace"),
    (line(field="size", old="1", new="2"), "size is one that other rows or years hang on and cannot be corrected here {}; to "
                                           "mend: mend it in the export and import the day again with --replace"),
    (line(new="ilness"), "new: 'ilness' is no code of cause_main {}; to mend: did you mean 'illness'?"),
    (line(old="ilness"), "old: 'ilness' is no code of cause_main {}; to mend: did you mean 'illness'?"),
    (line(field="farmland_mu", old="1.5", new="x"), "new: 'x' is no number of farmland_mu {}; expected: mu"),
    (line(new="01"), "old and new are the same {}; expected: a change"),
    (line(field="farmland_mu", old="1.5", new="-1"), "new: '-1' is below nought {}; expected: mu"),
    (line(new=""), "cause_main cannot be emptied {}; expected: a value; to mend: mend it in the export and import the day again "
                   "with --replace"),
    (line(who=" "), "who is missing {}; expected: who, when and why"),
    (line(undone_by="王", undone_when="2016-06-01"), "undone_why is missing {}; expected: who, when and why"),
    (line(when="2016-5-1"), "when: '2016-5-1' is not a day {}; expected: year-month-day"),
    (line(**UNDONE | {"undone_when": "20160601"}), "undone_when: '20160601' is not a day {}; expected: year-month-day"),
    (line(why="13812345678"), "why holds an ID or telephone number {}; expected: words; to mend: leave the number out"),
    (line(why="a\nb"), "why holds breaks or signs that nobody sees {}; expected: one line of plain text"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "said"), ALONE)
def test_what_is_wrong_with_a_line_by_itself(told, given, said):
    assert faults(corrections.form_faults(told, [given]), told) == [said.format(at())]


def test_numbers_of_rows_and_days_are_no_personal_numbers(told):
    assert corrections.form_faults(told, [line(row="130199196002290117"), line(2, field="farmland_mu", old="1.5", new="0")]) == []


def test_a_file_is_written_and_read_back(told):
    lines = [line(), line(2, who="=1+1", why='\'a,"b"'), line(3, **UNDONE)]
    write(told, *lines)
    assert corrections.read(told) == lines
    text = (told.folder / corrections.FILE).read_bytes().decode("utf-8")
    assert text.startswith("\ufefftable,row,field,old,new,who,when,why,undone_by,undone_when,undone_why\nhouseholds,H1,")
    (told.folder / corrections.FILE).unlink()
    assert corrections.read(told) == []


HEAD = "table,row,field,old,new,who,when,why,undone_by,undone_when,undone_why"
NONE = f"not a file of corrections (HERE/corrections.csv); expected: CSV in UTF-8 with the columns {HEAD}"
FILES = {
    b"\xff\xfe": [NONE], b"": [NONE], HEAD.encode() + b'\n"x': [NONE],
    b"a,b\n": [f"not the columns of corrections (HERE/corrections.csv, line 1); expected: {HEAD}"],
    HEAD.encode() + b"\n\n" + b"x" * 3 + b"\n" + b"," * 10 + b"\n": [f"1 cells {at()}; expected: 11 cells"],
}  # fmt: skip


@pytest.mark.parametrize("content", FILES)
def test_a_file_that_is_none(told, content):
    (told.folder / corrections.FILE).write_bytes(content)
    with pytest.raises(InputError) as caught:
        corrections.read(told)
    assert faults(caught.value.faults, told) == FILES[content]


def test_lines_in_force_by_their_value():
    lines = [
        line(3, when="2016-05-01"),
        line(1, when="2016-05-02"),
        line(2, when="2016-05-01"),
        line(4, row="H2"),
        line(5, **UNDONE),
    ]
    assert [[one.number for one in chain] for chain in corrections.chains(lines)] == [[2, 3, 1], [4]]
