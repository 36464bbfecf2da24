"""Do incomes at the exit bunch just over the line? A test of the density's jump at the line, place by place.

Whose income: exits with an income from the line to under `bunching_window` times it. Honest exits are cut off at the line,
since an exit asks for an income over it; so nothing is compared with the incomes below. Instead the first class above the line
is held against the smooth continuation of the classes above it, all as wide as the first. Counts follow a Poisson law whose
logarithm is a polynomial of the income (the counterfactual of Chetty et al. 2011, Q. J. Econ. 126(2), and Kleven 2016, Annu.
Rev. Econ. 8); the statistic is the score of one free parameter for the first class, that is its standardised residual; its p
value, one-sided, comes from registers drawn from the fitted curve with as many exits and judged alike. In spirit the tests of
McCrary (2008), J. Econometrics 142(2), and of Cattaneo, Jansson and Ma (2020), J. Am. Stat. Assoc. 115(531), at a point beyond
which nobody should be.
"""

import narwhals as nw
import numpy as np
import pandas as pd

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.discovery import q_values
from tuopin_analysis.rules_sections import Acceptance

OUTSIDE = -9
BELOW = -1
_STEPS = 30  # of Newton's method: from the counts themselves, a handful are enough
_RIDGE = 1e-6  # keeps the curve finite where all exits lie in a class or two


def number_of_classes(settings: Acceptance) -> int:
    """How many classes of the width of "just over the line" the window has."""
    return int((settings.bunching_window - 1) / (settings.just_over_line - 1))


def classed(exits: nw.LazyFrame, settings: Acceptance) -> nw.LazyFrame:
    """Exits as `judged.judge` gives them, with `income_step`: 0 just over the line, then upwards; -1 as much below it; -9
    outside."""
    income, line = nw.col("income"), nw.col("line_yuan")
    width, number = settings.just_over_line - 1, number_of_classes(settings)
    step = nw.lit(BELOW)
    for at in range(number):  # each edge passed is a class more
        step = step + (income >= line * float(1 + width * at)).fill_null(False).cast(nw.Int64)
    inside = (income >= line * float(1 - width)) & (income < line * float(1 + width * number))
    return exits.with_columns(income_step=nw.when(inside.fill_null(False)).then(step).otherwise(nw.lit(OUTSIDE)))


def histogram(classed: nw.LazyFrame, settings: Acceptance) -> pd.DataFrame:
    """Exits of each township by class of income: one row per township and class, `township_code, township, income_step,
    exits`."""
    rows = classed.filter(nw.col("income_step") >= BELOW)
    keys = ["township_code", "township", "income_step"]
    found = counts.collect(
        rows.select(*keys, exits=nw.lit(1)).group_by(*keys).agg(nw.col("exits").sum()), ["income_step", "exits"]
    )
    places = counts.collect(classed.select(*keys[:2], n=nw.lit(1)).group_by(*keys[:2]).agg(nw.col("n").max()))
    cells = places[keys[:2]].merge(pd.DataFrame({"income_step": range(BELOW, number_of_classes(settings))}), how="cross")
    filled = cells.merge(found, on=keys, how="left").astype({"income_step": "int64"})
    return filled.assign(exits=filled["exits"].fillna(0).astype("int64")).sort_values(keys, ignore_index=True)


def by_township(histogram: pd.DataFrame, settings: Acceptance, small: int) -> pd.DataFrame:
    """The test, township by township: one row each.

    `township_code, township`, `n` (exits in the window), `just_below` (exits with an income as much below the line), `just_over`,
    `expected` (just over the line, by the curve through the classes above), `statistic`, `p_value`, `q_value` (over townships),
    `is_bunched` (q at most `settings.level`). With fewer than `small` exits in the window, or with exits in so few classes above
    the first that they set no curve, nothing is tested: missing.
    """
    rows = []
    for at, ((code, name), own) in enumerate(histogram.groupby(["township_code", "township"], sort=True)):
        exits = own.sort_values("income_step")["exits"].to_numpy()
        window, rng = exits[1:], np.random.default_rng([settings.seed, at])
        number, untested = int(window.sum()), dict.fromkeys(("expected", "statistic", "p_value"), float("nan"))
        row = {"township_code": code, "township": name, "n": number, "just_below": int(exits[0]), "just_over": int(window[0])}
        is_set = int((window[1:] > 0).sum()) > settings.bunching_degree  # else the curve goes anywhere
        rows.append(row | (tested(window, settings, rng) if number >= small and is_set else untested))
    names = ["township_code", "township", "n", "just_below", "just_over", "expected", "statistic", "p_value"]
    table = pd.DataFrame(rows, columns=names).astype({"township_code": "str", "township": "str"})
    table = table.astype(dict.fromkeys(names[2:5], "int64") | dict.fromkeys(names[5:], "float64"))
    table["q_value"] = q_values(table["p_value"])
    bunched = (table["q_value"] <= settings.level).astype("boolean")
    return table.assign(is_bunched=bunched.mask(table["q_value"].isna()))


