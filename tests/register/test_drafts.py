"""Drafts of a layout, whole: what is sure, what is a guess and how good a one, and what is still missing."""

from pathlib import Path

import pytest
from rapidfuzz import fuzz

from tuopin_analysis.register import drafts, shapes
from tuopin_analysis.register.grids import Grid


def grid(*rows, sheet="表", first=1):
    return Grid(Path("a.xlsx"), sheet, [list(row) for row in rows], list(range(first, first + len(rows))))


NONE = "   # no header row found: write the headers of the columns above the rows, then try again"
GUESS = "   # ? a guess: none fits as it is"
FLAT = ["户编号", "人编号", "姓名", "乡镇", "行政村", "人数", "与户主关糸", "致贫主因"]
DRAFTS = {
    "a header that is known": (grid(["标题"], ["户编号", "变动类别", "变动时间"], ["1", "脱贫", "2016-01-01"], sheet="a*[b]?"),
        """table: events
    header_rows: [2]
    columns:
      household_id: "户编号"
      event: "变动类别"
      event_date: "变动时间"
"""),
    "a flat export": (grid(FLAT, ["1"] * 8, first=4),
        f"""table: flat{GUESS}
    header_rows: [4]
    columns:
      household_id: "户编号"
      township: "乡镇"
      village: "行政村"
      size: "人数"
      person_id: "人编号"
      name: "姓名"
      # ? relation: "与户主关糸"   # 与户主关系, 89
      # ? cause_main: "致贫主因"   # 主要致贫原因, 77
    # still missing: relation, cause_main: map a header above, or write constants: {{relation: …}}
"""),
    "households": (grid(["户编号", "乡镇", "行政村", "人数", "主要致贫原因", "属性"], ["1"] * 6),
        """table: households
    header_rows: [1]
    columns:
      household_id: "户编号"
      township: "乡镇"
      village: "行政村"
      size: "人数"
      cause_main: "主要致贫原因"
      # ? attribute: "属性"   # 贫困户属性, 90
"""),
    "two rows of a header": (grid(["户编号", "饮水", "", "乡镇", "人数"], ["", "是否安全", "是否困难", "", ""], ["1"] * 5),
        f"""table: households{GUESS}
    header_rows: [1, 2]
    columns:
      household_id: "户编号"
      has_safe_water: "饮水 是否安全"
      has_water_difficulty: "饮水 是否困难"
      township: "乡镇"
      size: "人数"
    # still missing: village, cause_main: map a header above, or write constants: {{village: …}}
"""),
    "guesses alone": (grid(["致贫主因", "户主名"], ["1"] * 2),
        f"""table: events{GUESS}
    header_rows: [1]
    columns:
      {{}}  # strike out these signs when you keep a line below
      # ? consent_date: "户主名"   # 户主签字时间, 72
    # still missing: household_id, event, event_date: map a header above, or write constants: {{household_id: …}}
"""),
    "nothing known": (grid(["甲", "乙"], ["丙", ""]), f"table: none{GUESS}\n"),
    "rows of data": (grid(["1", "2", "正定镇"], ["3", "4", "x"]), f"table: none{NONE}\n"),
    "data beside a header or two": (grid(["户编号", "变动", "3.5"], ["1", "x", "2"]), f"table: none{NONE}\n"),
    "a number of a person": (grid(["户编号", "变动", "备注13812345678"], ["1", "x", "2"]), f"table: none{NONE}\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", DRAFTS)
def test_the_draft_of_a_sheet(case):
    sheet, expected = DRAFTS[case]
    name = '"a[*][[]b][?]"' if sheet.sheet.startswith("a") else '"表"'
    assert drafts._sheet("x.xlsx", sheet) == f'  - file: "x.xlsx"\n    sheet: {name}\n    ' + expected


def test_a_draft_begins_with_what_to_do_and_leaves_empty_sheets_out():
    assert drafts.draft([("x.xlsx", grid()), ("y.xlsx", grid(["甲"]))]) == (
        "# A draft: check every line, strike out what is wrong, then give it to `tuopin import` with --layout.\n"
        '# Lines without a sign are sure (a known header); "# ?" marks a guess, with its confidence of 100.\n'
        'title: ""\n# year: 2016   # of the forms: from 2018 some codes mean other things\nsheets:\n'
        f'  - file: "y.xlsx"\n    sheet: "表"\n    table: none{GUESS}\n'
    )


def test_a_header_stands_for_one_column_and_the_likelier_one_goes_first():
    head = shapes.header(grid(["与户主关", "户编号", "与户主关系是", "乡"], ["1"] * 4))
    found = drafts._guesses(head, ("persons",))
    assert [(text, column) for text, column, _ in found] == [("与户主关系是", "relation")]


def test_three_known_headers_make_a_header_whatever_stands_beside_them():
    assert not drafts._is_data(shapes.header(grid(["户编号", "变动类别", "变动时间", "2016"], ["1"] * 4)))
    assert drafts._is_data(shapes.header(grid(["户编号", "变动类别", "2016"], ["1"] * 3)))


def test_how_alike_two_headers_are():
    assert drafts._alike("致贫主因", "主要致贫原因") == pytest.approx(
        0.9 * 100 * 4 / 6**0.5 / 2
    )  # all of its signs, in any order
    assert drafts._alike("变动时间的", "变动时间") == fuzz.WRatio("变动时间的", "变动时间")  # as they stand
    assert drafts._alike("变动日期", "变动时间") == 0.9 * fuzz.token_set_ratio("变 动 日 期", "变 动 时 间")  # in any order
    assert drafts._alike("乡", "镇") == 0
