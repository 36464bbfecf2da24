"""The words of a comparison, in one language: headings, notes, and figures as their columns are written."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from tuopin_analysis import harmless
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, language

DAY = re.compile(r"\d{4}-\d{2}-\d{2}( 00:00:00)?")  # as a table's CSV has it
SIDE = ("register", "baseline", "as_of", "rules", "edition", "path", "made_by")


class Words:
    """What a page or a terminal says, by name."""

    def __init__(self, lang: str, figures: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.lang = language.check(lang)
        self._figures = figures or {}
        _ = language.translator(lang).gettext
        self._words = {
            "scope": _("Place"), "figure": _("Figure"), "before": _("Before"), "after": _("After"), "difference": _("Difference"),
            "cause": _("Cause"), "table": _("Table"), "change": _("Change"), "row": _("Row"), "column": _("Column"),
            "field": _("Field"), "denominator": _("Denominator"),
            "township": _("Township"), "village": _("Village"), "event": _("Exit or relapse"),
            "added": _("added"), "removed": _("removed"), "changed": _("changed"),
            "table_added": _("only in the new one"), "table_removed": _("only in the old one"),
            "report_added": _("report only in the new one"), "report_removed": _("report only in the old one"),
            "report_failed": _("report failed: not compared"),
            "data": _("data"), "rules": _("rules"), "code": _("code"), "parameters": _("parameters"),
            "title_headlines": _("Headline figures"), "text_headlines": "",
            "title_targets": _("Targets, by both denominators"),
            "text_targets": _("Whatever a report used: those registered at the baseline, and the register as it stands."),
            "title_tables": _("Tables that changed"), "title_figures": _("Every changed figure"),
            "title_counts": _("Households, persons and changes by township"), "title_records": _("Households that changed"),
            "text_records": _("As the registers stood on their days. Internal: not for publication."),
        }  # fmt: skip

    def __call__(self, name: str) -> str:
        return self._words[name]

    def fixed(self, version: str) -> dict[str, str]:
        """What every page of a comparison says."""
        _ = language.translator(self.lang).gettext
        return {
            "title": _("What changed"), "colon": _(": "), "made": f"tuopin-analysis {version}",
            "synthetic": _("SYNTHETIC: the households of this register are invented."),
            "internal": _("internal: may hold personal data; for the office, not for publication"),
        }  # fmt: skip

    def side(self, told: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
        """What one side is: pairs of name and value."""
        _ = language.translator(self.lang).gettext
        names = {
            "register": _("Register"), "baseline": _("Registered at"), "as_of": _("Counted up to"), "rules": _("Rules"),
            "edition": _("Edition"), "path": _("Folder"), "made_by": _("Made by"),
        }  # fmt: skip
        known = {**told, "register": told.get("register_en", told["register"]) if self.lang == "en" else told["register"]}
        if told["edition"] == "public":
            known.pop("path", None)  # a folder's path may tell whose computer it was
        known |= {name: language.day(str(known[name]), self.lang) for name in ("baseline", "as_of") if known.get(name)}
        known["edition"] = dictionary.value_label("edition", told["edition"], self.lang)
        first = (_("Old"), "") if name == "old" else (_("New"), "")
        return [(first[0], _("reports") if told["kind"] == "run" else _("register"))] + [
            (names[part], harmless.plain(str(known[part]))) for part in SIDE if known.get(part)
        ]

    def nothing(self) -> str:
        """That nothing differs."""
        return language.translator(self.lang).gettext("No difference was found.")

    def found(self, rows: int, tables: int) -> str:
        """How much differs."""
        text = language.translator(self.lang).gettext("{rows} of {tables} key tables differ.")
        return text.format(rows=language.counted(rows, "rows", self.lang), tables=language.count(tables, self.lang))

    def cause_line(self, causes: Sequence[str]) -> str:
        """Which causes there are."""
        text = language.translator(self.lang).gettext("What differs between the two: {causes}.")
        return text.format(causes=self.causes(causes))

    def causes(self, causes: Sequence[str]) -> str:
        """Causes in words."""
        return language.listed([self(cause) for cause in causes if cause], self.lang)

    def effects(self, column: str, told: Sequence[tuple[str, Any]]) -> str:
        """What each cause adds to a figure; the causes alone where it is no number."""
        if all(language.is_missing(number) for _cause, number in told):
            return self.causes([cause for cause, _number in told])
        parts = [f"{self(cause)} {self.change(column, number)}" for cause, number in told]
        return language.translator(self.lang).gettext("; ").join(parts)

    def note(self, code: str, more: str) -> str:
        """A note by its code."""
        _ = language.translator(self.lang).gettext
        split = _("Several things differ, and what each of them does is not told apart: {why}.")
        why = {
            "no_rerun": _("this was not asked for (--no-rerun)"),
            "public": _("figures that were never published would be needed"),
            "code": _("the code that runs now is not that of the new reports ({more})"),
            "inputs": _("the register or the rule set is no longer what it was ({more})"),
            "failed": _("a report could not be made again ({more})"),
            "day": _("the new register does not cover the old one's day"),
        }
        if code.startswith("not_separated_"):
            return harmless.plain(split.format(why=why[code.removeprefix("not_separated_")].format(more=more)))
        return {
            "not_recorded": _("The cause is not recorded: a manifest does not say what its reports were made from."),
            "unexplained": _(
                "Tables differ although code, data, rules and parameters are recorded as the same: a file was changed afterwards."
            ),
            "separated": _("Several things differ. Reports were made again with one after the other changed, in order: {more}."),
            "households_gone": _("Households are not listed: one of the registers can no longer be read as it was."),
            "other_keys": _("Households are not listed: the registers were imported under two keys, their ids do not match."),
            "public": _("Public edition: compared are figures that both sides publish; what is suppressed (×) stays so."),
        }[code].format(more=self.causes(more.split(";")))

    def place(self, scope: str) -> str:
        """A scope."""
        whole = language.translator(self.lang).gettext("Whole county")
        return whole if scope == "county" else language.place(scope, self.lang)

    def township(self, name: str) -> str:
        """A township by its name."""
        return language.place(name, self.lang)

    def figure(self, name: str) -> str:
        """A headline figure by its name."""
        return self._figures.get(name, {}).get(self.lang, name)

    def kind(self, table: str, change: str) -> str:
        """Such as "Households, added"."""
        _ = language.translator(self.lang).gettext
        return dictionary.value_label("table", table, self.lang) + _(", ") + self(change)

    def table(self, table: str, rows: int) -> str:
        """A table of the register, with the number of its rows."""
        return self._counted(dictionary.value_label("table", table, self.lang), rows)

    def fold(self, scope: str, key: str, rows: int) -> str:
        """The heading of a folded table."""
        return self._counted(f"{self.place(scope)} · {key}", rows)

    def _counted(self, name: str, rows: int) -> str:
        """A name with a number of rows in the brackets of the language."""
        text = language.translator(self.lang).gettext("{label} ({unit})")
        return text.format(label=name, unit=language.count(rows, self.lang))

    def cut(self, shown: int, whole: int) -> str:
        """That not all rows are shown."""
        text = language.translator(self.lang).gettext("Shown are the first {shown} of {rows} rows; --json has them all.")
        return text.format(shown=language.count(shown, self.lang), rows=language.count(whole, self.lang))

    def row(self, row: Sequence[tuple[str, str]]) -> str:
        """What tells a row from others; places by their names."""
        return " · ".join(f"#{value}" if column == "row" else self._named(column, value) for column, value in row)

    def _named(self, column: str, value: str) -> str:
        return language.place(value, self.lang) if column.endswith("_code") else self.value(column, value)

    def value(self, column: str, text: str) -> str:
        """A figure or name of a result table as the page writes it."""
        return _written(column, str(text), self.lang)

    def recorded(self, field: str, text: str, table: str) -> str:
        """A value of the register: codes by their names, all else as it stands."""
        if table == "events":
            event, *rest = text.split(" ")
            days = [language.day(day, self.lang) for day in rest if day]
            return " ".join([dictionary.value_label("event", event, self.lang), *days]) if text else language.MISSING
        if not text:
            return language.MISSING
        coded = bool(dictionary.code_lists_of(field))
        return dictionary.value_label(field, text, self.lang) if coded else language.place(text, self.lang)

    def change(self, column: str, difference: Any) -> str:
        """A difference, signed; of shares in percentage points."""
        if language.is_missing(difference):
            return language.MISSING
        if cells.is_share(column):
            text = language.translator(self.lang).gettext("{points} points")
            return text.format(points=language.number(100 * difference, self.lang, 1, sign=True))
        return language.number(difference, self.lang, 0 if float(difference).is_integer() else 2, sign=True)


@cache
def _written(column: str, text: str, lang: str) -> str:
    if text in ("", language.SUPPRESSED):
        return text or language.MISSING
    if cells.described(column).get("type") == "date" and DAY.fullmatch(text):
        return language.day(text[:10], lang, short=True)
    try:
        number = float(text) if cells.described(column).get("type") in ("number", "integer") else None
    except ValueError:
        number = None
    value: Any = text if number is None else int(number) if number.is_integer() and "." not in text else number
    return str(cells.written(pd.DataFrame({column: [value]}), lang)[column].iloc[0])
