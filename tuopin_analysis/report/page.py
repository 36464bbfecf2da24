"""What stands at the top of every page: what it is about, and in which edition."""

from collections.abc import Collection
from typing import Any

from IPython.display import display

from tuopin_analysis import harmless
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.report import asked, language, mime, seeds, style

EDITIONS = ("internal", "public")


def check_edition(edition: str) -> str:
    """The edition itself; InputError when there is none of that name."""
    if edition not in EDITIONS:
        raise InputError(Fault(f"unknown edition '{edition}'", "edition", " or ".join(EDITIONS), nearest(edition, EDITIONS)))
    return edition


def heading(
    about: Any,
    *,
    scope: str,
    scope_name: str,
    as_of: str,
    rules: Any,
    lang: str = "zh",
    edition: str = "internal",
    editions: Collection[str] = EDITIONS,
) -> None:
    """Set the page up (style, seed) and show its subject: place, day, register, rules, edition; SYNTHETIC when the register is.

    `about` is the register's description, `rules` the rule set. What is shown is handed to the runner too, which
    checks that the page is about the scope that was asked for. Every other parameter of the running notebook is told after
    these, by its label and in words. InputError for an unknown edition, for one that is not among the page's `editions`, and for
    parameters that the notebook does not declare.
    """
    parameters = asked.asked()
    check_edition(edition)
    if edition not in editions:
        raise InputError(Fault(f"this page has no {edition} edition", "edition", " or ".join(editions), "leave it out"))
    style.use_style(lang)
    seeds.plant()
    _ = language.translator(lang).gettext
    title = rules.title_zh if lang == "zh" else rules.title_en
    county = about.county_zh if lang == "zh" else about.county_en
    place = county if scope == "county" else f"{scope_name} ({county})" if lang == "en" else f"{county}{scope_name}"
    facts = [
        (_("Place"), f"{place} · {about.county_code if scope == 'county' else scope}"),
        (_("Counted up to"), language.day(as_of, lang)),
        (_("Registered at"), language.day(about.baseline, lang)),
        (_("Register"), about.title(lang)),
        (_("Rules"), f"{title} ({rules.name})"),
        (_("Edition"), edition_text(edition, rules.small_cells, lang)),
        *asked.others(parameters, lang),
    ]
    items = "".join(f"<div><dt>{harmless.html(name)}{_(': ')}</dt><dd>{harmless.html(value)}</dd></div>" for name, value in facts)
    synthetic = (
        f'<p class="synthetic">{harmless.html(_("SYNTHETIC: the households of this register are invented."))}</p>'
        if about.synthetic
        else ""
    )
    subject = {
        "scope": scope,
        "scope_name": harmless.plain(place),
        "as_of": as_of,
        "baseline": about.baseline.isoformat(),
        "register": harmless.plain(about.title(lang)),
        "synthetic": about.synthetic,
        "rules": rules.name,
        "lang": lang,
        "edition": edition,
    }
    plain = harmless.plain("\n".join(f"{name}: {value}" for name, value in facts)) + ("\nSYNTHETIC" if about.synthetic else "")
    display({"text/html": f'<dl class="subject">{items}</dl>{synthetic}', "text/plain": plain, mime.PAGE: subject}, raw=True)


def edition_text(edition: str, small_cells: int, lang: str) -> str:
    """What the edition means for who holds the page."""
    _ = language.translator(lang).gettext
    if edition == "internal":
        return _("internal: may hold personal data; for the office, not for publication")
    return _(
        "public: figures of fewer than {small} households are suppressed (×), with others from which they could be worked out"
    ).format(small=small_cells)


def ledger_title(place: str, day: str, lang: str = "zh") -> str:
    """What a ledger is called: the place and the day.

    >>> ledger_title("新安镇", "2016-12-31")
    '新安镇建档立卡贫困户台账（2016年12月31日）'
    """
    text = language.translator(lang).gettext("Ledger of registered poor households: {place}, {day}")
    return text.format(place=place, day=language.day(day, lang))


def ledger_note(edition: str, synthetic: bool, lang: str = "zh") -> str:
    """What a list of households says of itself at its top: who may see it, and SYNTHETIC when it is.

    >>> ledger_note("public", False, "en")
    'Names are masked; numbers, telephones and causes are left out.'
    """
    _ = language.translator(lang).gettext
    text = {
        "internal": _("Internal: holds personal data; for the office, not for publication."),
        "notice": _("For the notice in the village only; not to be published beside the tables of the public edition."),
        "public": _("Names are masked; numbers, telephones and causes are left out."),
    }[edition]
    note = _("SYNTHETIC: the households of this register are invented.")
    return f"{text} {note}" if synthetic else text
