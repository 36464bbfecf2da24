"""Check a register by the rules of params/rules/checks.yaml: what is found, what is set aside, what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import (
    answerable,
    checks,
    derived,
    dictionary,
    findings,
    kinds,
    masks,
    places,
    standing,
    steps,
    values,
)
from tuopin_analysis.register.about import NEEDED, TABLES, About
from tuopin_analysis.register.findings import FINDING, MASK
from tuopin_analysis.register.read import Source

__all__ = ["FINDING", "MASK", "Checked", "check", "typed"]
RULE = ["code", "severity", "table", "kind", "rows_checked", "rows_failing", "state", "reason",
        "message_zh", "message_en", "source"]  # fmt: skip


@dataclass(frozen=True, repr=False)
class Checked:
    """All rows as typed frames (indexed by line, see read.Source), which of them are accepted, and one finding a row.

    `rules`: one row per rule and table in the order of checks.yaml: how many rows it tested and found failing, its state ("run",
    or "not_answerable" with the missing tables and columns as reason). `places`: one row per row read: table, file, sheet, row,
    line, household_id, township_code, village_code (missing where they cannot be told), is_accepted. `columns`: by table, the
    columns that the register has.
    """

    frames: dict[str, pd.DataFrame]
    is_accepted: dict[str, pd.Series]
    findings: pd.DataFrame
    rules: pd.DataFrame
    places: pd.DataFrame
    columns: dict[str, list[str]]


def typed(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A source as a typed frame with all columns of the dictionary, and its doubtful cells: line, column, problem, is_required.

    Cells are unreadable, missing though required, or doubtful in the reading itself (read.Source.doubts).
    """
    columns: dict[str, pd.Series] = {}
    described = dictionary.columns(source.table)
    bad: list[tuple[np.ndarray, str, str, bool]] = []
    for name, row in described.iterrows():
        column, is_required = str(name), row["required"] == "yes"
        cells = source.cells.get(column, [None] * len(source.origin))
        columns[column], is_unreadable = values.column(cells, row["type"], row["codes"])
        problem = values.UNREADABLE.get(row["type"], "")
        if row["type"] == "text" and not row["protected"]:
            bad.append((np.flatnonzero(masks.personal(columns[column])), column, "personal", is_required))
        bad.append((np.flatnonzero(is_unreadable), column, problem, is_required))
        if is_required:
            bad.append((np.flatnonzero(columns[column].isna() & ~is_unreadable), column, "missing", True))
    for column, problem in sorted({(column, problem) for _, column, problem in source.doubts}):
        lines = [line for line, at, what in source.doubts if (at, what) == (column, problem)]
        bad.append((np.array(lines), column, problem, bool(described.loc[column, "required"] == "yes")))
    return pd.DataFrame(columns).set_axis(source.origin.index), _problems(bad)


def _problems(bad: list[tuple[np.ndarray, str, str, bool]]) -> pd.DataFrame:
    """Doubtful cells in the order told, a row each."""
    found = [(line, *told) for lines, *told in bad for line in lines]
    return pd.DataFrame(found, columns=["line", "column", "problem", "is_required"]).astype(
        {"line": "int64", "column": "str", "problem": "str", "is_required": "bool"})  # fmt: skip


def _whole(sources: dict[str, Source]) -> dict[str, Source]:
    """The tables, empty where the register has none but of the further ones; InputError without households or persons."""
    needed = [table for table in ("households", "persons") if table not in sources]
    if needed:
        raise InputError(*(Fault(f"no table of {table}", "register", "households and persons at least") for table in needed))
    nothing = pd.DataFrame({"file": [], "sheet": [], "row": []}).astype({"file": "str", "sheet": "str", "row": "int64"})
    return {
        table: sources.get(table) or Source(table, nothing.rename_axis("line"), {}, {})
        for table in TABLES
        if table in NEEDED or table in sources
    }


