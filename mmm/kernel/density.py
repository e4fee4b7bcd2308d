"""The log-density of the model and its gradient, one pass forward and one back; memory is that of the data.

The order is that of `mmm.model`: priors, baseline, media response, coefficients, expectation, likelihood; then back.
"""

import math

import numpy as np

from mmm.kernel.adstock import convolve, convolve_back, correlate, weights
from mmm.kernel.header import HALF_NORMAL, PARTIAL, SEPARATE, ChannelHead, Head
from mmm.kernel.noise import LOG_2PI, observe
from mmm.kernel.saturation import saturate
from mmm.kernel.special import compiled
from mmm.priors import AUTOCORRELATION_RANGE, TAIL_FLOOR

# The kernel is compiled with these as constants.
GEOS, DATES, CHANNELS, PARAMETERS, LAGS = (
    int(Head.GEOS), int(Head.DATES), int(Head.CHANNELS), int(Head.PARAMETERS), int(Head.LAGS),
)  # fmt: skip
SHARED_FEATURES, GEO_FEATURES = int(Head.SHARED_FEATURES), int(Head.GEO_FEATURES)
STUDENT_T, POOLING = int(Head.STUDENT_T), int(Head.POOLING)
AT_INTERCEPT = int(Head.AT_INTERCEPT)
AT_COEFFICIENTS, AT_MEDIA = int(Head.AT_COEFFICIENTS), int(Head.AT_MEDIA)
AT_GEO_SPREAD, AT_GEO_SCORE = int(Head.AT_GEO_SPREAD), int(Head.AT_GEO_SCORE)
AT_NOISE = int(Head.AT_NOISE)
AT_AUTOCORRELATION, AT_TAIL = int(Head.AT_AUTOCORRELATION), int(Head.AT_TAIL)
OF_PRIOR_KIND, OF_PRIOR_MEAN, OF_PRIOR_SD = (
    int(Head.OF_PRIOR_KIND),
    int(Head.OF_PRIOR_MEAN),
    int(Head.OF_PRIOR_SD),
)
OF_OUTCOME, OF_OBSERVED, OF_FOLLOWED = int(Head.OF_OUTCOME), int(Head.OF_OBSERVED), int(Head.OF_FOLLOWED)
OF_SHARED_DESIGN, OF_GEO_DESIGN = int(Head.OF_SHARED_DESIGN), int(Head.OF_GEO_DESIGN)
OF_FEATURE_SCALE, OF_EXPOSURE, OF_WEIGHT = (
    int(Head.OF_FEATURE_SCALE),
    int(Head.OF_EXPOSURE),
    int(Head.OF_WEIGHT),
)
OF_FEATURE_SIZE = int(Head.OF_FEATURE_SIZE)
OF_TARGET, OF_FIXED, OF_VALUE_LAW = int(Head.OF_TARGET), int(Head.OF_FIXED), int(Head.OF_VALUE_LAW)
OF_CHANNEL = int(Head.OF_CHANNEL)
ADSTOCK, CHANNEL_LAGS = int(ChannelHead.ADSTOCK), int(ChannelHead.LAGS)
SATURATION, SATURATION_FIRST = int(ChannelHead.SATURATION), int(ChannelHead.SATURATION_FIRST)
AT_ADSTOCK, AT_SATURATION = int(ChannelHead.AT_ADSTOCK), int(ChannelHead.AT_SATURATION)
LOGIT_SATURATION, CHANNEL_LENGTH = int(ChannelHead.LOGIT_SATURATION), int(ChannelHead.LENGTH)
HALF, PARTLY, APART = int(HALF_NORMAL), int(PARTIAL), int(SEPARATE)
RHO_LOW, RHO_HIGH = AUTOCORRELATION_RANGE
NU_FLOOR = TAIL_FLOOR


@compiled
def at(buffer: np.ndarray, position: int) -> int:
    """Return the whole number at `position` of the header."""
    return int(buffer[position])


