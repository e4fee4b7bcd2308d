"""One channel's response in the kernel, forward and back: carryover and saturation, in either order."""

import math

import numpy as np

from mmm.kernel.adstock import convolve, convolve_back, correlate, weights
from mmm.kernel.header import ChannelHead, Head
from mmm.kernel.reading import at
from mmm.kernel.saturation import saturate
from mmm.kernel.special import compiled


@compiled
def channel_parameter(
    buffer: np.ndarray, point: np.ndarray, record: int, position: int
) -> tuple[float, float]:
    """Return a channel's parameter on its own scale and its derivative by the unconstrained one; 0 where it has none."""
    index = int(buffer[record + position])
    if index < 0:
        return 0.0, 0.0
    if position >= ChannelHead.AT_SATURATION and buffer[record + ChannelHead.LOGIT_SATURATION] != 0.0:
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
    record = at(buffer, Head.OF_CHANNEL) + channel * ChannelHead.LENGTH
    lags = int(buffer[record + ChannelHead.LAGS])
    first, _ = channel_parameter(buffer, point, record, ChannelHead.AT_ADSTOCK)
    second, _ = channel_parameter(buffer, point, record, ChannelHead.AT_ADSTOCK + 1)
    weights(int(buffer[record + ChannelHead.ADSTOCK]), lags, first, second, kernel, kernel_slopes)
    half, _ = channel_parameter(buffer, point, record, ChannelHead.AT_SATURATION)
    power, _ = channel_parameter(buffer, point, record, ChannelHead.AT_SATURATION + 1)
    family = int(buffer[record + ChannelHead.SATURATION])
    start = at(buffer, Head.OF_EXPOSURE) + channel * geos * dates
    for geo in range(geos):
        exposure = buffer[start + geo * dates : start + (geo + 1) * dates]
        if buffer[record + ChannelHead.SATURATION_FIRST] != 0.0:
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
    """Add the derivatives by one channel's carryover and saturation parameters to `gradient`.

    This is one numerical piece: compiled code takes arrays, not objects; all but the last two are those of `respond`.
    """
    geos, dates = adjoint.shape
    record = at(buffer, Head.OF_CHANNEL) + channel * ChannelHead.LENGTH
    lags = int(buffer[record + ChannelHead.LAGS])
    start = at(buffer, Head.OF_EXPOSURE) + channel * geos * dates
    by_weight = np.zeros(lags + 1)
    by_half = by_power = 0.0
    inner = np.empty(dates)
    for geo in range(geos):
        exposure = buffer[start + geo * dates : start + (geo + 1) * dates]
        if buffer[record + ChannelHead.SATURATION_FIRST] != 0.0:
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
        index = int(buffer[record + ChannelHead.AT_ADSTOCK + part])
        if index >= 0:
            total = 0.0
            for lag in range(lags + 1):
                total += by_weight[lag] * kernel_slopes[part, lag]
            gradient[index] += (
                total * channel_parameter(buffer, point, record, ChannelHead.AT_ADSTOCK + part)[1]
            )
        index = int(buffer[record + ChannelHead.AT_SATURATION + part])
        if index >= 0:
            by_own = by_half if part == 0 else by_power
            gradient[index] += (
                by_own * channel_parameter(buffer, point, record, ChannelHead.AT_SATURATION + part)[1]
            )
