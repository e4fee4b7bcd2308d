"""Statistics of Markov chains for many scalars at once: R-hat, effective sample sizes, missing information.

The numbers are ArviZ's, held to them by test. ArviZ takes one scalar at a time and milliseconds for each, and its
import takes seconds; sampling asks for all scalars again at every target.

References
----------
Vehtari, Gelman, Simpson, Carpenter, Burkner 2021, Bayesian Analysis 16(2). Geyer 1992, Statistical Science 7(4).
Betancourt 2016, arXiv:1604.00695.
"""

import functools
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.fft import irfft, rfft  # SciPy's takes longer to import than all transforms of a run
from scipy.special import ndtri

TAILS = (0.05, 0.95)
"""Quantiles whose effective sample size is that of the tails."""
BLOCK_NUMBERS = 50_000
"""Draws, of all scalars together, that are worked on at once (0.4 MB a copy): what fits a cache."""
MOST_THREADS = 4
FEWEST_DRAWS = 4
_CONSTANT = 1e-15
"""Range below which a series is constant."""


def summaries(values: np.ndarray) -> np.ndarray:
    """Return rank-normalised split R-hat, bulk and tail effective sample size, shape (scalar, 3).

    Parameters
    ----------
    values : numpy.ndarray, shape (scalar, chain, draw)

    Notes
    -----
    R-hat is the larger one of the draws and of their distances from the median. All are NaN for a scalar with a draw
    that is not a number and for chains of fewer than 4 draws, R-hat also for a single chain or a constant.
    """
    result = np.full((len(values), 3), np.nan)

    def summarise(place: slice) -> None:
        block = np.asarray(values[place], dtype=float)
        whole = ~np.isnan(block).any(axis=(1, 2))
        if whole.any():
            result[place][whole] = _summaries(block[whole])

    if values.shape[2] >= FEWEST_DRAWS:
        # Sorting and transforming numbers does not hold the interpreter's lock.
        with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as threads:
            list(threads.map(summarise, _blocks(values)))
    return result


