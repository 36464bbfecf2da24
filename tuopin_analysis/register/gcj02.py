"""Chinese map coordinates (GCJ-02) and WGS84.

Maps published in China are shifted by some hundred metres, by a function of the place. Its formula was never published; this is
the one that all open implementations share (such as eviltransform and coordtransform, MIT), on Krasovsky's ellipsoid of 1940.
"""

import numpy as np

_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323  # metres; squared
CLOSE = 1e-9  # degrees: a tenth of a millimetre
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271  # outside of these nothing is shifted


def _waves(x: np.ndarray, factor: float) -> np.ndarray:
    return factor * (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3


def _common(x: np.ndarray) -> np.ndarray:
    return (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3


def _east(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    straight = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    long = (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    return straight + _common(x) + _waves(x, 1) + long


def _north(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    straight = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    long = (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    return straight + _common(x) + _waves(y, 1) + long


def shifted(lonlat: np.ndarray) -> np.ndarray:
    """WGS84 to GCJ-02: rows of longitude and latitude in degrees; outside of China they stay.

    >>> shifted(np.array([[116.404, 39.915]])).round(8).tolist()
    [[116.4102445, 39.91640428]]
    """
    points = np.asarray(lonlat, dtype="float64")
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105, lat - 35
    angle = np.radians(lat)
    part = 1 - _ECCENTRICITY * np.sin(angle) ** 2
    north = _north(x, y) * 180 / (_AXIS * (1 - _ECCENTRICITY) / (part * np.sqrt(part)) * np.pi)
    east = _east(x, y) * 180 / (_AXIS / np.sqrt(part) * np.cos(angle) * np.pi)
    inside = (lon > WEST) & (lon < EAST) & (lat > SOUTH) & (lat < NORTH)
    return points + np.where(inside[:, None], np.column_stack([east, north]), 0)


def to_wgs84(lonlat: np.ndarray) -> np.ndarray:
    """GCJ-02 to WGS84: the place that the shift takes to the given one, found by steps that get shorter a thousandfold.

    >>> to_wgs84(shifted(np.array([[114.56556, 38.14501]]))).round(7).tolist()
    [[114.56556, 38.14501]]
    """
    given = np.asarray(lonlat, dtype="float64")
    found = given
    for _ in range(12):
        error = shifted(found) - given
        found = found - error
        if np.abs(error).max(initial=0) < CLOSE:
            break
    return found
