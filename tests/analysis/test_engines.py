"""Every analysis function gives the same small pandas frame, whatever engine holds the register."""

import importlib
import inspect
import pkgutil
from datetime import date
from functools import cache
from typing import get_args

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from analysis import dynamics_rows
from analysis.exit_samples import SETTINGS, STEPS, drawn_exits
from analysis.samples import GROUPS, RULES, drawn
from engines import ENGINES
from narwhals.typing import IntoFrame

from tuopin_analysis import analysis
from tuopin_analysis.analysis import (
    acceptance,
    apportionment,
    bunching,
    causes,
    counts,
    denominators,
    digits,
    disclosure,
    dynamics,
    exit_rates,
    exits,
    flows,
    forecast,
    goals,
    judged,
    milestones,
    near_line,
    poverty,
    published,
    quality,
    rechecks,
    relapse,
    reported,
    signs,
    supervision,
    supervision_units,
    targets,
    tasks,
    timetable,
    townships,
    untrue,
    withholding,
)
from tuopin_analysis.register import checks
from tuopin_analysis.register import published as sources
from tuopin_analysis.register.about import TABLES
from tuopin_analysis.rules_sections import Dynamics, Timetable

DAY = date(2017, 3, 14)
TARGETS = {"targets": RULES.targets, "rounding": "up"}
COURSE = {"baseline": date(2016, 1, 1), "as_of": DAY, "settings": RULES.progress, **TARGETS}
BETWEEN = {"baseline": "2016-01-01", "since": "2016-06-30", "as_of": DAY}
FIGURES = {"totals": sources.register_totals(), "townships": sources.townships(), "causes": sources.causes()}
NOTHING = {"townships": pd.DataFrame(), "causes": pd.DataFrame()}
HASTE = {"as_of": "2017-03-14", "settings": RULES.progress, "line_yuan": 2855}
FORECAST = {"baseline": date(2016, 1, 1), "as_of": DAY, "settings": RULES.part(Timetable).forecast}
BEFORE = {"measure": 60, "review": 20, "consent": 10, "notice": 5}  # of the consent nothing is on record
SIGNS = {name: told for name, told in COURSE.items() if name != "rounding"} | {"timetable": RULES.part(Timetable)}
RUN = pd.DataFrame({"code": ["a", "b"], "severity": ["error", "warning"], "table": "persons", "rows_checked": 9, "state": "run",
                    "reason": "", "message_zh": "甲", "message_en": "A"})  # fmt: skip
ACCOUNT = pd.DataFrame({"table": TABLES, "rows_read": 60, "rows_accepted": 50, "rows_set_aside": 10,
                        "rows_marked": 4})  # fmt: skip


def course(f):
    return f["households"], f["plans"], f["events"]


def recorded(f):
    return f["households"], f["events"], f["changes"]


def records(f):
    return dynamics.replay(*recorded(f), baseline="2016-01-01", as_of=DAY)


def stepped(f):
    """Households, plans, events with two steps of the procedure, and measures begun on days of plans."""
    days = {"review_date": nw.col("event_date"), "notice_start_date": nw.col("event_date")}
    measures = nw.from_native(f["plans"]).rename({"planned_exit_date": "start_date"})
    steps = nw.from_native(f["events"]).with_columns(**days)
    return f["households"], f["plans"], steps.to_native(), measures.to_native()


def cells(cube):
    """A cube of public tables as a frame: one row per layer, township and cause."""
    places = [(layer, place, cause) for layer in cube.households for place in cube.townships for cause in cube.causes]
    values = [int(cube.households[layer][cube.place(place, cause)]) for layer, place, cause in places]
    return pd.DataFrame(places, columns=["layer", "place", "cause"], dtype="str").assign(households=values)


def guarded(f):
    guard = withholding.guard(f["households"], RULES, scope="county", as_of="2017-03-14", edition="public", **NOTHING)
    hidden = [bool(guard.pattern.hides("registered", place, "*")) for place in guard.pattern.cube.townships]
    return cells(guard.pattern.cube).assign(hidden=all(hidden))


