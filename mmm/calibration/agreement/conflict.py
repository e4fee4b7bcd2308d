"""Does a model disagree with an experiment: how far its prediction is from what was measured, and what it could have seen.

All of it works on plain arrays: what an experiment measured with the covariance of its readouts, and draws of what a model
that has not seen it predicts of the same readouts. Three sources of scatter are added up: the test's own, the prediction's,
and the bias by which a test may differ from the model's population and outcome (one shift a test, of all its readouts).

References
----------
Presanis, Ohlssen, Spiegelhalter, De Angelis 2013, Conflict diagnostics in directed acyclic graphs, Statistical Science 28(3).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Array = NDArray[np.float64]
CONFLICT = 0.05
"""p below which model and test are said to disagree."""
POWER = 0.9
"""Probability with which a disagreement of the detectable size is said."""
NODES = 48
"""Points of the integrals where errors are Student-t: over a test's bias, and over how wide the errors are."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one experiment measured.

    Parameters
    ----------
    observed : numpy.ndarray, shape (readout,)
        Effects in the model's unit of outcome, signed.
    covariance : numpy.ndarray, shape (readout, readout)
        Of the measurement; for Student-t errors their squared scale.
    bias : numpy.ndarray, shape (readout,)
        Standard deviation of the shift that the whole test shares, as it falls on each readout; zeros for none.
    degrees_of_freedom : float
        Of Student-t errors; infinite for normal ones.
    """

    observed: Array
    covariance: Array
    bias: Array
    degrees_of_freedom: float = np.inf

    @property
    def total_covariance(self) -> Array:
        """Return the covariance of measurement and bias together."""
        return self.covariance + np.outer(self.bias, self.bias)


@dataclass(frozen=True, slots=True)
class Conflict:
    """How a prediction compares with what was measured.

    Parameters
    ----------
    predicted : numpy.ndarray, shape (readout,)
        Mean of the prediction.
    z : float
        Measured minus predicted total, in standard deviations of that difference.
    distance : float
        Squared distance of all readouts together, in their joint scatter.
    readouts : int
        Its degrees of freedom.
    error_degrees_of_freedom : float
        Of the scatter: infinite for normal errors.
    p : float
        Probability of a distance at least as large where model and test agree.
    detectable : float
        Smallest disagreement, as a share of the measured effect, that would be said with probability `POWER`; infinite
        where nothing was measured.
    """

    predicted: Array
    z: float
    distance: float
    readouts: int
    error_degrees_of_freedom: float
    p: float
    detectable: float

    @property
    def disagrees(self) -> bool:
        """Return whether model and test are said to disagree."""
        return self.p < CONFLICT

    @property
    def could_be_seen(self) -> bool:
        """Return whether a disagreement as large as the measured effect would have been seen: without it nothing is said."""
        return self.detectable < 1


def conflict(measured: Measured, predicted: Array, weights: Array | None = None) -> Conflict:
    """Return how far a model's prediction is from what an experiment measured.

    Parameters
    ----------
    measured : Measured
    predicted : numpy.ndarray, shape (sample, readout)
        Draws of the model that has not seen the experiment, or, with `weights`, of one that has.
    weights : numpy.ndarray, shape (sample,), optional
        Importance weights that sum to 1 and take the experiment away again; default equal ones.

    Returns
    -------
    Conflict

    Notes
    -----
    Where errors are Student-t with nu degrees of freedom and make up a share s of the joint scatter, the distance is held
    against F with nu / s^2 (Satterthwaite).
    """
    mean, spread = moments(predicted, weights)
    joint = measured.total_covariance + spread
    factor = np.linalg.cholesky(joint)
    away = measured.observed - mean
    distance = float(np.sum(np.linalg.solve(factor, away) ** 2))
    count = len(away)
    share = float(np.trace(np.linalg.solve(joint, measured.covariance))) / count
    freedom = measured.degrees_of_freedom / share**2
    return Conflict(
        predicted=mean,
        z=float(away.sum() / joint.sum() ** 0.5),
        distance=distance,
        readouts=count,
        error_degrees_of_freedom=freedom,
        p=tail_probability(distance, count, freedom),
        detectable=_detectable(measured.observed, mean, factor, freedom),
    )


def _detectable(observed: Array, mean: Array, factor: Array, freedom: float) -> float:
    """Return the smallest disagreement that is said, as a share of the measured total.

    The disagreement has the prediction's course over the readouts: the measured one is mostly noise where effects are small.
    """
    course = mean if mean.sum() else observed
    if not observed.sum():
        return np.inf
    distance = float(np.sum(np.linalg.solve(factor, course) ** 2))
    size = (noncentrality(len(mean), freedom) / distance) ** 0.5 * abs(course.sum())
    return float(size / abs(observed.sum()))


def moments(predicted: Array, weights: Array | None = None) -> tuple[Array, Array]:
    """Return mean and covariance of weighted draws.

    Parameters
    ----------
    predicted : numpy.ndarray, shape (sample, readout)
    weights : numpy.ndarray, shape (sample,), optional
        Sum to 1; default equal ones.

    Returns
    -------
    numpy.ndarray, shape (readout,)
    numpy.ndarray, shape (readout, readout)
    """
    share = np.full(len(predicted), 1 / len(predicted)) if weights is None else weights
    mean = share @ predicted
    away = predicted - mean
    return mean, (away * share[:, None]).T @ away / (1 - np.sum(share**2))


def tail_probability(distance: float, readouts: int, freedom: float) -> float:
    """Return the probability of a larger squared distance between model and test where they agree.

    Parameters
    ----------
    distance : float
    readouts : int
    freedom : float
        Degrees of freedom of the scatter; infinite for normal errors.

    Returns
    -------
    float
    """
    if np.isinf(freedom):
        return float(special.chdtrc(readouts, distance))
    return float(special.fdtrc(readouts, freedom, distance / readouts))


@cache
def noncentrality(readouts: int, freedom: float) -> float:
    """Return the squared distance from agreement at which a disagreement is said with probability `POWER`.

    Parameters
    ----------
    readouts : int
    freedom : float
        Degrees of freedom of the scatter; infinite for normal errors.

    Returns
    -------
    float
    """
    if np.isinf(freedom):
        limit, precision = special.chdtri(readouts, CONFLICT), np.ones(1)
    else:
        # Student-t errors are normal ones of a precision that is chi-squared: here its quantiles
        limit = readouts * special.fdtri(readouts, freedom, 1 - CONFLICT)
        precision = special.chdtri(freedom, 1 - (np.arange(NODES) + 0.5) / NODES) / freedom

    def short_of_power(far: float) -> float:
        return float(1 - special.chndtr(limit * precision, readouts, far * precision).mean()) - POWER

    return float(optimize.brentq(short_of_power, 1e-6, 1e5, xtol=1e-6))


def log_density(measured: Measured, predicted: Array, size: Array | None = None) -> Array:
    """Return the log-density of what was measured, given each draw's prediction, the test's bias integrated out.

    Parameters
    ----------
    measured : Measured
    predicted : numpy.ndarray, shape (sample, readout)
    size : numpy.ndarray, shape (sample,), optional
        What the bias of each draw is times `measured.bias`; default 1.

    Returns
    -------
    numpy.ndarray, shape (sample,)
    """
    factor = np.linalg.cholesky(measured.covariance)
    residual = np.linalg.solve(factor, (measured.observed - predicted).T).T
    direction = np.linalg.solve(factor, measured.bias)
    times = np.ones(len(predicted)) if size is None else size
    constant = -float(np.log(np.diag(factor)).sum())
    count, freedom = len(measured.observed), measured.degrees_of_freedom
    if np.isinf(freedom):
        longer = 1 + times**2 * (direction @ direction)
        squared = np.sum(residual**2, axis=1) - (times * (residual @ direction)) ** 2 / longer
        return constant - 0.5 * (squared + np.log(longer) + count * np.log(2 * np.pi))
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    shifted = residual[None] - nodes[:, None, None] * times[None, :, None] * direction
    height = -0.5 * (freedom + count) * np.log1p(np.sum(shifted**2, axis=-1) / freedom)
    mixed = special.logsumexp(height, axis=0, b=(weights / weights.sum())[:, None])
    gammas = special.gammaln((freedom + count) / 2) - special.gammaln(freedom / 2)
    return constant + gammas - 0.5 * count * np.log(freedom * np.pi) + mixed


def effective_weight(with_test: Array, without_test: Array, weights: Array | None = None) -> Array:
    """Return how much of the uncertainty about each channel's return a test took away: 1 - sd with it / sd without it.

    Parameters
    ----------
    with_test, without_test : numpy.ndarray, shape (sample, channel)
        Draws of the return.
    weights : numpy.ndarray, shape (sample,), optional
        Of `without_test`; default equal ones.

    Returns
    -------
    numpy.ndarray, shape (channel,)
        At most 1; below 0 where the test widened what is known.
    """
    after = np.diag(moments(with_test)[1])
    before = np.diag(moments(without_test, weights)[1])
    return 1 - np.sqrt(after / before)
