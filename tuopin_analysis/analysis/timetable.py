"""Do the exit plans add up, from household to village, township and county, and do they reach the targets?

Plans are counted against the frozen baseline: a plan of a household that is not among those given counts nowhere, and of two
plans of one household the checks of the register leave one.
"""

from collections.abc import Sequence

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, exits
from tuopin_analysis.analysis.apportionment import number_due, share_down
from tuopin_analysis.rules import Target

_SUMS = ["households", "persons", "has_plan_households", "has_plan_persons"]
_ALL_PLANNED = ["all_planned_households", "all_planned_persons"]


def plans(
    households: IntoFrame,
    plans: IntoFrame,
    *,
    by: str = "township_code",
    targets: Sequence[Target],
    rounding: str,
    due: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What each place plans by the day of each target: one row per place (`township_code` or `village_code`) and target.

    `households, persons` (baseline), `all_planned_households` (with a plan, whatever its day), `unplanned_households` (without
    one), `target_date`, `planned_households, planned_persons` (with a plan up to that day), `target_persons` (the place's part,
    as in `targets.by_place`), `shortfall_persons` (target less planned, at least 0). Planned and shortfall are missing, not
    nought, when no plan is on record.
    """
    places = counts.count_places(households, by)[[by, by.removesuffix("_code"), "households", "persons"]]
    levels = ["township_code", by] if by == "village_code" else [by]
    below = counts.count_by(households, levels)
    flagged = _flagged(households, plans, targets)
    names = [f"by_{at}" for at in range(len(targets))]
    summed = exits.count_flags(flagged, [by], ["has_plan", *names])
    places["all_planned_households"] = places[by].map(summed.set_index(by)["has_plan_households"]).astype("int64")
    places["unplanned_households"] = places["households"] - places["all_planned_households"]
    parts = []
    for name, target in zip(names, targets, strict=True):
        number = number_due("persons", int(places["persons"].sum()), target, rounding, due)
        part = places.assign(target_date=pd.Timestamp(target.by).as_unit("us"))
        for unit in counts.UNITS:
            part[f"planned_{unit}"] = part[by].map(summed.set_index(by)[f"{name}_{unit}"]).astype("int64")
        part["target_persons"] = part[by].map(share_down(number, below, levels, "persons")).astype("int64")
        part["shortfall_persons"] = (part["target_persons"] - part["planned_persons"]).clip(lower=0)
        parts.append(part)
    table = pd.concat(parts).sort_values(["target_date", by], ignore_index=True)
    if exits.any_plan(plans):
        return table
    rests = ["planned_households", "planned_persons", "shortfall_persons"]
    return table.assign(**{name: pd.Series(pd.NA, table.index, dtype="Int64") for name in rests})


def levels(households: IntoFrame, plans: IntoFrame, top: str = "county") -> pd.DataFrame:
    """The plans summed up to each level by itself: one row per level from `top` down (county, township, village, household).

    `level, households, persons, all_planned_households, all_planned_persons, unplanned_households`: equal at every level, or a
    household is counted twice or in no place. `number` of places or households. `split_number`: villages whose
    households are recorded in more than one township; their sums belong to no township alone.
    """
    flagged = _flagged(households, plans, ())
    by_village = exits.count_flags(flagged, ["township_code", "village_code"], ["has_plan"])
    single = exits.count_flags(flagged, ["size"], ["has_plan"])
    towns = by_village.dropna(subset="township_code").groupby("township_code", as_index=False)[_SUMS].sum()
    villages = by_village.dropna(subset="village_code").groupby("village_code", as_index=False)[_SUMS].sum()
    split = int(by_village["village_code"].value_counts().gt(1).sum())
    by_level = {"county": (single, 1), "township": (towns, len(towns)), "village": (villages, len(villages)),
                "household": (single, int(single["households"].sum()))}  # fmt: skip
    rows = [
        {"level": level, "number": number, **{name: int(frame[name].sum()) for name in _SUMS}}
        for level, (frame, number) in by_level.items()
    ]
    table = pd.DataFrame(rows).astype({"level": "str"}).rename(columns=dict(zip(_SUMS[2:], _ALL_PLANNED, strict=True)))
    table["unplanned_households"] = table["households"] - table["all_planned_households"]
    table["number"], table["split_number"] = table.pop("number"), [0, 0, split, 0]
    return table.iloc[table["level"].tolist().index(top) :].reset_index(drop=True)


def burn_down(progress: pd.DataFrame, persons: int, targets: Sequence[Target]) -> pd.DataFrame:
    """Persons not yet out by month, as planned and in fact, and how many a target leaves at most, from `targets.progress`.

    One row per month: `period, remaining_planned_persons, remaining_persons, remaining_target_persons`, each missing where the
    figure of `progress` is, and `target_share` of the month's target. `persons` of the baseline are there to begin with.

    >>> month = {"period": ["2016-12"], "planned_persons": [4], "actual_persons": [3], "target_persons": [4]}
    >>> burn_down(pd.DataFrame(month), 10, [])["remaining_persons"].tolist()
    [7]
    """
    shares = {f"{target.by:%Y-%m}": float(target.share) for target in targets}
    return pd.DataFrame(
        {
            "period": progress["period"],
            "remaining_planned_persons": persons - progress["planned_persons"].astype("Int64"),
            "remaining_persons": persons - progress["actual_persons"].astype("Int64"),
            "remaining_target_persons": persons - progress["target_persons"].astype("Int64"),
            "target_share": progress["period"].map(shares).astype("float64"),
        }
    )


def _flagged(households: IntoFrame, plans: IntoFrame, targets: Sequence[Target]) -> nw.LazyFrame:
    """Each household with flags of 0 and 1: `has_plan`, and `by_0`, `by_1`… of a plan up to the day of each target."""
    needs = ["household_id", "size", "township_code", "village_code"]
    planned = counts.lazy(plans, ["household_id", "planned_exit_date"]).filter(~nw.col("planned_exit_date").is_null())
    planned = planned.select("household_id", plan_day=exits.day_number("planned_exit_date"))
    joined = counts.lazy(households, needs).select(*needs).join(planned, on="household_id", how="left")
    day = nw.col("plan_day")
    reached = {f"by_{at}": exits.flag(day <= target.by.toordinal()) for at, target in enumerate(targets)}
    return joined.with_columns(has_plan=exits.flag(~day.is_null()), **reached)
