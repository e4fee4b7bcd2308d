"""Are ranks uniform? Bands that the whole empirical distribution function stays in, and exact p-values.

Only NumPy and SciPy, and nothing of the tool itself: the judge of a calibration does not know what is judged.

References
----------
Sailynoja, Burkner and Vehtari (2022), Graphical test for discrete uniformity and its applications in goodness-of-fit
evaluation and multiple sample comparison, Statistics and Computing 32:32, algorithm 1.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Uniformity:
    """The law of `replications` independent ranks, each uniform on 0 .. `bins` - 1.

    With C_i the number of ranks below i, each C_i is binomial and C_1, C_2, ... is a Markov chain, so that the
    probability of staying inside any band is a product of matrices: no simulation is needed.

    Parameters
    ----------
    replications : int
    bins : int
        One more than the draws that a truth is ranked among.
    """

    replications: int
    bins: int

    @cached_property
    def _extremity(self) -> np.ndarray:
        """Two-sided tail probability of each count below each inner edge, shape (bins - 1, replications + 1)."""
        share = np.arange(1, self.bins)[:, None] / self.bins
        count = np.arange(self.replications + 1)[None, :]
        below = stats.binom.cdf(count, self.replications, share)
        above = stats.binom.sf(count - 1, self.replications, share)
        return np.minimum(1.0, 2.0 * np.minimum(below, above))

    @cached_property
    def _steps(self) -> np.ndarray:
        """Probability of C_i = column given C_(i-1) = row, shape (bins - 1, replications + 1, replications + 1)."""
        before = np.arange(self.replications + 1)[:, None]
        after = np.arange(self.replications + 1)[None, :]
        shares = 1.0 / (self.bins - np.arange(self.bins - 1))
        return np.stack([stats.binom.pmf(after - before, self.replications - before, p) for p in shares])

    def staying(self, extremity: float) -> float:
        """Return the probability that every count is less extreme than `extremity`: its tail probability is larger.

        Counts as extreme as that are outside, up to rounding.
        """
        inside = self._extremity > extremity * (1.0 + 1e-9)
        mass = np.zeros(self.replications + 1)
        mass[0] = 1.0
        for step, allowed in zip(self._steps, inside, strict=True):
            mass = (mass @ step) * allowed
        return float(mass.sum())

    def p_value(self, ranks: np.ndarray) -> float:
        """Return the probability of ranks whose most extreme count is at least as extreme as that of `ranks`.

        Parameters
        ----------
        ranks : numpy.ndarray of int, shape (replications,)
        """
        return max(0.0, 1.0 - self.staying(self.most_extreme(ranks)))

    def most_extreme(self, ranks: np.ndarray) -> float:
        """Return the smallest tail probability over all edges."""
        counts = np.cumsum(np.bincount(ranks, minlength=self.bins))[:-1]
        return float(self._extremity[np.arange(self.bins - 1), counts].min())

    def band(self, probability: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the lowest and highest counts below each inner edge of a band that holds all of them together.

        Parameters
        ----------
        probability : float
            That uniform ranks stay inside; what is returned holds them at least that often.

        Returns
        -------
        tuple of numpy.ndarray, each of shape (bins - 1,)
        """
        low, high = 0.0, 1.0
        while high / max(low, 1e-300) > 1.0 + 1e-6 and high > 1e-15:
            middle = np.sqrt(low * high) if low > 0 else high / 2
            low, high = (middle, high) if self.staying(middle) >= probability else (low, middle)
        inside = self._extremity > low * (1.0 + 1e-9)
        return inside.argmax(axis=1), self.replications - inside[:, ::-1].argmax(axis=1)
