"""Sentences about the quality of a register: can it be used, what the checks found, where, and how full the fields are."""

import pandas as pd

from tuopin_analysis.report import language, telling


def usable_finding(usable: pd.DataFrame, lang: str = "zh") -> str:
    """Whether the register meets the criteria for use, and which it does not. Needs the columns of `quality.usable`."""
    _ = language.translator(lang).gettext
    measured = usable[usable["verdict"] != "missing"]
    above = measured[measured["verdict"] == "not_usable"]
    if measured.empty:
        return _("Nothing could be measured, so nothing is said of the register's use.")
    if above.empty:
        return _("The register can be used: it meets all {count} criteria.").format(count=language.count(len(measured), lang))
    form = _("{criterion} {share} (at most {limit})")
    told = [form.format(criterion=row[f"criterion_{lang}"], share=language.share(row["share"], lang),
                        limit=language.share(row["limit"], lang)) for row in above.to_dict("records")]  # fmt: skip
    text = _("The register should not be used before it is mended: {n} of {count} criteria are not met: {told}.")
    return text.format(n=language.count(len(above), lang), count=language.count(len(measured), lang), told=_("; ").join(told))


def rules_finding(rules: pd.DataFrame, lang: str = "zh") -> str:
    """How many rules found something and how many cannot be answered; with a key, how much of it was found: `quality.rules`."""
    _ = language.translator(lang).gettext
    lacking = int((rules[f"lacking_{lang}"] != "").sum())
    told = [_("Of {rules} checks, {found} found something, in {rows}.").format(
        rules=language.count(len(rules), lang), found=language.count(int((rules["rows_found"] > 0).sum()), lang),
        rows=language.counted(int(rules["rows_found"].sum()), "rows", lang))]  # fmt: skip
    if lacking:
        told.append(
            _("{n} cannot be answered, for the register lacks what they are about.").format(n=language.count(lacking, lang))
        )
    if "planted" in rules:
        text = _("Of {planted} planted faults {found} were found and {missed} missed; {alarms} findings were not planted.")
        told.append(text.format(planted=language.count(int(rules["planted"].sum()), lang),
                                found=language.count(int(rules["planted_found"].sum()), lang),
                                missed=language.count(int(rules["missed"].sum()), lang),
                                alarms=language.count(int(rules["false_alarms"].sum()), lang)))  # fmt: skip
    return telling.joined(told, lang)


def doubtful_places_finding(places: pd.DataFrame, lang: str = "zh") -> str:
    """Where most rows were set aside or marked, and how many rows belong nowhere. Needs the columns of `quality.by_place`."""
    _ = language.translator(lang).gettext
    name = "village" if "village" in places else "township"
    told = places.dropna(subset=[name])
    untold = int(places.loc[places[name].isna(), "rows_read"].sum())
    doubtful = told["rows_set_aside"] + told["rows_marked"]
    said = []
    if len(told) and doubtful.max() > 0:
        most = telling.leaders(told.assign(doubtful=doubtful), "doubtful")
        names = language.listed([language.place(place, lang) for place in most[name]], lang)
        text = _("Most rows set aside or marked are in {place}: {rows}.")
        said.append(text.format(place=names, rows=language.counted(int(doubtful.max()), "rows", lang)))
    else:
        said.append(_("No row is set aside or marked."))
    if untold:
        said.append(_("Of {rows} the place cannot be told.").format(rows=language.counted(untold, "rows", lang)))
    return telling.joined(said, lang)


def completeness_finding(completeness: pd.DataFrame, lang: str = "zh") -> str:
    """How many fields are full, which is the emptiest, and which the register has no column of: `quality.completeness`."""
    _ = language.translator(lang).gettext
    there = completeness[completeness["is_present"]]
    absent = completeness.loc[~completeness["is_present"], f"field_{lang}"]
    full = int((there["rows_missing"] == 0).sum())
    text = _("Of {fields} optional fields {full} are filled in every row.")
    told = [text.format(fields=language.count(len(there), lang), full=language.count(full, lang))]
    if len(absent):
        text = _("The register has no column for: {fields}.")
        told.append(text.format(fields=language.listed([language.inside(field, lang) for field in absent], lang)))
    return telling.joined(told, lang)


def quality_trust(lang: str = "zh") -> str:
    """What the checks can and cannot say."""
    _ = language.translator(lang).gettext
    return "\n".join([
        _("An error sets its row aside, and later checks do not look at it; a doubt only marks it. A doubt is a question for the "
          "field, not a verdict: nobody loses anything by it."),
        _("What the checks cannot see: values that are wrong and plausible, households that should be registered and are not, "
          "and what other departments know."),
        _("Thresholds are local; they stand in params/rules/checks.yaml and can be changed there."),
    ])  # fmt: skip
