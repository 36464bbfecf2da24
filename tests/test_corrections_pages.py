"""Corrections as an office makes them, and what pages of either edition say of them."""

import re
import shutil
from pathlib import Path

import pytest
from written import written

from tuopin_analysis import paths
from tuopin_analysis.register import correcting, corrections, load
from tuopin_analysis.report import parameters

WHO = ("--who", "李更正", "--why", "入户核实甲乙")


def add(run, register, row, old="因病", new="因残", *more):
    return run("correct", "add", register, "--table", "households", "--row", row, "--field", "cause_main", "--old", old,
               "--new", new, *WHO, *more)  # fmt: skip


@pytest.fixture
def demo(tmp_path) -> Path:
    """A copy of the demonstration register."""
    return Path(shutil.copytree(paths.DEMO, tmp_path / "demo"))


def ill(register) -> list[str]:
    homes = load.households(str(register))
    return homes.loc[(homes["cause_main"] == "illness") & (homes["township_code"] == "130123103"), "household_id"].tolist()


def test_add_list_and_undo(run, demo):
    first = ill(demo)[0]
    status, out, err = add(run, demo, first)
    assert (status, err) == (0, "")
    assert f"Correction 1: households {first}, cause_main: 'illness' is now 'disability'" in out
    assert first not in ill(demo)
    assert run("correct", "undo", demo, 1, "--who", "王", "--why", "写错")[0] == 0
    assert ill(demo)[0] == first
    out = run("correct", "list", demo)[1]
    assert "李更正: 入户核实甲乙  undone" in out
    assert "0 corrections in force, 1 undone" in out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("x9", "因病", "因残"), "no row 'x9'"),
        (("ROW", "因残", "因病"), "the register says cause_main 'illness', not '因残'"),
        (("ROW", "因病", "因懒"), "'因懒' is no code"),
        (("ROW", "因病", "因残", "--when", "2016-02-30"), "'2016-02-30' is not a day"),
        (("ROW", "因病", "因残", "--when", "2999-01-01"), "in the future"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(run, demo, more, said):
    row, *rest = more
    status, _, err = add(run, demo, ill(demo)[0] if row == "ROW" else row, *rest)
    assert status == 2
    assert said in err
    assert "Traceback" not in err
    assert not (demo / corrections.FILE).exists()


def test_a_stale_file_stops_a_batch_before_it_begins(run, demo, tmp_path):
    row = ill(demo)[0]
    (demo / corrections.FILE).write_text(
        ",".join(corrections.COLUMNS) + f"\nhouseholds,{row},cause_main,schooling,illness,李,2016-05-01,核,,,\n"
    )
    status, _, err = run("report", "--register", demo, "--out", tmp_path / "r")
    assert status == 2
    assert "the register says cause_main 'illness', not 'schooling'" in err
    assert "undo correction 1" in err
    assert not (tmp_path / "r").exists()


def test_the_demonstration_register_is_not_made_anew_over_corrections(run, demo):
    add(run, demo, ill(demo)[0])
    status, _, err = run("demo", "--into", demo)
    assert status == 2
    assert "holds corrections" in err


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_pages_tell_how_many_and_never_who_to_the_public(run, demo, tmp_path, edition):
    rows = ill(demo)[:2]
    for row in rows:
        correcting.add(str(demo), "households", row, "cause_main", "因病", "因残", who="李更正", why="入户核实甲乙")
    words = ("--register", demo, "--scope", "county", "-p", f"edition={edition}", "--out", tmp_path / "r")
    # Status 1: the corrected register differs from the published figures, as the cross-checks say.
    assert f"{len(parameters.questions(edition))} reports made, 0 failed" in run("report", *words)[1]
    texts = {path: written(path) for path in (tmp_path / "r").rglob("*") if path.is_file()}
    pages = [text for path, text in texts.items() if path.suffix == ".html" and path.parent.name == "county"]
    assert len(pages) == len(parameters.questions(edition))
    for page in pages:
        assert "导出后本单位更正本登记册2处：主要致贫原因（2处）；原始导出表未改动。" in page
    for path, text in texts.items():
        plain = re.sub(r"base64,[^\")]*", "", text)
        assert not [secret for secret in ("李更正", "入户核实甲乙", *rows) if secret in plain], path
    shares = next(text for path, text in texts.items() if path.name == "causes.shares.csv")
    assert ("illness,945," in shares, "disability,664," in shares) == (True, True)


def test_the_page_on_the_register_lists_them_for_the_office(run, demo, tmp_path):
    row = ill(demo)[0]
    add(run, demo, row)
    for lang, words in (("zh", ("更正人", "因病", "因残")), ("en", ("Corrected to", "Illness", "Disability"))):
        run("check", demo, "--lang", lang, "--out", tmp_path / lang)
        page = (tmp_path / lang / "county" / "00_quality.html").read_text(encoding="utf-8")
        table = re.search(r'(?s)<table class="tuopin" id="register-corrections">(.*?)</table>', page).group(1)
        assert all(word in table for word in (*words, row, "李更正", "入户核实甲乙"))
    csv = (tmp_path / "zh" / "county" / "tables" / "register.corrections.csv").read_text(encoding="utf-8")
    assert csv.count("\n") == 2


def test_without_corrections_pages_say_nothing_of_them(run, tmp_path):
    assert run("report", "--notebook", "02_causes", "--out", tmp_path / "r")[0] == 0
    assert "更正" not in (tmp_path / "r/county/02_causes.html").read_text(encoding="utf-8").split("</style>")[-1]
