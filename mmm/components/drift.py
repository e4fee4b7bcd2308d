"""Drift: a baseline that may wander slowly, as a Gaussian process or a spline.

The basis cannot turn faster than `length`, and its size has a prior; both keep it from swallowing what media did.

References
----------
Riutort-Mayol, Burkner, Andersen, Solin, Vehtari 2023, Statistics and Computing 33:17 (Hilbert-space approximation).
"""

from statistics import NormalDist

import numpy as np
from scipy.interpolate import BSpline

from mixlift.aggregates.panel import PERIODS_PER_YEAR, Panel
from mmm.components.design import Design, outcome_span, shared
from mmm.config import MmmConfig

BOUNDARY = 1.5
"""How far beyond the window the process is defined, in half-widths."""


def drift_scale(config: MmmConfig) -> float:
    """Return the scale of the half-normal prior of the drift's size that has the configured median."""
    return config.baseline.drift.scale / NormalDist().inv_cdf(0.75)


def length(panel: Panel, config: MmmConfig) -> float:
    """Return the shortest time over which the baseline turns, in periods."""
    if config.baseline.drift.length is not None:
        return config.baseline.drift.length
    first, last = outcome_span(panel)
    return max(PERIODS_PER_YEAR[panel.frequency] / 4, (last - first + 1) / 8)


def build(panel: Panel, config: MmmConfig) -> Design | None:
    """Return the basis, each column centred over the dates with an outcome; `scale` is its prior sd at unit amplitude."""
    kind = config.baseline.drift.kind
    if kind == "none":
        return None
    first, last = outcome_span(panel)
    time = np.arange(panel.data.sizes["date"]) - (first + last) / 2
    basis, scale = (_hsgp if kind == "hsgp" else _spline)(time, (last - first + 1) / 2, length(panel, config))
    basis = basis - basis[first : last + 1].mean(axis=0)
    names = [f"basis {number + 1}" for number in range(basis.shape[1])]
    return shared(names, basis, scale, drift_scale(config))


def _hsgp(time: np.ndarray, half: float, shortest: float) -> tuple[np.ndarray, np.ndarray]:
    """Return Laplacian eigenfunctions and the square root of the Matern-5/2 spectral density at unit amplitude."""
    boundary = BOUNDARY * half
    number = max(3, int(np.ceil(4.0 * boundary / shortest)))
    omega = np.pi * np.arange(1, number + 1) / (2 * boundary)
    basis = np.sin(omega * (time[:, None] + boundary)) / np.sqrt(boundary)
    density = 16 / 3 * 5**2.5 / shortest**5 * (5 / shortest**2 + omega**2) ** -3
    return basis, np.sqrt(density)


def _spline(time: np.ndarray, half: float, shortest: float) -> tuple[np.ndarray, np.ndarray]:
    """Return cubic B-splines with knots every `shortest` periods, independent coefficients of unit amplitude."""
    inner = np.linspace(-half, half, max(2, int(np.ceil(2 * half / shortest)) + 1))
    step = inner[1] - inner[0]
    knots = np.concatenate([inner[0] - step * np.arange(3, 0, -1), inner, inner[-1] + step * np.arange(1, 4)])
    basis = BSpline.design_matrix(np.clip(time, -half, half), knots, 3).toarray()
    return basis, np.ones(basis.shape[1])
