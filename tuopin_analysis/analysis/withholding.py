"""The public edition of result tables: suppressed figures become missing, and nothing outside a closed list of columns is shown.

One guard serves a page; its pattern comes from the whole county whatever the page's scope. Whatever is computed from a suppressed
figure (share, rank, quotient, target still needed) is suppressed with it.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, disclosure
from tuopin_analysis.analysis.disclosure import ALL, Pattern
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.rules import Rules

SUPPRESSED = "suppressed"
Need = tuple[str, str]  # a layer, and which of its cells: the row's own, its place's, its cause's, the total, or all places'
_OWN: tuple[Need, ...] = (("registered", "own"),)
_QUOTIENT: tuple[Need, ...] = tuple(("registered", which) for which in ("own", "place", "cause", "total"))
_PLACES: tuple[Need, ...] = (("registered", "places"),)
_OUT: tuple[Need, ...] = (("out", "own"),)
NEEDS: dict[str, tuple[Need, ...]] = {
    **dict.fromkeys(("households", "persons", "persons_per_household", "headcount_ratio"), _OWN),
    **dict.fromkeys(("remaining_households", "remaining_persons"), (("remaining", "own"),)),
    **dict.fromkeys(("actual_households", "actual_persons", "achieved_persons_per_month"), _OUT),
    **dict.fromkeys(("share_actual", "share_actual_households"), (*_OUT, *_OWN)),
    **dict.fromkeys(("share_households", "share_persons"), (*_OWN, ("registered", "base"))),
    **dict.fromkeys(("whole_share_households", "whole_share_persons"), (("registered", "cause"), ("registered", "total"))),
    **dict.fromkeys(("difference_points", "location_quotient_households", "location_quotient_persons"), _QUOTIENT),
    **dict.fromkeys(("rank_households", "rank_persons", "largest", "first", "first_share", "second", "second_share"), _PLACES),
    **dict.fromkeys(("herfindahl", "effective_number", "top_two_share", "gini"), _PLACES),
    **dict.fromkeys(("target_households", "target_persons"), _PLACES),
    **dict.fromkeys(("still_needed_persons", "needed_persons_per_month", "is_met"), (*_PLACES, *_OUT)),
    **dict.fromkeys(("counted", "gap"), _OWN),
    "share": (("registered", "causes"),),
    "holds": (("registered", "causes"), ("registered", "places")),
}
# Names, published figures and constants of the rule set.
OPEN = ["township_code", "township", "cause_main", "unit", "claim", "claimed", "at_least", "table", "key", "published", "period",
        "rural_population", "reason", "months_left", "denominator", "target_date"]  # fmt: skip


@dataclass(frozen=True)
class Guard:
    """What a page of one scope may show; without a pattern (the internal edition) everything."""

    scope: str
    pattern: Pattern | None = None
    as_of: str = ""
    target_days: tuple[date, ...] = ()

    @property
    def public(self) -> bool:
        """Whether the page is public."""
        return self.pattern is not None

    @property
    def suppresses(self) -> bool:
        """Whether any figure of the public edition is suppressed."""
        return self.pattern is not None and bool(self.pattern.registered.any() or self.pattern.split.any())

    def protect(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A result table as the page may show it; in the internal edition unchanged.

        In the public one suppressed figures are missing and the new column `suppressed` names them (column names joined by ";");
        columns that the public edition does not have are left out. InputError for a table of villages and for unknown causes.
        """
        if self.pattern is None:
            return frame
        if "village_code" in frame:
            raise InputError(Fault("a table of villages", "edition", "townships", "the public edition has no villages"))
        shown = frame[[column for column in frame.columns if column in NEEDS or column in OPEN]].copy()
        rows = [self._cell(row) for row in shown.to_dict("records")]
        names: list[list[str]] = [[] for _ in rows]
        for column in [column for column in shown.columns if column in NEEDS]:
            hidden = [self._hides(column, cell, "cause_main" in shown) for cell in rows]
            if any(hidden):
                shown[column] = _nullable(shown[column]).mask(pd.Series(hidden, index=shown.index, dtype=bool))
            for found, hide in zip(names, hidden, strict=True):
                found += [column] if hide else []
        return shown.assign(**{SUPPRESSED: pd.Series([";".join(found) for found in names], index=shown.index, dtype="str")})

    def months(self, progress: pd.DataFrame) -> pd.DataFrame:
        """`targets.progress` as the page may show it: in the public edition only the month of `as_of` and the targets after it.

        Month by month the series would give away single exits; so would its plans, which are left out.
        """
        if self.pattern is None:
            return progress
        now = self.as_of[:7]
        kept = progress[(progress["period"] == now) | ((progress["period"] > now) & progress["target_persons"].notna())]
        judged = kept["is_met"] if any(str(day) == self.as_of for day in self.target_days) else pd.NA
        shown = self.protect(kept.assign(is_met=pd.Series(judged, index=kept.index, dtype="boolean")).reset_index(drop=True))
        later = shown["period"] > now  # nothing is suppressed there of what nobody knows yet
        shown[SUPPRESSED] = shown[SUPPRESSED].where(~later, shown[SUPPRESSED].map(_only_targets))
        return shown

    def _cell(self, row: dict) -> tuple[str, str]:
        """Township and cause of a row, each "*" where the row is about all of them."""
        place = ALL if self.scope == "county" else self.scope
        if "table" in row:  # the reconciliation names its rows itself
            return {"townships": (row["key"], ALL), "causes": (place, row["key"])}.get(row["table"], (ALL, ALL))
        return row.get("township_code", place), row.get("cause_main", ALL)

    def _hides(self, column: str, cell: tuple[str, str], by_cause: bool) -> bool:
        assert self.pattern is not None
        place, cause = cell
        cube = self.pattern.cube
        if column in ("counted", "gap") and place not in cube.townships:
            return False  # published elsewhere and without a household here: a nought
        which = {
            "own": [cell],
            "place": [(place, ALL)],
            "cause": [(ALL, cause)],
            "total": [(ALL, ALL)],
            "base": [(place, ALL) if by_cause else (ALL, ALL)],
            "places": [(township, ALL) for township in cube.townships],
            "causes": [(place, name) for name in cube.causes],
        }
        try:
            return any(self.pattern.hides(layer, *needed) for layer, name in NEEDS[column] for needed in which[name])
        except ValueError:
            what = f"township '{place}' with cause '{cause}' is no cell of the public tables"
            raise InputError(Fault(what, column, "townships of the county and groups of causes")) from None


