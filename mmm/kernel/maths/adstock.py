"""Carryover weights with their derivatives, by family; the formulas are those of `mmm.transforms`.

Loops over lags are written so that they vectorise: one number at a time, exponentials of weights would take a quarter
of a gradient.
"""

import math

import numpy as np

from mmm.kernel.maths.compile_options import leaf
from mmm.kernel.maths.elementary import exp, expm1, log

LOG_HAZARD_MAX = math.log(700.0)
LOG_LOG_4 = math.log(math.log(4.0))


@leaf
def weights(
    family: int, lags: int, first: float, second: float, out: np.ndarray, by_first: np.ndarray, by_second: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write the weights of lags 0..`lags` into `out` and their derivatives by the family's parameters; zeros behind.

    `first` and `second` are those parameters, in the order of their priors; `space` is working memory of
    `WEIGHT_SPACE` times one more than there are places for weights.
    """
    for lag in range(out.shape[0]):
        out[lag] = by_first[lag] = by_second[lag] = 0.0
    if family == 5:
        _weibull_pdf(lags, first, second, out, by_first, by_second, space)
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
        all_lags = math.log(lags + 1.0)
        for lag in range(lags + 1):
            ahead = log(lags + 1.0 - lag) - all_lags
            out[lag] = first * ahead
            by_first[lag] = ahead
    elif family == 4:
        _weibull_cdf(lags, first, second, out, by_first, by_second)
    _normalise_logs(lags, out, by_first, by_second)


@leaf
def _normalise_logs(lags: int, out: np.ndarray, by_first: np.ndarray, by_second: np.ndarray) -> None:
    """Turn logs of a kernel and their derivatives into weights that sum to 1 and theirs."""
    top = out[0]
    for lag in range(1, lags + 1):
        top = max(top, out[lag])
    total = 0.0
    for lag in range(lags + 1):
        out[lag] = exp(out[lag] - top)
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
def _weibull_cdf(
    lags: int, scale: float, shape: float, out: np.ndarray, by_scale: np.ndarray, by_shape: np.ndarray
) -> None:
    """Write logs of products of Weibull survivals and their derivatives by scale and shape."""
    log_scale = math.log(scale)
    for lag in range(1, lags + 1):
        distance = log(float(lag)) - log_scale
        log_hazard = shape * distance
        hazard = exp(min(log_hazard, LOG_HAZARD_MAX))
        moving = hazard if log_hazard < LOG_HAZARD_MAX else 0.0
        out[lag], by_scale[lag], by_shape[lag] = -hazard, moving * shape / scale, -moving * distance
    for lag in range(1, lags + 1):
        out[lag] += out[lag - 1]
        by_scale[lag] += by_scale[lag - 1]
        by_shape[lag] += by_shape[lag - 1]


@leaf
def _weibull_pdf(
    lags: int, quartile: float, shape: float, out: np.ndarray, by_quartile: np.ndarray, by_shape: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write Weibull interval probabilities and their derivatives by upper quartile and shape.

    `space` takes hazards and survivals at the ends of the intervals, and the derivatives of the survivals but for
    their sign; all four begin with the start of the first interval.
    """
    ends = lags + 2
    hazards, survivals = space[:ends], space[ends : 2 * ends]
    falls_quartile, falls_shape = space[2 * ends : 3 * ends], space[3 * ends : 4 * ends]
    hazards[0], survivals[0], falls_quartile[0], falls_shape[0] = 0.0, 1.0, 0.0, 0.0
    log_quartile, per_quartile = math.log(quartile), shape / quartile
    for end in range(1, ends):
        distance = log(float(end)) - log_quartile
        log_hazard = shape * distance + LOG_LOG_4
        hazard = exp(min(log_hazard, LOG_HAZARD_MAX))
        survival = exp(-hazard)
        moving = survival * (hazard if log_hazard < LOG_HAZARD_MAX else 0.0)
        hazards[end], survivals[end] = hazard, survival
        falls_quartile[end], falls_shape[end] = -moving * per_quartile, moving * distance
    total = 0.0
    for lag in range(lags + 1):
        # Written with expm1, the difference of two survivals keeps its digits where both are close to 1.
        out[lag] = -survivals[lag] * expm1(hazards[lag] - hazards[lag + 1])
        total += out[lag]
    _divide(lags, total, out, falls_quartile, by_quartile)
    _divide(lags, total, out, falls_shape, by_shape)
    for lag in range(lags + 1):
        out[lag] /= total


@leaf
def _divide(lags: int, total: float, whole: np.ndarray, falls: np.ndarray, derivative: np.ndarray) -> None:
    """Write the derivative of `whole` over its `total`, given those of the survivals that `whole` is the falls of."""
    risen = (falls[lags + 1] - falls[0]) / total
    for lag in range(lags + 1):
        derivative[lag] = (falls[lag + 1] - falls[lag] - whole[lag] * risen) / total
