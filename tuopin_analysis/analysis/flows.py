"""What became of the register between two days: who stayed, came, went, left poverty and fell back, by place.

Two snapshots are two lists of households, each with its own sizes and states; a household is known by its id. Unlike the
reports, which count the frozen baseline, flows tell of both lists.
"""

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts

KINDS = ("before", "stayed", "new", "gone", "exits", "relapses", "after")


def by_place(before: IntoFrame, after: IntoFrame, *, by: str = "township_code") -> pd.DataFrame:
    """Flows between two snapshots: one row per place (`by`, such as `township_code` or `county_code`), in code order.

    For households and persons each: `before_*` and `after_*` (all on the list), `stayed_*` (on both), `new_*` and `gone_*` (on
    the later or the earlier one only), and of those that stayed `exits_*` (poor before and out after) and `relapses_*` (out
    before and poor after). after = stayed + new in households, before = stayed + gone. A household counts where the later list
    has it, with its size there; a household that is gone, and `before_*`, by the earlier list's size and, for those that are
    gone, place. Needs `household_id`, `by`, `size` and `is_remaining` (the state on the list's day) in both.

    >>> first = pd.DataFrame({"household_id": ["a", "b"], "township_code": "t", "size": [1, 2], "is_remaining": True})
    >>> second = first.assign(household_id=["c", "b"], size=[4, 2], is_remaining=[True, False])
    >>> found = by_place(first, second)
    >>> found[["stayed_households", "new_persons", "gone_persons", "exits_persons", "relapses_persons"]].to_numpy().tolist()
    [[1, 4, 1, 2, 0]]
    """
    needs = ["household_id", by, "size", "is_remaining"]
    earlier = counts.lazy(before, needs).select(
        "household_id", _place=nw.col(by), _size=nw.col("size"), _poor=nw.col("is_remaining").cast(nw.Int64)
    )
    later = counts.lazy(after, needs).select("household_id", by, "size", poor=nw.col("is_remaining").cast(nw.Int64))
    both = later.join(earlier, on="household_id", how="full", suffix="_before")
    old, new = ~nw.col("_poor").is_null(), ~nw.col("poor").is_null()
    was, now = nw.col("_poor").fill_null(0), nw.col("poor").fill_null(0)
    kinds = {
        "before": old, "stayed": old & new, "new": new & ~old, "gone": old & ~new,
        "exits": old & new & (was == 1) & (now == 0), "relapses": old & new & (was == 0) & (now == 1), "after": new,
    }  # fmt: skip
    sizes = {kind: nw.col("_size" if kind in ("before", "gone") else "size").fill_null(0) for kind in KINDS}
    flags = {kind: kinds[kind].cast(nw.Int64) for kind in KINDS}
    columns: dict[str, nw.Expr] = {}
    for kind in KINDS:
        columns |= {f"{kind}_households": flags[kind], f"{kind}_persons": flags[kind] * sizes[kind]}
    placed = both.select(**{by: nw.when(new).then(nw.col(by)).otherwise(nw.col("_place"))}, **columns)
    summed = placed.group_by(by).agg(*(nw.col(name).sum() for name in columns))
    return counts.collect(summed, list(columns)).sort_values(by, ignore_index=True)
