"""What a map says in words: its finding, its caption and source, and why a county's own outlines are not used."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, language, maps_classes, telling

NOTES = ("mended", "not_drawn", "overlap")
TOLD = 6  # names or features that a sentence tells one by one
NAMED = {"wgs84": "EPSG:4326", "cgcs": "EPSG:4490", "flat": "EPSG:4547", "install": "pip install 'tuopin-analysis[map]'"}
SHOWN = 3  # places that are alike and yet all named in a title


def caption(kind: str, lang: str) -> str:
    """What the shapes are, and whose: a schematic map says so."""
    _ = language.translator(lang).gettext
    return {
        "county": _("Outlines: the county's own file townships.geojson, as it was given."),
        "cells": _(
            "Schematic: Thiessen polygons around the township seats, no legal boundaries and not to be used as such."
            " Seats © GeoNames (CC BY 4.0)."
        ),
        "tiles": _("Schematic: one equal tile per place, laid out as they lie; no boundary, area or distance is shown."),
        "rows": _("Schematic: one equal tile per place, in the order of their codes; nothing about where they lie."),
    }[kind]


def finding(rows: pd.DataFrame, column: str, hidden: bool, lang: str) -> str:
    """The title of a map: where most and fewest are, or how many places there are of each kind. `rows` have values, `label`."""
    _ = language.translator(lang).gettext
    name = dictionary.label(column, lang)
    if hidden:
        return _("{label}; suppressed figures are marked ×").format(label=name)
    if not len(rows):
        return _("{label}: no figure is on record").format(label=name)
    if not pd.api.types.is_numeric_dtype(rows[column]):
        kinds = [_kind(value, int((rows[column] == value).sum()), column, lang)
                 for value in maps_classes.category_colours(rows[column].tolist(), column)]  # fmt: skip
        return _("{label}: {values}").format(label=name, values=_(", ").join(kinds))
    high, low = rows[column].max(), rows[column].min()
    most, least = (maps_classes.written(pd.Series([value]), column, lang)[0] for value in (high, low))
    if high == low:
        return _("{label}: {value} in every place that reports").format(label=name, value=most)
    share = cells.described(column).get("type") != "integer"
    form = (
        _("{label}: highest in {first} ({high}), lowest in {last} ({low})")
        if share
        else _("{label}: most in {first} ({high}), fewest in {last} ({low})")
    )
    first, last = (_some(rows.loc[rows[column] == value, "label"], lang) for value in (high, low))
    return form.format(label=name, first=first, last=last, high=most, low=least)


def _kind(value: str, number: int, column: str, lang: str) -> str:
    _ = language.translator(lang).gettext
    text = telling.named(column, value, lang)
    return _("{name} {n}").format(name=text, n=language.count(number, lang))


def _some(names: Iterable[str], lang: str) -> str:
    names = list(names)
    ngettext = language.translator(lang).ngettext
    more = ngettext("{n} place", "{n} places", len(names)).format(n=len(names))
    return language.listed(names, lang) if len(names) <= SHOWN else more


def states(lang: str) -> dict[str, str]:
    """How a place without a figure is named in the legend."""
    _ = language.translator(lang).gettext
    return {
        "absent": _("not reported (not nought)"),
        "missing": _("no figure on record"),
        "withheld": _("suppressed (×)"),
    }


def left_out(number: int, lang: str) -> str:
    """That some names would not fit; nothing when all do."""
    ngettext = language.translator(lang).ngettext
    text = ngettext("{n} name has no room here: see the table.", "{n} names have no room here: see the table.", number)
    return text.format(n=number) if number else ""


def off(number: int, lang: str) -> str:
    """That places of the table are not on the map; nothing when all are."""
    ngettext = language.translator(lang).ngettext
    text = ngettext("{n} place of the table has no outline.", "{n} places of the table have no outline.", number)
    return text.format(n=number) if number else ""


def notes(outlines: Any, lang: str = "zh") -> str:
    """Why the county's own `townships.geojson` is not used, every fault of it, or what was mended in it; "" for nothing.

    Each sentence says what is wrong, in which feature, what was expected and how to mend it.
    """
    _ = language.translator(lang).gettext
    faults = [problem for problem in outlines.problems if problem.code not in NOTES]
    told = [problem for problem in outlines.problems if problem.code in NOTES]
    lines = []
    if faults:
        text = language.translator(lang).ngettext(
            "The county's townships.geojson cannot be used ({n} fault); the schematic map stands in its place:",
            "The county's townships.geojson cannot be used ({n} faults); the schematic map stands in its place:",
            len(faults),
        )
        lines.append(text.format(n=len(faults)))
    codes = list(dict.fromkeys(problem.code for problem in [*faults, *told]))
    lines += [_worded([problem for problem in outlines.problems if problem.code == code], code, lang) for code in codes]
    return "\n".join(lines)


def _worded(problems: Sequence[Any], code: str, lang: str) -> str:
    """All problems of one kind in a sentence."""
    _ = language.translator(lang).gettext
    features = [_("feature {n}").format(n=problem.feature) for problem in problems if problem.feature]
    values = [_value(problem, lang) for problem in problems]
    detail = [_("{feature} ({value})").format(feature=feature, value=value) if value else feature
              for feature, value in zip(features, values, strict=False)] or [value for value in values if value]  # fmt: skip
    shown = _(", ").join(detail[:TOLD])
    rest = len(detail) - TOLD
    shown += _(" and {n} more").format(n=rest) if rest > 0 else ""
    return _texts(lang)[code].format(shown=shown, **NAMED)


def _value(problem: Any, lang: str) -> str:
    """What a problem names: a place by its name, with the nearest known one, else as the file has it."""
    _ = language.translator(lang).gettext
    if problem.code == "doubled":
        return _("{name}, already feature {n}").format(name=language.place(problem.value, lang), n=problem.hint)
    if problem.code in ("missing", "not_drawn"):
        return language.place(problem.value, lang)
    if problem.code == "overlap":
        first, second = (language.place(code, lang) for code in problem.value.split(";"))
        share = language.share(float(problem.hint), lang)
        return _("{first} and {second} ({share} of the smaller one)").format(first=first, second=second, share=share)
    if problem.code == "unknown_place" and problem.hint:
        return _("“{name}”, nearest: {known}").format(name=problem.value, known=language.place(problem.hint, lang))
    if problem.code == "far":
        return _("{place}, {km} km away").format(place=problem.value, km=problem.hint)
    return problem.value


def _texts(lang: str) -> dict[str, str]:
    """The sentence of each kind of problem."""
    _ = language.translator(lang).gettext
    return {
        "no_geopandas": _("It needs geopandas, which is not installed: {install}."),
        "too_large": _("It is larger than {shown} MB; simplify the outlines."),
        "unreadable": _("It cannot be read: {shown}."),
        "not_utf8": _("It is not in UTF-8; save it in UTF-8."),
        "not_json": _("It is no JSON in UTF-8 (line and column {shown}); export it again as GeoJSON."),
        "not_features": _("It is no FeatureCollection but “{shown}”; export it again as GeoJSON."),
        "no_features": _("It holds no features; one is expected for each township."),
        "no_name": _("Neither code nor name: {shown}; a feature needs the property code (nine digits) or name."),
        "unknown_place": _("No township of this county: {shown}; write the official name or code."),
        "doubled": _("Given twice: {shown}; join the parts of a township in one MultiPolygon."),
        "missing": _("Townships with registered households are missing: {shown}."),
        "not_polygon": _("No polygon: {shown}; a Polygon or MultiPolygon is expected."),
        "bad_ring": _("Rings that enclose no area: {shown}; draw them again."),
        "unknown_crs": _("Unknown reference system: {shown}; declare {wgs84}, {cgcs}, another code of EPSG, or GCJ-02 as crs."),
        "out_of_range": _("Coordinates that are no degrees: {shown}; declare the reference system as crs, such as {flat}."),
        "swapped": _("Latitude stands before longitude: {shown}; GeoJSON has longitude first."),
        "far": _("Far from the county: {shown}; the reference system is another one, or the file is of another county."),
        "mended": _("Rings that crossed themselves were mended in townships.geojson: {shown}."),
        "not_drawn": _("Not in townships.geojson, and without registered households: {shown}."),
        "overlap": _("Townships that overlap in townships.geojson are drawn as they are; check their borders: {shown}."),
    }


def told(rows: pd.DataFrame, texts: Sequence[str], lang: str) -> list[str]:
    """Each place with its value, for the alternative text."""
    _ = language.translator(lang).gettext
    return [_("{name}: {values}").format(name=name, values=text) for name, text in zip(rows["label"], texts, strict=True)]


def axis(column: str, lang: str) -> str:
    """What a map shows, with its unit, as the legend's title."""
    _ = language.translator(lang).gettext
    unit = maps_classes.unit_of(column)
    label = dictionary.label(column, lang)
    if not unit:
        return label  # the classes of a share have their per cent
    named = dictionary.value_label("unit", unit, lang)
    if named.lower() in label.lower().split():
        return label
    return _("{label} ({unit})").format(label=label, unit=language.inside(named, lang))
