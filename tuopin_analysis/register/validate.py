"""Check a register by the rules of params/rules/checks.yaml: what is found, what is set aside, what is left."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import checks, dictionary, identity, kinds, places, values
from tuopin_analysis.register.about import TABLES, About
from tuopin_analysis.register.read import Source

MASK = "•••"
FINDING = ["code", "severity", "table", "file", "sheet", "row", "column", "household_id", "value",
           "message_zh", "message_en", "mend_zh", "mend_en"]  # fmt: skip


@dataclass(frozen=True, repr=False)
class Checked:
    """All rows as typed frames (indexed by the workbook's row), which of them are accepted, and one finding a row."""

    frames: dict[str, pd.DataFrame]
    is_accepted: dict[str, pd.Series]
    findings: pd.DataFrame


def typed(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A source as a typed frame with all columns of the dictionary, and its cells unreadable, or missing though required."""
    columns: dict[str, pd.Series] = {}
    bad: list[tuple[int, str, str, bool]] = []
    for name, row in dictionary.columns(source.table).iterrows():
        column, is_required = str(name), row["required"] == "yes"
        cells = source.cells.get(column, [None] * len(source.rows))
        columns[column], is_unreadable = values.column(cells, row["type"], row["codes"])
        problem = values.UNREADABLE.get(row["type"], "")
        bad += [(source.rows[at], column, problem, is_required) for at in np.flatnonzero(is_unreadable)]
        if is_required:
            bad += [(source.rows[at], column, "missing", True) for at in np.flatnonzero(columns[column].isna() & ~is_unreadable)]
    unreadable = pd.DataFrame(bad, columns=["row", "column", "problem", "is_required"])
    return pd.DataFrame(columns).set_axis(pd.Index(source.rows, dtype="int64", name="row")), unreadable


def _prepared(about: About, sources: dict[str, Source]) -> kinds.Data:
    """Typed frames with what is derived from several cells: places, day of birth, age on the baseline day, sex."""
    if places.townships(about.county_code).empty:
        raise InputError(Fault(f"no list of townships for county {about.county_code}", "data/places/townships.csv",
                               "the townships of the register's county", "correct county_code in register.yaml"))  # fmt: skip
    read = {table: typed(source) for table, source in sources.items()}
    frames = {table: frame for table, (frame, _) in read.items()}
    for table in ("households", "units"):
        matched = places.match(frames[table], about.county_code)
        frames[table] = frames[table].assign(township_code=matched["township_code"], village_code=matched["village_code"],
                                             place_problem=matched["problem"])  # fmt: skip
    said = identity.read(frames["persons"]["id_number"])
    birth = frames["persons"]["birth_date"].fillna(said["birth_date"])
    frames["persons"] = frames["persons"].assign(
        birth=birth, age_years=identity.age_years(birth, about.baseline), sex=frames["persons"]["sex"].fillna(said["sex"])
    )
    accepted = {table: pd.Series(True, index=frame.index) for table, frame in frames.items()}
    unreadable = {table: bad for table, (_, bad) in read.items()}
    return kinds.Data(about.baseline, about.until, frames, unreadable, accepted)


def check(about: About, sources: dict[str, Source]) -> Checked:
    """Run the checks in their order; a row set aside by one is not looked at by the later ones."""
    data = _prepared(about, sources)
    found = [pd.DataFrame(columns=FINDING)]
    for rule in checks.read():
        for table in rule.tables:
            hits = kinds.KINDS[rule.kind](data, table, **rule.arguments)
            if hits.empty:
                continue
            found.append(_findings(rule, hits, sources[table], data.frames[table]))
            if rule.severity == "error":
                data.is_accepted[table] &= ~data.is_accepted[table].index.isin(hits["row"])
    findings = pd.concat(found[1:] or found, ignore_index=True)
    findings = findings.astype({column: "int64" if column == "row" else "str" for column in FINDING})
    order = findings["table"].map(TABLES.index).astype("int64")
    findings = findings.assign(order=order).sort_values(["order", "row"], kind="stable", ignore_index=True)
    return Checked(data.frames, data.is_accepted, findings[FINDING])


def _findings(rule: checks.Check, hits: pd.DataFrame, source: Source, frame: pd.DataFrame) -> pd.DataFrame:
    known = dictionary.columns(source.table)
    position = {row: at for at, row in enumerate(source.rows)}

    def written(row: int, column: str) -> str:
        if known.loc[column, "protected"]:
            return MASK
        return values.text(source.cells[column][position[row]]) if column in source.cells else ""

    found = hits[["row"]].assign(code=rule.code, severity=rule.severity, table=source.table, file=source.file, sheet=source.sheet)
    found["column"] = [source.headers.get(column, known.loc[column, "label_zh"]) for column in hits["column"]]
    found["value"] = [written(row, column) for row, column in zip(hits["row"], hits["column"], strict=True)]
    found["household_id"] = frame["household_id"].loc[hits["row"]].to_numpy() if "household_id" in frame else None
    details = [{str(key): detail for key, detail in record.items()} for record in hits.to_dict("records")]
    for name in ("message_zh", "message_en", "mend_zh", "mend_en"):
        found[name] = [getattr(rule, name).format(**record) for record in details]
    return found[FINDING]
