"""Sentences about townships and units side by side: who is commended or criticised and why, what chance leaves open."""

from typing import Any

import pandas as pd

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language, telling

OUTSIDE = ("criticise", "commend", "unconfirmed")


def _indicator(name: object, lang: str) -> str:
    return telling.named("indicator", name, lang)


def verdict_finding(verdicts: pd.DataFrame, lang: str = "zh") -> str:
    """Which townships are criticised, commended, or to be confirmed, each with its evidence: `supervision.verdicts`."""
    _ = language.translator(lang).gettext
    rows = verdicts[verdicts["helping_unit"].isna() | (verdicts["helping_unit"] == "")]
    if rows.empty:
        return _("No township lies outside the control limits: the differences are no larger than chance makes them.")
    form = {
        "criticise": _("To be criticised: {found}."),
        "commend": _("To be commended: {found}."),
        "unconfirmed": _(
            "Beyond the limits, but to be confirmed first, since the same township's exits are irregular or early: {found}."
        ),
    }
    told = []
    for judged, text in form.items():
        found = [_evidence(row, lang) for row in rows[rows["judgement"] == judged].to_dict("records")]
        if found:
            told.append(text.format(found=_("; ").join(found)))
    return "\n".join(told)


def _evidence(row: dict, lang: str) -> str:
    _ = language.translator(lang).gettext
    text = _("{place}, {indicator} {rate} ({cases}; county {county}, limits {low} to {high})")
    return text.format(
        place=language.place(row["township"], lang), indicator=_indicator(row["indicator"], lang),
        rate=language.share(row["rate"], lang), cases=_of(row, lang),
        county=language.share(row["county_rate"], lang), low=language.share(row["limit_lo"], lang),
        high=language.share(row["limit_hi"], lang),
    )  # fmt: skip


def _of(row: dict, lang: str) -> str:
    """What was counted, of how many, in the unit of the indicator."""
    ngettext, base = language.translator(lang).ngettext, int(row["base"])
    text = {
        "doubtful_exits": ngettext("{cases} of {base} exit", "{cases} of {base} exits", base),
        "complaints_late": ngettext("{cases} of {base} complaint", "{cases} of {base} complaints", base),
        "doubtful_rows": ngettext("{cases} of {base} row", "{cases} of {base} rows", base),
    }.get(row["indicator"], ngettext("{cases} of {base} household", "{cases} of {base} households", base))
    return text.format(cases=language.count(row["cases"], lang), base=language.count(base, lang))


def place_judged(ranks: pd.DataFrame, scope: str, lang: str = "zh") -> str:
    """How the township of the page stands: the indicators in which it lies outside the limits; empty for the county."""
    _ = language.translator(lang).gettext
    rows = ranks[(ranks["township_code"] == scope) & ranks["rate"].notna()]
    if rows.empty:
        return ""
    place = language.place(str(rows["township"].iloc[0]), lang)
    out = rows[rows["judgement"].isin(OUTSIDE)]
    few = int((rows["judgement"] == "too_few").sum())
    if few == len(rows):
        return _("{place}: all {n} indicators have too small a base to be judged.").format(place=place, n=few)
    form = _("{name}: {values}")
    pairs = zip(out["judgement"], out["indicator"], strict=True)
    told = [form.format(name=telling.named("judgement", j, lang), values=_indicator(i, lang))
            for j, i in pairs]  # fmt: skip
    duties = rows[(rows["judgement"] == "ordinary") & ((rows["rate"] < rows["limit_lo"]) | (rows["rate"] > rows["limit_hi"]))]
    told += [form.format(name=_("better than the limits, but a duty"), values=_indicator(i, lang)) for i in duties["indicator"]]
    text = _("{place} lies outside the limits in {n} of {all} indicators ({found}).")
    none = _("{place} lies within the limits in all {all} indicators.")
    first = (text if told else none).format(place=place, n=len(told), all=len(rows) - few, found=_("; ").join(told))
    few_text = language.translator(lang).ngettext(
        "{n} more has too small a base to be judged.", "{n} more have too small a base to be judged.", few
    )
    more = few_text.format(n=few) if few else ""
    return telling.joined([first, more], lang)


def unit_finding(units: pd.DataFrame, verdicts: pd.DataFrame, least: int, lang: str = "zh") -> str:
    """How many units there are, how many are too small to be judged, which lie outside the limits: `supervision.units`."""
    _ = language.translator(lang).gettext
    if not int(units["households"].sum()):
        return _("No helping unit with households is on record.")
    small = int((units["households"] < least).sum())
    here = verdicts[verdicts["helping_unit"].isin(units["helping_unit"])]
    text = _("Units: {all}; with fewer than {least} households, and so not judged by their exits: {small}.")
    told = [
        (text if small else _("Units: {all}.")).format(
            all=language.count(len(units), lang), small=language.count(small, lang), least=least
        )
    ]
    for judged in OUTSIDE:
        rows = here[here["judgement"] == judged]
        names = language.listed(dict.fromkeys(rows["helping_unit"]), lang)
        label = dictionary.value_label("judgement", judged, lang)
        one = _("{name}: {values}").format(name=label, values=names)
        told.append(_("{sentence}.").format(sentence=one) if names else "")
    none = _("None lies outside the limits.") if here.empty else ""
    return telling.joined([*told, none], lang)


