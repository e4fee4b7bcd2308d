"""Credit rules that divide each path's conversions over its own touches: weights that add to 1 on every path."""

import numpy as np

from lift.attribution.credit.paths import Paths
from lift.moments import Array

ENDS = 0.4
"""Position: what the first and the last touch get each; the touches between them share the rest."""


def first_touch(paths: Paths) -> Array:
    """Return 1 for the first touch of each path, 0 for the others, shape (touch,)."""
    return (paths.position == 0).astype(float)


def last_touch(paths: Paths) -> Array:
    """Return 1 for the last touch of each path, 0 for the others, shape (touch,)."""
    return (paths.position == np.repeat(paths.lengths, paths.lengths) - 1).astype(float)


def last_non_direct_touch(paths: Paths, direct: str) -> Array:
    """Return 1 for the last touch of each path that is not direct; for the last one where all are direct.

    Parameters
    ----------
    paths : Paths
    direct : str
        Name of the channel of direct visits.

    Returns
    -------
    numpy.ndarray, shape (touch,)
    """
    other = paths.touches != (paths.channels.index(direct) if direct in paths.channels else -1)
    last = paths.first[1:] - 1
    reached = np.maximum.reduceat(np.where(other, np.arange(len(other)), -1), paths.first[:-1])
    weights = np.zeros(len(other))
    weights[np.where(reached >= 0, reached, last)] = 1.0
    return weights


def linear(paths: Paths) -> Array:
    """Return 1/n for each of a path's n touches, shape (touch,)."""
    return np.repeat(1 / paths.lengths, paths.lengths)


def linear_distinct(paths: Paths) -> Array:
    """Return 1/d for the first touch of each of a path's d distinct channels, 0 for repetitions, shape (touch,).

    Notes
    -----
    Equal to the Shapley value of the game whose worth is the COUNT of conversions on paths within a coalition.
    """
    path_of = paths.path_of
    _, firsts = np.unique(path_of * len(paths.channels) + paths.touches, return_index=True)
    new = np.zeros(len(path_of))
    new[firsts] = 1.0
    distinct = np.bincount(path_of, weights=new)
    return new / distinct[path_of]


def position(paths: Paths) -> Array:
    """Return .4 for the first and the last touch and shares of .2 between; .5 and .5 for two touches, 1 for one."""
    length = np.repeat(paths.lengths, paths.lengths)
    at = paths.position
    between = (1 - 2 * ENDS) / np.maximum(length - 2, 1)
    weights = np.where((at == 0) | (at == length - 1), ENDS, between)
    return np.where(length <= 2, 1 / length, weights)


def time_decay(paths: Paths, half_life: float) -> Array:
    """Return weights that halve with every half-life of a touch's age, adding to 1 on each path.

    Parameters
    ----------
    paths : Paths
        Without ages, a touch is as many days old as touches follow it.
    half_life : float
        In days.

    Returns
    -------
    numpy.ndarray, shape (touch,)
    """
    length = np.repeat(paths.lengths, paths.lengths)
    ages = length - 1 - paths.position if paths.ages is None else paths.ages
    # against the youngest touch: a path of old touches alone must not fall to 0/0
    youngest = np.minimum.reduceat(ages, paths.first[:-1])[paths.path_of]
    raw = 0.5 ** ((ages - youngest) / half_life)
    return raw / np.bincount(paths.path_of, weights=raw)[paths.path_of]


def divided(paths: Paths, weights: Array, amounts: Array) -> Array:
    """Return each channel's credit, shape (channel,).

    Parameters
    ----------
    paths : Paths
    weights : numpy.ndarray, shape (touch,)
        Adding to 1 on each path.
    amounts : numpy.ndarray, shape (path,)
        Conversions, or their value.

    Returns
    -------
    numpy.ndarray, shape (channel,)
    """
    shares = weights * np.repeat(amounts, paths.lengths)
    return np.bincount(paths.touches, weights=shares, minlength=len(paths.channels))
