"""Which numbers must not be published as they are: those of few people, and how close nobody may come to them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Rules:
    """What is too small to be published.

    Parameters
    ----------
    people : int
        Fewest people that a published number may stand for; zero people may be said, as the grid of levels is public.
    share : float
        How far to either side an attacker's interval of hidden money must reach, as a share of its true value.
    """

    people: int = 10
    share: float = 0.1

    def too_few(self, people: np.ndarray) -> np.ndarray:
        """Return which cells have some people and fewer than are needed, shape (cell,)."""
        return (people > 0) & (people < self.people)

    def needed(self, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how far below and above its true number an attacker's interval of each small cell must reach.

        Parameters
        ----------
        people : numpy.ndarray, shape (cell,)

        Returns
        -------
        tuple of two numpy.ndarray, shape (cell,)
            One below, and up to the fewest people that may be published above.
        """
        return np.minimum(people, 1).astype(float), np.maximum(self.people - people, 1).astype(float)

    def known(self, values: np.ndarray) -> np.ndarray:
        """Return how large an attacker is taken to know each number to be at most: three times, and five small groups more."""
        return np.maximum(3 * values, values + 5 * self.people)

    def needed_of_money(self, money: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the same for sums of money: `share` of the value to either side."""
        reach = np.maximum(self.share * money, np.minimum(money, 1)).astype(float)
        return reach, reach
