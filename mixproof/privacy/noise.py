"""Noise that hides a person: the discrete Gaussian on whole numbers, under zero-concentrated differential privacy (zCDP).

The noise comes from OpenDP, which draws it from the operating system's source of randomness: there is no seed, so that nobody
who knows a run's seed can work it out. Canonne, Kamath and Steinke, "The discrete Gaussian for differential privacy" (2020).
"""

import importlib.util
import math

import numpy as np

SLACK = 1e-9
"""Share by which the noise is larger than the formula has it, so that rounding never makes it smaller."""


def is_installed() -> bool:
    """Return whether OpenDP is there, which the extra `dp` brings."""
    return importlib.util.find_spec("opendp") is not None


def scale_of(sensitivity: float, rho: float) -> float:
    """Return the noise's standard deviation.

    Parameters
    ----------
    sensitivity : float
        By how much one person can move all numbers together: the root of the sum of squares.
    rho : float
        Privacy loss.

    Returns
    -------
    float
        Of the continuous Gaussian; that of the discrete one is at most as large.
    """
    return sensitivity / math.sqrt(2 * rho) * (1 + SLACK)


def noised(values: np.ndarray, sensitivity: float, rho: float) -> np.ndarray:
    """Return whole numbers with noise of their own in each.

    Parameters
    ----------
    values : numpy.ndarray of int64, shape (cell,)
    sensitivity, rho : float
        As `scale_of`.

    Returns
    -------
    numpy.ndarray of int64, shape (cell,)

    Raises
    ------
    RuntimeError
        OpenDP works out a larger privacy loss than `rho`.
    """
    import opendp.prelude as dp  # an extra: only who adds noise needs it, and it takes a second to load

    dp.enable_features("contrib")
    domain, metric = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
    mechanism = dp.m.make_gaussian(domain, metric, scale=scale_of(sensitivity, rho))
    if mechanism.map(sensitivity) > rho:
        raise RuntimeError("the noise is smaller than the privacy loss allows")
    return np.array(mechanism([int(value) for value in values]), dtype=np.int64)


def epsilon(rho: float, delta: float) -> float:
    """Return the epsilon of approximate differential privacy that a privacy loss stays below, at a delta.

    Parameters
    ----------
    rho, delta : float

    Returns
    -------
    float
        Bun and Steinke (2016), proposition 1.3: an upper bound.
    """
    return rho + 2 * math.sqrt(rho * math.log(1 / delta))


def most_often_right(rho: float) -> float:
    """Return how often at most somebody is right who tells from releases whether a person is in the data, at even odds before.

    Parameters
    ----------
    rho : float
        Of all releases together.

    Returns
    -------
    float
        From .5 (nothing learned) to 1. The Kullback-Leibler divergence of neighbouring outcomes is at most rho; Pinsker's and
        Bretagnolle and Huber's inequalities turn it into the best guess.
    """
    return 0.5 + 0.5 * min(math.sqrt(rho / 2), math.sqrt(-math.expm1(-rho)))
