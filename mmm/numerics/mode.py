"""Where a density is highest, and how it bends there: chains start near the mode, in coordinates its curvature makes round."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

Density = Callable[[np.ndarray], tuple[float, np.ndarray]]
"""From a point, shape (parameter,), to its log-density and gradient, shape (parameter,)."""
SEARCH = {"maxcor": 10, "maxiter": 500, "maxfun": 5000, "maxls": 40, "ftol": 1e-6, "gtol": 1e-9}
"""Options of the search: it ends when a step gains less than a millionth of the value.

Stopped early in many dimensions, chains would start far from the bulk and one may stay in a corner of it.
"""
STEP = 1e-4
"""Length of the steps of differences, in the spreads given."""
STEEPEST = 1e12
"""Largest curvature that is told from a larger one: beyond, rounding would decide."""


def mode(density: Density, start: np.ndarray) -> np.ndarray:
    """Return the point of highest density that the limited-memory BFGS method meets from `start`.

    Parameters
    ----------
    density : callable
        From a point to log-density and gradient; where one of them is not finite, steps are shortened.
    start : numpy.ndarray, shape (parameter,)

    Returns
    -------
    numpy.ndarray, shape (parameter,)
        `start` itself where the density is not finite there.

    References
    ----------
    Byrd, Lu, Nocedal, Zhu 1995, A limited memory algorithm for bound constrained optimization, SIAM J. Sci. Comput. 16.
    """
    first, slope = density(start)
    if not (np.isfinite(first) and np.isfinite(slope).all()):
        return start
    lowest, highest, best = -first, -first, start

    def cost(point: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal lowest, highest, best
        value, gradient = density(point)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            # A cone that rises from the best point above the worst: a line search turns round on it and shortens its
            # step, where infinity would leave it nothing to interpolate.
            away, rise = point - best, highest + 1 - lowest
            return highest + 1, rise * away / (away @ away)
        highest = max(highest, -value)
        if -value <= lowest:
            lowest, best = -value, point.copy()
        return -value, -gradient

    minimize(cost, start, jac=True, method="L-BFGS-B", options=SEARCH)
    return best


def curvature_factor(density: Density, top: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Return the lower triangular factor of the covariance that the curvature at `top` implies.

    Parameters
    ----------
    density : callable
        From a point to log-density and gradient.
    top : numpy.ndarray, shape (parameter,)
        The mode.
    spread : numpy.ndarray, shape (parameter,)
        Standard deviations that no direction may exceed: where the density is flat, or bent the other way, as it may
        be where the search for the mode has ended early, or where there is no density beside it, the curvature says
        nothing.

    Returns
    -------
    numpy.ndarray, shape (parameter, parameter)
    """
    curvature = np.empty((len(top), len(top)))
    for number, length in enumerate(STEP * spread):
        step = np.zeros(len(top))
        step[number] = length
        curvature[number] = (density(top - step)[1] - density(top + step)[1]) / (2 * length)
    scaled = np.nan_to_num(spread[:, None] * (curvature + curvature.T) / 2 * spread, posinf=0.0, neginf=0.0)
    values, vectors = np.linalg.eigh(scaled)
    covariance = (vectors / np.clip(values, 1.0, STEEPEST)) @ vectors.T
    return np.linalg.cholesky(spread[:, None] * (covariance + covariance.T) / 2 * spread)
