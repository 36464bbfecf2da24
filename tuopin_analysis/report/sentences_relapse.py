"""Sentences about who fell back, who is to be watched, and whether reported exits agree with the register's."""

import pandas as pd

from tuopin_analysis.report import language, telling
from tuopin_analysis.report.sentences_dynamics import signed

SHOWN = 5


def relapse_finding(table: pd.DataFrame, least: int, lang: str = "zh") -> str:
    """How many fell back within the months of the rule set, and in which groups: `dynamics.relapse`."""
    _ = language.translator(lang).gettext
    whole = table[table["group_kind"] == "all"]
    exits = int(whole["exits"].max()) if len(whole) else 0
    if not exits:
        return _("No exit is on record.")
    fell = int(whole["relapses"].max())
    text = _("Exits on record: {exits}; ended in a relapse by the day of the report: {fell}.")
    told = [text.format(exits=language.count(exits, lang), fell=language.count(fell, lang))]
    told += [_within(row, least, lang) for row in whole[whole["relapse_share"].notna()].to_dict("records")]
    unknown = whole.loc[whole["relapse_share"].isna(), "within_months"]
    if len(unknown):  # who was not followed for 12 months was not for 24
        told.append(
            _("No exit has been followed for {months} months yet.").format(months=language.count(unknown.min(), lang))
        )
    if fell < least:
        told.append(_("Fewer than {least} relapses: shares by group would be chance.").format(least=language.count(least, lang)))
    return telling.joined([*told, *_by_group(table, least, lang)], lang)


def _within(row: dict, least: int, lang: str) -> str:
    _ = language.translator(lang).gettext
    months = language.count(row["within_months"], lang)
    if row["relapses"] < least:
        return _("Followed for {months} months: {n} of them.").format(months=months, n=language.count(row["at_risk"], lang))
    text = _("Within {months} months an estimated {share} fell back (95% interval {low} to {high}).")
    return text.format(
        months=months,
        share=language.share(row["relapse_share"], lang),
        low=language.share(row["share_low"], lang),
        high=language.share(row["share_high"], lang),
    )


def _by_group(table: pd.DataFrame, least: int, lang: str) -> list[str]:
    """Groups with enough relapses, of the longest time that is known; only where there are two to compare."""
    _ = language.translator(lang).gettext
    told = []
    known = table[(table["relapses"] >= least) & table["relapse_share"].notna()]
    heads = {
        "cause_main": _("By cause, within {months} months: {groups}."),
        "measure": _("By measure, within {months} months: {groups}."),
    }
    for kind, text in heads.items():
        rows = known[known["group_kind"] == kind]
        rows = rows[rows["within_months"] == rows["within_months"].max()]
        if len(rows) < 2:
            continue
        named = [
            _("{name} {share} ({low} to {high})").format(
                name=telling.named("relapse_group", row["relapse_group"], lang),
                share=language.share(row["relapse_share"], lang),
                low=language.share(row["share_low"], lang),
                high=language.share(row["share_high"], lang),
            )
            for row in rows.sort_values("relapse_share", ascending=False).to_dict("records")
        ]
        told.append(text.format(months=language.count(rows["within_months"].iloc[0], lang), groups=_("; ").join(named)))
    return told


def risk_finding(reasons: pd.DataFrame, counted: pd.DataFrame, small: int, lang: str = "zh") -> str:
    """How many of those that are out are to be watched, and why: `dynamics.risk_reasons`, `dynamics.risk_counts`."""
    _ = language.translator(lang).gettext
    out, listed = (int(counted[f"{name}_households"].sum()) for name in ("out", "listed"))
    if not out:
        return _("No household is out, so that there is none to be watched.")
    share = _(" ({share})").format(share=language.share(listed / out, lang)) if out >= small else ""
    text = _(
        "To be watched, of {out} that left: {listed}{share}: near the line {near}, below it {below}, fallen back before {back}, "
        "others with several reasons together."
    )
    number = dict(zip(reasons["risk_reason"], reasons["households"], strict=True))
    return text.format(
        out=language.counted(out, "households", lang),
        listed=language.counted(listed, "households", lang),
        share=share,
        near=language.count(number.get("near_line", 0), lang),
        below=language.count(number.get("below_line", 0), lang),
        back=language.count(number.get("relapsed_before", 0), lang),
    )


def reported_finding(reported: pd.DataFrame, lang: str = "zh", undated: int = 0) -> str:
    """Whether reported exits agree with the register's, and where they don't: `dynamics.reported`.

    `undated`: exits of which the register knows the year alone.
    """
    _ = language.translator(lang).gettext
    if reported.empty:
        return _("No reported exits are on record, so that they cannot be held against the register.")
    if undated:
        text = _("Of {count} only the year of the exit is on record, so that reported exits cannot be compared month by month.")
        return text.format(count=language.counted(undated, "households", lang))
    off = reported[reported["report_state"] != "agrees"]
    if off.empty:
        return _("Reported exits agree with the register's in every township and month ({n}).").format(
            n=language.count(len(reported), lang)
        )
    order = off["difference_persons"].abs().sort_values(ascending=False, kind="stable").index
    named = [_report(row, lang) for row in off.loc[order].head(SHOWN).to_dict("records")]
    text = _("Of {all} townships and months, {off} differ between report and register: {named}.")
    if len(off) > SHOWN:
        text = _("Of {all} townships and months, {off} differ between report and register, the most: {named}.")
    return text.format(all=language.count(len(reported), lang), off=language.count(len(off), lang), named=_("; ").join(named))


def _report(row: dict, lang: str) -> str:
    _ = language.translator(lang).gettext
    text = _("{place}, {month}: {state} ({households}, {persons})")
    return text.format(
        place=language.place(row["township"], lang),
        month=language.month(row["period"], lang),
        state=telling.named("report_state", row["report_state"], lang),
        households=signed(row["difference_households"], "households", lang),
        persons=signed(row["difference_persons"], "persons", lang),
    )
