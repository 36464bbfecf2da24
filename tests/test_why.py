"""`tuopin why`: rules with thresholds at their edges, and the answer for households of the demonstration register."""

import json
from datetime import date

import pandas as pd
import pytest

from tuopin_analysis import cli_frames_acceptance, cli_frames_dynamics, paths
from tuopin_analysis import rules as rulebook
from tuopin_analysis.analysis import why
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import load, lookup
from tuopin_analysis.report import sentences_why

RULES = rulebook.read("hebei-2016")
DAY, BASELINE = date(2016, 12, 31), date(2016, 1, 1)
NONE = pd.DataFrame({"event": [], "event_date": [], "event_income_per_person_yuan": []})


def household(**changes):
    known = {"income_per_person_yuan": 2000.0, "attribute": "general", "exit_date": pd.NaT, "n_relapses": 0,
             "planned_exit_date": pd.NaT, "is_overdue": 0, "is_early": 0, "days_early": None}  # fmt: skip
    return known | changes


def exits(*incomes):
    return pd.DataFrame(
        {"event": "exit", "event_date": pd.Timestamp("2016-11-30"), "event_income_per_person_yuan": list(incomes)}
    )


def held(home, events=NONE, rule_set=RULES):
    judged = why.rules(home, events, rule_set, baseline=BASELINE, as_of=DAY)
    return dict(zip(judged["rule"], judged["holds"], strict=True)), judged


@pytest.mark.parametrize(
    ("income", "below", "near"),
    [(2854.99, True, False), (2855.0, False, True), (3140.49, False, True), (3140.5, False, False), (None, None, None)],
)
def test_the_line_and_what_is_near_it(income, below, near):
    found, _ = held(household(income_per_person_yuan=income))
    assert (found["income_below_line"], found["near_line"]) == (below, near)


def test_a_rule_set_without_a_margin_has_nothing_near_the_line():
    found, _ = held(household(), rule_set=RULES.model_copy(update={"near_line": None}))
    assert "near_line" not in found


def test_what_a_household_counts_as():
    none = pd.DataFrame()
    assert why.standing(held(household())[1], none) == ["poor"]
    out = household(exit_date=pd.Timestamp("2016-11-30"), n_relapses=1)
    assert why.standing(held(out)[1], none) == ["out", "relapsed", "at_risk"]
    rash = household(
        exit_date=pd.Timestamp("2016-11-30"), days_early=120, is_early=1, planned_exit_date=pd.Timestamp("2017-03-30")
    )
    assert why.standing(held(rash, exits(2800.0))[1], none) == ["out", "rash", "at_risk"]
    late = household(planned_exit_date=pd.Timestamp("2016-10-01"), is_overdue=1)
    assert why.standing(held(late)[1], pd.DataFrame({"code": ["x"]})) == ["poor", "overdue", "doubtful"]
    assert held(household(attribute="allowance"))[0]["below_allowance"]


def test_without_plan_or_income_nothing_is_judged():
    found, _ = held(household(), exits(None))
    assert found["overdue"] is None
    assert found["early_exit"] is None
    assert found["exit_below_line"] is None


def test_each_household_stands_in_the_tables_as_they_count_it(run):
    from tuopin_analysis import cli_frames
    from tuopin_analysis.analysis import causes

    rows = cli_frames.counted({"register": "demo", "as_of": "2016-12-31", "rules": "hebei-2016"})[0]
    homes = rows.frames["households"]
    named = [dict(why.tables(row, RULES)) for row in homes.to_dict("records")]
    shares = causes.shares(load.households("demo"), RULES.cause_groups).set_index("cause_main")["households"]
    assert pd.Series([one["causes.shares"]["cause_main"] for one in named]).value_counts().to_dict() == shares.to_dict()


def test_an_answer_names_facts_rules_and_tables_and_no_person(run):
    status, out, _ = run("why", "1301231002030001", "--lang", "en", "--as-of", "2017-12-31")
    assert status == 0
    for text in ("counted as out of poverty", "No: net income per person below the poverty line (5,020; line 2,855",
                 "19 September 2017 exit", "causes.shares cause_main=illness"):  # fmt: skip
        assert text in out
    from tuopin_analysis.register.cached import loaded

    names = loaded("demo").protected("persons")["name"].dropna()
    assert not [name for name in names.unique() if len(name) > 1 and name in out]


