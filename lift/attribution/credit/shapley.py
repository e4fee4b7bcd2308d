"""Shapley credit of conversion RATES: each channel's average addition to the rate, over all orders of joining.

The worth of a set of channels is the conversion rate of the journeys that touch none but them. This is not the Shapley
value of conversion COUNTS, which needs no journeys without a conversion, says nothing about what a channel adds, and
equals linear credit over distinct channels.
"""

from math import factorial

import numpy as np

from lift.attribution.credit.paths import Paths
from lift.moments import Array

MOST_CHANNELS = 15
"""Channels at most: 2^15 sets are looked at."""


def coalition_worth(paths: Paths, amounts: Array, empty: float) -> Array:
    """Return the worth of every set of channels: amounts a journey, over paths within the set.

    Parameters
    ----------
    paths : Paths
        With nulls.
    amounts : numpy.ndarray, shape (path,)
        Conversions, or their value.
    empty : float
        Worth of no channel: the rate of journeys without a touch, 0 where it is not known. It stands for sets within
        which no path was seen, too.

    Returns
    -------
    numpy.ndarray, shape (2 ** channel,)
        Bit k of the position says whether channel k is in the set.
    """
    assert paths.nulls is not None
    size = len(paths.channels)
    sets = np.bitwise_or.reduceat(np.left_shift(1, paths.touches), paths.first[:-1])
    won = np.bincount(sets, weights=amounts, minlength=1 << size)
    journeys = np.bincount(sets, weights=paths.conversions + paths.nulls, minlength=1 << size)
    for k in range(size):  # sums over all subsets, one channel after the other
        for sums in (won, journeys):
            halves = sums.reshape(-1, 2, 1 << k)
            halves[:, 1] += halves[:, 0]
    worth = np.divide(won, journeys, out=np.full(1 << size, float(empty)), where=journeys > 0)
    worth[0] = empty
    return worth


def shapley_values(worth: Array) -> Array:
    """Return the Shapley value of each player of a game.

    Parameters
    ----------
    worth : numpy.ndarray, shape (2 ** player,)
        Worth of every coalition; bit k of the position says whether player k is in it.

    Returns
    -------
    numpy.ndarray, shape (player,)
        Adding to the worth of all less that of none; negative where a player lowers the worth.
    """
    size = len(worth).bit_length() - 1
    sets = np.arange(len(worth))
    members = np.bitwise_count(sets)
    chance = np.array([factorial(s) * factorial(size - s - 1) / factorial(size) for s in range(size)] + [0.0])
    values = np.empty(size)
    for k in range(size):
        without = sets[(sets >> k) & 1 == 0]
        values[k] = (chance[members[without]] * (worth[without | (1 << k)] - worth[without])).sum()
    return values
