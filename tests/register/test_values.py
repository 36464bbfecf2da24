from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.register import values

DAYS = st.dates(date(1850, 1, 1), date(2150, 12, 31))


FORMS = ["{:%Y-%m-%d}", "{:%Y/%m/%d}", "{:%Y.%m.%d}", "{0.year}年{0.month}月{0.day}日", "{:%Y%m%d}", "{:%Y-%m-%d} 00:00:00"]


@given(DAYS, st.sampled_from(FORMS))
def test_a_day_is_read_however_it_is_written(day, form):
    assert values.day(form.format(day)) == day


@given(DAYS)
def test_excel_days_and_times_are_read_as_days(day):
    assert values.day(values.text(day)) == day
    assert values.day(values.text(datetime(day.year, day.month, day.day))) == day
    assert values.day(values.text(datetime(day.year, day.month, day.day, 13, 5))) == day


@given(DAYS)
def test_a_month_is_its_first_day(day):
    first = day.replace(day=1)
    assert values.day(f"{day:%Y-%m}") == values.day(f"{day.year}年{day.month}月") == first


@pytest.mark.parametrize("text", ["2016", "2016-13-01", "2016-02-30", "31.12.2016", "三月", "0001-01-01", "9999-12-31", "12"])
def test_what_is_no_day_is_none(text):
    assert values.day(text) is None


@given(st.floats(-1e12, 1e12))
def test_a_number_cell_is_read_exactly(number):
    assert values.number(values.text(number)) == number


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_are_read_with_separators_and_full_width_digits(number):
    wide = str(number).translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    assert values.integer(f"{number:,}") == values.integer(wide) == values.integer(f" {number}.00 ") == number


@pytest.mark.parametrize("text", ["三人", "nan", "inf", "1e999", "2855元", "12,34", "", "1 2", "0x10", "٣"])
def test_what_is_no_number_is_none(text):
    assert values.number(text) is None


@given(st.text())
def test_no_text_breaks_a_parser(text):
    for kind, codes in [("text", ""), ("integer", ""), ("number", ""), ("date", ""), ("id", ""), ("yesno", ""), ("code", "cause"),
                        ("codes", "health")]:  # fmt: skip
        found, unreadable = values.column([text], kind, codes)
        assert len(found) == len(unreadable) == 1
        assert not (unreadable[0] and found.notna()[0])


@pytest.mark.parametrize(("cells", "kind", "codes", "expected"), [
    (["是", "0", True, None], "yesno", "", [True, False, True, None]),
    (["01", 1, "因病", "因病致贫"], "code", "cause", ["illness"] * 4),
    (["残疾,患有大病", "04、03"], "codes", "health", ["serious_illness;disabled"] * 2),
    (["残疾；残疾"], "codes", "health", ["disabled"]),
    ([3.0, "３", None], "integer", "", [3, 3, None]),
    ([" 130199 ", 130199.0], "text", "", ["130199", "130199"]),
])  # fmt: skip
def test_columns_of_each_kind(cells, kind, codes, expected):
    found, unreadable = values.column(cells, kind, codes)
    assert not unreadable.any()
    assert [None if missing else value for value, missing in zip(found, found.isna(), strict=True)] == expected
