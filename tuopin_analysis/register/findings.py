"""Findings: what a rule found, where it stands in the county's own files, and what to do. Built by columns, not row by row."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import pandas as pd

from tuopin_analysis.register import checks, dictionary, hints, masks, values
from tuopin_analysis.register.about import TABLES
from tuopin_analysis.register.read import Source
from tuopin_analysis.register.steps import Outcome, Step

MASK = masks.MASK
FINDING = ["code", "severity", "table", "file", "sheet", "row", "line", "column", "household_id", "value",
           "message_zh", "message_en", "mend_zh", "mend_en"]  # fmt: skip
_TOLD = ("message_zh", "message_en", "mend_zh", "mend_en")


def of_step(rule: checks.Check, step: Step, outcome: Outcome, source: Source, frame: pd.DataFrame, county: str,
            names: AbstractSet[str] = frozenset()) -> pd.DataFrame:  # fmt: skip
    """One row per failing row of a step, with the columns FINDING; advice names what may stand there (`hints`).

    A text that is one of `names`, those of the register's persons, is masked too: columns have slipped.
    """
    lines, described = outcome.failed, dictionary.columns(source.table)
    origin = source.origin.loc[lines].reset_index(drop=True)
    sheets = pd.Series(list(zip(origin["file"], origin["sheet"], strict=True)), dtype="object")
    label = str(described.loc[step.column, "label_zh"])
    header = {sheet: written.get(step.column, label) for sheet, written in source.headers.items()}
    cells = source.cells.get(step.column)
    if described.loc[step.column, "protected"] or any(_is_protected(source.table, text) for text in set(header.values())):
        written = [MASK] * len(lines)
    else:
        written = [_shown(values.text(cells[line]), names) for line in lines] if cells is not None else [""] * len(lines)
    households = frame["household_id"].loc[lines].to_numpy() if "household_id" in frame else None
    found = pd.DataFrame({
        "code": rule.code, "severity": rule.severity, "table": source.table, "file": origin["file"], "sheet": origin["sheet"],
        "row": origin["row"], "line": lines, "column": sheets.map(header).fillna(label), "household_id": households,
        "value": written, **{name: _said(getattr(rule, name), step, lines) for name in _TOLD},
    })  # fmt: skip
    told = hints.of_cells(rule, source, step.column, lines, frame, county)
    return found.assign(mend_zh=found["mend_zh"] + [zh for zh, _ in told], mend_en=found["mend_en"] + [en for _, en in told])


def _shown(written: str, names: AbstractSet[str]) -> str:
    """A value as findings may carry it: masked whole when it is a person's name or holds a number of one, whatever its column."""
    return MASK if written in names or masks.holds_number(written) else written


def _is_protected(table: str, header: str) -> bool:
    """Whether a header is that of a protected column: without person numbers, the ID number stands as the key of persons."""
    column = dictionary.headers(table).get(dictionary.normalise_header(header))
    return column is not None and bool(dictionary.columns(table).loc[column, "protected"])


def _said(text: str, step: Step, lines: pd.Index) -> str | list[str]:
    """A message with its numbers; formatted once for each pair of numbers there is."""
    if "{" not in text:
        return text
    numbers = pd.DataFrame({name: told.loc[lines] for name, told in step.details.items()})
    pairs = list(numbers.itertuples(index=False, name=None))
    said = {
        pair: text.format(**{str(name): _plain(number) for name, number in zip(numbers, pair, strict=True)})
        for pair in set(pairs)
    }
    return [said[pair] for pair in pairs]


def _plain(number: object) -> object:
    """A number as an office writes it: no decimals that say nothing."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def together(found: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All findings in the order of tables and lines; an empty frame of the same columns without any."""
    types = {name: "int64" if name in ("line", "row") else "str" for name in FINDING}
    if not found:
        return pd.DataFrame(columns=FINDING).astype(types)
    findings = pd.concat(found, ignore_index=True)[FINDING].astype(types)
    place = findings["table"].map({table: at for at, table in enumerate(TABLES)})
    order = findings.assign(_table=place).sort_values(["_table", "line"], kind="stable").index
    return findings.loc[order].reset_index(drop=True)
