"""Which exits are untrue? False (an item not met), against the household's knowledge, or on paper only: rule by rule, with
evidence.

An exit that breaks a rule is a question for the field, not a verdict. A rule whose evidence is not on record is neither broken
nor kept; such exits are counted as not recorded. One exit may break several rules.
"""

from collections.abc import Collection

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts, judged
from tuopin_analysis.rules_sections import Acceptance

KINDS = {"false": "false", "knowledge": "against_knowledge", "paper": "on_paper"}
STATES = ("broken", "kept", "not_recorded")
FACTS = ["household_id", "township_code", "township", "village", "exit_day", "income", "line_yuan", "income_before",
         "first_measure_day", "accepted_day", "notice_days", "alike"]  # fmt: skip


def names(settings: Acceptance) -> list[str]:
    """The rules by name, as the rule set has its standard and procedure.

    >>> from tuopin_analysis.rules import read
    >>> names(read("hebei-2016").part(Acceptance))[:2]
    ['false.income', 'false.food_clothing']
    """
    lasting = ["knowledge.short_notice"] if settings.step_days else []
    return [
        *(f"false.{item}" for item in settings.standard),
        *(f"knowledge.no_{step}" for step in settings.asked_steps),
        "knowledge.late_consent", *lasting, "knowledge.order",
        "paper.near_line", "paper.jump", "paper.round", "paper.copied",
    ]  # fmt: skip


def kind_of(rule: str) -> str:
    """The kind of untrue exit that a rule is a sign of.

    >>> kind_of("paper.round")
    'on_paper'
    """
    return KINDS[rule.split(".")[0]]


def column_of(rule: str) -> str:
    """The column in which `flagged` tells of a rule.

    >>> column_of("paper.round")
    'rule_paper_round'
    """
    return "rule_" + rule.replace(".", "_")


def flagged(exits: nw.LazyFrame, measures: IntoFrame, settings: Acceptance, there: Collection[str]) -> nw.LazyFrame:
    """Exits as `judged.judge` gives them, with what each rule says in words: `rule_<rule>` is broken, kept or not_recorded.

    false.<item>: the item is not met. knowledge.no_<step>: the step is not on record; late_consent: after the exit;
    short_notice: fewer days of notice before the exit than required; order: a day before one of a step that precedes it.
    paper.near_line and jump: just over the line, or so many times the register's income, and no measure begun before the
    exit; round: a multiple; copied: so many households of the village left with the same income. Where no measure at all is
    on record nobody kept them, and none can be missed. `is_<kind>` (1 where a rule of the kind is broken) and `is_untrue`.
    """
    measured = len(counts.collect(counts.lazy(measures, ["household_id"]).select("household_id").head(1))) > 0
    found = {**_false(settings), **_knowledge(settings, there), **_paper(settings, measured)}
    words = {
        column_of(rule): judged.told({"not_recorded": unknown, "broken": broken}, "kept")
        for rule, (broken, unknown) in found.items()
    }
    rows = exits.with_columns(**words)
    kinds = {
        f"is_{kind}": judged.any_of([nw.col(column_of(rule)) == "broken" for rule in found if kind_of(rule) == kind]).cast(
            nw.Int64
        )
        for kind in KINDS.values()
    }
    return rows.with_columns(**kinds).with_columns(is_untrue=judged.any_of([nw.col(name) == 1 for name in kinds]).cast(nw.Int64))


def rules(flagged: nw.LazyFrame, settings: Acceptance) -> pd.DataFrame:
    """Rule by rule: `kind, rule`, `exit_count` that break it, `households` that did so at any exit and their `persons`,
    `not_recorded` (exits that can't be judged by it)."""
    columns = {rule: column_of(rule) for rule in names(settings)}
    broken = {rule: nw.col(column) == "broken" for rule, column in columns.items()}
    unknown = {rule: nw.col(column) == "not_recorded" for rule, column in columns.items()}
    once = _households(flagged, broken)
    return pd.DataFrame(
        {
            "kind": pd.Series([kind_of(rule) for rule in columns], dtype="str"),
            "rule": pd.Series(list(columns), dtype="str"),
            "exit_count": judged.tally(flagged, _safe(broken))["households"].to_numpy(),
            **{unit: once[unit].to_numpy() for unit in counts.UNITS},
            "not_recorded": judged.tally(flagged, _safe(unknown))["households"].to_numpy(),
        }
    )


def doubtful(flagged: nw.LazyFrame) -> pd.DataFrame:
    """How many exits break a rule, by kind: one row per kind, one for `untrue` (any of them) and one for `none`.

    `kind`, `exit_count, households, persons` as in `rules`, `share_exits` of all exits. An exit of two kinds stands in both rows.
    `none`: no rule is broken, though evidence may be lacking.
    """
    held = {kind: nw.col(f"is_{kind}") == 1 for kind in (*KINDS.values(), "untrue")} | {"none": nw.col("is_untrue") == 0}
    exits = judged.tally(flagged, _safe(held))["households"]
    once = _households(flagged, held)
    table = pd.DataFrame({"kind": pd.Series(list(held), dtype="str"), "exit_count": exits.to_numpy()})
    table = table.assign(**{unit: once[unit].to_numpy() for unit in counts.UNITS})
    return table.assign(share_exits=counts.ratio(table["exit_count"], float(exits.iloc[-2:].sum())))


