"""Why are they poor? Causes by household and by person, by place, size and composition, alone and together.

All counts are of the households given (the baseline), whatever became of them; `remaining_*` counts those not yet out. A share
of households and a share of persons are two different figures: every column says which it is. The register is a full count, so
nothing here has a confidence interval.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import dictionary

TOP_SIZE = 6
COMPOSITIONS = ["elderly_alone", "elderly_only", "one_person", "with_pupils", "with_labour", "without_labour"]


def shares(households: IntoFrame, groups: counts.Groups | None = None) -> pd.DataFrame:
    """Households and persons by main cause.

    One row per group of `groups` in its order (all of them, even with nobody), or without groups per cause of the register, the
    most persons first: `cause_main, households, persons, share_households, share_persons` (0 to 1; missing when there is nobody
    at all), `remaining_households, remaining_persons`. InputError for a cause in no group.

    >>> frame = pd.DataFrame({"cause_main": ["illness", "schooling"], "size": [3, 1], "is_remaining": [True, True]})
    >>> shares(frame, {"illness": ["illness"], "other": ["schooling"]})["share_persons"].tolist()
    [0.75, 0.25]
    """
    return counts.with_shares(counts.grouped(counts.count_by(households, ["cause_main"]), groups))


def by_township(households: IntoFrame, groups: counts.Groups | None = None) -> pd.DataFrame:
    """Main causes within each township: one row per township and cause, shares of the township's households and persons."""
    counted = counts.count_places(households, "township_code", ["cause_main"])
    return _within(counted, groups, ["township_code", "township"])


def by_county(households: IntoFrame, groups: counts.Groups | None = None) -> pd.DataFrame:
    """Main causes within each county: one row per `county_code` (six digits) and cause, shares of the county's totals."""
    return _within(counts.count_by(households, ["county_code", "cause_main"]), groups, ["county_code"])


def by_size(households: IntoFrame, groups: counts.Groups | None = None) -> pd.DataFrame:
    """Household sizes within each cause: one row per cause and `size_class` ("1" to "5", "6+"), shares of the cause's total."""
    counted = counts.count_by(households, ["cause_main", "size"])
    classed = counted.assign(size_class=size_class(counted["size"]))
    added = classed.groupby(["cause_main", "size_class"], as_index=False)[counts.COUNTS].sum()
    return _across(added, groups, "size_class", [*map(str, range(1, TOP_SIZE)), f"{TOP_SIZE}+"])


def size_class(size: pd.Series) -> pd.Series:
    """The class of each household size, as text; the last class holds that size and all above it.

    >>> size_class(pd.Series([1, 6, 9])).tolist()
    ['1', '6+', '6+']
    """
    return size.astype("int64").astype("str").mask(size >= TOP_SIZE, f"{TOP_SIZE}+")


def composition(persons: IntoFrame, elderly_age: int) -> pd.DataFrame:
    """Sort each household into one of six compositions: one row per household, `household_id, composition`. The first that fits:

    elderly_alone: one person, of `elderly_age` full years or more; elderly_only: several, all of that age; one_person: one
    younger person; with_pupils: somebody attends a school or kindergarten; with_labour: somebody has ordinary or skilled
    capacity to work; without_labour: the rest. A person of unknown age is not elderly. This project's classification.

    >>> alone = {"household_id": ["1"], "age_years": [70], "school_status": ["not_at_school"], "labour_skill": ["no_labour"]}
    >>> composition(pd.DataFrame(alone), 60)["composition"].tolist()
    ['elderly_alone']
    """
    return counts.collect(_composition(persons, elderly_age)).sort_values("household_id", ignore_index=True)


def by_composition(households: IntoFrame, persons: IntoFrame, groups: counts.Groups | None, elderly_age: int) -> pd.DataFrame:
    """Compositions within each cause: one row per cause and `composition` (see `composition`), shares of the cause's total.

    InputError when households have no persons in `persons`.
    """
    needed = counts.lazy(households, ["household_id", "cause_main", "size", "is_remaining"])
    joined = needed.select("household_id", "cause_main", "size", "is_remaining").join(
        _composition(persons, elderly_age), on="household_id", how="left"
    )
    counted = counts.count_by(joined.to_native(), ["cause_main", "composition"])
    bare = int(counted.loc[counted["composition"].isna(), "households"].sum())
    if bare:
        raise InputError(Fault(f"{bare} households without persons", "persons", "the persons of the same scope and day"))
    return _across(counted, groups, "composition", COMPOSITIONS)


def combinations(households: IntoFrame) -> pd.DataFrame:
    """Causes taken together: one row per set of causes (main and further ones, whichever is the main one), most persons first.

    `causes` (identifiers in code-list order joined by ";"), `number_of_causes, households, persons, share_households,
    share_persons`, `remaining_households, remaining_persons`.

    >>> frame = pd.DataFrame({"cause_main": ["disability", "illness"], "cause_other": ["illness", "disability;illness"],
    ...                       "size": [1, 2], "is_remaining": [True, True]})
    >>> combinations(frame)[["causes", "households", "persons"]].to_dict("list")
    {'causes': ['illness;disability'], 'households': [2], 'persons': [3]}
    """
    counted = counts.count_by(households, ["cause_main", "cause_other"])
    named = counted.assign(causes=cause_set(counted["cause_main"], counted["cause_other"]))
    added = named.groupby("causes", as_index=False)[counts.COUNTS].sum()
    added.insert(1, "number_of_causes", (added["causes"].str.count(";") + 1).astype("int64"))
    return counts.with_shares(added.sort_values(["persons", "causes"], ascending=[False, True], ignore_index=True))


