"""Synthetic difference in differences: weights for donor geos and for pre-test periods."""

import numpy as np

from lift.geo.estimators.donors import Donors, Flags, Floats
from lift.geo.estimators.simplex import simplex_weights


def synthetic_difference_in_differences(outcome: Floats, treated: Flags, split: int) -> Donors:
    """Return ridge-regularised simplex weights for units and simplex weights for pre-test periods.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
        The test periods of the donors are read too: they decide which pre-test periods resemble the test.
    treated : numpy.ndarray of bool, shape (sets, units)
    split : int
        Number of pre-test periods.

    Returns
    -------
    Donors
        `unit`, shape (sets, units), and `time`, shape (sets, pre); each row sums to one.

    Notes
    -----
    ``zeta = (n_treated n_test)^(1/4) sd(first differences of donors before the test)``, and 1e-6 of that standard
    deviation for the period weights.

    References
    ----------
    Arkhangelsky, D., Athey, S., Hirshberg, D., Imbens, G. and Wager, S. (2021). Synthetic Difference-in-Differences.
    AER 111, 4088-4118, algorithm 1.
    """
    before = outcome[:, :split]
    noise = np.array([np.diff(before[~row], axis=1).std(ddof=1) for row in treated])
    zeta = (treated.sum(axis=1) * (outcome.shape[1] - split)) ** 0.25 * noise
    centred = before - before.mean(axis=1, keepdims=True)
    gram = centred @ centred.T
    share = treated / treated.sum(axis=1, keepdims=True)
    unit = simplex_weights(gram / split, share @ gram / split, ~treated, zeta**2)
    time = np.concatenate(
        [_period_weights(outcome[~row], split, sd) for row, sd in zip(treated, noise, strict=True)]
    )
    return Donors(unit, time)


def _period_weights(donors: Floats, split: int, noise: float) -> Floats:
    """Return period weights, shape (1, pre), that turn the donors' pre-test periods into their test mean."""
    centred = donors - donors.mean(axis=0)
    before, after = centred[:, :split], centred[:, split:].mean(axis=1)
    count = donors.shape[0]
    return simplex_weights(
        before.T @ before / count,
        (after @ before / count)[None, :],
        np.ones((1, split), dtype=bool),
        np.array([(1e-6 * noise) ** 2]),
    )
