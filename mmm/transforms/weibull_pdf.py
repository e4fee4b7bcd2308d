"""Weibull carryover by probability: the chance that a Weibull delay falls into each period."""

from typing import Any

import numpy as np
from scipy.special import gammaln

from mmm.transforms.family import AdstockTransform, Numbers, ParameterPrior
from mmm.transforms.kernel import column, column_tensor
from mmm.transforms.tensor import pt

# exp(-exp(_LOG_HAZARD_MAX)) is 1e-304: beyond it the survival is zero and its gradient would be 0 * inf.
_LOG_HAZARD_MAX = float(np.log(700.0))


def scale_from_mean_lag(mean_lag: Numbers, shape: Numbers) -> np.ndarray:
    """Return the Weibull scale, in periods, at which the delay averages `mean_lag` periods.

    Notes
    -----
    A delay in [l, l + 1) counts as lag l, so the average of the lags is about half a period below the average
    of the delays. An exponential delay with mean 1 / log(1 + 1 / m) has lags that average exactly m; that
    mean is used for every shape: scale = 1 / (log(1 + 1 / m) Gamma(1 + 1 / shape)). At shape 1 the weights
    are the geometric ones with the same mean lag; for other shapes the average lag is close to m.
    """
    delay = np.asarray(mean_lag, dtype=float)
    delay_mean = 1.0 / (np.log1p(delay) - np.log(delay))
    return delay_mean * np.exp(-gammaln(1.0 + 1.0 / np.asarray(shape, dtype=float)))


def scale_from_mean_lag_tensor(mean_lag: Any, shape: Any) -> Any:
    """Return `scale_from_mean_lag` as a PyTensor expression."""
    delay_mean = 1.0 / (pt.log1p(mean_lag) - pt.log(mean_lag))
    return delay_mean * pt.exp(-pt.gammaln(1.0 + 1.0 / shape))


def weights(lags: int, *, mean_lag: Numbers, shape: Numbers) -> np.ndarray:
    """Return Weibull interval probabilities, shape (..., lags + 1), summing to 1 over the lags.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    mean_lag : float or numpy.ndarray, (...)
        Average delay of the untruncated kernel, in periods; positive.
    shape : float or numpy.ndarray, (...)
        Weibull shape: 1 is geometric, above 1 the effect peaks after the exposure, below 1 its tail is long.

    Notes
    -----
    w(l) = (S(l) - S(l + 1)) / (1 - S(lags + 1)), S(t) = exp(-(t / scale)^shape).
    """
    power = column(shape)
    scale = column(scale_from_mean_lag(mean_lag, shape))
    ends = np.log(np.arange(1.0, lags + 2.0))
    later = np.exp(np.minimum(power * (ends - np.log(scale)), _LOG_HAZARD_MAX))
    earlier = np.concatenate([np.zeros_like(later[..., :1]), later[..., :-1]], axis=-1)
    # S(l) - S(l + 1) written with expm1 keeps its digits where both are close to 1.
    kernel = np.exp(-earlier) * -np.expm1(earlier - later)
    return kernel / kernel.sum(axis=-1, keepdims=True)


def weights_tensor(lags: int, *, mean_lag: Any, shape: Any) -> Any:
    """Return `weights` as a PyTensor expression."""
    power = column_tensor(shape)
    scale = column_tensor(scale_from_mean_lag_tensor(mean_lag, shape))
    ends = np.log(np.arange(1.0, lags + 2.0))
    later = pt.exp(pt.minimum(power * (ends - pt.log(scale)), _LOG_HAZARD_MAX))
    earlier = pt.concatenate([pt.zeros_like(later[..., :1]), later[..., :-1]], axis=-1)
    kernel = pt.exp(-earlier) * -pt.expm1(earlier - later)
    return kernel / kernel.sum(axis=-1, keepdims=True)


def priors(lags: int, mean_lag: float) -> tuple[ParameterPrior, ...]:
    """Return the priors: average delay as configured; a shape that leans to a peak after the exposure."""
    return (ParameterPrior("mean_lag", mean_lag, 0.7), ParameterPrior("shape", 1.2, 0.35))


WEIBULL_PDF = AdstockTransform("weibull_pdf", weights, weights_tensor, priors)
