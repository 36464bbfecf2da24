"""The county's indicators: read strictly, all faults at once with line and column; what was left empty stays missing."""

import shutil

import pytest

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import dictionary, goals, inputs

HEAD = "indicator,year,county_value,provincial_mean,unit,source\n"
RIGHT = "forest_cover,2016,24.6,31.1,per_cent,统计公报\n"


@pytest.fixture
def register(tmp_path):
    """A copy of the demonstration register, with a way to write its indicators."""
    folder = tmp_path / "register"
    shutil.copytree(paths.DEMO, folder)

    def write(text: str | bytes):
        body = text if isinstance(text, bytes) else text.encode("utf-8")
        (folder / goals.FILE).write_bytes(body)
        return str(folder)

    return write


def faults(register: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        goals.indicators(register)
    return [f"{fault.what} ({fault.where.split('/')[-1]})" for fault in caught.value.faults]


def test_without_a_file_nothing_is_supplied(tmp_path):
    shutil.copytree(paths.DEMO, tmp_path / "register")
    found = goals.indicators(str(tmp_path / "register"))
    assert found.empty
    assert list(found.columns) == [*goals.COLUMNS, "line"]
    assert not goals.is_invented(str(tmp_path / "register"))


def test_a_right_file_is_read_with_its_lines_and_gaps(register):
    found = goals.indicators(
        register("\ufeff" + HEAD + RIGHT + "\nforest_cover,2015,,30,per_cent,x\nair_good_days,2015,,,per_cent,\n")
    )
    assert found[["indicator", "year", "line"]].to_numpy().tolist() == [
        ["air_good_days", 2015, 5], ["forest_cover", 2015, 4], ["forest_cover", 2016, 2]]  # fmt: skip
    assert found["county_value"].isna().tolist() == [True, True, False], "an empty value is missing, not nought"


def test_all_faults_are_told_at_once_with_line_and_column(register):
    rows = [
        "forrest_cover,2016,1,2,per_cent,x", "forest_cover,16,1,2,per_cent,x", "forest_cover,2018,1,2,per_cent,x",
        "forest_cover,2014,1,2,persons,x", "forest_cover,2013,12%,2,per_cent,x", "forest_cover,2012,101,2,per_cent,x",
        "forest_cover,2011,1,2,per_cent,", "forest_cover,2011,1,2,per_cent,x", "poor_persons_left,2016,1,,persons,x",
        "forest_cover,2010", "income_growth,2016,nan,1e3,per_cent_a_year,x",
    ]  # fmt: skip
    assert sorted(faults(register(HEAD + RIGHT + "\n".join(rows) + "\n"))) == sorted([
        "unknown indicator 'forrest_cover' (indicators.csv, line 3, column indicator)",
        "'16' is not a year (indicators.csv, line 4, column year)",
        "2018 lies after the register (indicators.csv, line 5, column year)",
        "unit 'persons' of forest_cover (indicators.csv, line 6, column unit)",
        "'12%' is not a number (indicators.csv, line 7, column county_value)",
        "101 is out of bounds (indicators.csv, line 8, column county_value)",
        "a value without a source (indicators.csv, line 9, column source)",
        "forest_cover of 2011 stands on line 9 already (indicators.csv, line 10)",
        "'poor_persons_left' is counted from the register (indicators.csv, line 11, column indicator)",
        "2 cells (indicators.csv, line 12)",
        "'nan' is not a number (indicators.csv, line 13, column county_value)",
        "'1e3' is not a number (indicators.csv, line 13, column provincial_mean)",
    ])  # fmt: skip


def test_a_misspelt_indicator_gets_a_hint(register):
    with pytest.raises(InputError, match="did you mean 'forest_cover'"):
        goals.indicators(register(HEAD + "forrest_cover,2016,1,2,per_cent,x\n"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("indicator,year\n", "columns lacking or unknown: county_value"),
        ("year,indicator,county_value,provincial_mean,unit,source\n", "another order"),
        ("", "columns lacking"),
        ("指标,年份\n".encode("gb18030"), "it is not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused(register, text, said):
    with pytest.raises(InputError, match=said):
        goals.indicators(register(text))


def test_text_that_a_spreadsheet_would_obey_stays_text(register):
    [source] = goals.indicators(register(HEAD + 'forest_cover,2016,1,2,per_cent,"\'=1+1"\n'))["source"]
    assert source == "=1+1"


def test_the_file_is_an_input_of_the_register(register):
    folder = register(HEAD + RIGHT)
    first = inputs.files(folder)["indicators.csv"]
    register(HEAD)
    assert inputs.files(folder)["indicators.csv"] != first


def test_every_indicator_has_words_units_and_a_goal():
    known = goals.known()
    words = dictionary.CODES.groupby("list")["value"].agg(set)
    assert set(known["indicator"]) == words["goal_indicator"]
    assert set(known["goal"]) == words["goal"]
    assert set(known["unit"]) <= words["goal_unit"]
    assert set(known["judged"]) == {"reach", "above", "close"}
    assert set(known["better"]) == {"more", "less"}
    assert (known["target"].notna() == (known["judged"] == "reach")).all()
    assert (known.loc[known["judged"] != "reach", "better"] == "more").all(), "figures of distance say that more is better"
    assert known["source"].ne("").all()


def test_every_figure_of_the_demonstration_is_marked_as_invented():
    assert goals.is_invented("demo")
    assert goals.indicators("demo")["source"].str.contains("invented").all()
