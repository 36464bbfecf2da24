"""Targets as whole numbers: how many persons a share is, and how a number is shared out so that its parts add up to it."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.rules import Target

ROUNDINGS = ("up", "nearest", "down")


def target_number(base: int, share: Decimal | str | float, rounding: str) -> int:
    """The whole number of persons (or households) that a share of `base` asks for, by exact arithmetic.

    `up`: the smallest number that meets the share; `nearest`: halves upwards; `down`: the largest number not above it.
    InputError for an unknown rounding or a negative base.

    >>> target_number(3654, Decimal("0.40"), "up"), target_number(3655, Decimal("0.40"), "up")
    (1462, 1462)
    """
    if rounding not in ROUNDINGS:
        raise InputError(
            Fault(f"unknown rounding '{rounding}'", "target_rounding", "up, nearest or down", nearest(rounding, ROUNDINGS))
        )
    if base < 0:
        raise InputError(Fault(f"a base of {base}", "target", "a count, 0 or more"))
    number = counts.exact(share) * base
    return {"up": math.ceil(number), "nearest": math.floor(number + Fraction(1, 2)), "down": math.floor(number)}[rounding]


def share_out(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share `total` out in proportion to `weights` (code: count) in whole numbers that add up to it, by largest remainder.

    Each part is its exact quota rounded down or up; what is left goes to the largest remainders, and among equal ones to the
    smaller code. InputError when something is to be shared out to nobody, or a number is negative. Source: Balinski and Young
    (2001), Fair Representation, 2nd ed., ch. 3 (Hamilton's method).

    >>> share_out(2, {"b": 1, "a": 1, "c": 2})
    {'b': 0, 'a': 1, 'c': 1}
    """
    whole = sum(weights.values())
    if total < 0 or any(weight < 0 for weight in weights.values()):
        raise InputError(Fault("a negative number to share out", "share_out", "counts, 0 or more"))
    if total and not whole:
        raise InputError(
            Fault(f"{total} to share out, and nobody to share it out to", "share_out", "at least one weight above 0")
        )
    quotas = {code: Fraction(total * weight, whole or 1) for code, weight in weights.items()}
    parts = {code: math.floor(quota) for code, quota in quotas.items()}
    first = sorted(quotas, key=lambda code: (parts[code] - quotas[code], code))
    for code in first[: total - sum(parts.values())]:
        parts[code] += 1
    return parts


def share_down(total: int, counted: pd.DataFrame, levels: Sequence[str], unit: str) -> dict[str, int]:
    """Share `total` out level by level, as from townships to their villages: the parts of a place add up to the place's own.

    `counted` has one row per combination of the `levels` (codes, the highest first) with its count in the column `unit`; the
    result is by the code of the last level. Shared out over all villages at once, a township's would not add up to its number.

    >>> counted = pd.DataFrame({"township_code": ["A", "A", "B"], "village_code": ["a", "b", "c"], "persons": [1, 1, 1]})
    >>> share_down(2, counted, ["township_code", "village_code"], "persons")
    {'a': 1, 'b': 0, 'c': 1}
    """
    first, rest = levels[0], levels[1:]
    sums = counted.groupby(first)[unit].sum()
    parts = share_out(total, {str(code): int(count) for code, count in sums.items()})
    if not rest:
        return parts
    down: dict[str, int] = {}
    for code, below in counted.groupby(first):
        for place, part in share_down(parts[str(code)], below, rest, unit).items():
            down[place] = down.get(place, 0) + part
    return down


def place_targets(households: IntoFrame, *, by: str = "township_code", targets: Sequence[Target], rounding: str) -> pd.DataFrame:
    """The targets of each place as parts of the whole's: one row per place and target, `<by>, target_date` and `target_*`.

    `target_persons, target_households` add up to the whole's number (`share_out`). The rows of one township are the `due` of
    its own report, whose target is then the same number as in the county's table; rounded by itself it could be one more.
    """
    places = counts.count_places(households, by)
    parts = []
    for target in targets:
        part = places[[by]].assign(target_date=pd.Timestamp(target.by).as_unit("us"))
        for unit in ("persons", "households"):
            number = target_number(int(places[unit].sum()), target.share, rounding)
            shared = share_out(number, dict(zip(places[by], places[unit].tolist(), strict=True)))
            part[f"target_{unit}"] = pd.Series(places[by].map(shared), dtype="int64")
        parts.append(part)
    return pd.concat(parts).sort_values([by, "target_date"], ignore_index=True)


def number_due(unit: str, whole: int, target: Target, rounding: str, due: pd.DataFrame | None) -> int:
    """The target as a whole number: the share of `whole`, or the part of a larger whole that `due` gives for the target's day."""
    if due is None:
        return target_number(whole, target.share, rounding)
    given = due.loc[due["target_date"] == pd.Timestamp(target.by), f"target_{unit}"]
    if len(given) != 1:
        raise InputError(Fault(f"{len(given)} target numbers for {target.by}", "due", "the rows of one place in place_targets"))
    return int(given.iloc[0])
