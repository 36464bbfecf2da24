"""The figures of the tables on townships and units side by side, and on the county's goals: see `tracing_figures`."""

from collections.abc import Callable

from tuopin_analysis.analysis import tracing_targets
from tuopin_analysis.analysis.supervision import COMPLAINTS, INDICATORS
from tuopin_analysis.analysis.supervision_units import INDICATORS as OF_UNITS
from tuopin_analysis.analysis.tracing import Condition, Formula, Node, Sum
from tuopin_analysis.analysis.tracing_tables import STOOD_OUT, UNIT, Case, Report, Row, Table, of_counts

Figures = dict[str, Callable[[], Node]]
_PLACE = Table(("township_code",), "county", left=STOOD_OUT)
HOMES, EXITS, ABOUT, ROWS, HELPED = (f"supervision_{name}" for name in ("households", "exits", "complaints", "rows", "help"))
_FLAGS = {"with_plan": "plans", "no_plan": "plans", "no_measure": "measures", "no_helper": "responsible", "upheld": "complaints"}
_HELPED = {"households": "", "actual_households": "", "remaining_households": "", "planned_to_date_households": "plans",
           "overdue_households": "plans", "no_measure_households": "measures"}  # fmt: skip


def _recorded(node: Node, table: str) -> Node:
    """A figure, missing where the register has no row of a table."""
    records = Sum(HOMES, (), f"{table}_on_record")
    return Formula("recorded", {"counted": node, "records": records}) if table else node


def _ratio(part: Node, whole: Node) -> Formula:
    return Formula("ratio", {"part": part, "whole": whole})


def _counts(here: tuple[Condition, ...]) -> Figures:
    """What `supervision.table` counts beside the tasks, of a township or of the county."""
    found: Figures = {
        f"{flag}_households": lambda flag=flag, table=table: _recorded(Sum(HOMES, here, flag), table)  # type: ignore[misc]
        for flag, table in _FLAGS.items()
    }
    found |= {name: lambda name=name: Sum(EXITS, here, name) for name in ("exits_recorded", "doubtful_exits")}  # type: ignore[misc]
    found |= {
        name: lambda name=name: _recorded(Sum(ABOUT, here, name), "complaints")  # type: ignore[misc]
        for name in COMPLAINTS
    }
    return found | {
        "rows_read": lambda: Sum(ROWS, (*here, ("township_code", "filled", None))),
        "rows_doubtful": lambda: Sum(ROWS, (*here, ("township_code", "filled", None)), "rows_doubtful"),
    }


def _of_place(row: Row, report: Report, county: bool = False) -> Figures:
    """All counts of a township, or of the whole county."""
    case = Case(Table((), "county", left=STOOD_OUT) if county else _PLACE, row, report)
    found = of_counts(case) | tracing_targets.of_place(case)
    return found | _counts(case.conditions(case.table.keys))


def table(row: Row, report: Report) -> Figures:
    """`supervision.table`: one row per township."""
    found = _of_place(row, report)
    return found | {"target_reached": lambda: _ratio(found["actual_persons"](), found["target_persons"]())}


def tasks(row: Row, report: Report) -> Figures:
    """`tasks.by_place`: one row per township."""
    found = table(row, report)
    found["with_measure_households"] = lambda: _less(found["households"](), found["no_measure_households"](), "measures")
    found["helped_households"] = lambda: _less(found["remaining_households"](), found["no_helper_households"](), "responsible")
    return found


def _less(counted: Node, less: Node, table: str) -> Node:
    return _recorded(Formula("difference", {"counted": counted, "less": less}), table)


def _of_unit(row: Row) -> Figures:
    """The counts of a helping unit, or without one of all."""
    here: tuple[Condition, ...] = (("helping_unit", "==", row["helping_unit"]),) if row.get("helping_unit") else ()
    found: Figures = {
        name: lambda name=name, table=table: _recorded(Sum(HELPED, here, name), table)  # type: ignore[misc]
        for name, table in _HELPED.items()
    }
    return found | {
        name: lambda name=name: _recorded(Sum(ABOUT, here, name), "complaints")
        for name in ("complaints_received", "complaints_upheld")
    }


def units(row: Row, _report: Report) -> Figures:
    """`supervision.units`: one row per unit, its households of the whole county."""
    found = _of_unit(row)
    return found | {"rate": lambda: _ratio(found["actual_households"](), found["households"]())}


def compared(row: Row, report: Report) -> Figures:
    """`supervision.ranks` and `supervision.verdicts`: an indicator of a township, or of a unit where one is named."""
    of_unit = bool(row.get("helping_unit"))
    cases, base = (OF_UNITS if of_unit else INDICATORS)[row["indicator"]]
    own = _of_unit(row) if of_unit else _of_place(row, report)
    county = _of_unit({}) if of_unit else _of_place(row, report, county=True)
    return _rated(own, cases, base) | {"county_rate": lambda: _ratio(county[cases](), county[base]())}


