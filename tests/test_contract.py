"""What cannot be is refused by one road, whoever asks: command line, file or script."""

import time
from pathlib import Path

import pytest

from tuopin_analysis import contract, paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.report import parameters

WRONG = [
    ({"scope": "13012310"}, "did you mean '130123103'"),
    ({"scope": "新安镇"}, "unknown scope"),
    ({"scope": "001"}, "unknown scope '001'"),
    ({"scope": "1e5"}, "unknown scope '1e5'"),
    ({"scope": 130123103}, "write it in quotes"),
    ({"as_of": "2015-12-31"}, "the nearest is 2016-01-01"),
    ({"as_of": "2018-01-01"}, "the nearest is 2017-12-31"),
    ({"as_of": "2016-02-30"}, "is not a day"),
    ({"as_of": 20161231}, "write it in quotes"),
    ({"as_of": "2016-W01-1"}, "is not a day"),  # a week of ISO 8601
    ({"rules": "hebei-2061"}, "did you mean 'hebei-2016'"),
    ({"rules": "checks"}, "unknown rule set 'checks'"),
    ({"lang": "ZH"}, "unknown language 'ZH'"),
    ({"edition": "publc"}, "did you mean 'public'"),
    ({"register": "/nowhere"}, "no such register"),
    ({"register": 1}, "not of the type str"),
    ({"scpoe": "county"}, "did you mean 'scope'"),
]


@pytest.mark.parametrize(("given", "said"), WRONG, ids=str)
def test_a_script_is_refused(given, said):
    with pytest.raises(InputError) as caught:
        contract.check("02_causes", given)
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize(("given", "said"), [case for case in WRONG if len(case[0]) == 1], ids=str)
def test_a_file_is_refused(run, tmp_path, given, said):
    import yaml

    (tmp_path / "p.yaml").write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    status, _, err = run("report", "--params", tmp_path / "p.yaml", "--out", tmp_path / "r")
    assert status == 2
    assert said in err
    assert "p.yaml" in err or "register" in given
    assert not (tmp_path / "r").exists()


def test_every_fault_is_told_at_once():
    with pytest.raises(InputError) as caught:
        contract.check("02_causes", {"scope": "x", "as_of": "x", "rules": "x", "lang": "x", "edition": "x", "x": "x"})
    assert len(caught.value.faults) == 6
    with pytest.raises(InputError) as caught:
        contract.check("02_causes", {"register": "/nowhere", "lang": "x", "x": "x"})
    assert len(caught.value.faults) == 3


def test_what_is_given_comes_back_with_the_defaults():
    found = contract.check("02_causes", {"scope": "130123103"})
    assert found == {"register": "demo", "scope": "130123103", "as_of": "2016-12-31", "rules": "hebei-2016", "lang": "zh",
                     "edition": "internal"}  # fmt: skip


@pytest.mark.parametrize("notebook", ["00_quality", "05_timetable", "08_dynamics", "09_acceptance", "10_supervision"])
def test_pages_that_have_no_public_edition_are_refused_and_left_out_of_a_public_batch(notebook):
    with pytest.raises(InputError, match="unknown edition 'public'"):
        contract.check(notebook, {"edition": "public"})
    assert notebook not in parameters.questions("public")


def test_a_day_written_as_a_day_in_a_file_is_its_text(tmp_path):
    (tmp_path / "p.yaml").write_text("as_of: 2016-06-30\n")
    given, where = contract.given([tmp_path / "p.yaml"], [], {})
    assert contract.settle(["02_causes"], [], given, where) == (["county"], {"as_of": "2016-06-30"})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--lang", "zh", "--lang", "en"], "given twice"),
        (["--register", "demo", "--register", "demo"], "given twice"),
        (["--register", "demo", "-p", "register=demo"], "given twice"),
        (["--params", "params/county.yaml", "--params", "params/county.yaml"], "more than one file"),
        (["-p", "scope=all", "--scope", "all"], "given twice"),
    ],
)
def test_what_is_typed_twice_is_refused(run, tmp_path, words, said):
    status, _, err = run("report", *words, "--out", tmp_path / "r")
    assert status == 2
    assert said in err


def test_a_doubled_key_in_a_file_is_refused(run, tmp_path):
    (tmp_path / "p.yaml").write_text("lang: zh\nlang: en\n")
    status, _, err = run("report", "--params", tmp_path / "p.yaml")
    assert status == 2
    assert "the name 'lang' stands twice" in err


