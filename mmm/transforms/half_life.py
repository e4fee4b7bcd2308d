"""The half-life of a carryover: how long it takes until half of the effect has arrived."""

import numpy as np


def half_life(weights: np.ndarray) -> np.ndarray:
    """Return the time until half of the effect has arrived, in periods, shape (...).

    Parameters
    ----------
    weights : numpy.ndarray, (..., lag)
        Carryover weights that sum to 1.

    Notes
    -----
    The weight of lag l arrives evenly between l and l + 1 periods after the exposure began, so that the share
    arrived by a whole number t of periods is w(0) + ... + w(t - 1). Without carryover the half-life is
    therefore half a period; for a long geometric carryover it is log(1/2) / log(retention), up to the
    straight line inside a period.
    """
    arrived = np.cumsum(weights, axis=-1)
    lag = np.argmax(arrived >= 0.5, axis=-1)[..., None]
    in_period = np.take_along_axis(weights, lag, axis=-1)
    before = np.take_along_axis(arrived, lag, axis=-1) - in_period
    return (lag + (0.5 - before) / in_period)[..., 0]
