"""One score out of several rates, with its weights shown, and how far the rank rests on chance and on the weights.

The score of a place is the weighted mean of its shrunken rates, turned so that more is better, in points from 0 to 100.
Nobody can prove weights right; so the rank is told again with other weights and with each indicator left out (OECD and JRC 2008,
Handbook on constructing composite indicators, step 7).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tuopin_analysis.analysis import ranking
from tuopin_analysis.rules_sections import Supervision

Numbers = np.ndarray
COLUMNS = ["score", "rank", "rank_lo", "rank_hi", "rank_weights_lo", "rank_weights_hi", "rank_dropped_lo", "rank_dropped_hi"]


def indicators(
    ranks: pd.DataFrame, listed: Mapping[str, tuple[str, str]], more: Sequence[str], settings: Supervision
) -> pd.DataFrame:
    """What is compared, with its weight in the composite: one row per indicator of `listed`.

    `better` (more, less), `weight` (share of all weights of indicators on record; 0: not in the composite; missing: nothing on
    record), the county's `cases`, `base` and `rate`.
    """
    sums = ranks.groupby("indicator")[["cases", "base"]].sum(min_count=1)
    rows = pd.DataFrame({"indicator": list(listed)}, dtype="str")
    rows["better"] = pd.Series(["more" if name in more else "less" for name in listed], dtype="str")
    weights = rows["indicator"].map({name: float(weight) for name, weight in settings.weights.items()}).fillna(0.0)
    here = rows["indicator"].isin(sums.index)
    whole = weights[here].sum()
    rows["weight"] = (weights / whole if whole else weights).astype("float64").where(here)
    rows = rows.merge(sums.reset_index(), on="indicator", how="left").astype({"cases": "Int64", "base": "Int64"})
    return rows.assign(rate=rows["cases"].astype("float64") / rows["base"].astype("float64"))


def composite(
    ranks: pd.DataFrame, listed: Mapping[str, tuple[str, str]], more: Sequence[str], settings: Supervision
) -> pd.DataFrame:
    """The score of each township and its rank: one row each, in the order of `ranks`.

    `score`, `rank`; `rank_lo, rank_hi`: the rank's interval by chance, the weights as they are; `rank_weights_*`: by weights
    drawn around them, the rates as they are; `rank_dropped_*`: with one indicator after the other left out. A place without
    a base for an indicator counts there as the county does. Without any weighted indicator on record there are no rows.
    """
    by = ["township_code", "township"]
    names = [name for name in settings.weights if name in set(ranks["indicator"])]
    places = ranks[by].drop_duplicates().sort_values("township_code")
    if not names or places.empty:
        return pd.DataFrame(columns=[*by, *COLUMNS])
    weights = np.array([float(settings.weights[name]) for name in names])
    weights = weights / weights.sum()
    found = [_rates(ranks, name, places, list(listed).index(name), name in more, settings) for name in names]
    shrunken = np.stack([mean for mean, _ in found])  # indicators by places
    drawn = np.stack([values for _, values in found])  # indicators by draws by places
    table = places.assign(score=100 * weights @ shrunken, rank=ranking.ranked(weights @ shrunken, more=True))
    within = float(settings.within)
    spread = {
        "rank": ranking.between(_ranks(np.tensordot(weights, drawn, axes=1)), within),
        "rank_weights": ranking.between(_ranks(_weights(weights, settings) @ shrunken), within),
        "rank_dropped": _dropped(weights, shrunken),
    }
    for name, (low, high) in spread.items():
        table = table.assign(**{f"{name}_lo": low, f"{name}_hi": high})
    order = ranks["township_code"].drop_duplicates()
    return table.set_index("township_code").loc[order].reset_index()[[*by, *COLUMNS]]


def _rates(
    ranks: pd.DataFrame, name: str, places: pd.DataFrame, stream: int, more: bool, settings: Supervision
) -> tuple[Numbers, Numbers]:
    """An indicator's shrunken rates and their draws, so turned that more is better."""
    rows = ranks[ranks["indicator"] == name].set_index("township_code").reindex(places["township_code"])
    k, n = (rows[column].astype("float64").fillna(0).to_numpy() for column in ("cases", "base"))
    shrunken, drawn = ranking.draws(k, n, settings, stream)
    return (shrunken, drawn) if more else (1 - shrunken, 1 - drawn)


def _ranks(scores: Numbers) -> Numbers:
    return ranking.ranked(scores, more=True)


def _weights(weights: Numbers, settings: Supervision) -> Numbers:
    """Weights drawn around the given ones: one row per draw."""
    rng = np.random.default_rng([settings.seed, 1_000])
    return rng.dirichlet(weights * settings.weights_as_of, size=settings.draws)


def _dropped(weights: Numbers, shrunken: Numbers) -> tuple[Numbers, Numbers]:
    """The best and the worst rank with one indicator left out; of a single indicator, its own."""
    left = weights * (1 - np.eye(len(weights))) if len(weights) > 1 else weights[None, :]
    found = _ranks(left @ shrunken)
    return found.min(axis=0), found.max(axis=0)
