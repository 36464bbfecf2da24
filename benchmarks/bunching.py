"""How often the test of bunching names a township: honest ones (its level) and ones with made-up incomes (its power).

Townships are simulated: incomes at the exit drawn from four smooth laws and cut off at the line, of which a share was made up
within 3 % over it. Prints the table of docs/acceptance.md. One process, seeded, some minutes.
"""

import sys

import numpy as np

from tuopin_analysis import rules as rulebook
from tuopin_analysis.analysis import bunching
from tuopin_analysis.rules_sections import Acceptance

TOWNSHIPS, DRAWS, LEVEL, WITHIN, SEED = 1000, 199, 0.05, 0.03, 1
SHARES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3)
LAWS = {
    "falling from the line (log-normal)": lambda rng, n: np.exp(rng.normal(0.1, 0.35, n)),
    "even": lambda rng, n: rng.uniform(1, 1.6, n),
    "highest at 1.2 lines (gamma)": lambda rng, n: rng.gamma(36, 1.2 / 36, n),
    "none at the line (beta)": lambda rng, n: 1 + 0.8 * rng.beta(1.8, 2.6, n),
}


def power(law: str, exits: int, share: float, townships: int) -> float:
    """The share of simulated townships with p at most the level."""
    settings = rulebook.read("hebei-2016").part(Acceptance).model_copy(update={"draws": DRAWS})
    width = float(settings.just_over_line - 1)
    edges = 1 + width * np.arange(bunching.number_of_classes(settings) + 1)
    rng, found = np.random.default_rng(SEED), 0
    for _ in range(townships):
        drawn = LAWS[law](rng, 8 * exits)
        honest = drawn[drawn >= 1][:exits]
        incomes = np.where(rng.random(len(honest)) < share, rng.uniform(1, 1 + WITHIN, len(honest)), honest)
        found += bunching.tested(np.histogram(incomes, edges)[0], settings, rng)["p_value"] <= LEVEL
    return found / townships


def main() -> None:
    """Print the table; a number as argument: of so many townships a figure."""
    townships = int(sys.argv[1]) if len(sys.argv) > 1 else TOWNSHIPS
    print("| honest incomes | exits | " + " | ".join(f"{share:.0%} made up" for share in SHARES) + " |")
    print("|---|---|" + "---|" * len(SHARES))
    for law in LAWS:
        for exits in (60, 200):
            told = [f"{power(law, exits, share, townships):.3f}" for share in SHARES]
            print(f"| {law} | {exits} | " + " | ".join(told) + " |", flush=True)


if __name__ == "__main__":
    main()
