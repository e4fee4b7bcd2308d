"""Nearest donors: the few geos that moved most like the treated ones before the test count the same."""

import numpy as np

from lift.geo.estimators.donors import Donors, Flags, Floats

NEAREST = 3
"""Donors that count."""


def nearest_donors(outcome: Floats, treated: Flags, split: int) -> Donors:
    """Return equal weights for the donors whose pre-test series lie nearest to the treated mean, levels aside.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (sets, units)
    split : int
        Number of pre-test periods.

    Returns
    -------
    Donors
        `unit`, shape (sets, units), sums to one over the untreated units; no period weights.
    """
    before = outcome[:, :split] - outcome[:, :split].mean(axis=1, keepdims=True)
    target = (treated / treated.sum(axis=1, keepdims=True)) @ before
    distance = ((target[:, None, :] - before[None, :, :]) ** 2).sum(axis=-1)
    distance[treated] = np.inf
    order = np.argsort(distance, axis=1, kind="stable")
    chosen = np.zeros(treated.shape)
    np.put_along_axis(chosen, order[:, :NEAREST], 1.0, axis=1)
    chosen[treated] = 0.0
    return Donors(chosen / chosen.sum(axis=1, keepdims=True))
