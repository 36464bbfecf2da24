"""Do exits meet the standard, and was the procedure kept? The standard item by item, the procedure step by step, in exits.

An exit counts as one household with the persons it has; a household that left twice counts at each exit (see `judged`). What is
not on record is counted apart, and is in no share.
"""

import narwhals as nw
import pandas as pd

from tuopin_analysis.analysis import counts, judged
from tuopin_analysis.rules_sections import Acceptance

ITEM_STATES = ("met", "not_met", "not_recorded")
STEP_STATES = ("on_record", "missing", "late", "out_of_order", "too_short", "not_kept")


def items(exits: nw.LazyFrame, settings: Acceptance) -> pd.DataFrame:
    """The exit standard, item by item, of exits as `judged.judge` gives them: one row per item of the rule set, and one for all.

    `standard_item`, `met_households, not_met_households, not_recorded_households` and the same of persons (they add up to all
    exits), `share_met` (of the exits with the item on record, by households). The row `all`: met where every item is met, not met
    where one is not, else not recorded; its share is missing unless all is on record, since of the others misses alone are known.
    """
    rows = [*settings.standard, "all"]
    state = {item: {name: nw.col(f"item_{item}") == name for name in ITEM_STATES} for item in rows}
    table = _table(with_all(exits, settings), "standard_item", state)
    known = table["met_households"] + table["not_met_households"]
    share = counts.ratio(table["met_households"], known)
    partly = (table["standard_item"] == "all") & (table["not_recorded_households"] > 0)
    return table.assign(share_met=share.mask(partly))


def with_all(exits: nw.LazyFrame, settings: Acceptance) -> nw.LazyFrame:
    """Exits with `item_all`: the standard as a whole, as in `items`."""
    columns = [nw.col(f"item_{item}") for item in settings.standard]
    states = {"not_met": judged.any_of([column == "not_met" for column in columns])}
    states["not_recorded"] = judged.any_of([column == "not_recorded" for column in columns])
    return exits.with_columns(item_all=judged.told(states, "met"))


def steps(exits: nw.LazyFrame, settings: Acceptance) -> pd.DataFrame:
    """The procedure, step by step, of exits as `judged.judge` gives them: one row per step of the rule set, in order.

    `exit_step`, `days_required` (missing where the step has no least time) and in households and persons, adding up to all
    exits: `on_record` (and nothing against it), `missing`, `late` (after the exit), `out_of_order` (before an earlier step),
    `too_short`, `not_kept` (the register has no such column); `share_on_record` of the exits whose register keeps the step, by
    households.
    """
    state = {step: {name: nw.col(f"step_{step}") == name for name in STEP_STATES} for step in settings.procedure}
    table = _table(exits, "exit_step", state)
    table.insert(1, "days_required", pd.Series([settings.step_days.get(step) for step in settings.procedure], dtype="Int64"))
    kept = table[[f"{name}_households" for name in STEP_STATES[:-1]]].sum(axis=1)
    return table.assign(share_on_record=counts.ratio(table["on_record_households"], kept))


def number(exits: nw.LazyFrame) -> dict[str, int]:
    """How many exits there are, and of how many persons: `households`, `persons`."""
    found = judged.tally(exits, {"all": nw.col("exit_day") > 0})
    return {unit: int(found[unit].sum()) for unit in counts.UNITS}


def _table(exits: nw.LazyFrame, key: str, state: dict[str, dict[str, nw.Expr]]) -> pd.DataFrame:
    conditions = {f"{row}_is_{name}": held for row, states in state.items() for name, held in states.items()}
    found = judged.tally(exits, conditions)
    names = list(next(iter(state.values())))
    columns = {
        f"{name}_{unit}": found.loc[[f"{row}_is_{name}" for row in state], unit].to_numpy()
        for unit in counts.UNITS
        for name in names
    }
    return pd.DataFrame({key: pd.Series(list(state), dtype="str"), **columns})
