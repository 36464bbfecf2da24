"""What a finding says should stand in a cell: the labels of its code list, or the official names nearest to what is written."""

import pandas as pd
import pytest

from tuopin_analysis.register import checks, hints, read

RULE = checks.read()[0]


def rule(kind, **arguments):
    return RULE.model_copy(update={"kind": kind, "arguments": arguments})


def source(table, **cells):
    length = len(next(iter(cells.values())))
    origin = pd.DataFrame({"file": "a.xlsx", "sheet": "s", "row": range(2, length + 2)})
    return read.Source(table, origin, {}, cells)


def of_cells(given, table, column, lines, frame=None, **cells):
    return hints.of_cells(given, source(table, **cells), column, pd.Index(lines), frame, "130123")


CODE, TOWN, VILLAGE = rule("value", problem="unknown_code"), rule("place", problem="township"), rule("place", problem="village")


def test_a_short_code_list_is_told_whole_and_a_long_one_by_its_nearest_labels():
    assert of_cells(CODE, "persons", "sex", [0, 1], sex=["甲", "乙"]) == [("：男、女、未说明", ": 男, 女, 未说明")] * 2
    assert of_cells(CODE, "households", "has_power", [0], has_power=["也许"]) == [("：是、否", ": 是, 否")]
    [(zh, en)] = of_cells(CODE, "persons", "relation", [0], relation=["之孑"])
    assert zh.startswith("；可能是之子、")
    assert en == "; perhaps: " + zh.removeprefix("；可能是").replace("、", ", ")
    assert zh.count("、") == 2


def test_a_list_of_fifteen_labels_is_told_whole_and_one_of_sixteen_is_not(monkeypatch):
    listed = [f"标签{number}" for number in range(16)]
    monkeypatch.setattr(hints, "_labels", lambda name: listed[: int(name)])
    assert hints.labels("15", "标签9") == ("：" + "、".join(listed[:15]), ": " + ", ".join(listed[:15]))
    assert hints.labels("16", "标签9")[0].startswith("；可能是标签9")


def test_the_official_names_nearest_to_a_written_one_are_told():
    assert of_cells(TOWN, "households", "township", [1], township=["x", "正定"]) == [
        ("；可能是正定镇", "; perhaps: 正定镇")]  # fmt: skip
    frame = pd.DataFrame({"township_code": ["130123103", "130123100", "130123103"]})
    found = of_cells(VILLAGE, "households", "village", [1, 2], frame, village=["x", "西关", "西关"])
    assert found[0][0].startswith("；可能是西关村")
    assert "西关村" not in found[1][0]  # no village of the other township


def test_of_many_names_as_near_three_are_told_and_of_none_nothing():
    assert hints.names("东", ["东一", "东二", "东三", "东四"]) == (
        "；可能是东一、东二、东三", "; perhaps: 东一, 东二, 东三")  # fmt: skip
    assert hints.names("甲", ["乙", "丙"]) == ("", "")
    assert hints.names("正定", ["正定镇", "正"]) == ("；可能是正定镇、正", "; perhaps: 正定镇, 正")


def test_a_text_with_a_persons_number_is_no_name():
    slipped = "；核对该行各列是否错位", "; see whether the columns of the row have slipped"
    assert hints.names("13812345678", ["正定镇"]) == slipped
    assert of_cells(TOWN, "households", "township", [0], township=["130199196002290117"]) == [slipped]


@pytest.mark.parametrize("given", [
    rule("value", problem="not_number"), rule("place", problem="ambiguous"), rule("compare", problem="unknown_code"),
    rule("value", problem="township"), rule("place", problem="unknown_code"), rule("compare"),
])  # fmt: skip
def test_other_rules_have_no_hints(given):
    assert of_cells(given, "households", "township", [0, 1], township=["正定", "x"]) == [("", "")] * 2


def test_a_column_that_the_register_has_not_gets_none():
    assert of_cells(CODE, "persons", "sex", [0, 1], name=["甲", "乙"]) == [("", "")] * 2
