"""Binomial carryover: a power of the share of the window that is still ahead, zero right after the window."""

import math
from typing import Any

import numpy as np

from mmm.numerics.elementary import log
from mmm.transforms.family import AdstockTransform, Numbers, ParameterPrior
from mmm.transforms.kernel import (
    column,
    column_tensor,
    lag_axis,
    median_for_mean_lag,
    normalise_logs,
    normalised_exponential,
    normalised_exponential_tensor,
)


def weights(lags: int, *, power: Numbers) -> np.ndarray:
    """Return binomial weights, shape (..., lags + 1), summing to 1 over the lags.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    power : float or numpy.ndarray, (...)
        Positive; large: the effect is over soon; 1: it falls along a straight line; 0: it stays level.

    Returns
    -------
    numpy.ndarray, shape (..., lags + 1)
        At least 0.

    Notes
    -----
    w(l) is proportional to (1 - l / (lags + 1))^power. Meridian states it by alpha in (0, 1) with
    power = 1 / alpha - 1; a log-normal `power` is a logit-normal alpha, because logit(alpha) = -log(power).

    References
    ----------
    Meridian documentation, "Media saturation and lagging", binomial decay (version 1.2 and later).
    """
    return normalised_exponential(column(power) * np.log1p(-lag_axis(lags) / (lags + 1)))


def weights_tensor(lags: int, *, power: Any) -> Any:
    """Return `weights` as a PyTensor expression."""
    return normalised_exponential_tensor(column_tensor(power) * np.log1p(-lag_axis(lags) / (lags + 1)))


def priors(lags: int, mean_lag: float) -> tuple[ParameterPrior, ...]:
    """Return the prior of `power`, its median solved for from the configured average delay.

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
    power = median_for_mean_lag(
        "binomial", lambda value: weights(lags, power=value), lags, mean_lag, (1e-6, 1e5)
    )
    return (ParameterPrior("power", power, 0.9),)


def loop(
    lags: int, power: float, second: float, out: np.ndarray, by_power: np.ndarray, by_second: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write weights and their derivatives by the power."""
    all_lags = math.log(lags + 1.0)
    for lag in range(lags + 1):
        ahead = log(lags + 1.0 - lag) - all_lags
        out[lag] = power * ahead
        by_power[lag] = ahead
    normalise_logs(lags, out, by_power, by_second)


BINOMIAL = AdstockTransform(
    "binomial",
    "binomial window",
    "(1 - l / (L + 1))^power",
    weights,
    weights_tensor,
    priors,
    loop,
)
