"""Draws to a mean, a median and an interval, as the config cuts it."""

import numpy as np

from mmm.config import Interval


def interval(samples: np.ndarray, options: Interval) -> tuple[np.ndarray, np.ndarray]:
    """Return lower and upper end of the interval over the last axis of `samples`, shapes (...).

    Parameters
    ----------
    samples : numpy.ndarray, shape (..., sample)
    options : Interval
        Level and kind.

    Returns
    -------
    tuple of numpy.ndarray, each of shape (...)
        Lower and upper end.

    Notes
    -----
    Equal-tailed: half of what is outside lies on each side. Highest density: the shortest interval that holds
    the stated share of the draws.

    References
    ----------
    Chen, Shao 1999, Monte Carlo estimation of Bayesian credible and HPD intervals, JCGS 8.
    """
    if options.kind == "equal_tailed":
        tail = (1 - options.level) / 2
        lower, upper = np.quantile(samples, [tail, 1 - tail], axis=-1)
        return lower, upper
    ordered = np.sort(samples, axis=-1)
    count = ordered.shape[-1]
    held = min(int(np.ceil(options.level * count)), count - 1)
    start = np.argmin(ordered[..., held:] - ordered[..., : count - held], axis=-1)[..., None]
    lower = np.take_along_axis(ordered, start, axis=-1)[..., 0]
    upper = np.take_along_axis(ordered, start + held, axis=-1)[..., 0]
    return lower, upper


def estimate(
    name: str, samples: np.ndarray, options: Interval, median: bool = False
) -> dict[str, np.ndarray]:
    """Return the columns ``<name>_mean``, ``_median`` if asked for, ``_lower`` and ``_upper`` of `samples` (..., sample).

    Parameters
    ----------
    name : str
        What the columns' names begin with.
    samples : numpy.ndarray, shape (..., sample)
    options : Interval
    median : bool

    Returns
    -------
    dict of str to numpy.ndarray, each of shape (...)
    """
    lower, upper = interval(samples, options)
    columns = {f"{name}_mean": samples.mean(axis=-1), f"{name}_lower": lower, f"{name}_upper": upper}
    if median:
        columns[f"{name}_median"] = np.median(samples, axis=-1)
    return columns
