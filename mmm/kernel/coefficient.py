"""Media coefficients in the kernel, forward and back: from what the prior is about, and pooling over geos."""

import math

import numpy as np

from mmm.kernel.header import PARTIAL, SEPARATE, Head
from mmm.kernel.reading import at, block
from mmm.kernel.special import compiled


@compiled
def coefficients(
    buffer: np.ndarray, point: np.ndarray, channel: int, worth: np.ndarray, coefficient: np.ndarray
) -> None:
    """Write the coefficient of one channel in each geo, from its prior quantity and the worth of its response."""
    geos, channels = worth.shape[0], at(buffer, Head.CHANNELS)
    law = at(buffer, Head.OF_VALUE_LAW) + 3 * channel
    target = block(buffer, Head.OF_TARGET, geos * channels)[channel * geos : (channel + 1) * geos]
    mu, sigma, shift = buffer[law], buffer[law + 1], buffer[law + 2]
    pooling = at(buffer, Head.POOLING)
    if pooling == SEPARATE:
        for geo in range(geos):
            score = point[at(buffer, Head.AT_MEDIA) + geo * channels + channel]
            safe = worth[geo] if worth[geo] != 0.0 else 1.0
            coefficient[geo] = (math.exp(mu + sigma * score) - shift) * target[geo] / safe
        return
    value = math.exp(mu + sigma * point[at(buffer, Head.AT_MEDIA) + channel]) - shift
    weighted = total = 0.0
    for geo in range(geos):
        coefficient[geo] = 1.0
        if pooling == PARTIAL:
            spread = math.exp(point[at(buffer, Head.AT_GEO_SPREAD) + channel])
            coefficient[geo] = math.exp(
                spread * point[at(buffer, Head.AT_GEO_SCORE) + geo * channels + channel]
            )
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
    geos, channels = worth.shape[0], at(buffer, Head.CHANNELS)
    law = at(buffer, Head.OF_VALUE_LAW) + 3 * channel
    mu, sigma = buffer[law], buffer[law + 1]
    pooling = at(buffer, Head.POOLING)
    target = block(buffer, Head.OF_TARGET, geos * channels)[channel * geos : (channel + 1) * geos]
    if pooling == SEPARATE:
        for geo in range(geos):
            index = at(buffer, Head.AT_MEDIA) + geo * channels + channel
            safe = worth[geo] if worth[geo] != 0.0 else 1.0
            rising = sigma * math.exp(mu + sigma * point[index])
            gradient[index] += by_coefficient[geo] * rising * target[geo] / safe
            by_worth[geo] = -by_coefficient[geo] * coefficient[geo] / safe if worth[geo] != 0.0 else 0.0
        return
    index = at(buffer, Head.AT_MEDIA) + channel
    grown = math.exp(mu + sigma * point[index])
    weighted = total = pulled = 0.0
    for geo in range(geos):
        total += target[geo]
    # coefficient = relative * value * total / weighted: relative is had back without a division by the value.
    relative = np.ones(geos)
    spread = 0.0
    if pooling == PARTIAL:
        spread = math.exp(point[at(buffer, Head.AT_GEO_SPREAD) + channel])
        for geo in range(geos):
            relative[geo] = math.exp(spread * point[at(buffer, Head.AT_GEO_SCORE) + geo * channels + channel])
    unit = 0.0
    for geo in range(geos):
        weighted += worth[geo] * relative[geo]
        pulled += by_coefficient[geo] * coefficient[geo]
        unit += by_coefficient[geo] * relative[geo]
    gradient[index] += unit * total / weighted * sigma * grown
    for geo in range(geos):
        by_worth[geo] = -pulled / weighted * relative[geo]
        if pooling == PARTIAL:
            score = at(buffer, Head.AT_GEO_SCORE) + geo * channels + channel
            by_log = by_coefficient[geo] * coefficient[geo] - pulled * worth[geo] * relative[geo] / weighted
            gradient[score] += by_log * spread
            gradient[at(buffer, Head.AT_GEO_SPREAD) + channel] += by_log * spread * point[score]
