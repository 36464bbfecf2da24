"""The figures of the tables on exits and their acceptance: see `tracing_figures`.

Frames of `cli_frames_acceptance`: exits (one row per exit of the county, judged), untrue (one row per exit and rule that it
breaks or, of a demonstration register, is planted to break), rechecks (one row per household looked at again).
"""

from collections.abc import Callable

from tuopin_analysis.analysis import acceptance, rechecks, untrue
from tuopin_analysis.analysis.tracing import Condition, Formula, Node, Sum
from tuopin_analysis.analysis.tracing_tables import UNIT, Report, Row

Figures = dict[str, Callable[[], Node]]
EXITS, UNTRUE, RECHECKS = "exits_judged", "untrue_exits", "rechecks"


def _of_states(row: Row, report: Report, column: str, states: tuple[str, ...]) -> Figures:
    def exits(state: str, unit: str) -> Sum:
        return Sum(EXITS, (*report.here, (column, "==", state)), UNIT[unit])

    return {f"{state}_{unit}": lambda state=state, unit=unit: exits(state, unit) for state in states for unit in UNIT}  # type: ignore[misc]


def items(row: Row, report: Report) -> Figures:
    """`acceptance.items`: the share is of the exits with the item on record."""
    column = f"item_{row['standard_item']}"
    known = Sum(EXITS, (*report.here, (column, "in", ("met", "not_met"))))
    met = Sum(EXITS, (*report.here, (column, "==", "met")))
    found = _of_states(row, report, column, acceptance.ITEM_STATES)
    partly = row["standard_item"] == "all" and row["not_recorded_households"] != "0"
    share = Formula("partly_recorded") if partly else Formula("ratio", {"part": met, "whole": known})
    return found | {"share_met": lambda: share}


def steps(row: Row, report: Report) -> Figures:
    """`acceptance.steps`: the share is of the exits whose register keeps the step."""
    column = f"step_{row['exit_step']}"
    kept = Sum(EXITS, (*report.here, (column, "in", acceptance.STEP_STATES[:-1])))
    fine = Sum(EXITS, (*report.here, (column, "==", "on_record")))
    found = _of_states(row, report, column, acceptance.STEP_STATES)
    return found | {"share_on_record": lambda: Formula("ratio", {"part": fine, "whole": kept})}


def doubtful(row: Row, report: Report) -> Figures:
    """`acceptance.doubtful`: exits, and each household once."""
    own: Condition = (("is_untrue", "==", 0)) if row["kind"] == "none" else (f"is_{row['kind']}", "==", 1)
    exits = Sum(EXITS, (*report.here, own))
    once: Condition = (f"once_{row['kind']}", "==", True)
    found: Figures = {unit: lambda unit=unit: Sum(EXITS, (*report.here, once), UNIT[unit]) for unit in UNIT}  # type: ignore[misc]
    whole = Sum(EXITS, report.here)
    return found | {"exit_count": lambda: exits, "share_exits": lambda: Formula("ratio", {"part": exits, "whole": whole})}


def rules(row: Row, report: Report) -> Figures:
    """`acceptance.untrue`: exits that break a rule, and each household once."""
    column, here = untrue.column_of(row["rule"]), report.here
    broken = (*here, ("rule", "==", row["rule"]), ("is_found", "==", True))
    found: Figures = {
        unit: lambda unit=unit: Sum(UNTRUE, (*broken, ("is_once", "==", True)), UNIT[unit])  # type: ignore[misc]
        for unit in UNIT
    }
    return found | {
        "exit_count": lambda: Sum(UNTRUE, broken),
        "not_recorded": lambda: Sum(EXITS, (*here, (column, "==", "not_recorded"))),
    }


def planted(row: Row, report: Report) -> Figures:
    """`acceptance.planted`: found, planted, both, or one of them."""
    own = (*report.here, ("rule", "==", row["rule"]))
    found: Condition = ("is_found", "==", True)
    key: Condition = ("is_planted", "==", True)
    return {
        "exit_count": lambda: Sum(UNTRUE, (*own, found)),
        "planted": lambda: Sum(UNTRUE, (*own, key)),
        "planted_found": lambda: Sum(UNTRUE, (*own, found, key)),
        "missed": lambda: Sum(UNTRUE, (*own, key, ("is_found", "==", False))),
        "false_alarms": lambda: Sum(UNTRUE, (*own, found, ("is_planted", "==", False))),
    }


def bunching(row: Row, report: Report) -> Figures:
    """`acceptance.bunching`: the counts that the test is made of."""
    own: Condition = ("township_code", "==", row["township_code"])
    return {
        "n": lambda: Sum(EXITS, (own, ("income_step", ">=", 0))),
        "just_over": lambda: Sum(EXITS, (own, ("income_step", "==", 0))),
        "just_below": lambda: Sum(EXITS, (own, ("income_step", "==", -1))),
    }


