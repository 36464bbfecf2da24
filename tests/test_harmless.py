"""Text from a register is text, never code."""

import csv
import io
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from rich.text import Text

from tuopin_analysis import harmless

HOSTILE = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{{7*7}}", "$(reboot)", "../../x", "\u202eabc", "a\u200bb\ufeff",
           "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "-1+1", "$\\frac{1}{0}$", "\x1b]0;t\x07", "[bold]x[/bold]", "\x1b[2J",
           '" onmouseover="x', "[a](javascript:x)", "\U000e0041\u2066\u2069"]  # fmt: skip


@given(st.text())
@pytest.mark.parametrize("write", [harmless.plain, harmless.line, harmless.html])
def test_nothing_unseen_and_no_control_sign_comes_through(write, text):
    made = write(text)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f]", made)
    if write is not harmless.html:
        assert write(made) == made


@given(st.text())
def test_html_holds_no_markup_and_a_terminal_line_no_break(text):
    assert not re.search("[<>\"']", harmless.html(text))
    assert len(harmless.line(text).splitlines()) <= 1


@given(st.text())
def test_rich_prints_what_was_said(text):
    assert Text.from_markup(f"{harmless.rich(text)}[bold]![/bold]").plain == harmless.line(text) + "!"


@given(st.text())
def test_a_csv_cell_is_no_formula_and_gives_the_plain_text_back(text):
    made = harmless.csv_cell(text)
    assert not re.match(r"[\s]*[=+@＝＋＠]", made) or harmless.NUMBER.fullmatch(made)
    assert not re.match(r"\s*[-－−]", made) or harmless.NUMBER.fullmatch(made)
    assert harmless.from_csv_cell(made) == harmless.plain(text)


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_numbers_stay_numbers(number):
    assert harmless.csv_cell(number) is number
    assert harmless.csv_cell(str(number)) == str(number)


def test_a_frame_keeps_its_numbers_and_its_missing_values():
    frame = pd.DataFrame({"=a": ["=1", None], "n": pd.array([-1, None], dtype="Int64"), "x": [-0.5, None]})
    rows = list(csv.reader(io.StringIO(harmless.csv_frame(frame).to_csv(index=False))))
    assert rows == [["'=a", "n", "x"], ["'=1", "-1", "-0.5"], ["", "", ""]]


@given(st.text() | st.sampled_from(HOSTILE))
def test_a_stem_names_a_file_of_its_folder(text):
    made = harmless.stem(text)
    assert made not in ("", ".", "..")
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f$(){}\s]', made)
    assert len(made.encode()) <= 81
    assert not made.startswith((".", "-"))
    assert not harmless.RESERVED.fullmatch(made)


def test_excel_takes_text_for_text(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx", harmless.EXCEL) as book:
        book.add_worksheet().write_column(0, 0, [harmless.plain(text) for text in HOSTILE])
    cells = [cell for (cell,) in load_workbook(tmp_path / "x.xlsx").active.iter_rows()]
    assert all(cell.data_type in ("s", "inlineStr") for cell in cells if cell.value is not None)
    assert not any(cell.hyperlink for cell in cells)


def test_a_figure_takes_a_dollar_for_a_dollar():
    from tuopin_analysis.report import style

    style.use_style("zh")
    drawn, ax = plt.subplots()
    ax.set_title("$\\frac{1}{0$ 村")
    ax.set_yticks([0], ["$a_$"])
    drawn.canvas.draw()
    plt.close(drawn)
