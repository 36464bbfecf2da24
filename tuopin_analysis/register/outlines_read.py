"""A county's own outlines of its townships and villages, `townships.geojson` beside its register: checked whole, in WGS84.

Needs geopandas (extra `map`). A file with a fault is not used, and every fault of it is told at once.
"""

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tuopin_analysis.register import gcj02, places, schematic

MOST_BYTES = 100 * 2**20
FARTHEST_KM = 150.0  # of a feature from the county's seats: farther away it is drawn in another reference system
WGS84, SHIFTED = "EPSG:4326", ("gcj02", "gcj-02")
# Neighbours drawn apart never share a border to the metre. A hundredth of a township of 50 km² is a strip of 70 m along 7 km of
# border: more than that is a place that two townships claim.
OVERLAP = 0.01  # of the smaller one's area
NOTES = ("mended", "not_drawn", "overlap")  # what is told, and does not keep a file from being used


class Problem(NamedTuple):
    """What is wrong with the file, by a code that `report.maps_words` words; `feature` counts from 1, 0 is the whole file."""

    code: str
    feature: int = 0
    value: str = ""
    hint: str = ""


class Read(NamedTuple):
    """The outlines that could be read (`code, shape` in WGS84), and everything that is wrong or was mended."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...]


_NOTHING = pd.DataFrame({"code": pd.Series(dtype="str"), "shape": pd.Series(dtype="object")})


def read(path: Path, county_code: str, needed: Sequence[str], crs: str = "") -> Read:
    """The outlines of a file; `needed` are the townships that must be in it, `crs` overrules what the file declares."""
    try:
        import geopandas  # noqa: F401
    except ImportError:
        return Read(_NOTHING, (Problem("no_geopandas"),))
    whole, problems = _collection(path)
    if problems:
        return Read(_NOTHING, tuple(problems))
    found = [_feature(number, feature, county_code) for number, feature in enumerate(whole["features"], start=1)]
    problems = [problem for _, _, told in found for problem in told]
    problems += _doubled(found)
    shapes, told = _in_wgs84([shape for _, shape, _ in found], crs or declared(whole))
    problems += told or _outside(shapes, county_code)
    codes = [code for code, _, _ in found]
    problems += _absent(codes, county_code, needed)
    frame = pd.DataFrame({"code": pd.Series(codes, dtype="str"), "shape": pd.Series(shapes, dtype="object")})
    frame = frame[frame["shape"].notna() & frame["code"].ne("")].reset_index(drop=True)
    if all(problem.code in NOTES for problem in problems):
        problems += _overlaps(frame[frame["code"].str.len() == 9])
    return Read(frame, tuple(_sorted(problems)))


def _sorted(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.feature, problem.code, problem.value))


def _collection(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """The file's collection of features, or why there is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}, [Problem("too_large", value=str(MOST_BYTES >> 20))]
        whole = json.loads(path.read_bytes())
    except OSError as error:
        return {}, [Problem("unreadable", value=str(error.strerror))]
    except UnicodeDecodeError:
        return {}, [Problem("not_utf8")]
    except (ValueError, RecursionError) as error:
        at = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "1:1"
        return {}, [Problem("not_json", value=at)]
    if not isinstance(whole, dict) or whole.get("type") != "FeatureCollection" or not isinstance(whole.get("features"), list):
        kind = str(whole.get("type", ""))[:40] if isinstance(whole, dict) else type(whole).__name__
        return {}, [Problem("not_features", value=kind)]
    return whole, [] if whole["features"] else [Problem("no_features")]


def declared(whole: Mapping[str, Any]) -> str:
    """The reference system that a file names in its member `crs` (GeoJSON of 2008), as text or as an object; "" for none."""
    told = whole.get("crs")
    if isinstance(told, dict):
        named = told.get("properties")
        told = named.get("name") if isinstance(named, dict) else ""
    return str(told or "").strip()


def _feature(number: int, feature: Any, county_code: str) -> tuple[str, Any, list[Problem]]:
    """Code, shape (None where it cannot be used) and problems of one feature."""
    feature = feature if isinstance(feature, dict) else {}
    given = feature.get("properties")
    code, problems = _code(number, given if isinstance(given, dict) else {}, county_code)
    shape, told = _shape(number, feature.get("geometry"))
    return code, shape, problems + told