def exits_of(f, scope="county"):
    found = judged.judge(f["households"], f["stepped"], f["helped"], f["accepted"], as_of=DAY, rules=RULES, there=STEPS)
    return judged.within(found, scope)


def flagged(f):
    return untrue.flagged(exits_of(f), f["helped"], SETTINGS, STEPS)


# Every function of analysis/ that takes a large frame, by its name; further cases of one have words behind it.
FUNCTIONS = {
    "apportionment.place_targets": lambda f: apportionment.place_targets(f["households"], **TARGETS),
    "causes.shares": lambda f: causes.shares(f["households"], GROUPS),
    "causes.shares of the register": lambda f: causes.shares(f["households"]),
    "causes.by_township": lambda f: causes.by_township(f["households"], GROUPS),
    "causes.by_county": lambda f: causes.by_county(f["households"], GROUPS),
    "causes.by_size": lambda f: causes.by_size(f["households"], GROUPS),
    "causes.composition": lambda f: causes.composition(f["persons"], 60),
    "causes.by_composition": lambda f: causes.by_composition(f["households"], f["persons"], GROUPS, 60),
    "causes.combinations": lambda f: causes.combinations(f["households"]),
    "counts.lazy": lambda f: counts.collect(
        counts.lazy(f["households"], ["size"]).select("household_id", "size"), ["size"]
    ).sort_values("household_id", ignore_index=True),
    "counts.count_by": lambda f: counts.count_by(f["households"], ["cause_main"]),
    "counts.count_places": lambda f: counts.count_places(f["households"], "village_code", ["cause_main"]),
    "denominators.moves": lambda f: denominators.moves(f["households"], f["later"]),
    "disclosure.cube": lambda f: cells(disclosure.cube(f["households"], GROUPS, **NOTHING)),
    "exits.timeline": lambda f: exits.timeline(*course(f)),
    "exits.standing": lambda f: exits.count_flags(
        exits.standing(*course(f), as_of=DAY, early_days=90), ["cause_main"], ["is_planned", "is_out", "is_overdue", "is_early"]
    ),
    "exits.exits_between": lambda f: exits.exits_between(
        f["households"], f["events"], "township_code", after=date(2016, 2, 1), until=DAY, bunch_from=date(2017, 1, 1)
    ).sort_values("township_code", ignore_index=True),
    "exits.delays": lambda f: exits.delays(*course(f), as_of="2017-03-14"),
    "exits.rash": lambda f: exits.rash(*course(f), **HASTE),
    "exits.any_plan": lambda f: pd.DataFrame({"any": [exits.any_plan(f["plans"])]}),
    "exits.allowance_above_line": lambda f: exits.allowance_above_line(f["households"], 2855, 4000),
    "flows.by_place": lambda f: flows.by_place(f["households"], f["later"]),
    "flows.by_place of villages": lambda f: flows.by_place(f["households"], f["later"], by="village_code"),
    "poverty.measures": lambda f: poverty.measures(f["households"], line_yuan=2855),
    "poverty.measures by township": lambda f: poverty.measures(f["households"], line_yuan=2855, by=["township_code"]),
    "published.reconciliation": lambda f: published.reconciliation(f["households"], groups=GROUPS, **FIGURES),
    "quality.within": lambda f: quality.summary(quality.within(f["findings"], f["places"], "130123100").to_native()),
    "quality.rules": lambda f: quality.rules(RUN, f["findings"], f["planted"]),
    "quality.by_place": lambda f: quality.by_place(f["places"], f["findings"], {"130123100": "正定镇"}),
    "quality.completeness": lambda f: quality.completeness(f["households"], "households", ["size", "attribute"]),
    "quality.completeness by township": lambda f: quality.completeness(
        f["households"], "households", ["size", "income_per_person_yuan"], "township_code"
    ),
    "quality.usable": lambda f: quality.usable(checks.usable(), ACCOUNT, f["findings"], f["places"], RUN),
    "quality.summary": lambda f: quality.summary(f["findings"]),
    "targets.progress": lambda f: targets.progress(*course(f), **COURSE),
    "targets.by_place": lambda f: targets.by_place(*course(f), **COURSE),
    "targets.by_place of villages": lambda f: targets.by_place(*course(f), by="village_code", **COURSE),
    "townships.distribution": lambda f: townships.distribution(f["households"]),
    "townships.by_village": lambda f: townships.by_village(f["households"]),
    "townships.location_quotients": lambda f: townships.location_quotients(f["households"], GROUPS),
    "withholding.guard": guarded,
    # of 05_timetable
    "forecast.townships": lambda f: forecast.townships(
        f["households"], f["events"], apportionment.place_targets(f["households"], **TARGETS), **FORECAST
    ),
    "exit_rates.daily": lambda f: exit_rates.daily(f["households"], f["events"]),
    "milestones.by_step": lambda f: milestones.by_step(*stepped(f), as_of=DAY, days_before=BEFORE),
    "milestones.overdue": lambda f: milestones.overdue(*stepped(f), as_of=DAY, days_before=BEFORE),
    "milestones.recorded": lambda f: pd.DataFrame([milestones.recorded(*stepped(f)[2:], BEFORE)]),
    "milestones.scheduled": lambda f: exits.count_flags(
        milestones.scheduled(*stepped(f), as_of=DAY, days_before=BEFORE), ["cause_main"], ["review_in_time", "notice_done_late"]
    ),
    "signs.flagged": lambda f: exits.count_flags(signs.flagged(*stepped(f), **SIGNS), ["township_code"], list(signs.SIGNS)),
    "signs.table": lambda f: signs.table(*stepped(f), **SIGNS),
    "timetable.plans": lambda f: timetable.plans(f["households"], f["plans"], **TARGETS),
    "timetable.levels": lambda f: timetable.levels(f["households"], f["plans"]),
    # of 08_dynamics
    "histories.replay": lambda f: records(f).postings,
    "histories.replay of homes": lambda f: records(f).homes,
    "histories.replay of what is set aside": lambda f: records(f).set_aside,
    "dynamics.both_days": lambda f: dynamics.account(
        *dynamics.both_days(*recorded(f), f["standings"], **BETWEEN)[1:], since="2016-06-30", as_of=DAY
    ),
    "dynamics_breaks.count_of": lambda f: dynamics.count_of(f["standings"], as_of=DAY),
    "dynamics_breaks.last_count": lambda f: dynamics.last_count(f["standings"], as_of="2017-01-31"),
    "relapse.followed": lambda f: relapse.followed(records(f), f["households"], GROUPS),
    "relapse.helped": lambda f: relapse.helped(records(f).spells, f["measures"]),
    "reported.monthly": lambda f: reported.monthly(f["reports"]),
    "reported.compared": lambda f: reported.compared(records(f), f["reports"], as_of=DAY),
    "reported.rows_of_both": lambda f: reported.rows_of_both(records(f), f["reports"]),
    "reported.undated": lambda f: pd.DataFrame({"undated": [reported.undated(f["undated"])]}),
    "near_line.answerable": lambda f: near_line.answerable(f["homes"], f["people"], f["measures"], None),
    "near_line.watched": lambda f: near_line.watched(
        records(f),
        f["homes"],
        f["people"],
        f["events"],
        f["measures"],
        as_of=DAY,
        line_yuan=2855,
        near=RULES.near_line,
        settings=RULES.part(Dynamics),
    ),
    # of 09_acceptance
    "judged.judge": lambda f: judged.tally(exits_of(f), {"short": nw.col("notice_days") < 7, "alike": nw.col("alike") > 1}),
    "judged.judge of a place": lambda f: judged.tally(exits_of(f, "130123103"), {"any": nw.col("exit_day") > 0}),
    "judged.among": lambda f: judged.tally(
        judged.among(exits_of(f), nw.from_native(f["households"]).filter(nw.col("cause_main") == "illness").to_native()),
        {"alike": nw.col("alike") > 1, "any": nw.col("exit_day") > 0},
    ),
    "judged.judge of the poor": lambda f: judged.tally(exits_of(f), {"poor": nw.col("income") < nw.col("line_yuan")}),
    "judged.judge by item": lambda f: acceptance.items(exits_of(f), SETTINGS),
    "judged.judge of all items": lambda f: judged.tally(
        acceptance.with_all(exits_of(f), SETTINGS), {"all": nw.col("item_all") == "met"}
    ),
    "judged.judge by step": lambda f: acceptance.steps(exits_of(f), SETTINGS),
    "judged.judge in number": lambda f: pd.DataFrame([acceptance.number(exits_of(f))]),
    "untrue.flagged": lambda f: judged.tally(flagged(f), {"untrue": nw.col("is_untrue") == 1}),
    "untrue.flagged by rule": lambda f: untrue.rules(flagged(f), SETTINGS),
    "untrue.flagged by kind": lambda f: untrue.doubtful(flagged(f)),
    "untrue.flagged listed": lambda f: untrue.listed(flagged(f), SETTINGS)[
        ["household_id", "exit_date", "kind", "rule", "out_of_order"]
    ],
    "judged.judge by class of income": lambda f: judged.tally(
        bunching.classed(exits_of(f), SETTINGS), {"over": nw.col("income_step") == 0}
    ),
    "judged.judge by township and class of income": lambda f: bunching.histogram(
        bunching.classed(exits_of(f), SETTINGS), SETTINGS
    ),
    "judged.judge of round incomes": lambda f: judged.tally(
        digits.digited(exits_of(f), SETTINGS), {"round": nw.col("multiple_yuan") > 0}
    ),
    "judged.judge by digit": lambda f: digits.counted(digits.digited(exits_of(f), SETTINGS)),
    "rechecks.counted": lambda f: rechecks.counted(f["rechecked"]),
    # of 10_supervision and 11_goals
    "supervision.standing": lambda f: exits.count_flags(
        supervision.standing(*course(f), f["measures"], f["responsible"], f["complaints"], as_of=DAY, early_days=90),
        ["township_code"],
        ["is_out", *supervision.FLAGS],
    ),
    "supervision.exits_judged": lambda f: supervision.summed(
        supervision.exits_judged(
            f["households"], f["events"], f["acceptance"], by="village_code", as_of=DAY, lines=RULES.poverty_line_yuan
        ),
        "village_code",
        supervision.EXITS,
    ),
    "supervision.complaints_judged": lambda f: supervision.summed(
        supervision.complaints_judged(f["complaints"], as_of=DAY, days=60), "unit", supervision.COMPLAINTS
    ),
    "supervision.any_row": lambda f: pd.DataFrame({"any": [supervision.any_row(f["complaints"])]}),
    "supervision_units.helped": lambda f: supervision.summed(
        supervision_units.helped(
            f["responsible"],
            supervision.standing(*course(f), f["measures"], f["responsible"], f["complaints"], as_of=DAY, early_days=90),
            as_of=DAY,
        ),
        "helping_unit",
        ["households", *supervision_units.FLAGS],
    ),
    "tasks.by_place": lambda f: tasks.by_place(
        targets.by_place(*course(f), by="village_code", baseline="2016-01-01", as_of=DAY, **TARGETS, settings=RULES.progress),
        f["households"], f["measures"], f["responsible"], as_of=DAY, by="village_code",
    ),
    "goals.registered": lambda f: goals.registered(f["households"]),
}
PLAIN = {"str", "int64", "Int64", "float64", "bool", "boolean", "datetime64[us]"}
CHECKS = {name for name in FUNCTIONS if name.startswith("quality.")}
NO_SHARES = CHECKS | {"causes.composition", "exits.any_plan", "counts.lazy", "disclosure.cube", "withholding.guard",
                      "supervision.any_row"}  # fmt: skip


