"""The register as it stands: who joined since counts, who is gone doesn't, and each household has the size it has now."""

from datetime import date
from pathlib import Path

import pytest

from tuopin_analysis.analysis import denominators
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import importing, load
from tuopin_analysis.register.about import about

FIRST, SECOND = date(2016, 12, 31), date(2017, 12, 31)


@pytest.fixture
def two_days(build, make, tables, tmp_path):
    """H3 is gone on the second day, H5 has joined, H2 has grown by one, H1 and H5 are out; H6, never poor, isn't counted."""
    del tables["events"]
    for row in tables["households"]:
        row["poverty_status"] = "未脱贫"
    bring(build, make, tables, FIRST, tmp_path)
    tables["households"] = [row for row in tables["households"] if row["household_id"] != "H3"]
    tables["persons"] = [row for row in tables["persons"] if row["household_id"] != "H3"]
    tables["households"][0] |= {"poverty_status": "已脱贫", "exit_year": 2017}
    tables["households"][1] |= {"size": 3, "income_per_person_yuan": 1700 / 3}
    tables["persons"].append(build.person(2, 3, relation="其他"))
    tables["households"] += [
        build.household(5, poverty_status="已脱贫", exit_year=2017),
        build.household(6, poverty_status="一般农户"),
    ]
    tables["persons"] += [build.person(5), build.person(6)]
    tables["exit_plans"], tables["responsible"] = tables["exit_plans"][:2], tables["responsible"][:2]
    bring(build, make, tables, SECOND, tmp_path)
    return str(tmp_path / "store")


def bring(build, make, tables, day, tmp_path):
    files = [file for file in sorted(Path(make(tables)).glob("*.xlsx")) if file.stem != "events"]
    importing.import_files(files, tmp_path / "store", day, key=tmp_path / "key", synthetic=True)


def counted(register, denominator, as_of="2017-12-31", scope="county"):
    homes = load.households(register, scope=scope, as_of=as_of, denominator=denominator)
    return len(homes), int(homes["size"].sum()), int((~homes["is_remaining"]).sum())


def test_both_denominators_by_hand(two_days):
    assert counted(two_days, "baseline") == (4, 5, 1)
    assert counted(two_days, "current") == (4, 6, 2)
    assert counted(two_days, "current", "2017-06-30") == (4, 5, 0)  # the second snapshot isn't there yet
    assert counted(two_days, "current", scope="130123103") == (0, 0, 0)  # H3 alone lived there
    assert about(two_days).standing(date(2017, 6, 30)) == FIRST
    homes = {way: load.households(two_days, denominator=way) for way in denominators.WAYS}
    assert denominators.moves(homes["baseline"], homes["current"]).values.tolist() == [
        ["joined", 1, 1],
        ["gone", 1, 1],
        ["changed", 1, 1],
    ]


def test_events_and_plans_are_of_those_counted(two_days):
    assert len(load.events(two_days)) == 1
    assert len(load.events(two_days, denominator="current")) == 2
    homes = set(load.households(two_days, denominator="current")["household_id"])
    assert set(load.exit_plans(two_days, denominator="current")["household_id"]) < homes
    assert set(load.standing(two_days)["persons"]["household_id"]) == homes


def test_a_register_read_once_is_the_same_either_way():
    for table in (load.households, load.events, load.exit_plans):
        assert table("demo", scope="130123103").equals(table("demo", scope="130123103", denominator="current"))


def test_an_unknown_denominator_is_refused():
    with pytest.raises(InputError, match="did you mean 'baseline'"):
        load.households("demo", denominator="base_line")


def test_a_report_by_each_denominator(two_days, run, tmp_path):
    for way, said in (("baseline", "4 households with 5 persons"), ("current", "4 households with 6 persons")):
        words = ["--register", two_days, "--lang", "en", "-p", f"denominator={way}", "--out", tmp_path / way]
        status, _, complaint = run("report", "--notebook", "04_targets", "--notebook", "02_causes", *words)
        assert status == 0, complaint
        page = (tmp_path / way / "county/04_targets.html").read_text()
        assert said in page
        assert "Joined since: 1 household; gone: 1 household" in page  # told on either page
        assert f"shares of those {'registered at' if way == 'baseline' else 'in the register as it stands'}" in page
    status, _, complaint = run("report", "--notebook", "04_targets", "-p", "denominator=curent", "--out", tmp_path / "x")
    assert (status, "did you mean 'current'" in complaint) == (2, True)
    status, _, complaint = run("report", "--notebook", "02_causes", "-p", "denominator=current", "--out", tmp_path / "x")
    assert (status, "unknown parameter 'denominator'" in complaint) == (2, True)
