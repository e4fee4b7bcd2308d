"""Draws of one origin as draws of a later one: weights from the outcomes in between, their largest smoothed.

References
----------
Vehtari, Simpson, Gelman, Yao, Gabry 2024, Pareto smoothed importance sampling, JMLR 25(72). Burkner, Gabry, Vehtari 2020,
Approximate leave-future-out cross-validation for Bayesian time series models, JSCS 90(14).
"""

from dataclasses import dataclass

import numpy as np
from arviz_stats.base import array_stats
from scipy.special import logsumexp


@dataclass(frozen=True, slots=True)
class Weights:
    """Normalised weights of draws.

    Parameters
    ----------
    log : numpy.ndarray, shape (sample,)
        They sum to 1.
    k_hat : float
        Pareto k of their tail; minus infinity for equal weights.
    """

    log: np.ndarray
    k_hat: float

    @property
    def effective(self) -> float:
        """Number of equal weights that would be as good."""
        return float(np.exp(-logsumexp(2 * self.log)))

    @property
    def highest(self) -> float:
        """Pareto k above which averages over so many draws cannot be trusted: 0.7, less for under 2,200 draws."""
        return float(min(1 - 1 / np.log10(self.log.size), 0.7))

    @property
    def reliable(self) -> bool:
        """Whether an average with these weights can be trusted."""
        return self.k_hat <= self.highest


def equal(count: int) -> Weights:
    """Return equal weights."""
    return Weights(np.full(count, -np.log(count)), -np.inf)


def smoothed(log_ratios: np.ndarray) -> Weights:
    """Return the Pareto-smoothed weights of draws with these log density ratios, shape (sample,)."""
    # It takes the logarithm of the inverse.
    log, k_hat = array_stats.psislw(-log_ratios, r_eff=1.0)
    log = np.asarray(log, dtype=float)
    return Weights(log - logsumexp(log), float(np.nan_to_num(k_hat, nan=np.inf)))


def log_mean(weights: Weights, log_values: np.ndarray) -> tuple[float, float]:
    """Return the log of the weighted mean of ``exp(log_values)``, and its Monte-Carlo standard error.

    The error is that of independent draws (delta method).

    Parameters
    ----------
    weights : Weights
        Of draws.
    log_values : numpy.ndarray, shape (draw,)

    Returns
    -------
    tuple of (float, float)
        Both in logs, as the values are.
    """
    total = float(logsumexp(weights.log + log_values))
    relative = np.exp(log_values - total) - 1
    return total, float(np.sqrt(np.sum(np.exp(2 * weights.log) * relative**2)))
