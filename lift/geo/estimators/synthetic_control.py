"""Synthetic control: the convex mix of donor geos that tracks the treated geos before the test."""

from functools import lru_cache

import numpy as np

from lift.geo.estimators.donors import Donors, Flags, Floats
from lift.geo.estimators.simplex import simplex_weights


def synthetic_control(outcome: Floats, treated: Flags, split: int) -> Donors:
    """Return simplex weights that fit the treated mean over the pre-test periods, after removing unit means.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (sets, units)
    split : int
        Number of pre-test periods.

    Returns
    -------
    Donors
        `unit`, shape (sets, units), is non-negative, sums to one and is zero at treated units; no period
        weights.

    Notes
    -----
    With unit means removed ("fixed effects") a donor must match the movement, not the level; the original keeps
    levels, which is `fit_simplex` on the outcome itself.

    References
    ----------
    Abadie, A., Diamond, A. and Hainmueller, J. (2010). JASA 105, 493-505.
    Doudchenko, N. and Imbens, G. (2016). NBER working paper 22791, for the intercept.
    """
    before = outcome[:, :split]
    return Donors(fit_simplex(before - before.mean(axis=1, keepdims=True), treated))


def fit_simplex(before: Floats, treated: Flags) -> Floats:
    """Return simplex donor weights, shape (sets, units), for the treated means of `before` (units, pre).

    Parameters
    ----------
    before : numpy.ndarray, shape (units, pre)
        Outcome before the test.
    treated : numpy.ndarray of bool, shape (sets, units)
        Sets of treated units.

    Returns
    -------
    numpy.ndarray, shape (sets, units)
        Non-negative, each row summing to one, zero at treated units.
    """
    return _fit(before.tobytes(), before.shape, np.ascontiguousarray(treated).tobytes(), treated.shape).copy()


# Synthetic control and its augmentation stand in one ensemble and ask for the same fit one after the other.
@lru_cache(maxsize=1)
def _fit(before: bytes, panel: tuple[int, ...], treated: bytes, sets: tuple[int, ...]) -> Floats:
    rows = np.frombuffer(before).reshape(panel)
    flags = np.frombuffer(treated, dtype=bool).reshape(sets)
    gram = rows @ rows.T
    share = flags / flags.sum(axis=1, keepdims=True)
    return simplex_weights(gram, share @ gram, ~flags)
