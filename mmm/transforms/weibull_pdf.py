"""Weibull carryover by probability: the chance that a Weibull delay falls into each period."""

import math
from typing import Any

import numpy as np

from mmm.numerics.elementary import exp, expm1, log
from mmm.transforms.family import AdstockTransform, Numbers, ParameterPrior
from mmm.transforms.kernel import column, column_tensor
from mmm.transforms.tensor import pt

# exp(-exp(_LOG_HAZARD_MAX)) is 1e-304: beyond it the survival is zero and its gradient would be 0 * inf.
_LOG_HAZARD_MAX = float(np.log(700.0))
_LOG_LOG_4 = float(np.log(np.log(4.0)))
SHAPE = 1.2
"""Prior median of the shape: a lean towards a peak after the exposure."""


def weights(lags: int, *, upper_quartile: Numbers, shape: Numbers) -> np.ndarray:
    """Return Weibull interval probabilities, shape (..., lags + 1), summing to 1 over the lags.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    upper_quartile : float or numpy.ndarray, (...)
        Time by which three quarters of the effect of the untruncated kernel have come, in periods; positive.
    shape : float or numpy.ndarray, (...)
        Weibull shape: 1 is geometric, above 1 the effect peaks after the exposure, below 1 its tail is long.

    Returns
    -------
    numpy.ndarray, shape (..., lags + 1)
        At least 0.

    Notes
    -----
    w(l) = (S(l) - S(l + 1)) / (1 - S(lags + 1)), S(t) = 4^-(t / upper_quartile)^shape.
    """
    power, quartile = column(shape), column(upper_quartile)
    ends = np.log(np.arange(1.0, lags + 2.0))
    later = np.exp(np.minimum(power * (ends - np.log(quartile)) + _LOG_LOG_4, _LOG_HAZARD_MAX))
    earlier = np.concatenate([np.zeros_like(later[..., :1]), later[..., :-1]], axis=-1)
    # S(l) - S(l + 1) written with expm1 keeps its digits where both are close to 1.
    kernel = np.exp(-earlier) * -np.expm1(earlier - later)
    return kernel / kernel.sum(axis=-1, keepdims=True)


def weights_tensor(lags: int, *, upper_quartile: Any, shape: Any) -> Any:
    """Return `weights` as a PyTensor expression."""
    power, quartile = column_tensor(shape), column_tensor(upper_quartile)
    ends = np.log(np.arange(1.0, lags + 2.0))
    later = pt.exp(pt.minimum(power * (ends - pt.log(quartile)) + _LOG_LOG_4, _LOG_HAZARD_MAX))
    earlier = pt.concatenate([pt.zeros_like(later[..., :1]), later[..., :-1]], axis=-1)
    kernel = pt.exp(-earlier) * -pt.expm1(earlier - later)
    return kernel / kernel.sum(axis=-1, keepdims=True)


def quartile_of_mean_lag(mean_lag: float, shape: float) -> float:
    """Return the upper quartile of the Weibull delay whose lags average about `mean_lag` periods.

    Parameters
    ----------
    mean_lag : float
        In periods; positive.
    shape : float
        Weibull shape; positive.

    Returns
    -------
    float
        In periods.

    Notes
    -----
    A delay in [l, l + 1) counts as lag l, so the average of the lags is about half a period below the average
    of the delays. An exponential delay with mean 1 / log(1 + 1 / m) has lags that average exactly m; that
    mean is used for every shape. At shape 1 the weights are the geometric ones with the same mean lag; for
    other shapes the average lag is close to m.
    """
    delay_mean = 1.0 / (np.log1p(mean_lag) - np.log(mean_lag))
    return float(delay_mean * np.exp(-math.lgamma(1.0 + 1.0 / shape)) * np.log(4.0) ** (1.0 / shape))


def priors(lags: int, mean_lag: float) -> tuple[ParameterPrior, ...]:
    """Return the priors: an average delay as configured; a shape that leans to a peak after the exposure.

    Data that know how much of the effect comes at once leave open how the rest of it comes. At a given upper
    quartile that is a question of the shape alone; at a given average, a long tail and a sharp end would be two
    answers with little between them.

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
    quartile = quartile_of_mean_lag(mean_lag, SHAPE)
    return (ParameterPrior("upper_quartile", quartile, 0.6), ParameterPrior("shape", SHAPE, 0.35))


def loop(
    lags: int, quartile: float, shape: float, out: np.ndarray, by_quartile: np.ndarray, by_shape: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write weights, Weibull interval probabilities, and their derivatives by upper quartile and shape.

    `space` takes hazards and survivals at the ends of the intervals, and the derivatives of the survivals but for their
    sign; all four begin with the start of the first interval.
    """
    ends = lags + 2
    hazards, survivals = space[:ends], space[ends : 2 * ends]
    falls_quartile, falls_shape = space[2 * ends : 3 * ends], space[3 * ends : 4 * ends]
    hazards[0], survivals[0], falls_quartile[0], falls_shape[0] = 0.0, 1.0, 0.0, 0.0
    log_quartile, per_quartile = math.log(quartile), shape / quartile
    for end in range(1, ends):
        distance = log(float(end)) - log_quartile
        log_hazard = shape * distance + _LOG_LOG_4
        hazard = exp(min(log_hazard, _LOG_HAZARD_MAX))
        survival = exp(-hazard)
        moving = survival * (hazard if log_hazard < _LOG_HAZARD_MAX else 0.0)
        hazards[end], survivals[end] = hazard, survival
        falls_quartile[end], falls_shape[end] = -moving * per_quartile, moving * distance
    total = 0.0
    for lag in range(lags + 1):
        # Written with expm1, the difference of two survivals keeps its digits where both are close to 1.
        out[lag] = -survivals[lag] * expm1(hazards[lag] - hazards[lag + 1])
        total += out[lag]
    divide(lags, total, out, falls_quartile, by_quartile)
    divide(lags, total, out, falls_shape, by_shape)
    for lag in range(lags + 1):
        out[lag] /= total


def divide(lags: int, total: float, whole: np.ndarray, falls: np.ndarray, derivative: np.ndarray) -> None:
    """Write the derivative of `whole` over its `total`, given those of the survivals that `whole` is the falls of.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    total : float
        Sum of `whole`, above 0.
    whole : numpy.ndarray, shape (lags + 1 or more,)
        Weights before they are normalised.
    falls : numpy.ndarray, shape (lags + 2 or more,)
        Derivatives of the survivals, but for their sign.
    derivative : numpy.ndarray, shape (lags + 1 or more,)
        Takes that of the normalised weights.
    """
    risen = (falls[lags + 1] - falls[0]) / total
    for lag in range(lags + 1):
        derivative[lag] = (falls[lag + 1] - falls[lag] - whole[lag] * risen) / total


WEIBULL_PDF = AdstockTransform(
    "weibull_pdf",
    "Weibull density (free peak and tail)",
    "S(l) - S(l + 1), S(t) = 4^(-(t / upper_quartile)^shape)",
    weights,
    weights_tensor,
    priors,
    loop,
)
