"""Ranks with their uncertainty: funnel limits, shrunken rates, ranks by simulation, judgements, and a composite of several rates.

Small places swing more by chance. A place is judged only where its rate lies outside the funnel around the county's rate
(Spiegelhalter 2005, Statistics in Medicine 24, 1185-1202); its rank is given with the interval that it has in draws from the
posterior of a beta-binomial model (Goldstein and Spiegelhalter 1996, JRSS A 159, 385-443). A rate is a count out of a base.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from tuopin_analysis.analysis.intervals import wilson
from tuopin_analysis.rules_sections import Supervision

Numbers = np.ndarray
_PRIOR = np.logspace(0, 6, 241)  # weights, in households, that the county's rate may have beside a place's own


def limits(base: Numbers, rate: float, within: float) -> tuple[Numbers, Numbers]:
    """Between which rates a place of size `base` lies by chance alone if its true rate is the county's: lower and upper limit.

    Exact tails of the binomial distribution, carried on between whole numbers by the incomplete beta function: a count is above
    the upper limit just when so many or more have a probability below (1 - within) / 2. No limit where no count is so unlikely.

    >>> [round(float(end[0]), 3) for end in limits(np.array([100.0]), 0.4, 0.95)]
    [0.3, 0.502]
    >>> [float(end[0]) for end in limits(np.array([1.0]), 0.4, 0.998)]
    [0.0, 1.0]
    """
    n = np.asarray(base, dtype="float64")
    if not 0 < rate < 1:
        return np.full(len(n), float(rate)), np.full(len(n), float(rate))
    high = _upper(n, rate, (1 - within) / 2)
    return 1 - _upper(n, 1 - rate, (1 - within) / 2), high


def _upper(n: Numbers, rate: float, tail: float) -> Numbers:
    """The count, not necessarily whole, that is reached or passed with probability `tail`; as a rate, at most 1."""
    from scipy.special import betainc

    low, high = np.zeros(len(n)), n.copy()
    for _step in range(60):
        middle = (low + high) / 2
        above = betainc(np.maximum(middle, 1e-12), n - middle + 1, rate) > tail
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where((rate**n >= tail) | (n == 0), 1.0, high / np.where(n > 0, n, 1))


def prior(cases: Numbers, base: Numbers) -> tuple[float, float]:
    """The beta distribution of the places' true rates, by marginal likelihood on a grid of weights, its mean the county's rate.

    A county's rate of 0 or 1 is not taken for certain: half a case less or more is.
    """
    from scipy.special import betaln

    half = 0.5 / (base.sum() + 1)
    mean = min(max(cases.sum() / max(base.sum(), 1), half), 1 - half)
    a, b = mean * _PRIOR[:, None], (1 - mean) * _PRIOR[:, None]
    told = (betaln(a + cases, b + base - cases) - betaln(a, b)).sum(axis=1)
    best = _PRIOR[int(np.argmax(np.round(told, 9)))]
    return float(mean * best), float((1 - mean) * best)


def draws(cases: Numbers, base: Numbers, settings: Supervision, stream: int) -> tuple[Numbers, Numbers]:
    """Each place's rate shrunken towards the county's, and draws from its posterior: one row per draw, one column per place.

    `stream` keeps the draws of different indicators apart.
    """
    a, b = prior(cases, base)
    rng = np.random.default_rng([settings.seed, stream])
    drawn = rng.beta(a + cases, b + base - cases, size=(settings.draws, len(cases)))
    if 0 < cases.sum() < base.sum():
        return (a + cases) / (a + b + base), drawn
    return np.full(len(cases), float(cases.sum() > 0)), drawn  # all places have the same rate: nothing is shrunken


def ranked(values: Numbers, more: bool) -> Numbers:
    """Places along the last axis by value, 1 the best; equal values share the better rank.

    >>> ranked(np.array([0.4, 0.1, 0.4]), more=True).tolist(), ranked(np.array([0.4, 0.1, 0.4]), more=False).tolist()
    ([1, 3, 1], [2, 1, 2])
    """
    from scipy.stats import rankdata

    return rankdata(np.round(-values if more else values, 12), method="min", axis=-1).astype("int64")


def between(ranks: Numbers, within: float) -> tuple[Numbers, Numbers]:
    """Between which ranks a place lies in so many of the draws: whole numbers."""
    tail = (1 - within) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="closest_observation")
    return low.astype("int64"), high.astype("int64")


def ranks(
    table: pd.DataFrame, indicators: Mapping[str, tuple[str, str]], more: Sequence[str], settings: Supervision,
    by: Sequence[str] = ("township_code", "township"), doubted: Collection[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Every place by every indicator: one row each, indicators in their order, places as `table` has them.

    `cases` of `base` and their `rate` with an interval (`rate_lo, rate_hi`); `county_rate`; `limit_lo, limit_hi`, the control
    limits at that base; `rate_shrunken`, `rank` by it and the interval of the rank; `judgement` (see `_judged`). Missing where
    a count is, and without a base. An indicator of which the whole table has none is left out. In the townships `doubted` (see
    `doubtful`) praise for exits waits for a check.
    """
    order = table.sort_values(by[0], kind="stable")  # so that draws do not hang on the order of rows
    found = []
    for stream, (name, (cases, base)) in enumerate(indicators.items()):
        known = order[cases].notna() & order[base].notna() & (order[base].fillna(0) > 0)
        if known.any():
            told = _of_indicator(order[known], name, cases, base, name in more, settings, stream)
            found.append(order[list(by)].assign(indicator=name).join(told).loc[table.index])
    if not found:
        return pd.DataFrame(columns=["indicator", *by, *COLUMNS])
    rows = pd.concat(found, ignore_index=True)
    whole = ["cases", "base", "rank", "rank_lo", "rank_hi"]
    rows = rows[["indicator", *by, *COLUMNS]].astype(dict.fromkeys(whole, "Int64"))
    waits = rows["township_code"].isin({*doubted, *doubtful(rows, settings)})
    praised = waits & (rows["indicator"] == "out") & (rows["judgement"] == "commend")
    rows["judgement"] = rows["judgement"].mask(praised, "unconfirmed")
    return rows.astype({"indicator": "str", "judgement": "str"})


