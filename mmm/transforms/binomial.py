"""Binomial carryover: a power of the share of the window that is still ahead, zero right after the window."""

from typing import Any

import numpy as np

from mmm.transforms.family import AdstockTransform, Numbers, ParameterPrior
from mmm.transforms.kernel import (
    column,
    column_tensor,
    lag_axis,
    median_for_mean_lag,
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
    """Return the prior of `power`, its median solved for from the configured average delay."""
    power = median_for_mean_lag(
        "binomial", lambda value: weights(lags, power=value), lags, mean_lag, (1e-6, 1e5)
    )
    return (ParameterPrior("power", power, 0.9),)


BINOMIAL = AdstockTransform("binomial", weights, weights_tensor, priors)
