"""Drift: a baseline that may wander slowly, as a Gaussian process or a spline.

The basis cannot turn faster than `length`, and its size has a prior; both keep it from swallowing what media did.

References
----------
Riutort-Mayol, Burkner, Andersen, Solin, Vehtari 2023, Statistics and Computing 33:17 (Hilbert-space approximation).
"""

from dataclasses import replace
from statistics import NormalDist

import numpy as np

from mixproof.aggregates.panel import PERIODS_PER_YEAR, Panel
from mmm.components.design import ComponentInput, Design, outcome_span, shared
from mmm.config import Drift

BOUNDARY = 1.5
"""How far beyond the window the process is defined, in half-widths."""
NEGLIGIBLE = 1e-10
"""Paths whose power within the window is less than this part of the greatest draw nothing."""
LEAST_SCATTER = 1e-3
"""Of outcomes that hardly move from period to period, as a fraction of the average period."""


def drift_scale(drift: Drift) -> float:
    """Return the scale of the half-normal prior of the drift's size that has the configured median."""
    return drift.scale / NormalDist().inv_cdf(0.75)


def length(panel: Panel, drift: Drift) -> float:
    """Return the shortest time over which the baseline turns, in periods.

    Parameters
    ----------
    panel : Panel
        For frequency and the span of its outcomes.
    drift : Drift
        Its ``length``, where it is stated, is the answer.

    Returns
    -------
    float
        Above 0.
    """
    if drift.length is not None:
        return drift.length
    first, last = outcome_span(panel)
    return max(PERIODS_PER_YEAR[panel.frequency] / 4, (last - first + 1) / 8)


def build(given: ComponentInput) -> Design | None:
    """Return the principal paths of the process over the dates with an outcome, less what level, trend and season draw.

    Without that part the sampler need not tell them apart, and what returns every year belongs to the season alone.
    Principal paths are what the data know one by one: they are orthogonal where there is an outcome.
    """
    panel, drift = given.panel, given.config.baseline.drift
    if drift.kind == "none":
        return None
    first, last = outcome_span(panel)
    known, time = panel.observed.any(axis=0), np.arange(panel.data.sizes["date"]) - (first + last) / 2
    basis, scale = _BASES[drift.kind](time, (last - first + 1) / 2, length(panel, drift))
    drawn = np.column_stack([np.ones(len(time)), *given.drawn_by(("trend", "seasonality"))])
    paths = basis * scale
    paths = paths - drawn @ np.linalg.lstsq(drawn[known], paths[known])[0]
    power, turn = np.linalg.eigh(paths[known].T @ paths[known])
    seen = np.flatnonzero(power > NEGLIGIBLE * power[-1])[::-1]
    names = [f"path {number + 1}" for number in range(len(seen))]
    principal = paths @ turn[:, seen]
    return shared(names, principal, 1.0, drift_scale(drift), information(principal[known], panel))


def rebase(design: Design, panel: Panel, training: Panel) -> Design:
    """Return the design whose paths are known as precisely as the scatter of the outcomes of `training` lets them be.

    The paths themselves follow from the calendar.

    Parameters
    ----------
    design : Design
        Made from all dates of `panel`.
    panel : Panel
        For the dates that are observed.
    training : Panel
        The dates that are known.

    Returns
    -------
    Design
        The same features.
    """
    known = panel.observed.any(axis=0)
    return replace(design, information=information(design.matrix[0, known], training))


def information(paths: np.ndarray, panel: Panel) -> np.ndarray:
    """Return about how precisely the outcomes of `panel` tell the coefficients of paths, shape (known date, path).

    Outcomes are taken to scatter by half the usual difference between neighbours, some of which is media and seasons.
    It need be right to a factor of a few.

    Parameters
    ----------
    paths : numpy.ndarray, shape (known date, path)
        At the dates of `panel` with an outcome.
    panel : Panel
        For its outcomes.

    Returns
    -------
    numpy.ndarray, shape (path,)
        At least 0.
    """
    known = panel.observed.any(axis=0)
    outcome = np.nanmean(panel.data["outcome"].transpose("geo", "date").values[:, known], axis=0)
    usual = np.median(np.abs(np.diff(outcome))) / NormalDist().inv_cdf(0.75) / abs(outcome.mean())
    power: np.ndarray = (paths**2).sum(axis=0)
    return power / max(usual / 2, LEAST_SCATTER) ** 2


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
    knots = np.linspace(-half, half, max(2, int(np.ceil(2 * half / shortest)) + 1))
    step = knots[1] - knots[0]
    centres = np.concatenate([[knots[0] - step], knots, [knots[-1] + step]])
    away = np.abs(np.clip(time, -half, half)[:, None] - centres) / step
    near, far = 2 / 3 - away**2 + away**3 / 2, np.maximum(2 - away, 0) ** 3 / 6
    return np.where(away < 1, near, far), np.ones(len(centres))


_BASES = {"hsgp": _hsgp, "spline": _spline}
