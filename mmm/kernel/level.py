"""The level of each geo: what is sampled is its mean outcome; the intercept is what media leave of it.

The data know the mean of the outcome well and its split between intercept and media badly. With the level sampled,
that split no longer ties all intercepts to all media effects.
"""

import math

import numpy as np

from mmm.kernel.header import Head
from mmm.kernel.reading import at, block
from mmm.kernel.special import compiled


@compiled
def media_mean(buffer: np.ndarray, media: np.ndarray, geo: int) -> tuple[float, float]:
    """Return the mean media effect of a geo over its known outcomes, and how many these are."""
    geos, dates = media.shape
    observed = block(buffer, Head.OF_OBSERVED, geos * dates)[geo * dates : (geo + 1) * dates]
    total = cells = 0.0
    for date in range(dates):
        total += observed[date] * media[geo, date]
        cells += observed[date]
    return total / cells, cells


@compiled
def centre(
    buffer: np.ndarray, point: np.ndarray, media: np.ndarray, expected: np.ndarray, pull: np.ndarray, gradient: np.ndarray
) -> float:  # fmt: skip
    """Add media less their mean to `expected`; return the log prior of the intercepts and add its gradient by level.

    `pull` receives the derivative of that prior by the mean media effect of each geo.
    """
    first = at(buffer, Head.AT_INTERCEPT)
    size = at(buffer, Head.PARAMETERS)
    means, sds = block(buffer, Head.OF_PRIOR_MEAN, size), block(buffer, Head.OF_PRIOR_SD, size)
    total = 0.0
    for geo in range(media.shape[0]):
        mean, _ = media_mean(buffer, media, geo)
        for date in range(media.shape[1]):
            expected[geo, date] += media[geo, date] - mean
        score = (point[first + geo] - mean - means[first + geo]) / sds[first + geo]
        total -= 0.5 * score * score + math.log(sds[first + geo])
        gradient[first + geo] -= score / sds[first + geo]
        pull[geo] = score / sds[first + geo]
    return total


@compiled
def centre_back(buffer: np.ndarray, pull: np.ndarray, by_expected: np.ndarray) -> None:
    """Turn the derivative by the expectation into that by the media effect, in place."""
    geos, dates = by_expected.shape
    for geo in range(geos):
        observed = block(buffer, Head.OF_OBSERVED, geos * dates)[geo * dates : (geo + 1) * dates]
        total = cells = 0.0
        for date in range(dates):
            total += by_expected[geo, date]
            cells += observed[date]
        for date in range(dates):
            by_expected[geo, date] += observed[date] * (pull[geo] - total) / cells
