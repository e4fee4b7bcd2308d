"""Carryover weights with their derivatives, by family; the formulas are those of `mmm.transforms`."""

import math

import numpy as np

from mmm.kernel.special import compiled

FAMILIES = {
    "none": 0,
    "geometric": 1,
    "delayed_geometric": 2,
    "binomial": 3,
    "weibull_cdf": 4,
    "weibull_pdf": 5,
}
LOG_HAZARD_MAX = math.log(700.0)
LOG_LOG_4 = math.log(math.log(4.0))


@compiled
def weights(family: int, lags: int, first: float, second: float, out: np.ndarray, slopes: np.ndarray) -> None:
    """Write the weights of lags 0..`lags` into `out` and their derivatives into `slopes`, shape (2, lag).

    `first` and `second` are the family's parameters in the order of its priors.
    """
    if family == 5:
        _weibull_pdf(lags, first, second, out, slopes)
        return
    for lag in range(lags + 1):
        out[lag] = 0.0
        slopes[0, lag] = slopes[1, lag] = 0.0
    if family == 1:
        for lag in range(lags + 1):
            out[lag] = lag * (math.log(first) - math.log1p(first))
            slopes[0, lag] = lag / (first * (1.0 + first))
    elif family == 2:
        for lag in range(lags + 1):
            score = (lag - first) / second
            out[lag] = -0.5 * score * score
            slopes[0, lag] = score / second
            slopes[1, lag] = score * score / second
    elif family == 3:
        for lag in range(lags + 1):
            ahead = math.log1p(-lag / (lags + 1.0))
            out[lag] = first * ahead
            slopes[0, lag] = ahead
    elif family == 4:
        for lag in range(1, lags + 1):
            log_hazard = second * (math.log(lag) - math.log(first))
            hazard = math.exp(min(log_hazard, LOG_HAZARD_MAX))
            moving = 1.0 if log_hazard < LOG_HAZARD_MAX else 0.0
            out[lag] = out[lag - 1] - hazard
            slopes[0, lag] = slopes[0, lag - 1] + moving * hazard * second / first
            slopes[1, lag] = slopes[1, lag - 1] - moving * hazard * (math.log(lag) - math.log(first))
    _normalise_logs(lags, out, slopes)


@compiled
def _normalise_logs(lags: int, out: np.ndarray, slopes: np.ndarray) -> None:
    """Turn logs of a kernel and their derivatives into weights that sum to 1 and theirs."""
    top = out[0]
    for lag in range(1, lags + 1):
        top = max(top, out[lag])
    total = 0.0
    for lag in range(lags + 1):
        out[lag] = math.exp(out[lag] - top)
        total += out[lag]
    mean_first = mean_second = 0.0
    for lag in range(lags + 1):
        out[lag] /= total
        mean_first += out[lag] * slopes[0, lag]
        mean_second += out[lag] * slopes[1, lag]
    for lag in range(lags + 1):
        slopes[0, lag] = out[lag] * (slopes[0, lag] - mean_first)
        slopes[1, lag] = out[lag] * (slopes[1, lag] - mean_second)


@compiled
def _weibull_pdf(lags: int, quartile: float, shape: float, out: np.ndarray, slopes: np.ndarray) -> None:
    """Write Weibull interval probabilities and their derivatives by upper quartile and shape."""
    before = before_lag = before_shape = 0.0
    total = total_lag = total_shape = 0.0
    for lag in range(lags + 1):
        distance = math.log(lag + 1.0) - math.log(quartile)
        log_hazard = shape * distance + LOG_LOG_4
        hazard = math.exp(min(log_hazard, LOG_HAZARD_MAX))
        moving = 1.0 if log_hazard < LOG_HAZARD_MAX else 0.0
        by_lag = -moving * hazard * shape / quartile
        by_shape = moving * hazard * distance
        out[lag] = math.exp(-before) * -math.expm1(before - hazard)
        survives_before, survives = math.exp(-before), math.exp(-hazard)
        slopes[0, lag] = survives * by_lag - survives_before * before_lag
        slopes[1, lag] = survives * by_shape - survives_before * before_shape
        total += out[lag]
        total_lag += slopes[0, lag]
        total_shape += slopes[1, lag]
        before, before_lag, before_shape = hazard, by_lag, by_shape
    for lag in range(lags + 1):
        out[lag] /= total
        slopes[0, lag] = (slopes[0, lag] - out[lag] * total_lag) / total
        slopes[1, lag] = (slopes[1, lag] - out[lag] * total_shape) / total


@compiled
def convolve(exposure: np.ndarray, kernel: np.ndarray, lags: int, out: np.ndarray) -> None:
    """Write the causal convolution of one series into `out`."""
    dates = exposure.shape[0]
    out[:] = 0.0
    for lag in range(min(lags + 1, dates)):
        weight = kernel[lag]
        for date in range(lag, dates):
            out[date] += weight * exposure[date - lag]


@compiled
def convolve_back(exposure: np.ndarray, adjoint: np.ndarray, lags: int, by_weight: np.ndarray) -> None:
    """Add to `by_weight` the derivative by each weight of the series whose adjoint is given."""
    dates = exposure.shape[0]
    for lag in range(min(lags + 1, dates)):
        total = 0.0
        for date in range(lag, dates):
            total += adjoint[date] * exposure[date - lag]
        by_weight[lag] += total


@compiled
def correlate(adjoint: np.ndarray, kernel: np.ndarray, lags: int, out: np.ndarray) -> None:
    """Write the adjoint of the convolution with respect to its exposure into `out`."""
    dates = adjoint.shape[0]
    out[:] = 0.0
    for lag in range(min(lags + 1, dates)):
        weight = kernel[lag]
        for date in range(lag, dates):
            out[date - lag] += weight * adjoint[date]
