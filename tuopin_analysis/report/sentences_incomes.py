"""Sentences about incomes at the exit and about re-checks: bunching, heaps and last digits, rates against their thresholds."""

import pandas as pd

from tuopin_analysis.report import language, telling
from tuopin_analysis.report.sentences_acceptance import exits


def bunching_finding(tests: pd.DataFrame, level: float, lang: str = "zh") -> str:
    """Which townships have too many incomes just over the line, after correction for their number: `bunching.by_township`."""
    _ = language.translator(lang).gettext
    known = tests[tests["q_value"].notna()]
    if known.empty:
        text = _(
            "Nowhere are there enough exits with different incomes to tell whether incomes bunch just over the line; of {all} "
            "with an income in the window {seen} lie just over it."
        )
        return text.format(all=exits(tests["n"].sum(), lang), seen=language.count(tests["just_over"].sum(), lang))
    found = known[known["is_bunched"].fillna(False).astype(bool)]
    text = _("Tested: {places}; of those named, on average at most {level} are named by chance.")
    told = [text.format(places=language.counted(len(known), "townships", lang), level=telling.exact(level, lang))]
    if found.empty:
        told.append(_("None has more incomes just over the line than its other incomes lead to expect."))
    form = _("In {place} {seen} had an income just over the line; its other incomes lead to expect {expected} (q = {q}).")
    told += [
        form.format(
            place=language.place(row["township"], lang),
            seen=exits(row["just_over"], lang),
            expected=language.number(row["expected"], lang, 1),
            q=language.number(row["q_value"], lang, 3),
        )
        for row in found.to_dict("records")
    ]
    untested = len(tests) - len(known)
    if untested:
        text = _("Not tested, with too few exits or too few different incomes: {places}; just over the line there: {seen}.")
        seen = exits(tests.loc[tests["q_value"].isna(), "just_over"].sum(), lang)
        told.append(text.format(places=language.counted(untested, "townships", lang), seen=seen))
    return telling.joined(told, lang)


def digits_finding(digits: pd.DataFrame, heaping: pd.DataFrame, level: float, lang: str = "zh") -> str:
    """Which townships' incomes have uneven last digits or heap at round numbers: `digits.last_digits` and `digits.heaping`."""
    _ = language.translator(lang).gettext
    if digits["q_value"].notna().sum() == 0:
        return ""
    uneven = digits.loc[digits["q_value"] <= level, "township"]
    told = [
        _("Last digits are uneven in {places}.").format(places=_named(uneven, lang))
        if len(uneven)
        else _("Last digits are spread evenly in every township tested, as far as chance goes.")
    ]
    heaped = heaping[heaping["q_value"] <= level]
    form = _("Multiples of {yuan} yuan are too many in {places}.")
    told += [
        form.format(yuan=language.count(yuan, lang), places=_named(own["township"], lang))
        for yuan, own in heaped.groupby("heap_yuan", sort=True)
    ]
    if heaped.empty:
        told.append(_("No place has too many round incomes."))
    return telling.joined(told, lang)


def rechecks_finding(rates: pd.DataFrame, confidence: float, lang: str = "zh") -> str:
    """Rates of a re-check with their intervals against the thresholds: `rechecks.rates`."""
    _ = language.translator(lang).gettext
    form = _("{kind}: {rate} of {checked} (interval from {low} to {high}); threshold {threshold}: {verdict}.")
    told = []
    for row in rates.to_dict("records"):
        kind = rate_name(row["recheck_kind"], lang)
        if language.is_missing(row["rate"]):
            told.append(_("{kind}: no re-check is on record.").format(kind=kind))
            continue
        told.append(
            form.format(
                kind=kind,
                rate=language.share(row["rate"], lang),
                checked=language.counted(row["checked"], row["unit"], lang),
                low=language.share(row["low"], lang),
                high=language.share(row["high"], lang),
                threshold=threshold(row, lang),
                verdict=telling.named("rate_verdict", row["rate_verdict"], lang),
            )
        )
    if rates["rate"].notna().any():
        text = _("Intervals hold the true rate {confidence} of the time; a verdict needs the whole interval on one side.")
        told.append(text.format(confidence=telling.exact(confidence, lang)))
    return "\n".join(told)


def rate_name(kind: str, lang: str) -> str:
    """What the rate of a kind of re-check is called."""
    _ = language.translator(lang).gettext
    return {"exit": _("Wrong exits"), "unregistered": _("Missed poor"), "satisfaction": _("Satisfaction")}[kind]


def threshold(row: dict, lang: str) -> str:
    """The threshold of a rate in words."""
    _ = language.translator(lang).gettext
    text = _("at least {share}") if row["recheck_kind"] == "satisfaction" else _("at most {share}")
    return text.format(share=telling.exact(row["threshold"], lang))


def _named(names: pd.Series, lang: str) -> str:
    return language.listed([language.place(name, lang) for name in names], lang)
