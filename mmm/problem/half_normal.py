"""Half-normal sizes and their standard normal scores: a score has of the normal below it what its size has of the half-normal.

Sizes are sampled by their scores. Of a size that may be next to nothing the logarithm, a sampler's usual choice, has a
tail to the left as long as that of an exponential: chains lose their way in it. The score has the tails of a normal.
"""

import math

import numpy as np
import scipy

_ROOT_2 = math.sqrt(2.0)


def size_of(score: np.ndarray) -> np.ndarray:
    """Return the standard half-normal's value with as much probability below as the normal has below `score`."""
    below, above = scipy.special.ndtr(np.minimum(score, 0.0)), scipy.special.ndtr(-np.maximum(score, 0.0))
    return _ROOT_2 * np.where(score <= 0, scipy.special.erfinv(below), scipy.special.erfcinv(above))


def score_of(size: np.ndarray) -> np.ndarray:
    """Return the score of a standard half-normal's value; the inverse of `size_of`."""
    below, above = scipy.special.erf(size / _ROOT_2), scipy.special.erfc(size / _ROOT_2)
    return np.where(below < 0.5, scipy.special.ndtri(below), -scipy.special.ndtri(above))
