"""What the data alone say of a channel, and how surprising that is for what was believed of it beforehand.

A posterior is prior times likelihood, so that a likelihood beyond the prior's reach leaves a posterior at the prior's edge,
which looks like an answer of few data. Here the prior is taken out again: of all normal likelihoods of a channel's value,
all other parameters integrated out, the one is found whose product with the prior has the posterior's mean and spread. Its
middle is what the data say; the prior predicts where that should lie, and how far out it does lie is the conflict.

References
----------
Evans, Moshonov 2006, Checking for prior-data conflict, Bayesian Analysis 1 (the prior predictive tail of an estimate).
Kallioinen, Paananen, Burkner, Vehtari 2024, Detecting and diagnosing prior and likelihood sensitivity with power-scaling,
Statistics and Computing 34.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from mmm.problem.priors import ShiftedLogNormal

POINTS, REACH = 4001, 9.0
"""Points of the grid on which prior and likelihood are multiplied, and how far it reaches, in scores of the prior."""
STEPS = 100
"""Newton steps at most."""
SHARP = 0.05
"""Posterior spread, in scores of the prior, up to which the posterior is the likelihood."""
VAGUE = 10.0
"""Error of the data's estimate, in standard deviations of the posterior, that is the largest: less precise data say nothing."""


@dataclass(frozen=True, slots=True)
class DataAlone:
    """A normal likelihood of a channel's value, and what the prior thought of it.

    Parameters
    ----------
    estimate, error : float
        Its middle and standard deviation, in the quantity of the prior.
    tail : float
        Probability that the prior gave to an estimate as far out on its side; 0.5 where the data say nothing.
    side : {"more", "less"}
        Than expected.
    """

    estimate: float
    error: float
    tail: float
    side: str


def data_alone(values: np.ndarray, law: ShiftedLogNormal) -> DataAlone:
    """Return what the data alone say of a value, from its posterior draws and its prior.

    Parameters
    ----------
    values : numpy.ndarray, shape (sample,)
        Posterior draws.
    law : ShiftedLogNormal
        The prior.

    Returns
    -------
    DataAlone

    Notes
    -----
    With u the value in standard deviations from the posterior's mean, ``p(u) proportional to prior(u) exp(a u - b u^2 / 2)`` is
    an exponential family: its maximum likelihood has the moments of the draws, ``E[u] = 0, E[u^2] = 1``. The likelihood is
    normal(a / b, 1 / b), and its middle has the prior predictive law of u plus a normal(0, 1 / b). Of a likelihood far beyond
    the prior's reach only a slope is left to see: b is then the least that is allowed.
    """
    centre, spread = float(np.mean(values)), float(np.std(values))
    if not spread > 0:
        return DataAlone(centre, 0.0, 0.5, "more")
    scores = np.log(np.maximum(values + law.shift, 1e-300) / np.exp(law.mu)) / law.sigma
    score = np.linspace(-REACH, max(REACH, 1.2 * float(scores.max())), POINTS)
    value = np.exp(law.mu + law.sigma * score) - law.shift
    log_prior, estimate, error = -0.5 * score**2, centre, spread
    if np.std(scores) > SHARP:
        points = (value - centre) / spread
        features = np.stack([points, -0.5 * points**2])
        slope, precision = _matched(features, log_prior, np.array([0.0, -0.5]))
        least = 1 / VAGUE**2
        if precision < least:
            (slope,), precision = _matched(features[:1], log_prior + least * features[1], np.zeros(1)), least
        estimate, error = centre + spread * slope / precision, spread / np.sqrt(precision)
    weight = np.exp(log_prior)
    below = float(weight @ ndtr((estimate - value) / error) / weight.sum())
    return DataAlone(float(estimate), float(error), min(below, 1 - below), "less" if below < 0.5 else "more")


def _matched(features: np.ndarray, log_prior: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the tilt (feature,) at which the prior's mean features are the target: Newton's method on a convex function."""
    tilt = np.zeros(len(features))

    def cost(at: np.ndarray) -> tuple[float, np.ndarray]:
        logs = log_prior + at @ features
        top = logs.max()
        weight = np.exp(logs - top)
        return float(top + np.log(weight.sum()) - at @ target), weight / weight.sum()

    now, weight = cost(tilt)
    for _ in range(STEPS):
        mean = features @ weight
        gradient = mean - target
        if np.abs(gradient).max() < 1e-8:
            break
        centred = features - mean[:, None]
        curvature = (centred * weight) @ centred.T
        curvature += (1e-9 * np.trace(curvature) + 1e-12) * np.eye(len(features))
        step, size = np.linalg.solve(curvature, gradient), 1.0
        while size > 1e-6 and (tried := cost(tilt - size * step))[0] > now:
            size *= 0.5
        if size <= 1e-6:
            break
        tilt = tilt - size * step
        now, weight = tried
    return tilt