def _code(number: int, given: Mapping[str, Any], county_code: str) -> tuple[str, list[Problem]]:
    """The code of the township or village that a feature's `code`, or else its `name`, means; former and later names count."""
    written = [str(given[key]).strip() for key in ("code", "name") if given.get(key) not in (None, "")]
    if not written:
        return "", [Problem("no_name", number, hint=", ".join(sorted(map(str, given))[:8])[:80])]
    if re.fullmatch(r"\d{9}(\d{3}|x[0-9a-f]{8})", written[0]) and written[0].startswith(county_code):
        return written[0], []
    towns = pd.DataFrame({"township": written, "village": None}, dtype="object")
    codes = places.match(towns, county_code)["township_code"].dropna()
    if len(codes):
        return str(codes.iloc[0]), []
    known = [] if written[-1].isdigit() else sorted(places.known_townships(county_code))  # codes that are near mean nothing
    near = get_close_matches(written[-1], known, n=1, cutoff=0.5)
    return "", [Problem("unknown_place", number, written[-1][:30], near[0] if near else "")]


def _shape(number: int, geometry: Any) -> tuple[Any, list[Problem]]:
    """A polygon or several of a feature; rings that cross themselves are mended, as a note says."""
    from shapely import make_valid
    from shapely.geometry import MultiPolygon, shape

    kind = str(geometry.get("type", "")) if isinstance(geometry, dict) else ""
    if kind not in ("Polygon", "MultiPolygon"):
        return None, [Problem("not_polygon", number, kind[:30])]
    try:
        made = shape(geometry)
        sound = made.is_valid
        mended = made if sound else make_valid(made)
    except Exception:  # shapely raises its own and Python's errors for rings that are none: all say the same
        return None, [Problem("bad_ring", number)]
    areas = [part for part in getattr(mended, "geoms", [mended]) if part.geom_type in ("Polygon", "MultiPolygon")]
    flat = [part for area in areas for part in getattr(area, "geoms", [area]) if part.area > 0]
    if not flat:
        return None, [Problem("bad_ring", number)]
    return MultiPolygon(flat), [] if sound else [Problem("mended", number)]


def _doubled(found: Sequence[tuple[str, Any, list[Problem]]]) -> list[Problem]:
    """Places of two or more features, each told at the later ones."""
    first: dict[str, int] = {}
    problems = []
    for number, (code, _, _) in enumerate(found, start=1):
        if code and code in first:
            problems.append(Problem("doubled", number, code, str(first[code])))
        first.setdefault(code, number)
    return problems


def _in_wgs84(shapes: list[Any], crs: str) -> tuple[list[Any], list[Problem]]:
    """Shapes in longitude and latitude of WGS84; GCJ-02 is no system of EPSG and is shifted by its formula."""
    import geopandas
    import shapely
    from pyproj.exceptions import CRSError, ProjError

    if crs.lower().replace("_", "-") in SHIFTED:
        return [None if shape is None else shapely.transform(shape, gcj02.to_wgs84) for shape in shapes], []
    try:
        given = geopandas.GeoSeries(shapes, crs=crs or WGS84)
        return [None if shape is None else shape for shape in given.to_crs(WGS84)], []
    except (CRSError, ProjError, ValueError):
        return shapes, [Problem("unknown_crs", value=crs[:60])]


def _outside(shapes: Sequence[Any], county_code: str) -> list[Problem]:
    """Features that lie where the county cannot: no degrees, latitude before longitude, or far from its seats."""
    seats = schematic.seats(county_code)
    middle = seats[["lon", "lat"]].mean().to_numpy() if len(seats) else None
    problems = []
    for number, shape in enumerate(shapes, start=1):
        if shape is None:
            continue
        west, south, east, north = shape.bounds
        where = f"{west:.6g}, {south:.6g}"
        if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
            swapped = 0 <= west <= east <= 60 and 70 <= south <= north <= 140
            problems.append(Problem("swapped" if swapped else "out_of_range", number, where))
        elif middle is not None:
            away = schematic.flat(np.array([[(west + east) / 2, (south + north) / 2]]), middle)
            if (km := float(np.hypot(*away[0]))) > FARTHEST_KM:
                problems.append(Problem("far", number, where, f"{km:.0f}"))
    return problems


def _overlaps(towns: pd.DataFrame) -> list[Problem]:
    """Pairs of townships that overlap by more than sloppy borders do, each with the share of the smaller one."""
    from shapely import make_valid

    shapes = {str(code): make_valid(shape) for code, shape in zip(towns["code"], towns["shape"], strict=True)}
    problems = []
    for first, second in combinations(sorted(shapes), 2):
        one, other = shapes[first], shapes[second]
        common = one.intersection(other).area if one.intersects(other) else 0.0
        share = common / min(one.area, other.area)  # of degrees, too: both lie at the same latitude
        if share > OVERLAP:
            problems.append(Problem("overlap", value=f"{first};{second}", hint=f"{share:.4f}"))
    return problems


def _absent(codes: Sequence[str], county_code: str, needed: Sequence[str]) -> list[Problem]:
    """Townships that the file lacks: a fault where households are registered, else a note."""
    listed = places.townships(county_code)["township_code"]
    absent = [code for code in listed if code not in set(codes)]
    return [Problem("missing" if code in set(needed) else "not_drawn", value=str(code)) for code in absent]
