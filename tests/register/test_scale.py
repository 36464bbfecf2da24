"""Synthetic stores of any size: exact totals, real codes, bounded memory, whole or not at all."""

import json
import os
import signal
import stat
import subprocess
import sys
import tracemalloc
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import load, opened, parts_list, scale, scale_draw
from tuopin_analysis.register.about import about
from tuopin_analysis.report import batch, parameters

SIZE = 4000


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    """A small province of two snapshots: 海南 (46)."""
    folder = tmp_path_factory.mktemp("scale") / "store"
    scale.build(folder, scale.wanted("province", "46", SIZE, 2, 1), piece=100)
    return folder


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**5), min_size=1, max_size=40).filter(any))
def test_parts_add_up_and_lie_within_one_of_their_quota(total, weights):
    parts = scale_draw.shared(total, np.array(weights))
    assert parts.sum() == total
    assert all(abs(int(part) * sum(weights) - total * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True))


@given(st.integers(1, 10**6), st.floats(1, scale_draw.LONGEST_SIZE))
def test_households_of_each_size_hold_the_persons(households, mean):
    persons = min(max(households, round(households * mean)), households * scale_draw.LONGEST_SIZE)
    found = scale_draw.sizes(households, persons)
    assert (found >= 0).all()
    assert (found.sum(), (found * np.arange(1, scale_draw.LONGEST_SIZE + 1)).sum()) == (households, persons)


def test_totals_equal_the_distribution_and_codes_are_real(province):
    register = opened.open_register(str(province))
    frame = register.households("2016-01-01")
    assert len(frame) == SIZE
    assert frame["household_id"].is_unique
    given_ = scale_draw.assumed()
    assert frame["cause_main"].value_counts().to_dict() == {
        cause: SIZE * share // 1000 for cause, share in given_["causes"].items()
    }
    persons = round(SIZE * given_["persons"] / given_["households"])
    assert frame["size"].sum() == persons == len(register.persons("2016-01-01"))
    known = scale_draw.townships("46")
    assert set(frame["township_code"]) <= set(known["township_code"])
    assert (frame["county_code"] == frame["township_code"].str.slice(0, 6)).all()
    lived = frame["village_code"].dropna()
    assert (lived.str.slice(0, 9) == frame.loc[lived.index, "township_code"]).all()
    towns = known.set_index("township_code")["township"]
    assert (frame["township_code"].map(towns) == frame["township"]).all()


def test_members_are_as_many_as_the_household_says(province):
    register = opened.open_register(str(province))
    persons = register.persons("2016-01-01")
    sizes = register.households("2016-01-01").set_index("household_id")["size"]
    assert persons.groupby("household_id").size().reindex(sizes.index).tolist() == sizes.tolist()
    assert persons["person_id"].is_unique
    assert (persons[persons["relation"] == "head"].groupby("household_id").size() == 1).all()
    assert not {"name", "id_number", "birth", "birth_date"} & set(persons)


def test_what_the_second_list_says_is_what_the_events_did(province):
    register = opened.open_register(str(province))
    listed, states = register.listed("2016-12-31"), register.households("2016-12-31")
    both = listed.merge(states, on="household_id", suffixes=("_listed", ""))
    assert 0.9 * SIZE < len(both) < SIZE
    assert (both["is_remaining_listed"] == both["is_remaining"]).all()
    assert 0 < (~both["is_remaining"]).sum() < len(both)
    new = listed[~listed["household_id"].isin(states["household_id"])]
    assert 0 < len(new) < 0.1 * SIZE


def test_the_nation_has_all_townships_and_the_published_totals():
    assert len(scale_draw.townships("")) == 42951
    asked = scale.wanted("nation", None, None, 2, 2016)
    assert (asked.place, asked.households) == ("", 29_480_000)
    counties = list(scale_draw.counties("", asked.households, 2016))
    assert sum(county.households for county in counties) == 29_480_000
    sizes = sum(county.holds["sizes"] for county in counties)
    assert (sizes * np.arange(1, scale_draw.LONGEST_SIZE + 1)).sum() == 89_620_000
    illness = sum(int(county.holds["causes"][0]) for county in counties)
    assert illness == 29_480_000 * 42 // 100
    assert sum(len(county.towns) for county in counties) == 42951


