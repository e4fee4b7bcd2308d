"""What people would buy without advertising: seasons that are no sine, unmeasured drifts, lasting shocks."""

import numpy as np
import pandas as pd


def season(rng: np.random.Generator, dates: pd.DatetimeIndex) -> np.ndarray:
    """Return a yearly pattern, shape (period,), standardised: peaks of unequal width and a summer dip.

    Before Christmas demand rises for weeks and falls in days, so no few Fourier pairs draw it exactly.

    Parameters
    ----------
    rng : numpy.random.Generator
    dates : pandas.DatetimeIndex, shape (period,)

    Returns
    -------
    numpy.ndarray, shape (period,)
    """
    day = dates.day_of_year.to_numpy().astype(float)
    christmas = rng.uniform(338, 350)
    until = (christmas - day) % 365.25
    after = (day - christmas) % 365.25
    path = rng.uniform(1.2, 2.0) * (
        np.exp(-until / rng.uniform(18, 32)) + np.exp(-((after / rng.uniform(5, 9)) ** 2))
    )
    for centre, width, height in ((95.0, 14.0, 0.5), (205.0, 34.0, -0.7), (250.0, 10.0, 0.6)):
        centre += rng.normal(0, 8)
        apart = np.abs(day - centre)
        apart = np.minimum(apart, 365.25 - apart)
        path += height * rng.uniform(0.5, 1.5) * np.exp(-0.5 * (apart / width) ** 2)
    return standardised(path)


def drift(rng: np.random.Generator, periods: int, calm: float = 0.97) -> np.ndarray:
    """Return a smooth wandering path, shape (period,), mean 0 and standard deviation 1.

    An integrated walk whose speed lingers (autocorrelation `calm`) and is pulled back a little; the straight
    line is taken out, so that trend is a separate thing.

    Parameters
    ----------
    rng : numpy.random.Generator
    periods : int
    calm : float
        Autocorrelation of the path's speed, below 1.

    Returns
    -------
    numpy.ndarray, shape (period,)
    """
    speed = lingering(rng, periods, calm)
    path = np.zeros(periods)
    for t in range(1, periods):
        path[t] = 0.985 * path[t - 1] + speed[t]
    time = np.arange(periods)
    return standardised(path - np.polyval(np.polyfit(time, path, 1), time))


def lingering(rng: np.random.Generator, periods: int, memory: float) -> np.ndarray:
    """Return a stationary AR(1) path, shape (period,): autocorrelation `memory`, standard deviation 1.

    Parameters
    ----------
    rng : numpy.random.Generator
    periods : int
    memory : float
        Autocorrelation from one period to the next, below 1.

    Returns
    -------
    numpy.ndarray, shape (period,)
    """
    shock = rng.normal(size=periods)
    path = np.empty(periods)
    path[0] = shock[0]
    for t in range(1, periods):
        path[t] = memory * path[t - 1] + np.sqrt(1.0 - memory**2) * shock[t]
    return path


def standardised(path: np.ndarray) -> np.ndarray:
    """Return `path` with mean 0 and standard deviation 1."""
    return (path - path.mean()) / path.std()