def curve(histogram: pd.DataFrame, tests: pd.DataFrame, scope: str, settings: Acceptance) -> pd.DataFrame:
    """One township's classes with what the curve through those above the first expects: of a page's own, or of the smallest p
    value.

    One row per class from the line on: `township, from_share, to_share` (times the line), `exits, expected`; none where nothing
    was tested.
    """
    known = tests.dropna(subset=["p_value"]).sort_values(["p_value", "statistic"], ascending=[True, False], kind="stable")
    known = known if scope == "county" else known[known["township_code"] == scope[:9]]
    codes = known["township_code"].head(1)
    own = histogram[histogram["township_code"].isin(codes) & (histogram["income_step"] >= 0)].sort_values("income_step")
    width = float(settings.just_over_line - 1)
    table = own[["township", "exits"]].reset_index(drop=True)
    expected = counterfactual(own["exits"].to_numpy(), settings.bunching_degree) if len(own) else np.array([])
    edges = 1 + width * np.arange(len(own) + 1)
    return table.assign(from_share=edges[:-1], to_share=edges[1:], expected=expected)


def tested(window: np.ndarray, settings: Acceptance, rng: np.random.Generator) -> dict[str, float]:
    """`expected, statistic, p_value` of one place's counts, the class just over the line first."""
    degree, number = settings.bunching_degree, int(window.sum())
    curve = fitted(window[None, :].astype(float), degree)
    seen = _score(window[None, :], curve, degree)[0]
    drawn = rng.multinomial(number, curve[0] / curve[0].sum(), size=settings.draws).astype(float)
    others = _score(drawn, fitted(drawn, degree), degree)
    p_value = (1 + int((others >= seen - 1e-9).sum())) / (1 + settings.draws)
    return {"expected": float(counterfactual(window, degree)[0]), "statistic": float(seen), "p_value": p_value}


def counterfactual(window: np.ndarray, degree: int) -> np.ndarray:
    """The curve through the classes above the first, continued to it."""
    return fitted(window[None, :].astype(float), degree, start=1)[0]


def fitted(exits: np.ndarray, degree: int, start: int = 0) -> np.ndarray:
    """Log-polynomial Poisson means of each row's classes, by Newton's method on the classes from `start` on."""
    basis = _basis(exits.shape[1], degree)
    seen, own = exits[:, start:], basis[start:]
    ridge = _RIDGE * np.eye(degree + 1)
    logs = np.log(seen + 0.5)
    weights = (seen + 0.5)[:, :, None] * own[None]
    curve = np.linalg.solve(np.einsum("rki,kj->rij", weights, own) + ridge, np.einsum("rki,rk->ri", weights, logs)[..., None])[
        ..., 0
    ]
    for _ in range(_STEPS):
        means = np.exp(np.clip(curve @ own.T, -30, 30))
        slope = (seen - means) @ own - _RIDGE * curve
        bend = np.einsum("rk,ki,kj->rij", means, own, own) + ridge
        step = np.linalg.solve(bend, slope[..., None])[..., 0]
        curve = curve + np.clip(step, -2, 2)
        if np.abs(step).max(initial=0) < 1e-9:
            break
    return np.exp(np.clip(curve @ basis.T, -30, 30))


def _basis(number: int, degree: int) -> np.ndarray:
    """Orthonormal polynomials on the classes, so that Newton's method is well behaved."""
    places = np.linspace(-1, 1, number)
    return np.linalg.qr(np.vander(places, degree + 1, increasing=True))[0]


def _score(exits: np.ndarray, means: np.ndarray, degree: int) -> np.ndarray:
    """How far the first class lies above the curve, in standard errors that know of the fit."""
    basis = _basis(exits.shape[1], degree)
    bend = np.einsum("rk,ki,kj->rij", means, basis, basis) + _RIDGE * np.eye(degree + 1)
    spread = np.linalg.solve(bend, np.broadcast_to(basis[0], (len(exits), degree + 1))[..., None])[..., 0] @ basis[0]
    free = np.maximum(means[:, 0] * (1 - means[:, 0] * spread), 1e-9)
    score: np.ndarray = (exits[:, 0] - means[:, 0]) / np.sqrt(free)
    return score
