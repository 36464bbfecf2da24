"""What the page of cross-checks says in words."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from tuopin_analysis import harmless
from tuopin_analysis.report import language, render
from tuopin_analysis.report.manifest import Check


def verdict(checks: Sequence[Check], lang: str) -> str:
    """All checks in one sentence: how many hold, fail, cannot be made."""
    texts = language.translator(lang)
    states = Counter(check.state for check in checks)
    compared = sum(check.compared for check in checks)
    said = texts.gettext("{holds} cross-checks hold ({compared} comparisons).").format(
        holds=language.number(states["holds"], lang), compared=language.number(compared, lang)
    )
    if states["fails"]:
        said += " " + texts.gettext("{fails} fail.").format(fails=language.number(states["fails"], lang))
    if states["not_checkable"]:
        text = texts.gettext("{count} cannot be made.")
        said += " " + text.format(count=language.number(states["not_checkable"], lang))
    return said.replace(" ", "") if lang == "zh" else said


def rows(checks: Sequence[Check], lang: str) -> list[dict[str, Any]]:
    """The rows of the page: failures first, each by itself; what holds everywhere, one row a check and table."""
    grouped: dict[tuple[str, ...], list[Check]] = defaultdict(list)
    for check in checks:
        alone = () if check.state == "holds" and check.check != "sums" else (check.scope, check.table, check.detail)
        table = "" if check.check == "subject" else check.table
        grouped[(check.state, check.check, table, *alone)].append(check)
    order = {"fails": 0, "not_checkable": 1, "holds": 2}
    found = sorted(grouped.values(), key=lambda group: order[group[0].state])
    return [_row(group, lang) for group in found]


def _row(group: Sequence[Check], lang: str) -> dict[str, Any]:
    texts, first = language.translator(lang), group[0]
    names = sorted({check.scope for check in group}, key=lambda scope: (scope != "county", scope))
    if len(names) == 1:
        places = texts.gettext("County") if names[0] == "county" else names[0]
    else:
        places = texts.gettext("{count} places").format(count=language.number(len(names), lang))
    tables = sorted({check.table for check in group})
    reasons = _reasons(lang)
    return {
        "state": states(lang)[first.state],
        "fails": first.state == "fails",
        "check": names_of(lang)[first.check],
        "scope": places,
        "table": ", ".join(tables),
        "compared": language.number(sum(check.compared for check in group), lang),
        "disagreeing": language.number(sum(check.disagreeing for check in group), lang),
        "detail": harmless.plain(reasons.get(first.detail, first.detail)),
    }


def states(lang: str) -> dict[str, str]:
    """The states of a check, in words."""
    _ = language.translator(lang).gettext
    return {"holds": _("in agreement"), "fails": _("in disagreement"), "not_checkable": _("cannot be made")}


def names_of(lang: str) -> dict[str, str]:
    """The checks, in words."""
    _ = language.translator(lang).gettext
    return {
        "made": _("every report was made"),
        "subject": _("a page is about its place"),
        "whole": _("a page and its tables are whole"),
        "sums": _("townships add up to the county"),
        "same": _("the same on every page"),
        "own_row": _("a township's page and its row in the county's table"),
        "reconciled": _("the register and the published figures"),
    }


def _reasons(lang: str) -> dict[str, str]:
    _ = language.translator(lang).gettext
    return {
        "one_page": _("only one page of the folder has this table"),
        "townships_absent": _("the folder does not hold all townships, made from the same and for the same day"),
        "suppressed": _("suppressed figures cannot be added up"),
        "nothing_published": _("nothing is published of this place"),
    }


def words(lang: str) -> dict[str, Any]:
    """The page's fixed texts."""
    _ = language.translator(lang).gettext
    names = names_of(lang)
    return {
        "title": _("Cross-checks"),
        "index": render.WORDS[lang]["index"],
        "skip": render.WORDS[lang]["skip"],
        "synthetic": _("SYNTHETIC: the households of this register are invented."),
        "heads": [_("State"), _("Check"), _("Place"), _("Table"), _("Compared"), _("Disagreeing")],
        "detail": _("Where, or why not"),
        "colon": _(": "),
        "how": _("What is checked"),
        "meanings": [
            (names["made"], _("No notebook of the batch failed; a failed one leaves no page, or that of an earlier run.")),
            (names["subject"], _("The place that a page, its notebook and its parameters name is that of its folder.")),
            (names["whole"], _("The files of a page can be read; what is missing or damaged is left out of the sums.")),
            (names["sums"], _("Figures that can be added are summed over all townships and held against the county's.")),
            (names["same"], _("Tables that do not depend on the page's place are equal wherever they stand.")),
            (names["own_row"], _("A township's households and persons: on its own page and in the table of all townships.")),
            (names["reconciled"], _("Every figure that was published equals the register's.")),
        ],
    }
