"""Corrections made and undone in a store of frames by hand: the file as it is then, which row a number means, every refusal."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from register import little

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import correcting, corrections

WHO = {"who": "李", "why": "核实", "when": date(2016, 5, 1)}
UNDO = {"who": "王", "why": "错了", "when": date(2016, 6, 1)}
REST = ["李", "2016-05-01", "核实", "", "", ""]


@pytest.fixture
def folder(tmp_path):
    return little.put(tmp_path / "register")


def lines(folder):
    with (Path(folder) / corrections.FILE).open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == corrections.COLUMNS
    return rows


def said(folder, call):
    with pytest.raises(InputError) as caught:
        call()
    return [str(fault).replace(str(folder), "HERE") for fault in caught.value.faults]


def test_values_are_written_as_the_register_has_them_and_rows_by_their_pseudonyms(folder):
    first = correcting.add(folder, "households", " N2 ", "cause_main", " ", "因残", **WHO)
    assert first == corrections.Correction(1, "households", "h2", "cause_main", "", "disability", *REST[:3])
    correcting.add(folder, "persons", "M2", "health", "残疾", "01", **WHO)
    correcting.add(folder, "events", "N1 2016-06-30 exit", "event_date", "2016年6月30日", "2016/05/31", **WHO)
    correcting.add(folder, "households", "h1", "farmland_mu", "1.50", "2.25", **WHO)
    assert lines(folder) == [
        ["households", "h2", "cause_main", "", "disability", *REST],
        ["persons", "p2", "health", "disabled", "healthy", *REST],
        ["events", "h1 2016-06-30 exit", "event_date", "2016-06-30", "2016-05-31", *REST],
        ["households", "h1", "farmland_mu", "1.5", "2.25", *REST],
    ]


def test_a_number_means_the_row_of_the_first_day_that_knows_it(folder):
    correcting.add(folder, "persons", "M4", "health", "健康", "残疾", **WHO)
    correcting.add(folder, "households", "N3", "cause_main", "disability", "illness", **WHO)
    assert [row[:3] for row in lines(folder)] == [["persons", "p4", "health"], ["households", "h3", "cause_main"]]
    unknown = said(folder, lambda: correcting.add(folder, "households", " N9 x ", "cause_main", "illness", "因残", **WHO))
    at = "(HERE/corrections.csv, correction 3); expected: "
    assert unknown[0] == f"no row 'N9 x' in households {at}household_id; to mend: known: h1, h2, h2, h3"
    assert len(lines(folder)) == 2, "nothing was written"
    assert said(folder, lambda: correcting.add(folder, "units", " M1", "unit", "甲局", "乙局", **WHO))[0].startswith(
        "table 'units' cannot be corrected (HERE/corrections.csv, correction 3)"
    )


def test_the_day_is_today_and_none_to_come(folder):
    made = correcting.add(folder, "households", "h1", "cause_main", "illness", "disability", who="李", why="核")
    assert made.when == date.today().isoformat()
    correcting.add(folder, "households", "h1", "farmland_mu", "1.5", "2", who="李", why="核", when=date.today())
    day = date.today() + timedelta(days=1)
    late = said(folder, lambda: correcting.add(folder, "households", "h1", "cause_main", "a", "b", who="李", why="核", when=day))
    assert late == [f"{day} lies in the future (when); expected: the day on which it was corrected"]
    undone = correcting.undo(folder, 1, who="王", why="错")
    assert undone.undone_when == date.today().isoformat()


def test_an_undone_line_stays_with_its_trace(folder):
    correcting.add(folder, "households", "h1", "cause_main", "illness", "disability", **WHO)
    correcting.add(folder, "households", "h2", "cause_main", "", "illness", **WHO)
    undone = correcting.undo(folder, 1, **UNDO)
    rest = (*REST[:3], "王", "2016-06-01", "错了")
    assert undone == corrections.Correction(1, "households", "h1", "cause_main", "illness", "disability", *rest)
    assert lines(folder) == [
        ["households", "h1", "cause_main", "illness", "disability", *rest],
        ["households", "h2", "cause_main", "", "illness", *REST],
    ]
    correcting.undo(folder, 2, **UNDO)
    assert [row[-3:] for row in lines(folder)] == [["王", "2016-06-01", "错了"]] * 2


def test_what_cannot_be_undone(folder):
    def refused(number, **other):
        return said(folder, lambda: correcting.undo(folder, number, **UNDO | other))

    assert refused(1) == ["no correction 1 (correction 1); expected: there is none"]
    correcting.add(folder, "households", "h1", "cause_main", "illness", "disability", **WHO)
    correcting.add(folder, "households", "h1", "cause_main", "disability", "schooling", **WHO)
    before = lines(folder)
    assert refused(3) == ["no correction 3 (correction 3); expected: a number from 1 to 2"]
    assert refused(1) == ["correction 2 goes on from it (correction 1); to mend: undo correction 2 first"]
    at = "(HERE/corrections.csv, correction 2); expected: "
    assert refused(2, who="", why=" ") == [
        f"undone_by is missing {at}who, when and why",
        f"undone_why is missing {at}who, when and why",
    ]
    assert lines(folder) == before
    correcting.undo(folder, 2, **UNDO)
    assert refused(2) == ["undone already on 2016-06-01 (correction 2)"]
    correcting.undo(folder, 1, **UNDO)


def test_a_register_in_which_another_line_is_wrong_takes_none_more(folder):
    correcting.add(folder, "households", "h1", "cause_main", "illness", "disability", **WHO)
    path = Path(folder) / corrections.FILE
    path.write_bytes(path.read_bytes().replace(b"illness", b"schooling"))
    found = said(folder, lambda: correcting.add(folder, "households", "h2", "cause_main", "", "illness", **WHO))
    assert found[0].startswith("the register says cause_main 'illness', not 'schooling' (HERE/corrections.csv, correction 1)")
    correcting.undo(folder, 1, **UNDO)
    assert correcting.add(folder, "households", "h2", "cause_main", "", "illness", **WHO).number == 2


def test_a_county_of_many_is_not_corrected(tmp_path):
    found = said(tmp_path, lambda: correcting.add(f"{tmp_path}/county=130123", "households", "h", "size", "1", "2", **WHO))
    assert found == [
        "a county of a store of many cannot be corrected (register); expected: an imported register, or one of workbooks; to "
        "mend: such a store is synthetic: make it again"
    ]
    assert said(tmp_path, lambda: correcting.undo(f"{tmp_path}/county=130123", 1, **UNDO)) == found


def test_workbooks_are_corrected_by_their_own_keys_and_no_half_file_stays(build, tmp_path):
    folder = str(build.write(tmp_path / "register", build.small()))
    made = correcting.add(folder, "households", " H2 ", "cause_main", "因病", "因残", **WHO)
    assert (made.row, lines(folder)) == ("H2", [["households", "H2", "cause_main", "illness", "disability", *REST]])
    others = sorted(path.name for path in Path(folder).iterdir() if path.suffix != ".xlsx")
    assert others == [corrections.FILE, "register.yaml"]
