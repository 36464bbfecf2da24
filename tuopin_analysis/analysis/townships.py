"""Where are they? Households and persons by township and village, and which places have the larger shares.

Households and persons rank the places differently, so every figure says which of the two it counts. Counts are of the baseline;
`remaining_*` counts those not yet out.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import causes, counts
from tuopin_analysis.errors import Fault, InputError, nearest

NO_POPULATION = "no population given"


def distribution(households: IntoFrame) -> pd.DataFrame:
    """Households and persons by township: one row per township, in code order.

    `township_code, township, households, persons, share_households, share_persons` (of all given, 0 to 1),
    `persons_per_household`, `rank_households, rank_persons` (1: the most; equal numbers share the better rank),
    `remaining_households, remaining_persons`.

    >>> frame = pd.DataFrame({"township_code": ["a", "a", "b"], "township": ["A", "A", "B"], "size": [1, 1, 3]})
    >>> distribution(frame.assign(is_remaining=True))[["rank_households", "rank_persons"]].to_dict("list")
    {'rank_households': [1, 2], 'rank_persons': [2, 1]}
    """
    return _distribution(counts.count_places(households, "township_code"))


def by_village(households: IntoFrame) -> pd.DataFrame:
    """The same as `distribution` by village: one row per village, `township_code, village_code, village` first, in code order."""
    placed = counts.count_places(households, "village_code", ["township_code"])
    return _distribution(placed[["township_code", "village_code", "village", *counts.COUNTS]])


def _distribution(counted: pd.DataFrame) -> pd.DataFrame:
    shared = counts.with_shares(counted)
    after = list(shared.columns).index("share_persons") + 1
    shared.insert(after, "persons_per_household", counts.ratio(shared["persons"], shared["households"]))
    for step, unit in enumerate(counts.UNITS, start=1):
        shared.insert(after + step, f"rank_{unit}", shared[unit].rank(method="min", ascending=False).astype("int64"))
    return shared


def location_quotients(households: IntoFrame, groups: counts.Groups | None = None) -> pd.DataFrame:
    """How much likelier a cause is in a township than in all of them: one row per township and cause.

    `township_code, township, cause_main, households, persons, location_quotient_households, location_quotient_persons`: the
    cause's share within the township over its share in the whole; missing where the whole has nobody. Source: Isard (1960),
    Methods of Regional Analysis, ch. 7.
    """
    within = causes.by_township(households, groups)
    whole = within.groupby("cause_main")[list(counts.UNITS)].sum()
    for unit in counts.UNITS:
        share = within["cause_main"].map(counts.ratio(whole[unit], whole[unit].sum()))
        within[f"location_quotient_{unit}"] = counts.ratio(within[f"share_{unit}"], share)
    return within[["township_code", "township", "cause_main", *counts.UNITS, *(f"location_quotient_{u}" for u in counts.UNITS)]]


def concentration(distribution: pd.DataFrame) -> pd.DataFrame:
    """How unevenly the poor are spread over the townships: one row per unit (households, persons).

    `unit, herfindahl` (sum of squared shares; Hirschman 1964, American Economic Review 54(5)), `effective_number` (1 /
    herfindahl; Laakso and Taagepera 1979, Comparative Political Studies 12(1)), `top_two_share`, `gini` (of the townships'
    shares, 0: all alike; Sen 1973, On Economic Inequality, ch. 2). Missing when there is nobody.
    """
    return pd.DataFrame([{"unit": unit, **unevenness(distribution[unit])} for unit in counts.UNITS])


def unevenness(numbers: pd.Series) -> dict[str, float]:
    """How unevenly a whole is spread over places: the measures of `concentration` for the numbers of one unit."""
    whole, n = int(numbers.sum()), len(numbers)
    if not whole:
        return dict.fromkeys(["herfindahl", "effective_number", "top_two_share", "gini"], float("nan"))
    ordered = np.sort(numbers.to_numpy(dtype="int64"))
    squares = int((ordered**2).sum())
    spread = int(((2 * np.arange(1, n + 1) - n - 1) * ordered).sum())
    top_two = int(ordered[-2:].sum()) / whole
    return {
        "herfindahl": squares / whole**2,
        "effective_number": whole**2 / squares,
        "top_two_share": top_two,
        "gini": spread / (n * whole),
    }


def larger(distribution: pd.DataFrame, unit: str, n: int) -> pd.DataFrame:
    """The `n` townships with the largest shares by `unit`, largest first: code, name, the unit, its share and rank."""
    if unit not in counts.UNITS:
        raise InputError(Fault(f"unknown unit '{unit}'", "unit", "households or persons", nearest(unit, counts.UNITS)))
    ordered = distribution.sort_values([unit, "township_code"], ascending=[False, True], ignore_index=True)
    return ordered[["township_code", "township", unit, f"share_{unit}", f"rank_{unit}"]].head(n)


def check_larger(distribution: pd.DataFrame, claimed_codes: Sequence[str]) -> pd.DataFrame:
    """Check "these townships have the larger shares" in both units: one row per unit (households, persons).

    `unit, claimed, largest` (township codes joined by ";": as claimed, and the same number of largest ones, largest first),
    `holds` (no other township has more than a claimed one), `first, first_share, second, second_share` (the two largest; a code
    and 0 to 1). A claimed township that is not in the table has nobody registered. Where nothing is claimed, `claimed` and
    `largest` are empty and `holds` is missing.
    """
    absent = not set(claimed_codes) <= set(distribution["township_code"])
    rows = []
    for unit in counts.UNITS:
        ordered = larger(distribution, unit, len(distribution))
        claimed = ordered["township_code"].isin(list(claimed_codes))
        least, most = ordered.loc[claimed, unit].min(), ordered.loc[~claimed, unit].max()
        row: dict[str, object] = {"unit": unit, "claimed": ";".join(claimed_codes)}
        row["largest"] = ";".join(ordered["township_code"].head(len(claimed_codes)))
        row["holds"] = bool(claimed.all() or (least >= most and not absent)) if claimed_codes else None
        for place, name in enumerate(("first", "second")):
            there = place < len(ordered)
            row[name] = ordered["township_code"].iloc[place] if there else None
            row[f"{name}_share"] = ordered[f"share_{unit}"].iloc[place] if there else float("nan")
        rows.append(row)
    return pd.DataFrame(rows).astype({"holds": "boolean"} if not claimed_codes else {})


def incidence(distribution: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """The headcount ratio, registered poor persons over rural population: one row per township.

    `township_code, township, persons, rural_population, headcount_ratio` (0 to 1), `reason`. Where `population`
    (`township_code, rural_population`) gives none, the ratio is missing, never 0, and `reason` is "no population given";
    elsewhere `reason` is missing. InputError lists every population that is 0 or below the registered persons, and every
    township given twice. Source: Foster, Greer and Thorbecke (1984), Econometrica 52(3), alpha = 0.
    """
    given = population[["township_code", "rural_population"]].astype({"township_code": "str"})
    table = distribution[["township_code", "township", "persons"]]
    table = table.merge(given.drop_duplicates("township_code"), on="township_code", how="left")
    people = pd.to_numeric(table["rural_population"], errors="coerce").astype("float64")
    faults = _population_faults(given, table, people)
    if faults:
        raise InputError(*faults)
    table["rural_population"] = people.astype("Int64")
    table["headcount_ratio"] = table["persons"] / people
    return table.assign(reason=pd.Series(NO_POPULATION, index=table.index, dtype="str").where(people.isna()))


def _population_faults(given: pd.DataFrame, table: pd.DataFrame, people: pd.Series) -> list[Fault]:
    doubled = sorted(set(given.loc[given["township_code"].duplicated(), "township_code"]))
    faults = [Fault(f"township {code} stands twice", "rural_population", "one row per township") for code in doubled]
    usable = (people > 0) & (people >= table["persons"]) & (people % 1 == 0)
    for row in table[table["rural_population"].notna() & ~usable].itertuples():
        what = f"a rural population of '{row.rural_population}' for {row.persons} registered persons"
        expected = "a whole number of people, at least the registered poor"
        faults.append(Fault(what, f"township {row.township_code}", expected, "mend it, or leave it empty"))
    return faults
