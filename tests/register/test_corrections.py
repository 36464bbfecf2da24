"""Corrections: applied whenever a register is loaded, refused when they do not fit, taken back without a rest."""

import stat
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import cached, correcting, corrections, dictionary, importing, load, store
from tuopin_analysis.register.about import about

WHO = {"who": "李主任", "why": "入户核实"}
HEAD = ",".join(corrections.COLUMNS)


def frames(register: str) -> dict[str, pd.DataFrame]:
    calls = (load.households, load.persons, load.exit_plans, load.events, load.responsible, load.units)
    return {call.__name__: call(register) for call in calls}


def file(register: str, *lines: str) -> None:
    """Write the file by hand."""
    path = Path(register) / corrections.FILE
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    path.chmod(0o600)


def line(table="households", row="H1", field="cause_main", old="illness", new="disability", who="李", when="2016-05-01",
         why="核", undone=",,") -> str:  # fmt: skip
    return f"{table},{row},{field},{old},{new},{who},{when},{why},{undone}"


@pytest.fixture
def register(make, tables):
    """Four households read in place."""
    return make(tables)


@pytest.fixture
def imported(build, tables, tmp_path):
    """The same, imported: pseudonyms in place of numbers; the second snapshot says what the first one says."""
    source = build.write(tmp_path / "source", tables)
    files = [source / f"{table}.xlsx" for table in ("households", "persons", "exit_plans", "events", "units", "responsible")]
    for day in (date(2016, 12, 31), date(2017, 12, 31)):
        importing.import_files(files, tmp_path / "store", day, key=tmp_path / "key", synthetic=day.year == 2016)
    return str(tmp_path / "store")


def value(register: str, field: str, table: str = "households", number: int = 0):
    return frames(register)[table][field].iloc[number]


def test_a_correction_changes_one_value_and_no_other(register):
    before = frames(register)
    correcting.add(register, "households", "H1", "cause_main", "因病", "02", **WHO)
    after = frames(register)
    assert after["households"]["cause_main"].tolist() == ["disability", "illness", "illness", "illness"]
    pd.testing.assert_frame_equal(after["households"].drop(columns="cause_main"), before["households"].drop(columns="cause_main"))
    for table in set(before) - {"households"}:
        pd.testing.assert_frame_equal(after[table], before[table])


def test_the_export_and_the_findings_stay(register):
    source = {path.name: path.read_bytes() for path in Path(register).iterdir()}
    account, findings = load.account(register), load.findings(register)
    correcting.add(register, "households", "H1", "has_power", "是", "否", **WHO)
    assert {path.name: path.read_bytes() for path in Path(register).iterdir() if path.name != corrections.FILE} == source
    pd.testing.assert_frame_equal(load.account(register), account)
    pd.testing.assert_frame_equal(load.findings(register), findings)
    assert not value(register, "has_power")


@pytest.mark.parametrize(
    ("table", "row", "field", "old", "new", "typed"),
    [
        ("households", "H1", "has_power", "yes", "no", False),
        ("households", "H1", "farmland_mu", "", "2.5", 2.5),
        ("households", "H1", "income_wage_yuan", "1000", "1,200元", None),
        ("households", "H1", "income_wage_yuan", "1000.0", "1200", 1200.0),
        ("households", "H1", "identified_date", "", "2014", pd.Timestamp("2014-01-01")),
        ("households", "H1", "cause_other", "", "因残,因学", "disability;schooling"),
        ("households", "H1", "hamlet", "", "001", "001"),
        ("households", "H1", "hamlet", "", "1e5", "1e5"),
        ("persons", "P1-1", "health", "chronic_illness", "残疾", "disabled"),
        ("persons", "P1-1", "labour_skill", "no_labour", "", None),
        ("exit_plans", "H1", "planned_exit_date", "2016-12-31", "2017-06-30", pd.Timestamp("2017-06-30")),
        ("events", "H1 2016-06-30 exit", "event_date", "2016-06-30", "2016-07-01", pd.Timestamp("2016-07-01")),
    ],
)
def test_every_type_of_value_can_be_corrected_and_keeps_its_type(register, table, row, field, old, new, typed):
    kind = frames(register)[table][field].dtype
    if new == "1,200元":
        with pytest.raises(InputError, match="is no number"):
            correcting.add(register, table, row, field, old, new, **WHO)
        return
    correcting.add(register, table, row, field, old, new, **WHO)
    found = frames(register)[table][field]
    assert found.dtype == kind
    assert pd.isna(found.iloc[0]) if typed is None else found.iloc[0] == typed


