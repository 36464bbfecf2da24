"""Sentences about causes of poverty, computed from the result tables."""

from decimal import Decimal

import pandas as pd

from tuopin_analysis.report import language, telling


def cause_finding(shares: pd.DataFrame, small: int = 0, lang: str = "zh") -> str:
    """The most frequent main cause in both units, and the rest. Needs the columns of `causes.shares`."""
    _ = language.translator(lang).gettext
    if telling.withheld(shares) or not shares["households"].sum():
        return ""
    few = telling.too_few(int(shares["households"].sum()), small, lang)
    first = {unit: telling.leaders(shares, unit) for unit in telling.UNITS}
    if first["households"].index.equals(first["persons"].index):
        names = language.listed([telling.cause(c, lang) for c in first["persons"]["cause_main"]], lang)
        text = _("The most frequent main cause is {cause}.") if len(first["persons"]) == 1 else _("Equally frequent are {cause}.")
        lead = text.format(cause=names)
    else:
        names_by = {u: language.listed([telling.cause(c, lang) for c in rows["cause_main"]], lang) for u, rows in first.items()}
        lead = _("By households, {households} leads; by persons, {persons} does.").format(**names_by)
    rows = shares[shares["households"] > 0].sort_values("persons", ascending=False, kind="stable")
    return telling.joined([lead, _cause_rows(rows, bool(few), lang), few], lang)


def _cause_rows(rows: pd.DataFrame, few: bool, lang: str) -> str:
    """Every cause with its counts, and its shares unless there are too few households for them."""
    _ = language.translator(lang).gettext
    shared = _("{cause}: {households} ({share_households}) and {persons} ({share_persons})")
    text = _("{cause}: {households} and {persons}") if few else shared
    told = [
        text.format(
            cause=telling.cause(row["cause_main"], lang),
            **{unit: language.counted(row[unit], unit, lang) for unit in telling.UNITS},
            **{f"share_{unit}": language.share(row[f"share_{unit}"], lang) for unit in telling.UNITS},
        )
        for row in rows.to_dict("records")
    ]
    return _("{sentence}.").format(sentence=language.begun(_("; ").join(told), lang))


def compare_finding(compare: pd.DataFrame, place: str, whole: str, households: int, small: int = 0, lang: str = "zh") -> str:
    """Which cause stands highest above and lowest below the county, in persons. Needs the columns of `causes.compare`."""
    _ = language.translator(lang).gettext
    if households < small and not telling.withheld(compare):
        return telling.too_few(households, small, lang)
    if telling.withheld(compare) or compare["difference_points"].isna().all():
        return ""
    above = _(
        "{cause} weighs more in {place} than in {whole}: {share} against {other} of registered persons, {points} points more."
    )
    below = _(
        "{cause} weighs less in {place} than in {whole}: {share} against {other} of registered persons, {points} points less."
    )
    told = []
    ordered = compare.sort_values("difference_points", kind="stable").to_dict("records")
    for text, row in ((above, ordered[-1]), (below, ordered[0])):
        points = language.number(abs(row["difference_points"]), lang, 1)
        if points != "0.0" and (row["difference_points"] > 0) == (text is above):
            told.append(
                text.format(
                    cause=language.begun(telling.cause(row["cause_main"], lang), lang),
                    place=place,
                    whole=whole,
                    points=points,
                    share=language.share(row["share_persons"], lang),
                    other=language.share(row["whole_share_persons"], lang),
                )
            )
    told = told or [_("The causes weigh the same in {place} and in {whole}.").format(place=place, whole=whole)]
    if not all(_is_as_printed(row, lang) for row in ordered):
        told.append(_("Differences are taken before rounding, and may be 0.1 off those of the shares as printed."))
    return telling.joined(told, lang)


def _is_as_printed(row: dict, lang: str) -> bool:
    """Whether a reader who takes the printed shares from one another finds the printed difference."""
    if language.is_missing(row["difference_points"]):
        return True
    share, other = (Decimal(language.share(row[name], lang).rstrip("%")) for name in ("share_persons", "whole_share_persons"))
    return share - other == Decimal(language.number(row["difference_points"], lang, 1).replace("\N{MINUS SIGN}", "-"))


def combination_finding(combinations: pd.DataFrame, small: int = 0, lang: str = "zh") -> str:
    """How many households have several causes, and which come together most. Needs the columns of `causes.combinations`."""
    _ = language.translator(lang).gettext
    several = combinations[combinations["number_of_causes"] > 1]
    whole, part = int(combinations["households"].sum()), int(several["households"].sum())
    if not whole:
        return ""
    if not part:
        return _("No household has more than one cause.")
    most = telling.leaders(several, "households").iloc[0]
    share = "" if whole < small else _(" ({share})").format(share=language.share(part / whole, lang))
    return _("{count} of {all}{share} have more than one cause; most often together: {causes} ({most}).").format(
        count=language.count(part, lang),
        share=share,
        all=language.counted(whole, "households", lang),
        most=language.counted(most["households"], "households", lang),
        causes=language.listed([telling.cause(c, lang) for c in str(most["causes"]).split(";")], lang),
    )


def share_claim(check: pd.DataFrame, shares: pd.DataFrame, lang: str = "zh") -> str:
    """Whether the claim that some causes make up at least a share holds here: `causes.check_share` with its `causes.shares`."""
    _ = language.translator(lang).gettext
    if check.empty:
        return _("Nothing is published that could be checked.")
    row = check.iloc[0].to_dict()
    if language.is_missing(row["holds"]):
        return ""
    members, unit = str(row["claim"]).split(";"), str(row["unit"])
    part = shares.loc[shares["cause_main"].isin(members), unit].sum()
    text = _("{causes} together: {part}, {share} of {all} {what}. The claim of at least {least} {holds} here.")
    return text.format(
        causes=language.begun(language.listed([telling.cause(member, lang) for member in members], lang), lang),
        part=language.counted(part, unit, lang),
        all=language.count(shares[unit].sum(), lang),
        what=telling.what(unit, lang),
        share=_apart(float(row["share"]), float(row["at_least"]), lang),
        least=language.share(row["at_least"], lang, 0),
        holds=_("holds") if row["holds"] else _("does not hold"),
    )


def _apart(share: float, bound: float, lang: str) -> str:
    """A share with as many decimals as it takes to tell it from a bound that it misses."""
    digits = next(
        (d for d in range(1, 6) if share >= bound or language.share(share, lang, d) != language.share(bound, lang, d)), 6
    )
    return language.share(share, lang, digits)
