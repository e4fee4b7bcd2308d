"""Weibull carryover by survival: what is left is thinned each period by a Weibull survival function."""

import math
from typing import Any

import numpy as np

from mmm.numerics.elementary import exp, log
from mmm.transforms.family import AdstockTransform, Numbers, ParameterPrior
from mmm.transforms.kernel import (
    column,
    column_tensor,
    median_for_mean_lag,
    normalise_logs,
    normalised_exponential,
    normalised_exponential_tensor,
)
from mmm.transforms.tensor import pt

_SHAPE = 1.2
# exp(-700) is 1e-304: a weight that has fallen so far is zero, and the log of the hazard must not overflow.
_LOG_HAZARD_MAX = float(np.log(700.0))


def weights(lags: int, *, scale: Numbers, shape: Numbers) -> np.ndarray:
    """Return cumulative-survival weights, shape (..., lags + 1), summing to 1 over the lags.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    scale : float or numpy.ndarray, (...)
        Weibull scale, in periods; positive. The retention from lag ``scale - 1`` to ``scale`` is 1/e.
    shape : float or numpy.ndarray, (...)
        Weibull shape: above 1 the effect stays at first and then falls quickly, below 1 it falls at once.

    Returns
    -------
    numpy.ndarray, shape (..., lags + 1)
        At least 0.

    Notes
    -----
    w(l) is proportional to S(1) S(2) ... S(l) with S(t) = exp(-(t / scale)^shape), so that w never rises:
    the retention itself decays. The average delay has no closed form; the prior of `scale` is set so that at
    the prior medians it is the configured ``mean_lag``.

    References
    ----------
    Zhou et al. (2024), Packaging up media mix modeling: an introduction to Robyn's open-source approach,
    section on Weibull CDF adstock. There ``scale`` is a quantile of the window; here it is in periods, and
    the weights are normalised.
    """
    log_hazard = column(shape) * (np.log(np.arange(1.0, lags + 1.0)) - np.log(column(scale)))
    hazard = np.exp(np.minimum(log_hazard, _LOG_HAZARD_MAX))
    start = np.zeros((*hazard.shape[:-1], 1))
    return normalised_exponential(np.concatenate([start, -np.cumsum(hazard, axis=-1)], axis=-1))


def weights_tensor(lags: int, *, scale: Any, shape: Any) -> Any:
    """Return `weights` as a PyTensor expression."""
    log_hazard = column_tensor(shape) * (np.log(np.arange(1.0, lags + 1.0)) - pt.log(column_tensor(scale)))
    hazard = pt.exp(pt.minimum(log_hazard, _LOG_HAZARD_MAX))
    # A lower-triangular product instead of a cumulative sum: its gradient is another product.
    ladder = np.triu(np.ones((lags, lags + 1)), k=1)
    return normalised_exponential_tensor(-pt.dot(hazard, ladder))


def priors(lags: int, mean_lag: float) -> tuple[ParameterPrior, ...]:
    """Return the priors; the median of `scale` is solved for from the configured average delay.

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
    scale = median_for_mean_lag(
        "weibull_cdf", lambda value: weights(lags, scale=value, shape=_SHAPE), lags, mean_lag, (1e-3, 1e4)
    )
    return (ParameterPrior("scale", scale, 0.7), ParameterPrior("shape", _SHAPE, 0.35))


def loop(
    lags: int, scale: float, shape: float, out: np.ndarray, by_scale: np.ndarray, by_shape: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write weights, products of Weibull survivals, and their derivatives by scale and shape."""
    log_scale = math.log(scale)
    for lag in range(1, lags + 1):
        distance = log(float(lag)) - log_scale
        log_hazard = shape * distance
        hazard = exp(min(log_hazard, _LOG_HAZARD_MAX))
        moving = hazard if log_hazard < _LOG_HAZARD_MAX else 0.0
        out[lag], by_scale[lag], by_shape[lag] = -hazard, moving * shape / scale, -moving * distance
    for lag in range(1, lags + 1):
        out[lag] += out[lag - 1]
        by_scale[lag] += by_scale[lag - 1]
        by_shape[lag] += by_shape[lag - 1]
    normalise_logs(lags, out, by_scale, by_shape)


WEIBULL_CDF = AdstockTransform(
    "weibull_cdf",
    "Weibull survival (free tail)",
    "S(1) S(2) ... S(l), S(t) = exp(-(t / scale)^shape)",
    weights,
    weights_tensor,
    priors,
    loop,
)
