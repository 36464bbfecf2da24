"""The shapes of a county's places: the county's own outlines, else schematic cells, and tiles for the public edition."""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tuopin_analysis.register import outlines_read, places, schematic
from tuopin_analysis.register.about import about
from tuopin_analysis.register.cached import loaded
from tuopin_analysis.register.outlines_read import NOTES, Problem

FILE = "townships.geojson"
COLUMNS = ["code", "name", "x", "y", "parts"]


@dataclass(frozen=True, repr=False)
class Outlines:
    """The places of a map: `frame` has one row each, `code, name, x, y` (its label; kilometres or tiles) and `parts` (its rings).

    `kind`: "county" (its own file), "cells" (around the seats), "tiles" (as they lie) or "rows" (tiles in the order of codes).
    `problems`: what is wrong with the county's file, so that it is not used, and what was mended in it.
    """

    kind: str
    frame: pd.DataFrame
    villages: pd.DataFrame
    problems: tuple[Problem, ...] = ()


def of(register: str = "demo", edition: str = "internal", crs: str = "") -> Outlines:
    """The shapes for the maps of a register's county in an edition; the public one has tiles alone, of no place's outline.

    `crs` is the reference system of the county's `townships.geojson`, where the file does not declare it; "GCJ-02" is one.

    >>> found = of("demo")
    >>> found.kind, len(found.frame), of("demo", "public").kind
    ('cells', 10, 'tiles')
    """
    told = about(register)
    names = places.townships(told.county_code)
    if edition == "public":
        return _tiled(names, told.county_code, ())
    file = told.folder / FILE
    problems: tuple[Problem, ...] = ()
    if file.is_file():
        state = file.stat()
        needed = tuple(sorted(loaded(register).tables["households"]["township_code"].dropna().unique()))
        found = _own(file, state.st_mtime_ns, state.st_size, told.county_code, needed, crs)
        if found.kind == "county":
            return found
        problems = found.problems
    frame = schematic.of_seats(told.county_code)
    return (
        _tiled(names, told.county_code, problems) if frame is None else Outlines("cells", _named(frame, names), _none(), problems)
    )


def village_tiles(villages: pd.DataFrame) -> Outlines:
    """Tiles for villages (`village_code, village`), in the order of their codes, for a county whose file has none of them."""
    listed = villages[["village_code", "village"]].drop_duplicates("village_code").sort_values("village_code", ignore_index=True)
    frame, _ = schematic.tiles(listed["village_code"].tolist(), "")
    return Outlines("rows", frame.assign(name=listed["village"])[COLUMNS], _none())


def _tiled(names: pd.DataFrame, county_code: str, problems: tuple[Problem, ...]) -> Outlines:
    frame, known = schematic.tiles(names["township_code"].tolist(), county_code)
    return Outlines("tiles" if known else "rows", _named(frame, names), _none(), problems)


def _named(frame: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    official = names.set_index("township_code")["township"]
    return frame.assign(name=frame["code"].map(official).astype("str"))[COLUMNS].sort_values("code", ignore_index=True)


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS)


@lru_cache(maxsize=4)
def _own(file: Path, _changed: int, _size: int, county_code: str, needed: tuple[str, ...], crs: str) -> Outlines:
    read = outlines_read.read(file, county_code, needed, crs)
    if any(problem.code not in NOTES for problem in read.problems) or read.frame.empty:
        return Outlines("refused", _none(), _none(), read.problems)
    middle = np.array([(low + high) / 2 for low, high in _box(read.frame["shape"])])
    drawn = pd.DataFrame([_drawn(row.code, row.shape, middle) for row in read.frame.itertuples()])
    is_town = drawn["code"].str.len() == 9
    towns = _named(drawn[is_town], places.townships(county_code))
    listed = places.villages(county_code).set_index("village_code")["village"]
    villages = drawn[~is_town].assign(name=drawn["code"].map(listed).fillna(drawn["code"]))[COLUMNS]
    return Outlines("county", towns, villages.sort_values("code", ignore_index=True), read.problems)


def _box(shapes: pd.Series) -> list[tuple[float, float]]:
    bounds = np.array([shape.bounds for shape in shapes])
    return [(bounds[:, at].min(), bounds[:, at + 2].max()) for at in (0, 1)]


def _drawn(code: Any, shape: Any, middle: np.ndarray) -> dict[str, Any]:
    """A place's rings in kilometres, outer ones counterclockwise and holes clockwise, and a spot well inside it."""
    import shapely
    from shapely.ops import polylabel

    local = shapely.transform(shape, lambda points: schematic.flat(points, middle))
    parts = [shapely.geometry.polygon.orient(part) for part in local.geoms]
    largest = max(parts, key=lambda part: part.area)
    spot = polylabel(largest, tolerance=max(math.sqrt(largest.area) / 50, 1e-6))
    rings = [np.asarray(ring.coords)[:-1] for part in parts for ring in (part.exterior, *part.interiors)]
    return {"code": code, "x": spot.x, "y": spot.y, "parts": rings}
