"""Which figure a user asks for: the folder's report, the table, its row and column; all that is wrong is told at once."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError, nearest

SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Asked:
    """One figure: the report's entry in the manifest, its table, the rows that fit what was given, and the column."""

    folder: Path
    entry: dict[str, Any]
    key: str
    given: dict[str, str]
    found: pd.DataFrame
    column: str

    @property
    def fitting(self) -> int:
        """How many rows of the table fit."""
        return len(self.found)

    @property
    def row(self) -> dict[str, str]:
        """The row as the table has it; of several, what was given alone (the figure is then their sum)."""
        if len(self.found) == 1:
            return {str(column): str(value) for column, value in self.found.iloc[0].items()}
        names = set(self.given) | {
            column for column in self.found if str(column).endswith("_code") and len(set(self.found[column])) == 1
        }
        first = self.found.iloc[0]
        return {str(column): str(first[str(column)]) for column in names} | {self.column: ""}

    @property
    def suppressed(self) -> bool:
        """Whether the figure (or a part of a sum) is suppressed in the public edition."""
        return SUPPRESSED in self.found and any(self.column in str(text).split(";") for text in self.found[SUPPRESSED])

    @property
    def value(self) -> Any:
        """The figure as the table has it; None where it is missing."""
        values = [_plain(str(text)) for text in self.found[self.column]]
        return values[0] if len(values) == 1 else None if None in values else sum(values)

    def node(self, figures: Mapping[str, Any]) -> Any:
        """The figure's description; InputError for a column that is a name, and for several rows of what cannot be added up."""
        from tuopin_analysis.analysis import tracing, tracing_figures

        where = f"{self.key}, {self.column}"
        if (why := tracing_figures.COMPUTED.get((self.key, self.column))) is not None:
            raise InputError(
                Fault(f"'{self.column}' is no sum of rows", where, why, f"trace what it comes from: {', '.join(figures)}")
            )
        if self.column not in figures:
            known = ", ".join(figures) or "none"
            what = f"'{self.column}' is no figure that can be traced"
            raise InputError(Fault(what, self.key, f"one of: {known}", nearest(self.column, figures)))
        node = figures[self.column]()
        if len(self.found) > 1 and (not isinstance(node, tracing.Sum) or self.key not in tracing_figures.TABLES):
            columns = list(map(str, self.found))
            names = [n for n in tracing_figures.keys(self.key, columns) if n not in self.given] or columns[:1]
            example = " ".join(f"{name}={self.found[name].iloc[0]}" for name in names)
            raise InputError(Fault(f"{len(self.found)} rows fit", where, "one row", f"add, for example: {example}"))
        return node


def asked(folder: Path, key: str, words: Sequence[str]) -> Asked:
    """Read a question; InputError names every fault: folder, table, columns, values, figure."""
    entries = _entries(folder)
    known = [name for entry in entries for name in entry["tables"]]
    faults: list[Fault] = []
    conditions, column = _split(words, faults)
    if key not in known:
        raise InputError(
            Fault(f"no table '{key}'", str(folder), "a key table of this folder's reports", nearest(key, known)), *faults
        )
    entry = next(entry for entry in entries if key in entry["tables"])
    table = _table(folder / "tables" / f"{key}.csv")
    columns, shown = _named(table), _shown(table)
    given: dict[str, str] = {}
    found = table
    for name, text in conditions:
        at = columns.get(_folded(name))
        if at is None:
            faults.append(Fault(f"no column '{name}'", key, f"one of: {', '.join(map(str, table))}", nearest(name, shown)))
            continue
        spellings = {spelling: value for value in table[at].unique() for spelling in _spellings(at, value)}
        values = {_folded(spelling): value for spelling, value in spellings.items()}
        value = values.get(_folded(text), _decoded(at, text))
        if value is None or value not in set(table[at]):
            some = [str(one) for one in table[at].unique()[:8]]
            faults.append(Fault(f"no {at} '{text}'", key, f"such as {', '.join(some)}", nearest(text, spellings)))
            continue
        given[at] = value
        found = found[found[at] == value]
    figure = columns.get(_folded(column)) if column else None
    if column and figure is None:
        faults.append(Fault(f"no figure '{column}'", key, f"a column: {', '.join(map(str, table))}", nearest(column, shown)))
    if not faults and found.empty:
        faults.append(
            Fault("no row fits all conditions at once", key, "a row of the table", f"look at {folder / 'tables' / key}.csv")
        )
    if faults:
        raise InputError(*faults)
    return Asked(folder, entry, key, given, found, str(figure))


