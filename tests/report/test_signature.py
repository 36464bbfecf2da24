"""The parameters cell is read as papermill reads it, and every parameter has its words in both languages."""

import csv
from datetime import date

import papermill
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import page, parameters, signature
from tuopin_analysis.report.signature import Allowed

EVERY = [(notebook, parameter) for notebook in parameters.notebooks() for parameter in parameters.of(notebook)]
IDS = [f"{notebook}-{parameter.name}" for notebook, parameter in EVERY]


def rows():
    with signature.PARAMETERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("notebook", parameters.notebooks())
def test_papermill_reads_the_same_names_types_defaults_and_helps(notebook):
    assert parameters.declared(notebook) == papermill.inspect_notebook(str(paths.NOTEBOOKS / f"{notebook}.ipynb"))


@pytest.mark.parametrize(("notebook", "parameter"), EVERY, ids=IDS)
def test_every_parameter_has_help_and_label_in_both_languages(notebook, parameter):
    assert parameter.help_en
    assert parameter.help_zh, f"add {parameter.name} to data/parameters.csv"
    assert parameter.label_zh
    assert parameter.label_en
    assert any("一" <= sign <= "鿿" for sign in parameter.help_zh)
    assert parameter.drawn_from or parameter.allowed or parameter.type == "bool", "say what it may be"


@pytest.mark.parametrize(("notebook", "parameter"), EVERY, ids=IDS)
def test_every_value_of_a_list_has_words_in_both_languages_and_the_default_is_one(notebook, parameter):
    if parameter.allowed and parameter.allowed.values:
        assert parameter.default in parameter.allowed.values
        for lang in dictionary.LANGUAGES:
            words = [dictionary.value_label(parameter.name, value, lang) for value in parameter.allowed.values]
            assert not set(words) & set(parameter.allowed.values), "add the values to data/codes.csv"


def test_no_row_is_obsolete():
    used = {(notebook, parameter.name) for notebook, parameter in EVERY}
    for row in rows():
        assert any(row["name"] == name and row["notebook"] in ("", notebook) for notebook, name in used), row


def test_lists_of_values_are_those_of_the_pages():
    own = {(row["notebook"], row["name"]): tuple(row["values"].split("|")) for row in rows()}
    assert own["", "lang"] == dictionary.LANGUAGES
    assert own["", "edition"] == page.EDITIONS
    assert own["00_quality", "edition"] == ("internal",)  # the notebook says so to `page.heading`


@pytest.mark.parametrize(
    "line",
    ["scope = 'x'", "scope: str", "scope: str = None", "scope: str = 'a' + x", "import os", "a: int = 1\na: int = 2", "f()"],
)
def test_a_line_that_is_no_parameter_is_refused(line):
    with pytest.raises(InputError, match="not a parameter"):
        signature.of_cell(line)


def test_a_hash_in_a_default_is_no_comment():
    [parameter] = signature.of_cell('mark: str = "#1"  # which # mark')
    assert (parameter.default, parameter.help_en) == ("#1", "which # mark")


@given(st.text())
def test_text_stays_text(text):
    assert signature.typed(text, "str") == text


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(ValueError, match="finite"):
        signature.typed(value, "float")


@pytest.mark.parametrize(("value", "kind"), [("１２", "int"), ("1_000", "int"), ("1.0", "int"), ("", "float")])
def test_a_number_oddly_written_is_refused(value, kind):
    with pytest.raises(ValueError):  # noqa: PT011 - whichever
        signature.typed(value, kind)


@given(st.dates(), st.dates(), st.dates())
def test_a_day_is_refused_outside_its_range_only_and_the_nearest_is_inside(one, other, day):
    allowed = Allowed("day", least=min(one, other), most=max(one, other))
    fault = allowed.fault(day.isoformat(), "-p")
    assert (fault is None) == (allowed.least <= day <= allowed.most)
    if fault:
        near = date.fromisoformat(fault.mend.split()[-1])
        assert allowed.fault(near.isoformat(), "-p") is None
        assert abs(near - day) == min(abs(allowed.least - day), abs(allowed.most - day))


@pytest.mark.parametrize("written", ["2016-13-01", "20161231", "2016-1-1", "", "2016-12-31 ", "１２", "2016-W01-1"])
def test_what_is_no_day_is_refused(written):
    allowed = Allowed("day", least=date(2016, 1, 1), most=date(2017, 12, 31))
    assert "is not a day" in str(allowed.fault(written, "-p"))


@pytest.mark.parametrize(("value", "said"), [(0, "the nearest is 1"), (1, ""), (5, ""), (6, "the nearest is 5")])
def test_a_number_is_refused_outside_its_range(value, said):
    fault = Allowed("times", least=1, most=5).fault(value, "-p")
    assert (fault.mend if fault else "") == said
    assert Allowed("times", least=1).fault(10**9, "-p") is None