def _prepared(about: About, sources: dict[str, Source]) -> kinds.Data:
    """Typed frames with what is derived from several cells: places, day of birth, age on the baseline day, sex, …"""
    if places.townships(about.county_code).empty:
        raise InputError(Fault(f"no list of townships for county {about.county_code}", "data/places/townships.csv",
                               "the townships of the register's county", "correct county_code in register.yaml"))  # fmt: skip
    read = {table: typed(source) for table, source in sources.items()}
    frames = {table: frame for table, (frame, _) in read.items()}
    frames["persons"] = _placed(frames["persons"], frames["households"])
    for table in [table for table, frame in frames.items() if "township" in frame]:
        if "village" not in frames[table]:
            frames[table] = frames[table].assign(village=pd.Series(None, frames[table].index, dtype="str"))
        matched = places.match(frames[table], about.county_code)
        named = _is_name_of_person(frames[table], frames["persons"]) & matched["village_code"].fillna("").str.contains("x")
        codes, problem = matched["village_code"].mask(named), matched["problem"].mask(named, "village")
        frames[table] = frames[table].assign(township_code=matched["township_code"], village_code=codes, place_problem=problem)
    derived.prepare(frames, about.baseline)
    unreadable = {table: bad for table, (_, bad) in read.items()}
    _number_households(frames)
    standing_rows = {table: np.ones(len(frame), dtype=bool) for table, frame in frames.items()}
    return kinds.Data(about.changes_from or about.baseline, about.until, frames, unreadable, standing_rows)


