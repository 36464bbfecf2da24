"""Do the published figures hold? Sums and stated shares checked against the published counts, and the register against both."""

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import causes as cause_counts
from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis import townships as township_counts

AUDIT = {"item": "str", "stated": "float64", "computed": "float64", "verdict": "str", "digits": "Int64", "right": "str"}
RECONCILIATION = {"table": "str", "key": "str", "unit": "str", "counted": "Int64", "published": "Int64", "gap": "Int64"}
TOTALS = {f"registered_{unit}": unit for unit in counts.UNITS}


def half_up(number: Fraction, digits: int) -> Decimal:
    """Round an exact number as offices do, a half always upwards, and keep the noughts.

    >>> half_up(Fraction(1332, 3654) * 100, 1), half_up(Fraction(1, 8), 2), half_up(Fraction(5), 1)
    (Decimal('36.5'), Decimal('0.13'), Decimal('5.0'))
    """
    return Decimal(math.floor(number * 10**digits + Fraction(1, 2))).scaleb(-digits)


def audit(register: pd.DataFrame, townships: pd.DataFrame, causes: pd.DataFrame) -> pd.DataFrame:
    """Check every sum and every stated share of the published figures: one row per figure.

    `item` (such as `causes.illness.share_persons`), `stated, computed` (counts, or shares from 0 to 1 at full precision),
    `verdict`, `digits` (decimals of the per cent as stated), `right` (what would be right, with the decimals usual in that
    table). Verdicts: agrees (equal once rounded half up to the decimals usual in the table, the most that it states), coarser
    (equal only at the fewer decimals stated), inconsistent, missing (not stated or not computable). Shares are of the
    registered totals.
    """
    totals = _totals(register)
    rows = [
        _sum_row(f"{name}.{unit}", totals[unit], table[unit])
        for name, table in (("townships", townships), ("causes", causes))
        if len(table)
        for unit in counts.UNITS
    ]
    stated = [_decimal(text) for unit in counts.UNITS for text in causes.get(f"share_{unit}_stated", [])]
    usual = max((_digits(number) for number in stated if number is not None), default=0)
    for row in causes.to_dict("records"):
        for unit in counts.UNITS:
            computed = Fraction(int(row[unit]), totals[unit]) if totals[unit] and not pd.isna(row[unit]) else None
            rows.append(_share_row(f"causes.{row['cause_main']}.share_{unit}", row[f"share_{unit}_stated"], computed, usual))
    shares = register[register["item"].str.startswith("share_")] if len(register) else register
    rows += [_share_row(f"register.{row['item']}", row["value"], None, usual) for row in shares.to_dict("records")]
    return pd.DataFrame(rows, columns=list(AUDIT)).astype(AUDIT)


def reconciliation(
    households: IntoFrame,
    *,
    totals: pd.DataFrame,
    townships: pd.DataFrame,
    causes: pd.DataFrame,
    groups: counts.Groups,
    scope: str = "county",
) -> pd.DataFrame:
    """Put the register's counts beside the published ones: one row per published or counted figure.

    `table` (register, townships, causes), `key` (item, township code or cause), `unit, counted, published`, `gap` (counted -
    published; missing when nothing is published, which is not the same as 0). For a township's `scope`: the township's own row,
    and its causes with nothing published; for a village's: the village and its causes, with nothing published.
    """
    by_cause = cause_counts.shares(households, groups).set_index("cause_main")
    published_causes = causes.set_index("cause_main") if len(causes) and scope == "county" else None
    place = "township_code" if scope == "county" or len(scope) <= 9 else "village_code"
    counted = township_counts.distribution(households) if place == "township_code" else township_counts.by_village(households)
    counted = counted.set_index(place)
    published = townships.set_index("township_code") if len(townships) and place == "township_code" else None
    if scope != "county" and published is not None:
        published = published[published.index == scope]
    rows = []
    if scope == "county":
        stated = _totals(totals)
        for item, unit in TOTALS.items():
            rows.append(_gap_row("register", item, unit, int(by_cause[unit].sum()), stated[unit]))
    rows += _gap_rows("townships" if place == "township_code" else "villages", counted, published)
    rows += _gap_rows("causes", by_cause, published_causes)
    return pd.DataFrame(rows, columns=list(RECONCILIATION)).astype(RECONCILIATION)


def _gap_rows(table: str, counted: pd.DataFrame, published: pd.DataFrame | None) -> list[dict[str, object]]:
    """One row per key and unit; a key that is published and not counted counts 0."""
    known = pd.DataFrame(columns=list(counts.UNITS)) if published is None else published
    return [
        _gap_row(table, key, unit, int(counted[unit].get(key, 0)), known[unit].get(key))
        for key in dict.fromkeys([*known.index, *counted.index])
        for unit in counts.UNITS
    ]


def _gap_row(table: str, key: str, unit: str, counted: int, published: object) -> dict[str, object]:
    stated = None if pd.isna(published) else int(published)  # type: ignore[call-overload]
    gap = counted - stated if stated is not None else None
    return {"table": table, "key": key, "unit": unit, "counted": counted, "published": stated, "gap": gap}


def _sum_row(item: str, stated: int | None, parts: pd.Series) -> dict[str, object]:
    whole = parts.notna().all()
    computed = int(parts.sum()) if whole else None
    verdict = "missing" if stated is None or computed is None else "agrees" if stated == computed else "inconsistent"
    right = None if computed is None else str(computed)
    return {"item": item, "stated": stated, "computed": computed, "verdict": verdict, "digits": None, "right": right}


def _share_row(item: str, text: object, computed: Fraction | None, usual: int) -> dict[str, object]:
    stated = _decimal(text)
    row: dict[str, object] = {"item": item, "stated": None, "computed": None, "verdict": "missing", "digits": None, "right": None}
    if computed is not None:
        row |= {"computed": computed.numerator / computed.denominator, "right": f"{half_up(computed * 100, usual)} %"}
    if stated is not None:
        row |= {"stated": float(stated / 100), "digits": _digits(stated)}
    if stated is not None and computed is not None:
        row["verdict"] = _verdict(stated, computed * 100, usual)
    return row


def _verdict(stated: Decimal, computed: Fraction, usual: int) -> str:
    if half_up(computed, usual) == stated:
        return "agrees"
    return "coarser" if half_up(computed, _digits(stated)) == stated else "inconsistent"


def _totals(register: pd.DataFrame) -> Mapping[str, int | None]:
    values = dict(zip(register["item"], register["value"], strict=True)) if len(register) else {}
    numbers = {unit: _decimal(values.get(item)) for item, unit in TOTALS.items()}
    return {unit: None if number is None else int(number) for unit, number in numbers.items()}


def _decimal(text: object) -> Decimal | None:
    return None if pd.isna(text) or not str(text).strip() else Decimal(str(text).strip())  # type: ignore[call-overload]


def _digits(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