def test_parts_are_private_sorted_and_in_their_place(province):
    told = about(str(province))
    assert (told.region, told.county_code, told.store, told.synthetic) == ("46", "", 2, True)
    for day in told.snapshots:
        listed = parts_list.parts(told, day)
        assert listed["file"].tolist() == [
            f"{parts_list.place(row.table, day, row.county)}/{row.sha256[:16]}.parquet" for row in listed.itertuples()
        ]
    for path in [province, *province.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    for path in province.glob("households/*/*/*.parquet"):
        assert pd.read_parquet(path, columns=["household_id"])["household_id"].is_monotonic_increasing


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_whatever_the_workers(tmp_path):
    asked = scale.wanted("county", "130123", 300, 3, 5)
    scale.build(tmp_path / "a", asked)
    scale.build(tmp_path / "b", asked, workers=2)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    scale.build(tmp_path / "c", scale.wanted("county", "130123", 300, 3, 6))
    assert set(tree(tmp_path / "a")) != set(tree(tmp_path / "c"))
    assert list(about(str(tmp_path / "a")).snapshots) == list(scale.DAYS)


def test_memory_does_not_grow_with_the_store(tmp_path, monkeypatch):
    """No piece is larger than asked for, and what is held at a time stays the same when there are four times as many."""
    monkeypatch.setattr(scale.os, "sync", lambda: None)
    most, drawn = [], []
    real = scale.scale_course.draw
    monkeypatch.setattr(scale.scale_course, "draw", lambda rng, holds, *rest: drawn.append(int(holds["town"].sum())) or
                        real(rng, holds, *rest))  # fmt: skip
    scale.build(tmp_path / "warm", scale.wanted("county", "130123", 100, 2, 1), piece=500)
    for number in (1500, 6000):
        tracemalloc.start()
        scale.build(tmp_path / str(number), scale.wanted("county", "130123", number, 2, 1), piece=500)
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(drawn) <= 500
    assert most[1] < 1.3 * most[0]


KILLED = """
import os, signal, sys
from pathlib import Path
from tuopin_analysis.register import parts_list, scale
count, at = 0, {at}
def deadly(real):
    def call(*args, **kwargs):
        global count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
scale._Writers.add = deadly(scale._Writers.add)
scale.os.replace = deadly(os.replace)
parts_list.write, parts_list.describe = deadly(parts_list.write), deadly(parts_list.describe)
scale.build(Path({folder!r}), scale.wanted("county", "130123", 50, 2, 1))
print(count)
"""


def test_killed_at_any_step_it_leaves_no_store_and_the_next_one_succeeds(tmp_path):
    target, at, alive = tmp_path / "store", 0, False
    while not alive:
        at += 4
        code = KILLED.format(at=at, folder=str(target))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ})
        alive = done.returncode == 0
        assert alive or done.returncode == -signal.SIGKILL, done.stderr
        assert alive or not target.exists()
    assert at > 6
    assert about(str(target)).store == 2