def further(homes):
    """Measures, acceptance, helpers and complaints of some of the households, with gaps."""
    rng = np.random.default_rng(5)
    days = pd.Series(pd.date_range("2016-01-01", "2017-06-30"), dtype="datetime64[us]")

    def some(share, **columns):
        rows = homes.loc[rng.random(len(homes)) < share, ["household_id"]].reset_index(drop=True)
        return rows.assign(**{name: make(len(rows)) for name, make in columns.items()})

    def day(n):
        return days.iloc[rng.integers(len(days), size=n)].reset_index(drop=True)

    def perhaps(n):
        return day(n).mask(rng.random(n) < 0.5)

    def unit(n):
        return pd.Series(rng.choice(["甲", "乙", "丙"], size=n), dtype="str")

    def truth(n):
        return pd.Series(rng.choice([True, False, None], size=n), dtype="boolean")

    return {
        "measures": some(0.7, start_date=day),
        "acceptance": some(0.6, acceptance_date=day, has_housing=truth, has_water=truth),
        "responsible": some(0.8, unit=unit, start_date=day, end_date=perhaps),
        "complaints": some(0.4, unit=unit, complaint_date=day, closed_date=perhaps, is_upheld=truth),
    }


@pytest.fixture(scope="module")
def register():
    found = drawn()
    found |= drawn_exits(found)
    later = drawn(2)["households"].iloc[40:]
    later = later.assign(household_id=[f"{number:04}" for number in range(70, 70 + len(later))])
    rows = pd.DataFrame({"table": "persons", "file": "x", "sheet": "y", "row": range(60)})
    places = rows.assign(
        township_code=pd.Series(["130123100", "130123103", None] * 20, dtype="str"), is_accepted=[True, True, False] * 20
    )
    findings = rows.iloc[::3].assign(code="a", severity="error", table="persons")
    findings = pd.concat([findings, rows.iloc[::5].assign(code="b", severity="warning")], ignore_index=True)
    planted = findings.iloc[::2].reset_index(drop=True)
    found |= further(found["households"])
    found["households"]["county_code"] = pd.Series(["130123", "130624"] * 120, dtype="str")
    found |= dynamics_rows.drawn(found["households"], found["persons"])
    return {**found, "later": later.reset_index(drop=True), "places": places, "findings": findings, "planted": planted}