def listed(flagged: nw.LazyFrame, settings: Acceptance) -> pd.DataFrame:
    """Every broken rule of every exit with its facts: one row per exit and rule, in the order of `names`, by household and day.

    `FACTS` of `judged.judge`, the steps' days (such as `consent_day`), `days_required` of the notice, `out_of_order` (two
    columns of the procedure joined by ";": the first day that lies before that of a step which precedes it), `exit_date`,
    `kind`, `rule`.
    """
    columns = {rule: column_of(rule) for rule in names(settings)}
    steps = [column for of_step in settings.procedure.values() for column in of_step]
    days = [judged.step_day(column) for column in steps]
    rows = flagged.filter(nw.col("is_untrue") == 1).select(*FACTS, *days, *columns.values())
    small = counts.collect(rows)
    small = small.assign(days_required=max(settings.step_days.values(), default=0), out_of_order=_disorder(small[days], steps))
    facts = [*FACTS, *days, "days_required", "out_of_order"]
    parts = [
        small.loc[small[column] == "broken", facts].assign(kind=kind_of(rule), rule=rule) for rule, column in columns.items()
    ]
    found = pd.concat([part.sort_values(["household_id", "exit_day"]) for part in parts], ignore_index=True)
    left = pd.to_datetime(found["exit_day"].astype("int64") - pd.Timestamp("1970-01-01").toordinal(), unit="D")
    return found.assign(
        exit_date=left.astype("datetime64[us]"), kind=found["kind"].astype("str"), rule=found["rule"].astype("str")
    )


def _disorder(days: pd.DataFrame, steps: list[str]) -> pd.Series:
    """The first pair of columns whose days are the wrong way round; empty where there is none."""
    found = pd.Series("", index=days.index, dtype="str")
    for later in range(len(steps) - 1, 0, -1):
        for earlier in range(later):
            wrong = days.iloc[:, later] < days.iloc[:, earlier]
            found = found.mask(wrong, f"{steps[later]};{steps[earlier]}")
    return found


def _false(settings: Acceptance) -> dict[str, tuple[nw.Expr, nw.Expr]]:
    return {
        f"false.{item}": (nw.col(f"item_{item}") == "not_met", nw.col(f"item_{item}") == "not_recorded")
        for item in settings.standard
    }


def _knowledge(settings: Acceptance, there: Collection[str]) -> dict[str, tuple[nw.Expr, nw.Expr]]:
    """Each rule: whether it is broken, and whether that can't be told."""
    step = {name: nw.col(f"step_{name}") for name in settings.asked_steps}
    found = {f"knowledge.no_{name}": (state == "missing", state == "not_kept") for name, state in step.items()}
    consent = nw.col(judged.step_day(settings.procedure["consent"][-1]))
    found["knowledge.late_consent"] = (consent > nw.col("exit_day"), consent.is_null())
    if settings.step_days:
        least = max(settings.step_days.values())
        found["knowledge.short_notice"] = (nw.col("notice_days") < least, nw.col("notice_days").is_null())
    kept = [column for columns in settings.procedure.values() for column in columns if column in there]
    found["knowledge.order"] = (judged.out_of_order(settings), nw.lit(len(kept) < 2))
    return found


def _paper(settings: Acceptance, measured: bool) -> dict[str, tuple[nw.Expr, nw.Expr]]:
    income, before, first = nw.col("income"), nw.col("income_before"), nw.col("first_measure_day")
    unhelped = (first.is_null() | (first >= nw.col("exit_day"))).fill_null(True)
    near = (income >= nw.col("line_yuan")) & (income < nw.col("just_over_yuan"))
    jump = income >= before * float(settings.jump_times)
    unknown, untold = income.is_null(), nw.lit(not measured)
    return {
        "paper.near_line": (near & unhelped, unknown | nw.col("line_yuan").is_null() | untold),
        "paper.jump": (jump & unhelped, unknown | before.is_null() | untold),
        "paper.round": (income % settings.round_yuan == 0, unknown),
        "paper.copied": (nw.col("alike") >= settings.copied_exits, unknown),
    }


def _safe(conditions: dict[str, nw.Expr]) -> dict[str, nw.Expr]:
    """Without dots, which some engines read as something else."""
    return {name.replace(".", "_"): condition for name, condition in conditions.items()}


def _households(flagged: nw.LazyFrame, conditions: dict[str, nw.Expr]) -> pd.DataFrame:
    """`households` (each once) for which a condition holds at any exit, and their `persons`."""
    flags = {f"held_{at}": condition.cast(nw.Int64) for at, condition in enumerate(conditions.values())}
    rows = flagged.select("household_id", "size", exit_day=nw.lit(1), **flags)
    once = rows.group_by("household_id").agg(nw.col("size").max(), *(nw.col(name).max() for name in flags))
    return judged.tally(once, {f"any_{name}": nw.col(name) == 1 for name in flags})


def against_key(listed: pd.DataFrame, planted: pd.DataFrame, settings: Acceptance) -> pd.DataFrame:
    """What was found against the key of a demonstration register: one row per rule.

    `rule`, `exit_count` (found), `planted` (of the key), `planted_found`, `missed`, `false_alarms`.
    `planted` has `rule, household_id, date`.
    """
    found = set(zip(listed["rule"], listed["household_id"], listed["exit_date"].dt.strftime("%Y-%m-%d"), strict=True))
    key = set(zip(planted["rule"], planted["household_id"], planted["date"].astype("str"), strict=True))
    rows = []
    for rule in names(settings):
        own, wanted = ({one for one in many if one[0] == rule} for many in (found, key))
        rows.append((rule, len(own), len(wanted), len(own & wanted), len(wanted - own), len(own - wanted)))
    columns = ["rule", "exit_count", "planted", "planted_found", "missed", "false_alarms"]
    return pd.DataFrame(rows, columns=columns).astype({"rule": "str"})
