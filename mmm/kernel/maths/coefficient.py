"""Media coefficients in the kernel, forward and back: from what the prior is about, and pooling over geos."""

import math

import numpy as np

from mmm.kernel.buffer.header import PARTIAL, SEPARATE, Head
from mmm.kernel.maths.compile_options import leaf
from mmm.kernel.maths.reading import at, window
from mmm.numerics.elementary import exp


@leaf
def coefficients(
    buffer: np.ndarray, point: np.ndarray, sizes: np.ndarray, channel: int, worth: np.ndarray, relative: np.ndarray,
    coefficient: np.ndarray,
) -> None:  # fmt: skip
    """Write the coefficient of one channel in each geo, from its prior quantity and the worth of its response.

    `relative` receives what a coefficient is but for the shift, over what grows with the channel's score.
    """
    geos, channels = worth.shape[0], at(buffer, Head.CHANNELS)
    law = at(buffer, Head.OF_VALUE_LAW) + 3 * channel
    target = window(buffer, at(buffer, Head.OF_TARGET) + channel * geos, geos)
    mu, sigma, shift = buffer[law], buffer[law + 1], buffer[law + 2]
    pooling = at(buffer, Head.POOLING)
    if pooling == SEPARATE:
        for geo in range(geos):
            score = point[at(buffer, Head.AT_MEDIA) + geo * channels + channel]
            safe = worth[geo] if worth[geo] != 0.0 else 1.0
            coefficient[geo] = (math.exp(mu + sigma * score) - shift) * target[geo] / safe
        return
    spread, scores = 0.0, at(buffer, Head.AT_GEO_SCORE) + channel
    if pooling == PARTIAL:
        spread = sizes[at(buffer, Head.AT_GEO_SPREAD) + channel]
    weighted = plain = total = 0.0
    for geo in range(geos):
        relative[geo] = exp(spread * point[scores + geo * channels]) if pooling == PARTIAL else 1.0
        weighted += worth[geo] * relative[geo]
        plain += worth[geo]
        total += target[geo]
    grown = math.exp(mu + sigma * point[at(buffer, Head.AT_MEDIA) + channel])
    for geo in range(geos):
        relative[geo] *= total / weighted
        coefficient[geo] = grown * relative[geo] - shift * total / plain


@leaf
def coefficients_back(
    buffer: np.ndarray, point: np.ndarray, sizes: np.ndarray, channel: int, worth: np.ndarray, relative: np.ndarray,
    coefficient: np.ndarray, by_coefficient: np.ndarray, by_worth: np.ndarray, gradient: np.ndarray,
) -> None:  # fmt: skip
    """Add the derivatives by one channel's value, spread and geo scores; write those by the worth of its response.

    Notes
    -----
    This is one numerical piece: compiled code takes arrays, not objects.
    """
    geos, channels = worth.shape[0], at(buffer, Head.CHANNELS)
    law = at(buffer, Head.OF_VALUE_LAW) + 3 * channel
    mu, sigma, shift = buffer[law], buffer[law + 1], buffer[law + 2]
    pooling = at(buffer, Head.POOLING)
    target = window(buffer, at(buffer, Head.OF_TARGET) + channel * geos, geos)
    if pooling == SEPARATE:
        for geo in range(geos):
            index = at(buffer, Head.AT_MEDIA) + geo * channels + channel
            safe = worth[geo] if worth[geo] != 0.0 else 1.0
            rising = sigma * math.exp(mu + sigma * point[index])
            gradient[index] += by_coefficient[geo] * rising * target[geo] / safe
            by_worth[geo] = -by_coefficient[geo] * coefficient[geo] / safe if worth[geo] != 0.0 else 0.0
        return
    pulled = plain = total = whole = 0.0
    for geo in range(geos):
        total += target[geo]
        plain += worth[geo]
        whole += by_coefficient[geo]
        pulled += by_coefficient[geo] * relative[geo]
    index = at(buffer, Head.AT_MEDIA) + channel
    grown = math.exp(mu + sigma * point[index])
    gradient[index] += pulled * sigma * grown
    for geo in range(geos):
        by_worth[geo] = whole * shift * total / (plain * plain) - pulled * grown * relative[geo] / total
    if pooling != PARTIAL:
        return
    place = at(buffer, Head.AT_GEO_SPREAD) + channel
    spread = sizes[place]
    by_spread = 0.0
    for geo in range(geos):
        score = at(buffer, Head.AT_GEO_SCORE) + geo * channels + channel
        by_log = grown * relative[geo] * (by_coefficient[geo] - pulled * worth[geo] / total)
        gradient[score] += by_log * spread
        by_spread += by_log * point[score]
    gradient[place] += by_spread * sizes[point.shape[0] + place]