@pytest.fixture(scope="module")
def held(register):
    """The register as an engine holds it; an engine is started when it is first asked for."""
    return cache(lambda engine: {table: ENGINES[engine](frame) for table, frame in register.items()})


def test_every_function_that_takes_a_large_frame_is_tried():
    found = set()
    for module in pkgutil.iter_modules(analysis.__path__):
        for name, function in inspect.getmembers(
            importlib.import_module(f"tuopin_analysis.analysis.{module.name}"), inspect.isfunction
        ):
            takes = [p.annotation for p in inspect.signature(function).parameters.values()]
            own = function.__module__ == f"tuopin_analysis.analysis.{module.name}" and not name.startswith("_")
            if own and any(IntoFrame in (told, *get_args(told)) for told in takes):
                found.add(f"{module.name}.{name}")
    assert len(found) > 25
    assert {name.split()[0] for name in FUNCTIONS} == found


@pytest.mark.parametrize("engine", sorted(set(ENGINES) - {"pandas"}))
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")
def test_engines_agree(register, held, name, engine):
    expected = FUNCTIONS[name](register)
    assert type(expected) is pd.DataFrame
    assert len(expected)
    assert {str(kind) for kind in expected.dtypes} <= PLAIN
    found = FUNCTIONS[name](held(engine))
    pd.testing.assert_frame_equal(found, expected, rtol=0, atol=1e-9, obj=f"{name} by {engine}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_confidence_interval(register, name):
    columns = FUNCTIONS[name](register).columns
    assert not [column for column in columns if any(word in column for word in ("lower", "upper", "confidence", "ci_", "error"))]


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - NO_SHARES))
def test_nobody_at_all(register, name):
    empty = {table: frame.iloc[:0] for table, frame in register.items()}
    found = FUNCTIONS[name](empty)
    shares = [name for name in found.columns if name.startswith(("share_", "location_quotient", "headcount", "poverty_gap"))]
    assert found[shares].isna().all(axis=None), "a share of nothing is missing, not 0"


def test_the_input_is_left_alone(register):
    before = {table: frame.copy() for table, frame in register.items()}
    for function in FUNCTIONS.values():
        function(register)
    for table, frame in register.items():
        pd.testing.assert_frame_equal(frame, before[table])