def _blocks(values: np.ndarray) -> Iterator[slice]:
    size = max(1, BLOCK_NUMBERS // (values.shape[1] * values.shape[2]))
    return (slice(start, start + size) for start in range(0, len(values), size))


def _summaries(values: np.ndarray) -> np.ndarray:
    """Return `summaries` of scalars without NaN."""
    halves = split(values)
    flat = halves.reshape(len(halves), -1)
    order = np.argsort(flat, axis=-1)
    ordered = np.take_along_axis(flat, order, axis=-1)
    bulk = _place(_scores(ordered), order).reshape(halves.shape)
    # Distances of ordered draws from their median fall, then rise: a stable sort only has to merge two runs.
    distance = np.abs(ordered - _median(ordered))
    inner = np.argsort(distance, axis=-1, kind="stable")
    scores = _scores(np.take_along_axis(distance, inner, axis=-1))
    folded = _place(_place(scores, inner), order).reshape(halves.shape)
    ends = np.quantile(values.reshape(len(values), -1), TAILS, axis=-1)[..., None, None]
    low, high = (effective_size((halves <= end).astype(float)) for end in ends)
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = r_hat(bulk), r_hat(folded)
    return np.column_stack([np.where(far > near, far, near), effective_size(bulk), np.minimum(low, high)])


def _median(ordered: np.ndarray) -> np.ndarray:
    """Return the median of ordered samples (scalar, sample), shape (scalar, 1)."""
    middle = ordered.shape[-1] // 2
    return ordered[:, [middle - 1, middle]].mean(axis=-1, keepdims=True)  # halves of chains: an even number


def split(values: np.ndarray) -> np.ndarray:
    """Return chains (scalar, chain, draw) cut into halves; the middle one of an odd number of draws is left out."""
    half = values.shape[-1] // 2
    return np.concatenate([values[..., :half], values[..., -half:]], axis=1)


def _scores(ordered: np.ndarray) -> np.ndarray:
    """Return the normal scores of ordered samples (scalar, sample); equal ones share their average rank."""
    count = ordered.shape[-1]
    of_rank = _normal_scores(count)
    scores = np.broadcast_to(of_rank[2::2], ordered.shape).copy()
    fresh = np.ones(ordered.shape, dtype=bool)
    fresh[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    for row in np.flatnonzero(~fresh.all(axis=-1)):
        begins = np.flatnonzero(fresh[row])
        sizes = np.diff(np.append(begins, count))
        scores[row] = np.repeat(of_rank[2 * begins + sizes + 1], sizes)
    return scores


@functools.lru_cache(maxsize=8)
def _normal_scores(count: int) -> np.ndarray:
    """Return Blom's normal score of the ranks 0, 1/2, 1, ... among `count`; the first two are of no sample."""
    ranks = np.maximum(np.arange(2 * count + 1) / 2, 1)
    scores: np.ndarray = ndtri((ranks - 0.375) / (count + 0.25))
    scores.flags.writeable = False
    return scores


def _place(ordered: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return values given in the order `order` where they belong."""
    placed = np.empty_like(ordered)
    np.put_along_axis(placed, order, ordered, axis=-1)
    return placed


def r_hat(values: np.ndarray) -> np.ndarray:
    """Return the plain R-hat of chains (scalar, chain, draw), shape (scalar,)."""
    draws = values.shape[-1]
    if values.shape[1] < 4:  # halves of a single chain say nothing of others
        return np.full(len(values), np.nan)
    between = draws * values.mean(axis=-1).var(axis=-1, ddof=1)
    within = values.var(axis=-1, ddof=1).mean(axis=-1)
    return np.sqrt((between / within + draws - 1) / draws)


def effective_size(values: np.ndarray) -> np.ndarray:
    """Return the effective sample size of the mean of chains (scalar, chain, draw), shape (scalar,).

    Notes
    -----
    Autocorrelations of all chains together are added up in pairs while their sum is positive, and as if it never
    rose (Geyer's initial monotone sequence).
    """
    _, chains, draws = values.shape
    covariance = _autocovariance(values)
    variance = covariance[:, :1] * draws / (draws - 1)
    total = covariance[:, :1].copy()
    if chains > 1:
        total += values.mean(axis=-1).var(axis=-1, ddof=1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = 1 - (variance - covariance) / total
    correlation[:, 0] = 1.0
    sums = correlation[:, 0::2][:, : draws // 2] + correlation[:, 1::2][:, : draws // 2]
    time = np.maximum(_correlation_time(correlation, sums), 1 / np.log10(chains * draws))
    still = np.ptp(values, axis=(1, 2)) < _CONSTANT
    return np.where(still, chains * draws, chains * draws / time)


def _correlation_time(correlation: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Return the integrated autocorrelation time from correlations (scalar, lag) and their sums in pairs."""
    draws = correlation.shape[1]
    sums = sums[:, : max(1, (draws - 1) // 2)]  # the last lags rest on too few draws
    ended = ~(sums > 0)
    last = np.where(ended.any(axis=-1), ended.argmax(axis=-1), sums.shape[1] - 1)
    rows = np.arange(len(sums))
    before = np.arange(sums.shape[1]) < last[:, None]
    falling = np.minimum.accumulate(sums, axis=-1)
    even = correlation[rows, 2 * last]
    even = np.where((even > 0) | (sums[rows, last] >= 0), even, 0.0)
    time = 2 * np.where(before, falling, 0.0).sum(axis=-1) - 1 + even
    return np.where(np.isnan(sums[:, 0]), np.nan, time)


def _autocovariance(values: np.ndarray) -> np.ndarray:
    """Return autocovariances (scalar, lag), the mean over chains (scalar, chain, draw)."""
    draws = values.shape[-1]
    length = _fast_length(2 * draws)
    spectrum = rfft(values - values.mean(axis=-1, keepdims=True), n=length, axis=-1)
    # Fourier transforms are linear: the chains are averaged before one way back instead of after many.
    power = (spectrum.real**2 + spectrum.imag**2).mean(axis=1)
    return irfft(power, n=length, axis=-1)[:, :draws] / draws


def _fast_length(least: int) -> int:
    """Return the smallest number from `least` on that has no prime factor above 5: such transforms are quick."""
    length = least
    while 30 ** least.bit_length() % length:
        length += 1
    return length


def missing_information(energy: np.ndarray) -> np.ndarray:
    """Return the energy Bayesian fraction of missing information of each chain, from energies (chain, draw)."""
    return np.square(np.diff(energy, axis=1)).mean(axis=1) / energy.var(axis=1, ddof=1)
