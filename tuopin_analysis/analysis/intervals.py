"""Intervals of rates that were counted in a sample, or that swing by chance."""

import numpy as np


def wilson(cases: np.ndarray, base: np.ndarray, within: float) -> tuple[np.ndarray, np.ndarray]:
    """The interval of each rate `cases` out of `base` (Wilson 1927, J. Am. Stat. Assoc. 22(158)); missing out of nothing.

    Neither need be whole: a sample of persons who share a result counts for fewer of them.

    >>> [round(float(end[0]), 4) for end in wilson(np.array([5.0]), np.array([10.0]), 0.95)]
    [0.2366, 0.7634]
    """
    from scipy.stats import norm

    z = float(norm.ppf((1 + within) / 2))
    n = np.where(base > 0, base, np.nan)
    middle, spread = cases / n + z**2 / (2 * n), z * np.sqrt(cases * (n - cases) / n**3 + z**2 / (4 * n**2))
    low, high = (middle - spread) / (1 + z**2 / n), (middle + spread) / (1 + z**2 / n)
    return np.where(cases == 0, 0 * n, low), np.where(cases == base, 0 * n + 1, high)
