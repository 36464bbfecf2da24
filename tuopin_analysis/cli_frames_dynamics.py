"""The rows behind the figures of 08_dynamics, by the name under which `analysis.tracing_dynamics` counts them."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

FRAMES: dict[str, Callable[[Mapping[str, Any]], pd.DataFrame]] = {}  # from a report's parameters, for the whole county
