"""Carryover weights with their derivatives, by family; the formulas are those of `mmm.transforms`."""

import math

import numpy as np

from mmm.kernel.elementary import exp
from mmm.kernel.special import leaf

LOG_HAZARD_MAX = math.log(700.0)
LOG_LOG_4 = math.log(math.log(4.0))


@leaf
def weights(
    family: int, lags: int, first: float, second: float, out: np.ndarray, by_first: np.ndarray, by_second: np.ndarray
) -> None:  # fmt: skip
    """Write the weights of lags 0..`lags` into `out` and their derivatives by the family's parameters; zeros behind.

    `first` and `second` are those parameters, in the order of their priors.
    """
    for lag in range(out.shape[0]):
        out[lag] = by_first[lag] = by_second[lag] = 0.0
    if family == 5:
        _weibull_pdf(lags, first, second, out, by_first, by_second)
        return
    if family == 1:
        log_retention = math.log(first) - math.log1p(first)
        for lag in range(lags + 1):
            out[lag] = lag * log_retention
            by_first[lag] = lag / (first * (1.0 + first))
    elif family == 2:
        for lag in range(lags + 1):
            score = (lag - first) / second
            out[lag] = -0.5 * score * score
            by_first[lag] = score / second
            by_second[lag] = score * score / second
    elif family == 3:
        for lag in range(lags + 1):
            ahead = math.log1p(-lag / (lags + 1.0))
            out[lag] = first * ahead
            by_first[lag] = ahead
    elif family == 4:
        for lag in range(1, lags + 1):
            distance = math.log(lag) - math.log(first)
            log_hazard = second * distance
            hazard = math.exp(min(log_hazard, LOG_HAZARD_MAX))
            moving = hazard if log_hazard < LOG_HAZARD_MAX else 0.0
            out[lag] = out[lag - 1] - hazard
            by_first[lag] = by_first[lag - 1] + moving * second / first
            by_second[lag] = by_second[lag - 1] - moving * distance
    _normalise_logs(lags, out, by_first, by_second)


@leaf
def _normalise_logs(lags: int, out: np.ndarray, by_first: np.ndarray, by_second: np.ndarray) -> None:
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
        mean_first += out[lag] * by_first[lag]
        mean_second += out[lag] * by_second[lag]
    for lag in range(lags + 1):
        by_first[lag] = out[lag] * (by_first[lag] - mean_first)
        by_second[lag] = out[lag] * (by_second[lag] - mean_second)


@leaf
def _weibull_pdf(
    lags: int, quartile: float, shape: float, out: np.ndarray, by_quartile: np.ndarray, by_shape: np.ndarray
) -> None:
    """Write Weibull interval probabilities and their derivatives by upper quartile and shape."""
    before = hazard_before_quartile = hazard_before_shape = 0.0
    survive_before = 1.0
    total = total_quartile = total_shape = 0.0
    log_quartile = math.log(quartile)
    for lag in range(lags + 1):
        distance = math.log(lag + 1.0) - log_quartile
        log_hazard = shape * distance + LOG_LOG_4
        hazard = exp(min(log_hazard, LOG_HAZARD_MAX))
        moving = hazard if log_hazard < LOG_HAZARD_MAX else 0.0
        hazard_quartile, hazard_shape = -moving * shape / quartile, moving * distance
        survive = exp(-hazard)
        # Written with expm1, the difference of two survivals keeps its digits where both are close to 1.
        out[lag] = survive_before * -math.expm1(before - hazard)
        by_quartile[lag] = survive * hazard_quartile - survive_before * hazard_before_quartile
        by_shape[lag] = survive * hazard_shape - survive_before * hazard_before_shape
        total += out[lag]
        total_quartile += by_quartile[lag]
        total_shape += by_shape[lag]
        before, survive_before = hazard, survive
        hazard_before_quartile, hazard_before_shape = hazard_quartile, hazard_shape
    for lag in range(lags + 1):
        out[lag] /= total
        by_quartile[lag] = (by_quartile[lag] - out[lag] * total_quartile) / total
        by_shape[lag] = (by_shape[lag] - out[lag] * total_shape) / total
