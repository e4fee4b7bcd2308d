"""The log prior of the vector, and the level of each geo: what is sampled is its mean outcome, the intercept is what is left.

The data know the mean of the outcome well and its split between intercept and media badly. With the level sampled,
that split no longer ties all intercepts to all media effects.
"""

import numpy as np

from mmm.kernel.buffer.header import Head
from mmm.kernel.maths.compile_options import glue, leaf
from mmm.kernel.maths.reading import at, block, window
from mmm.kernel.maths.series import inner


@glue
def log_prior(buffer: np.ndarray, point: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log prior of the unconstrained vector but for the levels' and write its gradient."""
    size = point.shape[0]
    mean, precision = block(buffer, Head.OF_PRIOR_MEAN, size), block(buffer, Head.OF_PRIOR_PRECISION, size)
    total = 0.0
    for i in range(size):
        score = (point[i] - mean[i]) * precision[i]
        total -= 0.5 * score * score
        gradient[i] = -score * precision[i]
    return total + buffer[at(buffer, Head.OF_PRIOR_CONSTANT)]


@leaf
def media_mean(buffer: np.ndarray, media: np.ndarray, geo: int) -> float:
    """Return the mean media effect of a geo over its known outcomes."""
    stride = at(buffer, Head.STRIDE)
    observed = block(buffer, Head.OF_OBSERVED, at(buffer, Head.CELLS))
    return inner(observed, media, geo * stride, stride) / block(buffer, Head.OF_KNOWN, geo + 1)[geo]


@glue
def centre(
    buffer: np.ndarray, point: np.ndarray, media: np.ndarray, expected: np.ndarray, pull: np.ndarray, gradient: np.ndarray
) -> float:  # fmt: skip
    """Add media less their mean to `expected`; return the log prior of the intercepts and add its gradient by level.

    `pull` receives the derivative of that prior by the mean media effect of each geo.
    """
    first, stride = at(buffer, Head.AT_LEVEL), at(buffer, Head.STRIDE)
    prior = block(buffer, Head.OF_LEVEL_PRIOR, 2)
    total = 0.0
    for geo in range(pull.shape[0]):
        mean = media_mean(buffer, media, geo)
        into, these = window(expected, geo * stride, stride), window(media, geo * stride, stride)
        for cell in range(stride):
            into[cell] += these[cell] - mean
        score = (point[first + geo] - mean - prior[0]) * prior[1]
        total -= 0.5 * score * score
        gradient[first + geo] -= score * prior[1]
        pull[geo] = score * prior[1]
    return total


@glue
def centre_back(buffer: np.ndarray, pull: np.ndarray, by_expected: np.ndarray) -> None:
    """Turn the derivative by the expectation into that by the media effect, in place."""
    stride = at(buffer, Head.STRIDE)
    known = block(buffer, Head.OF_KNOWN, pull.shape[0])
    observed = block(buffer, Head.OF_OBSERVED, at(buffer, Head.CELLS))
    for geo in range(pull.shape[0]):
        row, seen = (
            window(by_expected, geo * stride, stride),
            window(observed, geo * stride, stride),
        )
        total = 0.0
        for cell in range(stride):
            total += row[cell]
        share = (pull[geo] - total) / known[geo]
        for cell in range(stride):
            row[cell] += seen[cell] * share
