"""The contract of a notebook's parameters, on a notebook that declares one of each type."""

import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.report import parameters


def test_declared_reads_names_types_and_help(notebooks):
    declared = parameters.declared("01_first")
    assert {name: p["inferred_type_name"] for name, p in declared.items()} == {
        "scope": "str",
        "lang": "str",
        "times": "int",
        "share": "float",
        "loud": "bool",
    }
    assert declared["times"]["help"] == "how often"


@pytest.mark.parametrize("code", ["001", "1e5", "130123103", "0x10", "true", "null"])
def test_codes_stay_text(notebooks, code):
    assert parameters.check("01_first", {"scope": code}) == {"scope": code}


def test_words_become_the_declared_type(notebooks):
    given = {"times": "3", "share": "0.25", "loud": "true"}
    assert parameters.check("01_first", given) == {"times": 3, "share": 0.25, "loud": True}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scope", 130123103),
        ("scope", None),
        ("scope", True),
        ("times", "three"),
        ("times", 1.5),
        ("times", True),
        ("loud", "yes"),
        ("loud", 1),
        ("share", "a half"),
    ],
)
def test_a_wrong_type_is_refused(notebooks, name, value):
    with pytest.raises(InputError, match=name):
        parameters.check("01_first", {name: value})


def test_every_fault_is_told_at_once_with_the_nearest_name(notebooks):
    with pytest.raises(InputError) as caught:
        parameters.check("01_first", {"scpoe": "county", "times": "x", "tmies": 1})
    assert len(caught.value.faults) == 3
    assert "did you mean 'scope'?" in str(caught.value)


def test_an_unknown_notebook_names_the_nearest(notebooks):
    with pytest.raises(InputError, match="did you mean '01_first'"):
        parameters.declared("01_frist")


def test_a_day_in_yaml_is_text_again(notebooks, tmp_path):
    (tmp_path / "p.yaml").write_text("scope: 2016-12-31\n")
    assert parameters.check("01_first", parameters.read_file(tmp_path / "p.yaml")) == {"scope": "2016-12-31"}


@pytest.mark.parametrize(
    "text", ["scope: a\nscope: b\n", "- a\n- b\n", "just words", "1: a\n", "a: [", "", "x: !!python/object:os.system {}"]
)
def test_a_file_that_is_not_parameters_is_refused(tmp_path, text):
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(InputError, match="not a parameters file"):
        parameters.read_file(tmp_path / "p.yaml")


def test_a_name_that_stands_twice_is_told_with_its_file_and_line(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text("lang: zh\nlang: en\n")
    with pytest.raises(InputError, match="the name 'lang' stands twice") as caught:
        parameters.read_file(path)
    [fault] = caught.value.faults
    assert f'in "{path}", line 1' in str(fault)
    assert "unicode string" not in str(fault)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot read the parameters"):
        parameters.read_file(tmp_path / "none.yaml")


@pytest.mark.parametrize("words", [["scope"], ["=x"], ["a=1", "a=2"]])
def test_words_that_are_no_parameters_are_refused(words):
    with pytest.raises(InputError):
        parameters.from_words(words)