def test_what_is_typed_wins_over_the_file(run, tmp_path):
    file = paths.PARAMS / "county.yaml"
    words = ("--lang", "en", "-p", "as_of=2016-06-30", "--dry-run", "--out", tmp_path / "r")
    status, out, _ = run("report", "--params", file, *words)
    assert status == 0
    assert "lang=en" in out
    assert "as_of=2016-06-30" in out


def test_all_are_the_places_with_households_that_count():
    scopes, rest = contract.settle(["02_causes", "04_targets"], ["all"], {"lang": "en"})
    assert (len(scopes), scopes[0]) == (9, "county")
    assert rest == {"lang": "en", "as_of": "2016-12-31"}


def test_a_name_that_one_of_the_notebooks_takes_goes_to_that_one_alone(notebooks_with):
    notebooks_with("01_first", "times: int = 1  # how often")
    notebooks_with("02_second", "")
    assert parameters.own("02_second", ["01_first", "02_second"], {"times": 2, "lang": "en"}) == {"lang": "en"}
    assert parameters.own("01_first", ["01_first", "02_second"], {"times": 2}) == {"times": 2}
    assert parameters.own("02_second", ["02_second"], {"times": 2}) == {"times": 2}  # which its schema refuses


@pytest.fixture
def notebooks_with(tmp_path, monkeypatch):
    """Write a notebook with the usual parameters and one more, in place of the project's own."""
    from small_notebooks import PAGE, write_notebook

    base = 'register: str = "demo"  # r\nscope: str = "county"  # s\nas_of: str = "2016-12-31"  # d\n'
    base += 'rules: str = "hebei-2016"  # r\nlang: str = "zh"  # l\nedition: str = "internal"  # e\n'
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    parameters.declared.cache_clear()

    def write(name: str, more: str) -> Path:
        monkeypatch.setattr("small_notebooks.PARAMETERS", base + more)
        write_notebook(tmp_path, name, PAGE)
        return tmp_path / f"{name}.ipynb"

    yield write
    parameters.declared.cache_clear()


def test_without_a_day_another_register_is_counted_up_to_its_end(run, tmp_path, monkeypatch):
    monkeypatch.setenv("TUOPIN_KEY", str(tmp_path / "key"))
    assert run("import", paths.DEMO / "persons.xlsx", "--into", tmp_path / "s", "--snapshot", "2018-12-31")[0] == 0
    register = str(tmp_path / "s")
    assert contract.check("02_causes", {"register": register})["as_of"] == "2018-12-31"
    with pytest.raises(InputError, match="the nearest is 2018-12-31"):
        contract.check("02_causes", {"register": register, "as_of": "2016-12-31"})
    assert contract.drawn(register)["scopes"].values[:2] == ("county", "130123100")


def test_what_is_allowed_is_told_in_a_moment():
    contract.drawn()
    started = time.perf_counter()
    contract.drawn()
    assert time.perf_counter() - started < 1  # reading and checking the whole register takes several


def test_a_refusal_loads_neither_the_runner_nor_the_checks(tmp_path):
    import subprocess
    import sys

    code = (
        "import sys; from tuopin_analysis import cli; sys.argv = ['tuopin', 'report', '-p', 'scope=x', '-p', 'as_of=x']\n"
        "try: cli.main()\n"
        "except SystemExit as stop: print(stop.code, [m for m in ('papermill', 'nbformat', 'matplotlib', 'IPython', 'pointblank')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "2 []"
    assert done.stderr.count("error:") == 2


def test_an_account_does_not_begin_after_it_ends():
    with pytest.raises(InputError, match="since 2017-01-01 lies after as_of 2016-12-31"):
        contract.check("08_dynamics", {"since": "2017-01-01"})
    assert contract.check("08_dynamics", {"since": "2016-12-31"})["since"] == "2016-12-31"
    with pytest.raises(InputError, match="lies outside the register"):
        contract.check("08_dynamics", {"since": "2015-12-31"})


def test_the_first_day_of_an_account_goes_to_the_pages_that_take_it():
    _, found = contract.settle(["02_causes", "08_dynamics"], ["county"], {"since": "2016-06-30"}, known=["county"])
    assert found["since"] == "2016-06-30"
    _, found = contract.settle(["02_causes"], ["county"], {}, known=["county"])
    assert "since" not in found
