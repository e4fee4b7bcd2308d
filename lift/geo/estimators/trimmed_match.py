"""Trimmed match: pairs of one treated and one control geo, the most deviant pairs cut, exact by flipping signs."""

import itertools
from dataclasses import dataclass, replace

import numpy as np

from lift.geo.data.donors import Flags, Floats
from lift.geo.inference.placebo import Inference, invert_by_search

_FLIPS = 4096


@dataclass(frozen=True, slots=True)
class TrimmedMatch:
    """What pairs of geos say.

    Parameters
    ----------
    inference : Inference
        Response per unit of dose.
    kept : numpy.ndarray of bool, shape (pairs,)
        Pairs that were not cut at the point estimate.
    """

    inference: Inference
    kept: Flags


def trimmed_match(
    response: Floats, dose: Floats, trim: float, level: float, seed: int = 0, widen: float = 1.0
) -> TrimmedMatch:
    """Return theta for which the trimmed mean of ``response - theta dose`` is zero, with its exact interval.

    Parameters
    ----------
    response : numpy.ndarray, shape (pairs,)
        Treated minus control, over the test less its expectation from before the test.
    dose : numpy.ndarray, shape (pairs,)
        Treated minus control: spend for an iROAS, each pair's share of the total for a total effect. Of one sign.
    trim : float
        Share of pairs cut at each end, below 0.5.
    level : float
    seed : int
        Draws sign vectors when there are more than 12 pairs; below, all are used.
    widen : float
        Factor, at least 1, on the statistics of the other sign vectors.

    Raises
    ------
    ValueError
        Doses of both signs or zero throughout: the ratio is not defined pair by pair.

    Notes
    -----
    Which geo of a pair was treated was a coin flip, so under the hypothesis each pair's residual might as well have the
    other sign. No normal quantile and no chosen standard error is needed; few pairs give few p-values, and say so.

    References
    ----------
    Chen, A. and Au, T. (2022). Robust causal inference for incremental return on ad spend with randomized paired geo
    experiments. Annals of Applied Statistics 16, 1-20.
    """
    if not ((dose >= 0).all() or (dose <= 0).all()) or not np.abs(dose).sum() > 0:
        raise ValueError("doses must have one sign and not all be zero")
    pairs = response.size
    cut = int(np.floor(trim * pairs))
    flips = sign_vectors(pairs, seed)
    theta = trimmed_ratio(response, dose, trim)

    def p_at(value: float) -> float:
        residual = response - value * dose
        statistic = flipped(residual, flips, trim)
        statistic[1:] *= widen
        return float((statistic >= statistic[0] - 1e-9 * np.abs(residual).max()).mean())

    spread = response - theta * dose
    step = float(np.sqrt((spread**2).sum())) / float(np.abs(dose).sum()) or 1e-9 * max(abs(theta), 1.0)
    found = invert_by_search(p_at, theta, step, level, flips.shape[0] - 1)
    # Flipping every pair gives the same size of mean, so the observed signs are never alone.
    found = replace(found, minimum_p=max(found.minimum_p, 2 / 2.0**pairs), widened=widen)
    order = np.argsort(spread, kind="stable")
    kept = np.ones(pairs, dtype=bool)
    kept[order[:cut]] = kept[order[pairs - cut :]] = False
    return TrimmedMatch(found, kept)


def flipped(residual: Floats, flips: Floats, trim: float) -> Floats:
    """Return the size of the trimmed mean of the residuals under each sign vector, shape (flips,).

    Parameters
    ----------
    residual : numpy.ndarray, shape (pairs,)
    flips : numpy.ndarray, shape (flips, pairs)
    trim : float
        Share of pairs cut at each end.
    """
    cut = int(np.floor(trim * residual.size))
    return np.abs(np.sort(flips * residual, axis=1)[:, cut : residual.size - cut].mean(axis=1))


def sign_vectors(pairs: int, seed: int) -> Floats:
    """Return sign vectors, the observed one (all +1) first; all of them where there are few."""
    if 2**pairs <= _FLIPS:
        return np.array(list(itertools.product((1.0, -1.0), repeat=pairs)))
    drawn = np.random.default_rng(seed).choice((1.0, -1.0), size=(_FLIPS - 1, pairs))
    return np.concatenate([np.ones((1, pairs)), drawn])


def trimmed_ratio(response: Floats, dose: Floats, trim: float) -> float:
    """Return the zero of the trimmed mean, which is monotone in theta when doses have one sign."""
    cut = int(np.floor(trim * response.size))

    def mean(theta: float) -> float:
        return float(np.sort(response - theta * dose)[cut : dose.size - cut].mean())

    used = dose != 0
    ratios = response[used] / dose[used]
    low, high = float(ratios.min()), float(ratios.max())
    width = high - low + 1e-9 * (1 + abs(high))
    low, high = low - width, high + width
    sign = 1.0 if dose.sum() > 0 else -1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if sign * mean(middle) > 0 else (low, middle)
        if high - low <= 1e-14 * max(abs(low), abs(high), width):
            break
    return (low + high) / 2
