"""Geometric carryover: every period keeps the same fraction of the one before."""

import math
from typing import Any

import numpy as np

from mmm.transforms.family import AdstockTransform, Numbers, ParameterPrior
from mmm.transforms.kernel import (
    column,
    column_tensor,
    lag_axis,
    normalise_logs,
    normalised_exponential,
    normalised_exponential_tensor,
)
from mmm.transforms.tensor import pt


def weights(lags: int, *, mean_lag: Numbers) -> np.ndarray:
    """Return geometric weights, shape (..., lags + 1), summing to 1 over the lags.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    mean_lag : float or numpy.ndarray, (...)
        Average delay of the untruncated kernel, in periods; positive.

    Returns
    -------
    numpy.ndarray, shape (..., lags + 1)
        At least 0.

    Notes
    -----
    w(l) = a^l / sum_j a^j with retention a = mean_lag / (1 + mean_lag),
    since sum_l l a^l (1 - a) = a / (1 - a).

    References
    ----------
    Koyck (1954), Distributed Lags and Investment Analysis, chapter 2.
    """
    delay = column(mean_lag)
    # log a = -log1p(1 / m) would lose a small m to overflow; the difference of logs does not.
    return normalised_exponential(lag_axis(lags) * (np.log(delay) - np.log1p(delay)))


def weights_tensor(lags: int, *, mean_lag: Any) -> Any:
    """Return `weights` as a PyTensor expression."""
    delay = column_tensor(mean_lag)
    return normalised_exponential_tensor(lag_axis(lags) * (pt.log(delay) - pt.log1p(delay)))


def priors(lags: int, mean_lag: float) -> tuple[ParameterPrior, ...]:
    """Return the prior of ``mean_lag``: log-normal about the configured average delay.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    mean_lag : float
        Median of the average delay, in periods; positive.

    Returns
    -------
    tuple of ParameterPrior
        In the order in which `loop` takes them.
    """
    return (ParameterPrior("mean_lag", mean_lag, 0.7),)


def loop(
    lags: int, mean_lag: float, second: float, out: np.ndarray, by_mean_lag: np.ndarray, by_second: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write weights and their derivatives by the average delay."""
    log_retention = math.log(mean_lag) - math.log1p(mean_lag)
    for lag in range(lags + 1):
        out[lag] = lag * log_retention
        by_mean_lag[lag] = lag / (mean_lag * (1.0 + mean_lag))
    normalise_logs(lags, out, by_mean_lag, by_second)


GEOMETRIC = AdstockTransform(
    "geometric",
    "geometric decay",
    "a^l with a = mean_lag / (1 + mean_lag)",
    weights,
    weights_tensor,
    priors,
    loop,
)
