"""Sentences about the register, its causes and its places, computed from the result tables."""

from datetime import date

import pandas as pd

from tuopin_analysis.report import language, telling


def overview(distribution: pd.DataFrame, place: str, baseline: date, as_of: date, small: int = 0, lang: str = "zh") -> str:
    """How many were registered and how many are not yet out, from townships (or villages) by households and persons."""
    _ = language.translator(lang).gettext
    sums = distribution[["households", "persons", "remaining_households", "remaining_persons"]].sum()
    if not sums["households"]:
        return _("No household of {place} is registered.").format(place=place)
    text = {unit: language.counted(sums[unit], unit, lang) for unit in telling.UNITS}
    left = {unit: language.counted(sums[f"remaining_{unit}"], unit, lang) for unit in telling.UNITS}
    first = _("{place} had {households} with {persons} on the register of {baseline}.").format(
        place=place, baseline=language.day(baseline, lang), **text
    )
    if not sums["remaining_persons"]:
        second = _("On {as_of} all of them were out of poverty.")
    elif sums["households"] < small:
        second = _("On {as_of}, {households} with {persons} were not yet out of poverty.")
    else:
        second = _("On {as_of}, {households} with {persons} were not yet out of poverty, {share} of the registered persons.")
    share = language.share(sums["remaining_persons"] / sums["persons"], lang)
    return telling.joined([first, second.format(as_of=language.day(as_of, lang), share=share, **left)], lang)


def cause_finding(shares: pd.DataFrame, small: int = 0, lang: str = "zh") -> str:
    """The most frequent main cause in both units, and the rest. Needs the columns of `causes.shares`."""
    _ = language.translator(lang).gettext
    if not shares["households"].sum():
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
    return _("{sentence}.").format(sentence=_("; ").join(told))


def compare_finding(compare: pd.DataFrame, place: str, whole: str, households: int, small: int = 0, lang: str = "zh") -> str:
    """Which cause stands furthest above and which furthest below the county, in persons. Needs the columns of `causes.compare`."""
    _ = language.translator(lang).gettext
    if households < small:
        return telling.too_few(households, small, lang)
    if compare["difference_points"].isna().all():
        return ""
    above = _(
        "{cause} weighs more in {place} than in {whole}: {share} against {other} of registered persons, {points} points more."
    )
    below = _(
        "{cause} weighs less in {place} than in {whole}: {share} against {other} of registered persons, {points} points less."
    )
    told = []
    for text, position in ((above, compare["difference_points"].idxmax()), (below, compare["difference_points"].idxmin())):
        row = compare.loc[position].to_dict()
        points = language.number(abs(row["difference_points"]), lang, 1)
        if points != "0.0" and (row["difference_points"] > 0) == (text is above):
            told.append(
                text.format(
                    cause=telling.cause(row["cause_main"], lang),
                    place=place,
                    whole=whole,
                    points=points,
                    share=language.share(row["share_persons"], lang),
                    other=language.share(row["whole_share_persons"], lang),
                )
            )
    return telling.joined(
        told or [_("The causes weigh the same in {place} and in {whole}.").format(place=place, whole=whole)], lang
    )


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
    return _("{count}{share} of {all} have more than one cause; most often together: {causes} ({most}).").format(
        count=language.counted(part, "households", lang),
        share=share,
        all=language.counted(whole, "households", lang),
        most=language.counted(most["households"], "households", lang),
        causes=language.listed([telling.cause(c, lang) for c in str(most["causes"]).split(";")], lang),
    )


