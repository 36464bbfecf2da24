"""Comparing two runs of reports, and two registers: figures with their causes, headline figures, households, notes."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from tuopin_analysis import cli_diff_records as registers
from tuopin_analysis import cli_diff_rerun as reruns
from tuopin_analysis import rules as rulebook
from tuopin_analysis.analysis import differences, headlines, records
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import runs
from tuopin_analysis.report.runs import Report, Run

Key = tuple[str, str]
Steps = list[tuple[str, Any, Any]]  # cause, tables before it, tables after it
FIGURE = ["scope", "table", "row", "column"]
HEADLINE = ["scope", "figure", "denominator"]


def of_runs(old_folder: Path, new_folder: Path, again: bool) -> dict[str, Any]:
    """What differs between two runs; InputError where they cannot be compared."""
    old, new = runs.read(old_folder), runs.read(new_folder)
    _refuse(old, new)
    edition = next(iter(old.editions | new.editions), "internal")
    result = _result(_side(old), _side(new), edition)
    both = [key for key in old.reports if key in new.reports]
    failed = [key for key in both if "failed" in (old.reports[key].state, new.reports[key].state)]
    result["reports"] = [(*key, "removed") for key in old.reports if key not in new.reports]
    result["reports"] += [(*key, "added") for key in new.reports if key not in old.reports]
    result["reports"] += [(*key, "failed") for key in failed]
    groups: dict[tuple[str, ...] | None, list[Key]] = defaultdict(list)
    for key in both:
        if key not in failed:
            differing = runs.differing(old.reports[key], new.reports[key])
            groups[None if differing is None else tuple(differing)].append(key)
    for kinds, keys in groups.items():
        _compare(result, old, new, keys, kinds, again)
    _list_records(result, old, new, groups)
    return _finished(result)


def _refuse(old: Run, new: Run) -> None:
    """InputError for runs without reports, of two editions or of two counties."""
    where = f"{old.folder} and {new.folder}"
    for run in (old, new):
        if not run.reports:
            raise InputError(Fault("no reports there", str(run.folder), "a folder of reports", "make them with `tuopin report`"))
    if len(old.editions | new.editions) > 1:
        what = f"reports of two editions: {', '.join(sorted(old.editions))} and {', '.join(sorted(new.editions))}"
        raise InputError(Fault(what, where, "two runs of one edition", "a comparison of the two would tell what was suppressed"))
    named = [(old.county_name(lang), new.county_name(lang)) for lang in ("zh", "en")]
    pairs = [(", ".join(sorted(old.counties)), ", ".join(sorted(new.counties)), old.counties.isdisjoint(new.counties))]
    pairs += [(before, after, before != after) for before, after in named]
    for before, after, differs in pairs:
        if before and after and differs:
            raise InputError(Fault(f"reports of two counties: {before} and {after}", where, "two runs of one county"))


def _compare(result: dict[str, Any], old: Run, new: Run, keys: list[Key], kinds: tuple[str, ...] | None, again: bool) -> None:
    """Compare reports that differ by the same causes, and add what is found to the result."""
    before, after = runs.tables(old, keys), runs.tables(new, keys)
    result["tables_removed"] += [key for key in before if key not in after]
    result["tables_added"] += [key for key in after if key not in before]
    found = differences.of_tables(before, after)
    steps: Steps = []
    if len(found):
        result["causes"] |= set(kinds or ())
        if kinds is None:
            result["notes"].append(("not_recorded", ""))
        elif not kinds:
            result["notes"].append(("unexplained", ""))
        elif len(kinds) == 1:
            steps = [(kinds[0], before, after)]
        else:
            changed = set(found[["scope", "table"]].itertuples(index=False, name=None))
            told = [key for key in keys if any((key[0], table) in changed for table in new.reports[key].tables)]
            steps = _taken_apart(result, old, new, told, kinds, again)
    _add(result, found, before, after, steps, ";".join(kinds or ()))


def _taken_apart(result: dict[str, Any], old: Run, new: Run, keys: list[Key], kinds: tuple[str, ...], again: bool) -> Steps:
    try:
        states = reruns.between(old, new, keys, kinds, again)
    except reruns.NotPossibleError as error:
        result["notes"].append((f"not_separated_{error.args[0]}", " ".join(error.args[1:])))
        return []
    result["notes"].append(("separated", ";".join(kinds)))
    return list(zip(kinds, states[:-1], states[1:], strict=True))


def _add(result: dict[str, Any], found: pd.DataFrame, before: Any, after: Any, steps: Steps, causes: str) -> None:
    """Add differences and headline figures, with the effect of each cause where it is known."""
    told = [(cause, differences.of_tables(then, now)) for cause, then, now in steps]
    result["figures"].append(differences.attributed(found, told, FIGURE) if steps else found.assign(causes=causes))
    wanted = rulebook.headlines()
    for name, list_ in (("headlines", wanted.figures), ("targets", wanted.targets)):
        figures = headlines.figures(before, after, list_)
        told = [(cause, headlines.figures(then, now, list_).query("not is_same")) for cause, then, now in steps]
        whole = pd.Series(causes, figures.index, dtype="str").mask(figures["is_same"], "")
        result[name].append(differences.attributed(figures, told, HEADLINE) if steps else figures.assign(causes=whole))


def _list_records(result: dict[str, Any], old: Run, new: Run, groups: dict[Any, list[Key]]) -> None:
    """The households that changed, in the internal edition, where both registers can still be read as they were.

    With other data, or counted on another day: of one register, they are the changes between the two days.
    """
    changed = [key for kinds, keys in groups.items() if kinds is None or "data" in kinds for key in keys]
    other_day = [key for keys in groups.values() for key in keys if len({_day(run.reports[key]) for run in (old, new)}) > 1]
    if result["edition"] == "public" or not [*changed, *other_day]:
        return
    first = [*changed, *other_day][0]
    before, after = old.reports[first], new.reports[first]
    sides = [str(report.parameters.get("register", "demo")) for report in (before, after)]
    days = [_day(report) for report in (before, after)]
    if (sides[0] == sides[1] and days[0] == days[1]) or not all(_as_recorded(report) for report in (before, after)):
        result["notes"].append(("households_gone", ""))
        return
    _records(result, (sides[0], sides[1]), (days[0], days[1]))


def _day(report: Report) -> str:
    return str(report.parameters["as_of"])


def _as_recorded(report: Report) -> bool:
    """Whether the register of a report can be read and is, as far as that is recorded, what it was."""
    try:
        now = reruns.made_from(report.notebook, report.parameters)
    except (InputError, OSError, reruns.NotPossibleError):
        return False
    return not report.made_from or now["data"] == report.made_from["data"]


def _records(result: dict[str, Any], sides: tuple[str, str], days: tuple[str, str]) -> None:
    if not registers.matchable(*sides):
        result["notes"].append(("other_keys", ""))
        return
    result["records"] = registers.changes(*sides, days)
    result["counts"] = records.by_township(result["records"])


def of_registers(old: str, new: str, as_of: str | None, rules: str, edition: str) -> dict[str, Any]:
    """What differs between two registers of one county, each on its day, by one rule set."""
    from tuopin_analysis.register import load

    codes = [load.about(register).county_code for register in (old, new)]
    if codes[0] != codes[1]:
        raise InputError(Fault(f"registers of two counties: {codes[0]} and {codes[1]}", f"{old} and {new}", "one county"))
    days = (registers.last_day(old, as_of), registers.last_day(new, as_of))
    sides = [registers.described(side, day, rules, edition) for side, day in zip((old, new), days, strict=True)]
    result = _result(sides[0], sides[1], edition)
    before, after = (registers.tables(side, day, rules, edition) for side, day in zip((old, new), days, strict=True))
    steps: Steps = [("data", before, after)]
    causes = "data"
    if days[0] != days[1]:
        causes, steps = "data;parameters", []
        if edition == "internal" and load.about(new).baseline.isoformat() <= days[0] <= load.about(new).until.isoformat():
            middle = registers.tables(new, days[0], rules, edition)
            steps = [("data", before, middle), ("parameters", middle, after)]
        else:
            result["notes"].append(("not_separated_public" if edition == "public" else "not_separated_day", ""))
    found = differences.of_tables(before, after)
    result["causes"] |= set(causes.split(";")) if len(found) else set()
    _add(result, found, before, after, steps, causes)
    _records(result, (old, new), days)
    if edition == "public" and result["records"] is not None:
        result["counts"] = registers.public_counts(result["records"], old, new, days, rules)
        result["records"] = None
    return _finished(result)


def _side(run: Run) -> dict[str, Any]:
    """What a run is, for the head of the page."""
    subjects = [report.subject for report in run.reports.values() if report.subject]
    told: dict[str, Any] = {}
    for name in ("register", "as_of", "baseline", "rules"):
        told[name] = ", ".join(sorted({str(subject.get(name, "")) for subject in subjects}))
    told |= {"path": str(run.folder), "kind": "run", "edition": ", ".join(sorted(run.editions)), "made_by": run.made_by}
    are_synthetic = [bool(subject.get("synthetic")) for subject in subjects]
    return {**told, "synthetic": any(are_synthetic), "real": not all(are_synthetic)}


def _result(old: dict[str, Any], new: dict[str, Any], edition: str) -> dict[str, Any]:
    lists = ("reports", "tables_added", "tables_removed", "figures", "headlines", "targets")
    empty: dict[str, Any] = {name: [] for name in lists}
    notes = [("public", "")] if edition == "public" else []
    rest: dict[str, Any] = {"causes": set(), "records": None, "counts": None, "notes": notes}
    return {"old": old, "new": new, "edition": edition, **empty, **rest}


def _finished(result: dict[str, Any]) -> dict[str, Any]:
    """The result with whole frames and without doubled notes; `differs` says whether anything does."""
    for name in ("figures", "headlines", "targets"):
        frames = [frame for frame in result[name] if len(frame)]
        result[name] = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    result["summary"] = differences.summary(result["figures"]) if len(result["figures"]) else pd.DataFrame()
    result["notes"] = list(dict.fromkeys(result["notes"]))
    result["causes"] = [cause for cause in differences.CAUSES if cause in result["causes"]]
    parts = [result[name] for name in ("reports", "tables_added", "tables_removed", "figures")]
    records_found = result["records"] if result["records"] is not None else result["counts"]
    result["differs"] = any(map(len, parts)) or (records_found is not None and len(records_found) > 0)
    return result
