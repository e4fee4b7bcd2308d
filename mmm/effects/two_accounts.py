"""Draws that say what two accounts of a channel leave open: that spend only causes sales, and that it also follows demand.

The posterior holds the first account. The second says how probable each size of the contribution is with the strength of a
chase unknown (`mmm.checks.demand_chasing_answer`). Draws of both together keep the ranks that they have in the posterior, and
what is proportional to the contribution moves with it.

References
----------
Hoeting, Madigan, Raftery, Volinsky 1999, Bayesian model averaging, Statistical Science 14.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mmm.effects.contribution import Contributions


@dataclass(frozen=True, slots=True)
class Account:
    """What a channel may have brought if its spend follows demand.

    Parameters
    ----------
    values, weights : numpy.ndarray, shape (size,)
        Contributions over the window in original outcome, rising, and how probable each is; weights sum to 1.
    probability : float
        That spend follows demand at all.
    """

    values: np.ndarray
    weights: np.ndarray
    probability: float

    def together(self, own: np.ndarray) -> np.ndarray:
        """Return draws of both accounts, shape (sample,), in the ranks of `own`, the draws if spend only causes."""
        pooled = np.concatenate([own, self.values])
        mass = np.concatenate(
            [np.full(len(own), (1 - self.probability) / len(own)), self.probability * self.weights]
        )
        order = np.argsort(pooled, kind="stable")
        reached = np.cumsum(mass[order]) - 0.5 * mass[order]
        ranks = (np.argsort(np.argsort(own, kind="stable"), kind="stable") + 0.5) / len(own)
        return np.interp(ranks, reached, pooled[order])


def widened(found: Contributions, accounts: Mapping[int, Account]) -> Contributions:
    """Return contributions in which those of some channels are what both accounts of them leave open.

    Parameters
    ----------
    found : Contributions
        Of a model in which spend only acts forwards.
    accounts : mapping of int to Account
        By the position among the panel's channels.

    Returns
    -------
    Contributions
        What such a channel no longer brings is the intercept's, draw by draw: all parts still add up to what is expected.
    """
    for number, account in accounts.items():
        own = found.media[number]
        found = moved(found, number, account.together(own) - own)
    return found


def moved(found: Contributions, number: int, shift: np.ndarray) -> Contributions:
    """Return contributions in which a channel brings `shift` (sample,) more over the window, and the intercept less.

    Parameters
    ----------
    found : Contributions
    number : int
        Position among the panel's channels.
    shift : numpy.ndarray, shape (sample,)
        In original outcome.

    Returns
    -------
    Contributions
        Dates, geos, gain, money and carryover have their mean proportion to the contribution in the shift, too.
    """
    own, part = found.media[number], found.channels[number]
    by_date, by_geo = found.by_date.copy(), found.by_geo.copy()
    for values in (by_date, by_geo):
        extra = proportional(values[part], own, shift)
        values[part] += extra
        values[0] -= extra
    changed = {}
    for name in ("money", "gain", "gain_money", "carry_in", "carry_out"):
        values = getattr(found, name).copy()
        values[number] += proportional(values[number], own, shift)
        changed[name] = values
    return replace(found, by_date=by_date, by_geo=by_geo, **changed)


def proportional(values: np.ndarray, own: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Return what of `values` goes with a shift of the contribution, by their mean proportion to it.

    Parameters
    ----------
    values : numpy.ndarray, shape (..., sample)
        Proportional to the contribution in each draw.
    own, shift : numpy.ndarray, shape (sample,)
        The contribution and its shift.

    Returns
    -------
    numpy.ndarray, shape (..., sample)
        The proportion is sum |own| r / sum |own| for r = values / own, so that draws near zero do not decide it.
    """
    share = (values * np.sign(own)).mean(axis=-1, keepdims=True) / max(np.abs(own).mean(), 1e-300)
    return np.asarray(share * shift)
