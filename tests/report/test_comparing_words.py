"""The words of a comparison: days and brackets by the one rule of all pages."""

from tuopin_analysis.report.comparing_words import Words

TOLD = {"kind": "run", "register": "甲", "baseline": "2016-01-01", "as_of": "2016-12-31", "rules": "r", "edition": "internal"}


def test_days_are_written_as_on_every_page():
    told = dict(Words("zh").side(TOLD, "old"))
    assert (told["登记时点"], told["统计截止"]) == ("2016年1月1日", "2016年12月31日")
    assert "31 December 2016" in dict(Words("en").side(TOLD, "new")).values()
    assert Words("zh").recorded("event", "exit 2016-08-31", "events").endswith(" 2016年8月31日")
    assert Words("zh").recorded("event", "exit ", "events") == Words("zh").recorded("event", "exit", "events")
    assert Words("zh").value("planned_exit_date", "2016-06-30") == "2016年6月30日"
    assert Words("en").value("planned_exit_date", "2016-06-30") == "30 Jun 2016"
    assert Words("zh").value("planned_exit_date", "") == "—"
    assert Words("zh").value("township", "2016-06-30") == "2016-06-30"  # a name, whatever it looks like


def test_numbers_of_rows_stand_in_the_brackets_of_the_language():
    assert Words("zh").fold("county", "causes.shares", 1695) == "全县 · causes.shares（1,695）"
    assert Words("en").fold("county", "causes.shares", 3) == "Whole county · causes.shares (3)"
