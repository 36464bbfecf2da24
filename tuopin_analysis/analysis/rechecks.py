"""What a re-check found: wrong exits, missed poor and satisfied households, as rates with intervals against their thresholds.

Rates of wrong exits (错退率) and of missed poor (漏评率) are of persons, that of satisfaction (群众认可度) of households, as the
evaluation by a third party has them. All persons of a household share its result, so persons are no independent draws: a sample
of persons counts for (sum of sizes)² / (sum of squared sizes) of them (Kish 1965, Survey Sampling, for clusters that are all
alike within).
"""

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, intervals
from tuopin_analysis.rules_sections import Acceptance

KINDS = ("exit", "unregistered", "satisfaction")
UNIT = {"exit": "persons", "unregistered": "persons", "satisfaction": "households"}
SUMS = ["checked_households", "checked_persons", "squares", "wrong_households", "wrong_persons"]


def counted(rechecks: IntoFrame) -> pd.DataFrame:
    """Re-checks by kind and township: `recheck_kind, township_code, township`, `checked_households, checked_persons, squares`
    (of sizes), `wrong_households, wrong_persons` (found not right, or not satisfied)."""
    keys = ["recheck_kind", "township_code", "township"]
    size, wrong = nw.col("persons"), (~nw.col("is_right")).fill_null(False).cast(nw.Int64)
    rows = counts.lazy(rechecks, [*keys, "persons", "is_right"]).filter(~nw.col("is_right").is_null())
    sums = dict(zip(SUMS, (nw.lit(1), size, size * size, wrong, wrong * size), strict=True))
    found = rows.select(*keys, **sums).group_by(*keys).agg(*(nw.col(name).sum() for name in SUMS))
    return counts.collect(found, SUMS).sort_values(keys, ignore_index=True)


def rates(counted: pd.DataFrame, settings: Acceptance, by_township: bool = False) -> pd.DataFrame:
    """One row per kind of re-check, or per kind and township that has one.

    `recheck_kind`, (`township_code, township`,) `unit`, `checked` and `wrong` in that unit, `checked_households`, `effective`
    (independent draws), `rate` (wrong, or of satisfaction right, over checked), `low, high` (Wilson 1927, J. Am. Stat. Assoc.
    22(158), at `settings.confidence`), `threshold`, `rate_verdict`: passes or fails when the whole interval does, else
    undecided; missing where nothing was checked.
    """
    keys = ["recheck_kind", *(["township_code", "township"] if by_township else [])]
    summed = counted.groupby(keys, as_index=False)[SUMS].sum()
    if not by_township:
        summed = (
            pd.DataFrame({"recheck_kind": pd.Series(KINDS, dtype="str")})
            .merge(summed, on=keys, how="left")
            .fillna(dict.fromkeys(SUMS, 0))
        )
    rows = [_rate(row, settings) for row in summed.to_dict("records")]
    names = ["unit", "checked", "wrong", "checked_households", "effective", "rate", "low", "high", "threshold", "rate_verdict"]
    told = pd.DataFrame(rows, columns=names, index=summed.index)
    whole, real = dict.fromkeys(names[1:4], "int64"), dict.fromkeys(names[4:9], "float64")
    table = pd.concat([summed[keys], told.astype(whole | real | {"unit": "str", "rate_verdict": "str"})], axis=1)
    order = {kind: at for at, kind in enumerate(KINDS)}
    return table.sort_values(keys, key=lambda of: of.map(order) if of.name == "recheck_kind" else of, ignore_index=True)


def _rate(row: dict, settings: Acceptance) -> tuple[object, ...]:
    kind = row["recheck_kind"]
    unit, limits = UNIT[kind], {"exit": settings.wrong_exits_most, "unregistered": settings.missed_poor_most}
    limit, most = limits.get(kind, settings.satisfied_least), kind in limits
    checked, wrong = int(row[f"checked_{unit}"]), int(row[f"wrong_{unit}"])
    effective = (checked**2 / int(row["squares"]) if unit == "persons" else float(checked)) if checked else 0.0
    rate = ((wrong if most else checked - wrong) / checked) if checked else None
    low, high = wilson(rate, effective, settings.confidence)
    return (
        unit,
        checked,
        wrong,
        int(row["checked_households"]),
        effective,
        rate,
        low,
        high,
        limit,
        _verdict(low, high, limit, most),
    )


def wilson(rate: float | None, number: float, confidence: float) -> tuple[float | None, float | None]:
    """`intervals.wilson` of one rate found in so many independent draws; missing without any.

    >>> [round(end, 4) for end in wilson(0.1, 50, 0.95)]
    [0.0435, 0.2136]
    """
    if rate is None or not number:
        return None, None
    low, high = intervals.wilson(np.array([rate * number]), np.array([number]), confidence)
    return float(low[0]), float(high[0])


def _verdict(low: float | None, high: float | None, limit: float, most: bool) -> str | None:
    if low is None or high is None:
        return None
    passes, fails = (high <= limit, low > limit) if most else (low >= limit, high < limit)
    return "passes" if passes else "fails" if fails else "undecided"
