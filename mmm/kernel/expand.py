"""What is kept of a draw: the unconstrained vector, and the coefficients and intercepts that follow from it."""

import numpy as np

from mmm.kernel.channel import respond
from mmm.kernel.coefficient import coefficients
from mmm.kernel.header import Head
from mmm.kernel.level import media_mean
from mmm.kernel.reading import at, block
from mmm.kernel.special import compiled


@compiled
def expand(buffer: np.ndarray, point: np.ndarray, out: np.ndarray) -> None:
    """Write the vector, behind it the coefficients (geo, channel), behind them the intercepts (geo)."""
    geos, dates, channels = at(buffer, Head.GEOS), at(buffer, Head.DATES), at(buffer, Head.CHANNELS)
    lags = at(buffer, Head.LAGS)
    size = point.shape[0]
    out[:size] = point
    response, kept, slopes = np.empty((geos, dates)), np.empty((geos, dates)), np.empty((3, geos, dates))
    kernel, kernel_slopes = np.empty(lags + 1), np.empty((2, lags + 1))
    weight = block(buffer, Head.OF_WEIGHT, channels * geos * dates).reshape(channels, geos, dates)
    fixed = block(buffer, Head.OF_FIXED, channels * geos).reshape(channels, geos)
    worth, coefficient, media = np.empty(geos), np.empty(geos), np.zeros((geos, dates))
    for channel in range(channels):
        respond(buffer, point, channel, response, kept, slopes, kernel, kernel_slopes)
        for geo in range(geos):
            gained = fixed[channel, geo]
            for date in range(dates):
                gained += response[geo, date] * weight[channel, geo, date]
            worth[geo] = gained
        coefficients(buffer, point, channel, worth, coefficient)
        for geo in range(geos):
            out[size + geo * channels + channel] = coefficient[geo]
            for date in range(dates):
                media[geo, date] += coefficient[geo] * response[geo, date]
    for geo in range(geos):
        level = point[at(buffer, Head.AT_INTERCEPT) + geo]
        out[size + geos * channels + geo] = level - media_mean(buffer, media, geo)[0]
