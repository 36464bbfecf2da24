"""Errors that a user can mend: what is wrong, where, what was expected, what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. Every part but `what` may be empty.

    >>> print(Fault("unknown scope '13012310'", "--scope", "county or a code", "use 130123103"))
    unknown scope '13012310' (--scope); expected: county or a code; to mend: use 130123103
    """

    what: str
    where: str = ""
    expected: str = ""
    mend: str = ""

    def __str__(self) -> str:
        parts = [f"{self.what} ({self.where})" if self.where else self.what]
        parts += [f"expected: {self.expected}"] if self.expected else []
        parts += [f"to mend: {self.mend}"] if self.mend else []
        return "; ".join(parts)


class InputError(ValueError):
    """The input cannot be used; holds every fault found, so that all can be mended at once."""

    def __init__(self, *faults: Fault) -> None:
        if not faults:
            raise TypeError("InputError needs at least one Fault")
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


def nearest(word: object, known: Iterable[str]) -> str:
    """A hint naming the known words closest to `word`, or all of them when none is close.

    >>> nearest("cuases", ["causes", "targets"])
    "did you mean 'causes'?"
    >>> nearest("x", ["causes", "targets"])
    'known: causes, targets'
    """
    known = list(known)
    close = get_close_matches(str(word), known, n=2, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(f"'{c}'" for c in close) + "?"
    return "known: " + ", ".join(known[:12]) + (", …" if len(known) > 12 else "")


def must_be_day(written: str, where: str) -> date:
    """The day that a text typed at `where` means; InputError for a text that means none.

    >>> must_be_day("2016-12-31", "--when")
    datetime.date(2016, 12, 31)
    """
    day = as_day(written)
    if day is None:
        raise InputError(Fault(f"'{written}' is not a day", where, "year-month-day, such as 2016-12-31"))
    return day


def as_day(written: str) -> date | None:
    """The day that a text of year-month-day means; None for anything else, such as a week of ISO 8601.

    >>> as_day("2016-12-31"), as_day("20161231"), as_day("2016-13-01"), as_day("2016-W01-1")
    (datetime.date(2016, 12, 31), None, None, None)
    """
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day.isoformat() == written else None