def doubtful(ranks: pd.DataFrame, settings: Supervision) -> list[str]:
    """The codes of the townships that are criticised for doubtful or hasty exits (`settings.confirmed_by`)."""
    found = ranks["indicator"].isin(settings.confirmed_by) & (ranks["judgement"] == "criticise")
    return sorted(set(ranks.loc[found, "township_code"]))


COLUMNS = ["cases", "base", "rate", "rate_lo", "rate_hi", "county_rate", "limit_lo", "limit_hi", "rate_shrunken", "rank",
           "rank_lo", "rank_hi", "judgement"]  # fmt: skip


def _of_indicator(
    rows: pd.DataFrame, name: str, cases: str, base: str, more: bool, settings: Supervision, stream: int
) -> pd.DataFrame:
    k, n = (rows[column].to_numpy(dtype="float64") for column in (cases, base))
    within, county = float(settings.within), float(k.sum() / n.sum())
    low, high = wilson(k, n, within)
    least, most = limits(n, county, float(settings.limits[1]))
    shrunken, drawn = draws(k, n, settings, stream)
    first, last = between(ranked(drawn, more), within)
    found = pd.DataFrame({
        "cases": k, "base": n, "rate": k / n, "rate_lo": low, "rate_hi": high, "county_rate": county, "limit_lo": least,
        "limit_hi": most, "rate_shrunken": shrunken, "rank": ranked(shrunken, more), "rank_lo": first, "rank_hi": last,
    }, index=rows.index)  # fmt: skip
    return found.assign(judgement=_judged(found, name, more, settings))


def _judged(found: pd.DataFrame, name: str, more: bool, settings: Supervision) -> pd.Series:
    """commend or criticise where the rate lies outside the control limits, too_few below the least base, else ordinary.

    What is no merit (`settings.commend_for` does not list it) is never commended.
    """
    above, below = found["rate"] > found["limit_hi"] + 1e-12, found["rate"] < found["limit_lo"] - 1e-12
    good, bad = (above, below) if more else (below, above)
    judged = pd.Series("ordinary", index=found.index, dtype="str").mask(bad, "criticise")
    judged = judged.mask(good, "commend") if name in settings.commend_for else judged
    return judged.mask(found["base"] < settings.least_base, "too_few")


def funnel(ranks: pd.DataFrame, settings: Supervision, indicators: Sequence[str], points: int = 160) -> pd.DataFrame:
    """The curves of funnel plots: one row per indicator and size of the base, up to a little beyond the largest.

    `indicator, base, county_rate`, `warn_lo, warn_hi` and `limit_lo, limit_hi`: the limits of `settings.limits`.
    """
    found = []
    for name in (name for name in indicators if name in set(ranks["indicator"])):
        rows = ranks[(ranks["indicator"] == name) & ranks["base"].notna()]
        base = np.linspace(1, 1.06 * float(rows["base"].max()), points)
        rate = float(rows["county_rate"].iloc[0])
        warn, control = (limits(base, rate, float(within)) for within in settings.limits)
        found.append(pd.DataFrame({"indicator": name, "base": base, "county_rate": rate, "warn_lo": warn[0], "warn_hi": warn[1],
                                   "limit_lo": control[0], "limit_hi": control[1]}))  # fmt: skip
    names = ["indicator", "base", "county_rate", "warn_lo", "warn_hi", "limit_lo", "limit_hi"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=names)


def judged(*found: pd.DataFrame) -> pd.DataFrame:
    """The lists of praise and criticism with their evidence, from `ranks` of townships and of units: one row per judgement.

    `judgement`, `township_code, township`, `helping_unit` (empty for a township itself), `indicator`, the rate, its base, the
    county's rate and the limits. Criticism first, then praise, then praise that waits for a check.
    """
    order = ["criticise", "commend", "unconfirmed"]
    names = ["judgement", "township_code", "township", "helping_unit", "indicator", *COLUMNS[:-1]]
    rows = pd.concat([frame.assign(helping_unit=frame.get("helping_unit", "")) for frame in found], ignore_index=True)
    rows = rows[rows["judgement"].isin(order)]
    rows = rows.assign(_order=rows["judgement"].map(order.index), _unit=rows["helping_unit"] != "")
    rows = rows.sort_values(["_order", "_unit", "township_code", "helping_unit"], kind="stable", ignore_index=True)
    return rows[names].astype({"helping_unit": "str"})
