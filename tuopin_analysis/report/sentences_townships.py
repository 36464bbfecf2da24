"""Sentences about places: what is registered and what remains, larger shares, concentration, headcount ratio."""

from datetime import date

import pandas as pd

from tuopin_analysis.report import language, telling


def overview(
    distribution: pd.DataFrame, place: str, baseline: date | str, as_of: date | str, small: int = 0, lang: str = "zh"
) -> str:
    """How many were registered and how many are not yet out, from the table of townships or villages."""
    _ = language.translator(lang).gettext
    if telling.withheld(distribution):
        return ""
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
    told_first = [_("Which of them comes first depends on the unit.")] if len(set(rows["first"])) > 1 else []
    if rows["holds"].isna().any():  # nothing is claimed
        return telling.joined(told + told_first, lang)
    holds = {unit: bool(rows.loc[unit, "holds"]) for unit in telling.UNITS}
    text = {
        (True, True): _("That {claimed} have the larger shares holds in both units."),
        (True, False): _("That {claimed} have the larger shares holds by households, not by persons."),
        (False, True): _("That {claimed} have the larger shares holds by persons, not by households."),
        (False, False): _("That {claimed} have the larger shares holds in neither unit."),
    }[holds["households"], holds["persons"]]
    told.append(text.format(claimed=telling.places(str(rows["claimed"].iloc[0]), lang)))
    return telling.joined(told + told_first, lang)


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
    if telling.withheld(incidence):
        return ""
    known = incidence.dropna(subset=["headcount_ratio"]).sort_values("headcount_ratio", kind="stable").to_dict("records")
    if not known:
        return _("The source gives no population, so no headcount ratio is computed; it is missing, which is not nought.")
    low, high = known[0], known[-1]
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
