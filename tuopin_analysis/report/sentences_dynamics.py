"""Sentences about the account between two days: what moved, whether it balances and where not, what became of whom."""

from datetime import date

import pandas as pd

from tuopin_analysis.report import language, telling

FLOWS = ("new", "relapsed", "increase", "exits", "decrease")


def account_finding(account: pd.DataFrame, since: date | str, as_of: date | str, lang: str = "zh", changes: bool = True) -> str:
    """What a place had on the first day, what moved, and what it has on the last: `dynamics.account`.

    `changes`: whether the register has increases and decreases on record at all.
    """
    _ = language.translator(lang).gettext
    persons, households = (account[account["unit"] == unit].sum(numeric_only=True) for unit in ("persons", "households"))
    text = _("Poor at the end of {since}: {households} with {persons}; at the end of {as_of}, by the records: {left}.")
    told = [
        text.format(
            since=language.day(since, lang),
            as_of=language.day(as_of, lang),
            households=language.counted(households["opening"], "households", lang),
            persons=language.counted(persons["opening"], "persons", lang),
            left=_both(households["closing"], persons["closing"], lang),
        )
    ]
    moved = [_flow(name, households[name], persons[name], lang) for name in FLOWS if persons[name] or households[name]]
    if moved:
        told.append(_("In between: {flows}.").format(flows=_("; ").join(moved)))
    if persons["moved"] or households["moved"]:
        text = _("Moves between places change it by {households} and {persons}.")
        told.append(
            text.format(
                households=signed(households["moved"], "households", lang), persons=signed(persons["moved"], "persons", lang)
            )
        )
    if not changes:
        told.append(_("No increase or decrease is on record: the account knows exits and relapses alone."))
    return telling.joined(told, lang)


def _both(households: float, persons: float, lang: str) -> str:
    _ = language.translator(lang).gettext
    return _("{households} with {persons}").format(
        households=language.counted(households, "households", lang), persons=language.counted(persons, "persons", lang)
    )


def signed(value: float, unit: str, lang: str) -> str:
    """A difference of households or persons with its sign.

    >>> signed(-1, "persons", "en"), signed(2, "households", "zh"), signed(0, "persons", "en")
    ('−1 person', '+2户', '0 persons')
    """
    return ("−" if value < 0 else "+" if value > 0 else "") + language.counted(abs(value), unit, lang)


def _flow(name: str, households: float, persons: float, lang: str) -> str:
    """An item of the account in both units; households that neither come nor go are not named."""
    _ = language.translator(lang).gettext
    label = telling.named("flow", name, lang)
    numbers = _both(households, persons, lang) if households else language.counted(persons, "persons", lang)
    return _("{name} {numbers}").format(name=label, numbers=numbers)


def balance_finding(
    account: pd.DataFrame, breaks: pd.DataFrame, as_of: date | str, last_count: pd.DataFrame, lang: str = "zh"
) -> str:
    """Whether the account agrees with the count, where not, and which households make it so: `dynamics.breaks`."""
    _ = language.translator(lang).gettext
    day = language.day(as_of, lang)
    if account["break"].isna().all():
        if last_count.empty:
            return _("No count of households is on record, so that the account cannot be held against one.")
        text = _(
            "Nobody counted at the end of {day}, so that the account cannot be held against a count; the last one is of {last}."
        )
        return text.format(day=day, last=language.day(last_count["standing_date"].iloc[0], lang))
    if breaks.empty:
        return _("The account balances: the count of {day} agrees with the records in every household.").format(day=day)
    off = account[account["break"] != 0]
    text = _(
        "The account does not balance: in {places} the count of {day} differs from the records, in all by {households} "
        "and {persons}."
    )
    if off.empty:
        text = _("The sums of {day} agree, but not the households behind them.")
    sums = {unit: account.loc[account["unit"] == unit, "break"].sum() for unit in ("households", "persons")}
    told = [
        text.format(
            day=day,
            places=language.counted(off["township_code"].nunique(), "townships", lang),
            **{unit: signed(value, unit, lang) for unit, value in sums.items()},
        )
    ]
    return telling.joined([*told, _largest(account, lang), _kinds(breaks, lang)], lang)


def _largest(account: pd.DataFrame, lang: str) -> str:
    """The townships with the largest difference in persons, of several townships."""
    _ = language.translator(lang).gettext
    rows = account[(account["unit"] == "persons") & (account["break"] != 0)]
    if len(rows) < 2:
        return ""
    most = rows[rows["break"].abs() == rows["break"].abs().max()]
    named = [
        _("{place} ({number})").format(place=language.place(row["township"], lang), number=signed(row["break"], "persons", lang))
        for row in most.to_dict("records")
    ]
    return _("Largest: {places}.").format(places=language.listed(named, lang))


def _kinds(breaks: pd.DataFrame, lang: str) -> str:
    _ = language.translator(lang).gettext
    kinds = breaks.drop_duplicates(["break_kind", "household_id"])["break_kind"].value_counts().sort_index()
    named = [
        _("{kind} {n}").format(
            kind=telling.named("break_kind", kind, lang), n=language.count(n, lang)
        )
        for kind, n in kinds.items()
    ]
    text = _("All of it lies in {households}: {kinds}.")
    return text.format(
        households=language.counted(breaks["household_id"].nunique(), "households", lang), kinds=_("; ").join(named)
    )


def aside_finding(set_aside: pd.DataFrame, lang: str = "zh") -> str:
    """How many records contradict one another and change nothing: `dynamics.set_aside`."""
    _ = language.translator(lang).gettext
    if set_aside.empty:
        return _("Of the records accepted none contradicts another.")
    text = language.translator(lang).ngettext(
        "{rows} on record contradicts others and was set aside; it changes nothing in the account and is listed below.",
        "{rows} on record contradict others and were set aside; they change nothing in the account and are listed below.",
        len(set_aside),
    )
    return text.format(rows=language.counted(len(set_aside), "rows", lang))


def transition_finding(table: pd.DataFrame, since: date | str, as_of: date | str, small: int, lang: str = "zh") -> str:
    """What became of the poor of the first day, and of those who were out: `dynamics.transitions`."""
    _ = language.translator(lang).gettext
    pairs = table.set_index(["state_before", "state_after"])["households"]

    def count(before: tuple[str, ...], after: tuple[str, ...]) -> int:
        return int(sum(pairs.get((one, other), 0) for one in before for other in after))

    poor, states = ("poor", "relapsed"), ("poor", "relapsed", "out", "gone")
    whole, out = count(poor, states), count(poor, ("out",))
    if not whole:
        return _("Nobody was poor at the end of {since}.").format(since=language.day(since, lang))
    text = _(
        "Of {whole} poor at the end of {since}, at the end of {as_of}: out of poverty {out}{share}, poor {still}, "
        "no longer on the register {gone}."
    )
    share = _(" ({share})").format(share=language.share(out / whole, lang)) if whole >= small else ""
    told = [
        text.format(
            whole=language.counted(whole, "households", lang),
            since=language.day(since, lang),
            as_of=language.day(as_of, lang),
            out=language.counted(out, "households", lang),
            share=share,
            still=language.count(count(poor, poor), lang),
            gone=language.count(count(poor, ("gone",)), lang),
        )
    ]
    was_out = count(("out",), states)
    if was_out:
        text = _("Of {whole} already out on the first day, poor again: {back}.")
        told.append(
            text.format(whole=language.counted(was_out, "households", lang), back=language.count(count(("out",), poor), lang))
        )
    return telling.joined(told, lang)
