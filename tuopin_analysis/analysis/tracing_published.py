"""The figures of tables about published ones: the source file and line of each, not rows of the register."""

from collections.abc import Callable

import pandas as pd

from tuopin_analysis.analysis.published import TOTALS
from tuopin_analysis.analysis.tracing import Condition, Formula, Given, Node, Sum
from tuopin_analysis.analysis.tracing_tables import UNIT, Case, Report, Row

Figures = dict[str, Callable[[], Node]]
KEYS = {"townships": "township_code", "villages": "village_code", "causes": "cause_main", "register": "item"}


def given(report: Report, file: str, key: str, column: str) -> Node:
    """One published figure: its value and where it stands."""
    frame = report.published.get(file, pd.DataFrame())
    found = frame.index[frame[KEYS.get(file, "township_code")] == key] if len(frame) else []
    if not len(found):
        return Formula("not_published")
    return Given(frame.loc[found[0], column], f"data/published/{file}.csv", int(found[0]) + 2, column)  # line 1 is the header


def reconciliation(row: Row, report: Report) -> Figures:
    """`published.reconciliation`: counted here, published there, and the gap."""
    table, key, unit = row["table"], row["key"], row["unit"]
    groups = report.rules.cause_groups
    where: dict[str, tuple[Condition, ...]] = {
        "register": (),
        "townships": (("township_code", "==", key),),
        "villages": (("village_code", "==", key),),
        "causes": (("cause_main", "in", tuple(groups.get(key, [key]))),),
    }
    counted = Sum("households", (*report.here, *where[table]), UNIT[unit])
    elsewhere = table == "causes" and report.scope != "county"  # causes are published for the county alone
    column = "value" if table == "register" else unit
    stated = Formula("not_published") if elsewhere else given(report, table, key, column)
    gap = Formula("difference", {"counted": counted, "less": stated})
    return {"counted": lambda: counted, "published": lambda: stated, "gap": lambda: gap}


def audit(row: Row, report: Report) -> Figures:
    """`published.audit`: sums and stated shares against the published counts."""
    table, *parts = row["item"].split(".")
    item = {unit: item for item, unit in TOTALS.items()}
    if table == "register":
        stated = given(report, "register", parts[0], "value")
        return _audited(Formula("percent", {"stated": stated}), Formula("not_published"), Formula("digits", {"stated": stated}))
    if len(parts) == 1:
        frame, key = report.published[table], KEYS[table]
        sums = {str(name): given(report, table, str(name), parts[0]) for name in frame[key]}
        return _audited(given(report, "register", item[parts[0]], "value"), Formula("total", sums), Formula("not_published"))
    cause, share = parts
    unit = share.removeprefix("share_")
    stated = given(report, table, cause, f"{share}_stated")
    whole = given(report, "register", item[unit], "value")
    computed = Formula("ratio", {"part": given(report, table, cause, unit), "whole": whole})
    return _audited(Formula("percent", {"stated": stated}), computed, Formula("digits", {"stated": stated}))


def _audited(stated: Node, computed: Node, digits: Node) -> Figures:
    return {"stated": lambda: stated, "computed": lambda: computed, "digits": lambda: digits}


def incidence(case: Case) -> Figures:
    """`townships.incidence`: registered persons over a rural population that somebody gave."""
    people = given(case.report, "population", case.row["township_code"], "rural_population")
    return {
        "rural_population": lambda: people,
        "headcount_ratio": lambda: Formula("ratio", {"part": case.own("persons"), "whole": people}),
    }


TABLES: dict[str, Callable[[Row, Report], Figures]] = {"published.reconciliation": reconciliation, "published.audit": audit}