def _with_income(row: Row) -> Sum:
    return Sum(EXITS, (("township_code", "==", row["township_code"]), ("last_digit", ">=", 0)))


def last_digits(row: Row, report: Report) -> Figures:
    """`acceptance.digits`: exits with an income."""
    return {"n": lambda: _with_income(row)}


def heaping(row: Row, report: Report) -> Figures:
    """`acceptance.heaping`: exits with an income that is a multiple."""
    heaped = Sum(EXITS, (("township_code", "==", row["township_code"]), ("multiple_yuan", ">=", int(row["heap_yuan"]))))
    whole = _with_income(row)
    return {
        "n": lambda: whole,
        "heaped_exits": lambda: heaped,
        "share_heaped": lambda: Formula("ratio", {"part": heaped, "whole": whole}),
    }


def rates(row: Row, report: Report) -> Figures:
    """`acceptance.rechecks` and `acceptance.rechecks_by_township`: what was checked and found wrong, in the unit of the rate."""
    kind = row["recheck_kind"]
    own: tuple[Condition, ...] = (("recheck_kind", "==", kind),)
    own = (*own, ("township_code", "==", row["township_code"])) if "township_code" in row else own
    weight = "persons" if rechecks.UNIT[kind] == "persons" else ""
    checked, wrong = Sum(RECHECKS, own, weight), Sum(RECHECKS, (*own, ("is_right", "==", False)), weight)
    right = Sum(RECHECKS, (*own, ("is_right", "==", True)), weight)
    return {
        "checked": lambda: checked,
        "wrong": lambda: wrong,
        "checked_households": lambda: Sum(RECHECKS, own),
        "rate": lambda: Formula("ratio", {"part": right if kind == "satisfaction" else wrong, "whole": checked}),
    }


TABLES: dict[str, Callable[[Row, Report], Figures]] = {
    "acceptance.items": items, "acceptance.steps": steps, "acceptance.doubtful": doubtful, "acceptance.untrue": rules,
    "acceptance.planted": planted, "acceptance.bunching": bunching, "acceptance.digits": last_digits,
    "acceptance.heaping": heaping, "acceptance.rechecks": rates, "acceptance.rechecks_by_township": rates,
}  # fmt: skip
KEYS: dict[str, tuple[str, ...]] = {  # by table: the columns that name a row
    "acceptance.items": ("standard_item",),
    "acceptance.steps": ("exit_step",),
    "acceptance.doubtful": ("kind",),
    "acceptance.untrue": ("rule",),
    "acceptance.untrue_list": ("rule", "household_id", "exit_date"),
    "acceptance.planted": ("rule",),
    "acceptance.bunching": ("township_code",),
    "acceptance.digits": ("township_code",),
    "acceptance.heaping": ("township_code", "heap_yuan"),
    "acceptance.rechecks": ("recheck_kind",),
    "acceptance.rechecks_by_township": ("recheck_kind", "township_code"),
}
_CURVE = "by bunching.by_township, from the exits of acceptance.bunching's township in each class of income (bunching.histogram)"
_DIGITS = "by digits.last_digits, from the exits of each last digit (digits.counted)"
_HEAPS = "by digits.heaping, from n and heaped_exits of the row"
_RATES = "by rechecks.rates, from rate and effective of the row (Wilson's interval), against the rule set's threshold"
_KISH = "by rechecks.rates: the square of checked over the sum of squared sizes of the households of the row"
_RULE = "a threshold of the rule set"
COMPUTED: dict[tuple[str, str], str] = {  # table and column: from what, and by which function, a figure that is no sum comes
    ("acceptance.steps", "days_required"): _RULE,
    **{("acceptance.bunching", name): _CURVE for name in ("expected", "statistic", "p_value", "q_value", "is_bunched")},
    **{("acceptance.digits", name): _DIGITS for name in ("statistic", "p_value", "q_value")},
    **{("acceptance.heaping", name): _HEAPS for name in ("p_value", "q_value")},
    ("acceptance.heaping", "heap_yuan"): _RULE,
    ("acceptance.untrue_list", "household_id"): "a household's number, which names the row: no figure",
    **{(f"acceptance.{table}", name): _RATES for table in ("rechecks", "rechecks_by_township") for name in ("low", "high")},
    **{(f"acceptance.{table}", "threshold"): _RULE for table in ("rechecks", "rechecks_by_township")},
    **{(f"acceptance.{table}", "effective"): _KISH for table in ("rechecks", "rechecks_by_township")},
}