def share_claim(check: pd.DataFrame, shares: pd.DataFrame, lang: str = "zh") -> str:
    """Whether the claim that some causes make up at least a share holds here: `causes.check_share` with its `causes.shares`."""
    _ = language.translator(lang).gettext
    row = check.iloc[0].to_dict()
    if language.is_missing(row["holds"]):
        return ""
    members, unit = str(row["claim"]).split(";"), str(row["unit"])
    part = shares.loc[shares["cause_main"].isin(members), unit].sum()
    text = _("{causes} together: {part} of {all} {what}, {share}. The claim of at least {least} {holds} here.")
    return text.format(
        causes=language.listed([telling.cause(member, lang) for member in members], lang),
        part=language.count(part, lang),
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


def larger_claim(check: pd.DataFrame, lang: str = "zh") -> str:
    """Whether the townships said to have the larger shares have them, in households and in persons: `townships.check_larger`."""
    _ = language.translator(lang).gettext
    rows = check.set_index("unit")
    told = []
    for unit in telling.UNITS:
        row = rows.loc[unit].to_dict()
        if language.is_missing(row["second"]) or language.is_missing(row["first_share"]):
            return ""
        told.append(_larger_row(row, unit, lang))
    holds = {unit: bool(rows.loc[unit, "holds"]) for unit in telling.UNITS}
    text = {
        (True, True): _("That {claimed} have the larger shares holds in both units."),
        (True, False): _("That {claimed} have the larger shares holds by households, not by persons."),
        (False, True): _("That {claimed} have the larger shares holds by persons, not by households."),
        (False, False): _("That {claimed} have the larger shares holds in neither unit."),
    }[holds["households"], holds["persons"]]
    told.append(text.format(claimed=telling.places(str(rows["claimed"].iloc[0]), lang)))
    if rows.loc["households", "first"] != rows.loc["persons", "first"]:
        told.append(_("Which of them comes first depends on the unit."))
    return telling.joined(told, lang)


def _larger_row(row: dict, unit: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    if row["first_share"] == row["second_share"]:
        text = _("By {unit}, {first} and {second} share the first place ({first_share} each).")
    else:
        text = _("By {unit}, {first} has the largest share ({first_share}), then {second} ({second_share}).")
    return text.format(
        unit=_("number of persons") if unit == "persons" else _("number of households"),
        first=language.place(str(row["first"]), lang),
        second=language.place(str(row["second"]), lang),
        first_share=language.share(row["first_share"], lang),
        second_share=language.share(row["second_share"], lang),
    )


def concentration_finding(concentration: pd.DataFrame, lang: str = "zh") -> str:
    """How the registered poor are spread over townships, in both units: `townships.concentration`."""
    _ = language.translator(lang).gettext
    rows = concentration.set_index("unit")
    if rows["top_two_share"].isna().any():
        return ""
    text = _(
        "The two largest townships hold {households} of registered households and {persons} of registered persons; "
        "persons are spread as evenly as over {number} townships of equal size."
    )
    return text.format(
        households=language.share(rows.loc["households", "top_two_share"], lang),
        persons=language.share(rows.loc["persons", "top_two_share"], lang),
        number=language.number(rows.loc["persons", "effective_number"], lang, 1),
    )


def incidence_finding(incidence: pd.DataFrame, lang: str = "zh") -> str:
    """The range of headcount ratios, or why there is none: `townships.incidence`."""
    _ = language.translator(lang).gettext
    known = incidence.dropna(subset=["headcount_ratio"])
    if known.empty:
        return _("The source gives no population, so no headcount ratio is computed; it is missing, which is not nought.")
    low, high = known.loc[known["headcount_ratio"].idxmin()], known.loc[known["headcount_ratio"].idxmax()]
    text = _("The headcount ratio runs from {low} ({low_place}) to {high} ({high_place}).")
    told = [
        text.format(
            low=language.share(low["headcount_ratio"], lang),
            low_place=language.place(low["township"], lang),
            high=language.share(high["headcount_ratio"], lang),
            high_place=language.place(high["township"], lang),
        )
    ]
    if missing := len(incidence) - len(known):
        told.append(_("No population is given for {count}.").format(count=language.counted(missing, "townships", lang)))
    return telling.joined(told, lang)
