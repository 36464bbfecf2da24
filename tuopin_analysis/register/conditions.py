"""The conditions of checks.yaml: which rows a rule is about."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

Where = Mapping[str, Mapping[str, Any]]

CONDITIONS: dict[str, Callable[[pd.Series, Any], pd.Series]] = {
    "is": lambda values, wanted: values.isin(wanted),
    "not": lambda values, unwanted: values.notna() & ~values.isin(unwanted),
    "has": lambda values, wanted: values.fillna("").str.contains(rf"(?:^|;)(?:{'|'.join(wanted)})(?:;|$)"),
    "has_not": lambda values,
        unwanted: values.notna() & ~values.fillna("").str.contains(rf"(?:^|;)(?:{'|'.join(unwanted)})(?:;|$)"),
    "above": lambda values, bound: values.gt(bound).fillna(False),
    "at_least": lambda values, bound: values.ge(bound).fillna(False),
    "at_most": lambda values, bound: values.le(bound).fillna(False),
    "below": lambda values, bound: values.lt(bound).fillna(False),
    "is_empty": lambda values, wanted: values.isna() == wanted,
    "is_nought_or_empty": lambda values, wanted: (values.isna() | values.eq(0)) == wanted,
}  # fmt: skip


def meets(frame: pd.DataFrame, where: Where | None) -> pd.Series:
    """Which rows meet all of the conditions; all rows without conditions.

    >>> meets(pd.DataFrame({"size": [1, 3]}), {"size": {"above": 2}}).to_list()
    [False, True]
    """
    found = pd.Series(True, index=frame.index)
    for column, conditions in (where or {}).items():
        for name, wanted in conditions.items():
            found &= CONDITIONS[name](frame[column], wanted).astype(bool)
    return found


def faults(where: Where | None) -> Iterator[str]:
    """The names of conditions that there are not."""
    yield from (name for conditions in (where or {}).values() for name in conditions if name not in CONDITIONS)
