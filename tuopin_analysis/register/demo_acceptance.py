"""The demonstration register's acceptance of exits: one row each, all items met but the planted ones; a few cells are empty."""

from datetime import timedelta
from random import Random

from tuopin_analysis.register import demo_untrue
from tuopin_analysis.register.demo_draw import Row
from tuopin_analysis.register.demo_plant import Planter

_UNTOLD = 0.004  # of the cells: not recorded, which is not a no


def plant(planter: Planter) -> None:
    """Fill the table of acceptance."""
    rng = Random(planter.seed + 7)
    for household in planter.accepted("households"):
        for event in demo_untrue.exits(planter, household):
            day = event["event_date"] - timedelta(days=rng.randint(5, 18))
            row: Row = {"household_id": household["household_id"], "acceptance_date": day}
            for item in demo_untrue.ITEMS:
                met = event.get("_not") != item
                row[f"has_{item}"] = None if met and rng.random() < _UNTOLD else met
            planter.tables.acceptance.append(row)