def _only_targets(names: str) -> str:
    return ";".join(name for name in names.split(";") if name.startswith("target"))


def guard(
    county: IntoFrame, rules: Rules, *, scope: str, as_of: str, edition: str, townships: pd.DataFrame, causes: pd.DataFrame
) -> Guard:
    """The guard of a page; the public edition's is made from the whole county's households on the day, whatever the scope.

    `townships` and `causes` are the published figures (see `disclosure.cube`). InputError for a public page of a village, and
    when a small cell cannot be hidden.

    >>> from tuopin_analysis.rules import read
    >>> none, day = pd.DataFrame(), "2016-12-31"
    >>> guard(none, read("hebei-2016"), scope="county", as_of=day, edition="internal", townships=none, causes=none).public
    False
    """
    if edition != "public":
        return Guard(scope)
    table = disclosure.cube(county, rules.cause_groups, townships, causes)
    if scope != "county" and scope not in table.townships[:-1]:
        raise InputError(Fault(f"no public edition for '{scope}'", "scope", "county or a township", "make the internal edition"))
    days = tuple(target.by for target in rules.targets)
    return Guard(scope, disclosure.pattern(table, rules.small_cells), str(counts.day(as_of)), days)


def _nullable(values: pd.Series) -> pd.Series:
    """Whole numbers and truth values as types that can be missing."""
    if pd.api.types.is_bool_dtype(values):
        return values.astype("boolean")
    return values.astype("Int64") if pd.api.types.is_integer_dtype(values) else values
