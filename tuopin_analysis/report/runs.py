"""Reading a folder of reports back: its manifest and tables, and in which of data, rules, code, parameters two reports differ."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report.job import TABLES

MANIFEST = "manifest.json"
# The one place that knows how a manifest tells what a page was made from: cause -> names below `inputs`, and below its run.
INPUTS = {"data": ("register",), "rules": ("rules",), "code": ("notebook",)}
RUN_CODE = (("code", "package_sha256"), ("environment_sha256",))
# Not causes: data and rules are told by their checksums; the language changes no table.
NOT_PARAMETERS = {"register", "rules", "lang", "scope"}


@dataclass(frozen=True)
class Report:
    """One page of a run: what it is of, and from what it was made, by cause; empty where the manifest doesn't record it."""

    scope: str
    notebook: str
    state: str
    parameters: dict[str, Any]
    subject: dict[str, Any]
    tables: list[str]
    made_from: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        """The parameters that are a cause of their own."""
        return {name: value for name, value in self.parameters.items() if name not in NOT_PARAMETERS}


@dataclass(frozen=True)
class Run:
    """A folder of reports, by scope and notebook."""

    folder: Path
    made_by: str
    reports: dict[tuple[str, str], Report]

    @property
    def editions(self) -> set[str]:
        """The editions of its pages."""
        return {str(report.parameters.get("edition", "internal")) for report in self.reports.values()}

    @property
    def counties(self) -> set[str]:
        """The counties of its townships, by their codes; none where it has the county's pages alone."""
        return {report.scope[:6] for report in self.reports.values() if report.scope != "county"}

    def county_name(self, lang: str) -> str:
        """The county's name on its own pages in a language; "" where there is no such page."""
        own = (report.subject for report in self.reports.values() if report.scope == "county")
        return next((str(told["scope_name"]) for told in own if told.get("lang") == lang and told.get("scope_name")), "")


def is_run(folder: Path) -> bool:
    """Whether a folder holds reports."""
    return (folder / MANIFEST).is_file()


def read(folder: Path) -> Run:
    """The run of a folder; InputError for a manifest that cannot be used."""
    where, expected = str(folder / MANIFEST), "the file that `tuopin report` writes"
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        runs = found.get("runs", {})
        reports = [_report(entry, runs) for entry in found["reports"]]
    except OSError as error:
        raise InputError(Fault(f"cannot read the manifest: {error.strerror}", where, expected)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(Fault("not a manifest of reports", where, expected, "make the reports again")) from None
    return Run(folder, str(found.get("made_by", "")), {(report.scope, report.notebook): report for report in reports})


def _report(entry: Mapping[str, Any], runs: Mapping[str, Any]) -> Report:
    made_from: dict[str, tuple[str, ...]] = {}
    inputs, run = entry.get("inputs"), runs.get(str(entry.get("run")))
    if inputs and run:
        made_from = {cause: tuple(str(inputs[name]) for name in names) for cause, names in INPUTS.items()}
        made_from["code"] += tuple(str(_below(run, names)) for names in RUN_CODE)
    names = ("scope", "notebook", "state", "parameters", "subject", "tables")
    return Report(*(entry[name] for name in names), made_from=made_from)  # type: ignore[misc]


def _below(found: Any, names: Iterable[str]) -> Any:
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def differing(before: Report, after: Report) -> list[str] | None:
    """In which of code, data, rules and parameters two reports differ, as far as tables go; None where it is not recorded.

    >>> then = Report("county", "n", "made", {"lang": "zh"}, {}, [], {"data": ("1",), "rules": ("1",), "code": ("1",)})
    >>> now = Report("county", "n", "made", {"lang": "en"}, {}, [], then.made_from | {"data": ("2",)})
    >>> differing(then, then), differing(then, now)
    ([], ['data'])
    """
    if not before.made_from or not after.made_from:
        return None
    found = [cause for cause in ("code", "data", "rules") if before.made_from[cause] != after.made_from[cause]]
    return found + (["parameters"] if before.settings != after.settings else [])


def tables(run: Run, reports: Iterable[tuple[str, str]] | None = None) -> dict[tuple[str, str], pd.DataFrame]:
    """The tables of reports by scope and key, as frames of text; InputError names every CSV file that is missing or damaged."""
    found, faults = {}, []
    for report in reports if reports is not None else run.reports:
        for key in run.reports[report].tables:
            path = run.folder / report[0] / TABLES / f"{key}.csv"
            try:
                found[report[0], key] = pd.read_csv(path, dtype="str", keep_default_na=False)
            except (OSError, ValueError) as error:
                what = "a table that the manifest names is missing" if isinstance(error, OSError) else "not a table"
                faults.append(Fault(what, str(path), "the CSV file of a report", "make the report again"))
    if faults:
        raise InputError(*faults)
    return found
