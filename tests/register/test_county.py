"""Which county a register is of: told by names, asked for by code, never guessed."""

from types import SimpleNamespace

import pytest
from register.test_messages import said

from tuopin_analysis.register import county

UNKNOWN = "(the files given); expected: one county; to mend: name it: --county and its six digits, such as --county 130123"


def told(wanted=None, **cells):
    return county.told_by(SimpleNamespace(cells=cells), wanted)


def test_a_county_asked_for_by_its_code():
    assert told("130123", county=["阜平县"]) == "130123"
    for code in ("990000", "13012", "13", ""):
        expected = "expected: the six digits of a county of 2016, such as 130123"
        assert said(lambda code=code: told(code), "#") == f"no county has the code {code} (--county); {expected}"


@pytest.mark.parametrize("cells", [
    {"county": ["正定县", "正定县"], "township": ["正定镇", "新安镇"]}, {"township": ["正定镇", None, "新安镇", ""]},
    {"county": ["正定县", "阜平县"], "township": ["正定镇", "新安镇"]}, {"county": ["正定县"]},
    {"county": ["正定县"], "township": ["正定镇", "某某乡"]},
])  # fmt: skip
def test_a_county_told_by_names(cells):
    assert told(**cells) == "130123"


def test_names_that_tell_no_county():
    what = "no county is told by its name and its townships:"
    assert said(told, "#") == f"{what} none is given {UNKNOWN}"
    both = {"county": ["阜平县", "正定县"], "township": ["正定镇", "阜平镇"]}
    assert said(lambda: told(**both), "#") == f"{what} 正定县, 阜平县, 正定镇, 阜平镇 {UNKNOWN}"
    assert said(lambda: told(county=["某县"], township=["正定镇", "阜平镇"]), "#") == f"{what} 某县, 正定镇, 阜平镇 {UNKNOWN}"
    assert said(lambda: told(county=["正定县"], township=["阜平镇"]), "#") == f"{what} 正定县, 阜平镇 {UNKNOWN}"
    towns = [f"某{n}乡" for n in "一二三四五六七八九"]
    assert said(lambda: told(township=towns), "#") == f"{what} {', '.join(sorted(towns)[:8])} {UNKNOWN}"
    assert said(lambda: told(township=["13812345678"]), "#") == f"{what} none is given {UNKNOWN}", "numbers are not repeated"


def test_townships_of_several_counties():
    assert said(lambda: told(township=["城关镇"]), "#") == (
        "the townships fit several counties: 120114 天津市市辖区武清区, 150123 内蒙古自治区呼和浩特市和林格尔县, 150124 "
        "内蒙古自治区呼和浩特市清水河县, 150802 内蒙古自治区巴彦淖尔市临河区, 150924 内蒙古自治区乌兰察布市兴和县, 340322 "
        f"安徽省蚌埠市五河县, … {UNKNOWN}")  # fmt: skip
    assert told(township=["城关镇", "石桥乡"]).isdigit(), "one alone has both"
