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
from mmm.components.design import ComponentInput, Design, outcome_span, paths_ahead, shared
from mmm.config import Drift

BOUNDARY = 1.5
"""How far beyond the window the process is defined, in half-widths."""
NEGLIGIBLE = 1e-10
"""Paths whose power within the window is less than this part of the greatest draw nothing."""
NUGGET = 1e-6
"""Variance, as a part of the process's own, to which a path is known when it goes on beyond the panel."""
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


def ahead(design: Design, given: ComponentInput, known: int) -> Design:
    """Return the design with what the path so far leads one to expect, and behind it paths of the turns to come.

    Parameters
    ----------
    design : Design
        Of the first `known` dates.
    given : ComponentInput
        Of all dates.
    known : int

    Returns
    -------
    Design
        Features of `design`, then one for each turn to come.

    Notes
    -----
    The process itself, whose basis over the panel cannot leave it, given the path at dates with an outcome. Level, trend and
    season that are taken out of the path before the end of the panel are taken out of its continuation as well: what the
    process leaves to them they draw themselves.
    """
    panel, options = given.panel, given.config.baseline.drift
    first, last = outcome_span(panel)
    seen, later = panel.observed.any(axis=0), slice(known, None)
    time = np.arange(len(seen)) - (first + last) / 2
    covariance = _COVARIANCES[options.kind](time, (last - first + 1) / 2, length(panel, options))
    drawn = np.column_stack([np.ones(len(time)), *given.drawn_by(("trend", "seasonality"))])
    rest = np.eye(len(time))
    rest[:, seen] -= drawn @ np.linalg.pinv(drawn[seen])
    rest = np.vstack([rest[seen], rest[later]])
    covariance = rest @ covariance @ rest.T
    count = int(seen.sum())
    given_path = covariance[:count, :count] + NUGGET * np.eye(count)
    weights = np.linalg.solve(given_path, covariance[:count, count:]).T
    over = weights @ (design.matrix[0, :known][seen[:known]] * design.scale)
    return paths_ahead(design, known, over, covariance[count:, count:] - weights @ covariance[:count, count:])


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
    knots = _knots(half, shortest)
    centres = np.concatenate([[2 * knots[0] - knots[1]], knots, [2 * knots[-1] - knots[-2]]])
    return _bumps(np.clip(time, -half, half), centres), np.ones(len(centres))


def _knots(half: float, shortest: float) -> np.ndarray:
    return np.linspace(-half, half, max(2, int(np.ceil(2 * half / shortest)) + 1))


def _bumps(time: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the cubic B-splines about evenly spaced centres, shape (date, centre)."""
    away = np.abs(time[:, None] - centres) / (centres[1] - centres[0])
    near, far = 2 / 3 - away**2 + away**3 / 2, np.maximum(2 - away, 0) ** 3 / 6
    return np.where(away < 1, near, far)


def _matern(time: np.ndarray, half: float, shortest: float) -> np.ndarray:
    """Return the covariance, shape (date, date), of the process that `_hsgp` approximates."""
    distance = np.sqrt(5) * np.abs(time[:, None] - time[None, :]) / shortest
    return (1 + distance + distance**2 / 3) * np.exp(-distance)


def _spline_covariance(time: np.ndarray, half: float, shortest: float) -> np.ndarray:
    """Return the covariance, shape (date, date), of the spline with its knots, evenly spaced, carried on as far as `time`."""
    knots = _knots(half, shortest)
    step = knots[1] - knots[0]
    beyond = max(0, int(np.ceil((time[-1] - half) / step)))
    centres = knots[0] + step * np.arange(-1, len(knots) + 1 + beyond)
    basis = _bumps(np.maximum(time, -half), centres)
    return basis @ basis.T


_BASES = {"hsgp": _hsgp, "spline": _spline}
_COVARIANCES = {"hsgp": _matern, "spline": _spline_covariance}