def indicators(row: Row, report: Report) -> Figures:
    """`supervision.indicators`: an indicator of the whole county."""
    cases, base = INDICATORS[row["indicator"]]
    return _rated(_of_place(row, report, county=True), cases, base)


def _rated(found: Figures, cases: str, base: str) -> Figures:
    """Cases of a base and their rate; without a base, or where no case can be known, nothing is compared."""
    parts = {"cases": found[cases](), "base": found[base]()}
    told: Figures = {name: lambda part=part: Formula("compared", {"counted": part, **parts}) for name, part in parts.items()}  # type: ignore[misc]
    return told | {"rate": lambda: _ratio(*parts.values())}


def registered(_row: Row, report: Report) -> Figures:
    """`goals.register`: all households and persons of the county, those out and those not."""
    found: Figures = {}
    for unit, weight in UNIT.items():
        found |= {
            unit: lambda weight=weight: Sum("households", (), weight),  # type: ignore[misc]
            f"remaining_{unit}": lambda weight=weight: Sum("households", (("is_remaining", "==", True),), weight),  # type: ignore[misc]
            f"actual_{unit}": lambda weight=weight: Sum("households", (("is_remaining", "==", False),), weight),  # type: ignore[misc]
        }
    return found | {"share_actual": lambda: _ratio(found["actual_persons"](), found["persons"]())}


def nothing(_row: Row, _report: Report) -> Figures:
    """A table whose figures are all computed."""
    return {}


TABLES: dict[str, Callable[[Row, Report], Figures]] = {
    "townships.tasks": tasks,
    "supervision.table": table, "supervision.ranks": compared, "supervision.verdicts": compared, "supervision.units": units,
    "supervision.indicators": indicators, "supervision.composite": nothing, "goals.register": registered,
    "goals.table": nothing, "goals.series": nothing,
}  # fmt: skip
KEYS: dict[str, tuple[str, ...]] = {  # by table: the columns that name a row
    "townships.tasks": ("township_code",),
    "supervision.table": ("township_code",), "supervision.ranks": ("indicator", "township_code"),
    "supervision.verdicts": ("township_code", "helping_unit", "indicator"), "supervision.units": ("helping_unit",),
    "supervision.indicators": ("indicator",), "supervision.composite": ("township_code",), "goals.register": (),
    "goals.table": ("goal_indicator",), "goals.series": ("goal_indicator", "indicator_year"),
}  # fmt: skip
_RANKS = "simulated by analysis.ranking.draws from the counts of supervision.ranks (cases, base), seed and draws of the rule set"
_FILE = "from the register's indicators.csv (of the demonstration: data/goals/demo.csv), on the line that goals.series names"
_WHY: dict[tuple[str, ...], tuple[tuple[str, ...], str]] = {
    ("supervision.ranks", "supervision.verdicts"): (
        ("rate_lo", "rate_hi", "limit_lo", "limit_hi"),
        "computed by analysis.ranking (wilson, limits) from cases, base and county_rate of the same row",
    ),
    ("supervision.units",): (("rank", "rank_lo", "rank_hi"), _RANKS),
    ("supervision.indicators",): (("weight",), "of the rule set, supervision.weights, as a share of those on record"),
    ("supervision.composite",): (
        ("score", "rank", "rank_lo", "rank_hi", "rank_weights_lo", "rank_weights_hi", "rank_dropped_lo", "rank_dropped_hi"),
        "computed by analysis.composite from the shrunken rates of supervision.ranks and the weights of supervision.indicators",
    ),
    ("townships.tasks",): (("helping_units",), "counted by analysis.tasks from the rows of responsible, each unit once"),
    ("goals.series",): (("indicator_year", "county_value", "provincial_mean", "distance", "line"), _FILE),
    ("goals.table",): (
        ("indicator_year", "county_value", "provincial_mean", "distance", "years", "target_value"),
        f"{_FILE}; persons not yet out are those of goals.register; targets are those of data/goals/indicators.csv",
    ),
}  # fmt: skip
COMPUTED: dict[tuple[str, str], str] = {  # table and column: from what, and by which function, a figure that is no sum comes
    (key, column): why for keys, (columns, why) in _WHY.items() for key in keys for column in columns
}
COMPUTED |= {(key, column): _RANKS for key in ("supervision.ranks", "supervision.verdicts")
             for column in ("rate_shrunken", "rank", "rank_lo", "rank_hi")}  # fmt: skip
COMPUTED |= {("goals.table", column): "computed by analysis.goals.slope from the rows of goals.series"
             for column in ("trend_yearly", "distance_trend_yearly")}  # fmt: skip
