"""Difference in differences: every donor geo counts the same."""

from lift.geo.estimators.donors import Donors, Flags, Floats


def difference_in_differences(outcome: Floats, treated: Flags, split: int) -> Donors:
    """Return equal donor weights and equal period weights.

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

    References
    ----------
    Vaver, J. and Koehler, J. (2011). Measuring Ad Effectiveness Using Geo Experiments. Google.
    """
    donors = (~treated).astype(float)
    return Donors(donors / donors.sum(axis=1, keepdims=True))
