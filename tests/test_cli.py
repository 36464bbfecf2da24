"""The command line: what it makes, and what it refuses before anything runs."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tuopin_analysis import paths
from tuopin_analysis.report import parameters


def test_dry_run_prints_the_plan_and_makes_nothing(run, tmp_path):
    status, out, _ = run("report", "--scope", "all", "--dry-run", "--out", tmp_path / "r")
    assert status == 0
    assert f"{9 * len(parameters.questions())} reports planned" in out
    assert "130123103/02_causes.html" in out
    assert not (tmp_path / "r").exists()


def test_a_params_file_names_its_scope(run, tmp_path):
    file = paths.PARAMS / "townships" / "130123103.yaml"
    status, out, _ = run("report", "--params", file, "--dry-run", "--out", tmp_path / "r")
    assert status == 0
    assert "130123103/" in out
    assert "county/" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scope", "13012310"], "did you mean '130123103'"),
        (["--scope", "conty"], "did you mean 'county'"),
        (["--scope", "../x"], "unknown scope '../x'"),
        (["--scope", "130123001"], "unknown scope '130123001'"),
        (["--notebook", "02_cause"], "did you mean '02_causes'"),
        (["-p", "scpoe=county"], "did you mean 'scope'"),
        (["-p", "as_of=2016-13-01"], "not a day"),
        (["-p", "as_of=2015-01-01"], "outside the register"),
        (["-p", "as_of=2031-01-01"], "outside the register"),
        (["-p", "rules=hebei-2061"], "did you mean 'hebei-2016'"),
        (["-p", "edition=publc"], "did you mean 'public'"),
        (["-p", "edition=x"], "unknown edition 'x'"),
        (["-p", "lang=fr"], "unknown language 'fr'"),
        (["-p", "lang"], "not a parameter"),
        (["-p", "lang=en", "-p", "lang=zh"], "given twice"),
        (["-p", "lang=en", "--lang", "zh"], "given twice"),
        (["-p", "scope=county", "--scope", "county"], "given twice"),
        (["--register", "/nowhere"], "no such register"),
        (["--params", "/nowhere.yaml"], "cannot read the parameters"),
        (["--engine", "hot"], "unknown engine"),
    ],
)
def test_what_cannot_be_is_refused_with_a_hint(run, tmp_path, words, said):
    status, out, err = run("report", *words, "--out", tmp_path / "r")
    assert status == 2, out
    assert said in err
    assert "Traceback" not in err
    assert not (tmp_path / "r").exists()


def test_a_scope_that_is_a_number_in_a_file_is_refused(run, tmp_path):
    (tmp_path / "p.yaml").write_text("scope: 130123103\n")
    status, _, err = run("report", "--params", tmp_path / "p.yaml", "--out", tmp_path / "r")
    assert status == 2
    assert "write it in quotes" in err


def test_an_output_folder_that_is_a_file_is_refused(run, tmp_path):
    (tmp_path / "file").write_text("mine")
    status, _, err = run("report", "--out", tmp_path / "file" / "r")
    assert status == 2
    assert "cannot write there" in err
    assert (tmp_path / "file").read_text() == "mine"


def test_a_failed_report_is_told_and_makes_the_status_1(run, tmp_path, monkeypatch):
    from small_notebooks import PAGE, write_notebook

    base = [
        "register",
        "demo",
        "as_of",
        "2016-12-31",
        "rules",
        "hebei-2016",
        "edition",
        "internal",
        "scope",
        "county",
        "lang",
        "zh",
    ]
    lines = [f'{name}: str = "{value}"  # help' for name, value in zip(base[::2], base[1::2], strict=True)]
    monkeypatch.setattr("small_notebooks.PARAMETERS", "\n".join(lines))
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    parameters.declared.cache_clear()
    write_notebook(tmp_path, "01_first", PAGE, "if scope == 'county':\n    raise RuntimeError('broken on purpose')")
    status, out, err = run("report", "--scope", "county", "--scope", "130123103", "--out", tmp_path / "r")
    parameters.declared.cache_clear()
    assert status == 1
    assert "failed: county/01_first: RuntimeError: broken on purpose" in err
    assert "1 report made, 1 failed" in out
    states = {entry["scope"]: entry["state"] for entry in json.loads((tmp_path / "r/manifest.json").read_text())["reports"]}
    assert states == {"county": "failed", "130123103": "made"}
    assert "RuntimeError: broken on purpose" in (tmp_path / "r/index.html").read_text()


def test_ctrl_c_leaves_whole_pages_an_index_and_status_130(tmp_path):
    command = [sys.executable, "-m", "tuopin_analysis.cli", "report", "--scope", "all", "--out", str(tmp_path / "r")]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests run in the background ignore it
    )  # fmt: skip
    while not list(tmp_path.glob("r/county/*.html")) and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped by Ctrl-C" in err
    assert "Traceback" not in err
    made = json.loads((tmp_path / "r/manifest.json").read_text())["reports"]
    assert 0 < len(made) < 36
    pages = {f"{entry['scope']}/{entry['notebook']}.html" for entry in made}
    assert {path.relative_to(tmp_path / "r").as_posix() for path in tmp_path.glob("r/*/*.html")} == pages
    assert not list(tmp_path.glob("r/.*"))


def test_plain_papermill_works_from_any_folder(tmp_path):
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(paths.NOTEBOOKS / "02_causes.ipynb"),
        str(tmp_path / "out.ipynb"),
        "-f",
        str(paths.PARAMS / "townships" / "130123103.yaml"),
        "--no-progress-bar",
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    assert "新安镇" in (tmp_path / "out.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", ["nowhere", "tcp://host", "http://host:8786", "host:port", ""])
def test_what_is_no_address_of_a_cluster_is_refused_before_planning(run, tmp_path, address):
    status, out, err = run("report", "--cluster", address, "--dry-run", "--out", tmp_path)
    assert (status, out, f"'{address}' is no address of a cluster" in err) == (2, "", True), err


@pytest.mark.parametrize("address", ["local", "tcp://host:8786", "10.0.0.1:8786", "tls://[::1]:8786"])
def test_an_address_of_a_cluster_is_not_asked_for_a_plan(run, tmp_path, address):
    words = ("--notebook", "02_causes", "--dry-run", "--out", tmp_path)
    assert run("report", "--cluster", address, *words)[0] == 0


def test_help_and_version_answer(run):
    status, out, _ = run("report", "--help")
    assert status == 0
    assert "--dry-run" in out
    assert run("--version")[1].startswith("tuopin-analysis ")


def test_a_public_batch_leaves_out_what_has_no_public_edition_and_says_so(run, tmp_path):
    status, out, err = run("report", "--dry-run", "-p", "edition=public", "--out", tmp_path)
    assert status == 0
    assert "not in the public edition: 05_timetable, 08_dynamics, 09_acceptance, 10_supervision" in " ".join(err.split())
    assert "05_timetable.html" not in out
    assert "04_targets.html" in out
    assert "not in the" not in run("report", "--dry-run", "-p", "edition=public", "--notebook", "02_causes", "--out", tmp_path)[2]


def test_two_editions_never_lie_in_one_folder(run, tmp_path):
    words = ("report", "--notebook", "02_causes", "--out", tmp_path / "r")
    assert run(*words)[0] == 0
    page = (tmp_path / "r/county/02_causes.html").read_bytes()
    status, _, err = run(*words, "-p", "edition=public")
    assert status == 2
    assert "holds pages of the internal edition" in err
    assert (tmp_path / "r/county/02_causes.html").read_bytes() == page


def test_pages_on_real_households_lie_in_a_folder_of_their_owner(run, tmp_path, monkeypatch):
    monkeypatch.setenv("TUOPIN_KEY", str(tmp_path / "key"))
    assert run("import", paths.DEMO / "persons.xlsx", "--into", tmp_path / "s", "--snapshot", "2016-12-31")[0] == 0
    assert run("report", "--register", tmp_path / "s", "--notebook", "02_causes", "--out", tmp_path / "r")[0] == 0
    assert (tmp_path / "r").stat().st_mode & 0o777 == 0o700
