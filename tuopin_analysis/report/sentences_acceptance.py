"""Sentences about acceptance: which exits meet the standard, where the procedure was not kept, which are doubtful and on what
evidence."""

import pandas as pd

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language, telling

COUNTED = ["met_households", "not_met_households", "not_recorded_households"]
PROBLEMS = ("missing", "late", "out_of_order", "too_short")


def exits(number: object, lang: str) -> str:
    """A number of exits.

    >>> exits(1, "en"), exits(2, "zh")
    ('1 exit', '2户次')
    """
    n = 0 if language.is_missing(number) else int(number)  # type: ignore[call-overload]
    return language.translator(lang).ngettext("{n} exit", "{n} exits", n).format(n=language.count(n, lang))


def items_finding(items: pd.DataFrame, lang: str = "zh", small: int = 0) -> str:
    """How many exits hold on every item, and which item is missed most often: `acceptance.items`."""
    _ = language.translator(lang).gettext
    table = items.set_index("standard_item")
    whole = table.loc["all"]
    number = int(items.loc[items["standard_item"] == "all", COUNTED].to_numpy().sum())
    if not number:
        return _("No exit is on record.")
    persons = whole[["met_persons", "not_met_persons", "not_recorded_persons"]].sum()
    text = _(
        "Judged: {exits} of {persons}. Every item met: {met}; at least one missed: {not_met}; undecided, since an item is not "
        "recorded: {unknown}."
    )
    told = [
        text.format(
            exits=exits(number, lang),
            persons=language.counted(persons, "persons", lang),
            met=language.count(whole["met_households"], lang),
            not_met=language.count(whole["not_met_households"], lang),
            unknown=language.count(whole["not_recorded_households"], lang),
        )
    ]
    own = table.drop(index="all")
    unknown = own[own["not_recorded_households"] == number]
    if len(unknown):
        names = [telling.named("standard_item", item, lang) for item in unknown.index]
        told.append(_("Never recorded: {items}; of these nothing can be said.").format(items=language.listed(names, lang)))
    if own["not_met_households"].max() > 0 and number >= small:
        worst = own[own["not_met_households"] == own["not_met_households"].max()]
        names = [telling.named("standard_item", item, lang) for item in worst.index]
        text = _("Missed most often: {items}, {exits} each.") if len(worst) > 1 else _("Missed most often: {items}, {exits}.")
        told.append(text.format(items=language.listed(names, lang), exits=exits(worst["not_met_households"].iloc[0], lang)))
    return telling.joined(told, lang)


def steps_finding(steps: pd.DataFrame, lang: str = "zh") -> str:
    """Where the procedure was not kept: `acceptance.steps`."""
    _ = language.translator(lang).gettext
    names = {step: telling.named("exit_step", step, lang) for step in steps["exit_step"]}
    columns = [f"{state}_households" for state in (*PROBLEMS, "on_record", "not_kept")]
    number = int(steps[columns].sum(axis=1).max()) if len(steps) else 0
    if not number:
        return ""
    texts = {
        "missing": _("{step}: not on record for {exits}"),
        "late": _("{step}: only after the exit for {exits}"),
        "out_of_order": _("{step}: before a step that precedes it for {exits}"),
        "too_short": _("{step}: too short for {exits}"),
    }
    rows = steps.to_dict("records")
    found = [
        texts[state].format(step=names[row["exit_step"]], exits=exits(row[f"{state}_households"], lang))
        for row in rows
        for state in PROBLEMS
        if row[f"{state}_households"]
    ]
    told = [_("Of {exits}: {found}.").format(exits=exits(number, lang), found=_("; ").join(found))] if found else []
    unkept = [names[row["exit_step"]] for row in rows if row["not_kept_households"]]
    if unkept:
        told.append(
            _("The register keeps no days of: {steps}; of these nothing can be said.").format(steps=language.listed(unkept, lang))
        )
    return telling.joined(told, lang) or _("Every step of every exit is on record, in order.")


def untrue_finding(doubtful: pd.DataFrame, lang: str = "zh", small: int = 0) -> str:
    """How many exits are doubtful, by kind: `untrue.doubtful`."""
    _ = language.translator(lang).gettext
    table = doubtful.set_index("kind")
    number, untrue = int(table.loc[["untrue", "none"], "exit_count"].sum()), table.loc["untrue"]
    if not number:
        return ""
    if not untrue["exit_count"]:
        return _("Of {exits} none breaks a rule; what is not recorded cannot tell.").format(exits=exits(number, lang))
    share = _(" ({share})").format(share=language.share(untrue["share_exits"], lang)) if number >= small else ""
    kinds = [
        _("{kind}: {exits}").format(
            kind=telling.named("untrue_kind", kind, lang),
            exits=exits(table.loc[kind, "exit_count"], lang),
        )
        for kind in table.index.drop(["untrue", "none"])
    ]
    text = _(
        "Of {exits}, at least one rule is broken by {untrue}{share} with {persons}: {kinds}. An exit may be of several kinds."
    )
    return text.format(
        exits=exits(number, lang),
        untrue=exits(untrue["exit_count"], lang),
        share=share,
        persons=language.counted(untrue["persons"], "persons", lang),
        kinds=_(", ").join(kinds),
    )


