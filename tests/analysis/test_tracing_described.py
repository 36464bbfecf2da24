"""What is told of each figure of the pages on timetable, dynamics, acceptance and supervision, whole.

That the rows so described add up to the figures of the pages is held by `tests/test_trace_all.py`; here no part of a description
may change unseen. After a meant change: `TUOPIN_WRITE_WHOLE=1 pytest` of this file, and read the difference.
"""

import csv
import os
from itertools import groupby
from pathlib import Path

import pytest
from analysis.test_tracing import CODES, report

from tuopin_analysis.analysis import tracing_figures

WHOLE = Path(__file__).parent / "whole"
TOPICS = ("timetable", "dynamics", "acceptance", "supervision")


def rows(topic: str) -> list[tuple[str, dict[str, str]]]:
    """Rows of the topic's key tables with their key, of the demonstration register: column=value, as its CSV files write them."""
    with (WHOLE / f"tracing_{topic}_rows.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.reader(file))
    return [(key, {column: value for _, _, column, value in of_row}) for (key, _), of_row in groupby(cells, lambda c: c[:2])]


def told(topic: str) -> str:
    """A line for each figure of each row; of the county and of a township, with and without plans, where that differs."""
    lines: dict[str, None] = {}
    for at, (key, row) in enumerate(rows(topic)):
        for here in (report(), report(CODES["b"]), report(planless=True)):
            found = tracing_figures.described(key, row, here)
            lines |= dict.fromkeys(f"{at} {key} {column}: {node()!r}" for column, node in sorted(found.items()))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("topic", TOPICS)
def test_the_whole_description_of_each_figure(topic):
    path = WHOLE / f"tracing_{topic}.txt"
    if os.environ.get("TUOPIN_WRITE_WHOLE"):
        path.write_text(told(topic), encoding="utf-8")
    assert told(topic) == path.read_text(encoding="utf-8")