def compare(part: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Put the `shares` of a township beside those of the county: one row per cause of the whole, in its order.

    `cause_main, share_*` of the part, `whole_share_*`, `difference_points` (persons, percentage points), `location_quotient_*`:
    the part's share over the whole's, 1 where both are alike, missing where the whole has nobody. Source of the quotient: Isard
    (1960), Methods of Regional Analysis, ch. 7.
    """
    units = list(reversed(counts.UNITS))
    columns = [f"share_{unit}" for unit in counts.UNITS]
    beside = whole[["cause_main", *columns]].rename(columns={column: f"whole_{column}" for column in columns})
    beside = beside.merge(part[["cause_main", *columns]], on="cause_main", how="left")
    some = part[list(counts.UNITS)].sum() > 0
    for unit in counts.UNITS:
        if some[unit]:  # a cause that the part doesn't list is nobody's cause there
            beside[f"share_{unit}"] = beside[f"share_{unit}"].fillna(0.0)
    beside["difference_points"] = (beside["share_persons"] - beside["whole_share_persons"]) * 100
    for unit in units:
        beside[f"location_quotient_{unit}"] = counts.ratio(beside[f"share_{unit}"], beside[f"whole_share_{unit}"])
    quotients = [f"location_quotient_{unit}" for unit in units]
    return beside[["cause_main", *columns, *(f"whole_{column}" for column in columns), "difference_points", *quotients]]


def check_share(shares: pd.DataFrame, members: Sequence[str], at_least: Decimal | str | float, unit: str) -> pd.DataFrame:
    """Check a claim such as "illness and disability make up nine tenths of persons" against the counts, by exact arithmetic.

    One row: `claim` (the members joined by ";"), `unit`, `share` (0 to 1), `at_least`, `holds` (missing when there is nobody).
    No row where nothing is claimed (no members). InputError for an unknown unit or a member that `shares` does not list.
    """
    if unit not in counts.UNITS:
        raise InputError(Fault(f"unknown unit '{unit}'", "unit", "households or persons", nearest(unit, counts.UNITS)))
    listed = shares["cause_main"].tolist()
    if strange := [member for member in members if member not in listed]:
        raise InputError(
            *(Fault(f"cause '{m}' is not listed", "members", "causes of the table", nearest(m, listed)) for m in strange)
        )
    whole = int(shares[unit].sum())
    part = int(shares.loc[shares["cause_main"].isin(list(members)), unit].sum())
    holds = Fraction(part, whole) >= counts.exact(at_least) if whole else None
    row = {
        "claim": ";".join(members),
        "unit": unit,
        "share": part / whole if whole else float("nan"),
        "at_least": float(at_least),
    }
    return pd.DataFrame([row]).assign(holds=pd.array([holds], dtype="boolean")).head(len(members))


def _within(counted: pd.DataFrame, groups: counts.Groups | None, keys: list[str]) -> pd.DataFrame:
    return counts.with_shares(counts.grouped(counted, groups, keys), keys)


def _across(counted: pd.DataFrame, groups: counts.Groups | None, column: str, classes: list[str]) -> pd.DataFrame:
    """Every cause with every class of `column`, in order, with the shares of the cause's total."""
    causes = counts.grouped(counted, groups)["cause_main"]
    found = counts.grouped(counted, groups, [column])
    cells = pd.DataFrame({"cause_main": causes}).merge(pd.DataFrame({column: classes}, dtype="str"), how="cross")
    filled = cells.merge(found, on=["cause_main", column], how="left")
    filled = filled.assign(**{name: filled[name].fillna(0).astype("int64") for name in counts.COUNTS})
    return counts.with_shares(filled, ["cause_main"])


def cause_set(main: pd.Series, other: pd.Series) -> pd.Series:
    """The set of each household's causes: identifiers in code-list order joined by ";", whichever is the main one."""
    joined = main + ";" + other.astype("str").fillna("")
    return joined.map({text: _cause_set(text) for text in joined.unique()}).astype("str")


def _cause_set(joined: str) -> str:
    codes = dictionary.CODES
    order = codes.loc[codes["list"] == "cause", "value"].tolist()
    found = {cause for cause in joined.split(";") if cause}
    return ";".join(sorted(found, key=lambda cause: (order.index(cause) if cause in order else len(order), cause)))


def _composition(persons: IntoFrame, elderly_age: int) -> nw.LazyFrame:
    """The composition of each household, still lazy: sums over its members, then the first rule that fits."""
    frame = counts.lazy(persons, ["household_id", "age_years", "school_status", "labour_skill"])
    school, labour = nw.col("school_status"), nw.col("labour_skill")
    flags = {
        "members": nw.lit(1),
        "elderly": (nw.col("age_years") >= elderly_age).fill_null(False).cast(nw.Int64),
        "pupils": (~school.fill_null("not_at_school").is_in(["not_at_school"])).cast(nw.Int64),
        "workers": labour.fill_null("no_labour").is_in(["ordinary_labour", "skilled_labour"]).cast(nw.Int64),
    }
    summed = frame.select("household_id", **flags).group_by("household_id").agg(*(nw.col(name).sum() for name in flags))
    alone, all_elderly = nw.col("members") == 1, nw.col("elderly") == nw.col("members")
    rules = [alone & all_elderly, all_elderly, alone, nw.col("pupils") > 0, nw.col("workers") > 0]
    chosen: nw.Expr = nw.lit(COMPOSITIONS[-1])
    for rule, name in reversed(list(zip(rules, COMPOSITIONS, strict=False))):
        chosen = nw.when(rule).then(nw.lit(name)).otherwise(chosen)
    return summed.select("household_id", composition=chosen)
