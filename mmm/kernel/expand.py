"""What is kept of a draw: the unconstrained vector, and the media coefficients that follow from it."""

import numpy as np

from mmm.kernel.density import (
    CHANNELS,
    DATES,
    GEOS,
    LAGS,
    OF_FIXED,
    OF_WEIGHT,
    at,
    block,
    coefficients,
    respond,
)
from mmm.kernel.special import compiled


@compiled
def expand(buffer: np.ndarray, point: np.ndarray, out: np.ndarray) -> None:
    """Write the vector and behind it the coefficient of every channel in every geo, shape (geo, channel)."""
    geos, dates, channels = at(buffer, GEOS), at(buffer, DATES), at(buffer, CHANNELS)
    lags = at(buffer, LAGS)
    size = point.shape[0]
    out[:size] = point
    response, kept, slopes = np.empty((geos, dates)), np.empty((geos, dates)), np.empty((3, geos, dates))
    kernel, kernel_slopes = np.empty(lags + 1), np.empty((2, lags + 1))
    weight = block(buffer, OF_WEIGHT, channels * geos * dates).reshape(channels, geos, dates)
    fixed = block(buffer, OF_FIXED, channels * geos).reshape(channels, geos)
    worth, coefficient = np.empty(geos), np.empty(geos)
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
