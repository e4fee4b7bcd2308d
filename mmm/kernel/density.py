"""The log-density of the model and its gradient, one pass forward and one back; memory is that of the data.

The order is that of `mmm.model`: priors, linear components, media response, coefficients, level, likelihood; then back.
"""

import math

import numpy as np

from mmm.kernel.channel import respond, respond_back
from mmm.kernel.coefficient import coefficients, coefficients_back
from mmm.kernel.header import HALF_NORMAL, LEVEL, Head
from mmm.kernel.level import centre, centre_back
from mmm.kernel.linear import linear_back, linear_forward
from mmm.kernel.noise import LOG_2PI, observe
from mmm.kernel.reading import at, block
from mmm.kernel.special import compiled
from mmm.priors import AUTOCORRELATION_RANGE, TAIL_FLOOR

RHO_LOW, RHO_HIGH = AUTOCORRELATION_RANGE


@compiled
def log_prior(buffer: np.ndarray, point: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log prior of the unconstrained vector and write its gradient."""
    size = point.shape[0]
    kind, mean, sd = (
        block(buffer, Head.OF_PRIOR_KIND, size), block(buffer, Head.OF_PRIOR_MEAN, size), block(buffer, Head.OF_PRIOR_SD, size),
    )  # fmt: skip
    total = -0.5 * LOG_2PI * size
    for i in range(size):
        if kind[i] == HALF_NORMAL:
            scaled = math.exp(point[i]) / sd[i]
            total += math.log(2.0 / sd[i]) - 0.5 * scaled * scaled + point[i]
            gradient[i] = 1.0 - scaled * scaled
        elif kind[i] == LEVEL:
            gradient[i] = 0.0
        else:
            score = (point[i] - mean[i]) / sd[i]
            total -= 0.5 * score * score + math.log(sd[i])
            gradient[i] = -score / sd[i]
    return total


@compiled
def likelihood(
    buffer: np.ndarray, point: np.ndarray, expected: np.ndarray, by_expected: np.ndarray, gradient: np.ndarray
) -> float:
    """Return the log-likelihood; write its derivative by the expectation and add those by the noise parameters."""
    geos, dates = expected.shape
    sigma, by_log_sigma = np.empty(geos), np.empty(geos)
    for geo in range(geos):
        sigma[geo] = math.exp(point[at(buffer, Head.AT_NOISE) + geo])
    rho = share = nu = 0.0
    if at(buffer, Head.AT_AUTOCORRELATION) >= 0:
        share = 1.0 / (1.0 + math.exp(-point[at(buffer, Head.AT_AUTOCORRELATION)]))
        rho = RHO_LOW + (RHO_HIGH - RHO_LOW) * share
    if at(buffer, Head.STUDENT_T) != 0:
        nu = TAIL_FLOOR + math.exp(point[at(buffer, Head.AT_TAIL)])
    cells = geos * dates
    total, by_rho, by_nu = observe(
        expected,
        block(buffer, Head.OF_OUTCOME, cells).reshape(geos, dates),
        block(buffer, Head.OF_OBSERVED, cells).reshape(geos, dates),
        block(buffer, Head.OF_FOLLOWED, cells).reshape(geos, dates),
        sigma, rho, nu, by_expected, by_log_sigma,
    )  # fmt: skip
    for geo in range(geos):
        gradient[at(buffer, Head.AT_NOISE) + geo] += by_log_sigma[geo]
    if at(buffer, Head.AT_AUTOCORRELATION) >= 0:
        gradient[at(buffer, Head.AT_AUTOCORRELATION)] += by_rho * (RHO_HIGH - RHO_LOW) * share * (1.0 - share)
    if at(buffer, Head.STUDENT_T) != 0:
        gradient[at(buffer, Head.AT_TAIL)] += by_nu * (nu - TAIL_FLOOR)
    return total


@compiled
def log_density(buffer: np.ndarray, point: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log-density at the unconstrained `point` (Jacobians included) and write its gradient."""
    geos, dates, channels = at(buffer, Head.GEOS), at(buffer, Head.DATES), at(buffer, Head.CHANNELS)
    lags = at(buffer, Head.LAGS)
    total = log_prior(buffer, point, gradient)
    expected, media = np.empty((geos, dates)), np.zeros((geos, dates))
    linear_forward(buffer, point, expected)
    response, kept = np.empty((channels, geos, dates)), np.empty((channels, geos, dates))
    slopes = np.empty((channels, 3, geos, dates))
    kernel, kernel_slopes = np.empty((channels, lags + 1)), np.empty((channels, 2, lags + 1))
    weight = block(buffer, Head.OF_WEIGHT, channels * geos * dates).reshape(channels, geos, dates)
    worth = block(buffer, Head.OF_FIXED, channels * geos).reshape(channels, geos).copy()
    coefficient, by_coefficient, by_worth = np.empty((channels, geos)), np.empty(geos), np.empty(geos)
    for channel in range(channels):
        respond(
            buffer, point, channel, response[channel], kept[channel], slopes[channel], kernel[channel],
            kernel_slopes[channel],
        )  # fmt: skip
        for geo in range(geos):
            gained = 0.0
            for date in range(dates):
                gained += response[channel, geo, date] * weight[channel, geo, date]
            worth[channel, geo] += gained
        coefficients(buffer, point, channel, worth[channel], coefficient[channel])
        for geo in range(geos):
            for date in range(dates):
                media[geo, date] += coefficient[channel, geo] * response[channel, geo, date]
    pull = np.empty(geos)
    total += centre(buffer, point, media, expected, pull, gradient)
    by_expected = np.empty((geos, dates))
    total += likelihood(buffer, point, expected, by_expected, gradient)
    linear_back(buffer, point, by_expected, gradient)
    centre_back(buffer, pull, by_expected)
    adjoint = np.empty((geos, dates))
    for channel in range(channels):
        for geo in range(geos):
            inner = 0.0
            for date in range(dates):
                inner += by_expected[geo, date] * response[channel, geo, date]
            by_coefficient[geo] = inner
        coefficients_back(
            buffer, point, channel, worth[channel], coefficient[channel], by_coefficient, by_worth, gradient
        )
        for geo in range(geos):
            for date in range(dates):
                adjoint[geo, date] = (
                    by_expected[geo, date] * coefficient[channel, geo]
                    + by_worth[geo] * weight[channel, geo, date]
                )
        respond_back(
            buffer, point, channel, adjoint, kept[channel], slopes[channel], kernel[channel], kernel_slopes[channel],
            gradient,
        )  # fmt: skip
    return total