def _is_name_of_person(frame: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    """Rows whose village is written as the name of a person of the household: columns have slipped."""
    if "household_id" not in frame:
        return pd.Series(False, index=frame.index)
    there = pd.MultiIndex.from_frame(frame[["household_id", "village"]])
    found = there.isin(pd.MultiIndex.from_frame(persons[["household_id", "name"]].dropna()))
    if "head_name" in frame:
        found |= (frame["head_name"] == frame["village"]).fillna(False).to_numpy(dtype=bool)
    return pd.Series(found, index=frame.index)


def _placed(persons: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """Persons on whose rows no township is written, with township and village of their household."""
    columns = ["township", "village"]
    own = households.dropna(subset="household_id").drop_duplicates("household_id").set_index("household_id")[columns]
    named = persons["township"].notna()
    if named.all():
        return persons
    found = own.reindex(persons["household_id"]).set_axis(persons.index)
    return persons.assign(**{column: persons[column].where(named, found[column]) for column in columns})


def _number_households(frames: dict[str, pd.DataFrame]) -> None:
    """Give every table with household numbers the same number as a whole number; a missing one is no household's."""
    owned = {table: frame["household_id"] for table, frame in frames.items() if "household_id" in frame}
    codes = pd.factorize(pd.concat(owned, ignore_index=True))[0]
    at = 0
    for table, numbers in owned.items():
        frames[table] = frames[table].assign(**{kinds.HOUSEHOLD: codes[at : at + len(numbers)]})
        at += len(numbers)


def check(about: About, sources: dict[str, Source]) -> Checked:
    """Run the checks in their order; a row set aside by one is not looked at by the later ones.

    `sources` may lack any table but households and persons: rules about it are then not answerable, and about one of the further
    tables (about.FURTHER) not asked.
    """
    present = {table: set(source.cells) for table, source in sources.items()}
    whole = _whole(sources)
    data = _prepared(about, whole)
    names = frozenset(data.frames["persons"]["name"].dropna()) | frozenset(data.frames["households"]["head_name"].dropna())
    told = [(rule, table, answerable.lacking(rule.kind, rule.arguments, table, present))
            for rule in checks.read() for table in rule.tables if table in whole]  # fmt: skip
    found: dict[int, list[pd.DataFrame]] = {}
    ran: dict[int, tuple[int, int]] = {}
    asked = [(at, rule, table) for at, (rule, table, lacks) in enumerate(told) if not lacks]
    for batch in _batches(asked):
        for at, rule, table, made, outcomes in _run(data, batch, present):
            frame, source = data.frames[table], whole[table]
            hits = [(step, outcome) for step, outcome in zip(made, outcomes, strict=True) if len(outcome.failed)]
            found[at] = [findings.of_step(rule, *hit, source, frame, about.county_code, names) for hit in hits]
            failing = pd.Index(np.unique(np.concatenate([outcome.failed for _, outcome in hits]))) if hits else pd.Index([])
            ran[at] = max((outcome.tested for outcome in outcomes), default=len(frame)), len(failing)
            if rule.severity == "error" and len(failing):
                data.set_aside(table, failing)
    accepted = {table: pd.Series(data.standing[table], frame.index) for table, frame in data.frames.items()}
    return Checked(
        {table: derived.without(table, frame).drop(columns=kinds.HOUSEHOLD, errors="ignore") for table,
            frame in data.frames.items()}, accepted,
        findings.together([frame for at, *_ in sorted(asked, key=_in_order) for frame in found[at]]),
        _rules(told, ran), standing.rows(whole, data.frames, accepted),
        {table: [name for name in dictionary.columns(table).index if name in has] for table, has in present.items()},
    )  # fmt: skip


Asked = tuple[int, checks.Check, str]


def _batches(asked: Sequence[Asked]) -> list[list[Asked]]:
    """Rules that may be tested together, in turn: each after those that set aside rows it looks at, before later ones that do.

    A plan of Pointblank takes its time whatever is in it, so there are as few as can be.
    """
    turns: dict[int, list[Asked]] = {}
    left: dict[str, int] = {}  # by table, the last turn that sets rows aside, and the last that looks at them
    looked: dict[str, int] = {}
    for entry in asked:
        _, rule, table = entry
        at = _looked_at(rule, table)
        turn = max((left[name] + 1 for name in at if name in left), default=0)
        if rule.severity == "error":
            turn = max(turn, looked.get(table, 0))
            left[table] = max(turn, left.get(table, 0))
        looked.update({name: max(turn, looked.get(name, 0)) for name in at})
        turns.setdefault(turn, []).append(entry)
    return [turns[turn] for turn in sorted(turns)]


def _looked_at(rule: checks.Check, table: str) -> set[str]:
    """The tables whose standing rows a rule looks at; what cells hold was told of all rows when they were read."""
    if rule.kind == "value":
        return set()
    others = [rule.arguments.get("to"), rule.arguments.get("of"), *(one["table"] for one in rule.arguments.get("also") or [])]
    return {table, *(name for name in others if name)}


def _in_order(entry: Asked) -> tuple[bool, str, int]:
    """Findings of one row stand in the order of checks.yaml, but what cells hold by severity."""
    at, rule, _ = entry
    return rule.kind != "value", rule.severity if rule.kind == "value" else "", at


def _run(data: kinds.Data, batch: list[Asked], present: dict[str, set[str]]
         ) -> list[tuple[int, checks.Check, str, list[steps.Step], list[steps.Outcome]]]:  # fmt: skip
    """The steps of a batch and their outcomes: one pb.Validate for all of them."""
    made = [(at, rule, table, _steps(data, rule, table, present[table])) for at, rule, table in batch]
    outcomes = iter(steps.run([step for *_, of_rule in made for step in of_rule]))
    return [(at, rule, table, of_rule, [next(outcomes) for _ in of_rule]) for at, rule, table, of_rule in made]


def _steps(data: kinds.Data, rule: checks.Check, table: str, present: set[str]) -> list[steps.Step]:
    arguments = dict(rule.arguments)
    if rule.kind == "filled":
        arguments["columns"] = [column for column in arguments["columns"] if column in present]
    return kinds.KINDS[rule.kind](data, table, **arguments)


def _rules(told: Sequence[tuple[checks.Check, str, list[str]]], ran: dict[int, tuple[int, int]]) -> pd.DataFrame:
    rows = []
    for at, (rule, table, lacks) in enumerate(told):
        tested, failing = ran.get(at, (0, 0))
        said = [text.format(stated="…", counted="…") for text in (rule.message_zh, rule.message_en)]
        state = "not_answerable" if lacks else "run"
        rows.append((rule.code, rule.severity, table, rule.kind, tested, failing, state, ";".join(lacks), *said, rule.source))
    return pd.DataFrame(rows, columns=RULE)