def lacking_finding(indicators: pd.DataFrame, lang: str = "zh") -> str:
    """Of which indicators nothing is on record: `supervision.indicators`; empty when there are all."""
    _ = language.translator(lang).gettext
    names = [_indicator(name, lang) for name in indicators.loc[indicators["cases"].isna(), "indicator"]]
    if not names:
        return ""
    return _("Nothing on record, or nobody concerned: {names}; missing is not nought.").format(names=language.listed(names, lang))


def weights_finding(indicators: pd.DataFrame, lang: str = "zh") -> str:
    """What the composite weighs: its indicators with their weights."""
    _ = language.translator(lang).gettext
    rows = indicators[indicators["weight"].fillna(0) > 0]
    if rows.empty:
        return _("No indicator of the composite is on record, so there is no score.")
    form = _("{name} {share}")
    told = [form.format(name=_indicator(row["indicator"], lang), share=telling.exact(round(row["weight"], 3), lang))
            for row in rows.to_dict("records")]  # fmt: skip
    return _("Weights: {weights}.").format(weights=language.listed(told, lang))


def composite_finding(composite: pd.DataFrame, verdicts: pd.DataFrame, lang: str = "zh") -> str:
    """Who comes first and last by the composite, and whether other weights change it: `supervision.composite`.

    A first place of a township that `supervision.verdicts` criticises, or wants confirmed, is no ground for praise.
    """
    _ = language.translator(lang).gettext
    if len(composite) < 2:
        return ""
    rows = composite.sort_values(["rank", "township_code"])
    text = _(
        "{place}: score {score}, rank {rank} (by chance {chance}, with other weights {weights}, "
        "with one indicator left out {dropped})."
    )
    told = [
        text.format(
            place=language.place(row["township"], lang), score=language.number(row["score"], lang, 1), rank=row["rank"],
            chance=_span(row, "rank", lang), weights=_span(row, "rank_weights", lang), dropped=_span(row, "rank_dropped", lang),
        )
        for row in (rows.iloc[0].to_dict(), rows.iloc[-1].to_dict())
    ]  # fmt: skip
    first, own = rows.iloc[0].to_dict(), verdicts[verdicts["helping_unit"].isna() | (verdicts["helping_unit"] == "")]
    held = own[(own["township_code"] == first["township_code"]) & (own["judgement"] != "commend")]
    if len(held):
        text = _("The score of {place} is no ground for praise: it is criticised, or to be confirmed, for {indicators}.")
        names = language.listed(dict.fromkeys(_indicator(name, lang) for name in held["indicator"]), lang)
        told.insert(1, text.format(place=language.place(first["township"], lang), indicators=names))
    return telling.joined(told, lang)


def _span(row: dict, name: str, lang: str) -> str:
    low, high = row[f"{name}_lo"], row[f"{name}_hi"]
    return language.count(low, lang) if low == high else f"{language.count(low, lang)}–{language.count(high, lang)}"


def supervision_trust(about: Any, ranks: pd.DataFrame, settings: Any, lang: str = "zh") -> str:
    """How far to trust ranks and judgements: what the limits are, how many false ones to expect, what the intervals mean."""
    _ = language.translator(lang).gettext
    source = about.source_zh if lang == "zh" else about.source_en
    told = [
        _("Source: {source}.").format(source=source.rstrip("。.")),
        *_chance(ranks, settings, lang),
    ]
    if about.synthetic:
        told.append(_("SYNTHETIC: the households of this register are invented."))
    return "\n".join(told)


def _chance(ranks: pd.DataFrame, settings: Any, lang: str) -> list[str]:
    """What chance does to limits, judgements and ranks."""
    _ = language.translator(lang).gettext
    judged = int((ranks["rate"].notna() & (ranks["judgement"] != "too_few")).sum())
    control = settings.limits[1]
    chance = _(
        "The control limits hold {share} of the rates that chance makes around the county's: of {n} rates judged, about {wrong} "
        "would lie outside although nothing is different. Fewer than {least} of a base are not judged."
    )
    spread = _(
        "Counts are complete; the intervals are no sampling error, but what chance leaves open in a place of that size "
        "({draws} draws, intervals of {share})."
    )
    wrong = language.number(judged * (1 - float(control)), lang, 1)
    within = telling.exact(settings.within, lang)
    return [
        chance.format(share=telling.exact(control, lang), n=judged, wrong=wrong, least=settings.least_base),
        spread.format(draws=language.count(settings.draws, lang), share=within),
        _("The limits know nothing of a township's circumstances: a judgement says where to look first."),
    ]