def planted_finding(planted: pd.DataFrame, lang: str = "zh") -> str:
    """Planted untrue exits of a demonstration register that were found and missed, and false alarms: `untrue.against_key`."""
    _ = language.translator(lang).gettext
    sums = planted[["planted", "planted_found", "missed", "false_alarms"]].sum()
    text = _(
        "Planted in the demonstration register so far: {planted} signs; found {found}, missed {missed}, false alarms {alarms}."
    )
    told = [
        text.format(
            planted=language.count(sums["planted"], lang),
            found=language.count(sums["planted_found"], lang),
            missed=language.count(sums["missed"], lang),
            alarms=language.count(sums["false_alarms"], lang),
        )
    ]
    if (planted.loc[planted["missed"] > 0, "rule"] == "paper.copied").any():
        told.append(_("A copied income can be found only when enough households of the village have left with it."))
    return telling.joined(told, lang)


def with_evidence(listed: pd.DataFrame) -> pd.DataFrame:
    """`untrue.listed` as a page shows it: its facts told in both languages, one row per exit and sign."""
    columns = ["kind", "rule", "household_id", "township", "village", "exit_date"]
    table = listed[columns].copy()
    for lang in dictionary.LANGUAGES:
        told = [_evidence(row, lang) for row in listed.to_dict("records")]
        table[f"evidence_{lang}"] = pd.Series(told, index=table.index, dtype="str")
    return table


def _evidence(row: dict, lang: str) -> str:
    _ = language.translator(lang).gettext
    kind, what = row["rule"].split(".")
    facts = {
        "income": _yuan(row["income"], lang),
        "line": language.number(row["line_yuan"], lang),
        "before": _yuan(row["income_before"], lang),
        "measure": _day(row["first_measure_day"], lang)
        if not language.is_missing(row["first_measure_day"])
        else _("none on record"),
        "accepted": _day(row["accepted_day"], lang),
        "consent": _day(row["consent_day"], lang),
        "begun": _day(row["notice_start_day"], lang),
        "noticed": _day(row["notice_end_day"], lang),
        "out": _day(row["exit_day"], lang),
        "days": language.count(row["notice_days"], lang),
        "required": language.count(row["days_required"], lang),
        "alike": language.counted(row["alike"], "households", lang),
    }
    pair = str(row["out_of_order"]).partition(";")[::2] if row["out_of_order"] else ("", "")
    facts |= {name: _step(row, column, lang) for name, column in zip(("later", "earlier"), pair, strict=True)}
    return _form(kind, what, lang).format(**facts)


def _step(row: dict, column: str, lang: str) -> str:
    """A step of the procedure, given by its column, with its day."""
    _ = language.translator(lang).gettext
    if not column:
        return ""
    text, name = _("{step} {day}"), language.inside(dictionary.label(column, lang, "events"), lang)
    return text.format(step=name, day=_day(row[f"{column.removesuffix('_date')}_day"], lang))


def _form(kind: str, what: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    known = {
        "income": _("income {income} yuan, line {line} yuan"),
        "late_consent": _("signed on {consent}, out on {out}"),
        "short_notice": _("notice from {begun} to {noticed}, out on {out}: days before the exit {days}, required {required}"),
        "order": _("{later}, before {earlier}"),
        "near_line": _("income {income} yuan, line {line} yuan; first measure: {measure}"),
        "jump": _("income {income} yuan, {before} yuan in the register; first measure: {measure}"),
        "round": _("income {income} yuan"),
        "copied": _("income {income} yuan at the exits of {alike} in this village"),
    }
    if what in known:
        return known[what]
    return _("not secured at the acceptance of {accepted}") if kind == "false" else _("the step is not on record")


def _yuan(value: object, lang: str) -> str:
    return language.number(value, lang, 2)


def _day(ordinal: object, lang: str) -> str:
    if language.is_missing(ordinal):
        return language.MISSING
    return language.day(pd.Timestamp.fromordinal(int(ordinal)), lang, short=True)  # type: ignore[call-overload]
