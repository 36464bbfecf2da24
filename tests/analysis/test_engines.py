"""Every analysis function gives the same small pandas frame, whatever engine holds the register."""

from datetime import date

import pandas as pd
import pytest
from analysis.samples import ENGINES, GROUPS, RULES, drawn

from tuopin_analysis.analysis import causes, published, targets, townships
from tuopin_analysis.register import published as sources

TARGETS = {"targets": RULES.targets, "rounding": "up"}
COURSE = {"baseline": date(2016, 1, 1), "as_of": date(2017, 3, 14), "settings": RULES.progress, **TARGETS}
FIGURES = {"totals": sources.register_totals(), "townships": sources.townships(), "causes": sources.causes()}
FUNCTIONS = {
    "causes.shares": lambda f: causes.shares(f["households"], GROUPS),
    "causes.shares of the register": lambda f: causes.shares(f["households"]),
    "causes.by_township": lambda f: causes.by_township(f["households"], GROUPS),
    "causes.by_size": lambda f: causes.by_size(f["households"], GROUPS),
    "causes.composition": lambda f: causes.composition(f["persons"], 60),
    "causes.by_composition": lambda f: causes.by_composition(f["households"], f["persons"], GROUPS, 60),
    "causes.combinations": lambda f: causes.combinations(f["households"]),
    "townships.distribution": lambda f: townships.distribution(f["households"]),
    "townships.by_village": lambda f: townships.by_village(f["households"]),
    "townships.location_quotients": lambda f: townships.location_quotients(f["households"], GROUPS),
    "targets.progress": lambda f: targets.progress(f["households"], f["plans"], f["events"], **COURSE),
    "targets.by_place": lambda f: targets.by_place(f["households"], f["plans"], f["events"], **COURSE),
    "targets.by_village": lambda f: targets.by_place(f["households"], f["plans"], f["events"], by="village_code", **COURSE),
    "targets.place_targets": lambda f: targets.place_targets(f["households"], **TARGETS),
    "targets.delays": lambda f: targets.delays(f["households"], f["plans"], f["events"], as_of="2017-03-14"),
    "targets.rash": lambda f: targets.rash(
        f["households"], f["plans"], f["events"], as_of="2017-03-14", settings=RULES.progress, line_yuan=2855
    ),
    "targets.allowance_above_line": lambda f: targets.allowance_above_line(f["households"], 2855, 4000),
    "published.reconciliation": lambda f: published.reconciliation(f["households"], groups=GROUPS, **FIGURES),
}
PLAIN = {"str", "int64", "Int64", "float64", "bool", "boolean", "datetime64[us]"}


@pytest.fixture(scope="module")
def register():
    return drawn()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_engines_agree(register, name):
    expected = FUNCTIONS[name](register)
    assert type(expected) is pd.DataFrame
    assert len(expected)
    assert {str(kind) for kind in expected.dtypes} <= PLAIN
    for engine, convert in ENGINES.items():
        found = FUNCTIONS[name]({table: convert(frame) for table, frame in register.items()})
        pd.testing.assert_frame_equal(found, expected, rtol=0, atol=1e-9, obj=f"{name} by {engine}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_confidence_interval(register, name):
    columns = FUNCTIONS[name](register).columns
    assert not [column for column in columns if any(word in column for word in ("lower", "upper", "confidence", "ci_", "error"))]


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"causes.composition"}))
def test_nobody_at_all(register, name):
    empty = {table: frame.iloc[:0] for table, frame in register.items()}
    found = FUNCTIONS[name](empty)
    shares = [column for column in found.columns if column.startswith(("share_", "location_quotient"))]
    assert found[shares].isna().all(axis=None), "a share of nothing is missing, not 0"


def test_the_input_is_left_alone(register):
    before = {table: frame.copy() for table, frame in register.items()}
    for function in FUNCTIONS.values():
        function(register)
    for table, frame in register.items():
        pd.testing.assert_frame_equal(frame, before[table])