def test_a_changed_day_counts_on_every_frame_and_the_rows_are_in_order(register):
    correcting.add(register, "events", "H2 2016-07-31 exit", "event_date", "2016-07-31", "2016-06-01", **WHO)
    assert load.events(register)["event_date"].dt.strftime("%Y-%m-%d").tolist() == ["2016-06-30", "2016-06-01", "2017-03-01"]
    assert load.households(register, as_of="2016-06-15")["is_remaining"].tolist() == [True, False, True, True]


def test_corrections_follow_one_another_by_day_whatever_their_order_in_the_file(register):
    file(register, line(old="disability", new="schooling", when="2016-06-01"), line())
    assert value(register, "cause_main") == "schooling"


def test_a_changed_file_is_read_again(register):
    file(register, line())
    assert value(register, "cause_main") == "disability"
    file(register, line(new="schooling"))
    assert value(register, "cause_main") == "schooling"
    (Path(register) / corrections.FILE).unlink()
    assert value(register, "cause_main") == "illness"


def test_undone_is_as_if_never_done_but_for_the_trace(register):
    before = frames(register)
    correcting.add(register, "households", "H1", "cause_main", "因病", "因残", **WHO)
    correcting.add(register, "households", "H1", "cause_main", "因残", "因学", **WHO)
    with pytest.raises(InputError, match="undo correction 2 first"):
        correcting.undo(register, 1, **WHO)
    correcting.undo(register, 2, **WHO)
    assert value(register, "cause_main") == "disability"
    correcting.undo(register, 1, who="王", why="写错")
    for table, frame in frames(register).items():
        pd.testing.assert_frame_equal(frame, before[table])
    first, second = corrections.read(about(register))
    assert (first.undone_by, first.undone_why, second.undone_by) == ("王", "写错", "李主任")
    assert load.corrections(register).empty
    with pytest.raises(InputError, match="undone already"):
        correcting.undo(register, 1, **WHO)
    with pytest.raises(InputError, match="no correction 3"):
        correcting.undo(register, 3, **WHO)
    correcting.add(register, "households", "H1", "cause_main", "因病", "因残", **WHO)
    with pytest.raises(InputError, match="undone_by is missing"):
        correcting.undo(register, 3, who=" ", why="x")


REFUSED = [
    (line(table="household"), "table 'household' cannot be corrected"),
    (line(table="units", row="县水利局", field="unit_kind"), "import the day again"),
    (line(field="cuase_main"), "did you mean 'cause_main'"),
    (line(row="H11"), "no row 'H11' in households"),
    (line(table="events", row="H1 2016-06-29 exit", field="event_date", old="2016-06-30", new="2016-06-29"), "no row"),
    (line(field="head_name", old="甲", new="乙"), "head_name is protected"),
    (line(table="persons", row="P1-1", field="birth_date", old="1960-02-29", new="1960-02-28"), "birth_date is protected"),
    (line(field="size", old="1", new="2"), "cannot be corrected here"),
    (line(field="township", old="正定镇", new="新安镇"), "cannot be corrected here"),
    (line(field="poverty_status", old="", new="out"), "cannot be corrected here"),
    (line(old="disability", new="illness"), "the register says cause_main 'illness', not 'disability'"),
    (line(field="farmland_mu", old="0", new="2"), "the register says farmland_mu '', not '0'"),
    (line(new="因懒"), "'因懒' is no code of cause_main"),
    (line(new="ilness"), "old and new are the same|did you mean 'illness'"),
    (line(old="因病", new="01"), "old and new are the same"),
    (line(new=""), "cause_main cannot be emptied"),
    (line(field="income_wage_yuan", old="1000", new="nan"), "is no number"),
    (line(field="income_wage_yuan", old="1000", new="inf"), "is no number"),
    (line(field="income_per_person_yuan", old="3000", new="-5"), "new: '-5' is below nought"),
    (line(field="farmland_mu", old="", new="-0.5"), "new: '-0.5' is below nought"),
    (line(table="persons", row="P1-1", field="work_months", old="", new="-1"), "is below nought"),
    (line(field="identified_date", old="", new="2016-02-30"), "is no date_or_year"),
    (line(who=""), "who is missing"),
    (line(why=" "), "why is missing"),
    (line(when=""), "when is missing"),
    (line(when="2016-5-1"), "when: '2016-5-1' is not a day"),
    (line(when="20160501"), "is not a day"),
    (line(when="2016-W01-1"), "is not a day"),
    (line(why="见13812345678"), "why holds an ID or telephone number"),
    (line(field="hamlet", old="", new="130199196002290117"), "new holds an ID or telephone number"),
    (line(why="a\x1b[31mb"), "signs that nobody sees"),
    (line(undone="李,,写错"), "undone_when is missing"),
    (line(undone="李,2016-13-01,写错"), "undone_when: '2016-13-01' is not a day"),
    (line() + ",x", "12 cells"),
]


