from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.register import identity, values

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


@given(DAYS.filter(lambda day: day >= date(1927, 5, 18)))
def test_excels_number_of_a_day_is_read_as_that_day(day):
    number = (day - date(1899, 12, 30)).days
    assert values.day(str(number)) == values.day(values.text(float(number))) == values.day(f"{number}.5") == day


@pytest.mark.parametrize(("cell", "expected"), [
    ("2016", "2016-01-01"), (2016.0, "2016-01-01"), ("2016年", "2016-01-01"), ("2016年12月", "2016-12-01"), (2016.12,
    "2016-12-01"),
    ("201612", "2016-12-01"), ("2016.1", "2016-01-01"), (2016.1, None), ("16", None), ("99999", None), (-1.0, None),
])  # fmt: skip
def test_years_and_months_where_the_form_asks_for_them(cell, expected):
    found, unreadable = values.column([cell], "date_or_year")
    assert unreadable[0] == (expected is None)
    assert (None if unreadable[0] else str(found[0])[:10]) == expected
    if cell in ("2016", 2016.0, "2016年"):
        assert values.column([cell], "date")[1][0]


ROUNDED = "130199198001011000"  # its check digit is wrong


@pytest.mark.parametrize(("cell", "expected"), [
    (1.30199198001011e17, None), ("1.30199E+17", None), ("1.3e+17", None), (ROUNDED, None), (f" {ROUNDED}", None),
    ("13019919800101122x", "13019919800101122X"), ("'130199198001011234", "130199198001011234"), (130199800101123.0,
    "130199800101123"),
    ("１３０１９９", "130199"),
])  # fmt: skip
def test_id_numbers_that_excel_has_rounded_are_unreadable(cell, expected):
    found, unreadable = values.column([cell], "id")
    assert (None if unreadable[0] else found[0]) == expected
    assert values.UNREADABLE["id"] == "rounded"


def test_an_id_number_that_rightly_ends_in_noughts_is_read():
    ends = [f"1301991980010{day:02d}000" for day in range(10, 32)]
    sound = [number for number in ends if identity.is_checked(number)]
    assert sound
    assert [values.id_number(number) for number in sound] == sound
    assert all(values.id_number(number) is None for number in set(ends) - set(sound))


@pytest.mark.parametrize(("cell", "expected"), [
    (3.0, "3"), (3, "3"), ("001", "001"), ("1e5", "1e5"), ("1E5", "1E5"), ("００１", "001"), (" H 1 ", "H1"),
    (130199000001.0, "130199000001"),
    (2.0**53, None), (1234567890123000.0, None), (1234567890123456.0, "1234567890123456"), ("1.30123E+17", None), ("1301E12",
    "1301E12"),
    ("1234567890123000", "1234567890123000"), ("9.9", "9.9"),
])  # fmt: skip
def test_keys_keep_their_signs_and_rounded_ones_are_unreadable(cell, expected):
    found, unreadable = values.column([cell], "key")
    assert (None if unreadable[0] else found[0]) == expected
    assert values.UNREADABLE["key"] == "rounded"


@pytest.mark.parametrize(("written", "unit", "expected"), [
    ("2,855元", "yuan per household and year", 2855), ("3人", "persons", 3), ("3口人", "persons", 3), ("2亩", "mu", 2),
    ("６ 个月", "months per year", 6),
    ("１，２００．５ 元", "yuan per person and year", 1200.5), ("80m²", "square metres", 80), ("1.5公里", "km", 1.5),
    ("1.5万元", "yuan per household and year", None), ("2-3人", "persons", None), ("约2亩", "mu", None), ("三人", "persons",
    None),
    ("500米", "km", None), ("3亩", "persons", None), ("元", "yuan per household and year", None), ("1.2.3元",
    "yuan per household and year", None),
])  # fmt: skip
def test_units_are_taken_off_and_nothing_is_guessed(written, unit, expected):
    assert values.number(values.without_unit(written, unit)) == expected


def test_labels_in_traditional_characters_are_read():
    found, unreadable = values.column(["因殘", "因學"], "code", "cause")
    assert found.to_list() == ["disability", "schooling"]
    assert not unreadable.any()
