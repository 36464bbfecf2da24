"""The figures of the tables on the account between two days: see `tracing_figures`."""

from collections.abc import Callable

from tuopin_analysis.analysis.tracing import Node
from tuopin_analysis.analysis.tracing_tables import Report, Row

Figures = dict[str, Callable[[], Node]]
TABLES: dict[str, Callable[[Row, Report], Figures]] = {}
KEYS: dict[str, tuple[str, ...]] = {}  # by table: the columns that name a row
COMPUTED: dict[tuple[str, str], str] = {}  # table and column: from what, and by which function, a figure that is no sum comes
