"""The command `tuopin why`: why a household is counted as poor, out, doubtful or at risk."""

import json
from typing import Annotated, Any

import typer

from tuopin_analysis import harmless


def why(
    household: Annotated[str, typer.Argument(help="Its id on internal pages, or the office's number.")],
    register: Annotated[str, typer.Option(help="demo, or the folder of an imported register.")] = "demo",
    as_of: Annotated[str | None, typer.Option(help="The day.", show_default="that of the pages")] = None,
    rules: Annotated[str, typer.Option(help="Rule set.")] = "hebei-2016",
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Say why a household is counted as poor, out, doubtful or at risk, rule by rule.

    Internal: tells of one household; no names.
    """
    from tuopin_analysis import contract
    from tuopin_analysis.register import load, lookup
    from tuopin_analysis.report import language

    language.check(lang)
    day = as_of or str(contract.check("02_causes", {"register": register})["as_of"])  # as the pages count
    found = lookup.household(register, household)
    told = _told(register, day, rules, found)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
    else:
        _print(told, load.about(register).title(lang), lang)


def _told(register: str, day: str, rules: str, found: Any) -> dict[str, Any]:
    """The whole answer, as JSON has it; of a household set aside what the checks found alone."""
    from datetime import date

    from tuopin_analysis import cli_frames
    from tuopin_analysis import rules as rulebook
    from tuopin_analysis.analysis import why as reasons
    from tuopin_analysis.register import load
    from tuopin_analysis.report import sentences_why as say

    rule_set = rulebook.read(rules)
    findings = found.findings.drop(columns=["household_id", "line"]).to_dict("records")
    told: dict[str, Any] = {"household_id": found.household_id, "as_of": day, "rules": rule_set.name, "findings": findings}
    if found.household_id is None:
        none: dict[str, Any] = {name: [] for name in ("events", "judged", "untrue", "watched", "tables")}
        return told | none | {"standing": ["set_aside"], "facts": {}}
    rows, planless = cli_frames.counted({"register": register, "as_of": day, "rules": rules})
    own = rows.frames["households"]
    household = own[own["household_id"] == found.household_id].iloc[0].to_dict()
    changes = rows.frames["events"]
    changes = changes[changes["household_id"] == found.household_id]
    baseline, until = load.about(register).baseline, date.fromisoformat(day)
    judged = reasons.rules(household, changes, rule_set, baseline=baseline, as_of=until, planned=not planless)
    events = changes[["event", "event_date", "event_income_per_person_yuan"]].to_dict("records")
    untrue, watched = _listed({"register": register, "as_of": day, "rules": rules}, found.household_id) if events else ([], [])
    lists = {"acceptance.untrue_list": bool(untrue), "dynamics.risks": any(one["is_listed"] for one in watched)}
    is_untrue, is_watched = lists.values()
    return told | {
        "standing": reasons.standing(judged, found.findings, is_untrue=is_untrue, is_watched=is_watched),
        "facts": {name: household.get(name) for name in say.FACTS},
        "events": events,
        "judged": judged.to_dict("records"),
        "untrue": untrue,
        "watched": watched,
        "tables": [{"table": key, "row": row} for key, row in reasons.tables(household, rule_set)]
        + [{"table": key, "row": {"household_id": found.household_id}} for key, is_on in lists.items() if is_on],
    }


def _listed(given: dict[str, str], household_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The household's rows of the list of untrue exits (09_acceptance) and, if it is out, of those to watch (08_dynamics)."""
    from tuopin_analysis import cli_frames_acceptance, cli_frames_dynamics
    from tuopin_analysis.report import sentences

    untrue = sentences.with_evidence(cli_frames_acceptance.listed(given))
    watched = cli_frames_dynamics.watched(given)[["household_id", "last_income_yuan", "risk_reasons", "is_listed"]]
    unsaid = ["household_id", "township", "village"]
    own = [frame[frame["household_id"] == household_id].drop(columns=unsaid, errors="ignore") for frame in (untrue, watched)]
    found: list[list[Any]] = [frame.to_dict("records") for frame in own]
    return found[0], found[1]


def _print(told: dict[str, Any], title: str, lang: str) -> None:
    """The answer as lines of a terminal."""
    from tuopin_analysis import rules as rulebook
    from tuopin_analysis.report import language
    from tuopin_analysis.report import sentences_why as say

    colon = "：" if lang == "zh" else ": "

    def head(name: str) -> None:
        typer.echo("\n" + say.head(name, lang))

    def line(text: str) -> None:
        typer.echo(harmless.line(f"  {text}"))

    rule_set = rulebook.read(told["rules"])
    typer.echo(harmless.line(f"{say.head('household', lang)} {told['household_id'] or ''} · {title}"))
    rules_title = f"{rule_set.title_zh if lang == 'zh' else rule_set.title_en} ({rule_set.name})"
    typer.echo(harmless.line(say.head("line_year", lang).format(title=rules_title, day=language.day(told["as_of"], lang))))
    typer.echo(say.standing(told["standing"], lang))
    if told["household_id"]:
        head("facts")
        for name, value in say.facts(told["facts"], lang):
            line(f"{name}{colon}{value}")
        head("events")
        for change in told["events"]:
            line(say.event(change, lang))
        if not told["events"]:
            line(say.head("none", lang))
        head("rules")
        for row in told["judged"]:
            line(say.rule(row, lang))
        if told["events"]:
            head("untrue")
            for text in [say.untrue(row, lang) for row in told["untrue"]] or [say.head("none", lang)]:
                line(text)
        for row in told["watched"]:
            head("watched")
            line(say.watched(row, lang))
    head("findings")
    for row in told["findings"]:
        line(say.finding(row, lang))
    if not told["findings"]:
        line(say.head("none", lang))
    if told["tables"]:
        head("tables")
        for one in told["tables"]:
            line(" ".join([one["table"], *(f"{name}={value}" for name, value in one["row"].items())]))
