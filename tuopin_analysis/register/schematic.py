"""Shapes for a county that has given none: cells around the seats of its townships, or equal tiles. Neither shows a boundary."""

import math

import numpy as np
import pandas as pd

from tuopin_analysis import paths

CORNERS = 60  # of the circle around each seat that rounds the hull
ROUNDING = 0.75  # its radius, in median distances between neighbouring seats
KM_PER_DEGREE = 111.32


def flat(lonlat: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Longitude and latitude as kilometres east and north of a middle point; true enough across a county."""
    narrowing = math.cos(math.radians(middle[1]))
    return (np.asarray(lonlat) - middle) * np.array([narrowing, 1.0]) * KM_PER_DEGREE


def hull(seats: np.ndarray) -> np.ndarray:
    """The rounded convex outline of points, corner by corner: of circles around them."""
    from scipy.spatial import ConvexHull, cKDTree

    apart = cKDTree(seats).query(seats, k=2)[0][:, 1] if len(seats) > 1 else np.ones(1)
    turns = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    circle = np.column_stack([np.cos(turns), np.sin(turns)]) * float(np.median(apart)) * ROUNDING
    corners = (seats[:, None, :] + circle[None, :, :]).reshape(-1, 2)
    return corners[ConvexHull(corners).vertices]


def cells(seats: np.ndarray) -> list[np.ndarray]:
    """The part of the hull that is nearer to each seat than to any other: its corners in order (a Voronoi cell, cut by the hull).

    >>> two = cells(np.array([[0.0, 0.0], [2.0, 0.0]]))
    >>> [bool(abs(cell[:, 0] - 1).min() < 1e-9) for cell in two]
    [True, True]
    """
    from scipy.spatial import ConvexHull, HalfspaceIntersection

    around = ConvexHull(hull(seats)).equations
    found = []
    for at, seat in enumerate(seats):
        others = np.delete(seats, at, axis=0)
        away = others - seat  # nearer to the seat: away · (point - middle) <= 0
        nearer = np.column_stack([away, -(away * (others + seat) / 2).sum(axis=1)])
        corners = HalfspaceIntersection(np.vstack([around, nearer]), seat).intersections
        found.append(corners[ConvexHull(corners).vertices])
    return found


def area(ring: np.ndarray) -> float:
    """The area inside a ring, positive when it runs counterclockwise (the shoelace formula). Of no meaning for a real place.

    >>> area(np.array([[0, 0], [2, 0], [2, 1], [0, 1]]))
    2.0
    """
    after = np.roll(ring, -1, axis=0)
    return float((ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]).sum() / 2)


def centre(ring: np.ndarray) -> np.ndarray:
    """The centre of gravity of a ring's area, however many corners stand on one side of it.

    >>> centre(np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])).tolist()
    [1.0, 1.0]
    """
    after = np.roll(ring, -1, axis=0)
    weights = ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]
    return ((ring + after) * weights[:, None]).sum(axis=0) / (6 * area(ring))


def seats(county_code: str) -> pd.DataFrame:
    """The seats of a county's townships: `code, lon, lat` (WGS84) and what else `seats.csv` tells; none where none are known."""
    found = pd.read_csv(paths.PLACES / "seats.csv", dtype={"code": "str"})
    return found[found["code"].str.startswith(county_code)].reset_index(drop=True)


def of_seats(county_code: str) -> pd.DataFrame | None:
    """Cells of a county's townships: `code, x, y` (kilometres; of its label) and `parts` (its rings); None without seats."""
    known = seats(county_code)
    if len(known) < 3:
        return None
    lonlat = known[["lon", "lat"]].to_numpy()
    points = flat(lonlat, lonlat.mean(axis=0))
    parts = [[cell] for cell in cells(points)]
    spot = np.array([centre(part[0]) for part in parts])  # within the cell, which is convex
    return pd.DataFrame({"code": known["code"], "x": spot[:, 0], "y": spot[:, 1], "parts": parts})


def tiles(codes: list[str], county_code: str) -> tuple[pd.DataFrame, bool]:
    """One equal tile a place, as `of_seats` has cells; and whether they lie as the places do.

    So they do where a layout is on record; else they stand in the order of the codes, in rows.
    """
    laid = pd.read_csv(paths.PLACES / "tiles.csv", dtype={"code": "str"}).set_index("code")
    known = bool(codes) and set(codes) <= set(laid.index)
    if known:
        codes = [code for code in laid.index if code.startswith(county_code)]
        spots = laid.loc[codes, ["column", "row"]].to_numpy(dtype="float64")
    else:
        across = max(1, math.ceil(math.sqrt(len(codes) * 1.6)))
        spots = np.array([divmod(at, across)[::-1] for at in range(len(codes))], dtype="float64").reshape(-1, 2)
    spots = spots * np.array([1.0, -1.0])
    square = np.array([[-0.48, -0.48], [0.48, -0.48], [0.48, 0.48], [-0.48, 0.48]])
    parts = [[spot + square] for spot in spots]
    return pd.DataFrame({"code": codes, "x": spots[:, 0], "y": spots[:, 1], "parts": parts}), known
