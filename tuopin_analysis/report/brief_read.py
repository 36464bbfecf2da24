"""The finished key tables of a reports folder, for a brief: each held against its checksum, all about one place and day."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import cells, manifest, provenance
from tuopin_analysis.report.manifest import Entry, Manifest

# Tables whose notebook is not named as the first word of their key.
ELSEWHERE = {"published": "overview", "register": "overview", "targets.forecast": "timetable"}
ALIKE = ("as_of", "baseline", "register", "rules", "edition", "synthetic")  # what the pages of one brief must agree in


def word_of(key: str) -> str:
    """The question whose notebook makes a table.

    >>> word_of("causes.shares"), word_of("targets.forecast"), word_of("published.audit")
    ('causes', 'timetable', 'overview')
    """
    first = key.split(".")[0]
    return ELSEWHERE.get(key, ELSEWHERE.get(first, first))


@dataclass
class Tables:
    """The tables of one place. `used` are those asked for since the last `cited`, `lacking` the questions without a page."""

    folder: Path
    scope: str
    entries: dict[str, Entry]  # by question
    used: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)  # checksums of the files read, by their place in the folder

    def get(self, key: str) -> pd.DataFrame | None:
        """A table; None where its page was not made, or has no such table."""
        word = word_of(key)
        entry = self.entries.get(word)
        if entry is None:
            self.lacking += [word] if word not in self.lacking else []
            return None
        name = f"{self.scope}/tables/{key}.csv"
        if name not in entry.outputs:
            return None
        self.used += [key] if key not in self.used else []
        return typed(self._text(entry, name))

    def page(self, word: str) -> str | None:
        """The HTML page of a question; None where it was not made."""
        entry = self.entries.get(word)
        return None if entry is None else self._text(entry, f"{self.scope}/{entry.notebook}.html")

    def _text(self, entry: Entry, name: str) -> str:
        path, told = self.folder / name, entry.outputs.get(name)
        mend = f"tuopin report --scope {self.scope} --notebook {entry.notebook} --out {self.folder} --force"
        if told is None or path.is_symlink() or not path.is_file():
            raise InputError(Fault("a file of the reports is missing", name, "the file that the manifest lists", mend))
        if provenance.sha256(path) != told.sha256:
            raise InputError(Fault("a file of the reports was changed after it was made", name, "the bytes of then", mend))
        self.sources[name] = told.sha256
        return path.read_text(encoding="utf-8")

    def cited(self) -> list[str]:
        """The tables used since the last call."""
        found, self.used = self.used, []
        return found


def typed(text: str) -> pd.DataFrame:
    """A table from its CSV text: each column as the data dictionary says what it is.

    >>> frame = typed("cause_main,persons,share_persons\\nillness,2112,\\n")
    >>> int(frame["persons"].iloc[0]) + 1, bool(frame["share_persons"].isna().all()), str(frame["cause_main"].iloc[0])
    (2113, True, 'illness')
    """
    frame = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False).map(harmless.from_csv_cell)
    return pd.DataFrame({column: _column(str(column), frame[column]) for column in frame})


def _column(name: str, texts: pd.Series) -> pd.Series:
    kind = cells.described(name).get("type", "text")
    if name in ("stated", "computed", "counted", "published", "gap") or kind in ("integer", "number"):
        return pd.to_numeric(texts.where(texts != ""))
    if kind == "date":
        return pd.to_datetime(texts.where(texts != ""))
    if kind == "yesno":
        truth = texts.map({"True": True, "False": False})
        return truth.astype(bool) if truth.notna().all() else truth.astype(object)
    return texts


def opened(folder: Path, scope: str) -> tuple[Manifest, Tables]:
    """The tables of a place in a reports folder; InputError, all faults at once, when no brief can be made of them."""
    told = manifest.must_read(folder)
    standing = [entry for entry in told.reports if entry.scope == scope and entry.outputs]
    if not standing:
        there = ", ".join(sorted({entry.scope for entry in told.reports if entry.outputs})) or "none"
        mend = f"tuopin report --scope {scope} --out {folder}"
        raise InputError(Fault(f"no pages of '{scope}' in the folder", f"--scope {scope}", f"a place with pages: {there}", mend))
    faults = _disagreeing({entry.notebook: entry.subject for entry in standing}, scope)
    registers = {entry.inputs.get("register") for entry in standing}
    if len(registers) > 1:
        what = "the pages were made from several states of the register"
        faults.append(Fault(what, scope, "one state", f"tuopin report --scope {scope} --out {folder}"))
    if faults:
        raise InputError(*faults)
    return told, Tables(folder, scope, {entry.notebook.split("_", 1)[-1]: entry for entry in standing})


def _disagreeing(subjects: Mapping[str, Mapping[str, Any]], scope: str) -> list[Fault]:
    found = []
    for name in ALIKE:
        values: dict[str, list[str]] = {}
        for notebook, subject in subjects.items():
            values.setdefault(str(subject.get(name)), []).append(notebook)
        if name == "register" and len({subject.get("lang") for subject in subjects.values()}) > 1:
            continue  # its title is in the language of the page
        if len(values) > 1:
            told = "; ".join(f"{value}: {', '.join(notebooks)}" for value, notebooks in sorted(values.items()))
            what = f"the pages do not agree in '{name}' ({told})"
            found.append(Fault(what, scope, "one for all", f"make them again together: tuopin report --scope {scope}"))
    return found
