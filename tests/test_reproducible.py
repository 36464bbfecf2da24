"""Same inputs, same bytes: wherever, whenever and however the batch runs; and `verify` on a real batch."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest

RUN_FACTS = {"manifest.json", "ro-crate-metadata.json"}  # the two files that tell of times and machines
HERE = {"TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "LANG": "zh_CN.UTF-8"}
THERE = {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONHASHSEED": "12345", "LANG": "C"}


def tuopin(words, at, env):
    command = [sys.executable, "-m", "tuopin_analysis.cli", *words]
    told = {"cwd": at, "env": {**os.environ, **env}, "capture_output": True, "encoding": "utf-8"}
    done = subprocess.run(command, check=False, **told)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sums(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in RUN_FACTS)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def engine_of(folder):
    [run] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["runs"].values()
    return run["engine"]


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """The county and a township, all questions, two at a time, in one place of the world."""
    out = tmp_path_factory.mktemp("reproducible") / "here"
    tuopin(["report", "--scope", "county", "--scope", "130123103", "--out", out, "--jobs", "2"], out.parent, HERE)
    return out


def test_a_serial_run_elsewhere_gives_the_same_bytes(batch, tmp_path):
    words = ["report", "--scope", "county", "--scope", "130123103", "--out", tmp_path / "there", "--jobs", "1"]
    tuopin(words, "/", THERE)
    assert sums(tmp_path / "there") == sums(batch)
    assert {name.rsplit(".", 1)[1] for name in sums(batch)} == {"html", "ipynb", "csv", "xlsx"}


def test_the_stock_engine_gives_the_same_bytes(township_alone, tmp_path):
    """Of a folder with the same pages: pages are linked to those that stand beside them."""
    tuopin(["report", "--scope", "130123103", "--out", tmp_path / "stock", "--engine", "stock"], tmp_path, HERE)
    assert [engine_of(folder) for folder in (tmp_path / "stock", township_alone)] == ["stock", "warm"]
    assert len(sums(tmp_path / "stock")) > 100
    assert sums(tmp_path / "stock") == sums(township_alone)


def test_a_ledger_is_the_same_workbook(tmp_path):
    for name, env in (("here", HERE), ("there", THERE)):
        tuopin(["ledger", "--out", tmp_path / f"{name}.xlsx"], tmp_path, env)
    assert (tmp_path / "here.xlsx").read_bytes() == (tmp_path / "there.xlsx").read_bytes()


def test_verify_finds_the_folder_as_it_was_made_and_makes_it_again(batch, run):
    status, said, complained = run("verify", batch, "--rerun", "--json")
    told = json.loads(said)
    assert (status, told["faults"], told["rerun"], complained) == (0, [], [], complained)
    assert told["compared"] > 50


def test_verify_finds_a_page_changed_by_hand(batch, run, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(batch, copy)
    page = copy / "county/02_causes.html"
    page.write_text(page.read_text(encoding="utf-8").replace("1,695", "1,595", 1), encoding="utf-8")
    status, said, complained = run("verify", copy)
    assert status == 1
    assert "changed: county/02_causes.html" in complained
    assert "Not all is as it was made." in said


def test_a_second_run_makes_nothing_and_a_forced_one_the_same_bytes(batch, run, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(batch, copy)
    before = sums(copy)
    words = ["report", "--scope", "county", "--scope", "130123103", "--notebook", "02_causes", "--out", copy]
    status, said, _ = run(*words)
    assert status == 0
    assert "0 reports made, 2 unchanged, 0 failed" in said
    assert "未变，沿用以前生成的页面" in (copy / "index.html").read_text(encoding="utf-8")
    status, said, _ = run(*words, "--force")
    assert "2 reports made, 0 failed" in said
    assert sums(copy) == before


def test_the_data_and_rules_a_page_comes_from_are_named_in_the_manifest(batch):
    told = json.loads((batch / "manifest.json").read_text(encoding="utf-8"))
    [register] = told["registers"].values()
    assert {"register.yaml", "households.xlsx", "persons.xlsx", "events.xlsx"} <= set(register["files"])
    assert register["scopes"][0] == "county"
    assert len(register["scopes"]) == 9
    assert all(check["state"] != "fails" for check in told["checks"])
    kinds = {check["check"] for check in told["checks"] if check["state"] == "holds"}
    assert kinds == {"made", "subject", "same", "own_row", "reconciled"}
