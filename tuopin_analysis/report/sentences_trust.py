"""Sentences about how far the figures can be trusted: the audit, the reconciliation, the register."""

from typing import Any

import pandas as pd

from tuopin_analysis.report import cells, language


def audit_finding(audit: pd.DataFrame, lang: str = "zh") -> str:
    """Which published figures do not follow from their counts, which are only rounded more coarsely: `published.audit`."""
    _ = language.translator(lang).gettext
    if audit.empty:
        return _("Nothing is published that could be checked.")
    texts = cells.written(audit, lang)
    texts["item"] = [language.inside(item, lang) for item in texts["item"]]
    text = {
        "inconsistent": _("{item} is stated as {stated}, but the counts give {computed}; {right} would be right"),
        "coarser": _("{item} is stated as {stated}, only rounded more coarsely than {right}"),
        "missing": _("{item} cannot be checked"),
    }
    told = []
    for verdict, form in text.items():
        rows = [form.format_map(row) for row in texts[audit["verdict"] == verdict].to_dict("records")]
        if rows:
            told.append(_("{sentence}.").format(sentence=language.begun(_("; ").join(rows), lang)))
    agree = int((audit["verdict"] == "agrees").sum())
    first = _("Of {all} published figures checked, {agree} agree with the counts.")
    checked = int((audit["verdict"] != "missing").sum())
    return "\n".join([first.format(all=language.count(checked, lang), agree=language.count(agree, lang)), *told])


def reconciliation_finding(reconciliation: pd.DataFrame, lang: str = "zh") -> str:
    """Whether the register's counts equal the published ones: `published.reconciliation`."""
    _ = language.translator(lang).gettext
    compared = reconciliation.dropna(subset=["gap"])
    if compared.empty:
        return _("Nothing is published for this place, so its counts cannot be compared.")
    off = compared[compared["gap"] != 0]
    if off.empty:
        text = _("The register agrees with every published count ({count}).")
        return text.format(count=language.count(len(compared), lang))
    texts = cells.written(off, lang)
    for column in ("table", "key", "unit"):
        texts[column] = [language.inside(name, lang) for name in texts[column]]
    rows = [
        _("{table}, {key}: {counted} counted, {published} published ({unit}; {gap})").format_map(row)
        for row in texts.to_dict("records")
    ]
    text = _("{off} of {count} published counts differ from the register: {rows}.")
    return text.format(off=language.count(len(off), lang), count=language.count(len(compared), lang), rows=_("; ").join(rows))


def trust(
    about: Any,
    account: pd.DataFrame | None,
    reconciliation: pd.DataFrame,
    lang: str = "zh",
    membership: pd.DataFrame | None = None,
) -> str:
    """How far to trust a page: source and days, rows read and set aside, reconciliation, and that invented data is invented.

    `about` describes the register, `account` counts its rows by table (None: a public page, which has no such counts),
    `membership` the households that later snapshots have and the baseline has not; one paragraph each.
    """
    _ = language.translator(lang).gettext
    source = about.source_zh if lang == "zh" else about.source_en
    told = [
        _("Source: {source}.").format(source=source.rstrip("。.")),
        _("Registered at {baseline}; the register covers the days up to {until}.").format(
            baseline=language.day(about.baseline, lang), until=language.day(about.until, lang)
        ),
        "" if account is None else rows_finding(account, lang),
        "" if account is None or membership is None else _members(membership, lang),
        reconciliation_finding(reconciliation, lang),
        _("The register is a full count: its shares have no sampling error, and none is given."),
    ]
    if about.synthetic:
        told.append(_("SYNTHETIC: the households of this register are invented."))
    return "\n".join(part for part in told if part)


def _members(membership: pd.DataFrame, lang: str) -> str:
    """Who came and went by the last snapshot: counts are of the baseline."""
    if membership.empty:
        return ""
    _ = language.translator(lang).gettext
    row = membership.iloc[-1].to_dict()
    text = _("Counts are of the first snapshot. On {day} the register had {new} more, not counted here; {gone} were gone.")
    return text.format(
        day=language.day(row["snapshot"], lang),
        new=language.counted(row["new_households"], "households", lang),
        gone=language.count(row["gone_households"], lang),
    )


def corrected(fields: pd.DataFrame, lang: str = "zh") -> str:
    """How many values of the register the office has corrected, by field; empty without any. Needs `load.corrected_fields`."""
    if fields.empty:
        return ""
    _ = language.translator(lang).gettext
    form = _("{field} ({count})")
    told = [form.format(field=language.inside(row[f"field_{lang}"], lang), count=language.count(row["corrections"], lang))
            for row in fields.to_dict("records")]  # fmt: skip
    text = _("The office has corrected {count} values of this register since the export: {fields}; the export is unchanged.")
    return text.format(count=language.count(fields["corrections"].sum(), lang), fields=language.listed(told, lang))


def withheld(lang: str = "zh") -> str:
    """In place of what the public edition doesn't have."""
    return language.translator(lang).gettext(
        "Not in the public edition: villages, members of households, several causes, plans and allowances."
    )


def rows_finding(account: pd.DataFrame, lang: str = "zh") -> str:
    """How many rows of the register were read, accepted, set aside and marked: `register.account`."""
    _ = language.translator(lang).gettext
    sums = account[["rows_read", "rows_accepted", "rows_set_aside", "rows_marked"]].sum().to_dict()
    text = _("Rows: {rows_read} read, {rows_accepted} accepted, {rows_set_aside} set aside; {rows_marked} accepted but marked.")
    return text.format_map({str(name): language.counted(number, "rows", lang) for name, number in sums.items()})
