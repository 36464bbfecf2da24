"""A register as it is corrected: lines are compared with what it says, and then applied to its frames."""

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd

from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import corrections, dictionary
from tuopin_analysis.register.about import CHANGES_FROM, About
from tuopin_analysis.register.corrections import AGAIN, KEYS, Correction, at_line, chains, field_of, same, text, value

Frames = Callable[[date, str], pd.DataFrame]


def keys(table: str, frame: pd.DataFrame) -> pd.Series:
    """The key of each row of a table."""
    parts = [frame[name].map(text) for name in KEYS[table]]
    return pd.Series([" ".join(part) for part in zip(*parts, strict=True)], frame.index, dtype="str")


def register_faults(told: About, lines: Sequence[Correction], frame: Frames) -> list[Fault]:
    """Lines about no row, or about one that says otherwise: the row of the first snapshot that has it is the one that counts."""
    days, faults = list(told.snapshots) or [told.baseline], []
    by_table: dict[str, list[list[Correction]]] = {}
    for chain in chains(lines):
        by_table.setdefault(chain[0].table, []).append(chain)
    for table, of_table in by_table.items():
        frames = [frame(day, table) for day in days]
        named = [pd.Series(keys(table, one).index, keys(table, one)) for one in frames]
        known = [key for one in named for key in one.index]
        for first in (chain[0] for chain in of_table):
            at = next((at for at, one in enumerate(named) if first.row in one.index), None)
            if at is None:
                what = f"no row '{first.row}' in {table}"
                faults.append(Fault(what, at_line(told, first.number), " ".join(KEYS[table]), nearest(first.row, known[:20000])))
                continue
            found = frames[at].loc[named[at].loc[[first.row]], first.field]
            if len(found) > 1:
                faults.append(Fault(f"{len(found)} rows of {table} are '{first.row}'", at_line(told, first.number), "one", AGAIN))
            elif not same(found.iloc[0], value(*field_of(first), first.old)):
                what = f"the register says {first.field} '{text(found.iloc[0])}', not '{first.old}'"
                mend = f"undo correction {first.number}, or write what the register says"
                faults.append(Fault(what, at_line(told, first.number), "what the register says, as old", mend))
    return faults


def history_faults(told: About, lines: Sequence[Correction], frame: Frames) -> list[Fault]:
    """Corrected changes outside the register's days, or that can't follow each other: an exit first, then by turns.

    The only ones of the checks' errors that a correction could bring about: keys, places and sizes are not corrected.
    """
    own = [line for line in lines if line.table == "events" and not line.is_undone]
    if not own:
        return []
    first = told.changes_from or (CHANGES_FROM if told.store else told.baseline)
    days = [applied("events", frame(day, "events"), lines) for day in list(told.snapshots) or [told.baseline]]
    known = pd.concat(days, ignore_index=True).drop_duplicates(KEYS["events"]).sort_values("event_date", kind="stable")
    faults = []
    for line in own:
        home = known[known["household_id"] == line.row.split(" ")[0]]
        if not home["event_date"].between(pd.Timestamp(first), pd.Timestamp(told.until)).all():
            faults.append(
                Fault("a change outside the register", at_line(told, line.number), f"a day from {first} to {told.until}")
            )
        before = home["event"].shift()
        if (home["event"] == before).any() or home["event"].head(1).ne("exit").any():
            what, expected = "changes that cannot follow each other", "an exit first, then relapses and exits by turns"
            faults.append(Fault(what, at_line(told, line.number), expected, "correct the household's other changes with it"))
    return faults


def applied(table: str, frame: pd.DataFrame, lines: Sequence[Correction]) -> pd.DataFrame:
    """The table with these lines applied, on rows that still say what was corrected; rows and types stay."""
    own = [chain for chain in chains(lines) if chain[0].table == table]
    if not own:
        return frame
    named, frame = keys(table, frame), frame.copy()
    for line in (line for chain in own for line in chain):
        old, new, found = value(*field_of(line), line.old), value(*field_of(line), line.new), frame[line.field]
        at = [place for place in named.index[named == line.row] if same(found[place], old)]
        if at:
            frame[line.field] = found.mask(found.index.isin(at), new).astype(found.dtype)
    return frame


def correcting(told: About, frame: Frames) -> Frames:
    """The register's frames with its corrections applied; InputError with every fault of the file. Without a file, the frames."""
    lines = corrections.read(told)
    if not lines:
        return frame
    check(told, lines, frame)
    return lambda day, table: applied(table, frame(day, table), lines) if table in KEYS else frame(day, table)


def check(told: About, lines: Sequence[Correction], frame: Frames) -> None:
    """InputError with every fault of the lines: by themselves, and, where they are well formed, against the register."""
    faults = corrections.form_faults(told, lines) or register_faults(told, lines, frame) or history_faults(told, lines, frame)
    if faults:
        raise InputError(*faults)


def listed(told: About, persons: pd.DataFrame) -> pd.DataFrame:
    """The lines in force, for the office: one row each, in the order of the file, with its household and in words.

    `correction` (its number), `table, household_id, record` (the row's key), `field_zh, field_en, old_zh, old_en, new_zh, new_en`
    (coded values by their labels, missing ones empty), `who, when, why`. `persons` tells the household of a person.
    """
    homes = persons.drop_duplicates("person_id").set_index("person_id")["household_id"]
    rows = []
    for line in (line for line in corrections.read(told) if not line.is_undone):
        home = homes.get(line.row, "") if line.table == "persons" else line.row.split(" ")[0]
        named = {f"field_{lang}": dictionary.label(line.field, lang, line.table) for lang in dictionary.LANGUAGES}
        for name in ("old", "new"):
            named |= {f"{name}_{lang}": _in_words(line, getattr(line, name), lang) for lang in dictionary.LANGUAGES}
        rows.append({"correction": line.number, "table": line.table, "household_id": home, "record": line.row, **named,
                     "who": line.who, "when": line.when, "why": line.why})  # fmt: skip
    columns = ["correction", "table", "household_id", "record", "field_zh", "field_en", "old_zh", "old_en", "new_zh", "new_en",
               "who", "when", "why"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({name: "int64" if name == "correction" else "str" for name in columns})


def _in_words(line: Correction, written: str, lang: str) -> str:
    row = dictionary.columns(line.table).loc[line.field]
    code_list = "yesno" if row["type"] == "yesno" else row["codes"]
    plain = text(value(*field_of(line), written))
    return dictionary.value_label(code_list, plain, lang) if code_list and plain else plain
