"""Check a register by the rules of params/rules/checks.yaml: what is found, what is set aside, what is left."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import checks, dictionary, identity, kinds, places, values
from tuopin_analysis.register.about import TABLES, About
from tuopin_analysis.register.read import Source

MASK = "•••"
FINDING = ["code", "severity", "table", "file", "sheet", "row", "line", "column", "household_id", "value",
           "message_zh", "message_en", "mend_zh", "mend_en"]  # fmt: skip


@dataclass(frozen=True, repr=False)
class Checked:
    """All rows as typed frames (indexed by line, see read.Source), which of them are accepted, and one finding a row."""

    frames: dict[str, pd.DataFrame]
    is_accepted: dict[str, pd.Series]
    findings: pd.DataFrame


def typed(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A source as a typed frame with all columns of the dictionary, and its cells unreadable, or missing though required."""
    columns: dict[str, pd.Series] = {}
    bad: list[tuple[int, str, str, bool]] = []
    for name, row in dictionary.columns(source.table).iterrows():
        column, is_required = str(name), row["required"] == "yes"
        cells = source.cells.get(column, [None] * len(source.origin))
        columns[column], is_unreadable = values.column(cells, row["type"], row["codes"])
        problem = values.UNREADABLE.get(row["type"], "")
        bad += [(int(at), column, problem, is_required) for at in np.flatnonzero(is_unreadable)]
        if is_required:
            bad += [(int(at), column, "missing", True) for at in np.flatnonzero(columns[column].isna() & ~is_unreadable)]
    unreadable = pd.DataFrame(bad, columns=["line", "column", "problem", "is_required"])
    return pd.DataFrame(columns).set_axis(source.origin.index), unreadable


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
    unreadable = {table: bad for table, (_, bad) in read.items()}
    return kinds.Data(about.baseline, about.until, frames, unreadable, dict(frames))


def check(about: About, sources: dict[str, Source]) -> Checked:
    """Run the checks in their order; a row set aside by one is not looked at by the later ones."""
    data = _prepared(about, sources)
    found: list[dict[str, object]] = []
    for rule in checks.read():
        for table in rule.tables:
            hits = kinds.KINDS[rule.kind](data, table, **rule.arguments)
            if hits.empty:
                continue
            found += _findings(rule, hits, sources[table], data.frames[table])
            if rule.severity == "error":
                data.set_aside(table, hits["line"])
    found.sort(key=lambda finding: (TABLES.index(str(finding["table"])), finding["line"]))
    types = {name: "int64" if name in ("line", "row") else "str" for name in FINDING}
    findings = pd.DataFrame(found, columns=FINDING).astype(types)
    accepted = {table: frame.index.isin(data.standing[table].index) for table, frame in data.frames.items()}
    return Checked(data.frames, {table: pd.Series(kept, data.frames[table].index) for table, kept in accepted.items()}, findings)


def _findings(rule: checks.Check, hits: pd.DataFrame, source: Source, frame: pd.DataFrame) -> list[dict[str, object]]:
    described = dictionary.columns(source.table).to_dict("index")
    households = frame["household_id"].reindex(hits["line"]) if "household_id" in frame else [None] * len(hits)
    where = {"code": rule.code, "severity": rule.severity, "table": source.table}
    found = []
    origins = source.origin.loc[hits["line"]].to_dict("records")
    for hit, household, origin in zip(hits.to_dict("records"), households, origins, strict=True):
        column = hit["column"]
        written = values.text(source.cells[column][hit["line"]]) if column in source.cells else ""
        headers = source.headers[origin["file"], origin["sheet"]]
        numbers = {"stated": hit.get("stated"), "counted": hit.get("counted")}
        told = {name: getattr(rule, name).format(**numbers) for name in ("message_zh", "message_en", "mend_zh", "mend_en")}
        found.append(where | told | {str(name): value for name, value in origin.items()} | {
            "line": hit["line"],
            "column": headers.get(column, described[column]["label_zh"]),
            "household_id": household,
            "value": MASK if described[column]["protected"] else written,
        })  # fmt: skip
    return found
