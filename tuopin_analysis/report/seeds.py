"""One seed for whatever a page draws at random, so that equal inputs give equal bytes."""

SEED = 2016


def plant() -> None:
    """Set the generators that a notebook may use without a seed of its own."""
    import random

    import numpy as np

    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002  # the old global generator is the one that libraries fall back on
