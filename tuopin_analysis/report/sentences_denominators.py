"""Of whom a target is a share, in words: stands near the top of every page that counts towards targets."""

from datetime import date

import pandas as pd

from tuopin_analysis.report import language, telling


def denominator(
    compared: pd.DataFrame,
    moves: pd.DataFrame | None,
    chosen: str,
    *,
    baseline: date,
    standing: date,
    lang: str = "zh",
) -> str:
    """Which denominator the page uses, and the numbers of both: `denominators.shown` and `denominators.moves` of the place.

    `baseline` and `standing` are the days on which the register was first and last read; `moves` None: not told (public edition).
    """
    _ = language.translator(lang).gettext
    rows = {row["denominator"]: row for row in compared.to_dict("records")}
    uses = {
        "baseline": _("Targets on this page are shares of those registered at the baseline, whatever became of them since."),
        "current": _("Targets on this page are shares of those in the register as it stands, and not of those of the baseline."),
    }
    told = [uses[chosen], _numbers(rows["baseline"], _("Registered on {day}: {numbers}."), baseline, lang)]
    if standing == baseline:
        told.append(
            _(
                "The list of households is of that day alone: the register as it stands counts the same persons, "
                "and changes recorded since are not in it."
            )
        )
        return telling.joined(told, lang)
    told.append(_numbers(rows["current"], _("In the register as it stood on {day}: {numbers}."), standing, lang))
    if moves is not None:
        told.append(_moved(moves, lang))
    return telling.joined(told, lang)


def _numbers(row: dict, text: str, day: date, lang: str) -> str:
    """Households and persons, or that they are not given."""
    _ = language.translator(lang).gettext
    if language.is_missing(row["households"]) or language.is_missing(row["persons"]):
        return text.format(day=language.day(day, lang), numbers=_("not given in the public edition"))
    numbers = _("{households} with {persons}").format(
        households=language.counted(row["households"], "households", lang),
        persons=language.counted(row["persons"], "persons", lang),
    )
    return text.format(day=language.day(day, lang), numbers=numbers)


def _moved(moves: pd.DataFrame, lang: str) -> str:
    _ = language.translator(lang).gettext
    found = dict(zip(moves["move"], moves["households"], strict=True))
    if not sum(found.values()):
        return _("These are the same households, each as large as before.")
    text = _("Joined since: {joined}; gone: {gone}; now of another size, township or main cause: {changed}.")
    return text.format(**{move: language.counted(number, "households", lang) for move, number in found.items()})