@pytest.mark.parametrize(("written", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_a_line_that_cannot_be_is_refused_with_its_number(register, written, said):
    file(register, line(row="H2"), written)
    with pytest.raises(InputError, match=said) as caught:
        load.households(register)
    assert [fault.where.endswith("corrections.csv, correction 2") for fault in caught.value.faults] == [True]


def test_all_faults_are_told_at_once(register):
    file(register, line(who=""), line(field="x"), line(new="y"))
    with pytest.raises(InputError) as caught:
        load.households(register)
    assert len(caught.value.faults) == 3
    file(register, line(old="disability", new="illness"), line(row="H9"))
    with pytest.raises(InputError) as caught:
        load.households(register)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    ("row", "field", "old", "new", "said"),
    [
        ("H1 2016-06-30 exit", "event_date", "2016-06-30", "2015-12-31", "outside the register"),
        ("H1 2016-06-30 exit", "event_date", "2016-06-30", "2018-01-01", "outside the register"),
        ("H1 2016-06-30 exit", "event", "exit", "relapse", "cannot follow each other"),
        ("H2 2017-03-01 relapse", "event", "relapse", "exit", "cannot follow each other"),
        ("H2 2016-07-31 exit", "event_date", "2016-07-31", "2017-03-02", "cannot follow each other"),
    ],
)
def test_a_history_that_the_checks_would_set_aside_is_refused(register, row, field, old, new, said):
    with pytest.raises(InputError, match=said):
        correcting.add(register, "events", row, field, old, new, **WHO)
    assert not (Path(register) / corrections.FILE).exists()


@pytest.mark.parametrize(
    "second",
    [line(new="schooling"), line(), line(old="schooling", new="disability", when="2016-05-02")],
    ids=["other", "same", "gap"],
)
def test_two_corrections_of_one_value_contradict_unless_they_follow_one_another(register, second):
    file(register, line(), second)
    with pytest.raises(InputError, match="contradicts correction 1, after which cause_main is 'disability'"):
        load.households(register)


@pytest.mark.parametrize("content", [b"", b"a,b\n", "表\n".encode("gb18030"), HEAD.encode() + b'\n"x', b"\x00" * 9])
def test_a_file_that_is_none_is_refused(register, content):
    (Path(register) / corrections.FILE).write_bytes(content)
    with pytest.raises(InputError, match="corrections"):
        load.households(register)


def test_nothing_is_written_when_a_correction_is_refused(register):
    correcting.add(register, "households", "H1", "cause_main", "因病", "因残", **WHO)
    path = Path(register) / corrections.FILE
    before = path.read_bytes()
    for given_ in ({"old": "因病", "new": "因学"}, {"old": "因残", "new": "x"}):
        with pytest.raises(InputError):
            correcting.add(register, "households", "H1", "cause_main", **given_, **WHO)
    with pytest.raises(InputError, match="in the future"):
        correcting.add(register, "households", "H2", "cause_main", "因病", "因残", when=date.today() + timedelta(1), **WHO)
    assert path.read_bytes() == before
    assert sorted(found.name for found in Path(register).glob(".*")) == []


def test_what_a_spreadsheet_would_obey_is_kept_as_text(register):
    correcting.add(register, "households", "H1", "hamlet", "", "=1+1", who="@me", why="'a'")
    assert b",'=1+1,'@me," in (Path(register) / corrections.FILE).read_bytes()
    assert value(register, "hamlet") == "=1+1"
    assert [(found.who, found.why) for found in corrections.read(about(register))] == [("@me", "'a'")]


FIELDS = [
    (table, field)
    for table in ("households", "persons", "exit_plans", "events")
    for field, row in dictionary.columns(table).iterrows()
    if field not in {*corrections.FIXED, "event", "event_date"} and not row["protected"]
]
NEW = {"integer": "7", "number": "7.25", "date": "2017-02-03", "date_or_year": "2015-01-01", "text": "甲", "yesno": "no"}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_applied_and_undone_gives_the_register_back(register, data):
    """Any corrections of any fields of any rows: as many rows as before; undone in any right order, every frame as before."""
    (Path(register) / corrections.FILE).unlink(missing_ok=True)
    before = frames(register)
    for table, field in data.draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique=True)):
        frame = cached.exported(register)(date(2016, 1, 1), table)
        at = data.draw(st.integers(0, len(frame) - 1))
        described = dictionary.columns(table).loc[field]
        known = list(dictionary.CODES.loc[dictionary.CODES["list"] == described["codes"], "value"])
        old = corrections.text(frame[field].iloc[at])
        new = next(text for text in [*known, NEW.get(described["type"], ""), "yes"] if text != old)
        row = str(corrections_keys(table, frame).iloc[at])
        correcting.add(register, table, row, str(field), old, new, **WHO)
    after = frames(register)
    assert {table: len(frame) for table, frame in after.items()} == {table: len(frame) for table, frame in before.items()}
    assert any(not after[table].equals(before[table]) for table in before)
    lines = corrections.read(about(register))
    assert len(load.corrections(register)) == len(lines) == load.corrected_fields(register)["corrections"].sum()
    for number in data.draw(st.permutations([found.number for found in lines])):
        correcting.undo(register, number, **WHO)
    for table, frame in frames(register).items():
        pd.testing.assert_frame_equal(frame, before[table])


