"""Draws that say what two accounts of a channel leave open: that spend only causes sales, and that it also follows demand.

The posterior holds the first account. The second says how probable each size of the contribution is with the strength of a
chase unknown (`mmm.checks.demand_chasing_answer`). Draws of both together keep the ranks that they have in the posterior, and
what is proportional to the contribution moves with it.

References
----------
Hoeting, Madigan, Raftery, Volinsky 1999, Bayesian model averaging, Statistical Science 14.
"""

from dataclasses import dataclass

import numpy as np


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
