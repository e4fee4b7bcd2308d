"""The curvature of a log-density at its mode, and the linear map that makes its surroundings round (Laplace)."""

import numpy as np

from mmm.numerics.mode import Density

STEP = 1e-4
"""Length of the steps of differences, in the spreads given."""
STEEPEST = 1e12
"""Largest curvature that is told from a larger one: beyond, rounding would decide."""


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