def corrections_keys(table, frame):
    from tuopin_analysis.register import corrected

    return corrected.keys(table, frame)


def test_an_imported_register_is_corrected_by_the_numbers_that_the_office_knows(imported):
    before = frames(imported)
    made = correcting.add(imported, "households", "H1", "cause_main", "因病", "因残", **WHO)
    assert made.row.startswith("h")
    assert made.row in set(before["households"]["household_id"])
    person = correcting.add(imported, "persons", "P1-1", "health", "长期慢性病", "残疾", **WHO)
    assert person.row.startswith("p")
    correcting.add(imported, "events", "H1 2016-06-30 exit", "event_date", "2016-06-30", "2016-05-31", **WHO)
    after = frames(imported)
    homes = after["households"].set_index("household_id")
    assert homes.loc[made.row, "cause_main"] == "disability"
    assert homes["cause_main"].value_counts().to_dict() == {"illness": 3, "disability": 1}
    assert {table: len(frame) for table, frame in after.items()} == {table: len(frame) for table, frame in before.items()}
    events = after["events"].set_index("household_id")["event_date"]
    assert str(events[made.row])[:10] == "2016-05-31"
    assert "H1" not in (Path(imported) / corrections.FILE).read_text(encoding="utf-8")
    later = cached.loaded(imported).snapshot(date(2017, 12, 31), "households").set_index("household_id")
    assert later.loc[made.row, "cause_main"] == "disability"  # the later export still says what was corrected
    listed = load.corrections(imported)
    assert listed["household_id"].tolist() == [made.row] * 3
    assert listed["old_zh"].tolist() == ["因病", "长期慢性病", "2016-06-30"]
    for number in (3, 2, 1):
        correcting.undo(imported, number, **WHO)
    for table, frame in frames(imported).items():
        pd.testing.assert_frame_equal(frame, before[table])


