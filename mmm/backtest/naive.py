"""Forecasts that know no model: the last outcome, and the outcome a year before."""

import numpy as np

from mixproof.aggregates.panel import PERIODS_PER_YEAR, Frequency


def last_value(outcome: np.ndarray, first: int) -> np.ndarray:
    """Return the last known outcome before period `first` of each geo, shape (geo,); NaN where there is none.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (geo, date)
        NaN where unknown.
    first : int

    Returns
    -------
    numpy.ndarray, shape (geo,)
        In the unit of `outcome`.
    """
    known = [row[:first][np.isfinite(row[:first])] for row in outcome]
    return np.array([row[-1] if row.size else np.nan for row in known])


def seasonal_naive(outcome: np.ndarray, first: int, date: int, frequency: Frequency) -> np.ndarray:
    """Return the outcome a year before period `date`, two where that year was not over by `first`, shape (geo,).

    NaN where there is none; for yearly data it is the last value.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (geo, date)
        NaN where unknown.
    first : int
        First period that is not known.
    date : int
        Period to be forecast, at least `first`.
    frequency : Frequency
        Of the panel.

    Returns
    -------
    numpy.ndarray, shape (geo,)
        In the unit of `outcome`.
    """
    year = round(PERIODS_PER_YEAR[frequency])
    back = date - year
    while back >= first:
        back -= year
    return outcome[:, back] if back >= 0 else np.full(len(outcome), np.nan)
