"""Time-based regression (TBR): the treated total as a straight line in the total of the donor geos."""

import numpy as np

from lift.geo.estimators.donors import Donors, Flags, Floats


def time_based_regression(outcome: Floats, treated: Flags, split: int) -> Donors:
    """Return the donor weights of the least-squares line of the treated mean on the donors' total.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (sets, units)
    split : int
        Number of pre-test periods.

    Returns
    -------
    Donors
        `unit`, shape (sets, units), is the slope at each donor and zero at treated units; no period weights.

    Notes
    -----
    Donors whose total does not move before the test say nothing; the slope is then zero and the counterfactual is
    the treated geos' own pre-test mean.

    References
    ----------
    Kerman, J., Wang, P. and Vaver, J. (2017). Estimating Ad Effectiveness using Geo Experiments in a Time-Based
    Regression Framework. Google.
    """
    before = outcome[:, :split]
    before = before - before.mean(axis=1, keepdims=True)
    x = (~treated).astype(float) @ before
    y = treated / treated.sum(axis=1, keepdims=True) @ before
    spread = (x * x).sum(axis=1)
    slope = np.where(spread > 0, (x * y).sum(axis=1) / np.where(spread > 0, spread, 1.0), 0.0)
    return Donors(slope[:, None] * ~treated)