def test_a_full_disk_leaves_nothing(tmp_path):
    code = f"""
import resource, signal
from pathlib import Path
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import scale
asked = scale.wanted("county", "130123", 2000, 1, 1)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
try:
    scale.build(Path({str(tmp_path / "store")!r}), asked)
except InputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "cannot write the store" in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-9])])
@pytest.mark.parametrize("what", ["households", "index"])
def test_a_part_or_list_that_is_gone_or_cut_off_is_named(province, what, damage):
    [path] = sorted(province.glob(f"{what}/snapshot=2016-01-01/{'' if what == 'index' else 'county=460105/'}*.parquet"))
    kept = path.read_bytes()
    parts_list._read.cache_clear()
    try:
        damage(path)
        with pytest.raises(InputError, match=path.name):
            opened.open_register(str(province)).households()
    finally:
        path.write_bytes(kept)
        path.chmod(0o600)
        parts_list._read.cache_clear()


def test_a_county_of_a_store_is_a_register_of_its_own(province):
    county = f"{province}/county=460105"
    told = about(county)
    assert (told.county_code, told.county_zh, told.region) == ("460105", "秀英区", "")
    whole = opened.open_register(str(province), "460105").households("2016-12-31")
    one = load.households(county, as_of="2016-12-31")
    columns = ["household_id", "size", "cause_main", "township_code", "exit_date", "n_relapses", "is_remaining"]
    pd.testing.assert_frame_equal(one[columns], whole[columns].sort_values("household_id", ignore_index=True), check_dtype=False)
    assert len(load.persons(county)) == one["size"].sum()
    assert load.account(county).set_index("table").loc["households", "rows_accepted"] == len(one)
    assert len(load.membership(county)) == 1
    town = one["township_code"].iloc[0]
    assert (load.exit_plans(county, town)["township_code"] == town).all()


@pytest.mark.parametrize(("register", "word"), [
    ("", "county=130123"), ("/county=130123", "no county '130123'"), ("/county=x", "no county 'x'"), ("/county=", "no county ''"),
])  # fmt: skip
def test_a_store_is_not_read_as_one_county(province, register, word):
    with pytest.raises(InputError, match=word):
        load.households(f"{province}{register}")


@pytest.mark.parametrize("words", [["report", "--dry-run"], ["params", "02_causes"], ["why", "1"]])
def test_a_command_on_a_whole_store_says_to_name_a_county(province, run, words):
    status, _, err = run(*words, "--register", province)
    assert (status, "is not read as a whole" in err, "/county=" in err) == (2, True, True), err


def test_a_household_of_a_county_is_told_by_its_id(province, run):
    county = f"{province}/county=460105"
    one = load.households(county)["household_id"].iloc[0]
    status, said, err = run("why", one, "--register", county)
    assert (status, one in said) == (0, True), err
    assert run("why", "1", "--register", county)[0] == 2


def test_a_county_of_a_store_is_not_corrected(province, run):
    """It would have to lie beside all counties of the store, and count in each."""
    before = tree(province)
    words = ["--table", "households", "--row", "1", "--field", "cause_main", "--old", "因病", "--new", "因残"]
    for register, said in ((f"{province}/county=460105", "cannot be corrected"), (province, "is not read as a whole")):
        for command in (["add", register, *words], ["undo", register, 1]):
            status, _, err = run("correct", *command, "--who", "李", "--why", "核")
            assert (status, said in err) == (2, True), err
    assert tree(province) == before


def test_a_county_of_a_store_is_compared_with_another_register(province, tmp_path, run):
    county = f"{province}/county=460105"
    assert run("diff", county, county, "--out", tmp_path)[0] == 0
    status, _, err = run("diff", county, "demo", "--out", tmp_path)
    assert (status, "registers of two counties: 460105 and 130123" in err) == (2, True), err
    assert run("diff", f"{province}/county=999999", county, "--out", tmp_path)[0] == 2


def test_a_register_of_one_county_has_no_others():
    with pytest.raises(InputError, match="not a store of many counties"):
        load.households(f"{paths.DEMO}/county=130123")


def test_the_command_makes_a_store_and_a_report_of_one_of_its_counties(tmp_path, run):
    store = tmp_path / "store"
    status, out, err = run("demo", "--scale", "county", "--households", 400, "--into", store)
    assert (status, err.count("error")) == (0, 0)
    assert "400 households, snapshots of 2016-01-01, 2016-12-31" in out
    assert "SYNTHETIC" in out
    county = {"register": f"{store}/county=130123"}
    made = list(batch.run(batch.plan(parameters.questions(), ["county"], county), tmp_path / "r", workers=1))
    assert {result.job.notebook: result.error for result in made} == dict.fromkeys(parameters.questions(), "")
    page = (tmp_path / "r" / made[0].job.files()[0]).read_text(encoding="utf-8")
    assert "模拟" in page


def test_invented_households_are_not_held_against_published_figures(tmp_path, run):
    """Zhengding's households of a store of many number as many as one asks for, not those that were published."""
    assert about("demo").published_code == "130123"
    assert run("demo", "--scale", "county", "--households", 400, "--into", tmp_path / "store")[0] == 0
    register = f"{tmp_path / 'store'}/county=130123"
    assert (about(register).county_code, about(register).published_code) == ("130123", "")
    words = ["--notebook", "01_overview", "--lang", "en", "--out", tmp_path / "r"]
    status, said, err = run("report", "--register", register, *words)
    assert (status, "cross-checks hold" in said) == (0, True), err
    checks = json.loads((tmp_path / "r/manifest.json").read_text(encoding="utf-8"))["checks"]
    assert {check["state"] for check in checks if check["check"] == "reconciled"} == {"not_checkable"}


@pytest.mark.parametrize(("words", "said"), [
    (["--scale", "world"], "unknown scale 'world'"),
    (["--scale", "province", "--place", "99"], "no province has the code '99'"),
    (["--scale", "county", "--place", "13"], "no county has the code '13'"),
    (["--scale", "nation", "--place", "13"], "no nation"),
    (["--scale", "county", "--households", "0"], "0 households"),
    (["--scale", "county", "--snapshots", "9"], "9 snapshots"),
    (["--scale", "nation", "--households", "294800001"], "294800001 households"),
    (["--households", "5"], "--households goes with"),
    (["--place", "13"], "--place goes with"),
    (["--snapshots", "2"], "--snapshots goes with"),
])  # fmt: skip
def test_options_that_cannot_be(tmp_path, run, words, said):
    status, _, err = run("demo", "--into", tmp_path / "x", *words)
    assert status == 2
    assert said in err
    assert "Traceback" not in err
    assert not (tmp_path / "x").exists()


def test_a_store_needs_a_new_folder_of_its_own(tmp_path, run):
    assert run("demo", "--scale", "county")[0] == 2
    (tmp_path / "letter.txt").write_text("x")
    status, _, err = run("demo", "--scale", "county", "--households", 9, "--into", tmp_path)
    assert (status, "is there already" in err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(InputError, match="is there already"):
        scale.build(paths.DEMO, scale.wanted("county", None, 9, 1, 1))


def test_an_import_does_not_extend_a_store_of_many_counties(tmp_path, run):
    scale.build(tmp_path / "store", scale.wanted("county", "130123", 20, 1, 1))
    book = tmp_path / "households.csv"
    book.write_text("乡镇,行政村,户编号,主要致贫原因,人数\n正定镇,西关村,1,因病,1\n", encoding="utf-8")
    before = tree(tmp_path / "store")
    status, _, err = run("import", book, "--into", tmp_path / "store", "--snapshot", "2018-01-01", "--key", tmp_path / "key")
    assert status == 2
    assert "many counties" in err
    assert tree(tmp_path / "store") == before
    assert date(2018, 1, 1) not in about(str(tmp_path / "store")).snapshots
