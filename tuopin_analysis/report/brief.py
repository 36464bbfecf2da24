"""The brief (简报): a formal report of a place in two to four pages, made of the finished tables of a reports folder alone.

Every figure in it is a figure of a page, or a sum of such: its sections say from which tables. It reads no register and counts
nothing anew, so that a brief cannot disagree with its pages.
"""

from collections.abc import Iterator

import pandas as pd

from tuopin_analysis.report import brief_parts as parts
from tuopin_analysis.report import brief_sections as sections
from tuopin_analysis.report import language, paper
from tuopin_analysis.report.brief_parts import Brief, Writer
from tuopin_analysis.report.paper import Block, Document, Items, Paragraph, Run


def issuer(county: str, lang: str) -> str:
    """The office that issues a county's briefs, where none is named.

    >>> issuer("正定县", "zh")
    '正定县扶贫开发办公室'
    """
    _ = language.translator(lang).gettext
    return _("Poverty alleviation office of {county}").format(county=county)


def titled(brief: Brief) -> Iterator[tuple[str, Writer]]:
    """The sections in their order, each with its title."""
    _ = brief.text
    yield _("Overall situation"), sections.overall
    yield _("Causes of poverty"), sections.causes
    yield _("Where the poor live"), sections.places
    yield _("Targets and timetable"), sections.targets
    yield _("Dynamics"), sections.dynamics
    yield _("Acceptance and doubts"), sections.acceptance
    yield _("Supervision"), sections.supervision
    yield _("The county's goals"), sections.goals
    yield _("Quality of the data"), sections.quality
    yield _("What is to be done next"), next_steps


def document(brief: Brief, *, office: str, number: int, day: str, register: str) -> Document:
    """The whole brief. `day` is the date it bears; `register` the title of the register the pages were made from."""
    _, lang = brief.text, brief.lang
    blocks: list[Block] = list(_marks(brief))
    at = 0
    for title, write in titled(brief):
        written = write(brief)
        absent = parts.missing(brief)
        if written or absent:
            at += 1
            found = [*written, *absent, *parts.sourced(brief)]
            blocks += [parts.heading(at, title, lang), *parts.numbered_topics(found, at, lang)]
        brief.tables.cited()
    dated = language.day(day, lang)
    source = _(
        "Source: {register}; pages counted up to {as_of}; rules {rules}. Every figure stands in the tables named, in {folder}."
    )
    told = source.format(
        register=register, as_of=language.day(brief.as_of, lang), rules=brief.subject["rules"], folder=f"{brief.scope}/tables/"
    )
    blocks += [Paragraph((Run(f"{office}\n{dated}"),), "sign"), Paragraph((Run(told),), "note")]
    title = _("Poverty alleviation in {place} up to {as_of}").format(place=brief.place, as_of=language.day(brief.as_of, lang))
    return paper.numbered(Document(title, lang, tuple(blocks), "brief", _masthead(brief, office, number, dated)))


def _masthead(brief: Brief, office: str, number: int, dated: str) -> tuple[Paragraph, ...]:
    _ = brief.text
    issue = _("No. {number}").format(number=number)
    name = Paragraph((Run(_("Brief on poverty alleviation")),), "office")
    return name, Paragraph((Run(issue),), "number"), Paragraph((Run(f"{office}\t{dated}"),), "issue")


def _marks(brief: Brief) -> Iterator[Paragraph]:
    """SYNTHETIC where the register is, and for whom the edition is."""
    _ = brief.text
    if brief.subject["synthetic"]:
        yield Paragraph((Run(_("SYNTHETIC: the households of this register are invented.")),), "mark")
    if not brief.public:
        yield Paragraph((Run(_("Internal: for the office, not for publication.")),), "mark")
        return
    text = _("Public edition: figures of fewer than {small} households are suppressed (×), and those that would give them away.")
    yield Paragraph((Run(text.format(small=brief.rules.small_cells)),), "mark")


def next_steps(brief: Brief) -> list[Block]:
    """What the tables say is open, in numbers; nothing is advised that no table supports. Empty for the public edition."""
    if brief.public:
        return []
    _, get, scope = brief.text, brief.tables.get, brief.scope
    counted = get("supervision.table")
    doubtful = get("acceptance.doubtful")
    untrue = None if doubtful is None else doubtful[doubtful["kind"] == "untrue"]
    account, breaks = get("register.account") if scope == "county" else None, get("dynamics.breaks")
    texts = [
        (_("Bring {count}, past the planned day and not yet out, through the steps that are open."),
         parts.count(get("targets.delays"), "households"), "households"),
        (_("Draw up an exit plan for {count}."), _first(get("timetable.levels"), "unplanned_households"), "households"),
        (_("Find a measure for {count} without one."), parts.count(counted, "no_measure_households", scope), "households"),
        (_("Name a helper for {count} without one."), parts.count(counted, "no_helper_households", scope), "households"),
        (_("Visit {count} whose exit is in doubt, and settle the doubt at the household."),
         parts.count(untrue, "households"), "households"),
        (_("Watch {count} that are out and near the line, or have several reasons to fall back."),
         parts.count(get("dynamics.risk_counts"), "listed_households"), "households"),
        (_("Bring records and count into line for {count}."),
         0 if breaks is None else int(breaks["household_id"].nunique()), "households"),
        (_("Correct {count} of the register that were set aside."), parts.count(account, "rows_set_aside"), "rows"),
    ]  # fmt: skip
    told = [text.format(count=language.counted(number, unit, brief.lang)) for text, number, unit in texts if number]
    return [Items(tuple((Run(line),) for line in told), True)] if told else []


def _first(frame: pd.DataFrame | None, column: str) -> int | None:
    """A figure of a table's first row, which is that of the whole place."""
    return parts.count(None if frame is None else frame.head(1), column)
