"""What is left of a series when trend and season are taken out: a straight line, three waves a year and days of the week."""

import numpy as np

YEAR_DAYS = 365.25
WAVES = 3
"""Waves a year; a pattern finer than four months is left in the series."""
LEAST = 12
"""Periods beyond the number of terms that are needed for a remainder to mean anything."""


def season_terms(frequency: str, dates: np.ndarray) -> np.ndarray:
    """Return the terms of trend and season, shape (period, term).

    Parameters
    ----------
    frequency : str
        daily, weekly, monthly or yearly; yearly data have no season.
    dates : numpy.ndarray of datetime64, shape (period,)

    Returns
    -------
    numpy.ndarray, shape (period, term)
    """
    days = dates.astype("datetime64[D]").astype(float)
    span = max(float(np.ptp(days)), 1.0)
    terms = [np.ones_like(days), (days - days.min()) / span]
    if frequency != "yearly":
        for wave in range(1, WAVES + 1):
            angle = 2 * np.pi * wave * days / YEAR_DAYS
            terms += [np.sin(angle), np.cos(angle)]
    if frequency == "daily":
        weekday = days.astype(int) % 7
        terms += [(weekday == day).astype(float) for day in range(6)]
    return np.stack(terms, axis=1)


def beyond_season(series: np.ndarray, frequency: str, dates: np.ndarray) -> np.ndarray | None:
    """Return what trend and season leave of series, shape (series, period); None where there are too few periods.

    Parameters
    ----------
    series : numpy.ndarray, shape (series, period)
        Known values only.
    frequency : str
    dates : numpy.ndarray of datetime64, shape (period,)

    Returns
    -------
    numpy.ndarray, shape (series, period), or None
    """
    if not dates.size:
        return None
    terms = season_terms(frequency, dates)
    if series.shape[1] < terms.shape[1] + LEAST:
        return None
    basis, _ = np.linalg.qr(terms)
    return series - (series @ basis) @ basis.T