def test_a_day_before_the_exit_says_poor(run):
    _, out, _ = run("why", "1301231002030001", "--as-of", "2017-09-18", "--json")
    told = json.loads(out)
    assert told["standing"] == ["poor"]
    assert told["events"] == []


def test_without_a_day_the_household_is_counted_as_the_pages_count_it(run):
    assert json.loads(run("why", "1301231002030001", "--json")[1])["as_of"] == "2016-12-31"  # the register goes on to 2017-12-31
    assert run("why", "1301231002030001", "--lang", "en")[1] == (
        run("why", "1301231002030001", "--lang", "en", "--as-of", "2016-12-31")[1])  # fmt: skip


def test_who_is_on_the_lists_of_pages_is_told_so(run):
    given = {"register": "demo", "as_of": "2016-12-31", "rules": "hebei-2016"}
    exits, watched = cli_frames_acceptance.listed(given), cli_frames_dynamics.watched(given)
    assert len(exits) > 40
    for number in {exits["household_id"].iloc[0], *watched.groupby("is_listed")["household_id"].first()}:
        told = json.loads(run("why", number, "--json")[1])
        broken = exits[exits["household_id"] == number]
        assert [one["rule"] for one in told["untrue"]] == list(broken["rule"])
        row = watched[watched["household_id"] == number].iloc[0]
        assert [(one["risk_reasons"], one["is_listed"]) for one in told["watched"]] == [(row["risk_reasons"], row["is_listed"])]
        lists = {one["table"] for one in told["tables"]} & {"acceptance.untrue_list", "dynamics.risks"}
        expected = {"acceptance.untrue_list": len(broken) > 0, "dynamics.risks": row["is_listed"]}
        assert lists == {name for name, is_on in expected.items() if is_on}
        assert "doubtful" in told["standing"] or broken.empty
        assert "at_risk" in told["standing"] or not row["is_listed"]


def test_the_lists_of_pages_in_words(run):
    _, out, _ = run("why", "1301231022010003", "--lang", "en")
    for text in ("out of poverty; a sign of haste; at risk; doubtful",
                 "exit of 27 September 2016: false, income below the line (income 2,714.36 yuan, line 2,855 yuan)",
                 "Yes: on the list of households to watch (income below the line; last income 2,714.36 yuan)",
                 "acceptance.untrue_list household_id=1301231022010003\n"):  # fmt: skip
        assert text in out
    _, out, _ = run("why", "1301231032110006")
    assert "是：列入防返贫关注名单（收入临近贫困线、有大病成员、无劳动力、收入主要靠转移；最近一次人均收入2,943.07元）" in out
    assert "存疑的退出\n  2016年12月20日退出：数字脱贫，" in out


def test_doubts_and_rows_set_aside_say_where_they_stand(run):
    _, out, _ = run("why", "1301231002100001")
    assert "有疑点" in out
    assert "households.xlsx，工作表贫困户信息，第27行，列年人均纯收入" in out
    status, out, _ = run("why", "1301231002040003")
    assert status == 0
    assert "已搁置" in out
    assert "value.missing" in out


def test_an_unknown_household_is_told_by_numbers_alone(run):
    status, out, err = run("why", "1301231002030009")
    assert (status, out) == (2, "")
    assert "1,695" in err
    assert "17 set aside" in err
    assert "did you mean" not in err
    assert "1301231002030001" not in err
    with pytest.raises(InputError):
        lookup.household("demo", "")


def test_every_rule_has_words_in_both_languages():
    row = {"value": 1.0, "threshold": 2.0, "holds": None, "key": "k"}
    rules = held(household(attribute="allowance"), exits(1.0))[1]["rule"]
    assert all(sentences_why.rule(row | {"rule": rule}, "zh") != sentences_why.rule(row | {"rule": rule}, "en") for rule in rules)


def test_the_example_of_the_documentation_is_what_is_printed(run):
    text = (paths.ROOT / "docs" / "tracing.md").read_text(encoding="utf-8")
    command, _, shown = text.partition("$ tuopin why ")[2].partition("```")[0].partition("\n")
    printed = run("why", *command.split())[1]
    assert shown.strip()
    for part in shown.split("  …\n"):
        assert part in printed
