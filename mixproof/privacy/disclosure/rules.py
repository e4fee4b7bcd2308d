"""Which numbers must not be published as they are: those of few people, and money that one or two of them nearly make up."""

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
        The p % rule for money: hidden where all but the two largest people have less than this share of the largest's
        money, so that the second could estimate the first's.
    """

    people: int = 10
    share: float = 0.1

    def too_few(self, people: np.ndarray) -> np.ndarray:
        """Return which cells have some people and fewer than are needed, shape (cell,)."""
        return (people > 0) & (people < self.people)

    def dominated(self, money: np.ndarray, largest: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return which sums of money one person nearly makes up.

        Parameters
        ----------
        money, largest, second : numpy.ndarray, shape (cell,)
            The sum, and the largest and second largest contribution of a person to it.

        Returns
        -------
        numpy.ndarray of bool, shape (cell,)
        """
        return (largest > 0) & (money - largest - second < self.share * largest)

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
        """Return the same for sums of money: the share of the p % rule to either side."""
        reach = np.maximum(self.share * money, np.minimum(money, 1)).astype(float)
        return reach, reach