def _entries(folder: Path) -> list[dict[str, Any]]:
    """The whole reports of a place's folder, from the manifest beside it."""
    from tuopin_analysis.report import batch

    place = folder.resolve()
    entries = batch.entries(place.parent)
    if not entries:
        mend = "give the folder of one place, as reports/county"
        if batch.entries(place):
            mend = f"give the folder of one place, as {folder / 'county'}"
        raise InputError(Fault("no manifest of reports", str(folder.parent), "manifest.json beside the place's folder", mend))
    scopes = list(dict.fromkeys(entry["scope"] for entry in entries))
    here = [entry for entry in entries if entry["scope"] == place.name and entry["tables"]]
    if not here:
        raise InputError(
            Fault(f"no report for '{place.name}'", str(folder), f"one of: {', '.join(scopes)}", nearest(place.name, scopes))
        )
    return here


def _split(words: Sequence[str], faults: list[Fault]) -> tuple[list[tuple[str, str]], str]:
    """The conditions and the figure; the figure stands last and has no equals sign."""
    pairs, bare = [], []
    for word in words:
        name, sign, value = word.partition("=")
        if sign:
            pairs.append((name, value))
        else:
            bare.append(word)
    doubled = sorted({name for name, _ in pairs if [other for other, _ in pairs].count(name) > 1})
    faults += [Fault(f"'{name}' is given twice", "conditions", "each column once") for name in doubled]
    if len(bare) != 1:
        what = f"{len(bare)} figures named" if bare else "no figure named"
        faults.append(Fault(what, " ".join(words), "conditions as COLUMN=VALUE, then one column", "persons, for example"))
    return pairs, bare[0] if len(bare) == 1 else ""


def _table(path: Path) -> pd.DataFrame:
    expected, mend = "a table of the report", "make the report again"
    try:
        frame = pd.read_csv(io.StringIO(path.read_text(encoding="utf-8")), dtype="str", keep_default_na=False)
    except OSError as error:
        raise InputError(Fault(f"cannot read the table: {error.strerror}", str(path), expected, mend)) from None
    except ValueError:  # empty, not UTF-8, or rows of other lengths
        raise InputError(Fault("the table is damaged", str(path), f"{expected}: CSV in UTF-8", mend)) from None
    return frame.map(harmless.from_csv_cell)


def _named(table: pd.DataFrame) -> dict[str, str]:
    """By identifier and by label in both languages: the column."""
    from tuopin_analysis.register import dictionary

    named = list(map(str, table))
    labels = {_folded(dictionary.label(column, lang)): column for lang in dictionary.LANGUAGES for column in named}
    return labels | {_folded(column): column for column in named}


def _shown(table: pd.DataFrame) -> list[str]:
    """Columns as they can be typed, for a hint."""
    from tuopin_analysis.register import dictionary

    named = list(map(str, table))
    return [*named, *(dictionary.label(column, lang) for lang in dictionary.LANGUAGES for column in named)]


def _spellings(column: str, value: str) -> list[str]:
    """How a value may be typed: as it stands, by its label or its place's name in both languages."""
    from tuopin_analysis.register import dictionary
    from tuopin_analysis.report import language

    told = [
        f(value, lang)
        for lang in dictionary.LANGUAGES
        for f in (language.place, lambda v, lg: dictionary.value_label(column, v, lg))
    ]
    return [*told, value]


def _decoded(column: str, text: str) -> str | None:
    """A code's value from any other spelling of the code lists, as 因病致贫."""
    from tuopin_analysis.register import dictionary

    return next((v for name in dictionary.code_lists_of(column) if (v := dictionary.decode(name, text)) is not None), None)


def _folded(text: str) -> str:
    from tuopin_analysis.register import dictionary

    return dictionary.normalise_header(text).casefold()


def _plain(text: str) -> Any:
    """A cell of a CSV file as what it stands for."""
    known = {"": None, "True": True, "False": False}
    if text in known:
        return known[text]
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number
