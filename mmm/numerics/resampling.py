"""From weighted draws to equally weighted ones."""

import numpy as np


def systematic(log_weights: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return places of `count` equally weighted draws, shape (count,): systematic resampling.

    Parameters
    ----------
    log_weights : numpy.ndarray, shape (sample,)
        They sum to 1.
    """
    steps = (np.arange(count) + rng.uniform()) / count
    places = np.searchsorted(np.cumsum(np.exp(log_weights)), steps)
    return np.minimum(places, log_weights.size - 1)