@compiled
def block(buffer: np.ndarray, position: int, size: int) -> np.ndarray:
    """Return the `size` numbers whose offset the header has at `position`."""
    start = int(buffer[position])
    return buffer[start : start + size]


@compiled
def log_prior(buffer: np.ndarray, point: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log prior of the unconstrained vector and write its gradient."""
    size = point.shape[0]
    kind, mean, sd = (
        block(buffer, OF_PRIOR_KIND, size), block(buffer, OF_PRIOR_MEAN, size), block(buffer, OF_PRIOR_SD, size),
    )  # fmt: skip
    total = -0.5 * LOG_2PI * size
    for i in range(size):
        if kind[i] == HALF:
            scaled = math.exp(point[i]) / sd[i]
            total += math.log(2.0 / sd[i]) - 0.5 * scaled * scaled + point[i]
            gradient[i] = 1.0 - scaled * scaled
        else:
            score = (point[i] - mean[i]) / sd[i]
            total -= 0.5 * score * score + math.log(sd[i])
            gradient[i] = -score / sd[i]
    return total


@compiled
def linear_forward(buffer: np.ndarray, point: np.ndarray, expected: np.ndarray) -> None:
    """Write intercept and linear components into `expected`, shape (geo, date)."""
    geos, dates = expected.shape
    shared, own = at(buffer, SHARED_FEATURES), at(buffer, GEO_FEATURES)
    first = at(buffer, AT_COEFFICIENTS)
    scale, size_at = block(buffer, OF_FEATURE_SCALE, shared), block(buffer, OF_FEATURE_SIZE, shared)
    common = np.zeros(dates)
    design = block(buffer, OF_SHARED_DESIGN, shared * dates)
    for k in range(shared):
        coefficient = point[first + k]
        if size_at[k] >= 0.0:
            coefficient *= scale[k] * math.exp(point[int(size_at[k])])
        column = design[k * dates : (k + 1) * dates]
        for date in range(dates):
            common[date] += coefficient * column[date]
    by_geo = block(buffer, OF_GEO_DESIGN, own * geos * dates)
    for geo in range(geos):
        level = point[at(buffer, AT_INTERCEPT) + geo]
        for date in range(dates):
            expected[geo, date] = level + common[date]
        for k in range(own):
            coefficient = point[first + shared + k]
            column = by_geo[(k * geos + geo) * dates : (k * geos + geo + 1) * dates]
            for date in range(dates):
                expected[geo, date] += coefficient * column[date]


@compiled
def linear_back(buffer: np.ndarray, point: np.ndarray, by_expected: np.ndarray, gradient: np.ndarray) -> None:
    """Add the derivatives by intercepts and linear coefficients to `gradient`."""
    geos, dates = by_expected.shape
    shared, own = at(buffer, SHARED_FEATURES), at(buffer, GEO_FEATURES)
    first = at(buffer, AT_COEFFICIENTS)
    by_date = np.zeros(dates)
    by_geo = block(buffer, OF_GEO_DESIGN, own * geos * dates)
    for geo in range(geos):
        total = 0.0
        for date in range(dates):
            by_date[date] += by_expected[geo, date]
            total += by_expected[geo, date]
        gradient[at(buffer, AT_INTERCEPT) + geo] += total
        for k in range(own):
            column = by_geo[(k * geos + geo) * dates : (k * geos + geo + 1) * dates]
            inner = 0.0
            for date in range(dates):
                inner += by_expected[geo, date] * column[date]
            gradient[first + shared + k] += inner
    scale, size_at = block(buffer, OF_FEATURE_SCALE, shared), block(buffer, OF_FEATURE_SIZE, shared)
    design = block(buffer, OF_SHARED_DESIGN, shared * dates)
    for k in range(shared):
        column = design[k * dates : (k + 1) * dates]
        inner = 0.0
        for date in range(dates):
            inner += by_date[date] * column[date]
        if size_at[k] >= 0.0:
            inner *= scale[k] * math.exp(point[int(size_at[k])])
            gradient[int(size_at[k])] += inner * point[first + k]
        gradient[first + k] += inner


@compiled
def channel_parameter(
    buffer: np.ndarray, point: np.ndarray, record: int, position: int
) -> tuple[float, float]:
    """Return a channel's parameter on its own scale and its derivative by the unconstrained one; 0 where it has none."""
    index = int(buffer[record + position])
    if index < 0:
        return 0.0, 0.0
    if position >= AT_SATURATION and buffer[record + LOGIT_SATURATION] != 0.0:
        value = 1.0 / (1.0 + math.exp(-point[index]))
        return value, value * (1.0 - value)
    value = math.exp(point[index])
    return value, value


@compiled
def respond(
    buffer: np.ndarray, point: np.ndarray, channel: int, response: np.ndarray, kept: np.ndarray, slopes: np.ndarray,
    kernel: np.ndarray, kernel_slopes: np.ndarray,
) -> None:  # fmt: skip
    """Write one channel's response (geo, date), what the way back needs, and its carryover weights.

    `kept` is the carried exposure when adstock comes first, the saturated exposure otherwise; `slopes` (3, geo, date)
    are the derivatives of the saturation by its signal and both parameters.
    """
    geos, dates = response.shape
    record = at(buffer, OF_CHANNEL) + channel * CHANNEL_LENGTH
    lags = int(buffer[record + CHANNEL_LAGS])
    first, _ = channel_parameter(buffer, point, record, AT_ADSTOCK)
    second, _ = channel_parameter(buffer, point, record, AT_ADSTOCK + 1)
    weights(int(buffer[record + ADSTOCK]), lags, first, second, kernel, kernel_slopes)
    half, _ = channel_parameter(buffer, point, record, AT_SATURATION)
    power, _ = channel_parameter(buffer, point, record, AT_SATURATION + 1)
    family = int(buffer[record + SATURATION])
    start = at(buffer, OF_EXPOSURE) + channel * geos * dates
    for geo in range(geos):
        exposure = buffer[start + geo * dates : start + (geo + 1) * dates]
        if buffer[record + SATURATION_FIRST] != 0.0:
            saturate(family, exposure, half, power, kept[geo], slopes[:, geo])
            convolve(kept[geo], kernel, lags, response[geo])
        else:
            convolve(exposure, kernel, lags, kept[geo])
            saturate(family, kept[geo], half, power, response[geo], slopes[:, geo])


@compiled
def respond_back(
    buffer: np.ndarray, point: np.ndarray, channel: int, adjoint: np.ndarray, kept: np.ndarray, slopes: np.ndarray,
    kernel: np.ndarray, kernel_slopes: np.ndarray, gradient: np.ndarray,
) -> None:  # fmt: skip
    """Add the derivatives by one channel's carryover and saturation parameters to `gradient`."""
    geos, dates = adjoint.shape
    record = at(buffer, OF_CHANNEL) + channel * CHANNEL_LENGTH
    lags = int(buffer[record + CHANNEL_LAGS])
    start = at(buffer, OF_EXPOSURE) + channel * geos * dates
    by_weight = np.zeros(lags + 1)
    by_half = by_power = 0.0
    inner = np.empty(dates)
    for geo in range(geos):
        exposure = buffer[start + geo * dates : start + (geo + 1) * dates]
        if buffer[record + SATURATION_FIRST] != 0.0:
            convolve_back(kept[geo], adjoint[geo], lags, by_weight)
            correlate(adjoint[geo], kernel, lags, inner)
            for date in range(dates):
                by_half += inner[date] * slopes[1, geo, date]
                by_power += inner[date] * slopes[2, geo, date]
        else:
            for date in range(dates):
                by_half += adjoint[geo, date] * slopes[1, geo, date]
                by_power += adjoint[geo, date] * slopes[2, geo, date]
                inner[date] = adjoint[geo, date] * slopes[0, geo, date]
            convolve_back(exposure, inner, lags, by_weight)
    for part in range(2):
        index = int(buffer[record + AT_ADSTOCK + part])
        if index >= 0:
            total = 0.0
            for lag in range(lags + 1):
                total += by_weight[lag] * kernel_slopes[part, lag]
            gradient[index] += total * channel_parameter(buffer, point, record, AT_ADSTOCK + part)[1]
        index = int(buffer[record + AT_SATURATION + part])
        if index >= 0:
            by_own = by_half if part == 0 else by_power
            gradient[index] += by_own * channel_parameter(buffer, point, record, AT_SATURATION + part)[1]


@compiled
def coefficients(
    buffer: np.ndarray, point: np.ndarray, channel: int, worth: np.ndarray, coefficient: np.ndarray
) -> None:
    """Write the coefficient of one channel in each geo, from its prior quantity and the worth of its response."""
    geos, channels = worth.shape[0], at(buffer, CHANNELS)
    law = at(buffer, OF_VALUE_LAW) + 3 * channel
    target = block(buffer, OF_TARGET, geos * channels)[channel * geos : (channel + 1) * geos]
    mu, sigma, shift = buffer[law], buffer[law + 1], buffer[law + 2]
    pooling = at(buffer, POOLING)
    if pooling == APART:
        for geo in range(geos):
            score = point[at(buffer, AT_MEDIA) + geo * channels + channel]
            safe = worth[geo] if worth[geo] != 0.0 else 1.0
            coefficient[geo] = (math.exp(mu + sigma * score) - shift) * target[geo] / safe
        return
    value = math.exp(mu + sigma * point[at(buffer, AT_MEDIA) + channel]) - shift
    weighted = total = 0.0
    for geo in range(geos):
        coefficient[geo] = 1.0
        if pooling == PARTLY:
            spread = math.exp(point[at(buffer, AT_GEO_SPREAD) + channel])
            coefficient[geo] = math.exp(spread * point[at(buffer, AT_GEO_SCORE) + geo * channels + channel])
        weighted += worth[geo] * coefficient[geo]
        total += target[geo]
    for geo in range(geos):
        coefficient[geo] *= value * total / weighted


@compiled
def coefficients_back(
    buffer: np.ndarray, point: np.ndarray, channel: int, worth: np.ndarray, coefficient: np.ndarray,
    by_coefficient: np.ndarray, by_worth: np.ndarray, gradient: np.ndarray,
) -> None:  # fmt: skip
    """Add the derivatives by one channel's value, spread and geo scores; write those by the worth of its response."""
    geos, channels = worth.shape[0], at(buffer, CHANNELS)
    law = at(buffer, OF_VALUE_LAW) + 3 * channel
    mu, sigma = buffer[law], buffer[law + 1]
    pooling = at(buffer, POOLING)
    target = block(buffer, OF_TARGET, geos * channels)[channel * geos : (channel + 1) * geos]
    if pooling == APART:
        for geo in range(geos):
            index = at(buffer, AT_MEDIA) + geo * channels + channel
            safe = worth[geo] if worth[geo] != 0.0 else 1.0
            rising = sigma * math.exp(mu + sigma * point[index])
            gradient[index] += by_coefficient[geo] * rising * target[geo] / safe
            by_worth[geo] = -by_coefficient[geo] * coefficient[geo] / safe if worth[geo] != 0.0 else 0.0
        return
    index = at(buffer, AT_MEDIA) + channel
    grown = math.exp(mu + sigma * point[index])
    weighted = total = pulled = 0.0
    for geo in range(geos):
        total += target[geo]
    # coefficient = relative * value * total / weighted: relative is had back without a division by the value.
    relative = np.ones(geos)
    spread = 0.0
    if pooling == PARTLY:
        spread = math.exp(point[at(buffer, AT_GEO_SPREAD) + channel])
        for geo in range(geos):
            relative[geo] = math.exp(spread * point[at(buffer, AT_GEO_SCORE) + geo * channels + channel])
    unit = 0.0
    for geo in range(geos):
        weighted += worth[geo] * relative[geo]
        pulled += by_coefficient[geo] * coefficient[geo]
        unit += by_coefficient[geo] * relative[geo]
    gradient[index] += unit * total / weighted * sigma * grown
    for geo in range(geos):
        by_worth[geo] = -pulled / weighted * relative[geo]
        if pooling == PARTLY:
            score = at(buffer, AT_GEO_SCORE) + geo * channels + channel
            by_log = by_coefficient[geo] * coefficient[geo] - pulled * worth[geo] * relative[geo] / weighted
            gradient[score] += by_log * spread
            gradient[at(buffer, AT_GEO_SPREAD) + channel] += by_log * spread * point[score]


@compiled
def likelihood(
    buffer: np.ndarray, point: np.ndarray, expected: np.ndarray, by_expected: np.ndarray, gradient: np.ndarray
) -> float:
    """Return the log-likelihood; write its derivative by the expectation and add those by the noise parameters."""
    geos, dates = expected.shape
    sigma, by_log_sigma = np.empty(geos), np.empty(geos)
    for geo in range(geos):
        sigma[geo] = math.exp(point[at(buffer, AT_NOISE) + geo])
    rho = share = nu = 0.0
    if at(buffer, AT_AUTOCORRELATION) >= 0:
        share = 1.0 / (1.0 + math.exp(-point[at(buffer, AT_AUTOCORRELATION)]))
        rho = RHO_LOW + (RHO_HIGH - RHO_LOW) * share
    if at(buffer, STUDENT_T) != 0:
        nu = NU_FLOOR + math.exp(point[at(buffer, AT_TAIL)])
    cells = geos * dates
    total, by_rho, by_nu = observe(
        expected,
        block(buffer, OF_OUTCOME, cells).reshape(geos, dates),
        block(buffer, OF_OBSERVED, cells).reshape(geos, dates),
        block(buffer, OF_FOLLOWED, cells).reshape(geos, dates),
        sigma, rho, nu, by_expected, by_log_sigma,
    )  # fmt: skip
    for geo in range(geos):
        gradient[at(buffer, AT_NOISE) + geo] += by_log_sigma[geo]
    if at(buffer, AT_AUTOCORRELATION) >= 0:
        gradient[at(buffer, AT_AUTOCORRELATION)] += by_rho * (RHO_HIGH - RHO_LOW) * share * (1.0 - share)
    if at(buffer, STUDENT_T) != 0:
        gradient[at(buffer, AT_TAIL)] += by_nu * (nu - NU_FLOOR)
    return total


@compiled
def log_density(buffer: np.ndarray, point: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log-density at the unconstrained `point` (Jacobians included) and write its gradient."""
    geos, dates, channels = at(buffer, GEOS), at(buffer, DATES), at(buffer, CHANNELS)
    lags = at(buffer, LAGS)
    total = log_prior(buffer, point, gradient)
    expected = np.empty((geos, dates))
    linear_forward(buffer, point, expected)
    response, kept = np.empty((channels, geos, dates)), np.empty((channels, geos, dates))
    slopes = np.empty((channels, 3, geos, dates))
    kernel, kernel_slopes = np.empty((channels, lags + 1)), np.empty((channels, 2, lags + 1))
    weight = block(buffer, OF_WEIGHT, channels * geos * dates).reshape(channels, geos, dates)
    worth = block(buffer, OF_FIXED, channels * geos).reshape(channels, geos).copy()
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
                expected[geo, date] += coefficient[channel, geo] * response[channel, geo, date]
    by_expected = np.empty((geos, dates))
    total += likelihood(buffer, point, expected, by_expected, gradient)
    linear_back(buffer, point, by_expected, gradient)
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
