"""What the contents page shows above the list of pages: cards for the county, and a tile with a small chart for each township."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tuopin_analysis import harmless
from tuopin_analysis.report import language, links
from tuopin_analysis.report.cards import HIDDEN, Folder, Row, last, one, taken, total
from tuopin_analysis.report.manifest import Figure

MOST = 60  # tiles; more are no overview
WIDE, HIGH = 220, 64  # of a small chart
NOTEBOOKS = {"left": "01_overview", "out": "04_targets", "doubtful": "09_acceptance", "rows": "01_overview"}
Known = Mapping[tuple[str, str], Figure]


def by_name(figures: Sequence[Figure]) -> Known:
    """Figures by place and name."""
    return {(one.scope, one.figure): one for one in figures}


def number(value: str, lang: str) -> str:
    """A figure as a page writes it; suppressed and missing ones by their signs."""
    return HIDDEN if value == HIDDEN else language.number(value, lang) if value else language.MISSING


def cards(folder: Folder, scope: str, now: Known, then: Known, lang: str) -> list[dict[str, Any]]:
    """The cards of a place: title, figure, what stands beside it, the page it is from; said where no page has it."""
    _ = language.translator(lang).gettext
    titles = {"left": _("Persons still poor"), "out": _("Persons out of poverty"), "doubtful": _("Doubtful exits"),
              "rows": _("Rows of the register in doubt")}  # fmt: skip
    more = {"left": _left, "out": _out, "doubtful": _doubtful, "rows": _rows}
    found = []
    for name, title in titles.items():
        figure, was = now.get((scope, name)), then.get((scope, name))
        card: dict[str, Any] = {"title": title, "value": "", "more": "", "before": "", "href": "", "page": "", "day": ""}
        if figure is None:
            absent = folder.public or (scope, NOTEBOOKS[name]) in folder.pages
            card["more"] = _("not on the pages of this edition") if absent else _("not made")
        else:
            card |= {"value": number(figure.value, lang), "more": more[name](folder, scope, lang), "href": figure.page}
            card |= {"page": links.label(figure.page.partition("/")[2].partition(".")[0], lang), "day": day(figure.as_of, lang)}
            card["before"] = _before(figure, was, lang)
        found.append(card)
    return found


def day(text: str, lang: str) -> str:
    try:
        return language.day(text, lang)
    except ValueError:  # of a notebook that counts in no days
        return harmless.plain(text)


def _before(figure: Figure, was: Figure | None, lang: str) -> str:
    """The figure of the run before and that of now; "" where there is none or one of the two is suppressed."""
    if was is None or HIDDEN in (was.value, figure.value):
        return ""
    _ = language.translator(lang).gettext
    when = day(was.as_of, lang) if was.as_of != figure.as_of else _("an earlier run")
    return _("before ({day}): {then} → {now}").format(day=when, then=number(was.value, lang), now=number(figure.value, lang))


def _left(folder: Folder, scope: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    rows = folder.rows(scope, "overview.places")
    if not rows:
        return ""
    return _("of {persons} registered; households: {households}").format(
        persons=number(total(rows, "persons"), lang), households=number(total(rows, "remaining_households"), lang)
    )


def _out(folder: Folder, scope: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    said = []
    row = last(folder.rows(scope, "targets.progress"), "status")
    if row:
        said.append(links.coded("progress_status", lang).get(row["status"], row["status"]))
    aim = next((row for row in folder.rows(scope, "targets.denominators") if row.get("target_persons")), None)
    if aim:
        text = _("target for {day}: {persons}")
        persons = number(taken(aim, "target_persons"), lang)
        said.append(text.format(day=day(aim["target_date"], lang), persons=persons))
    states = Counter(row.get("status", "") for row in folder.rows(scope, "targets.by_township")) if scope == "county" else {}
    named = links.coded("progress_status", lang)
    form = _("{state} {n}")
    counts = [form.format(state=language.inside(named[state], lang), n=states[state]) for state in named if states.get(state)]
    if counts:
        said.append(_("townships: {states}").format(states=_(", ").join(counts)))
    return _("; ").join(said)


def _doubtful(folder: Folder, scope: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    row = one(folder.rows(scope, "acceptance.doubtful"), "kind", "untrue")
    return _("{share} of the exits").format(share=language.share(row["share_exits"], lang)) if row.get("share_exits") else ""


def _rows(folder: Folder, scope: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    rows = folder.rows(scope, "register.account")
    if scope != "county" or not rows:
        return ""
    return _("of {read} read; {aside} of them set aside and not counted").format(
        read=number(total(rows, "rows_read"), lang), aside=number(total(rows, "rows_set_aside"), lang)
    )


def tiles(folder: Folder, now: Known, lang: str) -> list[dict[str, Any]]:
    """A tile for each township of which the folder tells anything, by code; of too many those with the most persons left."""
    listed = _listed(folder)
    codes = sorted({*listed, *(scope for scope in folder.scopes if scope != "county" and (scope, "left") in now)})
    if len(codes) > MOST:
        left = {code: _count(now, listed, code) for code in codes}
        codes = sorted(codes, key=lambda code: (-left[code], code))[:MOST]
    return [_tile(folder, code, listed.get(code, {}), now, lang) for code in codes]


def explained(listed: Sequence[Mapping[str, Any]], lang: str) -> str:
    """What the drawings of the tiles show: of courses and of bars, whichever there are."""
    _ = language.translator(lang).gettext
    texts = {
        "<polyline": _("Lines: persons still poor, month by month, of all registered; dashed: by plan."),
        "<rect": _("Bars: persons out; upright line: the target."),
    }
    drawn = [text for sign, text in texts.items() if any(sign in tile["svg"] for tile in listed)]
    return ("" if lang == "zh" else " ").join(drawn)


def _listed(folder: Folder) -> dict[str, Row]:
    """The row of each township in the table of all townships, wherever in the folder it stands."""
    holders = [scope for scope in ("county", *folder.scopes) if folder.rows(scope, "targets.by_township")]
    rows = folder.rows(holders[0], "targets.by_township") if holders else []
    return {
        row["township_code"]: {**row, "at": folder.page(holders[0], "targets.by_township")}
        for row in rows
        if "township_code" in row
    }


def _count(now: Known, listed: Mapping[str, Row], code: str) -> int:
    value = now[code, "left"].value if (code, "left") in now else taken(listed.get(code, {}), "remaining_persons")
    return int(value) if value.isdecimal() else 0


def _tile(folder: Folder, code: str, row: Row, now: Known, lang: str) -> dict[str, Any]:
    _ = language.translator(lang).gettext
    own = now.get((code, "left"))
    value = own.value if own else taken(row, "remaining_persons")
    href = (
        folder.page(code, "targets.progress") if (code, "targets.progress") in folder.owners else own.page if own else row["at"]
    )
    doubtful = now.get((code, "doubtful"))
    status = row.get("status", "")
    aim, out = taken(row, "target_persons"), taken(row, "actual_persons")
    drawn = course(folder.rows(code, "targets.progress"), row.get("persons", ""), lang) or bar(out, aim, lang)
    notes = [_("{out} of the target of {aim} out").format(out=number(out, lang), aim=number(aim, lang))] if aim else []
    notes += [_("doubtful exits: {n}").format(n=number(doubtful.value, lang))] if doubtful else []
    return {
        "code": code,
        "name": name(folder, code, row.get("township", ""), lang),
        "href": href,
        "left": number(value, lang),
        "status": links.coded("progress_status", lang).get(status, ""),
        "behind": status == "behind",
        "notes": notes,
        "svg": drawn,
    }


def name(folder: Folder, code: str, told: str, lang: str) -> str:
    """What a township is called: as the table says, else as its pages say."""
    if told:
        return harmless.plain(language.place(told, lang))
    subjects = (entry["subject"].get("scope_name", "") for (scope, _), entry in folder.pages.items() if scope == code)
    return harmless.plain(next(filter(None, subjects), code))


def course(rows: Sequence[Row], persons: str, lang: str) -> str:
    """Persons left month by month beside those left by plan, as an SVG with its text; "" where there is no such series.

    From 0 to all persons registered; the months are those with figures.
    """
    months = [row for row in rows if row.get("actual_persons", "").isdecimal() and row.get("planned_persons", "").isdecimal()]
    if len(months) < 2 or not persons.isdecimal() or not int(persons):
        return ""
    _, all_ = language.translator(lang).gettext, int(persons)
    left, plan = ([all_ - int(row[column]) for row in months] for column in ("actual_persons", "planned_persons"))
    text = _("Persons still poor: {first} in {start}, {last} in {end}; by plan {plan}.").format(
        first=number(str(left[0]), lang), start=language.month(months[0]["period"], lang), last=number(str(left[-1]), lang),
        end=language.month(months[-1]["period"], lang), plan=number(str(plan[-1]), lang),
    )  # fmt: skip
    lines = [f'<polyline class="{kind}" points="{_points(values, all_)}"/>' for kind, values in (("plan", plan), ("left", left))]
    return _svg(f'<line class="axis" x1="0" y1="{HIGH}" x2="{WIDE}" y2="{HIGH}"/>' + "".join(lines), text)


def _points(values: Sequence[int], most: int) -> str:
    step = (WIDE - 4) / (len(values) - 1)
    return " ".join(
        f"{2 + at * step:.1f},{2 + (HIGH - 4) * (1 - min(max(value, 0), most) / most):.1f}" for at, value in enumerate(values)
    )


def bar(out: str, aim: str, lang: str) -> str:
    """How much of the target is reached, as an SVG with its text; "" where either is suppressed or missing."""
    if not (out.isdecimal() and aim.isdecimal() and int(aim)):
        return ""
    _ = language.translator(lang).gettext
    text = _("{out} persons out of a target of {aim}.").format(out=number(out, lang), aim=number(aim, lang))
    full, done = WIDE * 0.75, WIDE * 0.75 * min(int(out) / int(aim), 4 / 3)
    return _svg(
        f'<rect class="aim" x="0" y="22" width="{full:.1f}" height="20"/>'
        f'<rect class="done" x="0" y="26" width="{done:.1f}" height="12"/>'
        f'<line class="goal" x1="{full:.1f}" y1="14" x2="{full:.1f}" y2="50"/>', text
    )  # fmt: skip


def _svg(inside: str, text: str) -> str:
    return f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{harmless.html(text)}">{inside}</svg>'
