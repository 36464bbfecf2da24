"""One rule as steps of Pointblank: narrow frames are tested, and the failing rows come back from its extracts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

OTHER = "other"  # an option that stands for the frame's second column
_ALL = 2**62  # extracts are cut at 500 rows unless told otherwise


@dataclass(frozen=True, repr=False)
class Step:
    """One test of one column: a method of pointblank.Validate, and the rows that the rule concerns (indexed by line).

    `frame` has a column `value`, and `other` where two columns are compared. A finding stands at `column`; `details` are the
    numbers that its message names. Only what is tested stands in the frame: a wide one takes ten times as long.
    """

    method: str
    frame: pd.DataFrame
    column: str
    options: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, pd.Series] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Outcome:
    """What came of a step: how many rows were tested, and the lines of those that failed, in order."""

    tested: int
    failed: pd.Index


def _narrow(frame: pd.DataFrame, _lines: pd.DataFrame) -> pd.DataFrame:
    return frame


def _alike(steps: Sequence[Step]) -> list[list[int]]:
    """The numbers of the steps that have rows; together those that test columns of one type in one way, row for row."""
    groups: dict[Any, list[int]] = {}
    for at, step in enumerate(steps):
        types, options = tuple(step.frame.dtypes), tuple((name, repr(value)) for name, value in step.options.items())
        is_alone = step.method == "rows_distinct" or "object" in types
        if len(step.frame):
            groups.setdefault(at if is_alone else (step.method, options, types), []).append(at)
    return list(groups.values())


def _add(plan: Any, steps: Sequence[Step], col: Any) -> Any:
    """One step of Pointblank for all of these: it takes the same time for one row as for thousands."""
    step = steps[0]
    options = {name: col("other") if isinstance(value, str) and value == OTHER else value for name, value in step.options.items()}
    tested = {"rows_distinct": {"columns_subset": ["value"]}, "col_vals_expr": {}}.get(step.method, {"columns": "value"})
    frame = step.frame.reset_index(drop=True)
    if len(steps) > 1:
        frame = pd.concat([one.frame for one in steps], ignore_index=True)
    return getattr(plan, step.method)(**tested, **options, pre=partial(_narrow, frame))


def run(steps: Sequence[Step]) -> list[Outcome]:
    """Test all steps in one pb.Validate; RuntimeError when a step cannot be evaluated, which would hide faults.

    >>> frame = pd.DataFrame({"value": [3, 70, 4]}, index=[10, 11, 12])
    >>> [outcome] = run([Step("col_vals_le", frame, "farmland_mu", {"value": 50})])
    >>> outcome.tested, outcome.failed.to_list()
    (3, [11])
    """
    found = [Outcome(0, pd.Index([], dtype="int64")) for _ in steps]
    groups = _alike(steps)
    if not groups:
        return found
    import pointblank as pb

    plan = pb.Validate(pd.DataFrame({"line": np.arange(1)}))
    for group in groups:
        plan = _add(plan, [steps[at] for at in group], pb.col)
    done = plan.interrogate(collect_tbl_checked=False, extract_limit=_ALL)
    for number, group in enumerate(groups, start=1):
        rows, start = _failing(done, number, [steps[at] for at in group]), 0
        for at in group:
            frame = steps[at].frame
            own = rows[(rows >= start) & (rows < start + len(frame))] - start
            found[at] = Outcome(len(frame), frame.index[own])
            start += len(frame)
    return found


def _failing(done: Any, number: int, steps: Sequence[Step]) -> np.ndarray:
    """The positions of the rows that failed in a step of Pointblank, in order, the frames of all its steps below each other."""
    columns = " and ".join(dict.fromkeys(step.column for step in steps))
    if done.validation_info[number - 1].eval_error:
        raise RuntimeError(f"Pointblank cannot evaluate {steps[0].method} on {columns}")
    failed = int(done.n_failed(i=number, scalar=True) or 0)
    extract = done.get_data_extracts(i=number, frame=True) if failed else None
    rows = np.sort(extract["_row_num_"].to_numpy(dtype="int64")) - 1 if extract is not None else np.array([], dtype="int64")
    if len(rows) != failed:
        raise RuntimeError(f"Pointblank tells of {failed} failing rows of {columns} and gives {len(rows)}")
    return rows