def test_the_file_of_an_imported_register_is_its_owners_and_imports_keep_it(imported, tmp_path):
    correcting.add(imported, "households", "H1", "cause_main", "因病", "因残", **WHO)
    path = Path(imported) / corrections.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = path.read_bytes()
    (Path(imported) / f".{corrections.FILE}.0123").write_bytes(b"half")  # what a killed process leaves
    files = sorted((tmp_path / "source").glob("*.xlsx"))
    importing.import_files(files, Path(imported), date(2018, 12, 31), key=tmp_path / "key")
    assert path.read_bytes() == kept
    assert not (Path(imported) / f".{corrections.FILE}.0123").exists()
    assert value(imported, "cause_main") == "disability" or "disability" in set(load.households(imported)["cause_main"])
    path.chmod(0o644)
    with pytest.raises(InputError, match="others may read the private file"):
        corrections.read(about(imported))


def test_a_day_imported_again_with_the_mended_export_makes_the_correction_stale(imported, build, tables, tmp_path):
    correcting.add(imported, "households", "H1", "cause_main", "因病", "因残", **WHO)
    tables["households"][0]["cause_main"] = "因残"
    source = build.write(tmp_path / "mended", tables)
    importing.import_files(sorted(source.glob("*.xlsx")), Path(imported), date(2016, 12, 31), key=tmp_path / "key", replace=True)
    with pytest.raises(InputError, match=r"the register says cause_main 'disability', not 'illness'.*undo correction 1"):
        load.households(imported)
    correcting.undo(imported, 1, **WHO)
    assert "disability" in set(load.households(imported)["cause_main"])


@pytest.mark.parametrize("where", ["register", "imported"])
def test_of_two_who_correct_at_once_neither_is_lost(request, where, monkeypatch):
    """The second begins while the first has read the file and not yet written it."""
    folder, real, second = request.getfixturevalue(where), correcting._write, []

    def write(told, lines):
        monkeypatch.setattr(correcting, "_write", real)
        given_ = (folder, "households", "H2", "cause_main", "因病", "因学")
        other = Thread(target=lambda: second.append(correcting.add(*given_, **WHO)))
        other.start()
        other.join(0.3)
        real(told, lines)
        threads.append(other)

    threads: list[Thread] = []
    monkeypatch.setattr(correcting, "_write", write)
    correcting.add(folder, "households", "H1", "cause_main", "因病", "因残", **WHO)
    threads[0].join()
    assert [found.new for found in corrections.read(about(folder))] == ["disability", "schooling"]
    assert second[0].number == 2


def test_two_writers_at_a_time_are_refused(imported, monkeypatch):
    monkeypatch.setattr(store, "PATIENCE", 0.1)
    with store._locked(Path(imported)), pytest.raises(InputError, match="another import is writing"):
        correcting.add(imported, "households", "H1", "cause_main", "因病", "因残", **WHO)
    assert not (Path(imported) / corrections.FILE).exists()


def test_a_place_lists_its_own_corrections_alone(register):
    correcting.add(register, "households", "H1", "cause_main", "因病", "因残", **WHO)
    correcting.add(register, "persons", "P3-1", "health", "长期慢性病", "残疾", **WHO)
    assert load.corrections(register)["record"].tolist() == ["H1", "P3-1"]
    xinan = load.households(register).query("household_id == 'H3'")["township_code"].iloc[0]
    assert load.corrections(register, xinan)["household_id"].tolist() == ["H3"]
    assert load.corrected_fields(register)[["field_zh", "corrections"]].to_numpy().tolist() == [
        ["主要致贫原因", 1],
        ["健康状况", 1],
    ]


def test_real_persons_are_not_read_in_place_for_a_correction(build, make, tables):
    register = make(tables, build.about | {"synthetic": False})
    with pytest.raises(InputError, match="not read in place"):
        correcting.add(register, "households", "H1", "cause_main", "因病", "因残", **WHO)
