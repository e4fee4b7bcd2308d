"""Sizes with a half-normal prior, from standard normal scores, and features with such a size.

See `mmm.problem.half_normal`.
"""

import math

import numpy as np

from mmm.kernel.buffer.header import Head
from mmm.kernel.maths.compile_options import glue, leaf
from mmm.kernel.maths.reading import at, block
from mmm.kernel.maths.series import fill

STEPS = 4
"""Newton's steps from the starts below to full precision."""
FARTHEST = 35.0
"""Scores beyond this are no place for a size: the complement of the error function runs out of numbers there."""
_ROOT_PI = math.sqrt(math.pi)


@leaf
def quantile(score: float) -> float:
    """Return the standard half-normal's value at the probability that the normal has below `score`; infinite far out."""
    if score > FARTHEST:
        return math.inf
    if score <= 0.0:
        below = 0.5 * math.erfc(-score / math.sqrt(2.0))
        x = 0.5 * _ROOT_PI * below * (1.0 + math.pi / 12.0 * below * below)
        for _ in range(STEPS):
            x -= 0.5 * _ROOT_PI * math.exp(x * x) * (math.erf(x) - below)
        return math.sqrt(2.0) * x
    above = 0.5 * math.erfc(score / math.sqrt(2.0))
    # Far out both tails fall alike, but for the factor 2.
    x = math.sqrt(0.5 * score * score + 0.2275 + 0.4657 * math.tanh(0.35 * score))
    for _ in range(STEPS):
        tail = math.erfc(x)
        x += 0.5 * _ROOT_PI * math.exp(x * x) * tail * math.log(tail / above)
    return math.sqrt(2.0) * x


@glue
def natural_sizes(buffer: np.ndarray, point: np.ndarray, out: np.ndarray) -> None:
    """Write each size at its place in the vector, and as far behind the vector's end its derivative by its score."""
    halves = at(buffer, Head.HALF_NORMALS)
    places = block(buffer, Head.OF_HALF_NORMAL, 2 * halves)
    for half in range(halves):
        place, scale = int(places[half]), places[halves + half]
        score = point[place]
        value = quantile(score)
        out[place] = scale * value
        out[point.shape[0] + place] = 0.5 * scale * math.exp(0.5 * (value - score) * (value + score))


@glue
def feature_factors(
    buffer: np.ndarray, point: np.ndarray, sizes: np.ndarray, features: np.ndarray, gradient: np.ndarray
) -> float:
    """Write what multiplies each sampled number of the shared features; return the log prior beyond standard normal scores.

    With a size, scores have the spread of `mmm.components.design.score_spread`. Derivatives of that prior are added to
    `gradient`.
    """
    first, shared = at(buffer, Head.AT_COEFFICIENTS), at(buffer, Head.SHARED_FEATURES)
    scale, size_at = block(buffer, Head.OF_FEATURE_SCALE, shared), block(buffer, Head.OF_FEATURE_SIZE, shared)
    information = block(buffer, Head.OF_FEATURE_INFORMATION, shared)
    total = 0.0
    fill(features, 0.0)
    for k in range(shared):
        features[k] = 1.0
        place = int(size_at[k])
        if place < 0:
            continue
        size, score = sizes[place], point[first + k]
        variance = 1.0 + information[k] * size * size
        narrower = 1.0 - 1.0 / variance
        features[k] = scale[k] * size / math.sqrt(variance)
        total += 0.5 * (score * score * narrower - math.log(variance))
        gradient[first + k] += score * narrower
        by_size = information[k] * size / variance * (score * score / variance - 1.0)
        gradient[place] += by_size * sizes[point.shape[0] + place]
    return total


@glue
def feature_factors_back(
    buffer: np.ndarray, point: np.ndarray, sizes: np.ndarray, features: np.ndarray, gradient: np.ndarray
) -> None:
    """Add the derivatives by the scores of sizes, given those by the coefficients in `features` behind the factors."""
    first, width = at(buffer, Head.AT_COEFFICIENTS), features.shape[0] // 2
    shared = at(buffer, Head.SHARED_FEATURES)
    scale, size_at = block(buffer, Head.OF_FEATURE_SCALE, shared), block(buffer, Head.OF_FEATURE_SIZE, shared)
    information = block(buffer, Head.OF_FEATURE_INFORMATION, shared)
    for k in range(shared):
        place = int(size_at[k])
        if place >= 0:
            variance = 1.0 + information[k] * sizes[place] * sizes[place]
            by_size = scale[k] * point[first + k] * features[width + k] / (variance * math.sqrt(variance))
            gradient[place] += by_size * sizes[point.shape[0] + place]
