"""Log density and distribution function of the outcome's laws, in closed form, for arrays that broadcast.

SciPy's own laws, which tests hold these to, take a second to import and check every argument of every cell.
"""

import numpy as np
from scipy.special import betainc, gammaln, ndtr, stdtr, xlog1py, xlogy

_LOG_ROOT_TWO_PI = 0.5 * np.log(2 * np.pi)


def normal_log_density(value: np.ndarray, location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the log density of a normal law."""
    score = (value - location) / scale
    return -0.5 * score**2 - _LOG_ROOT_TWO_PI - np.log(scale)


def normal_distribution(value: np.ndarray, location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the probability of at most `value` under a normal law."""
    return ndtr((value - location) / scale)


def student_log_density(
    value: np.ndarray, freedom: np.ndarray, location: np.ndarray, scale: np.ndarray
) -> np.ndarray:
    """Return the log density of a Student-t law with `freedom` degrees of freedom."""
    score = (value - location) / scale
    constant = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - 0.5 * np.log(freedom * np.pi)
    return constant - np.log(scale) - (freedom + 1) / 2 * np.log1p(score**2 / freedom)


def student_distribution(
    value: np.ndarray, freedom: np.ndarray, location: np.ndarray, scale: np.ndarray
) -> np.ndarray:
    """Return the probability of at most `value` under a Student-t law."""
    return stdtr(freedom, (value - location) / scale)


def count_log_density(value: np.ndarray, mean: np.ndarray, dispersion: np.ndarray) -> np.ndarray:
    """Return the log probability of a whole number under a negative binomial law of variance mean + mean^2 / dispersion."""
    chance = dispersion / (dispersion + mean)
    ways = gammaln(dispersion + value) - gammaln(value + 1) - gammaln(dispersion)
    return ways + xlogy(dispersion, chance) + xlog1py(value, -chance)


def count_distribution(value: np.ndarray, mean: np.ndarray, dispersion: np.ndarray) -> np.ndarray:
    """Return the probability of at most a whole number under the same law."""
    return betainc(dispersion, value + 1, dispersion / (dispersion + mean))
