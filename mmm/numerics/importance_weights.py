"""Importance weights: how heavy their tails are (Pareto k, of many sets at once), smoothed ones, and draws by them.

Pareto k and smoothed weights are ArviZ's, held to them by test; ArviZ takes one set at a time.

References
----------
Vehtari, Simpson, Gelman, Yao, Gabry 2024, Pareto smoothed importance sampling, JMLR 25(72). Zhang, Stephens 2009,
Technometrics 51(3) (the fit of the tail).
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import logsumexp

FEWEST_IN_TAIL = 5
PRIOR_SHAPE, PRIOR_DRAWS = 0.5, 10
"""A weak belief about k, as if that many draws had shown it."""
BLOCK_NUMBERS = 200_000
"""Numbers that a block of fits may hold at once (1.6 MB)."""


def tail_shape(log_weights: np.ndarray) -> np.ndarray:
    """Return Pareto k of the largest weights of each row, shape (row,).

    Parameters
    ----------
    log_weights : numpy.ndarray, shape (row, sample)
        Unnormalised.

    Notes
    -----
    NaN where there is no tail to fit: fewer than 25 samples, or largest weights that are all but equal; infinite
    where the fit of the tail fails.
    """
    length = tail_length(log_weights.shape[1])
    if length < FEWEST_IN_TAIL:
        return np.full(len(log_weights), np.nan)
    result = np.empty(len(log_weights))
    for place in _blocks(log_weights, length):
        block = log_weights[place]
        largest = np.sort(np.partition(block, -length - 1, axis=-1)[:, -length - 1 :], axis=-1)
        weights = np.exp(largest - largest[:, -1:])
        result[place] = _fit(weights[:, 1:] - weights[:, :1])[0]
    return result


def smoothed(log_weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Return Pareto-smoothed weights, which sum to 1, and Pareto k of the raw ones.

    Parameters
    ----------
    log_weights : numpy.ndarray, shape (sample,)
        Unnormalised.

    Returns
    -------
    numpy.ndarray, shape (sample,)
        The largest are replaced by quantiles of the distribution fitted to them, none above the largest raw one. They
        stay as they are where there is no tail to fit.
    float
        As `tail_shape`.
    """
    length = tail_length(log_weights.size)
    weights = np.exp(log_weights - log_weights.max())
    if length < FEWEST_IN_TAIL:
        return weights / weights.sum(), np.nan
    places = np.argsort(weights)[-length - 1 :]
    cutoff, tail = weights[places[0]], places[1:]
    shape, scale = (float(value[0]) for value in _fit((weights[tail] - cutoff)[None]))
    if np.isfinite(shape):
        marks = (np.arange(length) + 0.5) / length
        above = -np.log1p(-marks) if shape == 0 else np.expm1(-shape * np.log1p(-marks)) / shape
        weights[tail] = np.minimum(cutoff + scale * above, weights[tail[-1]])
    return weights / weights.sum(), shape


def tail_length(samples: int) -> int:
    """Return how many of the largest of `samples` independent weights are the tail."""
    return int(3 * samples**0.5) if samples > 225 else samples // 5


def _blocks(log_weights: np.ndarray, length: int) -> Iterator[slice]:
    largest = max(log_weights.shape[1], length * _candidates(length))
    size = max(1, BLOCK_NUMBERS // largest)
    return (slice(start, start + size) for start in range(0, len(log_weights), size))


def _candidates(length: int) -> int:
    return 30 + int(length**0.5)


def _fit(excess: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return k and scale of ordered excesses over the threshold, shapes (row, tail) -> (row,) each.

    The scale is integrated out over `_candidates` values; given it, the likeliest k is an average.
    """
    length = excess.shape[1]
    count = _candidates(length)
    quartile, largest = excess[:, int(length / 4 + 0.5) - 1], excess[:, -1]
    shapeless = quartile <= excess[:, 0]
    grid = 1 - np.sqrt(count / (np.arange(1, count + 1) - 0.5))
    with np.errstate(all="ignore"):
        rate = grid / (3 * quartile[:, None]) + 1 / largest[:, None]
        shape = np.log1p(-rate[..., None] * excess[:, None, :]).mean(axis=-1)
        likelihood = length * (np.log(-rate / shape) - shape - 1)
        weight = np.exp(likelihood - logsumexp(likelihood, axis=-1, keepdims=True))
        weight[weight < 10 * np.finfo(float).eps] = 0.0
        usual = (rate * weight).sum(axis=-1) / weight.sum(axis=-1)
        k = np.log1p(-usual[:, None] * excess).mean(axis=-1)
        scale = -k / usual
    k = (length * k + PRIOR_DRAWS * PRIOR_SHAPE) / (length + PRIOR_DRAWS)
    return np.where(shapeless, np.nan, np.where(np.isnan(k), np.inf, k)), scale


def systematic(log_weights: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return places of `count` equally weighted draws, shape (count,): systematic resampling.

    Parameters
    ----------
    log_weights : numpy.ndarray, shape (sample,)
        The weights sum to 1.
    count : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (count,)
        Places in `log_weights`, in rising order.
    """
    steps = (np.arange(count) + rng.uniform()) / count
    places = np.searchsorted(np.cumsum(np.exp(log_weights)), steps)
    return np.minimum(places, log_weights.size - 1)
